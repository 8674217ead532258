import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parseConfig } from "../../../src/config/hft_config.ts";
import { serverSettings } from "../../../src/config/server_settings.ts";
import { ConfigError } from "../../../src/core/errors.ts";

const root = new URL("../../../", import.meta.url);
const least = "exchanges:\n  MEXC_SPOT:\npairs: [BTC/USDT]\n";

/** What is said about a file that is the least one plus this text. */
function complaint(text: string, base = least): string {
  return assertThrows(() => parseConfig(base + text, "my.yaml"), ConfigError).message;
}

Deno.test("The least configuration names exchanges and pairs; everything else has a value", () => {
  assertEquals(parseConfig(least, "my.yaml"), {
    mode: "paper",
    seed: 1,
    exchanges: [{
      exchange: "MEXC_SPOT",
      endpoints: { rest: "https://api.mexc.com", ws: "wss://wbs-api.mexc.com/ws" },
      bookSpeed: "normal",
      bookStream: "update",
    }],
    pairs: [{ base: "BTC", quote: "USDT" }],
    trading: {
      maxNotional: 1_000,
      minEdgeBps: 2,
      minProfit: 0.05,
      maxPositionNotional: 5_000,
      exitProfitBps: 2,
      maxBookAgeMs: 5_000,
      maxExchangeNotional: 40_000,
      maxTotalNotional: 80_000,
      maxExposure: 2_500,
      maxDailyLoss: 250,
      maxSingleLoss: 50,
      maxSlippageBps: 50,
      maxDeviationBps: 300,
      maxOpenExecutions: 4,
      maxOrdersPerSecond: 20,
      minDepthNotional: 500,
      maxSpreadBps: 50,
      maxVolatilityBps: 300,
      maxClockErrorMs: 500,
      maxConsecutiveFailures: 5,
      breakerCooldownMs: 60_000,
      slippageBps: 5,
      inventory: {
        enabled: true,
        skewBps: 2,
        targetShare: 0.5,
        rebalance: { minNotional: 500, maxWaitMs: 14_400_000, transferMs: 1_800_000 },
      },
      basis: {
        enabled: true,
        minValueBps: 2,
        entryZ: 1,
        halfLifeMs: 600_000,
        maxHoldMs: 28_800_000,
        stopBps: 100,
      },
      carry: { enabled: true, minValueBps: 5, horizonMs: 86_400_000 },
    },
    execution: {
      orderTimeoutMs: 5_000,
      settleTimeoutMs: 2_000,
      hedge: { bandsBps: [10, 30, 100], waitMs: 500, maxAttempts: 6 },
      reconcileMs: 30_000,
      deadManSeconds: 30,
      journal: { syncMs: 50, segments: 20 },
    },
    paper: { quoteBalance: 50_000, inventoryNotional: 5_000, latencyMs: 20, latencyJitterMs: 10 },
    network: { requestTimeoutMs: 10_000, maxReconnectDelayMs: 30_000 },
    storage: {},
    recording: {
      depthLevels: 10,
      depthIntervalMs: 1_000,
      trades: true,
      statusIntervalMs: 10_000,
      fundingIntervalMs: 60_000,
      balanceIntervalMs: 10_000,
    },
    log: { level: "info" },
    telemetry: { traceShare: 0 },
  });
});

