/**
 * Batches on the disk that wait for their database.
 * @module
 */
import { errorMessage, StorageError } from "../core/errors.ts";
import { encodeBatch } from "./batch_file.ts";
import { removeIfThere, unfinishedSuffix } from "./durable_file.ts";
import type { RunRecord } from "./messages.ts";
import type { RowBatch } from "./row_batch.ts";
import { type SpooledBatch, SpooledRun } from "./spooled_run.ts";
import { type TableName, tableNames } from "./table.ts";
import { tables } from "./tables.ts";

/** Folders for what cannot be stored: damaged files, and batches that the database refused. */
const asideNames = ["damaged", "refused"] as const;

/** How a {@link Spool} works. */
export interface SpoolOptions {
  /** Most bytes of all batches in it. */
  readonly maxBytes: number;
  /** Told when rows of the current run are given up to make room. */
  readonly onDropped: (batch: SpooledBatch) => void;
  /** Told of everything that a person should know. */
  readonly onProblem: (message: string) => void;
}

/** A batch and the run that it belongs to. */
interface Placed {
  readonly owner: SpooledRun;
  readonly batch: SpooledBatch;
}

/** The spool folder of a data directory. Several processes may share it; each run belongs to one of them. */
export class Spool {
  readonly #directory: string;
  readonly #run: RunRecord;
  readonly #options: SpoolOptions;
  #own: SpooledRun | undefined;
  readonly #earlier: SpooledRun[] = [];
  /** Venues and symbols of the run, kept until there is a folder for them. */
  readonly #shared: RowBatch[] = [];
  /** Bytes of batches that this process has. */
  #bytes = 0;
  /** Tables of which rows were given up since there was room for all. */
  readonly #dropped = new Set<TableName>();
  #closed = false;

  /**
   * @param directory Made when it is needed.
   * @param run The run that this process records.
   */
  constructor(directory: string, run: RunRecord, options: SpoolOptions) {
    this.#directory = directory;
    this.#run = run;
    this.#options = options;
  }

  /** Batches of the current run that wait, in order. */
  get waiting(): readonly SpooledBatch[] {
    return this.#own?.batches ?? [];
  }

  /** Runs of processes that are gone, the longest known first. */
  get earlier(): readonly SpooledRun[] {
    return this.#earlier;
  }

  /** Bytes of all batches that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Rows of all batches that wait. */
  get rows(): number {
    return [this.#own, ...this.#earlier].flatMap((run) => run?.batches ?? []).reduce(
      (sum, { rows }) => sum + rows,
      0,
    );
  }

