/**
 * Which books show what our own orders have left. A book that was received before the end of an order of ours may still
 * show what that order has taken, or has not found.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { InstrumentId } from "../core/instrument.ts";
import type { OrderBook } from "../market/order_book.ts";
import type { TrackedOrder } from "../execution/tracked_order.ts";

/** Longest time for which the venue's stamps are waited for after an order, milliseconds: clocks within a venue differ. */
const patienceMs = 5_000;

/** What a book must be newer than. */
interface Mark {
  /** Receipt of the last word on an order, monotonic milliseconds. */
  readonly receivedAt: number;
  /** Whole milliseconds of the venue's time of the last fill; -Infinity without one. */
  readonly filledAt: number;
}

/** Remembers the last order of each instrument until its book is newer. */
export class TradedBooks {
  readonly #marks = new Map<InstrumentId, Mark>();

  constructor(private readonly clock: Pick<Clock, "epochMs" | "monotonicMs">) {}

  /** Whether every book is newer than what was traded. */
  get isEmpty(): boolean {
    return this.#marks.size === 0;
  }

  /** Orders that have ended. */
  onEnded(orders: readonly TrackedOrder[]): void {
    const now = this.clock.monotonicMs(), epochMs = this.clock.epochMs();
    for (const { request, endedAt, fills } of orders) {
      const { id } = request.instrument;
      // A wall clock that was set back in between makes it as late as now.
      const receivedAt = now - Math.max(0, epochMs - endedAt);
      const filledAt = fills.reduce((last, { time }) => Math.max(last, Math.floor(time)), -Infinity);
      const before = this.#marks.get(id);
      this.#marks.set(id, {
        receivedAt: Math.max(receivedAt, before?.receivedAt ?? -Infinity),
        filledAt: Math.max(filledAt, before?.filledAt ?? -Infinity),
      });
    }
  }

  /**
   * Whether a book is newer than everything that was traded in it here: its frame was received after the last order had
   * ended, and, where the venue stamps its books, it is not older than the last fill.
   */
  isNewer({ instrument, updatedAt, exchangeTime }: OrderBook): boolean {
    const mark = this.#marks.get(instrument);
    if (mark === undefined) return true;
    if (updatedAt <= mark.receivedAt) return false;
    const isOlder = exchangeTime !== 0 && exchangeTime < mark.filledAt;
    if (isOlder && updatedAt - mark.receivedAt < patienceMs) return false;
    this.#marks.delete(instrument);
    return true;
  }
}
