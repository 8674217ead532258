/**
 * What execution needs of an account. A venue's private composite has it, and so has an account on paper.
 * @module
 */
import type { FundingPayment, PositionReport, TransferRecord } from "../core/account.ts";
import type { BalanceSnapshot } from "../core/balance.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Fill } from "../core/fill.ts";
import type { Instrument } from "../core/instrument.ts";
import type { OrderAck, OrderReference, OrderReport, OrderRequest, Outcome } from "../core/order_request.ts";
import type { AccountChannels } from "../exchanges/private_session.ts";

/** Trading and account of one venue, real or on paper. */
export interface TradingVenue {
  readonly exchange: ExchangeKey;
  /** Whether everything that has happened was told. */
  readonly isLive: boolean;
  /**
   * Longest time from the sending of an order until it is in the book or never will be, milliseconds. Before that an
   * answer that there is no such order says nothing.
   */
  readonly orderValidityMs: number;
  /** The true time of the venue is at most so far from what is taken for it, milliseconds; Infinity when unknown. */
  readonly clockErrorMs: number;
  /** Sets the handler of a channel; the last one set counts. */
  bind<Channel extends keyof AccountChannels>(channel: Channel, handler: AccountChannels[Channel]): void;
  /** Connects. */
  start(): void;
  /** Ends it for good. */
  stop(): void;
  /** Places an order. Never throws for an outcome. */
  place(request: OrderRequest): Promise<Outcome<OrderAck>>;
  cancel(order: OrderReference): Promise<Outcome<OrderAck>>;
  cancelAll(instrument: Instrument): Promise<Outcome<OrderAck[]>>;
  openOrders(instrument?: Instrument): Promise<OrderReport[]>;
  /** The order, or undefined when the venue states that it does not exist. */
  order(order: OrderReference): Promise<OrderReport | undefined>;
  /** Fills from this epoch millisecond on, oldest first. */
  fills(instrument: Instrument, sinceMs: number): Promise<Fill[]>;
  balances(): Promise<BalanceSnapshot[]>;
  /** Spot only, where the venue tells them: deposits and withdrawals from this epoch millisecond on. */
  transfers?(sinceMs: number): Promise<TransferRecord[]>;
  /** Futures only. */
  positions?(): Promise<PositionReport[]>;
  /** Futures only: from this epoch millisecond on. */
  fundingPayments?(instrument: Instrument, sinceMs: number): Promise<FundingPayment[]>;
  /**
   * How many orders in an instrument could be sent at this moment without waiting for the venue's limits, at most `most`.
   * Left out where there is no limit.
   */
  orderRoom?(instrument: Instrument, most: number): number;
  /** The dead-man switch, where there is one: all orders are cancelled unless this is called again in time; 0 ends it. */
  keepAlive?(timeoutSeconds: number): Promise<Outcome<void>>;
}
