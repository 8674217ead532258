/**
 * What the harness needs of whatever trades in an episode.
 * @module
 */
import type { TradeIntent } from "../../../src/arbitrage/trade_intent.ts";
import type { ExchangeKey } from "../../../src/core/exchange.ts";
import type { Instrument, InstrumentTable } from "../../../src/core/instrument.ts";
import type { SeededRandom } from "../../../src/core/random.ts";
import type { Journal } from "../../../src/execution/journal_record.ts";
import type { RiskLimits } from "../../../src/execution/risk/risk_limits.ts";
import type { SnapshotFacts } from "../../../src/execution/journal/sequenced_journal.ts";
import type { TradingVenue } from "../../../src/execution/trading_venue.ts";
import type { Logger } from "../../../src/logging/logger.ts";
import type { OrderBook } from "../../../src/market/order_book.ts";
import type { SimulatorEndpoints } from "../../../src/simulator/mod.ts";
import type { EngineLife } from "./engine_life.ts";

/** A journal in memory. */
export interface WrittenJournal extends Journal {
  /** Everything that is written, byte for byte. */
  readonly bytes: Uint8Array;
  /** Number of the last record. */
  readonly lastSequence: number;
  takeSnapshot(facts: SnapshotFacts): void;
}

/** Where a process finds itself. */
export interface EngineWorld {
  readonly life: EngineLife;
  readonly instruments: InstrumentTable;
  readonly endpoints: SimulatorEndpoints;
  readonly random: SeededRandom;
  readonly logger: Logger;
  readonly limits: RiskLimits;
  /** What earlier processes have written. */
  readonly bytes: Uint8Array;
  /** The books as this process sees them. */
  book(instrument: Instrument): OrderBook;
  /** Stands between the process and its journal. */
  journal(journal: WrittenJournal): WrittenJournal;
  /** Stands between the process and its accounts. */
  venue(venue: TradingVenue): TradingVenue;
}

/** A process that trades. */
export interface EngineUnderTest {
  /** Whether nothing of it is under way or unhedged, except what it calls a residue. */
  readonly isQuiet: boolean;
  /** Why it is not quiet, for people. */
  readonly unrest: string;
  /** What it does not trade any more, and why. */
  readonly stops: readonly string[];
  /** Engages its kill switch. */
  kill(): void;
  /** Ends it in order, as far as that is possible within this time. */
  finish(timeoutMs: number): Promise<boolean>;
  /** A book has changed. */
  onBook(instrument: Instrument): void;
  /** Takes an intent or refuses it; says which and why. */
  submit(intent: TradeIntent): string;
  /** Signed base units that it says are unhedged. */
  exposure(base: string): number;
  /** Signed base units of a contract's position. */
  position(instrument: Instrument): number;
  /** Changes of balances by its trades since its journal began. */
  flows(): readonly { readonly exchange: ExchangeKey; readonly coin: string; readonly amount: number }[];
  /** Profit of closing its contracts at these prices, quote. */
  unrealised(price: (instrument: Instrument) => number): number;
  /** Profit since its journal began in quote, what is open valued at these prices. */
  profit(price: (instrument: Instrument) => number): number;
}

/** Starts a process. Rejects when the venues do not let it begin; it is started again then. */
export type StartEngine = (world: EngineWorld) => Promise<EngineUnderTest>;
