/**
 * Random worlds in which strategies are asked, and what any pair of orders must keep to.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { StrategySettings } from "../../src/arbitrage/strategy_settings.ts";
import type { LegPlan, TradeIntent } from "../../src/arbitrage/trade_intent.ts";
import { DecimalStep } from "../../src/core/decimal_step.ts";
import { exchangeByKey, type ExchangeKey } from "../../src/core/exchange.ts";
import type { InstrumentSpec } from "../../src/core/instrument.ts";
import type { Level } from "./books.ts";
import { Exact } from "./exact.ts";
import { easySettings, StrategyWorld, worldVenues } from "./strategy_world.ts";

/** Raw parts of a world, so that a counterexample can be read. */
export interface WorldCase {
  readonly lots: readonly [string, string];
  readonly contractSize: string;
  readonly ticks: readonly [string, string, string];
  readonly fees: readonly [number, number, number];
  /** By venue: where its middle is beside 100, and its levels, worst distance last. */
  readonly shifts: readonly [number, number, number];
  readonly levels: readonly (readonly { readonly step: number; readonly lots: number }[])[];
  readonly quote: readonly [number, number, number];
  readonly coins: readonly [number, number];
  readonly maxNotional: number;
  readonly maxPosition: number;
  readonly slippageBps: number;
  readonly minEdgeBps: number;
  readonly skewBps: number;
}

const lot = fc.constantFrom("0.01", "0.1", "0.3", "1");
const side = fc.array(
  fc.record({ step: fc.integer({ min: 1, max: 8 }), lots: fc.integer({ min: 1, max: 60 }) }),
  { minLength: 1, maxLength: 5 },
);
const fee = fc.constantFrom(0, 0.0002, 0.0005, 0.001, 0.002);
const tick = fc.constantFrom("0.1", "0.05", "0.01");
const shift = fc.integer({ min: -30, max: 30 });
const money = fc.constantFrom(0, 3, 50, 400, 1_000, 1_000, 1e6, 1e6, 1e6);
const coins = fc.constantFrom(0, 0.5, 3, 12.34, 50.3, 1_000, 1_000);

/** Worlds with coarse and fine lots and ticks, thin books, and accounts that are rich, poor or empty. */
export const worldCases: fc.Arbitrary<WorldCase> = fc.record({
  lots: fc.tuple(lot, lot),
  contractSize: fc.constantFrom("0.1", "1", "0.3"),
  ticks: fc.tuple(tick, tick, tick),
  fees: fc.tuple(fee, fee, fee),
  shifts: fc.tuple(shift, shift, shift),
  levels: fc.tuple(side, side, side, side, side, side),
  quote: fc.tuple(money, money, money),
  coins: fc.tuple(coins, coins),
  maxNotional: fc.constantFrom(20, 300, 1_000, 1e6),
  maxPosition: fc.constantFrom(50, 2_000, 1e6),
  slippageBps: fc.constantFrom(0, 1, 5, 40),
  minEdgeBps: fc.constantFrom(0, 2, 10),
  skewBps: fc.constantFrom(0, 2, 8),
});

/** The world of a case: all prices are multiples of 0.1, so they are on every tick. */
export function worldOf(given: WorldCase): { world: StrategyWorld; settings: StrategySettings } {
  const changes: Partial<InstrumentSpec>[] = worldVenues.map((exchange, index) => ({
    tick: DecimalStep.parse(given.ticks[index]!),
    takerFee: given.fees[index]!,
    minNotional: 1,
    ...(exchangeByKey(exchange).market === "spot"
      ? { lot: DecimalStep.parse(given.lots[index]!) }
      : { contractSize: DecimalStep.parse(given.contractSize) }),
  }));
  const world = new StrategyWorld(changes);
  worldVenues.forEach((exchange, index) => {
    const middle = 1_000 + given.shifts[index]!;
    const size = world.of(exchange).lot;
    const levels = (raw: WorldCase["levels"][number], direction: 1 | -1): Level[] => {
      let ticks = middle;
      return raw.map(({ step, lots }) => [(ticks += direction * step) / 10, size.value(lots)]);
    };
    world.book(exchange, levels(given.levels[2 * index]!, -1), levels(given.levels[2 * index + 1]!, 1));
    world.setFree(exchange, "USDT", given.quote[index]!);
    if (index < 2) world.setFree(exchange, "HYPE", given.coins[index]!);
  });
  const settings: StrategySettings = {
    ...easySettings,
    minEdgeBps: given.minEdgeBps,
    maxNotional: given.maxNotional,
    maxPositionNotional: given.maxPosition,
    slippageBps: given.slippageBps,
    inventory: { enabled: true, skewBps: given.skewBps, targetShare: 0.5 },
  };
  return { world, settings };
}

function base(leg: LegPlan): Exact {
  const { lot: step, contractSize } = leg.instrument;
  return Exact.of(leg.lots).times(Exact.parse(step.format(1))).times(Exact.parse(contractSize.format(1)));
}

/** Limit price of an order. */
export function capOf({ capTicks, instrument }: LegPlan): Exact {
  return Exact.of(capTicks).times(Exact.parse(instrument.tick.format(1)));
}

function feeRatio(exchange: ExchangeKey, takerFee: number): { coin: Exact; quote: Exact } {
  const ratio = Exact.of(takerFee);
  return exchangeByKey(exchange).buyFeeCoin === "base"
    ? { coin: ratio, quote: Exact.zero }
    : { coin: Exact.zero, quote: ratio };
}

