import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { SystemClock } from "../../../../src/core/clock.ts";
import { lockInTime } from "../../../../src/execution/journal/directory_lock.ts";
import { FileJournal, type FileJournalOptions } from "../../../../src/execution/journal/file_journal.ts";
import { JournalError } from "../../../../src/execution/journal/journal_error.ts";
import type { JournalEvent } from "../../../../src/execution/journal_record.ts";
import { withDirectory } from "../../../integration/storage_fixture.ts";
import { lesserEvent } from "./journal_events.ts";

const clock = new SystemClock();
const stopped: JournalEvent = { kind: "stopped", scope: "BTC", why: "a test" };
const facts = { positions: [], flows: [], feesQuote: 0, fillsUntil: 0, isSettled: (): boolean => true };

/** Opens, works, closes. */
async function use<Value>(
  directory: string,
  work: (opened: Awaited<ReturnType<typeof FileJournal.open>>) => Value,
  options: Partial<FileJournalOptions> = {},
): Promise<Value> {
  const opened = await FileJournal.open({ directory, clock, ...options });
  try {
    return work(opened);
  } finally {
    await opened.journal.close();
  }
}

function filesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).filter((name) => name !== "lock").sort();
}

Deno.test("A new journal has an id of its own and keeps it", async () => {
  await withDirectory(async (directory) => {
    const first = await use(`${directory}/a/b`, ({ journal }) => journal.id);
    const second = await use(`${directory}/c`, ({ journal }) => journal.id);
    assert(/^[0-9a-z]{8}$/.test(first) && first !== second);
    const again = await use(`${directory}/a/b`, ({ journal, state }) => [journal.id, state.id]);
    assertEquals(again, [first, first]);
    assertEquals(filesIn(`${directory}/a/b`), [`${first}-00000001.journal`]);
    await assertRejects(() => use(`${directory}/d`, () => {}, { id: "Not/one" }), JournalError, "1 to 8");
  });
});

Deno.test("What was written before a journal was closed, or cut off, is there when it is opened again", async () => {
  await withDirectory(async (directory) => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(lesserEvent, { maxLength: 6 }),
        fc.double({ min: 0, max: 1 }),
        async (events, part) => {
          const folder = `${directory}/${++round}`;
          const begun = await use(folder, ({ journal }) => {
            const { size } = Deno.statSync(`${folder}/j-00000001.journal`);
            for (const event of events) journal.append(event);
            return size;
          }, { id: "j" });
          const path = `${folder}/j-00000001.journal`;
          const bytes = Deno.readFileSync(path);
          const cut = begun + Math.floor(part * (bytes.length - begun));
          Deno.truncateSync(path, cut);
          const lines = bytes.subarray(0, cut).filter((byte) => byte === 10).length;
          const whole = bytes.subarray(0, cut).lastIndexOf(10) + 1;
          await use(folder, ({ journal, state, torn }) => {
            assertEquals(state.lastSequence, lines);
            assertEquals(torn?.bytes, cut === whole ? undefined : cut - whole);
            journal.append(stopped);
          });
          await use(folder, ({ state, torn }) => {
            assertEquals([state.lastSequence, torn], [lines + 1, undefined]);
            assertEquals(state.stops.at(-1), { scope: "BTC", why: "a test" });
          });
        },
      ),
      { numRuns: 25 },
    );
  });
});

Deno.test("A snapshot begins a file, and only the newest files are kept", async () => {
  await withDirectory(async (directory) => {
    await use(directory, ({ journal }) => {
      for (let round = 0; round < 5; round++) {
        journal.append({ ...stopped, scope: `${round}` });
        journal.takeSnapshot(facts);
      }
      journal.append({ kind: "resumed", scope: "1", why: "" });
    }, { id: "j", keptFiles: 2 });
    assertEquals(filesIn(directory), ["j-00000005.journal", "j-00000006.journal"]);
    await use(directory, ({ journal, state }) => {
      assertEquals(state.stops.map(({ scope }) => scope), ["0", "2", "3", "4"]);
      assertEquals([state.lastSequence, journal.lastSequence], [12, 12]);
    });
  });
});

