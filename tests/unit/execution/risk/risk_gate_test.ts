import { assertEquals, assertStringIncludes } from "@std/assert";
import type { LegPlan, TradeIntent } from "../../../../src/arbitrage/trade_intent.ts";
import { riskSchema } from "../../../../src/config/risk_config.ts";
import { baseQuantity, quoteAmount } from "../../../../src/core/units.ts";
import type { BreakerState } from "../../../../src/execution/risk/breakers.ts";
import { KillSwitch } from "../../../../src/execution/risk/kill_switch.ts";
import { RiskGate, type RiskLimits, type RiskView } from "../../../../src/execution/risk/risk_gate.ts";
import { intentOf, RiskWorld, testLimits } from "../../../support/risk_world.ts";

/** A world with a gate, and a trade of HYPE between MEXC spot and the perpetual that passes it. */
class Bench {
  readonly world = new RiskWorld();
  readonly kill = new KillSwitch(this.world.clock);
  limits: RiskLimits = testLimits;
  readonly told: string[] = [];
  readonly gate = new RiskGate({
    clock: this.world.clock,
    limits: () => this.limits,
    killSwitch: this.kill,
    listener: {
      onTripped: ({ name, scope }) => this.told.push(`${name} ${scope}`),
      onReset: ({ name }, by) => this.told.push(`${name} over by ${by}`),
    },
  });
  readonly route = this.world.routes.find(({ buy, sell }) =>
    buy.base === "HYPE" && buy.exchange === "MEXC_SPOT" && sell.market === "perpetual"
  )!;

  enter(changes: Partial<TradeIntent> = {}): TradeIntent {
    return {
      ...intentOf(this.world, this.route, { purpose: "enter", notional: 400, capBps: 3 }),
      ...changes,
    };
  }

  /** Takes off what {@link Bench.hold} has made. */
  exit(notional = 400): TradeIntent {
    const back = this.world.routes[this.route.reverse]!;
    return intentOf(this.world, back, { purpose: "exit", notional, capBps: 3 });
  }

  hold(notional: number): void {
    const quantity = notional / 40;
    this.world.bookings.push({ instrument: this.route.buy, quantity });
    this.world.bookings.push({ instrument: this.route.sell, quantity: -quantity });
  }

  refusal(intent: TradeIntent, view: Partial<RiskView> = {}): string | undefined {
    return this.gate.check(intent, { ...this.world.view, ...view })?.limit;
  }

  get tripped(): string[] {
    return this.gate.breakers.tripped.map(({ name, scope }: BreakerState) => `${name} ${scope}`);
  }
}

Deno.test("RiskGate takes the limits of the configuration as they are", () => {
  assertEquals(Object.keys(testLimits).toSorted(), Object.keys(riskSchema.entries).toSorted());
});

Deno.test("A trade that keeps all limits passes, and the check leaves no trace", () => {
  const bench = new Bench();
  for (let round = 0; round < 100; round++) assertEquals(bench.refusal(bench.enter()), undefined);
  assertEquals(bench.tripped, []);
});

Deno.test("A refusal says which limit, the value, the bound and of what", () => {
  const bench = new Bench();
  bench.hold(1_800);
  const refusal = bench.gate.check(bench.enter(), bench.world.view)!;
  assertEquals([refusal.limit, refusal.bound], ["maxPositionNotional", 1_900]);
  assertEquals(Math.round(refusal.value), 2_200);
  assertStringIncludes(
    refusal.message,
    "maxPositionNotional: the value of the position in MEXC_SPOT HYPEUSDT is 2200.",
  );
  assertStringIncludes(refusal.message, ", allowed is at most 1900");
  Object.assign(bench.world.markets[bench.route.sell.id]!, { bidNotional: 7 });
  bench.world.bookings.length = 0;
  assertStringIncludes(
    bench.gate.check(bench.enter(), bench.world.view)!.message,
    "minDepthNotional: the depth of GATEIO_FUTURES HYPE_USDT is 21, allowed is at least 500",
  );
});

Deno.test("Each leg is held to the limits of its instrument and of its venue", () => {
  const bench = new Bench();
  for (const leg of ["buy", "sell"] as const) {
    const positionNotional: RiskView["positionNotional"] = (instrument) =>
      instrument === bench.route[leg] ? (leg === "buy" ? 1_800 : -1_800) : 0;
    assertEquals(bench.refusal(bench.enter(), { positionNotional }), "maxPositionNotional", leg);
    const exchangeNotional: RiskView["exchangeNotional"] = (exchange) =>
      exchange === bench.route[leg].exchange ? 2_000 : 0;
    assertEquals(bench.refusal(bench.enter(), { exchangeNotional }), "maxExchangeNotional", leg);
  }
});

