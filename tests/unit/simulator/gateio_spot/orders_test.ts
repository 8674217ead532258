import { assert, assertEquals } from "@std/assert";
import { parseFaultRule } from "../../../../src/simulator/faults/fault_rule.ts";
import { type Body, exact, GateBox, other, product, shape, user } from "./gate_box.ts";

const buy = { type: "limit", side: "buy", amount: "0.001", price: "64000" };
const sell = { type: "limit", side: "sell", amount: "0.001", price: "66000" };
const one = 10n ** 18n;
/** Fee of 0.2 %, cut off at 10^-18. */
const fee = (amount: bigint): bigint => amount * 2n / 1000n;

/** The documented answer to a new order (section 5.5). */
const documented = JSON.parse(
  `{"id":"1852454420","text":"t-abc123","amend_text":"-","create_time":"1710488334","update_time":"1710488334","create_time_ms":1710488334073,"update_time_ms":1710488334074,"status":"closed","currency_pair":"BTC_USDT","type":"limit","account":"spot","side":"buy","amount":"0.001","price":"65000","time_in_force":"gtc","iceberg":"0","left":"0","filled_amount":"0.001","fill_price":"63.4693","filled_total":"63.4693","avg_deal_price":"63469.3","fee":"0.000002","fee_currency":"BTC","point_fee":"0","gt_fee":"0","gt_maker_fee":"0","gt_taker_fee":"0","gt_discount":false,"rebated_fee":"0","rebated_fee_currency":"USDT","stp_id":0,"stp_act":"-","finish_as":"filled"}`,
);

Deno.test("A Gate.io order that takes three levels is filled exactly, and costs what the levels cost", async () => {
  await using box = new GateBox({
    accounts: [{ ...user, deposits: { GATEIO_SPOT: { USDT: "200000", BTC: "2" } } }],
  });
  const { status, body } = await box.order({
    text: "t-sweep_1.a",
    type: "limit",
    side: "buy",
    amount: "2",
    price: "65010",
  });
  assertEquals(status, 201);
  assertEquals(shape(body), shape(documented));
  assertEquals(Object.keys(body), Object.keys(documented));
  const cost = product("0.5", "65000") + product("1", "65000.5") + product("0.5", "65010");
  assertEquals(
    [body["status"], body["finish_as"], body["left"], body["text"]],
    ["closed", "filled", "0", "t-sweep_1.a"],
  );
  assertEquals(exact(body["filled_total"]), cost);
  assertEquals(body["fill_price"], body["filled_total"]);
  assertEquals(body["filled_amount"], "2");
  assertEquals(exact(body["avg_deal_price"]), cost / 2n);
  const paid = fee(2n * one);
  assertEquals([exact(body["fee"]), body["fee_currency"]], [paid, "BTC"]);
  assertEquals(await box.balance("USDT"), { free: exact("200000") - cost, locked: 0n });
  assertEquals(await box.balance("BTC"), { free: 2n * one + 2n * one - paid, locked: 0n });
});

Deno.test("A Gate.io sale pays its fee in what it earns", async () => {
  await using box = new GateBox();
  const { body } = await box.order({ type: "limit", side: "sell", amount: "1.2", price: "64990" });
  const earned = product("0.5", "64999") + product("0.7", "64990");
  assertEquals([exact(body["fee"]), body["fee_currency"]], [fee(earned), "USDT"]);
  assertEquals(await box.balance("USDT"), { free: exact("100000") + earned - fee(earned), locked: 0n });
  assertEquals(await box.balance("BTC"), { free: exact("0.8"), locked: 0n });
});

Deno.test("A resting Gate.io order binds exactly its worth and gives it back when it is cancelled", async () => {
  await using box = new GateBox();
  const { body } = await box.order({ ...buy, amount: "0.012345", price: "63999.9" });
  const bound = product("0.012345", "63999.9");
  assertEquals([body["status"], body["finish_as"], body["left"]], ["open", "open", "0.012345"]);
  assertEquals([body["avg_deal_price"], body["fee"], body["filled_total"]], ["0", "0", "0"]);
  assertEquals(await box.balance("USDT"), { free: exact("100000") - bound, locked: bound });
  const cancelled = await box.call("DELETE", `/spot/orders/${body["id"]}`, {
    query: { currency_pair: "BTC_USDT" },
  });
  assertEquals(cancelled.status, 200);
  assertEquals([cancelled.body["status"], cancelled.body["finish_as"]], ["cancelled", "cancelled"]);
  assertEquals(shape(cancelled.body), shape(documented));
  assertEquals(await box.balance("USDT"), { free: exact("100000"), locked: 0n });
});

