/**
 * What users brought in and took out.
 * @module
 */
import { createHash } from "node:crypto";
import type { Account } from "../accounts/account.ts";
import { type Atoms, formatAtoms } from "../accounts/atoms.ts";
import type { Ledger, LedgerEntry } from "../accounts/ledger.ts";
import type { TradingEvents } from "../trading/trading_events.ts";
import { secondsText } from "./gate_text.ts";
import { chainsOf } from "./spot_documents.ts";

/** How long a withdrawal can be cancelled, in milliseconds. UNCONFIRMED: how long that is. */
const reviewMs = 600_000;

/** A withdrawal. */
export interface Withdrawal {
  /** `w` and digits. */
  readonly id: string;
  readonly account: Account;
  /** The client's own id; empty for none. */
  readonly orderId: string;
  readonly coin: string;
  readonly amount: Atoms;
  readonly address: string;
  readonly memo: string;
  readonly chain: string;
  readonly timeMs: number;
  cancelled: boolean;
}

/** One deposit. */
export interface Deposit {
  readonly timeMs: number;
  readonly coin: string;
  readonly document: Readonly<Record<string, unknown>>;
}

function invented(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join(" ")).digest("hex");
}

/** The address at which a user gets a coin. Invented, always the same. */
export function depositAddress(uid: string, coin: string): string {
  return `0x${invented("address", uid, coin).slice(0, 40)}`;
}

/** Where a withdrawal stands. */
export function withdrawalStatus({ cancelled, timeMs }: Withdrawal, nowMs: number): string {
  if (cancelled) return "CANCEL";
  return nowMs - timeMs < reviewMs ? "REQUEST" : "DONE";
}

/** A withdrawal as it is answered. */
export function withdrawalDocument(row: Withdrawal, nowMs: number): Record<string, unknown> {
  const status = withdrawalStatus(row, nowMs);
  return {
    id: row.id,
    timestamp: secondsText(row.timeMs),
    withdraw_order_id: row.orderId,
    currency: row.coin,
    address: row.address,
    txid: status === "DONE" ? invented("withdrawal", row.id) : "",
    amount: formatAtoms(row.amount),
    fee: "0",
    memo: row.memo,
    status,
    chain: row.chain,
  };
}

/** Deposits and withdrawals of everybody. */
export class WalletRecords {
  readonly #deposits = new Map<string, Deposit[]>();
  readonly #withdrawals: Withdrawal[] = [];

  /** @param ledger Holds what happened before. */
  constructor(events: TradingEvents, ledger: Ledger) {
    for (const entry of ledger.entries()) if (entry.exchange === "GATEIO_SPOT") this.#note(entry);
    events.listen({ onBalance: (entry) => this.#note(entry) });
  }

  /** Deposits of a user, latest first. */
  deposits(uid: string): Deposit[] {
    return (this.#deposits.get(uid) ?? []).toReversed();
  }

  /** Withdrawals of a user, latest first. */
  withdrawals(account: Account): Withdrawal[] {
    return this.#withdrawals.filter((row) => row.account === account).reverse();
  }

  /** Notes a withdrawal; gives it its id. */
  withdraw(row: Omit<Withdrawal, "id" | "cancelled">): Withdrawal {
    const withdrawal = { ...row, id: `w${firstWithdrawal + this.#withdrawals.length}`, cancelled: false };
    this.#withdrawals.push(withdrawal);
    return withdrawal;
  }

  #note(entry: LedgerEntry): void {
    if (entry.cause !== "deposit") return;
    const { uid, coin, timeMs, sequence } = entry;
    const rows = this.#deposits.get(uid) ?? [];
    this.#deposits.set(uid, rows);
    rows.push({
      timeMs,
      coin,
      document: {
        id: `d${sequence}`,
        timestamp: secondsText(timeMs),
        withdraw_order_id: "",
        currency: coin,
        address: depositAddress(uid, coin),
        txid: invented("deposit", String(sequence)),
        amount: formatAtoms(entry.available),
        memo: "",
        status: "DONE",
        chain: chainsOf(coin)[0],
      },
    });
  }
}

const firstWithdrawal = 21_049_600;
