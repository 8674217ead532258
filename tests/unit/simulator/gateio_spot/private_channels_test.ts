import { assert, assertEquals } from "@std/assert";
import { type Body, exact, GateBox, other, product, shape, user } from "./gate_box.ts";

const buy = { type: "limit", side: "buy", amount: "0.001", price: "64000" };

/** Documented rows of section 8.2. */
const orderRow = JSON.parse(
  `{"id":"1036717689726","text":"apiv4","create_time":"1774613210","update_time":"1774613210","currency_pair":"BTC_USDT","type":"limit","account":"spot","side":"buy","amount":"0.1","price":"200","time_in_force":"gtc","left":"0.1","filled_amount":"0","filled_total":"0","avg_deal_price":"0","fee":"0","fee_currency":"BTC","point_fee":"0","gt_fee":"0","rebated_fee":"0","rebated_fee_currency":"BTC","create_time_ms":"1774613210391","update_time_ms":"1774613210391","user":10406147,"event":"put","stp_id":0,"stp_act":"-","finish_as":"open","biz_info":"-","amend_text":"-"}`,
);
const fillRow = JSON.parse(
  `{"id":5736713,"user_id":1000001,"order_id":"30784428","currency_pair":"BTC_USDT","create_time":1605176741,"create_time_ms":"1605176741123.456","side":"sell","amount":"1","role":"taker","price":"10000","fee":"0.002","fee_currency":"USDT","point_fee":"0","gt_fee":"0","text":"apiv4","amend_text":"-","id_market":5736713}`,
);
const balanceRow = JSON.parse(
  `{"timestamp":"1667556323","timestamp_ms":"1667556323730","user":"1000001","currency":"USDT","change":"0","total":"222244.38","available":"222239.38","freeze":"5","freeze_change":"5.000000","change_type":"order-create"}`,
);

Deno.test("spot.orders tells put, update and finish in the captured shape", async () => {
  await using box = new GateBox();
  const line = box.open();
  line.join("spot.orders", ["BTC_USDT"]);
  await box.order({ ...buy, amount: "0.7", price: "65000", text: "t-a" });
  await box.order({ ...buy, currency_pair: "ETH_USDT", amount: "0.1", price: "1000" });
  await box.call("DELETE", "/spot/orders/t-a", { query: { currency_pair: "BTC_USDT" } });
  box.run(100);
  const rows = line.rows("spot.orders");
  assertEquals(rows.map((row) => row["event"]), ["put", "update", "finish"]);
  for (const row of rows) {
    assertEquals(Object.keys(row), Object.keys(orderRow));
    assertEquals(shape(row), shape(orderRow));
  }
  assertEquals(rows.map((row) => row["left"]), ["0.7", "0.2", "0.2"]);
  assertEquals(rows.map((row) => row["finish_as"]), ["open", "open", "cancelled"]);
  assertEquals(exact(rows[2]!["filled_total"]), product("0.5", "65000"));
  assertEquals(rows[0]!["user"], Number(user.uid));
});

Deno.test("spot.orders_v2 has the same rows without fees, and !all has every pair", async () => {
  await using box = new GateBox();
  const line = box.open();
  line.join("spot.orders_v2", ["!all"]);
  await box.order(buy);
  await box.order({ ...buy, currency_pair: "ETH_USDT", amount: "0.1", price: "1000" });
  box.run(100);
  const rows = line.rows("spot.orders_v2");
  assertEquals(rows.map((row) => row["currency_pair"]), ["BTC_USDT", "ETH_USDT"]);
  assert(!Object.keys(rows[0]!).some((name) => name.includes("fee")));
});

Deno.test("spot.usertrades tells each fill of both sides, with the same trade id", async () => {
  await using box = new GateBox();
  const [mine, theirs] = [box.open(), box.open()];
  mine.join("spot.usertrades", ["BTC_USDT"]);
  theirs.join("spot.usertrades", ["!all"], "subscribe", { ...other } as unknown as typeof user);
  await box.order({ type: "limit", side: "sell", amount: "0.25", price: "64999.5" });
  await box.order({ ...buy, amount: "0.25", price: "65000", text: "t-b" }, { as: other });
  box.run(100);
  const [[maker], [taker]] = [mine.rows("spot.usertrades"), theirs.rows("spot.usertrades")];
  assertEquals([maker!, taker!].map(shape), [shape(fillRow), shape(fillRow)]);
  assertEquals(Object.keys(maker!), Object.keys(fillRow));
  assertEquals([maker!["role"], taker!["role"], taker!["text"]], ["maker", "taker", "t-b"]);
  assertEquals([maker!["side"], taker!["side"], maker!["fee_currency"]], ["sell", "buy", "USDT"]);
  assertEquals(maker!["id"], taker!["id"]);
  assertEquals(exact(maker!["fee"]), product("0.25", "64999.5") * 2n / 1000n);
});

