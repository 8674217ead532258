import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { NetworkError } from "../../../src/core/errors.ts";
import type { Instrument } from "../../../src/core/instrument.ts";
import { SeededRandom } from "../../../src/core/random.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { getCompositeImplementation } from "../../../src/exchanges/factory.ts";
import type { CompositePublicExchange } from "../../../src/exchanges/interfaces/composite_public_exchange.ts";
import { FrameTrace } from "../../../src/telemetry/frame_trace.ts";
import { advance, FakeNetwork, settle } from "../../support/fake_network.ts";
import { testInstruments } from "../../support/instruments.ts";
import { MemoryLogger } from "../../support/memory_logger.ts";
import { levelsOfBook } from "../../support/naive_book.ts";

type WireLevel = readonly [price: string, size: string];

/** The Gate.io spot composite of BTC and HYPE against a network that the test plays. */
class Bench {
  readonly clock = new SimulatedClock(1_700_000_000_000);
  readonly network = new FakeNetwork();
  readonly logger = new MemoryLogger();
  readonly told: string[] = [];
  readonly composite: CompositePublicExchange;
  readonly bitcoin: Instrument;
  readonly hype: Instrument;
  /** Id of the snapshots that the venue answers; undefined for no answer. */
  snapshotId: number | undefined = 100;
  /** What a book handler does besides. */
  onBook = (): void => {};

  constructor() {
    const instruments = testInstruments(["BTC", "HYPE"]).ofExchange("GATEIO_SPOT");
    [this.bitcoin, this.hype] = instruments as [Instrument, Instrument];
    this.network.answer = ({ url }): { body: unknown } => {
      if (this.snapshotId === undefined) throw new NetworkError(`No answer to ${url}`);
      return { body: { id: this.snapshotId, bids: [["10", "1"]], asks: [["20", "1"]] } };
    };
    this.composite = getCompositeImplementation({
      exchange: "GATEIO_SPOT",
      endpoints: { rest: "http://venue", ws: "ws://venue/ws" },
      speed: "normal",
      network: this.network,
      clock: this.clock,
      random: new SeededRandom(1),
      logger: this.logger,
      trace: new FrameTrace(),
      instruments,
    }, { private: false });
    this.composite.bind("book", (book) => {
      this.told.push(`book ${book.instrument} ${book.version}`);
      this.onBook();
    });
    this.composite.bind("broken", (book, reason) => this.told.push(`broken ${book.instrument} ${reason}`));
    this.composite.start(instruments);
  }

  open(): void {
    this.network.socket.handlers.onOpen();
  }

  /** The venue accepts every subscription of the last connection. */
  accept(): void {
    const { handlers, sent } = this.network.socket;
    for (const text of [...sent]) {
      const { id, channel } = JSON.parse(text);
      handlers.onText(JSON.stringify({ id, channel, event: "subscribe", result: { status: "success" } }));
    }
  }

  update(
    instrument: Instrument,
    U: number,
    u: number,
    b: readonly WireLevel[],
    a: readonly WireLevel[] = [],
  ): void {
    const result = { t: 1, e: "depthUpdate", s: instrument.exchangeSymbol, U, u, l: "100", b, a };
    this.network.socket.handlers.onText(
      JSON.stringify({ channel: "spot.order_book_update", event: "update", result }),
    );
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 10) {
      advance(this.clock, 10);
      await settle();
    }
  }

  snapshotsOf(instrument: Instrument): number {
    return this.network.requests.filter(({ url }) => url.includes(instrument.exchangeSymbol)).length;
  }
}

Deno.test("CompositePublicExchange makes a book usable with the snapshot and the updates that waited for it", async () => {
  const bench = new Bench();
  bench.open();
  assertEquals(bench.network.requests, []);
  bench.accept();
  bench.update(bench.bitcoin, 90, 100, [["9", "9"]]);
  bench.update(bench.bitcoin, 101, 103, [["11", "2"]], [["20", "0"], ["21", "4"]]);
  assertEquals(bench.told, []);
  await bench.pass(300);
  const book = bench.composite.book(bench.bitcoin.id)!;
  assertEquals(levelsOfBook(book), { bids: [[11, 2], [10, 1]], asks: [[21, 4]] });
  assertEquals([book.usable, book.version], [true, 103]);
  assertEquals(bench.told, [`book ${bench.bitcoin.id} 103`, `book ${bench.hype.id} 100`]);
  bench.update(bench.bitcoin, 104, 104, [["12", "5"]]);
  assertStrictEquals(bench.told.at(-1), `book ${bench.bitcoin.id} 104`);
  assertEquals(bench.composite.counts(), { usable: 2, total: 2, gaps: 0, resyncs: 0 });
  bench.composite.stop();
});