Deno.test("An immediate-or-cancel Gate.io order keeps what it got and says so", async () => {
  await using box = new GateBox();
  const { body } = await box.order({ ...buy, amount: "0.7", price: "65000", time_in_force: "ioc" });
  assertEquals(
    [body["status"], body["finish_as"], body["filled_amount"], body["left"]],
    ["cancelled", "ioc", "0.5", "0.2"],
  );
  const cost = product("0.5", "65000");
  assertEquals(await box.balance("USDT"), { free: exact("100000") - cost, locked: 0n });
});

Deno.test("A Gate.io market purchase spends a quote amount as far as whole lots go", async () => {
  await using box = new GateBox();
  const { status, body } = await box.order({
    type: "market",
    side: "buy",
    amount: "40000.01",
    time_in_force: "ioc",
  });
  assertEquals(status, 201);
  const first = product("0.5", "65000");
  const rest = exact("40000.01") - first;
  const lots = rest / product("0.000001", "65000.5");
  const amount = exact("0.5") + lots * exact("0.000001");
  const spent = first + lots * product("0.000001", "65000.5");
  assertEquals([body["amount"], body["price"], body["type"]], ["40000.01", "0", "market"]);
  assertEquals([body["status"], body["finish_as"]], ["closed", "filled"]);
  assertEquals(exact(body["filled_amount"]), amount);
  assertEquals(exact(body["filled_total"]), spent);
  assertEquals(exact(body["left"]), exact("40000.01") - spent);
  assert(exact(body["left"]) > 0n && exact(body["left"]) < product("0.000001", "65000.5"));
  assertEquals(await box.balance("USDT"), { free: exact("100000") - spent, locked: 0n });
});

Deno.test("A Gate.io market order does not go further than its slippage", async () => {
  await using box = new GateBox({
    accounts: [{ ...user, deposits: { GATEIO_SPOT: { USDT: "900000", BTC: "20" } } }],
  });
  const market = { type: "market", time_in_force: "ioc" };
  const narrow = await box.order({ ...market, side: "buy", amount: "150000", slippage: "0.00001" });
  assertEquals([narrow.body["filled_amount"], narrow.body["finish_as"]], ["1.5", "ioc"]);
  const usual = await box.order({ ...market, side: "buy", amount: "500000" });
  // 5 % above 65,010 lies below the level at 90,000.
  assertEquals([usual.body["filled_amount"], usual.body["status"]], ["2", "cancelled"]);
  const sale = await box.order({ ...market, side: "sell", amount: "10", slippage: "0.0002" });
  assertEquals([sale.body["filled_amount"], sale.body["left"], sale.body["finish_as"]], [
    "1.5",
    "8.5",
    "ioc",
  ]);
});

Deno.test("Gate.io answers as little as the action mode asks for", async () => {
  await using box = new GateBox();
  const ack = await box.order({ ...buy, action_mode: "ACK" });
  assertEquals(Object.keys(ack.body), ["id", "text", "amend_text"]);
  const result = await box.order({ ...buy, action_mode: "RESULT" });
  const fields = Object.keys(result.body);
  assert(fields.includes("left") && fields.includes("avg_deal_price") && fields.includes("finish_as"));
  assert(!fields.some((name) => name.includes("fee")));
  const query = { currency_pair: "BTC_USDT", action_mode: "ACK" };
  const path = `/spot/orders/${ack.body["id"]}`;
  assertEquals(Object.keys((await box.call("DELETE", path, { query })).body).length, 3);
  assertEquals((await box.order({ ...buy, action_mode: "NOW" })).body["label"], "INVALID_PARAM_VALUE");
});

type Refusal = [what: string, terms: Body, label: string, message?: string];
const minimum = (size: string, coin: string, least: string): string =>
  `Your order size ${size} ${coin} is too small. The minimum is ${least} ${coin}`;