Deno.test("Every setting that is given counts, and venues keep the order of the file", () => {
  const config = parseConfig(
    `
mode: live
seed: -7
exchanges:
  GATEIO_FUTURES: { rest: "http://127.0.0.1:80/api/v4", ws: "ws://127.0.0.1:80/ws", bookSpeed: fast, bookStream: obu }
  MEXC_SPOT: { rest: "https://mirror.example" }
pairs: [ETH/USDT, BTC/USDC, ETH/USDT]
trading:
  minEdgeBps: 0
  minProfit: 0
  exitProfitBps: -3
  slippageBps: 0
  inventory: { enabled: false, skew: 1bps, targetShare: 1, rebalance: { minNotional: $20, maxWait: 0m, transferMs: 9 } }
  basis: { enabled: false, minValueBps: 0, entryZ: 0, halfLife: 1m, maxHold: 60d, stop: 0.1% }
  carry: { enabled: false, minValueBps: 3, horizon: 3d }
risk:
  maxNotional: 50
  maxPositionNotional: 60
  maxBookAgeMs: 1
  maxExchangeNotional: 61
  maxTotalNotional: 62
  maxExposure: 63
  maxDailyLoss: 64
  maxSingleLoss: 65
  maxSlippage: 66bps
  maxDeviation: 0.67%
  maxOpenExecutions: 68
  maxOrdersPerSecond: 69
  minDepthNotional: $70
  maxSpread: 71bps
  maxVolatilityBps: 72
  maxClockErrorMs: 73
  maxConsecutiveFailures: 74
  breakerCooldownMs: 75
execution:
  orderTimeoutMs: 1
  settleTimeout: 2ms
  hedge: { bands: [0bps, 0.25%], waitMs: 3, maxAttempts: 4 }
  reconcileMs: 500
  deadManSeconds: 0
  killFile: data/stop
  journal: { directory: data/j, sync: 6ms, segments: 7 }
network: { requestTimeoutMs: 7, maxReconnectDelayMs: 8 }
paper: { quoteBalance: 0, inventoryNotional: 10, latency: 0ms, latencyJitterMs: 5 }
storage: { dataDirectory: data/x }
recording: { depthLevels: 0, depthIntervalMs: 100, trades: false, statusIntervalMs: 200, fundingIntervalMs: 300, balanceIntervalMs: 400 }
log: { level: debug }
telemetry: { listen: "[::1]:9464", traceShare: 1 }
`,
    "my.yaml",
  );
  assertEquals(config, {
    mode: "live",
    seed: -7,
    exchanges: [
      {
        exchange: "GATEIO_FUTURES",
        endpoints: { rest: "http://127.0.0.1:80/api/v4", ws: "ws://127.0.0.1:80/ws" },
        bookSpeed: "fast",
        bookStream: "obu",
      },
      {
        exchange: "MEXC_SPOT",
        endpoints: { rest: "https://mirror.example", ws: "wss://wbs-api.mexc.com/ws" },
        bookSpeed: "normal",
        bookStream: "update",
      },
    ],
    pairs: [{ base: "ETH", quote: "USDT" }, { base: "BTC", quote: "USDC" }],
    trading: {
      maxNotional: 50,
      minEdgeBps: 0,
      minProfit: 0,
      maxPositionNotional: 60,
      exitProfitBps: -3,
      maxBookAgeMs: 1,
      maxExchangeNotional: 61,
      maxTotalNotional: 62,
      maxExposure: 63,
      maxDailyLoss: 64,
      maxSingleLoss: 65,
      maxSlippageBps: 66,
      maxDeviationBps: 67,
      maxOpenExecutions: 68,
      maxOrdersPerSecond: 69,
      minDepthNotional: 70,
      maxSpreadBps: 71,
      maxVolatilityBps: 72,
      maxClockErrorMs: 73,
      maxConsecutiveFailures: 74,
      breakerCooldownMs: 75,
      slippageBps: 0,
      inventory: {
        enabled: false,
        skewBps: 1,
        targetShare: 1,
        rebalance: { minNotional: 20, maxWaitMs: 0, transferMs: 9 },
      },
      basis: {
        enabled: false,
        minValueBps: 0,
        entryZ: 0,
        halfLifeMs: 60_000,
        maxHoldMs: 5_184_000_000,
        stopBps: 10,
      },
      carry: { enabled: false, minValueBps: 3, horizonMs: 259_200_000 },
    },
    execution: {
      orderTimeoutMs: 1,
      settleTimeoutMs: 2,
      hedge: { bandsBps: [0, 25], waitMs: 3, maxAttempts: 4 },
      reconcileMs: 500,
      deadManSeconds: 0,
      killFile: "data/stop",
      journal: { directory: "data/j", syncMs: 6, segments: 7 },
    },
    paper: { quoteBalance: 0, inventoryNotional: 10, latencyMs: 0, latencyJitterMs: 5 },
    network: { requestTimeoutMs: 7, maxReconnectDelayMs: 8 },
    storage: { dataDirectory: "data/x" },
    recording: {
      depthLevels: 0,
      depthIntervalMs: 100,
      trades: false,
      statusIntervalMs: 200,
      fundingIntervalMs: 300,
      balanceIntervalMs: 400,
    },
    log: { level: "debug" },
    telemetry: { listen: "[::1]:9464", traceShare: 1 },
  });
});

