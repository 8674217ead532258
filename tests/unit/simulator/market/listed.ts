/**
 * Instruments and markets for tests, without venues around them.
 * @module
 */
import type { ExchangeKey } from "../../../../src/core/exchange.ts";
import { SeededRandom } from "../../../../src/core/random.ts";
import { SimulatedClock } from "../../../../src/core/simulated_clock.ts";
import { type Listing, listInstrument } from "../../../../src/simulator/market/listing.ts";
import type { MarketInstrument } from "../../../../src/simulator/market/market_instrument.ts";
import { findInstrument, type OpenMarket } from "../../../../src/simulator/market/market_source.ts";
import { MarketModel, type MarketModelOptions } from "../../../../src/simulator/model/market_model.ts";

/** 12 August 2026, 12:16 UTC. */
export const openedMs = 1_786_540_560_000;

/** An instrument with an empty book. */
export function listed(changes: Partial<Listing> = {}, seed = 1): MarketInstrument {
  return listInstrument({
    exchange: "GATEIO_FUTURES",
    base: "SOL",
    tick: "0.01",
    lot: "1",
    contractSize: "1",
    price: 155,
    openedMs,
    ...changes,
  }, new SeededRandom(seed));
}

/** Makes the crowd buy from itself. */
export function trade(instrument: MarketInstrument, tick: number, lots: number, timeMs: number): void {
  instrument.quote("ask", tick, lots, timeMs);
  instrument.take("bid", tick, lots, timeMs);
}

/** A model on a clock of its own. */
export class ModelBox {
  readonly clock = new SimulatedClock(openedMs);
  readonly market: OpenMarket;

  constructor(options: MarketModelOptions, seed = 1) {
    this.market = new MarketModel(options).open({ clock: this.clock, random: new SeededRandom(seed) });
  }

  /** Lets simulated time pass. */
  run(ms: number): void {
    const end = this.clock.epochMs() + ms;
    this.clock.setTimer(ms, () => {});
    while ((this.clock.nextDue ?? Infinity) <= end) this.clock.step();
  }

  /** The instrument with this name. */
  instrument(exchange: ExchangeKey, symbol: string): MarketInstrument {
    return findInstrument(this.market.instruments, exchange, symbol)!;
  }
}
