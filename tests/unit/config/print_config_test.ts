import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type HftConfig, parseConfig } from "../../../src/config/hft_config.ts";
import { printConfig } from "../../../src/config/print_config.ts";

const parse = (text: string): HftConfig => parseConfig(text, "a.yaml", { readVariable: () => undefined });

const amount = fc.double({ min: 0, max: 1e12, noNaN: true });
const positive = fc.double({ min: 1e-9, max: 1e7, noNaN: true });
const days = fc.constantFrom("1h", "30m", "3d");
const daysOrNever = fc.option(days, { nil: null });
const interval = fc.oneof(
  fc.record({ n: fc.integer({ min: 100, max: 86_400_000 }) }).map(({ n }) => n),
  fc.integer({ min: 1, max: 1_440 }).map((n) => `${n}m`),
);
/** Text with everything that YAML or a variable might take for something else. */
const odd = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.constantFrom(
    "null",
    "~",
    "5",
    "1e3",
    "true",
    "${CEXARB_A:x}",
    "$${",
    "#x",
    "a: b",
    "- a",
    "2026-01-01",
    "\t",
    "é\u2028",
  ),
);
const escaped = odd.map((text) => text.replaceAll("${", () => "$${"));
const level = fc.constantFrom("debug", "info", "warn", "error");
const tag = fc.stringMatching(/^[a-z][a-z0-9_]{0,5}(\.[a-z0-9_]{1,5}){0,2}$/);
const speeds = { bookSpeed: fc.constantFrom("normal", "fast") };
const optional = { requiredKeys: [] };

/** The setting under one of its names. */
function either(
  name: string,
  value: fc.Arbitrary<unknown>,
  short: string,
  shortValue: fc.Arbitrary<unknown>,
): fc.Arbitrary<object> {
  return fc.oneof(
    value.map((each) => ({ [name]: each })),
    shortValue.map((each) => ({ [short]: each })),
    fc.constant({}),
  );
}

