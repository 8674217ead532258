/**
 * A journal on a disk.
 *
 * A folder holds one journal: files that each begin with a snapshot, so that the newest tells everything, and a lock. A
 * line is with the operating system before anything is sent, so no end of the process loses it. It is on the disk a
 * little later (50 ms by default): when the machine itself ends, the last lines may be missing. The next start finds
 * the orders of such lines at the venues by their names, and their fills with them.
 * @module
 */
import type { Clock, Timer } from "../../core/clock.ts";
import { errorMessage } from "../../core/errors.ts";
import type { JournalRecord } from "../journal_record.ts";
import { removeIfThere, syncDirectory, unfinishedSuffix } from "../../storage/durable_file.ts";
import { lockDirectory } from "./directory_lock.ts";
import { JournalError } from "./journal_error.ts";
import { LineEncoder, readLines, type TornTail } from "./journal_line.ts";
import { emptySnapshot, type JournalState, stateOf } from "./journal_state.ts";
import { listSegments, Segment, segmentFile, type SegmentName } from "./segment.ts";
import { SequencedJournal } from "./sequenced_journal.ts";

/** What a {@link FileJournal} takes. */
export interface FileJournalOptions {
  /** Made if it is not there. */
  readonly directory: string;
  readonly clock: Clock;
  /** Longest time that a line may be with the operating system only, milliseconds. Default 50. */
  readonly syncMs?: number;
  /** Files that are kept, the newest among them. Default 20. */
  readonly keptFiles?: number;
  /** Id of a new journal, 1 to 8 of `0-9a-z`. Default a random one. */
  readonly id?: string;
  /** Told in a sentence what is wrong with the disk while lines can still be written. */
  readonly onProblem?: (problem: string) => void;
}

/** A journal that was opened. */
export interface OpenedJournal {
  readonly journal: FileJournal;
  /** What it said when it was opened. */
  readonly state: JournalState;
  /** What was cut off its end. */
  readonly torn?: TornTail;
}

const idLetters = "0123456789abcdefghijklmnopqrstuvwxyz";
const idPattern = /^[0-9a-z]{1,8}$/;

/** What a journal was opened from. */
interface Place {
  readonly lock: Deno.FsFile;
  readonly segment: Segment;
  readonly name: SegmentName;
}

/** Appends to the newest file; a snapshot begins the next one. */
export class FileJournal extends SequencedJournal implements AsyncDisposable {
  readonly #options: FileJournalOptions;
  readonly #lock: Deno.FsFile;
  #segment: Segment;
  #name: SegmentName;
  #timer: Timer | undefined;
  #syncing: Promise<void> | undefined;
  #isDirty = false;
  #isClosed = false;

  private constructor(options: FileJournalOptions, place: Place, records: readonly JournalRecord[]) {
    super(place.name.journal, options.clock, records);
    this.#options = options;
    this.#lock = place.lock;
    this.#segment = place.segment;
    this.#name = place.name;
  }

  /**
   * Opens the journal of a folder, or begins one.
   *
   * @throws {JournalError} when another process has it, it is damaged before its end, or it cannot be read or written.
   */
  static async open(options: FileJournalOptions): Promise<OpenedJournal> {
    const { directory } = options;
    const lock = await explained(directory, () => {
      Deno.mkdirSync(directory, { recursive: true });
      return lockDirectory(directory);
    });
    try {
      return await explained(directory, () => {
        const name = newestSegment(directory) ?? beginJournal(options);
        const path = `${directory}/${segmentFile(name)}`;
        const { records, bytes, torn } = readLines(Deno.readFileSync(path), path);
        if (records[0]?.kind !== "snapshot") throw headless(path);
        const segment = Segment.resume(directory, name, bytes);
        const journal = new FileJournal(options, { lock, segment, name }, records);
        const state = stateOf(name.journal, records);
        return { journal, state, ...(torn === undefined ? {} : { torn }) };
      });
    } catch (error) {
      lock.close();
      throw error;
    }
  }

