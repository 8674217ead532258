/**
 * Rows for tests of what reads the database.
 * @module
 */
import { exchanges } from "../../src/core/exchange.ts";
import type { Database, Row } from "../../src/storage/database.ts";
import type { Queryable } from "../../src/storage/queryable.ts";

/** A symbol of {@link fixedSymbols}; its row has the id of its place, counted from 1. */
export interface FixedSymbol {
  readonly exchange: number;
  readonly base: string;
  readonly name: string;
}

/** Three coins on every venue. */
export const fixedSymbols: readonly FixedSymbol[] = ["BTC", "ETH", "XYZ"].flatMap((base) =>
  exchanges.map(({ id }) => ({ exchange: id, base, name: id === 0 ? `${base}USDT` : `${base}_USDT` }))
);

/** Inserts rows by the names of their columns; times are ISO texts. */
export async function insertRows(database: Queryable, table: string, rows: readonly Row[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first).join(", ");
  await database.query(
    `insert into ${table} (${columns})
    select ${columns} from jsonb_populate_recordset(null::${table}, $1::text::jsonb)`,
    [JSON.stringify(rows)],
  );
}

/** A run, all venues and {@link fixedSymbols}. */
export async function insertFixedSymbols(database: Queryable): Promise<void> {
  await database.query(
    "insert into runs (key, mode, started_at) values (gen_random_uuid(), 'test', now()) returning id",
  );
  await insertRows(
    database,
    "exchanges",
    exchanges.map(({ id, key, name, market, makerFee, takerFee, buyFeeCoin }) => ({
      id,
      key,
      name,
      market,
      maker_fee: makerFee,
      taker_fee: takerFee,
      buy_fee_coin: buyFeeCoin,
    })),
  );
  await insertRows(
    database,
    "symbols",
    fixedSymbols.map(({ exchange, base, name }) => ({
      exchange_id: exchange,
      base,
      quote: "USDT",
      exchange_symbol: name,
      market: exchanges[exchange]!.market,
      tick_size: "0.01",
      lot_size: "0.001",
      contract_size: "1",
      tradable: true,
    })),
  );
}

/** ISO text of epoch milliseconds. */
export function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** Runs `work` in a transaction and undoes all of it. */
export async function undone(
  database: Database,
  work: (database: Queryable) => Promise<void>,
): Promise<void> {
  let worked = false;
  try {
    await database.transaction(async (transaction) => {
      await work(transaction);
      worked = true;
      throw new Error("everything is undone");
    });
  } catch (error) {
    if (!worked) throw error;
  }
}
