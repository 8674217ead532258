/**
 * A book with its synchroniser and a record of what the synchroniser said.
 * @module
 */
import type { InstrumentId } from "../../src/core/instrument.ts";
import {
  BookSynchroniser,
  type BreakReason,
  type SequenceRules,
  type UpdateOutcome,
} from "../../src/market/book_synchroniser.ts";
import { OrderBook } from "../../src/market/order_book.ts";
import { depthUpdate, type Level, type UpdateText } from "./naive_book.ts";

/** How MEXC and Gate.io number updates, by the protocol. */
export const mexcRules: SequenceRules = { oldUpdate: "break" };
export const gateioRules: SequenceRules = { oldUpdate: "ignore" };

/** A synchroniser under test. */
export class SynchroniserHarness {
  readonly book = new OrderBook(0 as InstrumentId);
  /** Generations of the snapshots that were asked for. */
  readonly requests: number[] = [];
  readonly breaks: BreakReason[] = [];
  /** For each time that the book became usable, whether it had been before. */
  readonly synchronised: boolean[] = [];
  readonly synchroniser: BookSynchroniser;
  #now = 0;

  constructor(rules: SequenceRules) {
    this.synchroniser = new BookSynchroniser(this.book, rules, {
      requestSnapshot: (_, generation) => this.requests.push(generation),
      onBroken: (_, reason) => this.breaks.push(reason),
      onSynchronised: (_, again) => this.synchronised.push(again),
    });
  }

  /** Hands over an update. By default it sets the bid of its last version, so that it is seen in the book. */
  update(text: UpdateText): UpdateOutcome {
    const marked = { bids: [markOf(text.lastId)], ...text };
    return this.synchroniser.onUpdate(depthUpdate(marked), ++this.#now);
  }

  /** Answers the last request, or the one with this generation. */
  snapshot(version: number, text: Partial<UpdateText> = {}, generation = this.requests.at(-1)!): boolean {
    const asks: Level[] = [[1e15, 1]];
    const update = depthUpdate({ bids: [[1, 1]], asks, ...text, lastId: version, full: true });
    return this.synchroniser.onSnapshot(update, ++this.#now, generation);
  }

  /** Versions of the updates that are in the book, by the marks that they left. */
  get marks(): number[] {
    const marks: number[] = [];
    for (let depth = this.book.bids.length - 1; depth >= 0; depth--) marks.push(this.book.bids.price(depth));
    return marks.filter((price) => price !== 1);
  }
}

/** The level that an update leaves by default. */
export function markOf(version: number): Level {
  return [version, 1];
}
