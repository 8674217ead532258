import { assertEquals, assertThrows } from "@std/assert";
import { loadConfig, type LoadedConfig } from "../../../src/config/hft_config.ts";
import { ConfigError, DataFileError } from "../../../src/core/errors.ts";

/** Loads `main` of these files, by path. */
function load(files: Readonly<Record<string, string>>, main = "conf/main.yaml"): LoadedConfig {
  return loadConfig(files[main]!, main, {
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw new DataFileError(`There is no file "${path}"`);
      return text;
    },
    readVariable: () => undefined,
  });
}

function complaint(files: Readonly<Record<string, string>>): string {
  return assertThrows(() => load(files), ConfigError).message;
}

const base = `
exchanges:
  MEXC_SPOT: { bookSpeed: fast }
  GATEIO_SPOT:
pairs: [BTC/USDT, ETH/USDT]
risk: { maxNotional: $100, maxBookAge: 1s }
storage: { history: { tables: { fills: { keep: 3d, chunk: 1h } } } }
`;

Deno.test("A profile is laid over the one it extends: sections by name at every depth, lists and values as a whole", () => {
  const { config, metrics } = load({
    "base.yaml": base,
    "conf/middle.yaml": "extends: ../base.yaml\nrisk:\n  maxNotional: 200\nseed: 3\n",
    "conf/main.yaml": `
extends: middle.yaml
exchanges: { MEXC_SPOT: { bookSpeed: normal }, GATEIO_FUTURES: }
pairs: [SOL/USDT]
risk: { maxPositionNotional: 300 }
storage: { history: { tables: { fills: { keep: null } } } }
`,
  });
  assertEquals(config.exchanges.map(({ exchange, bookSpeed }) => [exchange, bookSpeed]), [
    ["MEXC_SPOT", "normal"],
    ["GATEIO_SPOT", "normal"],
    ["GATEIO_FUTURES", "normal"],
  ]);
  assertEquals(config.pairs, [{ base: "SOL", quote: "USDT" }]);
  const { maxNotional, maxPositionNotional, maxBookAgeMs } = config.trading;
  assertEquals([maxNotional, maxPositionNotional, maxBookAgeMs, config.seed], [200, 300, 1_000, 3]);
  assertEquals(config.storage.history, { tables: { fills: { keep: null, chunk: "1h" } } });
  assertEquals(metrics.files, 3);
});

Deno.test("A section without content leaves what is below it as it is; either name of a setting replaces the other", () => {
  const { config } = load({
    "conf/base.yaml": base,
    "conf/main.yaml": "extends: base.yaml\nexchanges:\n  MEXC_SPOT:\nrisk:\n  maxBookAgeMs: 5\nstorage:\n",
  });
  assertEquals(config.exchanges[0]!.bookSpeed, "fast");
  assertEquals([config.trading.maxBookAgeMs, config.trading.maxNotional], [5, 100]);
  assertEquals(config.storage.history?.tables?.["fills"]?.keep, "3d");
});

Deno.test("What is wrong is told with the file in which it stands", () => {
  assertEquals(
    complaint({
      "conf/base.yaml": "exchanges:\n  MEXC_SPOT:\nseed: x\n",
      "conf/main.yaml": "extends: base.yaml\nrisk: { maxNotional: -1 }\n",
    }).split("\n"),
    [
      'conf/base.yaml:3:7: seed: must be a number, not "x"',
      "conf/main.yaml:1:1: pairs: is missing; add `pairs:` here",
      "conf/main.yaml:2:22: risk.maxNotional: must be more than 0, not -1",
    ],
  );
});

Deno.test("Profiles that extend each other in a circle are refused with the whole circle", () => {
  assertEquals(
    complaint({
      "conf/main.yaml": "extends: sub/b.yaml\n",
      "conf/sub/b.yaml": "# b\nextends: ../c.yaml\n",
      "conf/c.yaml": "extends: main.yaml\n" + base,
    }),
    "conf/c.yaml:1:10: extends: goes round in a circle: conf/main.yaml → conf/sub/b.yaml → conf/c.yaml → conf/main.yaml; end it",
  );
  assertEquals(
    complaint({ "conf/main.yaml": base + "extends: ./main.yaml\n" }),
    "conf/main.yaml:8:10: extends: goes round in a circle: conf/main.yaml → conf/main.yaml; end it",
  );
});

Deno.test("A chain of more than 16 files is refused", () => {
  const files = Object.fromEntries(
    Array.from(
      { length: 30 },
      (_, index) => [`conf/${index || "main"}.yaml`, `extends: ${index + 1}.yaml\n${base}`],
    ),
  );
  assertEquals(
    complaint(files),
    "conf/15.yaml:1:10: extends: is the 17th of a chain; at most 16 files may extend one another",
  );
});

Deno.test("A file to extend that is not there, or no path, is told in its line", () => {
  assertEquals(
    complaint({ "conf/main.yaml": base + "extends: none.yaml\n" }),
    'conf/main.yaml:8:10: extends: There is no file "conf/none.yaml"',
  );
  for (const value of ["[a.yaml]", "5", "''", "{}"]) {
    assertEquals(
      complaint({ "conf/main.yaml": base + `extends: ${value}\n` }),
      "conf/main.yaml:8:10: extends: must be the path of one file, relative to this one, such as base.yaml",
    );
  }
});

Deno.test("Parts may be repeated with anchors; an error in a repeated part has the path where it is used", () => {
  const { config } = load({
    "conf/main.yaml":
      "exchanges: { MEXC_SPOT: &fast { bookSpeed: fast }, GATEIO_SPOT: *fast }\npairs: [BTC/USDT]\n",
  });
  assertEquals(config.exchanges.map(({ bookSpeed }) => bookSpeed), ["fast", "fast"]);
  assertEquals(
    complaint({
      "conf/main.yaml":
        "exchanges: { MEXC_SPOT: &obu { bookStream: obu }, GATEIO_SPOT: *obu, X: *y }\npairs: [a/b]",
    })
      .split("\n").map((line) => line.split(": ")[1]),
    ["exchanges.MEXC_SPOT.bookStream", "exchanges.X", "exchanges.X", "pairs.0"],
  );
  const bomb = Array.from(
    { length: 20 },
    (_, index) => `x${index + 1}: &a${index + 1} [*a${index}, *a${index}]`,
  );
  const found = complaint({ "conf/main.yaml": `x0: &a0 [1]\n${bomb.join("\n")}\n` });
  assertEquals(found.includes("makes more than 20000 values"), true);
});
