import { assert, assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../../../src/core/errors.ts";
import type { ExchangeKey } from "../../../../src/core/exchange.ts";
import { SeededRandom } from "../../../../src/core/random.ts";
import { FairPrice } from "../../../../src/simulator/model/fair_price.ts";
import { MarketFactor } from "../../../../src/simulator/model/market_factor.ts";
import { MarketModel } from "../../../../src/simulator/model/market_model.ts";
import { defaultAssets, type ModelAsset } from "../../../../src/simulator/model/model_assets.ts";
import { ModelBox } from "../market/listed.ts";

function covariance(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  return mean(a.map((value, index) => (value - meanA) * (b[index]! - meanB)));
}

function correlation(a: readonly number[], b: readonly number[]): number {
  return covariance(a, b) / Math.sqrt(covariance(a, a) * covariance(b, b));
}

/** Changes of the logarithm in basis points. */
function returnsOf(prices: readonly number[]): number[] {
  return prices.slice(1).map((price, index) => 1e4 * Math.log(price / prices[index]!));
}

Deno.test("Covariances of fair prices are beta times beta times the variances of the factors, plus the own part", () => {
  const random = new SeededRandom(7);
  const volatilities = [0.8, 0.5];
  const factors = volatilities.map((bps, index) => new MarketFactor(random.fork(`f${index}`), bps));
  const members = [
    { own: 0.6, betas: [1, 0] },
    { own: 0.4, betas: [1.5, 0.7] },
    { own: 1.2, betas: [0.5, -1] },
    { own: 0.9, betas: [0, 0] },
  ];
  const prices = members.map(({ own, betas }, index) =>
    new FairPrice(random.fork(`p${index}`), {
      price: 100,
      volatilityBps: own,
      exposures: betas.map((beta, at) => ({ beta, factor: factors[at]! })),
    })
  );
  const paths: number[][] = members.map(() => []);
  for (let second = 0; second <= 40_000; second++) {
    // Asked for in between as well, and not by everybody at the same moment, as a market does.
    prices[second % 4]!.at(second * 1000 - 400);
    prices.forEach((price, index) => paths[index]!.push(price.at(second * 1000)));
  }
  const returns = paths.map(returnsOf);
  for (const [i, a] of members.entries()) {
    for (const [j, b] of members.entries()) {
      const common = volatilities.reduce((sum, bps, at) => sum + a.betas[at]! * b.betas[at]! * bps ** 2, 0);
      const expected = common + (i === j ? a.own ** 2 : 0);
      const spread = Math.sqrt(covariance(returns[i]!, returns[i]!) * covariance(returns[j]!, returns[j]!));
      const found = covariance(returns[i]!, returns[j]!);
      // Four standard errors of a covariance of 40,000 normal pairs.
      assert(
        Math.abs(found - expected) < 4 * Math.sqrt(2) * spread / 200,
        `${i} ${j}: ${found}, not ${expected}`,
      );
    }
  }
});

const smooth: Omit<ModelAsset, "base" | "price"> = {
  volatilityBps: 0.6,
  basisScale: 0.05,
  spreadBps: 0.2,
  gapBps: 0.2,
  levelNotional: 5000,
  venues: {
    MEXC_SPOT: { tick: "0.0001", lot: "0.001", contractSize: "1" },
    GATEIO_SPOT: { tick: "0.0001", lot: "0.001", contractSize: "1" },
    GATEIO_FUTURES: { tick: "0.0001", lot: "1", contractSize: "0.01" },
  },
};
const noBursts = { meanGapMs: 1e12 };

/** Mids of instruments at every `stepMs`. */
function midsOf(
  box: ModelBox,
  instruments: readonly (readonly [ExchangeKey, string])[],
  count: number,
  stepMs: number,
): number[][] {
  const found = instruments.map(([exchange, symbol]) => box.instrument(exchange, symbol));
  const mids: number[][] = instruments.map(() => []);
  box.market.start();
  for (let index = 0; index < count; index++) {
    box.run(stepMs);
    found.forEach((instrument, at) => mids[at]!.push(instrument.mid));
  }
  box.market.stop();
  return mids;
}

Deno.test("Books of assets that share a factor move together as much as their betas say", () => {
  const betas = { market: 1 };
  const box = new ModelBox({
    assets: [
      { ...smooth, base: "A", price: 100, betas },
      { ...smooth, base: "B", price: 40, betas: { market: 2 } },
      { ...smooth, base: "C", price: 70 },
    ],
    factors: [{ name: "market", volatilityBps: 0.8 }],
    eventsPerSecond: 2,
    levels: 5,
    bursts: noBursts,
  }, 3);
  const [a, b, c] = midsOf(
    box,
    [["MEXC_SPOT", "AUSDT"], ["GATEIO_FUTURES", "B_USDT"], ["GATEIO_SPOT", "C_USDT"]],
    2000,
    10_000,
  )
    .map(returnsOf) as [number[], number[], number[]];
  const expected = 2 * 0.64 / Math.sqrt((0.36 + 0.64) * (0.36 + 4 * 0.64));
  assert(Math.abs(correlation(a, b) - expected) < 0.06, `${correlation(a, b)}, not ${expected}`);
  assert(Math.abs(correlation(a, c)) < 0.08, `${correlation(a, c)}, not 0`);
});

Deno.test("A venue that lags shows the moves of the leader as much later as was asked for", () => {
  const stepMs = 50;
  const lags = { GATEIO_SPOT: 400, GATEIO_FUTURES: 150 };
  const box = new ModelBox({
    assets: [{ ...smooth, base: "A", price: 100, volatilityBps: 2 }],
    lagMs: lags,
    eventsPerSecond: 60,
    levels: 5,
    bursts: noBursts,
  }, 5);
  const [leader, spot, futures] = midsOf(
    box,
    [["MEXC_SPOT", "AUSDT"], ["GATEIO_SPOT", "A_USDT"], ["GATEIO_FUTURES", "A_USDT"]],
    20_000,
    stepMs,
  ).map(returnsOf) as [number[], number[], number[]];
  const peak = (follower: readonly number[]): number => {
    const shifts = Array.from({ length: 41 }, (_, index) => index - 20);
    const at = (shift: number): number =>
      shift >= 0
        ? correlation(leader.slice(0, leader.length - shift), follower.slice(shift))
        : correlation(leader.slice(-shift), follower.slice(0, shift));
    return shifts.reduce((best, shift) => (at(shift) > at(best) ? shift : best)) * stepMs;
  };
  assertEquals([peak(leader), peak(futures), peak(spot)], [0, 150, 400]);
});

Deno.test("A lagging price is the price of before, on the straight line between what is known", () => {
  const fair = new FairPrice(new SeededRandom(1), { price: 100, volatilityBps: 50, memoryMs: 1000 });
  const known: [ms: number, price: number][] = [[0, 100]];
  const random = new SeededRandom(2);
  for (let nowMs = 0; nowMs < 200_000;) {
    nowMs += random.exponential(60);
    known.push([nowMs, fair.at(nowMs)]);
    const lagMs = 1000 * random.uniform();
    const moment = nowMs - lagMs;
    const after = known.findIndex(([ms]) => ms >= moment);
    const [[t0, p0], [t1, p1]] = [known[Math.max(0, after - 1)]!, known[Math.max(0, after)]!];
    const expected = moment <= 0 ? 100 : p0 + (p1 - p0) * (t1 === t0 ? 0 : (moment - t0) / (t1 - t0));
    const found = fair.before(nowMs, lagMs);
    assert(Math.abs(found / expected - 1) < 1e-12, `${found}, not ${expected}`);
  }
});

Deno.test("Factors and lags leave the market of the same seed alone when nobody follows them", () => {
  const versions = (options: ConstructorParameters<typeof MarketModel>[0]): unknown[] => {
    const box = new ModelBox({ assets: defaultAssets.slice(0, 2), levels: 10, ...options }, 4);
    box.market.start();
    box.run(30_000);
    box.market.stop();
    return box.market.instruments.map((
      { book, mid, statistics },
    ) => [book.version, mid, statistics.lastTick]);
  };
  const plain = versions({});
  assertEquals(versions({ factors: [{ name: "market", volatilityBps: 5 }], lagMs: { MEXC_SPOT: 0 } }), plain);
  assert(JSON.stringify(versions({ lagMs: { GATEIO_SPOT: 300 } })) !== JSON.stringify(plain));
});

Deno.test("An asset cannot follow a factor that the market does not have", () => {
  const assets = [{ ...smooth, base: "A", price: 1, betas: { nothing: 1 } }];
  assertThrows(() => new MarketModel({ assets }), ConfigError, '"nothing"');
});
