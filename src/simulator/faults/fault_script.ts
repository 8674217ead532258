/**
 * The faults of a simulation: waiting, active, over.
 * @module
 */
import type { Clock, Timer } from "../../core/clock.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { FaultKind, FaultRule } from "./fault_rule.ts";

/** A rule with its state. */
export interface ActiveFault {
  /** Number by which it can be removed. */
  readonly id: number;
  readonly rule: FaultRule;
  state: "waiting" | "active" | "over";
  /** Occasions that passed so far. */
  seen: number;
  /** Times that it struck. */
  struck: number;
}

/** What happens when a fault begins and ends, beyond what is looked up on the wire. */
export interface FaultActions {
  begin(rule: FaultRule): void;
  end(rule: FaultRule): void;
}

/** Faults whose strike is their beginning; the others wait for their occasions on the wire. */
const immediate: readonly FaultKind[] = [
  "close",
  "clock-jump",
  "expire-listen-keys",
  "halt",
  "resume",
  "delist",
  "skip-sequence",
];
/** Faults that hold for their time, whatever happens meanwhile. */
const continuous: readonly FaultKind[] = ["refuse-connections", "dark", "frozen-book"];
/** Faults that are over which are still listed. */
const keptOver = 1000;

/** Runs rules on the clock. */
export class FaultScript {
  readonly #clock: Clock;
  readonly #actions: FaultActions;
  readonly #faults: ActiveFault[] = [];
  readonly #timers = new Map<ActiveFault, Timer>();
  /** Active faults by kind, so that a simulation without faults pays one look. */
  readonly #active = new Map<FaultKind, ActiveFault[]>();
  #nextId = 1;

  constructor(clock: Clock, actions: FaultActions) {
    this.#clock = clock;
    this.#actions = actions;
  }

  /** Every rule ever added that is still remembered, oldest first. */
  get faults(): readonly ActiveFault[] {
    return this.#faults;
  }

  /** Whether no fault waits for an occasion: asked for every frame. */
  get idle(): boolean {
    return this.#active.size === 0;
  }

  /** Adds a rule; its time begins now. Returns its number. */
  add(rule: FaultRule): number {
    const fault: ActiveFault = { id: this.#nextId++, rule, state: "waiting", seen: 0, struck: 0 };
    this.#faults.push(fault);
    if (this.#faults.length > keptOver && this.#faults[0]!.state === "over") this.#faults.shift();
    if (rule.atMs === 0) this.#begin(fault);
    else this.#timers.set(fault, this.#clock.setTimer(rule.atMs, () => this.#begin(fault)));
    return fault.id;
  }

  /** Ends a rule. Returns whether there was one. */
  remove(id: number): boolean {
    const fault = this.#faults.find((candidate) => candidate.id === id);
    if (fault === undefined || fault.state === "over") return false;
    this.#end(fault);
    return true;
  }

  /** Ends all rules and their timers. */
  stop(): void {
    for (const fault of this.#faults) if (fault.state !== "over") this.#end(fault);
  }

  /** Whether a fault of one of these kinds is active at a venue. */
  holds(venue: ExchangeKey, ...kinds: readonly FaultKind[]): boolean {
    if (this.#active.size === 0) return false;
    return kinds.some((kind) => this.#active.get(kind)?.some(({ rule }) => rule.venue === venue) ?? false);
  }

  /** The first active fault of these kinds that this occasion calls for; the strike is counted. */
  strike(
    venue: ExchangeKey,
    kinds: readonly FaultKind[],
    applies: (rule: FaultRule) => boolean,
  ): FaultRule | undefined {
    if (this.#active.size === 0) return undefined;
    for (const kind of kinds) {
      for (const fault of this.#active.get(kind) ?? []) {
        if (fault.rule.venue !== venue || !applies(fault.rule)) continue;
        fault.seen += 1;
        if (fault.seen <= fault.rule.skip) continue;
        fault.struck += 1;
        if (fault.struck >= fault.rule.count) this.#end(fault);
        return fault.rule;
      }
    }
    return undefined;
  }

  #begin(fault: ActiveFault): void {
    const { rule } = fault;
    this.#timers.delete(fault);
    fault.state = "active";
    if (immediate.includes(rule.fault)) fault.struck = 1;
    else this.#active.set(rule.fault, [...this.#active.get(rule.fault) ?? [], fault]);
    if (continuous.includes(rule.fault)) fault.struck = 1;
    this.#actions.begin(rule);
    if (rule.forMs !== undefined) {
      this.#timers.set(fault, this.#clock.setTimer(rule.forMs, () => this.#end(fault)));
    } else if (immediate.includes(rule.fault)) fault.state = "over";
  }

  #end(fault: ActiveFault): void {
    const { rule } = fault;
    this.#timers.get(fault)?.cancel();
    this.#timers.delete(fault);
    const began = fault.state === "active";
    fault.state = "over";
    const others = (this.#active.get(rule.fault) ?? []).filter((other) => other !== fault);
    if (others.length === 0) this.#active.delete(rule.fault);
    else this.#active.set(rule.fault, others);
    if (began) this.#actions.end(rule);
  }
}
