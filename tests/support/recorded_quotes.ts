/**
 * Made-up quotes for tests of what reads the database.
 * @module
 */
import fc from "fast-check";
import { exchanges } from "../../src/core/exchange.ts";
import type { Row } from "../../src/storage/database.ts";
import type { SymbolName, TimeRange } from "../../src/storage/operations/mod.ts";
import { fixedSymbols, iso } from "./recorded_rows.ts";

/** 2026-01-02T03:04:05.678Z. */
export const start = 1_767_323_045_678;
/** Length of the tests' time in milliseconds. */
export const span = 600_000;
/** All of it. */
export const range = { fromMs: start, toMs: start + span };

/** A moment of it, epoch milliseconds. */
export const moment = fc.integer({ min: 0, max: span - 1 }).map((offset) => start + offset);
/** Cents as quote. */
export const price = fc.integer({ min: 1, max: 100_000 }).map((cents) => cents / 100);
/** Place of one of the fixed symbols. */
export const someSymbol = fc.integer({ min: 0, max: fixedSymbols.length - 1 });
/** A stretch of it. */
export const subRange = fc.tuple(moment, moment).map(([a, b]) => ({
  fromMs: Math.min(a, b),
  toMs: Math.max(a, b) + 1,
}));

/** A quote of one of the fixed symbols. */
export interface Quote {
  readonly symbol: number;
  readonly at: number;
  readonly bid: number | null;
  readonly ask: number | null;
}

/** Quotes of which no two are of the same moment. */
export const quotes = fc.uniqueArray(
  fc.record({
    symbol: someSymbol,
    at: moment,
    bid: fc.option(price, { freq: 6 }),
    ask: fc.option(price, { freq: 6 }),
  }),
  { selector: ({ at }) => at, maxLength: 120 },
);

/** Quotes as rows of their table. */
export function quoteRows(all: readonly Quote[]): Row[] {
  return all.map(({ symbol, at, bid, ask }) => ({
    run_id: 1,
    symbol_id: symbol + 1,
    bid_price: bid,
    bid_quantity: bid === null ? null : 2,
    ask_price: ask,
    ask_quantity: ask === null ? null : 3,
    exchange_time: at % 2 === 0 ? iso(at - 5) : null,
    received_at: iso(at),
    update_id: at,
  }));
}

/** Whether a moment is in a range. */
export function isWithin(at: number, { fromMs, toMs }: TimeRange): boolean {
  return at >= fromMs && at < toMs;
}

/** How operations are told a fixed symbol. */
export function nameOf(symbol: number): SymbolName {
  const { exchange, name } = fixedSymbols[symbol]!;
  return { exchange: exchanges[exchange]!.key, exchangeSymbol: name };
}

/** The last of some things. */
export function latest<Thing extends { readonly at: number }>(things: readonly Thing[]): Thing | undefined {
  return things.reduce<Thing | undefined>(
    (best, each) => best === undefined || each.at > best.at ? each : best,
    undefined,
  );
}
