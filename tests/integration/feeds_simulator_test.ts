import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { SystemClock } from "../../src/core/clock.ts";
import { type ExchangeKey, exchanges } from "../../src/core/exchange.ts";
import { type Instrument, InstrumentTable } from "../../src/core/instrument.ts";
import type { Network } from "../../src/core/network.ts";
import { SeededRandom } from "../../src/core/random.ts";
import { SimulatedClock } from "../../src/core/simulated_clock.ts";
import {
  type ExchangeConfig,
  getCompositeImplementation,
  getRestImplementation,
} from "../../src/exchanges/factory.ts";
import type { CompositePublicExchange } from "../../src/exchanges/interfaces/composite_public_exchange.ts";
import type { BookSpeed } from "../../src/exchanges/interfaces/public_dialect.ts";
import type { OrderBook } from "../../src/market/order_book.ts";
import { SystemNetwork } from "../../src/net/system_network.ts";
import { defaultAssets, MarketModel, type ModelAsset, Simulator } from "../../src/simulator/mod.ts";
import { FrameTrace } from "../../src/telemetry/frame_trace.ts";
import { settle } from "../support/fake_network.ts";
import { MemoryLogger } from "../support/memory_logger.ts";
import { levelsOfBook } from "../support/naive_book.ts";

/** Levels a side that a stream maintains; MEXC's maintain all. */
const windows: Readonly<Record<BookSpeed, Readonly<Record<ExchangeKey, number>>>> = {
  normal: { MEXC_SPOT: Infinity, GATEIO_SPOT: 100, GATEIO_FUTURES: 100 },
  fast: { MEXC_SPOT: Infinity, GATEIO_SPOT: 20, GATEIO_FUTURES: 20 },
};

interface FeedOptions {
  readonly exchange: ExchangeKey;
  readonly speed?: BookSpeed;
  readonly assets?: readonly ModelAsset[];
}

/** One venue's composite against the simulated venue, on real sockets or on simulated time. */
class Feed {
  readonly speed: BookSpeed;
  readonly logger = new MemoryLogger();
  readonly breaks: string[] = [];
  /** Times that a usable book was equal to the venue's own at the same version. */
  equal = 0;
  composite!: CompositePublicExchange;
  instruments: readonly Instrument[] = [];
  readonly #pairs: { readonly base: string; readonly quote: string }[];

  constructor(
    readonly options: FeedOptions,
    readonly simulator: Simulator,
    readonly clock: SystemClock | SimulatedClock,
  ) {
    this.speed = options.speed ?? "normal";
    this.#pairs = (options.assets ?? defaultAssets).map(({ base }) => ({ base, quote: "USDT" }));
  }

