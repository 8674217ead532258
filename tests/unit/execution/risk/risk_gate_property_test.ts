import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { LegPlan, TradeIntent } from "../../../../src/arbitrage/trade_intent.ts";
import { KillSwitch } from "../../../../src/execution/risk/kill_switch.ts";
import { RiskGate, type RiskLimits } from "../../../../src/execution/risk/risk_gate.ts";
import { type Booking, intentOf, type Market, RiskWorld, testLimits } from "../../../support/risk_world.ts";

const slack = 1 + 1e-9;
const within = (value: number, bound: number): boolean => value <= bound * slack;

/** Something that happened, for a model that keeps nothing but this list. */
type Event =
  | { readonly kind: "sent"; readonly at: number; readonly count: number }
  | {
    readonly kind: "end";
    readonly at: number;
    readonly base: string;
    readonly profit: number;
    readonly isClean: boolean;
  }
  | { readonly kind: "review"; readonly at: number; readonly pnl: number }
  | { readonly kind: "measured"; readonly at: number; readonly base: string; readonly bps: number }
  | { readonly kind: "reset"; readonly at: number; readonly name: string };

/** Breakers in force and what was forgiven of the day's loss, read out of the whole history. */
function replayed(
  events: readonly Event[],
  now: number,
  limits: RiskLimits,
): { scopes: Set<string>; forgiven: number } {
  const untils = new Map<string, number>();
  const trip = (name: string, scope: string, until: number): void => {
    const key = `${name}|${scope}`;
    untils.set(key, Math.max(untils.get(key) ?? 0, until));
  };
  const midnight = (at: number): number => (Math.floor(at / 86_400_000) + 1) * 86_400_000;
  let failures = 0, forgiven = 0, lastPnl = 0, lastDay = NaN;
  for (const event of events) {
    const cool = event.at + limits.breakerCooldownMs;
    if (event.kind === "end") {
      if (!(event.profit >= -limits.maxSingleLoss)) trip("single loss", event.base, cool);
      failures = event.isClean && !Number.isNaN(event.profit) ? 0 : failures + 1;
      if (failures === limits.maxConsecutiveFailures) {
        failures -= 1;
        trip("failures", "all", cool);
      }
    } else if (event.kind === "review") {
      if (midnight(event.at) !== lastDay) forgiven = 0;
      lastDay = midnight(event.at);
      lastPnl = event.pnl;
      if (forgiven - event.pnl >= limits.maxDailyLoss) trip("daily loss", "all", midnight(event.at));
    } else if (event.kind === "measured") {
      if (!(event.bps <= limits.maxVolatilityBps)) trip("volatility", event.base, cool);
    } else if (event.kind === "reset") {
      const keys = [...untils].filter(([key, until]) => key.startsWith(event.name) && until > event.at);
      if (keys.length > 0 && event.name === "failures") failures = 0;
      if (keys.length > 0 && event.name === "daily loss" && lastPnl < 0) forgiven = lastPnl;
      for (const [key] of keys) untils.delete(key);
    }
  }
  const inForce = [...untils].filter(([, until]) => until > now).map(([key]) => key.split("|")[1]!);
  return { scopes: new Set(inForce), forgiven };
}

const bookingOf = ({ instrument, side, quantity }: LegPlan): Booking => ({
  instrument,
  quantity: side === "buy" ? quantity : -quantity,
});

/** A world with its gate and all that has happened in it. */
class Session {
  readonly world = new RiskWorld();
  readonly kill = new KillSwitch(this.world.clock);
  readonly gate: RiskGate;
  readonly events: Event[] = [];
  limits: RiskLimits = testLimits;

  constructor() {
    const { clock } = this.world;
    this.gate = new RiskGate({ clock, limits: () => this.limits, killSwitch: this.kill });
  }

  get now(): number {
    return this.world.clock.epochMs();
  }

  /** Limits that the trade would pass: found by making it, whole and with a leg missing, and looking at what is then. */
  passed(intent: TradeIntent): Set<string> {
    const found = new Set<string>();
    const note = (limit: string, isKept: boolean): void => {
      if (!isKept) found.add(limit);
    };
    for (const leg of [intent.buy, intent.sell]) this.#passedByOrder(leg, intent, note);
    const lately = this.events.filter((event) => event.kind === "sent" && event.at >= this.now - 1_000);
    const sent = lately.reduce((sum, event) => sum + (event.kind === "sent" ? event.count : 0), 0);
    note("maxOrdersPerSecond", sent + 2 <= this.limits.maxOrdersPerSecond);
    if (!this.#isExit(intent)) this.#passedByOpening(intent, note);
    return found;
  }

  /** Whether both orders really take positions off, whatever the trade says. */
  #isExit(intent: TradeIntent): boolean {
    if (intent.purpose !== "exit") return false;
    const price = intent.buy.notional / intent.buy.quantity;
    return [intent.buy, intent.sell].every((leg) => {
      const before = this.world.position(leg.instrument);
      const change = bookingOf(leg).quantity * price;
      return before * change < 0 && Math.abs(change) <= Math.abs(before) * 1.1;
    });
  }

