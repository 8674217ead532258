import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import {
  assertInsideCandle,
  AuthenticationError,
  BadSymbol,
  type Balances,
  type Candle,
  ClientSite,
  type ClientSiteOptions,
  type Exchange,
  gateUser,
  InsufficientFunds,
  InvalidOrder,
  OrderImmediatelyFillable,
  OrderNotFound,
  top,
  Watched,
} from "../support/ccxt_clients.ts";
import { Exact } from "../support/exact.ts";

const symbol = "BTC/USDT";
const id = "BTC_USDT";
const secondUser = { ...gateUser, uid: "110284740", apiKey: "d1d2d3d4d5d6d7d8d9d0d1d2d3d4d5d6" };
const accounts = [gateUser, secondUser];

/** Runs a test against a venue of its own. */
function test(
  name: string,
  options: ClientSiteOptions,
  run: (site: ClientSite, client: Exchange) => Promise<void>,
): void {
  Deno.test(`ccxt on Gate.io spot ${name}`, async () => {
    await using site = await ClientSite.open(options);
    await run(site, site.gate("spot", options.accounts?.[0]));
  });
}

/** Best bid and ask of the venue's own book. */
function best(site: ClientSite): { bid: number; ask: number } {
  const { bids, asks } = site.simulator.truth.book("GATEIO_SPOT", id)!;
  return { bid: bids[0]![0], ask: asks[0]![0] };
}

function total(balances: Balances, coin: string): Exact {
  return Exact.of(balances[coin]?.total ?? 0);
}

/** A price well below the market, on the venue's price steps. */
function farBelow(site: ClientSite): number {
  return Math.floor(best(site).bid * 0.9);
}

test("loads the market with its steps, limits and fees", { accounts }, async (_site, client) => {
  await client.loadMarkets();
  const market = client.market(symbol);
  assertEquals([market.id, market.type, market.active], [id, "spot", true]);
  assertEquals(market.precision, { amount: 1e-6, price: 0.1 });
  assert(market.limits.cost.min !== undefined && market.limits.cost.min > 0, "no least value of an order");
  const fee = await client.fetchTradingFee(symbol);
  assertEquals([fee.maker, fee.taker], [market.maker, market.taker]);
  assert("BTC" in client.currencies && "USDT" in client.currencies, "the coins are missing");
  assertAlmostEquals(await client.fetchTime(), Date.now(), 2000);
});

test("fetches the book and the best prices that the venue holds", {}, async (site, client) => {
  const truth = site.simulator.truth.book("GATEIO_SPOT", id)!;
  const book = await client.fetchOrderBook(symbol, 1000);
  assertEquals<unknown>([book.nonce, book.bids, book.asks], [truth.version, truth.bids, truth.asks]);
  const ticker = await client.fetchTicker(symbol);
  assertEquals([ticker.bid, ticker.ask], [truth.bids[0]![0], truth.asks[0]![0]]);
  const tickers = await client.fetchTickers();
  assertEquals([tickers[symbol]?.bid, tickers[symbol]?.ask], [ticker.bid, ticker.ask]);
});

test("follows the book level by level, and the ticker, trades and candles", {
  accounts,
  market: { eventsPerSecond: 20 },
}, async (site, client) => {
  const trades = new Watched(() => client.watchTrades(symbol));
  const tickers = new Watched(() => client.watchTicker(symbol));
  const quotes = new Watched(async () => (await client.watchBidsAsks([symbol]))[symbol]!);
  const candles = new Watched<Candle>(() => client.watchOHLCV(symbol, "1m"));
  let same = 0;
  const books = new Watched(async () => {
    const book = await client.watchOrderBook(symbol);
    const truth = site.simulator.truth.book("GATEIO_SPOT", id)!;
    if (book.nonce === truth.version) {
      assertEquals([top(book.bids, 50), top(book.asks, 50)], [top(truth.bids, 50), top(truth.asks, 50)]);
      same++;
    }
    return book;
  });
  await site.acknowledged(client, 5);
  const { id: order } = await client.createOrder(symbol, "market", "sell", 0.001);
  const [own] = await client.fetchOrderTrades(order, symbol);
  const seen = await trades.find(
    ({ price, amount, side }) => price === own!.price && amount === 0.001 && side === "sell",
    "the user's trade",
  );
  const told = (await client.fetchTrades(symbol, undefined, 1000)).find(({ id }) => id === seen.id);
  assertEquals([told?.price, told?.amount, told?.side], [seen.price, 0.001, "sell"]);
  assertInsideCandle(await client.fetchOHLCV(symbol, "1m", undefined, 3), seen);
  await candles.find(([, , high, low]) => low <= seen.price && seen.price <= high, "a candle");
  assertInsideCandle(candles.items, seen);
  await quotes.find(({ bid, ask }) => bid === best(site).bid && ask === best(site).ask, "the best prices");
  await tickers.find(({ last }) => trades.items.some(({ price }) => price === last), "the last price");
  await books.find(() => same > 5, "books at the venue's own version");
});

