/**
 * Which symbols of different venues may be traded against each other.
 * @module
 */
import { compareIdentities } from "./coin_identity.ts";
import type { ExchangeKey, MarketKind } from "./exchange.ts";

/** What has to be known of a symbol to match it. */
export interface MatchableSymbol {
  readonly exchange: ExchangeKey;
  readonly exchangeSymbol: string;
  readonly market: MarketKind;
  readonly base: string;
  readonly quote: string;
  /** Of the base coin, as `identityOf` tells them; those of a contract are of the same company's coin. */
  readonly identities: readonly string[];
}

/** Two symbols of one name on different venues. */
export interface PairMatch<Symbol extends MatchableSymbol = MatchableSymbol> {
  readonly base: string;
  readonly quote: string;
  readonly first: Symbol;
  readonly second: Symbol;
  /** `refused`: not the same coin. `unconfirmed`: nothing shows whether it is. */
  readonly verdict: "confirmed" | "unconfirmed" | "refused";
  /** Why, for people. */
  readonly reason: string;
}

/** Every two symbols of the same pair on different venues, ordered by pair, with what is known of their coins. */
export function matchPairs<Symbol extends MatchableSymbol>(symbols: readonly Symbol[]): PairMatch<Symbol>[] {
  const groups = Map.groupBy(symbols, ({ base, quote }) => `${base}/${quote}`);
  const matches: PairMatch<Symbol>[] = [];
  for (const [, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const [index, first] of group.entries()) {
      for (const second of group.slice(index + 1)) {
        if (first.exchange !== second.exchange) matches.push(matchOf(first, second));
      }
    }
  }
  return matches;
}

function matchOf<Symbol extends MatchableSymbol>(first: Symbol, second: Symbol): PairMatch<Symbol> {
  const { base, quote } = first;
  const { verdict, reason } = compareIdentities(first.identities, second.identities);
  if (verdict === "different") return { base, quote, first, second, verdict: "refused", reason };
  if (verdict === "unconfirmed") return { base, quote, first, second, verdict, reason };
  // A contract settles in money and names no coin, so agreement shows nothing about it, while a contradiction does.
  if (first.market === "perpetual" || second.market === "perpetual") {
    const words = "a contract names no coin; the spot coin of its company agrees";
    return { base, quote, first, second, verdict: "unconfirmed", reason: words };
  }
  return { base, quote, first, second, verdict: "confirmed", reason };
}
