/**
 * What must be true of an account on paper, counted in whole ticks and lots beside it.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { ExchangeKey } from "../../../../src/core/exchange.ts";
import type { Fill } from "../../../../src/core/fill.ts";
import type { OrderReport, OrderRequest } from "../../../../src/core/order_request.ts";

/** Lots per price in ticks. */
export type SideLots = ReadonlyMap<number, number>;

/** Both sides of a book. */
export interface TruthBook {
  readonly bids: SideLots;
  readonly asks: SideLots;
}

interface KnownOrder {
  readonly request: OrderRequest;
  filled: number;
  reported: number;
  isOpen: boolean;
  isEnded: boolean;
  /** While it rests: lots that it had before that, */
  before: number;
  /** that were ahead of it and have not left since without a trade, */
  ahead: number;
  /** that were traded at its price, */
  touched: number;
  /** and that were traded beyond it, or that the book offered to it. */
  passed: number;
}

/** Steps of HYPE in the test instruments, fees in millionths: written down once more. */
const terms: Readonly<Record<ExchangeKey, { base: number; value: number; taker: number; maker: number }>> = {
  MEXC_SPOT: { base: 0.01, value: 1e-5, taker: 500, maker: 0 },
  GATEIO_SPOT: { base: 0.01, value: 1e-5, taker: 2000, maker: 2000 },
  GATEIO_FUTURES: { base: 0.1, value: 1e-4, taker: 500, maker: 200 },
};

/** Follows what is sent, shown and traded, and holds every fill and report to it. */
export class PaperTruth {
  readonly orders = new Map<string, KnownOrder>();
  /** Lots bought less lots sold. */
  lots = 0;
  /** Ticks times lots, paid for what was bought and received for what was sold. */
  value = 0;
  /** Millionths of lots, */
  feeLots = 0;
  /** millionths of ticks times lots. */
  feeValue = 0;
  #book: TruthBook = { bids: new Map(), asks: new Map() };
  /** Lots taken per level since it last showed another quantity. */
  readonly #taken = { bids: new Map<number, number>(), asks: new Map<number, number>() };
  readonly #tradeIds = new Set<string>();

  /** @param isPrompt Whether everything is told before the next thing happens, so that books can be compared. */
  constructor(private readonly exchange: ExchangeKey, private readonly isPrompt: boolean) {}

  /** An order is sent. */
  sent(request: OrderRequest): void {
    const counts = { filled: 0, reported: 0, before: 0, ahead: 0, touched: 0, passed: 0 };
    this.orders.set(request.clientOrderId, { request, ...counts, isOpen: false, isEnded: false });
  }

