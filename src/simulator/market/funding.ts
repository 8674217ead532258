/**
 * Funding of perpetual contracts.
 * @module
 */
import type { SeededRandom } from "../../core/random.ts";

/** What a contract says about its funding. Ratios, not percent. */
export interface FundingTerms {
  /** `funding_interval`: seconds between two settlements, on the UTC grid; Gate.io has 28800, 14400 and 3600. */
  readonly intervalSeconds: number;
  /** `interest_rate`: interest of a day. */
  readonly interestRate: number;
  /** Farthest that interest moves the rate from the premium, for eight hours. */
  readonly interestBand: number;
  /** `funding_rate_limit`: largest rate of a settlement, either way. */
  readonly rateLimit: number;
  /** `funding_cap_ratio`, with the margins of the lowest risk tier that it refers to. */
  readonly capRatio: number;
  readonly leverageMax: number;
  readonly maintenanceRate: number;
}

/** The terms of a simulated contract. */
export const defaultFundingTerms: FundingTerms = {
  intervalSeconds: 28_800,
  interestRate: 0.0003,
  interestBand: 0.0005,
  rateLimit: 0.003,
  capRatio: 0.75,
  leverageMax: 50,
  maintenanceRate: 0.01,
};

/** One settled rate. */
export interface FundingPoint {
  /** Unix seconds of the settlement. */
  readonly timeSeconds: number;
  /** Ratio of the position value, as text with six decimals; positive when longs pay shorts. */
  readonly rate: string;
}

/** A settlement as it happens. */
export interface FundingSettlement extends FundingPoint {
  /** Price in quote at which positions are valued. */
  readonly markPrice: number;
}

/** Hears of settlements at their second. */
export type FundingListener = (settlement: FundingSettlement) => void;

/** Rates that venues answer with: 180 days back, and never more than this many. */
const keptRates = 1000;
const keptSeconds = 180 * 86_400;
const baseIntervalSeconds = 28_800;
/** Premiums of the time before the run: their mean, where the interest band ends, and spread. */
const pastMean = -0.00045;
const pastDeviation = 0.00015;
/** Share of a past premium that the next one keeps, and how many count. */
const pastMemory = 0.8;
const pastTerms = 16;

/**
 * The rate of a contract follows its premium over the index. Gate.io's formula since 27 May 2026 (announcement of
 * the funding algorithm upgrade): clamp([P + clamp(I − P, −0.05 %, +0.05 %)] / (8 / N), limits), where P is the
 * time-weighted average premium since the last settlement, I the interest of eight hours and N the interval in
 * hours; `funding_cap_ratio` bounds it as well. The premium is that of the mid, not of Gate.io's impact prices.
 */
export class FundingSchedule {
  readonly #terms: FundingTerms;
  readonly #random: SeededRandom;
  readonly #settled: FundingPoint[] = [];
  readonly #listeners = new Set<FundingListener>();
  /** Settlement that the sums below lead up to, in Unix seconds. */
  #period = 0;
  /** Premium times the milliseconds for which it stood. */
  #premiumSum = 0;
  #weightMs = 0;
  #premium = 0;
  #sampledMs = 0;

  /** @param random A stream of its own for the contract. */
  constructor(random: SeededRandom, terms: Partial<FundingTerms> = {}) {
    this.#random = random;
    this.#terms = { ...defaultFundingTerms, ...terms };
  }

  /** What the contract says about its funding. */
  get terms(): FundingTerms {
    return this.#terms;
  }

  /** Seconds between two settlements. */
  get intervalSeconds(): number {
    return this.#terms.intervalSeconds;
  }

  /** Unix seconds of the first settlement after `nowMs`. */
  nextSettlement(nowMs: number): number {
    return (Math.floor(nowMs / 1000 / this.intervalSeconds) + 1) * this.intervalSeconds;
  }

