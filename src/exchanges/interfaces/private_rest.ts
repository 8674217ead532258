/**
 * What a venue's private REST clients do. They never share anything with the public ones.
 * @module
 */
import type {
  FeeRates,
  FundingPayment,
  MarginMode,
  NetworkStatus,
  PositionMode,
  PositionReport,
  RiskTier,
  TransferRecord,
} from "../../core/account.ts";
import type { BalanceSnapshot } from "../../core/balance.ts";
import type { Fill } from "../../core/fill.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { Secret } from "../../core/secret.ts";
import type {
  OrderAck,
  OrderAmendment,
  OrderReference,
  OrderReport,
  OrderRequest,
  Outcome,
} from "../../core/order_request.ts";

/** Key and secret of an account. Both are hidden from every printed form. */
export interface Credentials {
  readonly apiKey: Secret;
  readonly secretKey: Secret;
}

/** Sends orders: over REST, or over a trading WebSocket where the venue has one. Never throws for an outcome. */
export interface OrderEntry {
  place(request: OrderRequest): Promise<Outcome<OrderAck>>;
  /** Up to the venue's limit at once, all of one instrument; outcomes in the order of the requests. */
  placeBatch(requests: readonly OrderRequest[]): Promise<Outcome<OrderAck>[]>;
  /** Refused with `parameters` where the venue cannot amend. */
  amend(order: OrderReference, change: OrderAmendment): Promise<Outcome<OrderAck>>;
  cancel(order: OrderReference): Promise<Outcome<OrderAck>>;
  /** Cancels every open order of an instrument. */
  cancelAll(instrument: Instrument): Promise<Outcome<OrderAck[]>>;
}

/** Questions about a spot or futures account. Errors are those of the signed REST client. */
export interface AccountQueries {
  openOrders(instrument?: Instrument): Promise<OrderReport[]>;
  /** The order, or undefined when the venue states that it does not exist. */
  order(order: OrderReference): Promise<OrderReport | undefined>;
  /** Fills from this epoch millisecond on, oldest first, all pages. */
  fills(instrument: Instrument, sinceMs: number): Promise<Fill[]>;
  balances(): Promise<BalanceSnapshot[]>;
  fees(instrument: Instrument): Promise<FeeRates>;
}

/** A spot account. */
export interface SpotPrivateRest extends OrderEntry, AccountQueries {
  /** Whether coins can be deposited and withdrawn, per network; all coins when none are named. */
  networks(coins?: readonly string[]): Promise<NetworkStatus[]>;
  /** Deposits and withdrawals from this epoch millisecond on. */
  transfers(sinceMs: number): Promise<TransferRecord[]>;
}

/** A futures account. */
export interface FuturesPrivateRest extends OrderEntry, AccountQueries {
  positions(): Promise<PositionReport[]>;
  /** 0 for cross margin. */
  setLeverage(instrument: Instrument, leverage: number): Promise<Outcome<PositionReport[]>>;
  setMarginMode(instrument: Instrument, mode: MarginMode): Promise<Outcome<PositionReport[]>>;
  /** Signed, in the settlement coin. */
  changeMargin(
    instrument: Instrument,
    change: number,
    side?: "long" | "short",
  ): Promise<Outcome<PositionReport[]>>;
  positionMode(): Promise<PositionMode>;
  setPositionMode(mode: PositionMode): Promise<Outcome<PositionMode>>;
  riskTiers(instrument: Instrument): Promise<RiskTier[]>;
  fundingPayments(instrument: Instrument, sinceMs: number): Promise<FundingPayment[]>;
}

/** The dead-man switch, where the venue has one. */
export interface DeadManSwitch {
  /** All orders are cancelled unless this is called again within the time; 0 turns it off. */
  keepAlive(timeoutSeconds: number): Promise<Outcome<void>>;
}
