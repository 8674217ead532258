/**
 * What the executions of each strategy and route came to, and why opportunities were passed.
 * @module
 */
import type { ExchangeKey } from "../../core/exchange.ts";
import { type ExecutionOutcome, executionOutcomes } from "../../core/opportunity.ts";
import type { Row } from "../database.ts";
import type { Queryable } from "../queryable.ts";
import { checkRange, modeOf, ofMode, type TimeRange } from "./arguments.ts";
import { exchangeOf, numberOf, numberOrZero, textOf, timeOf } from "./row_reader.ts";

/** What is summed up. */
export interface AttributionSummaryQuery {
  /** When they were executed, or began. */
  readonly range: TimeRange;
  /** Mode of the runs, such as `live`; all when left out. */
  readonly mode?: string;
}

/** The executions of a strategy on a route: those of opportunities, and those that belong to none, such as exits. */
export interface RouteSummary {
  /** Empty when it was not noted. */
  readonly strategy: string;
  readonly base: string;
  readonly quote: string;
  readonly buyExchange: ExchangeKey;
  readonly buySymbol: string;
  readonly sellExchange: ExchangeKey;
  readonly sellSymbol: string;
  readonly executions: number;
  /** Executions that take a position off. */
  readonly exits: number;
  /** Executions by how they ended; those of which it was not noted are in none. */
  readonly outcomes: Readonly<Record<ExecutionOutcome, number>>;
  /** Base units, of executions of which it is known. */
  readonly wantedQuantity: number;
  readonly missedQuantity: number;
  readonly hedgedQuantity: number;
  readonly residue: number;
  /** Quote: what they came to, fees off. */
  readonly profitQuote: number;
  /** Quote: what they were expected to come to, of those of which both are known. */
  readonly expectedQuote: number;
  /** Quote: profit minus expectation, of those of which both are known. */
  readonly surpriseQuote: number;
  /** Quote: fees at the known rates and fees that were charged, of executions of which both are known. */
  readonly expectedFees: number;
  readonly chargedFees: number;
  /** Charged minus expected, over expected; NaN when nothing was expected. */
  readonly feeDrift: number;
  /** Executions with a fee whose value is not known. */
  readonly unvaluedFees: number;
}

/** Opportunities that ended with the same decision. */
export interface DecisionSummary {
  /** Why they were taken or not; empty when that was not recorded. */
  readonly decision: string;
  /** Who kept them from being taken; empty when nobody did or it was not noted. */
  readonly rejectedBy: string;
  readonly opportunities: number;
  /** Of them, how many were traded at least once. */
  readonly traded: number;
  /** Sum of their profits at the peak after taker fees, quote: what was there at most. */
  readonly peakProfit: number;
}

const profit = "coalesce(e.profit_quote, e.edge_quote)";
const compared = `filter (where e.expected_quote is not null and ${profit} is not null)`;
const charged = "filter (where e.expected_fees is not null and e.charged_fees is not null)";
const counts = executionOutcomes.map((outcome) =>
  `count(*) filter (where e.outcome = '${outcome}')::float8 as ${outcome}`
);

/**
 * What the executions of each strategy and route in a range came to, ordered by strategy, pair and venues.
 *
 * @throws {RangeError} for an argument that makes no sense.
 */