Deno.test("CompositePublicExchange asks for snapshots one after the other, as deep as the stream", async () => {
  const bench = new Bench();
  bench.open();
  bench.accept();
  assertStrictEquals(bench.network.requests.length, 1);
  await bench.pass(60);
  assertStrictEquals(bench.network.requests.length, 1);
  await bench.pass(10);
  assertEquals(bench.network.requests.map(({ url }) => url), [
    "http://venue/spot/order_book?currency_pair=BTC_USDT&limit=100&with_id=true",
    "http://venue/spot/order_book?currency_pair=HYPE_USDT&limit=100&with_id=true",
  ]);
  bench.composite.stop();
});

Deno.test("CompositePublicExchange starts a book with its first update when that comes before the acceptance", async () => {
  const bench = new Bench();
  bench.open();
  bench.update(bench.hype, 101, 101, [["11", "2"]]);
  await bench.pass(20);
  assertEquals([bench.told, bench.snapshotsOf(bench.hype)], [[`book ${bench.hype.id} 101`], 1]);
  bench.accept();
  await bench.pass(200);
  assertEquals([bench.snapshotsOf(bench.hype), bench.snapshotsOf(bench.bitcoin)], [1, 1]);
  bench.composite.stop();
});

Deno.test("CompositePublicExchange asks again, slower each time, while snapshots are older than the stream", async () => {
  const bench = new Bench();
  bench.snapshotId = 50;
  bench.open();
  bench.update(bench.bitcoin, 80, 81, [["11", "2"]]);
  bench.accept();
  const times = [bench.clock.monotonicMs()];
  for (let passed = 0; passed < 20_000; passed += 10) {
    const before = bench.snapshotsOf(bench.bitcoin);
    bench.update(bench.bitcoin, 82 + passed / 10, 82 + passed / 10, [["11", "2"]]);
    await bench.pass(10);
    if (bench.snapshotsOf(bench.bitcoin) > before) times.push(bench.clock.monotonicMs());
    if (times.length === 5) bench.snapshotId = 79;
  }
  const waits = times.slice(1).map((time, index) => time - times[index]!);
  assertEquals(waits.length, 5);
  waits.forEach((wait, index) =>
    assert(wait >= 100 * 2 ** index && wait <= 200 * 2 ** index + 20, `${waits}`)
  );
  assertEquals([bench.composite.book(bench.bitcoin.id)!.usable, bench.composite.counts().gaps], [true, 0]);
  bench.composite.stop();
});

Deno.test("CompositePublicExchange asks again when there is no snapshot to be had, and says so in the log", async () => {
  const bench = new Bench();
  bench.snapshotId = undefined;
  bench.open();
  bench.accept();
  await bench.pass(500);
  assert(bench.snapshotsOf(bench.bitcoin) >= 2);
  assert(bench.logger.messages("warn").includes("No snapshot"));
  bench.snapshotId = 100;
  await bench.pass(5000);
  assertStrictEquals(bench.composite.counts().usable, 2);
  bench.composite.stop();
});

Deno.test("CompositePublicExchange breaks exactly the book with the gap and mends it with a new snapshot", async () => {
  const bench = new Bench();
  bench.open();
  bench.accept();
  await bench.pass(300);
  bench.told.length = 0;
  bench.snapshotId = 105;
  bench.update(bench.bitcoin, 103, 104, [["12", "5"]]);
  assertEquals(bench.told, [`broken ${bench.bitcoin.id} gap`]);
  assertEquals(bench.composite.counts(), { usable: 1, total: 2, gaps: 1, resyncs: 0 });
  assertEquals(bench.composite.book(bench.hype.id)!.usable, true);
  await bench.pass(300);
  assertEquals(bench.told, [`broken ${bench.bitcoin.id} gap`, `book ${bench.bitcoin.id} 105`]);
  assertEquals(bench.composite.counts(), { usable: 2, total: 2, gaps: 1, resyncs: 1 });
  assertEquals(bench.composite.countsOf(bench.hype.id), { gaps: 0, resyncs: 0 });
  bench.composite.stop();
});

