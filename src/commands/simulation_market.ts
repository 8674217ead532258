/**
 * The market of `cexarb simulate`: invented, or recorded.
 * @module
 */
import { parseConfig } from "../config/hft_config.ts";
import demoYaml from "../../config/demo.yaml" with { type: "text" };
import { SeededRandom } from "../core/random.ts";
import {
  DrivenCapture,
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
  if (market.kind === "capture") return await DrivenCapture.load(market.file, { speed: market.speed });
  const { source } = await openDemoMarket({
    tape: market.file,
    coin: market.coin,
    speed: market.speed,
    venue: new Map(Object.entries(market.venues)),
    contractSize: new Map(Object.entries(market.contractSizes)),
  }, parseConfig(demoYaml, "config/demo.yaml"));
  return source;
}
