import { assert, assertEquals } from "@std/assert";
import type { HttpRequest } from "../../src/core/network.ts";
import { SeededRandom } from "../../src/core/random.ts";
import { MarketModel, syntheticAssets } from "../../src/simulator/mod.ts";
import { withRun } from "../support/simulated_run.ts";

Deno.test("With sixty pairs the engine asks MEXC no faster than allowed, and every book becomes usable", async () => {
  const assets = syntheticAssets(60, new SeededRandom(5), { everywhere: true });
  const sentAt: number[] = [];
  await withRun({
    stored: false,
    source: new MarketModel({ assets, eventsPerSecond: 5 }),
    config: { pairs: assets.map(({ base }) => ({ base, quote: "USDT" })) },
    network: (simulator, clock) => ({
      connect: (url, handlers) => simulator.connect(url, handlers),
      fetch: (request: HttpRequest) => {
        if (new URL(request.url).pathname.startsWith("/api/v3/")) sentAt.push(clock.epochMs());
        return simulator.fetch(request);
      },
    }),
  }, async (run) => {
    await run.start();
    await run.advance(12_000);
    const { usable, total } = run.engine.report().books;
    assertEquals([usable, total], [180, 180]);
    // Snapshots of sixty books and the listings before them.
    assert(sentAt.length >= 62, `${sentAt.length} requests`);
    for (const [index, at] of sentAt.entries()) {
      const inSecond = sentAt.filter((other, place) => place >= index && other < at + 1_000).length;
      assert(inSecond <= 20, `${inSecond} requests within a second`);
    }
  });
});
