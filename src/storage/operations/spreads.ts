/**
 * Price differences of a pair between venues over time.
 * @module
 */
import type { ExchangeKey } from "../../core/exchange.ts";
import type { Queryable } from "../queryable.ts";
import { checkBuckets, checkName, checkRange, type Pair, type TimeRange } from "./arguments.ts";
import { epochMs, exchangeOf, numberOf, timeOf } from "./row_reader.ts";
import { type BucketFunction, bucketOf } from "./time_buckets.ts";

/** What buying on one venue and selling on another would have been at the end of a bucket, before fees. */
export interface SpreadRecord {
  /** Start of the bucket in epoch milliseconds; a whole number of buckets after the epoch. */
  readonly startMs: number;
  readonly buyExchange: ExchangeKey;
  readonly sellExchange: ExchangeKey;
  /** Last ask of the bucket where is bought, quote per base. */
  readonly ask: number;
  /** Last bid of the bucket where is sold, quote per base. */
  readonly bid: number;
  /** Bid minus ask over the ask, basis points; negative when it would have been a loss. */
  readonly spreadBps: number;
}

/**
 * Spreads between every two venues that list the pair, in both directions, from the last quote of each venue in each
 * bucket; oldest first. A bucket in which a venue was silent or its side was empty has no spread with it.
 *
 * @param bucketMs Length of a bucket in milliseconds.
 * @throws {RangeError} for an argument that makes no sense.
 */
export async function spreadHistory(
  database: Queryable,
  bucketFunction: BucketFunction,
  { base, quote }: Pair,
  range: TimeRange,
  bucketMs: number,
): Promise<SpreadRecord[]> {
  checkRange(range);
  checkName("base", base);
  checkName("quote", quote);
  // One look into the index per bucket and venue, however many quotes a bucket has.
  const rows = await database.query(
    `with quotes as materialized (
      select starts.bucket, symbols.exchange_id, last.bid_price, last.ask_price
      from generate_series(
        ${bucketOf(bucketFunction, 5, timeOf(3))}, ${timeOf(4)} - interval '1 microsecond',
        make_interval(secs => $5::float8 / 1000)
      ) as starts (bucket)
      cross join symbols cross join lateral (
        select bid_price, ask_price from book_ticker_snapshots
        where symbol_id = symbols.id and received_at >= greatest(starts.bucket, ${timeOf(3)})
          and received_at < least(starts.bucket + make_interval(secs => $5::float8 / 1000), ${timeOf(4)})
        order by symbol_id desc, received_at desc limit 1
      ) as last
      where symbols.base = $1 and symbols.quote = $2
    )
    select ${epochMs("buy.bucket")} as start, buy.exchange_id as buy, sell.exchange_id as sell,
      buy.ask_price as ask, sell.bid_price as bid,
      (sell.bid_price - buy.ask_price) / buy.ask_price * 10000 as spread
    from quotes as buy join quotes as sell on sell.bucket = buy.bucket and sell.exchange_id <> buy.exchange_id
    where buy.ask_price is not null and sell.bid_price is not null
    order by buy.bucket, buy.exchange_id, sell.exchange_id`,
    [base, quote, range.fromMs, range.toMs, checkBuckets(range, bucketMs)],
  );
  return rows.map((row) => ({
    startMs: numberOf(row, "start"),
    buyExchange: exchangeOf(row, "buy"),
    sellExchange: exchangeOf(row, "sell"),
    ask: numberOf(row, "ask"),
    bid: numberOf(row, "bid"),
    spreadBps: numberOf(row, "spread"),
  }));
}
