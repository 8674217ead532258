import { assertEquals, assertThrows } from "@std/assert";
import { SimulatedClock } from "../../../../src/core/simulated_clock.ts";
import { KillFile, readBeginning } from "../../../../src/execution/risk/kill_file.ts";
import { KillSwitch } from "../../../../src/execution/risk/kill_switch.ts";

const start = Date.UTC(2026, 0, 1);

/** A kill switch, and a file that is there when its text is set. */
class Bench {
  readonly clock = new SimulatedClock(start);
  readonly told: string[] = [];
  readonly killSwitch = new KillSwitch(this.clock);
  text: string | undefined;
  failure: Error | undefined;
  looks = 0;
  readonly file = new KillFile({
    clock: this.clock,
    killSwitch: this.killSwitch,
    path: "data/kill",
    intervalMs: 100,
    read: (path) => {
      assertEquals(path, "data/kill");
      this.looks += 1;
      if (this.failure !== undefined) throw this.failure;
      return this.text;
    },
  });

  constructor() {
    this.killSwitch.onChange((state, source) => this.told.push(`${state?.reason ?? "let go"} by ${source}`));
  }
}

Deno.test("The kill switch keeps its first reason, tells each change once, and is let go by hand only", () => {
  const { killSwitch, told, clock } = new Bench();
  assertEquals([killSwitch.isEngaged, killSwitch.reason, killSwitch.state], [false, "", undefined]);
  assertEquals(killSwitch.engage("first", "signal"), true);
  assertEquals(killSwitch.engage("second", "api"), false);
  assertEquals(killSwitch.state, { reason: "first", source: "signal", since: start });
  clock.step();
  assertEquals([killSwitch.isEngaged, killSwitch.reason], [true, "first"]);
  assertEquals([killSwitch.reset("api"), killSwitch.reset("api")], [undefined, undefined]);
  assertEquals(told, ["first by signal", "let go by api"]);
  assertEquals(killSwitch.isEngaged, false);
});

Deno.test("The kill switch is engaged after a restart as it was before", () => {
  const state = { reason: "first", source: "file", since: 5 } as const;
  const killSwitch = new KillSwitch(new SimulatedClock(start), state);
  assertEquals([killSwitch.isEngaged, killSwitch.state], [true, state]);
});

Deno.test("A file that appears engages the switch with its first line within a look", () => {
  const bench = new Bench();
  bench.file.start();
  for (let round = 0; round < 5; round++) bench.clock.step();
  assertEquals([bench.looks, bench.told], [6, []]);
  bench.text = "\n  exchange is down  \nmore";
  bench.clock.step();
  assertEquals(bench.told, ["exchange is down by file"]);
  bench.clock.step();
  assertEquals(bench.told.length, 1);
  bench.file.stop();
  assertEquals(bench.clock.step(), false);
});

Deno.test("A file that is there at the start engages the switch at once, also an empty one", () => {
  const bench = new Bench();
  bench.text = "";
  bench.file.start();
  assertEquals(bench.killSwitch.reason, "the file data/kill is there");
});

Deno.test("The switch cannot be let go while the file is there", () => {
  const bench = new Bench();
  bench.text = "stop";
  bench.file.start();
  assertEquals(bench.killSwitch.reset("api"), "the file data/kill is there; remove it first");
  bench.text = undefined;
  bench.clock.step();
  assertEquals(bench.killSwitch.isEngaged, true, "taking the file away is no permission");
  bench.failure = new Error("disk");
  assertEquals(bench.killSwitch.reset("api"), "nobody can tell whether the file data/kill is there");
  bench.failure = undefined;
  assertEquals([bench.killSwitch.reset("api"), bench.killSwitch.isEngaged], [undefined, false]);
});

Deno.test("A file that cannot be looked for three times in a row counts as there", () => {
  const bench = new Bench();
  bench.failure = new Error("disk");
  bench.file.start();
  bench.clock.step();
  bench.failure = undefined;
  bench.clock.step();
  bench.failure = new Error("disk");
  bench.clock.step();
  bench.clock.step();
  assertEquals(bench.told, []);
  bench.clock.step();
  assertEquals(bench.told, ["cannot tell whether the file data/kill is there: disk by file"]);
});

Deno.test("The beginning of a file is read, nothing of one that is not there, and other failures are thrown", async () => {
  const folder = await Deno.makeTempDir({ dir: "data" });
  try {
    assertEquals(readBeginning(`${folder}/none`), undefined);
    await Deno.writeTextFile(`${folder}/kill`, "stop\n".padEnd(5_000, "x"));
    assertEquals(readBeginning(`${folder}/kill`)?.length, 1_024);
    await Deno.writeTextFile(`${folder}/empty`, "");
    assertEquals(readBeginning(`${folder}/empty`), "");
    assertThrows(() => readBeginning(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