  /** Asks the venue for its instruments and starts their streams. */
  async start(network: Network, endpoints: ExchangeConfig["endpoints"]): Promise<void> {
    const { exchange } = this.options;
    const config: ExchangeConfig = {
      exchange,
      endpoints,
      speed: this.speed,
      network,
      clock: this.clock,
      random: new SeededRandom(3),
      logger: this.logger,
      trace: new FrameTrace(),
    };
    const table = new InstrumentTable();
    for (
      const spec of await getRestImplementation(config, { private: false }).fetchInstruments(this.#pairs)
    ) table.add(spec);
    this.instruments = table.all;
    this.composite = getCompositeImplementation({ ...config, instruments: this.instruments }, {
      private: false,
    });
    this.composite.bind("book", (book) => this.compare(book));
    this.composite.bind("broken", (book, reason) => {
      assertStrictEquals(book.usable, false);
      this.breaks.push(`${this.symbol(book)} ${reason}`);
    });
    this.composite.start(this.instruments);
  }

  symbol(book: OrderBook): string {
    return this.instruments[book.instrument]!.exchangeSymbol;
  }

  book(symbol: string): OrderBook {
    return this.composite.book(this.instruments.find(({ exchangeSymbol }) => exchangeSymbol === symbol)!.id)!;
  }

  /** Compares a usable book with the venue's own when both are at the same version. */
  compare(book: OrderBook): boolean {
    assert(book.usable);
    const { exchange } = this.options;
    const truth = this.simulator.truth.book(exchange, this.symbol(book))!;
    assert(book.version <= truth.version, `${this.symbol(book)} is ahead of the venue`);
    if (book.version !== truth.version) return false;
    const window = windows[this.speed][exchange];
    const expected = { bids: truth.bids.slice(0, window), asks: truth.asks.slice(0, window) };
    // As text: thousands of books are compared.
    assertStrictEquals(JSON.stringify(levelsOfBook(book)), JSON.stringify(expected), this.symbol(book));
    this.equal += 1;
    return true;
  }

  get allUsable(): boolean {
    const { usable, total } = this.composite.counts();
    return usable === total;
  }
}

/** Waits in real time until something is so. */
async function until(condition: () => boolean, what: string, timeoutMs = 8000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Runs a feed on real sockets. */
async function onSockets(options: FeedOptions, use: (feed: Feed) => Promise<void>): Promise<void> {
  const clock = new SystemClock();
  const source = new MarketModel(
    options.assets === undefined ? {} : { assets: options.assets, eventsPerSecond: 4 },
  );
  const simulator = Simulator.create({ clock, seed: 5, source });
  const endpoints = await simulator.listen();
  const feed = new Feed(options, simulator, clock);
  try {
    await feed.start(new SystemNetwork(), endpoints[options.exchange]);
    await until(() => feed.allUsable, "every book is usable");
    await use(feed);
  } finally {
    const { ws } = feed.composite;
    feed.composite.stop();
    await simulator.stop();
    await until(() => !ws.connected, "the connections are closed");
  }
}

/** Runs a feed on simulated time. `pass` lets time pass. */
async function onSimulatedTime(
  options: FeedOptions,
  use: (feed: Feed, pass: (ms: number) => Promise<void>) => Promise<void>,
): Promise<void> {
  const clock = new SimulatedClock(1_786_540_560_000);
  const simulator = Simulator.create({ clock, seed: 6, source: new MarketModel() });
  const feed = new Feed(options, simulator, clock);
  const step = async (): Promise<void> => {
    const settled = simulator.settledResponses;
    clock.step();
    if (simulator.settledResponses !== settled) await settle();
  };
  const starting = feed.start(simulator, simulator.localEndpoints[options.exchange]);
  let started = false;
  starting.then(() => started = true, () => started = true);
  while (!started) {
    await step();
    await settle();
  }
  await starting;
  await use(feed, async (ms) => {
    const end = clock.epochMs() + ms;
    clock.setTimer(ms, () => {});
    while ((clock.nextDue ?? Infinity) <= end) await step();
  });
  feed.composite.stop();
  await simulator.stop();
  await settle();
}

for (const { key: exchange, name } of exchanges) {
  for (const speed of ["normal", "fast"] as const) {
    Deno.test(`${name} on real sockets, ${speed} books: every book is the venue's own, and stays it`, async () => {
      await onSockets({ exchange, speed }, async (feed) => {
        assertStrictEquals(feed.composite.ws.connected, true);
        await until(() => feed.equal >= 150, "books were compared at 150 moments");
        assertEquals(feed.breaks, []);
        const { usable, gaps, resyncs } = feed.composite.counts();
        assertEquals([usable, gaps, resyncs], [8, 0, 0]);
        assertEquals([feed.composite.ws.decodeErrors, feed.composite.ws.reconnects], [0, 0]);
      });
    });
  }

  Deno.test(`${name} on real sockets: a lost update breaks exactly its book, which is mended and right again`, async () => {
    await onSockets({ exchange }, async (feed) => {
      const symbol = feed.instruments[2]!.exchangeSymbol;
      const versions = new Map(
        feed.instruments.map(({ exchangeSymbol }) => [exchangeSymbol, feed.book(exchangeSymbol).version]),
      );
      feed.simulator.faults.skipNextUpdate(exchange, symbol);
      await until(() => feed.breaks.length > 0, "the hole is noticed");
      await until(() => feed.allUsable, "the book is mended");
      assertEquals(feed.breaks, [`${symbol} gap`]);
      const { gaps, resyncs } = feed.composite.counts();
      assertEquals([gaps, resyncs], [1, 1]);
      for (const { id, exchangeSymbol } of feed.instruments) {
        const count = exchangeSymbol === symbol ? 1 : 0;
        assertEquals(feed.composite.countsOf(id), { gaps: count, resyncs: count });
        await until(() => feed.book(exchangeSymbol).version > versions.get(exchangeSymbol)!, "it goes on");
      }
      await until(() => feed.compare(feed.book(symbol)), "it is the venue's own book again");
    });
  });

  Deno.test(`${name} on real sockets: every book is unusable once the venue has hung up, and right again after`, async () => {
    await onSockets({ exchange }, async (feed) => {
      feed.simulator.faults.closeAll(exchange, 4000);
      await until(() => feed.breaks.length === 8, "every book is unusable");
      assertEquals([feed.composite.ws.connected, feed.composite.counts().usable], [false, 0]);
      assertEquals(
        feed.breaks.toSorted(),
        feed.instruments.map(({ exchangeSymbol }) => `${exchangeSymbol} disconnected`).toSorted(),
      );
      await until(() => feed.allUsable, "every book is usable again");
      const before = feed.equal;
      await until(() => feed.equal >= before + 50, "books were compared at 50 moments");
      const { gaps, resyncs } = feed.composite.counts();
      assertEquals([gaps, resyncs, feed.composite.ws.reconnects], [0, 8, 1]);
    });
  });

  for (const code of [1006, 1008]) {
    Deno.test(`${name} on simulated time: closed with ${code} it comes back, ${code === 1008 ? "but not before 5 s" : "soon"}`, async () => {
      await onSimulatedTime({ exchange }, async (feed, pass) => {
        await pass(3000);
        assertStrictEquals(feed.allUsable, true);
        feed.simulator.faults.closeAll(exchange, code);
        await pass(100);
        assertEquals([feed.composite.counts().usable, feed.breaks.length], [0, 8]);
        await pass(4800);
        assertStrictEquals(feed.allUsable, code === 1006);
        await pass(30_000);
        assertStrictEquals(feed.allUsable, true);
        assertEquals([feed.composite.ws.reconnects, feed.composite.counts().gaps], [1, 0]);
      });
    });
  }

  Deno.test(`${name} on simulated time: updates lost at random never leave a usable book that is wrong`, async () => {
    await onSimulatedTime({ exchange }, async (feed, pass) => {
      const random = new SeededRandom(8);
      await pass(3000);
      const lost = new Map<string, number>();
      for (let i = 0; i < 60; i++) {
        const { exchangeSymbol } = feed.instruments[Math.floor(random.uniform() * 8)]!;
        feed.simulator.faults.skipNextUpdate(exchange, exchangeSymbol);
        lost.set(exchangeSymbol, (lost.get(exchangeSymbol) ?? 0) + 1);
        await pass(random.uniform() * 800);
      }
      await pass(5000);
      assertStrictEquals(feed.allUsable, true);
      const { gaps, resyncs } = feed.composite.counts();
      // Updates that are lost while the book is being mended anyway are no further gap.
      assert(gaps > 20 && gaps <= 60 && resyncs === gaps, `${gaps} gaps, ${resyncs} resyncs`);
      assert(feed.equal > 200, `compared at ${feed.equal} moments`);
      for (const { id, exchangeSymbol } of feed.instruments) {
        assert(feed.composite.countsOf(id).gaps <= (lost.get(exchangeSymbol) ?? 0));
      }
    });
  });
}

Deno.test("40 symbols of MEXC on real sockets take three connections, and every book is the venue's own", async () => {
  const [first] = defaultAssets as [ModelAsset, ...ModelAsset[]];
  const assets = Array.from({ length: 40 }, (_, i) => ({ ...first, base: `C${i}` }));
  await onSockets({ exchange: "MEXC_SPOT", assets }, async (feed) => {
    const connected = feed.logger.records.filter(({ message }) => message === "Connected");
    assertEquals(connected.map(({ fields }) => fields.connection).toSorted(), [
      "MEXC_SPOT #1",
      "MEXC_SPOT #2",
      "MEXC_SPOT #3",
    ]);
    const before = feed.equal;
    await until(() => feed.equal > before + 100, "books were compared at 100 moments");
    assertEquals([feed.composite.counts().usable, feed.breaks], [40, []]);
  });
});
