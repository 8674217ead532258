/**
 * How MEXC states the rules of a symbol.
 * @module
 */
import type { InstrumentSpec } from "../../core/instrument.ts";

/** The entry of a symbol in `exchangeInfo`: every documented field, with the documented JSON types. */
export function exchangeInfoSymbol(spec: InstrumentSpec): Record<string, unknown> {
  const priceDecimals = spec.tick.decimals;
  return {
    symbol: spec.exchangeSymbol,
    status: spec.tradable ? "1" : "2",
    baseAsset: spec.base,
    baseAssetPrecision: spec.lot.decimals,
    quoteAsset: spec.quote,
    quotePrecision: priceDecimals,
    quoteAssetPrecision: priceDecimals,
    baseCommissionPrecision: spec.lot.decimals,
    quoteCommissionPrecision: priceDecimals,
    orderTypes: ["LIMIT", "MARKET", "LIMIT_MAKER"],
    isSpotTradingAllowed: spec.tradable,
    isMarginTradingAllowed: false,
    quoteAmountPrecision: String(spec.minNotional),
    baseSizePrecision: spec.lot.format(spec.lot.nearest(spec.minQuantity)),
    permissions: ["SPOT"],
    filters: [],
    maxQuoteAmount: "4000000",
    makerCommission: String(spec.makerFee),
    takerCommission: String(spec.takerFee),
    quoteAmountPrecisionMarket: String(spec.minNotional),
    maxQuoteAmountMarket: "2000000",
    fullName: spec.base,
    tradeSideType: spec.tradable ? 1 : 4,
  };
}
