/**
 * Balances that were recorded. A snapshot of an account is all rows of a venue with the same time: a coin that is not
 * in the latest one is not held any more.
 * @module
 */
import type { BalanceSnapshot } from "../../core/balance.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { Row } from "../database.ts";
import type { Queryable } from "../queryable.ts";
import {
  checkLimit,
  checkName,
  checkRange,
  exchangeId,
  modeOf,
  ofMode,
  type TimeRange,
} from "./arguments.ts";
import { epochMs, exchangeOf, numberOf, textOf, timeOf } from "./row_reader.ts";

/** A balance with nothing left out. Amounts are in units of the coin. */
export type BalanceRecord = Required<BalanceSnapshot>;

/** Which balances of the past are wanted. */
export interface BalanceHistoryQuery {
  readonly exchange: ExchangeKey;
  readonly range: TimeRange;
  /** All coins when left out. */
  readonly coin?: string;
  /** Mode of the runs, such as `live`; all when left out. */
  readonly mode?: string;
  /** Most rows; 1,000 when left out. */
  readonly limit?: number;
}

/** How much of a coin is bound. Amounts are in units of the coin. */
export interface Utilisation {
  readonly exchange: ExchangeKey;
  readonly coin: string;
  /** Available, locked and frozen. */
  readonly total: number;
  /** Locked and frozen. */
  readonly bound: number;
  /** Bound of the total, 0 to 1. */
  readonly share: number;
}

const balanceColumns = `exchange_id, coin, available, locked, frozen, borrowing, interest,
  ${epochMs("taken_at")} as taken`;

/**
 * Balances of a venue in a range, oldest first. When there are more than the limit, the last ones of the range.
 *
 * @throws {RangeError} or {ConfigError} for an argument that makes no sense.
 */
export async function balanceHistory(
  database: Queryable,
  { exchange, range, coin, mode, limit }: BalanceHistoryQuery,
): Promise<BalanceRecord[]> {
  checkRange(range);
  const one = coin === undefined ? [] : [checkName("coin", coin)];
  const rows = await database.query(
    `select ${balanceColumns} from balance_snapshots
    where exchange_id = $1::smallint and taken_at >= ${timeOf(2)} and taken_at < ${timeOf(3)}
      and ($5::text is null or ${ofMode("run_id", 5)}) ${one.length === 0 ? "" : "and coin = $6"}
    order by taken_at desc, coin desc limit $4::integer`,
    [exchangeId(exchange), range.fromMs, range.toMs, checkLimit(limit), modeOf(mode), ...one],
  );
  return rows.map(balanceOf).reverse();
}

/**
 * The latest snapshot of every venue, ordered by venue and coin.
 *
 * @param exchange All venues when left out.
 * @param mode Mode of the runs, such as `live`; all when left out: an account on paper may be the latest then.
 */
export async function latestBalances(
  database: Queryable,
  exchange?: ExchangeKey,
  mode?: string,
): Promise<BalanceRecord[]> {
  const wanted = `($2::text is null or ${ofMode("run_id", 2)})`;
  const rows = await database.query(
    `select balance_snapshots.* from exchanges cross join lateral (
      select taken_at from balance_snapshots
      where exchange_id = exchanges.id and ${wanted} order by exchange_id desc, taken_at desc limit 1
    ) as last cross join lateral (
      select ${balanceColumns} from balance_snapshots
      where exchange_id = exchanges.id and taken_at = last.taken_at and ${wanted}
    ) as balance_snapshots
    where $1::smallint is null or exchanges.id = $1::smallint
    order by exchange_id, coin`,
    [exchangeId(exchange), modeOf(mode)],
  );
  return rows.map(balanceOf);
}

/** The balances of the latest snapshots that are not nothing: something is held or owed. */
export async function activeBalances(
  database: Queryable,
  exchange?: ExchangeKey,
  mode?: string,
): Promise<BalanceRecord[]> {
  return (await latestBalances(database, exchange, mode)).filter((balance) =>
    balance.available !== 0 || balance.locked !== 0 || balance.frozen !== 0 || balance.borrowing !== 0 ||
    balance.interest !== 0
  );
}

/** How much of each coin that is held is bound, from the latest snapshots. */
export async function balanceUtilisation(
  database: Queryable,
  exchange?: ExchangeKey,
  mode?: string,
): Promise<Utilisation[]> {
  return (await latestBalances(database, exchange, mode)).flatMap(utilisationOf);
}

function utilisationOf({ exchange, coin, available, locked, frozen }: BalanceRecord): Utilisation[] {
  const bound = locked + frozen;
  const total = available + bound;
  return total > 0 ? [{ exchange, coin, total, bound, share: bound / total }] : [];
}

function balanceOf(row: Row): BalanceRecord {
  return {
    exchange: exchangeOf(row, "exchange_id"),
    coin: textOf(row, "coin"),
    available: numberOf(row, "available"),
    locked: numberOf(row, "locked"),
    frozen: numberOf(row, "frozen"),
    borrowing: numberOf(row, "borrowing"),
    interest: numberOf(row, "interest"),
    time: numberOf(row, "taken"),
  };
}
