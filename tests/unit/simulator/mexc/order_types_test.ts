import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { type Body, exact, MexcBox, other, product } from "./mexc_box.ts";

const one = 10n ** 18n;
const buy = { symbol: "BTCUSDT", side: "BUY" };
const sell = { symbol: "BTCUSDT", side: "SELL" };

/** What a market order of this base quantity costs or brings in, level by level. */
function walk(levels: readonly [string, string][], quantity: bigint): bigint {
  let left = quantity;
  let value = 0n;
  for (const [price, size] of levels) {
    const taken = left < exact(size) ? left : exact(size);
    value += taken * exact(price) / one;
    left -= taken;
  }
  assert(left === 0n, "the book is deep enough");
  return value;
}

/** The most whole lots of 10^-8 that an amount buys, and what they cost. */
function spend(levels: readonly [string, string][], amount: bigint): { quantity: bigint; value: bigint } {
  const lot = 10n ** 10n;
  let left = amount;
  let quantity = 0n;
  for (const [price, size] of levels) {
    const lots = left * one / exact(price) / lot;
    const taken = lots * lot < exact(size) ? lots * lot : exact(size);
    quantity += taken;
    left -= taken * exact(price) / one;
    if (taken < exact(size)) break;
  }
  return { quantity, value: amount - left };
}

Deno.test("A market buy by quote amount spends it to the last lot and gets the rest back", async () => {
  await using box = new MexcBox();
  const { asks } = await box.depth();
  const expected = spend(asks, exact("25000"));
  const { body } = await box.order({ ...buy, type: "MARKET", quoteOrderQty: "25000" });
  assertEquals([body.type, body.origQty], ["MARKET", "0"]);
  const order = await box.query(body.orderId);
  assertEquals([order.status, order.timeInForce, order.origQuoteOrderQty], ["FILLED", null, "25000"]);
  assertEquals([exact(order.executedQty), exact(order.cummulativeQuoteQty)], [
    expected.quantity,
    expected.value,
  ]);
  assertEquals(order.origQty, order.executedQty);
  const usdt = await box.balance("USDT");
  assertEquals(usdt, { free: exact("100000") - expected.value - expected.value * 5n / 10_000n, locked: 0n });
  assertEquals((await box.balance("BTC")).free, exact("1") + expected.quantity);
});

Deno.test("A market order by quantity, either side, pays and earns what the book says", async () => {
  await using box = new MexcBox();
  const { asks, bids } = await box.depth();
  const cost = walk(asks, exact("0.3"));
  const bought = await box.order({ ...buy, type: "MARKET", quantity: "0.3", price: "1" });
  assertEquals(exact((await box.query(bought.body.orderId)).cummulativeQuoteQty), cost);
  const gain = walk(bids, exact("0.4"));
  const sold = await box.order({ ...sell, type: "MARKET", quantity: "0.4" });
  assertEquals(exact((await box.query(sold.body.orderId)).cummulativeQuoteQty), gain);
  assertEquals((await box.balance("BTC")).free, exact("0.9"));
  assertEquals(
    (await box.balance("USDT")).free,
    exact("100000") - cost + gain - (cost + gain) * 5n / 10_000n,
  );
});

Deno.test("A market sale by quote amount sells no more than brings it in", async () => {
  await using box = new MexcBox();
  const { bids } = await box.depth();
  const expected = spend(bids, exact("10000"));
  const { body } = await box.order({ ...sell, type: "MARKET", quoteOrderQty: "10000" });
  const order = await box.query(body.orderId);
  assertEquals([order.status, order.origQuoteOrderQty], ["FILLED", "10000"]);
  assertEquals(exact(order.executedQty), expected.quantity);
  assertEquals(exact(order.cummulativeQuoteQty), expected.value);
});

