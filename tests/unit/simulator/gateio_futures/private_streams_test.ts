import { assert, assertEquals } from "@std/assert";
import { assertShape, type Body, FuturesBox, key, owner, textSign } from "./futures_box.ts";

/** Rows of 9.2; ids and names are the facts, values are not. */
const samples = {
  orders: JSON.parse(
    `{"contract":"BTC_USDT","create_time":1628736847,"create_time_ms":1628736847325,"fill_price":40000.4,"finish_as":"filled","finish_time":1628736848,"finish_time_ms":1628736848321,"iceberg":0,"id":4872460,"id_string":"4872460","is_close":false,"is_liq":false,"is_reduce_only":false,"left":0,"mkfr":-0.00025,"price":40000.4,"refr":0,"refu":0,"size":1,"status":"finished","text":"t-1","tif":"gtc","tkfr":0.0005,"user":"110","update_id":1,"update_time":1628736848321,"biz_info":"-","stp_id":"0","stp_act":"-","amend_text":"-","role":"taker","fee":"0.02","point_fee":"0","pos_margin_mode":"cross","leverage":"10"}`,
  ),
  usertrades: JSON.parse(
    `{"id":"3335259","create_time":1628736848,"create_time_ms":1628736848321,"contract":"BTC_USDT","order_id":"4872460","size":1,"price":"40000.4","role":"maker","text":"api","fee":0.0009290592,"point_fee":0,"amend_text":"-","biz_info":"-","close_size":0}`,
  ),
  positions: JSON.parse(
    `{"contract":"BTC_USDT","cross_leverage_limit":0,"entry_price":40000.36666661111,"history_pnl":-0.000108569505,"history_point":0,"last_close_pnl":-0.000050123368,"leverage":0,"leverage_max":100,"liq_price":0.1,"maintenance_rate":0.005,"margin":49.999890611186,"mode":"single","realised_pnl":-1.25e-8,"realised_point":0,"risk_limit":100,"size":3,"time":1628736848,"time_ms":1628736848321,"user":"110","update_id":170919,"pos_margin_mode":"cross","lever":"10"}`,
  ),
  balances: JSON.parse(
    `{"balance":9.998739899488,"change":-0.000002074115,"text":"BTC_USDT:3914424","time":1547199246,"time_ms":1547199246123,"type":"fee","user":"211","currency":"usdt"}`,
  ),
  liquidates: JSON.parse(
    `{"entry_price":209,"fill_price":215.1,"left":0,"leverage":0.0,"liq_price":213,"margin":0.007816722941,"mark_price":213,"order_id":4093362,"order_price":215.1,"order_size":-124,"size":-124,"time":1541486601,"time_ms":1541486601123,"contract":"BTC_USDT","user":"1040"}`,
  ),
  position_closes: JSON.parse(
    `{"contract":"BTC_USDT","pnl":-0.000624354791,"side":"long","text":"web","time":1547198562,"time_ms":1547198562123,"user":"21"}`,
  ),
};

Deno.test("Private futures streams are signed as the vectors W2 and W3 say", () => {
  const sign = (event: string): string =>
    textSign(`channel=futures.positions&event=${event}&time=1700000000`, "gateTestSecret0001");
  assertEquals(
    sign("subscribe"),
    "a69b75c14aec556bab52b467b4c5abf90aea8dbf8ee0f6197a5bb8d5483fdac863f78c4caa8040dddb22d74baad1c6dd2268bbccf5ca1b13064aaacc96dfadf2",
  );
  assertEquals(
    sign("unsubscribe"),
    "23cc205e47d19802d581c612f620f360e929e0c7f198bf204ba84d5acd74b756df1a0419634438fd596b0098c445fd77362445f5a459ecdea408d78b06325a1f",
  );
});

Deno.test("Private futures streams tell orders, fills, positions, balances and closes as documented", async () => {
  const box = new FuturesBox();
  const line = box.open();
  for (
    const name of [
      "orders",
      "usertrades",
      "positions",
      "position_closes",
      "auto_deleverages",
      "reduce_risk_limits",
    ]
  ) {
    line.join(`futures.${name}`, ["10001", "!all"]);
    assertEquals(line.reply(`futures.${name}`).result, { status: "success" });
  }
  line.join("futures.balances", ["10001"]);
  line.join("futures.position_adl_rank", ["BTC_USDT"]);
  await box.order({ size: 3, price: "0", tif: "ioc", text: "t-in" });
  const closing = await box.own("POST", "/orders", {
    body: { contract: "BTC_USDT", size: 0, price: "0", tif: "ioc", close: true, text: "t-out" },
  });
  box.run(500);
  const orders = line.rows("futures.orders");
  for (const row of orders) assertShape({ ...row, id: 1 }, samples.orders);
  assertEquals(orders.map(({ text, finish_as, status, left }) => [text, finish_as, status, left]), [
    ["t-in", "_new", "open", 3],
    ["t-in", "filled", "finished", 0],
    ["t-out", "_new", "open", -3],
    ["t-out", "filled", "finished", 0],
  ]);
  const id = /"id":(\d+),/.exec(closing.text)![1]!;
  assertEquals(orders.at(-1)!["id_string"], id);
  const text = line.texts.findLast((frame) => frame.includes(`"futures.orders"`))!;
  assert(text.includes(`"id":${id},`), "a number beyond 2^53, and never the last key");
  const trades = line.rows("futures.usertrades");
  assertEquals(trades.map(({ size, close_size }) => [size, close_size]), [[3, 0], [-3, -3]]);
  const positions = line.rows("futures.positions");
  assertEquals(positions.map(({ size }) => size), [3, 0]);
  assertEquals(Number(positions[1]!["update_id"]), Number(positions[0]!["update_id"]) + 1);
  const balances = line.rows("futures.balances");
  assertEquals(balances.map(({ type }) => type), ["fee", "pnl", "fee"]);
  assertEquals(balances.at(-1)!["text"], `BTC_USDT:${id}`);
  assertEquals(balances.at(-1)!["balance"], Number((await box.own("GET", "/accounts")).body["total"]));
  const closes = line.rows("futures.position_closes");
  assertEquals(closes.map(({ side, text }) => [side, text]), [["long", "t-out"]]);
  for (
    const [rows, sample] of [
      [trades, samples.usertrades],
      [positions, samples.positions],
      [balances, samples.balances],
      [closes, samples.position_closes],
    ] as [Body[], Body][]
  ) {
    for (const row of rows) assertShape(row, sample);
  }
  assertEquals(line.rows("futures.position_adl_rank").map(({ rank_division }) => rank_division), [5, 6]);
  await box.simulator.stop();
});

