/**
 * State of what collects data.
 * @module
 */
import type { CollectorStatus } from "../../core/collector_status.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { Queryable } from "../queryable.ts";
import { checkTime, exchangeId } from "./arguments.ts";
import { epochMs, exchangeOf, numberOf, numberOrZero, textOf, timeOf, wordOf } from "./row_reader.ts";

/** Which reports are wanted. */
export interface CollectorQuery {
  /** All venues when left out. */
  readonly exchange?: ExchangeKey;
  /** Reports made before this epoch millisecond do not count; all do when left out. */
  readonly sinceMs?: number;
}

/**
 * The last report of every collector, ordered by venue and name.
 *
 * @throws {RangeError} or {ConfigError} for an argument that makes no sense.
 */
export async function latestCollectorStatus(
  database: Queryable,
  { exchange, sinceMs = 0 }: CollectorQuery = {},
): Promise<CollectorStatus[]> {
  // Hops through the index from collector to collector.
  const rows = await database.query(
    `with recursive known as (
      select id as exchange_id, null::text as collector from exchanges
      where $1::smallint is null or id = $1::smallint
      union all
      select known.exchange_id, next.collector from known cross join lateral (
        select collector from collector_status
        where exchange_id = known.exchange_id and collector > coalesce(known.collector, '')
        order by collector limit 1
      ) as next
    )
    select last.*, ${epochMs("last_message_at")} as last_message, ${epochMs("reported_at")} as reported
    from known cross join lateral (
      select * from collector_status
      where exchange_id = known.exchange_id and collector = known.collector and reported_at >= ${timeOf(2)}
      -- All columns of the index, so that no other one seems to serve as well.
      order by exchange_id desc, collector desc, reported_at desc limit 1
    ) as last
    where known.collector is not null
    order by last.exchange_id, last.collector`,
    [exchangeId(exchange), checkTime("sinceMs", sinceMs)],
  );
  return rows.map((row) => ({
    exchange: exchangeOf(row, "exchange_id"),
    collector: textOf(row, "collector"),
    state: wordOf(row, "state"),
    messages: numberOf(row, "messages"),
    errors: numberOf(row, "errors"),
    gaps: numberOf(row, "gaps"),
    reconnects: numberOf(row, "reconnects"),
    lastMessageAt: numberOrZero(row, "last_message"),
    time: numberOf(row, "reported"),
  }));
}