Deno.test("A group whose settings are all commented out counts as left out", () => {
  assertEquals(
    parseConfig(least + "trading:\n  # maxNotional: 5\npaper:\nstorage:\nlog:\n", "my.yaml"),
    parseConfig(least, "my.yaml"),
  );
});

Deno.test("The address of a server is read with its defaults: TLS that proves the name, but not on this machine", () => {
  assertEquals(serverSettings("postgres://trader@db.example/hft"), {
    host: "db.example",
    port: 5432,
    user: "trader",
    database: "hft",
    tls: "verify-full",
    caFile: null,
  });
  assertEquals(serverSettings("postgresql://a%40b@127.0.0.1:6000/x").tls, "disable");
  assertEquals(serverSettings("postgresql://a%40b@127.0.0.1:6000/x").user, "a@b");
  assertEquals(serverSettings("postgres://me@[::1]:1/x", { tls: "require", caFile: "ca.pem" }), {
    host: "::1",
    port: 1,
    user: "me",
    database: "x",
    tls: "require",
    caFile: "ca.pem",
  });
  assertThrows(() => serverSettings("postgres://me:pw@localhost/x"), ConfigError, "must not hold a password");
});

/** Lines of problems that are expected, each without the name of the file. */
function assertComplaints(found: string, ...expected: string[]): void {
  assertEquals(found.split("\n"), expected.map((line) => `my.yaml:${line}`));
}

Deno.test("A setting that does not exist is named with file, line, column, path, and the one that was meant", () => {
  const no = "there is no such setting;";
  assertComplaints(
    complaint("trading:\n  maxNotinal: 5\n"),
    `5:3: trading.maxNotinal: ${no} did you mean risk.maxNotional?`,
  );
  assertComplaints(complaint("tradng:\n  minEdgeBps: 5\n"), `4:1: tradng: ${no} did you mean trading?`);
  assertComplaints(
    complaint("risk: { maxbookage: 5s }\n"),
    `4:9: risk.maxbookage: ${no} did you mean maxBookAge?`,
  );
  assertComplaints(
    complaint("paper: { balance: 5 }\n"),
    `4:10: paper.balance: ${no} use one of quoteBalance, inventoryNotional, latency, latencyJitter`,
  );
  assertComplaints(
    complaint("exchanges:\n  MEXC_SPOT:\n    apiKey: mx0abc\npairs: [BTC/USDT]\n", ""),
    "3:5: exchanges.MEXC_SPOT.apiKey: secrets are not kept in files; remove it and set the variables of the " +
      "environment, such as MEXC_API_KEY",
  );
});

