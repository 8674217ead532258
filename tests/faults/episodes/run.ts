/**
 * `deno task episodes`: as many fault episodes as are wanted, or one with everything that happens in it.
 *
 *     deno task episodes [--seed N] [--count N] [--verbose] [--defect PART_OF_A_NAME]
 *
 * @module
 */
// deno-lint-ignore-file no-console -- this is a program of the terminal
import { parseArgs } from "node:util";
import { describeFailure, runCampaign, runOne } from "./campaign.ts";
import { defects, withDefect } from "./defects.ts";
import { startDesk } from "./desk_engine.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    count: { type: "string", default: "2000" },
    verbose: { type: "boolean", default: false },
    /** A planted defect, to see how it is found. */
    defect: { type: "string" },
  },
});

const seed = Number(values.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]! % 1_000_000_000);
const count = Number(values.count);
if (![seed, count].every(Number.isInteger)) {
  console.error("--seed and --count are whole numbers");
  Deno.exit(2);
}
const planted = values.defect === undefined
  ? undefined
  : Object.keys(defects).find((name) => name.includes(values.defect!));
if (values.defect !== undefined && planted === undefined) {
  console.error(`There is no defect "${values.defect}": ${Object.keys(defects).join("; ")}`);
  Deno.exit(2);
}
const start = planted === undefined ? startDesk : withDefect(startDesk, defects[planted]!);

if (values.verbose && count === 1) {
  const { trace, violation } = await runOne(start, seed, true);
  for (const line of trace) console.log(line);
  console.log(violation ?? "All is as it must be");
  Deno.exit(violation === undefined ? 0 : 1);
}
console.log(
  `Seeds ${seed} to ${seed + count - 1}: repeat with deno task episodes --seed ${seed} --count ${count}`,
);
const started = performance.now();
const stops = new Map<string, number>();
const report = await runCampaign({
  start,
  firstSeed: seed,
  count,
  onEpisode: (result) => {
    if (result.violation !== undefined) console.log(describeFailure(result));
    for (const stop of result.stops) {
      const kind = stop.replace(/[\d.]+(?:e-?\d+)?/g, "#").slice(0, 100);
      stops.set(kind, (stops.get(kind) ?? 0) + 1);
      if (values.verbose) console.log(`${result.seed} has stopped ${stop}`);
    }
  },
});
const seconds = (performance.now() - started) / 1000;
const { episodes, orders, fills, crashes, struck, failures } = report;
console.log(
  `${episodes} episodes in ${seconds.toFixed(0)} s: ${orders} orders, ${fills} fills, ${crashes} crashes; ` +
    [...struck].map(([kind, times]) => `${kind} ${times}`).join(", "),
);
for (const [kind, times] of stops) console.log(`${times} times stopped: ${kind}`);
console.log(failures.length === 0 ? "All is as it must be" : `${failures.length} failed`);
Deno.exit(failures.length === 0 ? 0 : 1);
