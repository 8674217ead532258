/**
 * What time it is at a venue.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import { CexarbError } from "../core/errors.ts";

/** A question for the time and its answer. */
export interface ClockSample {
  /** Monotonic milliseconds here before the question was sent. */
  readonly sentAt: number;
  /** Monotonic milliseconds here after the answer had come. */
  readonly receivedAt: number;
  /** The venue's stamp, epoch milliseconds: the first one where it tells when the question came and the answer left. */
  readonly serverMs: number;
  /** The last such stamp. Default `serverMs`. */
  readonly serverDoneMs?: number;
}

/** Settings of a {@link ClockOffset}. */
export interface ClockOffsetOptions {
  readonly clock: Clock;
  /** The venue cuts its stamps to this many milliseconds. Default 1. */
  readonly resolutionMs?: number;
  /** Most that the two clocks run apart, parts per million. Default 100: two crystals of 50 each. */
  readonly driftPpm?: number;
  /** Samples older than this are forgotten, milliseconds. Default 600,000. */
  readonly windowMs?: number;
  /** Without a sample for this long the time is not known any more, milliseconds. Default 120,000. */
  readonly maxAgeMs?: number;
  /** Largest error bar with which the time counts as known, milliseconds. Default 500. */
  readonly maxUncertaintyMs?: number;
  /** The wall clock was set or the machine slept when it moves by more than this against the monotonic one. Default 100. */
  readonly maxJumpMs?: number;
}

/** What is known at one moment. */
export interface ClockEstimate {
  /** The venue's time minus that of the local wall clock, milliseconds. */
  readonly offsetMs: number;
  /** The true offset is at most so far away, if the clocks keep to their drift. */
  readonly uncertaintyMs: number;
  /** Age of the last sample. */
  readonly ageMs: number;
  /** Samples that count. */
  readonly samples: number;
}

/** The venue's time is not known well enough to sign an order with it. Nothing was sent. */
export class ClockError extends CexarbError {}

/** Bounds of venue time minus local monotonic time: what a sample says. */
interface Bounds {
  /** When the upper bound is true: it compares a later stamp with the moment of the question. */
  readonly sentAt: number;
  /** When the lower bound is true. */
  readonly receivedAt: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The venue's time as an interval that holds the true one. A stamp was made between question and answer, so each
 * sample bounds the offset from both sides, however the delay divides between the two ways: with the clock filter of
 * NTP (RFC 5905, section 10) the bound would be offset = server − midpoint, error = half the round trip; here the
 * bounds of all samples are intersected, each widened by drift for its age, which is never wider than the best one.
 */
export class ClockOffset {
  readonly #options: Required<ClockOffsetOptions>;
  #bounds: Bounds[] = [];
  /** Wall clock minus monotonic clock at the last sample or the start, and when that was. */
  #reference: { readonly at: number; readonly difference: number };
  #steps = 0;

  constructor(options: ClockOffsetOptions) {
    this.#options = {
      resolutionMs: 1,
      driftPpm: 100,
      windowMs: 600_000,
      maxAgeMs: 120_000,
      maxUncertaintyMs: 500,
      maxJumpMs: 100,
      ...options,
    };
    this.#reference = this.#difference();
  }

  /** How often samples contradicted each other, because a clock was set: what came before was dropped then. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * Learns from a sample.
   *
   * @returns false when it is not used: it contradicts itself (the venue's stamps are further apart than question and
   * answer), or a clock has jumped since the last one, maybe between question and answer.
   */
  add({ sentAt, receivedAt, serverMs, serverDoneMs = serverMs }: ClockSample): boolean {
    const { clock, resolutionMs, windowMs } = this.#options;
    const now = clock.monotonicMs();
    // A stamp that was cut off stands for any time up to the next one.
    const low = serverDoneMs - receivedAt, high = serverMs + resolutionMs - sentAt;
    if (!(sentAt <= receivedAt && receivedAt <= now && low <= high)) return false;
    const hasJumped = this.#hasJumped();
    this.#reference = this.#difference();
    if (hasJumped) {
      this.#bounds = [];
      return false;
    }
    const fresh: Bounds = { sentAt, receivedAt, low, high };
    const kept = this.#bounds.filter(({ receivedAt }) => now - receivedAt <= windowMs);
    this.#bounds = [...kept, fresh];
    if (this.#interval(now) === undefined) {
      this.#steps += 1;
      this.#bounds = [fresh];
    }
    return true;
  }

  /** Drops everything, for when the time is known to be wrong: a venue refused a request for its stamp. */
  invalidate(): void {
    this.#bounds = [];
  }

  /** What is known now; undefined when there is no sample. Judges nothing: see {@link refusal}. */
  estimate(): ClockEstimate | undefined {
    const { clock } = this.#options;
    const now = clock.monotonicMs();
    const interval = this.#interval(now);
    if (interval === undefined) return undefined;
    return {
      offsetMs: (interval.low + interval.high) / 2 - (clock.epochMs() - now),
      uncertaintyMs: (interval.high - interval.low) / 2,
      ageMs: now - Math.max(...this.#bounds.map(({ receivedAt }) => receivedAt)),
      samples: this.#bounds.length,
    };
  }

  /** Why orders must not be signed with this time; undefined when they may. */
  refusal(): string | undefined {
    const { maxAgeMs, maxUncertaintyMs } = this.#options;
    const estimate = this.estimate();
    if (estimate === undefined) return "no sample of its time has come yet";
    if (this.#hasJumped()) return "the local clock was set or the machine slept since the last sample";
    const { ageMs, uncertaintyMs } = estimate;
    if (ageMs > maxAgeMs) return `the last sample is ${Math.round(ageMs)} ms old`;
    if (uncertaintyMs > maxUncertaintyMs) {
      return `it is known only to ${Math.round(uncertaintyMs)} ms, ${maxUncertaintyMs} ms are allowed`;
    }
    return undefined;
  }

  /**
   * The venue's time in epoch milliseconds, with fractions.
   *
   * @throws {ClockError} when it is not known well enough.
   */
  now(): number {
    const refusal = this.refusal();
    const { clock } = this.#options;
    const interval = this.#interval(clock.monotonicMs());
    if (refusal !== undefined || interval === undefined) {
      throw new ClockError(`The venue's time is not known: ${refusal}`);
    }
    return clock.monotonicMs() + (interval.low + interval.high) / 2;
  }

  /** Venue time minus monotonic time, as far as all samples allow; undefined when they allow nothing. */
  #interval(now: number): { readonly low: number; readonly high: number } | undefined {
    if (this.#bounds.length === 0) return undefined;
    let low = -Infinity, high = Infinity;
    const drift = this.#options.driftPpm / 1e6;
    for (const bounds of this.#bounds) {
      low = Math.max(low, bounds.low - (now - bounds.receivedAt) * drift);
      high = Math.min(high, bounds.high + (now - bounds.sentAt) * drift);
    }
    return low <= high ? { low, high } : undefined;
  }

  /** Whether the wall clock has moved against the monotonic one, which stands still while a machine sleeps. */
  #hasJumped(): boolean {
    const { maxJumpMs, driftPpm } = this.#options;
    const { at, difference } = this.#difference();
    // Time services slew the wall clock by up to 500 ppm; what is slow is no jump.
    const slewed = (at - this.#reference.at) * (500 + driftPpm) / 1e6;
    return Math.abs(difference - this.#reference.difference) > maxJumpMs + slewed;
  }

  #difference(): { readonly at: number; readonly difference: number } {
    const at = this.#options.clock.monotonicMs();
    return { at, difference: this.#options.clock.epochMs() - at };
  }
}
