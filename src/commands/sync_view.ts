/**
 * What a synchronisation has done, for people and programs.
 * @module
 */
import type { PairMatch } from "../core/pair_match.ts";
import type { StoredSymbol } from "../storage/stored_symbol.ts";
import type {
  ChangedSymbol,
  ExchangeSyncReport,
  FieldChange,
  ListingDiff,
  SymbolSyncReport,
  VenueSync,
} from "../storage/sync/mod.ts";

/** Everything that was synchronised. */
export interface SyncReport {
  readonly exchanges: ExchangeSyncReport;
  readonly symbols: SymbolSyncReport;
}

/** Names shown of each kind; the rest is counted. */
const shown = 20;

/** The report as one JSON document. */
export function syncDocument({ exchanges, symbols }: SyncReport): unknown {
  const venues = Object.fromEntries(
    symbols.venues.map(({ exchange, diff, error, contractsError }) => [exchange, {
      ...diff,
      ...(error === undefined ? {} : { error }),
      ...(contractsError === undefined ? {} : { contractsError }),
    }]),
  );
  const of = (verdict: PairMatch["verdict"]): PairMatch<StoredSymbol>[] =>
    symbols.pairs.filter((pair) => pair.verdict === verdict);
  const pairs = {
    confirmed: of("confirmed").length,
    unconfirmed: of("unconfirmed").map(pairRow),
    refused: of("refused").map(pairRow),
  };
  return { exchanges, venues, pairs };
}

function pairRow({ base, quote, first, second, reason }: PairMatch): unknown {
  return { pair: `${base}/${quote}`, venues: [first.exchange, second.exchange], reason };
}

/** The report in lines. */
export function syncLines({ exchanges, symbols }: SyncReport): string[] {
  const { added, changed, unchanged, unknown } = exchanges;
  return [
    `exchanges: ${added.length} new, ${changed.length} changed, ${unchanged} as before`,
    ...changed.map(({ exchange, changes }) => `  ~ ${exchange}  ${changesText(changes)}`),
    ...unknown.map((key) => `  ? ${key} is in the database, and this program does not know it`),
    ...symbols.venues.flatMap(venueLines),
    ...pairLines(symbols.pairs),
  ];
}

function venueLines({ exchange, diff, error, contractsError }: VenueSync): string[] {
  const contracts = contractsError === undefined
    ? []
    : [`  ? contracts of coins stay as they were: ${contractsError}`];
  if (diff === undefined) return [`${exchange}: not synchronised: ${error}`, ...contracts];
  return [`${exchange}: ${counts(diff)}`, ...diffLines(diff), ...contracts];
}

function counts({ added, changed, delisted, relisted, unchanged }: ListingDiff): string {
  const back = relisted.length === 0 ? "" : `, ${relisted.length} listed again`;
  return `${added.length} new, ${changed.length} changed, ${delisted.length} delisted${back}, ${unchanged} as before`;
}

function diffLines(diff: ListingDiff): string[] {
  const change = ({ exchangeSymbol, changes }: ChangedSymbol): string =>
    `${exchangeSymbol}  ${changesText(changes)}`.trimEnd();
  return [
    ...some("+", diff.added, (name) => name),
    ...some("~", diff.changed, change),
    ...some("-", diff.delisted, (name) => name),
    ...some("+", diff.relisted, (symbol) => `${change(symbol)} (listed again)`),
    ...some("?", diff.duplicates, (name) => `${name} is listed more than once: its first row counts`),
    ...some("?", diff.unreadable, (name) => `${name} cannot be read: what was known of it stays`),
  ];
}

function pairLines(pairs: readonly PairMatch[]): string[] {
  const of = (verdict: PairMatch["verdict"]): PairMatch[] => pairs.filter((pair) => pair.verdict === verdict);
  const refused = of("refused");
  const unconfirmed = of("unconfirmed");
  const text = ({ base, quote, first, second, reason }: PairMatch): string =>
    `${base}/${quote} on ${first.exchange} and ${second.exchange}: ${reason}`;
  return [
    `pairs across venues: ${
      of("confirmed").length
    } confirmed by contracts, ${unconfirmed.length} unconfirmed, ` +
    `${refused.length} refused as different coins`,
    ...some("!", refused, text),
    ...some("?", unconfirmed, text),
  ];
}

function some<Item>(mark: string, items: readonly Item[], text: (item: Item) => string): string[] {
  const lines = items.slice(0, shown).map((item) => `  ${mark} ${text(item)}`);
  return items.length > shown ? [...lines, `  ${mark} and ${items.length - shown} more`] : lines;
}

function changesText(changes: readonly FieldChange[]): string {
  return changes.map(({ field, before, after }) => `${field} ${before || "none"} → ${after || "none"}`).join(
    ", ",
  );
}
