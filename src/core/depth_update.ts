/**
 * One change of an order book, in the form that every venue's codec produces and every book takes.
 * @module
 */
import type { InstrumentId } from "./instrument.ts";

/** Levels for which there is room from the start. */
const firstCapacity = 64;

/** Price levels of one side as two columns, reused from message to message. */
export class LevelColumns {
  /** Prices in quote per base; only the first `length` are valid. */
  prices = new Float64Array(firstCapacity);
  /** Absolute sizes in the venue's order unit; 0 deletes the level. */
  quantities = new Float64Array(firstCapacity);
  /** Number of valid levels. */
  length = 0;

  /** Makes room for one more level: its values may then be written at index `length`, and `length` raised. */
  reserve(): void {
    if (this.length === this.prices.length) this.#grow();
  }

  /** Appends a level. */
  push(price: number, quantity: number): void {
    this.reserve();
    this.prices[this.length] = price;
    this.quantities[this.length] = quantity;
    this.length += 1;
  }

  /** A copy that holds no more than it must. */
  copy(): LevelColumns {
    const copy = new LevelColumns();
    copy.prices = this.prices.slice(0, this.length);
    copy.quantities = this.quantities.slice(0, this.length);
    copy.length = this.length;
    return copy;
  }

  #grow(): void {
    const prices = new Float64Array(Math.max(firstCapacity, this.prices.length * 2));
    const quantities = new Float64Array(prices.length);
    prices.set(this.prices);
    quantities.set(this.quantities);
    this.prices = prices;
    this.quantities = quantities;
  }
}

/**
 * A change of one book, or a whole book when `full` is set. Decoders reuse one object: whoever must keep it
 * copies it with {@link DepthUpdate.clone}.
 */
export class DepthUpdate {
  instrument = 0 as InstrumentId;
  /** First book version that the change covers. */
  firstId = 0;
  /** Last book version that the change covers: the version of the book after it. */
  lastId = 0;
  /** Whether the levels replace the book instead of changing it. */
  full = false;
  /** Number of levels a side that the venue maintains for this subscription; 0 when it does not say. */
  depthLimit = 0;
  /** Venue's time in epoch milliseconds; 0 when it sent none. */
  exchangeTime = 0;

  /** An empty change. The columns become its own. */
  constructor(
    readonly bids: LevelColumns = new LevelColumns(),
    readonly asks: LevelColumns = new LevelColumns(),
  ) {}

  /** Makes it an empty change. */
  clear(): void {
    this.firstId = 0;
    this.lastId = 0;
    this.full = false;
    this.depthLimit = 0;
    this.exchangeTime = 0;
    this.bids.length = 0;
    this.asks.length = 0;
  }

  /** A copy that does not change any more. */
  clone(): DepthUpdate {
    const copy = new DepthUpdate(this.bids.copy(), this.asks.copy());
    copy.instrument = this.instrument;
    copy.firstId = this.firstId;
    copy.lastId = this.lastId;
    copy.full = this.full;
    copy.depthLimit = this.depthLimit;
    copy.exchangeTime = this.exchangeTime;
    return copy;
  }
}
