/**
 * An account with its real protocol as the desk sees it.
 * @module
 */
import type { ExchangeKey } from "../../../src/core/exchange.ts";
import type { AccountChannels } from "../../../src/exchanges/private_session.ts";
import type { CompositePrivateFuturesExchange } from "../../../src/exchanges/interfaces/composite_private_futures.ts";
import type { CompositePrivateSpotExchange } from "../../../src/exchanges/interfaces/composite_private_spot.ts";
import type { TradingVenue } from "../../../src/execution/trading_venue.ts";
import type { VenueAccess } from "../../../src/engine/venue_access.ts";

type Composite = CompositePrivateSpotExchange | CompositePrivateFuturesExchange;

/** MEXC takes an order up to five seconds after the time in its signature. */
const mexcWindowMs = 5_000;
/** Wait for room within the limits, before which nothing was signed. */
const waitMs = 250;

/** Hands everything on to the account's composite. */
export class AccountVenue implements TradingVenue {
  readonly exchange: ExchangeKey;
  readonly orderValidityMs: number;
  readonly positions?: NonNullable<TradingVenue["positions"]>;
  readonly fundingPayments?: NonNullable<TradingVenue["fundingPayments"]>;
  readonly #access: VenueAccess;
  readonly #composite: Composite;

  constructor(access: VenueAccess, orderTimeoutMs: number) {
    this.#access = access;
    const { composite, exchange } = access;
    this.#composite = composite;
    this.exchange = exchange;
    this.orderValidityMs = (exchange === "MEXC_SPOT" ? mexcWindowMs : orderTimeoutMs) + waitMs;
    if (!("positions" in composite)) return;
    this.positions = () => composite.positions();
    this.fundingPayments = (instrument, sinceMs) => composite.fundingPayments(instrument, sinceMs);
  }

  get isLive(): boolean {
    return this.#composite.isLive;
  }

  get clockErrorMs(): number {
    return this.#access.time.figures()?.uncertaintyMs ?? Infinity;
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

  place: TradingVenue["place"] = (request) => this.#composite.place(request);
  cancel: TradingVenue["cancel"] = (order) => this.#composite.cancel(order);
  cancelAll: TradingVenue["cancelAll"] = (instrument) => this.#composite.cancelAll(instrument);
  openOrders: TradingVenue["openOrders"] = (instrument) => this.#composite.openOrders(instrument);
  order: TradingVenue["order"] = (order) => this.#composite.order(order);
  fills: TradingVenue["fills"] = (instrument, sinceMs) => this.#composite.fills(instrument, sinceMs);
  balances: TradingVenue["balances"] = () => this.#composite.balances();
}