Deno.test("A venue that is full can still be emptied", () => {
  const bench = new Bench();
  const full: Partial<RiskView> = { exchangeNotional: () => 2_300 };
  const held = (buy: number, sell: number): Partial<RiskView> => ({
    ...full,
    venueNotional: (instrument) => instrument === bench.route.buy ? buy : sell,
  });
  assertEquals(bench.refusal(bench.enter(), full), "maxExchangeNotional");
  assertEquals(bench.refusal(bench.enter(), held(-1_000, 1_000)), undefined);
  assertEquals(bench.refusal(bench.enter(), held(-1_000, -1_000)), "maxExchangeNotional");
  assertEquals(bench.refusal(bench.enter(), held(1_000, 1_000)), "maxExchangeNotional");
});

Deno.test("What is not known passes nothing, and the refusal says that it is not known", () => {
  const bench = new Bench();
  const unknown: [string, Partial<RiskView>][] = [
    ["maxExposure", { exposureNotional: () => NaN }],
    ["maxExchangeNotional", { exchangeNotional: () => NaN }],
    ["maxExchangeNotional", { venueNotional: () => NaN }],
    ["maxTotalNotional", { totalNotional: NaN }],
    ["maxPositionNotional", { positionNotional: () => NaN }],
    ["maxDailyLoss", { dayPnl: NaN }],
    ["maxOpenExecutions", { openExecutions: NaN }],
    ["maxDeviationBps", { fairPrice: () => NaN }],
    ["maxBookAgeMs", { dataAgeMs: () => NaN }],
    ["maxClockErrorMs", { clockErrorMs: () => NaN }],
    ["maxVolatilityBps", { volatilityBps: () => NaN }],
  ];
  for (const [limit, view] of unknown) {
    const refusal = bench.gate.check(bench.enter(), { ...bench.world.view, ...view })!;
    assertEquals([refusal.limit, refusal.value], [limit, NaN]);
    assertStringIncludes(refusal.message, "is not known, allowed is at most");
  }
  assertEquals(bench.refusal(bench.enter(), { book: () => undefined }), "book");
});

Deno.test("A limit that is no number lets nothing pass", () => {
  const others = ["maxConsecutiveFailures", "breakerCooldownMs"];
  for (const name of Object.keys(testLimits).filter((each) => !others.includes(each))) {
    const bench = new Bench();
    bench.limits = { ...testLimits, [name]: NaN };
    assertEquals(bench.refusal(bench.enter()), name);
  }
});

Deno.test("An order whose parts do not fit each other is refused whatever its value", () => {
  const bench = new Bench();
  const { buy, sell } = bench.enter();
  const broken: Partial<LegPlan>[] = [
    { lots: 0 },
    { lots: 0.5 },
    { lots: NaN },
    { lots: -buy.lots, quantity: baseQuantity(-buy.quantity), notional: quoteAmount(-buy.notional) },
    { lots: buy.lots * 10 },
    { quantity: baseQuantity(NaN) },
    { quantity: baseQuantity(buy.quantity / 2) },
    { notional: quoteAmount(0) },
    { notional: quoteAmount(NaN) },
    { notional: quoteAmount(Infinity) },
    { capTicks: 0 },
    { capTicks: NaN },
    { capTicks: 0.5 },
    { side: "sell" },
  ];
  for (const changes of broken) {
    assertEquals(
      bench.refusal(bench.enter({ buy: { ...buy, ...changes } })),
      "order",
      JSON.stringify(changes),
    );
  }
  assertEquals(bench.refusal(bench.enter({ sell: { ...sell, side: "buy" } })), "order");
  assertEquals(bench.refusal(bench.enter({ sell: { ...sell, lots: sell.lots + 1 } })), "order");
});

Deno.test("What only takes positions off is not stopped by limits of what is held, of losses or of the market", () => {
  const bench = new Bench();
  bench.hold(5_000);
  bench.kill.engage("test", "api");
  bench.gate.breakers.trip("failures", "all", "test");
  bench.world.dayPnl = -1_000;
  bench.world.openExecutions = 9;
  Object.assign(bench.world.markets[bench.route.buy.id]!, { volatilityBps: 900, askNotional: 10 });
  const view = {
    exposureNotional: (): number => NaN,
    exchangeNotional: (): number => 1e9,
    totalNotional: 1e9,
  };
  assertEquals(bench.refusal(bench.exit(), view), undefined);
  assertEquals(bench.refusal(bench.enter(), view), "kill switch");
});

