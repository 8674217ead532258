/**
 * What can be seen and done to trading from outside.
 * @module
 */
import type { Breakers, BreakerState } from "../execution/risk/breakers.ts";
import type { KillState, KillSwitch } from "../execution/risk/kill_switch.ts";

/** How trading stands. */
export interface ControlState {
  /** `paper` or `live`. */
  readonly mode: string;
  /** Why the kill switch is engaged; null when it is not. */
  readonly kill: KillState | null;
  /** Breakers that have tripped. */
  readonly breakers: readonly BreakerState[];
}

/** What a run with a desk lets others see and do. */
export interface DeskControl {
  state(): ControlState;
  /** Engages the kill switch. */
  kill(reason: string): void;
  /** Lets the kill switch go (`kill`) or closes a breaker by its name. Returns why not; undefined when it is done. */
  reset(name: string): string | undefined;
}

/** Parts of a run that are controlled. */
export interface ControlledParts {
  readonly mode: string;
  readonly killSwitch: KillSwitch;
  readonly breakers: Breakers;
}

/** The control of a run's kill switch and breakers. */
export function deskControl({ mode, killSwitch, breakers }: ControlledParts): DeskControl {
  return {
    state: () => ({ mode, kill: killSwitch.state ?? null, breakers: breakers.tripped }),
    kill: (reason) => void killSwitch.engage(reason, "api"),
    reset: (name) => {
      if (name === "kill") return killSwitch.reset("api");
      if (breakers.reset(name) > 0) return undefined;
      const names = ["kill", ...new Set(breakers.tripped.map((each) => each.name))].join(", ");
      return `no breaker "${name}" has tripped; use one of ${names}`;
    },
  };
}