  /** Takes note of the premium: (price − index) / index. It stands until the next is noted. */
  sample(nowMs: number, premium: number): void {
    if (this.#period === 0) this.#begin(this.nextSettlement(nowMs), nowMs);
    this.#weigh(nowMs);
    this.#premium = premium;
  }

  /** Rate of the next settlement as it stands now, as text with six decimals. */
  indicative(nowMs: number): string {
    return this.#text(this.#average(nowMs));
  }

  /**
   * Settles: the rate of this settlement is fixed, the average begins again, and the listeners hear of it.
   *
   * @param settlementSeconds Unix seconds on the grid, now or just past.
   * @param markPrice Price in quote at which positions are valued.
   */
  settle(settlementSeconds: number, markPrice: number): FundingSettlement {
    const atMs = settlementSeconds * 1000;
    if (this.#period === 0) this.#begin(settlementSeconds, atMs);
    const settlement = { timeSeconds: settlementSeconds, rate: this.indicative(atMs), markPrice };
    this.#settled.push({ timeSeconds: settlementSeconds, rate: settlement.rate });
    if (this.#settled.length > keptRates) this.#settled.shift();
    this.#period = settlementSeconds + this.intervalSeconds;
    this.#premiumSum = 0;
    this.#weightMs = 0;
    this.#sampledMs = atMs;
    for (const listener of this.#listeners) listener(settlement);
    return settlement;
  }

  /** Rate of a settlement of the past, as it was settled or, before the run, as it is remembered. */
  rateAt(settlementSeconds: number): string {
    const settled = this.#settled.findLast((point) => point.timeSeconds === settlementSeconds);
    return settled?.rate ?? this.#text(this.#pastPremium(settlementSeconds));
  }

  /** The latest settlements up to `nowMs`, newest first: at most `limit`, 1,000 or those of 180 days. */
  history(nowMs: number, limit: number): FundingPoint[] {
    const latest = this.nextSettlement(nowMs) - this.intervalSeconds;
    const known = Math.min(limit, keptRates, Math.floor(keptSeconds / this.intervalSeconds));
    const oldest = latest - (known - 1) * this.intervalSeconds;
    const rates = new Map(this.#settled.map(({ timeSeconds, rate }) => [timeSeconds, rate]));
    const points: FundingPoint[] = [];
    for (const { timeSeconds, premium } of this.#pastPremiums(oldest, latest)) {
      points.push({ timeSeconds, rate: rates.get(timeSeconds) ?? this.#text(premium) });
    }
    return points.reverse();
  }

  /** Calls `listener` at every settlement. Returns what ends that. */
  onSettlement(listener: FundingListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Begins in the middle of an interval: the time before counts with a premium like those of the past. */
  #begin(period: number, nowMs: number): void {
    this.#period = period;
    this.#premium = this.#pastPremium(period);
    this.#sampledMs = (period - this.intervalSeconds) * 1000;
    this.#weigh(nowMs);
  }

  #weigh(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#sampledMs);
    this.#premiumSum += this.#premium * elapsedMs;
    this.#weightMs += elapsedMs;
    this.#sampledMs = Math.max(this.#sampledMs, nowMs);
  }

  /** Average premium since the last settlement. */
  #average(nowMs: number): number {
    if (this.#period === 0) return this.#pastPremium(this.nextSettlement(nowMs));
    const sinceMs = Math.max(0, nowMs - this.#sampledMs);
    const weightMs = this.#weightMs + sinceMs;
    return weightMs === 0 ? this.#premium : (this.#premiumSum + this.#premium * sinceMs) / weightMs;
  }

  #text(premium: number): string {
    const text = rateOf(premium, this.#terms).toFixed(6);
    return text === "-0.000000" ? "0.000000" : text;
  }

  #pastPremium(settlementSeconds: number): number {
    return this.#pastPremiums(settlementSeconds, settlementSeconds)[0]!.premium;
  }

  /** Average premiums of settlements before the run, oldest first: they depend on the seed and their time only. */
  #pastPremiums(fromSeconds: number, toSeconds: number): { timeSeconds: number; premium: number }[] {
    const premiums: { timeSeconds: number; premium: number }[] = [];
    const draws: number[] = [];
    const first = fromSeconds - (pastTerms - 1) * this.intervalSeconds;
    for (let timeSeconds = first; timeSeconds <= toSeconds; timeSeconds += this.intervalSeconds) {
      draws.unshift(this.#random.fork(`funding ${timeSeconds}`).normal());
      draws.length = Math.min(draws.length, pastTerms);
      if (timeSeconds < fromSeconds) continue;
      const deviation = draws.reduce((sum, draw, age) => sum + pastMemory ** age * draw, 0);
      const scale = pastDeviation * Math.sqrt(1 - pastMemory ** 2);
      premiums.push({ timeSeconds, premium: pastMean + scale * deviation });
    }
    return premiums;
  }
}

/** Rate of a settlement from the average premium before it; the formula is that of {@link FundingSchedule}. */
export function rateOf(premium: number, terms: FundingTerms): number {
  const { intervalSeconds, interestRate, interestBand } = terms;
  const interest = interestRate * baseIntervalSeconds / 86_400;
  const pull = Math.min(interestBand, Math.max(-interestBand, interest - premium));
  const limit = Math.min(
    terms.rateLimit,
    (1 / terms.leverageMax - terms.maintenanceRate) * terms.capRatio,
  );
  const rate = (premium + pull) * intervalSeconds / baseIntervalSeconds;
  return Math.min(limit, Math.max(-limit, rate));
}
