/**
 * The orders of an account on paper by their ids.
 * @module
 */
import type { Fill } from "../../core/fill.ts";
import type { Instrument, InstrumentId } from "../../core/instrument.ts";
import type { OrderReference } from "../../core/order_request.ts";
import type { PaperOrder } from "./paper_order.ts";

/** Orders and fills of an instrument that are kept; beyond that the oldest are forgotten. */
export const keptOrders = 20_000;

/** Finds orders and fills. */
export class PaperOrders {
  readonly #byClient = new Map<string, PaperOrder>();
  readonly #byExchange = new Map<string, PaperOrder>();
  readonly #fills = new Map<InstrumentId, Fill[]>();

  /** Whether an order that is remembered has this client order id. */
  isTaken(clientOrderId: string): boolean {
    return this.#byClient.has(clientOrderId);
  }

  /** Keeps an order. */
  add(order: PaperOrder): void {
    this.#byClient.set(order.request.clientOrderId, order);
    this.#byExchange.set(order.exchangeOrderId, order);
    if (this.#byClient.size <= keptOrders) return;
    for (const old of this.#byClient.values()) {
      if (!old.isFinished) continue;
      this.#byClient.delete(old.request.clientOrderId);
      this.#byExchange.delete(old.exchangeOrderId);
      return;
    }
  }

  /** The order with these ids. */
  find({ instrument, exchangeOrderId, clientOrderId }: OrderReference): PaperOrder | undefined {
    const order = exchangeOrderId === undefined
      ? this.#byClient.get(clientOrderId ?? "")
      : this.#byExchange.get(exchangeOrderId);
    return order?.request.instrument.id === instrument.id ? order : undefined;
  }

  /** Keeps a fill. */
  addFill(fill: Fill): void {
    const fills = this.#fills.get(fill.instrument);
    if (fills === undefined) this.#fills.set(fill.instrument, [fill]);
    else if (fills.push(fill) > 2 * keptOrders) fills.splice(0, keptOrders);
  }

  /** Fills of an instrument from this epoch millisecond on, oldest first. */
  fills(instrument: Instrument, sinceMs: number): Fill[] {
    return (this.#fills.get(instrument.id) ?? []).filter(({ time }) => time >= sinceMs);
  }
}
