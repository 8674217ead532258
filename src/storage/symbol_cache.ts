/**
 * What the database knows of symbols, held in memory. Only static data: rules, fees and marks of listings, never
 * prices, balances or orders.
 * @module
 */
import { type Clock, delay, type Timer } from "../core/clock.ts";
import { errorMessage, StorageError } from "../core/errors.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Queryable } from "./queryable.ts";
import { type StoredSymbol, storedSymbols } from "./stored_symbol.ts";

/** How a {@link SymbolCache} works. */
export interface SymbolCacheOptions {
  readonly database: Queryable;
  /** The machine's clock also in a simulated run: the database takes real time. */
  readonly clock: Clock;
  /** Time between two refreshes in milliseconds; 300,000. */
  readonly refreshMs?: number;
  /** Told of every refresh that has failed; the cache goes on with what it had. */
  readonly onError: (error: StorageError) => void;
}

/** What the cache has done since it was opened. */
export interface SymbolCacheStatistics {
  /** Symbols in it, delisted ones too. */
  readonly symbols: number;
  /** Lookups that found a symbol. */
  readonly hits: number;
  /** Lookups that found none. */
  readonly misses: number;
  /** Hits of all lookups, 0 to 1; NaN before the first. */
  readonly hitRatio: number;
  /** Mean time of a lookup in microseconds, from samples; NaN before the first sample. */
  readonly meanLookupUs: number;
  /** Mean of the slowest sample in microseconds; NaN before the first sample. */
  readonly maxLookupUs: number;
  /** Time since what it holds was asked for, milliseconds. */
  readonly ageMs: number;
  readonly refreshes: number;
  readonly failedRefreshes: number;
  /** Why the last refresh failed; undefined when it succeeded. */
  readonly lastError: string | undefined;
}

/** One reading of all symbols. It is never changed: a refresh puts another in its place. */
interface Snapshot {
  readonly all: readonly StoredSymbol[];
  readonly byId: ReadonlyMap<number, StoredSymbol>;
  /** By venue, quote and base. */
  readonly byPair: ReadonlyMap<ExchangeKey, ReadonlyMap<string, ReadonlyMap<string, StoredSymbol>>>;
  readonly byName: ReadonlyMap<ExchangeKey, ReadonlyMap<string, StoredSymbol>>;
  /** Monotonic milliseconds at which it was asked for. */
  readonly askedAt: number;
}

/** Every so many lookups one is timed; a power of 2. */
const sampleEvery = 8_192;
/** A lookup takes less time than reading the clock, so a sample is the mean of so many of the same. */
const sampleLookups = 32;

/** Finds symbols without asking the database. */
export class SymbolCache {
  readonly #options: SymbolCacheOptions;
  #snapshot: Snapshot;
  #timer: Timer | undefined;
  /** The refresh under way, or the last one. */
  #refreshing: Promise<boolean> = Promise.resolve(true);
  #closed = false;
  #hits = 0;
  #misses = 0;
  #samples = 0;
  #sampledMs = 0;
  #slowestMs = 0;
  #refreshes = 0;
  #failedRefreshes = 0;
  #lastError: string | undefined;

  private constructor(options: SymbolCacheOptions, snapshot: Snapshot) {
    this.#options = options;
    this.#snapshot = snapshot;
    this.#plan();
  }

  /**
   * Reads all symbols and keeps them fresh from then on.
   *
   * @throws {StorageError} when they cannot be read.
   */
  static async open(options: SymbolCacheOptions): Promise<SymbolCache> {
    return new SymbolCache(options, await readSnapshot(options));
  }

  /** Every symbol, delisted ones too, ordered by venue and name. */
  get all(): readonly StoredSymbol[] {
    return this.#snapshot.all;
  }

