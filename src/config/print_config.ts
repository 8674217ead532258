/**
 * A configuration as YAML that loads again to the same configuration.
 * @module
 */
import { dump } from "js-yaml";
import type { HftConfig } from "./hft_config.ts";
import { riskSchema } from "./risk_config.ts";
import { tradingSchema } from "./trading_config.ts";

/** Every setting with its value, those that were left out too; in one file, without variables and units. */
export function printConfig(config: HftConfig): string {
  const { mode, seed, exchanges, pairs, trading, ...rest } = config;
  const document = {
    mode,
    seed,
    exchanges: Object.fromEntries(
      exchanges.map(({ exchange, endpoints, ...settings }) => [exchange, { ...endpoints, ...settings }]),
    ),
    pairs: pairs.map(({ base, quote }) => `${base}/${quote}`),
    trading: pickKeys(trading, tradingSchema.entries),
    risk: pickKeys(trading, riskSchema.entries),
    ...rest,
  };
  return dump(escaped(document), { noRefs: true, lineWidth: 110, flowLevel: 3 });
}

function pickKeys(section: HftConfig["trading"], schema: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(section).filter(([key]) => Object.hasOwn(schema, key)));
}

/** The signs that begin a variable, as text; what is undefined is left out. */
function escaped(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("${", () => "$${");
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.map(([key, each]) => [key, escaped(each)]));
}
