import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Body, exact, MexcBox, other, product } from "./mexc_box.ts";

const limitBuy = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", quantity: "0.01", price: "80000" };
const account = "spot@private.account.v3.api.pb";
const deals = "spot@private.deals.v3.api.pb";
const orders = "spot@private.orders.v3.api.pb";

Deno.test("MEXC acknowledges private channels on a connection with a listen key, with the public ones", async () => {
  await using box = new MexcBox({ model: { eventsPerSecond: 20 } });
  const line = box.open(await box.listenKey());
  line.send({ method: "SUBSCRIPTION", params: [account], id: 3 });
  line.subscribe(orders, "spot@public.aggre.bookTicker.v3.api.pb@100ms@BTCUSDT");
  box.run(1000);
  assertEquals(line.texts.map((text) => JSON.parse(text)), [
    { id: 3, code: 0, msg: account },
    { id: 0, code: 0, msg: `${orders},spot@public.aggre.bookTicker.v3.api.pb@100ms@BTCUSDT` },
  ]);
  assert(line.bodies("publicAggreBookTicker").length > 0);
});

Deno.test("MEXC has no private channels on a connection without a listen key", async () => {
  await using box = new MexcBox();
  const line = box.open();
  line.subscribe(account);
  box.run(100);
  assertEquals(
    JSON.parse(line.texts[0]!).msg,
    `Not Subscribed successfully! [${account}].  Reason： Blocked! `,
  );
});

Deno.test("A resting order locks, then frees: account and order frames with every documented field", async () => {
  await using box = new MexcBox();
  const line = await box.openPrivate();
  const { body } = await box.order({ ...limitBuy, newClientOrderId: "a1" });
  await box.signed("DELETE", "/api/v3/order", { symbol: "BTCUSDT", orderId: String(body.orderId) });
  box.run(100);
  assertEquals(line.pushes.map(({ channel }) => channel), [account, orders, account, orders]);
  const [locked, placed, freed, canceled] = line.pushes as unknown as [Body, Body, Body, Body];
  const time = String(body.transactTime);
  assertEquals(locked, {
    channel: account,
    createTime: time,
    sendTime: locked.sendTime,
    privateAccount: {
      vcoinName: "USDT",
      coinId: "128f589271cb4951b03e71e6323eb7be",
      balanceAmount: "99200",
      balanceAmountChange: "-800",
      frozenAmount: "800",
      frozenAmountChange: "800",
      type: "ENTRUST_PLACE",
      time,
    },
  });
  const order = {
    id: body.orderId,
    clientId: "a1",
    price: "80000",
    quantity: "0.01",
    amount: "800",
    avgPrice: "0",
    orderType: 1,
    tradeType: 1,
    isMaker: false,
    remainAmount: "800",
    remainQuantity: "0.01",
    cumulativeQuantity: "0",
    cumulativeAmount: "0",
    status: 1,
    createTime: time,
  };
  assertEquals({ ...placed, privateOrders: { isMaker: false, ...placed.privateOrders as Body } }, {
    channel: orders,
    symbol: "BTCUSDT",
    sendTime: placed.sendTime,
    privateOrders: order,
  });
  assertEquals((freed.privateAccount as Body).type, "ENTRUST_CANCEL");
  assertEquals((freed.privateAccount as Body).balanceAmountChange, "800");
  assertEquals((freed.privateAccount as Body).frozenAmount, "0");
  assertEquals({ isMaker: false, ...canceled.privateOrders as Body }, { ...order, status: 4 });
});

Deno.test("A fill is told as account changes of both coins and the fee, a deal, and the order's states", async () => {
  await using box = new MexcBox();
  const { bids, asks } = await box.depth();
  const price = ((Number(bids[0]![0]) + Number(asks[0]![0])) / 2).toFixed(2);
  const maker = await box.openPrivate();
  const taker = await box.openPrivate({ as: other });
  const resting = await box.order({ ...limitBuy, price, quantity: "0.02" });
  const named = { newClientOrderId: "taker-1" };
  const sale = { ...limitBuy, ...named, side: "SELL", price, quantity: "0.015" };
  const taking = await box.order(sale, { as: other });
  box.run(100);
  const value = product(price, "0.015");
  const fee = value * 5n / 10_000n;

  const sold = taker.bodies("privateAccount");
  assertEquals(sold.map((body) => [body.vcoinName, body.type]), [
    ["BTC", "ENTRUST_PLACE"],
    ["BTC", "ENTRUST"],
    ["USDT", "ENTRUST"],
    ["USDT", "TRADE_FEE"],
  ]);
  assertEquals(exact(sold[2]!.balanceAmountChange), value);
  assertEquals(exact(sold[3]!.balanceAmountChange), -fee);
  assertEquals(exact(sold[3]!.balanceAmount), exact("100000") + value - fee);
  assertMatch(String(sold[0]!.coinId), /^[0-9a-f]{32}$/);
  const [deal] = taker.bodies("privateDeals");
  const [bought] = maker.bodies("privateDeals");
  assertEquals({ isMaker: false, isSelfTrade: false, clientOrderId: "", ...deal }, {
    price,
    quantity: "0.015",
    amount: deal!.amount,
    tradeType: 2,
    isMaker: false,
    isSelfTrade: false,
    tradeId: bought!.tradeId,
    clientOrderId: "",
    orderId: taking.body.orderId,
    feeAmount: deal!.feeAmount,
    feeCurrency: "USDT",
    time: bought!.time,
  });
  assertEquals([exact(deal!.amount), exact(deal!.feeAmount)], [value, fee]);
  assertMatch(String(deal!.tradeId), /^\d+X1$/);
  assertEquals([bought!.isMaker, bought!.tradeType, bought!.feeAmount], [true, 1, "0"]);
  assertEquals(taker.bodies("privateOrders").map((body) => [body.status, body.lastDealQuantity]), [
    [1, undefined],
    [2, "0.015"],
  ]);
  const states = maker.bodies("privateOrders");
  assertEquals(states.map((body) => [body.status, body.lastDealQuantity, body.isMaker]), [
    [1, undefined, undefined],
    [3, "0.015", true],
  ]);
  const partial = states[1]!;
  assertEquals([partial.id, partial.avgPrice, partial.remainQuantity], [
    resting.body.orderId,
    price.replace(/\.?0+$/, ""),
    "0.005",
  ]);
  assertEquals(exact(partial.remainAmount), product(price, "0.005"));
  assertEquals(exact(partial.cumulativeAmount), value);
});

