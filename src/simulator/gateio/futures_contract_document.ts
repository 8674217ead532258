/**
 * The Contract object of Gate.io futures.
 * @module
 */
import { type ContractTerms, contractTerms } from "../futures/contract_terms.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { FuturesMarket } from "./futures_market.ts";
import { markStep, markText, plainText } from "./futures_prices.ts";
import { rateText } from "./gate_text.ts";
import { countOf, sizeOf, type SizeStyle } from "./futures_sizes.ts";

/** What is the same for every contract of the simulation. The fees are defaults that no ordinary user pays. */
const constants = {
  type: "direct",
  mark_type: "index",
  funding_impact_value: "60000",
  maker_fee_rate: "-0.0001",
  taker_fee_rate: "0.00075",
  ref_discount_rate: "0",
  ref_rebate_rate: "0.2",
  long_users: 191,
  short_users: 157,
  config_change_time: 1_782_119_113,
  create_time: 1_546_905_600,
  launch_time: 1_546_905_600,
  enable_bonus: true,
  enable_credit: true,
  voucher_leverage: "0",
  is_pre_market: false,
  enable_circuit_breaker: false,
  contract_type: "",
};

/** Rules about orders and risk. */
function termFields(terms: ContractTerms, style: SizeStyle): Record<string, unknown> {
  return {
    order_size_max: countOf(terms.orderSizeMax, style),
    order_price_deviate: rateText(terms.orderPriceDeviate),
    orders_limit: terms.ordersLimit,
    leverage_min: String(terms.leverageMin),
    leverage_max: String(terms.leverageMax),
    cross_leverage_default: String(terms.crossLeverageDefault),
    maintenance_rate: rateText(terms.maintenanceRate),
    risk_limit_base: String(terms.riskLimitBase),
    risk_limit_step: String(terms.riskLimitStep),
    risk_limit_max: String(terms.riskLimitMax),
    market_order_slip_ratio: rateText(terms.marketOrderSlipRatio),
    market_order_size_max: String(terms.marketOrderSizeMax),
  };
}

/** The funding fields that contracts and tickers share. */
export function fundingFields(market: FuturesMarket, instrument: MarketInstrument): Record<string, unknown> {
  const funding = market.funding(instrument);
  const rate = plainText(Number(funding.indicative(market.nowMs)));
  return {
    funding_rate: rate,
    funding_rate_indicative: rate,
    funding_interval: funding.intervalSeconds,
    funding_offset: 0,
    funding_next_apply: funding.nextSettlement(market.nowMs),
  };
}

function listingFields({ spec, listing }: MarketInstrument): Record<string, unknown> {
  return {
    in_delisting: listing.inDelisting,
    delisting_time: listing.delistingSeconds,
    delisted_time: listing.status === "delisted" ? listing.delistingSeconds : 0,
    status: spec.tradable ? listing.gateContractStatus : "delisting",
  };
}

/** A Contract. */
export function contractDocument(
  market: FuturesMarket,
  instrument: MarketInstrument,
  style: SizeStyle,
): Record<string, unknown> {
  const { spec, statistics, book } = instrument;
  const { terms } = market.funding(instrument);
  return {
    name: spec.exchangeSymbol,
    ...constants,
    ...termFields(contractTerms(instrument), style),
    quanto_multiplier: spec.contractSize.format(1),
    order_size_min: sizeOf(instrument, spec.lot.ceil(spec.minQuantity), style),
    enable_decimal: spec.lot.decimals > 0,
    order_price_round: spec.tick.format(1),
    mark_price_round: markStep(instrument).format(1),
    last_price: instrument.price(statistics.lastTick),
    mark_price: markText(instrument, market.mark(instrument)),
    index_price: markText(instrument, instrument.indexPrice),
    ...fundingFields(market, instrument),
    funding_cap_ratio: String(terms.capRatio),
    funding_rate_limit: String(terms.rateLimit),
    interest_rate: String(terms.interestRate),
    trade_id: instrument.trades.latest(1)[0]?.id ?? 0,
    trade_size: sizeOf(instrument, statistics.volumeLots, style),
    position_size: sizeOf(instrument, market.openLots(instrument), style),
    orderbook_id: book.version,
    ...listingFields(instrument),
  };
}