const refusals: Refusal[] = [
  ["an unknown pair", { ...buy, currency_pair: "NOSUCH_USDT" }, "INVALID_CURRENCY_PAIR"],
  ["no side", { ...buy, side: undefined }, "MISSING_REQUIRED_PARAM"],
  ["another side", { ...buy, side: "hold" }, "INVALID_PARAM_VALUE"],
  ["no amount", { ...buy, amount: undefined }, "MISSING_REQUIRED_PARAM"],
  ["no price", { ...buy, price: undefined }, "MISSING_REQUIRED_PARAM"],
  ["another type", { ...buy, type: "stop" }, "INVALID_PARAM_VALUE"],
  ["the margin account", { ...buy, account: "margin" }, "MARGIN_NOT_SUPPORTED"],
  ["too fine an amount", { ...buy, amount: "0.0010001" }, "INVALID_PRECISION"],
  ["too fine a price", { ...buy, price: "64000.01" }, "INVALID_PRECISION"],
  ["an amount of zero", { ...buy, amount: "0" }, "INVALID_PARAM_VALUE"],
  ["a negative price", { ...buy, price: "-1" }, "INVALID_PARAM_VALUE"],
  ["an amount that is no number", { ...buy, amount: "some" }, "INVALID_PARAM_VALUE"],
  [
    "a value under 3 USDT",
    { ...buy, amount: "0.000046" },
    "INVALID_PARAM_VALUE",
    minimum("2.944", "USDT", "3"),
  ],
  [
    "a purchase under 3 USDT",
    { type: "market", side: "buy", amount: "2.99", time_in_force: "ioc" },
    "INVALID_PARAM_VALUE",
    minimum("2.99", "USDT", "3"),
  ],
  ["a value above 5,000,000 USDT", { ...buy, amount: "90" }, "INVALID_PARAM_VALUE"],
  ["a market order that waits", { type: "market", side: "buy", amount: "10" }, "INVALID_PARAM_VALUE"],
  ["a text without its prefix", { ...buy, text: "abc" }, "INVALID_PARAM_VALUE"],
  ["a text of 29 bytes", { ...buy, text: `t-${"x".repeat(29)}` }, "INVALID_PARAM_VALUE"],
  ["a text with a blank", { ...buy, text: "t-a b" }, "INVALID_PARAM_VALUE"],
  ["self-trade prevention outside a group", { ...buy, stp_act: "co" }, "INVALID_PARAM_VALUE"],
  ["more USDT than there are", { ...buy, amount: "1.6" }, "BALANCE_NOT_ENOUGH"],
  ["more BTC than there are", { ...sell, amount: "2.000001" }, "BALANCE_NOT_ENOUGH"],
  [
    "a post-only order that would take",
    { ...buy, price: "65000", time_in_force: "poc" },
    "POC_FILL_IMMEDIATELY",
    "Order would match and take immediately so its cancelled",
  ],
  [
    "a fill-or-kill order beyond the book",
    { ...buy, amount: "0.6", price: "65000", time_in_force: "fok" },
    "FOK_NOT_FILL",
  ],
];

for (const [what, terms, label, message] of refusals) {
  Deno.test(`Gate.io refuses ${what} with ${label}, and nothing is bound`, async () => {
    await using box = new GateBox();
    const { status, body } = await box.order(terms);
    assertEquals([status, body["label"], Object.keys(body)], [400, label, ["label", "message"]]);
    if (message !== undefined) assertEquals(body["message"], message);
    assertEquals(await box.balance("USDT"), { free: exact("100000"), locked: 0n });
    assertEquals((await box.call<Body[]>("GET", "/spot/open_orders")).body, []);
  });
}

Deno.test("Gate.io takes an order of exactly 3 USDT, a text of 28 bytes, and arguments that nobody knows", async () => {
  await using box = new GateBox();
  const text = `t-${"x".repeat(28)}`;
  const { status, body } = await box.order({
    ...buy,
    amount: "0.00005",
    price: "60000",
    text,
    textIsRequired: true,
  });
  assertEquals([status, body["text"]], [201, text]);
  assertEquals((await box.order({ ...buy, amount: 0.001, price: 64000 })).status, 201, "JSON numbers");
  assertEquals((await box.order(buy)).body["text"], "apiv4");
});

