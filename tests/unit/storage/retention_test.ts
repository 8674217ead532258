import { assert, assertEquals } from "@std/assert";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import type { Database, SqlValue } from "../../../src/storage/database.ts";
import { historySettings } from "../../../src/storage/history_settings.ts";
import { Retention } from "../../../src/storage/retention.ts";

const day = 86_400_000;
const now = 1_767_323_045_678;

/** A database with old rows of one table, in which a statement takes 10 ms. */
function open(oldRows: number, fail?: () => boolean): {
  clock: SimulatedClock;
  retention: Retention;
  asked: (readonly SqlValue[])[];
  errors: string[];
} {
  const clock = new SimulatedClock(now);
  const asked: (readonly SqlValue[])[] = [];
  const errors: string[] = [];
  let left = oldRows;
  const database: Database = {
    query: (sql, parameters = []) => {
      if (fail?.() === true) return Promise.reject(new Error("connection lost"));
      if (!sql.includes("delete from trade_snapshots")) {
        return Promise.resolve([{ dropped: 0, served: true }]);
      }
      asked.push([clock.epochMs(), ...parameters]);
      const dropped = Math.min(left, Number(parameters[1]));
      left -= dropped;
      return new Promise((resolve) =>
        clock.setTimer(10, () => resolve([{ dropped, owner: 7, time: `slice ${asked.length}` }]))
      );
    },
    script: () => Promise.resolve(),
    transaction: (work) => work(database),
    close: () => Promise.resolve(),
  };
  const retention = new Retention({
    database,
    settings: historySettings(),
    state: { timescale: null, retention: "rows", warnings: [] },
    clock,
    onError: (error) => errors.push(error.message),
    sliceRows: 100,
  });
  return { clock, retention, asked, errors };
}

/** Runs what is due within a time. */
async function pass(clock: SimulatedClock, ms: number): Promise<void> {
  const end = clock.epochMs() + ms;
  clock.setTimer(ms, () => {});
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 40; turn++) await Promise.resolve();
  };
  await settle();
  while (clock.epochMs() < end && clock.step()) await settle();
}

Deno.test("Retention waits a minute, then deletes in slices with pauses four times as long as the statements", async () => {
  const { clock, retention, asked, errors } = open(250);
  retention.start();
  await pass(clock, 59_999);
  assertEquals(asked, []);
  await pass(clock, 200);
  const before = now + 60_000 - 7 * day;
  assertEquals(asked.map(([, ...parameters]) => parameters), [
    [before, 100, -1, "-infinity"],
    [before, 100, 7, "slice 1"],
    [before, 100, 7, "slice 2"],
  ]);
  const [first, second, third] = asked.map(([time]) => Number(time));
  assertEquals([first! - now, second! - first!, third! - second!], [60_000, 50, 50]);
  await retention.stop();
  assertEquals(errors, []);
});

Deno.test("Retention stops within a round, and never starts another", async () => {
  const { clock, retention, asked } = open(100_000);
  retention.start();
  await pass(clock, 60_100);
  const deleted = asked.length;
  assert(deleted >= 2 && deleted < 10, `${deleted} slices`);
  await retention.stop();
  await pass(clock, 120_000);
  assertEquals(asked.length, deleted);
});

Deno.test("Retention tells why a round failed, and tries again a minute later", async () => {
  let broken = true;
  const { clock, retention, asked, errors } = open(50, () => broken);
  retention.start();
  await pass(clock, 60_001);
  assertEquals(errors, ["Old rows could not be dropped: connection lost"]);
  broken = false;
  await pass(clock, 60_100);
  assertEquals(asked.length, 1);
  await retention.stop();
  assertEquals(errors.length, 1);
});
