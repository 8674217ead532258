/**
 * What goes on in a market besides trading.
 * @module
 */
import type { Timer } from "../../core/clock.ts";
import { FundingClock } from "./funding_clock.ts";
import { ListingClock, type ListingPlan } from "./listing_clock.ts";
import type { MarketInstrument } from "./market_instrument.ts";
import type { SourceContext } from "./market_source.ts";

/** The day of instruments without trades moves on this often. */
const rollMs = 60_000;

/** Funding, halts and delistings, and 24-hour figures that move on without trades. Any market source can run it. */
export class MarketUpkeep {
  readonly #context: SourceContext;
  readonly #instruments: readonly MarketInstrument[];
  readonly #funding: FundingClock;
  readonly #listing: ListingClock;
  #timer: Timer | undefined;

  /** @throws {ConfigError} when the plan names an instrument that does not exist. */
  constructor(context: SourceContext, instruments: readonly MarketInstrument[], plan: ListingPlan = {}) {
    this.#context = context;
    this.#instruments = instruments;
    this.#funding = new FundingClock(context.clock, instruments);
    this.#listing = new ListingClock(context.clock, context.random.fork("listings"), instruments, plan);
  }

  /** Starts everything. Called once. */
  start(): void {
    this.#funding.start();
    this.#listing.start();
    this.#arm();
  }

  /** Stops everything for good. */
  stop(): void {
    this.#funding.stop();
    this.#listing.stop();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    const { clock } = this.#context;
    this.#timer = clock.setTimer(rollMs, () => {
      const nowMs = Math.floor(clock.epochMs());
      for (const { statistics } of this.#instruments) statistics.roll(nowMs);
      this.#arm();
    });
  }
}
