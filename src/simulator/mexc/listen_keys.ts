/**
 * Listen keys: what opens a private stream.
 * @module
 */
import type { Clock, Timer } from "../../core/clock.ts";
import type { SeededRandom } from "../../core/random.ts";
import type { Account } from "../accounts/account.ts";

const validMs = 60 * 60_000;
const keyLength = 64;
const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
/** Most valid keys of an account. */
export const maxKeys = 60;
/** Most connections of one key. */
const maxConnections = 5;

/** A connection that lives as long as its key. */
export interface KeyedConnection {
  /** The key is no longer valid. */
  keyEnded(): void;
}

interface ListenKey {
  readonly text: string;
  readonly account: Account;
  /** Monotonic milliseconds. */
  untilMs: number;
  readonly connections: Set<KeyedConnection>;
  /** Runs only while there are connections. */
  timer: Timer | undefined;
}

/**
 * Keys with their validity and their connections. UNCONFIRMED: when a key ends, its connections are closed; they
 * may just fall silent.
 */
export class ListenKeys {
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #keys = new Map<string, ListenKey>();

  constructor(clock: Clock, random: SeededRandom) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Makes a key; undefined when the account has as many as it may. */
  create(account: Account): string | undefined {
    if (this.of(account).length >= maxKeys) return undefined;
    let text = "";
    while (text.length < keyLength) text += alphabet[Math.floor(this.#random.uniform() * alphabet.length)];
    const untilMs = this.#clock.monotonicMs() + validMs;
    this.#keys.set(text, { text, account, untilMs, connections: new Set(), timer: undefined });
    return text;
  }

  /** The valid keys of an account, oldest first. */
  of(account: Account): string[] {
    return [...this.#keys.keys()].filter((text) => this.#valid(text)?.account === account);
  }

  /** Lets a key be valid for another 60 minutes from now. False when the account has no such key. */
  extend(account: Account, text: string): boolean {
    const key = this.#valid(text);
    if (key?.account !== account) return false;
    key.untilMs = this.#clock.monotonicMs() + validMs;
    if (key.connections.size > 0) this.#watch(key);
    return true;
  }

  /** Ends a key and its connections. False when the account has no such key. */
  remove(account: Account, text: string): boolean {
    const key = this.#valid(text);
    if (key?.account !== account) return false;
    this.#end(key);
    return true;
  }

  /** Ends the keys of an account, or all of them, as if their time were over. */
  expire(uid?: string): void {
    for (const key of [...this.#keys.values()]) {
      if (uid === undefined || key.account.uid === uid) this.#end(key);
    }
  }

  /** Whose key this is; undefined when it is not valid or has as many connections as it may. */
  open(text: string): Account | undefined {
    const key = this.#valid(text);
    return key === undefined || key.connections.size >= maxConnections ? undefined : key.account;
  }

  /** Notes a connection of a key that {@link ListenKeys.open} found good. */
  connect(text: string, connection: KeyedConnection): void {
    const key = this.#keys.get(text);
    if (key === undefined) return;
    key.connections.add(connection);
    this.#watch(key);
  }

  /** Ends {@link ListenKeys.connect}. */
  disconnect(text: string, connection: KeyedConnection): void {
    const key = this.#keys.get(text);
    if (key === undefined) return;
    key.connections.delete(connection);
    if (key.connections.size === 0) key.timer?.cancel();
  }

  #valid(text: string): ListenKey | undefined {
    const key = this.#keys.get(text);
    if (key === undefined || this.#clock.monotonicMs() < key.untilMs) return key;
    this.#end(key);
    return undefined;
  }

  #watch(key: ListenKey): void {
    key.timer?.cancel();
    key.timer = this.#clock.setTimer(key.untilMs - this.#clock.monotonicMs(), () => this.#end(key));
  }

  #end(key: ListenKey): void {
    this.#keys.delete(key.text);
    key.timer?.cancel();
    for (const connection of [...key.connections]) connection.keyEnded();
  }
}
