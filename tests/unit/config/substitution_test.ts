import { assert, assertEquals, assertThrows } from "@std/assert";
import { parseConfig } from "../../../src/config/hft_config.ts";
import { ConfigError } from "../../../src/core/errors.ts";

const base = "exchanges:\n  MEXC_SPOT:\npairs: [BTC/USDT]\n";

function reading(variables: Record<string, string>): (name: string) => string | undefined {
  return (name: string): string | undefined => variables[name];
}

function complaint(text: string, variables: Record<string, string> = {}): string {
  const readVariable = reading(variables);
  return assertThrows(() => parseConfig(base + text, "my.yaml", { readVariable }), ConfigError).message;
}

Deno.test("A variable is read as if its value stood in the file, a default when it is not set or empty", () => {
  const text = `
seed: \${CEXARB_SEED}
risk: { maxNotional: "\${CEXARB_LIMIT:$750}", maxBookAge: "\${CEXARB_AGE}s" }
storage: { dataDirectory: 'data/\${CEXARB_NAME:x}/\${CEXARB_EMPTY:y}' }
recording: { trades: "\${CEXARB_TRADES}" }
`;
  const variables = { CEXARB_SEED: "7", CEXARB_AGE: "3", CEXARB_EMPTY: "", CEXARB_TRADES: "false" };
  const { seed, trading, storage, recording } = parseConfig(base + text, "my.yaml", {
    readVariable: reading(variables),
  });
  assertEquals([seed, trading.maxNotional, trading.maxBookAgeMs, storage.dataDirectory, recording.trades], [
    7,
    750,
    3_000,
    "data/x/y",
    false,
  ]);
});

Deno.test("Two dollar signs stand for one, and a value of a variable is not looked through again", () => {
  const directory = (text: string): unknown =>
    parseConfig(`${base}storage: { dataDirectory: '${text}' }\n`, "my.yaml", {
      readVariable: reading({ CEXARB_A: "${CEXARB_B}", CEXARB_B: "b" }),
    }).storage.dataDirectory;
  assertEquals(directory("$${CEXARB_B}"), "${CEXARB_B}");
  assertEquals(directory("x${CEXARB_A}"), "x${CEXARB_B}");
  assertEquals(directory("$$ $CEXARB_B $"), "$$ $CEXARB_B $");
});

Deno.test("A variable that is missing is an error with the path, and so is each one", () => {
  assertEquals(
    complaint("seed: ${CEXARB_A}\nrisk:\n  maxNotional: ${CEXARB_B}\n"),
    "my.yaml:4:7: seed: the variable CEXARB_A is not set; set it, or give a default as in ${CEXARB_A:value}\n" +
      "my.yaml:6:16: risk.maxNotional: the variable CEXARB_B is not set; set it, or give a default as in ${CEXARB_B:value}",
  );
});

Deno.test("Only variables with the program's prefix are read; what begins no variable is an error", () => {
  assertEquals(
    complaint("storage: { dataDirectory: '${HOME}/x' }\n", { HOME: "/root" }),
    "my.yaml:4:27: storage.dataDirectory: ${HOME} may not be read; use a variable whose name begins with CEXARB_",
  );
  for (const text of ["${", "${}", "${1}", "${CEXARB_A", "${CEXARB A}"]) {
    const found = complaint(`storage: { dataDirectory: '${text}' }\n`);
    assert(found.startsWith("my.yaml:4:27: storage.dataDirectory: ${ begins no variable; write "), found);
  }
});

Deno.test("A secret comes in by no variable, and is in no message", () => {
  const variables = { MEXC_API_SECRET: "hush", PGPASSWORD: "hush", CEXARB_DB: "postgres://me:hush@h/d" };
  for (const name of ["MEXC_API_SECRET", "GATEIO_API_KEY", "PGPASSWORD"]) {
    const found = complaint(`storage: { dataDirectory: '\${${name}}' }\n`, variables);
    assertEquals(
      found,
      `my.yaml:4:27: storage.dataDirectory: \${${name}} is a secret; remove it, the program reads it from the environment by itself`,
    );
  }
  for (
    const text of [
      "storage: { server: '${CEXARB_DB}' }\n",
      "storage: { tls: '${CEXARB_DB}' }\n",
      "pairs2: '${CEXARB_DB}'\n",
      "log: { level: '${CEXARB_DB}' }\n",
      "password: '${CEXARB_DB}'\n",
      "recording: { depthInterval: '${CEXARB_DB}' }\n",
    ]
  ) assert(!complaint(text, variables).includes("hush"), complaint(text, variables));
});

Deno.test("A program that may not read a variable is told which permission it lacks", () => {
  const readVariable = (): string => {
    throw new Deno.errors.NotCapable("no");
  };
  const error = assertThrows(
    () => parseConfig(`${base}seed: \${CEXARB_SEED:5}\n`, "my.yaml", { readVariable }),
    ConfigError,
  );
  assertEquals(
    error.message,
    "my.yaml:4:7: seed: the program may not read CEXARB_SEED; start it with --allow-env=CEXARB_*",
  );
});

Deno.test("Tasks and the executable may read the variables of configurations", async () => {
  const root = new URL("../../../", import.meta.url);
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  assert(/--allow-env=\S*,"CEXARB_\*" /.test(tasks.start));
  const script = await Deno.readTextFile(new URL("config/deploy/compile.ts", root));
  assert(script.includes('"CEXARB_*"'));
});
