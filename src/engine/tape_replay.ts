/**
 * Runs a tape through books, detection and paper trading.
 * @module
 */
import { Detector } from "../arbitrage/detector.ts";
import { buildRoutes } from "../arbitrage/route.ts";
import type { HftConfig } from "../config/hft_config.ts";
import { DecimalStep } from "../core/decimal_step.ts";
import { exchangeByKey, type ExchangeKey } from "../core/exchange.ts";
import { InstrumentTable, unitStep } from "../core/instrument.ts";
import { Ledger } from "../execution/ledger.ts";
import { PaperBroker } from "../execution/paper_broker.ts";
import { PaperTrader } from "../execution/paper_trader.ts";
import { OrderBook } from "../market/order_book.ts";
import { DecisionHash } from "../telemetry/decision_hash.ts";
import type { TapeRow } from "./tape_reader.ts";

/** A venue of a tape whose rules are known. */
export interface TapeVenue {
  readonly exchange: ExchangeKey;
  /** Base units per unit of size: 1 for spot, the contract size for futures. */
  readonly contractSize: DecimalStep;
}

/** Figures of a replay; money in quote. */
export interface TapeReplayReport {
  readonly opportunities: number;
  readonly executions: number;
  readonly fills: number;
  readonly pnlUsd: number;
  readonly unrealisedPnlUsd: number;
  readonly feesUsd: number;
  readonly decisionsHash: string;
}

/** Sizes of a tape are traded in steps of this many base units; tapes do not tell the venue's lot. */
const spotLot = DecimalStep.ofDecimals(6);

/** Books of one level, one a venue, and what is traded on them. */
export class TapeReplay {
  readonly #books: (OrderBook | undefined)[];
  readonly #detector: Detector;
  readonly #trader: PaperTrader;
  readonly #instruments = new InstrumentTable();
  readonly #ledger = new Ledger();
  readonly #broker = new PaperBroker(this.#ledger);
  readonly #decisions = new DecisionHash();
  readonly #idOfVenue: (number | undefined)[];
  #now = 0;

  /**
   * @param venues The tape's venues by index; those that are undefined are left out.
   * @param settings Bounds of trades and the paper account.
   */
  constructor(venues: readonly (TapeVenue | undefined)[], settings: Pick<HftConfig, "trading" | "paper">) {
    const { trading, paper } = settings;
    this.#idOfVenue = venues.map((venue) => venue === undefined ? undefined : this.#add(venue));
    this.#books = this.#instruments.all.map(({ id }) => new OrderBook(id));
    const universe = buildRoutes(this.#instruments);
    this.#trader = new PaperTrader({
      universe,
      ledger: this.#ledger,
      broker: this.#broker,
      clock: { epochMs: () => this.#now },
      decisions: this.#decisions,
      policy: trading,
      endowment: paper,
      maxNotional: trading.maxNotional,
      listener: { onTrade: () => {}, onEnded: () => {} },
    });
    this.#detector = new Detector(
      universe,
      { limits: trading, maxBookAgeMs: trading.maxBookAgeMs },
      this.#trader,
    );
  }

  /** Takes the next row of the tape. */
  onRow(row: TapeRow): void {
    const id = this.#idOfVenue[row.venue];
    const book = id === undefined ? undefined : this.#books[id];
    if (book === undefined) return;
    this.#now = row.time;
    setTop(book, row);
    this.#detector.sweep(row.time, row.time);
    if (!book.usable) return this.#detector.onBroken(book.instrument, row.time);
    this.#trader.endow(this.#instruments.get(book.instrument), book);
    this.#detector.onBook(book, row.time, row.time);
    this.#trader.considerExits(book, this.#detector, row.time);
  }

  /** Ends what is open and tells the figures. */
  finish(): TapeReplayReport {
    this.#detector.stop(this.#now);
    const unrealised = this.#ledger.unrealisedPnl(({ id }) => {
      const book = this.#books[id]!;
      return book.usable ? (book.bids.bestPrice + book.asks.bestPrice) / 2 : NaN;
    });
    return {
      opportunities: this.#detector.seen,
      executions: this.#broker.executions,
      fills: this.#trader.fills,
      pnlUsd: this.#ledger.realisedPnl,
      unrealisedPnlUsd: unrealised,
      feesUsd: this.#ledger.fees,
      decisionsHash: this.#decisions.digest(),
    };
  }

  #add({ exchange, contractSize }: TapeVenue): number {
    const { market, makerFee, takerFee } = exchangeByKey(exchange);
    return this.#instruments.add({
      exchange,
      base: "TAPE",
      quote: "USDT",
      exchangeSymbol: "TAPE_USDT",
      tick: spotLot,
      lot: market === "spot" ? spotLot : unitStep,
      contractSize,
      minQuantity: 0,
      minNotional: 0,
      makerFee,
      takerFee,
      tradable: true,
    }).id;
  }
}

function setTop(book: OrderBook, row: TapeRow): void {
  book.bids.clear();
  book.asks.clear();
  if (row.bidQuantity > 0) book.bids.set(row.bid, row.bidQuantity);
  if (row.askQuantity > 0) book.asks.set(row.ask, row.askQuantity);
  book.updatedAt = row.time;
  book.usable = row.bid < row.ask;
}
