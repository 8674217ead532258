/**
 * The market of `cexarb simulate`: invented, or recorded.
 * @module
 */
import { parseConfig } from "../config/hft_config.ts";
import demoYaml from "../../config/demo.yaml" with { type: "text" };
import { SeededRandom } from "../core/random.ts";
import {
  marketFactor,
  MarketModel,
  type MarketSource,
  type SimulationConfig,
  syntheticAssets,
} from "../simulator/mod.ts";
import { openDemoMarket } from "./demo_market.ts";

/**
 * Opens the market that a configuration describes.
 *
 * @throws {DataFileError} when a recording cannot be read.
 * @throws {ConfigError} when no venue of a tape is known or there are no names for so many coins.
 */
export async function openSimulationMarket({ market, seed }: SimulationConfig): Promise<MarketSource> {
  if (market.kind === "model") {
    const { coins, correlated, eventsPerSecond, levels, lagMs, listings, halts } = market;
    return new MarketModel({
      assets: syntheticAssets(coins, new SeededRandom(seed).fork("assets"), { correlated }),
      factors: correlated ? [marketFactor] : [],
      eventsPerSecond,
      levels,
      lagMs,
      listings: { events: listings, ...(halts === undefined ? {} : { halts }) },
    });
  }
  const recorded = market.kind === "tape"
    ? { tape: market.file, coin: market.coin, venues: market.venues, sizes: market.contractSizes }
    : { capture: market.file, coin: "", venues: {}, sizes: {} };
  const { venues, sizes, ...options } = recorded;
  const { source } = await openDemoMarket({
    ...options,
    speed: market.speed,
    venue: new Map(Object.entries(venues)),
    contractSize: new Map(Object.entries(sizes)),
  }, parseConfig(demoYaml, "config/demo.yaml"));
  return source;
}