test("places, finds, changes and cancels an order, and its money is bound meanwhile", {
  accounts,
}, async (site, client) => {
  const price = farBelow(site);
  const before = await client.fetchBalance();
  const placed = await client.createOrder(symbol, "limit", "buy", 0.01, price, { clientOrderId: "mine-1" });
  assertEquals([placed.status, placed.clientOrderId, placed.amount], ["open", "t-mine-1", 0.01]);
  const bound = await client.fetchBalance();
  assertEquals([bound.USDT!.used, bound.USDT!.free], [price / 100, before.USDT!.free - price / 100]);
  const expected = {
    id: placed.id,
    price,
    amount: 0.01,
    filled: 0,
    status: "open",
    side: "buy",
    type: "limit",
  };
  for (
    const found of [
      await client.fetchOrder(placed.id, symbol),
      await client.fetchOrder(undefined, symbol, { clientOrderId: "mine-1" }),
      (await client.fetchOpenOrders(symbol))[0]!,
      (await client.fetchOpenOrders())[0]!,
    ]
  ) {
    const { id, price, amount, filled, status, side, type } = found;
    assertEquals({ id, price, amount, filled, status, side, type }, expected);
  }
  const changed = await client.editOrder(placed.id, symbol, "limit", "buy", 0.02, price - 1);
  assertEquals([changed.id, changed.amount, changed.price], [placed.id, 0.02, price - 1]);
  const book = await client.fetchOrderBook(symbol, 1000);
  assertEquals(book.bids.find(([at]) => at === price - 1)?.[1], 0.02);
  assertEquals((await client.fetchBalance()).USDT!.used, (price - 1) / 50);
  const canceled = await client.cancelOrder(placed.id, symbol);
  assertEquals(canceled.status, "canceled");
  assertEquals(await client.fetchOpenOrders(symbol), []);
  assertEquals((await client.fetchBalance()).USDT, before.USDT);
  const closed = await client.fetchClosedOrders(symbol);
  assertEquals(closed.map(({ id, status }) => [id, status]), [[placed.id, "canceled"]]);
});

test("buys at the best ask for exactly the price, and the fee is taken in the coin", {
  accounts,
}, async (site, client) => {
  const before = await client.fetchBalance();
  const { ask } = best(site);
  const bought = await client.createOrder(symbol, "limit", "buy", 0.001, ask);
  assertEquals([bought.status, bought.filled, bought.average], ["closed", 0.001, ask]);
  const trades = await client.fetchMyTrades(symbol);
  assertEquals(trades.map(({ order, amount, price }) => [order, amount, price]), [[bought.id, 0.001, ask]]);
  assertEquals((await client.fetchOrderTrades(bought.id, symbol)).map(({ id }) => id), [trades[0]!.id]);
  const [{ takerOrMaker, side, fee }] = trades as [typeof trades[number]];
  assertEquals([takerOrMaker, side, fee?.currency], ["taker", "buy", "BTC"]);
  assertEquals(Exact.of(fee!.cost), Exact.of(0.001).times(Exact.of(client.market(symbol).taker)));
  const after = await client.fetchBalance();
  assertEquals(total(after, "BTC").minus(total(before, "BTC")), Exact.of(0.001).minus(Exact.of(fee!.cost)));
  assertEquals(total(before, "USDT").minus(total(after, "USDT")), Exact.of(ask).times(Exact.of(0.001)));
});

test("spends a given cost with a market order and sells what it got", { accounts }, async (site, client) => {
  const bought = await client.createMarketBuyOrderWithCost(symbol, 500);
  const { ask } = best(site);
  assertEquals([bought.status, bought.type], ["closed", "market"]);
  const [trade] = await client.fetchOrderTrades(bought.id, symbol);
  assert(trade!.cost <= 500 && trade!.cost > 500 - ask * 1e-6 * 2, `spent ${trade!.cost}`);
  const sold = await client.createOrder(symbol, "market", "sell", 0.002);
  assertEquals([sold.status, sold.filled], ["closed", 0.002]);
});

