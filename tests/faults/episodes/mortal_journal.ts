/**
 * A journal that its writer may not survive.
 * @module
 */
import type { JournalEvent } from "../../../src/execution/journal_record.ts";
import type { SnapshotFacts } from "../../../src/execution/journal/sequenced_journal.ts";
import type { WrittenJournal } from "./engine_under_test.ts";
import { Crash, type Death, type EngineLife } from "./engine_life.ts";

const lineBreak = 0x0a;
/** Time between two times that a journal is forced to the disk, milliseconds: what a loss of power can cost. */
const syncMs = 50;

/** Passes events on until the writer dies in the middle of one. */
export class MortalJournal implements WrittenJournal {
  #isTorn = false;
  #count = 0;
  /** When the last lines were written, monotonic milliseconds: those that a loss of power may take. */
  #recent: number[] = [];

  /** @param written Told of each event that is in the bytes. */
  constructor(
    private readonly journal: WrittenJournal,
    private readonly life: EngineLife,
    private readonly plan: Death,
    private readonly written: (event: JournalEvent) => void,
  ) {}

  get id(): string {
    return this.journal.id;
  }

  get lastSequence(): number {
    return this.journal.lastSequence;
  }

  /** What the next process finds. */
  get bytes(): Uint8Array {
    const { bytes } = this.journal;
    if (this.life.losesPower) return this.#durable(bytes);
    if (!this.#isTorn) return bytes.slice();
    const lastLine = bytes.lastIndexOf(lineBreak, bytes.length - 2) + 1;
    return bytes.slice(0, Math.floor((lastLine + bytes.length) / 2));
  }

  append(event: JournalEvent): void {
    this.#write(event.kind, () => this.journal.append(event), () => this.written(event));
  }

  /** Writes a snapshot; what is open comes from the journal itself. */
  takeSnapshot(facts: SnapshotFacts): void {
    this.#write("snapshot", () => this.journal.takeSnapshot(facts), () => {});
    // It waits for the disk.
    this.#recent = [];
  }

  /** Without the lines of the last moments. */
  #durable(bytes: Uint8Array): Uint8Array {
    const { diedAt } = this.life;
    let end = bytes.length;
    for (const at of this.#recent) if (at > diedAt - syncMs) end = bytes.lastIndexOf(lineBreak, end - 2) + 1;
    return bytes.slice(0, end);
  }

  #write(kind: string, write: () => void, written: () => void): void {
    if (this.life.death !== undefined) throw new Crash("dead already");
    this.#count += 1;
    const { atAppend } = this.plan;
    const diesNow = atAppend?.count === this.#count && this.life.isMortal;
    if (!diesNow || atAppend!.kept !== "nothing") {
      write();
      this.#recent.push(this.life.clock.monotonicMs());
    }
    if (!diesNow || atAppend!.kept === "all") written();
    if (!diesNow) return;
    this.#isTorn = atAppend!.kept === "part";
    const how = { nothing: "before", part: "in the middle of", all: "after" }[atAppend!.kept];
    this.life.die(`${how} writing event ${this.#count}, "${kind}"`);
    throw new Crash("died while writing");
  }
}
