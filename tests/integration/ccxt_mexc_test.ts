import { assert, assertAlmostEquals, assertEquals, assertRejects, equal } from "@std/assert";
import {
  assertInsideCandle,
  AuthenticationError,
  BadSymbol,
  type Balances,
  type Candle,
  ClientSite,
  type ClientSiteOptions,
  type Exchange,
  InsufficientFunds,
  InvalidNonce,
  InvalidOrder,
  mexcUser,
  top,
  until,
  Watched,
} from "../support/ccxt_clients.ts";
import { Exact } from "../support/exact.ts";

const symbol = "BTC/USDT";
const id = "BTCUSDT";
/** What the venue takes of the quote value of a taker's and of a maker's fill. */
const takerFee = Exact.of(0.0005);
const secondUser = { ...mexcUser, uid: "209302840", apiKey: "mx0vglccxtuser0002" };
const accounts = [mexcUser, secondUser];

/** Runs a test against a venue of its own. */
function test(
  name: string,
  options: ClientSiteOptions,
  run: (site: ClientSite, client: Exchange) => Promise<void>,
): void {
  // ccxt leaves the timer that would renew a listen key, so the sanitizers cannot be on.
  Deno.test({
    name: `ccxt on MEXC ${name}`,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      await using site = await ClientSite.open(options);
      await run(site, site.mexc(options.accounts?.[0]));
    },
  });
}

/** Best bid and ask of the venue's own book. */
function best(site: ClientSite): { bid: number; ask: number } {
  const { bids, asks } = site.simulator.truth.book("MEXC_SPOT", id)!;
  return { bid: bids[0]![0], ask: asks[0]![0] };
}

/** Waits until balances may be asked for again: the venue answers two such requests a second. */
function balancePause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1050));
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
  assertEquals(market.precision, { amount: 1e-8, price: 0.01 });
  assertEquals([market.maker, market.taker], [0, 0.0005]);
  assertEquals(market.limits.cost.min, 1);
  assert("BTC" in client.currencies && "USDT" in client.currencies, "the coins are missing");
  assertEquals((await client.fetchStatus()).status, "ok");
  assertAlmostEquals(await client.fetchTime(), Date.now(), 2000);
});

test("fetches the book and the best prices that the venue holds", {}, async (site, client) => {
  const truth = site.simulator.truth.book("MEXC_SPOT", id)!;
  const book = await client.fetchOrderBook(symbol, 1000);
  assertEquals<unknown>([book.nonce, book.bids, book.asks], [truth.version, truth.bids, truth.asks]);
  const ticker = await client.fetchTicker(symbol);
  assertEquals([ticker.bid, ticker.ask], [truth.bids[0]![0], truth.asks[0]![0]]);
  const tickers = await client.fetchTickers();
  assertEquals([tickers[symbol]?.bid, tickers[symbol]?.ask], [ticker.bid, ticker.ask]);
  const quotes = await client.fetchBidsAsks();
  assertEquals(quotes[symbol]?.bidVolume, truth.bids[0]![1]);
});

test("follows the book, the ticker, trades and candles", {
  accounts,
  market: { eventsPerSecond: 20 },
}, async (site, client) => {
  const watching = site.mexc(undefined, { options: { watchOrderBook: { snapshotDelay: 3 } } });
  const trades = new Watched(() => watching.watchTrades(symbol));
  const tickers = new Watched(() => watching.watchTicker(symbol));
  const candles = new Watched<Candle>(() => watching.watchOHLCV(symbol, "1m"));
  const books = new Watched(() => watching.watchOrderBook(symbol));
  await site.acknowledged(watching, 4);
  const { id: order } = await client.createOrder(symbol, "market", "sell", 0.001);
  const [own] = await client.fetchOrderTrades(order, symbol);
  const seen = await trades.find(
    ({ price, amount, side }) => price === own!.price && amount === 0.001 && side === "sell",
    "the user's trade",
  );
  const told = await client.fetchTrades(symbol, undefined, 1000);
  assertEquals(
    told.find(({ timestamp, amount }) => timestamp === seen.timestamp && amount === 0.001)?.side,
    "sell",
  );
  assertInsideCandle(await client.fetchOHLCV(symbol, "1m", undefined, 3), seen);
  await candles.find(([, , high, low]) => low <= seen.price && seen.price <= high, "a candle");
  assertInsideCandle(candles.items, seen);
  await tickers.find(({ bid, ask }) => bid === best(site).bid && ask === best(site).ask, "the best prices");
  await until(() => {
    const book = books.items.at(-1);
    const truth = site.simulator.truth.book("MEXC_SPOT", id)!;
    return book !== undefined &&
      equal([top(book.bids, 10), top(book.asks, 10)], [top(truth.bids, 10), top(truth.asks, 10)]);
  }, "a book with the venue's ten best levels");
});