test("takes what an immediate order finds and cancels the rest", { accounts }, async (site, client) => {
  const [price, size] = site.simulator.truth.book("GATEIO_SPOT", id)!.asks[0]!;
  const done = await client.createOrder(symbol, "limit", "buy", size + 0.001, price, { timeInForce: "IOC" });
  assertEquals([done.status, done.filled, done.timeInForce], ["canceled", size, "IOC"]);
  const next = best(site);
  await assertRejects(
    () => client.createOrder(symbol, "limit", "buy", 0.001, next.ask, { postOnly: true }),
    OrderImmediatelyFillable,
  );
  const resting = await client.createOrder(symbol, "limit", "buy", 0.001, next.bid, { postOnly: true });
  assertEquals([resting.status, resting.postOnly], ["open", true]);
});

test("lets two users trade with each other", { accounts }, async (site, client) => {
  const other = site.gate("spot", secondUser);
  const price = Math.round((best(site).bid + 0.1) * 10) / 10;
  assert(price < best(site).ask, "no room inside the spread");
  const resting = await client.createOrder(symbol, "limit", "buy", 0.002, price);
  assertEquals(best(site).bid, price);
  await other.createOrder(symbol, "limit", "sell", 0.0015, price);
  const order = await client.fetchOrder(resting.id, symbol);
  assertEquals([order.status, order.filled, order.remaining], ["open", 0.0015, 0.0005]);
  const [own] = await client.fetchMyTrades(symbol);
  const [theirs] = await other.fetchMyTrades(symbol);
  assertEquals([own!.takerOrMaker, own!.side], ["maker", "buy"]);
  assertEquals([theirs!.takerOrMaker, theirs!.side, theirs!.price], ["taker", "sell", price]);
  assertEquals([theirs!.id, theirs!.fee?.currency], [own!.id, "USDT"]);
});

test("sends a batch, of which the good orders stand, and cancels them in two ways", {
  accounts,
}, async (site, client) => {
  const price = farBelow(site);
  const order = (
    amount: number,
    price: number,
    clientOrderId?: string,
  ): Parameters<Exchange["createOrders"]>[0][0] => ({
    symbol,
    type: "limit",
    side: "buy",
    amount,
    price,
    ...(clientOrderId === undefined ? {} : { params: { clientOrderId } }),
  });
  const placed = await client.createOrders([
    order(0.001, price, "a1"),
    order(100, price, "a2"),
    order(0.002, price - 1),
    order(0.003, price - 2),
  ]);
  assertEquals(placed.map(({ status }) => status === "rejected"), [false, true, false, false]);
  const ids = [0, 2, 3].map((index) => placed[index]!.id);
  const open = async (): Promise<string[]> =>
    (await client.fetchOpenOrders(symbol)).map(({ id }) => id).sort();
  assertEquals(await open(), ids.toSorted());
  const canceled = await client.cancelOrders([ids[0]!], symbol);
  assertEquals(canceled.map(({ id }) => id), [ids[0]!]);
  assertEquals(await open(), ids.slice(1).toSorted());
  const all = await client.cancelAllOrders(symbol);
  assertEquals(
    all.map(({ id, status }) => [id, status]).sort(),
    ids.slice(1).sort().map((id) => [id, "canceled"]),
  );
  assertEquals(await open(), []);
});

test("understands why the venue refuses", { accounts }, async (site, client) => {
  const price = farBelow(site);
  await assertRejects(() => client.createOrder(symbol, "limit", "buy", 2, price), InsufficientFunds);
  await assertRejects(() => client.createOrder(symbol, "limit", "sell", 5, price * 2), InsufficientFunds);
  await assertRejects(() => client.createOrder(symbol, "limit", "buy", 0.00001, price), Error, "too small");
  await assertRejects(() => client.fetchOrder("1", symbol), OrderNotFound);
  await assertRejects(() => client.cancelOrder("1", symbol), OrderNotFound);
  const placed = await client.createOrder(symbol, "limit", "buy", 0.001, price);
  await assertRejects(
    () => client.editOrder(placed.id, symbol, "limit", "buy", 0.001, price),
    InvalidOrder,
    "NO_CHANGE",
  );
  await assertRejects(() => client.fetchOrderBook(symbol, 5, { currency_pair: "NOSUCH_USDT" }), BadSymbol);
  for (const wrong of [{ secretKey: "wrong" }, { apiKey: "wrong" }]) {
    const stranger = site.gate("spot", { ...gateUser, ...wrong });
    await assertRejects(() => stranger.fetchBalance(), AuthenticationError);
  }
  const late = site.gate("spot", gateUser, { options: { defaultType: "spot", timeDifference: 120_000 } });
  await assertRejects(() => late.fetchBalance(), AuthenticationError, "REQUEST_EXPIRED");
});

