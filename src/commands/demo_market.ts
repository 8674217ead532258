/**
 * Where the prices of a demo come from: invented, or recorded.
 * @module
 */
import type { HftConfig } from "../config/hft_config.ts";
import { ConfigError } from "../core/errors.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import { readTapeFile, TapeReader } from "../engine/tape_reader.ts";
import { CaptureSource, MarketModel, type MarketSource, TapeSource } from "../simulator/mod.ts";
import { resolveVenues, type TapeVenueOptions } from "./tape_venues.ts";

/** Options of `demo` that choose the market. */
export interface DemoMarketOptions extends TapeVenueOptions {
  readonly tape?: string;
  readonly capture?: string;
  /** Recorded seconds per second. */
  readonly speed: number;
  /** Base coin of the tape. */
  readonly coin: string;
  /** Of the invented market: `calm` has no dislocations. Default `calibrated`. */
  readonly market?: "calibrated" | "calm";
}

/** A market and what of it the engine watches. */
export interface DemoMarket {
  readonly source: MarketSource;
  readonly pairs: HftConfig["pairs"];
  readonly exchanges: readonly ExchangeKey[];
}

/**
 * Opens the market of a demo.
 *
 * @param config The demo's configuration: its pairs and exchanges are those of the invented market.
 * @throws {DataFileError} when a recording cannot be read.
 * @throws {ConfigError} when no venue of a tape is known.
 */
export async function openDemoMarket(options: DemoMarketOptions, config: HftConfig): Promise<DemoMarket> {
  const { tape, capture, speed } = options;
  if (tape !== undefined) return await openTape(tape, options);
  if (capture === undefined) {
    const exchanges = config.exchanges.map(({ exchange }) => exchange);
    const source = new MarketModel(options.market === "calm" ? { bursts: { meanGapMs: Infinity } } : {});
    return { source, pairs: config.pairs, exchanges };
  }
  const source = await CaptureSource.load(capture, { speed });
  return { source, pairs: pairsOf(source.pairs), exchanges: ["GATEIO_SPOT"] };
}

/** The pairs of symbols such as `BTC_USDT`. */
export function pairsOf(symbols: readonly string[]): HftConfig["pairs"] {
  return symbols.map((symbol) => {
    const [base = "", quote = ""] = symbol.split("_");
    return { base, quote };
  });
}

async function openTape(path: string, options: DemoMarketOptions): Promise<DemoMarket> {
  const reader = new TapeReader(path, () => {});
  await readTapeFile(path, reader, () => {});
  const { venues } = resolveVenues(reader.venues, options);
  const known = venues.flatMap((venue, index) =>
    venue === undefined ? [] : [{ name: reader.venues[index]!, ...venue }]
  );
  if (known.length === 0) {
    throw new ConfigError(
      `No venue of ${path} is known: --venue ${reader.venues[0]}=KEY says whose rules apply`,
    );
  }
  const source = await TapeSource.load(path, {
    base: options.coin,
    speed: options.speed,
    venues: Object.fromEntries(
      known.map((
        { name, exchange, contractSize },
      ) => [name, { exchange, contractSize: contractSize.format(1) }]),
    ),
  });
  return {
    source,
    pairs: [{ base: options.coin, quote: "USDT" }],
    exchanges: known.map(({ exchange }) => exchange),
  };
}
