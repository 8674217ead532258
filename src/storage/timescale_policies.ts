/**
 * The jobs of TimescaleDB that compress, drop and aggregate: each is left alone when it is as wanted, and replaced
 * when it is not.
 * @module
 */
import type { Database } from "./database.ts";
import { durationSeconds, intervalLiteral } from "./duration.ts";
import { atLeast, type TimescaleVersion } from "./timescale_version.ts";

/** Name of a policy's procedure in `timescaledb_information.jobs`, in all versions. */
type PolicyKind = "policy_compression" | "policy_retention" | "policy_refresh_continuous_aggregate";

/** A hypertable or continuous aggregate, and how its rows lie when they are compressed. */
export interface CompressedRelation {
  readonly relation: string;
  readonly kind: "table" | "materialized view";
  readonly segmentBy: string;
  readonly orderBy: string;
}

/** Applies policies. */
export class TimescalePolicies {
  readonly #database: Database;
  /** Since 2.18 the columnstore has names of its own; those of before still work, but are deprecated. */
  readonly #columnstore: boolean;
  /** Jobs by relation and kind: what they are told, and when they run, in seconds. */
  readonly #jobs: ReadonlyMap<string, string>;

  private constructor(database: Database, columnstore: boolean, jobs: ReadonlyMap<string, string>) {
    this.#database = database;
    this.#columnstore = columnstore;
    this.#jobs = jobs;
  }

  /** Reads which policies there are. */
  static async read(database: Database, version: TimescaleVersion): Promise<TimescalePolicies> {
    // A job of an aggregate goes by the name of the aggregate or, in older versions, of the table behind it.
    const rows = await database.query(
      `select coalesce(view_name, jobs.hypertable_name) as relation, proc_name, concat_ws(' ',
        extract(epoch from (config->>'compress_after')::interval)::bigint,
        extract(epoch from (config->>'drop_after')::interval)::bigint,
        extract(epoch from (config->>'start_offset')::interval)::bigint,
        extract(epoch from (config->>'end_offset')::interval)::bigint,
        'every', extract(epoch from schedule_interval)::bigint) as told
      from timescaledb_information.jobs left join timescaledb_information.continuous_aggregates
        on materialization_hypertable_name = jobs.hypertable_name
      where coalesce(view_schema, jobs.hypertable_schema) = current_schema()`,
    );
    const jobs = new Map(rows.map((row) => [`${row["relation"]} ${row["proc_name"]}`, String(row["told"])]));
    return new TimescalePolicies(database, atLeast(version, 2, 18), jobs);
  }

  /** Compresses chunks of an age; null for never. `every`: seconds between two runs. */
  async compress(rows: CompressedRelation, after: string | null, every: number): Promise<void> {
    const { relation } = rows;
    const wanted = after === null ? undefined : durationSeconds(after, "compressAfter");
    const told = wanted === undefined ? undefined : `${wanted} every ${every}`;
    const existing = this.#jobs.get(`${relation} ${"policy_compression" satisfies PolicyKind}`);
    if (existing === told) return;
    if (existing !== undefined) {
      await this.#database.script(
        this.#columnstore
          ? `call remove_columnstore_policy('${relation}')`
          : `select remove_compression_policy('${relation}')`,
      );
    }
    if (wanted === undefined) return;
    if (existing === undefined) await this.#enableCompression(rows);
    const [age, schedule] = [intervalLiteral(wanted), `schedule_interval => ${intervalLiteral(every)}`];
    await this.#database.script(
      this.#columnstore
        ? `call add_columnstore_policy('${relation}', after => ${age}, ${schedule})`
        : `select add_compression_policy('${relation}', compress_after => ${age}, ${schedule})`,
    );
  }

  /** Drops chunks of an age; null for never. */
  async retain(relation: string, keep: string | null, every: number): Promise<void> {
    const wanted = keep === null ? undefined : durationSeconds(keep, "keep");
    const told = wanted === undefined ? undefined : `${wanted} every ${every}`;
    const existing = this.#jobs.get(`${relation} ${"policy_retention" satisfies PolicyKind}`);
    if (existing === told) return;
    if (existing !== undefined) await this.#database.script(`select remove_retention_policy('${relation}')`);
    if (wanted === undefined) return;
    await this.#database.script(
      `select add_retention_policy('${relation}', drop_after => ${intervalLiteral(wanted)},
        schedule_interval => ${intervalLiteral(every)})`,
    );
  }

  /** Keeps an aggregate up to date from `within` seconds ago to the last whole bucket. */
  async refresh(relation: string, bucket: number, within: number, every: number): Promise<void> {
    const existing = this.#jobs.get(
      `${relation} ${"policy_refresh_continuous_aggregate" satisfies PolicyKind}`,
    );
    if (existing === `${within} ${bucket} every ${every}`) return;
    if (existing !== undefined) {
      await this.#database.script(`select remove_continuous_aggregate_policy('${relation}')`);
    }
    await this.#database.script(
      `select add_continuous_aggregate_policy('${relation}', start_offset => ${intervalLiteral(within)},
        end_offset => ${intervalLiteral(bucket)}, schedule_interval => ${intervalLiteral(every)})`,
    );
  }

  /** Before 2.14 the order of rows may not be changed while a chunk is compressed. */
  async #enableCompression({ relation, kind, segmentBy, orderBy }: CompressedRelation): Promise<void> {
    const compressed = await this.#database.query(
      `select 1 from timescaledb_information.chunks left join timescaledb_information.continuous_aggregates
        on materialization_hypertable_name = chunks.hypertable_name
      where is_compressed and coalesce(view_name, chunks.hypertable_name) = $1 limit 1`,
      [relation],
    );
    if (compressed.length > 0) return;
    await this.#database.script(
      this.#columnstore
        ? `alter ${kind} ${relation} set (timescaledb.enable_columnstore = true,
            timescaledb.segmentby = '${segmentBy}', timescaledb.orderby = '${orderBy}')`
        : `alter ${kind} ${relation} set (timescaledb.compress = true,
            timescaledb.compress_segmentby = '${segmentBy}', timescaledb.compress_orderby = '${orderBy}')`,
    );
  }
}
