/**
 * The WebSocket trading API of Gate.io spot.
 * @module
 */
import { accountOf } from "./gate_answer.ts";
import type { GateApiChannel, GateCall, GateLimit } from "./gate_endpoint.ts";
import { GateFields, recordsOf } from "./gate_fields.ts";
import { cancelLimit, placeLimit } from "./spot_limits.ts";
import { listOrders, type SpotOrderParts } from "./spot_order_endpoints.ts";

interface ChannelOptions {
  readonly access?: "read" | "trade";
  readonly acknowledged?: boolean;
  readonly limit?: GateLimit;
}

function channel(
  answer: (call: GateCall) => unknown,
  { access = "trade", acknowledged = false, limit }: ChannelOptions = {},
): GateApiChannel {
  return {
    acknowledged,
    access,
    ...(limit === undefined ? {} : { limit }),
    handle: (call, respond): void => respond(200, answer(call)),
  };
}

/** All trading channels by name. Each does what its REST twin does. */
export function spotApiChannels(
  { market, orders, batches }: SpotOrderParts,
): ReadonlyMap<string, GateApiChannel> {
  const place = (call: GateCall): unknown =>
    Array.isArray(call.body)
      ? batches.place(accountOf(call), recordsOf(call.body), call.source)
      : orders.place(accountOf(call), GateFields.ofCall(call), call.source);
  return new Map([
    ["spot.order_place", channel(place, { acknowledged: true, limit: placeLimit })],
    [
      "spot.order_cancel",
      channel((call) => orders.cancel(accountOf(call), GateFields.ofCall(call)), { limit: cancelLimit }),
    ],
    [
      "spot.order_cancel_ids",
      channel((call) => batches.cancel(accountOf(call), recordsOf(call.body)), { limit: cancelLimit }),
    ],
    [
      "spot.order_cancel_cp",
      channel((call) => orders.cancelAll(accountOf(call), GateFields.ofCall(call)), { limit: cancelLimit }),
    ],
    [
      "spot.order_amend",
      channel((call) => orders.amend(accountOf(call), GateFields.ofCall(call)), { limit: placeLimit }),
    ],
    [
      "spot.order_status",
      channel((call) => orders.status(accountOf(call), GateFields.ofCall(call)), { access: "read" }),
    ],
    [
      "spot.order_list",
      channel((call) => {
        const fields = GateFields.ofCall(call);
        return listOrders(market, { account: accountOf(call), fields, call }).rows;
      }, { access: "read" }),
    ],
  ]);
}
