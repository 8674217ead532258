/**
 * A tracker with one order under way, and the outcomes of its send, for tests.
 * @module
 */
import type { OrderAck, OrderRequest, Outcome } from "../../src/core/order_request.ts";
import { SimulatedClock } from "../../src/core/simulated_clock.ts";
import { OrderTracker } from "../../src/execution/order_tracker.ts";
import type { TrackedOrder } from "../../src/execution/tracked_order.ts";

/** A tracker that keeps what it was told to be impossible. */
export class OrderDesk {
  readonly doubts: string[] = [];
  readonly clock = new SimulatedClock(1_000);
  readonly tracker = new OrderTracker({
    clock: this.clock,
    onIllegal: (_order, event, why) => this.doubts.push(`${event} ${why}`),
  });

  /** Lets time pass. */
  wait(ms: number): void {
    this.clock.setTimer(ms, () => {});
    this.clock.step();
  }

  /** An order that was sent and not answered. */
  order(request: OrderRequest): TrackedOrder {
    const order = this.tracker.plan(request, 1);
    this.tracker.sent(order);
    return order;
  }
}

/** The venue has taken it. */
export function accepted(request: OrderRequest): Outcome<OrderAck> {
  const { clientOrderId } = request;
  return { kind: "accepted", value: { clientOrderId, exchangeOrderId: `v-${clientOrderId}` } };
}

/** Nobody knows. */
export const lost: Outcome<OrderAck> = { kind: "unknown", why: "the connection broke" };
/** The venue has refused it. */
export const refused: Outcome<OrderAck> = {
  kind: "refused",
  reason: "balance",
  code: "1",
  message: "too little",
};