Deno.test("A market order goes no further than 5 % from the middle, and the rest is cancelled", async () => {
  await using box = new MexcBox({ model: { levels: 3 } });
  const { asks, bids } = await box.depth();
  const all = asks.reduce((sum, [, size]) => sum + exact(size), 0n);
  const middle = (Number(asks[0]![0]) + Number(bids[0]![0])) / 2;
  const far = { ...sell, type: "LIMIT", quantity: "0.1" };
  await box.order({ ...far, price: (middle * 1.051).toFixed(2) }, { as: other });
  const { body } = await box.order({ ...buy, type: "MARKET", quoteOrderQty: "99000" });
  const order = await box.query(body.orderId);
  assertEquals([order.status, exact(order.executedQty)], ["PARTIALLY_CANCELED", all]);
  assertAlmostEquals(Number(order.price), middle * 1.05, 0.01);
  assertEquals((await box.balance("USDT")).locked, 0n);
  await box.order({ ...far, price: (middle * 1.049).toFixed(2) }, { as: other });
  await box.order({ ...far, side: "BUY", price: (middle * 0.999).toFixed(2) }, { as: other });
  const near = await box.order({ ...buy, type: "MARKET", quantity: "0.02" });
  assertEquals((await box.query(near.body.orderId)).executedQty, "0.02", "a nearer one is reached");
});

Deno.test("A market order on an empty side is refused with 30025", async () => {
  await using box = new MexcBox({ model: { levels: 2 } });
  const { bids } = await box.depth();
  const all = bids.reduce((sum, [, size]) => sum + exact(size), 0n);
  const quantity = `0.${(all / 10n ** 10n).toString().padStart(8, "0")}`;
  assert(all < one, "the test's user has enough to empty the side");
  await box.order({ ...sell, type: "LIMIT", quantity, price: bids.at(-1)![0] });
  assertEquals((await box.depth()).bids, []);
  assertEquals((await box.order({ ...sell, type: "MARKET", quantity: "0.001" })).body.code, 30025);
});

Deno.test("A post-only order that would take is accepted and cancelled at once; one that rests is the maker", async () => {
  await using box = new MexcBox();
  const { asks } = await box.depth();
  const crossing = { ...buy, type: "LIMIT_MAKER", quantity: "0.01", price: asks[0]![0] };
  const { status, body } = await box.order(crossing);
  assertEquals(status, 200);
  const order = await box.query(body.orderId);
  assertEquals([order.status, order.executedQty, order.type], ["CANCELED", "0", "LIMIT_MAKER"]);
  assertEquals((await box.balance("USDT")).locked, 0n);
  const resting = await box.order({ ...crossing, price: "80000" });
  assertEquals((await box.query(resting.body.orderId)).status, "NEW");
});

Deno.test("Fill or kill takes everything or nothing; immediate or cancel takes what there is", async () => {
  await using box = new MexcBox();
  const { asks } = await box.depth();
  const [price, size] = asks[0]!;
  const more = `${(Number(size) + 0.05).toFixed(5)}`;
  const killed = await box.order({ ...buy, type: "FILL_OR_KILL", quantity: more, price });
  const killedOrder = await box.query(killed.body.orderId);
  assertEquals([killedOrder.status, killedOrder.executedQty], ["CANCELED", "0"]);
  const taken = await box.order({ ...buy, type: "IMMEDIATE_OR_CANCEL", quantity: more, price });
  const takenOrder = await box.query(taken.body.orderId);
  assertEquals([takenOrder.status, exact(takenOrder.executedQty)], ["PARTIALLY_CANCELED", exact(size)]);
  const missed = await box.order({ ...buy, type: "IMMEDIATE_OR_CANCEL", quantity: "0.01", price });
  assertEquals((await box.query(missed.body.orderId)).status, "CANCELED");
  const filled = await box.order({ ...buy, type: "FILL_OR_KILL", quantity: "0.01", price: asks[5]![0] });
  assertEquals((await box.query(filled.body.orderId)).status, "FILLED");
  assertEquals((await box.balance("USDT")).locked, 0n);
});

