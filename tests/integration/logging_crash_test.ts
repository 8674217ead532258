/**
 * What is left of the log when a program ends in a way that nobody planned.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { verifyAudit } from "../../src/logging/audit_verification.ts";
import { canStartPrograms } from "../support/program.ts";

interface Line {
  readonly time: string;
  readonly level: string;
  readonly message: string;
  readonly fields: { readonly n?: number; readonly error?: string };
}

/** What a program left. */
interface Remains {
  readonly code: number;
  /** Last record that it says to have written, and when, epoch milliseconds. */
  readonly lastSaid: readonly [n: number, time: number];
  readonly lines: readonly Line[];
  readonly audit: readonly { readonly event: string; readonly fields: Record<string, string> }[];
}

async function run(end: string, signal?: Deno.Signal): Promise<Remains> {
  await Deno.mkdir("data", { recursive: true });
  const folder = await Deno.makeTempDir({ dir: "data", prefix: "test-" });
  try {
    const path = `${folder}/a.log`;
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        "--allow-read=.",
        "--allow-write=data",
        "tests/support/logging_program.ts",
        path,
        end,
      ],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    let said = "", isSignalled = false;
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      said += text;
      if (signal === undefined || isSignalled || !/^400 /m.test(said)) continue;
      isSignalled = true;
      child.kill(signal);
    }
    const { code } = await child.status;
    // The last line may be half a line.
    const last = said.slice(0, said.lastIndexOf("\n")).split("\n").at(-1)!.split(" ").map(Number);
    const read = async <Row>(name: string): Promise<Row[]> => {
      const text = await Deno.readTextFile(name);
      assert(text.endsWith("\n"), "the file ends within a line");
      return text.trimEnd().split("\n").map((line) => JSON.parse(line) as Row);
    };
    const audit = await Deno.open(`${path}.audit`);
    assertEquals((await verifyAudit(audit.readable)).broken, undefined);
    return {
      code,
      lastSaid: [last[0]!, last[1]!],
      lines: await read<Line>(path),
      audit: await read<Remains["audit"][number]>(`${path}.audit`),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function crashTest(name: string, test: () => Promise<void>): void {
  const skipped = canStartPrograms ? "" : " (skipped: needs --allow-run for Deno itself)";
  Deno.test({ name: name + skipped, ignore: !canStartPrograms, fn: test });
}

function numbersOf(lines: readonly Line[]): number[] {
  return lines.flatMap(({ fields: { n } }) => n ?? []);
}

function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

crashTest("SIGTERM ends a program with every record in its log, and the audit trail says so", async () => {
  const { code, lastSaid: [said], lines, audit } = await run("terminated", "SIGTERM");
  assertEquals(code, 0);
  const numbers = numbersOf(lines);
  assertEquals(numbers.pop(), -1);
  assertEquals(numbers.slice(0, said), upTo(said));
  assertEquals(audit.map(({ event, fields }) => `${event} ${fields["result"] ?? ""}`), [
    "Started ",
    "Ended done",
  ]);
});

for (const [end, word] of [["thrown", "thrown on purpose"], ["rejected", "rejected on purpose"]] as const) {
  crashTest(
    `An error that nobody catches (${end}) is the last line of the log, after every record`,
    async () => {
      const { code, lines, audit } = await run(end);
      assertEquals(code, 1);
      assertEquals(numbersOf(lines), upTo(300));
      const { level, message, fields } = lines.at(-1)!;
      assertEquals([level, message], ["error", "The program ends by an error that nobody expected"]);
      assertMatch(fields.error!, new RegExp(word));
      assertEquals(audit.map(({ event }) => event), ["Started", "Crashed"]);
    },
  );
}

crashTest("kill -9 costs no more than the last moments of the log, and no record before them", async () => {
  const losses: number[] = [];
  for (let i = 0; i < 3; i++) {
    const { lastSaid: [said, saidAt], lines } = await run("killed", "SIGKILL");
    const numbers = numbersOf(lines);
    assertEquals(numbers, upTo(numbers.length));
    const lastWritten = Date.parse(lines.at(-1)!.time.replace(/(\.\d{3})\d+/, "$1"));
    losses.push(numbers.length >= said ? 0 : saidAt - lastWritten);
  }
  // Records reach the file every 10 ms; a machine that does much else may make the worker wait for its turn.
  assert(Math.min(...losses) <= 40, `lost ${losses} ms`);
  assert(Math.max(...losses) <= 400, `lost ${losses} ms`);
});
