/**
 * Stores the batches of one run.
 * @module
 */
import { StorageError } from "../core/errors.ts";
import { CopyEncoder } from "./copy_encoder.ts";
import { copyEncoders } from "./copy_tables.ts";
import { mayVouchForKeys, vouchForKeys } from "./key_checks.ts";
import { databaseError, DatabaseRefusalError } from "./database_errors.ts";
import type { Database, Row, SqlValue } from "./database.ts";
import { columnLiterals, insertStatement, numberLiteral, textLiteral } from "./insert_statement.ts";
import type { RunRecord } from "./messages.ts";
import type { RowBatch } from "./row_batch.ts";
import { type TableName, tableNames } from "./table.ts";
import { tables } from "./tables.ts";

const statements = Object.fromEntries(
  tableNames.map((name) => [name, insertStatement(tables[name])]),
) as Readonly<Record<TableName, string>>;

/** Rows of a batch that an insert stores faster than COPY when it comes alone. */
const mostRowsInserted = 32;

/** Notes batches, and tells which of them were not noted before. */
const claimStatement = `insert into stored_batches (run_id, sequence, table_name, row_count)
  select $1, * from unnest($2::text::bigint[], $3::text::text[], $4::text::integer[])
  on conflict do nothing returning sequence`;

/** How a {@link BatchWriter} treats rows that all runs share. */
export interface BatchWriterOptions {
  /** Leaves venues and symbols as they are where they exist: for a run that is over, of which newer is known. */
  readonly keepShared?: boolean;
  /** Lets the database check the foreign keys of every copied row, also where it could do without; false. */
  readonly checkKeys?: boolean;
}

/** Writes batches in the order given. */
export class BatchWriter {
  readonly #database: Database;
  readonly #runId: number;
  readonly #encoders: ReadonlyMap<TableName, CopyEncoder>;
  readonly #keepShared: boolean;
  /** Whether foreign keys of copied rows need no check. */
  readonly #vouches: boolean;
  /** Ids of rows in `symbols`, by the run's instrument id. */
  readonly #symbolIds: number[] = [];

  private constructor(
    database: Database,
    runId: number,
    encoders: ReadonlyMap<TableName, CopyEncoder>,
    vouches: boolean,
    { keepShared = false }: BatchWriterOptions,
  ) {
    this.#database = database;
    this.#runId = runId;
    this.#encoders = encoders;
    this.#keepShared = keepShared;
    this.#vouches = vouches;
  }

  /** Announces the run; announcing it again continues it. */
  static async start(
    database: Database,
    run: RunRecord,
    options: BatchWriterOptions = {},
  ): Promise<BatchWriter> {
    const rows = await database.query(
      `insert into runs (key, mode, seed, started_at) values ($1, $2, $3::text::bigint, to_timestamp($4::float8 / 1000))
      on conflict (key) do update set ended_at = null, lost_rows = null returning id`,
      [run.key, run.mode, run.seed === null ? null : String(run.seed), run.startedAt],
    );
    const encoders = database.copy === undefined ? new Map() : await copyEncoders(database);
    const vouches = encoders.size > 0 && options.checkKeys !== true && await mayVouchForKeys(database);
    return new BatchWriter(database, Number(rows[0]?.["id"]), encoders, vouches, options);
  }

  /**
   * Stores batches together: all of them or, when this throws, none. One that was stored before is not stored again.
   *
   * @throws {DatabaseRefusalError} when the database refuses rows.
   * @throws {DatabaseAwayError} when it cannot store them now; they may have been stored nevertheless.
   */
  async write(batches: readonly RowBatch[]): Promise<void> {
    const [only] = batches;
    try {
      if (only !== undefined && batches.length === 1 && !this.#copies(only)) {
        await this.#insert(this.#database, only);
      } else await this.#database.transaction((transaction) => this.#writeAll(transaction, batches));
    } catch (error) {
      throw describe(error, batches);
    }
  }

