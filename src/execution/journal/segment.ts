/**
 * One file of a journal on a disk.
 * @module
 */
import { errorMessage } from "../../core/errors.ts";
import { unfinishedSuffix } from "../../storage/durable_file.ts";
import { JournalError } from "./journal_error.ts";

/** What is needed of a file. */
export type WritableFile = Pick<Deno.FsFile, "writeSync" | "truncateSync" | "seekSync" | "close">;

/** What puts a file on the disk. */
export type SyncedFile = Pick<Deno.FsFile, "syncData" | "syncDataSync" | "close">;

/** Which file of a journal it is. */
export interface SegmentName {
  /** Id of the journal. */
  readonly journal: string;
  /** 1, 2, 3, …; the newest has the greatest. */
  readonly number: number;
}

const pattern = /^([0-9a-z]{1,8})-(\d{8,})\.journal$/;

/** The name of a file. */
export function segmentFile({ journal, number }: SegmentName): string {
  return `${journal}-${String(number).padStart(8, "0")}.journal`;
}

/** The files of a journal in a folder, the oldest first. */
export function listSegments(directory: string): SegmentName[] {
  const names: SegmentName[] = [];
  for (const { name } of Deno.readDirSync(directory)) {
    const match = pattern.exec(name);
    if (match !== null) names.push({ journal: match[1]!, number: Number(match[2]) });
  }
  return names.sort((a, b) => a.number - b.number);
}

/** A file that lines are written to. */
export class Segment {
  readonly #file: WritableFile;
  readonly #synced: SyncedFile;
  #bytes: number;
  #isBroken = false;

  /**
   * @param file Stands at its end.
   * @param synced The same file, opened once more: one that is being put on the disk takes no line at that moment.
   * @param bytes Length of the file.
   */
  constructor(readonly path: string, file: WritableFile, synced: SyncedFile, bytes: number) {
    this.#file = file;
    this.#synced = synced;
    this.#bytes = bytes;
  }

  /**
   * Begins a file with a line. It has its name only when that line is on the disk; the name may still be lost until the
   * folder is put on the disk too.
   *
   * @throws {JournalError} when that fails; there is no such file then.
   */
  static begin(directory: string, name: SegmentName, line: Uint8Array): Segment {
    const path = `${directory}/${segmentFile(name)}`;
    const unfinished = path + unfinishedSuffix;
    const opened: Deno.FsFile[] = [];
    try {
      const file = Deno.openSync(unfinished, { write: true, create: true, truncate: true });
      opened.push(file);
      writeAll(file, line);
      const synced = Deno.openSync(unfinished, { write: true });
      opened.push(synced);
      synced.syncDataSync();
      // The last step: before it there is no such file, and after it nothing can fail any more.
      Deno.renameSync(unfinished, path);
      return new Segment(path, file, synced, line.length);
    } catch (error) {
      for (const file of opened) file.close();
      throw new JournalError(
        `Cannot begin the file ${path} of the journal (${
          errorMessage(error)
        }): make room on the disk and see to it ` +
          "that files can be written there",
      );
    }
  }

  /**
   * Goes on behind the first `bytes` of a file; what comes after them is cut off.
   *
   * @throws {JournalError} when the file cannot be written.
   */
  static resume(directory: string, name: SegmentName, bytes: number): Segment {
    const path = `${directory}/${segmentFile(name)}`;
    try {
      const file = Deno.openSync(path, { write: true });
      file.truncateSync(bytes);
      file.seekSync(bytes, Deno.SeekMode.Start);
      file.syncDataSync();
      return new Segment(path, file, Deno.openSync(path, { write: true }), bytes);
    } catch (error) {
      throw new JournalError(`Cannot write the journal ${path}: ${errorMessage(error)}`);
    }
  }

  /**
   * Writes a line. It is with the operating system when this returns.
   *
   * @throws {JournalError} when it cannot be written; nothing of it stays in the file.
   */
  write(line: Uint8Array): void {
    if (this.#isBroken) throw this.#error("a line is half written and could not be taken back");
    try {
      writeAll(this.#file, line);
      this.#bytes += line.length;
    } catch (error) {
      this.#takeBack();
      throw this.#error(errorMessage(error));
    }
  }

  /** Puts the file on the disk, beside everything else. */
  sync(): Promise<void> {
    return this.#synced.syncData();
  }

  /** Puts the file on the disk now. */
  syncNow(): void {
    this.#synced.syncDataSync();
  }

  close(): void {
    this.#file.close();
    this.#synced.close();
  }

  /** Half a line with others behind it would make the journal unreadable. */
  #takeBack(): void {
    try {
      this.#file.truncateSync(this.#bytes);
      this.#file.seekSync(this.#bytes, Deno.SeekMode.Start);
    } catch {
      this.#isBroken = true;
    }
  }

  #error(why: string): JournalError {
    return new JournalError(
      `Cannot write the journal ${this.path} (${why}), so nothing may be sent: make room on the disk, see to it that ` +
        "the file can be written, and start again",
    );
  }
}

/** The operating system may take less than it was given. */
function writeAll(file: Pick<Deno.FsFile, "writeSync">, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) {
    const taken = file.writeSync(bytes.subarray(written));
    if (taken === 0) throw new Error("the file takes no more bytes");
    written += taken;
  }
}
