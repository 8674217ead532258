/**
 * What happens in an episode, all of it drawn from its seed.
 * @module
 */
import type { ExchangeKey } from "../../../src/core/exchange.ts";
import { SeededRandom } from "../../../src/core/random.ts";
import type { RiskLimits } from "../../../src/execution/risk/risk_limits.ts";
import { symbolOf } from "../../../src/simulator/market/listing.ts";
import type { FaultRule, LatencyProfile, LatencySpec } from "../../../src/simulator/mod.ts";
import { between, chance, logBetween, pick } from "./drawing.ts";
import type { Death } from "./engine_life.ts";
import { episodeCoins } from "./episode_market.ts";
import { drawFaults } from "./fault_plan.ts";

/** How a process of the engine ends, and how long it is away. */
export interface CrashPlan extends Death {
  /** Milliseconds of its life after which it dies, if nothing of the above has come first. */
  readonly afterMs: number;
  /** Milliseconds until the next one is started. */
  readonly downMs: number;
  /** Whether it is asked to end after its time instead, and has two seconds for it. */
  readonly isAsked?: boolean;
}

/** An episode before it begins. */
export interface EpisodePlan {
  readonly seed: number;
  readonly coins: readonly string[];
  /** Epoch milliseconds at which it begins. */
  readonly startMs: number;
  /** Whether funding is settled meanwhile. */
  readonly hasFunding: boolean;
  /** Simulated milliseconds in which intents come and faults begin. */
  readonly tradingMs: number;
  /** Mean time between two intents, milliseconds. */
  readonly intentGapMs: number;
  /** Largest value of an intent in quote. */
  readonly maxNotional: number;
  /** Limits of the engine. */
  readonly limits: RiskLimits;
  readonly latency: LatencyProfile;
  /** Mean delay of the books, milliseconds. */
  readonly bookLagMs: number;
  /** First deposits by venue: coin to decimal text. */
  readonly deposits: Readonly<Record<ExchangeKey, Readonly<Record<string, string>>>>;
  readonly faults: readonly FaultRule[];
  /** Milliseconds after which somebody engages the kill switch; undefined for never. */
  readonly killAtMs: number | undefined;
  /** Milliseconds after which somebody deposits coins; undefined for never. */
  readonly depositAtMs: number | undefined;
  /** One for each process but the last. */
  readonly crashes: readonly CrashPlan[];
}

/** A settlement of funding, epoch milliseconds. */
const settlementMs = Date.UTC(2026, 0, 2, 8);
/** Units of each coin that are worth about a dollar. */
const unitsPerDollar: Readonly<Record<string, number>> = { DOGE: 6, HYPE: 0.014, LUNC: 28_000 };

/** Draws the episode of a seed. */
export function drawPlan(seed: number): EpisodePlan {
  const random = new SeededRandom(seed).fork("plan");
  const coins = chance(random, 0.6)
    ? [pick(random, episodeCoins)]
    : episodeCoins.filter(() => chance(random, 0.66));
  const chosen = coins.length === 0 ? [episodeCoins[0]] : coins;
  const maxNotional = logBetween(random, 20, 500);
  const tradingMs = Math.floor(between(random, 5_000, 20_000));
  const hasFunding = chance(random, 0.15);
  return {
    seed,
    coins: chosen,
    startMs: hasFunding
      ? settlementMs - Math.floor(between(random, 3_000, tradingMs))
      : settlementMs + 600_000,
    hasFunding,
    tradingMs,
    intentGapMs: logBetween(random, 300, 3_000),
    maxNotional,
    limits: drawLimits(random.fork("limits"), maxNotional),
    latency: drawLatency(random.fork("latency")),
    bookLagMs: logBetween(random, 1, 200),
    deposits: drawDeposits(random.fork("deposits"), chosen),
    faults: drawFaults(random.fork("faults"), chosen, tradingMs, symbolOf),
    ...drawIncidents(random.fork("incidents"), tradingMs),
    crashes: drawCrashes(random.fork("crashes"), tradingMs),
  };
}

