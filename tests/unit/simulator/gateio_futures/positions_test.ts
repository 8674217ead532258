import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { assertShape, type Body, FuturesBox } from "./futures_box.ts";

/** Section 6.8. */
const accountSample = JSON.parse(
  `{"user":1666,"currency":"USDT","total":"9707.80","unrealised_pnl":"3.37","position_margin":"38.71","order_margin":"0","available":"9669.09","point":"0","bonus":"0","in_dual_mode":false,"enable_credit":true,"position_initial_margin":"0","maintenance_margin":"0","enable_evolved_classic":true,"cross_order_margin":"0","cross_initial_margin":"38.7","cross_maintenance_margin":"19.3","cross_unrealised_pnl":"3.37","cross_available":"9669.09","cross_margin_balance":"9711.17","cross_mmr":"0.002","cross_imr":"0.004","isolated_position_margin":"0","enable_new_dual_mode":true,"margin_mode":0,"enable_tiered_mm":true,"enable_dual_plus":false,"position_mode":"single","history":{"dnw":"10000","pnl":"68.3","fee":"-1.64","refr":"0","fund":"-358.9","point_dnw":"0","point_fee":"0","point_refr":"0","bonus_dnw":"0","bonus_offset":"0","cross_settle":"0"}}`,
);
/** Section 6.13. */
const positionSample = JSON.parse(
  `{"user":10000,"contract":"BTC_USDT","size":-9440,"leverage":"0","lever":"10","pos_margin_mode":"cross","cross_leverage_limit":"10","risk_limit":"1000000","leverage_max":"125","maintenance_rate":"0.004","average_maintenance_rate":"0.004","value":"3568.62","margin":"356.9","initial_margin":"358.6","maintenance_margin":"16.0","entry_price":"3779.55","liq_price":"99999999","mark_price":"3780.32","unrealised_pnl":"-0.72","realised_pnl":"-1.7","pnl_pnl":"0","pnl_fund":"0","pnl_fee":"-1.7","history_pnl":"0","last_close_pnl":"0","realised_point":"0","history_point":"0","adl_ranking":5,"pending_orders":16,"close_order":null,"mode":"single","open_time":1684913253,"update_time":1684994406,"update_id":1,"risk_limit_table":"","trade_max_size":"0","pid":0}`,
);
const quanto = 0.0001;
const taker = 0.0005;

function near(actual: unknown, expected: number): void {
  assertAlmostEquals(Number(actual), expected, 1e-9);
}

Deno.test("A futures position follows the documented formulas", async () => {
  const box = new FuturesBox();
  const { ask } = await box.top();
  await box.order({ size: 100, price: "0", tif: "ioc" });
  const { body } = await box.own("GET", "/positions/BTC_USDT");
  assertShape(body, positionSample);
  const { body: [ticker] } = await box.get<Body[]>("/tickers", "contract=BTC_USDT");
  const mark = Number(ticker!["mark_price"]);
  const value = 100 * quanto * mark;
  const fee = 100 * quanto * ask * taker;
  assertEquals([body["size"], body["entry_price"], body["mode"]], [100, String(ask), "single"]);
  near(body["mark_price"], mark);
  near(body["value"], value);
  near(body["initial_margin"], value / 10 + value * taker);
  near(body["maintenance_margin"], value * (Number(body["maintenance_rate"]) + taker));
  near(body["unrealised_pnl"], 100 * quanto * (mark - ask));
  near(body["pnl_fee"], -fee);
  near(body["realised_pnl"], -fee);
  assertEquals((await box.own<Body[]>("GET", "/positions")).body, [body]);
  const ranged = await box.own<Body[]>("GET", "/positions_timerange", { query: "contract=BTC_USDT&from=1" });
  assertEquals(ranged.body, [body]);
  const { body: account } = await box.own("GET", "/accounts");
  assertShape(account, accountSample);
  near(account["total"], 10_000 - fee);
  const history = account["history"] as Record<string, string>;
  near(
    account["total"],
    ["dnw", "pnl", "fee", "refr", "fund"].reduce((sum, name) => sum + Number(history[name]), 0),
  );
  near(account["cross_margin_balance"], 10_000 - fee + 100 * quanto * (mark - ask));
  await box.simulator.stop();
});

