/**
 * How a run trades: on paper, or with money.
 * @module
 */
import type { ExchangeKey } from "../core/exchange.ts";
import type { FundingRateSnapshot } from "../core/funding.ts";
import type { SequencedJournal } from "../execution/journal/sequenced_journal.ts";
import type { Ledger } from "../execution/ledger.ts";
import type { OrderBook } from "../market/order_book.ts";
import type { BalanceSource } from "./balance_collector.ts";
import type { TradingParts } from "./trading_parts.ts";

/** What a run trades with, and what it does beside the orders. */
export interface RunTrading {
  readonly parts: TradingParts;
  readonly ledger: Ledger;
  readonly journal: SequencedJournal;
  /** The accounts, for those who record what they hold. */
  readonly accounts: readonly BalanceSource[];
  /** A usable book has changed; before strategies look at it. */
  onBook(book: OrderBook): void;
  /** Funding of a contract is known. */
  onFunding(rate: FundingRateSnapshot): void;
  /** The account of a venue is followed, or not any more. */
  onConnection(exchange: ExchangeKey, state: "live" | "lost"): void;
  /** Somebody allows trading in a scope again. Returns whether it was stopped. */
  resume(scope: string, by: string): boolean;
  /** Connects the accounts; resolves when orders may be sent. */
  start(): Promise<void>;
  /** Begins nothing more and waits for what is under way. Returns whether all of it has ended. */
  finish(timeoutMs: number): Promise<boolean>;
  /** Ends at once, whatever is under way. */
  stop(): void;
}