Deno.test("A value that makes no sense is named with its place, its path and what would be right", () => {
  const cases: [text: string, complaint: string][] = [
    ["risk: { maxNotional: abc }", '22: risk.maxNotional: must be like 500, $500 or 500USDT, not "abc"'],
    ["risk: { maxNotional: 0 }", "22: risk.maxNotional: must be more than 0, not 0"],
    ["risk: { maxNotional: $0 }", "22: risk.maxNotional: must be more than 0 USDT, not $0"],
    ["risk: { maxNotional: .inf }", "22: risk.maxNotional: must be a finite number, not Infinity"],
    ["risk: { maxNotional: .nan }", "22: risk.maxNotional: must be a number, not NaN"],
    ["trading: { minEdgeBps: -1 }", "24: trading.minEdgeBps: must be 0 or more, not -1"],
    ["trading: { minProfit: }", "12: trading.minProfit: must be a number, not null"],
    ["risk: { maxPositionNotional: -5 }", "30: risk.maxPositionNotional: must be more than 0, not -5"],
    ["trading: { exitProfitBps: .inf }", "27: trading.exitProfitBps: must be a finite number, not Infinity"],
    ["risk: { maxBookAgeMs: 0 }", "23: risk.maxBookAgeMs: must be more than 0, not 0"],
    ["risk: { maxBookAge: 2d }", "21: risk.maxBookAge: must be 86400000 milliseconds or less, not 2d"],
    ["trading: 5", "10: trading: must be settings of the form `name: value`, not 5"],
    ["paper: { quoteBalance: -1 }", "24: paper.quoteBalance: must be 0 or more, not -1"],
    ["storage: { dataDirectory: '' }", "27: storage.dataDirectory: must not be empty"],
    ["storage: { dataDirectory: 7 }", "27: storage.dataDirectory: must be text, not 7"],
    [
      "storage: { server: 'postgres://me:secret@db.example/hft' }",
      "20: storage.server: must not hold a password: set PGPASSWORD in the environment",
    ],
    [
      "storage: { server: db.example }",
      "20: storage.server: is not of the form postgres://user@host:port/database",
    ],
    [
      "storage: { tls: maybe }",
      '17: storage.tls: must be "disable" or "require" or "verify-full", not "maybe"',
    ],
    [
      "recording: { depthInterval: 50ms }",
      "29: recording.depthInterval: must be 100 milliseconds or more, not 50ms",
    ],
    ["recording: { trades: 1 }", "22: recording.trades: must be true or false, not 1"],
    ["log: { level: loud }", '15: log.level: must be "debug" or "info" or "warn" or "error", not "loud"'],
    ["mode: real", '7: mode: must be "observe" or "paper" or "live", not "real"'],
    ["risk: { maxOpenExecutions: 0.5 }", "28: risk.maxOpenExecutions: must be a whole number, not 0.5"],
    ["risk: { maxSlippage: 0bps }", "22: risk.maxSlippage: must be more than 0 basis points, not 0bps"],
    ["execution: { deadManSeconds: 4 }", "30: execution.deadManSeconds: must be 0, or 5 or more"],
    [
      "trading: { inventory: { targetShare: 2 } }",
      "38: trading.inventory.targetShare: must be 1 or less, not 2",
    ],
    [
      "trading: { inventory: { rebalance: { transfer: 0s } } }",
      "48: trading.inventory.rebalance.transfer: must be more than 0 milliseconds, not 0s",
    ],
    [
      "execution: { hedge: { bands: [5bps, 5] } }",
      "37: execution.hedge.bands.1: must have a unit, such as 5bps or 0.05%, not 5",
    ],
    [
      "execution: { hedge: { bandsBps: [5, 4] } }",
      "33: execution.hedge.bandsBps: each must be at least the one before it",
    ],
    ["execution: { hedge: { bandsBps: [] } }", "33: execution.hedge.bandsBps: at least one is needed"],
    ["execution: { hedge: { bands: 5bps } }", "30: execution.hedge.bands: must be a list, not 5bps"],
    ["seed: 1.5", "7: seed: must be a whole number from -2147483648 to 2147483647"],
    ["seed: one", '7: seed: must be a number, not "one"'],
  ];
  for (const [text, expected] of cases) assertComplaints(complaint(text + "\n"), `4:${expected}`);
});

Deno.test("A venue's addresses, speed and form are checked", () => {
  const of = (settings: string): string =>
    complaint(`exchanges:\n  MEXC_SPOT: ${settings}\npairs: [BTC/USDT]\n`, "");
  const at = "exchanges.MEXC_SPOT";
  const noSlash = "is not an http(s) address without slash at its end";
  assertComplaints(of("{ rest: ftp://x }"), `2:22: ${at}.rest: "ftp://x" ${noSlash}`);
  assertComplaints(of("{ rest: http://x/ }"), `2:22: ${at}.rest: "http://x/" ${noSlash}`);
  assertComplaints(of("{ ws: http://x }"), `2:20: ${at}.ws: "http://x" is not a ws(s) address`);
  assertComplaints(
    of("{ bookSpeed: quick }"),
    `2:27: ${at}.bookSpeed: must be "normal" or "fast", not "quick"`,
  );
  assertComplaints(of("{ bookStream: full }"), `2:28: ${at}.bookStream: must be "update", not "full"`);
  assertComplaints(of("{ bookStream: obu }"), `2:28: ${at}.bookStream: MEXC has no obu, use update`);
  assertComplaints(of("fast"), `2:14: ${at}: must be settings of the form \`name: value\`, not "fast"`);
  for (const user of ["me:hush@", "hush@"]) {
    const found = of(`{ rest: 'http://${user}x/', ws: 'ws://${user}x' }`);
    assertEquals(found.split("\n").length, 2);
    assertStringIncludes(found, "must not hold a user or password");
    assert(!found.includes("hush"), found);
  }
});

