/**
 * Faults of an episode, drawn from its seed: every kind that can touch an account or its orders.
 * @module
 */
import { type ExchangeKey, exchanges } from "../../../src/core/exchange.ts";
import type { SeededRandom } from "../../../src/core/random.ts";
import { type FaultKind, type FaultRule, parseFaultRule } from "../../../src/simulator/mod.ts";
import { between, chance, pick } from "./drawing.ts";

/** Kinds that are drawn, the more often the more orders they touch. */
const kinds: readonly FaultKind[] = [
  "order-lost",
  "order-lost",
  "order-timeout",
  "order-timeout",
  "order-timeout",
  "order-error",
  "order-error",
  "unknown-status",
  "order-not-found",
  "truncated-listing",
  "rate-limit",
  "drop-frame",
  "drop-frame",
  "delay-frame",
  "duplicate-frame",
  "reorder-frame",
  "duplicate-fill",
  "late-fill",
  "late-fill",
  "close",
  "refuse-connections",
  "dark",
  "clock-jump",
  "expire-listen-keys",
  "frozen-book",
  "halt",
];

/** A frame that was delayed comes within this time, milliseconds. */
export const latestFrameMs = 9_000;

/** Parts of the names of private channels by venue. */
const channels: Readonly<Record<ExchangeKey, readonly string[]>> = {
  MEXC_SPOT: ["private.orders", "private.deals", "private.account"],
  GATEIO_SPOT: ["spot.orders", "spot.usertrades", "spot.balances"],
  GATEIO_FUTURES: ["futures.orders", "futures.usertrades", "futures.balances", "futures.positions"],
};

/** What a venue calls a coin's market. */
export type SymbolOf = (venue: ExchangeKey, coin: string) => string;

/** A few faults within a span. None at all in every fifth episode. */
export function drawFaults(
  random: SeededRandom,
  coins: readonly string[],
  spanMs: number,
  symbolOf: SymbolOf,
): FaultRule[] {
  const count = chance(random, 0.2) ? 0 : 1 + Math.floor(random.exponential(4));
  const single = Array.from(
    { length: Math.min(count, 15) },
    () => drawFault(random, coins, spanMs, symbolOf),
  );
  const mists = chance(random, 0.3) ? [drawMist(random, spanMs)] : [];
  return [...single, ...mists].flat();
}

/** An order that nobody tells about: no answer, nothing on the streams, and the first questions are denied. */
function drawMist(random: SeededRandom, spanMs: number): FaultRule[] {
  const { key: venue } = pick(random, exchanges);
  const atMs = Math.floor(random.uniform() * spanMs);
  const forMs = Math.floor(between(random, 4_000, 15_000));
  const silenced = channels[venue].map((channel) => ({
    fault: "drop-frame",
    channel,
    count: 2 + Math.floor(random.uniform() * 4),
  }));
  const rules = [
    { fault: pick(random, ["order-timeout", "order-error"]), count: 1 },
    ...(chance(random, 0.7)
      ? [{ fault: "order-not-found", count: 1 + Math.floor(random.uniform() * 2) }]
      : []),
    ...(chance(random, 0.3) ? [{ fault: "truncated-listing", count: 1, keep: 0 }] : []),
    ...(chance(random, 0.8) ? silenced : []),
  ];
  return rules.map((rule) => parseFaultRule({ venue, atMs, forMs, ...rule }));
}

function drawFault(
  random: SeededRandom,
  coins: readonly string[],
  spanMs: number,
  symbolOf: SymbolOf,
): FaultRule[] {
  const fault = pick(random, kinds);
  const { key: venue } = pick(random, exchanges);
  const atMs = Math.floor(random.uniform() * spanMs);
  const symbol = symbolOf(venue, pick(random, coins));
  const forMs = Math.floor(between(random, 500, 12_000));
  const rules = detailsOf(fault, random, { venue, symbol, atMs, forMs });
  return rules.map((details) => parseFaultRule({ fault, venue, atMs, ...details }));
}

interface Occasion {
  readonly venue: ExchangeKey;
  readonly symbol: string;
  readonly atMs: number;
  readonly forMs: number;
}

/** What else a rule says, or the rules when there are several. */
function detailsOf(fault: FaultKind, random: SeededRandom, occasion: Occasion): Record<string, unknown>[] {
  const { venue, symbol, atMs, forMs } = occasion;
  const count = 1 + Math.floor(random.exponential(1.5));
  const channel = chance(random, 0.7) ? { channel: pick(random, channels[venue]) } : {};
  switch (fault) {
    case "order-lost":
    case "order-timeout":
      return [{ count, ms: Math.floor(between(random, 10, 8_000)) }];
    case "order-error":
      return [{ count, status: pick(random, [500, 502, 503, 504]) }];
    case "unknown-status":
    case "order-not-found":
    case "rate-limit":
      return [{ count, ms: Math.floor(between(random, 500, 5_000)) }];
    case "truncated-listing":
      return [{ count, keep: Math.floor(random.uniform() * 3) }];
    case "drop-frame":
    case "duplicate-frame":
    case "reorder-frame":
      return [{ count, ...channel }];
    case "delay-frame":
      return [{ count, ...channel, ms: Math.floor(between(random, 50, latestFrameMs)) }];
    case "late-fill":
      return [{ count, ms: Math.floor(between(random, 50, latestFrameMs)) }];
    case "duplicate-fill":
      return [{ count }];
    case "refuse-connections":
    case "dark":
      return [{ forMs }];
    case "clock-jump":
      // A venue whose clock goes back lists nothing of what it stamped later until it has caught up, so it goes back
      // by little only, for a while or for good.
      return chance(random, 0.5)
        ? [{ ms: Math.floor(between(random, 100, 20_000)) }]
        : [{ ms: Math.floor(between(random, -800, 800)), ...(chance(random, 0.7) ? { forMs } : {}) }];
    case "frozen-book":
      return [{ symbol, forMs }];
    case "halt":
      return [{ symbol }, { fault: "resume", symbol, atMs: atMs + forMs }];
    default:
      return [{}];
  }
}
