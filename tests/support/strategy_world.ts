/**
 * Everything that strategies look at, to be set by a test.
 * @module
 */
import { buildRoutes, type Route, type RouteUniverse } from "../../src/arbitrage/route.ts";
import type { StrategySettings } from "../../src/arbitrage/strategy_settings.ts";
import type { StrategyView } from "../../src/arbitrage/strategy_view.ts";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import type { FundingRateSnapshot } from "../../src/core/funding.ts";
import { type Instrument, type InstrumentSpec, InstrumentTable } from "../../src/core/instrument.ts";
import { flatPosition, type Position } from "../../src/core/position.ts";
import { baseQuantity } from "../../src/core/units.ts";
import { OrderBook } from "../../src/market/order_book.ts";
import { type Level, setBook } from "./books.ts";
import { testSpec } from "./instruments.ts";

/** The venues of a world, in the order of their instruments. */
export const worldVenues = ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"] as const;

/** Settings that let everything pass that brings anything. */
export const easySettings: StrategySettings = {
  minEdgeBps: 2,
  minProfit: 0,
  exitProfitBps: 2,
  slippageBps: 5,
  maxNotional: 1_000,
  maxPositionNotional: 5_000,
  inventory: { enabled: true, skewBps: 2, targetShare: 0.5 },
  basis: {
    enabled: true,
    minValueBps: 2,
    entryZ: 1,
    halfLifeMs: 600_000,
    maxHoldMs: 28_800_000,
    stopBps: 100,
  },
  carry: { enabled: true, minValueBps: 5, horizonMs: 86_400_000 },
};

/** HYPE on the three venues with books, balances, positions and funding. */
export class StrategyWorld implements StrategyView {
  epochMs = 1_767_225_600_000;
  readonly instruments = new InstrumentTable();
  readonly universe: RouteUniverse;
  readonly orderBooks: readonly OrderBook[];
  readonly balances = new Map<string, number>();
  readonly positions = new Map<string, Position>();
  fundingRate: FundingRateSnapshot | undefined;
  /** Venues whose books cannot be read. */
  readonly unreadable = new Set<ExchangeKey>();

  /** @param changes To the instruments of the three venues. */
  constructor(changes: readonly Partial<InstrumentSpec>[] = []) {
    worldVenues.forEach((exchange, index) =>
      this.instruments.add({ ...testSpec(exchange, "HYPE"), ...changes[index] })
    );
    this.universe = buildRoutes(this.instruments);
    this.orderBooks = this.instruments.all.map(({ id }) => new OrderBook(id));
  }

  /** The instrument of a venue. */
  of(exchange: ExchangeKey): Instrument {
    return this.instruments.ofExchange(exchange)[0]!;
  }

  /** The route that buys here and sells there. */
  route(buy: ExchangeKey, sell: ExchangeKey): Route {
    return this.universe.routes.find((route) => route.buy.exchange === buy && route.sell.exchange === sell)!;
  }

  /** Sets a venue's book. Sizes are in the venue's order unit. */
  book(exchange: ExchangeKey, bids: readonly Level[], asks: readonly Level[]): OrderBook {
    const book = this.orderBooks[this.of(exchange).id]!;
    setBook(book, bids, asks);
    return book;
  }

  /** One deep level a side. */
  quote(exchange: ExchangeKey, bid: number, ask: number, quantity = 1e6): OrderBook {
    return this.book(exchange, [[bid, quantity]], [[ask, quantity]]);
  }

  /** Sets what is free of a coin. */
  setFree(exchange: ExchangeKey, coin: string, amount: number): void {
    this.balances.set(`${exchange} ${coin}`, amount);
  }

  /** The same of everything everywhere. */
  setFreeEverywhere(quote: number, base: number): void {
    for (const exchange of worldVenues) {
      this.setFree(exchange, "USDT", quote);
      this.setFree(exchange, "HYPE", exchange === "GATEIO_FUTURES" ? 0 : base);
    }
  }

  /** Sets a position: `spot` for the coin, or the contract. */
  setPosition(market: "spot" | "perpetual", quantity: number, averageEntry = 100): void {
    this.positions.set(market, { ...flatPosition, quantity: baseQuantity(quantity), averageEntry });
  }

  /** Sets funding: the next settlement is so many milliseconds ahead. */
  setFunding(rate: number, aheadMs = 3_600_000, interval = 28_800_000): void {
    this.fundingRate = {
      instrument: this.of("GATEIO_FUTURES").id,
      rate,
      nextSettlement: this.epochMs + aheadMs,
      interval,
      time: this.epochMs,
    };
  }

  books(route: Route): { buy: OrderBook; sell: OrderBook } | undefined {
    if (this.unreadable.has(route.buy.exchange) || this.unreadable.has(route.sell.exchange)) return undefined;
    return { buy: this.orderBooks[route.buy.id]!, sell: this.orderBooks[route.sell.id]! };
  }

  position({ market }: Instrument): Position {
    return this.positions.get(market) ?? flatPosition;
  }

  free(exchange: ExchangeKey, coin: string): number {
    return this.balances.get(`${exchange} ${coin}`) ?? 0;
  }

  funding(): FundingRateSnapshot | undefined {
    return this.fundingRate;
  }
}
