/**
 * Symbols as the database has them.
 * @module
 */
import { DecimalStep } from "../core/decimal_step.ts";
import type { MarketKind } from "../core/exchange.ts";
import type { InstrumentSpec } from "../core/instrument.ts";
import {
  epochMs,
  exchangeOf,
  flagOf,
  numberOf,
  numberOrZero,
  optionalNumber,
  textOf,
  wordOf,
} from "./operations/row_reader.ts";
import type { Row } from "./database.ts";
import type { Queryable } from "./queryable.ts";

/** A symbol and what its venue last said about it. A fee is NaN when it is not known. */
export interface StoredSymbol extends InstrumentSpec {
  /** Number of its row: the same in every run. */
  readonly id: number;
  readonly market: MarketKind;
  /** Whether the venue says that it trades. */
  readonly online: boolean;
  /** Whether programs may trade it. */
  readonly apiOpen: boolean;
  /** Whether it is announced to be taken off. */
  readonly delisting: boolean;
  /** Of the base coin: `NETWORK:contract`, sorted; empty where nothing is known. */
  readonly identities: readonly string[];
  /** Epoch milliseconds of the first time that it was seen. */
  readonly listedAt: number;
  /** Epoch milliseconds at which something here last changed. */
  readonly changedAt: number;
  /** Epoch milliseconds; undefined while the venue lists it. */
  readonly delistedAt: number | undefined;
}

/** Rows that are read at once; many more would hold up whatever else the thread does. */
const pieceRows = 500;

/**
 * Every symbol of the database, delisted ones too, ordered by venue and name.
 *
 * @param pause Lets the thread do something else between two pieces of 500 rows; without it all are read at once.
 */
export async function storedSymbols(
  database: Queryable,
  pause: () => Promise<void> = () => Promise.resolve(),
): Promise<StoredSymbol[]> {
  const rows = await database.query(
    `select id, exchange_id, market, base, quote, exchange_symbol, trim_scale(tick_size)::text as tick,
      trim_scale(lot_size)::text as lot, trim_scale(contract_size)::text as contract, min_quantity, min_notional,
      maker_fee, taker_fee, tradable, online, api_open, delisting, array_to_string(identities, ' ') as identities,
      ${epochMs("listed_at")} as listed, ${epochMs("changed_at")} as changed, ${
      epochMs("delisted_at")
    } as delisted
    from symbols order by exchange_id, exchange_symbol`,
  );
  const stepOf = stepReader();
  const symbols: StoredSymbol[] = [];
  for (const row of rows) {
    if (symbols.length > 0 && symbols.length % pieceRows === 0) await pause();
    symbols.push(symbolOf(row, stepOf));
  }
  return symbols;
}

/** Reads steps, each different one once: thousands of symbols share a few. */
function stepReader(): (text: string) => DecimalStep {
  const known = new Map<string, DecimalStep>();
  return (text) => {
    let step = known.get(text);
    if (step === undefined) known.set(text, step = DecimalStep.parse(text));
    return step;
  };
}

function symbolOf(row: Row, stepOf: (text: string) => DecimalStep): StoredSymbol {
  const identities = textOf(row, "identities");
  return {
    id: numberOf(row, "id"),
    exchange: exchangeOf(row, "exchange_id"),
    market: wordOf<MarketKind>(row, "market"),
    base: textOf(row, "base"),
    quote: textOf(row, "quote"),
    exchangeSymbol: textOf(row, "exchange_symbol"),
    tick: stepOf(textOf(row, "tick")),
    lot: stepOf(textOf(row, "lot")),
    contractSize: stepOf(textOf(row, "contract")),
    minQuantity: numberOrZero(row, "min_quantity"),
    minNotional: numberOrZero(row, "min_notional"),
    makerFee: numberOf(row, "maker_fee"),
    takerFee: numberOf(row, "taker_fee"),
    tradable: flagOf(row, "tradable"),
    online: flagOf(row, "online"),
    apiOpen: flagOf(row, "api_open"),
    delisting: flagOf(row, "delisting"),
    identities: identities === "" ? [] : identities.split(" "),
    listedAt: numberOf(row, "listed"),
    changedAt: numberOf(row, "changed"),
    delistedAt: optionalNumber(row, "delisted"),
  };
}
