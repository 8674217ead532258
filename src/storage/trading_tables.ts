/**
 * Tables of what the program does and holds.
 * @module
 */
import type { BalanceSnapshot } from "../core/balance.ts";
import { exchangeByKey } from "../core/exchange.ts";
import type { Fill } from "../core/fill.ts";
import type { InstrumentId } from "../core/instrument.ts";
import type { ArbitrageOpportunity, Execution } from "../core/opportunity.ts";
import type { OrderStatus, OrderType, Side, TimeInForce } from "../core/order.ts";
import { noneIfZero, type Table } from "./table.ts";

/** A fill and whether it was only simulated. */
export interface FillRow {
  readonly fill: Fill;
  readonly paper: boolean;
}

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
    { name: "spread_bps", kind: "double", of: (row) => row.spreadBps ?? NaN },
    { name: "duration_ms", kind: "double", of: (row) => row.endedAt - row.startedAt },
  ],
  texts: [
    { name: "end_reason", kind: "text", of: (row) => row.endReason },
    { name: "decision", kind: "text", of: (row) => row.decision ?? "" },
    { name: "rejected_by", kind: "text", of: (row) => row.rejectedBy ?? "" },
  ],
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
    { name: "seen_at", kind: "time", of: (row) => row.attribution?.seenAt ?? NaN },
    { name: "decided_at", kind: "time", of: (row) => row.attribution?.decidedAt ?? NaN },
    { name: "sent_at", kind: "time", of: (row) => row.attribution?.sentAt ?? NaN },
    { name: "acknowledged_at", kind: "time", of: (row) => row.attribution?.acknowledgedAt ?? NaN },
    { name: "filled_at", kind: "time", of: (row) => row.attribution?.filledAt ?? NaN },
    { name: "hedged_at", kind: "time", of: (row) => row.attribution?.hedgedAt ?? NaN },
    { name: "ended_at", kind: "time", of: (row) => row.attribution?.endedAt ?? NaN },
    { name: "orders", kind: "integer", of: (row) => row.attribution?.orders ?? NaN },
    { name: "wanted_quantity", kind: "double", of: (row) => row.attribution?.wanted ?? NaN },
    { name: "missed_quantity", kind: "double", of: (row) => row.attribution?.missed ?? NaN },
    { name: "hedged_quantity", kind: "double", of: (row) => row.attribution?.hedgedQuantity ?? NaN },
    { name: "residue_quantity", kind: "double", of: (row) => row.attribution?.residue ?? NaN },
    { name: "expected_quote", kind: "double", of: (row) => row.attribution?.expectedQuote ?? NaN },
    { name: "profit_quote", kind: "double", of: (row) => row.attribution?.profitQuote ?? NaN },
    { name: "expected_fees", kind: "double", of: (row) => row.attribution?.expectedFees ?? NaN },
    { name: "charged_fees", kind: "double", of: (row) => row.attribution?.chargedFees ?? NaN },
  ],
  texts: [
    { name: "purpose", kind: "text", of: (row) => row.purpose },
    { name: "strategy", kind: "text", of: (row) => row.attribution?.strategy ?? "" },
    { name: "outcome", kind: "text", of: (row) => row.attribution?.outcome ?? "" },
    { name: "reason", kind: "text", of: (row) => row.attribution?.reason ?? "" },
  ],
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

/** The latest state of one of the program's own orders, in units of people. */
export interface OrderRow {
  readonly instrument: InstrumentId;
  readonly clientOrderId: string;
  /** The venue's id; empty until it has given one. */
  readonly orderId: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly status: OrderStatus;
  readonly reduceOnly: boolean;
  readonly paper: boolean;
  /** Quote per base; NaN for a market order. */
  readonly price: number;
  /** Base units. */
  readonly quantity: number;
  /** Base units. */
  readonly filledQuantity: number;
  /** Quote per base; NaN before the first fill. */
  readonly averagePrice: number;
  /** Epoch milliseconds. Never changes: it identifies the order together with its client order id. */
  readonly createdAt: number;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
}

