/**
 * Limits of a currency pair beyond its steps.
 * @module
 */
import { type Atoms, parseAtoms } from "../accounts/atoms.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";

/** Sizes that an order must keep to. */
export interface PairRules {
  /** Smallest amount in base. */
  readonly minBase: string;
  /** Smallest and largest value in quote. */
  readonly minQuote: string;
  readonly maxQuote: string;
  /** Largest market sale in base. */
  readonly marketMaxBase: string;
  /** Largest market purchase in quote. */
  readonly marketMaxQuote: string;
  /** How far a market order may go from the best price, as a ratio. */
  readonly slippage: string;
}

const known = new WeakMap<MarketInstrument, PairRules>();

/** The rules of a pair; they stay as they were when first asked for. */
export function pairRules(instrument: MarketInstrument): PairRules {
  let rules = known.get(instrument);
  if (rules === undefined) {
    const { spec, statistics } = instrument;
    const price = spec.tick.value(statistics.lastTick);
    const marketMaxQuote = 1_000_000;
    rules = {
      minBase: spec.lot.format(spec.lot.ceil(spec.minQuantity)),
      minQuote: String(spec.minNotional),
      maxQuote: "5000000",
      // What the largest purchase buys, as a power of ten: 100 BTC at the prices of 2026.
      marketMaxBase: String(10n ** BigInt(Math.max(0, Math.ceil(Math.log10(marketMaxQuote / price))))),
      marketMaxQuote: String(marketMaxQuote),
      slippage: "0.05",
    };
    known.set(instrument, rules);
  }
  return rules;
}

/** An amount of {@link PairRules}. */
export function ruleAtoms(text: string): Atoms {
  return parseAtoms(text)!;
}
