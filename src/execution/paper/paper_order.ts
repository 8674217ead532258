/**
 * An order of an account on paper.
 * @module
 */
import type { Fill } from "../../core/fill.ts";
import type { OrderStatus } from "../../core/order.ts";
import type { OrderReport, OrderRequest } from "../../core/order_request.ts";
import { baseOfLots } from "./paper_terms.ts";
import type { QueuePosition } from "./queue_position.ts";

/** An order that the venue on paper has taken, in its state of now. */
export class PaperOrder {
  /** Size in lots; of a market buy that spends an amount, what it got. */
  lots: number;
  /** Lots that may still be filled. */
  openLots: number;
  filledLots = 0;
  /** Whether it has ended. */
  isFinished = false;
  /** Epoch milliseconds. */
  updatedAt: number;
  /** Where it stands while it rests. */
  queue: QueuePosition | undefined;
  #notional = 0;

  constructor(readonly request: OrderRequest, readonly exchangeOrderId: string, readonly createdAt: number) {
    this.lots = request.lots;
    this.openLots = request.lots;
    this.updatedAt = createdAt;
  }

  /** Limit price in quote per base; no price for a market order. */
  get price(): number {
    const { instrument, priceTicks } = this.request;
    return instrument.tick.value(priceTicks);
  }

  /** Counts a fill of so many lots. */
  addFill(lots: number, fill: Fill): void {
    this.filledLots += lots;
    this.openLots -= lots;
    this.#notional += fill.notional;
    this.updatedAt = fill.time;
    if (this.openLots === 0 && this.filledLots === this.lots) this.isFinished = true;
  }

  /** Ends it with what it has. */
  finish(time: number): void {
    this.isFinished = true;
    this.openLots = 0;
    this.updatedAt = time;
  }

  /** Its state as it is told. */
  report(): OrderReport {
    const { instrument, clientOrderId, side, type, timeInForce, priceTicks, reduceOnly } = this.request;
    const { exchangeOrderId, lots, filledLots, createdAt, updatedAt } = this;
    return {
      instrument: instrument.id,
      exchangeOrderId,
      clientOrderId,
      side,
      type,
      timeInForce,
      priceTicks,
      lots,
      filledLots,
      averagePrice: filledLots === 0 ? 0 : this.#notional / baseOfLots(instrument, filledLots),
      status: this.#status(),
      reduceOnly,
      createdAt,
      updatedAt,
    };
  }

  #status(): OrderStatus {
    if (this.filledLots === this.lots && this.isFinished && this.lots > 0) return "filled";
    if (this.isFinished) return this.filledLots === 0 ? "cancelled" : "partially-cancelled";
    return this.filledLots === 0 ? "open" : "partially-filled";
  }
}
