/**
 * Funding of perpetual contracts that was recorded.
 * @module
 */
import { exchangeByKey, type ExchangeKey } from "../../core/exchange.ts";
import type { Queryable } from "../queryable.ts";
import { checkLimit, checkName, checkRange, type TimeRange } from "./arguments.ts";
import { epochMs, exchangeOf, numberOf, textOf, timeOf } from "./row_reader.ts";
import { expectSymbol, symbolId, type SymbolName, symbolParameters } from "./symbol_name.ts";

/** Funding of a contract at one moment. Longs pay shorts when the rate is positive. */
export interface FundingRecord {
  /** Rate of the next settlement as a ratio of the notional. */
  readonly rate: number;
  /** Epoch milliseconds of the next settlement. */
  readonly nextSettlement: number;
  /** Time between settlements in milliseconds. */
  readonly interval: number;
  /** Quote per base; NaN when it was not recorded. */
  readonly markPrice: number;
  /** Quote per base; NaN when it was not recorded. */
  readonly indexPrice: number;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
}

/** What the rates of a contract were in a stretch of time: ratios of the notional for one settlement. */
export interface FundingStatistics {
  readonly exchange: ExchangeKey;
  readonly exchangeSymbol: string;
  readonly base: string;
  readonly quote: string;
  /** Recorded rates; each counts the same. */
  readonly samples: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  /** Standard deviation of a sample (divided by n − 1); NaN for a single one. */
  readonly standardDeviation: number;
  /** Mean of each rate times its settlements in 365 days, without interest on interest: 0.1 is 10 % a year. */
  readonly annualised: number;
}

/** Hops through the index from contract to contract: those without rates cost nothing. */
const everyRecorded = `(select symbol_id from funding_rate_snapshots order by symbol_id limit 1)
  union all
  select next.symbol_id from recorded cross join lateral (
    select symbol_id from funding_rate_snapshots
    where symbol_id > recorded.symbol_id order by symbol_id limit 1
  ) as next`;
const oneRecorded =
  "select id as symbol_id from symbols where exchange_id = $1::smallint and exchange_symbol = $4";

/** Seconds in 365 days. */
const yearSeconds = 31_536_000;

/**
 * The funding of a contract in a range, oldest first. When there is more than the limit, the last of the range.
 *
 * @param limit 1,000 when left out, at most 100,000.
 * @throws {RangeError} or {ConfigError} for an argument that makes no sense or a symbol that does not exist.
 */
export async function fundingHistory(
  database: Queryable,
  symbol: SymbolName,
  range: TimeRange,
  limit?: number,
): Promise<FundingRecord[]> {
  checkRange(range);
  const rows = await database.query(
    `select funding_rate, funding_interval, mark_price, index_price,
      ${epochMs("funding_time")} as next, ${epochMs("received_at")} as received
    from funding_rate_snapshots
    where symbol_id = ${symbolId} and received_at >= ${timeOf(3)} and received_at < ${timeOf(4)}
    order by received_at desc limit $5::integer`,
    [...symbolParameters(symbol), range.fromMs, range.toMs, checkLimit(limit)],
  );
  if (rows.length === 0) await expectSymbol(database, symbol);
  return rows.map((row) => ({
    rate: numberOf(row, "funding_rate"),
    nextSettlement: numberOf(row, "next"),
    interval: numberOf(row, "funding_interval") * 1_000,
    markPrice: numberOf(row, "mark_price"),
    indexPrice: numberOf(row, "index_price"),
    receivedAt: numberOf(row, "received"),
  })).reverse();
}

/**
 * Statistics of the contracts of a venue in a range, ordered by pair; contracts without a rate in it are left out.
 *
 * @param exchangeSymbol One contract; all of the venue when left out, which reads every rate of the range.
 * @throws {RangeError} or {ConfigError} for an argument that makes no sense.
 */
export async function fundingStatistics(
  database: Queryable,
  exchange: ExchangeKey,
  range: TimeRange,
  exchangeSymbol?: string,
): Promise<FundingStatistics[]> {
  checkRange(range);
  const { id } = exchangeByKey(exchange);
  const one = exchangeSymbol === undefined ? [] : [checkName("exchangeSymbol", exchangeSymbol)];
  const rows = await database.query(
    `with recursive recorded as (
      ${one.length === 0 ? everyRecorded : oneRecorded}
    )
    select symbols.exchange_id, symbols.exchange_symbol, symbols.base, symbols.quote, rates.*
    from recorded join symbols on symbols.id = recorded.symbol_id cross join lateral (
      select count(*)::float8 as samples, avg(funding_rate) as mean, min(funding_rate) as least,
        max(funding_rate) as most, stddev_samp(funding_rate) as deviation,
        avg(funding_rate * ${yearSeconds} / funding_interval) as annualised
      from funding_rate_snapshots
      where symbol_id = symbols.id and received_at >= ${timeOf(2)} and received_at < ${timeOf(3)}
    ) as rates
    where symbols.exchange_id = $1::smallint and rates.samples > 0
    order by symbols.base, symbols.quote`,
    [id, range.fromMs, range.toMs, ...one],
  );
  return rows.map((row) => ({
    exchange: exchangeOf(row, "exchange_id"),
    exchangeSymbol: textOf(row, "exchange_symbol"),
    base: textOf(row, "base"),
    quote: textOf(row, "quote"),
    samples: numberOf(row, "samples"),
    mean: numberOf(row, "mean"),
    min: numberOf(row, "least"),
    max: numberOf(row, "most"),
    standardDeviation: numberOf(row, "deviation"),
    annualised: numberOf(row, "annualised"),
  }));
}
