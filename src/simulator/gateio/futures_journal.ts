/**
 * What changed the money of futures accounts, as `account_book` and `futures.balances` tell it.
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { type Atoms, atomsToNumber, formatAtoms } from "../accounts/atoms.ts";
import type { LedgerCause, LedgerEntry } from "../accounts/ledger.ts";
import type { FuturesEngine, FuturesListener } from "../trading/futures_contract.ts";
import type { VenueFill } from "../trading/venue_order.ts";
import { wholeSeconds } from "./futures_prices.ts";

/** Kinds of changes that happen here. */
export type BookType = "dnw" | "pnl" | "fee" | "fund";

/** UNCONFIRMED: what a liquidation costs beyond the trade counts as `pnl`. */
const types: Readonly<Partial<Record<LedgerCause, BookType>>> = {
  deposit: "dnw",
  withdrawal: "dnw",
  transfer: "dnw",
  pnl: "pnl",
  trade: "pnl",
  fee: "fee",
  funding: "fund",
  liquidation: "pnl",
};

/** Rows that are kept of an account. */
const keptRows = 5000;

/** One change of an account's cash. */
export interface BookRow {
  readonly sequence: number;
  readonly timeMs: number;
  readonly change: Atoms;
  /** Cash after the change, bound or free. */
  readonly balance: Atoms;
  readonly type: BookType;
  readonly contract: string;
  /** Id of the trade or transfer; empty when there is none. */
  readonly reference: string;
  /** Id of the order behind it; empty when there is none. */
  orderId: string;
}

/** The change of cash that an entry is; undefined when it only binds or frees what is there. */
function rowOf(entry: LedgerEntry): BookRow | undefined {
  const type = types[entry.cause];
  const change = entry.available + entry.locked;
  if (type === undefined || change === 0n || entry.exchange !== "GATEIO_FUTURES") return undefined;
  return {
    sequence: entry.sequence,
    timeMs: entry.timeMs,
    change,
    balance: entry.availableAfter + entry.lockedAfter,
    type,
    contract: entry.symbol,
    reference: entry.reference,
    orderId: entry.reference,
  };
}

/** Keeps the rows of every account from the moment it is made. */
export class FuturesJournal implements FuturesListener {
  readonly #rows = new Map<string, BookRow[]>();
  /** Rows of a trade whose order is not known yet, by account. */
  readonly #waiting = new Map<string, BookRow[]>();
  readonly #listeners = new Map<string, Set<(row: BookRow) => void>>();

  /** @param before Entries from before, such as first deposits. */
  constructor(engine: FuturesEngine, before: readonly LedgerEntry[]) {
    for (const entry of before) this.onBalance(entry);
    engine.events.listen(this);
  }

  /** Rows of an account, oldest first. */
  rows(account: Account): readonly BookRow[] {
    return this.#rows.get(account.uid) ?? [];
  }

  /** Hears of every row of an account. Returns what ends that. */
  listen(account: Account, listener: (row: BookRow) => void): () => void {
    const listeners = this.#listeners.get(account.uid) ?? new Set();
    this.#listeners.set(account.uid, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  /** The rows of a trade come first and the fill right after them: only then is it known whose trade it was. */
  onFill({ order }: VenueFill): void {
    const { uid } = order.account;
    const rows = this.#waiting.get(uid) ?? [];
    this.#waiting.delete(uid);
    for (const row of rows) {
      row.orderId = order.id;
      this.#tell(uid, row);
    }
  }

  onBalance(entry: LedgerEntry): void {
    const row = rowOf(entry);
    if (row === undefined) return;
    const { uid } = entry;
    const rows = this.#rows.get(uid) ?? [];
    this.#rows.set(uid, rows);
    rows.push(row);
    if (rows.length >= 2 * keptRows) rows.splice(0, rows.length - keptRows);
    if (row.type === "pnl" || row.type === "fee") {
      const waiting = this.#waiting.get(uid) ?? [];
      this.#waiting.set(uid, waiting);
      waiting.push(row);
    } else this.#tell(uid, row);
  }

  #tell(uid: string, row: BookRow): void {
    for (const listener of this.#listeners.get(uid) ?? []) listener(row);
  }
}

/** UNCONFIRMED: the text of rows that belong to no order. */
function textOf({ contract, orderId }: BookRow): string {
  return contract === "" ? orderId : `${contract}:${orderId}`;
}

/** A row of `account_book`. */
export function bookDocument(row: BookRow): Record<string, unknown> {
  return {
    time: row.timeMs / 1000,
    change: formatAtoms(row.change),
    balance: formatAtoms(row.balance),
    type: row.type,
    text: textOf(row),
    contract: row.contract,
    trade_id: row.type === "pnl" || row.type === "fee" ? row.reference : "",
    id: String(row.sequence),
  };
}

/** A row of `futures.balances`. */
export function pushedBalance(row: BookRow, { uid }: Account): Record<string, unknown> {
  return {
    balance: atomsToNumber(row.balance),
    change: atomsToNumber(row.change),
    text: textOf(row),
    time: wholeSeconds(row.timeMs),
    time_ms: row.timeMs,
    type: row.type,
    user: uid,
    currency: "usdt",
  };
}
