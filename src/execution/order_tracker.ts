/**
 * All orders of ours: finds the one that a message is about and tells it.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { Fill } from "../core/fill.ts";
import type { InstrumentId } from "../core/instrument.ts";
import type { OrderAck, OrderReport, OrderRequest, Outcome } from "../core/order_request.ts";
import type { OrderEvent } from "./order_state.ts";
import { type Contradiction, type OrderMemory, TrackedOrder } from "./tracked_order.ts";

/** What an {@link OrderTracker} takes. */
export interface OrderTrackerOptions {
  readonly clock: Pick<Clock, "epochMs">;
  /**
   * A message contradicts what was known; the order is to be asked for. Told once for each contradiction. `why` is a
   * sentence.
   */
  onIllegal(order: TrackedOrder, event: OrderEvent, why: string): void;
}

/** Forgotten orders that are still recognised. */
const remembered = 20_000;

/** Knows every order that was planned, and applies what is told to the one that it is about. */
export class OrderTracker {
  readonly #options: OrderTrackerOptions;
  readonly #current = new Map<string, TrackedOrder>();
  /** Those of them that are not settled. */
  readonly #open = new Set<TrackedOrder>();
  /** Forgotten ones, the oldest first. */
  readonly #past = new Map<string, TrackedOrder>();
  /** Orders by the venue's id, for messages without ours. */
  readonly #byVenueId = new Map<string, TrackedOrder>();
  /** Every id that was ever used: an id is used once. */
  readonly #used = new Set<string>();

  constructor(options: OrderTrackerOptions) {
    this.#options = options;
  }

  /** Orders that are neither settled nor forgotten. */
  get open(): readonly TrackedOrder[] {
    return [...this.#open];
  }

  /**
   * An order that will be sent. It is to be in the journal before it is.
   *
   * @throws {RangeError} when its client order id was ever used.
   */
  plan(request: OrderRequest, execution: number): TrackedOrder {
    return this.#begin(new TrackedOrder(request, execution, this.#options.clock.epochMs()));
  }

  /**
   * An order of the journal. One that was planned or sent is unknown now.
   *
   * @throws {RangeError} when its client order id was ever used.
   */
  restore(request: OrderRequest, execution: number, memory: OrderMemory): TrackedOrder {
    const order = this.#begin(new TrackedOrder(request, execution, memory.createdAt));
    order.recall(memory);
    this.#index(order);
    this.#sort(order);
    return order;
  }

  /** Marks an id as used, such as one of the journal whose order ended long ago. */
  retire(clientOrderId: string): void {
    this.#used.add(clientOrderId);
  }

  /** Whether an order with this id was ever planned. */
  wasUsed(clientOrderId: string): boolean {
    return this.#used.has(clientOrderId);
  }

  /** The bytes leave now. */
  sent(order: TrackedOrder): void {
    this.#take(order, "send");
  }

  /**
   * What came back on the send. The report that an acknowledgement may hold is not taken: that is for
   * {@link OrderTracker.report}. A refused duplicate counts as unknown, because an order of this id is there.
   */
  outcome(order: TrackedOrder, outcome: Outcome<OrderAck>): void {
    if (outcome.kind === "unknown") return this.#take(order, "lose");
    if (outcome.kind === "refused") {
      return this.#take(order, outcome.reason === "duplicate-id" ? "lose" : "refuse");
    }
    this.#tell(order, order.name(outcome.value.exchangeOrderId));
    this.#index(order);
    this.#take(order, "accept");
  }

  /** The venue is asked to cancel it. */
  cancelling(order: TrackedOrder): void {
    this.#take(order, "cancel");
  }

  /** The venue states that there is no such order, at a time at which it could not come any more. */
  absent(order: TrackedOrder): void {
    this.#take(order, "absent");
  }

  /** Takes the state of an order. Returns the order; undefined when it is none of these. */
  report(report: OrderReport): TrackedOrder | undefined {
    const { instrument, clientOrderId, exchangeOrderId } = report;
    const order = clientOrderId === ""
      ? this.findByVenueId(instrument, exchangeOrderId)
      : this.find(clientOrderId);
    if (order === undefined || order.request.instrument.id !== instrument) return undefined;
    this.#tell(order, order.report(report, this.#options.clock.epochMs()));
    this.#index(order);
    return order;
  }

  /** Takes a trade. Returns its order and whether it was not known; undefined when it is of none of these. */
  fill(fill: Fill): { readonly order: TrackedOrder; readonly isNew: boolean } | undefined {
    const order = this.find(fill.clientOrderId);
    if (order === undefined || order.request.instrument.id !== fill.instrument) return undefined;
    const { isNew, contradiction } = order.fill(fill, this.#options.clock.epochMs());
    this.#tell(order, contradiction);
    return { order, isNew };
  }

  /** The order of this client order id, forgotten ones among them as long as they are recognised. */
  find(clientOrderId: string): TrackedOrder | undefined {
    return this.#current.get(clientOrderId) ?? this.#past.get(clientOrderId);
  }

  /** The order that the venue knows by this id, as far as that is known here. */
  findByVenueId(instrument: InstrumentId, exchangeOrderId: string): TrackedOrder | undefined {
    return this.#byVenueId.get(venueKey(instrument, exchangeOrderId));
  }

  /**
   * It is not open any more. Its id stays used, and what comes late is recognised for the next 20,000 orders; where that
   * says that there is more to know, it is open again.
   */
  forget(order: TrackedOrder): void {
    const { clientOrderId } = order.request;
    if (!this.#current.delete(clientOrderId)) return;
    this.#open.delete(order);
    this.#past.set(clientOrderId, order);
    if (this.#past.size <= remembered) return;
    const [id, oldest] = this.#past.entries().next().value!;
    this.#past.delete(id);
    this.#byVenueId.delete(venueKey(oldest.request.instrument.id, oldest.exchangeOrderId));
  }

  #begin(order: TrackedOrder): TrackedOrder {
    const { clientOrderId } = order.request;
    if (this.#used.has(clientOrderId)) {
      throw new RangeError(`The client order id ${clientOrderId} was used before: every order needs its own`);
    }
    this.#used.add(clientOrderId);
    this.#current.set(clientOrderId, order);
    this.#open.add(order);
    return order;
  }

  #take(order: TrackedOrder, event: OrderEvent): void {
    this.#tell(order, order.take(event, this.#options.clock.epochMs()));
  }

  #revive(order: TrackedOrder): void {
    const { clientOrderId } = order.request;
    if (!order.isSettled && this.#past.delete(clientOrderId)) this.#current.set(clientOrderId, order);
    this.#sort(order);
  }

  /** Whatever an order was told may have settled it, or have opened it again. */
  #sort(order: TrackedOrder): void {
    if (order.isSettled) this.#open.delete(order);
    else if (this.#current.has(order.request.clientOrderId)) this.#open.add(order);
  }

  #index(order: TrackedOrder): void {
    const { exchangeOrderId, request: { instrument } } = order;
    if (exchangeOrderId !== "") this.#byVenueId.set(venueKey(instrument.id, exchangeOrderId), order);
  }

  #tell(order: TrackedOrder, contradiction: Contradiction | undefined): void {
    this.#revive(order);
    if (contradiction !== undefined) {
      this.#options.onIllegal(order, contradiction.event, contradiction.why);
    }
  }
}

function venueKey(instrument: InstrumentId, exchangeOrderId: string): string {
  return `${instrument} ${exchangeOrderId}`;
}
