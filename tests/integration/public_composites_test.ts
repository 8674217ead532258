import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { SystemClock } from "../../src/core/clock.ts";
import { type ExchangeKey, exchanges } from "../../src/core/exchange.ts";
import { type Instrument, InstrumentTable } from "../../src/core/instrument.ts";
import type { Kline } from "../../src/core/kline.ts";
import type { MarketTicker, MarkPriceSnapshot } from "../../src/core/market_ticker.ts";
import type { TradeSnapshot } from "../../src/core/public_trade.ts";
import { SeededRandom } from "../../src/core/random.ts";
import {
  type ExchangeConfig,
  getCompositeImplementation,
  getRestImplementation,
} from "../../src/exchanges/factory.ts";
import { CompositePublicFuturesExchange } from "../../src/exchanges/interfaces/composite_public_futures_exchange.ts";
import type { CompositePublicExchange } from "../../src/exchanges/interfaces/composite_public_exchange.ts";
import type { BookStream, PublicStream } from "../../src/exchanges/interfaces/public_dialect.ts";
import { SystemNetwork } from "../../src/net/system_network.ts";
import { defaultAssets, MarketModel, parseFaultRule, Simulator } from "../../src/simulator/mod.ts";
import { FrameTrace } from "../../src/telemetry/frame_trace.ts";
import { MemoryLogger } from "../support/memory_logger.ts";
import { levelsOfBook } from "../support/naive_book.ts";
import { type PlainTrade, PublicWitness, tradesByRequest } from "../support/public_witness.ts";

const pairs = ["BTC", "ETH", "SOL"].map((base) => ({ base, quote: "USDT" }));
const spotStreams: readonly PublicStream[] = ["bookTicker", "depth", "trades", "ticker", "kline:1m"];

/** A lively market of these pairs: about ten trades a second each. */
function newModel(): MarketModel {
  const bases = pairs.map(({ base }) => base);
  const assets = defaultAssets.filter(({ base }) => bases.includes(base));
  return new MarketModel({
    assets: assets.map((asset) => ({ ...asset, activity: 1 })),
    eventsPerSecond: 150,
  });
}

interface VenueOptions {
  readonly exchange: ExchangeKey;
  readonly bookStream?: BookStream;
  readonly streams?: readonly PublicStream[];
}

/** A venue's composite on real sockets, everything that it told, and the venue itself. */
class Venue {
  readonly logger = new MemoryLogger();
  readonly trades: TradeSnapshot[] = [];
  readonly tickers: MarketTicker[] = [];
  readonly klines: Kline[] = [];
  readonly states: string[] = [];
  readonly breaks: string[] = [];
  readonly missed: number[] = [];
  /** Times that a usable book was the venue's own. */
  equal = 0;
  quotes = 0;

  private constructor(
    readonly options: VenueOptions,
    readonly simulator: Simulator,
    readonly config: ExchangeConfig,
    readonly instruments: readonly Instrument[],
    readonly composite: CompositePublicExchange,
  ) {
    composite.bind("trade", (trade) => this.trades.push(trade.snapshot()));
    composite.bind("ticker", (ticker) => this.tickers.push(ticker));
    composite.bind("kline", (kline) => this.klines.push({ ...kline }));
    composite.bind("bookTicker", () => this.quotes += 1);
    composite.bind("state", ({ connection, state }) => this.states.push(`${connection} ${state}`));
    composite.bind("broken", (book, reason) => this.breaks.push(`${book.instrument} ${reason}`));
    composite.bind("tradesMissed", (instrument) => this.missed.push(instrument));
    composite.bind("book", (book) => {
      const { exchangeSymbol } = instruments[book.instrument]!;
      const truth = simulator.truth.book(options.exchange, exchangeSymbol)!;
      if (book.version !== truth.version) return;
      const depth = options.bookStream === "obu" ? 400 : Infinity;
      const told = levelsOfBook(book);
      const bids = truth.bids.slice(0, Math.min(depth, told.bids.length));
      const asks = truth.asks.slice(0, Math.min(depth, told.asks.length));
      assertStrictEquals(JSON.stringify(told), JSON.stringify({ bids, asks }), exchangeSymbol);
      this.equal += 1;
    });
  }

