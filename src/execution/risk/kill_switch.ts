/**
 * The kill switch: one call, one file or one signal ends all trading until someone allows it again.
 * @module
 */
import type { Clock } from "../../core/clock.ts";

/** Who pulled it, or let it go. */
export type KillSource = "signal" | "file" | "api";

/** The switch while it is engaged. */
export interface KillState {
  readonly reason: string;
  /** `journal` when an earlier run had ended with it engaged: who did it then is not written down, only the reason. */
  readonly source: KillSource | "journal";
  /** Epoch milliseconds; when the journal was read where that is the source. */
  readonly since: number;
}

/** Told of each change: the state, or undefined when it was let go. */
export type KillListener = (state: KillState | undefined, source: KillSource) => void;

/**
 * Engaged or not, and why. It says so and does nothing itself: whoever listens stops acquiring, cancels and hedges.
 * Stays engaged until {@link KillSwitch.reset}; over restarts when it is made with the state that was written down.
 */
export class KillSwitch {
  #state: KillState | undefined;
  readonly #listeners: KillListener[] = [];
  readonly #holds: (() => string | undefined)[] = [];

  /** @param engaged The state that it had before a restart. */
  constructor(private readonly clock: Pick<Clock, "epochMs">, engaged?: KillState) {
    this.#state = engaged;
  }

  get isEngaged(): boolean {
    return this.#state !== undefined;
  }

  /** Why it is engaged; empty when it is not. */
  get reason(): string {
    return this.#state?.reason ?? "";
  }

  /** Everything about it; undefined when it is not engaged. */
  get state(): KillState | undefined {
    return this.#state;
  }

  /** Engages it. The first reason stays when it is engaged already. Returns whether this has changed anything. */
  engage(reason: string, source: KillSource): boolean {
    if (this.#state !== undefined) return false;
    this.#state = { reason, source, since: this.clock.epochMs() };
    for (const listener of this.#listeners) listener(this.#state, source);
    return true;
  }

  /** Lets it go, unless something holds it. Returns what does, such as a file that is still there. */
  reset(source: KillSource): string | undefined {
    if (this.#state === undefined) return undefined;
    for (const hold of this.#holds) {
      const why = hold();
      if (why !== undefined) return why;
    }
    this.#state = undefined;
    for (const listener of this.#listeners) listener(undefined, source);
    return undefined;
  }

  /** Adds someone who is told of each change, in the order of adding. */
  onChange(listener: KillListener): void {
    this.#listeners.push(listener);
  }

  /** Adds something that may hold the switch: it says why, or undefined when it does not. */
  holdWhile(check: () => string | undefined): void {
    this.#holds.push(check);
  }
}