Deno.test("A Gate.io order answers to its text while it is open, and to its id ever after", async () => {
  await using box = new GateBox();
  const { body } = await box.order({ ...buy, text: "t-mine" });
  const query = { currency_pair: "BTC_USDT", account: "spot" };
  assertEquals((await box.call("GET", "/spot/orders/t-mine", { query })).body["id"], body["id"]);
  const wrong = await box.call("GET", "/spot/orders/t-mine", { query: { currency_pair: "ETH_USDT" } });
  assertEquals(wrong.body["label"], "CLIENT_ID_NOT_FOUND");
  const foreign = await box.call("GET", `/spot/orders/${body["id"]}`, { query, as: other });
  assertEquals(foreign.body["label"], "ORDER_NOT_FOUND");
  assertEquals((await box.call("DELETE", "/spot/orders/t-mine", { query })).status, 200);
  const gone = await box.call("GET", "/spot/orders/t-mine", { query });
  assertEquals([gone.status, gone.body["label"]], [404, "CLIENT_ID_NOT_FOUND"]);
  assertEquals((await box.call("GET", `/spot/orders/${body["id"]}`, { query })).body["status"], "cancelled");
  const again = await box.call("DELETE", `/spot/orders/${body["id"]}`, { query });
  assertEquals([again.status, again.body["label"]], [400, "ORDER_CANCELLED"]);
  const filled = await box.order({ ...buy, price: "65000" });
  const late = await box.call("DELETE", `/spot/orders/${filled.body["id"]}`, { query });
  assertEquals(late.body["label"], "ORDER_CLOSED");
  assertEquals((await box.call("DELETE", "/spot/orders/1")).body["label"], "MISSING_REQUIRED_PARAM");
});

Deno.test("A Gate.io order is amended to a new total or price, and only to another one", async () => {
  await using box = new GateBox();
  const { body } = await box.order({ ...buy, amount: "0.01" });
  const amend = (terms: Body): Promise<{ status: number; body: Body }> =>
    // As ccxt sends it: everything in the query and in the body.
    box.call("PATCH", `/spot/orders/${body["id"]}`, {
      query: { account: "spot", currency_pair: "BTC_USDT", ...terms as Record<string, string> },
      body: { account: "spot", currency_pair: "BTC_USDT", ...terms },
    });
  const same = await amend({ amount: "0.01", price: "64000" });
  assertEquals([same.status, same.body], [400, { label: "NO_CHANGE", message: "No change is made" }]);
  const changed = await amend({ amount: "0.02", price: "63000", amend_text: "deeper" });
  assertEquals([changed.status, shape(changed.body)], [200, shape(documented)]);
  assertEquals(
    ["amount", "price", "left", "amend_text"].map((name) => changed.body[name]),
    ["0.02", "63000", "0.02", "deeper"],
  );
  const bound = product("0.02", "63000");
  assertEquals(await box.balance("USDT"), { free: exact("100000") - bound, locked: bound });
  assertEquals((await amend({ amount: "1.6" })).body["label"], "BALANCE_NOT_ENOUGH");
  assertEquals((await amend({})).body["label"], "MISSING_REQUIRED_PARAM");
  assertEquals((await amend({ price: "64000.05" })).body["label"], "INVALID_PRECISION");
  const crossing = await amend({ price: "65000" });
  assertEquals([crossing.body["status"], crossing.body["filled_amount"]], ["closed", "0.02"]);
  assertEquals((await amend({ price: "1000" })).body["label"], "ORDER_CLOSED");
});

Deno.test("A Gate.io order cannot be amended below what is filled, and its text of before stays", async () => {
  await using box = new GateBox();
  const { body } = await box.order({ ...buy, amount: "0.7", price: "65000" });
  assertEquals([body["left"], body["status"]], ["0.2", "open"]);
  const query = { currency_pair: "BTC_USDT" };
  const path = `/spot/orders/${body["id"]}`;
  const small = await box.call("PATCH", path, { query, body: { amount: "0.5", amend_text: "no" } });
  assertEquals(small.body["label"], "QUANTITY_NOT_ENOUGH");
  assertEquals((await box.call("GET", path, { query })).body["amend_text"], "-");
  const shrunk = await box.call("PATCH", path, { query, body: { amount: "0.6" } });
  assertEquals([shrunk.body["left"], shrunk.body["amount"]], ["0.1", "0.6"]);
});