Deno.test("A batch answers in its order, and a bad order does not spoil the others", async () => {
  await using box = new MexcBox();
  const good = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", quantity: "0.01", price: "80000" };
  const batchOrders = JSON.stringify([
    { ...good, newClientOrderId: "a1" },
    { ...good, quantity: "0.00001", newClientOrderId: "a2" },
    good,
    { ...good, price: 80000, quantity: 0.01 },
    { ...good, side: "UP" },
  ]);
  const rows = (await box.signed("POST", "/api/v3/batchOrders", { batchOrders })).body as unknown as Body[];
  assertEquals(rows.map((row) => row.code), [undefined, 30002, undefined, undefined, 33333]);
  assertEquals(rows[0], {
    symbol: "BTCUSDT",
    orderId: rows[0]!.orderId,
    newClientOrderId: "a1",
    orderListId: -1,
  });
  assertEquals(rows[1], {
    newClientOrderId: "a2",
    msg: "The minimum transaction volume cannot be less than:1USDT",
    code: 30002,
  });
  assertEquals(Object.keys(rows[2]!), ["symbol", "orderId", "orderListId"]);
  box.run(1000);
  const refusedBatches = [
    "[]",
    "{}",
    "[1]",
    "[",
    JSON.stringify([good, { ...good, symbol: "ETHUSDT" }]),
    JSON.stringify(Array.from({ length: 21 }, () => good)),
  ];
  for (const text of refusedBatches) {
    box.run(1000);
    assertEquals((await box.signed("POST", "/api/v3/batchOrders", { batchOrders: text })).body.code, 33333);
  }
  const open = (await box.signed("GET", "/api/v3/openOrders", {})).body as unknown as Body[];
  assertEquals(open.map((order) => order.orderId), [rows[3]!.orderId, rows[2]!.orderId, rows[0]!.orderId]);
});

Deno.test("All orders of a symbol, of several and of all can be cancelled", async () => {
  await using box = new MexcBox();
  const place = async (symbol: string, price: string, quantity: string): Promise<unknown> =>
    (await box.order({ symbol, side: "BUY", type: "LIMIT", price, quantity })).body.orderId;
  const btc = await place("BTCUSDT", "80000", "0.01");
  await place("ETHUSDT", "2000", "0.1");
  await place("SOLUSDT", "100", "1");
  const first = (await box.signed("DELETE", "/api/v3/openOrders", { symbol: "BTCUSDT" }))
    .body as unknown as Body[];
  assertEquals(first.map((row) => [row.orderId, row.status]), [[btc, "CANCELED"]]);
  await place("BTCUSDT", "80000", "0.01");
  const two = await box.signed("DELETE", "/api/v3/openOrders", { symbol: "BTCUSDT,ETHUSDT" });
  assertEquals((two.body as unknown as Body[]).map((row) => row.symbol), ["ETHUSDT", "BTCUSDT"]);
  assertEquals((await box.signed("DELETE", "/api/v3/openOrders")).body.code, 44444);
  const all = await box.signed("DELETE", "/api/v3/order/all");
  assertEquals([all.body.code, all.body.msg, Object.keys(all.body)], [200, "success", [
    "code",
    "msg",
    "timestamp",
  ]]);
  assertEquals((await box.signed("GET", "/api/v3/openOrders")).body as unknown, []);
  assertEquals(await box.balance("USDT"), { free: exact("100000"), locked: 0n });
});

