/**
 * Takes routes out of a run that the database knows to be between different coins.
 * @module
 */
import type { Route, RouteUniverse } from "../arbitrage/route.ts";
import type { Clock, Timer } from "../core/clock.ts";
import { errorMessage, StorageError } from "../core/errors.ts";
import type { Instrument } from "../core/instrument.ts";
import { matchPairs } from "../core/pair_match.ts";
import type { Logger } from "../logging/logger.ts";
import { type Queryable, SymbolCache, type SymbolCacheStatistics } from "../storage/mod.ts";

/** What a {@link SymbolWatch} takes. */
export interface SymbolWatchOptions {
  readonly database: Queryable;
  /** The machine's clock also in a simulated run: the database takes real time. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly universe: RouteUniverse;
  /** Told of each route once: its two symbols are not the same coin. */
  readonly onRefused: (route: Route) => void;
}

/** Time between two looks, and between two attempts to read the symbols, milliseconds. */
const lookMs = 30_000;

/**
 * Compares the coins of every route by what the last synchronisation learned of their contracts. A synchronisation
 * during the run counts when the cache has been refreshed.
 */
export class SymbolWatch {
  #cache: SymbolCache | undefined;
  readonly #refused = new Set<Route>();
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(private readonly options: SymbolWatchOptions) {}

  /** Figures of the cache; undefined before the database has answered. */
  get statistics(): SymbolCacheStatistics | undefined {
    return this.#cache?.statistics();
  }

  /** Reads the symbols, which were handed to the database before, and looks at intervals from then on. */
  async start(): Promise<void> {
    const { database, clock, logger } = this.options;
    try {
      const cache = await SymbolCache.open({
        database,
        clock,
        onError: (error) => logger.warn("Symbols", { error: errorMessage(error) }),
      });
      if (this.#isStopped) return cache.close();
      this.#cache = cache;
      this.#look(cache);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      if (this.#isStopped) return;
      logger.debug("Symbols cannot be read yet", { error: errorMessage(error) });
      this.#timer = clock.setTimer(lookMs, () => void this.start());
    }
  }

  /** Ends the looks. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#cache?.close();
  }

  #look(cache: SymbolCache): void {
    const { universe, logger, onRefused, clock } = this.options;
    const stored = ({ exchange, exchangeSymbol }: Instrument): ReturnType<SymbolCache["byExchangeSymbol"]> =>
      cache.byExchangeSymbol(exchange, exchangeSymbol);
    for (const route of universe.routes) {
      const buy = stored(route.buy), sell = stored(route.sell);
      if (buy === undefined || sell === undefined || this.#refused.has(route)) continue;
      const match = matchPairs([buy, sell])[0];
      if (match?.verdict !== "refused") continue;
      this.#refused.add(route);
      logger.error("Not the same coin: this route is not traded", {
        pair: `${match.base}/${match.quote}`,
        buy: buy.exchange,
        sell: sell.exchange,
        reason: match.reason,
      });
      onRefused(route);
    }
    this.#timer = clock.setTimer(lookMs, () => this.#look(cache));
  }
}