Deno.test("A batch of Gate.io orders succeeds and fails one by one", async () => {
  await using box = new GateBox();
  const item = (text: string, terms: Body = {}): Body => ({
    ...buy,
    currency_pair: "BTC_USDT",
    text,
    ...terms,
  });
  const list = [item("t-1"), item("t-2", { amount: "9" }), item("t-3", { price: "1.23" })];
  const { status, body } = await box.call<Body[]>("POST", "/spot/batch_orders", { body: list });
  assertEquals(status, 200);
  assertEquals(body.map((row) => row["succeeded"]), [true, false, false]);
  assertEquals(body[0]!["order_id"], body[0]!["id"]);
  assertEquals(Object.keys(body[1]!), ["text", "succeeded", "label", "message"]);
  assertEquals([body[1]!["text"], body[1]!["label"]], ["t-2", "BALANCE_NOT_ENOUGH"]);
  assertEquals(body[2]!["label"], "INVALID_PRECISION");
  const labels: [Body[], string][] = [
    [[{ ...buy, currency_pair: "BTC_USDT" }], "MISSING_REQUIRED_PARAM"],
    [
      ["A", "B", "C", "D", "E"].map((name) => item("t-x", { currency_pair: `${name}_USDT` })),
      "TOO_MANY_CURRENCY_PAIRS",
    ],
    [Array.from({ length: 11 }, (_, index) => item(`t-${index}`)), "TOO_MANY_REQUESTS"],
  ];
  for (const [orders, label] of labels) {
    box.run(1000);
    const refused = await box.call("POST", "/spot/batch_orders", { body: orders });
    assertEquals(refused.body["label"], label);
  }
});

Deno.test("Gate.io cancels and amends batches by id and by text", async () => {
  await using box = new GateBox();
  const first = (await box.order({ ...buy, text: "t-first" })).body["id"];
  const second = (await box.order(buy)).body["id"];
  const amended = await box.call<Body[]>("POST", "/spot/amend_batch_orders", {
    body: [
      { order_id: second, currency_pair: "BTC_USDT", price: "63000" },
      { order_id: second, currency_pair: "BTC_USDT", price: "63000" },
    ],
  });
  assertEquals(amended.body.map((row) => [row["succeeded"], row["label"]]), [[true, ""], [
    false,
    "NO_CHANGE",
  ]]);
  const { status, body } = await box.call<Body[]>("POST", "/spot/cancel_batch_orders", {
    body: ["t-first", second, "77"].map((id) => ({ id, currency_pair: "BTC_USDT" })),
  });
  assertEquals(status, 200);
  assertEquals(
    Object.keys(body[0]!).toSorted(),
    ["account", "currency_pair", "id", "label", "message", "succeeded", "text"],
  );
  assertEquals(body.map((row) => [row["id"], row["succeeded"], row["label"], row["text"]]), [
    [first, true, "", "t-first"],
    [second, true, "", "apiv4"],
    ["77", false, "ORDER_NOT_FOUND", ""],
  ]);
});

Deno.test("Gate.io cancels all orders of a pair, of a side, or of everything", async () => {
  await using box = new GateBox();
  const eth = { ...buy, currency_pair: "ETH_USDT", amount: "0.1", price: "1000" };
  const cancelAll = async (query: Record<string, string>): Promise<unknown[][]> => {
    await Promise.resolve();
    const { body } = await box.call<Body[]>("DELETE", "/spot/orders", { query });
    return body.map((row) => [row["currency_pair"], row["side"], row["status"], row["succeeded"]]);
  };
  for (const terms of [buy, sell, eth, buy]) await box.order(terms);
  assertEquals(await cancelAll({ currency_pair: "BTC_USDT", side: "buy", account: "spot" }), [
    ["BTC_USDT", "buy", "cancelled", true],
    ["BTC_USDT", "buy", "cancelled", true],
  ]);
  assertEquals(await cancelAll({ account: "spot" }), [
    ["BTC_USDT", "sell", "cancelled", true],
    ["ETH_USDT", "buy", "cancelled", true],
  ]);
  assertEquals(await box.balance("USDT"), { free: exact("100000"), locked: 0n });
});