/** Whole lots and ticks; what arrives is what is sold, or less than a lot of the buying side more. */
export function assertLegsMatch({ buy, sell, quantity }: TradeIntent): void {
  for (const leg of [buy, sell]) {
    assert(Number.isSafeInteger(leg.lots) && leg.lots > 0, `${leg.lots} lots`);
    assert(Number.isSafeInteger(leg.capTicks) && leg.capTicks > 0, `${leg.capTicks} ticks`);
    assertEquals(base(leg).compare(Exact.of(leg.quantity)), 0);
  }
  const { coin } = feeRatio(buy.instrument.exchange, buy.instrument.takerFee);
  const arrived = base(buy).times(Exact.one.minus(coin)), sold = base(sell);
  const lotSize = Exact.parse(buy.instrument.lot.format(1))
    .times(Exact.parse(buy.instrument.contractSize.format(1)));
  assert(arrived.compare(sold) >= 0, "less arrives than is sold");
  assert(arrived.minus(sold).compare(lotSize) < 0, "more than a lot too much arrives");
  assertEquals(Exact.of(quantity).compare(sold), 0);
}

/** Every field is a number, and value is the sum. */
export function assertValueAdds({ expected }: TradeIntent): void {
  const { edge, fees, depthCost, funding, exit, missing, value } = expected;
  for (const each of Object.values(expected)) assert(Number.isFinite(each));
  for (const cost of [fees, depthCost, missing]) assert(cost >= -1e-9, `a cost of ${cost}`);
  assert(Math.abs(edge - fees - depthCost + funding + exit - missing - value) < 1e-9);
}

/** Each order can be paid for out of what is free when it is filled at its limit price, its fee included. */
export function assertPayable({ buy, sell, purpose }: TradeIntent, world: StrategyWorld): void {
  for (const leg of [buy, sell]) {
    const { instrument } = leg;
    const { exchange } = instrument;
    if (instrument.market === "spot" && leg.side === "sell") {
      assert(base(leg).compare(Exact.of(world.free(exchange, "HYPE"))) <= 0, "too few coins");
      continue;
    }
    if (purpose === "exit" && instrument.market === "perpetual") continue;
    const need = base(leg).times(capOf(leg)).times(Exact.one.plus(Exact.of(instrument.takerFee)));
    const free = world.free(exchange, "USDT");
    assert(need.compare(Exact.of(free)) <= 0, `${need.toNumber()} of ${free} on ${exchange}`);
  }
}

/** Neither order is worth more than the limit of one order, also at its cap. */
export function assertOrderLimit({ buy, sell }: TradeIntent, maxNotional: number): void {
  for (const leg of [buy, sell]) {
    const most = Math.max(leg.notional, base(leg).times(capOf(leg)).toNumber());
    assert(most <= maxNotional * (1 + 1e-12), `${leg.side} of ${most} over ${maxNotional}`);
  }
}

/**
 * The caps reach every level that the plan takes, go no further than the slippage beyond the deepest of them, and
 * leave the least edge together, unless the deepest prices themselves do not: a lot that was filled up.
 *
 * @param minEdgeBps Least edge of a unit; -Infinity for any.
 */
export function assertCaps(
  { route, buy, sell }: TradeIntent,
  world: StrategyWorld,
  slippageBps: number,
  minEdgeBps: number,
): void {
  const books = world.books(route)!;
  const deepest = (
    leg: LegPlan,
    levels: { price(n: number): number; quantity(n: number): number },
  ): Exact => {
    let left = base(leg);
    for (let depth = 0;; depth++) {
      const held = Exact.of(levels.quantity(depth)).times(Exact.parse(leg.instrument.contractSize.format(1)));
      left = left.minus(held);
      if (left.compare(Exact.zero) <= 0) return Exact.of(levels.price(depth));
    }
  };
  const ask = deepest(buy, books.buy.asks), bid = deepest(sell, books.sell.bids);
  const slip = Exact.of(slippageBps).over(Exact.of(10_000));
  const highest = capOf(buy), lowest = capOf(sell);
  const tiny = Exact.one.plus(Exact.parse("1e-12"));
  assert(highest.compare(ask) >= 0, "the buying cap does not reach the deepest level");
  assert(lowest.compare(bid) <= 0, "the selling cap does not reach the deepest level");
  assert(highest.compare(ask.times(Exact.one.plus(slip)).times(tiny)) <= 0, "the buying cap goes too far");
  assert(lowest.times(tiny).compare(bid.times(Exact.one.minus(slip))) >= 0, "the selling cap goes too far");
  if (minEdgeBps === -Infinity) return;
  const { coin, quote } = feeRatio(buy.instrument.exchange, buy.instrument.takerFee);
  const edge = (high: Exact, low: Exact): number => {
    const cost = high.times(Exact.one.plus(quote)).over(Exact.one.minus(coin));
    const proceeds = low.times(Exact.one.minus(Exact.of(sell.instrument.takerFee)));
    return proceeds.over(cost).minus(Exact.one).toNumber() * 10_000;
  };
  const least = Math.min(minEdgeBps, edge(ask, bid));
  assert(edge(highest, lowest) >= least - 1e-7, `the caps leave ${edge(highest, lowest)}, least ${least}`);
}
