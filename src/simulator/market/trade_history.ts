/**
 * The latest trades of one instrument.
 * @module
 */
import type { MarketTrade } from "./market_trade.ts";

/** What venues publish about a trade. */
export type PublicTrade = Pick<MarketTrade, "id" | "takerSide" | "tick" | "lots" | "timeMs" | "internal">;

const numbersPerTrade = 4;
const firstTrades = 16;

/** Remembers as many trades as a request may ask for, in columns, and forgets the older ones. */
export class TradeHistory {
  readonly #capacity: number;
  /** Id, tick, lots and time of one trade after the other; the lots of a sale are negative. */
  #numbers = new Float64Array(numbersPerTrade * firstTrades);
  #count = 0;
  /** Ids of the trades that were not from the book. */
  readonly #internal = new Set<number>();
  /** Trades before the first one that was added, newest first; made when they are first asked for. */
  #past: readonly PublicTrade[] | undefined;
  readonly #makePast: () => readonly PublicTrade[];

  /**
   * @param capacity Trades that are kept at most.
   * @param makePast Trades of the time before, newest first. Default none.
   */
  constructor(capacity = 1000, makePast: () => readonly PublicTrade[] = () => []) {
    this.#capacity = capacity;
    this.#makePast = makePast;
  }

  /** Number of trades that were added and are remembered. */
  get size(): number {
    return Math.min(this.#count, this.#capacity);
  }

  /** Remembers a trade. */
  add(trade: PublicTrade): void {
    const slot = this.#count % this.#capacity * numbersPerTrade;
    if (slot >= this.#numbers.length) this.#grow();
    this.#numbers[slot] = trade.id;
    this.#numbers[slot + 1] = trade.tick;
    this.#numbers[slot + 2] = trade.takerSide === "buy" ? trade.lots : -trade.lots;
    this.#numbers[slot + 3] = trade.timeMs;
    this.#count += 1;
    if (!trade.internal) return;
    this.#internal.add(trade.id);
    if (this.#internal.size > this.#capacity) this.#internal.delete(this.#internal.values().next().value!);
  }

  /** The latest trades, newest first: at most `limit` of them. */
  latest(limit: number): PublicTrade[] {
    const wanted = Math.min(limit, this.#capacity);
    const length = Math.min(wanted, this.size);
    const trades = Array.from({ length }, (_, age) => this.#trade(this.#count - 1 - age));
    if (length === wanted) return trades;
    this.#past ??= this.#makePast();
    return [...trades, ...this.#past.slice(0, wanted - length)];
  }

  #trade(index: number): PublicTrade {
    const slot = index % this.#capacity * numbersPerTrade;
    const id = this.#numbers[slot]!;
    const lots = this.#numbers[slot + 2]!;
    return {
      id,
      takerSide: lots > 0 ? "buy" : "sell",
      tick: this.#numbers[slot + 1]!,
      lots: Math.abs(lots),
      timeMs: this.#numbers[slot + 3]!,
      ...(this.#internal.has(id) ? { internal: true } : {}),
    };
  }

  #grow(): void {
    const grown = new Float64Array(Math.min(numbersPerTrade * this.#capacity, 2 * this.#numbers.length));
    grown.set(this.#numbers);
    this.#numbers = grown;
  }
}
