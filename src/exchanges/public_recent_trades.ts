/**
 * The last trades of one instrument that were told.
 * @module
 */
import type { TradeColumns } from "../core/public_trade.ts";
import { Multiset } from "./public_multiset.ts";

const capacity = 256;
/** Trades may come out of order by so many milliseconds. */
const disorderMs = 1_000;

/**
 * What identifies a trade: its id, or, where requests tell none (MEXC), time, price, size and side, of which several
 * trades may have the same.
 */
export function tradeKey(trades: TradeColumns, index: number): string {
  const id = trades.ids[index]!;
  return id > 0
    ? `#${id}`
    : `${trades.times[index]} ${trades.prices[index]} ${trades.quantities[index]! * trades.sides[index]!}`;
}

/** A ring in columns: remembering a trade makes no garbage. */
export class RecentTrades {
  readonly #ids = new Float64Array(capacity);
  readonly #marks = new Float64Array(capacity);
  readonly #times = new Float64Array(capacity);
  readonly #prices = new Float64Array(capacity);
  /** Negative for a selling taker. */
  readonly #quantities = new Float64Array(capacity);
  #count = 0;
  #lastId = 0;
  #firstTime = 0;
  #lastTime = 0;

  /** The largest id; 0 when there is none. */
  get lastId(): number {
    return this.#lastId;
  }

  /** Remembers a trade. */
  add(trades: TradeColumns, index: number): void {
    const slot = this.#count % capacity;
    if (this.#count === 0) this.#firstTime = trades.times[index]!;
    this.#ids[slot] = trades.ids[index]!;
    this.#marks[slot] = trades.idMark(index);
    this.#times[slot] = trades.times[index]!;
    this.#prices[slot] = trades.prices[index]!;
    this.#quantities[slot] = trades.quantities[index]! * trades.sides[index]!;
    this.#count += 1;
    this.#lastId = Math.max(this.#lastId, trades.ids[index]!);
    this.#lastTime = Math.max(this.#lastTime, trades.times[index]!);
  }

  /** Whether a trade with an id is remembered: the same id, time, price and size. Of trades without ids nobody knows. */
  repeats(trades: TradeColumns, index: number): boolean {
    const mark = trades.idMark(index);
    if (mark === 0) return false;
    const time = trades.times[index]!;
    for (let slot = Math.min(this.#count, capacity) - 1; slot >= 0; slot--) {
      if (
        this.#marks[slot] === mark && this.#times[slot] === time &&
        this.#prices[slot] === trades.prices[index] &&
        this.#quantities[slot] === trades.quantities[index]! * trades.sides[index]!
      ) return true;
    }
    return false;
  }

  /**
   * Epoch millisecond from which trades have to be asked for: all trades before it were told, and those after it that
   * were told are still remembered.
   *
   * @param liveSince What it is while no trade is remembered.
   */
  resumeTime(liveSince: number): number {
    if (this.#count === 0) return liveSince;
    // What was before the first trade is nobody's business.
    const wanted = Math.max(this.#lastTime - disorderMs, this.#firstTime);
    // Without ids the oldest trade that is remembered may be one of several of its millisecond.
    return this.#count < capacity ? wanted : Math.max(wanted, this.#times[this.#count % capacity]! + 1);
  }

  /** The keys of all that are remembered. */
  keys(): Multiset {
    const keys = new Multiset();
    for (let slot = 0; slot < Math.min(this.#count, capacity); slot++) {
      keys.add(
        this.#ids[slot]! > 0
          ? `#${this.#ids[slot]}`
          : `${this.#times[slot]} ${this.#prices[slot]} ${this.#quantities[slot]}`,
      );
    }
    return keys;
  }
}
