/**
 * The rules of a symbol, and how MEXC states them.
 * @module
 */
import type { InstrumentSpec } from "../../../core/instrument.ts";
import { type Atoms, parseAtoms } from "../../accounts/atoms.ts";
import type { MarketInstrument } from "../../market/market_instrument.ts";

/** Largest order values in quote, decimal text. */
const mostLimit = "4000000";
const mostMarket = "2000000";

/** Least and largest value of an order in quote. */
export interface ValueLimits {
  readonly least: Atoms;
  readonly most: Atoms;
}

/** The value limits of an order. */
export function valueLimits(spec: InstrumentSpec, kind: "limit" | "market"): ValueLimits {
  return {
    least: parseAtoms(String(spec.minNotional)) ?? 0n,
    most: parseAtoms(kind === "limit" ? mostLimit : mostMarket)!,
  };
}

/** The entry of a symbol in `exchangeInfo`: every documented field, with the documented JSON types. */
export function exchangeInfoSymbol({ spec, listing }: MarketInstrument): Record<string, unknown> {
  const priceDecimals = spec.tick.decimals;
  const open = spec.tradable && listing.open;
  return {
    symbol: spec.exchangeSymbol,
    // A symbol that programs may not trade looks online all the same.
    status: listing.mexcStatus,
    baseAsset: spec.base,
    baseAssetPrecision: spec.lot.decimals,
    quoteAsset: spec.quote,
    quotePrecision: priceDecimals,
    quoteAssetPrecision: priceDecimals,
    baseCommissionPrecision: spec.lot.decimals,
    quoteCommissionPrecision: priceDecimals,
    orderTypes: ["LIMIT", "MARKET", "LIMIT_MAKER"],
    isSpotTradingAllowed: open,
    isMarginTradingAllowed: false,
    quoteAmountPrecision: String(spec.minNotional),
    baseSizePrecision: spec.lot.format(spec.lot.nearest(spec.minQuantity)),
    permissions: ["SPOT"],
    filters: [],
    maxQuoteAmount: mostLimit,
    makerCommission: String(spec.makerFee),
    takerCommission: String(spec.takerFee),
    quoteAmountPrecisionMarket: String(spec.minNotional),
    maxQuoteAmountMarket: mostMarket,
    fullName: spec.base,
    tradeSideType: open ? 1 : 4,
  };
}
