/**
 * A market, an account and their history for tests of the risk gate. Everything is worked out anew from the history and
 * from plain lists each time, so that nothing is taken from the code under test.
 * @module
 */
import type { LegPlan, TradeIntent } from "../../src/arbitrage/trade_intent.ts";
import { buildRoutes, type Route } from "../../src/arbitrage/route.ts";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import { SimulatedClock } from "../../src/core/simulated_clock.ts";
import { baseQuantity, quoteAmount } from "../../src/core/units.ts";
import type { RiskLimits, RiskView } from "../../src/execution/risk/risk_gate.ts";
import type { OrderBook } from "../../src/market/order_book.ts";
import { bookOf, type Level } from "./books.ts";
import { testInstruments } from "./instruments.ts";

/** Limits that are small enough to be met often. */
export const testLimits: RiskLimits = {
  maxNotional: 1_000,
  maxPositionNotional: 1_900,
  maxExchangeNotional: 2_300,
  maxTotalNotional: 4_000,
  maxExposure: 2_000,
  maxDailyLoss: 100,
  maxSingleLoss: 20,
  maxSlippageBps: 50,
  maxDeviationBps: 300,
  maxOpenExecutions: 3,
  maxOrdersPerSecond: 6,
  minDepthNotional: 500,
  maxSpreadBps: 40,
  maxVolatilityBps: 200,
  maxBookAgeMs: 1_000,
  maxClockErrorMs: 250,
  maxConsecutiveFailures: 3,
  breakerCooldownMs: 5_000,
};

/** What is known of an instrument, as a test sets it. */
export interface Market {
  /** Middle of its book, quote per base. */
  middle: number;
  /** Distance of best bid and ask as a share of the middle. */
  spread: number;
  /** Value of each of the five levels of each side, 0.4 % apart, quote. */
  bidNotional: number;
  askNotional: number;
  isUsable: boolean;
  isThere: boolean;
  ageMs: number;
  volatilityBps: number;
  fair: number;
}

/** A change of a holding: base units of a coin on a venue. */
export interface Booking {
  readonly instrument: Instrument;
  readonly quantity: number;
}

const prices: Readonly<Record<string, number>> = { BTC: 50_000, HYPE: 40, LUNC: 0.00005 };

