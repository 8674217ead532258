/**
 * Request limits of Gate.io spot trading.
 * @module
 */
import type { GateCall, GateCharge, GateLimit } from "./gate_endpoint.ts";
import { scalarText } from "./gate_json.ts";
import { isRecord } from "./gate_request.ts";

function pairOf(item: unknown): string {
  return isRecord(item) ? scalarText(item["currency_pair"]) : "";
}

/** One charge per pair: each order of a batch counts. */
function perPair({ body, query }: GateCall): GateCharge[] {
  if (!Array.isArray(body)) return [{ key: pairOf(body) || (query.get("currency_pair") ?? "") }];
  const counts = new Map<string, number>();
  for (const item of body) counts.set(pairOf(item), (counts.get(pairOf(item)) ?? 0) + 1);
  return [...counts].map(([key, cost]) => ({ key, cost }));
}

/** Placing and amending, alone and in batches, by REST and WebSocket: 10 orders a second per user and pair. */
export const placeLimit: GateLimit = { name: "spot place", requests: 10, windowMs: 1000, of: perPair };

/** Cancelling: 200 orders a second per user. */
export const cancelLimit: GateLimit = {
  name: "spot cancel",
  requests: 200,
  windowMs: 1000,
  of: ({ body }) => Array.isArray(body) ? { cost: body.length } : {},
};
