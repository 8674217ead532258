/**
 * Lists instruments on the simulated venues.
 * @module
 */
import { DecimalStep } from "../../core/decimal_step.ts";
import { exchangeByKey, type ExchangeKey } from "../../core/exchange.ts";
import type { InstrumentSpec } from "../../core/instrument.ts";
import type { SeededRandom } from "../../core/random.ts";
import { FundingSchedule, type FundingTerms } from "./funding.ts";
import { MarketInstrument } from "./market_instrument.ts";
import { PriceHistory } from "./price_history.ts";

/** What has to be known to list an instrument. */
export interface Listing {
  readonly exchange: ExchangeKey;
  /** Base coin, upper case. */
  readonly base: string;
  /** Quote coin, upper case. Default USDT. */
  readonly quote?: string;
  /** Price step in quote per base, decimal text. */
  readonly tick: string;
  /** Size step in base units (spot) or contracts (futures), decimal text. */
  readonly lot: string;
  /** Base units per contract, decimal text; "1" on spot. */
  readonly contractSize: string;
  /** First price in quote per base. */
  readonly price: number;
  /** Whether people can trade it and programs cannot, as with some symbols of MEXC. Default false. */
  readonly closedToApi?: boolean | undefined;
  /** Epoch milliseconds at which the run begins: the past before it is invented. */
  readonly openedMs: number;
  /** Stream of the past's prices; the venues of one asset share one. Default one of its own. */
  readonly past?: SeededRandom;
  /** Standard deviation of the price change within one second, in basis points, for the past. Default 1. */
  readonly volatilityBps?: number | undefined;
  /** Typical turnover of a day in quote, for the past. Default 5 to 10 million. */
  readonly dayNotional?: number | undefined;
  /** Funding of a perpetual contract where it differs from the default. */
  readonly funding?: Partial<FundingTerms> | undefined;
}

const defaultQuote = "USDT";
/** Smallest order value in USDT. */
const minNotional: Readonly<Record<ExchangeKey, number>> = {
  MEXC_SPOT: 1,
  GATEIO_SPOT: 3,
  GATEIO_FUTURES: 0,
};
/** Book versions and trade ids begin where those of BTC were in 2026. */
const firstVersion: Readonly<Record<ExchangeKey, number>> = {
  MEXC_SPOT: 74_891_313_263,
  GATEIO_SPOT: 40_013_503_861,
  GATEIO_FUTURES: 120_900_607_897,
};
const firstTradeId = 842_235_619;

/** The venue's own name of a pair. */
export function symbolOf(exchange: ExchangeKey, base: string, quote = defaultQuote): string {
  return exchange === "MEXC_SPOT" ? `${base}${quote}` : `${base}_${quote}`;
}

/** Makes an instrument with an empty book. */
export function listInstrument(listing: Listing, random: SeededRandom): MarketInstrument {
  const { makerFee, takerFee } = exchangeByKey(listing.exchange);
  const lot = DecimalStep.parse(listing.lot);
  const spec: InstrumentSpec = {
    exchange: listing.exchange,
    base: listing.base,
    quote: listing.quote ?? defaultQuote,
    exchangeSymbol: symbolOf(listing.exchange, listing.base, listing.quote),
    tick: DecimalStep.parse(listing.tick),
    lot,
    contractSize: DecimalStep.parse(listing.contractSize),
    minQuantity: lot.size,
    minNotional: minNotional[listing.exchange],
    makerFee,
    takerFee,
    tradable: !(listing.closedToApi ?? false),
  };
  const ids = random.fork("ids");
  const { dayNotional = 5e6 * (1 + ids.uniform()) } = listing;
  const version = firstVersion[listing.exchange] + Math.floor(ids.uniform() * 1e9);
  const tradeId = firstTradeId + Math.floor(ids.uniform() * 1e6);
  const tick = spec.tick.nearest(listing.price);
  return new MarketInstrument(spec, {
    version,
    tradeId,
    tick,
    history: new PriceHistory({
      spec,
      prices: listing.past ?? random.fork("past"),
      turnovers: random.fork("turnover"),
      openedMs: listing.openedMs,
      tick,
      volatilityBps: listing.volatilityBps ?? 1,
      dayLots: Math.max(1, Math.round(dayNotional / (listing.price * lot.size * spec.contractSize.size))),
    }),
    funding: listing.exchange === "GATEIO_FUTURES"
      ? new FundingSchedule(random.fork("funding"), listing.funding)
      : undefined,
  });
}
