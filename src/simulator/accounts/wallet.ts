/**
 * The coins of one account on one venue.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { Atoms } from "./atoms.ts";
import type { Ledger, LedgerCause, LedgerEntry } from "./ledger.ts";

/** What is free and what is bound of one coin. */
export interface CoinBalance {
  readonly available: Atoms;
  readonly locked: Atoms;
}

/** What a change is for. */
export interface ChangeNote {
  readonly cause: LedgerCause;
  /** Id of the order, trade or transfer. */
  readonly reference?: string;
  /** Symbol of the instrument. */
  readonly symbol?: string;
}

/** A coin of a wallet. */
interface Coin {
  balance: CoinBalance;
  updates: number;
}

const none: CoinBalance = { available: 0n, locked: 0n };

/** Balances that change only together with an entry in the ledger. */
export class Wallet {
  readonly #coins = new Map<string, Coin>();
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  readonly #changed: (entry: LedgerEntry) => void;

  /** @param changed Hears of every change after it was made. */
  constructor(
    readonly exchange: ExchangeKey,
    readonly uid: string,
    clock: Clock,
    ledger: Ledger,
    changed: (entry: LedgerEntry) => void,
  ) {
    this.#clock = clock;
    this.#ledger = ledger;
    this.#changed = changed;
  }

  /** Coins that this wallet has or has had, in order of first appearance. */
  get coins(): string[] {
    return [...this.#coins.keys()];
  }

  /** Balance of a coin; zero when there never was any. */
  balance(coin: string): CoinBalance {
    return this.#coins.get(coin)?.balance ?? none;
  }

  /** Number of changes of this coin so far. */
  updates(coin: string): number {
    return this.#coins.get(coin)?.updates ?? 0;
  }

  /**
   * Changes a balance by these amounts. Nothing is checked here: whoever trades asks first.
   *
   * @param available Change of what is free.
   * @param locked Change of what is bound.
   */
  change(coin: string, available: Atoms, locked: Atoms, note: ChangeNote): void {
    let own = this.#coins.get(coin);
    if (own === undefined) {
      own = { balance: none, updates: 0 };
      this.#coins.set(coin, own);
    }
    const before = own.balance;
    // A balance that was handed out does not change.
    const after = { available: before.available + available, locked: before.locked + locked };
    own.balance = after;
    own.updates += 1;
    const entry = this.#ledger.write({
      timeMs: Math.floor(this.#clock.epochMs()),
      exchange: this.exchange,
      uid: this.uid,
      coin,
      available,
      locked,
      availableAfter: after.available,
      lockedAfter: after.locked,
      cause: note.cause,
      reference: note.reference ?? "",
      symbol: note.symbol ?? "",
    });
    this.#changed(entry);
  }
}
