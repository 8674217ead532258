/**
 * One thing for which a venue and the program both have a number.
 * @module
 */
import type { ExchangeKey } from "../../core/exchange.ts";

/** What the venue says of it and what the program has. */
export interface Comparison {
  readonly exchange: ExchangeKey;
  readonly kind: "balance" | "position" | "order";
  /** Coin, symbol of a contract, or client order id. */
  readonly subject: string;
  /** What is stopped when they disagree: a coin, or `all`. */
  readonly scope: string;
  /** Coin in which the numbers are. */
  readonly unit: string;
  /** Undefined when the venue's listing does not have it. */
  readonly theirs: number | undefined;
  readonly ours: number;
  /** Differences up to this are rounding. */
  readonly tolerance: number;
  /** Time for which numbers must disagree before that counts, milliseconds. Default 0: two looks are enough. */
  readonly patienceMs?: number;
}

/** A disagreement that was seen often enough. */
export interface Disagreement extends Comparison {
  readonly theirs: number;
  /** Epoch milliseconds at which it was first seen. */
  readonly since: number;
  /** In words, with numbers and likely causes. */
  readonly why: string;
}

/** The scope of what concerns everything. */
export const everything = "all";

/** What makes a comparison the same one as in an earlier round. */
export function keyOf({ exchange, kind, subject }: Comparison): string {
  return `${exchange} ${kind} ${subject}`;
}

/** A number for people: twelve digits are more than any venue has, and hide the rounding of doubles. */
export function numberText(value: number): string {
  return String(Number(value.toPrecision(12)));
}

const names = { balance: "balance of", position: "position in", order: "open size of order" } as const;

/** What is compared, such as `balance of BTC at MEXC_SPOT`. */
export function nameOf({ exchange, kind, subject }: Comparison): string {
  return `${names[kind]} ${subject} at ${exchange}`;
}

/** The disagreement in words. */
export function explain(comparison: Comparison, theirs: number, causes: readonly string[]): string {
  const { ours, unit } = comparison;
  const numbers = `the venue says ${numberText(theirs)} ${unit}, the program has ${numberText(ours)} ${unit}`;
  const difference = theirs - ours;
  const sign = difference > 0 ? "+" : "";
  return `The ${nameOf(comparison)}: ${numbers}, difference ${sign}${numberText(difference)} ${unit}. ` +
    `Likely: ${causes.join("; ")}`;
}
