import { assert, assertEquals } from "@std/assert";
import type { CollectorStatus } from "../../../src/core/collector_status.ts";
import type { InstrumentId } from "../../../src/core/instrument.ts";
import type { LatencySample } from "../../../src/core/latency_sample.ts";
import type { OrderFlowMetrics } from "../../../src/core/order_flow.ts";
import { PublicTrade, TradeColumns } from "../../../src/core/public_trade.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { emptyLatencies, MarketRecorder, type RecordedFeed } from "../../../src/engine/market_recorder.ts";
import { bookOf } from "../../support/books.ts";
import { testInstruments } from "../../support/instruments.ts";

const start = 1_767_225_600_000;
const table = testInstruments(["BTC"]);

/** A feed that a test drives. */
class Feed implements RecordedFeed {
  readonly exchange = "MEXC_SPOT";
  readonly ws = { frames: 7, decodeErrors: 1, reconnects: 2, connected: true };
  usable = 1;
  onTrade: ((trade: PublicTrade) => void) | undefined;

  bind(_channel: "trade", handler: (trade: PublicTrade) => void): void {
    this.onTrade = handler;
  }

  counts(): { gaps: number; usable: number; total: number } {
    return { gaps: 3, usable: this.usable, total: 1 };
  }
}

class Bench {
  readonly clock = new SimulatedClock(start);
  readonly feed = new Feed();
  readonly depth: [version: number, levels: number, at: number][] = [];
  readonly flow: OrderFlowMetrics[] = [];
  readonly latency: LatencySample[] = [];
  readonly status: CollectorStatus[] = [];
  readonly trades: string[] = [];
  readonly latencies = emptyLatencies(["MEXC_SPOT"]);
  readonly recorder: MarketRecorder;

  constructor(depthLevels = 10) {
    this.recorder = new MarketRecorder({
      settings: { depthLevels, depthIntervalMs: 1_000, trades: true, statusIntervalMs: 2_500 },
      clock: this.clock,
      sink: {
        recordDepth: (book, levels, now) => this.depth.push([book.version, levels, now - start]),
        recordTrade: (trade) => this.trades.push(trade.id),
        recordOrderFlow: (metrics) => this.flow.push(metrics),
        recordLatency: (sample) => this.latency.push(sample),
        recordCollectorStatus: (status) => this.status.push(status),
      },
      feeds: [this.feed],
      latencies: this.latencies,
      instruments: table.ofExchange("MEXC_SPOT"),
    });
  }
}

Deno.test("MarketRecorder records a book when it has changed since the last time and is usable", () => {
  const bench = new Bench();
  bench.recorder.start();
  const book = bookOf(0 as InstrumentId, [[99, 1]], [[101, 1]]);
  book.version = 5;
  bench.recorder.onBook(book, start);
  bench.clock.step();
  bench.clock.step();
  assertEquals(bench.depth, [[5, 10, 1_000]]);
  book.version = 6;
  book.usable = false;
  bench.recorder.onBroken(book.instrument);
  bench.clock.step();
  assertEquals(bench.depth.length, 1);
  book.usable = true;
  bench.recorder.stop();
  assertEquals(bench.depth.at(-1)!.slice(0, 2), [6, 10]);
  assertEquals(bench.clock.step(), false, "no timer is left");
});

Deno.test("MarketRecorder records each trade and what takers did in each window", () => {
  const bench = new Bench();
  const columns = new TradeColumns();
  const index = columns.add();
  columns.ids[index] = 77;
  columns.sides[index] = -1;
  columns.quantities[index] = 4;
  columns.receivedAt = start + 10;
  bench.recorder.start();
  bench.recorder.onBook(bookOf(0 as InstrumentId, [[99, 1]], [[101, 1]]), start);
  bench.feed.onTrade!(new PublicTrade().moveTo(columns, index));
  bench.clock.step();
  bench.clock.step();
  assertEquals(bench.trades, ["77"]);
  assertEquals(bench.flow.map(({ tradeImbalance, windowMs }) => [tradeImbalance, windowMs]), [
    [-1, 1_000],
    [NaN, 1_000],
  ]);
  bench.recorder.stop();
});

Deno.test("MarketRecorder tells how long frames took in each interval, and how the feeds are", () => {
  const bench = new Bench(0);
  bench.recorder.start();
  const toBook = bench.latencies.frame_to_book.of("MEXC_SPOT")!;
  for (const ms of [1, 2, 3]) toBook.recordMs(ms);
  for (let step = 0; step < 3; step++) bench.clock.step();
  const [sample] = bench.latency;
  assertEquals([sample!.stage, sample!.samples, sample!.exchange], ["frame_to_book", 3, "MEXC_SPOT"]);
  assert(Math.abs(sample!.p50 - 2_000) < 20 && Math.abs(sample!.max - 3_000) < 30);
  bench.recorder.onBook(bookOf(0 as InstrumentId, [[99, 1]], [[101, 1]]), start + 2_600);
  bench.feed.usable = 0;
  for (let step = 0; step < 3; step++) bench.clock.step();
  assertEquals(bench.latency.length, 1, "the second interval measured nothing");
  for (const ms of [0.1, 0.2]) toBook.recordMs(ms);
  bench.recorder.stop();
  const last = bench.latency[1]!;
  assertEquals(last.samples, 2, "what was recorded before does not count again");
  assert(Math.abs(last.max - 200) < 2, `${last.max} us`);
  assertEquals(bench.depth, [], "no levels were asked for");
  const of = (name: string): unknown[] =>
    bench.status.filter(({ collector }) => collector === name).map(({ state, lastMessageAt }) => [
      state,
      lastMessageAt,
    ]);
  assertEquals(of("books"), [["starting", 0], ["degraded", start + 2_600], ["stopped", start + 2_600]]);
  assertEquals(of("trades"), [["running", 0], ["running", 0], ["stopped", 0]]);
  assertEquals([bench.status[0]!.messages, bench.status[0]!.errors, bench.status[0]!.gaps], [7, 1, 3]);
});