Deno.test("A file that was not finished when the process ended is not taken for one", async () => {
  await withDirectory(async (directory) => {
    await use(directory, ({ journal }) => journal.append(stopped), { id: "j" });
    Deno.writeTextFileSync(`${directory}/j-00000002.journal.tmp`, "half");
    await use(directory, ({ state }) => assertEquals(state.lastSequence, 2));
    assertEquals(filesIn(directory), ["j-00000001.journal"]);
  });
});

Deno.test("A damaged, a headless and a mixed journal are refused, and the lock is given back", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/j-00000001.journal`;
    await use(directory, ({ journal }) => [1, 2, 3].forEach(() => journal.append(stopped)), { id: "j" });
    const bytes = Deno.readFileSync(path);
    const lines = new TextDecoder().decode(bytes).split("\n");
    const damaged = bytes.slice();
    damaged[lines[0]!.length + 30]! ^= 4;
    Deno.writeFileSync(path, damaged);
    await assertRejects(() => use(directory, () => {}), JournalError, "Line 2 of the journal");
    Deno.writeTextFileSync(path, lines.slice(1).join("\n"));
    await assertRejects(() => use(directory, () => {}), JournalError, "does not begin with a snapshot");
    Deno.writeFileSync(path, bytes);
    Deno.writeFileSync(`${directory}/k-00000001.journal`, bytes);
    await assertRejects(() => use(directory, () => {}), JournalError, "two journals");
    Deno.removeSync(`${directory}/k-00000001.journal`);
    await use(directory, ({ state }) => assertEquals(state.lastSequence, 4));
  });
});

Deno.test("A second journal on the same folder is refused until the first is closed", async () => {
  await withDirectory(async (directory) => {
    const first = await FileJournal.open({ directory, clock });
    const error = await assertRejects(() => FileJournal.open({ directory, clock }), JournalError);
    assertStringIncludes(error.message, "in use by another process");
    await first.journal.close();
    await first.journal.close();
    assertThrows(() => first.journal.append(stopped), JournalError, "closed");
    await use(directory, ({ state }) => assertEquals(state.lastSequence, 1));
  });
});

Deno.test("Where a lock cannot be tried, whoever waits in vain is refused and does not keep it later", async () => {
  await withDirectory(async (directory) => {
    const open = (): Deno.FsFile => Deno.openSync(`${directory}/lock`, { create: true, write: true });
    const first = open();
    assertEquals(await lockInTime(first), true);
    assertEquals(await lockInTime(open()), false);
    first.close();
    // The one that came too late gets the lock now and gives it back.
    const third = open();
    await third.lock(true);
    third.close();
  });
});

Deno.test("Lines are put on the disk after the time that is set, and once for all that came meanwhile", async () => {
  await withDirectory(async (directory) => {
    const syncs: number[] = [];
    const original = Deno.FsFile.prototype.syncData;
    Deno.FsFile.prototype.syncData = function (): Promise<void> {
      syncs.push(performance.now());
      return original.call(this);
    };
    try {
      const { journal } = await FileJournal.open({ directory, clock, syncMs: 30 });
      const start = performance.now();
      for (let line = 0; line < 1000; line++) journal.append(stopped);
      await new Promise((resolve) => setTimeout(resolve, 100));
      assertEquals(syncs.length, 1);
      assert(syncs[0]! - start >= 25, `${syncs[0]! - start} ms`);
      journal.append(stopped);
      await journal.close();
      assertEquals(syncs.length, 1);
    } finally {
      Deno.FsFile.prototype.syncData = original;
    }
  });
});

Deno.test("A disk that fails when lines are put on it is told of, and lines are still taken", async () => {
  await withDirectory(async (directory) => {
    const problems: string[] = [];
    const original = Deno.FsFile.prototype.syncData;
    Deno.FsFile.prototype.syncData = (): Promise<void> => Promise.reject(new Error("bad sector"));
    try {
      const onProblem = (problem: string): number => problems.push(problem);
      const { journal } = await FileJournal.open({ directory, clock, syncMs: 1, onProblem });
      journal.append(stopped);
      await new Promise((resolve) => setTimeout(resolve, 30));
      journal.append(stopped);
      await journal.close();
    } finally {
      Deno.FsFile.prototype.syncData = original;
    }
    assertStringIncludes(problems[0]!, "bad sector");
    await use(directory, ({ state }) => assertEquals(state.lastSequence, 3));
  });
});