Deno.test("CompositePublicExchange breaks every book of a lost connection, and uses no snapshot of before", async () => {
  const bench = new Bench();
  bench.open();
  bench.accept();
  await bench.pass(300);
  bench.update(bench.bitcoin, 102, 102, [["12", "5"]]); // a gap: a snapshot is on its way when the connection goes
  bench.told.length = 0;
  bench.network.socket.handlers.onClose(1006, "");
  assertEquals(bench.told, [`broken ${bench.hype.id} disconnected`]);
  assertStrictEquals(bench.composite.counts().usable, 0);
  await settle();
  assertStrictEquals(bench.composite.counts().usable, 0);
  await bench.pass(400);
  assertStrictEquals(bench.composite.counts().usable, 0);
  bench.open();
  bench.accept();
  await bench.pass(300);
  assertEquals(bench.composite.counts(), { usable: 2, total: 2, gaps: 1, resyncs: 2 });
  bench.composite.stop();
});

Deno.test("CompositePublicExchange leaves a book unusable whose subscription was refused, and says so in the log", async () => {
  const bench = new Bench();
  bench.open();
  const { handlers, sent } = bench.network.socket;
  for (const text of sent) {
    const { id, channel } = JSON.parse(text);
    handlers.onText(
      JSON.stringify({
        id,
        channel,
        event: "subscribe",
        error: { code: 2, message: "unknown" },
        result: { status: "fail" },
      }),
    );
  }
  await bench.pass(500);
  assertEquals([bench.composite.counts().usable, bench.network.requests.length], [0, 0]);
  assertEquals(bench.logger.messages("error"), Array(4).fill("Subscription refused"));
  bench.composite.stop();
});

Deno.test("CompositePublicExchange that is stopped leaves no timer, no usable book and no sound", async () => {
  const bench = new Bench();
  bench.open();
  bench.accept();
  await bench.pass(300);
  bench.snapshotId = undefined;
  bench.update(bench.bitcoin, 500, 500, [["12", "5"]]);
  // The waits between attempts have become long when the connection is lost: attempts of two times are waiting.
  await bench.pass(9_000);
  bench.network.socket.handlers.onClose(1006, "");
  await bench.pass(300);
  bench.open();
  bench.accept();
  await bench.pass(300);
  bench.update(bench.bitcoin, 500, 500, [["12", "5"]]);
  bench.told.length = 0;
  bench.composite.stop();
  assertStrictEquals(bench.clock.nextDue, undefined);
  await settle();
  assertStrictEquals(bench.clock.nextDue, undefined);
  assertEquals([bench.told, bench.composite.counts().usable], [[], 0]);
});

Deno.test("CompositePublicExchange stopped while a snapshot is on its way does not use it", async () => {
  const bench = new Bench();
  bench.open();
  bench.accept();
  assertStrictEquals(bench.network.requests.length, 1);
  bench.composite.stop();
  await settle();
  assertEquals([bench.told, bench.clock.nextDue, bench.composite.counts().usable], [[], undefined, 0]);
});

Deno.test("CompositePublicExchange hands best quotes over", () => {
  const bench = new Bench();
  const quotes: number[] = [];
  bench.composite.bind("bookTicker", (ticker) => quotes.push(ticker.bidPrice, ticker.askPrice));
  bench.open();
  const result = { s: "BTC_USDT", b: "72.788", B: "4.06", a: "72.794", A: "0.95", u: 1 };
  bench.network.socket.handlers.onText(
    JSON.stringify({ channel: "spot.book_ticker", event: "update", result }),
  );
  assertEquals(quotes, [72.788, 72.794]);
  assertEquals([bench.composite.exchange, bench.composite.ws.frames], ["GATEIO_SPOT", 1]);
  bench.composite.stop();
});
