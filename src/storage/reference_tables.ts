/**
 * Tables that all runs share: venues and symbols.
 * @module
 */
import type { Exchange } from "../core/exchange.ts";
import type { Instrument } from "../core/instrument.ts";
import type { Table } from "./table.ts";

/** An instrument and its venue. */
export interface SymbolRow {
  readonly exchange: Exchange;
  readonly instrument: Instrument;
}

/** The venues. */
export const exchangeTable: Table<Exchange> = {
  name: "exchanges",
  ofRun: false,
  key: ["id"],
  numbers: [
    { name: "id", kind: "integer", of: (row) => row.id },
    { name: "maker_fee", kind: "double", of: (row) => row.makerFee },
    { name: "taker_fee", kind: "double", of: (row) => row.takerFee },
  ],
  texts: [
    { name: "key", kind: "text", of: (row) => row.key },
    { name: "name", kind: "text", of: (row) => row.name },
    { name: "market", kind: "text", of: (row) => row.market },
    { name: "buy_fee_coin", kind: "text", of: (row) => row.buyFeeCoin },
  ],
};

/** The instruments, and what their venues say about them. */
export const symbolTable: Table<SymbolRow> = {
  name: "symbols",
  ofRun: false,
  key: ["exchange_id", "exchange_symbol"],
  numbers: [
    { name: "instrument", kind: "instrument", of: (row) => row.instrument.id },
    { name: "exchange_id", kind: "integer", of: (row) => row.exchange.id },
    { name: "min_quantity", kind: "double", of: (row) => row.instrument.minQuantity },
    { name: "min_notional", kind: "double", of: (row) => row.instrument.minNotional },
    { name: "maker_fee", kind: "double", of: (row) => row.instrument.makerFee },
    { name: "taker_fee", kind: "double", of: (row) => row.instrument.takerFee },
    { name: "tradable", kind: "boolean", of: (row) => (row.instrument.tradable ? 1 : 0) },
  ],
  texts: [
    { name: "exchange_symbol", kind: "text", of: (row) => row.instrument.exchangeSymbol },
    { name: "base", kind: "text", of: (row) => row.instrument.base },
    { name: "quote", kind: "text", of: (row) => row.instrument.quote },
    { name: "market", kind: "text", of: (row) => row.instrument.market },
    { name: "tick_size", kind: "numeric", of: (row) => row.instrument.tick.format(1) },
    { name: "lot_size", kind: "numeric", of: (row) => row.instrument.lot.format(1) },
    { name: "contract_size", kind: "numeric", of: (row) => row.instrument.contractSize.format(1) },
  ],
};
