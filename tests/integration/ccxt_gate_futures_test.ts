import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  assertInsideCandle,
  type Balances,
  type Candle,
  ClientSite,
  type ClientSiteOptions,
  type Exchange,
  ExchangeError,
  gateUser,
  InsufficientFunds,
  OrderImmediatelyFillable,
  OrderNotFound,
  type Position,
  top,
  Watched,
} from "../support/ccxt_clients.ts";
import { Exact } from "../support/exact.ts";

const symbol = "BTC/USDT:USDT";
const id = "BTC_USDT";
/** Bitcoins in one contract. */
const contractSize = Exact.of(0.0001);
const secondUser = { ...gateUser, uid: "110284740", apiKey: "d1d2d3d4d5d6d7d8d9d0d1d2d3d4d5d6" };
const accounts = [gateUser, secondUser];

/** Runs a test against a venue of its own. */
function test(
  name: string,
  options: ClientSiteOptions,
  run: (site: ClientSite, client: Exchange) => Promise<void>,
): void {
  Deno.test(`ccxt on Gate.io futures ${name}`, async () => {
    await using site = await ClientSite.open(options);
    await run(site, site.gate("swap", options.accounts?.[0]));
  });
}

/** Best bid and ask of the venue's own book. */
function best(site: ClientSite): { bid: number; ask: number } {
  const { bids, asks } = site.simulator.truth.book("GATEIO_FUTURES", id)!;
  return { bid: bids[0]![0], ask: asks[0]![0] };
}

/** A price below the market, but not so far that the venue refuses it. */
function below(site: ClientSite): number {
  return Math.floor(best(site).bid * 0.99);
}

/** USDT that a number of contracts is worth. */
function value(contracts: number, price: number): Exact {
  return Exact.of(contracts).times(contractSize).times(Exact.of(price));
}

function usdt(balances: Balances): Exact {
  return Exact.of(balances.USDT!.total);
}

test("loads the contract with its steps, limits and size", { accounts }, async (_site, client) => {
  await client.loadMarkets();
  const market = client.market(symbol);
  assertEquals([market.id, market.type, market.active], [id, "swap", true]);
  assertEquals([market.precision, market.contractSize], [{ amount: 1, price: 0.1 }, 0.0001]);
  assertEquals(market.limits.amount.min, 1);
});

test("fetches the book, the ticker and the funding that the venue holds", {}, async (site, client) => {
  const truth = site.simulator.truth.book("GATEIO_FUTURES", id)!;
  const book = await client.fetchOrderBook(symbol, 100);
  assertEquals<unknown>([book.nonce, book.bids, book.asks], [
    truth.version,
    top(truth.bids, 100),
    top(truth.asks, 100),
  ]);
  const ticker = await client.fetchTicker(symbol);
  assertEquals([ticker.bid, ticker.ask], [truth.bids[0]![0], truth.asks[0]![0]]);
  assert(ticker.markPrice !== undefined && ticker.indexPrice !== undefined, "no mark or index price");
  const funding = await client.fetchFundingRate(symbol);
  assert(Math.abs(funding.fundingRate) < 0.01, `a funding rate of ${funding.fundingRate}`);
  assertEquals(funding.markPrice, ticker.markPrice);
  const history = await client.fetchFundingRateHistory(symbol);
  assert(history.every(({ fundingRate }) => Math.abs(fundingRate) < 0.01));
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
    const truth = site.simulator.truth.book("GATEIO_FUTURES", id)!;
    if (book.nonce === truth.version) {
      assertEquals([top(book.bids, 50), top(book.asks, 50)], [top(truth.bids, 50), top(truth.asks, 50)]);
      same++;
    }
    return book;
  });
  await site.acknowledged(client, 5);
  const { id: order } = await client.createOrder(symbol, "market", "sell", 7);
  const [own] = await client.fetchOrderTrades(order, symbol);
  const seen = await trades.find(
    ({ price, amount, side }) => price === own!.price && amount === 7 && side === "sell",
    "the user's trade",
  );
  const told = (await client.fetchTrades(symbol, undefined, 1000)).find(({ id }) => id === seen.id);
  assertEquals([told?.price, told?.amount, told?.side], [seen.price, 7, "sell"]);
  assertInsideCandle(await client.fetchOHLCV(symbol, "1m", undefined, 3), seen);
  await candles.find(([, , high, low]) => low <= seen.price && seen.price <= high, "a candle");
  assertInsideCandle(candles.items, seen);
  await quotes.find(({ bid, ask }) => bid === best(site).bid && ask === best(site).ask, "the best prices");
  await tickers.find(({ last }) => trades.items.some(({ price }) => price === last), "the last price");
  await books.find(() => same > 5, "books at the venue's own version");
});

