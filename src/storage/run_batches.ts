/**
 * The batches that a run fills, one per table.
 * @module
 */
import type { BookTickerSnapshot } from "../core/book_ticker.ts";
import type { Exchange } from "../core/exchange.ts";
import type { ArbitrageOpportunity, Execution } from "../core/opportunity.ts";
import { BatchBuilder } from "./row_batch.ts";
import {
  bookTickerTable,
  exchangeTable,
  executionTable,
  type FillRow,
  fillTable,
  opportunityTable,
  type SymbolRow,
  symbolTable,
} from "./tables.ts";

/** One builder per table. */
export class RunBatches {
  readonly exchanges: BatchBuilder<Exchange>;
  readonly symbols: BatchBuilder<SymbolRow>;
  readonly bookTickers: BatchBuilder<BookTickerSnapshot>;
  readonly opportunities: BatchBuilder<ArbitrageOpportunity>;
  readonly executions: BatchBuilder<Execution>;
  readonly fills: BatchBuilder<FillRow>;
  /** All of them; rows of one refer to rows of those before. */
  readonly all: readonly Pick<BatchBuilder<never>, "take">[];

  /** @param capacity Rows of a full batch. */
  constructor(capacity: number) {
    this.exchanges = new BatchBuilder(exchangeTable, capacity);
    this.symbols = new BatchBuilder(symbolTable, capacity);
    this.bookTickers = new BatchBuilder(bookTickerTable, capacity);
    this.opportunities = new BatchBuilder(opportunityTable, capacity);
    this.executions = new BatchBuilder(executionTable, capacity);
    this.fills = new BatchBuilder(fillTable, capacity);
    this.all = [
      this.exchanges,
      this.symbols,
      this.bookTickers,
      this.opportunities,
      this.executions,
      this.fills,
    ];
  }
}
