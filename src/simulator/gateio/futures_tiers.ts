/**
 * Risk limit tiers of the simulated contracts as Gate.io states them.
 * @module
 */
import type { MarketInstrument } from "../market/market_instrument.ts";
import { defaultFundingTerms } from "../market/funding.ts";
import { plainText, rateText } from "./futures_prices.ts";

/** Position value that a tier adds, in USDT. */
const stepLimit = 1_000_000;
const tierCount = 8;

/** What applies to positions up to a value. */
export interface RiskTier {
  /** Number from 1. */
  readonly tier: number;
  /** Largest position value in USDT. */
  readonly riskLimit: number;
  readonly initialRate: number;
  readonly maintenanceRate: number;
  readonly leverageMax: number;
  /** What the maintenance margin is smaller than value times rate, so that it has no steps. */
  readonly deduction: number;
}

/** The tiers of a contract, lowest first. */
export function riskTiers(instrument: MarketInstrument): RiskTier[] {
  const { leverageMax, maintenanceRate } = instrument.funding?.terms ?? defaultFundingTerms;
  const tiers: RiskTier[] = [];
  let deduction = 0;
  for (let tier = 1; tier <= tierCount; tier++) {
    const rate = maintenanceRate * (1 + (tier - 1) / 2);
    if (tier > 1) deduction += (tier - 1) * stepLimit * (rate - tiers.at(-1)!.maintenanceRate);
    const initialRate = tier / leverageMax;
    tiers.push({
      tier,
      riskLimit: tier * stepLimit,
      initialRate,
      maintenanceRate: rate,
      leverageMax: leverageMax / tier,
      deduction,
    });
  }
  return tiers;
}

/** The tier of a risk limit in USDT. */
export function tierOf(instrument: MarketInstrument, riskLimit: number): RiskTier {
  const tiers = riskTiers(instrument);
  return tiers.find((tier) => riskLimit <= tier.riskLimit) ?? tiers.at(-1)!;
}

/** Tiers as their endpoints answer them. */
export function tierRows(instrument: MarketInstrument): Record<string, unknown>[] {
  return riskTiers(instrument).map((tier) => ({
    tier: tier.tier,
    risk_limit: String(tier.riskLimit),
    initial_rate: rateText(tier.initialRate),
    maintenance_rate: rateText(tier.maintenanceRate),
    leverage_max: plainText(Number(tier.leverageMax.toFixed(2))),
    contract: instrument.spec.exchangeSymbol,
    deduction: rateText(tier.deduction),
  }));
}
