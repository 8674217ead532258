import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { SystemClock } from "../../src/core/clock.ts";
import { exchanges } from "../../src/core/exchange.ts";
import { defaultAssets, MarketModel, Simulator } from "../../src/simulator/mod.ts";
import { flagsOf, linesOf, programTest, run } from "../support/program.ts";
import { withDirectory } from "./storage_fixture.ts";

const flags = flagsOf("start");

/** A configuration of these addresses in the directory. */
async function writeConfig(
  directory: string,
  endpoints: Readonly<Record<string, { readonly rest: string; readonly ws: string }>>,
  storage: string,
): Promise<string> {
  const path = `${directory}/sync.yaml`;
  const lines = Object.entries(endpoints).map(([key, { rest, ws }]) =>
    `  ${key}: { rest: "${rest}", ws: "${ws}" }`
  );
  await Deno.writeTextFile(path, ["exchanges:", ...lines, "pairs: [BTC/USDT]", storage].join("\n"));
  return path;
}

programTest("sync shows what is new, then that nothing is, and what it cannot do", async () => {
  const simulator = Simulator.create({
    clock: new SystemClock(),
    seed: 5,
    source: new MarketModel({ assets: defaultAssets }),
  });
  const endpoints = await simulator.listen();
  try {
    await withDirectory(async (directory) => {
      const config = await writeConfig(
        directory,
        endpoints,
        `storage: { dataDirectory: "${directory}/database" }`,
      );
      const first = await run(["sync", "--config", config], flags);
      assertEquals([first.code, first.stderr], [0, ""]);
      const lines = linesOf(first.stdout);
      assertEquals(lines[0], "exchanges: 3 new, 0 changed, 0 as before");
      for (const { key } of exchanges) {
        assert(
          lines.includes(`${key}: ${defaultAssets.length} new, 0 changed, 0 delisted, 0 as before`),
          key,
        );
      }
      assertStringIncludes(first.stdout, "  + BTC_USDT\n");
      assertStringIncludes(
        first.stdout,
        "BTC/USDT on MEXC_SPOT and GATEIO_SPOT: one venue tells no contract",
      );

      const second = await run(["sync", "--config", config, "--json"], flags);
      assertEquals([second.code, linesOf(second.stdout).length], [0, 1]);
      const document = JSON.parse(second.stdout);
      assertEquals(document.exchanges, { added: [], changed: [], unchanged: 3, unknown: [] });
      for (const { key } of exchanges) {
        assertEquals([document.venues[key].unchanged, document.venues[key].added], [
          defaultAssets.length,
          [],
        ]);
      }
      assertEquals([document.pairs.confirmed, document.pairs.refused], [0, []]);
      assertEquals(document.pairs.unconfirmed.length, 3 * defaultAssets.length);

      const broken = await writeConfig(
        directory,
        { ...endpoints, GATEIO_SPOT: { ...endpoints.GATEIO_SPOT, rest: "http://127.0.0.1:1" } },
        `storage: { dataDirectory: "${directory}/database" }`,
      );
      const third = await run(["sync", "--config", broken], flags);
      assertEquals(third.code, 1);
      assertStringIncludes(third.stdout, "GATEIO_SPOT: not synchronised: ");
      assertStringIncludes(
        third.stdout,
        `MEXC_SPOT: 0 new, 0 changed, 0 delisted, ${defaultAssets.length} as before`,
      );
      assertStringIncludes(third.stderr, "GATEIO_SPOT: ");

      const nowhere = await run(["sync", "--config", await writeConfig(directory, endpoints, "")], flags);
      assertEquals([nowhere.code, nowhere.stdout], [2, ""]);
      assertStringIncludes(nowhere.stderr, "neither a dataDirectory nor a server");
    });
  } finally {
    await simulator.stop();
  }
});

programTest("sync without a configuration, or with a share that is none, is a wrong call", async () => {
  const none = await run(["sync"], flags);
  assertEquals([none.code, none.stdout], [2, ""]);
  assertStringIncludes(none.stderr, "--config");
  const share = await run(["sync", "--max-delisted-share", "2"], flags);
  assertEquals([share.code, share.stdout], [2, ""]);
  assertStringIncludes(share.stderr, "not a number from 0 to 1");
});
