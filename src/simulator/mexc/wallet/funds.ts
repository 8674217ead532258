/**
 * Coins that come to an account and leave it, other than by trading.
 * @module
 */
import type { Account } from "../../accounts/account.ts";
import { type Atoms, parseAtoms } from "../../accounts/atoms.ts";
import type { LedgerEntry } from "../../accounts/ledger.ts";
import { internalId, type MexcVenue } from "../mexc_venue.ts";
import { mexcErrors } from "../rest/errors.ts";
import type { CoinNetwork } from "./networks.ts";

/** A deposit that has arrived. */
export interface Deposit {
  readonly coin: string;
  readonly amount: Atoms;
  /** Epoch milliseconds. */
  readonly timeMs: number;
  readonly txId: string;
}

/** What a withdrawal was asked for with. */
export interface WithdrawalTerms {
  readonly network: CoinNetwork;
  readonly address: string;
  readonly amount: Atoms;
  readonly memo: string | undefined;
  readonly remark: string | undefined;
}

/** A withdrawal on its way. */
export interface Withdrawal extends WithdrawalTerms {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly appliedMs: number;
  /** Epoch milliseconds; undefined unless the user took it back. */
  canceledMs: number | undefined;
}

/** Where a transfer can begin and end. */
export type AccountType = "SPOT" | "FUTURES";

/** Coins that went from one account of a user to another. */
export interface Transfer {
  readonly id: string;
  readonly coin: string;
  readonly amount: Atoms;
  readonly from: AccountType;
  readonly to: AccountType;
  /** Epoch milliseconds. */
  readonly timeMs: number;
}

/** UNCONFIRMED: how long a withdrawal takes, and the numbers of its states but for 7, success. */
const states: readonly { readonly fromMs: number; readonly status: number }[] = [
  { fromMs: 0, status: 1 },
  { fromMs: 2000, status: 4 },
  { fromMs: 10_000, status: 6 },
  { fromMs: 30_000, status: 7 },
];
const canceledStatus = 9;
/** State from which the coins are on their way. */
const sentStatus = 4;

/** Everything of one account. */
class AccountFunds {
  readonly deposits: Deposit[] = [];
  readonly withdrawals: Withdrawal[] = [];
  readonly transfers: Transfer[] = [];
  /** Coins of the futures account, on which nothing is traded. */
  readonly futures = new Map<string, Atoms>();
}

/** Books deposits, withdrawals and transfers. Every change of a spot balance has its entry in the ledger. */
export class MexcFunds {
  readonly #venue: MexcVenue;
  readonly #byUid = new Map<string, AccountFunds>();
  #sequence = 0;

