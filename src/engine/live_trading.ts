/**
 * Trading with money: what an earlier run has left is settled first, then orders are sent, and everything is compared with
 * the venues as long as the run lasts.
 * @module
 */
import type { RouteUniverse } from "../arbitrage/route.ts";
import type { HftConfig } from "../config/hft_config.ts";
import type { Clock } from "../core/clock.ts";
import type { FundingRateSnapshot } from "../core/funding.ts";
import type { Instrument, InstrumentTable } from "../core/instrument.ts";
import type { SequencedJournal } from "../execution/journal/sequenced_journal.ts";
import { Ledger, type MarkPrice } from "../execution/ledger.ts";
import type { DeskListener } from "../execution/trading_desk.ts";
import type { Logger } from "../logging/logger.ts";
import type { OrderBook } from "../market/order_book.ts";
import type { BalanceSource } from "./balance_collector.ts";
import type { LiveAccounts } from "./live_accounts.ts";
import { positionRows } from "./position_rows.ts";
import type { RunTrading } from "./run_trading.ts";
import { TradingParts } from "./trading_parts.ts";

/** What {@link LiveTrading} takes. */
export interface LiveTradingOptions {
  readonly config: Pick<HftConfig, "trading" | "execution">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly instruments: InstrumentTable;
  readonly universe: RouteUniverse;
  readonly accounts: LiveAccounts;
  readonly book: (instrument: Instrument) => OrderBook | undefined;
  readonly mark: MarkPrice;
  readonly listener: DeskListener;
}

/** Trades with money. */
export class LiveTrading implements RunTrading {
  readonly parts: TradingParts;
  readonly ledger = new Ledger();
  readonly journal: SequencedJournal;
  readonly accounts: readonly BalanceSource[];

  constructor(options: LiveTradingOptions) {
    const { accounts: { venues, opened }, clock, mark } = options;
    this.journal = opened.journal;
    this.parts = new TradingParts({
      ...options,
      journal: opened.journal,
      ledger: this.ledger,
      venues,
      venueTimeMs: (exchange) => venues.get(exchange)?.timeMs ?? NaN,
    });
    this.accounts = [...venues.values()].map((venue, index) => ({
      exchange: venue.exchange,
      balances: () => venue.balances(),
      positions: () =>
        Promise.resolve(
          index === 0 ? positionRows(this.ledger, mark, { time: clock.epochMs(), paper: false }) : [],
        ),
    }));
  }

  onBook(_book: OrderBook): void {}

  onFunding(_rate: FundingRateSnapshot): void {}

  start(): Promise<void> {
    this.parts.desk.start();
    return Promise.resolve();
  }

  finish(timeoutMs: number): Promise<boolean> {
    return this.parts.desk.finish(timeoutMs);
  }

  stop(): void {
    this.parts.desk.abandon();
  }
}
