import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ConfigError, NetworkError } from "../../src/core/errors.ts";
import type { ArbitrageOpportunity } from "../../src/core/opportunity.ts";
import type { SimulatedClock } from "../../src/core/simulated_clock.ts";
import type { Network } from "../../src/core/network.ts";
import type { Simulator } from "../../src/simulator/mod.ts";
import { type SimulatedRun, withRun } from "../support/simulated_run.ts";

/** Runs until an opportunity is open that began just now, and tells which. */
async function untilOpen(run: SimulatedRun): Promise<SimulatedRun["engine"]["detector"]["open"][number]> {
  for (let waited = 0; waited < 60_000; waited += 20) {
    const [open] = run.engine.detector.open;
    if (open !== undefined) return open;
    await run.advance(20);
  }
  throw new Error("No opportunity within a minute");
}

Deno.test("A hole in a book's updates ends what is open on it as unusable, and the book comes back by itself", async () => {
  await withRun({ stored: false, seed: 3 }, async (run) => {
    await run.start();
    await run.advance(1_000);
    let broken: ArbitrageOpportunity | undefined;
    let holes = 0;
    // An opportunity can close by itself before the hole shows, so there may have to be more than one.
    while (broken === undefined && holes < 10) {
      const { id, route } = await untilOpen(run);
      const { exchange, exchangeSymbol } = route.sell;
      const before = run.engine.report().venues[exchange]!.gaps;
      run.simulator.faults.skipNextUpdate(exchange, exchangeSymbol);
      holes += 1;
      while (run.engine.report().venues[exchange]!.gaps === before) {
        await run.advance(5);
        for (const open of run.engine.detector.open) {
          assert(run.engine.book(open.route.buy.id)!.usable && run.engine.book(open.route.sell.id)!.usable);
        }
      }
      assertEquals(run.engine.detector.open.filter((open) => open.route.sell === route.sell), []);
      broken = run.recorded.opportunities.find((ended) => ended.id === id && ended.endReason === "unusable");
      await run.advance(3_000);
      assert(run.engine.book(route.sell.id)!.usable, "the book did not come back");
    }
    assert(broken !== undefined, `${holes} holes ended nothing`);
    const report = run.engine.report();
    const venues = Object.values(report.venues);
    assertEquals(venues.reduce((sum, { gaps }) => sum + gaps, 0), holes);
    assertEquals(venues.reduce((sum, { resyncs }) => sum + resyncs, 0), holes);
    assertEquals(report.books, { usable: 24, total: 24 });
    assert(run.log.some((line) => line.includes("Book unusable") && line.includes("reason=gap")));
  });
});

Deno.test("Closed connections make every book of the venue unusable, and the run goes on when they are back", async () => {
  await withRun({ stored: false, seed: 4 }, async (run) => {
    await run.start();
    await run.advance(2_000);
    run.simulator.faults.closeAll("GATEIO_SPOT", 1001);
    await run.advance(60);
    assertEquals(run.engine.report().books, { usable: 16, total: 24 });
    for (const { route } of run.engine.detector.open) {
      assert(route.buy.exchange !== "GATEIO_SPOT" && route.sell.exchange !== "GATEIO_SPOT");
    }
    await run.advance(8_000);
    const report = run.engine.report();
    assertEquals(report.books, { usable: 24, total: 24 });
    assertEquals(report.venues.GATEIO_SPOT!.reconnects, 1);
    assertEquals(report.venues.GATEIO_SPOT!.resyncs, 8);
    assertEquals(report.venues.MEXC_SPOT!.reconnects, 0);
  });
});

/** A network on which MEXC answers only from its n-th request on. */
function deafUntil(requests: number): {
  network: (simulator: Simulator, clock: SimulatedClock) => Network;
  asked: () => number;
} {
  let asked = 0;
  const network = (simulator: Simulator, clock: SimulatedClock): Network => ({
    connect: (url, handlers) => simulator.connect(url, handlers),
    fetch: (request) => {
      if (!request.url.includes("mexc") || ++asked > requests) return simulator.fetch(request);
      return new Promise((_, reject) => {
        clock.setTimer(
          request.timeoutMs,
          () => reject(new NetworkError(`No answer to ${request.url} in time`)),
        );
      });
    },
  });
  return { network, asked: () => asked };
}

Deno.test("A venue that never answers ends the start with a NetworkError after five requests", async () => {
  const { network, asked } = deafUntil(Infinity);
  await withRun({ stored: false, network }, async (run) => {
    const error = await assertRejects(() => run.start(), NetworkError) as Error;
    assertStringIncludes(error.message, "http://mexc.simulated/api/v3/exchangeInfo");
    assertEquals(asked(), 5);
    const warnings = run.log.filter((line) => line.includes(" warn "));
    assertEquals(warnings.length, 4);
    for (const line of warnings) assertStringIncludes(line, "No instrument list exchange=MEXC_SPOT error=");
  });
});

Deno.test("A venue that answers late is waited for", async () => {
  const { network, asked } = deafUntil(3);
  await withRun({ stored: false, network }, async (run) => {
    await run.start();
    assertEquals(asked() > 3, true);
    await run.advance(3_000);
    assertEquals(run.engine.report().books, { usable: 24, total: 24 });
  });
});

Deno.test("A pair that a venue does not list is left out with a warning, and none at all is an error", async () => {
  const btc = { base: "BTC", quote: "USDT" }, unknown = { base: "NOSUCH", quote: "USDT" };
  await withRun({ stored: false, config: { pairs: [btc, unknown] } }, async (run) => {
    await run.start();
    assertEquals(run.engine.instruments.all.map(({ base, exchange }) => `${base} ${exchange}`), [
      "BTC MEXC_SPOT",
      "BTC GATEIO_SPOT",
      "BTC GATEIO_FUTURES",
    ]);
    assertEquals(run.log.filter((line) => line.includes("Pair not listed")).length, 3);
  });
  await withRun({ stored: false, config: { pairs: [unknown] } }, async (run) => {
    await assertRejects(() => run.start(), ConfigError, "None of the configured pairs");
  });
});

Deno.test("An account without money and coins trades nothing, and every opportunity says so", async () => {
  await withRun(
    {
      stored: false,
      seed: 5,
      config: { paper: { quoteBalance: 0, inventoryNotional: 0, latencyMs: 20, latencyJitterMs: 10 } },
    },
    async (run) => {
      await run.start();
      await run.advance(8_000);
      run.engine.stop();
      const report = run.engine.report();
      assertEquals([report.executions, report.fills, report.pnlUsd, report.feesUsd], [0, 0, 0, 0]);
      const spot = run.recorded.opportunities.filter(({ buy, sell }) =>
        [buy, sell].every((id) => run.engine.instruments.get(id).market === "spot")
      );
      const worth = spot.filter(({ decision }) => !decision!.startsWith("edge under the least one"));
      assert(worth.length > 0);
      for (const { decision, rejectedBy } of worth) {
        assertEquals([decision, rejectedBy], [
          "under the smallest order within balances and limits",
          "strategies",
        ]);
      }
    },
  );
});
