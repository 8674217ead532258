/**
 * Halts and delistings at their time.
 * @module
 */
import { type Clock, maxDelayMs, type Timer } from "../../core/clock.ts";
import { ConfigError } from "../../core/errors.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { SeededRandom } from "../../core/random.ts";
import type { ListingState } from "./listing_state.ts";
import type { MarketInstrument } from "./market_instrument.ts";
import { findInstrument } from "./market_source.ts";

/** Something that happens to a listing. */
export interface ListingEvent {
  /** Milliseconds after the start of the market. */
  readonly atMs: number;
  readonly exchange: ExchangeKey;
  /** The venue's own name of the instrument. */
  readonly symbol: string;
  readonly action: "halt" | "resume" | "delist";
  /** Time between the announcement of a delisting and the delisting itself, in milliseconds. Default 0. */
  readonly noticeMs?: number;
}

/** Halts at random moments. */
export interface RandomHalts {
  /** Mean time between two halts of one instrument, in milliseconds. */
  readonly meanGapMs: number;
  /** Shortest and longest duration, in milliseconds. */
  readonly minMs: number;
  readonly maxMs: number;
}

/** What is to happen to the listings of a market. */
export interface ListingPlan {
  readonly events?: readonly ListingEvent[];
  readonly halts?: RandomHalts;
}

/** Carries out a plan, delists what was announced, and empties the books of what is delisted. */
export class ListingClock {
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #instruments: readonly MarketInstrument[];
  readonly #plan: ListingPlan;
  readonly #timers = new Set<Timer>();
  #started = false;

  /**
   * @param random A stream of its own for halts.
   * @throws {ConfigError} when the plan names an instrument that does not exist.
   */
  constructor(
    clock: Clock,
    random: SeededRandom,
    instruments: readonly MarketInstrument[],
    plan: ListingPlan,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#instruments = instruments;
    this.#plan = plan;
    for (const event of plan.events ?? []) this.#find(event);
    for (const instrument of instruments) {
      instrument.listing.listen((state) => this.#changed(instrument, state));
    }
  }

  /** Starts the plan. */
  start(): void {
    this.#started = true;
    for (const event of this.#plan.events ?? []) {
      this.#after(event.atMs, () => this.#act(event));
    }
    for (const { listing, spec } of this.#instruments) {
      if (listing.status === "delisting") this.#expect(listing);
      if (this.#plan.halts === undefined) continue;
      const name = `${spec.exchange} ${spec.exchangeSymbol}`;
      this.#haltAtRandom(listing, this.#plan.halts, this.#random.fork(name));
    }
  }

  /** Stops for good. Books of what is delisted are still emptied. */
  stop(): void {
    this.#started = false;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #find({ exchange, symbol }: ListingEvent): MarketInstrument {
    const instrument = findInstrument(this.#instruments, exchange, symbol);
    if (instrument === undefined) {
      throw new ConfigError(`Cannot plan a listing event: ${exchange} has no instrument "${symbol}"`);
    }
    return instrument;
  }

  #act(event: ListingEvent): void {
    const { listing } = this.#find(event);
    if (event.action === "halt") listing.halt();
    else if (event.action === "resume") listing.resume();
    else if (!event.noticeMs) listing.delist(this.#nowMs());
    else listing.beginDelisting(this.#nowMs() + event.noticeMs);
  }

  #changed(instrument: MarketInstrument, state: ListingState): void {
    if (state.status === "delisted") this.#empty(instrument);
    else if (state.delistAtMs !== undefined && this.#started) this.#expect(state);
  }

  /** Delists when the announced time has come, however often it is put off. */
  #expect(listing: ListingState): void {
    const delistAtMs = listing.delistAtMs!;
    this.#after(delistAtMs - this.#nowMs(), () => {
      if (listing.delistAtMs === delistAtMs) listing.delist(this.#nowMs());
    });
  }

  #haltAtRandom(listing: ListingState, halts: RandomHalts, random: SeededRandom): void {
    const gapMs = random.exponential(halts.meanGapMs);
    const durationMs = halts.minMs + (halts.maxMs - halts.minMs) * random.uniform();
    this.#after(gapMs, () => {
      if (listing.status === "delisted") return;
      // Somebody else halted it: that halt is theirs to end.
      if (!listing.open) return this.#haltAtRandom(listing, halts, random);
      listing.halt();
      this.#after(durationMs, () => {
        listing.resume();
        this.#haltAtRandom(listing, halts, random);
      });
    });
  }

  #empty(instrument: MarketInstrument): void {
    const nowMs = this.#nowMs();
    for (const side of ["bid", "ask"] as const) {
      const levels = side === "bid" ? instrument.crowd.bids : instrument.crowd.asks;
      while (levels.size > 0) instrument.quote(side, levels.tickAt(0), 0, nowMs);
    }
    instrument.commit(nowMs);
  }

  #after(delayMs: number, act: () => void): void {
    const timer = this.#clock.setTimer(Math.min(delayMs, maxDelayMs), () => {
      this.#timers.delete(timer);
      if (delayMs > maxDelayMs) this.#after(delayMs - maxDelayMs, act);
      else act();
    });
    this.#timers.add(timer);
  }

  #nowMs(): number {
    return Math.floor(this.#clock.epochMs());
  }
}
