/**
 * Changes of a configuration while the run goes on: which are safe, and how they reach who reads them.
 * @module
 */
import type { HftConfig } from "./hft_config.ts";
import { riskSchema } from "./risk_config.ts";

/** Names of the settings that changed. */
export interface ReloadOutcome {
  /** Those that are in force now; empty when any was refused. */
  readonly applied: readonly string[];
  /** Those that may not change while the run goes on, each with the reason. */
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
}

/** When a setting may change during a run: at any time, or only down, or only up, because that is stricter. */
type Safety = "always" | "lower" | "higher";

const riskNames: readonly string[] = Object.keys(riskSchema.entries);

/** Most limits are stricter when they are lower. */
function stricter(name: string): Safety {
  return name === "minDepthNotional" || name === "breakerCooldownMs" ? "higher" : "lower";
}

/** Everything that is not here needs a restart. */
const safeSettings: Readonly<Record<string, Safety>> = {
  "log.level": "always",
  "log.levels": "always",
  "recording.depthLevels": "always",
  "recording.depthIntervalMs": "always",
  "recording.statusIntervalMs": "always",
  "recording.fundingIntervalMs": "always",
  "recording.balanceIntervalMs": "always",
  ...Object.fromEntries(riskNames.map((name) => [`risk.${name}`, stricter(name)])),
  "trading.minEdgeBps": "higher",
  "trading.minProfit": "higher",
};

/** The settings that may change during a run, with the direction in which limits may. */
export const reloadableSettings: Readonly<Record<string, Safety>> = safeSettings;

/**
 * Takes safe changes over into the configuration of a run, all of them or, when one of them is not safe, none. The
 * sections `trading`, `recording` and `log` of that configuration are changed in place: who uses a setting of
 * {@link reloadableSettings} reads it from its section each time.
 */
export class ConfigReloader {
  constructor(private readonly running: HftConfig) {}

  /** Compares a new configuration with that of the run, and takes it over if it may. */
  reload(next: HftConfig): ReloadOutcome {
    const changes = changesBetween(this.running, next);
    const refused = changes.flatMap(({ path, from, to }) => {
      const reason = refusal(path, from, to);
      return reason === undefined ? [] : [{ path, reason }];
    });
    if (refused.length > 0) return { applied: [], refused };
    const { trading, recording, log } = this.running;
    Object.assign(trading, next.trading);
    Object.assign(recording, next.recording);
    Object.assign(log, next.log);
    // A list of levels that is gone from the file is not there any more.
    if (next.log.levels === undefined) Reflect.deleteProperty(log, "levels");
    return { applied: changes.map(({ path }) => path), refused: [] };
  }
}

interface Change {
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

function refusal(path: string, from: unknown, to: unknown): string | undefined {
  const safety = safeSettings[path];
  if (safety === undefined) return "needs a restart";
  if (safety === "always" || typeof from !== "number" || typeof to !== "number") return undefined;
  if (safety === "lower" ? to < from : to > from) return undefined;
  return `may only become ${safety} while the run goes on, because that is stricter: ${from} to ${to}`;
}

/** Settings that differ, by their names in the file; venues and pairs as one each. */
function changesBetween(running: HftConfig, next: HftConfig): Change[] {
  const before = flat(running), after = flat(next);
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  return paths.map((path) => ({ path, from: before.get(path), to: after.get(path) })).filter(({ from, to }) =>
    canonical(from) !== canonical(to)
  );
}

function flat(config: HftConfig): Map<string, unknown> {
  const settings = new Map<string, unknown>();
  for (const [section, content] of Object.entries(config)) {
    if (typeof content !== "object" || Array.isArray(content)) {
      settings.set(section, content);
      continue;
    }
    for (const [name, value] of Object.entries(content)) {
      settings.set(`${section === "trading" && riskNames.includes(name) ? "risk" : section}.${name}`, value);
    }
  }
  return settings;
}

/** JSON with sorted names. */
function canonical(value: unknown): string {
  return JSON.stringify(
    value,
    (_, each) =>
      typeof each === "object" && each !== null && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => a < b ? -1 : 1))
        : each,
  ) ?? "";
}
