import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { flagsOf, interruptAfter, type Outcome, programTest, run, start } from "../support/program.ts";

/** Holds that a call was refused as wrong: code 2, nothing on standard output, no stack trace. */
function assertRefused({ code, stdout, stderr }: Outcome, ...words: string[]): void {
  assertEquals([code, stdout], [2, ""], stderr);
  for (const word of words) assertStringIncludes(stderr, word);
  assert(!/^\s+at /m.test(stderr), stderr);
}

async function withFile(text: string, work: (path: string) => Promise<void>): Promise<void> {
  await Deno.mkdir("data", { recursive: true });
  const directory = await Deno.makeTempDir({ dir: "data", prefix: "test-" });
  try {
    const path = `${directory}/my.yaml`;
    await Deno.writeTextFile(path, text);
    await work(path);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

programTest("Help is there for the program and for each verb, on standard output", async () => {
  const [program, demo, verb, replay] = await Promise.all(
    [["--help"], ["demo", "--help"], ["run", "-h"], ["help", "replay"]].map((args) => run(args)),
  );
  for (const { code, stderr, stdout } of [program!, demo!, verb!, replay!]) {
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, "Usage: cexarb");
  }
  for (const name of ["demo", "run", "replay", "simulate", "account"]) {
    assertMatch(program!.stdout, new RegExp(`^ {2}${name}\\b.*\\S`, "m"));
  }
  for (const option of ["--for <duration>", "--seed <number>", "--clock <kind>", "--json"]) {
    assertStringIncludes(demo!.stdout, option);
  }
  assertStringIncludes(demo!.stdout, "(default: 30s)");
  for (const option of ["--config <file>", "--for <duration>", "--json"]) {
    assertStringIncludes(verb!.stdout, option);
  }
  for (const option of ["--tape <file>", "--capture <file>"]) assertStringIncludes(replay!.stdout, option);
});

programTest("A verb or an option that does not exist is refused with the one that was meant", async () => {
  const [verb, option, argument, none] = await Promise.all(
    [["demoo"], ["demo", "--fro", "3s"], ["demo", "extra"], []].map((args) => run(args)),
  );
  assertRefused(verb!, "unknown command 'demoo'", "Did you mean demo?", "--help");
  assertRefused(option!, "unknown option '--fro'", "Did you mean --for?", "--help");
  assertRefused(argument!, "too many arguments for 'demo'", "extra");
  assertRefused(none!, "Usage: cexarb", "demo", "run", "replay");
});

programTest("Values that make no sense are refused with the option and a right example", async () => {
  const durations = ["0s", "5", "-5s", "5 s", "abc", "1d", "1000h"];
  const [mode, ...refused] = await Promise.all(
    [["--clock", "fast"], ...durations.map((text) => [`--for=${text}`])].map((args) =>
      run(["demo", ...args])
    ),
  );
  for (const [index, text] of durations.entries()) {
    assertRefused(
      refused[index]!,
      "--for <duration>",
      `"${text}" is not a duration such as 500ms, 30s, 5m or 1h (at most 596h)`,
    );
  }
  assertRefused(mode!, "--clock <kind>", "real, simulated");
  const seeds = ["x", "1.5", "4294967296", ""];
  const wrong = await Promise.all(seeds.map((seed) => run(["demo", `--seed=${seed}`])));
  for (const [index, seed] of seeds.entries()) {
    assertRefused(wrong[index]!, "--seed <number>", `"${seed}" is not a whole number`);
  }
});

programTest(
  "A configuration file that is not there is refused by name, with where it was looked for",
  async () => {
    const [missing, folder, none] = await Promise.all([
      run(["run", "--config", "config/nope.yaml"]),
      run(["run", "--config", "config"]),
      run(["run"]),
    ]);
    assertRefused(missing!, 'There is no file "config/nope.yaml"', "it is taken from ");
    assertRefused(folder!, 'Cannot read the file "config"');
    assertRefused(none!, "required option '--config <file>' not specified");
  },
);

programTest(
  "A configuration that is wrong is refused with the file, the path inside it and what is wrong",
  async () => {
    await withFile(
      "exchanges:\n  MEXC_SPOT:\npairs: [BTC/USDT]\ntrading:\n  maxNotinal: 5\n",
      async (path) => {
        assertRefused(
          await run(["run", "--config", path]),
          `cexarb: ${path}:5:3: trading.maxNotinal: there is no such setting; did you mean risk.maxNotional?\n`,
        );
      },
    );
    await withFile("exchanges:\n  BINANCE_SPOT:\npairs: [BTC/USDT]\n", async (path) => {
      assertRefused(
        await run(["run", "--config", path]),
        `${path}:2:3: exchanges.BINANCE_SPOT: there is no such setting; `,
      );
    });
    await withFile("exchanges: [", async (path) => {
      assertRefused(await run(["run", "--config", path]), `${path}:1:13: is not YAML`);
    });
  },
);

const nobody =
  "exchanges:\n  MEXC_SPOT: { rest: 'http://127.0.0.1:9', ws: 'ws://127.0.0.1:9' }\npairs: [BTC/USDT]\n";

programTest(
  "Venues that cannot be reached end a run with code 1 and the address, after some attempts",
  async () => {
    await withFile(nobody, async (path) => {
      const { code, stdout, stderr } = await run(["run", "--config", path], flagsOf("start"));
      assertEquals([code, stdout], [1, ""]);
      assertEquals(stderr.match(/ warn {2}No instrument list exchange=MEXC_SPOT/g)?.length, 4);
      assertMatch(stderr, /^cexarb: No answer to GET http:\/\/127\.0\.0\.1:9\/api\/v3\/exchangeInfo/m);
      assert(!/^\s+at /m.test(stderr), stderr);
    });
  },
);

programTest("Ctrl-C while no venue answers ends a run with code 130 and one sentence", async () => {
  await withFile(nobody, async (path) => {
    const child = start(["run", "--config", path], flagsOf("start"));
    const { code, stdout, stderr } = await interruptAfter(child, "No instrument list", 1, 0);
    assertEquals([code, stdout], [130, ""], stderr);
    assertMatch(stderr, /^cexarb: Interrupted before the venues had answered$/m);
    assert(!/^\s+at /m.test(stderr), stderr);
  });
});
