import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runCommandLine } from "../../src/commands/cli.ts";
import { type BrokenConfig, brokenConfigs } from "../support/broken_configs.ts";
import { flagsOf, linesOf, programTest, run, start } from "../support/program.ts";

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  await Deno.mkdir("data", { recursive: true });
  const folder = await Deno.makeTempDir({ dir: "data", prefix: "test-" });
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs a command line in this process; what it writes goes nowhere else. */
async function inProcess(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: "", stderr: "" };
  const streams = ["stdout", "stderr"] as const;
  const originals = streams.map((name) => Deno[name].writeSync);
  for (const name of streams) {
    Deno[name].writeSync = (bytes): number => {
      written[name] += new TextDecoder().decode(bytes);
      return bytes.length;
    };
  }
  try {
    return { code: await runCommandLine(args), ...written };
  } finally {
    streams.forEach((name, index) => Deno[name].writeSync = originals[index]!);
  }
}

/** Writes the files into a folder of their own and returns the path of the one to load. */
async function write(folder: string, { files }: BrokenConfig, index: number): Promise<string> {
  const own = `${folder}/${index}`;
  await Deno.mkdir(own);
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${own}/${name}`, text);
  return `${own}/main.yaml`;
}

/** Holds that an output is one line with a place in which the path's last name really stands, the path and these words. */
async function assertTold(stderr: string, { kind, path, words }: BrokenConfig): Promise<void> {
  const line = linesOf(stderr).find((each) => each.includes(`: ${path}: `)) ?? "";
  assert(line !== "", `${kind}: ${path} is not named in\n${stderr}`);
  const [, file = "", row = "", column = ""] = /^(?:cexarb: )?(\S+?):(\d+):(\d+): /.exec(line) ?? [];
  const text = linesOf(await Deno.readTextFile(file))[Number(row) - 1]!;
  assert(Number(column) >= 1 && Number(column) <= text.length, line);
  const name = path.split(".").at(-1)!;
  if (kind === "wrong type" || words.includes("is missing")) {
    // A section that is none begins in its own line or the one after; what is missing has no line.
  } else assertStringIncludes(text, name, line);
  for (const word of words) assertStringIncludes(line, word);
}

Deno.test("200 broken configurations are each refused with code 2 and the right path, and start nothing", async () => {
  await withFolder(async (folder) => {
    const broken = brokenConfigs(200);
    assertEquals(new Set(broken.map(({ kind }) => kind)).size, 7);
    for (const [index, each] of broken.entries()) {
      const path = await write(folder, each, index);
      // The verb that would start the engine, and the one that only checks, say the same.
      const started = await inProcess(["run", "--config", path]);
      assertEquals([started.code, started.stdout], [2, ""], `${each.kind} ${each.path}: ${started.stderr}`);
      await assertTold(started.stderr, each);
      if (index % 10 === 0) assertEquals(await inProcess(["config", "check", path]), started);
    }
  });
});

programTest("A few of them are refused by the real program just so", async () => {
  await withFolder(async (folder) => {
    const broken = brokenConfigs(7);
    await Promise.all(broken.map(async (each, index) => {
      const path = await write(folder, each, index);
      const { code, stdout, stderr } = await run(["run", "--config", path], flagsOf("start"));
      assertEquals([code, stdout], [2, ""], stderr);
      await assertTold(stderr, each);
      if (each.kind === "missing variable") assertStringIncludes(stderr, "is not set");
    }));
  });
});

programTest("config check says that a file is good and what loading it took", async () => {
  const { code, stdout, stderr } = await run(["config", "check", "config/live.yaml"], flagsOf("start"));
  assertEquals([code, stderr], [0, ""]);
  const [good = "", loaded = ""] = linesOf(stdout);
  assertEquals(
    good,
    "config/live.yaml is good: mode paper, MEXC_SPOT, GATEIO_SPOT, GATEIO_FUTURES, 50 pairs",
  );
  assertMatch(
    loaded,
    /^loaded from 2 files in [\d.]+ ms: YAML [\d.]+ ms, variables [\d.]+ ms, checks [\d.]+ ms$/,
  );
});

programTest("config check tells what only the storage can know with its line too", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.yaml`;
    const text = "exchanges:\n  MEXC_SPOT:\npairs: [BTC/USDT]\nstorage:\n  history:\n    keepBatches: soon\n";
    await Deno.writeTextFile(path, text);
    const { code, stderr } = await run(["config", "check", path], flagsOf("start"));
    assertEquals(code, 2);
    assertStringIncludes(stderr, `${path}:6:18: storage.history.keepBatches: `);
  });
});

