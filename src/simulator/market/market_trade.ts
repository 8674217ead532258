/**
 * Executions that a venue publishes.
 * @module
 */

/** One execution between a taker and the book. */
export interface MarketTrade {
  /** Number of the trade on this instrument, growing. */
  readonly id: number;
  /** What the taker did. */
  readonly takerSide: "buy" | "sell";
  readonly tick: number;
  readonly lots: number;
  /** Epoch milliseconds. */
  readonly timeMs: number;
  /** Whether the venue itself took a position over: not from the book, and in no candle. */
  readonly internal?: boolean;
}
