/**
 * What a venue's listing changes in what was known of its symbols. A pure comparison.
 * @module
 */
import { StorageError } from "../../core/errors.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { SymbolInfo, SymbolListing } from "../../core/symbol_info.ts";
import type { StoredSymbol } from "../stored_symbol.ts";
import { changesOf, type FieldChange } from "./exchange_sync_service.ts";

/** What the database is to have of a symbol, by column; `identities` as one text, separated by spaces. */
export interface SymbolColumns extends Readonly<Record<string, string | number>> {
  readonly exchange_symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly tick_size: string;
  readonly lot_size: string;
  readonly contract_size: string;
  readonly min_quantity: number;
  readonly min_notional: number;
  readonly maker_fee: number;
  readonly taker_fee: number;
  readonly tradable: "yes" | "no";
  readonly online: "yes" | "no";
  readonly api_open: "yes" | "no";
  readonly delisting: "yes" | "no";
  readonly identities: string;
}

/** A symbol that is another than before. */
export interface ChangedSymbol {
  readonly exchangeSymbol: string;
  readonly changes: readonly FieldChange[];
}

/** What a listing changes. */
export interface ListingDiff {
  /** Names of symbols that were never seen before. */
  readonly added: readonly string[];
  /** Symbols with other rules, fees or marks. */
  readonly changed: readonly ChangedSymbol[];
  /** Names of symbols that are not listed any more. */
  readonly delisted: readonly string[];
  /** Symbols that had been taken off and are listed again, with what else is new about them. */
  readonly relisted: readonly ChangedSymbol[];
  readonly unchanged: number;
  /** Names that the listing has more than once: the first row counts. */
  readonly duplicates: readonly string[];
  /** Names whose rows are not as the protocol has them: what was known of them stays. */
  readonly unreadable: readonly string[];
}

/** A diff with what has to be written. */
export interface ListingUpdate {
  readonly diff: ListingDiff;
  /** Every symbol that is new, changed or listed again. */
  readonly written: readonly SymbolColumns[];
  /** Numbers of the rows of symbols that are not listed any more. */
  readonly delistedIds: readonly number[];
}

/** Share of a venue's symbols that may vanish in one synchronisation: more is taken for a broken listing. */
export const defaultMaxDelistedShare = 0.2;

/**
 * Compares a venue's listing with what the database has of it.
 *
 * @param identities Contracts by coin; undefined when nobody has told any now, and what was known stays.
 * @param maxDelistedShare Share of the listed symbols that may vanish; one symbol always may.
 * @throws {StorageError} when the listing is empty or lacks so much that it must be broken.
 */
export function compareListing(
  exchange: ExchangeKey,
  stored: readonly StoredSymbol[],
  listing: SymbolListing,
  identities: ReadonlyMap<string, readonly string[]> | undefined,
  maxDelistedShare: number = defaultMaxDelistedShare,
): ListingUpdate {
  const known = new Map(stored.map((symbol) => [symbol.exchangeSymbol, symbol]));
  const { unique, duplicates } = withoutDuplicates(listing.symbols);
  const added: string[] = [];
  const changed: ChangedSymbol[] = [];
  const relisted: ChangedSymbol[] = [];
  const written: SymbolColumns[] = [];
  for (const [exchangeSymbol, info] of unique) {
    const before = known.get(exchangeSymbol);
    const contracts = identities === undefined ? before?.identities : identities.get(info.spec.base);
    const after = columnsOf(info, contracts ?? []);
    const changes = before === undefined ? [] : changesOf(columnsOfStored(before), after);
    if (before === undefined) added.push(exchangeSymbol);
    else if (before.delistedAt !== undefined) relisted.push({ exchangeSymbol, changes });
    else if (changes.length > 0) changed.push({ exchangeSymbol, changes });
    else continue;
    written.push(after);
  }
  const present = new Set([...unique.keys(), ...listing.unreadable]);
  const listed = stored.filter(({ delistedAt }) => delistedAt === undefined);
  const gone = listed.filter(({ exchangeSymbol }) => !present.has(exchangeSymbol));
  refuseBroken(exchange, unique.size, gone.length, listed.length, maxDelistedShare);
  const diff: ListingDiff = {
    added,
    changed,
    delisted: gone.map(({ exchangeSymbol }) => exchangeSymbol),
    relisted,
    unchanged: unique.size - written.length,
    duplicates,
    unreadable: listing.unreadable,
  };
  return { diff, written, delistedIds: gone.map(({ id }) => id) };
}

/** A venue does not close from one hour to the next; an answer that was cut off happens. */
function refuseBroken(
  exchange: ExchangeKey,
  present: number,
  gone: number,
  listed: number,
  maxDelistedShare: number,
): void {
  if (present === 0) {
    throw new StorageError(`${exchange} lists no symbol that can be read: nothing of it is changed`);
  }
  const allowed = Math.max(1, Math.floor(maxDelistedShare * listed));
  if (gone === 0 || (gone <= allowed && gone < listed)) return;
  throw new StorageError(
    `${exchange} lists ${present} symbols, and ${gone} of ${listed} known ones are missing: that looks like a listing ` +
      `that was cut off, so nothing of it is changed. Synchronise again; if they were really taken off, ` +
      `allow a larger share than ${maxDelistedShare}`,
  );
}

function withoutDuplicates(
  symbols: readonly SymbolInfo[],
): { unique: Map<string, SymbolInfo>; duplicates: string[] } {
  const unique = new Map<string, SymbolInfo>();
  const duplicates = new Set<string>();
  for (const info of symbols) {
    const { exchangeSymbol } = info.spec;
    if (unique.has(exchangeSymbol)) duplicates.add(exchangeSymbol);
    else unique.set(exchangeSymbol, info);
  }
  return { unique, duplicates: [...duplicates] };
}

function columnsOf(info: SymbolInfo, identities: readonly string[]): SymbolColumns {
  return columns({ ...info.spec, ...info, identities });
}

function columnsOfStored(symbol: StoredSymbol): SymbolColumns {
  return columns(symbol);
}

function columns(
  symbol: Pick<
    StoredSymbol,
    | "exchangeSymbol"
    | "base"
    | "quote"
    | "tick"
    | "lot"
    | "contractSize"
    | "minQuantity"
    | "minNotional"
    | "makerFee"
    | "takerFee"
    | "tradable"
    | "online"
    | "apiOpen"
    | "delisting"
    | "identities"
  >,
): SymbolColumns {
  return {
    exchange_symbol: symbol.exchangeSymbol,
    base: symbol.base,
    quote: symbol.quote,
    tick_size: symbol.tick.format(1),
    lot_size: symbol.lot.format(1),
    contract_size: symbol.contractSize.format(1),
    min_quantity: symbol.minQuantity,
    min_notional: symbol.minNotional,
    maker_fee: symbol.makerFee,
    taker_fee: symbol.takerFee,
    tradable: yesOrNo(symbol.tradable),
    online: yesOrNo(symbol.online),
    api_open: yesOrNo(symbol.apiOpen),
    delisting: yesOrNo(symbol.delisting),
    identities: symbol.identities.join(" "),
  };
}

function yesOrNo(value: boolean): "yes" | "no" {
  return value ? "yes" : "no";
}
