/**
 * Brings the database's venues to those that the program knows.
 * @module
 */
import { type Exchange, exchanges } from "../../core/exchange.ts";
import { numberOf, textOf } from "../operations/row_reader.ts";
import type { Queryable } from "../queryable.ts";
import { retry, type RetryOptions } from "./retry.ts";

/** A fact that has become another. Both as text; empty for none. */
export interface FieldChange {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

/** What became of the venues. */
export interface ExchangeSyncReport {
  /** Keys of venues that are new in the database. */
  readonly added: readonly string[];
  readonly changed: readonly { readonly exchange: string; readonly changes: readonly FieldChange[] }[];
  readonly unchanged: number;
  /** Keys of venues that the database has and this program does not know. They are left alone. */
  readonly unknown: readonly string[];
}

/** Settings of an {@link ExchangeSyncService}. */
export interface ExchangeSyncOptions extends RetryOptions {
  readonly database: Queryable;
}

/** Writes the program's table of venues into the database. */
export class ExchangeSyncService {
  readonly #options: ExchangeSyncOptions;

  constructor(options: ExchangeSyncOptions) {
    this.#options = options;
  }

  /**
   * Writes what differs, in one statement, and tells what that was.
   *
   * @throws {StorageError} or the database's error, when it refuses several times over.
   */
  sync(): Promise<ExchangeSyncReport> {
    return retry(this.#options, () => true, () => this.#sync());
  }

  async #sync(): Promise<ExchangeSyncReport> {
    const { database } = this.#options;
    const rows = await database.query(
      "select id, key, name, market, maker_fee, taker_fee, buy_fee_coin from exchanges order by id",
    );
    const stored = new Map(rows.map((row) => [numberOf(row, "id"), {
      key: textOf(row, "key"),
      name: textOf(row, "name"),
      market: textOf(row, "market"),
      maker_fee: numberOf(row, "maker_fee"),
      taker_fee: numberOf(row, "taker_fee"),
      buy_fee_coin: textOf(row, "buy_fee_coin"),
    }]));
    const added: string[] = [];
    const changed: { exchange: string; changes: FieldChange[] }[] = [];
    for (const exchange of exchanges) {
      const before = stored.get(exchange.id);
      stored.delete(exchange.id);
      if (before === undefined) added.push(exchange.key);
      else {
        const changes = changesOf(before, columnsOf(exchange));
        if (changes.length > 0) changed.push({ exchange: exchange.key, changes });
      }
    }
    const written = exchanges.filter(({ key }) =>
      added.includes(key) || changed.some(({ exchange }) => exchange === key)
    );
    if (written.length > 0) await database.query(write, [JSON.stringify(written.map(rowOf))]);
    const unknown = [...stored.values()].map(({ key }) => key);
    return { added, changed, unchanged: exchanges.length - written.length, unknown };
  }
}

const write = `insert into exchanges (id, key, name, market, maker_fee, taker_fee, buy_fee_coin)
  select * from jsonb_to_recordset($1::text::jsonb) as row (
    id smallint, key text, name text, market text, maker_fee float8, taker_fee float8, buy_fee_coin text
  )
  on conflict (id) do update set key = excluded.key, name = excluded.name, market = excluded.market,
    maker_fee = excluded.maker_fee, taker_fee = excluded.taker_fee, buy_fee_coin = excluded.buy_fee_coin`;

type Columns = Readonly<Record<string, string | number>>;

function rowOf(exchange: Exchange): Columns {
  return { id: exchange.id, ...columnsOf(exchange) };
}

function columnsOf({ key, name, market, makerFee, takerFee, buyFeeCoin }: Exchange): Columns {
  return { key, name, market, maker_fee: makerFee, taker_fee: takerFee, buy_fee_coin: buyFeeCoin };
}

/** The columns that differ. NaN, which stands for null, is equal to itself. */
export function changesOf(before: Columns, after: Columns): FieldChange[] {
  return Object.keys(after).filter((field) => !Object.is(before[field], after[field]))
    .map((field) => ({ field, before: textFor(before[field]), after: textFor(after[field]) }));
}

function textFor(value: string | number | undefined): string {
  return value === undefined || Number.isNaN(value) ? "" : String(value);
}
