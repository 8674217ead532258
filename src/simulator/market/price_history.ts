/**
 * Invented prices of the time before a run.
 * @module
 */
import type { SeededRandom } from "../../core/random.ts";
import type { InstrumentSpec } from "../../core/instrument.ts";
import { candleTiers } from "./candle.ts";
import type { CandleRow } from "./candle_ring.ts";

/** How far back an instrument has prices, in days. */
export const historyDays = 730;

/** Days by which a price deviates from its mean before half of it is forgotten are about 1 / (1 − this). */
const dailyMemory = 0.985;
const secondsPerDay = 86_400;
const coarsest = candleTiers.length - 1;
/** Expected range of a random walk in units of its standard deviation at the end. */
const rangePerDeviation = 1.6;

/** What the past of an instrument is made from. */
export interface PriceHistoryOptions {
  readonly spec: InstrumentSpec;
  /** A stream for prices, which the venues of one asset may share. */
  readonly prices: SeededRandom;
  /** A stream of its own for turnovers. */
  readonly turnovers: SeededRandom;
  /** Epoch milliseconds at which the run begins and the past ends. */
  readonly openedMs: number;
  /** Price in ticks at that moment. */
  readonly tick: number;
  /** Standard deviation of the price change within one second, in basis points. */
  readonly volatilityBps: number;
  /** Typical turnover of a day in lots. */
  readonly dayLots: number;
}

/** One window of the past; prices relative to the beginning of the last day, not yet in ticks. */
interface Window {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly lots: number;
}

/**
 * Windows of every kept length from two years ago up to the moment at which the run begins. A day is divided into
 * half hours, those into five minutes and so on, each time by a random walk between the known open and close that
 * stays within the known high and low; so the finer windows add up to the coarser ones, and nothing has to be
 * kept: a window depends on the seed and its own time only. The last price is the first price of the run.
 */
export class PriceHistory {
  readonly #options: PriceHistoryOptions;
  readonly #openedSecond: number;
  readonly #lastDay: number;
  readonly #quotePerTickLot: number;
  /** Open of each day, the last day first, as far back as was asked for, and what the next one is drawn from. */
  readonly #opens: number[] = [];
  #openRandom: SeededRandom | undefined;
  #openDeviation = 0;
  #ticksPerUnit = 0;

  constructor(options: PriceHistoryOptions) {
    this.#options = options;
    this.#openedSecond = Math.floor(options.openedMs / 1000);
    this.#lastDay = Math.floor(this.#openedSecond / secondsPerDay);
    const { tick, lot, contractSize } = options.spec;
    this.#quotePerTickLot = tick.size * lot.size * contractSize.size;
  }

  /** Epoch milliseconds at which the past ends. */
  get openedMs(): number {
    return this.#options.openedMs;
  }

  /** Unix seconds of the first window of all. */
  get firstSecond(): number {
    return (this.#lastDay - historyDays) * secondsPerDay;
  }

  /**
   * Windows in the order of time. The one in which the run begins goes up to that moment.
   *
   * @param tierSeconds One of {@link candleTiers}.
   * @param fromSecond Unix seconds, inclusive.
   * @param toSecond Unix seconds, exclusive.
   */
  rows(tierSeconds: number, fromSecond: number, toSecond: number): CandleRow[] {
    const rows: CandleRow[] = [];
    const from = Math.max(fromSecond, this.firstSecond);
    const to = Math.min(toSecond, this.#openedSecond);
    const level = candleTiers.indexOf(tierSeconds);
    for (let day = Math.floor(from / secondsPerDay); day * secondsPerDay < to; day++) {
      this.#collect(coarsest, this.#day(day), day * secondsPerDay, { level, from, to, rows });
    }
    return rows;
  }

  #collect(
    level: number,
    window: Window,
    start: number,
    wanted: { level: number; from: number; to: number; rows: CandleRow[] },
  ): void {
    if (level === wanted.level) {
      const end = start + candleTiers[level]!;
      const known = end <= this.#openedSecond ? window : this.#beforeOpening(level, window, start);
      if (known !== undefined) wanted.rows.push(this.#row(known, start));
      return;
    }
    const seconds = candleTiers[level - 1]!;
    this.#split(level, window, start).forEach((part, index) => {
      const begin = start + index * seconds;
      if (begin + seconds > wanted.from && begin < wanted.to) this.#collect(level - 1, part, begin, wanted);
    });
  }