  /** The book shows other levels. */
  showed(book: TruthBook): void {
    for (const side of ["bids", "asks"] as const) {
      for (const ticks of this.#taken[side].keys()) {
        if (book[side].get(ticks) !== this.#book[side].get(ticks)) this.#taken[side].delete(ticks);
      }
    }
    for (const order of this.#resting()) this.#offer(order, book);
    this.#book = book;
  }

  /** Somebody traded. */
  traded(takerSide: "buy" | "sell", ticks: number, lots: number): void {
    for (const order of this.#resting()) {
      const { side, priceTicks } = order.request;
      if (side === takerSide) continue;
      if (priceTicks === ticks) order.touched += lots;
      else if (side === "buy" ? priceTicks > ticks : priceTicks < ticks) order.passed += lots;
    }
  }

  /** A fill was told. Returns its lots. */
  fill(fill: Fill): number {
    const order = this.orders.get(fill.clientOrderId)!;
    const { side, priceTicks, type, reduceOnly } = order.request;
    assert(!this.#tradeIds.has(fill.tradeId), "a trade id came twice");
    this.#tradeIds.add(fill.tradeId);
    const ticks = Math.round(fill.price * 1000);
    const lots = Math.round(fill.quantity / terms[this.exchange].base);
    assert(lots > 0);
    assertNear(fill.price, ticks / 1000);
    assertNear(fill.quantity, lots * terms[this.exchange].base);
    if (type !== "market") assert(side === "buy" ? ticks <= priceTicks : ticks >= priceTicks);
    if (reduceOnly) assert(side === "buy" ? this.lots <= -lots : this.lots >= lots, "reduce-only opened");
    order.filled += lots;
    this.#count(fill, ticks, lots);
    if (fill.liquidity === "taker") this.#take(side, ticks, lots);
    else {
      assertEquals(ticks, priceTicks);
      const due = order.passed + Math.max(0, order.touched - order.ahead);
      if (this.isPrompt) assert(order.isOpen && order.filled - order.before <= due, "filled before its turn");
    }
    return lots;
  }

  /** A report was told. */
  report(report: OrderReport): void {
    const order = this.orders.get(report.clientOrderId)!;
    assert(report.filledLots >= order.reported, "an order lost a fill");
    assert(!order.isEnded, "an order was reported after its end");
    assertEquals(report.filledLots, order.filled);
    assert(report.filledLots <= report.lots);
    const isOpen = report.status === "open" || report.status === "partially-filled";
    if (!order.isOpen && isOpen) this.#rests(order);
    order.reported = report.filledLots;
    order.isOpen = isOpen;
    order.isEnded = !isOpen;
    if (report.filledLots === report.lots) assertEquals(report.status, "filled");
    else if (report.filledLots > 0) assert(report.status.startsWith("partially"));
    else assert(report.status === "open" || report.status === "cancelled");
  }

  /** Base units bought less those sold, fees taken off. */
  get base(): number {
    return (this.lots - this.feeLots / 1e6) * terms[this.exchange].base;
  }

  /** Quote received less that paid, fees taken off. */
  get quote(): number {
    return (this.value - this.feeValue / 1e6) * terms[this.exchange].value;
  }

  #resting(): KnownOrder[] {
    return [...this.orders.values()].filter(({ isOpen }) => isOpen);
  }

  #rests(order: KnownOrder): void {
    const { side, priceTicks } = order.request;
    order.before = order.filled;
    order.ahead = (side === "buy" ? this.#book.bids : this.#book.asks).get(priceTicks) ?? 0;
  }

  /** What leaves the order's level may have been ahead; what the other side adds at its price may be for it. */
  #offer(order: KnownOrder, next: TruthBook): void {
    const { side, priceTicks } = order.request;
    const [own, theirs] = side === "buy" ? ["bids", "asks"] as const : ["asks", "bids"] as const;
    const gone = (this.#book[own].get(priceTicks) ?? 0) - (next[own].get(priceTicks) ?? 0);
    order.ahead = Math.max(0, order.ahead - Math.max(0, gone));
    for (const [ticks, lots] of next[theirs]) {
      const isAccepted = side === "buy" ? ticks <= priceTicks : ticks >= priceTicks;
      if (isAccepted) order.passed += Math.max(0, lots - (this.#book[theirs].get(ticks) ?? 0));
    }
  }

  #take(side: "buy" | "sell", ticks: number, lots: number): void {
    if (!this.isPrompt) return;
    const book = side === "buy" ? "asks" : "bids";
    const taken = (this.#taken[book].get(ticks) ?? 0) + lots;
    this.#taken[book].set(ticks, taken);
    const shown = this.#book[book].get(ticks) ?? 0;
    assert(taken <= shown, `${taken} of ${shown} lots were taken at ${ticks}`);
  }

  #count(fill: Fill, ticks: number, lots: number): void {
    const { value: unit, base, maker, taker } = terms[this.exchange];
    const rate = fill.liquidity === "maker" ? maker : taker;
    const sign = fill.side === "buy" ? 1 : -1;
    this.lots += sign * lots;
    this.value -= sign * ticks * lots;
    assertNear(fill.notional, ticks * lots * unit);
    assertNear(fill.feeQuote, ticks * lots * unit * rate / 1e6);
    const isInBase = this.exchange === "GATEIO_SPOT" && fill.side === "buy";
    assertEquals(fill.feeCoin, isInBase ? "HYPE" : "USDT");
    assertNear(fill.fee, isInBase ? lots * base * rate / 1e6 : ticks * lots * unit * rate / 1e6);
    if (isInBase) this.feeLots += lots * rate;
    else this.feeValue += ticks * lots * rate;
  }
}

/** Holds a figure to another up to the rounding of doubles. */
export function assertNear(actual: number, expected: number): void {
  const error = Math.abs(actual - expected);
  assert(error <= 1e-9 * Math.max(1, Math.abs(expected)), `${actual} is not ${expected}`);
}
