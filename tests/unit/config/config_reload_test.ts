import { assertEquals } from "@std/assert";
import { ConfigReloader, reloadableSettings } from "../../../src/config/config_reload.ts";
import { type HftConfig, parseConfig } from "../../../src/config/hft_config.ts";

const least = "exchanges:\n  MEXC_SPOT:\npairs: [BTC/USDT]\n";
const parse = (text: string): HftConfig => parseConfig(least + text, "a.yaml");

Deno.test("Log levels and intervals of recording change in the sections that the run has", () => {
  const running = parse("log: { level: info, levels: { exchange: debug } }\n");
  const { log, recording } = running;
  const outcome = new ConfigReloader(running).reload(
    parse("log: { level: warn }\nrecording: { depthInterval: 2s, depthLevels: 5 }\n"),
  );
  assertEquals(outcome, {
    applied: ["recording.depthLevels", "recording.depthIntervalMs", "log.level", "log.levels"],
    refused: [],
  });
  assertEquals(log, { level: "warn" });
  assertEquals([recording.depthIntervalMs, recording.depthLevels], [2_000, 5]);
});

Deno.test("Limits change when that is stricter, and are refused when it is not", () => {
  const stricter = "risk: { maxNotional: 900, maxPositionNotional: 4000, maxBookAge: 4s }\n" +
    "trading: { minEdge: 3bps, minProfit: $1 }\n";
  const running = parse("");
  assertEquals(new ConfigReloader(running).reload(parse(stricter)).refused, []);
  assertEquals(running, parse(stricter));
  const before = structuredClone(running);
  const { applied, refused } = new ConfigReloader(running).reload(parse("log: { level: debug }\n"));
  assertEquals(applied, []);
  assertEquals(refused.map(({ path }) => path).toSorted(), [
    "risk.maxBookAgeMs",
    "risk.maxNotional",
    "risk.maxPositionNotional",
    "trading.minEdgeBps",
    "trading.minProfit",
  ]);
  assertEquals(
    refused.find(({ path }) => path === "risk.maxNotional")?.reason,
    "may only become lower while the run goes on, because that is stricter: 900 to 1000",
  );
  // Also what would have been safe by itself has not changed.
  assertEquals(running, before);
});

Deno.test("Each limit of risk can be made stricter by itself, and not looser", () => {
  const names = Object.keys(reloadableSettings).filter((path) => path.startsWith("risk."));
  assertEquals(names.length, 18);
  for (const path of names) {
    const name = path.slice("risk.".length) as "maxNotional";
    const value = parse("").trading[name];
    const isHigher = reloadableSettings[path] === "higher";
    for (const isStricter of [true, false]) {
      const running = parse("");
      const next = isStricter === isHigher ? value * 2 : value / 2;
      const changed = { ...parse(""), trading: { ...parse("").trading, [name]: next } };
      const { applied, refused } = new ConfigReloader(running).reload(changed);
      assertEquals([applied, refused.map((each) => each.path)], isStricter ? [[path], []] : [[], [path]]);
      assertEquals(running.trading[name], isStricter ? next : value);
    }
  }
  const higher = names.filter((path) => reloadableSettings[path] === "higher");
  assertEquals(higher, ["risk.minDepthNotional", "risk.breakerCooldownMs"]);
});

Deno.test("Everything else needs a restart and is named", () => {
  const text = `
seed: 2
trading: { exitProfit: 1bps }
paper: { quoteBalance: 1 }
network: { requestTimeout: 1s }
storage: { dataDirectory: x }
recording: { trades: false }
log: { ringSize: 1MiB, backends: { console: { kind: console } } }
`;
  const next = parseConfig(
    "exchanges:\n  GATEIO_SPOT:\npairs: [ETH/USDT]\n" + text,
    "a.yaml",
  );
  const running = parse("");
  const { applied, refused } = new ConfigReloader(running).reload(next);
  assertEquals(applied, []);
  assertEquals(refused.map(({ path }) => path).toSorted(), [
    "exchanges",
    "log.backends",
    "log.ringBytes",
    "network.requestTimeoutMs",
    "pairs",
    "paper.quoteBalance",
    "recording.trades",
    "seed",
    "storage.dataDirectory",
    "trading.exitProfitBps",
  ]);
  assertEquals(new Set(refused.map(({ reason }) => reason)), new Set(["needs a restart"]));
  assertEquals(running, parse(""));
});

Deno.test("A configuration that says the same in other words changes nothing", () => {
  const running = parse("risk: { maxBookAge: 5s }\nlog: { levels: { a: info, b: warn } }\n");
  const outcome = new ConfigReloader(running).reload(
    parse("trading: { maxBookAgeMs: 5000 }\nlog: { levels: { b: warn, a: info } }\n"),
  );
  assertEquals(outcome, { applied: [], refused: [] });
});

Deno.test("Every setting that may be reloaded exists", () => {
  const config = parse("log: { levels: { a: info } }\n");
  const sections = new Map<string, object>([...Object.entries(config), ["risk", config.trading]]);
  for (const path of Object.keys(reloadableSettings)) {
    const [section = "", name = ""] = path.split(".");
    assertEquals(Object.hasOwn(sections.get(section) ?? {}, name), true, path);
  }
});