Deno.test("What only takes positions off is held to sane orders, good data and clocks", () => {
  const cases: [string, (bench: Bench) => Partial<RiskView> | void][] = [
    ["maxNotional", (bench): void => void (bench.limits = { ...testLimits, maxNotional: 300 })],
    ["maxOrdersPerSecond", (bench): void => bench.gate.ordersSent(5)],
    ["maxBookAgeMs", () => ({ dataAgeMs: () => 1_001 })],
    ["maxClockErrorMs", () => ({ clockErrorMs: () => 251 })],
    ["maxDeviationBps", () => ({ fairPrice: () => 41.5 })],
    ["maxSlippageBps", (bench): void => void (bench.limits = { ...testLimits, maxSlippageBps: 1 })],
    ["book", () => ({ book: () => undefined })],
  ];
  for (const [limit, prepare] of cases) {
    const bench = new Bench();
    bench.hold(1_000);
    assertEquals(bench.refusal(bench.exit()), undefined);
    assertEquals(bench.refusal(bench.exit(), prepare(bench) ?? {}), limit);
  }
});

Deno.test("A trade that calls itself an exit and opens, enlarges or turns a position is none", () => {
  const bench = new Bench();
  bench.kill.engage("test", "api");
  assertEquals(bench.refusal(bench.exit()), "kill switch");
  bench.hold(400);
  assertEquals(bench.refusal(bench.exit(400)), undefined);
  assertEquals(bench.refusal(bench.exit(500)), "kill switch");
  assertEquals(bench.refusal({ ...bench.enter(), purpose: "exit" }), "kill switch");
  assertEquals(bench.refusal(bench.exit(400), { positionNotional: () => NaN }), "kill switch");
});

Deno.test("A coin bought on one spot venue and sold on another changes its position by the difference only", () => {
  const bench = new Bench();
  const route = bench.world.routes.find(({ buy, sell }) =>
    buy.base === "HYPE" && sell.exchange === "GATEIO_SPOT"
  )!;
  const intent = intentOf(bench.world, route, { purpose: "enter", notional: 900, capBps: 3 });
  bench.limits = { ...testLimits, maxExchangeNotional: 5_000 };
  bench.hold(1_800);
  assertEquals(bench.refusal(intent), undefined);
  assertEquals(bench.refusal(intent, { exposureNotional: () => -1_200 }), "maxExposure");
  const shape = { purpose: "enter", notional: 900, capBps: 3 } as const;
  const uneven = intentOf(bench.world, route, { ...shape, sellShare: 0.8 });
  assertEquals(bench.refusal(uneven), "maxPositionNotional");
});

Deno.test("Orders count for one second, and hedges may be twice as many", () => {
  const bench = new Bench();
  bench.gate.ordersSent(4);
  assertEquals(bench.refusal(bench.enter()), undefined);
  bench.gate.ordersSent(1);
  assertEquals(bench.refusal(bench.enter()), "maxOrdersPerSecond");
  const hedge = { instrument: bench.route.buy, notional: 400 };
  bench.gate.ordersSent(6);
  assertEquals(bench.gate.checkHedge(hedge, bench.world.view), undefined);
  bench.gate.ordersSent(1);
  assertEquals(bench.gate.checkHedge(hedge, bench.world.view)?.limit, "maxOrdersPerSecond");
  bench.world.advance(1_000);
  assertEquals(bench.refusal(bench.enter()), "maxOrdersPerSecond");
  bench.world.advance(1);
  assertEquals(bench.refusal(bench.enter()), undefined);
});

Deno.test("A hedge passes breakers, losses and the kill switch; its size and the age of its book count, at wider bounds", () => {
  const bench = new Bench();
  const { gate, world } = bench;
  bench.kill.engage("test", "api");
  gate.breakers.trip("failures", "all", "test");
  world.dayPnl = -1_000;
  const limitOf = (notional: number): string | undefined =>
    gate.checkHedge({ instrument: bench.route.buy, notional }, world.view)?.limit;
  assertEquals(gate.maxHedgeNotional, 2_000);
  assertEquals([limitOf(2_000), limitOf(2_001)], [undefined, "maxNotional"]);
  assertEquals([NaN, 0, -5].map(limitOf), ["maxNotional", "maxNotional", "maxNotional"]);
  const market = world.markets[bench.route.buy.id]!;
  market.ageMs = 3_000;
  assertEquals(limitOf(100), undefined);
  for (const age of [3_001, NaN]) {
    market.ageMs = age;
    assertEquals(limitOf(100), "maxBookAgeMs");
  }
  market.isUsable = false;
  assertEquals(limitOf(100), "book");
});

