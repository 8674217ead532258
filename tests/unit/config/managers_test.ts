import { assertEquals, assertThrows } from "@std/assert";
import { DatabaseConfigManager } from "../../../src/config/database_config.ts";
import { ExchangeConfigManager } from "../../../src/config/exchange_config.ts";
import { type HftConfig, parseConfig } from "../../../src/config/hft_config.ts";
import { LoggingConfigManager } from "../../../src/config/logging_config.ts";
import { ConfigError } from "../../../src/core/errors.ts";

const least = "exchanges:\n  MEXC_SPOT:\npairs: [BTC/USDT]\n";
const parse = (text: string): HftConfig => parseConfig(least + text, "a.yaml");

Deno.test("DatabaseConfigManager gives server, folder and room with their defaults", () => {
  const of = (text: string): DatabaseConfigManager => new DatabaseConfigManager(parse(text).storage);
  const none = of("");
  assertEquals([none.server, none.dataDirectory, none.maxSpoolBytes, none.history], [
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  const server = of("storage: { server: 'postgres://me@db.example/x', tls: require, maxSpool: 1GiB }\n");
  assertEquals(server.server?.host, "db.example");
  assertEquals(server.server?.tls, "require");
  // Rows that wait for a server need a place.
  assertEquals([server.dataDirectory, server.maxSpoolBytes], ["data", 1_073_741_824]);
  assertEquals(of("storage: { dataDirectory: x }\n").dataDirectory, "x");
});

Deno.test("ExchangeConfigManager gives a venue's settings and keys, and says what to do without them", () => {
  const variables: Record<string, string> = { MEXC_API_KEY: "key", MEXC_API_SECRET: "hush" };
  const manager = new ExchangeConfigManager(parse("").exchanges, (name) => variables[name]);
  assertEquals(manager.get("MEXC_SPOT").endpoints.rest, "https://api.mexc.com");
  assertEquals(manager.find("GATEIO_SPOT"), undefined);
  assertThrows(
    () => manager.get("GATEIO_SPOT"),
    ConfigError,
    "does not name the exchange GATEIO_SPOT: add it",
  );
  assertEquals(manager.requireCredentials("MEXC_SPOT").secretKey.reveal(), "hush");
  assertEquals(manager.findCredentials("GATEIO_SPOT"), undefined);
  assertThrows(() => manager.requireCredentials("GATEIO_SPOT"), ConfigError, "GATEIO_API_KEY");
});

Deno.test("LoggingConfigManager sends everything to the console when nothing else is said", () => {
  assertEquals(new LoggingConfigManager(parse("").log).settings, {
    level: "info",
    backends: [{ kind: "console", name: "console" }],
    rules: [{ to: ["console"] }],
  });
});

Deno.test("LoggingConfigManager gives levels, ring, backends by name and rules", () => {
  const { log } = parse(`
log:
  level: warn
  levels: { exchange.mexc.ws: debug }
  ringSize: 1MiB
  drainInterval: 20ms
  backends:
    screen: { kind: console, colour: never }
    disk: { kind: file, path: data/log/a.log, format: json, maxSize: 64MiB, keep: 3, daily: false, compress: false }
    trail: { kind: audit, path: data/log/audit.jsonl, sync: interval, syncInterval: 2s }
    figures: { kind: metrics }
  rules:
    - { tag: exchange, level: error, to: [screen] }
    - { to: [disk, figures] }
`);
  assertEquals(new LoggingConfigManager(log).settings, {
    level: "warn",
    levels: { "exchange.mexc.ws": "debug" },
    ringBytes: 1_048_576,
    drainIntervalMs: 20,
    backends: [
      { kind: "console", name: "screen", colour: "never" },
      {
        kind: "file",
        name: "disk",
        path: "data/log/a.log",
        format: "json",
        maxBytes: 67_108_864,
        keep: 3,
        daily: false,
        compress: false,
      },
      { kind: "audit", name: "trail", path: "data/log/audit.jsonl", sync: "interval", syncIntervalMs: 2_000 },
      { kind: "metrics", name: "figures" },
    ],
    rules: [{ tag: "exchange", level: "error", to: ["screen"] }, { to: ["disk", "figures"] }],
  });
});

Deno.test("A log section that makes no sense is told with its path", () => {
  const complaint = (text: string): string => assertThrows(() => parse(text), ConfigError).message;
  assertEquals(
    complaint(`log:
  levels: { Exchange: debug, a.b: loud }
  ringSize: 1000KiB
  backends:
    disk: { kind: file, maxSize: 1B }
    other: { kind: syslog }
  rules: [{ to: [disk, screen] }]
`).split("\n").map((line) => line.replace(/^a\.yaml:\d+:\d+: /, "")),
    [
      'log.levels.Exchange: "Exchange" is not a tag such as exchange.mexc.ws',
      'log.levels.a.b: must be "debug" or "info" or "warn" or "error", not "loud"',
      "log.ringSize: must be a power of two from 64KiB to 256MiB",
      "log.backends.disk.path: is missing; add `path:` here",
      "log.backends.disk.maxSize: must be 4096 bytes or more, not 1B",
      'log.backends.other.kind: must be "console" or "file" or "metrics" or "audit", not "syslog"',
    ],
  );
  assertEquals(
    complaint("log:\n  rules: [{ to: [console, screen] }]\n"),
    'a.yaml:5:27: log.rules.0.to.1: there is no backend "screen"; use one of console',
  );
});
