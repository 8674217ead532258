/**
 * The journal between processes: who has it, and what is left when one is killed.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { SystemClock } from "../../src/core/clock.ts";
import { FileJournal } from "../../src/execution/journal/file_journal.ts";
import { programTest } from "../support/program.ts";
import { withDirectory } from "./storage_fixture.ts";

/** A process with a journal. */
class Process {
  readonly #child: Deno.ChildProcess;
  readonly #output: ReadableStreamDefaultReader<string>;
  said = "";

  constructor(directory: string, kind: "idle" | "writing") {
    const flags = ["--quiet", "--no-prompt", "--no-check", "--allow-read=.", "--allow-write=data"];
    const args = ["run", ...flags, "tests/support/journal_program.ts", directory, kind];
    this.#child = new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "inherit" }).spawn();
    this.#output = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Reads what it says until that holds so many lines, or to its end. */
  async until(lines: number): Promise<string> {
    while (this.said.split("\n").length <= lines) {
      const { done, value } = await this.#output.read();
      if (done) break;
      this.said += value;
    }
    return this.said;
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.until(Infinity);
    await this.#child.status;
  }

  async ended(): Promise<void> {
    await this.until(Infinity);
    await this.#child.status;
  }
}

programTest("A second process is refused while the first lives, and not when it was killed", async () => {
  await withDirectory(async (directory) => {
    const first = new Process(directory, "idle");
    assertEquals(await first.until(1), "open 1\n");
    const second = new Process(directory, "idle");
    await second.ended();
    assertStringIncludes(second.said, "refused JournalError");
    assertStringIncludes(second.said, "in use by another process");
    await first.kill();
    const third = new Process(directory, "idle");
    assertEquals(await third.until(1), "open 1\n");
    await third.kill();
  });
});

programTest("Whatever was written is there after a kill, at any moment and again and again", async () => {
  await withDirectory(async (directory) => {
    let last = 0;
    for (const lines of [2, 40, 499, 503, 1_700]) {
      const process = new Process(directory, "writing");
      await process.until(lines);
      await process.kill();
      // The last line may be half a line.
      const said = process.said.slice(0, process.said.lastIndexOf("\n")).split("\n");
      assert(Number(said[0]!.split(" ")[1]) >= last, "a restart has forgotten something");
      last = Number(said.at(-1)!.split(" ").at(-1));
    }
    const { journal, state } = await FileJournal.open({ directory, clock: new SystemClock() });
    await journal.close();
    assert(state.lastSequence >= last, `${last} were written, ${state.lastSequence} are there`);
    assert(state.lastSequence > 2_000);
  });
});