  /** Runs a venue. */
  static async run(options: VenueOptions, use: (venue: Venue) => Promise<void>): Promise<void> {
    const clock = new SystemClock();
    const simulator = Simulator.create({ clock, seed: 11, source: newModel() });
    const endpoints = await simulator.listen();
    const { exchange, bookStream = "update", streams = spotStreams } = options;
    const config: ExchangeConfig = {
      exchange,
      bookStream,
      endpoints: endpoints[exchange],
      speed: "normal",
      network: new SystemNetwork(),
      clock,
      random: new SeededRandom(3),
      logger: new MemoryLogger(),
      trace: new FrameTrace(),
    };
    const table = new InstrumentTable();
    const rest = getRestImplementation(config, { private: false });
    for (const spec of await rest.fetchInstruments(pairs)) table.add(spec);
    const composite = getCompositeImplementation({ ...config, instruments: table.all }, { private: false });
    const venue = new Venue(options, simulator, config, table.all, composite);
    composite.start(table.all, () => streams);
    try {
      await until(() => venue.states.includes("1 live"), "the streams are live");
      await use(venue);
      assertStrictEquals(composite.ws.decodeErrors, 0);
    } finally {
      composite.stop();
      await simulator.stop();
      await until(() => !composite.ws.connected, "the connections are closed");
    }
  }

  get futures(): CompositePublicFuturesExchange | undefined {
    const composite: unknown = this.composite;
    return composite instanceof CompositePublicFuturesExchange ? composite : undefined;
  }

  /** What was told, in the form of the witness. */
  plainTrades(): PlainTrade[] {
    return this.trades.map(({ instrument, price, quantity, takerSide, exchangeTime }) => ({
      symbol: this.instruments[instrument]!.exchangeSymbol,
      price,
      quantity,
      side: takerSide,
      time: exchangeTime,
    }));
  }

  body(path: string): Promise<unknown> {
    return fetch(this.config.endpoints.rest + path).then((response) => response.json());
  }
}

