/**
 * What spot and futures accounts have in common, the same for every venue.
 * @module
 */
import type { FeeRates } from "../../core/account.ts";
import type { BalanceSnapshot } from "../../core/balance.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { Fill } from "../../core/fill.ts";
import type { Instrument } from "../../core/instrument.ts";
import type {
  OrderAck,
  OrderAmendment,
  OrderReference,
  OrderReport,
  OrderRequest,
  Outcome,
} from "../../core/order_request.ts";
import { PrivateOrders } from "../private_orders.ts";
import type { AccountChannels, PrivateSession } from "../private_session.ts";
import type { AccountQueries, OrderEntry } from "./private_rest.ts";

/** What the composite takes. */
export interface CompositePrivateOptions<Rest> {
  readonly exchange: ExchangeKey;
  readonly rest: Rest;
  /** The way of orders: a trading WebSocket, or the REST client. */
  readonly orders: OrderEntry;
  /** The trading WebSocket, if orders go over one. */
  readonly orderSocket?: { start(): void; stop(): void };
  readonly session: PrivateSession;
}

/** Trading and account of one venue. Nothing is cached: states are streams or fresh answers. */
export abstract class CompositePrivateExchange<Rest extends AccountQueries> {
  readonly #options: CompositePrivateOptions<Rest>;
  readonly #orders: PrivateOrders;

  constructor(options: CompositePrivateOptions<Rest>) {
    this.#options = options;
    this.#orders = new PrivateOrders(options.orders);
  }

  /** The venue. */
  get exchange(): ExchangeKey {
    return this.#options.exchange;
  }

  /** Whether everything that has happened was told. */
  get isLive(): boolean {
    return this.#options.session.isLive;
  }

  /** Sets the handler of a channel; the last one set counts. */
  bind<Channel extends keyof AccountChannels>(channel: Channel, handler: AccountChannels[Channel]): void {
    this.#options.session.bind(channel, handler);
  }

  /** Connects the streams. */
  start(): void {
    this.#options.orderSocket?.start();
    this.#options.session.start();
  }

  /** Ends them for good. */
  stop(): void {
    this.#options.orderSocket?.stop();
    this.#options.session.stop();
  }

  /** Places an order. The outcome never throws: unknown is an outcome. */
  async place(request: OrderRequest): Promise<Outcome<OrderAck>> {
    const outcome = await this.#orders.place(request);
    this.#expect(request, outcome);
    return outcome;
  }

  /** Places several orders of one instrument; outcomes in their order. */
  async placeBatch(requests: readonly OrderRequest[]): Promise<Outcome<OrderAck>[]> {
    const outcomes = await this.#orders.placeBatch(requests);
    requests.forEach((request, index) => this.#expect(request, outcomes[index]!));
    return outcomes;
  }

  /** Changes price or size where the venue can. */
  amend(order: OrderReference, change: OrderAmendment): Promise<Outcome<OrderAck>> {
    return this.#options.orders.amend(order, change);
  }

  /** Cancels by the venue's id or the client's. */
  cancel(order: OrderReference): Promise<Outcome<OrderAck>> {
    return this.#options.orders.cancel(order);
  }

  /** Cancels every open order of an instrument. */
  cancelAll(instrument: Instrument): Promise<Outcome<OrderAck[]>> {
    return this.#options.orders.cancelAll(instrument);
  }

  /** Open orders, of one instrument or all. */
  openOrders(instrument?: Instrument): Promise<OrderReport[]> {
    return this.#options.rest.openOrders(instrument);
  }

  /** The order, or undefined when the venue states that it does not exist. */
  order(order: OrderReference): Promise<OrderReport | undefined> {
    return this.#options.rest.order(order);
  }

  /** Fills from this epoch millisecond on, oldest first. */
  fills(instrument: Instrument, sinceMs: number): Promise<Fill[]> {
    return this.#options.rest.fills(instrument, sinceMs);
  }

  /** What the account holds. */
  balances(): Promise<BalanceSnapshot[]> {
    return this.#options.rest.balances();
  }

  /** The account's fee ratios. */
  fees(instrument: Instrument): Promise<FeeRates> {
    return this.#options.rest.fees(instrument);
  }

  #expect({ instrument }: OrderRequest, outcome: Outcome<OrderAck>): void {
    if (outcome.kind === "accepted") this.#options.session.expect(instrument, outcome.value.exchangeOrderId);
  }

  /** Requests of this kind of account. */
  protected get rest(): Rest {
    return this.#options.rest;
  }
}
