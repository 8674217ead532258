import { assert, assertEquals, assertThrows } from "@std/assert";
import { DecimalStep } from "../../../../src/core/decimal_step.ts";
import { ConfigError } from "../../../../src/core/errors.ts";
import { SeededRandom } from "../../../../src/core/random.ts";
import { defaultAssets } from "../../../../src/simulator/model/model_assets.ts";
import { marketFactor, syntheticAssets } from "../../../../src/simulator/model/synthetic_assets.ts";
import { ModelBox } from "../market/listed.ts";

Deno.test("Invented assets extend the default ones, have names of their own and follow the seed", () => {
  const assets = syntheticAssets(300, new SeededRandom(1));
  assertEquals(assets.length, 300);
  assertEquals(assets.slice(0, 8), [...defaultAssets]);
  assertEquals(new Set(assets.map(({ base }) => base)).size, 300);
  assertEquals(assets, syntheticAssets(300, new SeededRandom(1)));
  assert(assets[9]!.base !== syntheticAssets(300, new SeededRandom(2))[9]!.base);
  for (const { base } of assets) assert(/^[A-Z]{2,14}$/.test(base), base);
  assertEquals(syntheticAssets(3, new SeededRandom(1)), defaultAssets.slice(0, 3));
  assertThrows(() => syntheticAssets(1e5, new SeededRandom(1)), ConfigError);
});

Deno.test("Invented assets have prices of many magnitudes, sensible steps, and are not all listed everywhere", () => {
  const assets = syntheticAssets(300, new SeededRandom(1)).slice(8);
  const magnitudes = new Set(assets.map(({ price }) => Math.floor(Math.log10(price))));
  assert(magnitudes.size >= 8, [...magnitudes].join());
  const listings = assets.map(({ venues }) => Object.keys(venues).length);
  for (const count of [1, 2, 3]) assert(listings.includes(count), `${count} venues`);
  assert(listings.filter((count) => count === 3).length > 180);
  assertEquals(
    new Set(assets.map(({ funding }) => funding!.intervalSeconds)),
    new Set([28_800, 14_400, 3600]),
  );
  for (const { base, price, venues } of assets) {
    for (const [key, steps] of Object.entries(venues)) {
      const [tick, lot, contract] = [steps.tick, steps.lot, steps.contractSize].map((text) =>
        DecimalStep.parse(text)
      );
      const tickBps = tick!.size / price * 1e4;
      const value = price * lot!.size * contract!.size;
      assert(tickBps > 0.09 && tickBps <= 10.1, `${base} ${key}: tick of ${tickBps} bps`);
      assert(value <= 10.1, `${base} ${key}: lot of ${value} USDT`);
      if (key === "GATEIO_FUTURES") assert(value > 0.09, `${base}: contract of ${value} USDT`);
      else assertEquals([steps.contractSize, lot!.size <= 1], ["1", true]);
    }
  }
});

Deno.test("Activity falls with the rank, and the events of an instrument come at its rate", () => {
  const assets = syntheticAssets(40, new SeededRandom(1), { everywhere: true });
  assets.slice(9).forEach(({ activity }, index) => assert(activity! <= (assets[8 + index]!.activity ?? 1)));
  const box = new ModelBox({ assets, levels: 5, eventsPerSecond: 10 });
  const commits = box.market.instruments.map((instrument) => {
    const seen = { count: 0 };
    instrument.listen({ onCommit: () => seen.count++ });
    return seen;
  });
  box.market.start();
  box.run(300_000);
  box.market.stop();
  commits.forEach(({ count }, index) => {
    const expected = 3000 * (assets[Math.floor(index / 3)]!.activity ?? 1);
    assert(Math.abs(count - expected) < 5 * Math.sqrt(expected), `${index}: ${count} of ${expected}`);
  });
});

Deno.test("Two hundred assets on three venues run far faster than the clock on the wall", () => {
  const assets = syntheticAssets(200, new SeededRandom(1), { everywhere: true, correlated: true });
  const box = new ModelBox({ assets, factors: [marketFactor], lagMs: { GATEIO_SPOT: 200 } });
  assertEquals(box.market.instruments.length, 600);
  box.market.start();
  const started = performance.now();
  box.run(20_000);
  const factor = 20_000 / (performance.now() - started);
  box.market.stop();
  for (const { book, spec } of box.market.instruments) {
    assert(book.bids.size > 20 && book.asks.size > 20, `${spec.exchange} ${spec.exchangeSymbol}`);
    assert(book.bids.tickAt(0) < book.asks.tickAt(0));
  }
  // Idle machines reach about fifty; the margin is for busy ones.
  assert(factor > 5, `only ${factor.toFixed(0)} times real time`);
});