test("hears of its own orders, fills and balances", { accounts }, async (site, client) => {
  const orders = new Watched(() => client.watchOrders(symbol));
  const trades = new Watched(() => client.watchMyTrades(symbol));
  const balances = new Watched<Balances>(() => client.watchBalance());
  await site.acknowledged(client, 3);
  const price = farBelow(site);
  const resting = await client.createOrder(symbol, "limit", "buy", 0.01, price, {
    clientOrderId: "stream-1",
  });
  const told = await orders.find(({ id }) => id === resting.id, "the resting order");
  assertEquals([told.status, told.clientOrderId, told.amount], ["open", "t-stream-1", 0.01]);
  await balances.find(({ USDT }) => USDT?.used === price / 100, "the bound money");
  await client.cancelOrder(resting.id, symbol);
  await orders.find(({ id, status }) => id === resting.id && status === "canceled", "the cancelled order");
  const { ask } = best(site);
  const bought = await client.createOrder(symbol, "limit", "buy", 0.001, ask);
  await orders.find(
    ({ id, status, filled }) => id === bought.id && status === "closed" && filled === 0.001,
    "the filled order",
  );
  const fill = await trades.find(({ order }) => order === bought.id, "the fill");
  assertEquals([fill.price, fill.amount, fill.side, fill.takerOrMaker], [ask, 0.001, "buy", "taker"]);
  assertEquals(fill.id, (await client.fetchMyTrades(symbol))[0]!.id);
  const after = await client.fetchBalance();
  await balances.find(({ BTC }) => BTC?.total === after.BTC!.total, "the bought coins");
  await balances.find(({ USDT }) => USDT?.total === after.USDT!.total && USDT.used === 0, "the spent money");
});

test("trades over the WebSocket", { accounts }, async (site, client) => {
  const price = farBelow(site);
  const placed = await client.createOrderWs(symbol, "limit", "buy", 0.01, price);
  assertEquals([placed.status, placed.price, placed.amount], ["open", price, 0.01]);
  assertEquals((await client.fetchOpenOrders(symbol)).map(({ id }) => id), [placed.id]);
  const changed = await client.editOrderWs(placed.id, symbol, "limit", "buy", undefined, price - 1);
  assertEquals([changed.id, changed.price], [placed.id, price - 1]);
  assertEquals((await client.fetchOrderWs(placed.id, symbol)).price, price - 1);
  assertEquals((await client.cancelOrderWs(placed.id, symbol)).status, "canceled");
  const { ask } = best(site);
  const bought = await client.createOrderWs(symbol, "limit", "buy", 0.001, ask);
  assertEquals([bought.status, bought.filled, bought.average], ["closed", 0.001, ask]);
  await assertRejects(() => client.createOrderWs(symbol, "limit", "buy", 2, price), InsufficientFunds);
  await assertRejects(() => client.cancelOrderWs("1", symbol), OrderNotFound);
  const stranger = site.gate("spot", { ...gateUser, secretKey: "wrong" });
  await assertRejects(
    () => stranger.createOrderWs(symbol, "limit", "buy", 0.001, price),
    AuthenticationError,
  );
});

test("moves money to the futures account", { accounts }, async (site, client) => {
  const futures = site.gate("swap", gateUser);
  const before = await futures.fetchBalance();
  const { id: transfer } = await client.transfer("USDT", 1000, "spot", "swap");
  assert(transfer !== "", "the transfer has no id");
  assertEquals((await client.fetchBalance()).USDT!.free, 99_000);
  assertEquals((await futures.fetchBalance()).USDT!.total, before.USDT!.total + 1000);
});

test("stops a book and takes it up again", { market: { eventsPerSecond: 20 } }, async (_site, client) => {
  const { nonce: before } = { ...await client.watchOrderBook(symbol) };
  await client.unWatchOrderBook(symbol);
  const books = new Watched(() => client.watchOrderBook(symbol));
  await books.find(({ nonce }) => nonce! > before!, "a later book");
});
