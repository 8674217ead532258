/**
 * What the matching engine knows of an order.
 * @module
 */
import type { Side } from "../market/book_side.ts";

/** Which order gives way when two orders of one self-trade prevention group would meet. */
export type SelfTradeAction = "cancel-newest" | "cancel-oldest" | "cancel-both";

/** One execution between an incoming order and one that rested. */
export interface Execution {
  /** Number of the trade on its instrument. */
  readonly tradeId: number;
  /** Side of the book on which the taker's order belongs: `bid` for a buyer. */
  readonly takerSide: Side;
  /** Price of the resting order in ticks. */
  readonly tick: number;
  readonly lots: number;
  /** Epoch milliseconds. */
  readonly timeMs: number;
  /** The incoming order; undefined when the crowd took. */
  readonly taker: MatchOrder | undefined;
  /** The resting order; undefined when it was the crowd's. */
  readonly maker: MatchOrder | undefined;
}

/** An order of a user in the matching engine. Its callbacks may take out or shrink orders that rest, no more. */
export interface MatchOrder {
  readonly side: Side;
  /** Limit price in ticks. */
  readonly tick: number;
  /** Lots that are neither filled nor cancelled. The engine reduces them as it fills. */
  openLots: number;
  /** Self-trade prevention group; 0 for none. */
  readonly stpGroup: number;
  /** What happens when this order, as the taker, meets one of its group. */
  readonly stpAction: SelfTradeAction;
  /** Where the order waits, while it does. Only the matching engine writes it. */
  place?: QueueEntry | undefined;
  /** A part of the order was executed; {@link MatchOrder.openLots} is the rest already. */
  onExecution(execution: Execution): void;
  /** The rest of the order was taken out because it would have met one of its own group. */
  onSelfTradePrevented(): void;
}

/** Lots that wait at a price: those of one order, or of the crowd when there is no order. */
export interface QueueEntry {
  readonly order: MatchOrder | undefined;
  lots: number;
  /** The entry with the next higher priority. */
  before: QueueEntry | undefined;
  /** The entry with the next lower priority. */
  after: QueueEntry | undefined;
  /** For an entry of the crowd, the crowd's next one towards the front. */
  crowdBefore: QueueEntry | undefined;
}