Deno.test("Closing a futures position realises price difference and fees, and is remembered", async () => {
  const box = new FuturesBox();
  const { ask, bid } = await box.top();
  await box.order({ size: 50, price: "0", tif: "ioc", text: "t-open" });
  const closed = await box.order({ size: 0, price: "0", tif: "ioc", close: true, text: "t-close" });
  assertEquals(
    [closed["size"], closed["is_close"], closed["is_reduce_only"], closed["finish_as"]],
    [-50, true, true, "filled"],
  );
  near(closed["pnl"], 50 * quanto * (bid - ask));
  const { body: position } = await box.own("GET", "/positions/BTC_USDT");
  assertEquals([position["size"], position["adl_ranking"], position["liq_price"]], [0, 6, "0"]);
  const fees = -50 * quanto * (bid + ask) * taker;
  near(position["last_close_pnl"], 50 * quanto * (bid - ask) + fees);
  const { body: [row] } = await box.own<Body[]>("GET", "/position_close", { query: "contract=BTC_USDT" });
  assertShape(
    row,
    JSON.parse(
      `{"time":1546487347,"contract":"BTC_USDT","side":"long","pnl":"-23.4","pnl_pnl":"-22.7","pnl_fund":"-0.6","pnl_fee":"-0.1","text":"web","max_size":"100","accum_size":"100","first_open_time":1546487347,"long_price":"2026.87","short_price":"2544.4"}`,
    ),
  );
  assertEquals(
    [row!["side"], row!["text"], row!["max_size"], row!["long_price"], row!["short_price"]],
    ["long", "t-close", "50", String(ask), String(bid)],
  );
  near(row!["pnl_pnl"], 50 * quanto * (bid - ask));
  near(row!["pnl_fee"], fees);
  const { body: fills } = await box.own<Body[]>("GET", "/my_trades", { query: "contract=BTC_USDT" });
  assertShape(
    fills[0],
    JSON.parse(
      `{"id":121234231,"create_time":1514764800.123,"contract":"BTC_USDT","order_id":"21893289839","size":100,"close_size":0,"price":"100.123","role":"taker","text":"t-123456","fee":"0.01","point_fee":"0","trade_value":"100.1"}`,
    ),
  );
  assertEquals(fills.map(({ size, close_size, text }) => [size, close_size, text]), [
    [-50, -50, "t-close"],
    [50, 0, "t-open"],
  ]);
  near(fills[0]!["fee"], 50 * quanto * bid * taker);
  const ranged = await box.own<Body[]>("GET", "/my_trades_timerange", {
    query: `contract=BTC_USDT&role=taker&from=1&to=9999999999`,
  });
  assertEquals(ranged.body.map(({ trade_id }) => trade_id), fills.map(({ id }) => String(id)));
  await box.simulator.stop();
});

Deno.test("The futures ledger names the order and the trade behind each change, and adds up", async () => {
  const box = new FuturesBox();
  await box.order({ size: 50, price: "0", tif: "ioc" });
  const closed = await box.own("POST", "/orders", {
    body: { contract: "BTC_USDT", size: -50, price: "0", tif: "ioc" },
  });
  const orderId = /"id":(\d+),/.exec(closed.text)![1]!;
  const { body: rows } = await box.own<Record<string, string>[]>("GET", "/account_book");
  assertShape(
    rows[0],
    JSON.parse(
      `{"time":1682294400.123456,"change":"-0.01","balance":"4.59","type":"fee","text":"BTC_USDT:6086261","contract":"BTC_USDT","trade_id":"1","id":"2"}`,
    ),
  );
  assertEquals(rows.map(({ type }) => type), ["fee", "pnl", "fee", "dnw"]);
  assertEquals(rows.slice(0, 2).map(({ text }) => text), [`BTC_USDT:${orderId}`, `BTC_USDT:${orderId}`]);
  const { body: [fill] } = await box.own<Body[]>("GET", "/my_trades");
  assertEquals(rows[0]!["trade_id"], String(fill!["id"]));
  near(rows[0]!["balance"], rows.reduce((sum, { change }) => sum + Number(change), 0));
  assertEquals(rows[0]!["balance"], (await box.own("GET", "/accounts")).body["total"]);
  const fees = await box.own<Body[]>("GET", "/account_book", { query: "type=fee&contract=BTC_USDT" });
  assertEquals(fees.body, [rows[0], rows[2]] as unknown as Body[]);
  await box.simulator.stop();
});

Deno.test("Futures funding is paid by longs at a positive rate, and booked as such", async () => {
  const box = new FuturesBox();
  box.open();
  await box.order({ size: 100, price: "0", tif: "ioc" });
  const { body: contract } = await box.get("/contracts/BTC_USDT");
  const wait = Number(contract["funding_next_apply"]) * 1000 - box.clock.epochMs();
  box.run(wait + 1000);
  const { body: [row] } = await box.own<Body[]>("GET", "/account_book", { query: "type=fund" });
  const { body: [rate] } = await box.get<Body[]>("/funding_rate", "contract=BTC_USDT&limit=1");
  assertEquals(rate!["t"], contract["funding_next_apply"]);
  const mark = Number((await box.get("/contracts/BTC_USDT")).body["mark_price"]);
  near(row!["change"], -100 * quanto * mark * Number(rate!["r"]));
  near((await box.own("GET", "/positions/BTC_USDT")).body["pnl_fund"], Number(row!["change"]));
  await box.simulator.stop();
});