  #passedByOrder(leg: LegPlan, { buy }: TradeIntent, note: (limit: string, isKept: boolean) => void): void {
    const { limits, world } = this;
    const { instrument, side, quantity, notional, capTicks } = leg;
    const market = world.markets[instrument.id]!;
    const size = leg.lots * instrument.lot.size * instrument.baseFactor;
    note("order", Math.abs(size / quantity - 1) < 0.01);
    note("maxNotional", within(quantity * buy.notional / buy.quantity, limits.maxNotional));
    note("book", market.isThere && market.isUsable);
    note("maxBookAgeMs", within(market.ageMs, limits.maxBookAgeMs));
    note("maxClockErrorMs", within(world.clockErrors[instrument.exchange], limits.maxClockErrorMs));
    const cap = capTicks * instrument.tick.size, average = notional / quantity;
    const worse = side === "buy" ? cap / average - 1 : 1 - cap / average;
    note("maxSlippageBps", within(worse * 10_000, limits.maxSlippageBps));
    note("maxDeviationBps", within(Math.abs(cap / market.fair - 1) * 10_000, limits.maxDeviationBps));
  }

  #passedByOpening(intent: TradeIntent, note: (limit: string, isKept: boolean) => void): void {
    const { limits, world } = this;
    const { buy, sell } = intent;
    const { scopes, forgiven } = replayed(this.events, this.now, limits);
    const { base } = buy.instrument;
    const touched = ["all", base, buy.instrument.exchange, sell.instrument.exchange];
    note("kill switch", !this.kill.isEngaged);
    note("breaker", !touched.some((scope) => scopes.has(scope)));
    note("maxDailyLoss", forgiven - world.dayPnl < limits.maxDailyLoss);
    note("maxOpenExecutions", world.openExecutions + 1 <= limits.maxOpenExecutions);
    const bought = bookingOf(buy), sold = bookingOf(sell);
    for (const missing of [bought, sold]) {
      const exposure = Math.abs(world.exposure(base, [missing]));
      note("maxExposure", within(exposure, limits.maxExposure * 1.01));
    }
    const largest = Math.max(buy.quantity, sell.quantity);
    const loss = (buy.capTicks * buy.instrument.tick.size - sell.capTicks * sell.instrument.tick.size) *
      largest;
    note("maxSingleLoss", within(loss, limits.maxSingleLoss));
    for (const { instrument, side } of [buy, sell]) this.#passedByMarket(instrument, side, note);
    this.#passedByHolding([bought, sold], note);
  }

  #passedByMarket(
    instrument: LegPlan["instrument"],
    side: string,
    note: (limit: string, isKept: boolean) => void,
  ): void {
    const { limits, world } = this;
    const market = world.markets[instrument.id]!;
    if (!market.isThere || !market.isUsable) return;
    note("maxSpreadBps", within(market.spread * 10_000, limits.maxSpreadBps));
    const levels = world.levels(instrument, side === "buy" ? "asks" : "bids");
    const near = levels.filter(([price]) => Math.abs(price / levels[0]![0] - 1) <= 0.01);
    const depth = near.reduce((sum, [price, size]) => sum + price * size * instrument.baseFactor, 0);
    note("minDepthNotional", depth >= limits.minDepthNotional);
    note("maxVolatilityBps", within(market.volatilityBps, limits.maxVolatilityBps));
  }

  /** What is held when both legs are filled. What shrinks may stay above its limit. */
  #passedByHolding(trade: readonly Booking[], note: (limit: string, isKept: boolean) => void): void {
    const { limits, world } = this;
    // The gate values a trade at the price that is paid, the world at the middle.
    const kept = (after: number, before: number, bound: number): boolean =>
      !Number.isNaN(after) && (within(after, bound * 1.01) || within(after, before * 1.01));
    for (const { instrument } of trade) {
      const { exchange } = instrument;
      const position = Math.abs(world.position(instrument, trade));
      note(
        "maxPositionNotional",
        kept(position, Math.abs(world.position(instrument)), limits.maxPositionNotional),
      );
      note(
        "maxExchangeNotional",
        kept(world.onVenue(exchange, trade), world.onVenue(exchange), limits.maxExchangeNotional),
      );
    }
    note("maxTotalNotional", kept(world.total(trade), world.total(), limits.maxTotalNotional));
  }

  /** Limits that may be named although the trade would keep them by the other leg's help: each leg counts alone. */
  mayBeNamed(intent: TradeIntent): Set<string> {
    const { limits, world } = this;
    const found = this.passed(intent);
    const { buy, sell } = intent;
    const values = [buy, sell].map(({ notional }) => notional * 1.02);
    const larger = Math.max(...values);
    const { base } = buy.instrument;
    if (!(Math.abs(world.exposure(base)) + larger <= limits.maxExposure)) found.add("maxExposure");
    if (!(world.total() + values[0]! + values[1]! <= limits.maxTotalNotional)) found.add("maxTotalNotional");
    for (const { instrument } of [buy, sell]) {
      const onVenue = world.onVenue(instrument.exchange) + larger;
      if (!(onVenue <= limits.maxExchangeNotional)) found.add("maxExchangeNotional");
      const position = Math.abs(world.position(instrument, [bookingOf(buy), bookingOf(sell)])) * 1.02;
      if (!(position <= limits.maxPositionNotional)) found.add("maxPositionNotional");
    }
    return found;
  }
}

