/**
 * Users of the simulated exchanges.
 * @module
 */
import type { ExchangeKey } from "../../core/exchange.ts";
import type { Atoms } from "./atoms.ts";
import type { Wallet } from "./wallet.ts";

/** A firm with its own users and keys: MEXC, or Gate.io with both of its markets. */
export type VenueFamily = "mexc" | "gateio";

/** What an API key may do. Every key may read. */
export type Permission = "trade" | "withdraw";

/** An API key. */
export interface ApiKey {
  readonly apiKey: string;
  readonly secretKey: string;
  readonly permissions: ReadonlySet<Permission>;
  readonly account: Account;
}

/** Fee ratios of an account on one market. */
export interface FeeRates {
  readonly maker: number;
  readonly taker: number;
}

/** One user of one firm. */
export interface Account {
  readonly family: VenueFamily;
  /** User id, digits. */
  readonly uid: string;
  readonly wallets: ReadonlyMap<ExchangeKey, Wallet>;
  /** Fees that differ from those of the instruments, by market. */
  readonly fees: ReadonlyMap<ExchangeKey, FeeRates>;
  /** Self-trade prevention group; 0 for none. */
  stpGroup: number;
}

/** Coins that the accounts of a market hold, what everybody else won or lost to them, and the fees. */
export class House {
  readonly #crowd = new Map<string, Atoms>();
  readonly #fees = new Map<string, Atoms>();

  /** What the crowd got from users (minus what it gave them), by coin. */
  get crowd(): ReadonlyMap<string, Atoms> {
    return this.#crowd;
  }

  /** Fees taken, by coin. */
  get fees(): ReadonlyMap<string, Atoms> {
    return this.#fees;
  }

  /** The crowd gets an amount from a user; negative when it pays. */
  toCrowd(coin: string, amount: Atoms): void {
    this.#crowd.set(coin, (this.#crowd.get(coin) ?? 0n) + amount);
  }

  /** The exchange takes a fee; negative for a rebate. */
  toFees(coin: string, amount: Atoms): void {
    this.#fees.set(coin, (this.#fees.get(coin) ?? 0n) + amount);
  }
}
