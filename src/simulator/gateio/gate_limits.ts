/**
 * Request limits of Gate.io.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import { RateLimit } from "../rate_limit.ts";
import { stampMs } from "../venue_context.ts";
import type { GateCall, GateCharge, GateLimit } from "./gate_endpoint.ts";

/** Most endpoints take 200 requests in 10 s each. */
export const defaultLimit: GateLimit = { requests: 200, windowMs: 10_000 };

/** Where a call stands with its limit. */
export interface GateRate {
  readonly allowed: boolean;
  /** Requests that are left in the window. */
  readonly remaining: number;
  /** Requests that the window holds. */
  readonly limit: number;
  /** When access resumes if the limit is exceeded, else now; epoch milliseconds. */
  readonly resetAtMs: number;
}

/** Counts the requests of everybody. */
export class GateLimits {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, RateLimit>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Counts a call.
   *
   * @param endpoint Name of the bucket when the limit has none.
   * @param address IP address of the client.
   */
  take(endpoint: string, limit: GateLimit, call: GateCall, address: string): GateRate {
    const name = limit.name ?? endpoint;
    const basis = limit.basis ?? (call.key === undefined ? "ip" : "uid");
    const who = basis === "uid" ? call.key?.account.uid ?? address : address;
    let worst: GateRate | undefined;
    for (const { key = "", cost = 1 } of this.#charges(limit, call)) {
      const state = this.#bucket(name, limit).take(`${who} ${key}`, cost);
      if (worst !== undefined && !worst.allowed) break;
      if (worst !== undefined && state.allowed && state.remaining >= worst.remaining) continue;
      const resetAtMs = stampMs(this.#clock) + (state.allowed ? 0 : Math.ceil(state.resetMs));
      worst = { allowed: state.allowed, remaining: state.remaining, limit: limit.requests, resetAtMs };
    }
    return worst!;
  }

  #charges(limit: GateLimit, call: GateCall): readonly GateCharge[] {
    const charges = limit.of?.(call) ?? {};
    const list = "length" in charges ? charges : [charges];
    return list.length === 0 ? [{}] : list;
  }

  #bucket(name: string, { requests, windowMs }: GateLimit): RateLimit {
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      bucket = new RateLimit(this.#clock, requests, windowMs);
      this.#buckets.set(name, bucket);
    }
    return bucket;
  }
}

/** The headers of a REST answer. UNCONFIRMED: the reset moment is in seconds. */
export function rateHeaders({ allowed, remaining, limit, resetAtMs }: GateRate): Record<string, string> {
  return {
    "X-Gate-RateLimit-Requests-Remain": String(remaining),
    "X-Gate-RateLimit-Limit": String(limit),
    // Now is in the second that runs; access resumes with one that begins later.
    "X-Gate-RateLimit-Reset-Timestamp": String(
      allowed ? Math.floor(resetAtMs / 1000) : Math.ceil(resetAtMs / 1000),
    ),
  };
}

/** The same in the header of a WebSocket answer, with the exchange's own misspelling; zeros are left out. */
export function rateFields({ remaining, limit, resetAtMs }: GateRate): Record<string, number> {
  return {
    ...(remaining === 0 ? {} : { x_gate_ratelimit_requests_remain: remaining }),
    x_gate_ratelimit_limit: limit,
    x_gat_ratelimit_reset_timestamp: resetAtMs,
  };
}
