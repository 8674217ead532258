/**
 * A market that invents itself: common prices, venues that follow them loosely, books that never stand still.
 * @module
 */
import { ConfigError } from "../../core/errors.ts";
import { type ExchangeKey, exchanges } from "../../core/exchange.ts";
import type { ListingPlan } from "../market/listing_clock.ts";
import { type Listing, listInstrument } from "../market/listing.ts";
import type { MarketSource, OpenMarket, SourceContext } from "../market/market_source.ts";
import { MarketUpkeep } from "../market/market_upkeep.ts";
import { Basis, type BasisOptions, type BurstOptions } from "./basis.ts";
import { BookMaker, expectedTurnover } from "./book_maker.ts";
import { FairPrice } from "./fair_price.ts";
import { IndexOffset } from "./index_offset.ts";
import { type FactorOptions, MarketFactor } from "./market_factor.ts";
import { defaultAssets, type ModelAsset } from "./model_assets.ts";
import { ModelInstrument } from "./model_instrument.ts";
import { ModelMarket } from "./model_market.ts";

/** What can be chosen about a {@link MarketModel}. */
export interface MarketModelOptions {
  /** Default: {@link defaultAssets}. */
  readonly assets?: readonly ModelAsset[];
  /**
   * Market events per second and instrument, mean of a Poisson process, for an asset of full activity; 0 for a
   * still market. Default 20.
   */
  readonly eventsPerSecond?: number;
  /** Levels a side of every book. Default 120, so that every published window is smaller than the book. */
  readonly levels?: number;
  /** Dislocations; any part overrides {@link defaultBursts}. */
  readonly bursts?: Partial<BurstOptions>;
  /** Common causes of price changes, which assets follow with their betas. Default none: assets are independent. */
  readonly factors?: readonly FactorOptions[];
  /** How long each venue is behind the fair price, in milliseconds. Default 0 everywhere: nobody leads. */
  readonly lagMs?: Readonly<Partial<Record<ExchangeKey, number>>>;
  /** Halts and delistings. Default none. */
  readonly listings?: ListingPlan;
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

  /** @throws {ConfigError} when an asset follows a factor that is not among the options. */
  constructor(options: MarketModelOptions = {}) {
    this.#options = options;
    const names = new Set(options.factors?.map(({ name }) => name));
    for (const { base, betas } of options.assets ?? []) {
      const unknown = Object.keys(betas ?? {}).find((name) => !names.has(name));
      if (unknown !== undefined) {
        throw new ConfigError(`Asset ${base} follows an unknown factor "${unknown}"`);
      }
    }
  }

  open(context: SourceContext): OpenMarket {
    const { assets = defaultAssets, factors = [], listings } = this.#options;
    const walks = new Map(factors.map(({ name, volatilityBps }) => {
      return [name, new MarketFactor(context.random.fork(`factor ${name}`), volatilityBps)];
    }));
    const members = assets.flatMap((asset) => this.#members(asset, walks, context));
    const instruments = members.map(({ instrument }) => instrument);
    return new ModelMarket(context.clock, members, new MarketUpkeep(context, instruments, listings));
  }

  #members(
    asset: ModelAsset,
    factors: ReadonlyMap<string, MarketFactor>,
    { random, clock }: SourceContext,
  ): ModelInstrument[] {
    const { lagMs = {}, levels = 120 } = this.#options;
    const fair = new FairPrice(random.fork(`fair ${asset.base}`), {
      price: asset.price,
      volatilityBps: asset.volatilityBps,
      exposures: Object.entries(asset.betas ?? {}).map(([name, beta]) => ({
        factor: factors.get(name)!,
        beta,
      })),
      memoryMs: Math.max(0, ...Object.values(lagMs)),
    });
    const openedMs = Math.floor(clock.epochMs());
    const meanGapMs = 1000 / this.#eventsPerSecond(asset);
    return exchanges.flatMap(({ key, market }) => {
      const steps = asset.venues[key];
      if (steps === undefined) return [];
      const own = random.fork(`${key} ${asset.base}`);
      const instrument = listInstrument({
        ...this.#listing(asset),
        ...steps,
        exchange: key,
        openedMs,
        past: random.fork(`past ${asset.base}`),
      }, own);
      const maker = new BookMaker(instrument, own.fork("book"), { ...asset, levels });
      const mean = basisMean[key] * asset.basisScale;
      const movement = {
        fair,
        lagMs: lagMs[key] ?? 0,
        basis: new Basis(own.fork("basis"), this.#basisOptions(asset, mean)),
        index: new IndexOffset(own.fork("index"), market === "perpetual" ? mean : undefined),
        meanGapMs,
      };
      const member = new ModelInstrument(instrument, movement, maker, own.fork("events"));
      member.fill(openedMs);
      return [member];
    });
  }

  /** What the venues of an asset have in common. */
  #listing(asset: ModelAsset): Pick<Listing, "base" | "price" | "volatilityBps" | "dayNotional" | "funding"> {
    const { base, price, funding, betas = {} } = asset;
    const variances = (this.#options.factors ?? []).map(({ name, volatilityBps }) =>
      ((betas[name] ?? 0) * volatilityBps) ** 2
    );
    const variance = variances.reduce((sum, part) => sum + part, asset.volatilityBps ** 2);
    const turnover = expectedTurnover(asset, this.#eventsPerSecond(asset)) * 86_400;
    return {
      base,
      price,
      volatilityBps: Math.sqrt(variance),
      dayNotional: turnover > 0 ? turnover : undefined,
      funding,
    };
  }

  #eventsPerSecond({ activity = 1 }: ModelAsset): number {
    return (this.#options.eventsPerSecond ?? 20) * activity;
  }

  #basisOptions({ basisScale }: ModelAsset, mean: number): BasisOptions {
    return {
      mean,
      fast: { ...fastReversion, sd: fastReversion.sd * basisScale },
      slow: { ...slowReversion, sd: slowReversion.sd * basisScale },
      burst: { ...defaultBursts, ...this.#options.bursts },
    };
  }
}