  /** Puts everything on the disk and lets another process have the journal. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#syncing;
    try {
      this.#segment.syncNow();
    } catch (error) {
      this.#problem("is not on the disk", error);
    }
    this.#segment.close();
    this.#lock.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  protected override write(line: Uint8Array): void {
    if (this.#isClosed) throw new JournalError(`The journal ${this.#segment.path} is closed`);
    this.#segment.write(line);
    this.#isDirty = true;
    if (this.#timer === undefined && this.#syncing === undefined) this.#syncSoon();
  }

  protected override beginWith(line: Uint8Array): void {
    if (this.#isClosed) throw new JournalError(`The journal ${this.#segment.path} is closed`);
    const { directory } = this.#options;
    const name = { ...this.#name, number: this.#name.number + 1 };
    const segment = Segment.begin(directory, name, line);
    const last = this.#segment;
    this.#segment = segment;
    this.#name = name;
    try {
      last.syncNow();
      last.close();
      syncDirectory(directory);
      // Only now no loss of power brings the time back in which the older files were the newest.
      this.#removeOld();
    } catch (error) {
      this.#problem("could not be put in order", error);
    }
  }

  #syncSoon(): void {
    const { clock, syncMs = 50 } = this.#options;
    this.#timer = clock.setTimer(syncMs, () => {
      this.#timer = undefined;
      this.catchUp();
      this.#syncing = this.#sync();
    });
  }

  async #sync(): Promise<void> {
    this.#isDirty = false;
    try {
      await this.#segment.sync();
    } catch (error) {
      this.#problem("is not on the disk, so a loss of power would lose its last lines", error);
    }
    this.#syncing = undefined;
    if (this.#isDirty && !this.#isClosed) this.#syncSoon();
  }

  #removeOld(): void {
    const { directory, keptFiles = 20 } = this.#options;
    for (const name of listSegments(directory).slice(0, -Math.max(1, keptFiles))) {
      Deno.removeSync(`${directory}/${segmentFile(name)}`);
    }
  }

  #problem(what: string, error: unknown): void {
    this.#options.onProblem?.(`The journal ${this.#segment.path} ${what}: ${errorMessage(error)}`);
  }
}

/** Says of what the operating system refuses which folder it is about. */
async function explained<Value>(directory: string, work: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof JournalError) throw error;
    throw new JournalError(
      `Cannot use the folder ${directory} for a journal: ${errorMessage(error)}`,
    );
  }
}

/** The newest file of a folder; files that were never finished are removed. */
function newestSegment(directory: string): SegmentName | undefined {
  const names = listSegments(directory);
  const newest = names.at(-1);
  const other = names.find(({ journal }) => journal !== newest?.journal);
  if (newest !== undefined && other !== undefined) {
    throw new JournalError(
      `The folder ${directory} holds files of two journals, ${newest.journal} and ${other.journal}: move those of one ` +
        "of them to a folder of its own",
    );
  }
  for (const { name } of [...Deno.readDirSync(directory)]) {
    if (name.endsWith(`.journal${unfinishedSuffix}`)) removeIfThere(`${directory}/${name}`);
  }
  return newest;
}

function beginJournal({ directory, clock, id = randomId() }: FileJournalOptions): SegmentName {
  if (!idPattern.test(id)) throw new JournalError(`"${id}" is no id of a journal: use 1 to 8 of 0-9 and a-z`);
  const epochMs = clock.epochMs();
  const name = { journal: id, number: 1 };
  Segment.begin(directory, name, new LineEncoder().encode(emptySnapshot(epochMs), 1, epochMs)).close();
  syncDirectory(directory);
  return name;
}

/** Chance is right here: no two journals may ever have the same id, on whatever machines they are begun. */
function randomId(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => idLetters[byte % idLetters.length])
    .join("");
}

function headless(path: string): JournalError {
  return new JournalError(
    `The journal ${path} does not begin with a snapshot, which it always does unless it was changed by hand or by the ` +
      "disk: cancel all open orders at the venues by hand, compare positions and balances, then move the folder aside " +
      "and start with a new one",
  );
}
