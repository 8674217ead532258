/**
 * How far trading may go, and what is said when it may not.
 * @module
 */
import type { Instrument } from "../../core/instrument.ts";

/** Limits of trading: the section `risk` of the configuration. They are read anew for each trade. */
export interface RiskLimits {
  /** Largest value of one order, quote. */
  readonly maxNotional: number;
  /** Largest value of the position in one instrument, quote. */
  readonly maxPositionNotional: number;
  /** Largest value of all positions on one venue, quote. */
  readonly maxExchangeNotional: number;
  /** Largest value of all positions, quote. */
  readonly maxTotalNotional: number;
  /** Largest unhedged value of a coin if a leg of the trade is missing, quote. */
  readonly maxExposure: number;
  /** Loss of a UTC day at which nothing new is begun, quote. */
  readonly maxDailyLoss: number;
  /** Largest loss of one trade, quote. */
  readonly maxSingleLoss: number;
  /** Farthest that a limit price may be from the price that the book shows for the size, basis points. */
  readonly maxSlippageBps: number;
  /** Farthest that a limit price may be from the fair price, basis points. */
  readonly maxDeviationBps: number;
  /** Trades under way at once. */
  readonly maxOpenExecutions: number;
  /** Orders within any second. */
  readonly maxOrdersPerSecond: number;
  /** Least value near the best price on the side of a book that is taken, quote. */
  readonly minDepthNotional: number;
  /** Largest distance of best bid and ask, basis points. */
  readonly maxSpreadBps: number;
  /** Largest standard deviation of a price's change in a minute, basis points. */
  readonly maxVolatilityBps: number;
  /** Largest age of a book, milliseconds. */
  readonly maxBookAgeMs: number;
  /** Farthest that a venue's clock may be from what is taken for it, milliseconds. */
  readonly maxClockErrorMs: number;
  /** Trades in a row that go wrong. */
  readonly maxConsecutiveFailures: number;
  /** Time for which a breaker that has tripped stops new trades, milliseconds. */
  readonly breakerCooldownMs: number;
}

/** What can stop a trade: a limit by the name of its setting, a breaker, the kill switch, or an order that makes no sense. */
export type RiskLimitName = keyof RiskLimits | "breaker" | "kill switch" | "order" | "book";

/** Why a trade may not be made. */
export interface RiskRefusal {
  readonly limit: RiskLimitName;
  /** What was found; NaN when it is not known. */
  readonly value: number;
  /** What is allowed; NaN where there is no number for it. */
  readonly bound: number;
  /** Limit, value and bound in words. */
  readonly message: string;
}

/** Relative slack for sums of doubles: a plan of exactly the limit passes. */
const roundingSlack = 1e-9;

/** Whether a value keeps an upper bound. What is not known does not. */
export function isWithin(value: number, bound: number): boolean {
  return value <= bound * (1 + roundingSlack);
}

/** A refusal because a value is not within its limit. @param what What has the value, such as `the order on MEXC_SPOT`. */
export function overLimit(limit: keyof RiskLimits, what: string, value: number, bound: number): RiskRefusal {
  const found = Number.isNaN(value) ? "is not known" : `is ${shown(value)}`;
  const kind = limit === "minDepthNotional" ? "at least" : "at most";
  return { limit, value, bound, message: `${limit}: ${what} ${found}, allowed is ${kind} ${shown(bound)}` };
}

/** A refusal that no number explains. */
export function refused(limit: "breaker" | "kill switch" | "order" | "book", why: string): RiskRefusal {
  return { limit, value: NaN, bound: NaN, message: `${limit}: ${why}` };
}

/** Name of an instrument for people. */
export function instrumentName({ exchange, exchangeSymbol }: Instrument): string {
  return `${exchange} ${exchangeSymbol}`;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(8)));
}
