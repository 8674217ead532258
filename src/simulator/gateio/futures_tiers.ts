/**
 * Risk limit tiers of the simulated contracts as Gate.io states them.
 * @module
 */
import { formatAtoms } from "../accounts/atoms.ts";
import { contractTerms, type RiskTier, riskTiers } from "../futures/contract_terms.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import { plainText } from "./futures_prices.ts";
import { rateText } from "./gate_text.ts";

/** Tiers as their endpoints answer them. */
export function tierRows(instrument: MarketInstrument): Record<string, unknown>[] {
  return riskTiers(contractTerms(instrument)).map((tier) => ({
    tier: tier.tier,
    risk_limit: formatAtoms(tier.riskLimit),
    initial_rate: rateText(tier.initialRate),
    maintenance_rate: rateText(tier.maintenanceRate),
    leverage_max: leverageText(tier),
    contract: instrument.spec.exchangeSymbol,
    deduction: formatAtoms(tier.deduction),
  }));
}

/** Largest leverage of a tier with two decimals at most. */
export function leverageText({ leverageMax }: RiskTier): string {
  return plainText(Math.floor(leverageMax * 100) / 100);
}
