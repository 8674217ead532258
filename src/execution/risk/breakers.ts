/**
 * Breakers: what has gone wrong stops new trades, for a while or until someone has looked at it.
 * @module
 */
import { type Clock, maxDelayMs, type Timer } from "../../core/clock.ts";
import type { ExchangeKey } from "../../core/exchange.ts";

/** What a breaker stops: `all`, or what touches a venue (its key) or a coin (such as `BTC`). */
export type BreakerScope = string;

/** A breaker that has tripped. */
export interface BreakerState {
  /** What it guards, such as `daily loss`. */
  readonly name: string;
  readonly scope: BreakerScope;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly since: number;
  /** Epoch milliseconds at which it ends by itself; null when someone must reset it. */
  readonly until: number | null;
}

/** Who is told. */
export interface BreakerListener {
  /** A breaker that was closed has tripped. */
  onTripped(state: BreakerState): void;
  /** It is closed again: by itself after its time, or by hand. */
  onReset(state: BreakerState, by: "time" | "hand"): void;
}

/** What {@link Breakers} take. */
export interface BreakersOptions {
  readonly clock: Clock;
  /** Time that a breaker lasts when nothing else is said, milliseconds; read when it trips. */
  cooldownMs(): number;
  readonly listener?: BreakerListener;
}

/** How long a breaker lasts. */
export interface BreakerDuration {
  /** Milliseconds from now, or Infinity for as long as nobody resets it. */
  readonly cooldownMs?: number;
}

interface Entry {
  state: BreakerState;
  timer: Timer | undefined;
}

/** All breakers of a run. Those that last a while end on the clock. */
export class Breakers {
  readonly #entries = new Map<string, Entry>();

  constructor(private readonly options: BreakersOptions) {}

  /** Those that have tripped, the oldest first. */
  get tripped(): readonly BreakerState[] {
    return [...this.#entries.values()].map(({ state }) => state);
  }

  /** Trips a breaker. One that has tripped already takes the new reason and lasts as long as the longer of both. */
  trip(name: string, scope: BreakerScope, reason: string, duration: BreakerDuration = {}): void {
    const key = keyOf(name, scope);
    const now = this.options.clock.epochMs();
    const until = endOf(now, duration.cooldownMs ?? this.options.cooldownMs());
    const known = this.#entries.get(key);
    if (known === undefined) {
      const entry: Entry = { state: { name, scope, reason, since: now, until }, timer: undefined };
      this.#entries.set(key, entry);
      this.#await(key, entry);
      this.options.listener?.onTripped(entry.state);
      return;
    }
    known.state = { ...known.state, reason, until: later(known.state.until, until) };
    this.#await(key, known);
  }

  /** Takes over breakers that had tripped before a restart; nobody is told. What has ended meanwhile is left out. */
  restore(states: readonly BreakerState[]): void {
    const now = this.options.clock.epochMs();
    for (const state of states) {
      if (state.until !== null && state.until <= now) continue;
      const key = keyOf(state.name, state.scope);
      this.#entries.get(key)?.timer?.cancel();
      const entry: Entry = { state, timer: undefined };
      this.#entries.set(key, entry);
      this.#await(key, entry);
    }
  }

  /** Closes a breaker by hand, in all its scopes or in one. Returns how many were closed. */
  reset(name: string, scope?: BreakerScope): number {
    const found = [...this.#entries].filter(([, { state }]) =>
      state.name === name && (scope === undefined || state.scope === scope)
    );
    for (const [key, entry] of found) this.#close(key, entry, "hand");
    return found.length;
  }

  /** The first breaker that stops a trade of this coin between these venues. */
  stopping(base: string, buyExchange: ExchangeKey, sellExchange: ExchangeKey): BreakerState | undefined {
    if (this.#entries.size === 0) return undefined;
    for (const { state } of this.#entries.values()) {
      const { scope } = state;
      if (scope === "all" || scope === base || scope === buyExchange || scope === sellExchange) return state;
    }
    return undefined;
  }

  /** Sets no more timers; what has tripped stays so. */
  stop(): void {
    for (const { timer } of this.#entries.values()) timer?.cancel();
  }

  #await(key: string, entry: Entry): void {
    entry.timer?.cancel();
    entry.timer = undefined;
    const { until } = entry.state;
    if (until === null) return;
    const left = until - this.options.clock.epochMs();
    entry.timer = this.options.clock.setTimer(Math.min(left, maxDelayMs), () => {
      // The wall clock may have been set back since.
      if (this.options.clock.epochMs() < until) this.#await(key, entry);
      else this.#close(key, entry, "time");
    });
  }

  #close(key: string, entry: Entry, by: "time" | "hand"): void {
    entry.timer?.cancel();
    this.#entries.delete(key);
    this.options.listener?.onReset(entry.state, by);
  }
}

function keyOf(name: string, scope: BreakerScope): string {
  return `${name}\n${scope}`;
}

/** A duration that is no number ends never: nobody knows when it would. */
function endOf(now: number, cooldownMs: number): number | null {
  return Number.isFinite(cooldownMs) ? now + cooldownMs : null;
}

function later(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b);
}
