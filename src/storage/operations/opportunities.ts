/**
 * Price differences that were found.
 * @module
 */
import type { ExchangeKey } from "../../core/exchange.ts";
import type { Queryable } from "../queryable.ts";
import {
  checkFinite,
  checkLimit,
  checkName,
  checkRange,
  ofMode,
  type Pair,
  type TimeRange,
} from "./arguments.ts";
import { epochMs, exchangeOf, numberOf, textOf, timeOf, wordOf } from "./row_reader.ts";

/** Which opportunities are wanted. */
export interface OpportunityQuery {
  /** When they began. */
  readonly range: TimeRange;
  /** Least edge at its peak after taker fees, basis points of the amount bought; any when left out. */
  readonly minEdgeBps?: number;
  /** The pair that was bought; any when left out. */
  readonly pair?: Pair;
  /** Mode of the runs, such as `live`; all when left out. */
  readonly mode?: string;
  /** Most rows; 1,000 when left out. */
  readonly limit?: number;
}

/** An opportunity from its first to its last moment. */
export interface OpportunityRecord {
  /** Number of the run's row. */
  readonly runId: number;
  /** Counts from 1 within a run. */
  readonly id: number;
  readonly base: string;
  readonly quote: string;
  readonly buyExchange: ExchangeKey;
  readonly buySymbol: string;
  readonly sellExchange: ExchangeKey;
  readonly sellSymbol: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds. */
  readonly endedAt: number;
  /** Milliseconds. */
  readonly durationMs: number;
  readonly endReason: "closed" | "unusable" | "stopped";
  /** Bid over ask before fees, basis points; NaN when it was not recorded. */
  readonly spreadBps: number;
  /** After taker fees, basis points of the amount bought. */
  readonly peakEdgeBps: number;
  /** Base units. */
  readonly peakQuantity: number;
  /** Quote, after taker fees. */
  readonly peakProfit: number;
  /** How often it was traded. */
  readonly executions: number;
  /** Why it was taken or not; empty when that was not recorded. */
  readonly decision: string;
}

const inRange = `o.started_at >= ${timeOf(1)} and o.started_at < ${timeOf(2)}`;
const aboveEdge = "o.peak_edge_bps >= $4::float8";
const order = "order by o.started_at desc, o.run_id desc, o.id desc limit $3::integer";

function newest(conditions: readonly string[]): string {
  return `select o.* from arbitrage_opportunities as o where ${conditions.join(" and ")} ${order}`;
}

/** The same for each symbol of the pair by itself, through the index of symbols, and then of all of them. */
function newestOfPair(base: number, quote: number, conditions: readonly string[]): string {
  const own = newest(["o.buy_symbol_id = bought.id", ...conditions]);
  return `select o.* from symbols as bought cross join lateral (${own}) as o
    where bought.base = $${base} and bought.quote = $${quote} ${order}`;
}

/** Opportunities over a threshold up to which it counts as a rare one. */
const rare = 2_000;

/**
 * Edges have long tails, which the planner misjudges. So it is counted how rare the threshold is: few are found by
 * their edge and then sorted by time, of many the newest are found by going back in time.
 */
function newestAbove(conditions: readonly string[]): string {
  return `with edges as materialized (
    select 1 from arbitrage_opportunities as o where ${aboveEdge} order by o.peak_edge_bps desc limit ${
    rare + 1
  }
  ), threshold as materialized (select count(*) <= ${rare} as is_rare from edges)
  select o.* from (
    (select o.* from (
      select o.* from arbitrage_opportunities as o where ${conditions.join(" and ")}
        and (select is_rare from threshold)
      order by o.peak_edge_bps desc limit ${rare}
    ) as o ${order})
    union all
    (${newest([...conditions, "not (select is_rare from threshold)"])})
  ) as o`;
}

/**
 * Opportunities over a threshold, the latest first.
 *
 * @throws {RangeError} for an argument that makes no sense.
 */
export async function opportunitiesAbove(
  database: Queryable,
  { range, minEdgeBps, pair, mode, limit }: OpportunityQuery,
): Promise<OpportunityRecord[]> {
  checkRange(range);
  const parameters: (string | number)[] = [range.fromMs, range.toMs, checkLimit(limit)];
  const conditions = [inRange];
  if (minEdgeBps !== undefined) {
    parameters.push(checkFinite("minEdgeBps", minEdgeBps));
    conditions.push(aboveEdge);
  }
  if (mode !== undefined) conditions.push(ofMode("o.run_id", parameters.push(checkName("mode", mode))));
  let found: string;
  if (pair !== undefined) {
    const base = parameters.push(checkName("base", pair.base));
    const quote = parameters.push(checkName("quote", pair.quote));
    found = newestOfPair(base, quote, conditions);
  } else {
    found = minEdgeBps === undefined ? newest(conditions) : newestAbove(conditions);
  }
  const rows = await database.query(
    `select o.run_id, o.id, buy.base, buy.quote, buy.exchange_id as buy_exchange, buy.exchange_symbol as buy_symbol,
      sell.exchange_id as sell_exchange, sell.exchange_symbol as sell_symbol,
      ${epochMs("o.started_at")} as started, ${epochMs("o.ended_at")} as ended,
      o.duration_ms, o.end_reason, o.spread_bps, o.peak_edge_bps, o.peak_quantity, o.peak_profit, o.executions,
      o.decision
    from (${found}) as o
    join symbols as buy on buy.id = o.buy_symbol_id join symbols as sell on sell.id = o.sell_symbol_id
    order by o.started_at desc, o.run_id desc, o.id desc`,
    parameters,
  );
  return rows.map((row) => ({
    runId: numberOf(row, "run_id"),
    id: numberOf(row, "id"),
    base: textOf(row, "base"),
    quote: textOf(row, "quote"),
    buyExchange: exchangeOf(row, "buy_exchange"),
    buySymbol: textOf(row, "buy_symbol"),
    sellExchange: exchangeOf(row, "sell_exchange"),
    sellSymbol: textOf(row, "sell_symbol"),
    startedAt: numberOf(row, "started"),
    endedAt: numberOf(row, "ended"),
    durationMs: numberOf(row, "duration_ms"),
    endReason: wordOf(row, "end_reason"),
    spreadBps: numberOf(row, "spread_bps"),
    peakEdgeBps: numberOf(row, "peak_edge_bps"),
    peakQuantity: numberOf(row, "peak_quantity"),
    peakProfit: numberOf(row, "peak_profit"),
    executions: numberOf(row, "executions"),
    decision: textOf(row, "decision"),
  }));
}
