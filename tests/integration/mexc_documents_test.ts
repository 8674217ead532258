/**
 * MEXC's clients, as the factory makes them, over real sockets against a server that knows nothing of the simulator:
 * its answers are those of the documents, and it minds whatever a request has that it must not have.
 * @module
 */
import { assert, assertEquals, assertObjectMatch } from "@std/assert";
import { SystemClock } from "../../src/core/clock.ts";
import { DecimalStep } from "../../src/core/decimal_step.ts";
import { CexarbError } from "../../src/core/errors.ts";
import { InstrumentTable } from "../../src/core/instrument.ts";
import type { OrderRequest } from "../../src/core/order_request.ts";
import { PublicTrade } from "../../src/core/public_trade.ts";
import { SeededRandom } from "../../src/core/random.ts";
import { Secret } from "../../src/core/secret.ts";
import { getCompositeImplementation } from "../../src/exchanges/factory.ts";
import type { CompositePrivateSpotExchange } from "../../src/exchanges/interfaces/composite_private_spot.ts";
import type { CompositePublicSpotExchange } from "../../src/exchanges/interfaces/composite_public_spot_exchange.ts";
import { NoDelayNetwork } from "../../src/net/no_delay_network.ts";
import { SystemNetwork } from "../../src/net/system_network.ts";
import { FrameTrace } from "../../src/telemetry/frame_trace.ts";
import { testSpec } from "../support/instruments.ts";
import { MemoryLogger } from "../support/memory_logger.ts";
import { mexcByteVectors } from "../support/mexc_byte_vectors.ts";
import { documentKey, MexcDocumentServer } from "../support/mexc_document_server.ts";
import { type Json, mexcDocuments, mexcForms } from "../support/mexc_documents.ts";
import { encodeMexc } from "../support/mexc_protobuf.ts";

const table = new InstrumentTable();
const bitcoin = table.add({ ...testSpec("MEXC_SPOT", "BTC"), tick: DecimalStep.parse("0.01") });
const mx = table.add({
  ...testSpec("MEXC_SPOT", "BTC"),
  base: "MX",
  exchangeSymbol: "MXUSDT",
  tick: DecimalStep.parse("0.0001"),
  lot: DecimalStep.parse("0.01"),
});
const exchangeOrderId = "C02__505979017439002624115";
const clock = new SystemClock();

/** Both composites of the venue against a server of the documents. */
class Site implements AsyncDisposable {
  readonly server = new MexcDocumentServer();
  readonly network = new NoDelayNetwork({ clock });
  readonly market: CompositePublicSpotExchange;
  readonly account: CompositePrivateSpotExchange;

