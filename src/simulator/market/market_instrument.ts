/**
 * One instrument of a simulated venue: its rules, its book, its trades.
 * @module
 */
import type { InstrumentSpec } from "../../core/instrument.ts";
import { MatchingBook } from "../matching/matching_book.ts";
import type { BookSide, Side, TickLevel } from "./book_side.ts";
import { CandleSeries } from "./candle_series.ts";
import { DayStatistics } from "./day_statistics.ts";
import type { FundingSchedule } from "./funding.ts";
import { ListingState } from "./listing_state.ts";
import type { MarketTrade } from "./market_trade.ts";
import type { PriceHistory } from "./price_history.ts";
import { SimulatedBook } from "./simulated_book.ts";
import { StepText } from "./step_text.ts";
import { pastTrades } from "./past_trades.ts";
import { TradeHistory } from "./trade_history.ts";

/** Hears what happens to an instrument. */
export interface InstrumentListener {
  /** One market event is complete: the book is consistent and may be read. */
  onCommit?(): void;
  /** A trade happened. */
  onTrade?(trade: MarketTrade): void;
}

/** Trades that a venue lists at most. */
const keptTrades = 1000;

/** Where numbers of a new instrument start. */
export interface InstrumentStart {
  /** Version of the empty book. */
  readonly version: number;
  /** Id of the first trade. */
  readonly tradeId: number;
  /** First price in ticks. */
  readonly tick: number;
  /** The time before the run; without it nothing is known of that. */
  readonly history?: PriceHistory | undefined;
  /** Funding of a perpetual contract. */
  readonly funding?: FundingSchedule | undefined;
}

/** A listed instrument with everything that its venue publishes about it. */
export class MarketInstrument {
  /** The published book: the crowd's levels and the users' orders. Read only. */
  readonly book: SimulatedBook;
  /** Where orders meet. */
  readonly matching: MatchingBook;
  readonly statistics: DayStatistics;
  readonly candles: CandleSeries;
  /** The latest trades, those before the run included. */
  readonly trades: TradeHistory;
  /** Whether it can be traded right now. */
  readonly listing: ListingState = new ListingState();
  /** Funding of a perpetual contract; undefined on spot. */
  readonly funding: FundingSchedule | undefined;
  readonly #prices: StepText;
  readonly #sizes: StepText;
  readonly #listeners = new Set<InstrumentListener>();
  #nextTradeId: number;
  /** Epoch milliseconds of the latest change of the book. */
  changedAtMs = 0;
  /** Price of the underlying across venues, in quote per base. */
  indexPrice: number;

  constructor(readonly spec: InstrumentSpec, start: InstrumentStart) {
    this.book = new SimulatedBook(start.version);
    this.matching = new MatchingBook(this.book, (side, tick, lots, timeMs) => {
      return this.#trade(side === "bid" ? "buy" : "sell", tick, lots, timeMs);
    });
    this.statistics = new DayStatistics(spec, start.tick, start.history);
    this.candles = new CandleSeries(spec, start.tick, start.history);
    const { history, tradeId } = start;
    this.trades = new TradeHistory(
      keptTrades,
      () => history === undefined ? [] : pastTrades(history, tradeId),
    );
    this.funding = start.funding;
    this.#prices = new StepText(spec.tick);
    this.#sizes = new StepText(spec.lot);
    this.#nextTradeId = start.tradeId;
    this.indexPrice = spec.tick.value(start.tick);
  }

  /** Middle between best bid and best ask in quote per base; NaN when a side is empty. */
  get mid(): number {
    return this.spec.tick.size * (this.book.bids.tickAt(0) + this.book.asks.tickAt(0)) / 2;
  }

  /** Text of a price in ticks. */
  price(tick: number): string {
    return this.#prices.of(tick);
  }

  /** Text of a size in lots: base units on spot, contracts on futures. */
  size(lots: number): string {
    return this.#sizes.of(lots);
  }

  /** Levels as the pairs of texts that most messages carry. */
  pairs(levels: readonly TickLevel[]): [price: string, size: string][] {
    return levels.map((level) => [this.price(level.tick), this.size(level.lots)]);
  }

  /** Starts telling `listener`. */
  listen(listener: InstrumentListener): void {
    this.#listeners.add(listener);
  }

  /** Ends {@link MarketInstrument.listen}. */
  unlisten(listener: InstrumentListener): void {
    this.#listeners.delete(listener);
  }

  /** The crowd's share of the book: what a market source reads and writes. */
  get crowd(): { readonly bids: BookSide; readonly asks: BookSide } {
    return this.matching.crowd;
  }

  /**
   * Sets the crowd's lots at a price; 0 deletes them. Users' orders in the way are executed first.
   *
   * @param timeMs Epoch milliseconds.
   */
  quote(side: Side, tick: number, lots: number, timeMs: number): void {
    this.matching.quote(side, tick, lots, timeMs);
  }

  /**
   * A taker of the crowd: `bid` buys, `ask` sells. Returns the lots that it got.
   *
   * @param worstTick Last price that it accepts.
   * @param timeMs Epoch milliseconds.
   */
  take(side: Side, worstTick: number, lots: number, timeMs: number): number {
    return this.matching.take(side, worstTick, lots, timeMs);
  }

  /** Ends one market event at this epoch millisecond: what is published next includes it. */
  commit(timeMs: number): void {
    this.changedAtMs = timeMs;
    for (const listener of this.#listeners) listener.onCommit?.();
  }

  /**
   * Publishes a trade that did not come from the book: a position that the venue took over. Prices of the day and
   * candles do not know of it. Returns its id.
   *
   * @param timeMs Epoch milliseconds.
   */
  internalTrade(takerSide: "buy" | "sell", tick: number, lots: number, timeMs: number): number {
    const trade = { id: this.#nextTradeId++, takerSide, tick, lots, timeMs, internal: true };
    this.trades.add(trade);
    for (const listener of this.#listeners) listener.onTrade?.(trade);
    return trade.id;
  }

  #trade(takerSide: "buy" | "sell", tick: number, lots: number, timeMs: number): number {
    const trade = { id: this.#nextTradeId++, takerSide, tick, lots, timeMs };
    this.statistics.add(trade);
    this.candles.add(trade);
    this.trades.add(trade);
    for (const listener of this.#listeners) listener.onTrade?.(trade);
    return trade.id;
  }
}
