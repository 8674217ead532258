/**
 * What venues and the program disagree about, and since when.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import { type Comparison, type Disagreement, explain, keyOf, nameOf, numberText } from "./comparison.ts";

/** Who is told. */
export interface DisagreementListener {
  /** Nothing more may be acquired in this scope, a coin or `all`. Told at every look as long as it stands. */
  stop(scope: string, why: string): void;
  /** It may be again. */
  resume(scope: string, why: string): void;
  /** A disagreement counts from now on. */
  onDisagreement(disagreement: Disagreement): void;
  /** A disagreement is gone. */
  onAgreement(comparison: Comparison, why: string): void;
}

/** What {@link Disagreements} take. */
export interface DisagreementsOptions {
  readonly clock: Clock;
  /** Whether agreement alone allows acquisition again. Read anew each time. */
  resumes(): boolean;
  readonly listener: DisagreementListener;
}

/** How a comparison has come out. */
export type Judgement =
  | "agrees"
  /** It may be an accident: look again soon. */
  | "doubtful"
  /** It was stopped just now. */
  | "new"
  /** It disagrees still. */
  | "stands";

/** Times in a row that numbers must disagree. An answer of a venue may be older than it looks. */
const rounds = 2;
/** Times in a row that a listing must leave something out before it counts as 0: listings are cut short. */
const roundsLeftOut = 4;

interface Doubt {
  comparison: Comparison;
  seen: number;
  leftOut: number;
  /** Epoch milliseconds. */
  readonly since: number;
  standing: Disagreement | undefined;
}

/** Turns comparisons into stops. One look decides nothing. */
export class Disagreements {
  readonly #options: DisagreementsOptions;
  readonly #doubts = new Map<string, Doubt>();
  /** Epoch milliseconds of the last agreement, by key. */
  readonly #agreedAt = new Map<string, number>();
  /** Scopes that were stopped and not yet allowed again. */
  readonly #stopped = new Set<string>();

  constructor(options: DisagreementsOptions) {
    this.#options = options;
  }

  /** Disagreements that stopped something and are not over. */
  get standing(): readonly Disagreement[] {
    return [...this.#doubts.values()].flatMap(({ standing }) => standing === undefined ? [] : [standing]);
  }

  /** Everything that did not agree at its last look. */
  get doubts(): readonly Comparison[] {
    return [...this.#doubts.values()].map(({ comparison }) => comparison);
  }

  /** Scopes that are stopped because of disagreements, some of which may be over. */
  get stopped(): ReadonlySet<string> {
    return this.#stopped;
  }

  /** Whether numbers differed at the last look, or one was left out. */
  isDoubtful(comparison: Comparison): boolean {
    return this.#doubts.has(keyOf(comparison));
  }

  /** Epoch milliseconds of the last look at which it agreed; undefined for none. */
  agreedAt(comparison: Comparison): number | undefined {
    return this.#agreedAt.get(keyOf(comparison));
  }

  /** Takes the result of one look. `causes` are asked for when it is to be told. */
  judge(comparison: Comparison, causes: (difference: number) => readonly string[]): Judgement {
    const key = keyOf(comparison);
    const { theirs = 0, ours, tolerance } = comparison;
    // NaN agrees with nothing.
    if (Math.abs(theirs - ours) <= tolerance) return this.#agree(key, comparison);
    const doubt = this.#doubts.get(key) ??
      { comparison, seen: 0, leftOut: 0, since: this.#options.clock.epochMs(), standing: undefined };
    doubt.comparison = comparison;
    this.#doubts.set(key, doubt);
    const isLeftOut = comparison.theirs === undefined;
    doubt.leftOut = isLeftOut ? doubt.leftOut + 1 : 0;
    doubt.seen = isLeftOut ? doubt.seen : doubt.seen + 1;
    const isNew = doubt.standing === undefined;
    const isYoung = this.#options.clock.epochMs() - doubt.since < (comparison.patienceMs ?? 0);
    const isSeldom = doubt.seen < rounds && doubt.leftOut < roundsLeftOut;
    if (isNew && (isYoung || isSeldom)) return "doubtful";
    // A listing that is cut short says nothing new about what stands.
    if (!isNew && isLeftOut && doubt.leftOut < roundsLeftOut) return "stands";
    const why = explain(comparison, theirs, causes(theirs - ours));
    doubt.standing = { ...comparison, theirs, since: doubt.since, why };
    if (isNew) this.#options.listener.onDisagreement(doubt.standing);
    // Again and again: whoever allows it for another reason must not allow this.
    this.#stopped.add(comparison.scope);
    this.#options.listener.stop(comparison.scope, why);
    return isNew ? "new" : "stands";
  }

  /** Forgets what was seen of it: the program does not claim anything about it any more. */
  drop(comparison: Comparison): void {
    this.#doubts.delete(keyOf(comparison));
  }

  /** Somebody allows a scope again: what stands in it is dropped, and comes back when it is seen anew. */
  reset(scope: string): readonly Disagreement[] {
    const dropped = this.standing.filter((disagreement) => disagreement.scope === scope);
    for (const disagreement of dropped) this.drop(disagreement);
    this.#stopped.delete(scope);
    return dropped;
  }

  #agree(key: string, comparison: Comparison): Judgement {
    const standing = this.#doubts.get(key)?.standing;
    this.#doubts.delete(key);
    this.#agreedAt.set(key, this.#options.clock.epochMs());
    if (standing === undefined) return "agrees";
    const { listener, resumes } = this.#options;
    const { scope, unit, ours } = comparison;
    const why = `The ${nameOf(comparison)} agrees again: ${numberText(ours)} ${unit}`;
    listener.onAgreement(comparison, why);
    if (resumes() && !this.standing.some((other) => other.scope === scope) && this.#stopped.delete(scope)) {
      listener.resume(scope, why);
    }
    return "agrees";
  }
}
