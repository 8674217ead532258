/**
 * Brings the database's symbols to what the venues list.
 * @module
 */
import { type CoinContract, identitiesByCoin } from "../../core/coin_identity.ts";
import { errorMessage } from "../../core/errors.ts";
import { exchangeByKey, type ExchangeKey } from "../../core/exchange.ts";
import { matchPairs, type PairMatch } from "../../core/pair_match.ts";
import type { SymbolListing } from "../../core/symbol_info.ts";
import type { SqlValue } from "../database.ts";
import { numberLiteral } from "../insert_statement.ts";
import type { Queryable } from "../queryable.ts";
import { type StoredSymbol, storedSymbols } from "../stored_symbol.ts";
import { compareListing, type ListingDiff, type ListingUpdate } from "./listing_diff.ts";
import { mayAnswerLater, retry, type RetryOptions } from "./retry.ts";

/** A venue whose symbols are synchronised. */
export interface SymbolSource {
  readonly exchange: ExchangeKey;
  /** All markets of the venue: `fetchSymbols` of its public client. */
  readonly fetchSymbols: () => Promise<SymbolListing>;
  /**
   * Contracts of the coins of the venue's company: `getCoinContractSource`, or `networks` of an account. Left out where
   * nobody tells them; then what was known of the coins stays.
   */
  readonly fetchContracts?: (() => Promise<readonly CoinContract[]>) | undefined;
}

/** What became of a venue's symbols: what has changed, or why nothing was. */
export interface VenueSync {
  readonly exchange: ExchangeKey;
  /** Undefined when the venue could not be synchronised. */
  readonly diff: ListingDiff | undefined;
  /** Why it could not be synchronised; undefined when it was. */
  readonly error: string | undefined;
  /** Why contracts of coins are not known anew; undefined when they are, or nobody tells them. */
  readonly contractsError: string | undefined;
}

/** What a synchronisation has done. */
export interface SymbolSyncReport {
  /** In the order of the sources. */
  readonly venues: readonly VenueSync[];
  /** Every two listed symbols of the same pair on different venues, with what is known of their coins. */
  readonly pairs: readonly PairMatch<StoredSymbol>[];
}

/** Settings of a {@link SymbolSyncService}. */
export interface SymbolSyncOptions extends RetryOptions {
  readonly database: Queryable;
  readonly sources: readonly SymbolSource[];
  /** Share of a venue's symbols that may vanish at once, 0 to 1; 0.2. */
  readonly maxDelistedShare?: number;
}

interface VenueAnswer {
  readonly exchange: ExchangeKey;
  readonly listing: SymbolListing | undefined;
  readonly error: string | undefined;
  readonly identities: ReadonlyMap<string, readonly string[]> | undefined;
  readonly contractsError: string | undefined;
}

/** What was answered, or why nothing was; neither when nobody was asked. */
interface Answer<Value> {
  readonly value: Value | undefined;
  readonly error: string | undefined;
}

const noAnswer: Answer<never> = { value: undefined, error: undefined };

interface VenueUpdate {
  readonly venue: VenueSync;
  readonly update: ListingUpdate | undefined;
}

/** Asks the venues what they list and writes what is new. Venues must be in the database: `ExchangeSyncService`. */
export class SymbolSyncService {
  readonly #options: SymbolSyncOptions;

  /** @throws {RangeError} when the share is not from 0 to 1. */
  constructor(options: SymbolSyncOptions) {
    const { maxDelistedShare: share = 0 } = options;
    if (!(share >= 0 && share <= 1)) {
      throw new RangeError(`maxDelistedShare is ${share}: it must be from 0 to 1`);
    }
    this.#options = options;
  }

  /**
   * Synchronises all venues. A venue that does not answer or whose listing is broken is left as it is, and the report
   * says why; what the others list is written in one transaction.
   *
   * @throws {StorageError} or the database's error, when it refuses several times over; nothing is written then.
   */
  async sync(): Promise<SymbolSyncReport> {
    const answers = await Promise.all(this.#options.sources.map((source) => this.#ask(source)));
    // What is stored is read anew for every attempt, so a repeated one writes what is still missing.
    return await retry(this.#options, () => true, () => this.#store(answers));
  }

  async #ask({ exchange, fetchSymbols, fetchContracts }: SymbolSource): Promise<VenueAnswer> {
    const [symbols, contracts] = await Promise.all([
      this.#answerTo(fetchSymbols),
      fetchContracts === undefined ? noAnswer : this.#answerTo(fetchContracts),
    ]);
    return {
      exchange,
      listing: symbols.value,
      error: symbols.error,
      identities: contracts.value && identitiesByCoin(contracts.value),
      contractsError: contracts.error,
    };
  }

  #answerTo<Value>(question: () => Promise<Value>): Promise<Answer<Value>> {
    return retry(this.#options, mayAnswerLater, question).then(
      (value) => ({ value, error: undefined }),
      (error) => ({ value: undefined, error: errorMessage(error) }),
    );
  }