/** The program's own orders: a later state replaces an earlier one. */
export const orderTable: Table<OrderRow> = {
  name: "orders",
  ofRun: true,
  key: ["client_order_id", "created_at"],
  numbers: [
    { name: "symbol_id", kind: "symbol", of: (row) => row.instrument },
    { name: "reduce_only", kind: "boolean", of: (row) => (row.reduceOnly ? 1 : 0) },
    { name: "paper", kind: "boolean", of: (row) => (row.paper ? 1 : 0) },
    { name: "price", kind: "double", of: (row) => row.price },
    { name: "quantity", kind: "double", of: (row) => row.quantity },
    { name: "filled_quantity", kind: "double", of: (row) => row.filledQuantity },
    { name: "average_price", kind: "double", of: (row) => row.averagePrice },
    { name: "created_at", kind: "time", of: (row) => row.createdAt },
    { name: "updated_at", kind: "time", of: (row) => row.updatedAt },
  ],
  texts: [
    { name: "client_order_id", kind: "text", of: (row) => row.clientOrderId },
    { name: "order_id", kind: "text", of: (row) => row.orderId },
    { name: "side", kind: "text", of: (row) => row.side },
    { name: "type", kind: "text", of: (row) => row.type },
    { name: "time_in_force", kind: "text", of: (row) => row.timeInForce },
    { name: "status", kind: "text", of: (row) => row.status },
  ],
};

/** A position at one moment, in units of people. NaN for what is not known. */
export interface PositionRow {
  readonly instrument: InstrumentId;
  readonly side: "single" | "long" | "short";
  readonly paper: boolean;
  /** Base units; positive long. */
  readonly quantity: number;
  /** Quote per base; NaN when flat. */
  readonly entryPrice: number;
  readonly markPrice: number;
  readonly liquidationPrice: number;
  readonly leverage: number;
  /** Quote. */
  readonly margin: number;
  readonly realisedPnl: number;
  readonly unrealisedPnl: number;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** Positions as they were. */
export const positionTable: Table<PositionRow> = {
  name: "positions",
  ofRun: true,
  key: [],
  numbers: [
    { name: "symbol_id", kind: "symbol", of: (row) => row.instrument },
    { name: "paper", kind: "boolean", of: (row) => (row.paper ? 1 : 0) },
    { name: "quantity", kind: "double", of: (row) => row.quantity },
    { name: "entry_price", kind: "double", of: (row) => row.entryPrice },
    { name: "mark_price", kind: "double", of: (row) => row.markPrice },
    { name: "liquidation_price", kind: "double", of: (row) => row.liquidationPrice },
    { name: "leverage", kind: "double", of: (row) => row.leverage },
    { name: "margin", kind: "double", of: (row) => row.margin },
    { name: "realised_pnl", kind: "double", of: (row) => row.realisedPnl },
    { name: "unrealised_pnl", kind: "double", of: (row) => row.unrealisedPnl },
    { name: "taken_at", kind: "time", of: (row) => row.time },
  ],
  texts: [{ name: "side", kind: "text", of: (row) => row.side }],
};

/** What accounts hold. */
export const balanceTable: Table<BalanceSnapshot> = {
  name: "balance_snapshots",
  ofRun: true,
  key: [],
  numbers: [
    { name: "exchange_id", kind: "integer", of: (row) => exchangeByKey(row.exchange).id },
    { name: "available", kind: "double", of: (row) => row.available },
    { name: "locked", kind: "double", of: (row) => row.locked },
    { name: "frozen", kind: "double", of: (row) => row.frozen ?? 0 },
    { name: "borrowing", kind: "double", of: (row) => row.borrowing ?? 0 },
    { name: "interest", kind: "double", of: (row) => row.interest ?? 0 },
    { name: "taken_at", kind: "time", of: (row) => row.time },
  ],
  texts: [{ name: "coin", kind: "text", of: (row) => row.coin }],
};
