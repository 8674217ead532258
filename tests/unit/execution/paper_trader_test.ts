import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { Detector } from "../../../src/arbitrage/detector.ts";
import { buildRoutes } from "../../../src/arbitrage/route.ts";
import { InstrumentTable } from "../../../src/core/instrument.ts";
import type { ArbitrageOpportunity } from "../../../src/core/opportunity.ts";
import { Ledger } from "../../../src/execution/ledger.ts";
import { PaperBroker, type PaperTrade } from "../../../src/execution/paper_broker.ts";
import { PaperTrader } from "../../../src/execution/paper_trader.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { DecisionHash } from "../../../src/telemetry/decision_hash.ts";
import { bookOf, type Level, setBook } from "../../support/books.ts";
import { testInstruments, testSpec } from "../../support/instruments.ts";

const policy = { minProfit: 0.05, maxPositionNotional: 5_000, exitProfitBps: 2 };

/** A trader on HYPE at three venues: 0 MEXC spot, 1 Gate.io spot, 2 Gate.io futures. */
class Bench {
  readonly table: InstrumentTable;
  readonly ledger = new Ledger();
  readonly broker = new PaperBroker(this.ledger);
  readonly clock = new SimulatedClock(5_000);
  readonly decisions = new DecisionHash();
  readonly trades: PaperTrade[] = [];
  readonly ended: ArbitrageOpportunity[] = [];
  readonly trader: PaperTrader;
  readonly detector: Detector;
  readonly books;

  constructor(maxNotional = 1_000, quoteBalance = 50_000, table = testInstruments(["HYPE"])) {
    this.table = table;
    const universe = buildRoutes(table);
    this.trader = new PaperTrader({
      universe,
      ledger: this.ledger,
      broker: this.broker,
      clock: this.clock,
      decisions: this.decisions,
      policy,
      endowment: { quoteBalance, inventoryNotional: 5_000 },
      maxNotional,
      listener: {
        onTrade: (trade) => this.trades.push(trade),
        onEnded: (opportunity) => this.ended.push(opportunity),
      },
    });
    this.detector = new Detector(
      universe,
      { limits: { maxNotional, minEdgeBps: 2 }, maxBookAgeMs: 1_000 },
      this.trader,
    );
    this.books = table.all.map(({ id }) => bookOf(id, [], []));
  }

  show(venue: number, bids: readonly Level[], asks: readonly Level[]): void {
    const book = this.books[venue]!;
    setBook(book, bids, asks);
    this.trader.endow(this.table.get(book.instrument), book);
    this.detector.onBook(book, 0, 5_000);
    this.trader.considerExits(book, this.detector, 0);
  }

  quote(venue: number, middle: number): void {
    this.show(venue, [[middle - 0.1, 500]], [[middle + 0.1, 500]]);
  }
}

Deno.test("PaperTrader trades an opportunity once and takes the hedge off when the prices have met again", () => {
  const bench = new Bench();
  bench.quote(0, 100);
  bench.quote(2, 102);
  bench.quote(2, 102.5);
  assertEquals(bench.trades.map(({ execution }) => [execution.purpose, execution.opportunity]), [[
    "enter",
    1,
  ]]);
  const { fills: [bought, sold] } = bench.trades[0]!;
  assert(bought.notional <= 1_000 && bought.notional > 980);
  assertEquals(bench.ledger.position(bench.table.all[2]!).quantity, -sold.quantity);
  bench.quote(2, 100);
  assertEquals(bench.trades.map(({ execution }) => execution.purpose), ["enter", "exit"]);
  assertEquals(bench.trades[1]!.execution.opportunity, 0);
  assertEquals(bench.ledger.position(bench.table.all[2]!).quantity, 0);
  assertEquals(
    bench.ended.map(({ executions, endReason, decision }) => [executions, endReason, decision]),
    [[1, "closed", "taken"]],
  );
  assertEquals(bench.trader.fills, 4);
  const quantity = sold.quantity, fees = bench.ledger.fees;
  assertAlmostEquals(bench.ledger.realisedPnl, quantity * (101.9 - 100.1 + 99.9 - 100.1) - fees, 1e-9);
});

