/**
 * Futures orders over the WebSocket trading API of Gate.io.
 * @module
 */
import type { GateApiChannel, GateCall } from "./gate_endpoint.ts";
import { GateFields } from "./gate_fields.ts";
import { socketLimit } from "./futures_limits.ts";
import { cancelBatch, cancelMany, listPage, placeBatch } from "./futures_order_rest.ts";
import type { FuturesOrders } from "./futures_orders.ts";
import { refusedAs } from "./futures_refusals.ts";

/** The trading channels by name. */
export function futuresApiChannels(orders: FuturesOrders): ReadonlyMap<string, GateApiChannel> {
  const trade = (acknowledged: boolean, answer: (call: GateCall) => unknown): GateApiChannel => ({
    acknowledged,
    access: "trade",
    limit: socketLimit,
    handle: (call, respond): void => respond(200, refusedAs(() => answer(call))),
  });
  const read = (answer: (call: GateCall) => unknown): GateApiChannel => ({
    acknowledged: false,
    access: "read",
    handle: (call, respond): void => respond(200, refusedAs(() => answer(call))),
  });
  const one = (call: GateCall, act: "find" | "cancel"): unknown => {
    return orders.document(call, orders[act](call, GateFields.ofCall(call).required("order_id")));
  };
  return new Map([
    [
      "futures.order_place",
      trade(true, (call) => {
        return orders.document(call, orders.place(call, GateFields.ofCall(call)));
      }),
    ],
    ["futures.order_batch_place", trade(true, (call) => placeBatch(orders, call))],
    ["futures.order_cancel", trade(false, (call) => one(call, "cancel"))],
    ["futures.order_cancel_ids", trade(false, (call) => cancelBatch(orders, call))],
    ["futures.order_cancel_cp", trade(false, (call) => cancelMany(orders, call))],
    [
      "futures.order_amend",
      trade(false, (call) => {
        const fields = GateFields.ofCall(call);
        return orders.document(call, orders.amend(call, fields.required("order_id"), fields));
      }),
    ],
    ["futures.order_list", read((call) => listPage(orders, call).rows)],
    ["futures.order_status", read((call) => one(call, "find"))],
  ]);
}
