/**
 * Trades that a venue tells by its own order id alone, before anybody knows whose order that is.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { Fill } from "../core/fill.ts";
import type { InstrumentId } from "../core/instrument.ts";

/** What {@link UnclaimedFills} take. */
export interface UnclaimedFillsOptions {
  readonly clock: Pick<Clock, "monotonicMs">;
  /** The trades of an order that nobody claimed in time. Told once for each order. */
  onForeign(fills: readonly Fill[]): void;
}

/** Trades of one order. */
interface Waiting {
  /** Monotonic milliseconds of the first one. */
  readonly since: number;
  /** By trade id and side. */
  readonly fills: Map<string, Fill>;
}

/**
 * Time for which trades wait for an order, milliseconds. An answer to a send comes within seconds; an order that becomes
 * known later asks for its trades itself, so nothing is lost by letting them go.
 */
const waitMs = 60_000;
/** Orders whose trades wait, and orders of others that are remembered. */
const mostOrders = 1_000;

/** Keeps trades until their order is known to be ours or somebody else's. */
export class UnclaimedFills {
  readonly #options: UnclaimedFillsOptions;
  /** By instrument and the venue's order id, the oldest first. */
  readonly #waiting = new Map<string, Waiting>();
  /** Orders of others, the oldest first. */
  readonly #foreign = new Set<string>();

  constructor(options: UnclaimedFillsOptions) {
    this.#options = options;
  }

  /** Keeps a trade. One of an order that is known to be somebody else's is left alone. */
  add(fill: Fill): void {
    this.sweep();
    const key = keyOf(fill.instrument, fill.exchangeOrderId);
    if (this.#foreign.has(key)) return;
    let waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      waiting = { since: this.#options.clock.monotonicMs(), fills: new Map() };
      this.#waiting.set(key, waiting);
    }
    waiting.fills.set(`${fill.tradeId} ${fill.side}`, fill);
    if (this.#waiting.size > mostOrders) this.#letGo(this.#waiting.keys().next().value!);
  }

  /** The order of this id is ours: gives its trades and keeps them no longer. */
  claim(instrument: InstrumentId, exchangeOrderId: string): readonly Fill[] {
    const key = keyOf(instrument, exchangeOrderId);
    this.#foreign.delete(key);
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return [];
    this.#waiting.delete(key);
    return [...waiting.fills.values()];
  }

  /** The order of this id is somebody else's. */
  disown(instrument: InstrumentId, exchangeOrderId: string): void {
    this.#letGo(keyOf(instrument, exchangeOrderId));
  }

  /** The venue's ids of orders of an instrument of which nobody knows whose they are. */
  orders(instrument: InstrumentId): string[] {
    const start = keyOf(instrument, "");
    return [...this.#waiting.keys()].filter((key) => key.startsWith(start))
      .map((key) => key.slice(start.length));
  }

  /** Lets go what has waited for too long: it is somebody else's. */
  sweep(): void {
    const oldest = this.#options.clock.monotonicMs() - waitMs;
    for (const [key, { since }] of this.#waiting) {
      if (since >= oldest) return;
      this.#letGo(key);
    }
  }

  #letGo(key: string): void {
    this.#foreign.add(key);
    if (this.#foreign.size > mostOrders) this.#foreign.delete(this.#foreign.values().next().value!);
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    this.#waiting.delete(key);
    this.#options.onForeign([...waiting.fills.values()]);
  }
}

function keyOf(instrument: InstrumentId, exchangeOrderId: string): string {
  return `${instrument} ${exchangeOrderId}`;
}