Deno.test("The types and ends of orders have their documented codes", async () => {
  await using box = new MexcBox();
  const { asks } = await box.depth();
  const [price, size] = asks[0]!;
  const more = (Number(size) + 0.01).toFixed(8);
  const cases: [string, Record<string, string>, number, number][] = [
    ["LIMIT_MAKER", { quantity: "0.01", price }, 2, 4],
    ["FILL_OR_KILL", { quantity: more, price }, 4, 4],
    ["IMMEDIATE_OR_CANCEL", { quantity: more, price }, 3, 5],
    ["MARKET", { quoteOrderQty: "100" }, 5, 2],
  ];
  for (const [type, terms, orderType, status] of cases) {
    const line = await box.openPrivate();
    await box.order({ symbol: "BTCUSDT", side: "BUY", type, ...terms });
    box.run(100);
    const last = line.bodies("privateOrders").at(-1)!;
    assertEquals([last.orderType, last.status], [orderType, status], type);
    line.close();
    box.run(100);
  }
});

Deno.test("A market order that asked for a quote amount bears it, and the rest comes back unfrozen", async () => {
  await using box = new MexcBox();
  const line = await box.openPrivate();
  await box.order({ symbol: "BTCUSDT", side: "BUY", type: "MARKET", quoteOrderQty: "1000" });
  box.run(100);
  const last = line.bodies("privateOrders").at(-1)!;
  assertEquals([last.amount, last.status, last.quantity], ["1000", 2, last.cumulativeQuantity]);
  assertEquals(exact(last.remainAmount), exact("1000") - exact(last.cumulativeAmount));
  const types = line.bodies("privateAccount").map((body) => body.type);
  assertEquals([types[0], types.at(-1)], ["ENTRUST_PLACE", "ENTRUST_UNFROZEN"]);
});

Deno.test("Every change of a balance adds up to what the account then says", async () => {
  await using box = new MexcBox({ model: { eventsPerSecond: 20 } });
  const line = await box.openPrivate();
  for (let round = 0; round < 20; round++) {
    const side = round % 2 === 0 ? "BUY" : "SELL";
    await box.order({ symbol: "BTCUSDT", side, type: "MARKET", quantity: `0.0${1 + round % 5}` });
    await box.order({ ...limitBuy, price: String(80_000 + round) });
  }
  await box.signed("DELETE", "/api/v3/openOrders", { symbol: "BTCUSDT" });
  box.run(100);
  for (const [coin, first] of [["USDT", "100000"], ["BTC", "1"]]) {
    let free = exact(first);
    let locked = 0n;
    for (const body of line.bodies("privateAccount").filter(({ vcoinName }) => vcoinName === coin)) {
      free += exact(body.balanceAmountChange);
      locked += exact(body.frozenAmountChange);
      assertEquals([exact(body.balanceAmount), exact(body.frozenAmount)], [free, locked]);
    }
    assertEquals(await box.balance(coin!), { free, locked });
  }
});

Deno.test("Users hear only of themselves, on every connection that they have", async () => {
  await using box = new MexcBox();
  const [first, second] = [await box.openPrivate(), await box.openPrivate()];
  const stranger = await box.openPrivate({ as: other });
  await box.order(limitBuy);
  box.run(100);
  assertEquals([first.pushes.length, second.pushes.length, stranger.pushes.length], [2, 2, 0]);
  first.send({ method: "UNSUBSCRIPTION", params: [orders] });
  second.close();
  box.run(100);
  await box.order(limitBuy);
  box.run(100);
  assertEquals(first.pushes.slice(2).map(({ channel }) => channel), [account]);
  assertEquals(second.pushes.length, 2);
  assertEquals(first.pushes.some(({ channel }) => channel === deals), false);
});
