/**
 * What a whole program leaves in its logs.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { SystemClock } from "../../src/core/clock.ts";
import { MarketModel, Simulator } from "../../src/simulator/mod.ts";
import { flagsOf, interruptAfter, linesOf, programTest, run, start } from "../support/program.ts";

const flags = flagsOf("start");
const keys = {
  MEXC_API_KEY: "mx0vglLoggingKey0001",
  MEXC_API_SECRET: "1f2e3d4c5b6a79880716253443526170",
  GATEIO_API_KEY: "a9b8c7d6e5f4030201loggingkey0002",
  GATEIO_API_SECRET: "0badc0ffee0ddf00d0badc0ffee0ddf00d",
};

/** A configuration that logs everything everywhere, for venues that know the keys. */
async function withSite(test: (folder: string, config: string) => Promise<void>): Promise<void> {
  await Deno.mkdir("data", { recursive: true });
  const folder = await Deno.makeTempDir({ dir: "data", prefix: "test-" });
  const accounts = [
    { family: "mexc", uid: "1", apiKey: keys.MEXC_API_KEY, secretKey: keys.MEXC_API_SECRET },
    { family: "gateio", uid: "2", apiKey: keys.GATEIO_API_KEY, secretKey: keys.GATEIO_API_SECRET },
  ] as const;
  const simulator = Simulator.create({
    clock: new SystemClock(),
    seed: 5,
    source: new MarketModel(),
    accounts: accounts.map((account) => ({ ...account, deposits: {}, fees: {} })),
  });
  try {
    const endpoints = await simulator.listen();
    const venues = Object.entries(endpoints).map(([key, { rest, ws }]) => [key, { rest, ws }]);
    const config = {
      exchanges: Object.fromEntries(venues),
      pairs: ["BTC/USDT", "ETH/USDT", "SOL/USDT"],
      log: {
        level: "debug",
        backends: {
          console: { kind: "console" },
          text: { kind: "file", path: `${folder}/a.log` },
          json: { kind: "file", path: `${folder}/a.json`, format: "json" },
          audit: { kind: "audit", path: `${folder}/a.audit` },
          metrics: { kind: "metrics" },
        },
      },
    };
    await Deno.writeTextFile(`${folder}/run.json`, JSON.stringify(config));
    await test(folder, `${folder}/run.json`);
  } finally {
    await simulator.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

programTest(
  "No key and no secret is in any output of the account verb, on the console, in files or in the audit trail",
  async () => {
    await withSite(async (folder, config) => {
      // Right keys, then a wrong secret, so that errors are logged too.
      const wrong = { ...keys, MEXC_API_SECRET: "77777777777777777777777777777777" };
      const outputs: string[] = [];
      for (const [variables, options] of [[keys, ["--json"]], [keys, []], [wrong, []]] as const) {
        const { stdout, stderr, code } = await run(
          ["account", "--config", config, ...options],
          flags,
          variables,
        );
        assertEquals(code, variables === keys ? 0 : 1, stderr);
        outputs.push(stdout, stderr);
      }
      for await (const { name } of Deno.readDir(folder)) {
        outputs.push(await Deno.readTextFile(`${folder}/${name}`));
      }
      assertEquals(outputs.length, 10, "three runs, the configuration and three logs");
      const all = outputs.join("\n");
      assertStringIncludes(all, "debug");
      for (const secret of [...Object.values(keys), wrong.MEXC_API_SECRET]) {
        for (const form of [secret, encodeURIComponent(secret), btoa(secret), secret.toUpperCase()]) {
          assert(!all.includes(form), `${form.slice(0, 4)}… was written`);
        }
      }
    });
  },
);

programTest(
  "A run leaves its venues' records under their tags, and an audit trail of every order that is proved unbroken",
  async () => {
    await withSite(async (folder, config) => {
      const child = start(["run", "--config", config, "--json"], flags);
      const { code, stdout, stderr } = await interruptAfter(child, " Traded ", 3, 200);
      assertEquals(code, 0, stderr);
      const report = JSON.parse(linesOf(stdout).at(-1)!);
      const text = linesOf(await Deno.readTextFile(`${folder}/a.log`));
      const records = linesOf(await Deno.readTextFile(`${folder}/a.json`)).map((line) => JSON.parse(line));
      assertEquals(text.length, records.length);
      // The console has milliseconds where the file has microseconds.
      assertEquals(
        linesOf(stderr).filter((line) => line.includes(" Traded ")).length,
        report.executions,
      );
      const connected = records.filter(({ message }) => message === "Connected").map(({ tag }) => tag);
      assertEquals(connected.toSorted(), [
        "exchange.gateio.futures.ws",
        "exchange.gateio.spot.ws",
        "exchange.mexc.spot.ws",
      ]);
      const trades = records.filter(({ message }) => message === "Traded");
      assert(trades.length === report.executions && trades.some(({ correlation }) => correlation > 0));
      const audit = linesOf(await Deno.readTextFile(`${folder}/a.audit`)).map((line) => JSON.parse(line));
      const count = (event: string): number => audit.filter((record) => record.event === event).length;
      const orders = new Set(
        audit.flatMap(({ event, fields }) => event === "Order intent" ? [fields.clientOrderId] : []),
      );
      // A pair, and what hedges have been needed.
      assert(orders.size >= 2 * report.executions, `${orders.size} orders`);
      assertEquals(["Order intent", "Order sent", "Order outcome"].map(count), Array(3).fill(orders.size));
      assertEquals([audit[0].event, audit.at(-1).event], ["Started", "Ended"]);
      const proof = await run(["audit", "verify", `${folder}/a.audit`], flags);
      assertEquals(proof.code, 0, proof.stderr);
      assertMatch(proof.stdout, new RegExp(`unbroken: ${audit.length} records`));
      assertStringIncludes(proof.stdout, audit.at(-1).hash);
      await Deno.writeTextFile(
        `${folder}/forged`,
        audit.map((record, i) =>
          JSON.stringify(i === 2 ? { ...record, time: record.time + "0" } : record) + "\n"
        ).join(""),
      );
      const forged = await run(["audit", "verify", `${folder}/forged`], flags);
      assertEquals(forged.code, 1);
      assertStringIncludes(forged.stderr, "is broken at line 3: its content does not fit its hash");
    });
  },
);

programTest("audit verify tells a wrong call from a broken file by its exit code", async () => {
  const calls = [["verify"], ["verify", "nowhere"], ["verify", "--contains", "12", "deno.json"], [
    "check",
    "x",
  ]];
  for (const call of calls) assertEquals((await run(["audit", ...call], flags)).code, 2, call.join(" "));
  const { code, stderr } = await run(["audit", "verify", "deno.json"], flags);
  assertEquals([code, stderr], [
    1,
    "cexarb: deno.json is broken at line 1: it does not end with prev and hash\n",
  ]);
});