Deno.test("PaperTrader takes a hedge off in trades within the limit, also where the walk gets worse", () => {
  const bench = new Bench();
  bench.quote(0, 100);
  bench.quote(2, 104);
  bench.quote(2, 100.3);
  bench.quote(2, 104);
  assertEquals(bench.trades.filter(({ execution }) => execution.purpose === "enter").length, 2);
  bench.trades.length = 0;
  // At the best ask the whole hedge would cost 990, but that is there for 1.1 coins only; the walk costs 1,001.70.
  bench.show(2, [[99, 500]], [[100, 11], [101, 30], [101.5, 500]]);
  assert(bench.trades.length > 0);
  for (const { execution, fills: [bought] } of bench.trades) {
    assertEquals(execution.purpose, "exit");
    assert(bought.notional <= 1_000, `${bought.notional} was bought`);
  }
});

Deno.test("PaperTrader counts what the account cannot pay for, and does not try the same opportunity again", () => {
  const bench = new Bench(1_000, 10);
  bench.quote(0, 100);
  bench.quote(2, 102);
  bench.quote(2, 103);
  assertEquals([bench.trader.refused, bench.trader.fills, bench.broker.executions], [1, 0, 0]);
  bench.detector.stop(6_000);
  assertEquals(bench.ended.map(({ executions, decision }) => [executions, decision]), [[
    0,
    "buy side has too little money",
  ]]);
});

Deno.test("PaperTrader gives coins in whole lots at the first middle price, money once a venue, and nothing twice", () => {
  const bench = new Bench();
  bench.quote(1, 3);
  bench.quote(1, 6);
  bench.quote(2, 6);
  assertEquals(bench.ledger.balance("GATEIO_SPOT", "HYPE"), 1_666.66);
  assertEquals(bench.ledger.balance("GATEIO_SPOT", "USDT"), 50_000);
  assertEquals(bench.ledger.balance("GATEIO_FUTURES", "USDT"), 50_000);
  assertEquals(bench.ledger.balance("GATEIO_FUTURES", "HYPE"), 0);
  assertEquals(bench.ledger.realisedPnl + bench.ledger.unrealisedPnl(() => 9), 0);
});

Deno.test("PaperTrader waits with the coins while one side of the book is empty", () => {
  const bench = new Bench();
  const book = bench.books[0]!, instrument = bench.table.all[0]!;
  setBook(book, [], [[100, 1]]);
  assertEquals(bench.trader.endow(instrument, book), false);
  assertEquals(bench.ledger.balance("MEXC_SPOT", "USDT"), 0);
  setBook(book, [[99, 1]], [[101, 1]]);
  assertEquals(bench.trader.endow(instrument, book), true);
  assertEquals(bench.ledger.balance("MEXC_SPOT", "HYPE"), 50);
  assertEquals(bench.ledger.balance("MEXC_SPOT", "USDT"), 50_000);
});

Deno.test("PaperTrader gives money in every quote coin of a venue", () => {
  const table = new InstrumentTable();
  table.add(testSpec("MEXC_SPOT", "HYPE"));
  table.add({ ...testSpec("MEXC_SPOT", "HYPE"), quote: "USDC", exchangeSymbol: "HYPEUSDC" });
  const bench = new Bench(1_000, 50_000, table);
  bench.quote(0, 100);
  bench.quote(1, 100);
  assertEquals(["USDT", "USDC"].map((coin) => bench.ledger.balance("MEXC_SPOT", coin)), [50_000, 50_000]);
});

Deno.test("PaperTrader decides the same for the same books, and its fingerprint tells other decisions apart", () => {
  const run = (last: number): string => {
    const bench = new Bench();
    for (const [venue, middle] of [[0, 100], [1, 101], [2, 102], [0, 99], [2, last]] as const) {
      bench.quote(venue, middle);
    }
    bench.detector.stop(6_000);
    return bench.decisions.digest();
  };
  assertEquals(run(98), run(98));
  assertNotEquals(run(98), run(102));
});
