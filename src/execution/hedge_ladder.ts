/**
 * What is done about base units that are bought and not sold, or sold and not bought. Pure: told the books, it names the
 * next order.
 * @module
 */
import type { Instrument } from "../core/instrument.ts";
import type { Side } from "../core/order.ts";
import type { OrderBook } from "../market/order_book.ts";

/** Settings of the ladder. */
export interface HedgeSettings {
  /** How far from the best price each attempt may go, basis points; the last one stands for all further attempts. */
  readonly bandsBps: readonly number[];
  /** Time between two attempts once the bands are used up, milliseconds. */
  readonly waitMs: number;
  /** Attempts after which the coin is reported as exposed; trying goes on, at a slow pace. */
  readonly maxAttempts: number;
}

/** An instrument that could take the exposure off. */
export interface HedgeCandidate {
  readonly instrument: Instrument;
  /** Its book if prices may be read from it now. */
  readonly book: OrderBook | undefined;
  /** Whether orders can be sent and followed there now. */
  readonly isOpen: boolean;
  /** Base units that the account can trade in the direction that is asked for. */
  readonly room: number;
  /** Base units that close a position on futures: up to here an order may only make it smaller. */
  readonly closable: number;
}

/** The next order of a ladder. */
export interface HedgeOrder {
  readonly instrument: Instrument;
  readonly side: Side;
  readonly lots: number;
  readonly priceTicks: number;
  readonly reduceOnly: boolean;
  /** Rung in words, for journal and attribution. */
  readonly why: string;
}

/** What to do next: an order, to wait because nothing can be sent now, or nothing because too little is left. */
export type HedgeStep =
  | { readonly kind: "order"; readonly order: HedgeOrder }
  | { readonly kind: "wait"; readonly why: string }
  | { readonly kind: "done" };

/** Attempts that go to the instrument on which something is missing, before others may stand in for it. */
const ownAttempts = 2;
/** Relative slack for base units that are whole lots but for rounding of doubles. */
const slack = 1e-9;

/**
 * The next step for an exposure.
 *
 * First the instrument on which something is missing is tried again, in a narrow band; then every instrument of the coin
 * may stand in, the cheapest first after fees; the band widens with each attempt. Sizes are rounded down to lots, so that
 * the exposure never changes its sign.
 *
 * @param exposure Signed base units: positive must be sold.
 * @param attempt 0, 1, 2, … of this exposure.
 * @param preferred The instrument on which something is missing; undefined when none is.
 */
export function nextHedge(
  exposure: number,
  attempt: number,
  candidates: readonly HedgeCandidate[],
  preferred: Instrument | undefined,
  settings: Pick<HedgeSettings, "bandsBps"> & {
    /** Largest value of one order, quote. */
    readonly maxNotional: number;
  },
): HedgeStep {
  if (isResidue(exposure, candidates)) return { kind: "done" };
  const side: Side = exposure > 0 ? "sell" : "buy";
  const size = Math.abs(exposure);
  const band = bandOf(attempt, settings.bandsBps);
  const orders = candidates.flatMap((candidate) =>
    hedgeOn(candidate, side, size, band, settings.maxNotional)
  );
  if (orders.length === 0) return { kind: "wait", why: obstacles(candidates, side, size) };
  const own = orders.find(({ order }) => order.instrument === preferred);
  const chosen = attempt < ownAttempts && own !== undefined ? own : cheapest(orders);
  const rung = chosen.order.instrument === preferred ? "again" : "instead";
  return {
    kind: "order",
    order: { ...chosen.order, why: `hedge ${attempt + 1}, ${rung}, within ${band} bps` },
  };
}

/** How far from the best price an attempt may go, basis points. */
export function bandOf(attempt: number, bandsBps: readonly number[]): number {
  return bandsBps[Math.min(attempt, bandsBps.length - 1)] ?? 0;
}

