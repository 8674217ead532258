/**
 * One thing that goes wrong, as scripts write it.
 * @module
 */
import * as v from "valibot";
import { ConfigError } from "../../core/errors.ts";
import { type ExchangeKey, exchanges } from "../../core/exchange.ts";

/** What can go wrong. */
export const faultKinds = [
  // Frames of market data or private streams, chosen by `channel` and `symbol`.
  "drop-frame",
  "delay-frame",
  "duplicate-frame",
  "reorder-frame",
  "skip-sequence",
  "duplicate-fill",
  "late-fill",
  // Connections.
  "close",
  "refuse-connections",
  "dark",
  // Requests that place orders, over REST or WebSocket; others when `path` is given.
  "order-lost",
  "order-timeout",
  "order-error",
  // Answers to queries.
  "unknown-status",
  "order-not-found",
  "truncated-listing",
  "rate-limit",
  // The venue itself.
  "clock-jump",
  "expire-listen-keys",
  "frozen-book",
  "halt",
  "resume",
  "delist",
] as const;

/** Name of a fault. */
export type FaultKind = typeof faultKinds[number];

/** A fault with everything that it needs. */
export interface FaultRule {
  readonly fault: FaultKind;
  readonly venue: ExchangeKey;
  /** Milliseconds until it begins, from the start of a script or from the call. */
  readonly atMs: number;
  /** Milliseconds that it lasts; undefined for until its count is used up, or it is removed. */
  readonly forMs: number | undefined;
  /** How often it strikes; Infinity for as long as it lasts. */
  readonly count: number;
  /** How many occasions pass unharmed before the first strike. */
  readonly skip: number;
  /** Part of the channel's name. */
  readonly channel: string | undefined;
  readonly symbol: string | undefined;
  /** Part of the path of a request. */
  readonly path: string | undefined;
  /** User whose listen keys expire; all when undefined. */
  readonly uid: string | undefined;
  /** Length of a delay or of a clock jump in milliseconds. */
  readonly ms: number | undefined;
  /** Close code. */
  readonly code: number;
  /** HTTP status of a failure. */
  readonly status: number;
  /** Text of the order status that nobody knows. */
  readonly value: string;
  /** Rows that a truncated listing keeps. */
  readonly keep: number;
}

const whole = v.pipe(v.number(), v.integer("must be a whole number"), v.minValue(0));
const milliseconds = v.pipe(v.number(), v.finite("must be a finite number"));
const text = v.pipe(v.string(), v.nonEmpty("must not be empty"));

/** How a rule is written. Times are in milliseconds. */
export const faultRuleSchema = v.strictObject({
  fault: v.picklist(faultKinds),
  venue: v.picklist(exchanges.map(({ key }) => key)),
  atMs: v.optional(v.pipe(milliseconds, v.minValue(0)), 0),
  forMs: v.optional(v.pipe(milliseconds, v.gtValue(0))),
  count: v.optional(v.pipe(v.number(), v.integer("must be a whole number"), v.minValue(1))),
  skip: v.optional(whole, 0),
  channel: v.optional(text),
  symbol: v.optional(text),
  path: v.optional(text),
  uid: v.optional(text),
  ms: v.optional(milliseconds),
  code: v.optional(whole, 1006),
  status: v.optional(v.pipe(whole, v.minValue(500), v.maxValue(599)), 503),
  value: v.optional(text, "UNDER_REVIEW"),
  keep: v.optional(whole, 1),
});

/** Faults that need a length. */
const timed: readonly FaultKind[] = ["delay-frame", "late-fill", "clock-jump"];
/** Faults of one symbol. */
const ofSymbol: readonly FaultKind[] = ["skip-sequence", "frozen-book", "halt", "resume", "delist"];
/** Faults that mean nothing without an end or a number. */
const lasting: readonly FaultKind[] = ["refuse-connections", "dark", "frozen-book"];

/**
 * Completes and checks a rule.
 *
 * @throws {ConfigError} when a part is missing, wrong or unknown.
 */
export function parseFaultRule(input: unknown): FaultRule {
  const result = v.safeParse(faultRuleSchema, input);
  if (!result.success) {
    const [issue] = result.issues;
    const where = v.getDotPath(issue) ?? "rule";
    throw new ConfigError(`Cannot use the fault ${JSON.stringify(input)}: ${where}: ${issue.message}`);
  }
  const rule = result.output;
  const demand = (ok: boolean, what: string): void => {
    if (!ok) {
      throw new ConfigError(`Cannot use the fault ${JSON.stringify(input)}: ${rule.fault} needs ${what}`);
    }
  };
  demand(!timed.includes(rule.fault) || rule.ms !== undefined, "ms, a time in milliseconds");
  demand(!ofSymbol.includes(rule.fault) || rule.symbol !== undefined, "a symbol");
  demand(
    !lasting.includes(rule.fault) || rule.forMs !== undefined,
    "forMs, how long it lasts in milliseconds",
  );
  demand(rule.fault !== "close" || isCloseCode(rule.code), "a close code from 1000 to 4999");
  return {
    ...rule,
    count: rule.count ?? (rule.forMs === undefined ? 1 : Infinity),
    forMs: rule.forMs,
    channel: rule.channel,
    symbol: rule.symbol,
    path: rule.path,
    uid: rule.uid,
    ms: rule.ms,
  };
}

function isCloseCode(code: number): boolean {
  return code >= 1000 && code <= 4999;
}
