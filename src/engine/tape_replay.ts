/**
 * Runs a tape through books, detection, strategies and the trading desk, with venues on paper.
 * @module
 */
import { setImmediate } from "node:timers";
import { Detector } from "../arbitrage/detector.ts";
import { buildRoutes } from "../arbitrage/route.ts";
import { leastEdgeBps } from "../arbitrage/strategy_settings.ts";
import type { HftConfig } from "../config/hft_config.ts";
import type { Fill } from "../core/fill.ts";
import type { Instrument } from "../core/instrument.ts";
import { SeededRandom } from "../core/random.ts";
import { SimulatedClock } from "../core/simulated_clock.ts";
import { MemoryJournal } from "../execution/journal/memory_journal.ts";
import { Ledger } from "../execution/ledger.ts";
import type { DeskListener } from "../execution/trading_desk.ts";
import { LineLogger, type LineSink } from "../logging/logger.ts";
import type { OrderBook } from "../market/order_book.ts";
import { DecisionHash } from "../telemetry/decision_hash.ts";
import { CountedClock } from "./counted_clock.ts";
import { PaperAccounts } from "./paper_trading.ts";
import { TapeBooks, type TapeVenue } from "./tape_books.ts";
import { TapeOutcomes, type TapeOutcomesReport } from "./tape_outcomes.ts";
import type { TapeRow } from "./tape_reader.ts";
import { Trader } from "./trader.ts";
import { TradingParts } from "./trading_parts.ts";

/** What a {@link TapeReplay} takes. */
export interface TapeReplayOptions {
  /** The tape's venues by index; those that are undefined are left out. */
  readonly venues: readonly (TapeVenue | undefined)[];
  /** Strategies, limits, and the accounts on paper with their latencies. */
  readonly config: Pick<HftConfig, "trading" | "execution" | "paper" | "seed">;
  /** Epoch milliseconds of the first row or before. */
  readonly startMs: number;
  /** Takes lines about breakers and errors, with the tape's time; default nobody. */
  readonly log?: LineSink;
  /** Told of each fill; default nobody. */
  readonly onFill?: (fill: Fill) => void;
}

/** Figures of a replay; money in quote. */
export interface TapeReplayReport extends TapeOutcomesReport {
  readonly opportunities: number;
  /** Pairs of orders that were sent. */
  readonly executions: number;
  readonly fills: number;
  /** Profit of everything that was taken off or matched, fees taken off. */
  readonly pnlUsd: number;
  /** Profit of what is still held, at the last middles; closing it costs its fees and spreads yet. */
  readonly unrealisedPnlUsd: number;
  readonly feesUsd: number;
  /** Value of the contracts that are still held. */
  readonly heldUsd: number;
  /** Coins that are still unhedged, base units, positive when bought. */
  readonly unhedged: number;
  /** Why nothing was begun any more, when it came to that. */
  readonly stops: readonly string[];
  readonly decisionsHash: string;
}

/** Time between two looks at what does not wait for a quote, milliseconds: as in a run. */
const reviewMs = 250;
/** Longest wait for orders under way at the end, milliseconds. */
const finishTimeoutMs = 15_000;
/** Funding is told anew after this time, milliseconds. */
const fundingMs = 1_800_000;
/** Time between two settlements, milliseconds. */
const fundingIntervalMs = 28_800_000;
/** Numbers of a row that wait to be played. */
const rowSize = 6;

const nobody = (): void => {};

/**
 * Plays a tape. The clock follows the rows' times; in between the timers of paper venues and desk run when they are due,
 * and promises get their turn after each, so that the same tape gives the same decisions. Orders take their time to the
 * venue and meet the quote of then, as far as its size goes; nothing behind the best price exists. Tapes tell no
 * funding: it is taken as 0.
 */
export class TapeReplay {
  readonly ledger = new Ledger();
  readonly #clock: SimulatedClock;
  /** Counts timers of trading. */
  readonly #tradingClock: CountedClock;
  readonly #books: TapeBooks;
  readonly #paper: PaperAccounts;
  readonly #parts: TradingParts;
  readonly #trader: Trader;
  readonly #detector: Detector;
  readonly #decisions = new DecisionHash();
  readonly #outcomes: TapeOutcomes;
  /** Rows that wait, {@link rowSize} numbers each. */
  readonly #rows: number[] = [];
  #settled = 0;
  #fills = 0;
  #fundingAt = -Infinity;

