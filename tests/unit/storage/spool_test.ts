import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { RowBatch } from "../../../src/storage/row_batch.ts";
import { Spool } from "../../../src/storage/spool.ts";
import type { TableName } from "../../../src/storage/table.ts";
import { tables } from "../../../src/storage/tables.ts";
import { withDirectory } from "../../integration/storage_fixture.ts";

function batch(sequence: number, table: TableName, rows = 10): RowBatch {
  const { numbers, texts } = tables[table];
  return {
    sequence,
    table,
    rows,
    capacity: rows,
    numbers: new Float64Array(numbers.length * rows).fill(sequence),
    texts: texts.map(() => new Array<string>(rows).fill("x")),
  };
}

/** A spool in a folder, with everything that it says. */
function open(
  directory: string,
  key: string,
  maxBytes = 1_000_000,
): { spool: Spool; problems: string[]; dropped: number[] } {
  const problems: string[] = [];
  const dropped: number[] = [];
  const run = { key, mode: "test", seed: null, startedAt: 1 };
  const spool = new Spool(directory, run, {
    maxBytes,
    onDropped: ({ sequence }) => dropped.push(sequence),
    onProblem: (message) => problems.push(message),
  });
  return { spool, problems, dropped };
}

async function adopted(spool: Spool, count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  spool.adopt(() => spool.earlier.length === count && resolve());
  await promise;
}

Deno.test("Spool hands a run on to a later process, with its venues and symbols, in order", async () => {
  await withDirectory(async (directory) => {
    const first = open(directory, "first");
    first.spool.keepShared(batch(1, "exchanges"));
    first.spool.keepShared(batch(2, "symbols"));
    for (const sequence of [10, 9, 100]) first.spool.add(batch(sequence, "fills"));
    first.spool.secure();

    const second = open(directory, "second");
    let takenOver = false;
    second.spool.adopt(() => takenOver = true);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assertEquals(takenOver, false, "a run is taken from a process that still lives");
    first.spool.own!.noteEnd({ endedAt: 5, lostRows: 7 });
    first.spool.close(false);
    while (!takenOver) await new Promise((resolve) => setTimeout(resolve, 5));

    const [run] = second.spool.earlier;
    assertEquals(run?.run, { key: "first", mode: "test", seed: null, startedAt: 1 });
    assertEquals(run?.end, { endedAt: 5, lostRows: 7 });
    assertEquals(run?.shared.map(({ sequence }) => sequence), [1, 2]);
    assertEquals(run?.batches.map(({ sequence }) => sequence), [9, 10, 100]);
    assertEquals(second.spool.read(run!, run!.batches[0]!)?.numbers[0], 9);
    for (const entry of [...run!.batches]) second.spool.remove(run!, entry);
    second.spool.finish(run!, true);
    assertEquals([...Deno.readDirSync(directory)], []);
    assertEquals(second.spool.bytes, 0);
    assertEquals([...first.problems, ...second.problems], []);
    second.spool.close(true);
  });
});

Deno.test("Spool gives up the oldest rows of the least valuable table when it is full, and says so once", async () => {
  await withDirectory((directory) => {
    const { spool, problems, dropped } = open(directory, "run", 10_000);
    assert(spool.add(batch(1, "fills")));
    assert(spool.add(batch(2, "latency_samples")));
    assert(spool.add(batch(3, "book_ticker_snapshots")));
    for (let sequence = 4; sequence < 20; sequence++) {
      assert(spool.add(batch(sequence, "book_ticker_snapshots")));
    }
    assertEquals(dropped[0], 2);
    assertEquals(dropped.slice(1), dropped.slice(1).map((_, index) => 3 + index));
    assert(spool.bytes <= 10_000);
    assertEquals(spool.waiting.find(({ table }) => table === "fills")?.sequence, 1);
    // What is worth less than all that waits is not taken.
    assertEquals(spool.add(batch(20, "latency_samples", 200)), false);
    assertEquals(spool.waiting.some(({ table }) => table === "latency_samples"), false);
    assertEquals(problems.length, 2);
    assertStringIncludes(problems[0]!, "Rows for latency_samples are dropped");
    assertStringIncludes(problems[1]!, "Rows for book_ticker_snapshots are dropped");
    spool.close(false);
    return Promise.resolve();
  });
});

Deno.test("Spool sets damaged and half-written files aside, says so, and goes on with the others", async () => {
  await withDirectory(async (directory) => {
    const first = open(directory, "first");
    for (const sequence of [1, 2, 3]) first.spool.add(batch(sequence, "fills"));
    first.spool.close(false);
    const file = `${directory}/first/2-fills-10.batch`;
    const bytes = Deno.readFileSync(file);
    bytes[bytes.length >> 1]! ^= 1;
    Deno.writeFileSync(file, bytes);
    Deno.writeTextFileSync(`${directory}/first/4-fills-10.batch.tmp`, "half");
    Deno.mkdirSync(`${directory}/nonsense`);

    const { spool, problems } = open(directory, "second");
    await adopted(spool, 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const run = spool.earlier[0]!;
    const read = [...run.batches].map((entry) => spool.read(run, entry)?.sequence);
    assertEquals(read, [1, undefined, 3]);
    assertEquals(run.batches.map(({ sequence }) => sequence), [1, 3]);
    assertEquals(problems.length, 3);
    const aside = [...Deno.readDirSync(`${directory}/damaged`)].map(({ name }) => name).sort();
    assertEquals(aside, ["first-2-fills-10.batch", "first-4-fills-10.batch.tmp", "nonsense"]);
    spool.close(false);
  });
});

Deno.test("Spool keeps a batch that the database refuses beside the others, with the reason", async () => {
  await withDirectory((directory) => {
    const { spool } = open(directory, "run");
    spool.refuse(batch(7, "fills"), "no such value");
    const names = [...Deno.readDirSync(`${directory}/refused`)].map(({ name }) => name).sort();
    assertEquals(names, ["run-7-fills-10.batch", "run-7-fills-10.batch.txt"]);
    assertEquals(Deno.readTextFileSync(`${directory}/refused/${names[1]}`), "no such value\n");
    return Promise.resolve();
  });
});