test(
  "places, finds and cancels an order, and its money is bound meanwhile",
  { accounts },
  async (site, client) => {
    const price = farBelow(site);
    const before = await client.fetchBalance();
    const placed = await client.createOrder(symbol, "limit", "buy", 0.01, price, { clientOrderId: "mine-1" });
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
      assertEquals(found.clientOrderId, "mine-1");
    }
    const book = await client.fetchOrderBook(symbol, 5000);
    assertEquals(book.bids.find(([at]) => at === price)?.[1], 0.01);
    await client.cancelOrder(placed.id, symbol);
    assertEquals((await client.fetchOrder(placed.id, symbol)).status, "canceled");
    assertEquals(await client.fetchOpenOrders(symbol), []);
    await balancePause();
    assertEquals((await client.fetchBalance()).USDT, before.USDT);
    assertEquals((await client.fetchOrders(symbol)).map(({ id }) => id), [placed.id]);
  },
);

test(
  "buys at the best ask for exactly the price, the amount and the fee",
  { accounts },
  async (site, client) => {
    const before = await client.fetchBalance();
    const { ask } = best(site);
    const { id: order } = await client.createOrder(symbol, "limit", "buy", 0.001, ask);
    const filled = await client.fetchOrder(order, symbol);
    assertEquals([filled.status, filled.filled, filled.average], ["closed", 0.001, ask]);
    const trades = await client.fetchMyTrades(symbol);
    assertEquals(trades.map(({ order, amount, price }) => [order, amount, price]), [[order, 0.001, ask]]);
    assertEquals((await client.fetchOrderTrades(order, symbol)).map(({ id }) => id), [trades[0]!.id]);
    assertEquals([trades[0]!.takerOrMaker, trades[0]!.side, trades[0]!.fee?.currency], [
      "taker",
      "buy",
      "USDT",
    ]);
    const cost = Exact.of(ask).times(Exact.of(0.001));
    const fee = cost.times(takerFee);
    assertEquals(Exact.of(trades[0]!.fee!.cost), fee);
    const after = await client.fetchBalance();
    assertEquals(total(after, "BTC").minus(total(before, "BTC")), Exact.of(0.001));
    assertEquals(total(before, "USDT").minus(total(after, "USDT")), cost.plus(fee));
  },
);

test("spends a given cost with a market order", { accounts }, async (site, client) => {
  const { id: order } = await client.createMarketBuyOrderWithCost(symbol, 500);
  const bought = await client.fetchOrder(order, symbol);
  const { ask } = best(site);
  assertEquals([bought.status, bought.type], ["closed", "market"]);
  assert(bought.cost! <= 500 && bought.cost! > 500 - ask * 1e-8 * 2, `spent ${bought.cost}`);
  const { id: sale } = await client.createOrder(symbol, "market", "sell", bought.filled!);
  assertEquals((await client.fetchOrder(sale, symbol)).filled, bought.filled);
});

test("takes what an immediate order finds and cancels the rest", { accounts }, async (site, client) => {
  const [price, size] = site.simulator.truth.book("MEXC_SPOT", id)!.asks[0]!;
  const params = { timeInForce: "IOC" };
  const { id: order } = await client.createOrder(symbol, "limit", "buy", size * 2, price, params);
  const done = await client.fetchOrder(order, symbol);
  assertEquals([done.status, done.filled], ["canceled", size]);
  const params2 = { timeInForce: "FOK" };
  const next = best(site).ask;
  const { id: none } = await client.createOrder(symbol, "limit", "buy", 1, next, params2);
  const refused = await client.fetchOrder(none, symbol);
  assertEquals([refused.status, refused.filled], ["canceled", 0]);
});

test("lets two users trade with each other", { accounts }, async (site, client) => {
  const other = site.mexc(secondUser);
  const price = Math.round((best(site).bid + 0.01) * 100) / 100;
  assert(price < best(site).ask, "no room inside the spread");
  const { id: resting } = await client.createOrder(symbol, "limit", "buy", 0.002, price, { postOnly: true });
  assertEquals(best(site).bid, price);
  await other.createOrder(symbol, "limit", "sell", 0.0015, price);
  const order = await client.fetchOrder(resting, symbol);
  assertEquals([order.status, order.filled, order.remaining], ["open", 0.0015, 0.0005]);
  const [own] = await client.fetchMyTrades(symbol);
  const [theirs] = await other.fetchMyTrades(symbol);
  assertEquals([own!.takerOrMaker, own!.side, own!.fee!.cost], ["maker", "buy", 0]);
  assertEquals([theirs!.takerOrMaker, theirs!.side, theirs!.price], ["taker", "sell", price]);
});

