import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Body, exact, MexcBox, other, product, user } from "./mexc_box.ts";

const limitBuy = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", quantity: "0.01", price: "80000" };

Deno.test("MEXC acknowledges a new order without its fills, and tells its state on request", async () => {
  await using box = new MexcBox();
  const { status, body } = await box.order({ ...limitBuy, newClientOrderId: "a1" });
  const { orderId, transactTime, ...rest } = body;
  assertEquals(status, 200);
  assertMatch(String(orderId), /^C02__\d{21}$/);
  assert(Math.abs(Number(transactTime) - box.clock.epochMs()) < 1000);
  assertEquals(rest, {
    symbol: "BTCUSDT",
    orderListId: -1,
    price: "80000",
    origQty: "0.01",
    type: "LIMIT",
    side: "BUY",
    stpMode: "",
  });
  const order = await box.query(orderId);
  assertEquals(order, {
    symbol: "BTCUSDT",
    orderId,
    orderListId: -1,
    clientOrderId: "a1",
    price: "80000",
    origQty: "0.01",
    executedQty: "0",
    cummulativeQuoteQty: "0",
    status: "NEW",
    timeInForce: "GTC",
    type: "LIMIT",
    side: "BUY",
    stopPrice: null,
    icebergQty: null,
    time: transactTime,
    updateTime: transactTime,
    isWorking: true,
    origQuoteOrderQty: "800",
    stpMode: "",
    cancelReason: null,
  });
  assertEquals(await box.balance("USDT"), { free: exact("99200"), locked: exact("800") });
});

Deno.test("MEXC cancels by either id, and frees what was locked", async () => {
  await using box = new MexcBox();
  const first = await box.order({ ...limitBuy, newClientOrderId: "a1" });
  const second = await box.order(limitBuy);
  const canceled = await box.signed("DELETE", "/api/v3/order", {
    symbol: "BTCUSDT",
    origClientOrderId: "a1",
    newClientOrderId: "cancel-1",
  });
  assertEquals(canceled.body, {
    symbol: "BTCUSDT",
    origClientOrderId: "a1",
    orderId: first.body.orderId,
    clientOrderId: "cancel-1",
    price: "80000",
    origQty: "0.01",
    executedQty: "0",
    cummulativeQuoteQty: "0",
    status: "CANCELED",
    timeInForce: "GTC",
    type: "LIMIT",
    side: "BUY",
  });
  const id = String(second.body.orderId);
  const again = await box.signed("DELETE", "/api/v3/order", { symbol: "BTCUSDT", orderId: id });
  assertEquals(again.body.status, "CANCELED");
  assertEquals(await box.balance("USDT"), { free: exact("100000"), locked: 0n });
  const gone = await box.signed("DELETE", "/api/v3/order", { symbol: "BTCUSDT", orderId: id });
  assertEquals(gone.body, { code: -2011, msg: "Unknown order sent." });
  const missing = await box.signed("GET", "/api/v3/order", { symbol: "BTCUSDT", orderId: "C02__1" });
  assertEquals(missing.body, { code: -2013, msg: "Order does not exist." });
  const unnamed = await box.signed("DELETE", "/api/v3/order", { symbol: "BTCUSDT" });
  assertEquals(unnamed.body.code, 700004);
});

Deno.test("A marketable order trades at the maker's prices, and the taker pays 0.05 % in the quote coin", async () => {
  await using box = new MexcBox();
  const { asks } = await box.depth();
  const quantity = "0.5";
  const { body } = await box.order({ ...limitBuy, quantity, price: asks[60]![0] });
  let left = exact(quantity);
  let paid = 0n;
  for (const [price, size] of asks) {
    const taken = left < exact(size) ? left : exact(size);
    paid += taken * exact(price) / 10n ** 18n;
    left -= taken;
    if (left === 0n) break;
  }
  const order = await box.query(body.orderId);
  assertEquals([order.status, order.executedQty, exact(order.cummulativeQuoteQty)], ["FILLED", "0.5", paid]);
  const trades = (await box.signed("GET", "/api/v3/myTrades", { symbol: "BTCUSDT" }))
    .body as unknown as Body[];
  assert(trades.length > 1, "the order went through several levels");
  assertEquals(trades.reduce((sum, trade) => sum + exact(trade.quoteQty), 0n), paid);
  for (const trade of trades) {
    assertEquals(exact(trade.quoteQty), product(trade.price, trade.qty));
    assertEquals(exact(trade.commission), exact(trade.quoteQty) * 5n / 10_000n);
    assertEquals([trade.commissionAsset, trade.isMaker, trade.isBuyer], ["USDT", false, true]);
  }
  const fees = trades.reduce((sum, trade) => sum + exact(trade.commission), 0n);
  assertEquals(await box.balance("USDT"), { free: exact("100000") - paid - fees, locked: 0n });
  assertEquals(await box.balance("BTC"), { free: exact("1.5"), locked: 0n });
});

Deno.test("Two users trade with each other: maker free of charge, both sides with one trade id", async () => {
  await using box = new MexcBox();
  const { bids, asks } = await box.depth();
  const between = ((Number(bids[0]![0]) + Number(asks[0]![0])) / 2).toFixed(2);
  assert(
    Number(between) > Number(bids[0]![0]) && Number(between) < Number(asks[0]![0]),
    "there is room inside",
  );
  const resting = await box.order({ ...limitBuy, price: between, quantity: "0.02" });
  const taking = await box.order({ ...limitBuy, side: "SELL", price: between, quantity: "0.015" }, {
    as: other,
  });
  assertEquals((await box.query(taking.body.orderId, "BTCUSDT", { as: other })).status, "FILLED");
  assertEquals((await box.query(resting.body.orderId)).status, "PARTIALLY_FILLED");
  const value = product(between, "0.015");
  const bought = (await box.signed("GET", "/api/v3/myTrades", { symbol: "BTCUSDT" }))
    .body as unknown as Body[];
  const sold = (await box.signed("GET", "/api/v3/myTrades", { symbol: "BTCUSDT" }, { as: other }))
    .body as unknown as Body[];
  assertEquals([bought.length, sold.length, bought[0]!.id === sold[0]!.id], [1, 1, true]);
  assertEquals([bought[0]!.isMaker, bought[0]!.commission], [true, "0"]);
  assertEquals([sold[0]!.isMaker, exact(sold[0]!.commission)], [false, value * 5n / 10_000n]);
  assertEquals(
    (await box.balance("USDT", { as: other })).free,
    exact("100000") + value - value * 5n / 10_000n,
  );
  const canceled = await box.signed("DELETE", "/api/v3/order", {
    symbol: "BTCUSDT",
    orderId: String(resting.body.orderId),
  });
  assertEquals([canceled.body.status, canceled.body.executedQty], ["PARTIALLY_CANCELED", "0.015"]);
  assertEquals(await box.balance("USDT"), { free: exact("100000") - value, locked: 0n });
  assertEquals(user.uid === (other.uid as string), false);
});
