/**
 * Request limits of Gate.io futures trading.
 * @module
 */
import type { GateCall, GateLimit } from "./gate_endpoint.ts";

/** Each order of a batch counts. */
function costOf({ body }: GateCall): { cost: number } {
  return { cost: Array.isArray(body) ? Math.max(1, body.length) : 1 };
}

/** Placing and amending by REST: 100 orders a second per user. */
export const placeLimit: GateLimit = { name: "futures place", requests: 100, windowMs: 1000, of: costOf };

/** Cancelling by REST: 200 orders a second per user. */
export const cancelLimit: GateLimit = { name: "futures cancel", requests: 200, windowMs: 1000, of: costOf };

/** Placing, amending and cancelling by WebSocket: 100 orders a second per user. */
export const socketLimit: GateLimit = { name: "futures socket", requests: 100, windowMs: 1000, of: costOf };
