/**
 * What all markets do with orders alike: number them, find them, tell what became of them.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { Account } from "../accounts/account.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import { OrderStore } from "./order_store.ts";
import { Refusal } from "./refusal.ts";
import type { OrderEvent, TradingEvents, TradingListener } from "./trading_events.ts";
import {
  type FinishReason,
  type OrderKeeper,
  type OrderTerms,
  type VenueFill,
  VenueOrder,
} from "./venue_order.ts";

/** Rules of a market about orders in general. */
export interface OrderDeskOptions {
  readonly exchange: ExchangeKey;
  readonly clock: Clock;
  /** Id of an order from its number, counted from 1. */
  readonly idOf: (sequence: number) => string;
  /** Most open orders of an account. */
  readonly maxOpenOrders: number;
}

/** Keeps the orders of one market. */
export class OrderDesk<Listener extends TradingListener = TradingListener> {
  readonly #options: OrderDeskOptions;
  readonly #events: TradingEvents<Listener>;
  readonly #stores = new Map<string, OrderStore>();
  #sequence = 0;

  constructor(options: OrderDeskOptions, events: TradingEvents<Listener>) {
    this.#options = options;
    this.#events = events;
  }

  /** The market's clock: whole epoch milliseconds. */
  get nowMs(): number {
    return Math.floor(this.#options.clock.epochMs());
  }

  /** Orders and fills of an account. */
  store(account: Account): OrderStore {
    let store = this.#stores.get(account.uid);
    if (store === undefined) {
      store = new OrderStore();
      this.#stores.set(account.uid, store);
    }
    return store;
  }

  /**
   * Makes an order that nobody knows of yet.
   *
   * @throws {Refusal} duplicate-client-id, too-many-orders, halted.
   */
  draft(account: Account, terms: OrderTerms, keeper: OrderKeeper): VenueOrder {
    const { maxOpenOrders } = this.#options;
    this.checkOpen(terms.instrument);
    const store = this.store(account);
    if (store.isTaken(terms.clientId)) {
      throw new Refusal("duplicate-client-id", `An open order has the client id ${terms.clientId}`);
    }
    if (store.openCount >= maxOpenOrders) {
      throw new Refusal("too-many-orders", `${maxOpenOrders} orders are open already`);
    }
    return this.issue(account, terms, keeper);
  }

  /** Makes an order without any check: those of the venue itself, such as liquidations, are never refused. */
  issue(account: Account, terms: OrderTerms, keeper: OrderKeeper): VenueOrder {
    const sequence = ++this.#sequence;
    return new VenueOrder(this.#options.idOf(sequence), sequence, account, terms, this.nowMs, keeper);
  }

  /** Refuses what takes a running market. @throws {Refusal} halted. */
  checkOpen({ listing, spec }: MarketInstrument): void {
    if (!listing.open) {
      throw new Refusal("halted", `${spec.exchangeSymbol} is not traded now: ${listing.status}`);
    }
  }

  /** Takes an order in and tells it as created. */
  open(order: VenueOrder): void {
    this.store(order.account).add(order);
    this.tell(order, "put");
  }

  /** Tells the state of an order. */
  tell(order: VenueOrder, event: OrderEvent): void {
    this.#events.tell(order.account.uid, (listener) => listener.onOrder?.(order, event));
  }

  /** Notes that an order changed and tells it. */
  update(order: VenueOrder): void {
    this.#touch(order);
    this.tell(order, "update");
  }

  /** Ends an order and tells it. What it bound must be free again. */
  finish(order: VenueOrder, reason: FinishReason): void {
    order.status = "finished";
    order.finish = reason;
    order.openLots = 0;
    this.#touch(order);
    this.store(order.account).finish(order);
    this.tell(order, "finish");
  }

  /** Keeps a fill and tells it. */
  fill(fill: VenueFill): void {
    this.store(fill.order.account).addFill(fill);
    this.#events.tell(fill.order.account.uid, (listener) => listener.onFill?.(fill));
  }

  #touch(order: VenueOrder): void {
    order.updatedMs = this.nowMs;
    order.updateId += 1;
  }
}
