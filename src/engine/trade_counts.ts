/**
 * Counts of what was traded where.
 * @module
 */
import type { ExchangeKey } from "../core/exchange.ts";
import type { Side } from "../core/order.ts";

/** Orders and fills of one side on one venue. */
export interface TradeCount {
  readonly exchange: ExchangeKey;
  readonly side: Side;
  orders: number;
  fills: number;
}

/** Counts orders and fills by venue and side. */
export class TradeCounts {
  readonly #counts: TradeCount[] = [];

  /** Everything counted so far; what has not happened yet is there with zeroes. */
  get all(): readonly Readonly<TradeCount>[] {
    return this.#counts;
  }

  constructor(venues: Iterable<ExchangeKey>) {
    for (const exchange of venues) {
      for (const side of ["buy", "sell"] as const) this.#counts.push({ exchange, side, orders: 0, fills: 0 });
    }
  }

  /** Fills on all venues. */
  get fills(): number {
    return this.#counts.reduce((sum, { fills }) => sum + fills, 0);
  }

  /** An order was placed. */
  countOrder(exchange: ExchangeKey, side: Side): void {
    this.#find(exchange, side).orders += 1;
  }

  /** An order was filled, wholly or in part. */
  countFill(exchange: ExchangeKey, side: Side): void {
    this.#find(exchange, side).fills += 1;
  }

  #find(exchange: ExchangeKey, side: Side): TradeCount {
    const found = this.#counts.find((count) => count.exchange === exchange && count.side === side);
    if (found === undefined) throw new RangeError(`${exchange} is no venue of this run`);
    return found;
  }
}