Deno.test("Leverage, margin mode, margin and risk limit of a futures position can be set", async () => {
  const box = new FuturesBox();
  const unknown = await box.own("GET", "/positions/BTC_USDT");
  assertEquals([unknown.status, unknown.body["label"]], [400, "POSITION_NOT_FOUND"]);
  const post = (path: string, query: string, body?: unknown): Promise<{ status: number; body: Body }> =>
    box.own("POST", `/positions/${path}`, { query, ...(body === undefined ? {} : { body }) });
  const isolated = (await post("BTC_USDT/leverage", "leverage=20")).body;
  assertEquals([isolated["leverage"], isolated["lever"], isolated["pos_margin_mode"]], [
    "20",
    "20",
    "isolated",
  ]);
  assertEquals((await box.own("GET", "/get_leverage/BTC_USDT")).body, { lever: "20" });
  assertEquals((await post("BTC_USDT/leverage", "leverage=51")).body["label"], "LEVERAGE_TOO_HIGH");
  assertEquals((await post("BTC_USDT/leverage", "leverage=0.5")).body["label"], "LEVERAGE_TOO_LOW");
  const { ask } = await box.top();
  await box.order({ size: 100, price: "0", tif: "ioc" });
  const held = (await box.own("GET", "/positions/BTC_USDT")).body;
  near(held["margin"], 100 * quanto * ask / 20);
  const more = (await post("BTC_USDT/margin", "change=10")).body;
  near(more["margin"], 100 * quanto * ask / 20 + 10);
  assertEquals((await post("BTC_USDT/margin", "change=-11")).body["label"], "REMOVE_TOO_MUCH");
  near((await post("BTC_USDT/margin", "change=-10")).body["margin"], 100 * quanto * ask / 20);
  const rate = Number(held["maintenance_rate"]) + taker;
  // margin + size·quanto·(price − entry) = size·quanto·price·(maintenance rate + fee rate)
  const liquidation = (100 * quanto * ask - Number(held["margin"])) / (100 * quanto * (1 - rate));
  assertAlmostEquals(Number(held["liq_price"]), liquidation, 1e-6);
  const cross = (await post("cross_mode", "", { mode: "CROSS", contract: "BTC_USDT" })).body;
  assertEquals([cross["leverage"], cross["pos_margin_mode"], cross["lever"]], ["0", "cross", "20"]);
  assertEquals((await post("BTC_USDT/margin", "change=1")).body["label"], "POSITION_CROSS_MARGIN");
  const limited = (await post("BTC_USDT/leverage", "leverage=0&cross_leverage_limit=5")).body;
  assertEquals([limited["leverage"], limited["cross_leverage_limit"]], ["0", "5"]);
  const risk = (await post("BTC_USDT/risk_limit", "risk_limit=2000000")).body;
  assertEquals([risk["risk_limit"], risk["leverage_max"]], ["2000000", "25"]);
  const set = (await post("BTC_USDT/set_leverage", "leverage=8&margin_mode=isolated")).body;
  assertEquals([set["leverage"], set["lever"]], ["8", "8"]);
  await box.simulator.stop();
});

Deno.test("Dual mode holds a long and a short futures position side by side", async () => {
  const box = new FuturesBox();
  const dual = await box.own("POST", "/dual_mode", { query: "dual_mode=true" });
  assertEquals([dual.status, dual.body["in_dual_mode"], dual.body["position_mode"]], [200, true, "dual"]);
  await box.order({ size: 10, price: "0", tif: "ioc" });
  await box.order({ size: -4, price: "0", tif: "ioc" });
  const both = async (): Promise<unknown> =>
    (await box.own<Body[]>("GET", "/dual_comp/positions/BTC_USDT")).body.map((
      { mode, size },
    ) => [mode, size]);
  assertEquals(await both(), [["dual_long", 10], ["dual_short", -4]]);
  for (
    const [method, path] of [["GET", "/positions/BTC_USDT"], [
      "POST",
      "/positions/BTC_USDT/leverage",
    ]] as const
  ) {
    const single = await box.own(method, path, { query: "leverage=5" });
    assertEquals([single.status, single.body["label"]], [400, "POSITION_DUAL_MODE"]);
  }
  const set = await box.own<Body[]>("POST", "/dual_comp/positions/BTC_USDT/leverage", {
    query: "leverage=5",
  });
  assertEquals(set.body.map(({ mode, leverage }) => [mode, leverage]), [["dual_long", "5"], [
    "dual_short",
    "5",
  ]]);
  const side = await box.own<Body[]>("POST", "/dual_comp/positions/BTC_USDT/margin", {
    query: "change=1&dual_side=dual_short",
  });
  near(Number(side.body[1]!["margin"]) - Number(set.body[1]!["margin"]), 1);
  near(side.body[0]!["margin"], Number(set.body[0]!["margin"]));
  const held = await box.own("POST", "/dual_mode", { query: "dual_mode=false" });
  assertEquals([held.status, held.body["label"]], [400, "POSITION_HOLDING"]);
  await box.order({ size: -3, price: "0", tif: "ioc", reduce_only: true });
  assertEquals(await both(), [["dual_long", 7], ["dual_short", -4]]);
  await box.order({ size: 0, price: "0", tif: "ioc", auto_size: "close_long", reduce_only: true });
  await box.order({ size: 0, price: "0", tif: "ioc", auto_size: "close_short", reduce_only: true });
  assertEquals(await both(), [["dual_long", 0], ["dual_short", 0]]);
  const back = await box.own("POST", "/set_position_mode", { query: "position_mode=single" });
  assertEquals(back.body["position_mode"], "single");
  await box.simulator.stop();
});

