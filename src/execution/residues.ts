/**
 * What is left unhedged of each coin.
 * @module
 */
import type { Instrument, InstrumentTable } from "../core/instrument.ts";
import type { Pair } from "./executor.ts";
import { leastOrder } from "./hedge_ladder.ts";
import type { OrderFlow } from "./order_flow.ts";

/** What is left unhedged of a coin. */
export interface Residue extends Pair {
  /** Signed base units. */
  readonly quantity: number;
  /** Least order of the coin in base units: less is carried and named. */
  readonly leastOrder: number;
}

/**
 * Coins of which something is unhedged.
 *
 * @param fairPrice Quote per base; NaN where it is not known.
 */
export function residuesOf(
  { all }: InstrumentTable,
  flow: Pick<OrderFlow, "exposure">,
  fairPrice: (instrument: Instrument) => number,
): Residue[] {
  const pairs = new Map(all.map(({ base, quote }) => [`${base}/${quote}`, { base, quote }]));
  return [...pairs.values()].flatMap(({ base, quote }) => {
    const quantity = flow.exposure(base, quote);
    if (quantity === 0) return [];
    const alike = all.filter((each) => each.base === base && each.quote === quote);
    const least = Math.min(...alike.map((instrument) => leastOrder(instrument, fairPrice(instrument))));
    return [{ base, quote, quantity, leastOrder: least }];
  });
}