  /**
   * Takes over runs that earlier processes left, now those that are free and later those that become so.
   *
   * @param onAdopted Told when there is more in {@link Spool.earlier}.
   */
  adopt(onAdopted: () => void): void {
    for (const { name, isDirectory } of entriesOf(this.#directory)) {
      const aside = asideNames.some((other) => other === name) || name.endsWith(unfinishedSuffix);
      if (!isDirectory || aside || name === this.#run.key) continue;
      SpooledRun.adopt(this.#directory, name, (path, reason) => this.#setAside(path, "damaged", reason)).then(
        (run) => {
          if (run === undefined) return;
          if (this.#closed) return run.release(false);
          this.#earlier.push(run);
          this.#bytes += run.bytes;
          onAdopted();
        },
        (error) => this.#setAside(`${this.#directory}/${name}`, "damaged", errorMessage(error)),
      );
    }
  }

  /** Keeps a batch of venues or symbols, which others refer to; on the disk as soon as anything else is there. */
  keepShared(batch: RowBatch): void {
    this.#shared.push(batch);
    if (this.#own !== undefined) this.secureShared();
  }

  /** Writes the venues and symbols to the disk and returns whether they are there. */
  secureShared(): boolean {
    try {
      const own = this.#ownRun();
      for (let batch = this.#shared[0]; batch !== undefined; batch = this.#shared[0]) {
        this.#bytes += own.add(batch).bytes;
        this.#shared.shift();
      }
      return true;
    } catch (error) {
      return this.#tell("symbols", errorMessage(error));
    }
  }

  /**
   * Writes a batch of the current run to the disk and returns whether it is there; what is worth less makes room for
   * it. It is safe after {@link Spool.secure}.
   */
  add(batch: RowBatch): boolean {
    const size = 8 * batch.rows * tables[batch.table].numbers.length;
    while (this.#bytes + size > this.#options.maxBytes) {
      if (!this.#makeRoom(batch.table)) return this.#tell(batch.table, "the spool is full");
    }
    for (;;) {
      if (!this.secureShared()) return false;
      try {
        this.#bytes += this.#ownRun().add(batch).bytes;
        return true;
      } catch (error) {
        const full = error instanceof Error && /no space left|quota exceeded/i.test(error.message);
        if (!full || !this.#makeRoom(batch.table)) return this.#tell(batch.table, errorMessage(error));
      }
    }
  }

  /** Makes everything that was added safe from any end of the process or the machine. */
  secure(): void {
    try {
      this.#own?.secure();
    } catch (error) {
      this.#options.onProblem(`The spool may not survive a loss of power: ${errorMessage(error)}`);
    }
  }

  /** Reads a batch; undefined when it is damaged, which sets it aside. */
  read(owner: SpooledRun, batch: SpooledBatch): RowBatch | undefined {
    try {
      return owner.read(batch);
    } catch (error) {
      this.#forget(owner, batch);
      this.#setAside(`${owner.directory}/${batch.name}`, "damaged", errorMessage(error));
      return undefined;
    }
  }

  /** The current run's folder, when there is one. */
  get own(): SpooledRun | undefined {
    return this.#own;
  }

  /** Removes what is stored. */
  remove(owner: SpooledRun, batch: SpooledBatch): void {
    if (owner.remove(batch)) this.#bytes -= batch.bytes;
    if (this.#bytes < this.#options.maxBytes / 2) this.#dropped.clear();
  }

  /** Sets a batch aside that the database refuses, so that a person can look at it. */
  refuse(batch: RowBatch, reason: string, spooled?: { owner: SpooledRun; batch: SpooledBatch }): void {
    const name = `${
      (spooled?.owner.run ?? this.#run).key
    }-${batch.sequence}-${batch.table}-${batch.rows}.batch`;
    try {
      Deno.mkdirSync(`${this.#directory}/refused`, { recursive: true });
      Deno.writeFileSync(`${this.#directory}/refused/${name}`, encodeBatch(batch));
      Deno.writeTextFileSync(`${this.#directory}/refused/${name}.txt`, `${reason}\n`);
    } catch (error) {
      this.#options.onProblem(`A refused batch could not be kept: ${errorMessage(error)}`);
    }
    if (spooled !== undefined) this.remove(spooled.owner, spooled.batch);
  }

  /**
   * Lets an earlier run go.
   *
   * @param complete Whether it is stored; otherwise it is left to a later process.
   */
  finish(run: SpooledRun, complete: boolean): void {
    const index = this.#earlier.indexOf(run);
    if (index >= 0) this.#earlier.splice(index, 1);
    this.#bytes -= run.bytes;
    run.release(complete);
  }

  /**
   * Lets everything go; what waits is left to a later process.
   *
   * @param complete Whether the current run is stored with its end.
   */
  close(complete: boolean): void {
    this.#closed = true;
    for (const run of this.#earlier.splice(0)) run.release(false);
    this.#own?.release(complete);
    this.#own = undefined;
  }

  #ownRun(): SpooledRun {
    if (this.#own !== undefined) return this.#own;
    Deno.mkdirSync(this.#directory, { recursive: true });
    return this.#own = SpooledRun.create(this.#directory, this.#run);
  }

  /** Gives up the oldest batch of the least valuable table, unless what is to come is worth no more. */
  #makeRoom(coming: TableName): boolean {
    let least: Placed | undefined;
    for (const owner of [...this.#earlier, ...this.#own === undefined ? [] : [this.#own]]) {
      for (const batch of owner.batches) {
        if (least === undefined || rank(batch.table) > rank(least.batch.table)) least = { owner, batch };
      }
    }
    if (least === undefined || rank(least.batch.table) < rank(coming)) return false;
    this.remove(least.owner, least.batch);
    this.#tell(least.batch.table, "the spool is full");
    if (least.owner === this.#own) this.#options.onDropped(least.batch);
    return true;
  }

  /** Says once that rows of a table are given up. */
  #tell(table: TableName, reason: string): false {
    if (!this.#dropped.has(table)) {
      this.#dropped.add(table);
      this.#options.onProblem(
        `Rows for ${table} are dropped while the database is away: ${reason} (${this.#bytes} bytes in ${this.#directory})`,
      );
    }
    return false;
  }

  #forget(owner: SpooledRun, batch: SpooledBatch): void {
    if (owner.forget(batch)) this.#bytes -= batch.bytes;
  }

  #setAside(path: string, folder: typeof asideNames[number], reason: string): void {
    const name = path.slice(this.#directory.length + 1).replaceAll("/", "-");
    const place = `${this.#directory}/${folder}/${name}`;
    try {
      Deno.mkdirSync(`${this.#directory}/${folder}`, { recursive: true });
      removeIfThere(place);
      Deno.renameSync(path, place);
      this.#options.onProblem(`${path} was moved to ${place}: ${reason}`);
    } catch (error) {
      this.#options.onProblem(
        `${path} is of no use (${reason}) and could not be moved: ${errorMessage(error)}`,
      );
    }
  }
}

/** 0 for the most valuable. */
function rank(table: TableName): number {
  return tableNames.indexOf(table);
}

function entriesOf(directory: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(directory)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return [];
    throw new StorageError(`The spool ${directory} cannot be read: ${errorMessage(error)}`);
  }
}
