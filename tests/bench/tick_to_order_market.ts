/**
 * What the venues and the clients of the bench from a frame to its order agree on: instruments, prices and messages.
 * @module
 */
import type { ExchangeKey } from "../../src/core/exchange.ts";
import { InstrumentTable } from "../../src/core/instrument.ts";
import { testSpec } from "../support/instruments.ts";

/** The venues of every pair. */
export const venueKeys = [
  "MEXC_SPOT",
  "GATEIO_SPOT",
  "GATEIO_FUTURES",
] as const satisfies readonly ExchangeKey[];

/** Where a market is reached. */
export type MarketEndpoints = Readonly<Record<ExchangeKey, { readonly rest: string; readonly ws: string }>>;

/** Who looks at a market and trades there. */
export interface ClientJob {
  readonly kind: "cexarb" | "plain";
  readonly pairs: number;
  readonly endpoints: MarketEndpoints;
  /** Folder for the journal. */
  readonly directory: string;
}

/** Asks the venues for something. */
export type VenueOrder =
  /** Opens a market of so many pairs. */
  | { readonly kind: "open"; readonly pairs: number }
  /** Sends frames for so long and opens so many edges a second. */
  | { readonly kind: "run"; readonly market: number; readonly ms: number; readonly edgesPerSecond: number }
  /** Asks for the moments at which orders came in. */
  | { readonly kind: "arrivals"; readonly market: number };

/** What the venues answer. */
export type VenueReply =
  | { readonly kind: "opened"; readonly market: number; readonly endpoints: MarketEndpoints }
  /** Frames and edges of one run. */
  | { readonly kind: "ran"; readonly frames: number; readonly edges: number; readonly ms: number }
  | { readonly kind: "arrivals"; readonly at: ReadonlyMap<string, number> };

/** What a client has measured since it was asked last. Times in milliseconds. */
export interface ClientFigures {
  readonly frames: number;
  /** From a frame's receipt until the bytes of the first order, and of both, were with the operating system. */
  readonly first: readonly number[];
  readonly both: readonly number[];
  /** From a frame's receipt until everything about it was decided, without those that led to orders. */
  readonly quiet: readonly number[];
  /** What strategies and limits took of an order's time together. */
  readonly decision: readonly number[];
  /** What the journal took of it. */
  readonly journal: readonly number[];
  /** Receipt of the frame of each order, epoch milliseconds, by client order id. */
  readonly received: ReadonlyMap<string, number>;
  /** Orders that did not leave in the turn of their frame. */
  readonly late: number;
  /** What kept intents from being sent, by limit. */
  readonly refusals: ReadonlyMap<string, number>;
}

/** Middle of every book, and the distance of its levels, in ticks: ten basis points. */
export const middleTicks = 100_000, levelTicks = 100;
/** Levels a side. */
export const levelCount = 100;
/** Size of a level, and of the one that makes an edge, in coins. */
export const levelSize = 5, edgeSize = 20;
/** The level at which an edge's bid stands; the asks up to it are gone meanwhile. */
export const edgeLevel = 5;

/** So many coins on all venues; ids go up by venue within each coin. */
export function marketInstruments(pairs: number): InstrumentTable {
  const table = new InstrumentTable();
  for (let coin = 0; coin < pairs; coin++) {
    for (const exchange of venueKeys) {
      table.add({ ...testSpec(exchange, "HYPE"), ...namesOf(exchange, coin) });
    }
  }
  return table;
}

/** Names of a coin at a venue. */
export function namesOf(exchange: ExchangeKey, coin: number): { base: string; exchangeSymbol: string } {
  const base = `COIN${coin}`;
  return { base, exchangeSymbol: exchange === "MEXC_SPOT" ? `${base}USDT` : `${base}_USDT` };
}

/** The epoch milliseconds of a moment on `performance.now()`, with fractions. */
export function epochOf(now: number): number {
  return performance.timeOrigin + now;
}