Deno.test("The dead-man switch of Gate.io cancels a pair's orders unless it is put off or ended", async () => {
  await using box = new GateBox();
  const set = async (terms: Body): Promise<Body> =>
    (await box.call("POST", "/spot/countdown_cancel_all", { body: terms })).body;
  const openOrders = async (): Promise<number> =>
    (await box.call<Body[]>("GET", "/spot/open_orders")).body.length;
  await box.order(buy);
  await box.order({ ...buy, currency_pair: "ETH_USDT", amount: "0.1", price: "1000" });
  const { triggerTime } = await set({ timeout: 5, currency_pair: "BTC_USDT" });
  assertEquals(typeof triggerTime, "string");
  assert(Math.abs(Number(triggerTime) - box.clock.epochMs() - 5000) < 10);
  box.run(4000);
  await set({ timeout: 5, currency_pair: "BTC_USDT" });
  box.run(4000);
  assertEquals(await openOrders(), 2);
  box.run(1100);
  assertEquals(await openOrders(), 1);
  await set({ timeout: 5 });
  await set({ timeout: 0 });
  box.run(20_000);
  assertEquals(await openOrders(), 1);
  assertEquals((await set({ timeout: 4 }))["label"], "INVALID_PARAM_VALUE");
  assertEquals((await set({}))["label"], "MISSING_REQUIRED_PARAM");
  await set({ timeout: 30 });
  box.run(30_100);
  assertEquals(await openOrders(), 0);
});

Deno.test("Gate.io orders of one group do not meet: the taker's action decides who goes", async () => {
  for (
    const [act, resting, incoming] of [["cn", "open", "cancelled"], ["co", "cancelled", "open"], [
      "cb",
      "cancelled",
      "cancelled",
    ]] as const
  ) {
    await using box = new GateBox({ accounts: [{ ...user, stpGroup: 9 }, { ...other, stpGroup: 9 }] });
    const maker = await box.order({ ...sell, price: "64999.5" });
    // Who says nothing has the default of members.
    assertEquals([maker.body["stp_id"], maker.body["stp_act"]], [9, "cn"]);
    const taker = await box.order({ ...buy, price: "64999.5", stp_act: act }, { as: other });
    assertEquals([taker.body["status"], taker.body["stp_act"]], [incoming, act]);
    if (incoming === "cancelled") assertEquals(taker.body["finish_as"], "stp");
    const query = { currency_pair: "BTC_USDT" };
    const after = await box.call("GET", `/spot/orders/${maker.body["id"]}`, { query });
    assertEquals(after.body["status"], resting);
    if (resting === "cancelled") assertEquals(after.body["finish_as"], "stp");
    assertEquals(after.body["filled_amount"], "0");
  }
});

Deno.test("Two users of Gate.io trade with each other at the maker's price, each for a fee", async () => {
  await using box = new GateBox();
  await box.order({ ...sell, amount: "0.25", price: "64999.5" });
  const taken = await box.order({ ...buy, amount: "0.25", price: "65000" }, { as: other });
  const value = product("0.25", "64999.5");
  assertEquals(exact(taken.body["filled_total"]), value);
  assertEquals((await box.balance("USDT")).free, exact("100000") + value - fee(value));
  assertEquals((await box.balance("USDT", other)).free, exact("100000") - value);
  assertEquals((await box.balance("BTC", other)).free, 2n * one + exact("0.25") - fee(exact("0.25")));
});

Deno.test("A market order that must be filled completely is refused when the book is too thin", async () => {
  await using box = new GateBox();
  const terms = { type: "market", time_in_force: "fok" };
  const sale = await box.order({ ...terms, side: "sell", amount: "1.6", slippage: "0.0002" });
  assertEquals([sale.status, sale.body["label"]], [400, "FOK_NOT_FILL"]);
  const purchase = await box.order({ ...terms, side: "buy", amount: "99000", slippage: "0.00001" });
  assertEquals(purchase.body["label"], "FOK_NOT_FILL");
  const good = await box.order({ ...terms, side: "buy", amount: "65000" });
  assertEquals([good.status, good.body["status"]], [201, "closed"]);
});

Deno.test("A pair of Gate.io that is halted takes no orders and lets them be cancelled", async () => {
  await using box = new GateBox();
  const { body } = await box.order(buy);
  box.simulator.script.add(parseFaultRule({ fault: "halt", venue: "GATEIO_SPOT", symbol: "BTC_USDT" }));
  box.run(10);
  const rules = await box.call("GET", "/spot/currency_pairs/BTC_USDT");
  assertEquals(rules.body["trade_status"], "untradable");
  assertEquals((await box.order(buy)).body["label"], "TRADE_RESTRICTED");
  const query = { currency_pair: "BTC_USDT" };
  assertEquals((await box.call("DELETE", `/spot/orders/${body["id"]}`, { query })).status, 200);
});