const gateio = fc.option(
  fc.record({
    ...speeds,
    bookStream: fc.constantFrom("update", "obu"),
    rest: fc.webUrl().map((url) => url.replace(/\/+$/, "")),
  }, optional),
  { nil: null },
);
const recording = fc.tuple(
  either(
    "depthIntervalMs",
    fc.integer({ min: 100, max: 1e6 }),
    "depthInterval",
    interval.filter((each) => typeof each === "string"),
  ),
  fc.record({ depthLevels: fc.integer({ min: 0, max: 200 }), trades: fc.boolean() }, optional),
).map(([a, b]) => ({ ...a, ...b }));
const risk = fc.tuple(
  either("maxBookAgeMs", positive, "maxBookAge", fc.integer({ min: 1, max: 1_440 }).map((n) => `${n}m`)),
  fc.record({
    maxNotional: fc.oneof(positive, positive.map((n) => `$${n.toFixed(9)}`)),
    maxPositionNotional: positive,
    maxDailyLoss: positive,
    maxSlippage: fc.integer({ min: 1, max: 99 }).map((n) => `${n}bps`),
    maxOpenExecutions: fc.integer({ min: 1, max: 1_000 }),
  }, optional),
).map(([a, b]) => ({ ...a, ...b }));
const trading = fc.tuple(
  either("minEdgeBps", amount, "minEdge", fc.integer({ min: 0, max: 99 }).map((n) => `0.${n}%`)),
  fc.record(
    {
      exitProfitBps: fc.double({ noNaN: true, noDefaultInfinity: true }),
      minProfit: amount,
      inventory: fc.option(
        fc.record({
          enabled: fc.boolean(),
          skewBps: amount,
          rebalance: fc.record(
            { minNotional: amount, maxWait: days.filter((each) => each !== "3d") },
            optional,
          ),
        }, optional),
        { nil: null },
      ),
      basis: fc.record({ entryZ: amount, halfLife: days, maxHoldMs: positive }, optional),
    },
    optional,
  ),
).map(([a, b]) => ({ ...a, ...b }));
const execution = fc.record({
  orderTimeout: days.filter((each) => each !== "3d"),
  hedge: fc.tuple(
    fc.array(amount, { minLength: 1, maxLength: 10 }).map((bands) => bands.toSorted((a, b) => a - b)),
    fc.boolean(),
  ).map(([bands, hasUnits]) =>
    hasUnits ? { bands: bands.map((each) => `${each.toFixed(6)}bps`) } : { bandsBps: bands }
  ),
  deadManSeconds: fc.constantFrom(0, 5, 3_600),
  killFile: escaped,
  journal: fc.record({ directory: escaped, segments: fc.integer({ min: 1, max: 9 }) }, optional),
}, optional);
const history = fc.record({
  tables: fc.dictionary(
    fc.constantFrom("fills", "orders", "a b", "5"),
    fc.record({ chunk: days, keep: daysOrNever, compressAfter: daysOrNever }, optional),
  ),
  aggregates: fc.record({ minute: fc.record({ keep: daysOrNever, refreshEvery: days }, optional) }, optional),
  keepBatches: days,
}, optional);
const storage = fc.record({
  dataDirectory: escaped,
  caFile: escaped,
  tls: fc.constantFrom("disable", "require", "verify-full"),
  server: fc.constantFrom("postgres://me@db.example/x", "postgresql://a%40b@127.0.0.1:6000/x"),
  maxSpool: fc.integer({ min: 1, max: 999 }).map((n) => `${n}MiB`),
  history,
}, optional);
const log = fc.record({
  level,
  levels: fc.dictionary(tag, level),
  ringSize: fc.constantFrom("64KiB", "1MiB", "256MiB"),
  drainInterval: fc.constantFrom("1ms", "10ms", "1s"),
  backends: fc.constant(undefined),
}, optional).chain((section) =>
  fc.dictionary(
    fc.stringMatching(/^[a-z]{1,6}$/),
    fc.oneof(
      fc.constant({ kind: "console", format: "json" }),
      escaped.map((path) => ({ kind: "file", path, maxSize: "64MiB", keep: 3 })),
      escaped.map((path) => ({ kind: "audit", path, sync: "interval", syncInterval: "5s" })),
      fc.constant({ kind: "metrics" }),
    ),
    { minKeys: 1 },
  ).map((backends) => ({
    ...section,
    backends,
    rules: [{ tag: "exchange.mexc", level: "warn", to: Object.keys(backends) }],
  }))
);
const file = fc.record({
  exchanges: fc.record({
    MEXC_SPOT: fc.option(fc.record(speeds, optional), { nil: null }),
    GATEIO_SPOT: gateio,
    GATEIO_FUTURES: gateio,
  }, optional).filter((venues) => Object.keys(venues).length > 0),
  pairs: fc.array(fc.stringMatching(/^[A-Z0-9]{1,6}\/USDT$/), { minLength: 1 }),
  seed: fc.integer(),
  trading,
  risk,
  mode: fc.constantFrom("observe", "paper", "live"),
  execution,
  paper: fc.record(
    { quoteBalance: amount, inventoryNotional: amount, latencyMs: amount.map((n) => n % 1e6) },
    optional,
  ),
  network: fc.record(
    { requestTimeout: fc.constantFrom("1s", "20s"), maxReconnectDelayMs: positive },
    optional,
  ),
  storage,
  recording,
  log,
}, { requiredKeys: ["exchanges", "pairs"] });

Deno.test("A printed configuration loads again to the same configuration, whatever is in it", () => {
  fc.assert(fc.property(file, (document) => {
    // JSON is YAML.
    const config = parse(JSON.stringify(document));
    const printed = printConfig(config);
    assertEquals(parse(printed), config, printed);
    assertEquals(printConfig(parse(printed)), printed);
  }));
});

Deno.test("The profiles of the project print to what they are", async () => {
  const root = new URL("../../../", import.meta.url);
  for (const name of ["demo", "paper", "live"]) {
    const path = new URL(`config/${name}.yaml`, root);
    const config = parseConfig(await Deno.readTextFile(path), path.pathname, {
      readVariable: () => undefined,
    });
    assertEquals(parse(printConfig(config)), config);
  }
});

Deno.test("Every setting is printed, and nothing refers to another file or a variable", () => {
  const text = printConfig(
    parse("exchanges:\n  MEXC_SPOT:\npairs: [BTC/USDT]\nstorage: { dataDirectory: '$${A}' }\n"),
  );
  for (
    const name of ["requestTimeoutMs: 10000", "maxNotional: 1000", "minEdgeBps: 2", "level: info", "$${A}"]
  ) {
    assert(text.includes(name), name);
  }
  assert(!/extends|[^$]\$\{/.test(text), text);
});
