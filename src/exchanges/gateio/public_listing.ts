/**
 * What Gate.io says about its markets.
 * @module
 */
import * as v from "valibot";
import type { RiskTier } from "../../core/account.ts";
import { DecimalStep } from "../../core/decimal_step.ts";
import { exchangeByKey } from "../../core/exchange.ts";
import { type InstrumentSpec, unitStep } from "../../core/instrument.ts";
import type { ContractRules, SymbolInfo } from "../../core/symbol_info.ts";
import { decimalText, wordIn } from "../wire_schema.ts";
import { anyAmount, anySeconds, looseAmount, looseNumber, looseSeconds } from "./public_rows.ts";

/** A count of decimals that a step can have. */
const decimalCount = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(18));
/** The text of a step. One that cannot be counted with makes its contract unreadable. */
const stepText = v.pipe(decimalText, v.check(isStep, "not a usable step"));

/** A row of `/spot/currency_pairs`. */
export const currencyPairSchema = v.object({
  id: v.string(),
  base: v.string(),
  quote: v.string(),
  min_base_amount: looseAmount,
  min_quote_amount: looseAmount,
  amount_precision: decimalCount,
  precision: decimalCount,
  trade_status: v.string(),
  delisting_time: v.nullish(anySeconds, 0),
});

/** A row of `/futures/usdt/contracts`. */
export const contractSchema = v.pipe(
  v.object({
    name: v.string(),
    type: v.string(),
    quanto_multiplier: decimalText,
    order_size_min: anyAmount,
    order_size_max: looseAmount,
    order_price_round: stepText,
    order_price_deviate: looseAmount,
    orders_limit: looseAmount,
    enable_decimal: v.nullish(v.boolean(), false),
    leverage_min: looseAmount,
    leverage_max: looseAmount,
    maintenance_rate: looseAmount,
    funding_rate: looseNumber,
    funding_rate_limit: looseNumber,
    funding_interval: looseSeconds,
    funding_next_apply: looseSeconds,
    in_delisting: v.boolean(),
    status: v.nullish(v.string(), "trading"),
  }),
  // An inverse contract shows 0.
  v.check(
    ({ type, quanto_multiplier }) => type !== "direct" || isStep(quanto_multiplier),
    "quanto_multiplier is not a usable step",
  ),
);

/** A contract as the venue lists it. */
export type ContractRow = v.InferOutput<typeof contractSchema>;

/** A row of `/futures/usdt/risk_limit_tiers`. */
export const riskTierSchema = v.object({
  contract: v.string(),
  risk_limit: anyAmount,
  initial_rate: anyAmount,
  maintenance_rate: anyAmount,
  leverage_max: anyAmount,
});

const sides: Readonly<Record<string, SymbolInfo["sides"]>> = {
  tradable: "both",
  buyable: "buy",
  sellable: "sell",
};

function isStep(text: string): boolean {
  try {
    DecimalStep.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A pair with its marks. */
export function toSpotInfo(pair: v.InferOutput<typeof currencyPairSchema>): SymbolInfo {
  const side = wordIn(sides, pair.trade_status) ?? "none";
  return {
    spec: toSpotSpec(pair, side === "both"),
    online: side !== "none",
    apiOpen: true,
    sides: side,
    delisting: pair.delisting_time > 0,
    contract: undefined,
  };
}

function toSpotSpec(pair: v.InferOutput<typeof currencyPairSchema>, tradable: boolean): InstrumentSpec {
  // The pair's own `fee` is a percentage of the oldest tier; an account's fee comes from /wallet/fee.
  const { makerFee, takerFee } = exchangeByKey("GATEIO_SPOT");
  return {
    exchange: "GATEIO_SPOT",
    base: pair.base,
    quote: pair.quote,
    exchangeSymbol: pair.id,
    tick: DecimalStep.ofDecimals(pair.precision),
    lot: DecimalStep.ofDecimals(pair.amount_precision),
    contractSize: unitStep,
    minQuantity: pair.min_base_amount || 0,
    minNotional: pair.min_quote_amount || 0,
    makerFee,
    takerFee,
    tradable,
  };
}

/** A contract with its marks and rules. */
export function toContractInfo(contract: ContractRow, riskTiers: readonly RiskTier[]): SymbolInfo {
  const online = contract.status === "trading";
  const delisting = contract.in_delisting || contract.status.startsWith("delist");
  const open = online && !delisting;
  return {
    // Orders in whole contracts are filled by fractions of others there, which connections without the size header
    // cut off: what became of an order could not be told exactly.
    spec: toFuturesSpec(contract, open && !contract.enable_decimal),
    online,
    apiOpen: true,
    sides: open ? "both" : "none",
    delisting,
    contract: toRules(contract, riskTiers),
  };
}

function toRules(contract: ContractRow, riskTiers: readonly RiskTier[]): ContractRules {
  return {
    leverageMin: contract.leverage_min,
    leverageMax: contract.leverage_max,
    maintenanceRate: contract.maintenance_rate,
    fundingInterval: contract.funding_interval * 1000,
    fundingRateLimit: contract.funding_rate_limit,
    maxQuantity: contract.order_size_max,
    priceDeviation: contract.order_price_deviate,
    maxOrders: contract.orders_limit,
    decimalSizes: contract.enable_decimal,
    riskTiers,
  };
}

function toFuturesSpec(contract: ContractRow, tradable: boolean): InstrumentSpec {
  // `maker_fee_rate` and `taker_fee_rate` of a contract are not what ordinary users pay.
  const { makerFee, takerFee } = exchangeByKey("GATEIO_FUTURES");
  const [base = "", quote = ""] = contract.name.split("_");
  return {
    exchange: "GATEIO_FUTURES",
    base,
    quote,
    exchangeSymbol: contract.name,
    tick: DecimalStep.parse(contract.order_price_round),
    // Without the decimal-size header sizes are whole contracts.
    lot: unitStep,
    contractSize: DecimalStep.parse(contract.quanto_multiplier),
    // Contracts with decimal sizes show a minimum of 0 as an artefact of truncation.
    minQuantity: Math.max(1, contract.order_size_min),
    minNotional: 0,
    makerFee,
    takerFee,
    tradable,
  };
}

/** A tier. */
export function toRiskTier(row: v.InferOutput<typeof riskTierSchema>): RiskTier {
  return {
    limit: row.risk_limit,
    initialRate: row.initial_rate,
    maintenanceRate: row.maintenance_rate,
    maxLeverage: row.leverage_max,
  };
}
