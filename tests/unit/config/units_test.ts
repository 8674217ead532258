import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseConfig } from "../../../src/config/hft_config.ts";
import { readUnit, type Unit } from "../../../src/config/units.ts";

Deno.test("Values with units are read as what they are worth", () => {
  const cases: [text: string, unit: Unit, number: number | undefined][] = [
    ["250ms", "ms", 250],
    ["30s", "ms", 30_000],
    ["1.5s", "ms", 1_500],
    ["5m", "ms", 300_000],
    ["6h", "ms", 21_600_000],
    ["3d", "ms", 259_200_000],
    ["500us", "ms", 0.5],
    ["5 s", "ms", 5_000],
    ["5bps", "bps", 5],
    ["-3bps", "bps", -3],
    ["0.05%", "bps", 5],
    ["0.07%", "bps", 7],
    ["10%", "bps", 1_000],
    ["$500", "quote", 500],
    ["500USDT", "quote", 500],
    ["500", "quote", 500],
    ["$0.05", "quote", 0.05],
    ["64MiB", "bytes", 67_108_864],
    ["1GB", "bytes", 1_000_000_000],
    ["64MiB", "MiB", 64],
    ["2GiB", "MiB", 2_048],
    ["512KiB", "MiB", 0.5],
    ["30", "ms", undefined],
    ["30S", "ms", undefined],
    ["30sec", "ms", undefined],
    ["s", "ms", undefined],
    ["1e3s", "ms", undefined],
    ["5bps", "ms", undefined],
    ["5%", "quote", undefined],
    ["$", "quote", undefined],
    ["500 EUR", "quote", undefined],
    ["64mb", "bytes", undefined],
    ["", "quote", undefined],
  ];
  for (const [text, unit, number] of cases) assertEquals(readUnit(text, unit), number, `${text} in ${unit}`);
});

Deno.test("A whole number of each unit of time is worth what the clock says", () => {
  const inMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom(...Object.keys(inMs)), (count, sign) => {
      assertEquals(readUnit(`${count}${sign}`, "ms"), count * inMs[sign as keyof typeof inMs]);
    }),
  );
});

Deno.test("A setting takes a plain number under the name with its unit, and a unit under the name without", () => {
  const read = (lines: string): unknown[] => {
    const { trading, recording, storage, network } = parseConfig(
      `exchanges:\n  MEXC_SPOT:\npairs: [BTC/USDT]\n${lines}`,
      "a.yaml",
    );
    return [
      trading.maxBookAgeMs,
      trading.minEdgeBps,
      trading.maxNotional,
      recording.depthIntervalMs,
      storage.maxSpoolMegabytes,
      network.requestTimeoutMs,
    ];
  };
  const expected = [1_500, 12, 250, 2_000, 64, 5_000];
  assertEquals(
    read(`
risk: { maxBookAge: 1500ms, maxNotional: $250 }
trading: { minEdge: 0.12% }
recording: { depthInterval: 2s }
storage: { maxSpool: 64MiB }
network: { requestTimeout: 5s }`),
    expected,
  );
  assertEquals(
    read(`
risk: { maxBookAgeMs: 1500, maxNotional: 250 }
trading: { minEdgeBps: 12 }
recording: { depthIntervalMs: 2000 }
storage: { maxSpoolMegabytes: 64 }
network: { requestTimeoutMs: 5000 }`),
    expected,
  );
  // Limits may still stand where they stood before they had a section.
  assertEquals(
    read(`
trading: { maxBookAge: 1.5s, maxNotional: 250USDT, minEdge: 12bps }
recording: { depthInterval: 2000ms }
storage: { maxSpool: 65536KiB }
network: { requestTimeout: 5000ms }`),
    expected,
  );
});
