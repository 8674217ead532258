/**
 * The folder of one run in the spool.
 * @module
 */
import * as v from "valibot";
import { errorMessage, StorageError } from "../core/errors.ts";
import { decodeBatch, encodeBatch } from "./batch_file.ts";
import { removeIfThere, syncDirectory, unfinishedSuffix, writeDurably, writeWhole } from "./durable_file.ts";
import type { RunRecord } from "./messages.ts";
import type { RowBatch } from "./row_batch.ts";
import { type TableName, tableNames } from "./table.ts";
import { tables } from "./tables.ts";

/** A batch on the disk. */
export interface SpooledBatch {
  readonly name: string;
  readonly sequence: number;
  readonly table: TableName;
  readonly rows: number;
  readonly bytes: number;
}

/** How a run ended. */
export interface RunEnd {
  /** Epoch milliseconds. */
  readonly endedAt: number;
  readonly lostRows: number;
}

const runFile = "run.json";
const endFile = "end.json";
const lockFile = "lock";
const batchName = /^(\d+)-([a-z_]+)-(\d+)\.batch$/;

const runSchema = v.object({
  key: v.string(),
  mode: v.string(),
  seed: v.nullable(v.number()),
  startedAt: v.number(),
});
const endSchema = v.object({ endedAt: v.number(), lostRows: v.number() });

/** A run's batches on the disk. Whoever has this object is the only one with it: the folder is locked. */
export class SpooledRun {
  readonly run: RunRecord;
  /** Batches of tables of runs, in order. */
  readonly batches: SpooledBatch[] = [];
  /** Batches of venues and symbols, in order; they stay as long as the folder, because others refer to them. */
  readonly shared: SpooledBatch[] = [];
  readonly directory: string;
  readonly #lock: Deno.FsFile;

  private constructor(directory: string, run: RunRecord, lock: Deno.FsFile) {
    this.directory = directory;
    this.run = run;
    this.#lock = lock;
  }

  /** Makes the folder of a new run. */
  static create(spool: string, run: RunRecord): SpooledRun {
    const directory = `${spool}/${run.key}`;
    // Others look at folders without the suffix only; this one gets its name when it is locked and whole.
    const unfinished = `${directory}${unfinishedSuffix}`;
    Deno.mkdirSync(unfinished, { recursive: true });
    const lock = Deno.openSync(`${unfinished}/${lockFile}`, { create: true, write: true });
    lock.lockSync(true);
    writeDurably(unfinished, runFile, new TextEncoder().encode(JSON.stringify(run)));
    Deno.renameSync(unfinished, directory);
    syncDirectory(spool);
    return new SpooledRun(directory, run, lock);
  }

  /**
   * Takes the folder of a run over, as soon as the process that has it ends; undefined when nothing is left of it.
   *
   * @param setAside Told of each file that is not whole.
   * @throws {StorageError} when nothing can be made of it.
   */
  static async adopt(
    spool: string,
    key: string,
    setAside: (path: string, reason: string) => void,
  ): Promise<SpooledRun | undefined> {
    const directory = `${spool}/${key}`;
    let lock: Deno.FsFile;
    try {
      lock = Deno.openSync(`${directory}/${lockFile}`, { create: true, write: true });
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
    await lock.lock(true);
    try {
      const run = v.parse(runSchema, JSON.parse(Deno.readTextFileSync(`${directory}/${runFile}`)));
      const spooled = new SpooledRun(directory, run, lock);
      spooled.#list(setAside);
      return spooled;
    } catch (error) {
      lock.close();
      if (error instanceof Deno.errors.NotFound && !exists(directory)) return undefined;
      throw new StorageError(`${directory} tells of no run: ${errorMessage(error)}`);
    }
  }

  /** Bytes of all its batches. */
  get bytes(): number {
    return [...this.batches, ...this.shared].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Writes a batch whole or not at all; it is safe after {@link SpooledRun.secure}. */
  add(batch: RowBatch): SpooledBatch {
    const bytes = encodeBatch(batch);
    const name = `${batch.sequence}-${batch.table}-${batch.rows}.batch`;
    writeWhole(this.directory, name, bytes);
    const { sequence, table, rows } = batch;
    const spooled = { name, sequence, table, rows, bytes: bytes.length };
    (tables[table].ofRun ? this.batches : this.shared).push(spooled);
    return spooled;
  }

  /** Makes every batch that was added safe from any end of the process or the machine. */
  secure(): void {
    syncDirectory(this.directory);
  }

  /**
   * Reads a batch.
   *
   * @throws {StorageError} when it is damaged.
   */
  read({ name, sequence, table, rows }: SpooledBatch): RowBatch {
    let batch: RowBatch;
    try {
      batch = decodeBatch(Deno.readFileSync(`${this.directory}/${name}`));
    } catch (error) {
      throw new StorageError(`${this.directory}/${name} cannot be read: ${errorMessage(error)}`);
    }
    if (batch.sequence !== sequence || batch.table !== table || batch.rows !== rows) {
      throw new StorageError(`${this.directory}/${name} holds another batch than its name says`);
    }
    return batch;
  }

  /** Removes a batch and returns whether it was there. */
  remove(batch: SpooledBatch): boolean {
    removeIfThere(`${this.directory}/${batch.name}`);
    return this.forget(batch);
  }

  /** Takes a batch off the list and returns whether it was on it; its file is somebody else's matter. */
  forget(batch: SpooledBatch): boolean {
    const list = tables[batch.table].ofRun ? this.batches : this.shared;
    const index = list.indexOf(batch);
    if (index >= 0) list.splice(index, 1);
    return index >= 0;
  }

  /** How the run ended; undefined when nobody noted it. */
  get end(): RunEnd | undefined {
    try {
      return v.parse(endSchema, JSON.parse(Deno.readTextFileSync(`${this.directory}/${endFile}`)));
    } catch {
      return undefined;
    }
  }

  /** Notes how the run ended. */
  noteEnd(end: RunEnd): void {
    writeDurably(this.directory, endFile, new TextEncoder().encode(JSON.stringify(end)));
  }

  /** Lets the folder go: removes it when everything in it is stored, leaves it to a later process otherwise. */
  release(complete: boolean): void {
    if (complete && this.batches.length === 0) removeIfThere(this.directory);
    this.#lock.close();
  }

  #list(setAside: (path: string, reason: string) => void): void {
    for (const { name } of Deno.readDirSync(this.directory)) {
      const path = `${this.directory}/${name}`;
      if (name.endsWith(unfinishedSuffix)) setAside(path, "it was not written to its end");
      const [, sequence, tableName, rows] = batchName.exec(name) ?? [];
      const table = tableNames.find((candidate) => candidate === tableName);
      if (table === undefined) continue;
      const bytes = Deno.statSync(path).size;
      (tables[table].ofRun ? this.batches : this.shared).push({
        name,
        sequence: Number(sequence),
        table,
        rows: Number(rows),
        bytes,
      });
    }
    for (const list of [this.batches, this.shared]) list.sort((a, b) => a.sequence - b.sequence);
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
