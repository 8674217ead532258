/**
 * The orders and fills of one account on one market.
 * @module
 */
import type { VenueFill, VenueOrder } from "./venue_order.ts";

/** Finished orders and fills that are kept for queries. */
const keptFinished = 5000;
const keptFills = 10_000;

/**
 * Open orders are kept always; of the finished ones and of the fills the latest. Finished orders are entered in the
 * index when somebody asks for one: most are never asked for.
 */
export class OrderStore {
  readonly #open = new Map<string, VenueOrder>();
  readonly #openByClientId = new Map<string, VenueOrder>();
  #finished: VenueOrder[] = [];
  /** The first {@link OrderStore.#indexed} of the finished orders, by both of their ids. */
  readonly #byId = new Map<string, VenueOrder>();
  readonly #byClientId = new Map<string, VenueOrder>();
  #indexed = 0;
  #fills: VenueFill[] = [];

  /** Open orders, oldest first. */
  get open(): VenueOrder[] {
    return [...this.#open.values()];
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
    const open = this.#open.get(id);
    if (open !== undefined) return open;
    this.#index();
    return this.#byId.get(id);
  }

  /** The latest order with this client id. */
  byClientId(clientId: string): VenueOrder | undefined {
    // While an order is open no other gets its client id, so it is the latest.
    const open = this.#openByClientId.get(clientId);
    if (open !== undefined) return open;
    this.#index();
    return this.#byClientId.get(clientId);
  }

  /** Whether an open order has this client id. */
  isTaken(clientId: string): boolean {
    return clientId !== "" && this.#openByClientId.has(clientId);
  }

  /** Notes a new order. */
  add(order: VenueOrder): void {
    this.#open.set(order.id, order);
    if (order.clientId !== "") this.#openByClientId.set(order.clientId, order);
  }

  /** Notes that an order has ended. */
  finish(order: VenueOrder): void {
    this.#open.delete(order.id);
    if (this.#openByClientId.get(order.clientId) === order) this.#openByClientId.delete(order.clientId);
    this.#finished.push(order);
    if (this.#finished.length >= 2 * keptFinished) this.#forget(this.#finished.length - keptFinished);
  }

  /** Notes a fill. */
  addFill(fill: VenueFill): void {
    this.#fills.push(fill);
    if (this.#fills.length >= 2 * keptFills) this.#fills = this.#fills.slice(-keptFills);
  }

  /** Enters the orders that have ended since somebody last asked. */
  #index(): void {
    for (; this.#indexed < this.#finished.length; this.#indexed++) {
      const order = this.#finished[this.#indexed]!;
      this.#byId.set(order.id, order);
      if (order.clientId !== "") this.#byClientId.set(order.clientId, order);
    }
  }

  /** Drops the finished orders that ended first. */
  #forget(count: number): void {
    for (const order of this.#finished.slice(0, Math.min(count, this.#indexed))) {
      this.#byId.delete(order.id);
      if (this.#byClientId.get(order.clientId) === order) this.#byClientId.delete(order.clientId);
    }
    this.#finished = this.#finished.slice(count);
    this.#indexed = Math.max(0, this.#indexed - count);
  }
}
