/**
 * Finds out what the venues trade.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import { delay } from "../core/clock.ts";
import { ConfigError, errorMessage, NetworkError, VenueError } from "../core/errors.ts";
import { type InstrumentSpec, InstrumentTable } from "../core/instrument.ts";
import type { SeededRandom } from "../core/random.ts";
import { type ExchangeConfig, getRestImplementation } from "../exchanges/factory.ts";
import type { AssetPair } from "../exchanges/interfaces/public_rest.ts";
import type { Logger } from "../logging/logger.ts";
import { Backoff } from "../net/backoff.ts";

/** Requests for a venue's rules before the start is given up. */
const attempts = 5;

/**
 * Asks every venue for its rules of these pairs.
 *
 * @returns A table with dense ids: pairs in the given order, venues in the given order within a pair.
 * @throws {NetworkError} when a venue does not answer several times over.
 * @throws {ConfigError} when no venue lists any of the pairs.
 */
export async function discoverInstruments(
  configs: readonly ExchangeConfig[],
  pairs: readonly AssetPair[],
  clock: Clock,
  random: SeededRandom,
  logger: Logger,
): Promise<InstrumentTable> {
  const found = await Promise.all(
    configs.map((config) => fetchWithRetry(config, pairs, clock, random, logger)),
  );
  const table = new InstrumentTable();
  for (const { base, quote } of pairs) {
    for (const [index, specs] of found.entries()) {
      const spec = specs.find((candidate) => candidate.base === base && candidate.quote === quote);
      const exchange = configs[index]!.exchange;
      if (spec === undefined) logger.warn("Pair not listed", { exchange, pair: `${base}/${quote}` });
      else table.add(spec);
    }
  }
  if (table.all.length === 0) {
    throw new ConfigError("None of the configured pairs is listed on a configured exchange");
  }
  return table;
}

async function fetchWithRetry(
  config: ExchangeConfig,
  pairs: readonly AssetPair[],
  clock: Clock,
  random: SeededRandom,
  logger: Logger,
): Promise<InstrumentSpec[]> {
  const backoff = new Backoff(random.fork(`discovery ${config.exchange}`));
  const rest = getRestImplementation(config, { private: false });
  for (;;) {
    try {
      return await rest.fetchInstruments(pairs);
    } catch (error) {
      if (
        !(error instanceof NetworkError || error instanceof VenueError) || backoff.attempt + 1 >= attempts
      ) {
        throw error;
      }
      logger.warn("No instrument list", { exchange: config.exchange, error: errorMessage(error) });
      await delay(clock, backoff.next());
    }
  }
}