  constructor(options: TapeReplayOptions) {
    const { venues, config, startMs, log = nobody } = options;
    const { trading } = config;
    this.#clock = new SimulatedClock(startMs);
    this.#tradingClock = new CountedClock(this.#clock);
    this.#books = new TapeBooks(venues);
    const { instruments, exchanges } = this.#books;
    const universe = buildRoutes(instruments);
    this.#outcomes = new TapeOutcomes(exchanges);
    const shared = {
      config,
      logger: new LineLogger(log, () => this.#clock.epochMs(), "error"),
      clock: this.#tradingClock,
      instruments,
      universe,
      book: (instrument: Instrument): OrderBook => this.#books.book(instrument),
    };
    const random = new SeededRandom(config.seed).fork("paper");
    this.#paper = new PaperAccounts({ ...shared, random, exchanges });
    this.#parts = new TradingParts({
      ...shared,
      journal: MemoryJournal.open({ clock: this.#clock, id: "tape", keepsAll: false }).journal,
      ledger: this.ledger,
      venues: this.#paper.venues,
      venueTimeMs: () => this.#clock.epochMs(),
      listener: this.#deskListener(options.onFill ?? nobody),
    });
    this.#trader = new Trader({
      universe,
      clock: this.#clock,
      decisions: this.#decisions,
      counts: this.#outcomes.counts,
      trading: this.#parts,
      listener: this.#outcomes,
    });
    const limits = { minEdgeBps: leastEdgeBps(trading), maxNotional: trading.maxNotional };
    this.#detector = new Detector(universe, { limits, maxBookAgeMs: trading.maxBookAgeMs }, this.#trader);
    this.#trader.useDetector(this.#detector);
    this.#parts.start();
    this.#scheduleReview();
  }

  /** Takes the next row of the tape; it is played with {@link TapeReplay.play}. */
  onRow({ venue, time, bid, bidQuantity, ask, askQuantity }: TapeRow): void {
    this.#rows.push(venue, time, bid, bidQuantity, ask, askQuantity);
  }

  /** Plays the rows that were taken. */
  async play(): Promise<void> {
    const rows = this.#rows, clock = this.#clock;
    for (let at = 0; at < rows.length; at += rowSize) {
      const time = rows[at + 1]!;
      const { nextDue } = clock;
      if (nextDue !== undefined && nextDue <= time) await this.#runTo(time);
      clock.moveTo(time);
      this.#onQuote(rows[at]!, rows[at + 2]!, rows[at + 3]!, rows[at + 4]!, rows[at + 5]!);
    }
    rows.length = 0;
  }

  /** Plays what is left, lets the orders under way end, and tells the figures. */
  async finish(): Promise<TapeReplayReport> {
    await this.play();
    const { desk } = this.#parts;
    let isFinished = false;
    const end = desk.finish(finishTimeoutMs).then(() => isFinished = true);
    await turn();
    while (!isFinished && this.#clock.step()) await turn();
    await end;
    this.#parts.stop();
    this.#detector.stop(this.#clock.epochMs());
    return this.#report();
  }

  #report(): TapeReplayReport {
    const { ledger } = this;
    const [first] = this.#books.instruments.all;
    return {
      opportunities: this.#detector.seen,
      executions: this.#trader.executions,
      fills: this.#fills,
      pnlUsd: ledger.realisedPnl,
      unrealisedPnlUsd: ledger.unrealisedPnl((instrument) => this.#books.middle(instrument)),
      feesUsd: ledger.fees,
      heldUsd: this.#held(),
      unhedged: first === undefined ? 0 : ledger.exposure(first.base, first.quote),
      ...this.#outcomes.report(),
      stops: [...this.#parts.desk.stops].map(([scope, why]) => `${scope}: ${why}`),
      decisionsHash: this.#decisions.digest(),
    };
  }

  #held(): number {
    const contracts = this.#books.instruments.all.filter(({ market }) => market === "perpetual");
    return contracts.reduce((sum, instrument) => {
      const { quantity } = this.ledger.position(instrument);
      return quantity === 0 ? sum : sum + Math.abs(quantity) * this.#books.middle(instrument);
    }, 0);
  }

  #onQuote(venue: number, bid: number, bidQuantity: number, ask: number, askQuantity: number): void {
    const now = this.#clock.monotonicMs(), epochMs = this.#clock.epochMs();
    const book = this.#books.quote(venue, now, bid, bidQuantity, ask, askQuantity);
    if (book === undefined) return;
    if (!book.usable) return this.#detector.onBroken(book.instrument, epochMs);
    this.#paper.onBook(book);
    this.#detector.onBook(book, now, epochMs);
    this.#trader.onBook(book);
  }

  /** Runs the timers that are due up to a moment. */
  async #runTo(time: number): Promise<void> {
    const clock = this.#clock, tradingClock = this.#tradingClock;
    for (let due = clock.nextDue; due !== undefined && due <= time; due = clock.nextDue) {
      clock.step();
      // Nothing else can have promises waiting, and turns take time.
      if (tradingClock.fired === this.#settled) continue;
      this.#settled = tradingClock.fired;
      await turn();
    }
  }

  #scheduleReview(): void {
    const clock = this.#clock;
    this.#clock.setTimer(reviewMs, () => {
      if (clock.epochMs() - this.#fundingAt >= fundingMs) this.#tellFunding();
      this.#detector.sweep(clock.monotonicMs(), clock.epochMs());
      this.#trader.review();
      this.#scheduleReview();
    });
  }

  /** Strategies open nothing without funding that is known. */
  #tellFunding(): void {
    const time = this.#fundingAt = this.#clock.epochMs();
    const nextSettlement = (Math.floor(time / fundingIntervalMs) + 1) * fundingIntervalMs;
    for (const { id, market } of this.#books.instruments.all) {
      if (market !== "perpetual") continue;
      this.#trader.onFunding({ instrument: id, rate: 0, nextSettlement, interval: fundingIntervalMs, time });
    }
  }

  #deskListener(onFill: (fill: Fill) => void): DeskListener {
    return {
      onSent: nobody,
      onOutcome: nobody,
      onOrder: nobody,
      onFill: (fill) => {
        this.#fills += 1;
        onFill(fill);
      },
      onExecution: (run) => this.#trader.onExecution(run),
      onStop: nobody,
      onForeign: nobody,
      onConnection: nobody,
    };
  }
}

/** Lets every promise that can run do so. Nothing of a replay waits for anything outside. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
