/**
 * The orders and fills of one account on one market.
 * @module
 */
import type { VenueFill, VenueOrder } from "./venue_order.ts";

/** Finished orders and fills that are kept for queries. */
const keptFinished = 5000;
const keptFills = 10_000;

/**
 * Open orders are kept always; of the finished ones and of the fills the latest. Orders are entered in the index of
 * ids when somebody asks for one: in a fast flow most are never asked for, and the index costs more than the rest.
 */
export class OrderStore {
  readonly #open = new Set<VenueOrder>();
  readonly #openByClientId = new Map<string, VenueOrder>();
  #finished: VenueOrder[] = [];
  #fills: VenueFill[] = [];
  readonly #byId = new Map<string, VenueOrder>();
  readonly #byClientId = new Map<string, VenueOrder>();
  /** Orders that are not in the index yet, oldest first. */
  #added: VenueOrder[] = [];

  /** Open orders, oldest first. */
  get open(): VenueOrder[] {
    return [...this.#open];
  }

  /** Number of open orders. */
  get openCount(): number {
    return this.#open.size;
  }

  /** Finished orders that are kept, in the order in which they ended. */
  get finished(): readonly VenueOrder[] {
    return this.#finished;
  }

  /** Fills that are kept, oldest first. */
  get fills(): readonly VenueFill[] {
    return this.#fills;
  }

  /** The order with this venue id. */
  byId(id: string): VenueOrder | undefined {
    this.#index();
    return this.#byId.get(id);
  }

  /** The latest order with this client id. */
  byClientId(clientId: string): VenueOrder | undefined {
    this.#index();
    return this.#byClientId.get(clientId);
  }

  /** Whether an open order has this client id. */
  isTaken(clientId: string): boolean {
    return clientId !== "" && this.#openByClientId.has(clientId);
  }

  /** Notes a new order. */
  add(order: VenueOrder): void {
    this.#open.add(order);
    this.#added.push(order);
    if (order.clientId !== "") this.#openByClientId.set(order.clientId, order);
  }

  /** Notes that an order has ended. */
  finish(order: VenueOrder): void {
    this.#open.delete(order);
    if (order.clientId !== "" && this.#openByClientId.get(order.clientId) === order) {
      this.#openByClientId.delete(order.clientId);
    }
    this.#finished.push(order);
    if (this.#finished.length >= 2 * keptFinished) this.#forget();
  }

  /** Notes a fill. */
  addFill(fill: VenueFill): void {
    this.#fills.push(fill);
    if (this.#fills.length >= 2 * keptFills) this.#fills = this.#fills.slice(-keptFills);
  }

  /** Enters the orders that have come since somebody last asked. */
  #index(): void {
    if (this.#added.length === 0) return;
    for (const order of this.#added) {
      this.#byId.set(order.id, order);
      if (order.clientId !== "") this.#byClientId.set(order.clientId, order);
    }
    this.#added = [];
  }

  /** Drops the orders that ended first, and begins the index anew with those that are left. */
  #forget(): void {
    this.#finished = this.#finished.slice(-keptFinished);
    this.#byId.clear();
    this.#byClientId.clear();
    // Of two orders with one client id the latest is to be found: it is open, or ended last.
    this.#added = [...this.#finished, ...this.#open];
  }
}