programTest("config print shows no secret, and what it prints loads to the same configuration", async () => {
  await withFolder(async (folder) => {
    const secrets = { MEXC_API_KEY: "mx0-hush", MEXC_API_SECRET: "hush-hush", PGPASSWORD: "pg-hush" };
    const variables = { ...secrets, CEXARB_MAX_NOTIONAL: "$321" };
    const printed = await run(["config", "print", "config/live.yaml"], flagsOf("start"), variables);
    assertEquals([printed.code, printed.stderr], [0, ""]);
    assertEquals(linesOf(printed.stdout).slice(0, 5), [
      "# MEXC_API_KEY: ***",
      "# MEXC_API_SECRET: ***",
      "# GATEIO_API_KEY: not set",
      "# GATEIO_API_SECRET: not set",
      "# PGPASSWORD: ***",
    ]);
    for (const secret of Object.values(secrets)) assert(!printed.stdout.includes(secret));
    assertStringIncludes(printed.stdout, "maxNotional: 321\n");
    await Deno.writeTextFile(`${folder}/printed.yaml`, printed.stdout);
    const again = await run(["config", "print", `${folder}/printed.yaml`], flagsOf("start"), secrets);
    assertEquals(again.stdout, printed.stdout);
  });
});

programTest(
  "SIGHUP reloads a run's safe settings, refuses others by name, and the run goes on either way",
  async () => {
    await withFolder(async (folder) => {
      const simulator = start(["simulate", "--json"], flagsOf("simulate"));
      const lines = simulator.stdout.pipeThrough(new TextDecoderStream()).getReader();
      let first = "";
      while (!first.includes("\n")) first += (await lines.read()).value ?? "\n";
      const { venues } = JSON.parse(first.split("\n")[0]!);
      const path = `${folder}/run.yaml`;
      const text = (rest: string): string =>
        `exchanges:\n  MEXC_SPOT: ${
          JSON.stringify({ rest: venues.MEXC_SPOT.rest, ws: venues.MEXC_SPOT.ws })
        }\n` +
        `  GATEIO_SPOT: ${JSON.stringify({ rest: venues.GATEIO_SPOT.rest, ws: venues.GATEIO_SPOT.ws })}\n` +
        `pairs: [BTC/USDT]\n${rest}`;
      await Deno.writeTextFile(path, text(""));
      const child = start(["run", "--config", path], flagsOf("start"));
      const stdout = new Response(child.stdout).text();
      const steps: [wait: string, next: string | undefined][] = [
        ["Connected", text("seed: 9\nlog: { level: debug }\n")],
        ["nothing has been reloaded", text("risk: { maxNotional: 5000 }\n")],
        ["nothing has been reloaded", text("rsik: {}\n")],
        [
          "Configuration cannot be reloaded",
          text("risk: { maxNotional: $10 }\nrecording: { depthInterval: 3s }\n"),
        ],
        ["Configuration reloaded", undefined],
      ];
      let stderr = "", seen = 0;
      for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
        stderr += part;
        while (steps.length > 0) {
          const at = stderr.indexOf(steps[0]![0], seen);
          if (at < 0) break;
          seen = at + steps[0]![0].length;
          const [, next] = steps.shift()!;
          if (next === undefined) child.kill("SIGINT");
          else {
            await Deno.writeTextFile(path, next);
            child.kill("SIGHUP");
          }
        }
      }
      assertEquals([steps.length, (await child.status).code], [0, 0], stderr + await stdout);
      simulator.kill("SIGINT");
      while (!(await lines.read()).done);
      await simulator.stderr.cancel();
      await simulator.status;
      assertStringIncludes(stderr, 'Setting cannot be reloaded path=seed reason="needs a restart"');
      assertStringIncludes(stderr, 'path=risk.maxNotional reason="may only become lower');
      assertStringIncludes(stderr, "there is no such setting; did you mean risk?");
      assertStringIncludes(
        stderr,
        'Configuration reloaded changed="recording.depthIntervalMs risk.maxNotional"',
      );
    });
  },
);
