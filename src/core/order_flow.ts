/**
 * Pressure in a book.
 * @module
 */
import type { InstrumentId } from "./instrument.ts";

/** What the best levels of a book and the trades of a window of time tell about the next move. */
export interface OrderFlowMetrics {
  readonly instrument: InstrumentId;
  /** Length of the window, milliseconds. */
  readonly windowMs: number;
  /**
   * Order flow imbalance of the best level, in the venue's order unit: size that came to the bid or left the ask
   * minus size that left the bid or came to the ask (Cont, Kukanov, Stoikov: The Price Impact of Order Book Events).
   */
  readonly orderFlowImbalance: number;
  /** Best prices weighted with the size of the other side, quote per base; NaN without both sides. */
  readonly microprice: number;
  /** Size of the bids minus that of the asks over their sum, of the best levels: -1 to 1; NaN without any. */
  readonly volumeImbalance: number;
  /** Size that takers bought minus what they sold over the sum, of the window: -1 to 1; NaN without trades. */
  readonly tradeImbalance: number;
  /** End of the window, epoch milliseconds. */
  readonly time: number;
}
