/**
 * Finds trades that the streams have not told.
 * @module
 */
import type { Fill } from "../../core/fill.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { Position } from "../../core/position.ts";
import { fillKey } from "../order_flow.ts";
import { numberText } from "./comparison.ts";
import type { VenueContext } from "./venue_context.ts";

/** Fills of this long before the last question are asked for again, milliseconds: clocks differ, and listings lag. */
const overlapMs = 60_000;
/** A trade that is younger than this may still be on its way through the stream, milliseconds. */
const graceMs = 3_000;
/** Trades of others that are remembered. */
const remembered = 1_000;

/** A trade of somebody else on the same account: a hand, another program, a liquidation. */
export interface ForeignFill {
  readonly instrument: Instrument;
  readonly fill: Fill;
}

/** Asks for the fills of the instruments on which something may have happened. */
export class FillSearch {
  readonly #context: VenueContext;
  readonly #startedAt: number;
  /** Epoch milliseconds of the last question, by instrument. */
  readonly #askedAt = new Map<Instrument, number>();
  /** Positions at the last look: another object when something was booked since. */
  readonly #positions = new Map<Instrument, Position>();
  readonly #foreign = new Map<string, ForeignFill>();

  constructor(context: VenueContext) {
    this.#context = context;
    this.#startedAt = context.clock.epochMs();
    for (const instrument of context.instruments) {
      this.#positions.set(instrument, context.flow.ledger.position(instrument));
    }
  }

  /**
   * Asks for the instruments with open orders, with trades since the last time, and for these others. Throws what the
   * venue's client throws.
   *
   * @param suspects Instruments about which something does not fit.
   * @param sinceOf Epoch milliseconds from which on a suspect is in doubt.
   */
  async run(suspects: ReadonlySet<Instrument>, sinceOf: (suspect: Instrument) => number): Promise<void> {
    const { instruments, orders } = this.#context;
    const busy = new Set(orders.map(({ request }) => request.instrument.id));
    for (const instrument of instruments) {
      const position = this.#context.flow.ledger.position(instrument);
      const isSuspect = suspects.has(instrument);
      if (!isSuspect && !busy.has(instrument.id) && position === this.#positions.get(instrument)) continue;
      const since = this.#askedAt.get(instrument) ?? this.#startedAt;
      await this.#ask(instrument, isSuspect ? Math.min(since, sinceOf(instrument)) : since);
      this.#positions.set(instrument, this.#context.flow.ledger.position(instrument));
    }
  }

  /** Trades of others in some instruments from an epoch millisecond on. */
  foreign(instruments: readonly Instrument[], sinceMs: number): ForeignFill[] {
    return [...this.#foreign.values()].filter(({ instrument, fill }) =>
      instruments.includes(instrument) && fill.time >= sinceMs
    );
  }

  async #ask(instrument: Instrument, sinceMs: number): Promise<void> {
    const { clock, venue } = this.#context;
    const askedAt = clock.epochMs();
    const fills = await this.#context.answer(venue.fills(instrument, Math.floor(sinceMs - overlapMs)));
    for (const fill of fills) this.#take(instrument, fill, askedAt);
    this.#askedAt.set(instrument, askedAt);
  }

  #take(instrument: Instrument, fill: Fill, askedAt: number): void {
    const { flow, tell, exchange } = this.#context;
    const { side, price, quantity, tradeId, clientOrderId, exchangeOrderId, time } = fill;
    const order = clientOrderId || flow.nameOf(fill) || exchangeOrderId || "without a name";
    const trade = `${side} of ${numberText(quantity)} ${instrument.base} at ${price} (trade ${tradeId})`;
    if (flow.takeFill(fill, "comparison")) {
      // A question may be faster than a stream.
      if (time > askedAt - graceMs) return;
      return tell(
        "fill-found",
        order,
        `${exchange}: the streams have not told a ${trade} of the order ${order}`,
      );
    }
    const key = fillKey(instrument, fill);
    if (flow.ownerOf(fill) !== "others" || this.#foreign.has(key) || time < this.#startedAt) return;
    this.#foreign.set(key, { instrument, fill });
    if (this.#foreign.size > remembered) this.#foreign.delete(this.#foreign.keys().next().value!);
    const text = `${exchange}: a ${trade} of the order ${order} is not ours`;
    tell("foreign-fill", instrument.exchangeSymbol, text);
  }
}
