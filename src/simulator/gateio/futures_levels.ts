/**
 * Levels of a Gate.io futures book as it publishes them.
 * @module
 */
import { parseAtoms } from "../accounts/atoms.ts";
import type { Side, TickLevel } from "../market/book_side.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import { gateRestErrors } from "./gate_errors.ts";
import { type Size, sizeOf, type SizeStyle } from "./futures_sizes.ts";

/** A level in REST bodies and in most pushes. */
export interface FuturesLevel {
  readonly p: string;
  readonly s: Size;
}

/** Levels as objects. */
export function futuresLevels(
  instrument: MarketInstrument,
  levels: readonly TickLevel[],
  style: SizeStyle,
): FuturesLevel[] {
  return levels.map(({ tick, lots }) => ({ p: instrument.price(tick), s: sizeOf(instrument, lots, style) }));
}

/**
 * Ticks of the aggregation that `interval` asks for; 1 for none.
 *
 * @throws {GateRestError} INVALID_PARAM_VALUE when it is not a multiple of the price step.
 */
export function aggregationOf(instrument: MarketInstrument, interval: string): number {
  if (interval === "0" || interval === "") return 1;
  const wanted = parseAtoms(interval) ?? 0n;
  const step = parseAtoms(instrument.spec.tick.format(1))!;
  if (wanted <= 0n || wanted % step !== 0n) throw gateRestErrors.badParameter("interval", interval);
  return Number(wanted / step);
}

/** The best `depth` levels of a side in steps of `stepTicks`: bids round down, asks up. */
export function aggregated(
  instrument: MarketInstrument,
  side: Side,
  depth: number,
  stepTicks: number,
): TickLevel[] {
  const book = instrument.book.side(side);
  if (stepTicks === 1) return book.top(depth);
  const round = side === "bid" ? Math.floor : Math.ceil;
  const levels: { tick: number; lots: number }[] = [];
  for (let rank = 0; rank < book.size; rank++) {
    const tick = round(book.tickAt(rank) / stepTicks) * stepTicks;
    const last = levels.at(-1);
    if (last?.tick === tick) last.lots += book.lotsAt(rank);
    else if (levels.length === depth) break;
    else levels.push({ tick, lots: book.lotsAt(rank) });
  }
  return levels;
}
