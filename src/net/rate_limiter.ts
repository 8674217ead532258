/**
 * Requests only as fast as a venue allows, the important ones first.
 * @module
 */
import { type Clock, maxDelayMs, type Timer } from "../core/clock.ts";
import { RequestError } from "../core/network.ts";
import { type Lane, type LimitReport, RateBucket, type RateRule } from "./rate_bucket.ts";

/** What a request uses of one bucket. A bucket comes into being when it is named for the first time. */
export interface RateCharge {
  /** Name of the bucket: an endpoint, a market's orders, a whole account. The same name has the same rule. */
  readonly bucket: string;
  readonly rule: RateRule;
  /** Default 1. */
  readonly weight?: number;
}

/** A request that wants to be sent. */
export interface RateRequest {
  /** Everything that it counts for, the narrowest first: what a venue says with an answer is about that one. */
  readonly charges: readonly RateCharge[];
  /** Default `ordinary`. */
  readonly lane?: Lane;
  /** Longest wait in milliseconds. Default 0: now or not at all. */
  readonly maxWaitMs?: number;
}

/** What an answer says about limits. */
export interface RateAnswer {
  readonly status: number;
  /** `Retry-After` in milliseconds. */
  readonly retryAfterMs?: number;
  readonly report?: LimitReport;
}

/** State of a bucket at one moment. */
export interface RateGauge {
  readonly bucket: string;
  /** Weight within the last window, and the most that is allowed. */
  readonly used: number;
  readonly limit: number;
  /** Milliseconds for which nothing may pass. */
  readonly blockedMs: number;
}

/** Settings of a {@link RateLimiter}. */
export interface RateLimiterOptions {
  readonly clock: Clock;
  /** Added to every window, milliseconds, because requests may arrive closer together than sent. Default 50. */
  readonly marginMs?: number;
  /** Most requests of one lane that wait at once. Default 1,000. */
  readonly maxWaiting?: number;
  /** The venue's time in epoch milliseconds. Default that of the clock. */
  readonly venueNowMs?: () => number;
}

/** The request was held back here, because the venue's limit leaves no room for it in time. It was not sent. */
export class RateLimitError extends RequestError {
  /**
   * @param bucket Name of the bucket that has no room; `*` for a ban of everything.
   * @param retryAfterMs Earliest time at which it could have room, milliseconds from now.
   */
  constructor(readonly bucket: string, readonly retryAfterMs: number, why: string) {
    super(`Held back by the limit "${bucket}": ${why}`, "no");
  }
}

interface Waiting {
  readonly uses: readonly { readonly bucket: RateBucket; readonly weight: number }[];
  readonly lane: Lane;
  readonly since: number;
  readonly deadline: number;
  /**
   * Buckets that had no room for it when it was its turn: nobody behind it may use those. That others keep a bucket
   * from it is no claim of its own: it would be handed down for as long as somebody waits.
   */
  readonly claims: Set<RateBucket>;
  readonly onGrant: () => void;
  readonly onRefusal: (error: RateLimitError) => void;
  timer?: Timer;
}

/** Name of the bucket that stands for all of them. */
const everything = "*";
/** Least time for which a ban (status 418) stops everything, milliseconds. */
const minBanMs = 120_000;
/** Above this many buckets, those that hold nothing are forgotten. */
const maxBuckets = 4_096;

/**
 * Lets requests through so that no bucket ever takes more than its limit within any window.
 *
 * Priority requests come before ordinary ones and have a reserve of their own. So that ordinary ones do not starve,
 * the first of them may go ahead of all others once it has waited for a whole window. Within a lane, requests that
 * need the same bucket start in the order in which they came; one that waits for a bucket lets those pass that do
 * not need it. A request that cannot start in time is refused at once and not sent late.
 */
export class RateLimiter {
  readonly #options: Required<RateLimiterOptions>;
  readonly #buckets = new Map<string, RateBucket>();
  readonly #lanes: Readonly<Record<Lane, Waiting[]>> = { priority: [], ordinary: [] };
  #bannedUntil = 0;
  #decided = 0;
  #lastAdvance = -Infinity;
  #wakeUp: Timer | undefined;

  constructor(options: RateLimiterOptions) {
    const { clock } = options;
    this.#options = { marginMs: 50, maxWaiting: 1_000, venueNowMs: () => clock.epochMs(), ...options };
  }

  /** Requests that wait. */
  get waiting(): number {
    return this.#lanes.priority.length + this.#lanes.ordinary.length;
  }

  /** Requests so far that were let through or refused. */
  get decided(): number {
    return this.#decided;
  }

