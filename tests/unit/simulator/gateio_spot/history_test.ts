import { assert, assertEquals } from "@std/assert";
import { type Body, exact, GateBox, product, shape, user } from "./gate_box.ts";

const buy = { type: "limit", side: "buy", amount: "0.001", price: "64000" };

/** The documented row of section 5.6. */
const tradeRow = JSON.parse(
  `{"id":"1232893232","create_time":"1548000000","create_time_ms":"1548000000123.456","currency_pair":"BTC_USDT","order_id":"4128442423","side":"buy","role":"maker","amount":"0.15","price":"0.03","fee":"0.0005","fee_currency":"BTC","point_fee":"0","gt_fee":"0","amend_text":"-","sequence_id":"588018","text":"t-test"}`,
);

Deno.test("my_trades of Gate.io has a row for every fill, and they add up to the order", async () => {
  await using box = new GateBox();
  const { body: order } = await box.order({
    type: "limit",
    side: "buy",
    amount: "1.2",
    price: "65000.5",
    text: "t-me",
  });
  await box.order({ type: "limit", side: "sell", amount: "1", price: "1999", currency_pair: "ETH_USDT" });
  const query = { currency_pair: "BTC_USDT", order_id: String(order["id"]) };
  const { body, headers } = await box.call<Body[]>("GET", "/spot/my_trades", { query });
  assertEquals(body.map(shape), [shape(tradeRow), shape(tradeRow)]);
  assertEquals(Object.keys(body[0]!), Object.keys(tradeRow));
  assertEquals(headers.get("x-pagination-total"), "2");
  const value = body.reduce((sum, row) => sum + product(row["amount"], row["price"]), 0n);
  assertEquals(value, exact(order["filled_total"]));
  assertEquals(body.reduce((sum, row) => sum + exact(row["fee"]), 0n), exact(order["fee"]));
  assertEquals(body.map((row) => [row["price"], row["role"], row["text"]]), [
    ["65000.5", "taker", "t-me"],
    ["65000", "taker", "t-me"],
  ]);
  const all = await box.call<Body[]>("GET", "/spot/my_trades", { query: { account: "spot" } });
  assertEquals(all.body.map((row) => row["currency_pair"]), ["ETH_USDT", "BTC_USDT", "BTC_USDT"]);
  const second = await box.call<Body[]>("GET", "/spot/my_trades", { query: { limit: 1, page: 2 } });
  assertEquals(second.body[0]!["id"], body[0]!["id"]);
  const none = await box.call<Body[]>("GET", "/spot/my_trades", { query: { from: 1, to: box.seconds - 60 } });
  assertEquals([none.status, (none.body as unknown as Body)["label"]], [400, "INVALID_PARAM_VALUE"]);
  const before = { to: box.seconds - 60 };
  assertEquals((await box.call<Body[]>("GET", "/spot/my_trades", { query: before })).body, []);
});

Deno.test("Gate.io lists open orders by pair and finished ones by their end", async () => {
  await using box = new GateBox();
  const ids: unknown[] = [];
  for (const price of ["64000", "63000", "62000"]) {
    ids.push((await box.order({ ...buy, price })).body["id"]);
  }
  await box.order({ ...buy, currency_pair: "ETH_USDT", amount: "0.1", price: "1000" });
  const open = await box.call<Body[]>("GET", "/spot/open_orders", { query: { limit: 2 } });
  assertEquals(
    open.body.map((row) => [row["currency_pair"], row["total"], (row["orders"] as Body[]).length]),
    [
      ["BTC_USDT", 3, 2],
      ["ETH_USDT", 1, 1],
    ],
  );
  box.run(10_000);
  const pair = { currency_pair: "BTC_USDT" };
  await box.call("DELETE", `/spot/orders/${ids[0]}`, { query: pair });
  const ended = box.seconds;
  box.run(10_000);
  await box.call("DELETE", `/spot/orders/${ids[2]}`, { query: pair });
  const list = async (query: Record<string, string | number>): Promise<unknown> => {
    await Promise.resolve();
    const { body } = await box.call<Body[]>("GET", "/spot/orders", { query });
    return Array.isArray(body) ? body.map((row) => row["id"]) : body["label"];
  };
  assertEquals(await list({ ...pair, status: "open" }), [ids[1]]);
  assertEquals(await list({ ...pair, status: "finished" }), [ids[2], ids[0]]);
  assertEquals(await list({ status: "finished" }), [ids[2], ids[0]], "the pair may be absent");
  assertEquals(await list({ status: "finished", from: ended - 1, to: ended + 1 }), [ids[0]]);
  assertEquals(await list({ status: "finished", side: "sell" }), []);
  assertEquals(await list({ status: "finished", limit: 1, page: 2 }), [ids[0]]);
  assertEquals(await list({ status: "open" }), "MISSING_REQUIRED_PARAM");
  assertEquals(await list({ ...pair, status: "open", limit: 101 }), "INVALID_PARAM_VALUE");
  assertEquals(await list({ ...pair, status: "some" }), "INVALID_PARAM_VALUE");
});