Deno.test("Reduce-only futures orders do not outgrow the position", async () => {
  const box = new FuturesBox();
  const { ask } = await box.top();
  await box.order({ size: 10, price: "0", tif: "ioc" });
  const increase = await box.own("POST", "/orders", {
    body: { contract: "BTC_USDT", size: 1, price: "0", tif: "ioc", reduce_only: true },
  });
  assertEquals(increase.body["label"], "INCREASE_POSITION");
  const first = await box.own("POST", "/orders", {
    body: { contract: "BTC_USDT", size: -10, price: (ask + 50).toFixed(1), reduce_only: true },
  });
  const id = /"id":(\d+),/.exec(first.text)![1]!;
  await box.order({ size: -10, price: (ask + 40).toFixed(1), reduce_only: true });
  assertEquals((await box.own("GET", `/orders/${id}`)).body["finish_as"], "reduce_out");
  await box.simulator.stop();
});

Deno.test("A liquidated futures position is told to everybody and to its owner", async () => {
  const box = new FuturesBox({ eventsPerSecond: 20 });
  box.open();
  await box.own("POST", "/positions/LUNC_USDT/leverage", { query: "leverage=50" });
  const { ask } = await box.top("LUNC_USDT");
  const quantity = Math.floor(2000 / (ask * 10_000));
  await box.order({ contract: "LUNC_USDT", size: quantity, price: "0", tif: "ioc" });
  let rows: Body[] = [];
  for (let minute = 0; minute < 60 && rows.length === 0; minute++) {
    box.run(60_000);
    rows = (await box.own<Body[]>("GET", "/liquidates")).body;
  }
  assert(rows.length === 1, "a market of 1 bp a second does not stay within 1 % for an hour");
  const [own] = rows;
  const names =
    "time contract size leverage margin entry_price liq_price mark_price order_id order_price fill_price left";
  assertEquals(Object.keys(own!).sort(), names.split(" ").sort());
  assertEquals([own!["size"], own!["leverage"], own!["left"]], [quantity, "50", 0]);
  assert(Number(own!["mark_price"]) <= Number(own!["liq_price"]));
  const { body: [told] } = await box.get<Body[]>("/liq_orders", "contract=LUNC_USDT");
  assertShape(
    told,
    JSON.parse(
      `{"time":1548654951,"contract":"BTC_USDT","size":600,"order_size":-600,"order_price":"3405","fill_price":"3424","left":0}`,
    ),
  );
  assertEquals([told!["size"], told!["order_size"], told!["time"]], [quantity, -quantity, own!["time"]]);
  const { body: [order] } = await box.own<Body[]>("GET", "/orders", {
    query: "status=finished&contract=LUNC_USDT",
  });
  assertEquals([order!["is_liq"], String(order!["text"]).startsWith("liq-")], [true, true]);
  assertEquals((await box.own<Body[]>("GET", "/auto_deleverages")).body, []);
  await box.simulator.stop();
});

Deno.test("The futures fee endpoint states the account's own rates", async () => {
  const box = new FuturesBox();
  assertEquals((await box.own("GET", "/fee", { query: "contract=BTC_USDT" })).body, {
    BTC_USDT: { taker_fee: "0.0005", maker_fee: "0.0002" },
  });
  assertEquals(
    Object.keys((await box.own("GET", "/fee")).body).length,
    (await box.get<Body[]>("/contracts")).body.length,
  );
  await box.simulator.stop();
});
