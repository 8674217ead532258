/**
 * Symbols that are listed and yet closed to programs.
 * @module
 */
import type { InstrumentSpec } from "../../core/instrument.ts";

/**
 * The specs with those marked as not tradable that are not among the symbols open to a key.
 *
 * @param symbols What MEXC lets the key trade.
 */
export function markClosedSymbols<Spec extends InstrumentSpec>(
  specs: readonly Spec[],
  symbols: ReadonlySet<string>,
): Spec[] {
  return specs.map((spec) => symbols.has(spec.exchangeSymbol) ? spec : { ...spec, tradable: false });
}