test("places, finds, changes and cancels an order, and margin is bound meanwhile", {
  accounts,
}, async (site, client) => {
  const price = below(site);
  const before = await client.fetchBalance();
  const placed = await client.createOrder(symbol, "limit", "buy", 10, price, { clientOrderId: "mine-1" });
  assertEquals([placed.status, placed.clientOrderId, placed.amount], ["open", "t-mine-1", 10]);
  const bound = await client.fetchBalance();
  assert(bound.USDT!.free < before.USDT!.free, "no margin is bound");
  assertEquals(bound.USDT!.total, before.USDT!.total);
  const expected = {
    id: placed.id,
    price,
    amount: 10,
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
    ]
  ) {
    const { id, price, amount, filled, status, side, type } = found;
    assertEquals({ id, price, amount, filled, status, side, type }, expected);
  }
  const changed = await client.editOrder(placed.id, symbol, "limit", "buy", 20, price - 1);
  assertEquals([changed.id, changed.amount, changed.price], [placed.id, 20, price - 1]);
  const truth = site.simulator.truth.book("GATEIO_FUTURES", id)!;
  assert(truth.bids.find(([at]) => at === price - 1)![1] >= 20, "the order is not in the book");
  assertEquals((await client.cancelOrder(placed.id, symbol)).status, "canceled");
  assertEquals(await client.fetchOpenOrders(symbol), []);
  assertEquals((await client.fetchBalance()).USDT, before.USDT);
  const closed = await client.fetchClosedOrders(symbol);
  assertEquals(closed.map(({ id, status }) => [id, status]), [[placed.id, "canceled"]]);
});

test("opens a position, adds to it and closes it, with exact fees and profit", {
  accounts,
}, async (site, client) => {
  const before = await client.fetchBalance();
  const { ask } = best(site);
  const bought = await client.createOrder(symbol, "limit", "buy", 10, ask);
  assertEquals([bought.status, bought.filled, bought.average], ["closed", 10, ask]);
  const position = await client.fetchPosition(symbol);
  assertEquals([position.side, position.contracts, position.entryPrice], ["long", 10, ask]);
  assertEquals(
    (await client.fetchPositions()).map(({ symbol, contracts }) => [symbol, contracts]).filter(
      ([, contracts]) => contracts !== 0,
    ),
    [[symbol, 10]],
  );
  const [opened] = await client.fetchMyTrades(symbol);
  assertEquals([opened!.order, opened!.amount, opened!.price, opened!.takerOrMaker], [
    bought.id,
    10,
    ask,
    "taker",
  ]);
  const opening = Exact.of(opened!.fee!.cost);
  assertEquals(opening, value(10, ask).times(Exact.of(0.0005)));
  const held = await client.fetchBalance();
  assertEquals(usdt(before).minus(usdt(held)), opening);
  const { bid } = best(site);
  const closing = await client.closePosition(symbol);
  assertEquals([closing.status, closing.type], ["closed", "market"]);
  assertEquals((await client.fetchPosition(symbol)).contracts, 0);
  const trades = await client.fetchMyTrades(symbol);
  const sold = trades.find(({ order }) => order === closing.id)!;
  assertEquals([sold.side, sold.amount, sold.price], ["sell", 10, bid]);
  const profit = value(10, bid).minus(value(10, ask));
  const after = await client.fetchBalance();
  assertEquals(usdt(after).minus(usdt(held)), profit.minus(Exact.of(sold.fee!.cost)));
  assertEquals(after.USDT!.used, 0);
});

test("goes short with reduce-only exits, leverage and margin modes", { accounts }, async (site, client) => {
  await client.setLeverage(5, symbol);
  const sold = await client.createOrder(symbol, "market", "sell", 7);
  assertEquals([sold.status, sold.filled, sold.side], ["closed", 7, "sell"]);
  const position = await client.fetchPosition(symbol);
  const { side, contracts, leverage, marginMode } = position;
  assertEquals([side, contracts, leverage, marginMode], ["short", 7, 5, "isolated"]);
  const exit = await client.createOrder(symbol, "limit", "buy", 7, below(site), { reduceOnly: true });
  assertEquals([exit.status, exit.reduceOnly], ["open", true]);
  assertEquals((await client.cancelAllOrders(symbol)).map(({ id }) => id), [exit.id]);
  const closed = await client.createOrder(symbol, "market", "buy", 7, undefined, { reduceOnly: true });
  assertEquals(closed.filled, 7);
  assertEquals((await client.fetchPosition(symbol)).contracts, 0);
  await client.setLeverage(10, symbol, { marginMode: "cross" });
  await assertRejects(
    () => client.createOrder(symbol, "market", "buy", 1, undefined, { reduceOnly: true }),
    ExchangeError,
  );
});

test("takes what an immediate order finds, and post-only orders take nothing", {
  accounts,
}, async (site, client) => {
  const [price, size] = site.simulator.truth.book("GATEIO_FUTURES", id)!.asks[0]!;
  const done = await client.createOrder(symbol, "limit", "buy", size + 5, price, { timeInForce: "IOC" });
  assertEquals([done.status, done.filled, done.timeInForce], ["canceled", size, "IOC"]);
  await assertRejects(
    () => client.createOrder(symbol, "limit", "buy", 1, best(site).ask, { postOnly: true }),
    OrderImmediatelyFillable,
  );
});

