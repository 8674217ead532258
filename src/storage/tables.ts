/**
 * The tables that a run writes: which column takes which value of a record, in the order of the batches.
 * @module
 */
import type { BookTickerSnapshot } from "../core/book_ticker.ts";
import type { Exchange } from "../core/exchange.ts";
import type { Fill } from "../core/fill.ts";
import type { Instrument } from "../core/instrument.ts";
import type { ArbitrageOpportunity, Execution } from "../core/opportunity.ts";

/** Tables in the order in which rows of one may refer to rows of another. */
export const tableNames = [
  "exchanges",
  "symbols",
  "book_ticker_snapshots",
  "arbitrage_opportunities",
  "executions",
  "fills",
] as const;

/** Name of a table that a run writes. */
export type TableName = (typeof tableNames)[number];

/**
 * How the number of a batch becomes a value of the database; NaN always becomes null.
 * - `double`, `integer`: as it is.
 * - `time`: epoch milliseconds, kept to the microsecond.
 * - `boolean`: true unless 0.
 * - `symbol`: the run's instrument id, replaced with the id of the symbol's row.
 * - `instrument`: the run's instrument id, which the writer notes and does not store.
 */
export type NumberKind = "double" | "integer" | "time" | "boolean" | "symbol" | "instrument";

/** A column whose value travels as a double. */
export interface NumberColumn<Row> {
  readonly name: string;
  readonly kind: NumberKind;
  readonly of: (row: Row) => number;
}

/** A column whose value travels as text; `numeric` is exact decimal text. */
export interface TextColumn<Row> {
  readonly name: string;
  readonly kind: "text" | "numeric";
  readonly of: (row: Row) => string;
}

/** A table, and how a record becomes a row of it. */
export interface Table<Row> {
  readonly name: TableName;
  /** Whether its rows belong to a run; the others are shared by all runs. */
  readonly ofRun: boolean;
  /** Columns that identify a row of a shared table: a row that exists is updated. */
  readonly key: readonly string[];
  readonly numbers: readonly NumberColumn<Row>[];
  readonly texts: readonly TextColumn<Row>[];
}

/** A fill and whether it was only simulated. */
export interface FillRow {
  readonly fill: Fill;
  readonly paper: boolean;
}

/** An instrument and its venue. */
export interface SymbolRow {
  readonly exchange: Exchange;
  readonly instrument: Instrument;
}

/** The venues. */
export const exchangeTable: Table<Exchange> = {
  name: "exchanges",
  ofRun: false,
  key: ["id"],
  numbers: [
    { name: "id", kind: "integer", of: (row) => row.id },
    { name: "maker_fee", kind: "double", of: (row) => row.makerFee },
    { name: "taker_fee", kind: "double", of: (row) => row.takerFee },
  ],
  texts: [
    { name: "key", kind: "text", of: (row) => row.key },
    { name: "name", kind: "text", of: (row) => row.name },
    { name: "market", kind: "text", of: (row) => row.market },
    { name: "buy_fee_coin", kind: "text", of: (row) => row.buyFeeCoin },
  ],
};

/** The instruments, and what their venues say about them. */
export const symbolTable: Table<SymbolRow> = {
  name: "symbols",
  ofRun: false,
  key: ["exchange_id", "exchange_symbol"],
  numbers: [
    { name: "instrument", kind: "instrument", of: (row) => row.instrument.id },
    { name: "exchange_id", kind: "integer", of: (row) => row.exchange.id },
    { name: "min_quantity", kind: "double", of: (row) => row.instrument.minQuantity },
    { name: "min_notional", kind: "double", of: (row) => row.instrument.minNotional },
    { name: "maker_fee", kind: "double", of: (row) => row.instrument.makerFee },
    { name: "taker_fee", kind: "double", of: (row) => row.instrument.takerFee },
    { name: "tradable", kind: "boolean", of: (row) => (row.instrument.tradable ? 1 : 0) },
  ],
  texts: [
    { name: "exchange_symbol", kind: "text", of: (row) => row.instrument.exchangeSymbol },
    { name: "base", kind: "text", of: (row) => row.instrument.base },
    { name: "quote", kind: "text", of: (row) => row.instrument.quote },
    { name: "market", kind: "text", of: (row) => row.instrument.market },
    { name: "tick_size", kind: "numeric", of: (row) => row.instrument.tick.format(1) },
    { name: "lot_size", kind: "numeric", of: (row) => row.instrument.lot.format(1) },
    { name: "contract_size", kind: "numeric", of: (row) => row.instrument.contractSize.format(1) },
  ],
};

