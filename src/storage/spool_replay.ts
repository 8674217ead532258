/**
 * Brings batches from the disk to the database.
 * @module
 */
import { errorMessage } from "../core/errors.ts";
import { BatchWriter } from "./batch_writer.ts";
import { DatabaseAwayError } from "./database_errors.ts";
import type { Database } from "./database.ts";
import { groupOf, storeGroup } from "./group_writer.ts";
import type { StorageReply } from "./messages.ts";
import type { RowBatch } from "./row_batch.ts";
import type { Spool } from "./spool.ts";
import type { SpooledBatch, SpooledRun } from "./spooled_run.ts";

/** Stores the spool's batches in the order in which they were recorded. */
export class SpoolReplay {
  readonly #spool: Spool;
  readonly #onProblem: (message: string) => void;
  #writers = new Map<SpooledRun, BatchWriter>();

  /** @param onProblem Told of what earlier runs have lost. */
  constructor(spool: Spool, onProblem: (message: string) => void) {
    this.#spool = spool;
    this.#onProblem = onProblem;
  }

  /** The connection is gone. */
  disconnect(): void {
    this.#writers = new Map();
  }

  /**
   * Stores the next batches of the current run.
   *
   * @throws {DatabaseAwayError} when the database is away.
   */
  async storeOwn(
    writer: BatchWriter,
    own: SpooledRun,
    reply: (reply: StorageReply) => void,
  ): Promise<boolean> {
    const group = groupOf(own.batches);
    const refusals = await this.#store(writer, own, group);
    for (const { sequence } of group) {
      const message = refusals.get(sequence);
      if (message === undefined) reply({ type: "stored", sequence });
      else reply({ type: "refused", sequence, message });
    }
    return true;
  }

  /**
   * Stores the next batches of an earlier run, if there is one.
   *
   * @throws {DatabaseAwayError} when the database is away.
   */
  async step(database: Database): Promise<boolean> {
    const run = this.#spool.earlier[0];
    if (run === undefined) return false;
    try {
      await this.#stepOf(database, run);
    } catch (error) {
      if (error instanceof DatabaseAwayError) throw error;
      this.#onProblem(`The run in ${run.directory} cannot be stored now: ${errorMessage(error)}`);
      this.#spool.finish(run, false);
    }
    return true;
  }

  async #stepOf(database: Database, run: SpooledRun): Promise<void> {
    const writer = this.#writers.get(run) ?? await this.#begin(database, run);
    const group = groupOf(run.batches);
    for (const message of (await this.#store(writer, run, group)).values()) this.#onProblem(message);
    if (run.batches.length > 0) return;
    const { end } = run;
    if (end !== undefined) await writer.end(end.endedAt, end.lostRows);
    this.#spool.finish(run, true);
    this.#writers.delete(run);
  }

  async #begin(database: Database, run: SpooledRun): Promise<BatchWriter> {
    const writer = await BatchWriter.start(database, run.run, { keepShared: true });
    const shared = run.shared.map((batch) => this.#spool.read(run, batch)).filter((batch) =>
      batch !== undefined
    );
    for (const message of (await storeGroup(writer, shared)).values()) this.#onProblem(message);
    this.#writers.set(run, writer);
    return writer;
  }

  /** Stores batches and takes them off the disk; tells which are not stored and why. */
  async #store(
    writer: BatchWriter,
    owner: SpooledRun,
    group: readonly SpooledBatch[],
  ): Promise<Map<number, string>> {
    const places = new Map(group.map((batch) => [batch.sequence, batch]));
    const whole: RowBatch[] = [];
    const lost = new Map<number, string>();
    for (const batch of group) {
      const read = this.#spool.read(owner, batch);
      if (read === undefined) lost.set(batch.sequence, `Batch ${batch.name} is damaged: its rows are lost`);
      else whole.push(read);
    }
    const refusals = await storeGroup(writer, whole);
    for (const batch of whole) {
      const spooled = places.get(batch.sequence)!;
      const reason = refusals.get(batch.sequence);
      if (reason === undefined) this.#spool.remove(owner, spooled);
      else this.#spool.refuse(batch, reason, { owner, batch: spooled });
    }
    return new Map([...lost, ...refusals]);
  }
}
