import { assert } from "@std/assert";
import type { ExchangeKey } from "../../../src/core/exchange.ts";
import { defaultAssets } from "../../../src/simulator/mod.ts";
import { Box } from "./box.ts";

const lunc = defaultAssets.filter((asset) => asset.base === "LUNC");
const noBursts = { meanGapMs: 1e12 };

/** Mids of LUNC on MEXC spot against the Gate.io perpetual in basis points, twice a second. */
async function basisSamples(seed: number, minutes: number): Promise<number[]> {
  const box = new Box({ seed, model: { assets: lunc, eventsPerSecond: 10, levels: 10, bursts: noBursts } });
  box.simulator.start();
  const mid = (exchange: ExchangeKey, symbol: string): number => {
    const { bids, asks } = box.simulator.truth.book(exchange, symbol)!;
    return (bids[0]![0] + asks[0]![0]) / 2;
  };
  const samples: number[] = [];
  for (let count = 0; count < minutes * 120; count++) {
    box.run(500);
    const spot = mid("MEXC_SPOT", "LUNCUSDT");
    const future = mid("GATEIO_FUTURES", "LUNC_USDT");
    samples.push((spot / future - 1) * 1e4);
  }
  await box.simulator.stop();
  return samples;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

function autocorrelation(values: readonly number[], lag: number): number {
  const middle = mean(values);
  const products = values.slice(lag).map((value, index) => (value - middle) * (values[index]! - middle));
  return mean(products) / deviation(values) ** 2;
}

Deno.test("The basis of LUNC without bursts has the figures of the recorded tape", async () => {
  const runs = await Promise.all([1, 2, 3].map((seed) => basisSamples(seed, 90)));
  const windows = runs.flatMap((run) =>
    Array.from({ length: 9 }, (_, index) => run.slice(index * 1200, (index + 1) * 1200))
  );
  // Tape: mean 4.3, ten-minute windows −1.9 to +8.9 with a deviation of 2.2 to 5.1 (mean 3.1), 4.9 over all.
  const means = windows.map(mean);
  const inside = mean(windows.map(deviation));
  const overall = mean(runs.map(deviation));
  assert(Math.abs(mean(means) - 4.3) < 2, `mean ${mean(means)}`);
  assert(Math.min(...means) > -8 && Math.max(...means) < 14, `windows ${means.join(" ")}`);
  assert(inside > 2.4 && inside < 4, `deviation inside a window ${inside}`);
  assert(overall > 3.4 && overall < 6, `deviation over all ${overall}`);
  // Tape: 0.87 at 1 s, 0.77 at 10 s, 0.49 at 2 min; each with its own uncertainty.
  const correlation = (lag: number): number => mean(runs.map((run) => autocorrelation(run, lag)));
  assert(Math.abs(correlation(2) - 0.87) < 0.1, `1 s: ${correlation(2)}`);
  assert(Math.abs(correlation(20) - 0.77) < 0.12, `10 s: ${correlation(20)}`);
  assert(Math.abs(correlation(240) - 0.49) < 0.2, `2 min: ${correlation(240)}`);
});

/** Taker fees in basis points. */
const takerFeeBps: Readonly<Record<ExchangeKey, number>> = {
  MEXC_SPOT: 5,
  GATEIO_SPOT: 20,
  GATEIO_FUTURES: 5,
};

Deno.test("Half a minute of the default market holds several spreads far above the fees", async () => {
  for (const seed of [1, 7, 42]) {
    const box = new Box({ seed });
    box.simulator.start();
    const open = new Set<string>();
    let episodes = 0;
    for (let count = 0; count < 600; count++) {
      box.run(50);
      for (const { base } of defaultAssets) {
        const tops = (Object.keys(takerFeeBps) as ExchangeKey[]).map((exchange) => {
          const symbol = exchange === "MEXC_SPOT" ? `${base}USDT` : `${base}_USDT`;
          const { bids, asks } = box.simulator.truth.book(exchange, symbol)!;
          return { exchange, bid: bids[0]![0], ask: asks[0]![0] };
        });
        for (const buy of tops) {
          for (const sell of tops) {
            const net = (sell.bid / buy.ask - 1) * 1e4 - takerFeeBps[buy.exchange] -
              takerFeeBps[sell.exchange];
            const route = `${base} ${buy.exchange} ${sell.exchange}`;
            if (net <= 15) open.delete(route);
            else if (!open.has(route)) {
              open.add(route);
              episodes += 1;
            }
          }
        }
      }
    }
    assert(episodes >= 5, `seed ${seed}: ${episodes} episodes of more than 15 bps after fees`);
    await box.simulator.stop();
  }
});

Deno.test("The model runs far faster than the clock on the wall", async () => {
  const box = new Box();
  const line = box.open("GATEIO_FUTURES");
  const names = defaultAssets.map(({ base }) => `${base}_USDT`);
  line.gate("futures.book_ticker", "subscribe", names);
  for (const name of names) line.gate("futures.order_book_update", "subscribe", [name, "100ms", "100"]);
  const started = performance.now();
  box.run(20_000);
  const factor = 20_000 / (performance.now() - started);
  // Idle machines reach well over a hundred; the margin is for busy ones.
  assert(factor > 5, `only ${factor.toFixed(0)} times real time`);
  await box.simulator.stop();
});
