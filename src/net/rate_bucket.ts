/**
 * What may go within a window of time.
 * @module
 */

/** Who asks: cancels and hedges have priority, everything else is ordinary. */
export type Lane = "priority" | "ordinary";

/** A limit as a venue states it. */
export interface RateRule {
  /** Most weight within any window. */
  readonly limit: number;
  /** Milliseconds. */
  readonly windowMs: number;
  /** Part of the limit that ordinary requests may not use. Default 0. */
  readonly reserve?: number;
}

/** What a venue tells about a limit with an answer. */
export interface LimitReport {
  /** Limit of the window. */
  readonly limit?: number;
  /** What is left in the window. */
  readonly remaining?: number;
  /** When it may be used again if nothing is left, epoch milliseconds of the venue; otherwise of no meaning. */
  readonly resetAtMs?: number;
}

interface Charge {
  readonly at: number;
  readonly weight: number;
  /** `foreign`: somebody else with the same address or account. */
  readonly lane: Lane | "foreign";
}

/** Longest time for which a stated reset is believed, milliseconds. */
const maxResetMs = 60_000;

/** The charges of the last window. Times are those of a monotonic clock in milliseconds, and never go back. */
export class RateBucket {
  readonly #charges: Charge[] = [];
  readonly #spanMs: number;
  #used = 0;
  #usedOrdinary = 0;
  #limit: number;
  #blockedUntil = 0;
  /** Refusals by the venue since the last request that it let pass. */
  refusals = 0;

  /**
   * @param marginMs Added to the window, because requests may arrive closer together than they were sent.
   * @throws {RangeError} when the rule can never let anything pass.
   */
  constructor(readonly name: string, readonly rule: RateRule, marginMs: number) {
    const { limit, windowMs, reserve = 0 } = rule;
    if (!(limit >= 1 && windowMs > 0 && reserve >= 0 && reserve < limit)) {
      throw new RangeError(
        `The limit ${limit} per ${windowMs} ms with a reserve of ${reserve} makes no sense`,
      );
    }
    this.#spanMs = windowMs + marginMs;
    this.#limit = limit;
  }

  /** The limit in force: that of the rule, or a lower one that the venue has stated. */
  get limit(): number {
    return this.#limit;
  }

  /** Until when nothing may pass; in the past when it may. */
  get blockedUntil(): number {
    return this.#blockedUntil;
  }

  /** Weight within the last window. */
  used(now: number): number {
    this.#forget(now);
    return this.#used;
  }

  /** Earliest time at which this weight fits, if nothing else is charged before; `now` when it does already. */
  roomAt(now: number, weight: number, lane: Lane): number {
    this.#forget(now);
    const earliest = Math.max(now, this.#blockedUntil);
    // A request that is heavier than what was learned must still get through at some time: alone.
    const excess = this.#used - Math.max(0, this.#limit - weight);
    const most = Math.max(0, this.#limit - (this.rule.reserve ?? 0) - weight);
    const excessOrdinary = lane === "ordinary" ? this.#usedOrdinary - most : 0;
    return Math.max(earliest, this.#freedAt(excess, excessOrdinary));
  }

  /** How many requests of this weight fit now, one after the other. */
  room(now: number, weight: number, lane: Lane): number {
    if (this.roomAt(now, weight, lane) > now) return 0;
    const free = this.#limit - this.#used;
    const freeOrdinary = this.#limit - (this.rule.reserve ?? 0) - this.#usedOrdinary;
    const most = lane === "ordinary" ? Math.min(free, freeOrdinary) : free;
    // One that is heavier than what was learned passes alone.
    return Math.max(1, Math.floor(most / weight));
  }

  /** Counts a request that is sent now. */
  charge(now: number, weight: number, lane: Lane): void {
    this.#add({ at: now, weight, lane });
  }

  /** Lets nothing pass until then. */
  block(until: number): void {
    this.#blockedUntil = Math.max(this.#blockedUntil, until);
  }

  /**
   * Believes what the venue says where that is less than what is known here.
   *
   * @param venueNowMs The venue's time, epoch milliseconds.
   */
  learn({ limit, remaining, resetAtMs }: LimitReport, now: number, venueNowMs: number): void {
    if (limit !== undefined && limit >= 1) this.#limit = Math.min(limit, this.rule.limit);
    if (remaining === undefined) return;
    // What others used is not known by time: it is taken to be of this moment, the least favourable one.
    const foreign = Math.ceil((limit ?? this.rule.limit) - remaining) - this.used(now);
    if (foreign > 0) this.#add({ at: now, weight: foreign, lane: "foreign" });
    if (remaining <= 0 && resetAtMs !== undefined && resetAtMs > venueNowMs) {
      this.block(now + Math.min(resetAtMs - venueNowMs, maxResetMs));
    }
  }

  /** When so much weight has left the window. */
  #freedAt(excess: number, excessOrdinary: number): number {
    if (excess <= 0 && excessOrdinary <= 0) return 0;
    for (const { at, weight, lane } of this.#charges) {
      excess -= weight;
      if (lane === "ordinary") excessOrdinary -= weight;
      if (excess <= 0 && excessOrdinary <= 0) return at + this.#spanMs;
    }
    return 0;
  }

  #add(charge: Charge): void {
    this.#charges.push(charge);
    this.#used += charge.weight;
    if (charge.lane === "ordinary") this.#usedOrdinary += charge.weight;
  }

  #forget(now: number): void {
    let count = 0;
    for (const { at, weight, lane } of this.#charges) {
      if (at + this.#spanMs > now) break;
      count += 1;
      this.#used -= weight;
      if (lane === "ordinary") this.#usedOrdinary -= weight;
    }
    if (count > 0) this.#charges.splice(0, count);
  }
}
