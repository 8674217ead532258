/**
 * How often a client may ask.
 * @module
 */
import type { Clock } from "../../../core/clock.ts";
import { RateLimit } from "../../rate_limit.ts";
import type { Pace } from "./endpoint.ts";

/** Every endpoint has a bucket of its own, per address or per account. */
const bucketWeight = 500;
const bucketMs = 10_000;
const secondMs = 1000;
const pacePerSecond: Readonly<Record<Pace, number>> = { orders: 12, batch: 2, account: 2 };
/** UNCONFIRMED: an address that was refused this often within a minute, and asks once more, is banned. */
const patience = 20;
const patienceMs = 60_000;
/** Each ban is twice as long as the one before. UNCONFIRMED: by how much they grow. */
const firstBanMs = 120_000;
const longestBanMs = 3 * 86_400_000;

/** What is counted of a request. */
export interface Request {
  /** Method and path of the endpoint. */
  readonly endpoint: string;
  readonly weight: number;
  /** The account, or the address when nobody signed. */
  readonly caller: string;
  readonly address: string;
  readonly paces: readonly Pace[];
}

/** An answer in place of the one that was asked for. */
export interface Rejection {
  /** 429 over a limit, 418 while banned. */
  readonly status: 429 | 418;
  /** Milliseconds until a request has a chance. */
  readonly waitMs: number;
}

interface Ban {
  untilMs: number;
  lengthMs: number;
}

/** Counts requests; bans addresses that go on in spite of refusals. */
export class RequestLimits {
  readonly #clock: Clock;
  readonly #buckets: RateLimit;
  readonly #paces: Readonly<Record<Pace, RateLimit>>;
  readonly #refusals: RateLimit;
  readonly #bans = new Map<string, Ban>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#buckets = new RateLimit(clock, bucketWeight, bucketMs);
    this.#refusals = new RateLimit(clock, patience, patienceMs);
    this.#paces = {
      orders: new RateLimit(clock, pacePerSecond.orders, secondMs),
      batch: new RateLimit(clock, pacePerSecond.batch, secondMs),
      account: new RateLimit(clock, pacePerSecond.account, secondMs),
    };
  }

  /** Counts a request; undefined when it may be answered. */
  take({ endpoint, weight, caller, address, paces }: Request): Rejection | undefined {
    const banned = this.#bannedMs(address);
    if (banned > 0) return { status: 418, waitMs: banned };
    const states = [
      this.#buckets.take(`${endpoint} ${caller}`, weight),
      ...paces.map((pace) => this.#paces[pace].take(caller)),
    ];
    const waits = states.filter(({ allowed }) => !allowed).map(({ resetMs }) => resetMs);
    if (waits.length === 0) return undefined;
    if (this.#refusals.take(address).allowed) return { status: 429, waitMs: Math.max(...waits) };
    return { status: 418, waitMs: this.#ban(address) };
  }

  #bannedMs(address: string): number {
    const ban = this.#bans.get(address);
    return ban === undefined ? 0 : ban.untilMs - this.#clock.monotonicMs();
  }

  #ban(address: string): number {
    const before = this.#bans.get(address);
    const lengthMs = before === undefined ? firstBanMs : Math.min(longestBanMs, 2 * before.lengthMs);
    this.#bans.set(address, { untilMs: this.#clock.monotonicMs() + lengthMs, lengthMs });
    return lengthMs;
  }
}
