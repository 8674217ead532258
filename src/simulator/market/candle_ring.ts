/**
 * A bounded number of windows with trades, as columns.
 * @module
 */

/** Under this many ticks a 32-bit column has room for a price to quadruple. */
const narrowTicks = 2 ** 30;
const firstRows = 16;

/** Open, high, low and close of one window in ticks, and its turnover. */
export interface CandleRow {
  /** Unix seconds at which the window begins. */
  readonly second: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly lots: number;
  readonly quote: number;
}

type TickColumn = Uint32Array | Float64Array;

/** Windows of one length, those without trades left out; the oldest gives way when there is no more room. */
export class CandleRing {
  readonly #seconds: number;
  readonly #capacity: number;
  readonly #wide: boolean;
  #starts = new Uint32Array(firstRows);
  #open: TickColumn;
  #high: TickColumn;
  #low: TickColumn;
  #close: TickColumn;
  #lots = new Float64Array(firstRows);
  #quote = new Float64Array(firstRows);
  #first = 0;
  #size = 0;
  #dropped = false;

  /**
   * @param seconds Length of a window.
   * @param capacity Windows that are kept at most.
   * @param typicalTick A price of the instrument in ticks; it decides how wide the columns are.
   */
  constructor(seconds: number, capacity: number, typicalTick: number) {
    this.#seconds = seconds;
    this.#capacity = capacity;
    this.#wide = typicalTick >= narrowTicks;
    this.#open = this.#ticks(firstRows);
    this.#high = this.#ticks(firstRows);
    this.#low = this.#ticks(firstRows);
    this.#close = this.#ticks(firstRows);
  }

  /** Number of windows. */
  get size(): number {
    return this.#size;
  }

  /** Whether windows were given up for lack of room. */
  get dropped(): boolean {
    return this.#dropped;
  }

  /** Counts a trade in; trades come in the order of their time, one from before the latest window counts into it. */
  add(timeMs: number, tick: number, lots: number, quote: number): void {
    const start = Math.floor(timeMs / 1000 / this.#seconds) * this.#seconds;
    const last = this.#size === 0 ? -1 : this.#slot(this.#size - 1);
    if (last < 0 || this.#starts[last]! < start) {
      this.#push(start, tick, lots, quote);
      return;
    }
    if (tick > this.#high[last]!) this.#high[last] = tick;
    if (tick < this.#low[last]!) this.#low[last] = tick;
    this.#close[last] = tick;
    this.#lots[last] = this.#lots[last]! + lots;
    this.#quote[last] = this.#quote[last]! + quote;
  }

  /** The window with this index, 0 for the oldest. The index must be under {@link CandleRing.size}. */
  row(index: number): CandleRow {
    const slot = this.#slot(index);
    return {
      second: this.#starts[slot]!,
      open: this.#open[slot]!,
      high: this.#high[slot]!,
      low: this.#low[slot]!,
      close: this.#close[slot]!,
      lots: this.#lots[slot]!,
      quote: this.#quote[slot]!,
    };
  }

  /** Index of the first window that begins at these Unix seconds or later; the size when there is none. */
  find(second: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[this.#slot(middle)]! < second) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #slot(index: number): number {
    const slot = this.#first + index;
    return slot < this.#starts.length ? slot : slot - this.#starts.length;
  }

  #push(start: number, tick: number, lots: number, quote: number): void {
    if (this.#size === this.#starts.length) {
      if (this.#size < this.#capacity) this.#grow();
      else {
        this.#first = this.#slot(1);
        this.#size -= 1;
        this.#dropped = true;
      }
    }
    const slot = this.#slot(this.#size);
    this.#size += 1;
    this.#starts[slot] = start;
    this.#open[slot] = tick;
    this.#high[slot] = tick;
    this.#low[slot] = tick;
    this.#close[slot] = tick;
    this.#lots[slot] = lots;
    this.#quote[slot] = quote;
  }

  /** Doubles the room. Before the capacity is reached nothing has moved round, so the first row is in slot 0. */
  #grow(): void {
    const rows = Math.min(this.#capacity, 2 * this.#size);
    const grown = <Column extends TickColumn>(column: Column, wider: Column): Column => {
      wider.set(column);
      return wider;
    };
    this.#starts = grown(this.#starts, new Uint32Array(rows));
    this.#open = grown(this.#open, this.#ticks(rows));
    this.#high = grown(this.#high, this.#ticks(rows));
    this.#low = grown(this.#low, this.#ticks(rows));
    this.#close = grown(this.#close, this.#ticks(rows));
    this.#lots = grown(this.#lots, new Float64Array(rows));
    this.#quote = grown(this.#quote, new Float64Array(rows));
  }

  #ticks(rows: number): TickColumn {
    return this.#wide ? new Float64Array(rows) : new Uint32Array(rows);
  }
}