/** What trades are made in, and what has happened. */
export class RiskWorld {
  /** A minute before midnight, so that a day ends in many runs. */
  readonly clock = new SimulatedClock(Date.UTC(2026, 2, 1, 23, 59));
  readonly #table = testInstruments();
  readonly instruments = this.#table.all;
  readonly routes: readonly Route[] = buildRoutes(this.#table).routes;
  readonly markets: Market[] = this.instruments.map(({ base }) => ({
    middle: prices[base]!,
    spread: 0.001,
    bidNotional: 1_000,
    askNotional: 1_000,
    isUsable: true,
    isThere: true,
    ageMs: 10,
    volatilityBps: 20,
    fair: prices[base]!,
  }));
  readonly clockErrors: Record<ExchangeKey, number> = { MEXC_SPOT: 5, GATEIO_SPOT: 5, GATEIO_FUTURES: 5 };
  readonly bookings: Booking[] = [];
  /** Coins whose holdings nobody knows. */
  readonly unknownCoins = new Set<string>();
  dayPnl = 0;
  openExecutions = 0;

  /** Lets time pass. */
  advance(ms: number): void {
    let isOver = false;
    this.clock.setTimer(ms, () => isOver = true);
    while (!isOver) this.clock.step();
  }

  /** Signed value of what was traded of some instruments, at the middle of the first one's coin. */
  valueOf(accepts: (instrument: Instrument) => boolean, extra: readonly Booking[] = []): number {
    if (this.instruments.some((each) => accepts(each) && this.unknownCoins.has(each.base))) return NaN;
    let value = 0;
    for (const { instrument, quantity } of [...this.bookings, ...extra]) {
      if (accepts(instrument)) value += quantity * prices[instrument.base]!;
    }
    return value;
  }

  /** Position that a trade of an instrument changes: a coin is one on all spot venues. */
  position(instrument: Instrument, extra: readonly Booking[] = []): number {
    return this.valueOf(
      (other) =>
        other.base === instrument.base && other.market === instrument.market &&
        (instrument.market === "spot" || other === instrument),
      extra,
    );
  }

  /** Value held on a venue: each coin or contract without its sign. */
  onVenue(exchange: ExchangeKey, extra: readonly Booking[] = []): number {
    return this.instruments.filter((each) => each.exchange === exchange)
      .reduce((sum, each) => sum + Math.abs(this.valueOf((other) => other === each, extra)), 0);
  }

  /** All positions without their signs. */
  total(extra: readonly Booking[] = []): number {
    const oneOfEach = this.instruments.filter(({ exchange }) => exchange !== "GATEIO_SPOT");
    return oneOfEach.reduce((sum, each) => sum + Math.abs(this.position(each, extra)), 0);
  }

  /** What of a coin is not hedged. */
  exposure(base: string, extra: readonly Booking[] = []): number {
    return this.valueOf((other) => other.base === base, extra);
  }

  /** Levels of a side as lists, best first. */
  levels({ id, baseFactor }: Instrument, side: "bids" | "asks"): Level[] {
    const { middle, spread, askNotional, bidNotional } = this.markets[id]!;
    const [sign, notional] = side === "asks" ? [1, askNotional] : [-1, bidNotional];
    return Array.from({ length: 5 }, (_, depth): Level => {
      const price = middle * (1 + sign * (spread / 2 + depth * 0.004));
      return [price, notional / price / baseFactor];
    });
  }

  /** The book of an instrument; undefined when there is none. */
  book(instrument: Instrument): OrderBook | undefined {
    const { isThere, isUsable } = this.markets[instrument.id]!;
    if (!isThere) return undefined;
    const book = bookOf(
      instrument.id,
      this.levels(instrument, "bids"),
      this.levels(instrument, "asks"),
    );
    book.usable = isUsable;
    return book;
  }

  /** What the gate sees of all this. */
  get view(): RiskView {
    return {
      exposureNotional: (base) => this.exposure(base),
      positionNotional: (instrument) => this.position(instrument),
      venueNotional: (instrument) => this.valueOf((other) => other === instrument),
      exchangeNotional: (exchange) => this.onVenue(exchange),
      totalNotional: this.total(),
      dayPnl: this.dayPnl,
      openExecutions: this.openExecutions,
      fairPrice: ({ id }) => this.markets[id]!.fair,
      book: (instrument) => this.book(instrument),
      dataAgeMs: ({ id }) => this.markets[id]!.ageMs,
      clockErrorMs: (exchange) => this.clockErrors[exchange],
      volatilityBps: ({ id }) => this.markets[id]!.volatilityBps,
    };
  }
}

/** How a trade is to look. */
export interface TradeShape {
  readonly purpose: "enter" | "exit";
  /** Value of the buying order at the best price, quote. */
  readonly notional: number;
  /** How far each limit price is beyond the best price, basis points. */
  readonly capBps: number;
  /** Size of the selling order by that of the buying one; 1 when left out. */
  readonly sellShare?: number;
}

function leg(
  world: RiskWorld,
  instrument: Instrument,
  side: "buy" | "sell",
  base: number,
  capBps: number,
): LegPlan {
  const { middle, spread } = world.markets[instrument.id]!;
  const sign = side === "buy" ? 1 : -1;
  const best = middle * (1 + sign * spread / 2);
  const lots = Math.max(1, Math.round(base / instrument.baseFactor / instrument.lot.size));
  const quantity = instrument.lot.value(lots) * instrument.baseFactor;
  const cap = best * (1 + sign * capBps / 10_000) / instrument.tick.size;
  return {
    instrument,
    side,
    lots,
    quantity: baseQuantity(quantity),
    notional: quoteAmount(quantity * best),
    capTicks: side === "buy" ? Math.floor(cap) : Math.ceil(cap),
    reduceOnly: false,
  };
}

/** A trade on a route of the world. */
export function intentOf(world: RiskWorld, route: Route, shape: TradeShape): TradeIntent {
  const base = shape.notional / prices[route.buy.base]!;
  const buy = leg(world, route.buy, "buy", base, shape.capBps);
  const sell = leg(world, route.sell, "sell", base * (shape.sellShare ?? 1), shape.capBps);
  const none = quoteAmount(0);
  return {
    strategy: "basis",
    purpose: shape.purpose,
    opportunity: 0,
    route,
    buy,
    sell,
    quantity: sell.quantity,
    expected: {
      edge: none,
      fees: none,
      depthCost: none,
      funding: none,
      exit: none,
      missing: none,
      value: none,
    },
    reason: "test",
    seenAt: 0,
  };
}
