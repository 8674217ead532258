import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ConfigError } from "../../../src/core/errors.ts";
import { parseSimulationConfig } from "../../../src/simulator/mod.ts";

Deno.test("An empty file is a whole configuration, and the file of the project is good", async () => {
  const { clock, market, accounts, faults } = parseSimulationConfig("", "empty");
  assertEquals([clock.kind, market.kind, accounts, faults], ["system", "model", [], []]);
  const text = await Deno.readTextFile(new URL("../../../config/simulate.yaml", import.meta.url));
  assertEquals(parseSimulationConfig(text, "config/simulate.yaml").accounts.length, 2);
});

Deno.test("A time may be written with or without quotes", () => {
  for (const start of ["2026-03-01T12:00:00Z", '"2026-03-01T12:00:00Z"']) {
    const { clock } = parseSimulationConfig(`clock: { kind: simulated, start: ${start} }`, "it");
    assertEquals(Date.parse(clock.start), Date.UTC(2026, 2, 1, 12));
  }
});

for (
  const [yaml, ...words] of [
    ["seed: 1.5", "seed", "whole number"],
    ["clock: { kind: simulated, start: noon }", "clock.start"],
    ["ports: { mexc: 65536 }", "ports.mexc"],
    ["market: { kind: modle }", "market.kind"],
    ["market: { kind: tape }", "market.file"],
    ["market: { kind: model, coins: 5000 }", "market.coins"],
    ["latency: { feed: { kind: constant } }", "latency.feed.ms"],
    ["accounts: [{ family: binance }]", "accounts.0.family"],
    ["accounts: [{ family: mexc, deposits: { MEXC_SPOT: { USDT: 5 } } }]", "deposits", "quotes"],
    ["faults: [{ fault: darkness, venue: MEXC_SPOT }]", "faults.0.fault"],
    ["seed: 1.5\nports: { mexc: -1 }", "seed", "ports.mexc"],
    ["sed: 2", "sed"],
    ["a: [", "YAML"],
  ] as const
) {
  Deno.test(`A configuration with ${JSON.stringify(yaml)} is refused and says where`, () => {
    const error = assertThrows(() => parseSimulationConfig(yaml, "my.yaml"), ConfigError);
    for (const word of ["my.yaml", ...words]) assertStringIncludes(error.message, word);
  });
}