test("lets two users trade with each other", { accounts }, async (site, client) => {
  const other = site.gate("swap", secondUser);
  const price = Math.round((best(site).bid + 0.1) * 10) / 10;
  assert(price < best(site).ask, "no room inside the spread");
  const resting = await client.createOrder(symbol, "limit", "buy", 20, price);
  assertEquals(best(site).bid, price);
  await other.createOrder(symbol, "limit", "sell", 15, price);
  const order = await client.fetchOrder(resting.id, symbol);
  assertEquals([order.status, order.filled, order.remaining], ["open", 15, 5]);
  const [own] = await client.fetchMyTrades(symbol);
  const [theirs] = await other.fetchMyTrades(symbol);
  assertEquals([own!.takerOrMaker, own!.side, own!.amount], ["maker", "buy", 15]);
  assertEquals([theirs!.takerOrMaker, theirs!.side, theirs!.price], ["taker", "sell", price]);
  assertEquals((await other.fetchPosition(symbol)).side, "short");
});

test("sends a batch and cancels it in two ways", { accounts }, async (site, client) => {
  const price = below(site);
  const order = (amount: number, price: number): Parameters<Exchange["createOrders"]>[0][0] => ({
    symbol,
    type: "limit",
    side: "buy",
    amount,
    price,
  });
  const placed = await client.createOrders([order(1, price), order(10_000_000, price), order(2, price - 1)]);
  assertEquals(placed.map(({ status }) => status === "rejected"), [false, true, false]);
  const ids = [placed[0]!.id, placed[2]!.id];
  await client.cancelOrders([ids[0]!], symbol);
  assertEquals((await client.fetchOpenOrders(symbol)).map(({ id }) => id), [ids[1]!]);
  assertEquals((await client.cancelAllOrders(symbol)).map(({ id }) => id), [ids[1]!]);
  assertEquals(await client.fetchOpenOrders(symbol), []);
});

test("understands why the venue refuses", { accounts }, async (site, client) => {
  const price = below(site);
  await client.setLeverage(5, symbol);
  await assertRejects(() => client.createOrder(symbol, "limit", "buy", 100_000, price), InsufficientFunds);
  await assertRejects(() => client.fetchOrder("1", symbol), OrderNotFound);
  await assertRejects(() => client.cancelOrder("1", symbol), OrderNotFound);
  await assertRejects(
    () => client.createOrder(symbol, "limit", "buy", 1, price / 2),
    Error,
    "PRICE_TOO_DEVIATED",
  );
});

test("hears of its own orders, fills, positions and balance", { accounts }, async (site, client) => {
  const orders = new Watched(() => client.watchOrders(symbol));
  const trades = new Watched(() => client.watchMyTrades(symbol));
  const positions = new Watched<Position>(() => client.watchPositions());
  const balances = new Watched<Balances>(() => client.watchBalance());
  await site.acknowledged(client, 4);
  const resting = await client.createOrder(symbol, "limit", "buy", 10, below(site), {
    clientOrderId: "stream-1",
  });
  const told = await orders.find(({ id }) => id === resting.id, "the resting order");
  assertEquals([told.status, told.clientOrderId, told.amount], ["open", "t-stream-1", 10]);
  await client.cancelOrder(resting.id, symbol);
  await orders.find(({ id, status }) => id === resting.id && status === "canceled", "the cancelled order");
  const { ask } = best(site);
  const bought = await client.createOrder(symbol, "limit", "buy", 10, ask);
  await orders.find(
    ({ id, status, filled }) => id === bought.id && status === "closed" && filled === 10,
    "the filled order",
  );
  const fill = await trades.find(({ order }) => order === bought.id, "the fill");
  assertEquals([fill.price, fill.amount, fill.side, fill.takerOrMaker], [ask, 10, "buy", "taker"]);
  assertEquals(fill.id, (await client.fetchMyTrades(symbol))[0]!.id);
  await positions.find(({ contracts, side }) => contracts === 10 && side === "long", "the position");
  const { USDT } = await client.fetchBalance();
  await balances.find((told) => told.USDT?.total === USDT!.total, "the balance after the fee");
});

test("trades over the WebSocket", { accounts }, async (site, client) => {
  const price = below(site);
  const placed = await client.createOrderWs(symbol, "limit", "buy", 10, price);
  assertEquals([placed.status, placed.price, placed.amount], ["open", price, 10]);
  assertEquals((await client.fetchOpenOrdersWs(symbol)).map(({ id }) => id), [placed.id]);
  const changed = await client.editOrderWs(placed.id, symbol, "limit", "buy", 12, price - 1);
  assertEquals([changed.id, changed.price, changed.amount], [placed.id, price - 1, 12]);
  assertEquals((await client.fetchOrderWs(placed.id, symbol)).price, price - 1);
  assertEquals((await client.cancelOrderWs(placed.id, symbol)).status, "canceled");
  const { ask } = best(site);
  const bought = await client.createOrderWs(symbol, "limit", "buy", 1, ask);
  assertEquals([bought.status, bought.filled, bought.average], ["closed", 1, ask]);
  await client.setLeverage(5, symbol);
  await assertRejects(
    () => client.createOrderWs(symbol, "limit", "buy", 100_000, price),
    InsufficientFunds,
  );
});
