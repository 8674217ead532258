/**
 * What every simulated venue is built from.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { SeededRandom } from "../core/random.ts";
import type { AccountRegistry } from "./accounts/account_registry.ts";
import type { Faults } from "./faults.ts";
import type { MarketInstrument } from "./market/market_instrument.ts";
import type { FlushTickers } from "./publish/tickers.ts";

/** Collaborators of one venue. */
export interface VenueContext {
  readonly clock: Clock;
  /** A stream of its own for the venue. */
  readonly random: SeededRandom;
  readonly tickers: FlushTickers;
  readonly faults: Faults;
  /** Users and their keys. */
  readonly accounts: AccountRegistry;
  /** The venue's instruments by its own symbol. */
  readonly instruments: ReadonlyMap<string, MarketInstrument>;
}

/** The venue's wall clock: whole epoch milliseconds. */
export function stampMs(clock: Clock): number {
  return Math.floor(clock.epochMs());
}