Deno.test("Lists of orders and fills are newest first and keep to their time and number", async () => {
  await using box = new MexcBox();
  const ids: unknown[] = [];
  const times: number[] = [];
  for (let count = 0; count < 4; count++) {
    box.run(1000);
    const { body } = await box.order({
      ...buy,
      type: "IMMEDIATE_OR_CANCEL",
      quantity: "0.001",
      price: "99000",
    });
    ids.unshift(body.orderId);
    times.unshift(Number(body.transactTime));
  }
  const list = async (path: string, parameters: Record<string, string | number>): Promise<Body[]> =>
    (await box.signed("GET", path, { symbol: "BTCUSDT", ...parameters })).body as unknown as Body[];
  const orderIds = async (parameters: Record<string, string | number>): Promise<unknown> =>
    (await list("/api/v3/allOrders", parameters)).map((row) => row.orderId);
  assertEquals(await orderIds({}), ids);
  assertEquals(await orderIds({ limit: 2 }), ids.slice(0, 2));
  assertEquals(await orderIds({ startTime: times[2]!, endTime: times[1]! }), ids.slice(1, 3));
  const fills = await list("/api/v3/myTrades", {});
  assertEquals(fills.map((row) => row.orderId), ids);
  assertEquals((await list("/api/v3/myTrades", { orderId: String(ids[1]) })).length, 1);
  assertEquals((await list("/api/v3/myTrades", { endTime: times[3]! })).length, 1);
  for (const [name, value, code] of [["limit", 0, 33333], ["startTime", "x", 33333]] as const) {
    const { body } = await box.signed("GET", "/api/v3/allOrders", { symbol: "BTCUSDT", [name]: value });
    assertEquals(body.code, code);
  }
  const backwards = { symbol: "BTCUSDT", startTime: times[0]!, endTime: times[3]! };
  assertEquals((await box.signed("GET", "/api/v3/allOrders", backwards)).body.code, 400);
  box.run(86_400_000);
  assertEquals(await orderIds({}), [], "the last 24 hours by default");
  assertEquals(await orderIds({ startTime: times[3]! }), ids);
});

Deno.test("Self-trade prevention needs a group and a mode, and says so in the order", async () => {
  await using box = new MexcBox();
  const made = await box.signed("POST", "/api/v3/strategy/group", { tradeGroupName: "mine" });
  const { tradeGroupId } = made.body.data as Body;
  const { bids, asks } = await box.depth();
  const price = ((Number(bids[0]![0]) + Number(asks[0]![0])) / 2).toFixed(2);
  const rest = { ...buy, type: "LIMIT", quantity: "0.02", price, stpMode: "cancel_maker" };
  const take = { ...sell, type: "IMMEDIATE_OR_CANCEL", quantity: "0.02", price, stpMode: "cancel_maker" };
  const free = await box.order(rest);
  await box.order(take);
  assertEquals((await box.query(free.body.orderId)).status, "FILLED", "no group, so they trade");
  const [own] = (await box.signed("GET", "/api/v3/myTrades", { symbol: "BTCUSDT" }))
    .body as unknown as Body[];
  assertEquals(own!.isSelfTrade, true);
  const joined = await box.signed("POST", "/api/v3/strategy/group/uid", {
    uid: "209302839,209302840",
    tradeGroupId: String(tradeGroupId),
  });
  assertEquals(joined.body.code, 200);
  for (
    const [mode, resting, taking] of [
      ["cancel_maker", "CANCELED", "CANCELED"],
      ["cancel_taker", "NEW", "CANCELED"],
      ["cancel_both", "CANCELED", "CANCELED"],
    ]
  ) {
    const maker = await box.order({ ...rest, stpMode: mode! });
    const taker = await box.order({ ...take, stpMode: mode! }, { as: other });
    const [first, second] = [
      await box.query(maker.body.orderId),
      await box.query(taker.body.orderId, "BTCUSDT", { as: other }),
    ];
    assertEquals([first.status, second.status], [resting, taking], mode);
    assertEquals([first.stpMode, maker.body.stpMode], [mode, mode]);
    assertEquals(first.cancelReason, first.status === "CANCELED" ? "stp_cancel" : null);
    await box.signed("DELETE", "/api/v3/openOrders", { symbol: "BTCUSDT" });
  }
  const value = product(price, "0.02");
  const fee = value * 5n / 10_000n;
  assertEquals(await box.balance("USDT"), { free: exact("100000") - fee, locked: 0n });
});
