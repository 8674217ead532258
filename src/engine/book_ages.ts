/**
 * How long ago books were heard of.
 * @module
 */
import type { ExchangeKey } from "../core/exchange.ts";
import type { Engine } from "./engine.ts";

/** Ages of a venue's usable books, milliseconds of the run's clock; NaN when none is usable. */
export interface BookAges {
  readonly medianMs: number;
  readonly oldestMs: number;
}

/** The ages of all venues' books now. */
export function bookAges({ composites, instruments, options }: Engine): Map<ExchangeKey, BookAges> {
  const now = options.clock.monotonicMs();
  return new Map(composites.map((composite) => {
    const { exchange } = composite;
    const ages = instruments.ofExchange(exchange)
      .map(({ id }) => composite.book(id))
      .filter((book) => book?.usable)
      .map((book) => now - book!.updatedAt)
      .sort((a, b) => a - b);
    const medianMs = ages[Math.floor((ages.length - 1) / 2)] ?? NaN;
    return [exchange, { medianMs, oldestMs: ages.at(-1) ?? NaN }];
  }));
}
