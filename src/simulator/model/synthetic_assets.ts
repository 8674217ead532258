/**
 * Invented assets, for markets of many symbols.
 * @module
 */
import { ConfigError } from "../../core/errors.ts";
import type { SeededRandom } from "../../core/random.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { FactorOptions } from "./market_factor.ts";
import { defaultAssets, type ModelAsset, type VenueSteps } from "./model_assets.ts";

/** The factor that {@link syntheticAssets} follow when they are asked to. */
export const marketFactor: FactorOptions = { name: "market", volatilityBps: 0.6 };

const openings = [
  "AR",
  "BO",
  "CY",
  "DEX",
  "EN",
  "FLO",
  "GRA",
  "HY",
  "IX",
  "JU",
  "KAI",
  "LUM",
  "MO",
  "NEX",
  "OR",
];
const middles = ["", "BI", "DA", "KO", "LA", "MI", "NO", "RA", "TE", "VI", "ZU"];
const endings = ["A", "DOG", "ER", "FI", "GO", "IX", "N", "O", "PAD", "Q", "RA", "S", "TON", "VERSE", "X"];

/** Shares of assets by the venues that list them; the rest is on all three. */
const partialListings: readonly (readonly [share: number, venues: readonly ExchangeKey[]])[] = [
  [0.1, ["MEXC_SPOT", "GATEIO_SPOT"]],
  [0.08, ["MEXC_SPOT", "GATEIO_FUTURES"]],
  [0.06, ["GATEIO_SPOT", "GATEIO_FUTURES"]],
  [0.04, ["MEXC_SPOT"]],
  [0.02, ["GATEIO_SPOT"]],
];
/** Share of the invented assets that programs may not trade on MEXC. */
const closedShare = 0.04;
/** Activity falls with the rank to this power and not under the least. */
const activityPower = -0.6;
const leastActivity = 0.02;

/** What can be chosen about {@link syntheticAssets}. */
export interface SyntheticOptions {
  /** Lists every asset on all three venues. Default false: three in ten are missing somewhere. */
  readonly everywhere?: boolean;
  /** Lets assets follow {@link marketFactor}, which the market must have then. Default false. */
  readonly correlated?: boolean;
}

/**
 * The default assets and as many invented ones as it takes: coined names, prices from 10^-7 to several hundred
 * USDT, steps like those of real listings, activity and depth that fall with the rank.
 *
 * @param random A stream of its own: the same stream gives the same assets.
 * @throws {ConfigError} when there are not as many names.
 */
export function syntheticAssets(
  count: number,
  random: SeededRandom,
  options: SyntheticOptions = {},
): ModelAsset[] {
  const known = defaultAssets.slice(0, count).map((asset) => follow(asset, random, options));
  const names = coin(count - known.length, random.fork("names"), new Set(known.map(({ base }) => base)));
  const invented = names.map((base, index) => {
    return follow(invent(base, known.length + index, random.fork(base), options), random, options);
  });
  return [...known, ...invented];
}

function follow(
  asset: ModelAsset,
  random: SeededRandom,
  { correlated = false }: SyntheticOptions,
): ModelAsset {
  if (!correlated) return asset;
  const beta = 0.7 + 0.8 * random.fork(`beta ${asset.base}`).uniform();
  return { ...asset, betas: { [marketFactor.name]: beta } };
}

/** Names that nobody has yet, in a random order. */
function coin(count: number, random: SeededRandom, taken: ReadonlySet<string>): string[] {
  const names = new Set<string>();
  for (const opening of openings) {
    for (const middle of middles) {
      for (const ending of endings) names.add(opening + middle + ending);
    }
  }
  for (const name of taken) names.delete(name);
  if (names.size < count) {
    throw new ConfigError(`Cannot invent ${count} assets: there are names for ${names.size}`);
  }
  const order = [...names].map((name) => ({ name, place: random.uniform() }));
  return order.sort((a, b) => a.place - b.place).slice(0, count).map(({ name }) => name);
}

function invent(
  base: string,
  rank: number,
  random: SeededRandom,
  { everywhere = false }: SyntheticOptions,
): ModelAsset {
  const price = Number((10 ** (-7 + 9.6 * random.uniform())).toPrecision(5));
  const spreadBps = 1 + 7 * random.uniform();
  const hours = random.uniform();
  return {
    base,
    price,
    volatilityBps: 1 + 2.5 * random.uniform(),
    activity: Math.max(leastActivity, (rank - defaultAssets.length + 2) ** activityPower),
    basisScale: 0.5 + 0.7 * random.uniform(),
    spreadBps,
    gapBps: spreadBps * (0.3 + 0.5 * random.uniform()),
    levelNotional: Math.round(100 + 2500 / Math.sqrt(rank + 1) * (0.5 + random.uniform())),
    funding: { intervalSeconds: hours < 0.6 ? 28_800 : hours < 0.95 ? 14_400 : 3600 },
    venues: list(price, random, everywhere),
  };
}

function list(price: number, random: SeededRandom, everywhere: boolean): ModelAsset["venues"] {
  const steps = stepsOf(price, random);
  let drawn = random.uniform();
  if (everywhere) return steps;
  for (const [share, venues] of partialListings) {
    drawn -= share;
    if (drawn < 0) return Object.fromEntries(venues.map((key) => [key, steps[key]]));
  }
  return steps;
}

function stepsOf(price: number, random: SeededRandom): Record<ExchangeKey, VenueSteps> {
  const magnitude = Math.floor(Math.log10(price));
  const tick = (): string => powerOfTen(magnitude - 3 - Math.floor(2 * random.uniform()));
  // Spot sizes are stated as a number of decimals, so no lot is larger than 1; it is worth a cent or so.
  const lot = (): string => powerOfTen(Math.min(0, -2 - magnitude - Math.floor(2 * random.uniform())));
  // A contract is worth 0.1 to 10 USDT.
  const contract = powerOfTen(-magnitude - Math.floor(2 * random.uniform()));
  const closedToApi = random.fork("api").uniform() < closedShare;
  return {
    MEXC_SPOT: { tick: tick(), lot: lot(), contractSize: "1", closedToApi },
    GATEIO_SPOT: { tick: tick(), lot: lot(), contractSize: "1" },
    GATEIO_FUTURES: { tick: tick(), lot: "1", contractSize: contract },
  };
}

/** Plain decimal text of 10 to this power. */
function powerOfTen(exponent: number): string {
  return exponent >= 0 ? "1" + "0".repeat(exponent) : "0." + "0".repeat(-exponent - 1) + "1";
}