/**
 * Base units of the least order that a venue takes: a lot, its least size, or its least value.
 *
 * @param price Quote per base for the least value; NaN where it is not known, then size alone counts.
 */
export function leastOrder({ lot, minQuantity, minNotional, baseFactor }: Instrument, price: number): number {
  const byValue = price > 0 ? minNotional / price : 0;
  const lots = lot.ceil(Math.max(minQuantity, byValue / baseFactor) * (1 - slack));
  return lot.value(Math.max(lots, 1)) * baseFactor * (1 - slack);
}

interface RatedOrder {
  readonly order: HedgeOrder;
  /** Quote that a base unit costs more than elsewhere, or brings less: lower is better. */
  readonly cost: number;
}

function hedgeOn(
  { instrument, book, isOpen, room, closable }: HedgeCandidate,
  side: Side,
  size: number,
  bandBps: number,
  maxNotional: number,
): RatedOrder[] {
  if (!isOpen || book === undefined || !instrument.tradable) return [];
  const { tick, lot, baseFactor, takerFee } = instrument;
  const best = priceOf(book, side);
  if (!(best > 0)) return [];
  const sign = side === "buy" ? 1 : -1;
  const worst = best * (1 + (sign * bandBps) / 10_000);
  // Never beyond the band, but at least the best price itself, which is on a tick.
  const priceTicks = side === "buy" ? tick.floor(worst) : Math.max(tick.ceil(worst), 1);
  const most = Math.min(size, room, maxNotional / tick.value(priceTicks));
  const lots = lot.floor((most / baseFactor) * (1 + slack));
  // The venue judges the least value by the limit price.
  if (lots <= 0 || lot.value(lots) * baseFactor < leastOrder(instrument, tick.value(priceTicks))) return [];
  const reduceOnly = instrument.market === "perpetual" &&
    lot.value(lots) * baseFactor <= closable * (1 + slack);
  const order = { instrument, side, lots, priceTicks, reduceOnly, why: "" };
  return [{ order, cost: sign * best * (1 + sign * takerFee) }];
}

function cheapest(orders: readonly RatedOrder[]): RatedOrder {
  return orders.reduce((best, order) => order.cost < best.cost ? order : best);
}

/** Best price at which an order of this side would be filled; NaN without one. */
function priceOf(book: OrderBook | undefined, side: Side): number {
  return book === undefined ? NaN : side === "buy" ? book.asks.bestPrice : book.bids.bestPrice;
}

function obstacles(candidates: readonly HedgeCandidate[], side: Side, size: number): string {
  return candidates.map(({ instrument, book, isOpen, room }) => {
    const why = !instrument.tradable
      ? "takes no orders"
      : !isOpen
      ? "account is not live"
      : book === undefined
      ? "book is not usable"
      : room < size
      ? `room for ${room} to ${side}`
      : "too little for its least order";
    return `${instrument.exchange}: ${why}`;
  }).join("; ");
}

/**
 * Whether an exposure is little, and stays: some instruments find it too little, and at those that would take it the account
 * has nothing for it. False while anything cannot be reached.
 */
export function isTrapped(exposure: number, candidates: readonly HedgeCandidate[]): boolean {
  const side: Side = exposure > 0 ? "sell" : "buy";
  const size = Math.abs(exposure);
  const least = candidates.map(({ instrument, book }) => leastOrder(instrument, priceOf(book, side)));
  return least.some((each) => size < each) &&
    candidates.every(({ book, isOpen, room }, index) =>
      isOpen && book !== undefined && Math.min(size, room) < least[index]!
    );
}

/**
 * Whether an exposure is under the least order of every instrument: it is carried and named. Decided without regard to
 * what can be reached now.
 */
export function isResidue(exposure: number, candidates: readonly HedgeCandidate[]): boolean {
  const side: Side = exposure > 0 ? "sell" : "buy";
  const size = Math.abs(exposure);
  return !candidates.some(({ instrument, book }) => size >= leastOrder(instrument, priceOf(book, side)));
}
