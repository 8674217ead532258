/**
 * Histories over more rows than a venue gives in one answer.
 * @module
 */
import { ConfigError } from "../core/errors.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import { type KlineInterval, klineLengthMs } from "../core/kline.ts";

/** A part of a range in epoch milliseconds, both ends included. */
export interface HistoryPart {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Cuts a range into parts of at most `lengthMs` milliseconds each, oldest first. */
export function* historyParts(fromMs: number, toMs: number, lengthMs: number): Generator<HistoryPart> {
  for (let start = fromMs; start <= toMs; start += lengthMs) {
    yield { fromMs: start, toMs: Math.min(toMs, start + lengthMs - 1) };
  }
}

/** The same for candles: parts of at most `rows` candles. */
export function klineParts(
  interval: KlineInterval,
  fromMs: number,
  toMs: number,
  rows: number,
): Generator<HistoryPart> {
  return historyParts(fromMs, toMs, klineLengthMs[interval] * rows);
}

/** The venue's name of an interval. @throws {ConfigError} when it has none; the message lists those that it has. */
export function intervalName(
  names: Readonly<Partial<Record<KlineInterval, string>>>,
  interval: KlineInterval,
  exchange: ExchangeKey,
): string {
  const name = names[interval];
  if (name !== undefined) return name;
  throw new ConfigError(
    `${exchange} has no candles of ${interval} here: use one of ${Object.keys(names).join(", ")}`,
  );
}

/** Rows in the order of a number, each number once: of rows with the same one the last counts. */
export function orderedRows<Row>(rows: readonly Row[], key: (row: Row) => number): Row[] {
  const byKey = new Map(rows.map((row) => [key(row), row]));
  return [...byKey.values()].sort((a, b) => key(a) - key(b));
}