  /** What of a window lies before the run, or undefined when nothing does. */
  #beforeOpening(level: number, window: Window, start: number): Window | undefined {
    if (start + candleTiers[level]! <= this.#openedSecond) return window;
    if (start >= this.#openedSecond || level === 0) return undefined;
    let sum: Window | undefined;
    const seconds = candleTiers[level - 1]!;
    this.#split(level, window, start).forEach((part, index) => {
      const known = this.#beforeOpening(level - 1, part, start + index * seconds);
      if (known !== undefined) sum = sum === undefined ? known : joined(sum, known);
    });
    return sum;
  }

  #day(day: number): Window {
    const random = this.#options.prices.fork(`day ${day}`);
    const age = this.#lastDay - day;
    const deviation = this.#dailyDeviation;
    const open = this.#open(age);
    const close = age === 0 ? open * Math.exp(deviation * random.normal()) : this.#open(age - 1);
    const beyond = (): number => Math.exp(0.4 * deviation * Math.abs(random.normal()));
    const turnover = this.#options.dayLots *
      Math.exp(0.3 * this.#options.turnovers.fork(`day ${day}`).normal());
    return {
      open,
      close,
      high: Math.max(open, close) * beyond(),
      low: Math.min(open, close) / beyond(),
      lots: Math.max(1, Math.round(turnover)),
    };
  }

  get #dailyDeviation(): number {
    return this.#options.volatilityBps * 1e-4 * Math.sqrt(secondsPerDay);
  }

  /** Open of a day this many days before the last; opens are drawn backwards from that one, about which they stay. */
  #open(age: number): number {
    this.#openRandom ??= this.#options.prices.fork(`opens ${this.#lastDay}`);
    while (this.#opens.length <= age) {
      this.#opens.push(Math.exp(this.#openDeviation));
      const step = this.#dailyDeviation * this.#openRandom.normal();
      this.#openDeviation = this.#openDeviation * dailyMemory + step;
    }
    return this.#opens[age]!;
  }

  /** The parts of a window of the next finer length. */
  #split(level: number, window: Window, start: number): Window[] {
    const count = candleTiers[level]! / candleTiers[level - 1]!;
    const name = `${level} ${start}`;
    const random = this.#options.prices.fork(name);
    const lots = shares(window.lots, count, this.#options.turnovers.fork(name));
    // Where nothing was traded the price stands. A window without trades has no parts with any: it is flat itself.
    const active = Math.max(1, lots.filter((share) => share > 0).length);
    const points = walk(window, active, random);
    const peak = indexOfBest(points, (a, b) => a > b);
    const trough = indexOfBest(points, (a, b) => a < b);
    const stray = (window.high - window.low) / (rangePerDeviation * Math.sqrt(active)) * 0.6;
    const parts: Window[] = [];
    let done = 0;
    for (const share of lots) {
      const open = points[done]!;
      if (share === 0) {
        parts.push({ open, high: open, low: open, close: open, lots: 0 });
        continue;
      }
      const close = points[done + 1]!;
      const high = Math.max(open, close) + stray * random.uniform();
      const low = Math.min(open, close) - stray * random.uniform();
      parts.push({
        open,
        close,
        high: peak === done ? window.high : Math.min(window.high, high),
        low: trough === done ? window.low : Math.max(window.low, low),
        lots: share,
      });
      done += 1;
    }
    return parts;
  }

  #row(window: Window, second: number): CandleRow {
    if (this.#ticksPerUnit === 0) {
      const start = this.#lastDay * secondsPerDay;
      const day = this.#day(this.#lastDay);
      const last = this.#beforeOpening(coarsest, day, start)?.close ?? day.open;
      this.#ticksPerUnit = this.#options.tick / last;
    }
    const ticks = (price: number): number => Math.max(1, Math.round(price * this.#ticksPerUnit));
    const [open, high, low, close] = [
      ticks(window.open),
      ticks(window.high),
      ticks(window.low),
      ticks(window.close),
    ];
    const quote = window.lots * this.#quotePerTickLot * (open + high + low + close) / 4;
    return { second, open, high, low, close, lots: window.lots, quote };
  }
}

function joined(first: Window, next: Window): Window {
  return {
    open: first.open,
    high: Math.max(first.high, next.high),
    low: Math.min(first.low, next.low),
    close: next.close,
    lots: first.lots + next.lots,
  };
}

/** Divides whole lots at random; everybody gets some when there are enough. */
function shares(lots: number, count: number, random: SeededRandom): number[] {
  const least = lots >= count ? 1 : 0;
  const free = lots - least * count;
  const weights = Array.from({ length: count }, () => 0.3 + random.exponential(0.7));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let passed = 0;
  let given = 0;
  return weights.map((weight) => {
    passed += weight;
    const upTo = Math.min(free, Math.round(free * passed / total));
    const share = upTo - given;
    given = upTo;
    return least + share;
  });
}

/** A random walk of `count` steps from the open to the close of a window that does not leave its range. */
function walk({ open, high, low, close }: Window, count: number, random: SeededRandom): number[] {
  const deviation = (high - low) / (rangePerDeviation * Math.sqrt(count));
  const steps: number[] = [0];
  for (let index = 0; index < count; index++) steps.push(steps[index]! + deviation * random.normal());
  const end = steps[count]!;
  return steps.map((step, index) => {
    if (index === 0) return open;
    if (index === count) return close;
    const point = open + (close - open) * index / count + step - end * index / count;
    const inside = point > high ? 2 * high - point : point < low ? 2 * low - point : point;
    return Math.min(high, Math.max(low, inside));
  });
}

/** The step of a walk that touches its best point. */
function indexOfBest(points: readonly number[], better: (a: number, b: number) => boolean): number {
  let best = 0;
  points.forEach((point, index) => {
    if (better(point, points[best]!)) best = index;
  });
  return Math.min(best, points.length - 2);
}