  /**
   * Stores one batch by an insert, which says best what is wrong with a row.
   *
   * @throws as {@link BatchWriter.write}
   */
  async writeAlone(batch: RowBatch): Promise<void> {
    try {
      await this.#insert(this.#database, batch);
    } catch (error) {
      throw describe(error, [batch]);
    }
  }

  /** Notes that the run has ended, and how many of its rows are missing. */
  async end(endedAt: number, lostRows: number): Promise<void> {
    await this.#database.query(
      "update runs set ended_at = to_timestamp($2::float8 / 1000), lost_rows = $3 where id = $1",
      [this.#runId, endedAt, lostRows],
    );
  }

  /** Whether COPY is worth its way: a transaction goes to and fro six times, an insert once. */
  #copies({ table, rows }: RowBatch): boolean {
    return this.#encoders.has(table) && rows > mostRowsInserted;
  }

  async #writeAll(transaction: Database, batches: readonly RowBatch[]): Promise<void> {
    for (const batch of batches) {
      if (!this.#encoders.has(batch.table)) await this.#insert(transaction, batch);
    }
    const copied = batches.filter((batch) => this.#encoders.has(batch.table));
    if (copied.length === 0) return;
    const fresh = await this.#claim(transaction, copied);
    if (this.#vouches && fresh.length > 0) await transaction.query(vouchForKeys);
    for (const [table, encoder] of this.#encoders) {
      const own = fresh.filter((batch) => batch.table === table);
      if (own.length === 0) continue;
      await transaction.copy!(encoder.statement, encoder.encode(own, this.#runId, this.#symbolIds));
    }
  }

  /** The batches that were not stored before. */
  async #claim(transaction: Database, batches: readonly RowBatch[]): Promise<RowBatch[]> {
    const sequences = Float64Array.from(batches, (batch) => batch.sequence);
    const counts = Float64Array.from(batches, (batch) => batch.rows);
    const rows = await transaction.query(claimStatement, [
      this.#runId,
      numberLiteral(sequences),
      textLiteral(batches.map((batch) => batch.table)),
      numberLiteral(counts),
    ]);
    const fresh = new Set(rows.map((row) => Number(row["sequence"])));
    return batches.filter((batch) => fresh.has(batch.sequence));
  }

  async #insert(database: Database, batch: RowBatch): Promise<void> {
    const table = tables[batch.table];
    const columns = columnLiterals(table, batch, this.#symbolIds);
    const parameters: SqlValue[] = table.ofRun
      ? [this.#runId, batch.sequence, batch.rows, ...columns]
      : columns;
    if (table.ofRun) await database.query(statements[batch.table], parameters);
    else await this.#insertShared(database, batch, parameters);
  }

  async #insertShared(database: Database, batch: RowBatch, parameters: readonly SqlValue[]): Promise<void> {
    const statement = this.#keepShared
      ? insertStatement(tables[batch.table], { keepExisting: true })
      : statements[batch.table];
    const rows = await database.query(statement, parameters);
    if (batch.table !== "symbols") return;
    this.#noteSymbols(
      batch,
      this.#keepShared ? await database.query("select id, exchange_id, exchange_symbol from symbols") : rows,
    );
  }

  /** A venue's symbol has the same row in every run, an instrument id is only of this run. */
  #noteSymbols(batch: RowBatch, rows: readonly Row[]): void {
    const ids = new Map(
      rows.map((row) => [`${row["exchange_id"]} ${row["exchange_symbol"]}`, Number(row["id"])]),
    );
    const [instruments, exchanges] = [0, batch.capacity];
    for (let row = 0; row < batch.rows; row++) {
      const id = ids.get(`${batch.numbers[exchanges + row]} ${batch.texts[0]![row]}`);
      if (id !== undefined) this.#symbolIds[batch.numbers[instruments + row]!] = id;
    }
  }
}

function describe(error: unknown, batches: readonly RowBatch[]): StorageError {
  const known = databaseError(error);
  if (!(known instanceof DatabaseRefusalError)) return known;
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
  const names = [...new Set(batches.map((batch) => batch.table))].join(", ");
  return new DatabaseRefusalError(
    `The database refused ${rows} rows for ${names}: ${known.message}`,
    known.code,
  );
}
