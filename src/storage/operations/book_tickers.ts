/**
 * Best bids and asks that were recorded.
 * @module
 */
import type { ExchangeKey } from "../../core/exchange.ts";
import type { Row } from "../database.ts";
import type { Queryable } from "../queryable.ts";
import { checkBuckets, checkLimit, checkRange, checkTime, exchangeId, type TimeRange } from "./arguments.ts";
import { epochMs, exchangeOf, numberOf, optionalNumber, textOf, timeOf } from "./row_reader.ts";
import { expectSymbol, symbolId, type SymbolName, symbolParameters } from "./symbol_name.ts";
import { type BucketFunction, bucketOf } from "./time_buckets.ts";

/** Best bid and ask of a symbol at one moment. */
export interface QuoteRecord {
  /** Quote per base; NaN when the side was empty. */
  readonly bidPrice: number;
  /** Base units on spot, contracts on futures; NaN when the side was empty. */
  readonly bidQuantity: number;
  /** Quote per base; NaN when the side was empty. */
  readonly askPrice: number;
  /** Base units on spot, contracts on futures; NaN when the side was empty. */
  readonly askQuantity: number;
  /** The venue's time in epoch milliseconds; undefined when it sent none. */
  readonly exchangeTime: number | undefined;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
}

/** The last quote of a symbol. */
export interface LatestQuote extends QuoteRecord {
  /** Number of the symbol's row. */
  readonly symbolId: number;
  readonly exchange: ExchangeKey;
  readonly exchangeSymbol: string;
  readonly base: string;
  readonly quote: string;
}

/** Which last quotes are wanted. */
export interface LatestQuoteQuery {
  /** All venues when left out. */
  readonly exchange?: ExchangeKey;
  /**
   * Quotes received before this epoch millisecond do not count. Left out, a symbol that fell silent long ago shows its
   * last quote.
   */
  readonly sinceMs?: number;
  /** Whether the table is a hypertable: chunks before `sinceMs` are not looked at then. Default false. */
  readonly chunked?: boolean;
}

/** What the quotes of a symbol did in a stretch of time. Prices are middles of bid and ask, in quote per base. */
export interface QuoteBucket {
  /** Start of the bucket in epoch milliseconds; a whole number of buckets after the epoch. */
  readonly startMs: number;
  /** Quotes with both sides. */
  readonly quotes: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Mean of ask minus bid over the middle, basis points. */
  readonly meanSpreadBps: number;
}

const quoteColumns = `bid_price, bid_quantity, ask_price, ask_quantity,
  ${epochMs("exchange_time")} as exchange_time, ${epochMs("received_at")} as received_at`;

/**
 * The last quote of every symbol that has any, ordered by venue and pair.
 *
 * @throws {RangeError} or {ConfigError} for an argument that makes no sense.
 */
export async function latestBookTickers(
  database: Queryable,
  { exchange, sinceMs = 0, chunked = false }: LatestQuoteQuery = {},
): Promise<LatestQuote[]> {
  // Hops through the index from the last quote of a symbol to that of the next: symbols without quotes cost nothing.
  const bound = chunked ? `received_at >= ${timeOf(2)}` : "true";
  const columns = "symbol_id, bid_price, bid_quantity, ask_price, ask_quantity, exchange_time, received_at";
  const rows = await database.query(
    `with recursive last as (
      (select ${columns} from book_ticker_snapshots where ${bound}
        order by symbol_id desc, received_at desc limit 1)
      union all
      select next.* from last cross join lateral (
        select ${columns} from book_ticker_snapshots where symbol_id < last.symbol_id and ${bound}
        order by symbol_id desc, received_at desc limit 1
      ) as next
    )
    select symbols.id, symbols.exchange_id, symbols.exchange_symbol, symbols.base, symbols.quote, ${quoteColumns}
    from last join symbols on symbols.id = last.symbol_id
    where ($1::smallint is null or symbols.exchange_id = $1::smallint) and last.received_at >= ${timeOf(2)}
    order by symbols.exchange_id, symbols.base, symbols.quote`,
    [exchangeId(exchange), checkTime("sinceMs", sinceMs)],
  );
  return rows.map((row) => ({
    symbolId: numberOf(row, "id"),
    exchange: exchangeOf(row, "exchange_id"),
    exchangeSymbol: textOf(row, "exchange_symbol"),
    base: textOf(row, "base"),
    quote: textOf(row, "quote"),
    ...quoteOf(row),
  }));
}

