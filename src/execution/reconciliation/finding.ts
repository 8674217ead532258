/**
 * What a comparison with a venue has brought to light.
 * @module
 */
import type { ExchangeKey } from "../../core/exchange.ts";

/**
 * - `fill-found`: a trade of ours that the streams have not told; it is in the ledger now.
 * - `order-found`: the end of an order that the streams have not told.
 * - `short-listing`: an open order is not in the venue's listing, and the venue has it all the same.
 * - `foreign-order`: an open order of somebody else. It is left alone.
 * - `foreign-fill`: a trade of somebody else. It is left alone.
 * - `explained`: a balance differs, and the venue's deposits and withdrawals say why.
 * - `stale-balance`: what is free was not what the account has; it is now.
 * - `disagreement`, `agreement`: see the text; acquisition was stopped, or the reason is gone.
 * - `unreachable`, `reachable`: the venue cannot be compared with, or can again.
 * - `overtaken`: too much happens at the venue for a comparison.
 */
export type FindingKind =
  | "fill-found"
  | "order-found"
  | "short-listing"
  | "foreign-order"
  | "foreign-fill"
  | "explained"
  | "stale-balance"
  | "disagreement"
  | "agreement"
  | "unreachable"
  | "reachable"
  | "overtaken";

/** One of them. */
export interface Finding {
  readonly kind: FindingKind;
  readonly exchange: ExchangeKey;
  /** Coin, symbol or client order id; empty when it is about the whole venue. */
  readonly subject: string;
  /** In words, with numbers. */
  readonly text: string;
}

/** Kinds that somebody should look at. The others are told for the record. */
export const alarming: readonly FindingKind[] = ["disagreement", "unreachable"];
