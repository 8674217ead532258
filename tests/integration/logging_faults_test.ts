/**
 * A log whose parts fail must not reach the engine: it decides what it would have decided.
 */
import { assert, assertEquals } from "@std/assert";
import type { LogBackend } from "../../src/logging/backends/backend.ts";
import { HftLoggerFactory } from "../../src/logging/hft_logger_factory.ts";
import type { LoggingSettings } from "../../src/logging/logging_settings.ts";
import { startLoggingWorker } from "../../src/logging/worker_pump.ts";
import { type SimulatedRunOptions, withRun } from "../support/simulated_run.ts";

const seed = 6;
const runMs = 5_000;

/** What the engine decided and did. */
async function outcome(
  options: SimulatedRunOptions,
  disturb: (elapsedMs: number) => void | Promise<void> = () => {},
): Promise<unknown> {
  let found: unknown;
  await withRun({ ...options, seed, stored: false }, async (run) => {
    await run.start();
    for (let elapsed = 0; elapsed < runMs; elapsed += 500) {
      await disturb(elapsed);
      await run.advance(500);
    }
    run.engine.stop();
    const { latencyUs: _latency, rows: _rows, lost: _lost, storage: _storage, ...report } = run.engine
      .report();
    assert(report.executions >= 1, "nothing was traded");
    found = { report, ...run.recorded };
  });
  return found;
}

function settingsIn(folder: string): LoggingSettings {
  return {
    level: "debug",
    ringBytes: 65_536,
    backends: [
      { kind: "file", name: "file", path: `${folder}/a.log`, maxBytes: 20_000 },
      { kind: "metrics", name: "metrics" },
      { kind: "audit", name: "audit", path: `${folder}/a.audit` },
    ],
    rules: [{ to: ["file", "metrics"] }],
  };
}

async function outcomeWith(
  log: HftLoggerFactory,
  disturb?: (elapsedMs: number) => void | Promise<void>,
): Promise<unknown> {
  try {
    return await outcome({ logger: log.logger(""), audit: log.audit }, disturb);
  } finally {
    await log.close();
  }
}

/** Fails in a way of its own at every call, or only from a time on. */
class FailingBackend implements LogBackend {
  #calls = 0;

  constructor(readonly name: string, private readonly after: number) {}

  write(): void {
    if (++this.#calls > this.after) throw new Error("cannot take a record");
  }

  flush(): void {
    if (++this.#calls > this.after) throw new TypeError("cannot write");
  }

  discard(): number {
    return 1;
  }

  close(): Promise<void> {
    return Promise.reject(new Error("cannot close"));
  }
}

Deno.test("Every backend is killed or filled up during a run: the engine's decisions are identical to an undisturbed run of the same seed", async (test) => {
  await Deno.mkdir("data", { recursive: true });
  const folder = await Deno.makeTempDir({ dir: "data", prefix: "test-" });
  try {
    const undisturbed = await outcome({});
    const check = async (name: string, run: () => Promise<unknown>): Promise<void> => {
      await test.step(name, async () => assertEquals(await run(), undisturbed));
    };
    await check("every backend works", async () => {
      const log = new HftLoggerFactory(settingsIn(`${folder}/good`));
      const found = await outcomeWith(log);
      assert(log.metrics().backends.every(({ missed }) => missed === 0));
      return found;
    });
    for (const after of [0, 40]) {
      await check(`backends in the engine's thread fail after ${after} calls`, () => {
        const options = {
          drain: "inline",
          openBackend: ({ name }: { readonly name: string }) => new FailingBackend(name, after),
        } as const;
        return outcomeWith(new HftLoggerFactory(settingsIn(`${folder}/none`), options));
      });
    }
    await check("files cannot be opened", async () => {
      await Deno.mkdir(`${folder}/blocked/a.log`, { recursive: true });
      await Deno.mkdir(`${folder}/blocked/a.audit`);
      const log = new HftLoggerFactory(settingsIn(`${folder}/blocked`));
      const found = await outcomeWith(log);
      const failing = log.metrics().backends.filter(({ isFailing }) => isFailing).map(({ name }) => name);
      assertEquals(failing, ["file", "audit"]);
      return found;
    });
    await check("the files are taken away", () => {
      const path = `${folder}/removed`;
      return outcomeWith(new HftLoggerFactory(settingsIn(path)), async (elapsed) => {
        if (elapsed === 1_000) await Deno.remove(path, { recursive: true }).catch(() => {});
      });
    });
    await check("the worker dies, and the engine's thread goes on for it", async () => {
      const worker = startLoggingWorker();
      const path = `${folder}/died`;
      const log = new HftLoggerFactory(settingsIn(path), { startWorker: () => worker });
      const found = await outcomeWith(log, (elapsed) => {
        if (elapsed !== 1_000) return;
        worker.terminate();
        worker.dispatchEvent(new ErrorEvent("error", { message: "out of memory", cancelable: true }));
      });
      const last = (await Deno.readTextFile(`${path}/a.audit`)).trimEnd().split("\n").at(-1)!;
      assertEquals(JSON.parse(last).event, "Order outcome");
      return found;
    });
    await check("nobody empties the ring, and it is full", async () => {
      const worker = startLoggingWorker();
      const log = new HftLoggerFactory(settingsIn(`${folder}/full`), { startWorker: () => worker });
      const flood = log.logger("flood").event("error", "Flood", ["n"]);
      worker.terminate();
      const found = await outcomeWith(log, () => {
        for (let n = 0; n < 10_000; n++) flood.write(n);
      });
      assert(log.dropped.error > 90_000 && log.dropped.debug > 0, JSON.stringify(log.dropped));
      assertEquals(log.dropped.audit, 0, "audit records wait instead");
      return found;
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