/**
 * The quotes of a symbol in a range, oldest first. When there are more than the limit, the last ones of the range.
 *
 * @param limit 1,000 when left out, at most 100,000.
 * @throws {RangeError} or {ConfigError} for an argument that makes no sense or a symbol that does not exist.
 */
export async function bookTickerHistory(
  database: Queryable,
  symbol: SymbolName,
  range: TimeRange,
  limit?: number,
): Promise<QuoteRecord[]> {
  checkRange(range);
  const rows = await database.query(
    `select ${quoteColumns} from book_ticker_snapshots
    where symbol_id = ${symbolId} and received_at >= ${timeOf(3)} and received_at < ${timeOf(4)}
    order by book_ticker_snapshots.received_at desc limit $5::integer`,
    [...symbolParameters(symbol), range.fromMs, range.toMs, checkLimit(limit)],
  );
  if (rows.length === 0) await expectSymbol(database, symbol);
  return rows.map(quoteOf).reverse();
}

/**
 * The quotes of a symbol in a range, summed up per bucket, oldest first. Buckets without a quote of both sides are
 * left out; the first and the last one hold only what lies in the range.
 *
 * @param bucketMs Length of a bucket in milliseconds.
 * @throws {RangeError} or {ConfigError} for an argument that makes no sense or a symbol that does not exist.
 */
export async function bookTickerBuckets(
  database: Queryable,
  bucketFunction: BucketFunction,
  symbol: SymbolName,
  range: TimeRange,
  bucketMs: number,
): Promise<QuoteBucket[]> {
  checkRange(range);
  const rows = await database.query(
    `select ${
      epochMs("bucket")
    } as start, count(*)::float8 as quotes, max(middle) as high, min(middle) as low,
      (array_agg(middle order by received_at))[1] as open,
      (array_agg(middle order by received_at desc))[1] as close,
      avg((ask_price - bid_price) / middle * 10000) as spread
    from (
      select ${bucketOf(bucketFunction, 5, "received_at")} as bucket, received_at, bid_price, ask_price,
        (bid_price + ask_price) / 2 as middle
      from book_ticker_snapshots
      where symbol_id = ${symbolId} and received_at >= ${timeOf(3)} and received_at < ${timeOf(4)}
        and bid_price is not null and ask_price is not null
    ) as quotes group by bucket order by bucket`,
    [...symbolParameters(symbol), range.fromMs, range.toMs, checkBuckets(range, bucketMs)],
  );
  if (rows.length === 0) await expectSymbol(database, symbol);
  return rows.map((row) => ({
    startMs: numberOf(row, "start"),
    quotes: numberOf(row, "quotes"),
    open: numberOf(row, "open"),
    high: numberOf(row, "high"),
    low: numberOf(row, "low"),
    close: numberOf(row, "close"),
    meanSpreadBps: numberOf(row, "spread"),
  }));
}

function quoteOf(row: Row): QuoteRecord {
  return {
    bidPrice: numberOf(row, "bid_price"),
    bidQuantity: numberOf(row, "bid_quantity"),
    askPrice: numberOf(row, "ask_price"),
    askQuantity: numberOf(row, "ask_quantity"),
    exchangeTime: optionalNumber(row, "exchange_time"),
    receivedAt: numberOf(row, "received_at"),
  };
}