  /** The symbol with this number of its row. */
  byId(id: number): StoredSymbol | undefined {
    if (this.#isSample()) this.#sample(() => this.#snapshot.byId.get(id));
    return this.#count(this.#snapshot.byId.get(id));
  }

  /** The symbol of a pair on a venue; one that is listed before one that is not any more. */
  byPair(exchange: ExchangeKey, base: string, quote: string): StoredSymbol | undefined {
    if (this.#isSample()) this.#sample(() => this.#findPair(exchange, base, quote));
    return this.#count(this.#findPair(exchange, base, quote));
  }

  /** The symbol that a venue calls so. */
  byExchangeSymbol(exchange: ExchangeKey, exchangeSymbol: string): StoredSymbol | undefined {
    if (this.#isSample()) this.#sample(() => this.#findName(exchange, exchangeSymbol));
    return this.#count(this.#findName(exchange, exchangeSymbol));
  }

  /** Figures of the cache. */
  statistics(): SymbolCacheStatistics {
    return {
      symbols: this.#snapshot.all.length,
      hits: this.#hits,
      misses: this.#misses,
      hitRatio: this.#hits / (this.#hits + this.#misses),
      meanLookupUs: this.#sampledMs / (this.#samples * sampleLookups) * 1_000,
      maxLookupUs: this.#samples === 0 ? NaN : this.#slowestMs / sampleLookups * 1_000,
      ageMs: this.#options.clock.monotonicMs() - this.#snapshot.askedAt,
      refreshes: this.#refreshes,
      failedRefreshes: this.#failedRefreshes,
      lastError: this.#lastError,
    };
  }

  /**
   * Reads all symbols anew, as after a synchronisation. Until they are there, and also when that fails, the old ones
   * are found. Never throws. One that is asked for during another is a reading of its own afterwards, so what was
   * stored before the call is always in it.
   *
   * @returns Whether it has succeeded.
   */
  refresh(): Promise<boolean> {
    return this.#refreshing = this.#refreshing.then(() => this.#refresh());
  }

  /** Ends the refreshes; what is in the cache is still found. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  async #refresh(): Promise<boolean> {
    this.#timer?.cancel();
    try {
      const snapshot = await readSnapshot(this.#options);
      if (snapshot.all.length === 0 && this.#snapshot.all.length > 0) {
        throw new StorageError("The database shows no symbols any more");
      }
      this.#snapshot = snapshot;
      this.#refreshes += 1;
      this.#lastError = undefined;
      return true;
    } catch (error) {
      this.#failedRefreshes += 1;
      this.#lastError = errorMessage(error);
      const { symbols, ageMs } = this.statistics();
      this.#options.onError(
        new StorageError(
          `The symbol cache keeps its ${symbols} symbols of ${
            Math.round(ageMs / 1_000)
          } s ago: ${this.#lastError}`,
        ),
      );
      return false;
    } finally {
      this.#plan();
    }
  }

  #plan(): void {
    if (this.#closed) return;
    const { clock, refreshMs = 300_000 } = this.#options;
    this.#timer = clock.setTimer(refreshMs, () => void this.refresh());
  }

  #findPair(exchange: ExchangeKey, base: string, quote: string): StoredSymbol | undefined {
    return this.#snapshot.byPair.get(exchange)?.get(quote)?.get(base);
  }

  #findName(exchange: ExchangeKey, exchangeSymbol: string): StoredSymbol | undefined {
    return this.#snapshot.byName.get(exchange)?.get(exchangeSymbol);
  }

  #count(symbol: StoredSymbol | undefined): StoredSymbol | undefined {
    if (symbol === undefined) this.#misses += 1;
    else this.#hits += 1;
    return symbol;
  }

  #isSample(): boolean {
    return ((this.#hits + this.#misses) & (sampleEvery - 1)) === 0;
  }

  #sample(lookUp: () => StoredSymbol | undefined): void {
    const { clock } = this.#options;
    const begin = clock.monotonicMs();
    for (let times = 0; times < sampleLookups; times++) lookUp();
    const taken = clock.monotonicMs() - begin;
    this.#samples += 1;
    this.#sampledMs += taken;
    this.#slowestMs = Math.max(this.#slowestMs, taken);
  }
}

async function readSnapshot({ database, clock }: SymbolCacheOptions): Promise<Snapshot> {
  const askedAt = clock.monotonicMs();
  const all = await storedSymbols(database, () => delay(clock, 0)).catch((error) => {
    throw error instanceof StorageError
      ? error
      : new StorageError(`Cannot read symbols: ${errorMessage(error)}`);
  });
  const byPair = new Map<ExchangeKey, Map<string, Map<string, StoredSymbol>>>();
  const byName = new Map<ExchangeKey, Map<string, StoredSymbol>>();
  for (const symbol of all) {
    const { exchange, base, quote, exchangeSymbol } = symbol;
    const pairs = inner(inner(byPair, exchange), quote);
    const other = pairs.get(base);
    if (other === undefined || other.delistedAt !== undefined) pairs.set(base, symbol);
    inner(byName, exchange).set(exchangeSymbol, symbol);
  }
  return { all, byId: new Map(all.map((symbol) => [symbol.id, symbol])), byPair, byName, askedAt };
}

/** The map in a map, made when it is not there. */
function inner<Key, Name, Value>(outer: Map<Key, Map<Name, Value>>, key: Key): Map<Name, Value> {
  const known = outer.get(key);
  if (known !== undefined) return known;
  const fresh = new Map<Name, Value>();
  outer.set(key, fresh);
  return fresh;
}