Deno.test("Futures order pushes number the changes of an order: created, amended, cancelled", async () => {
  const box = new FuturesBox();
  const line = box.open();
  line.join("futures.orders", ["10001", "BTC_USDT"]);
  const price = ((await box.top()).bid - 100).toFixed(1);
  await box.order({ size: 5, price, text: "t-a" });
  await box.own("PUT", "/orders/t-a", { body: { size: 4 } });
  await box.own("DELETE", "/orders/t-a");
  await box.order({ contract: "LUNC_USDT", size: 1, price: "0", tif: "ioc" });
  box.run(300);
  const rows = line.rows("futures.orders");
  assertEquals(rows.map(({ finish_as, size, update_id }) => [finish_as, size, update_id]), [
    ["_new", 5, 1],
    ["_update", 4, 2],
    ["cancelled", 4, 3],
  ]);
  await box.simulator.stop();
});

Deno.test("A futures user hears of nobody else, and of nothing after leaving", async () => {
  const other = { ...owner, uid: "10002", apiKey: "other", secretKey: "otherSecret" };
  const box = new FuturesBox({ accounts: [owner, other] });
  const line = box.open();
  line.join("futures.orders", ["10001", "!all"]);
  const order = { contract: "BTC_USDT", size: 1, price: "0", tif: "ioc" };
  await box.call("POST", "/orders", { key: "other", secret: "otherSecret", body: order });
  box.run(300);
  assertEquals(line.rows("futures.orders"), []);
  line.join("futures.orders", ["10001", "!all"], "unsubscribe");
  assertEquals(line.reply("futures.orders").event, "unsubscribe");
  await box.order({ size: 1, price: "0", tif: "ioc" });
  box.run(300);
  assertEquals(line.rows("futures.orders"), []);
  await box.simulator.stop();
});

Deno.test("Private futures streams refuse wrong signatures, contracts and payloads", async () => {
  const box = new FuturesBox();
  const line = box.open();
  line.join("futures.orders", ["10001", "!all"], "subscribe", "wrong");
  const refused = line.reply("futures.orders");
  assertEquals([refused.error!.code, refused.result], [4, null] as unknown as [number, Body]);
  assertEquals(JSON.parse(refused.error!.message).label, "INVALID_SIGNATURE");
  line.join("futures.positions", ["10001", "NO_USDT"]);
  assertEquals(line.reply("futures.positions").error, { code: 2, message: "unknown contract NO_USDT" });
  line.join("futures.usertrades", ["10001"]);
  assertEquals(line.reply("futures.usertrades").error!.code, 1);
  line.subscribe("futures.orders", ["10001", "!all"]);
  assertEquals(line.reply("futures.orders").error!.code, 4);
  await box.simulator.stop();
});

Deno.test("A futures liquidation is pushed to its owner and to the public", async () => {
  const box = new FuturesBox({ eventsPerSecond: 20 });
  const line = box.open();
  line.join("futures.liquidates", ["10001", "!all"]);
  line.subscribe("futures.public_liquidates", ["!all"]);
  line.subscribe("futures.trades", ["LUNC_USDT"]);
  await box.own("POST", "/positions/LUNC_USDT/leverage", { query: "leverage=50" });
  const { ask } = await box.top("LUNC_USDT");
  const size = Math.floor(2000 / (ask * 10_000));
  await box.order({ contract: "LUNC_USDT", size, price: "0", tif: "ioc" });
  for (let minute = 0; minute < 60 && line.rows("futures.liquidates").length === 0; minute++) box.run(60_000);
  box.run(2000);
  const [own] = line.rows("futures.liquidates");
  assertShape({ ...own, order_id: 1 }, samples.liquidates);
  const [told] = line.rows("futures.public_liquidates");
  assertShape(told, JSON.parse(`{"price":"63900.1","size":-124,"time":1786540600120,"contract":"BTC_USDT"}`));
  assertEquals([told!["size"], told!["contract"]], [-size, "LUNC_USDT"]);
  const taken = line.rows("futures.trades").filter(({ is_internal }) => is_internal === true);
  assertEquals(taken.map((trade) => trade["size"]), [-size]);
  await box.simulator.stop();
});

Deno.test("A private futures stream is not opened with a time that is long past", async () => {
  const box = new FuturesBox();
  const line = box.open();
  const SIGN = textSign(`channel=futures.orders&event=subscribe&time=${line.now - 100}`, owner.secretKey!);
  line.send({
    time: line.now - 100,
    channel: "futures.orders",
    event: "subscribe",
    payload: ["10001", "!all"],
    auth: { method: "api_key", KEY: key, SIGN },
  });
  assert(line.reply("futures.orders").error !== undefined, "the time is more than a minute off");
  await box.simulator.stop();
});
