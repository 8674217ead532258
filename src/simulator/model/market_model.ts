/**
 * A market that invents itself: common prices, venues that follow them loosely, books that never stand still.
 * @module
 */
import { exchanges } from "../../core/exchange.ts";
import { listInstrument } from "../market/listing.ts";
import type { MarketSource, OpenMarket, SourceContext } from "../market/market_source.ts";
import { Basis, type BasisOptions, type BurstOptions } from "./basis.ts";
import { BookMaker } from "./book_maker.ts";
import { FairPrice } from "./fair_price.ts";
import { defaultAssets, type ModelAsset } from "./model_assets.ts";
import { ModelInstrument } from "./model_instrument.ts";
import { ModelMarket } from "./model_market.ts";

/** What can be chosen about a {@link MarketModel}. */
export interface MarketModelOptions {
  /** Default: {@link defaultAssets}. */
  readonly assets?: readonly ModelAsset[];
  /** Market events per second and instrument, mean of a Poisson process; 0 for a still market. Default 20. */
  readonly eventsPerSecond?: number;
  /** Levels a side of every book. Default 120, so that every published window is smaller than the book. */
  readonly levels?: number;
  /** Dislocations; any part overrides {@link defaultBursts}. */
  readonly bursts?: Partial<BurstOptions>;
}

/** One burst a minute and instrument of 40 to 160 bps, as high as those of the LUNC tape, for 1 to 5 s. */
export const defaultBursts: BurstOptions = {
  meanGapMs: 60_000,
  minBps: 40,
  maxBps: 160,
  minMs: 1000,
  maxMs: 5000,
};

/** Half of the mean difference that the tape shows, with opposite signs on the two venues, in basis points. */
const basisMean = { MEXC_SPOT: 2, GATEIO_SPOT: 0, GATEIO_FUTURES: -2 };
const fastReversion = { sd: 0.9, tauMs: 3000 };
const slowReversion = { sd: 2.9, tauMs: 300_000 };

/** The seeded market. The same seed gives the same market, event for event. */
export class MarketModel implements MarketSource {
  readonly #options: MarketModelOptions;

  constructor(options: MarketModelOptions = {}) {
    this.#options = options;
  }

  open(context: SourceContext): OpenMarket {
    const { assets = defaultAssets, eventsPerSecond = 20 } = this.#options;
    const members = assets.flatMap((asset) => this.#members(asset, context));
    return new ModelMarket(context.clock, members, 1000 / eventsPerSecond);
  }

  #members(asset: ModelAsset, { random, clock }: SourceContext): ModelInstrument[] {
    const fair = new FairPrice(random.fork(`fair ${asset.base}`), asset.price, asset.volatilityBps);
    const openedMs = Math.floor(clock.epochMs());
    return exchanges.flatMap(({ key }) => {
      const steps = asset.venues[key];
      if (steps === undefined) return [];
      const own = random.fork(`${key} ${asset.base}`);
      const instrument = listInstrument(
        { ...steps, exchange: key, base: asset.base, price: asset.price, openedMs },
        own,
      );
      const maker = new BookMaker(instrument, own.fork("book"), {
        ...asset,
        levels: this.#options.levels ?? 120,
      });
      const basis = new Basis(own.fork("basis"), this.#basisOptions(asset, basisMean[key]));
      const member = new ModelInstrument(instrument, fair, basis, maker, own.fork("events"));
      member.fill(openedMs);
      return [member];
    });
  }

  #basisOptions({ basisScale }: ModelAsset, mean: number): BasisOptions {
    return {
      mean: mean * basisScale,
      fast: { ...fastReversion, sd: fastReversion.sd * basisScale },
      slow: { ...slowReversion, sd: slowReversion.sd * basisScale },
      burst: { ...defaultBursts, ...this.#options.bursts },
    };
  }
}
