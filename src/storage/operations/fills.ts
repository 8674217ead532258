/**
 * What the program's own trades came to.
 * @module
 */
import type { ExchangeKey, MarketKind } from "../../core/exchange.ts";
import type { Row, SqlValue } from "../database.ts";
import type { Queryable } from "../queryable.ts";
import { checkRange, exchangeId, modeOf, ofMode, type TimeRange } from "./arguments.ts";
import { exchangeOf, numberOf, numberOrZero, textOf, timeOf, wordOf } from "./row_reader.ts";

/** Which trades are summed up. */
export interface FillQuery {
  readonly range: TimeRange;
  /** Only trades that were simulated, or only real ones: they are never added up. */
  readonly paper: boolean;
  /** All venues when left out. */
  readonly exchange?: ExchangeKey;
  /** Mode of the runs, such as `demo`; all when left out. */
  readonly mode?: string;
}

/** Sums of trades. */
export interface TradeSums {
  /** Number of trades. */
  readonly fills: number;
  /** Base units. */
  readonly boughtQuantity: number;
  /** Base units. */
  readonly soldQuantity: number;
  /** Quote. */
  readonly boughtNotional: number;
  /** Quote. */
  readonly soldNotional: number;
  /** Value of all fees in quote; rebates count against them. */
  readonly feesQuote: number;
  /** Bought minus sold minus fees that were taken in the base coin, base units. */
  readonly netQuantity: number;
  /**
   * Quote: what was both bought and sold within the range, at the difference of the average prices of the range, minus
   * all fees. What was only bought or only sold is still open, and no profit yet.
   */
  readonly realisedPnl: number;
}

/** The trades of a symbol. */
export interface FillSummary extends TradeSums {
  readonly exchange: ExchangeKey;
  readonly exchangeSymbol: string;
  readonly base: string;
  readonly quote: string;
}

/** The trades of a pair: those of all spot venues together, or those of all its contracts. */
export interface PnlSummary extends TradeSums {
  readonly base: string;
  readonly quote: string;
  readonly market: MarketKind;
}

const sums = `count(*)::float8 as fills,
  sum(f.quantity) filter (where f.side = 'buy') as bought, sum(f.quantity) filter (where f.side = 'sell') as sold,
  sum(f.notional) filter (where f.side = 'buy') as paid, sum(f.notional) filter (where f.side = 'sell') as earned,
  sum(f.fee_quote) as fees, sum(f.fee) filter (where f.fee_coin = s.base) as base_fees
  from fills as f join symbols as s on s.id = f.symbol_id
  where f.filled_at >= ${timeOf(1)} and f.filled_at < ${timeOf(2)} and f.paper = $3::boolean
    and ($4::smallint is null or s.exchange_id = $4::smallint)
    and ($5::text is null or ${ofMode("f.run_id", 5)})`;

/**
 * The trades of each symbol in a range, ordered by venue and pair.
 *
 * @throws {RangeError} or {ConfigError} for an argument that makes no sense.
 */
export async function fillSummaries(database: Queryable, query: FillQuery): Promise<FillSummary[]> {
  const rows = await database.query(
    `select s.exchange_id, s.exchange_symbol, s.base, s.quote, ${sums}
    group by s.exchange_id, s.exchange_symbol, s.base, s.quote order by s.exchange_id, s.base, s.quote`,
    parametersOf(query),
  );
  return rows.map((row) => ({
    exchange: exchangeOf(row, "exchange_id"),
    exchangeSymbol: textOf(row, "exchange_symbol"),
    base: textOf(row, "base"),
    quote: textOf(row, "quote"),
    ...sumsOf(row),
  }));
}

/**
 * The trades of each pair in a range, ordered by pair: what one spot venue sold closes what another bought.
 *
 * @throws {RangeError} or {ConfigError} for an argument that makes no sense.
 */
export async function pnlSummaries(database: Queryable, query: FillQuery): Promise<PnlSummary[]> {
  const rows = await database.query(
    `select s.base, s.quote, s.market, ${sums} group by s.base, s.quote, s.market order by s.base, s.quote, s.market`,
    parametersOf(query),
  );
  return rows.map((row) => ({
    base: textOf(row, "base"),
    quote: textOf(row, "quote"),
    market: wordOf<MarketKind>(row, "market"),
    ...sumsOf(row),
  }));
}

function parametersOf({ range, paper, exchange, mode }: FillQuery): SqlValue[] {
  checkRange(range);
  return [range.fromMs, range.toMs, paper, exchangeId(exchange), modeOf(mode)];
}

function sumsOf(row: Row): TradeSums {
  const boughtQuantity = numberOrZero(row, "bought");
  const soldQuantity = numberOrZero(row, "sold");
  const boughtNotional = numberOrZero(row, "paid");
  const soldNotional = numberOrZero(row, "earned");
  const feesQuote = numberOrZero(row, "fees");
  const closed = Math.min(boughtQuantity, soldQuantity);
  const profit = closed === 0 ? 0 : closed * (soldNotional / soldQuantity - boughtNotional / boughtQuantity);
  return {
    fills: numberOf(row, "fills"),
    boughtQuantity,
    soldQuantity,
    boughtNotional,
    soldNotional,
    feesQuote,
    netQuantity: boughtQuantity - soldQuantity - numberOrZero(row, "base_fees"),
    realisedPnl: profit - feesQuote,
  };
}
