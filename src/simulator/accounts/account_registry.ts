/**
 * All accounts of a simulation.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import { ConfigError } from "../../core/errors.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { SeededRandom } from "../../core/random.ts";
import type { Account, ApiKey, FeeRates, Permission, VenueFamily } from "./account.ts";
import { parseAtoms } from "./atoms.ts";
import type { Ledger, LedgerEntry } from "./ledger.ts";
import { Wallet } from "./wallet.ts";

/** An account to open. Whatever is left out is drawn from the seed. */
export interface AccountOptions {
  readonly family: VenueFamily;
  readonly uid?: string;
  readonly apiKey?: string;
  readonly secretKey?: string;
  /** Default: everything. */
  readonly permissions?: readonly Permission[];
  /** First deposits by market: coin to decimal text. */
  readonly deposits?: Readonly<Partial<Record<ExchangeKey, Readonly<Record<string, string>>>>>;
  /** Fees that differ from those of the instruments, by market. */
  readonly fees?: Readonly<Partial<Record<ExchangeKey, FeeRates>>>;
  /** Self-trade prevention group from 1; none by default. */
  readonly stpGroup?: number;
}

/** Markets of each firm. */
export const familyMarkets: Readonly<Record<VenueFamily, readonly ExchangeKey[]>> = {
  mexc: ["MEXC_SPOT"],
  gateio: ["GATEIO_SPOT", "GATEIO_FUTURES"],
};

/** The firm of a market. */
export function familyOf(exchange: ExchangeKey): VenueFamily {
  return exchange === "MEXC_SPOT" ? "mexc" : "gateio";
}

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

/** Opens accounts and finds them again. */
export class AccountRegistry {
  readonly #accounts: Account[] = [];
  readonly #keys = new Map<string, ApiKey>();
  readonly #clocks: Readonly<Record<VenueFamily, Clock>>;
  readonly #ledger: Ledger;
  readonly #random: SeededRandom;
  readonly #changed: (entry: LedgerEntry) => void;

  /**
   * @param clocks Each firm's own clock.
   * @param changed Hears of every change of every balance.
   */
  constructor(
    clocks: Readonly<Record<VenueFamily, Clock>>,
    ledger: Ledger,
    random: SeededRandom,
    changed: (entry: LedgerEntry) => void,
  ) {
    this.#clocks = clocks;
    this.#ledger = ledger;
    this.#random = random;
    this.#changed = changed;
  }

  /** Every change of every balance. */
  get ledger(): Ledger {
    return this.#ledger;
  }

  /** All accounts in the order in which they were opened. */
  get accounts(): readonly Account[] {
    return this.#accounts;
  }

  /** All keys in the order in which they were made. */
  get keys(): ApiKey[] {
    return [...this.#keys.values()];
  }

  /** The key with this name at this firm. */
  key(family: VenueFamily, apiKey: string): ApiKey | undefined {
    return this.#keys.get(`${family} ${apiKey}`);
  }

  /** The account with this user id at this firm. */
  account(family: VenueFamily, uid: string): Account | undefined {
    return this.#accounts.find((account) => account.family === family && account.uid === uid);
  }

  /**
   * Opens an account with one key and its first deposits.
   *
   * @throws {ConfigError} when the user id or key is taken, or a deposit is not a positive decimal number.
   */
  open(options: AccountOptions): ApiKey {
    const { family } = options;
    const random = this.#random.fork(`account ${this.#accounts.length}`);
    const uid = options.uid ?? String(10_000_000 + Math.floor(random.uniform() * 89_999_999));
    if (!/^\d+$/.test(uid)) throw new ConfigError(`Cannot open account ${uid}: a user id has digits only`);
    if (this.account(family, uid) !== undefined) {
      throw new ConfigError(`Cannot open account ${uid} at ${family}: the user id is taken`);
    }
    const wallets = new Map(
      familyMarkets[family].map((exchange) => [
        exchange,
        new Wallet(exchange, uid, this.#clocks[family], this.#ledger, this.#changed),
      ]),
    );
    const fees = new Map(
      Object.entries(options.fees ?? {}) as [ExchangeKey, FeeRates][],
    );
    const account: Account = { family, uid, wallets, fees, stpGroup: options.stpGroup ?? 0 };
    const key = this.#makeKey(account, options, random);
    this.#accounts.push(account);
    this.#keys.set(`${family} ${key.apiKey}`, key);
    for (const [exchange, coins] of Object.entries(options.deposits ?? {})) {
      for (const [coin, amount] of Object.entries(coins)) {
        this.deposit(account, exchange as ExchangeKey, coin, amount);
      }
    }
    return key;
  }

  /**
   * Adds coins from outside.
   *
   * @throws {ConfigError} when the account has no wallet there or the amount is not a positive decimal number.
   */
  deposit(account: Account, exchange: ExchangeKey, coin: string, amount: string): void {
    const wallet = account.wallets.get(exchange);
    const atoms = parseAtoms(amount);
    if (wallet === undefined || atoms === undefined || atoms <= 0n) {
      throw new ConfigError(
        `Cannot deposit ${amount} ${coin} on ${exchange} for account ${account.uid}: it takes a market of ` +
          `${account.family} and a positive decimal number`,
      );
    }
    wallet.change(coin, atoms, 0n, { cause: "deposit" });
  }

  #makeKey(account: Account, options: AccountOptions, random: SeededRandom): ApiKey {
    const mexc = account.family === "mexc";
    const apiKey = options.apiKey ?? (mexc ? `mx0v${letters(random, 14)}` : letters(random, 32));
    const secretKey = options.secretKey ?? letters(random, mexc ? 32 : 64);
    if (this.#keys.has(`${account.family} ${apiKey}`)) {
      throw new ConfigError(`Cannot make the API key ${apiKey} at ${account.family}: it exists already`);
    }
    return { apiKey, secretKey, permissions: new Set(options.permissions ?? ["trade", "withdraw"]), account };
  }
}

function letters(random: SeededRandom, count: number): string {
  let text = "";
  while (text.length < count) text += alphabet[Math.floor(random.uniform() * alphabet.length)];
  return text;
}