Deno.test("spot.balances says of every coin what it became, in an order that adds up", async () => {
  await using box = new GateBox();
  const line = box.open();
  assertEquals(line.join("spot.balances", undefined).result, { status: "success" });
  await box.order({ ...buy, amount: "0.7", price: "65000" });
  await box.call("DELETE", "/spot/orders");
  box.run(100);
  const rows = line.rows("spot.balances");
  const totals = new Map<unknown, bigint>([["USDT", exact("100000")], ["BTC", exact("2")]]);
  for (const row of rows) {
    assertEquals(shape(row), shape(balanceRow));
    totals.set(row["currency"], totals.get(row["currency"])! + exact(row["change"]));
    assertEquals(exact(row["total"]), totals.get(row["currency"]));
    assertEquals(exact(row["total"]), exact(row["available"]) + exact(row["freeze"]));
  }
  assertEquals(
    [...new Set(rows.map((row) => row["change_type"]))],
    ["order-create", "order-match", "trade-fee-deduct", "order-update"],
  );
  assertEquals(rows[0]!["freeze_change"], "45500");
  assertEquals(exact(rows.at(-1)!["total"]), (await box.balance("USDT")).free);
});

Deno.test("Private streams end with unsubscribe, with the socket, and belong to their user", async () => {
  await using box = new GateBox();
  const line = box.open();
  line.join("spot.orders", ["BTC_USDT", "ETH_USDT"]);
  line.join("spot.orders", ["ETH_USDT"]);
  await box.order(buy, { as: other });
  await box.order({ ...buy, currency_pair: "ETH_USDT", amount: "0.1", price: "1000" });
  box.run(100);
  assertEquals(line.rows("spot.orders").length, 1, "joined twice is told once");
  assertEquals(line.join("spot.orders", ["ETH_USDT"], "unsubscribe").result, { status: "success" });
  await box.order({ ...buy, currency_pair: "ETH_USDT", amount: "0.1", price: "1000" });
  await box.order(buy);
  box.run(100);
  assertEquals(line.rows("spot.orders").map((row) => row["currency_pair"]), ["ETH_USDT", "BTC_USDT"]);
  line.close();
  await box.order(buy);
});

Deno.test("Private streams refuse wrong credentials with code 4 and a JSON text in the message", async () => {
  await using box = new GateBox();
  const line = box.open();
  const ask = (auth: unknown, time = box.seconds): unknown[] => {
    line.send({ time, id: 3, channel: "spot.orders", event: "subscribe", payload: ["BTC_USDT"], auth });
    const { error, result } = line.messages.at(-1)!;
    return [error?.code, error?.message, result];
  };
  const SIGN = "0".repeat(128);
  assertEquals(ask({ method: "api_key", KEY: "nobody", SIGN }), [
    4,
    '{"label":"INVALID_KEY","message":"Invalid key provided"}\n',
    null,
  ]);
  const [code, message] = ask({ method: "api_key", KEY: user.apiKey, SIGN });
  assertEquals([code, JSON.parse(String(message))["label"]], [4, "INVALID_SIGNATURE"]);
  assertEquals(ask(undefined)[0], 4);
  assertEquals(ask({ method: "api_key", KEY: user.apiKey, SIGN }, box.seconds - 70)[0], 2);
  const unknown = line.join("spot.orders", ["BTC_USDT", "NOSUCH_USDT"]);
  assertEquals(unknown.error, { code: 2, message: "unknown currency pair: NOSUCH_USDT" });
  assertEquals(line.join("spot.orders", []).error?.code, 1);
  await box.order(buy);
  box.run(100);
  assertEquals(line.rows("spot.orders"), [], "nothing was joined");
});

Deno.test("Balances of accounts that nobody has can be joined and stay silent", async () => {
  await using box = new GateBox();
  const line = box.open();
  for (const name of ["margin_balances", "funding_balances", "cross_balances"]) {
    assertEquals(line.join(`spot.${name}`, undefined).result, { status: "success" });
  }
  await box.order(buy);
  box.run(100);
  assertEquals(line.messages.length, 3);
});

Deno.test("A transfer is told on spot.balances as one between accounts", async () => {
  await using box = new GateBox();
  const line = box.open();
  line.join("spot.balances", undefined);
  const body = { currency: "USDT", from: "spot", to: "futures", amount: "40.5", settle: "USDT" };
  const { body: answer } = await box.call<Body>("POST", "/wallet/transfers", { body });
  assertEquals(typeof answer["tx_id"], "number");
  box.run(100);
  const [row] = line.rows("spot.balances");
  assertEquals([row!["change"], row!["total"], row!["change_type"]], ["-40.5", "99959.5", "future-transfer"]);
});
