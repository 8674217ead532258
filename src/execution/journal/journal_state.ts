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
  };
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
  const { nextExecution, fillsUntil, recentFills, orders, executions, holdings, stops, balances } = items;
  const facts = { nextExecution, fillsUntil, recentFills, orders, executions, holdings, stops, balances };
  return { id, lastSequence: records.at(-1)?.sequence ?? 0, ...facts, ledger, bookings };
}
