/**
 * Every change of every balance, with its cause.
 * @module
 */
import { createHash, type Hash } from "node:crypto";
import type { ExchangeKey } from "../../core/exchange.ts";
import { type Atoms, formatAtoms } from "./atoms.ts";

/** Why a balance changed. */
export type LedgerCause =
  | "deposit"
  | "withdrawal"
  | "transfer"
  | "order-lock"
  | "order-cancel"
  | "order-rest"
  | "order-amend"
  | "trade"
  | "fee"
  | "pnl"
  | "funding"
  | "liquidation";

/** One change of one coin of one wallet. */
export interface LedgerEntry {
  /** Counts all entries of the simulation from 1. */
  readonly sequence: number;
  /** Epoch milliseconds. */
  readonly timeMs: number;
  readonly exchange: ExchangeKey;
  readonly uid: string;
  readonly coin: string;
  /** Change of what is free. */
  readonly available: Atoms;
  /** Change of what is bound in orders. */
  readonly locked: Atoms;
  /** Free after the change. */
  readonly availableAfter: Atoms;
  /** Bound after the change. */
  readonly lockedAfter: Atoms;
  readonly cause: LedgerCause;
  /** Id of the order, trade or transfer behind it; empty when there is none. */
  readonly reference: string;
  /** Symbol of the instrument concerned; empty when there is none. */
  readonly symbol: string;
}

/** An entry as one line of the ledger's text: fields separated by tabs. */
export function ledgerLine(entry: LedgerEntry): string {
  const { sequence, timeMs, exchange, uid, coin, cause, reference, symbol } = entry;
  const amounts = [entry.available, entry.locked, entry.availableAfter, entry.lockedAfter].map(formatAtoms);
  return [sequence, timeMs, exchange, uid, coin, ...amounts, cause, reference, symbol].join("\t");
}

/** Entries that are kept in memory. The hash goes over all of them. */
const defaultKept = 200_000;

/** The book of account. It keeps the latest entries and a hash over everything ever written. */
export class Ledger {
  readonly #kept: number;
  readonly #hash: Hash = createHash("sha256");
  #entries: LedgerEntry[] = [];
  #sequence = 0;

  /** @param kept Entries to keep at least. Default 200,000. */
  constructor(kept = defaultKept) {
    this.#kept = kept;
  }

  /** Number of entries written so far. */
  get length(): number {
    return this.#sequence;
  }

  /** Writes an entry; its sequence number is given here. */
  write(entry: Omit<LedgerEntry, "sequence">): LedgerEntry {
    const numbered = { sequence: ++this.#sequence, ...entry };
    this.#entries.push(numbered);
    this.#hash.update(ledgerLine(numbered) + "\n");
    if (this.#entries.length >= 2 * this.#kept) this.#entries = this.#entries.slice(-this.#kept);
    return numbered;
  }

  /** The entries that are kept from this sequence number on. */
  entries(from = 1): readonly LedgerEntry[] {
    const first = this.#entries[0]?.sequence ?? 1;
    return this.#entries.slice(Math.max(0, from - first));
  }

  /** SHA-256 over the lines of all entries, in hexadecimal. */
  digest(): string {
    return this.#hash.copy().digest("hex");
  }
}
