/**
 * What can be seen and done to trading from outside.
 * @module
 */
import type { RebalanceProposal } from "../arbitrage/rebalance.ts";
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
  /** Why nothing is begun, by scope: `all`, a venue or a coin. */
  readonly stops: Readonly<Record<string, string>>;
  /** Base units that are not hedged, by coin; less than the least order is carried. */
  readonly exposures: Readonly<Record<string, number>>;
  /** How coins could come back to where they are wanted; nothing is moved. */
  readonly rebalance: readonly RebalanceProposal[];
}

/** What a run with a desk lets others see and do. */
export interface DeskControl {
  state(): ControlState;
  /** Engages the kill switch. */
  kill(reason: string): void;
  /** Lets the kill switch go (`kill`), closes a breaker by its name, or ends a stop by its scope. Returns why not; undefined when it is done. */
  reset(name: string): string | undefined;
}

/** Parts of a run that are controlled. */
export interface ControlledParts {
  readonly mode: string;
  readonly killSwitch: KillSwitch;
  readonly breakers: Breakers;
  /** Why nothing is begun, by scope. */
  readonly stops: ReadonlyMap<string, string>;
  /** Base units that are not hedged, by coin. */
  exposures(): Readonly<Record<string, number>>;
  /** How coins could come back to where they are wanted. */
  rebalance(): readonly RebalanceProposal[];
  /** Ends a stop. Returns whether there was one. */
  resume(scope: string): boolean;
}

/** The control of a run's kill switch, breakers and stops. */
export function deskControl(parts: ControlledParts): DeskControl {
  const { mode, killSwitch, breakers, stops } = parts;
  return {
    state: () => ({
      mode,
      kill: killSwitch.state ?? null,
      breakers: breakers.tripped,
      stops: Object.fromEntries(stops),
      exposures: parts.exposures(),
      rebalance: parts.rebalance(),
    }),
    kill: (reason) => void killSwitch.engage(reason, "api"),
    reset: (name) => {
      if (name === "kill") return killSwitch.reset("api");
      if (breakers.reset(name) > 0) return undefined;
      // What holds for everything is the kill switch's to end.
      if (stops.has(name) && !(name === "all" && killSwitch.isEngaged) && parts.resume(name)) {
        return undefined;
      }
      const names = ["kill", ...breakers.tripped.map((each) => each.name), ...stops.keys()];
      return `there is no breaker and no stop "${name}"; use one of ${[...new Set(names)].join(", ")}`;
    },
  };
}
