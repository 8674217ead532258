/**
 * A journal that ends with the process, in the same bytes as one on a disk.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import type { JournalRecord } from "../journal_record.ts";
import { readLines, type TornTail } from "./journal_line.ts";
import { emptySnapshot, type JournalState, stateOf } from "./journal_state.ts";
import { SequencedJournal } from "./sequenced_journal.ts";

/** What a {@link MemoryJournal} takes. */
export interface MemoryJournalOptions {
  readonly clock: Pick<Clock, "epochMs">;
  /** 1 to 8 of `0-9a-z`. */
  readonly id: string;
  /** Bytes of an earlier journal of the same id, to go on with; its last line may be torn. */
  readonly bytes?: Uint8Array;
  /** Whether lines before the last snapshot are kept. Default true; a run without end needs them gone. */
  readonly keepsAll?: boolean;
}

/** A journal that was opened. */
export interface OpenedMemoryJournal {
  readonly journal: MemoryJournal;
  /** What it said when it was opened. */
  readonly state: JournalState;
  /** What was cut off its end. */
  readonly torn?: TornTail;
}

/** For accounts on paper, and for tests that end a run at any moment and go on with its bytes. */
export class MemoryJournal extends SequencedJournal {
  readonly #keepsAll: boolean;
  #buffer = new Uint8Array(16_384);
  #length = 0;

  private constructor(options: MemoryJournalOptions, records: readonly JournalRecord[], bytes: Uint8Array) {
    super(options.id, options.clock, records);
    this.#keepsAll = options.keepsAll ?? true;
    this.write(bytes);
  }

  /**
   * Begins a journal, or goes on with one.
   *
   * @throws {JournalError} when the bytes are damaged before their end.
   */
  static open(options: MemoryJournalOptions): OpenedMemoryJournal {
    const { id, clock, bytes = new Uint8Array() } = options;
    const text = readLines(bytes, `${id} in memory`);
    const journal = new MemoryJournal(options, text.records, bytes.subarray(0, text.bytes));
    if (text.records.length > 0) {
      const { torn } = text;
      return { journal, state: stateOf(id, text.records), ...(torn === undefined ? {} : { torn }) };
    }
    journal.append(emptySnapshot(clock.epochMs()));
    return { journal, state: stateOf(id, readLines(journal.bytes, id).records) };
  }

  /** A copy of everything that was written. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.slice(0, this.#length);
  }

  protected override write(line: Uint8Array): void {
    const length = this.#length + line.length;
    if (length > this.#buffer.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(line, this.#length);
    this.#length = length;
  }

  protected override beginWith(line: Uint8Array): void {
    if (!this.#keepsAll) this.#length = 0;
    this.write(line);
  }
}
