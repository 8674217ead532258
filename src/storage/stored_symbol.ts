/**
 * Symbols as the database has them.
 * @module
 */
import { DecimalStep } from "../core/decimal_step.ts";
import type { ExchangeKey, MarketKind } from "../core/exchange.ts";
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
import type { Queryable } from "./queryable.ts";

/** A symbol and what its venue last said about it. */
export interface StoredSymbol {
  /** Number of its row: the same in every run. */
  readonly id: number;
  readonly exchange: ExchangeKey;
  readonly market: MarketKind;
  readonly base: string;
  readonly quote: string;
  /** The venue's own name: `BTCUSDT`, `BTC_USDT`. */
  readonly exchangeSymbol: string;
  /** Price step, quote per base. */
  readonly tick: DecimalStep;
  /** Order size step: base units on spot, contracts on futures. */
  readonly lot: DecimalStep;
  /** Base units per unit of order size. */
  readonly contractSize: DecimalStep;
  /** Smallest order in units of order size; 0 for none. */
  readonly minQuantity: number;
  /** Smallest order value in quote; 0 for none. */
  readonly minNotional: number;
  /** Ratio of the notional; NaN when it is not known. */
  readonly makerFee: number;
  /** Ratio of the notional; NaN when it is not known. */
  readonly takerFee: number;
  /** Whether programs may trade it, both ways, and it is not being taken off. */
  readonly tradable: boolean;
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

/** Every symbol of the database, delisted ones too, ordered by venue and name. */
export async function storedSymbols(database: Queryable): Promise<StoredSymbol[]> {
  const rows = await database.query(
    `select id, exchange_id, market, base, quote, exchange_symbol, trim_scale(tick_size)::text as tick,
      trim_scale(lot_size)::text as lot, trim_scale(contract_size)::text as contract, min_quantity, min_notional,
      maker_fee, taker_fee, tradable, online, api_open, delisting, array_to_string(identities, ' ') as identities,
      ${epochMs("listed_at")} as listed, ${epochMs("changed_at")} as changed, ${
      epochMs("delisted_at")
    } as delisted
    from symbols order by exchange_id, exchange_symbol`,
  );
  return rows.map((row) => ({
    id: numberOf(row, "id"),
    exchange: exchangeOf(row, "exchange_id"),
    market: wordOf<MarketKind>(row, "market"),
    base: textOf(row, "base"),
    quote: textOf(row, "quote"),
    exchangeSymbol: textOf(row, "exchange_symbol"),
    tick: DecimalStep.parse(textOf(row, "tick")),
    lot: DecimalStep.parse(textOf(row, "lot")),
    contractSize: DecimalStep.parse(textOf(row, "contract")),
    minQuantity: numberOrZero(row, "min_quantity"),
    minNotional: numberOrZero(row, "min_notional"),
    makerFee: numberOf(row, "maker_fee"),
    takerFee: numberOf(row, "taker_fee"),
    tradable: flagOf(row, "tradable"),
    online: flagOf(row, "online"),
    apiOpen: flagOf(row, "api_open"),
    delisting: flagOf(row, "delisting"),
    identities: textOf(row, "identities").split(" ").filter((text) => text !== ""),
    listedAt: numberOf(row, "listed"),
    changedAt: numberOf(row, "changed"),
    delistedAt: optionalNumber(row, "delisted"),
  }));
}
