/**
 * The contracts of the simulated Gate.io futures and their prices.
 * @module
 */
import type { FundingSchedule } from "../market/funding.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { FuturesEngine } from "../trading/futures_contract.ts";
import { stampMs, type VenueContext } from "../venue_context.ts";
import { gateRestErrors } from "./gate_errors.ts";

/** Share of a day's turnover that is held open by others than the users. Invented. */
const openShare = 0.4;

/** What everything on this market looks up. */
export class FuturesMarket {
  readonly context: VenueContext;
  readonly engine: FuturesEngine | undefined;
  readonly #openLots = new Map<MarketInstrument, number>();

  /** @param engine Knows mark prices and liquidations; without it the market is public data only. */
  constructor(context: VenueContext, engine?: FuturesEngine) {
    this.context = context;
    this.engine = engine;
  }

  /** The venue's clock: whole epoch milliseconds. */
  get nowMs(): number {
    return stampMs(this.context.clock);
  }

  /** All contracts, delisted ones too. */
  get all(): MarketInstrument[] {
    return [...this.context.instruments.values()];
  }

  /** The contracts that are not delisted. */
  get listed(): MarketInstrument[] {
    return this.all.filter(({ listing }) => listing.status !== "delisted");
  }

  /** A contract. @throws {GateRestError} CONTRACT_NOT_FOUND. */
  instrument(name: string): MarketInstrument {
    const instrument = this.context.instruments.get(name);
    if (instrument === undefined) throw gateRestErrors.contractNotFound();
    return instrument;
  }

  /** The funding of a contract. @throws {GateRestError} CONTRACT_NOT_FOUND when it is not perpetual. */
  funding(instrument: MarketInstrument): FundingSchedule {
    if (instrument.funding === undefined) throw gateRestErrors.contractNotFound();
    return instrument.funding;
  }

  /** Mark price in quote: the engine's, else the middle of the book, else the last price. */
  mark(instrument: MarketInstrument): number {
    const mark = this.engine?.markPrice(instrument) ?? instrument.mid;
    return Number.isFinite(mark) ? mark : instrument.spec.tick.value(instrument.statistics.lastTick);
  }

  /** Open interest in lots: an invented share of the first day's turnover. */
  openLots(instrument: MarketInstrument): number {
    let lots = this.#openLots.get(instrument);
    if (lots === undefined) {
      lots = Math.floor(instrument.statistics.volumeLots * openShare);
      this.#openLots.set(instrument, lots);
    }
    return lots;
  }
}
