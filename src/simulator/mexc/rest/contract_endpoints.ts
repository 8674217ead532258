/**
 * What general clients ask the futures side of the same host when they start. No contracts are listed there.
 * @module
 */
import type { MexcVenue } from "../mexc_venue.ts";
import type { PublicEndpoint } from "./endpoint.ts";

/** An empty futures market. UNCONFIRMED: weights, as these endpoints are not those of the spot documents. */
export function contractEndpoints(venue: MexcVenue): PublicEndpoint[] {
  const line = { access: "public", method: "GET", weight: 1 } as const;
  const success = (data: unknown): unknown => ({ success: true, code: 0, data });
  return [
    { ...line, path: "/api/v1/contract/ping", answer: () => success(venue.nowMs) },
    { ...line, path: "/api/v1/contract/detail", answer: () => success([]) },
    { ...line, path: "/api/v1/contract/ticker", answer: () => success([]) },
  ];
}
