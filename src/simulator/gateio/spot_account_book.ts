/**
 * The changes of spot balances as their users see them.
 * @module
 */
import { type Atoms, formatAtoms } from "../accounts/atoms.ts";
import type { Ledger, LedgerCause, LedgerEntry } from "../accounts/ledger.ts";
import type { TradingEvents } from "../trading/trading_events.ts";

/** Changes that are kept of each user. */
const keptChanges = 2000;

/** UNCONFIRMED: all types but `new_order`. */
const types: Readonly<Partial<Record<LedgerCause, string>>> = {
  "order-lock": "new_order",
  "order-amend": "order_amend",
  "order-cancel": "cancel_order",
  "order-rest": "cancel_order",
  "trade": "order_fill",
  "fee": "order_fee",
  "deposit": "deposit",
  "withdrawal": "withdraw",
  "transfer": "transfer",
};

/** One change of what is free of a coin. */
export interface BookedChange {
  readonly timeMs: number;
  readonly coin: string;
  readonly type: string;
  /** The row as it is answered. */
  readonly document: Readonly<Record<string, unknown>>;
}

function booked(entry: LedgerEntry): BookedChange {
  const type = types[entry.cause] ?? "other";
  const balance: Atoms = entry.availableAfter;
  return {
    timeMs: entry.timeMs,
    coin: entry.coin,
    type,
    document: {
      id: String(entry.sequence),
      time: entry.timeMs,
      currency: entry.coin,
      change: formatAtoms(entry.available),
      balance: formatAtoms(balance),
      type,
      // UNCONFIRMED: the codes of the types.
      code: "",
      text: entry.reference,
    },
  };
}

/** Keeps the latest changes of every user. Amounts that only move from free to bound count as leaving. */
export class SpotAccountBook {
  readonly #byUid = new Map<string, BookedChange[]>();

  /** @param ledger Holds what happened before. */
  constructor(events: TradingEvents, ledger: Ledger) {
    for (const entry of ledger.entries()) if (entry.exchange === "GATEIO_SPOT") this.#add(entry);
    events.listen({ onBalance: (entry) => this.#add(entry) });
  }

  /** Changes of a user that are kept, latest first. */
  changes(uid: string): BookedChange[] {
    return (this.#byUid.get(uid) ?? []).slice(-keptChanges).reverse();
  }

  #add(entry: LedgerEntry): void {
    if (entry.available === 0n) return;
    let changes = this.#byUid.get(entry.uid);
    if (changes === undefined) {
      changes = [];
      this.#byUid.set(entry.uid, changes);
    }
    changes.push(booked(entry));
    if (changes.length >= 2 * keptChanges) changes.splice(0, changes.length - keptChanges);
  }
}
