/**
 * How operations are told which symbol is meant.
 * @module
 */
import { exchangeByKey, type ExchangeKey } from "../../core/exchange.ts";
import type { SqlValue } from "../database.ts";
import type { Queryable } from "../queryable.ts";
import { checkName } from "./arguments.ts";

/** A symbol as its venue names it. */
export interface SymbolName {
  readonly exchange: ExchangeKey;
  /** The venue's own name: `BTCUSDT` on MEXC, `BTC_USDT` on Gate.io. */
  readonly exchangeSymbol: string;
}

/** SQL for the id of the symbol that {@link symbolParameters} give as `$1` and `$2`. */
export const symbolId = "(select id from symbols where exchange_id = $1::smallint and exchange_symbol = $2)";

/** Parameters for {@link symbolId}. Errors as `exchangeByKey`, and {RangeError} for an empty name. */
export function symbolParameters({ exchange, exchangeSymbol }: SymbolName): [SqlValue, SqlValue] {
  return [exchangeByKey(exchange).id, checkName("exchangeSymbol", exchangeSymbol)];
}

/**
 * Tells a symbol without rows from one that does not exist.
 *
 * @throws {RangeError} when the database does not have it.
 */
export async function expectSymbol(database: Queryable, symbol: SymbolName): Promise<void> {
  const rows = await database.query(`select ${symbolId} as id`, symbolParameters(symbol));
  if (rows[0]?.["id"] === null) {
    throw new RangeError(
      `The database has no symbol "${symbol.exchangeSymbol}" of ${symbol.exchange}: check the name, or synchronise symbols`,
    );
  }
}
