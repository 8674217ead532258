/**
 * What a journal says of the moment at which it ends.
 * @module
 */
import type { JournalEvent, JournalRecord, JournalSnapshot } from "../journal_record.ts";
import { type OpenFacts, OpenItems } from "./open_items.ts";

/** What of a snapshot is the ledger's. */
export type LedgerFacts = Pick<JournalSnapshot, "positions" | "flows" | "feesQuote">;

/** A record that changes the ledger. */
export type JournalBooking = Extract<JournalEvent, { readonly kind: "fill" | "adjustment" | "funding" }>;

/** Everything that is to be known after a restart. */
export interface JournalState extends OpenFacts {
  /** Id of the journal: the middle of the names of its orders. */
  readonly id: string;
  /** Number of the last record; 0 for none. */
  readonly lastSequence: number;
  /** Number for the next execution, well above every one that may have been used. */
  readonly nextExecution: number;
  /** The ledger at the last snapshot. */
  readonly ledger: LedgerFacts;
  /** What changed it since then, in the order in which it was written down. */
  readonly bookings: readonly JournalBooking[];
}

/** A ledger in which nothing was booked. */
const emptyLedger: LedgerFacts = { positions: [], flows: [], feesQuote: 0 };

/** A snapshot of a journal in which nothing has happened yet. */
export function emptySnapshot(epochMs: number): JournalSnapshot {
  return {
    kind: "snapshot",
    ...emptyLedger,
    nextExecution: 1,
    holdings: [],
    fillsUntil: epochMs,
    recentFills: [],
    orders: [],
    executions: [],
    stops: [],
    balances: [],
    fundingSince: epochMs,
    recentFunding: [],
    day: null,
  };
}

/**
 * Numbers that are left out at every start. A loss of power may have taken the lines of executions whose orders are at the
 * venues: no order may get the name of one of those.
 */
const lostExecutions = 1_000;

/** Numbers of executions that a start leaves out. @param lastSequence Number of the last record that it finds. */
export function executionsLeftOut(lastSequence: number): number {
  return lastSequence > 1 ? lostExecutions : 0;
}

/** Reads the state out of records that follow each other. */
export function stateOf(id: string, records: readonly JournalRecord[]): JournalState {
  const items = new OpenItems();
  let ledger = emptyLedger;
  let bookings: JournalBooking[] = [];
  for (const record of records) {
    items.apply(record, record.at);
    if (record.kind === "snapshot") {
      const { positions, flows, feesQuote } = record;
      ledger = { positions, flows, feesQuote };
      bookings = [];
    } else if (record.kind === "fill" || record.kind === "adjustment" || record.kind === "funding") {
      bookings.push(record);
    }
  }
  const lastSequence = records.at(-1)?.sequence ?? 0;
  items.leaveOut(executionsLeftOut(lastSequence));
  return { id, lastSequence, ...items.all(), ledger, bookings };
}