/** What can happen. */
type Step = (session: Session) => void;

const route = fc.nat();
const rarely = (value: number, usual: number): fc.Arbitrary<number> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(value) });

const answers = new Map<string, number>();

const trade: fc.Arbitrary<Step> = fc.record({
  route,
  coin: fc.constantFrom("BTC", "HYPE", "HYPE", "HYPE", "HYPE", "LUNC"),
  purpose: fc.constantFrom<("enter" | "exit")[]>("enter", "enter", "enter", "exit"),
  notional: fc.oneof(
    fc.constantFrom(100, 400, 800, 990),
    fc.constantFrom(900, 1_000, 1_030, 1_400),
  ),
  capBps: fc.constantFrom(-2, 3, 5, 20, 45, 55, 120),
  sellShare: fc.constantFrom(1, 1, 1, 1, 1.3, 0.7),
  flaw: fc.constantFrom(...Array.from({ length: 18 }, () => "none"), "buy", "sell"),
  fills: fc.constantFrom("both", "both", "both", "buy", "buy", "sell", "sell", "none"),
}).map(({ route, coin, fills, flaw, ...shape }) => (session) => {
  const { world, gate } = session;
  const routes = world.routes.filter(({ buy }) => buy.base === coin);
  const planned = intentOf(
    world,
    routes[route % routes.length]!,
    shape,
  );
  // Twice the lots of what the rest of the order says.
  const flawed = (leg: LegPlan): LegPlan => ({ ...leg, lots: leg.lots * (flaw === leg.side ? 2 : 1) });
  const intent = { ...planned, buy: flawed(planned.buy), sell: flawed(planned.sell) };
  const passed = session.passed(intent);
  const may = session.mayBeNamed(intent);
  const refusal = gate.check(intent, world.view);
  const answer = refusal?.limit ?? `${intent.purpose} allowed`;
  answers.set(answer, (answers.get(answer) ?? 0) + 1);
  if (refusal !== undefined) {
    assert(may.has(refusal.limit), `${refusal.message}\nbut only these were passed: ${[...may].join(", ")}`);
    return;
  }
  assertEquals([...passed], [], `allowed ${JSON.stringify(shape)} on ${intent.buy.instrument.exchange}`);
  gate.ordersSent(2);
  session.events.push({ kind: "sent", at: session.now, count: 2 });
  world.openExecutions += 1;
  if (fills === "both" || fills === "buy") world.bookings.push(bookingOf(intent.buy));
  if (fills === "both" || fills === "sell") world.bookings.push(bookingOf(intent.sell));
});

const end: fc.Arbitrary<Step> = fc.record({
  base: fc.constantFrom("BTC", "HYPE", "LUNC"),
  profit: fc.constantFrom(0.5, 1, -1, -15, -19, -25, NaN),
  isClean: fc.boolean(),
}).map((ended) => (session) => {
  const { world, gate, events } = session;
  if (world.openExecutions > 0) world.openExecutions -= 1;
  if (!Number.isNaN(ended.profit)) world.dayPnl += ended.profit;
  gate.executionEnded(ended);
  events.push({ kind: "end", at: session.now, ...ended });
});

const review: Step = ({ gate, world, events, now }) => {
  gate.review(world.view);
  events.push({ kind: "review", at: now, pnl: world.dayPnl });
};

const pass: fc.Arbitrary<Step> = fc.constantFrom(10, 200, 700, 1_000, 1_500, 6_000, 40_000).map(
  (ms) => (session) => {
    const { world } = session;
    const day = Math.floor(session.now / 86_400_000);
    world.advance(ms);
    if (Math.floor(session.now / 86_400_000) !== day) world.dayPnl = 0;
    review(session);
  },
);

