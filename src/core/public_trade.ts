/**
 * Trades that everybody sees.
 * @module
 */
import type { InstrumentId } from "./instrument.ts";

/** Side of the order that took the other one out of the book. */
export type TakerSide = "buy" | "sell";

/** A trade that is kept: nobody changes it. */
export interface TradeSnapshot {
  readonly instrument: InstrumentId;
  /** The venue's id as text; empty when it tells none (MEXC over REST). */
  readonly id: string;
  /** In quote per base. */
  readonly price: number;
  /** In the venue's order unit: base on spot, contracts on futures. */
  readonly quantity: number;
  readonly takerSide: TakerSide;
  /** Whether it was not made in the book: the venue took a liquidated position over. */
  readonly internal: boolean;
  /** Venue's time in epoch milliseconds, with fractions where it tells them. */
  readonly exchangeTime: number;
  /** Local time in epoch milliseconds at which it became known. */
  readonly receivedAt: number;
  /** Whether it was asked for afterwards because the stream had been interrupted. */
  readonly recovered: boolean;
}

/** Bytes that are kept of one id. The longest that is documented has about 25. */
const idBytes = 48;
const firstCapacity = 16;

/**
 * Trades in wire order as columns. Decoders reuse one object from frame to frame, so reading trades makes no garbage;
 * whoever must keep a trade copies it with {@link PublicTrade.snapshot}.
 */
export class TradeColumns {
  /** Number of valid trades. */
  length = 0;
  /** {@link TradeSnapshot.receivedAt} of all of them. */
  receivedAt = 0;
  /** {@link TradeSnapshot.recovered} of all of them. */
  recovered = false;
  instruments = new Int32Array(firstCapacity);
  prices = new Float64Array(firstCapacity);
  quantities = new Float64Array(firstCapacity);
  /** 1 for a buying taker, -1 for a selling one. */
  sides = new Int8Array(firstCapacity);
  /** 1 for {@link TradeSnapshot.internal}. */
  internals = new Uint8Array(firstCapacity);
  times = new Float64Array(firstCapacity);
  /** The id where it is a whole number that a double holds exactly, else 0. */
  ids = new Float64Array(firstCapacity);
  #texts = new Uint8Array(firstCapacity * idBytes);
  #textLengths = new Uint8Array(firstCapacity);

  /** Forgets all trades. */
  clear(): void {
    this.length = 0;
    this.recovered = false;
  }

  /** Makes room for one more trade, whose columns are to be written at the index that is returned, and counts it. */
  add(): number {
    if (this.length === this.prices.length) this.#grow();
    this.internals[this.length] = 0;
    this.ids[this.length] = 0;
    this.#textLengths[this.length] = 0;
    return this.length++;
  }

  /** Keeps the ASCII text of an id that is no number; what is longer than 48 characters is cut off. */
  setIdText(index: number, bytes: Uint8Array, start: number, end: number): void {
    const length = Math.min(end - start, idBytes);
    for (let i = 0; i < length; i++) this.#texts[index * idBytes + i] = bytes[start + i]!;
    this.#textLengths[index] = length;
  }

  /** Adds a copy of a trade of other columns. */
  append(from: TradeColumns, index: number): void {
    const to = this.add();
    this.instruments[to] = from.instruments[index]!;
    this.prices[to] = from.prices[index]!;
    this.quantities[to] = from.quantities[index]!;
    this.sides[to] = from.sides[index]!;
    this.internals[to] = from.internals[index]!;
    this.times[to] = from.times[index]!;
    this.ids[to] = from.ids[index]!;
    const start = index * idBytes;
    this.setIdText(to, from.#texts, start, start + from.#textLengths[index]!);
  }

  /** The id as text; empty when the venue told none. */
  idText(index: number): string {
    const length = this.#textLengths[index]!;
    if (length === 0) return this.ids[index] === 0 ? "" : String(this.ids[index]);
    const start = index * idBytes;
    return String.fromCharCode(...this.#texts.subarray(start, start + length));
  }

  /**
   * A number that stands for the id without making a text: the id where it is a number, else one made of its
   * characters, which few other ids have too; 0 when the venue told none.
   */
  idMark(index: number): number {
    const id = this.ids[index]!;
    if (id !== 0) return id;
    const start = index * idBytes;
    const end = start + this.#textLengths[index]!;
    let mark = 0;
    for (let i = start; i < end; i++) mark = (Math.imul(mark, 31) + this.#texts[i]!) | 0;
    return end === start ? 0 : mark || 1;
  }

  #grow(): void {
    const capacity = this.prices.length * 2;
    this.instruments = grown(this.instruments, new Int32Array(capacity));
    this.prices = grown(this.prices, new Float64Array(capacity));
    this.quantities = grown(this.quantities, new Float64Array(capacity));
    this.sides = grown(this.sides, new Int8Array(capacity));
    this.internals = grown(this.internals, new Uint8Array(capacity));
    this.times = grown(this.times, new Float64Array(capacity));
    this.ids = grown(this.ids, new Float64Array(capacity));
    this.#texts = grown(this.#texts, new Uint8Array(capacity * idBytes));
    this.#textLengths = grown(this.#textLengths, new Uint8Array(capacity));
  }
}

function grown<Column extends { set(from: Column): void }>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}

/** One trade of {@link TradeColumns}. One object is moved from trade to trade: copy what must outlive the callback. */
export class PublicTrade {
  #columns = new TradeColumns();
  #index = 0;

  /** Looks at another trade. */
  moveTo(columns: TradeColumns, index: number): this {
    this.#columns = columns;
    this.#index = index;
    return this;
  }

  get instrument(): InstrumentId {
    return this.#columns.instruments[this.#index] as InstrumentId;
  }

  /** The id where it is a whole number, else 0. */
  get numericId(): number {
    return this.#columns.ids[this.#index]!;
  }

  /** {@link TradeSnapshot.id}; makes a text. */
  get id(): string {
    return this.#columns.idText(this.#index);
  }

  /** {@link TradeSnapshot.price}. */
  get price(): number {
    return this.#columns.prices[this.#index]!;
  }

  /** {@link TradeSnapshot.quantity}. */
  get quantity(): number {
    return this.#columns.quantities[this.#index]!;
  }

  get takerSide(): TakerSide {
    return this.#columns.sides[this.#index] === 1 ? "buy" : "sell";
  }

  /** {@link TradeSnapshot.internal}. */
  get internal(): boolean {
    return this.#columns.internals[this.#index] === 1;
  }

  /** {@link TradeSnapshot.exchangeTime}. */
  get exchangeTime(): number {
    return this.#columns.times[this.#index]!;
  }

  /** {@link TradeSnapshot.receivedAt}. */
  get receivedAt(): number {
    return this.#columns.receivedAt;
  }

  /** {@link TradeSnapshot.recovered}. */
  get recovered(): boolean {
    return this.#columns.recovered;
  }

  /** A copy that stays as it is. */
  snapshot(): TradeSnapshot {
    const { instrument, id, price, quantity, takerSide, internal, exchangeTime, receivedAt, recovered } =
      this;
    return { instrument, id, price, quantity, takerSide, internal, exchangeTime, receivedAt, recovered };
  }
}