async function until(condition: () => boolean, what: string, timeoutMs = 12_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Texts of trades, in an order of their own: two lists hold the same trades when these are equal. */
function textsOf(trades: readonly PlainTrade[]): string[] {
  return trades.map(({ symbol, price, quantity, side, time }) =>
    `${symbol} ${Math.floor(time)} ${side} ${quantity} at ${price}`
  ).toSorted();
}

/** Holds that a list of trades has every trade between its first and last millisecond that the venue lists, once. */
function assertComplete(told: readonly PlainTrade[], listed: readonly PlainTrade[], symbol: string): void {
  const own = told.filter((trade) => trade.symbol === symbol);
  const times = own.map(({ time }) => Math.floor(time));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  assert(last > first, `hardly any trade of ${symbol}`);
  const inside = ({ time }: PlainTrade): boolean => Math.floor(time) > first && Math.floor(time) < last;
  assertEquals(textsOf(own.filter(inside)), textsOf(listed.filter(inside)), symbol);
}

for (const { key: exchange, name } of exchanges) {
  Deno.test(`${name}: the composite tells every trade that somebody else reads on a socket of their own`, async () => {
    await Venue.run({ exchange, streams: ["trades", "bookTicker"] }, async (venue) => {
      const symbols = venue.instruments.map(({ exchangeSymbol }) => exchangeSymbol);
      const witness = await PublicWitness.open(exchange, venue.config.endpoints.ws, symbols);
      try {
        const before = venue.trades.length;
        await until(() => venue.trades.length > before + 120 && witness.trades.length > 120, "enough trades");
        await new Promise((resolve) => setTimeout(resolve, 300));
        for (const symbol of symbols) {
          const seen = witness.trades.filter((trade) => trade.symbol === symbol);
          assertComplete(seen, venue.plainTrades().filter((trade) => trade.symbol === symbol), symbol);
        }
        assert(venue.trades.every(({ recovered, receivedAt }) => !recovered && receivedAt > 0));
        const ids = new Set(venue.trades.map(({ instrument, id }) => `${instrument} ${id}`));
        assertStrictEquals(ids.size, venue.trades.length, "every trade has an id of its own");
      } finally {
        await witness.close();
      }
    });
  });

  Deno.test(`${name}: a connection that breaks loses no trade and tells none twice`, async () => {
    await Venue.run({ exchange }, async (venue) => {
      await until(() => venue.trades.length > 60, "there are trades");
      for (let round = 1; round <= 2; round++) {
        venue.simulator.script.add(parseFaultRule({ fault: "close", venue: exchange, code: 1006 }));
        venue.simulator.script.add(
          parseFaultRule({ fault: "refuse-connections", venue: exchange, forMs: 700 }),
        );
        await until(() => venue.states.filter((state) => state === "1 lost").length === round, "it breaks");
        await until(() => venue.states.at(-1) === "1 live", "it is back");
        const known = venue.trades.filter(({ recovered }) => recovered).length;
        await until(
          () => venue.trades.filter(({ recovered }) => recovered).length > known,
          "trades come back",
        );
        const count = venue.trades.length;
        await until(() => venue.trades.length > count + 60, "it goes on");
      }
      for (const { exchangeSymbol } of venue.instruments) {
        const listed = await tradesByRequest(exchange, venue.config.endpoints.rest, exchangeSymbol);
        assertComplete(venue.plainTrades(), listed, exchangeSymbol);
      }
      assertEquals(venue.missed, []);
      for (const { id } of venue.instruments) {
        const times = venue.trades.filter(({ instrument }) => instrument === id).map(({ exchangeTime }) =>
          exchangeTime
        );
        assertEquals(times, times.toSorted((a, b) => a - b), "in order");
      }
      await until(() => venue.composite.counts().usable === 3, "every book is usable again");
      assertStrictEquals(venue.composite.counts().gaps, 0);
    });
  });

  Deno.test(`${name}: quotes, books, tickers and candles come, the candles as the venue lists them`, async () => {
    await Venue.run({ exchange }, async (venue) => {
      await until(() => venue.equal > 30 && venue.quotes > 30, "quotes and books");
      await until(() => new Set(venue.tickers.map(({ instrument }) => instrument)).size === 3, "tickers");
      await until(() => new Set(venue.klines.map(({ instrument }) => instrument)).size === 3, "candles");
      for (const ticker of venue.tickers) {
        assert(ticker.lastPrice > 0 && ticker.highPrice >= ticker.lowPrice && ticker.volume > 0);
        assert(Math.abs(ticker.change) < 0.5 && ticker.quoteVolume > 0 && ticker.receivedAt > 0);
        assertStrictEquals(ticker.contract === undefined, exchange !== "GATEIO_FUTURES");
      }
      for (const kline of venue.klines) {
        assertStrictEquals(kline.closeTime - kline.openTime, 60_000);
        assert(
          kline.low <= Math.min(kline.open, kline.close) && kline.high >= Math.max(kline.open, kline.close),
        );
      }
      const [instrument] = venue.instruments as [Instrument];
      const told = venue.klines.find((kline) => kline.instrument === instrument.id)!;
      const rows = await venue.composite.rest.fetchKlines(instrument, "1m", {
        fromMs: told.openTime,
        toMs: told.openTime,
      });
      assertEquals(rows.map(({ openTime, open }) => [openTime, open]), [[told.openTime, told.open]]);
      assertEquals(venue.breaks, []);
    });
  });
}

for (const exchange of ["GATEIO_SPOT", "GATEIO_FUTURES"] as const) {
  Deno.test(`${exchange} with order book V2: books are the venue's own without a request, and mend without one`, async () => {
    await Venue.run({ exchange, bookStream: "obu", streams: ["depth"] }, async (venue) => {
      const requests: string[] = [];
      const { network } = venue.config;
      const original = network.fetch.bind(network);
      network.fetch = (request) => {
        requests.push(request.url);
        return original(request);
      };
      await until(() => venue.composite.counts().usable === 3, "every book is usable");
      await until(() => venue.equal > 60, "books were compared");
      const [, second] = venue.instruments as [Instrument, Instrument];
      venue.simulator.faults.skipNextUpdate(exchange, second.exchangeSymbol);
      await until(() => venue.breaks.length > 0, "the hole is noticed");
      assertEquals(venue.breaks, [`${second.id} gap`]);
      await until(() => venue.composite.counts().usable === 3, "the book is mended");
      const equal = venue.equal;
      await until(() => venue.equal > equal + 60, "it goes on");
      assertEquals(requests, []);
      assertEquals(venue.composite.counts(), { usable: 3, total: 3, gaps: 1, resyncs: 1 });
    });
  });

  Deno.test(`${exchange}: an announced upgrade interrupts nothing, and no trade is lost or told twice`, async () => {
    await Venue.run({ exchange, streams: ["depth", "trades", "bookTicker"] }, async (venue) => {
      await until(() => venue.composite.counts().usable === 3 && venue.trades.length > 60, "all is well");
      venue.simulator.announceUpgrade(exchange === "GATEIO_SPOT" ? "spot" : "futures");
      await until(() => venue.states.includes("1 replaced"), "another connection takes over");
      // The venue closes the old connection five seconds after the notice.
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      const { gaps, resyncs, usable } = venue.composite.counts();
      assertEquals([gaps, resyncs, usable, venue.breaks], [0, 0, 3, []]);
      assert(!venue.states.includes("1 lost"), venue.states.join());
      for (const { exchangeSymbol } of venue.instruments) {
        const listed = await tradesByRequest(exchange, venue.config.endpoints.rest, exchangeSymbol);
        assertComplete(venue.plainTrades(), listed, exchangeSymbol);
      }
    });
  });
}

Deno.test("Gate.io perpetuals tell mark and index price, funding, open interest and statistics", async () => {
  const streams: readonly PublicStream[] = ["ticker", "contractStats:1m", "liquidations"];
  const marks: MarkPriceSnapshot[] = [];
  const told = new Set<string>();
  await Venue.run({ exchange: "GATEIO_FUTURES", streams }, async (venue) => {
    const composite = venue.futures!;
    composite.bind("markPrice", (prices) => marks.push(prices));
    composite.bind("openInterest", ({ instrument, contracts }) => {
      assert(contracts > 0);
      told.add(`${instrument} open interest`);
    });
    composite.bind("contractStats", ({ instrument, openInterest }) => {
      assert(openInterest > 0);
      told.add(`${instrument} statistics`);
    });
    const rates = new Map<number, number>();
    composite.bind("fundingRate", ({ instrument, rate, nextSettlement, interval }) => {
      assert(Number.isFinite(rate) && nextSettlement > Date.now() && interval >= 3_600_000);
      rates.set(instrument, nextSettlement);
    });
    await until(() => rates.size === 3 && told.size === 6, "everything has come", 25_000);
    const rows = await venue.body("/futures/usdt/contracts?limit=1000") as {
      name: string;
      funding_next_apply: number;
    }[];
    for (const { id, exchangeSymbol } of venue.instruments) {
      const row = rows.find(({ name }) => name === exchangeSymbol)!;
      assertStrictEquals(rates.get(id), row.funding_next_apply * 1000);
      assert(
        marks.some(({ instrument, markPrice, indexPrice }) =>
          instrument === id && markPrice > 0 && indexPrice > 0
        ),
      );
    }
  });
});

for (const { key: exchange, name } of exchanges) {
  Deno.test(`${name}: requests say what the venue's own answers say`, async () => {
    await Venue.run({ exchange, streams: ["bookTicker"] }, async (venue) => {
      const { rest } = venue.composite;
      const [instrument] = venue.instruments as [Instrument];
      const { symbols, unreadable } = await rest.fetchSymbols();
      assertEquals(unreadable, []);
      const wanted = symbols.find(({ spec }) => spec.exchangeSymbol === instrument.exchangeSymbol)!;
      assertEquals(wanted.spec.tradable, true);
      assertEquals(
        symbols.map(({ spec }) => spec.exchangeSymbol).toSorted(),
        venue.simulator.truth.pairs(exchange).map(({ symbol }) => symbol).toSorted(),
      );
      assert(Math.abs(await rest.fetchServerTime() - Date.now()) < 5_000);
      const { trades, complete } = await rest.fetchTrades(instrument, { limit: 50 });
      assertEquals([trades.length, complete], [50, true]);
      const tickers = await rest.fetchTickers(venue.instruments);
      assertEquals(tickers.map((ticker) => ticker.instrument).toSorted(), [0, 1, 2]);
      const now = Date.now();
      const klines = await rest.fetchKlines(instrument, "1m", { fromMs: now - 1_500 * 60_000, toMs: now });
      assert(klines.length >= 1_500, `${klines.length} candles`);
      assert(klines.every(({ openTime }, i) => i === 0 || openTime - klines[i - 1]!.openTime === 60_000));
      assertEquals(klines.slice(0, -1).every(({ closed }) => closed), true);
    });
  });
}

Deno.test("Gate.io perpetuals: histories are answered from the first row to the last", async () => {
  await Venue.run({ exchange: "GATEIO_FUTURES", streams: ["bookTicker"] }, async (venue) => {
    const { rest } = venue.futures!;
    const [instrument] = venue.instruments as [Instrument];
    const now = Date.now();
    const rates = await rest.fetchFundingHistory(instrument, { fromMs: now - 20 * 86_400_000, toMs: now });
    assert(rates.length >= 20 && rates.every(({ time }, i) => i === 0 || time > rates[i - 1]!.time));
    const marks = await rest.fetchReferenceKlines(instrument, "mark", "1m", { limit: 20 });
    assertEquals([marks.length, Number.isNaN(marks[0]!.volume)], [20, true]);
    const stats = await rest.fetchContractStats(instrument, "5m", { fromMs: now - 150 * 300_000, toMs: now });
    assert(
      stats.length >= 150 && stats.every(({ openInterest }) => openInterest > 0),
      `${stats.length} rows`,
    );
    assertEquals(await rest.fetchLiquidations(instrument), []);
    const tiers = await rest.fetchRiskTiers(instrument);
    const { symbols } = await rest.fetchSymbols();
    const { contract } = symbols.find(({ spec }) => spec.exchangeSymbol === instrument.exchangeSymbol)!;
    assertEquals(contract!.riskTiers, tiers);
    assert(contract!.leverageMax >= tiers[0]!.maxLeverage && contract!.fundingInterval >= 3_600_000);
  });
});