/** Something about an instrument changes, mostly to what it usually is. */
const change: fc.Arbitrary<Step> = fc.record({
  id: fc.nat(8),
  values: fc.oneof(
    fc.constant<Partial<Market>>({}),
    fc.constantFrom<Partial<Market>>(
      { spread: 0.005 },
      { bidNotional: 100 },
      { askNotional: 100 },
      { isUsable: false },
      { isThere: false },
      { ageMs: 1_500 },
      { ageMs: NaN },
      { volatilityBps: 300 },
      { volatilityBps: NaN },
      { fair: NaN },
      { fair: 0 },
    ),
  ),
  fairShare: rarely(1.05, 1),
  middleShare: fc.constantFrom(1, 1, 1.004, 0.99),
}).map(({ id, values, fairShare, middleShare }) => ({ world }) => {
  const price = { BTC: 50_000, HYPE: 40, LUNC: 0.00005 }[world.instruments[id]!.base]!;
  const usual = {
    spread: 0.001,
    bidNotional: 1_000,
    askNotional: 1_000,
    isUsable: true,
    isThere: true,
    ageMs: 10,
  };
  const rest = { volatilityBps: 20, fair: price * fairShare, middle: price * middleShare };
  Object.assign(world.markets[id]!, usual, rest, values);
});

const heal: Step = ({ world }) => {
  for (const market of world.markets) {
    const usual = {
      spread: 0.001,
      bidNotional: 1_000,
      askNotional: 1_000,
      isUsable: true,
      isThere: true,
      ageMs: 10,
    };
    Object.assign(market, usual, { volatilityBps: 20, fair: market.middle });
  }
  Object.assign(world.clockErrors, { MEXC_SPOT: 5, GATEIO_SPOT: 5, GATEIO_FUTURES: 5 });
  world.unknownCoins.clear();
  if (Number.isNaN(world.dayPnl)) world.dayPnl = 0;
};

const clockError: fc.Arbitrary<Step> = fc.record({
  exchange: fc.constantFrom("MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"),
  error: fc.constantFrom(5, 5, 300, NaN, Infinity),
}).map(({ exchange, error }) => ({ world }) => {
  world.clockErrors[exchange as "MEXC_SPOT"] = error;
});

const measured: fc.Arbitrary<Step> = fc.record({ id: fc.nat(8), bps: fc.constantFrom(10, 50, 250) })
  .map(({ id, bps }) => ({ world, gate, events, now }) => {
    const instrument = world.instruments[id]!;
    gate.volatilityMeasured(instrument, bps);
    events.push({ kind: "measured", at: now, base: instrument.base, bps });
  });

const reset: fc.Arbitrary<Step> = fc.constantFrom("daily loss", "single loss", "failures", "volatility").map(
  (name) => ({ gate, events, now }) => {
    gate.breakers.reset(name);
    events.push({ kind: "reset", at: now, name });
  },
);

const other: fc.Arbitrary<Step> = fc.constantFrom<Step[]>(
  ({ kill }) => kill.engage("test", "api"),
  ({ kill }) => kill.reset("api"),
  ({ kill }) => kill.reset("api"),
  ({ world }) => world.unknownCoins.add("HYPE"),
  ({ world }) => world.dayPnl -= 60,
  ({ world }) => world.dayPnl += 60,
  ({ world }) => world.dayPnl = NaN,
  ({ world }) => world.bookings.length = 0,
  (session) => session.limits = { ...session.limits, maxNotional: 950 },
  review,
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 30, arbitrary: trade },
  { weight: 9, arbitrary: end },
  { weight: 10, arbitrary: pass },
  { weight: 6, arbitrary: change },
  { weight: 4, arbitrary: fc.constant(heal) },
  { weight: 1, arbitrary: clockError },
  { weight: 1, arbitrary: measured },
  { weight: 2, arbitrary: reset },
  { weight: 2, arbitrary: other },
);

Deno.test("No sequence of trades passes a limit, and what is refused would have passed the limit that is named", () => {
  answers.clear();
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 120, size: "max" }), (steps) => {
      const session = new Session();
      for (const each of steps) each(session);
    }),
    { numRuns: 250 },
  );
  // A test that never meets a limit proves nothing about it.
  const limits: string[] = Object.keys(testLimits).filter((name) =>
    name !== "maxConsecutiveFailures" && name !== "breakerCooldownMs"
  );
  const expected = [...limits, "breaker", "kill switch", "book", "order", "enter allowed", "exit allowed"];
  assertEquals(expected.filter((name) => (answers.get(name) ?? 0) < 3), [], [...answers].join(" "));
});
