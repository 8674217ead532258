/**
 * Loading the production profile: all files, three venues, fifty pairs. Bounds hold for a warm program.
 * @module
 */
import { assert } from "@std/assert";
import { parse } from "@std/yaml";
import { type ConfigLoadingMetrics, loadConfig } from "../../src/config/hft_config.ts";

const path = "config/live.yaml";
const text = Deno.readTextFileSync(path);
const base = Deno.readTextFileSync("config/paper.yaml");
const readVariable = (): undefined => undefined;

/** Bounds in milliseconds. */
const bounds: Partial<ConfigLoadingMetrics> = { yamlMs: 5, substitutionMs: 1, validationMs: 5, totalMs: 15 };

function load(): ConfigLoadingMetrics {
  return loadConfig(text, path, { readVariable }).metrics;
}

/** Median of each figure over a hundred loads, after a hundred that warm the program up. */
function medians(): Record<keyof ConfigLoadingMetrics, number> {
  for (let round = 0; round < 100; round++) load();
  const rounds = Array.from({ length: 100 }, load);
  const median = (name: keyof ConfigLoadingMetrics): number =>
    rounds.map((round) => round[name]).sort((a, b) => a - b)[50]!;
  return {
    yamlMs: median("yamlMs"),
    substitutionMs: median("substitutionMs"),
    validationMs: median("validationMs"),
    totalMs: median("totalMs"),
    files: median("files"),
  };
}

const cold = load();
const warm = medians();
const { config } = loadConfig(text, path, { readVariable });
assert(config.exchanges.length === 3 && config.pairs.length === 50, "the profile is not that of production");
const milliseconds = (figures: ConfigLoadingMetrics): string =>
  `YAML ${figures.yamlMs.toFixed(3)}, variables ${figures.substitutionMs.toFixed(3)}, ` +
  `checks ${figures.validationMs.toFixed(3)}, total ${figures.totalMs.toFixed(3)} ms`;
await Deno.stderr.write(new TextEncoder().encode(
  `first load: ${milliseconds(cold)}\nwarm, median: ${milliseconds(warm)}\n`,
));
for (const [name, bound] of Object.entries(bounds)) {
  const figure = warm[name as keyof ConfigLoadingMetrics];
  assert(figure < bound, `${name} is ${figure}, ${bound} at most were promised`);
}

Deno.bench({
  name: "load the production profile: two files, 3 venues, 50 pairs",
  group: "config",
  baseline: true,
}, () => {
  load();
});

Deno.bench({ name: "@std/yaml: parse the same two files, nothing else", group: "config" }, () => {
  parse(text);
  parse(base);
});
