/**
 * The orders and fills of one account on one market.
 * @module
 */
import type { VenueFill, VenueOrder } from "./venue_order.ts";

/** Finished orders and fills that are kept for queries. */
const keptFinished = 5000;
const keptFills = 10_000;

/** Open orders are kept always; of the finished ones and of the fills the latest. */
export class OrderStore {
  readonly #open = new Map<string, VenueOrder>();
  readonly #byId = new Map<string, VenueOrder>();
  readonly #byClientId = new Map<string, VenueOrder>();
  #finished: VenueOrder[] = [];
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
    return this.#byId.get(id);
  }

  /** The latest order with this client id. */
  byClientId(clientId: string): VenueOrder | undefined {
    return this.#byClientId.get(clientId);
  }

  /** Whether an open order has this client id. */
  isTaken(clientId: string): boolean {
    return clientId !== "" && this.byClientId(clientId)?.status === "open";
  }

  /** Notes a new order. */
  add(order: VenueOrder): void {
    this.#open.set(order.id, order);
    this.#byId.set(order.id, order);
    if (order.clientId !== "") this.#byClientId.set(order.clientId, order);
  }

  /** Notes that an order has ended. */
  finish(order: VenueOrder): void {
    this.#open.delete(order.id);
    this.#finished.push(order);
    if (this.#finished.length < 2 * keptFinished) return;
    for (const old of this.#finished.slice(0, -keptFinished)) this.#forget(old);
    this.#finished = this.#finished.slice(-keptFinished);
  }

  /** Notes a fill. */
  addFill(fill: VenueFill): void {
    this.#fills.push(fill);
    if (this.#fills.length >= 2 * keptFills) this.#fills = this.#fills.slice(-keptFills);
  }

  #forget(order: VenueOrder): void {
    this.#byId.delete(order.id);
    if (this.#byClientId.get(order.clientId) === order) this.#byClientId.delete(order.clientId);
  }
}
