/**
 * Every change of every balance, with its cause.
 * @module
 */
import { createHash, type Hash } from "node:crypto";
import type { ExchangeKey } from "../../core/exchange.ts";
import { type Atoms, parseAtoms } from "./atoms.ts";
import { ByteText } from "./byte_text.ts";

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

const tab = 9;
const lineFeed = 10;

/** An entry as one line of the ledger's text: fields separated by tabs. */
export function ledgerLine(entry: LedgerEntry): string {
  const text = new ByteText(256);
  writeLine(text, entry);
  return new TextDecoder().decode(text.bytes.subarray(0, -1));
}

/** Writes the line of an entry with its line feed. */
function writeLine(text: ByteText, entry: LedgerEntry): void {
  text.whole(entry.sequence, tab);
  text.whole(entry.timeMs, tab);
  text.field(entry.exchange, tab);
  text.field(entry.uid, tab);
  text.field(entry.coin, tab);
  text.amount(entry.available, tab);
  text.amount(entry.locked, tab);
  text.amount(entry.availableAfter, tab);
  text.amount(entry.lockedAfter, tab);
  text.field(entry.cause, tab);
  text.field(entry.reference, tab);
  text.field(entry.symbol, lineFeed);
}

/** The entry that {@link ledgerLine} wrote. */
export function parseLedgerLine(line: string): LedgerEntry {
  const fields = line.split("\t");
  const amount = (index: number): Atoms => parseAtoms(fields[index]!)!;
  return {
    sequence: Number(fields[0]),
    timeMs: Number(fields[1]),
    exchange: fields[2] as ExchangeKey,
    uid: fields[3]!,
    coin: fields[4]!,
    available: amount(5),
    locked: amount(6),
    availableAfter: amount(7),
    lockedAfter: amount(8),
    cause: fields[9] as LedgerCause,
    reference: fields[10]!,
    symbol: fields[11]!,
  };
}

/** Entries that are kept in memory. The hash goes over all of them. */
const defaultKept = 200_000;
/** Entries of a page. */
const pageEntries = 512;
/** Bytes of a line, rather more than less. */
const typicalLine = 192;

/**
 * The book of account. It keeps the latest entries and a hash over everything ever written. The entries of the page
 * that is being written are objects; a full page is hashed and kept as text, a third of the memory and nothing for
 * the garbage collector to walk through.
 */
export class Ledger {
  readonly #kept: number;
  readonly #hash: Hash = createHash("sha256");
  /** Full pages, UTF-8, oldest first. */
  readonly #pages: Uint8Array[] = [];
  #page: LedgerEntry[] = [];
  readonly #text = new ByteText(pageEntries * typicalLine);
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
    if (this.#page.length === pageEntries) this.#turn();
    const numbered = {
      sequence: ++this.#sequence,
      timeMs: entry.timeMs,
      exchange: entry.exchange,
      uid: entry.uid,
      coin: entry.coin,
      available: entry.available,
      locked: entry.locked,
      availableAfter: entry.availableAfter,
      lockedAfter: entry.lockedAfter,
      cause: entry.cause,
      reference: entry.reference,
      symbol: entry.symbol,
    };
    this.#page.push(numbered);
    return numbered;
  }

  /** The entries that are kept from this sequence number on. */
  entries(from = 1): readonly LedgerEntry[] {
    const onPage = this.#sequence - this.#page.length;
    if (from > onPage) return this.#page.slice(from - onPage - 1);
    const first = onPage - this.#pages.length * pageEntries + 1;
    const skipped = Math.max(0, from - first);
    const pages = this.#pages.slice(Math.floor(skipped / pageEntries));
    const lines = pages.flatMap((page) => new TextDecoder().decode(page).split("\n").slice(0, -1));
    return [...lines.slice(skipped % pageEntries).map(parseLedgerLine), ...this.#page];
  }

  /** SHA-256 over the lines of all entries, in hexadecimal. */
  digest(): string {
    return this.#hash.copy().update(this.#pageText()).digest("hex");
  }

  /** Puts the full page away and begins a new one. */
  #turn(): void {
    const page = this.#pageText().slice();
    this.#hash.update(page);
    this.#pages.push(page);
    this.#page = [];
    if ((this.#pages.length - 1) * pageEntries >= this.#kept) this.#pages.shift();
  }

  /** Lines of the page that is being written; valid until the next call. */
  #pageText(): Uint8Array {
    this.#text.clear();
    for (const entry of this.#page) writeLine(this.#text, entry);
    return this.#text.bytes;
  }
}
