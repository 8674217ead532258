/**
 * What every journal does, wherever its lines go.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import type { Journal, JournalEvent, JournalRecord } from "../journal_record.ts";
import { LineEncoder } from "./journal_line.ts";
import { executionsLeftOut, type LedgerFacts } from "./journal_state.ts";
import { OpenItems } from "./open_items.ts";

/** What a journal cannot know by itself when it takes a snapshot. */
export interface SnapshotFacts extends LedgerFacts {
  /** Fills before this epoch millisecond are known to be all in the ledger, on every venue. */
  readonly fillsUntil: number;
  /** Whether an order has ended and its fills are all known: it is left out. */
  isSettled(clientOrderId: string): boolean;
}

/** So many events are taken into the open items at once at most. */
const mostUnfolded = 256;

/** Numbers events and keeps in mind what they leave open, so that a snapshot can be taken at any time. */
export abstract class SequencedJournal implements Journal {
  readonly id: string;
  readonly #clock: Pick<Clock, "epochMs">;
  readonly #encoder = new LineEncoder();
  readonly #items = new OpenItems();
  /** Events that are written and not yet in the items. */
  #unfolded: { readonly event: JournalEvent; readonly at: number }[] = [];
  #lastSequence = 0;

  /** @param records What the journal holds already. */
  constructor(id: string, clock: Pick<Clock, "epochMs">, records: readonly JournalRecord[]) {
    this.id = id;
    this.#clock = clock;
    for (const record of records) this.#items.apply(record, record.at);
    this.#lastSequence = records.at(-1)?.sequence ?? 0;
    // So that the snapshot at the start says where this run begins: its own lines may be lost too.
    this.#items.leaveOut(executionsLeftOut(this.#lastSequence));
  }

  /** Number of the last record; 0 for none. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  append(event: JournalEvent): void {
    const at = this.#clock.epochMs();
    const line = this.#encoder.encode(event, this.#lastSequence + 1, at);
    if (event.kind === "snapshot") this.beginWith(line);
    else this.write(line);
    this.#lastSequence += 1;
    // Whoever writes is about to send an order.
    this.#unfolded.push({ event, at });
    if (this.#unfolded.length >= mostUnfolded) this.catchUp();
  }

  /** Does the part of the work for which nobody has to wait. */
  protected catchUp(): void {
    for (const { event, at } of this.#unfolded) this.#items.apply(event, at);
    this.#unfolded = [];
  }

  /**
   * Writes down everything that is known now, so that the next start reads no further back. What is open comes from the
   * journal itself. A journal on a disk waits for the disk: not for a moment in which orders are under way.
   *
   * @throws {JournalError} when it cannot be written; the journal goes on as it was.
   */
  takeSnapshot({ positions, flows, feesQuote, fillsUntil, isSettled }: SnapshotFacts): void {
    this.catchUp();
    const facts = this.#items.facts(fillsUntil, isSettled);
    this.append({ kind: "snapshot", positions, flows, feesQuote, ...facts });
  }

  /** Writes a line behind the others; all of it or nothing. */
  protected abstract write(line: Uint8Array<ArrayBuffer>): void;

  /** Writes a line that makes all lines before it needless. */
  protected abstract beginWith(line: Uint8Array<ArrayBuffer>): void;
}
