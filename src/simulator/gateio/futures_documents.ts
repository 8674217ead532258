/**
 * Bodies that the Gate.io futures endpoints answer with.
 * @module
 */
import type { TickLevel } from "../market/book_side.ts";
import type { FundingSchedule } from "../market/funding.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import { percentText } from "./spot_documents.ts";

/** Seconds with milliseconds as a JSON number. */
export function floatSeconds(epochMs: number): number {
  return epochMs / 1000;
}

/**
 * A size as the JSON whole number that clients get without the decimal header; a fraction is cut off.
 */
export function wholeContracts(instrument: MarketInstrument, lots: number): number {
  return Math.trunc(instrument.spec.lot.value(lots));
}

/** Levels of a futures book. */
export function futuresLevels(
  instrument: MarketInstrument,
  levels: readonly TickLevel[],
): { p: string; s: number }[] {
  return levels.map(({ tick, lots }) => ({
    p: instrument.price(tick),
    s: wholeContracts(instrument, lots),
  }));
}

/** Text of a price that need not be on the tick grid, rounded to it. */
function rounded(instrument: MarketInstrument, price: number): string {
  return instrument.price(instrument.spec.tick.nearest(price));
}

function fundingFields(funding: FundingSchedule, nowMs: number): Record<string, unknown> {
  const next = funding.nextSettlement(nowMs);
  const rate = funding.indicative(nowMs);
  return {
    funding_rate: rate,
    funding_rate_indicative: rate,
    funding_interval: funding.intervalSeconds,
    funding_offset: 0,
    funding_next_apply: next,
  };
}

/** What is the same for every contract of the simulation. The fees are defaults that no ordinary user pays. */
const contractTerms = {
  type: "direct",
  order_size_max: 12_000_000,
  order_price_deviate: "0.03",
  orders_limit: 100,
  leverage_min: "1",
  leverage_max: "50",
  cross_leverage_default: "10",
  maintenance_rate: "0.01",
  risk_limit_base: "1000000",
  risk_limit_step: "1000000",
  risk_limit_max: "8000000",
  mark_type: "index",
  funding_impact_value: "60000",
  maker_fee_rate: "-0.0001",
  taker_fee_rate: "0.00075",
  ref_discount_rate: "0",
  ref_rebate_rate: "0.2",
  trade_id: 0,
  long_users: 191,
  short_users: 157,
  config_change_time: 1_782_119_113,
  create_time: 1_546_905_600,
  launch_time: 1_546_905_600,
  in_delisting: false,
  delisting_time: 0,
  delisted_time: 0,
  enable_bonus: true,
  enable_credit: true,
  voucher_leverage: "0",
  is_pre_market: false,
  enable_circuit_breaker: false,
  market_order_slip_ratio: "0.05",
  market_order_size_max: "300000",
  contract_type: "",
};

/** A Contract. */
export function contract(
  instrument: MarketInstrument,
  funding: FundingSchedule,
  nowMs: number,
): Record<string, unknown> {
  const { spec, statistics, book } = instrument;
  return {
    name: spec.exchangeSymbol,
    ...contractTerms,
    quanto_multiplier: spec.contractSize.format(1),
    order_size_min: Math.max(1, Math.trunc(spec.minQuantity)),
    enable_decimal: spec.lot.decimals > 0,
    order_price_round: spec.tick.format(1),
    mark_price_round: spec.tick.format(1),
    last_price: instrument.price(statistics.lastTick),
    mark_price: rounded(instrument, instrument.mid),
    index_price: rounded(instrument, instrument.indexPrice),
    ...fundingFields(funding, nowMs),
    funding_cap_ratio: String(funding.terms.capRatio),
    funding_rate_limit: String(funding.terms.rateLimit),
    interest_rate: String(funding.terms.interestRate),
    trade_size: wholeContracts(instrument, statistics.volumeLots),
    position_size: wholeContracts(instrument, statistics.volumeLots),
    orderbook_id: book.version,
    status: spec.tradable ? "trading" : "delisting",
  };
}

/** The fields that the REST ticker and the pushed ticker share. */
export function futuresTicker(
  instrument: MarketInstrument,
  funding: FundingSchedule,
  nowMs: number,
): Record<string, unknown> {
  const { spec, statistics } = instrument;
  const volume = String(wholeContracts(instrument, statistics.volumeLots));
  const quote = String(Math.round(statistics.quoteVolume));
  return {
    contract: spec.exchangeSymbol,
    last: instrument.price(statistics.lastTick),
    change_percentage: percentText(statistics.change),
    change_price: spec.tick.format(statistics.changeTicks),
    total_size: volume,
    volume_24h: volume,
    volume_24h_base: String(Math.round(statistics.baseVolume)),
    volume_24h_quote: quote,
    volume_24h_settle: quote,
    mark_price: rounded(instrument, instrument.mid),
    ...fundingFields(funding, nowMs),
    index_price: rounded(instrument, instrument.indexPrice),
    quanto_base_rate: "",
    low_24h: instrument.price(statistics.lowTick),
    high_24h: instrument.price(statistics.highTick),
  };
}