Deno.test("Spot accounts of Gate.io count the changes of every coin", async () => {
  await using box = new GateBox();
  const accounts = async (): Promise<Body[]> => (await box.call<Body[]>("GET", "/spot/accounts")).body;
  const before = await accounts();
  assertEquals(
    before.map(shape),
    before.map(() => shape({ currency: "", available: "", locked: "", update_id: 1 })),
  );
  assertEquals(before.map((row) => row["currency"]), ["USDT", "BTC", "ETH"]);
  await box.order(buy);
  const after = await accounts();
  assertEquals(Number(after[0]!["update_id"]), Number(before[0]!["update_id"]) + 1);
  assertEquals(after[1], before[1]);
  const unknown = await box.call("GET", "/spot/accounts", { query: { currency: "NOSUCH" } });
  assertEquals(unknown.body["label"], "INVALID_CURRENCY");
});

Deno.test("The account book of Gate.io explains what is free, change by change", async () => {
  await using box = new GateBox();
  await box.order({ ...buy, amount: "0.7", price: "65000" });
  await box.call("DELETE", "/spot/orders");
  const { body } = await box.call<Body[]>("GET", "/spot/account_book", { query: { currency: "USDT" } });
  const sample = { id: "", time: 1, currency: "", change: "", balance: "", type: "", code: "", text: "" };
  for (const row of body) assertEquals(shape(row), shape(sample));
  const oldest = body.toReversed();
  let balance = 0n;
  for (const row of oldest) {
    balance += exact(row["change"]);
    assertEquals(exact(row["balance"]), balance);
  }
  assertEquals(balance, (await box.balance("USDT")).free);
  assertEquals([oldest[0]!["type"], oldest[1]!["type"]], ["deposit", "new_order"]);
  const orders = await box.call<Body[]>("GET", "/spot/account_book", { query: { type: "new_order" } });
  assertEquals(orders.body.map((row) => row["change"]), ["-45500"]);
});

Deno.test("Gate.io states the fees of an account, its own where it has some", async () => {
  const special = { ...user, fees: { GATEIO_SPOT: { maker: -0.0001, taker: 0.0007 } } };
  await using box = new GateBox({ accounts: [special] });
  const fee = (await box.call("GET", "/spot/fee", { query: { currency_pair: "BTC_USDT" } })).body;
  assertEquals([fee["user_id"], fee["taker_fee"], fee["maker_fee"]], [10406147, "0.0007", "-0.0001"]);
  const pairs = { currency_pairs: Array.from({ length: 51 }, () => "BTC_USDT").join(",") };
  const many = await box.call("GET", "/spot/batch_fee", { query: pairs });
  assertEquals(many.body["label"], "INVALID_PARAM_VALUE");
  await box.order({ ...buy, price: "64999.5", text: "t-rebate" });
  await box.order({ type: "limit", side: "sell", amount: "0.001", price: "64999.5" });
  const [row] =
    (await box.call<Body[]>("GET", "/spot/orders", { query: { status: "finished", side: "buy" } })).body;
  assertEquals([row!["fee"], row!["rebated_fee"], row!["rebated_fee_currency"]], ["0", "0.0000001", "BTC"]);
});

Deno.test("Rows of my_trades keep to the order in which they happened, the latest first", async () => {
  await using box = new GateBox();
  for (let count = 0; count < 5; count++) {
    await box.order({ ...buy, price: "65000" });
    box.run(1000);
  }
  const { body } = await box.call<Body[]>("GET", "/spot/my_trades");
  const times = body.map((row) => Number(row["create_time_ms"]));
  assertEquals(times, times.toSorted((a, b) => b - a));
  assert(body.every((row) => /^\d+\.\d{3}$/.test(String(row["create_time_ms"]))));
});
