/**
 * The price at which positions are valued.
 * @module
 */
import type { MarketInstrument } from "../market/market_instrument.ts";

/** Farthest that the mark price is from the index, as a ratio. */
export const markBand = 0.005;

/**
 * Mark price of a contract in ticks: the middle of the crowd's best bid and ask, held within 0.5 % of the index, to
 * the nearest tick. Quotes of users do not count, so they cannot move it; trades of users move it as far as they
 * move the crowd, within the band. Without a crowd it is the index. UNCONFIRMED: Gate.io's own formula
 * (`mark_type` index) also smooths the basis; it publishes no more than that it follows index and basis.
 */
export function markTick({ spec, crowd, indexPrice }: MarketInstrument): number {
  const middle = (crowd.bids.tickAt(0) + crowd.asks.tickAt(0)) / 2;
  const index = indexPrice / spec.tick.size;
  const held = Number.isNaN(middle)
    ? index
    : Math.min(index * (1 + markBand), Math.max(index * (1 - markBand), middle));
  return Math.max(1, Math.round(held));
}

/** {@link markTick} in quote. */
export function markPrice(instrument: MarketInstrument): number {
  return instrument.spec.tick.value(markTick(instrument));
}