/** Mostly wide; those that bound what can be open at the venues are always there. */
function drawLimits(random: SeededRandom, maxNotional: number): RiskLimits {
  const tight = chance(random, 0.2);
  return {
    maxNotional: maxNotional * 1.2,
    maxPositionNotional: tight ? maxNotional * between(random, 1, 5) : 100_000,
    maxExchangeNotional: 200_000,
    maxTotalNotional: 200_000,
    maxExposure: maxNotional * between(random, 1.1, 2),
    maxDailyLoss: tight ? logBetween(random, 1, 100) : 10_000,
    maxSingleLoss: tight ? logBetween(random, 0.1, 10) : 1_000,
    maxSlippageBps: 300,
    maxDeviationBps: 1_000,
    maxOpenExecutions: 1 + Math.floor(random.uniform() * 3),
    maxOrdersPerSecond: tight ? 4 : 50,
    minDepthNotional: 1,
    maxSpreadBps: 500,
    maxVolatilityBps: 5_000,
    maxBookAgeMs: 3_000,
    maxClockErrorMs: 2_000,
    maxConsecutiveFailures: tight ? 3 : 1_000,
    breakerCooldownMs: 3_000,
  };
}

function drawLatency(random: SeededRandom): LatencyProfile {
  const way = (): LatencySpec =>
    chance(random, 0.7)
      ? { kind: "exponential", meanMs: logBetween(random, 1, 80) }
      : { kind: "lognormal", medianMs: logBetween(random, 2, 120), sigma: between(random, 0.5, 1.3) };
  return { feed: way(), orderEntry: way(), response: way() };
}

/** Mostly plenty; sometimes so little that orders are refused for want of it. */
function drawDeposits(random: SeededRandom, coins: readonly string[]): EpisodePlan["deposits"] {
  const scarce = chance(random, 0.15);
  const quote = (): string => (scarce ? logBetween(random, 20, 2_000) : 50_000).toFixed(2);
  const holdings = (): Record<string, string> =>
    Object.fromEntries(coins.map((coin) => {
      const dollars = scarce ? logBetween(random, 10, 1_000) : 20_000;
      return [coin, (dollars * unitsPerDollar[coin]!).toFixed(2)];
    }));
  const spot = (): Record<string, string> => ({ USDT: quote(), ...holdings() });
  return { MEXC_SPOT: spot(), GATEIO_SPOT: spot(), GATEIO_FUTURES: { USDT: quote() } };
}

function drawIncidents(
  random: SeededRandom,
  spanMs: number,
): Pick<EpisodePlan, "killAtMs" | "depositAtMs"> {
  const moment = (probability: number): number | undefined =>
    chance(random, probability) ? Math.floor(random.uniform() * spanMs) : undefined;
  return { killAtMs: moment(0.1), depositAtMs: moment(0.1) };
}

/** None in a quarter of the episodes, up to three in the others. */
function drawCrashes(random: SeededRandom, tradingMs: number): CrashPlan[] {
  const count = Math.floor(random.uniform() * 4);
  return Array.from({ length: count }, () => drawCrash(random, tradingMs / count));
}

function drawCrash(random: SeededRandom, spanMs: number): CrashPlan {
  const afterMs = Math.floor(spanMs * (0.2 + random.uniform()));
  const downMs = Math.floor(logBetween(random, 20, chance(random, 0.1) ? 60_000 : 4_000));
  const losesPower = chance(random, 0.15);
  const late = { afterMs: 2 * afterMs, downMs, losesPower };
  const kind = random.uniform();
  const count = 1 + Math.floor(random.exponential(15));
  if (kind < 0.4) {
    const kept = pick(random, ["nothing", "part", "all", "all"] as const);
    return { ...late, atAppend: { count, kept } };
  }
  if (kind < 0.6) return { ...late, atOrder: { count: Math.ceil(count / 3), sent: chance(random, 0.6) } };
  if (kind < 0.8) {
    const steps = Math.floor(logBetween(random, 1, 1_500));
    return { ...late, atStep: { count: steps, acted: chance(random, 0.5) } };
  }
  return { afterMs, downMs, losesPower, isAsked: !losesPower && chance(random, 0.5) };
}