Deno.test("An unknown exchange is named, with those that exist", () => {
  assertComplaints(
    complaint("exchanges:\n  BINANCE:\npairs: [BTC/USDT]\n", ""),
    "2:3: exchanges.BINANCE: there is no such setting; use one of MEXC_SPOT, GATEIO_SPOT, GATEIO_FUTURES",
  );
  assertComplaints(
    complaint("exchanges:\n  GATEIO_SPTO:\npairs: [BTC/USDT]\n", ""),
    "2:3: exchanges.GATEIO_SPTO: there is no such setting; did you mean GATEIO_SPOT?",
  );
  assertComplaints(
    complaint("exchanges: {}\npairs: [BTC/USDT]\n", ""),
    "1:12: exchanges: at least one exchange is needed, such as MEXC_SPOT:",
  );
});

Deno.test("Pairs are written as BASE/QUOTE in upper case, and there is at least one", () => {
  const of = (pairs: string): string => complaint(`exchanges:\n  MEXC_SPOT:\npairs: ${pairs}\n`, "");
  for (const pair of ["btc/usdt", "BTCUSDT", "BTC_USDT", "BTC/USDT/ETH", ""]) {
    assertComplaints(
      of(`["${pair}"]`),
      `3:9: pairs.0: "${pair}" is not a pair such as BTC/USDT, in upper case`,
    );
  }
  assertComplaints(of("[BTC/USDT, 7]"), "3:19: pairs.1: must be text, not 7");
  assertComplaints(of("[]"), "3:8: pairs: at least one pair is needed, such as [BTC/USDT]");
  assertComplaints(of("BTC/USDT"), '3:8: pairs: must be a list, not "BTC/USDT"');
});

Deno.test("What is missing is named, and everything that is wrong is told at once, a line each, from the top", () => {
  assertComplaints(complaint("pairs: [BTC/USDT]\n", ""), "1:1: exchanges: is missing; add `exchanges:` here");
  assertComplaints(complaint("exchanges:\n  MEXC_SPOT:\n", ""), "1:1: pairs: is missing; add `pairs:` here");
  assertEquals(
    complaint("foo: 1\nbar: 2\nseed: x\nlog: { level: loud, file: x }\nrisk: { maxBookAge: 5 }\n").split("\n")
      .map((
        line,
      ) => line.split(": ")[1]),
    ["foo", "bar", "seed", "log.level", "log.file", "risk.maxBookAge"],
  );
});

Deno.test("A file that is empty, no YAML or not one document of settings is named as such", () => {
  for (const text of ["", "\n\n", "# nothing but a comment\n", "---\n"]) {
    assertComplaints(
      complaint(text, ""),
      "1:1: is empty: it must name exchanges and pairs, as config/paper.yaml does",
    );
  }
  assertStringIncludes(complaint("a: [", ""), "my.yaml:1:5: is not YAML: ");
  assertStringIncludes(complaint("a: b: c", ""), "my.yaml:1:5: is not YAML: ");
  assertComplaints(
    complaint("pairs: [ETH/USDT]\n"),
    "4:1: pairs: is given twice, first in line 3; keep one of them",
  );
  assertStringIncludes(complaint("---\nseed: 1\n"), "my.yaml:4:1: holds several documents");
  assertStringIncludes(complaint("- a\n", ""), "must be settings of the form");
});

Deno.test("The profiles of the project are good: demo and paper, all venues, the same eight coins", async () => {
  const [demo, paper] = await Promise.all(
    ["config/demo.yaml", "config/paper.yaml"].map(async (path) =>
      parseConfig(await Deno.readTextFile(new URL(path, root)), path)
    ),
  );
  for (const config of [demo!, paper!]) {
    assertEquals(config.exchanges.map(({ exchange }) => exchange), [
      "MEXC_SPOT",
      "GATEIO_SPOT",
      "GATEIO_FUTURES",
    ]);
    assertEquals(config.pairs.length, 8);
    assertEquals(config.mode, "paper");
  }
  assertEquals(demo!.pairs, paper!.pairs);
  assertEquals(demo!.storage, {});
});