  constructor() {
    const common = {
      exchange: "MEXC_SPOT",
      endpoints: this.server.endpoints,
      instruments: [bitcoin, mx],
      clock,
      random: new SeededRandom(1),
      logger: new MemoryLogger(),
    } as const;
    const questions = new SystemNetwork();
    const trace = new FrameTrace();
    this.market = getCompositeImplementation({ ...common, speed: "normal", network: questions, trace }, {
      private: false,
    });
    this.account = getCompositeImplementation({
      ...common,
      credentials: {
        apiKey: new Secret(documentKey.apiKey),
        secretKey: new Secret(documentKey.secretKey),
      },
      orders: this.network,
      queries: questions,
      venueClock: clock,
      orderTimeoutMs: 2000,
    }, { private: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.account.stop();
    this.market.stop();
    // Listen keys are given back.
    await new Promise((resolve) => setTimeout(resolve, 100));
    this.network.close();
    await this.server[Symbol.asyncDispose]();
  }
}

function order(change: Partial<OrderRequest> = {}): OrderRequest {
  return {
    clientOrderId: "a1",
    instrument: bitcoin,
    side: "buy",
    type: "limit",
    timeInForce: "gtc",
    priceTicks: 3_000_000,
    lots: 1000,
    reduceOnly: false,
    ...change,
  };
}

/** Without the moments at which something came. */
function timeless(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(
      value,
      (name, each) => ["receivedAt", "updatedAt"].includes(name) || each instanceof Set ? undefined : each,
    ) ?? "null",
  );
}

const fromMs = 1640804880000;
const aDay = 86_400_000;
const named = { instrument: bitcoin, exchangeOrderId, clientOrderId: "a1" };
const market = { type: "market", timeInForce: "ioc", priceTicks: 0 } as const;
const spend = { count: 50_001, step: DecimalStep.parse("0.01") };
const ack = { kind: "accepted", value: { clientOrderId: "a1", exchangeOrderId } };
const limitOrder = {
  ...{ clientOrderId: "a1", exchangeOrderId, side: "buy", type: "limit", timeInForce: "gtc" },
  ...{ priceTicks: 3_000_000, lots: 1000, reduceOnly: false },
};
const candle = { open: 47482.36, high: 47482.36, low: 47416.57, close: 47436.1, volume: 3.550717 };

type Ask = (site: Site) => Promise<unknown>;

/** Every operation, and what it must say by the documents. */
const operations: Readonly<Record<string, [ask: Ask, expected: Record<string, unknown>]>> = {
  fetchInstruments: [({ market }) => market.rest.fetchInstruments([{ base: "BTC", quote: "USDT" }]), {
    0: { exchangeSymbol: "BTCUSDT", minQuantity: 1e-6, minNotional: 1, takerFee: 0.0005, tradable: true },
  }],
  fetchSymbols: [({ market }) => market.rest.fetchSymbols(), {
    symbols: [{ online: true, apiOpen: true, sides: "both", delisting: false }],
    unreadable: [],
  }],
  fetchServerTime: [async ({ market }) => [await market.rest.fetchServerTime()], { 0: 1645539742000 }],
  fetchDepth: [async ({ market }) => {
    const { lastId, bids, asks } = await market.rest.fetchDepth(bitcoin, 1000);
    return [lastId, bids.prices[0], bids.quantities[1], asks.prices[0], asks.length];
  }, { 0: 744267132, 1: 40838.5, 2: 0.0084, 3: 40838.61, 4: 1 }],
  fetchTrades: [async ({ market }) => {
    const { trades } = await market.rest.fetchTrades(bitcoin);
    return [0, 1].map((index) => new PublicTrade().moveTo(trades, index).snapshot());
  }, {
    0: { price: 3219.57, quantity: 1.6e-7, takerSide: "sell", exchangeTime: 1737623988880 },
    1: { price: 3219.58, quantity: 0.04757, takerSide: "buy", exchangeTime: 1737623988881 },
  }],
  fetchTickers: [({ market }) => market.rest.fetchTickers([bitcoin]), {
    0: { lastPrice: 46263.71, change: 0.00400048, quoteVolume: 80000000.1, exchangeTime: 1641349582808 },
  }],
  fetchKlines: [
    ({ market }) => market.rest.fetchKlines(bitcoin, "1m", { fromMs, toMs: fromMs + 700 * 60_000 }),
    { 0: { ...candle, openTime: fromMs, closeTime: fromMs + 60_000, quoteVolume: 168387.3, closed: true } },
  ],
  place: [({ account }) => account.place(order()), ack],
  "place at market": [({ account }) => account.place(order({ ...market, side: "sell" })), ack],
  "place for an amount": [({ account }) => account.place(order({ ...market, lots: 0, spend })), ack],
  "place post-only": [({ account }) => account.place(order({ type: "post-only" })), ack],
  "place IOC": [({ account }) => account.place(order({ timeInForce: "ioc" })), ack],
  "place FOK": [({ account }) => account.place(order({ timeInForce: "fok" })), ack],
  placeBatch: [({ account }) => account.placeBatch([order(), order({ clientOrderId: "a2" })]), {
    0: { kind: "accepted", value: { clientOrderId: "a1", exchangeOrderId: "C02__1" } },
    1: { kind: "refused", reason: "notional", code: "30002" },
  }],
  cancel: [({ account }) => account.cancel(named), {
    kind: "accepted",
    value: { exchangeOrderId, report: { ...limitOrder, status: "cancelled", filledLots: 0 } },
  }],
  "cancel by the client's id": [
    ({ account }) => account.cancel({ instrument: bitcoin, clientOrderId: "a1" }),
    {
      kind: "accepted",
    },
  ],
  cancelAll: [({ account }) => account.cancelAll(bitcoin), {
    kind: "accepted",
    value: [{ exchangeOrderId }],
  }],
  openOrders: [({ account }) => account.openOrders(), {
    0: { ...limitOrder, status: "partially-filled", filledLots: 400, averagePrice: 30_000 },
  }],
  order: [async ({ account }) => (await account.order(named))!, {
    ...limitOrder,
    ...{ status: "partially-filled", filledLots: 400, createdAt: 1700000000123 },
  }],
  fills: [({ account }) => account.fills(bitcoin, Date.now() - 3_600_000), {
    0: { tradeId: "505979017439002624X1", price: 30_000, quantity: 0.001, notional: 30, fee: 0.015 },
  }],
  balances: [async ({ account }) => (await account.balances()).map(({ time: _, ...rest }) => rest), {
    0: { coin: "USDT", available: 90, locked: 10 },
  }],
  fees: [({ account }) => account.fees(bitcoin), { maker: 0, taker: 0.0005 }],
  networks: [({ account }) => account.networks(["USDT"]), {
    0: { coin: "USDT", network: "TRX", withdrawFee: 1, withdrawMin: 10, depositEnabled: true },
  }],
  transfers: [({ account }) => account.transfers(Date.now() - aDay), {
    0: { kind: "deposit", coin: "USDC", network: "TRX", amount: 10, status: "done", time: 1664805021000 },
    1: { kind: "withdrawal", coin: "USDC", network: "MATIC", amount: 2, status: "done" },
  }],
};

for (const [name, [ask, expected]] of Object.entries(operations)) {
  Deno.test(`MEXC's ${name} says what the document says, in whatever form it comes, and asks as documented`, async () => {
    await using site = new Site();
    site.server.answer = (call): Json => mexcDocuments[call]!;
    const answer = timeless(await ask(site));
    assertObjectMatch(answer as Record<string, unknown>, timeless(expected) as Record<string, unknown>);
    for (const [form, rewritten] of Object.entries(mexcForms)) {
      site.server.answer = (call): Json => rewritten(mexcDocuments[call]!);
      assertEquals(timeless(await ask(site)), answer, form);
    }
    assertEquals(site.server.faults, []);
  });
}

const page = "<html><head><title>503</title></head></html>";
/** Error answers, and what they mean for an order. */
const errors: readonly [name: string, status: number, body: string, outcome: string][] = [
  [
    "an error with a good status",
    200,
    `{"code":30004,"msg":"Insufficient position"}`,
    "refused balance 30004",
  ],
  [
    "an error with its code as text",
    400,
    `{"_extend":null,"msg":"","code":"-1121"}`,
    "refused symbol-closed -1121",
  ],
  [
    "an error of the older interface",
    200,
    `{"success":false,"code":30005,"message":""}`,
    "refused balance 30005",
  ],
  ["a page of the firewall", 403, page, "refused rate 403"],
  ["a page of a server that is down", 503, page, "unknown"],
  ["too many requests", 429, `{"code":429,"msg":""}`, "refused rate 429"],
  ["a ban without a word", 418, "", "refused rate 418"],
  ["an error inside the venue", 500, `{"code":30004,"msg":""}`, "unknown"],
  ["a page with a good status", 200, page, "unknown"],
  ["nothing", 200, "", "unknown"],
];

for (const [name, status, body, expected] of errors) {
  Deno.test(`MEXC answers ${name}: an order is ${expected}, and a question fails`, async () => {
    await using site = new Site();
    site.server.answer = (): Response => new Response(body, { status });
    const outcome = await site.account.place(order());
    const { kind, reason, code } = { reason: undefined, code: undefined, ...outcome };
    assertEquals([kind, reason, code].filter((part) => part !== undefined).join(" "), expected);
    const questions: Promise<unknown>[] = [site.account.balances(), site.market.rest.fetchDepth(bitcoin, 5)];
    for (const each of await Promise.allSettled(questions)) {
      assert(each.status === "rejected" && each.reason instanceof CexarbError);
    }
  });
}

async function until(done: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!done()) {
    assert(performance.now() < deadline, `waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The sockets that are open, with what is subscribed on them. */
function acceptSubscriptions(
  server: MexcDocumentServer,
): { sockets: Map<WebSocket, Set<string>>; urls: string[] } {
  const sockets = new Map<WebSocket, Set<string>>();
  const urls: string[] = [];
  server.onSocket = (socket, url): void => {
    urls.push(url.pathname + url.search);
    const channels = new Set<string>();
    sockets.set(socket, channels);
    socket.onclose = (): unknown => sockets.delete(socket);
    socket.onmessage = ({ data }): void => {
      const { method, params, id } = JSON.parse(data);
      if (method === "PING") return socket.send(`{"id":0,"code":0,"msg":"PONG"}`);
      assertEquals([method, params.length, data.length < 1024], ["SUBSCRIPTION", 1, true]);
      channels.add(params[0]);
      socket.send(JSON.stringify({ id, code: 0, msg: params[0] }));
    };
  };
  return { sockets, urls };
}

Deno.test("MEXC's account tells the documented private frames once, though every connection brings them", async () => {
  await using site = new Site();
  const { account, server } = site;
  const { sockets, urls } = acceptSubscriptions(server);
  let keys = 0;
  const answers: Readonly<Record<string, (query: URLSearchParams) => Json>> = {
    "POST /api/v3/userDataStream": () => ({ listenKey: `pqia91ma19a5s61cv6a81va65sdf19v${++keys}` }),
    "DELETE /api/v3/userDataStream": (query) => ({ listenKey: query.get("listenKey") }),
    "GET /api/v3/openOrders": () => [],
    "GET /api/v3/myTrades": () => [],
  };
  server.answer = (call, query): Json => answers[call]?.(query) ?? mexcDocuments[call]!;
  const told: unknown[] = [];
  for (const channel of ["order", "fill"] as const) {
    account.bind(channel, (value: object) => void told.push({ channel, ...value }));
  }
  account.bind("balance", (balance) => void told.push({ channel: "balance", ...balance }));
  account.start();
  await until(() => account.isLive && sockets.size === 2, "two live connections");
  assertEquals(urls.toSorted(), [1, 2].map((n) => `/ws?listenKey=pqia91ma19a5s61cv6a81va65sdf19v${n}`));
  told.length = 0;
  const { privateOrder, privateDeal, privateAccount } = mexcByteVectors;
  for (const { bytes } of [privateOrder, privateDeal, privateAccount, privateDeal, privateOrder]) {
    for (const socket of sockets.keys()) socket.send(bytes);
  }
  await until(() => told.length >= 3, "the events");
  await new Promise((resolve) => setTimeout(resolve, 50));
  assertEquals(told.length, 3);
  assertObjectMatch({ ...told }, {
    0: { channel: "order", exchangeOrderId, status: "filled", type: "market", side: "sell", filledLots: 100 },
    1: {
      channel: "fill",
      tradeId: "505979017439002624X1",
      quantity: 1,
      fee: 0.0003998377369698171,
      feeCoin: "MX",
    },
    2: { channel: "balance", coin: "USDT", available: 21.94210356004384, locked: 0, time: 1736416910000 },
  });
  assertEquals(server.faults, []);
});

const kline = {
  channel: "spot@public.kline.v3.api.pb@BTCUSDT@Min15",
  symbol: "BTCUSDT",
  symbolId: "2fb942154ef44a4ab2ef98c8afb6a4a7",
  createTime: "1736410707571",
  publicSpotKline: {
    interval: "Min15",
    windowStart: "1736410500",
    openingPrice: "92925",
    closingPrice: "93158.47",
    highestPrice: "93158.47",
    lowestPrice: "92800",
    volume: "36.83803224",
    amount: "3424811.05",
    windowEnd: "1736411400",
  },
};
const mini = {
  channel: "spot@public.miniTicker.v3.api.pb@BTCUSDT@24H",
  symbol: "BTCUSDT",
  sendTime: "1755076752201",
  publicMiniTicker: {
    ...{ symbol: "BTCUSDT", price: "93158.47", rate: "0.0123", zonedRate: "-0.0045", high: "94000" },
    ...{ low: "91000.5", volume: "3424811.05", quantity: "36.83803224" },
  },
};

Deno.test("MEXC's market tells the documented public frames", async () => {
  await using site = new Site();
  const { market, server } = site;
  const { sockets } = acceptSubscriptions(server);
  server.answer = (call): Json =>
    call === "GET /api/v3/depth"
      ? {
        lastUpdateId: 43296363240,
        bids: [["117145.40", "1"]],
        asks: [["117145.49", "2"], ["117145.60", "1"]],
      }
      : call.endsWith("24hr")
      ? mexcDocuments[call]!
      : [];
  const told: Record<string, unknown> = {};
  market.bind("bookTicker", ({ bidPrice, askQuantity }) => void (told.bookTicker = [bidPrice, askQuantity]));
  market.bind("trade", (trade) => void (told.trade = trade.snapshot()));
  market.bind("ticker", (ticker) => void (told.ticker = ticker));
  market.bind("kline", (row) => void (told.kline = row));
  const streams = ["bookTicker", "depth", "trades", "ticker", "kline:15m"] as const;
  market.start([bitcoin], () => streams);
  await until(() => [...sockets.values()].some((channels) => channels.size === 5), "five subscriptions");
  const [socket] = sockets.keys();
  const { depth, deals, bookTicker } = mexcByteVectors;
  for (const bytes of [depth.bytes, deals.bytes, bookTicker.bytes, encodeMexc(kline), encodeMexc(mini)]) {
    socket!.send(Uint8Array.from(bytes));
  }
  const book = market.book(bitcoin.id)!;
  await until(() => book.usable && book.bids.bestPrice === 117145.48, "the changed book");
  await until(() => Object.keys(told).length === 4, "all kinds");
  assertEquals([book.asks.bestPrice, market.ws.decodeErrors], [117145.6, 0]);
  assertObjectMatch(told, {
    bookTicker: [93387.28, 7.669875],
    trade: { price: 93220, quantity: 0.04438243, takerSide: "sell", exchangeTime: 1736409765051 },
    ticker: { lastPrice: 93158.47, change: -0.0045, volume: 36.83803224, quoteVolume: 3424811.05 },
    kline: {
      interval: "15m",
      openTime: 1736410500000,
      closeTime: 1736411400000,
      close: 93158.47,
      low: 92800,
    },
  });
  assertEquals(server.faults, []);
});

const side = (...levels: [price: string, quantity: string][]) =>
  levels.map(([price, quantity]) => ({ price, quantity }));
const quote = { bidPrice: "93387.28", bidQuantity: "3.73485", askPrice: "93387.29", askQuantity: "7.669875" };
const deal = { price: "93220.00", quantity: "0.04438243", tradeType: 2, time: "1736409765051" };
const rise = (bid: string, version: string) => ({ asks: [], bids: side([bid, "1"]), version });

/** The messages of channels that composites do not ask for, and what of the market is as they say after them. */
const otherFrames: readonly [body: Record<string, unknown>, told: string][] = [
  [{ publicDeals: { deals: [deal] } }, "trade 93220"],
  [{ publicBookTicker: quote }, "quote 93387.28"],
  [{ publicBookTickerBatch: { items: [{ ...quote, bidPrice: "1" }, quote] } }, "quote 93387.28"],
  [{ publicMiniTickers: { items: [mini.publicMiniTicker] } }, "ticker 93158.47"],
  [{ publicIncreaseDepths: rise("117145.41", "43296363241") }, "book 117145.41"],
  [{
    publicIncreaseDepthsBatch: {
      items: [rise("117145.42", "43296363242"), rise("117145.43", "43296363243")],
    },
  }, "book 117145.43"],
  [
    {
      publicLimitDepths: {
        asks: side(["7", "1"]),
        bids: side(["6", "1"], ["5", "1"]),
        version: "43296363244",
      },
    },
    "book 6",
  ],
];

Deno.test("MEXC's market also understands the frames of channels that it does not ask for", async () => {
  await using site = new Site();
  const { market, server } = site;
  const { sockets } = acceptSubscriptions(server);
  server.answer = (call): Json =>
    call === "GET /api/v3/depth"
      ? { lastUpdateId: 43296363240, bids: [["117145.40", "1"]], asks: [["117145.49", "2"]] }
      : [];
  const told: string[] = [];
  market.bind("trade", ({ price }) => void told.push(`trade ${price}`));
  market.bind("bookTicker", ({ bidPrice }) => void told.push(`quote ${bidPrice}`));
  market.bind("ticker", ({ lastPrice }) => void told.push(`ticker ${lastPrice}`));
  market.bind("book", ({ bids }) => void told.push(`book ${bids.bestPrice}`));
  market.start([bitcoin], () => ["bookTicker", "depth", "trades", "ticker"]);
  await until(() => told.includes("book 117145.4"), "the book");
  const [socket] = sockets.keys();
  for (const [body, expected] of otherFrames) {
    told.length = 0;
    const frame = encodeMexc({ symbol: "BTCUSDT", sendTime: "1755076752201", ...body });
    socket!.send(Uint8Array.from(frame));
    await until(() => told.length > 0, expected);
    assertEquals(told, [expected]);
  }
  assertEquals(market.ws.decodeErrors, 0);
});

Deno.test("MEXC's market goes on when one stream is refused and when the venue closes without a code", async () => {
  await using site = new Site();
  const { market, server } = site;
  const { sockets } = acceptSubscriptions(server);
  const accept = server.onSocket;
  const refused = "spot@public.aggre.depth.v3.api.pb@100ms@BTCUSDT";
  server.onSocket = (socket, url): void => {
    accept(socket, url);
    const take = socket.onmessage!;
    socket.onmessage = (event: MessageEvent): void => {
      if (!event.data.includes(refused)) return void take.call(socket, event);
      const msg = `Not Subscribed successfully! [${refused}].  Reason： Blocked! `;
      socket.send(JSON.stringify({ id: 0, code: 0, msg }));
    };
  };
  const states: string[] = [];
  let tickers = 0;
  market.bind("state", ({ state }) => void states.push(state));
  market.bind("bookTicker", () => void tickers++);
  market.start([bitcoin]);
  await until(() => states.includes("live"), "the connection to be live");
  const send = (): void => [...sockets.keys()][0]!.send(mexcByteVectors.bookTicker.bytes);
  send();
  await until(() => tickers === 1, "a quote");
  [...sockets.keys()][0]!.close();
  await until(() => states.filter((state) => state === "live").length === 2, "the next connection");
  send();
  await until(() => tickers === 2, "a quote of the next connection");
  assertEquals([states, market.book(bitcoin.id)!.usable], [
    ["open", "live", "lost", "open", "live"],
    false,
  ]);
});
