/**
 * The file of everything that orders and operators did.
 * @module
 */
import { StorageError } from "../../core/errors.ts";
import { chainLine, firstPrevious, readLine } from "../audit_chain.ts";
import type { LogRecord } from "../log_record.ts";
import type { AuditBackendSettings } from "../logging_settings.ts";
import type { LogBackend } from "./backend.ts";
import { type LogFile, type OpenLogFile, openLogFile, writeWhole } from "./byte_sink.ts";

/** Lines that wait in memory while they cannot be written; more are lost. */
const maxWaiting = 100_000;
const defaultSyncIntervalMs = 1_000;
/** Bytes at the end of a file in which its last line is looked for. */
const tailBytes = 1 << 20;
const encoder = new TextEncoder();

/**
 * Appends lines that are bound to the ones before them; see `audit_chain.ts`. What cannot be written waits. A line that a
 * crash left half written is taken off when the file is opened again, and the chain says so.
 */
export class AuditBackend implements LogBackend {
  readonly keeps = true;
  readonly #waiting: Readonly<Record<string, unknown>>[] = [];
  #lost = 0;
  #file: LogFile | undefined;
  /** Bytes of the file that are whole lines of this chain. */
  #size = 0;
  #previous = firstPrevious;
  #sequence = 0;
  #syncedAt = -Infinity;
  #isUnsynced = false;
  /** Whether a write has failed, so that a part of it may be in the file. */
  #isTorn = false;

  /** @param monotonicMs Reads a clock that never goes back, milliseconds. */
  constructor(
    private readonly settings: AuditBackendSettings,
    private readonly monotonicMs: () => number,
    private readonly open: OpenLogFile = openLogFile,
    private readonly readTail: (path: string, bytes: number) => Uint8Array = readFileTail,
  ) {}

  get name(): string {
    return this.settings.name;
  }

  write(record: LogRecord): void {
    const { message, tag, fields } = record.definition;
    if (this.#waiting.length >= maxWaiting) {
      this.#lost += 1;
      return;
    }
    const values = fields.map((field, i) => [field, printable(record.at(i))]);
    const { correlation } = record;
    this.#waiting.push({
      time: new Date(record.time).toISOString(),
      event: message,
      tag,
      ...(correlation === 0 ? {} : { correlation }),
      fields: Object.fromEntries(values),
    });
  }

  flush(): void {
    if (this.#waiting.length > 0) this.#append();
    if (this.#isUnsynced) this.#sync();
  }

  /** What waits is kept; only what it had no room for is lost. */
  discard(): number {
    const lost = this.#lost;
    this.#lost = 0;
    this.#file?.close();
    this.#file = undefined;
    return lost;
  }

  close(): Promise<void> {
    try {
      this.flush();
      if (this.#isUnsynced) this.#file?.syncDataSync();
    } finally {
      this.#file?.close();
      this.#file = undefined;
    }
    return Promise.resolve();
  }

  #append(): void {
    const file = this.#file ?? this.#reopen();
    // A chain has one writer: another program's lines in it would break it.
    if (file.statSync().size !== this.#size) {
      throw new StorageError(
        `Something else writes to the audit file ${this.settings.path}: give each run its own`,
      );
    }
    let previous = this.#previous, sequence = this.#sequence, text = "";
    for (const members of this.#waiting) {
      const { line, hash } = chainLine({ seq: ++sequence, ...members }, previous);
      text += line + "\n";
      previous = hash;
    }
    const bytes = encoder.encode(text);
    this.#isTorn = true;
    writeWhole(file, bytes);
    this.#isTorn = false;
    this.#size += bytes.length;
    [this.#previous, this.#sequence] = [previous, sequence];
    this.#waiting.length = 0;
    this.#isUnsynced = this.settings.sync !== "none";
  }

  #sync(): void {
    const { sync = "batch", syncIntervalMs = defaultSyncIntervalMs } = this.settings;
    const now = this.monotonicMs();
    if (sync === "interval" && now - this.#syncedAt < syncIntervalMs) return;
    this.#file?.syncDataSync();
    this.#syncedAt = now;
    this.#isUnsynced = false;
  }

  /**
   * Opens the file and finds the end of its chain.
   *
   * @throws {StorageError} when its last line is broken.
   */
  #reopen(): LogFile {
    const { path } = this.settings;
    const file = this.open(path);
    try {
      // What a failed write has left is written again.
      if (this.#isTorn) file.truncateSync(this.#size);
      this.#isTorn = false;
      const { size } = file.statSync();
      const tail = this.readTail(path, tailBytes);
      const end = tail.lastIndexOf(10) + 1;
      this.#takeUp(tail.subarray(0, end), path);
      if (end < tail.length) {
        file.truncateSync(size - (tail.length - end));
        this.#waiting.unshift({
          time: new Date().toISOString(),
          event: "Incomplete last line taken off",
          tag: "logging.audit",
          fields: { bytes: tail.length - end },
        });
      }
      this.#size = size - (tail.length - end);
    } catch (error) {
      file.close();
      throw error;
    }
    this.#file = file;
    return file;
  }

  /** Goes on after the last of these lines. */
  #takeUp(lines: Uint8Array, path: string): void {
    [this.#previous, this.#sequence] = [firstPrevious, 0];
    if (lines.length === 0) return;
    const start = lines.lastIndexOf(10, lines.length - 2) + 1;
    const link = readLine(new TextDecoder().decode(lines.subarray(start, -1)));
    if (typeof link === "string") {
      throw new StorageError(
        `The last line of the audit file ${path} is broken (${link}): put the file away`,
      );
    }
    [this.#previous, this.#sequence] = [link.hash, link.sequence];
  }
}

/** The last bytes of a file. */
function readFileTail(path: string, bytes: number): Uint8Array {
  using file = Deno.openSync(path);
  const { size } = file.statSync();
  const start = Math.max(0, size - bytes);
  file.seekSync(start, Deno.SeekMode.Start);
  const tail = new Uint8Array(size - start);
  for (let at = 0; at < tail.length;) {
    const read = file.readSync(tail.subarray(at));
    if (read === null) return tail.subarray(0, at);
    at += read;
  }
  return tail;
}

/** JSON knows no infinite numbers. */
function printable(value: string | number | boolean): string | number | boolean {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