  async #store(answers: readonly VenueAnswer[]): Promise<SymbolSyncReport> {
    const { database, clock } = this.#options;
    const stored = await storedSymbols(database);
    const updates = answers.map((answer) => this.#compare(answer, stored));
    const parameters = parametersOf(updates, clock.epochMs());
    if (parameters === undefined) return reportOf(updates, stored);
    await database.query(write, parameters);
    return reportOf(updates, await storedSymbols(database));
  }

  #compare(answer: VenueAnswer, all: readonly StoredSymbol[]): VenueUpdate {
    const { exchange, listing, identities, contractsError } = answer;
    if (listing === undefined) {
      return { venue: { exchange, diff: undefined, error: answer.error, contractsError }, update: undefined };
    }
    const stored = all.filter((symbol) => symbol.exchange === exchange);
    try {
      const update = compareListing(exchange, stored, listing, identities, this.#options.maxDelistedShare);
      return { venue: { exchange, diff: update.diff, error: undefined, contractsError }, update };
    } catch (error) {
      const venue = { exchange, diff: undefined, error: errorMessage(error), contractsError };
      return { venue, update: undefined };
    }
  }
}

function reportOf(updates: readonly VenueUpdate[], stored: readonly StoredSymbol[]): SymbolSyncReport {
  const venues = updates.map(({ venue }) => venue);
  const listed = stored.filter(({ exchange, delistedAt }) =>
    delistedAt === undefined && venues.some((venue) => venue.exchange === exchange)
  );
  return { venues, pairs: matchPairs(listed) };
}

/** One statement, so that all of it is stored or nothing. Symbols keep their rows, and with them their history. */
const write = `with listed as (
    select * from jsonb_to_recordset($1::text::jsonb) as row (
      exchange_id smallint, market text, exchange_symbol text, base text, quote text, tick_size numeric,
      lot_size numeric, contract_size numeric, min_quantity float8, min_notional float8, maker_fee float8,
      taker_fee float8, tradable boolean, online boolean, api_open boolean, delisting boolean, identities text
    )
  ), moment as (select to_timestamp($3::float8 / 1000) as now
  ), gone as (
    update symbols set delisted_at = now, changed_at = now, tradable = false, online = false
    from moment where id = any ($2::text::integer[])
  ), known as (
    update symbols set base = listed.base, quote = listed.quote, tick_size = listed.tick_size,
      lot_size = listed.lot_size, contract_size = listed.contract_size, min_quantity = listed.min_quantity,
      min_notional = listed.min_notional, maker_fee = listed.maker_fee, taker_fee = listed.taker_fee,
      tradable = listed.tradable, online = listed.online, api_open = listed.api_open,
      delisting = listed.delisting, identities = string_to_array(listed.identities, ' '),
      changed_at = now, delisted_at = null
    from listed, moment
    where symbols.exchange_id = listed.exchange_id and symbols.exchange_symbol = listed.exchange_symbol
  )
  insert into symbols (exchange_id, market, exchange_symbol, base, quote, tick_size, lot_size, contract_size,
    min_quantity, min_notional, maker_fee, taker_fee, tradable, online, api_open, delisting, identities,
    listed_at, changed_at)
  select exchange_id, market, exchange_symbol, base, quote, tick_size, lot_size, contract_size, min_quantity,
    min_notional, maker_fee, taker_fee, tradable, online, api_open, delisting,
    string_to_array(identities, ' '), now, now
  from listed, moment
  where not exists (
    select from symbols
    where symbols.exchange_id = listed.exchange_id and symbols.exchange_symbol = listed.exchange_symbol
  )`;

/** Parameters of {@link write}; undefined when there is nothing to write. */
function parametersOf(updates: readonly VenueUpdate[], nowMs: number): SqlValue[] | undefined {
  const rows = updates.flatMap(({ venue, update }) => {
    const { id, market } = exchangeByKey(venue.exchange);
    return (update?.written ?? []).map((columns) => ({ exchange_id: id, market, ...columns }));
  });
  const gone = updates.flatMap(({ update }) => update?.delistedIds ?? []);
  if (rows.length === 0 && gone.length === 0) return undefined;
  return [JSON.stringify(rows), numberLiteral(Float64Array.from(gone)), nowMs];
}
