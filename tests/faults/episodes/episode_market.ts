/**
 * The market of an episode: few coins with thin books and many dislocations, and what the venues list.
 * @module
 */
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { type InstrumentSpec, InstrumentTable } from "../../../src/core/instrument.ts";
import { type ExchangeKey, exchanges } from "../../../src/core/exchange.ts";
import { SeededRandom } from "../../../src/core/random.ts";
import { VenueConnections } from "../../../src/engine/venue_connections.ts";
import type { MarketInstrument } from "../../../src/simulator/market/market_instrument.ts";
import { defaultAssets, MarketModel, Simulator } from "../../../src/simulator/mod.ts";
import type { ModelAsset, OpenMarket, SourceContext } from "../../../src/simulator/mod.ts";
import { quietLogger } from "./quiet_logger.ts";

/** Coins whose least orders differ from venue to venue, as pairs of what one and what ten dollars of them are. */
export const episodeCoins = ["DOGE", "HYPE", "LUNC"] as const;

const assets: readonly ModelAsset[] = episodeCoins.map((coin) => ({
  ...defaultAssets.find(({ base }) => base === coin)!,
  // A few orders take everything there is, so that parts are filled and the price runs away.
  levelNotional: 80,
}));

/** A market whose instruments can be listened to. */
export class EpisodeMarket {
  readonly instruments: MarketInstrument[] = [];

  constructor(private readonly coins: readonly string[]) {}

  open(context: SourceContext): OpenMarket {
    const market = new MarketModel({
      assets: assets.filter(({ base }) => this.coins.includes(base)),
      eventsPerSecond: 3,
      levels: 6,
      bursts: { meanGapMs: 6_000, minBps: 20, maxBps: 120, minMs: 300, maxMs: 3_000 },
    }).open(context);
    this.instruments.push(...market.instruments);
    return market;
  }
}

/** What the venues list about the coins, as the public clients read it. */
export async function listedSpecs(): Promise<readonly InstrumentSpec[]> {
  const clock = new SimulatedClock(1_767_225_600_000);
  const source = new EpisodeMarket(episodeCoins);
  const simulator = Simulator.create({ clock, seed: 1, source });
  const connections = new VenueConnections({
    clock,
    random: new SeededRandom(1),
    logger: quietLogger,
    queries: simulator,
    orders: simulator,
  });
  const pairs = episodeCoins.map((base) => ({ base, quote: "USDT" }));
  let specs: InstrumentSpec[] | undefined;
  const lists = exchanges.map(({ key }: { key: ExchangeKey }) =>
    connections.publicRest({ exchange: key, endpoints: simulator.localEndpoints[key] }).fetchInstruments(
      pairs,
    )
  );
  const done = Promise.all(lists).then((rows) => {
    specs = rows.flat();
  });
  while (specs === undefined && clock.step()) await new Promise((resolve) => setTimeout(resolve, 0));
  await done;
  await simulator.stop();
  return specs!;
}

/** The instruments of some coins. */
export function tableOf(specs: readonly InstrumentSpec[], coins: readonly string[]): InstrumentTable {
  const table = new InstrumentTable();
  for (const spec of specs) if (coins.includes(spec.base)) table.add(spec);
  return table;
}