  constructor(venue: MexcVenue) {
    this.#venue = venue;
    for (const entry of venue.context.accounts.ledger.entries()) this.#noteDeposit(entry);
    venue.trading.events.listen({ onBalance: (entry) => this.#noteDeposit(entry) });
  }

  /** Deposits of an account, oldest first. */
  deposits(account: Account): readonly Deposit[] {
    return this.#of(account.uid).deposits;
  }

  /** Withdrawals of an account, oldest first. */
  withdrawals(account: Account): readonly Withdrawal[] {
    return this.#of(account.uid).withdrawals;
  }

  /** Transfers of an account, oldest first. */
  transfers(account: Account): readonly Transfer[] {
    return this.#of(account.uid).transfers;
  }

  /** Where a withdrawal stands. */
  status({ appliedMs, canceledMs }: Withdrawal): number {
    if (canceledMs !== undefined) return canceledStatus;
    const ageMs = this.#venue.nowMs - appliedMs;
    return states.findLast(({ fromMs }) => ageMs >= fromMs)?.status ?? states[0]!.status;
  }

  /**
   * Takes coins out. UNCONFIRMED: the fee is part of the amount.
   *
   * @throws {MexcError} 10097 outside of the limits, 10101 when there are too few coins.
   */
  withdraw(account: Account, terms: WithdrawalTerms): Withdrawal {
    const { network, amount } = terms;
    const outside = amount < parseAtoms(network.withdrawMin)! || amount > parseAtoms(network.withdrawMax)!;
    if (outside) throw mexcErrors.badAmount();
    const id = this.#nextId("withdrawal");
    this.#take(account, network.coin, amount, "withdrawal", id);
    const withdrawal = { ...terms, id, appliedMs: this.#venue.nowMs, canceledMs: undefined };
    this.#of(account.uid).withdrawals.push(withdrawal);
    return withdrawal;
  }

  /** Takes a withdrawal back. @throws {MexcError} 22222 when there is none, 26 when the coins are on their way. */
  cancelWithdrawal(account: Account, id: string): void {
    const withdrawal = this.#of(account.uid).withdrawals.find((each) => each.id === id);
    if (withdrawal === undefined) throw mexcErrors.recordMissing();
    if (this.status(withdrawal) >= sentStatus) throw mexcErrors.notAllowed("the withdrawal is under way");
    withdrawal.canceledMs = this.#venue.nowMs;
    const wallet = this.#venue.wallet(account);
    wallet.change(withdrawal.network.coin, withdrawal.amount, 0n, { cause: "withdrawal", reference: id });
  }

  /** Moves coins between two accounts of a user. @throws {MexcError} 10101 when there are too few. */
  transfer(account: Account, terms: Pick<Transfer, "coin" | "amount" | "from" | "to">): Transfer {
    const { coin, amount, from } = terms;
    const own = this.#of(account.uid);
    const id = this.#nextId("transfer");
    const there = own.futures.get(coin) ?? 0n;
    if (from === "SPOT") {
      this.#take(account, coin, amount, "transfer", id);
      own.futures.set(coin, there + amount);
    } else {
      if (there < amount) throw mexcErrors.insufficientBalance();
      own.futures.set(coin, there - amount);
      this.#venue.wallet(account).change(coin, amount, 0n, { cause: "transfer", reference: id });
    }
    const transfer = { ...terms, id, timeMs: this.#venue.nowMs };
    own.transfers.push(transfer);
    return transfer;
  }

  #take(
    account: Account,
    coin: string,
    amount: Atoms,
    cause: "withdrawal" | "transfer",
    reference: string,
  ): void {
    const wallet = this.#venue.wallet(account);
    if (wallet.balance(coin).available < amount) throw mexcErrors.insufficientBalance();
    wallet.change(coin, -amount, 0n, { cause, reference });
  }

  #noteDeposit({ exchange, cause, uid, coin, available, timeMs, sequence }: LedgerEntry): void {
    if (exchange !== "MEXC_SPOT" || cause !== "deposit") return;
    const txId = internalId(`deposit ${sequence}`);
    this.#of(uid).deposits.push({ coin, amount: available, timeMs, txId });
  }

  #of(uid: string): AccountFunds {
    let funds = this.#byUid.get(uid);
    if (funds === undefined) {
      funds = new AccountFunds();
      this.#byUid.set(uid, funds);
    }
    return funds;
  }

  #nextId(kind: string): string {
    this.#sequence += 1;
    return internalId(`${kind} ${this.#sequence}`);
  }
}

/** Where a user sends a coin. UNCONFIRMED: what addresses look like; these are no real ones. */
export function depositAddress(
  { uid }: Account,
  network: CoinNetwork,
): { address: string; memo: string | null } {
  const { netWork, sameAddress } = network;
  const owner = sameAddress ? "everybody" : uid;
  return {
    address: `simulated-${internalId(`address ${netWork} ${owner}`)}`,
    memo: sameAddress ? uid : null,
  };
}

/** Hash of the transaction that carries a withdrawal; null before it is sent. */
export function transactionOf({ id }: Withdrawal, status: number): string | null {
  return status >= sentStatus && status !== canceledStatus ? internalId(`transaction ${id}`) : null;
}
