/**
 * Best bids and asks by minute and by hour, and what the same pair's venues were apart: continuous aggregates where
 * TimescaleDB keeps them up to date, views of the same names and columns elsewhere.
 * @module
 */
import type { Database } from "./database.ts";
import { intervalLiteral } from "./duration.ts";

/** An aggregate of best bids and asks by time and symbol. */
export interface Aggregate {
  /** Name of the view. */
  readonly name: string;
  /** Seconds that a row covers. */
  readonly bucket: number;
  /** Key of its settings. */
  readonly settings: "minute" | "hour";
  /** Its query, written with the functions of TimescaleDB or of PostgreSQL. */
  readonly query: (functions: AggregateFunctions) => string;
}

/** What the two kinds of database write differently. */
export interface AggregateFunctions {
  /** Start of the bucket that a time is in. */
  readonly bucket: (seconds: number, time: string) => string;
  /** Value of the first row of a group by time. */
  readonly first: (value: string, time: string) => string;
  readonly last: (value: string, time: string) => string;
}

/** Functions of TimescaleDB. */
export const timescaleFunctions: AggregateFunctions = {
  bucket: (seconds, time) => `time_bucket(${intervalLiteral(seconds)}, ${time})`,
  first: (value, time) => `first(${value}, ${time})`,
  last: (value, time) => `last(${value}, ${time})`,
};

/** Functions of PostgreSQL 14 and later. */
export const plainFunctions: AggregateFunctions = {
  bucket: (seconds, time) =>
    `date_bin(${intervalLiteral(seconds)}, ${time}, timestamptz '2000-01-03 00:00:00Z')`,
  first: (value, time) => `(array_agg(${value} order by ${time}))[1]`,
  last: (value, time) => `(array_agg(${value} order by ${time} desc))[1]`,
};

const middle = "(bid_price + ask_price) / 2";
const spreadBps = "20000 * (ask_price - bid_price) / (bid_price + ask_price)";

/**
 * Both of them, each made of those before. Prices in quote per base; `open`, `high`, `low` and `close` are those of
 * the middle of bid and ask. A quote without one of the sides does not count, nor does one whose price is no price:
 * its sum with another could leave the range of doubles, and the aggregate would fail for good.
 */
export const aggregates: readonly Aggregate[] = [
  {
    name: "book_ticker_1m",
    bucket: 60,
    settings: "minute",
    query: ({ bucket, first, last }) => `
      select ${bucket(60, "received_at")} as bucket, symbol_id,
        ${first(middle, "received_at")} as open, max(${middle}) as high,
        min(${middle}) as low, ${last(middle, "received_at")} as close,
        ${last("bid_price", "received_at")} as close_bid, ${last("ask_price", "received_at")} as close_ask,
        avg(${spreadBps}) as average_spread_bps, max(${spreadBps}) as max_spread_bps, count(*) as quotes
      from book_ticker_snapshots
      where bid_price between 1e-18 and 1e18 and ask_price between 1e-18 and 1e18
      group by 1, 2`,
  },
  {
    name: "book_ticker_1h",
    bucket: 3_600,
    settings: "hour",
    query: ({ bucket, first, last }) => `
      select ${bucket(3_600, "minutes.bucket")} as bucket, symbol_id,
        ${first("open", "minutes.bucket")} as open, max(high) as high,
        min(low) as low, ${last("close", "minutes.bucket")} as close,
        ${last("close_bid", "minutes.bucket")} as close_bid, ${
      last("close_ask", "minutes.bucket")
    } as close_ask,
        sum(average_spread_bps * quotes) / sum(quotes) as average_spread_bps,
        max(max_spread_bps) as max_spread_bps, sum(quotes)::bigint as quotes
      from book_ticker_1m as minutes
      group by 1, 2`,
  },
];

/** Views of the spread between venues, by the aggregate that each is made of. */
const exchangeSpreads: Readonly<Record<string, string>> = {
  exchange_spread_1m: "book_ticker_1m",
  exchange_spread_1h: "book_ticker_1h",
};

/** Puts plain views in the place of the aggregates, unless TimescaleDB has them already. */
export async function createPlainAggregates(database: Database): Promise<void> {
  for (const { name, query } of aggregates) {
    await database.script(`create or replace view ${name} as ${query(plainFunctions)}`);
  }
}

/** Removes plain views of the aggregates, and what is made of them. */
export async function dropPlainAggregates(database: Database): Promise<void> {
  const names = [...Object.keys(exchangeSpreads), ...aggregates.map(({ name }) => name).reverse()];
  for (const name of names) await database.script(`drop view if exists ${name}`);
}

/**
 * Creates `exchange_spread_1m` and `exchange_spread_1h`: for each pair that two venues have, what selling at the one
 * was worth over buying at the other, at the end of the bucket and in basis points. Symbols whose coins are known to
 * be different ones are no pair.
 */
export async function createExchangeSpreads(database: Database): Promise<void> {
  for (const [name, aggregate] of Object.entries(exchangeSpreads)) {
    await database.script(`create or replace view ${name} as
      select buy.bucket, buy_symbol.base, buy_symbol.quote,
        buy.symbol_id as buy_symbol_id, sell.symbol_id as sell_symbol_id,
        10000 * (sell.close_bid / buy.close_ask - 1) as spread_bps,
        10000 * (sell.close / buy.close - 1) as middle_spread_bps
      from ${aggregate} buy
      join symbols buy_symbol on buy_symbol.id = buy.symbol_id
      join symbols sell_symbol on sell_symbol.base = buy_symbol.base and sell_symbol.quote = buy_symbol.quote
        and sell_symbol.exchange_id <> buy_symbol.exchange_id
        and (buy_symbol.identities = '{}' or sell_symbol.identities = '{}'
          or buy_symbol.identities && sell_symbol.identities)
      join ${aggregate} sell on sell.symbol_id = sell_symbol.id and sell.bucket = buy.bucket`);
  }
}
