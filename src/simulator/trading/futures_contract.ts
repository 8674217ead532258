/**
 * What the futures engine tells and takes, as its protocol uses it.
 * @module
 */
import type { Account } from "../accounts/account.ts";
import type { Atoms } from "../accounts/atoms.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { OrderStore } from "./order_store.ts";
import type { OrderAmendment } from "./spot_trading.ts";
import type { TradingEvents, TradingListener } from "./trading_events.ts";
import type { FinishReason, OrderTerms, VenueOrder } from "./venue_order.ts";

/** One net position per contract, or a long and a short one side by side. */
export type PositionMode = "single" | "dual";

/** Which position of a contract. */
export type PositionSlot = "single" | "dual_long" | "dual_short";

/** Orders on futures name the position that they work on in dual mode through their side and `reduceOnly`. */
export interface FuturesOrderTerms extends OrderTerms {
  /** Closes the whole position: `lots` is taken from it. */
  readonly close?: PositionSlot;
  /** How much worse than the mark price a market order may trade, as a ratio. Default: the contract's. */
  readonly slipRatio?: number;
}

/** A position. Sizes are signed lots (contracts): positive long. Amounts are in the settlement coin. */
export interface PositionView {
  readonly account: Account;
  readonly instrument: MarketInstrument;
  readonly slot: PositionSlot;
  readonly size: number;
  /** Signed value at entry; entry price = entryValue / (size · contract size). */
  readonly entryValue: Atoms;
  /** Average entry price in quote, 0 when flat. */
  readonly entryPrice: number;
  /** 0 when margin is shared across positions (cross). */
  readonly leverage: number;
  readonly crossLeverageLimit: number;
  readonly riskLimit: Atoms;
  /** Absolute value at mark price. */
  readonly value: Atoms;
  /** Margin set aside for an isolated position; initial margin for a cross one. */
  readonly margin: Atoms;
  readonly initialMargin: Atoms;
  readonly maintenanceMargin: Atoms;
  /** Price at which liquidation begins, in quote; 0 when flat. */
  readonly liquidationPrice: number;
  readonly markPrice: number;
  readonly unrealisedPnl: Atoms;
  /** Realised since the position was opened: trades + funding + fees. */
  readonly realisedPnl: Atoms;
  readonly pnlPnl: Atoms;
  readonly pnlFund: Atoms;
  /** Negative when paid. */
  readonly pnlFee: Atoms;
  /** Realised by positions closed before. */
  readonly historyPnl: Atoms;
  readonly lastClosePnl: Atoms;
  /** Open orders on it. */
  readonly pendingOrders: number;
  /** Epoch milliseconds; 0 when never opened. */
  readonly openedMs: number;
  readonly updatedMs: number;
  readonly updateId: number;
}

/** A futures account in figures, in the settlement coin. */
export interface FuturesAccountView {
  /** Cash: deposits + realised results, without unrealised ones. */
  readonly total: Atoms;
  readonly unrealisedPnl: Atoms;
  readonly positionMargin: Atoms;
  readonly orderMargin: Atoms;
  readonly available: Atoms;
  readonly mode: PositionMode;
  readonly isolatedPositionMargin: Atoms;
  readonly crossOrderMargin: Atoms;
  readonly crossInitialMargin: Atoms;
  readonly crossMaintenanceMargin: Atoms;
  readonly crossUnrealisedPnl: Atoms;
  readonly crossAvailable: Atoms;
  readonly crossMarginBalance: Atoms;
  /** Sums since the account exists: transfers, trade results, fees (negative when paid), funding. */
  readonly history: { readonly dnw: Atoms; readonly pnl: Atoms; readonly fee: Atoms; readonly fund: Atoms };
}

/** The end of a position. */
export interface PositionClose {
  readonly account: Account;
  readonly instrument: MarketInstrument;
  readonly side: "long" | "short";
  readonly pnl: Atoms;
  readonly pnlPnl: Atoms;
  readonly pnlFund: Atoms;
  readonly pnlFee: Atoms;
  /** `text` of the order that closed it. */
  readonly text: string;
  /** Largest and accumulated size in lots. */
  readonly maxSize: number;
  readonly accumSize: number;
  readonly openedMs: number;
  readonly timeMs: number;
  readonly entryPrice: number;
  readonly exitPrice: number;
}

/** A forced end of a position. */
export interface Liquidation {
  readonly account: Account;
  readonly instrument: MarketInstrument;
  /** Signed size of the position before, in lots. */
  readonly size: number;
  readonly leverage: number;
  readonly margin: Atoms;
  readonly entryPrice: number;
  readonly liquidationPrice: number;
  readonly markPrice: number;
  readonly order: VenueOrder;
  /** Price at which it was taken over, in ticks. */
  readonly fillTick: number;
  readonly timeMs: number;
}

/** Hears what happens to a futures account. */
export interface FuturesListener extends TradingListener {
  onPosition?(position: PositionView): void;
  onPositionClose?(close: PositionClose): void;
  onLiquidation?(liquidation: Liquidation): void;
}

/** Which position, and of whom. */
export interface PositionKey {
  readonly account: Account;
  readonly instrument: MarketInstrument;
  readonly slot: PositionSlot;
}

/** The futures engine. All methods throw `Refusal` with the reason when something is not allowed. */
export interface FuturesEngine {
  readonly events: TradingEvents<FuturesListener>;
  store(account: Account): OrderStore;
  place(account: Account, terms: FuturesOrderTerms): VenueOrder;
  cancel(order: VenueOrder, reason?: FinishReason): void;
  amend(order: VenueOrder, amendment: OrderAmendment): void;
  feeRate(account: Account, instrument: MarketInstrument, role: "maker" | "taker"): number;
  view(account: Account): FuturesAccountView;
  /** All positions that exist, flat ones included when they were held once. */
  positions(account: Account): PositionView[];
  /** A position; undefined when it was never held and never configured. */
  position(key: PositionKey): PositionView | undefined;
  mode(account: Account): PositionMode;
  /** position-exists, orders-pending. */
  setMode(account: Account, mode: PositionMode): void;
  /** 0 = cross. leverage-too-high, leverage-too-low, would-liquidate. */
  setLeverage(key: PositionKey, leverage: number, crossLimit?: number): PositionView;
  setMarginMode(key: PositionKey, mode: "isolated" | "cross"): PositionView;
  /** cross-margin, margin-too-low, insufficient-balance, position-empty. */
  changeMargin(key: PositionKey, change: Atoms): PositionView;
  setRiskLimit(key: PositionKey, limit: Atoms): PositionView;
  /** Mark price of a contract in quote. */
  markPrice(instrument: MarketInstrument): number;
  closes(account: Account): readonly PositionClose[];
  liquidations(account: Account): readonly Liquidation[];
  /** Liquidations of everybody, latest last, bounded. */
  readonly publicLiquidations: readonly Liquidation[];
}
