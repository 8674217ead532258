/**
 * Where the simulated venues are.
 * @module
 */
import type { ExchangeKey } from "../core/exchange.ts";

/** Base URLs of one venue. */
export interface VenueEndpoints {
  /** Base of the REST paths: without path on MEXC, with `/api/v4` on Gate.io. */
  readonly rest: string;
  /** URL of the WebSocket. */
  readonly ws: string;
}

/** Base URLs of all venues. */
export type SimulatorEndpoints = Readonly<Record<ExchangeKey, VenueEndpoints>>;

/** URLs for the given host names, `name` or `name:port`. */
export function socketEndpoints(mexc: string, gate: string): SimulatorEndpoints {
  return {
    MEXC_SPOT: { rest: `http://${mexc}`, ws: `ws://${mexc}/ws` },
    GATEIO_SPOT: { rest: `http://${gate}/api/v4`, ws: `ws://${gate}/ws/v4/` },
    GATEIO_FUTURES: { rest: `http://${gate}/api/v4`, ws: `ws://${gate}/v4/ws/usdt` },
  };
}

/** URLs that only the in-process network knows. */
export const localEndpoints: SimulatorEndpoints = socketEndpoints("mexc.simulated", "gateio.simulated");
