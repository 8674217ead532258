/**
 * Lines in a file, and the older files beside it.
 * @module
 */
import { LineEncoder } from "../line_encoder.ts";
import type { LogRecord } from "../log_record.ts";
import type { FileBackendSettings } from "../logging_settings.ts";
import type { LogBackend } from "./backend.ts";
import { type LogFile, type OpenLogFile, openLogFile, writeWhole } from "./byte_sink.ts";
import { OldLogFiles } from "./old_log_files.ts";

const defaultMaxBytes = 64 * 2 ** 20;
const defaultKeep = 14;
const lineBreak = new Uint8Array([10]);

/** Writes lines to a file; begins a new one when it is full or the day (UTC) ends. */
export class FileBackend implements LogBackend {
  readonly #encoder: LineEncoder;
  readonly #old: OldLogFiles;
  #file: LogFile | undefined;
  #size = 0;
  /** UTC day of the file, such as `2026-01-31`. */
  #day = "";
  #taken = 0;
  /** A failed write may have left half a line. */
  #isTorn = false;

  /** @param epochMs Reads the time of day, epoch milliseconds. */
  constructor(
    private readonly settings: FileBackendSettings,
    private readonly epochMs: () => number,
    private readonly open: OpenLogFile = openLogFile,
  ) {
    this.#encoder = new LineEncoder({ format: settings.format ?? "text", digits: 6 });
    const { path, keep = defaultKeep, compress = true } = settings;
    this.#old = new OldLogFiles(path, keep, compress);
  }

  get name(): string {
    return this.settings.name;
  }

  write(record: LogRecord): void {
    this.#encoder.add(record);
    this.#taken += 1;
  }

  flush(): void {
    if (this.#taken === 0) return;
    const { lines } = this.#encoder;
    const file = this.#fileFor(lines.length);
    if (this.#isTorn) this.#append(file, lineBreak);
    this.#isTorn = false;
    this.#append(file, lines);
    this.#encoder.clear();
    this.#taken = 0;
  }

  discard(): number {
    const lost = this.#taken;
    this.#encoder.clear();
    this.#taken = 0;
    this.#file?.close();
    this.#file = undefined;
    return lost;
  }

  /** Writes what is left and waits until older files are compressed. */
  async close(): Promise<void> {
    try {
      this.flush();
    } finally {
      this.#file?.close();
      this.#file = undefined;
      await this.#old.settled();
    }
  }

  #append(file: LogFile, bytes: Uint8Array<ArrayBuffer>): void {
    let left = bytes.length;
    try {
      writeWhole(file, bytes, (written) => {
        left -= written;
        this.#size += written;
      });
    } catch (error) {
      this.#isTorn ||= left < bytes.length;
      throw error;
    }
  }

  /** The file that these bytes go to. */
  #fileFor(bytes: number): LogFile {
    const today = dayOf(this.epochMs());
    const file = this.#file ?? this.#reopen(today);
    const { maxBytes = defaultMaxBytes, daily = true } = this.settings;
    const isOver = this.#size + bytes > maxBytes || (daily && this.#day !== today);
    if (this.#size === 0 || !isOver) return file;
    file.close();
    this.#file = undefined;
    this.#old.add(this.#day);
    return this.#reopen(today);
  }

  #reopen(today: string): LogFile {
    const file = this.open(this.settings.path);
    const { size, mtime } = file.statSync();
    this.#file = file;
    this.#size = size;
    this.#day = size === 0 || mtime === null ? today : dayOf(mtime.getTime());
    return file;
  }
}

function dayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