Deno.test("A large loss stops its coin for the cool-down, and trades that go wrong in a row stop all", () => {
  const bench = new Bench();
  const { gate, world } = bench;
  gate.executionEnded({ profit: -20, isClean: true, base: "BTC" });
  assertEquals(bench.tripped, []);
  gate.executionEnded({ profit: -20.01, isClean: true, base: "BTC" });
  assertEquals(bench.tripped, ["single loss BTC"]);
  assertEquals(bench.refusal(bench.enter()), undefined);
  for (const isClean of [false, false, true, false, false]) {
    gate.executionEnded({ profit: 1, isClean, base: "HYPE" });
  }
  assertEquals(bench.tripped, ["single loss BTC"]);
  gate.executionEnded({ profit: 1, isClean: false, base: "HYPE" });
  assertEquals(bench.tripped, ["single loss BTC", "failures all"]);
  assertEquals(bench.refusal(bench.enter()), "breaker");
  world.advance(5_000);
  assertEquals(bench.tripped, []);
  assertEquals(bench.refusal(bench.enter()), undefined);
  gate.executionEnded({ profit: 1, isClean: false, base: "HYPE" });
  assertEquals(bench.tripped, ["failures all"], "after the cool-down one more is enough");
  gate.breakers.reset("failures");
  gate.executionEnded({ profit: 1, isClean: false, base: "HYPE" });
  assertEquals(bench.tripped, [], "after a reset by hand it counts anew");
});

Deno.test("A profit that is not known is a failure and a loss", () => {
  const bench = new Bench();
  for (let count = 0; count < 3; count++) {
    bench.gate.executionEnded({ profit: NaN, isClean: true, base: "HYPE" });
  }
  assertEquals(bench.tripped, ["single loss HYPE", "failures all"]);
});

Deno.test("The loss of a day stops everything until the next UTC day", () => {
  const bench = new Bench();
  const { gate, world } = bench;
  world.dayPnl = -99.9;
  gate.review(world.view);
  assertEquals([bench.tripped, bench.refusal(bench.enter())], [[], undefined]);
  world.dayPnl = -100;
  assertEquals(bench.refusal(bench.enter()), "maxDailyLoss", "before any review");
  gate.review(world.view);
  gate.review(world.view);
  assertEquals(bench.told, ["daily loss all"]);
  world.dayPnl = -50;
  assertEquals(bench.refusal(bench.enter()), "breaker", "what comes back does not undo it");
  world.advance(59_999);
  assertEquals(bench.tripped, ["daily loss all"]);
  world.advance(1);
  world.dayPnl = 0;
  gate.review(world.view);
  assertEquals([bench.tripped, bench.refusal(bench.enter())], [[], undefined]);
  assertEquals(bench.told, ["daily loss all", "daily loss over by time"]);
});

Deno.test("A gate of a later start counts the loss of the same day from where it was forgiven, of another day from 0", () => {
  const { world, gate: before } = new Bench();
  world.dayPnl = -100;
  before.review(world.view);
  before.breakers.reset("daily loss", "all");
  const day = Math.floor(world.clock.epochMs() / 86_400_000);
  assertEquals(before.forgivenToday, -100);
  const lossesThatTrip = [day, day - 1].map((day) => {
    const gate = new RiskGate({ clock: world.clock, limits: () => testLimits, day: { day, forgiven: -100 } });
    return [-99.9, -100, -199.9, -200].find((dayPnl) => {
      gate.review({ dayPnl });
      return gate.breakers.tripped.length > 0;
    });
  });
  assertEquals(lossesThatTrip, [-200, -100]);
});

Deno.test("After a reset by hand a day may lose as much again, and the next day no more than ever", () => {
  const bench = new Bench();
  const { gate, world } = bench;
  world.dayPnl = -120;
  gate.review(world.view);
  assertEquals(gate.breakers.reset("daily loss"), 1);
  assertEquals(bench.refusal(bench.enter()), undefined);
  world.dayPnl = -219;
  gate.review(world.view);
  assertEquals(bench.tripped, []);
  world.dayPnl = -220;
  gate.review(world.view);
  assertEquals(bench.tripped, ["daily loss all"]);
  world.advance(60_000);
  world.dayPnl = -100;
  gate.review(world.view);
  assertEquals(bench.tripped, ["daily loss all"]);
});

Deno.test("A price that moves too much stops its coin", () => {
  const bench = new Bench();
  const hype = bench.route.buy;
  bench.gate.volatilityMeasured(hype, 200);
  assertEquals(bench.tripped, []);
  bench.gate.volatilityMeasured(hype, 200.1);
  assertEquals(bench.tripped, ["volatility HYPE"]);
  assertEquals(bench.refusal(bench.enter()), "breaker");
  const btc = bench.world.routes.find(({ buy }) => buy.base === "BTC")!;
  assertEquals(
    bench.refusal(intentOf(bench.world, btc, { purpose: "enter", notional: 400, capBps: 3 })),
    undefined,
  );
});

Deno.test("Limits are read anew for each trade", () => {
  const bench = new Bench();
  assertEquals(bench.refusal(bench.enter()), undefined);
  bench.limits = { ...testLimits, maxNotional: 300 };
  assertEquals(bench.refusal(bench.enter()), "maxNotional");
});