export async function routeSummaries(
  database: Queryable,
  { range, mode }: AttributionSummaryQuery,
): Promise<RouteSummary[]> {
  checkRange(range);
  const rows = await database.query(
    `select e.strategy, buy.base, buy.quote, buy.exchange_id as buy_exchange, buy.exchange_symbol as buy_symbol,
      sell.exchange_id as sell_exchange, sell.exchange_symbol as sell_symbol, count(*)::float8 as executions,
      count(*) filter (where e.purpose = 'exit')::float8 as exits, ${counts.join(", ")},
      sum(e.wanted_quantity) as wanted, sum(e.missed_quantity) as missed_quantity,
      sum(e.hedged_quantity) as hedged_quantity, sum(e.residue_quantity) as residue_quantity,
      sum(${profit}) as profit, sum(e.expected_quote) ${compared} as expected,
      sum(${profit} - e.expected_quote) ${compared} as surprise,
      sum(e.expected_fees) ${charged} as expected_fees, sum(e.charged_fees) ${charged} as charged_fees,
      count(*) filter (where e.expected_fees is not null and e.charged_fees is null)::float8 as unvalued
    from executions as e
    join symbols as buy on buy.id = e.buy_symbol_id join symbols as sell on sell.id = e.sell_symbol_id
    where e.executed_at >= ${timeOf(1)} and e.executed_at < ${timeOf(2)}
      and ($3::text is null or ${ofMode("e.run_id", 3)})
    group by e.strategy, buy.id, sell.id
    order by e.strategy, buy.base, buy.quote, buy.exchange_id, sell.exchange_id`,
    [range.fromMs, range.toMs, modeOf(mode)],
  );
  return rows.map(routeSummaryOf);
}

/**
 * How many opportunities of a range ended with which decision, the most frequent first.
 *
 * @throws {RangeError} for an argument that makes no sense.
 */
export async function decisionSummaries(
  database: Queryable,
  { range, mode }: AttributionSummaryQuery,
): Promise<DecisionSummary[]> {
  checkRange(range);
  const rows = await database.query(
    `select o.decision, o.rejected_by, count(*)::float8 as opportunities,
      count(*) filter (where o.executions > 0)::float8 as traded, sum(o.peak_profit) as peak_profit
    from arbitrage_opportunities as o
    where o.started_at >= ${timeOf(1)} and o.started_at < ${timeOf(2)}
      and ($3::text is null or ${ofMode("o.run_id", 3)})
    group by o.decision, o.rejected_by order by count(*) desc, o.decision, o.rejected_by`,
    [range.fromMs, range.toMs, modeOf(mode)],
  );
  return rows.map((row) => ({
    decision: textOf(row, "decision"),
    rejectedBy: textOf(row, "rejected_by"),
    opportunities: numberOf(row, "opportunities"),
    traded: numberOf(row, "traded"),
    peakProfit: numberOrZero(row, "peak_profit"),
  }));
}

function routeSummaryOf(row: Row): RouteSummary {
  const expectedFees = numberOrZero(row, "expected_fees");
  const chargedFees = numberOrZero(row, "charged_fees");
  return {
    strategy: textOf(row, "strategy"),
    base: textOf(row, "base"),
    quote: textOf(row, "quote"),
    buyExchange: exchangeOf(row, "buy_exchange"),
    buySymbol: textOf(row, "buy_symbol"),
    sellExchange: exchangeOf(row, "sell_exchange"),
    sellSymbol: textOf(row, "sell_symbol"),
    executions: numberOf(row, "executions"),
    exits: numberOf(row, "exits"),
    outcomes: outcomesOf(row),
    wantedQuantity: numberOrZero(row, "wanted"),
    missedQuantity: numberOrZero(row, "missed_quantity"),
    hedgedQuantity: numberOrZero(row, "hedged_quantity"),
    residue: numberOrZero(row, "residue_quantity"),
    profitQuote: numberOrZero(row, "profit"),
    expectedQuote: numberOrZero(row, "expected"),
    surpriseQuote: numberOrZero(row, "surprise"),
    expectedFees,
    chargedFees,
    feeDrift: expectedFees === 0 ? NaN : (chargedFees - expectedFees) / Math.abs(expectedFees),
    unvaluedFees: numberOf(row, "unvalued"),
  };
}

function outcomesOf(row: Row): Record<ExecutionOutcome, number> {
  return {
    hedged: numberOf(row, "hedged"),
    refused: numberOf(row, "refused"),
    missed: numberOf(row, "missed"),
    flattened: numberOf(row, "flattened"),
    residue: numberOf(row, "residue"),
  };
}