test(
  "sends a batch, of which the good orders stand, and cancels them together",
  { accounts },
  async (site, client) => {
    const price = farBelow(site);
    const order = (
      amount: number,
      price: number,
      clientOrderId: string,
    ): Parameters<Exchange["createOrders"]>[0][0] => ({
      symbol,
      type: "limit",
      side: "buy",
      amount,
      price,
      params: { clientOrderId },
    });
    const placed = await client.createOrders([
      order(0.001, price, "a1"),
      order(0.00000001, price, "a2"),
      order(0.002, price - 1, "a3"),
    ]);
    assertEquals(placed.map(({ status }) => status === "rejected"), [false, true, false]);
    assertEquals(placed[1]!.clientOrderId, "a2");
    const open = await client.fetchOpenOrders(symbol);
    assertEquals(open.map(({ clientOrderId }) => clientOrderId).sort(), ["a1", "a3"]);
    const canceled = await client.cancelAllOrders(symbol);
    assertEquals(canceled.map(({ id }) => id).sort(), open.map(({ id }) => id).sort());
    await client.createOrder(symbol, "limit", "buy", 0.001, price);
    await client.cancelAllOrders();
    assertEquals(await client.fetchOpenOrders(), []);
  },
);

test("understands why the venue refuses", { accounts }, async (site, client) => {
  const price = farBelow(site);
  await assertRejects(() => client.createOrder(symbol, "limit", "buy", 2, price), InsufficientFunds);
  await assertRejects(() => client.createOrder(symbol, "limit", "sell", 5, price * 2), InsufficientFunds);
  await assertRejects(
    () => client.createOrder(symbol, "limit", "buy", 0.00001, price),
    InvalidOrder,
    "30002",
  );
  await assertRejects(() => client.fetchOrder("C02__1", symbol), Error, "Order does not exist");
  await assertRejects(() => client.cancelOrder("C02__1", symbol), Error, "-2011");
  await assertRejects(() => client.fetchOrderBook(symbol, 5, { symbol: "NOSUCH" }), BadSymbol);
  const stranger = site.mexc({ ...mexcUser, secretKey: "wrong" });
  await assertRejects(() => stranger.fetchBalance(), AuthenticationError);
  const late = site.mexc(mexcUser, { options: { timeDifference: 60_000 } });
  await assertRejects(() => late.createOrder(symbol, "limit", "buy", 0.001, price), InvalidNonce);
  assertEquals(await client.fetchOpenOrders(symbol), []);
});

test("hears of its own orders, fills and balances", { accounts }, async (site, client) => {
  const before = await client.fetchBalance();
  const orders = new Watched(() => client.watchOrders());
  const trades = new Watched(() => client.watchMyTrades(symbol));
  const balances = new Watched<Balances>(() => client.watchBalance());
  await site.acknowledged(client, 3);
  const { id: resting } = await client.createOrder(symbol, "limit", "buy", 0.01, farBelow(site), {
    clientOrderId: "stream-1",
  });
  const told = await orders.find(({ id }) => id === resting, "the resting order");
  assertEquals([told.status, told.clientOrderId, told.amount, told.symbol], [
    "open",
    "stream-1",
    0.01,
    symbol,
  ]);
  const bound = farBelow(site) / 100;
  await balances.find(({ USDT }) => USDT?.used === bound, "the bound money");
  await client.cancelOrder(resting, symbol);
  await orders.find(({ id, status }) => id === resting && status === "canceled", "the cancelled order");
  const { ask } = best(site);
  const { id: bought } = await client.createOrder(symbol, "limit", "buy", 0.001, ask);
  await orders.find(
    ({ id, status, filled }) => id === bought && status === "closed" && filled === 0.001,
    "the filled order",
  );
  const fill = await trades.find(({ order }) => order === bought, "the fill");
  assertEquals([fill.price, fill.amount, fill.side, fill.fee?.currency], [ask, 0.001, "buy", "USDT"]);
  const after = await client.fetchBalance();
  assertEquals(fill.id, (await client.fetchMyTrades(symbol))[0]!.id);
  await balances.find(({ BTC }) => BTC?.total === after.BTC!.total, "the bought coins");
  await balances.find(({ USDT }) => USDT?.total === after.USDT!.total && USDT.used === 0, "the spent money");
  assert(after.USDT!.total < before.USDT!.total);
});