/** Best bids and asks. The venue's "none" is 0 for its time and version, and NaN for an empty side. */
export const bookTickerTable: Table<BookTickerSnapshot> = {
  name: "book_ticker_snapshots",
  ofRun: true,
  key: [],
  numbers: [
    { name: "symbol_id", kind: "symbol", of: (row) => row.instrument },
    { name: "bid_price", kind: "double", of: (row) => row.bidPrice },
    { name: "bid_quantity", kind: "double", of: (row) => sizeOf(row.bidPrice, row.bidQuantity) },
    { name: "ask_price", kind: "double", of: (row) => row.askPrice },
    { name: "ask_quantity", kind: "double", of: (row) => sizeOf(row.askPrice, row.askQuantity) },
    { name: "exchange_time", kind: "time", of: (row) => noneIfZero(row.exchangeTime) },
    { name: "received_at", kind: "time", of: (row) => row.receivedAt },
    { name: "update_id", kind: "integer", of: (row) => noneIfZero(row.updateId) },
  ],
  texts: [],
};

/** Opportunities that have ended. */
export const opportunityTable: Table<ArbitrageOpportunity> = {
  name: "arbitrage_opportunities",
  ofRun: true,
  key: [],
  numbers: [
    { name: "id", kind: "integer", of: (row) => row.id },
    { name: "buy_symbol_id", kind: "symbol", of: (row) => row.buy },
    { name: "sell_symbol_id", kind: "symbol", of: (row) => row.sell },
    { name: "started_at", kind: "time", of: (row) => row.startedAt },
    { name: "ended_at", kind: "time", of: (row) => row.endedAt },
    { name: "peak_edge_bps", kind: "double", of: (row) => row.peakEdgeBps },
    { name: "peak_quantity", kind: "double", of: (row) => row.peakQuantity },
    { name: "peak_profit", kind: "double", of: (row) => row.peakProfit },
    { name: "executions", kind: "integer", of: (row) => row.executions },
  ],
  texts: [{ name: "end_reason", kind: "text", of: (row) => row.endReason }],
};

/** Pairs of trades. */
export const executionTable: Table<Execution> = {
  name: "executions",
  ofRun: true,
  key: [],
  numbers: [
    { name: "id", kind: "integer", of: (row) => row.id },
    { name: "opportunity_id", kind: "integer", of: (row) => noneIfZero(row.opportunity) },
    { name: "buy_symbol_id", kind: "symbol", of: (row) => row.buy },
    { name: "sell_symbol_id", kind: "symbol", of: (row) => row.sell },
    { name: "quantity", kind: "double", of: (row) => row.quantity },
    { name: "edge_quote", kind: "double", of: (row) => row.edgeQuote },
    { name: "executed_at", kind: "time", of: (row) => row.time },
  ],
  texts: [{ name: "purpose", kind: "text", of: (row) => row.purpose }],
};

/** Trades of ours. */
export const fillTable: Table<FillRow> = {
  name: "fills",
  ofRun: true,
  key: [],
  numbers: [
    { name: "symbol_id", kind: "symbol", of: (row) => row.fill.instrument },
    { name: "price", kind: "double", of: (row) => row.fill.price },
    { name: "quantity", kind: "double", of: (row) => row.fill.quantity },
    { name: "notional", kind: "double", of: (row) => row.fill.notional },
    { name: "fee", kind: "double", of: (row) => row.fill.fee },
    { name: "fee_quote", kind: "double", of: (row) => row.fill.feeQuote },
    { name: "paper", kind: "boolean", of: (row) => (row.paper ? 1 : 0) },
    { name: "filled_at", kind: "time", of: (row) => row.fill.time },
  ],
  texts: [
    { name: "trade_id", kind: "text", of: (row) => row.fill.tradeId },
    { name: "client_order_id", kind: "text", of: (row) => row.fill.clientOrderId },
    { name: "side", kind: "text", of: (row) => row.fill.side },
    { name: "fee_coin", kind: "text", of: (row) => row.fill.feeCoin },
    { name: "liquidity", kind: "text", of: (row) => row.fill.liquidity },
  ],
};

/** What a writer needs to know about a table: everything but the record behind a row. */
export type TableLayout = Pick<Table<never>, "name" | "ofRun" | "key" | "numbers" | "texts">;

/** Every table by its name. */
export const tables: Readonly<Record<TableName, TableLayout>> = {
  exchanges: exchangeTable,
  symbols: symbolTable,
  book_ticker_snapshots: bookTickerTable,
  arbitrage_opportunities: opportunityTable,
  executions: executionTable,
  fills: fillTable,
};

function noneIfZero(value: number): number {
  return value === 0 ? NaN : value;
}

/** The size of an empty side is none, whatever the decoder left there. */
function sizeOf(price: number, quantity: number): number {
  return price !== price ? NaN : quantity;
}
