/**
 * Drops what is older than it is to be kept, where the database has no jobs of its own for that: a few thousand rows
 * at a time, with pauses in which batches are written.
 * @module
 */
import type { Clock, Timer } from "../core/clock.ts";
import { errorMessage, StorageError } from "../core/errors.ts";
import type { Database } from "./database.ts";
import { durationSeconds } from "./duration.ts";
import type { HistorySettings } from "./history_settings.ts";
import {
  type HistoryLayout,
  historyLayouts,
  type HistoryTable,
  historyTableNames,
} from "./history_tables.ts";
import type { HistoryState } from "./timescale.ts";

/** What a {@link Retention} works with. */
export interface RetentionOptions {
  readonly database: Database;
  readonly settings: HistorySettings;
  /** What `prepareTimescale` has found. */
  readonly state: HistoryState;
  /** Its time decides what is old: the clock that the rows' times come from. */
  readonly clock: Clock;
  /** Called when a round failed; the next one tries again. */
  readonly onError: (error: StorageError) => void;
  /** Milliseconds between two rounds; a minute when left out. */
  readonly everyMs?: number;
  /** Most rows of one statement; 2,000 when left out. */
  readonly sliceRows?: number;
}

/** Part of the time that may be spent on deleting while a round lasts. */
const share = 0.2;

/** Works in the background between {@link start} and {@link stop}. */
export class Retention {
  readonly #options: Required<RetentionOptions>;
  #running: Promise<void> | undefined;
  #stopped = false;
  #timer: Timer | undefined;
  #wake: (() => void) | undefined;

  constructor(options: RetentionOptions) {
    this.#options = { everyMs: 60_000, sliceRows: 2_000, ...options };
  }

  /** Starts the rounds; the first comes after one interval, so that it does not hold up the start. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends with the statement that is running, and waits for it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#wake?.();
    await this.#running;
  }

  /**
   * One round: everything that is old by now is dropped.
   *
   * @return How many rows, or chunks of TimescaleDB, are gone, by table.
   * @throws what the database says when it refuses a statement.
   */
  async sweep(): Promise<Map<string, number>> {
    const { settings, state } = this.#options;
    const gone = new Map<string, number>();
    for (const table of state.retention === "policies" ? [] : historyTableNames) {
      const { keep } = settings.tables[table];
      if (keep === null) continue;
      const dropped = state.retention === "chunks" ? this.#dropChunks(table, keep) : this.#drop(table, keep);
      gone.set(table, await dropped);
    }
    gone.set("stored_batches", await this.#drop("stored_batches", settings.keepBatches));
    if (state.timescale === null && !this.#stopped) await vacuumAlone(this.#options.database);
    return gone;
  }

  async #run(): Promise<void> {
    const { everyMs, onError } = this.#options;
    while (true) {
      await this.#pause(everyMs);
      if (this.#stopped) return;
      try {
        await this.sweep();
      } catch (error) {
        if (!this.#stopped) {
          onError(new StorageError(`Old rows could not be dropped: ${errorMessage(error)}`));
        }
      }
    }
  }

  async #dropChunks(table: HistoryTable, keep: string): Promise<number> {
    const chunks = await this.#options.database.query(
      `select 1 from drop_chunks('${table}', older_than => to_timestamp($1::float8 / 1000)) as chunk`,
      [this.#before(keep)],
    );
    return chunks.length;
  }

  /** Deletes slice after slice. Each begins where the last one ended, behind the remains of the rows before. */
  async #drop(table: HistoryTable | "stored_batches", keep: string): Promise<number> {
    const { database, clock, sliceRows } = this.#options;
    const [statement, before] = [sliceDrop(table), this.#before(keep)];
    let [total, owner, time] = [0, -1, "-infinity"];
    while (!this.#stopped) {
      const started = clock.monotonicMs();
      const [row] = await database.query(statement, [before, sliceRows, owner, time]);
      const dropped = Number(row?.["dropped"]);
      total += dropped;
      if (dropped < sliceRows) break;
      [owner, time] = [Number(row?.["owner"]), String(row?.["time"])];
      await this.#pause((clock.monotonicMs() - started) * (1 / share - 1));
    }
    return total;
  }

  /** Epoch milliseconds before which rows are old. */
  #before(keep: string): number {
    return this.#options.clock.epochMs() - durationSeconds(keep, "keep") * 1_000;
  }

  async #pause(ms: number): Promise<void> {
    if (this.#stopped) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#timer = this.#options.clock.setTimer(ms, resolve);
    });
  }
}

/**
 * Deletes rows from before `$1` (epoch milliseconds), `$2` at most, from the time `$4` of the owner `$3` on, and tells
 * how many they were and the owner and time of the last one. An owner is a symbol or a venue: the oldest rows are
 * found with the index that the queries need anyway, instead of one more on the busiest tables.
 */
function sliceDrop(table: HistoryTable | "stored_batches"): string {
  const { time, owner } = table === "stored_batches" ? batchLayout : historyLayouts[table];
  return `with old as (
      select row.place, row.time, owner.id as owner
      from ${owner?.table ?? "(values (0)) as owner (id)"} ${
    owner === undefined ? "" : "as owner"
  } cross join lateral (
        select ctid as place, ${time} as time from ${table}
        where ${
    owner === undefined ? "" : `${owner.column} = owner.id and`
  } ${time} < to_timestamp($1::float8 / 1000)
          and ${time} >= case when owner.id = $3::integer then $4::text else '-infinity' end::timestamptz
        order by ${time} limit $2::integer
      ) as row
      where owner.id >= $3::integer order by owner.id limit $2::integer
    ), gone as (delete from ${table} where ctid = any (array(select place from old)))
    select count(*) as dropped, max(owner) as owner,
      (max(time) filter (where owner = (select max(owner) from old)))::text as time from old`;
}

const batchLayout: Pick<HistoryLayout, "time" | "owner"> = { time: "stored_at" };

/**
 * Does what a server's autovacuum does, in a database that is alone in its process: without it the space of rows that
 * were dropped would never be used again, and the planner would know nothing of the tables.
 */
async function vacuumAlone(database: Database): Promise<void> {
  const [activity] = await database.query("select count(*) > 1 as served from pg_stat_activity");
  if (activity?.["served"] === true) return;
  // Else what was just deleted may be counted a round later.
  await database.query("select pg_stat_force_next_flush()");
  // The thresholds of autovacuum, from a thousand rows on.
  const tables = await database.query(
    `select relname, n_dead_tup > 1000 + 0.2 * n_live_tup as vacuum from pg_stat_user_tables
    where schemaname = current_schema()
      and (n_dead_tup > 1000 + 0.2 * n_live_tup or n_mod_since_analyze > 1000 + 0.1 * n_live_tup)`,
  );
  for (const { relname, vacuum } of tables) {
    await database.script(vacuum === true ? `vacuum (analyze) "${relname}"` : `analyze "${relname}"`);
  }
}
