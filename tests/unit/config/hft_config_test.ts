import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
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
    },
    paper: { quoteBalance: 50_000, inventoryNotional: 5_000 },
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
  });
});

Deno.test("Every setting that is given counts, and venues keep the order of the file", () => {
  const config = parseConfig(
    `
mode: paper
seed: -7
exchanges:
  GATEIO_FUTURES: { rest: "http://127.0.0.1:80/api/v4", ws: "ws://127.0.0.1:80/ws", bookSpeed: fast, bookStream: obu }
  MEXC_SPOT: { rest: "https://mirror.example" }
pairs: [ETH/USDT, BTC/USDC, ETH/USDT]
trading: { maxNotional: 50, minEdgeBps: 0, minProfit: 0, maxPositionNotional: 60, exitProfitBps: -3, maxBookAgeMs: 1 }
paper: { quoteBalance: 0, inventoryNotional: 10 }
storage: { dataDirectory: data/x }
recording: { depthLevels: 0, depthIntervalMs: 100, trades: false, statusIntervalMs: 200, fundingIntervalMs: 300, balanceIntervalMs: 400 }
log: { level: debug }
`,
    "my.yaml",
  );
  assertEquals(config, {
    mode: "paper",
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
    },
    paper: { quoteBalance: 0, inventoryNotional: 10 },
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

Deno.test("A setting that does not exist is named with the file and its path", () => {
  const unknown = "there is no such setting; remove it or check its spelling";
  assertEquals(complaint("trading:\n  maxNotinal: 5\n"), `my.yaml: trading.maxNotinal: ${unknown}`);
  assertEquals(complaint("tradng:\n  maxNotional: 5\n"), `my.yaml: tradng: ${unknown}`);
  assertEquals(complaint("paper: { balance: 5 }\n"), `my.yaml: paper.balance: ${unknown}`);
  assertEquals(complaint("storage: { folder: x }\n"), `my.yaml: storage.folder: ${unknown}`);
  assertEquals(complaint("log: { file: x }\n"), `my.yaml: log.file: ${unknown}`);
  assertEquals(
    complaint("exchanges:\n  MEXC_SPOT:\n    apiKey: x\npairs: [BTC/USDT]\n", ""),
    `my.yaml: exchanges.MEXC_SPOT.apiKey: ${unknown}`,
  );
});

Deno.test("A value that makes no sense is named with the file, its path and what would be right", () => {
  const cases: [text: string, complaint: string][] = [
    ["trading: { maxNotional: abc }", 'trading.maxNotional: must be a number, not "abc"'],
    ['trading: { maxNotional: "5" }', 'trading.maxNotional: must be a number, not "5"'],
    ["trading: { maxNotional: 0 }", "trading.maxNotional: must be more than 0, not 0"],
    ["trading: { maxNotional: .inf }", "trading.maxNotional: must be a finite number"],
    ["trading: { maxNotional: .nan }", "trading.maxNotional: must be a number, not NaN"],
    ["trading: { minEdgeBps: -1 }", "trading.minEdgeBps: must be 0 or more, not -1"],
    ["trading: { minProfit: }", "trading.minProfit: must be a number, not null"],
    ["trading: { maxPositionNotional: -5 }", "trading.maxPositionNotional: must be more than 0, not -5"],
    ["trading: { exitProfitBps: .inf }", "trading.exitProfitBps: must be a finite number"],
    ["trading: { maxBookAgeMs: 0 }", "trading.maxBookAgeMs: must be more than 0, not 0"],
    ["trading: 5", "trading: must be settings of the form `name: value`, not 5"],
    ["paper: { quoteBalance: -1 }", "paper.quoteBalance: must be 0 or more, not -1"],
    ["paper: { inventoryNotional: x }", 'paper.inventoryNotional: must be a number, not "x"'],
    ["storage: { dataDirectory: '' }", "storage.dataDirectory: must not be empty"],
    ["storage: { dataDirectory: 7 }", "storage.dataDirectory: must be text, not 7"],
    [
      "storage: { server: 'postgres://me:secret@db.example/hft' }",
      "storage.server: must not hold a password: set PGPASSWORD in the environment",
    ],
    [
      "storage: { server: db.example }",
      "storage.server: is not of the form postgres://user@host:port/database",
    ],
    [
      "storage: { server: 'postgres://db.example/hft' }",
      "storage.server: must name a user and a database, as in postgres://user@host:port/database",
    ],
    [
      "storage: { server: 'postgres://me@db.example/hft?sslmode=disable' }",
      "storage.server: takes no parameters: TLS has settings of its own",
    ],
    [
      "storage: { tls: maybe }",
      'storage.tls: must be "disable" or "require" or "verify-full", not "maybe"',
    ],
    ["log: { level: loud }", 'log.level: must be "debug" or "info" or "warn" or "error", not "loud"'],
    ["mode: live", 'mode: must be "paper", not "live"'],
    ["seed: 1.5", "seed: must be a whole number from -2147483648 to 2147483647"],
    ["seed: 2147483648", "seed: must be a whole number from -2147483648 to 2147483647"],
    ["seed: one", 'seed: must be a number, not "one"'],
  ];
  for (const [text, expected] of cases) assertEquals(complaint(text + "\n"), `my.yaml: ${expected}`);
});

Deno.test("A venue's addresses, speed and form are checked", () => {
  const of = (settings: string): string =>
    complaint(`exchanges:\n  MEXC_SPOT: ${settings}\npairs: [BTC/USDT]\n`, "");
  const at = "my.yaml: exchanges.MEXC_SPOT";
  assertEquals(
    of("{ rest: ftp://x }"),
    `${at}.rest: "ftp://x" is not an http(s) address without slash at its end`,
  );
  assertEquals(
    of("{ rest: http://x/ }"),
    `${at}.rest: "http://x/" is not an http(s) address without slash at its end`,
  );
  assertEquals(of("{ ws: http://x }"), `${at}.ws: "http://x" is not a ws(s) address`);
  assertEquals(of("{ bookSpeed: quick }"), `${at}.bookSpeed: must be "normal" or "fast", not "quick"`);
  assertEquals(of("{ bookStream: full }"), `${at}.bookStream: must be "update" or "obu", not "full"`);
  assertEquals(of("{ bookStream: obu }"), `${at}.bookStream: MEXC has no obu, use update`);
  assertEquals(of("fast"), `${at}: must be settings of the form \`name: value\`, not "fast"`);
});

Deno.test("An unknown exchange is named, with those that exist", () => {
  assertEquals(
    complaint("exchanges:\n  BINANCE_SPOT:\npairs: [BTC/USDT]\n", ""),
    'my.yaml: exchanges.BINANCE_SPOT: Unknown exchange "BINANCE_SPOT": use one of MEXC_SPOT, GATEIO_SPOT, GATEIO_FUTURES',
  );
  assertEquals(
    complaint("exchanges: {}\npairs: [BTC/USDT]\n", ""),
    "my.yaml: exchanges: at least one exchange is needed",
  );
});

Deno.test("Pairs are written as BASE/QUOTE in upper case, and there is at least one", () => {
  const of = (pairs: string): string => complaint(`exchanges:\n  MEXC_SPOT:\npairs: ${pairs}\n`, "");
  for (const pair of ["btc/usdt", "BTCUSDT", "BTC_USDT", "BTC/USDT/ETH", ""]) {
    assertEquals(
      of(`["${pair}"]`),
      `my.yaml: pairs.0: "${pair}" is not a pair such as BTC/USDT, in upper case`,
    );
  }
  assertEquals(of("[BTC/USDT, 7]"), "my.yaml: pairs.1: must be text, not 7");
  assertEquals(of("[]"), "my.yaml: pairs: at least one pair is needed");
  assertEquals(of("BTC/USDT"), 'my.yaml: pairs: must be a list, not "BTC/USDT"');
});

Deno.test("What is missing is named, and everything that is wrong is told at once, a line each", () => {
  assertEquals(complaint("pairs: [BTC/USDT]\n", ""), "my.yaml: exchanges: is missing");
  assertEquals(complaint("exchanges:\n  MEXC_SPOT:\n", ""), "my.yaml: pairs: is missing");
  assertEquals(complaint("seed: x\nlog: { level: loud }\nfoo: 1\n").split("\n").length, 3);
});

Deno.test("A file that is empty or not YAML is named as such", () => {
  for (const text of ["", "\n\n", "# nothing but a comment\n", "---\n"]) {
    assertEquals(
      complaint(text, ""),
      "my.yaml is empty: it must name exchanges and pairs, as config/paper.yaml does",
    );
  }
  for (const text of ["a: [", "a: b: c", least + "pairs: [ETH/USDT]"]) {
    assertStringIncludes(complaint(text, ""), "my.yaml is not YAML: ");
  }
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
