/**
 * `deno task fuzz`: a million mutated inputs for each target, and the property tests with a fresh seed.
 *
 *     deno task fuzz [--seed N] [--inputs N] [--first N] [--only PART_OF_A_NAME]
 *
 * @module
 */
// deno-lint-ignore-file no-console -- this is a program of the terminal
import { parseArgs } from "node:util";
import type { FuzzReport } from "./fuzz_target.ts";
import type { WorkerMessage, WorkerTask } from "./run_worker.ts";
import { targets } from "./targets.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    inputs: { type: "string", default: "1000000" },
    first: { type: "string", default: "0" },
    only: { type: "string" },
  },
});

/** A thread that says nothing for so long hangs: it reports every 5,000 inputs. */
const silenceMs = 300_000;

const seed = Number(values.seed ?? crypto.getRandomValues(new Int32Array(1))[0]);
const inputs = Number(values.inputs);
const first = Number(values.first);
if (![seed, inputs, first].every(Number.isInteger)) {
  console.error("--seed, --inputs and --first are whole numbers");
  Deno.exit(2);
}
const chosen = targets.filter(({ name }) => name.includes(values.only ?? ""));
if (chosen.length === 0 && values.only !== "properties") {
  console.error(
    `There is no target ${values.only}: ${targets.map(({ name }) => name).join(", ")}, properties`,
  );
  Deno.exit(2);
}
console.log(`Seed ${seed}: repeat with deno task fuzz --seed ${seed}`);
const started = performance.now();
const failed: string[] = [];
for (const { name } of chosen) await one({ name, seed, inputs, first });
if (values.only === undefined || values.only === "properties") await properties();
const minutes = ((performance.now() - started) / 60_000).toFixed(1);
console.log(failed.length === 0 ? `All good in ${minutes} min` : `Failed: ${failed.join(", ")}`);
Deno.exit(failed.length === 0 ? 0 : 1);

async function one(task: WorkerTask): Promise<void> {
  try {
    console.log(line(task.name, await inWorker(task)));
  } catch (error) {
    failed.push(task.name);
    console.error((error as Error).message);
  }
}

function line(name: string, { inputs, kinds, seconds, slowestMs, heapMb }: FuzzReport): string {
  const share = [...kinds].sort(([, a], [, b]) => b - a).map(([kind, count]) => `${kind} ${count}`).join(
    ", ",
  );
  return `${name}: ${inputs} inputs in ${seconds.toFixed(1)} s (${share}), ` +
    `slowest ${slowestMs.toFixed(1)} ms, heap ${heapMb.toFixed(0)} MB`;
}

/** Runs a target in a thread. Rejects when it fails or hangs. */
function inWorker(task: WorkerTask): Promise<FuzzReport> {
  const worker = new Worker(new URL("run_worker.ts", import.meta.url), { type: "module" });
  let done = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const result = new Promise<FuzzReport>((resolve, reject) => {
    const watch = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        reject(new Error(`${task.name} hangs after input ${task.first + done} of seed ${task.seed}`));
      }, silenceMs);
    };
    watch();
    worker.onmessage = ({ data }: MessageEvent<WorkerMessage>): void => {
      watch();
      if (data.kind === "progress") done = data.done;
      else if (data.kind === "done") resolve(data.report);
      else reject(new Error(data.message));
    };
    worker.onerror = (event): void => {
      event.preventDefault();
      reject(new Error(`${task.name}: ${event.message}`));
    };
    worker.postMessage(task);
  });
  return result.finally(() => {
    clearTimeout(timer);
    worker.terminate();
  });
}

/** The property tests, all of which try the cases of this seed. */
async function properties(): Promise<void> {
  const files = propertyTests(new URL("../unit/", import.meta.url));
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "--no-prompt",
      "--preload=tests/support/chosen_seed.ts",
      "--allow-read=.,../shared/data",
      "--allow-write=data",
      "--allow-net=127.0.0.1",
      "--allow-env=WS_NO_BUFFER_UTIL,WS_NO_UTF_8_VALIDATE,FUZZ_SEED",
      `--allow-run=${Deno.execPath()}`,
      ...files,
    ],
    cwd: new URL("../../", import.meta.url),
    env: { FUZZ_SEED: String(seed) },
  }).spawn().status;
  console.log(`Property tests of ${files.length} files with seed ${seed}: ${success ? "passed" : "failed"}`);
  if (!success) failed.push("properties");
}

/** The test files below a folder that use fast-check. */
function propertyTests(folder: URL): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const url = new URL(name + (isDirectory ? "/" : ""), folder);
    if (isDirectory) return propertyTests(url);
    return name.endsWith("_test.ts") && Deno.readTextFileSync(url).includes('from "fast-check"')
      ? [url.pathname]
      : [];
  }).sort();
}