  /** State of every bucket; the first one, `*`, stands for all: its limit is infinite unless it is blocked. */
  gauges(): RateGauge[] {
    const now = this.#options.clock.monotonicMs();
    const banned = {
      bucket: everything,
      used: 0,
      limit: Infinity,
      blockedMs: Math.max(0, this.#bannedUntil - now),
    };
    const rest = [...this.#buckets.values()].map((bucket) => ({
      bucket: bucket.name,
      used: bucket.used(now),
      limit: bucket.limit,
      blockedMs: Math.max(0, bucket.blockedUntil - now),
    }));
    return [banned, ...rest];
  }

  /**
   * How many such requests could be sent one after the other at this moment, at most `most`. Counts nothing.
   *
   * @param most A whole number from 0.
   */
  room({ charges, lane = "ordinary" }: RateRequest, most: number): number {
    if (this.waiting > 0) return 0;
    const now = this.#options.clock.monotonicMs();
    if (now < this.#bannedUntil) return 0;
    return charges.reduce(
      (room, charge) => Math.min(room, this.#bucket(charge).room(now, charge.weight ?? 1, lane)),
      most,
    );
  }

  /** Counts the request and returns true when it may be sent at this moment; otherwise does nothing. */
  tryAcquire(request: RateRequest): boolean {
    let granted = false;
    this.#enter({ ...request, maxWaitMs: 0 }, () => granted = true, () => {});
    return granted;
  }

  /**
   * Resolves when the request may be sent, which is to happen at once.
   *
   * @throws {RateLimitError} as soon as it is certain that this is not possible in time.
   * @throws {RangeError} when it weighs more than a whole window allows, or a weight is no whole number above 0.
   */
  acquire(request: RateRequest): Promise<void> {
    return new Promise((resolve, reject) => this.#enter(request, resolve, reject));
  }

  /** Lets nothing pass for so long: through one bucket, or through none at all. */
  block(ms: number, bucket?: string): void {
    const until = this.#options.clock.monotonicMs() + ms;
    if (bucket === undefined) this.#bannedUntil = Math.max(this.#bannedUntil, until);
    else this.#buckets.get(bucket)?.block(until);
    this.#pump();
  }

  /**
   * Learns from an answer. "Too many requests" (429) closes the narrowest bucket, the second time in a row all that
   * the request counts for; a ban (418) closes everything.
   */
  learn(charges: readonly RateCharge[], { status, retryAfterMs, report }: RateAnswer): void {
    const now = this.#options.clock.monotonicMs();
    const buckets = charges.map((charge) => this.#bucket(charge));
    const first = buckets[0];
    if (report !== undefined) first?.learn(report, now, this.#options.venueNowMs());
    if (status === 418) {
      this.#bannedUntil = Math.max(this.#bannedUntil, now + Math.max(retryAfterMs ?? 0, minBanMs));
    } else if (status === 429 && first !== undefined) {
      first.refusals += 1;
      for (const bucket of first.refusals > 1 ? buckets : [first]) {
        bucket.block(now + (retryAfterMs ?? bucket.rule.windowMs));
      }
    } else if (first !== undefined) first.refusals = 0;
    this.#pump();
  }

  #enter(request: RateRequest, onGrant: () => void, onRefusal: (error: RateLimitError) => void): void {
    const { charges, lane = "ordinary", maxWaitMs = 0 } = request;
    const now = this.#options.clock.monotonicMs();
    const uses = charges.map((charge) => ({ bucket: this.#bucket(charge), weight: charge.weight ?? 1 }));
    for (const { bucket, weight } of uses) {
      if (Number.isInteger(weight) && weight >= 1 && weight <= bucket.rule.limit) continue;
      throw new RangeError(`A weight of ${weight} never fits the limit "${bucket.name}": split the request`);
    }
    // The usual case, on the way of every order: nobody waits and there is room.
    if (this.waiting === 0 && this.#earliest({ uses, lane }, now) <= now) {
      this.#decided += 1;
      this.#charge({ uses, lane }, now);
      return onGrant();
    }
    const entry: Waiting = {
      uses,
      lane,
      since: now,
      deadline: now + maxWaitMs,
      claims: new Set(),
      onGrant,
      onRefusal,
    };
    const { length } = this.#lanes[lane];
    if (length >= this.#options.maxWaiting) {
      return onRefusal(new RateLimitError(everything, 0, `${length} requests wait already`));
    }
    this.#lanes[lane].push(entry);
    // At the moment of its deadline: a request that cannot wait would be late at any later one.
    this.#pump(now);
    if (!this.#lanes[lane].includes(entry)) return;
    if (maxWaitMs <= 0) this.#expire(entry);
    else entry.timer = this.#options.clock.setTimer(maxWaitMs, () => this.#expire(entry));
  }

  #expire(entry: Waiting): void {
    this.#pump();
    if (!this.#remove(entry)) return;
    // Where it had room itself, others had claimed the first of its buckets that any of them waits for.
    const claimed = [...this.#lanes.priority, ...this.#lanes.ordinary].flatMap(({ claims }) => [...claims]);
    const kept = entry.uses.find(({ bucket }) => claimed.includes(bucket))?.bucket;
    const name = ([...entry.claims][0] ?? kept)?.name ?? everything;
    entry.onRefusal(new RateLimitError(name, 0, "others were before it for as long as it could wait"));
    this.#pump();
  }

  /** Lets go what may go, refuses what cannot go in time, and comes back when that changes. */
  #pump(now = this.#options.clock.monotonicMs()): void {
    this.#wakeUp?.cancel();
    this.#wakeUp = undefined;
    if (this.waiting === 0) return;
    const claimed = new Set<RateBucket>();
    let next = Infinity;
    const { priority, ordinary } = this.#lanes;
    const ahead = this.#ahead(now);
    const order = ahead === undefined
      ? [...priority, ...ordinary]
      : [ahead, ...priority, ...ordinary.filter((entry) => entry !== ahead)];
    for (const entry of order) {
      const at = this.#earliest(entry, now);
      if (at > entry.deadline) this.#refuse(entry, at, now);
      else if (at <= now && entry.uses.every(({ bucket }) => !claimed.has(bucket))) {
        if (entry === ahead) this.#lastAdvance = now;
        this.#grant(entry, now);
      } else {
        for (const { bucket, weight } of entry.uses) {
          if (bucket.roomAt(now, weight, entry.lane) > now) entry.claims.add(bucket);
        }
        for (const bucket of entry.claims) claimed.add(bucket);
        if (at > now) next = Math.min(next, at);
      }
    }
    const starving = this.#starving(now);
    const advancesAt = starving === undefined ? now : this.#advancesAt(starving);
    if (advancesAt > now) next = Math.min(next, advancesAt);
    if (this.waiting > 0 && next < Infinity) {
      this.#wakeUp = this.#options.clock.setTimer(Math.min(next - now, maxDelayMs), () => this.#pump());
    }
  }

  /** The ordinary request that goes ahead of all others now. */
  #ahead(now: number): Waiting | undefined {
    const starving = this.#starving(now);
    return starving !== undefined && this.#advancesAt(starving) <= now ? starving : undefined;
  }

  /** The first ordinary request that priority requests keep waiting, and not those of its own lane. */
  #starving(now: number): Waiting | undefined {
    if (this.#lanes.priority.length === 0) return undefined;
    const taken = new Set<RateBucket>();
    return this.#lanes.ordinary.find(({ uses }) => {
      const isFirst = uses.every(({ bucket }) => !taken.has(bucket));
      for (const { bucket } of uses) taken.add(bucket);
      return isFirst &&
        uses.every(({ bucket, weight }) =>
          bucket.roomAt(now, weight, "ordinary") === bucket.roomAt(now, weight, "priority")
        );
    });
  }

  /** When a starving request goes ahead: after a whole window, and not more than one in a window. */
  #advancesAt({ uses, since }: Waiting): number {
    const windowMs = Math.max(0, ...uses.map(({ bucket }) => bucket.rule.windowMs));
    return Math.max(since, this.#lastAdvance) + windowMs;
  }

  #earliest({ uses, lane }: Pick<Waiting, "uses" | "lane">, now: number): number {
    let at = Math.max(now, this.#bannedUntil);
    for (const { bucket, weight } of uses) at = Math.max(at, bucket.roomAt(now, weight, lane));
    return at;
  }

  #grant(entry: Waiting, now: number): void {
    this.#remove(entry);
    this.#charge(entry, now);
    entry.onGrant();
  }

  #charge({ uses, lane }: Pick<Waiting, "uses" | "lane">, now: number): void {
    for (const { bucket, weight } of uses) bucket.charge(now, weight, lane);
  }

  /** @param at When there would be room. */
  #refuse(entry: Waiting, at: number, now: number): void {
    this.#remove(entry);
    const waitMs = at - now;
    const full = entry.uses.find(({ bucket, weight }) => bucket.roomAt(now, weight, entry.lane) >= at);
    const name = full?.bucket.name ?? everything;
    entry.onRefusal(new RateLimitError(name, waitMs, `there is no room for ${Math.ceil(waitMs)} ms`));
  }

  #remove(entry: Waiting): boolean {
    const lane = this.#lanes[entry.lane];
    const index = lane.indexOf(entry);
    if (index < 0) return false;
    lane.splice(index, 1);
    this.#decided += 1;
    entry.timer?.cancel();
    return true;
  }

  #bucket({ bucket: name, rule }: RateCharge): RateBucket {
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      if (this.#buckets.size >= maxBuckets) this.#forgetEmpty();
      bucket = new RateBucket(name, rule, this.#options.marginMs);
      this.#buckets.set(name, bucket);
    }
    return bucket;
  }

  /** Forgets buckets that say the same as new ones. */
  #forgetEmpty(): void {
    const now = this.#options.clock.monotonicMs();
    const used = new Set(
      [...this.#lanes.priority, ...this.#lanes.ordinary].flatMap(({ uses }) => uses).map((use) => use.bucket),
    );
    for (const [name, bucket] of this.#buckets) {
      const isNew = bucket.used(now) === 0 && bucket.blockedUntil <= now &&
        bucket.limit === bucket.rule.limit;
      if (isNew && !used.has(bucket)) this.#buckets.delete(name);
    }
  }
}
