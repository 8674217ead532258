/**
 * An account with money, as execution sees it.
 * @module
 */
import type { FundingPayment, NetworkStatus, PositionReport, TransferRecord } from "../core/account.ts";
import type { BalanceSnapshot } from "../core/balance.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Fill } from "../core/fill.ts";
import type { Instrument } from "../core/instrument.ts";
import type { OrderAck, OrderReference, OrderReport, OrderRequest, Outcome } from "../core/order_request.ts";
import type { CompositePrivateExchange } from "../exchanges/interfaces/composite_private_exchange.ts";
import { CompositePrivateFuturesExchange } from "../exchanges/interfaces/composite_private_futures.ts";
import { CompositePrivateSpotExchange } from "../exchanges/interfaces/composite_private_spot.ts";
import type { AccountQueries } from "../exchanges/interfaces/private_rest.ts";
import type { AccountChannels } from "../exchanges/private_session.ts";
import type { TradingVenue } from "../execution/trading_venue.ts";
import type { VenueAccess } from "./venue_access.ts";

/** What a venue may add to the time after which an order is refused: its clock's error, and the way. */
const validityMarginMs = 1_000;

/** A private composite with what is known of its clock and of the life of its orders. */
export class LiveVenue implements TradingVenue {
  readonly exchange: ExchangeKey;
  readonly orderValidityMs: number;
  /** Futures only. */
  readonly positions?: () => Promise<PositionReport[]>;
  /** Futures only. */
  readonly fundingPayments?: (instrument: Instrument, sinceMs: number) => Promise<FundingPayment[]>;
  /** Spot only. */
  readonly transfers?: (sinceMs: number) => Promise<TransferRecord[]>;
  /** Spot only: how these coins can be moved. */
  readonly networks?: (coins: readonly string[]) => Promise<NetworkStatus[]>;
  /** Gate.io only. */
  readonly keepAlive?: (timeoutSeconds: number) => Promise<Outcome<void>>;
  readonly orderRoom?: (instrument: Instrument, most: number) => number;
  readonly #access: VenueAccess;
  readonly #composite: CompositePrivateExchange<AccountQueries>;

  /**
   * @param orderTimeoutMs Time after which the venue itself refuses an order that comes late.
   * @param orderRoom How many orders in an instrument could be sent now, at most so many.
   */
  constructor(
    access: VenueAccess,
    orderTimeoutMs: number,
    orderRoom?: (instrument: Instrument, most: number) => number,
  ) {
    if (orderRoom !== undefined) this.orderRoom = orderRoom;
    this.exchange = access.exchange;
    this.orderValidityMs = orderTimeoutMs + validityMarginMs;
    this.#access = access;
    const { composite } = access;
    this.#composite = composite;
    if (composite instanceof CompositePrivateFuturesExchange) {
      this.positions = () => composite.positions();
      this.fundingPayments = (instrument, sinceMs) => composite.fundingPayments(instrument, sinceMs);
    }
    if (composite instanceof CompositePrivateSpotExchange) {
      this.transfers = (sinceMs) => composite.transfers(sinceMs);
      this.networks = (coins) => composite.networks(coins);
    }
    const rest = access.rest(access.instruments);
    if ("keepAlive" in rest) this.keepAlive = (timeoutSeconds) => rest.keepAlive(timeoutSeconds);
  }

  get isLive(): boolean {
    return this.#composite.isLive;
  }

  get clockErrorMs(): number {
    return this.#access.time.figures()?.uncertaintyMs ?? Infinity;
  }

  /** The venue's time as near as it is known, epoch milliseconds. */
  get timeMs(): number {
    return this.#access.time.estimate.epochMs();
  }

  bind<Channel extends keyof AccountChannels>(channel: Channel, handler: AccountChannels[Channel]): void {
    this.#composite.bind(channel, handler);
  }

  start(): void {
    this.#access.start();
  }

  stop(): void {
    this.#access.stop();
  }

  place(request: OrderRequest): Promise<Outcome<OrderAck>> {
    return this.#composite.place(request);
  }

  cancel(order: OrderReference): Promise<Outcome<OrderAck>> {
    return this.#composite.cancel(order);
  }

  cancelAll(instrument: Instrument): Promise<Outcome<OrderAck[]>> {
    return this.#composite.cancelAll(instrument);
  }

  openOrders(instrument?: Instrument): Promise<OrderReport[]> {
    return this.#composite.openOrders(instrument);
  }

  order(order: OrderReference): Promise<OrderReport | undefined> {
    return this.#composite.order(order);
  }

  fills(instrument: Instrument, sinceMs: number): Promise<Fill[]> {
    return this.#composite.fills(instrument, sinceMs);
  }

  balances(): Promise<BalanceSnapshot[]> {
    return this.#composite.balances();
  }
}
