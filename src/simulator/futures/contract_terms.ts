/**
 * What contracts say about orders, leverage and risk.
 * @module
 */
import { applyRate, type Atoms, oneCoin, rateOf } from "../accounts/atoms.ts";
import { defaultFundingTerms } from "../market/funding.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";

/** Rules of one contract. Ratios, not percent. */
export interface ContractTerms {
  /** `order_size_min` and `order_size_max` in contracts. */
  readonly orderSizeMin: number;
  readonly orderSizeMax: number;
  /** `market_order_size_max` in contracts. */
  readonly marketOrderSizeMax: number;
  /** `order_price_deviate`: how far the price of an order may be from the mark price. */
  readonly orderPriceDeviate: number;
  /** `market_order_slip_ratio`: how much worse than the mark price a market order may trade. */
  readonly marketOrderSlipRatio: number;
  /** `orders_limit`: most open orders of a user in the contract. */
  readonly ordersLimit: number;
  readonly leverageMin: number;
  /** `leverage_max`: of the lowest tier. */
  readonly leverageMax: number;
  /** `cross_leverage_default`: leverage of a position that nobody set, with shared margin. */
  readonly crossLeverageDefault: number;
  /** `maintenance_rate`: of the lowest tier. */
  readonly maintenanceRate: number;
  /** Position values in the settlement coin: of the lowest tier, what each further one adds, of the highest. */
  readonly riskLimitBase: number;
  readonly riskLimitStep: number;
  readonly riskLimitMax: number;
}

/** What applies to positions up to a value. */
export interface RiskTier {
  /** Number from 1. */
  readonly tier: number;
  /** Largest position value in the settlement coin. */
  readonly riskLimit: Atoms;
  /** 1 / {@link RiskTier.leverageMax}. */
  readonly initialRate: number;
  readonly maintenanceRate: number;
  readonly leverageMax: number;
  /** What the maintenance margin is less than value times rate, so that it has no steps between tiers. */
  readonly deduction: Atoms;
}

const chosen = new WeakMap<MarketInstrument, Partial<ContractTerms>>();
const known = new WeakMap<MarketInstrument, ContractTerms>();
const ladders = new WeakMap<ContractTerms, readonly RiskTier[]>();

/** Sets rules of a contract where they differ from the defaults. Before anybody trades it. */
export function setContractTerms(instrument: MarketInstrument, terms: Partial<ContractTerms>): void {
  chosen.set(instrument, { ...chosen.get(instrument), ...terms });
  known.delete(instrument);
}

/** The rules of a contract. Leverage and maintenance rate are those from which its funding limit is made. */
export function contractTerms(instrument: MarketInstrument): ContractTerms {
  const terms = known.get(instrument);
  if (terms !== undefined) return terms;
  const { leverageMax, maintenanceRate } = instrument.funding?.terms ?? defaultFundingTerms;
  const made: ContractTerms = {
    orderSizeMin: instrument.spec.minQuantity,
    orderSizeMax: 12_000_000,
    marketOrderSizeMax: 300_000,
    orderPriceDeviate: 0.03,
    marketOrderSlipRatio: 0.05,
    ordersLimit: 100,
    leverageMin: 1,
    leverageMax,
    crossLeverageDefault: Math.min(10, leverageMax),
    maintenanceRate,
    riskLimitBase: 1_000_000,
    riskLimitStep: 1_000_000,
    riskLimitMax: 8_000_000,
    ...chosen.get(instrument),
  };
  known.set(instrument, made);
  return made;
}

/**
 * The tiers of a contract, lowest first. Tier n allows 1/n of the leverage and asks for (1 + (n - 1)/2) of the
 * maintenance rate (invented: Gate.io states a table for each contract); the deduction of a tier is that of the
 * one before plus its limit times the difference of the rates.
 */
export function riskTiers(terms: ContractTerms): readonly RiskTier[] {
  let tiers = ladders.get(terms);
  if (tiers === undefined) {
    tiers = makeTiers(terms);
    ladders.set(terms, tiers);
  }
  return tiers;
}

/** The lowest tier that allows a position value; the highest for values beyond it. */
export function tierOf(terms: ContractTerms, value: Atoms): RiskTier {
  const tiers = riskTiers(terms);
  return tiers.find((tier) => value <= tier.riskLimit) ?? tiers[tiers.length - 1]!;
}

function makeTiers(terms: ContractTerms): RiskTier[] {
  const { riskLimitBase, riskLimitStep, riskLimitMax, leverageMax, maintenanceRate } = terms;
  const tiers: RiskTier[] = [];
  for (let limit = riskLimitBase; limit <= riskLimitMax; limit += riskLimitStep) {
    const before = tiers[tiers.length - 1];
    const tier = tiers.length + 1;
    const rate = maintenanceRate * (1 + (tier - 1) / 2);
    const growth = before === undefined ? 0n : rateOf(rate) - rateOf(before.maintenanceRate);
    tiers.push({
      tier,
      riskLimit: BigInt(limit) * oneCoin,
      initialRate: tier / leverageMax,
      maintenanceRate: rate,
      leverageMax: leverageMax / tier,
      deduction: before === undefined ? 0n : before.deduction + applyRate(before.riskLimit, growth),
    });
  }
  return tiers;
}
