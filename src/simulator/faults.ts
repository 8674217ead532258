/**
 * Things that go wrong on purpose.
 * @module
 */
import type { ExchangeKey } from "../core/exchange.ts";

/** Closes every connection of a venue. */
export type CloseAll = (exchange: ExchangeKey, code: number) => void;

/** Switches for faults. What is lost is lost on the wire only: the truth goes on. */
export class Faults {
  readonly #skips = new Map<string, number>();
  readonly #closeAll: CloseAll;

  constructor(closeAll: CloseAll) {
    this.#closeAll = closeAll;
  }

  /** The next incremental depth frame of this symbol reaches nobody, which leaves a hole in the sequence. */
  skipNextUpdate(exchange: ExchangeKey, symbol: string): void {
    const key = `${exchange} ${symbol}`;
    this.#skips.set(key, (this.#skips.get(key) ?? 0) + 1);
  }

  /**
   * Closes every connection of a venue from its side: 1005 without a status, 1006 by cutting the connection.
   *
   * @throws {RangeError} when there is no such code.
   */
  closeAll(exchange: ExchangeKey, code: number): void {
    this.#closeAll(exchange, code);
  }

  /** Whether a depth frame of this symbol is to be lost now; uses the order up. */
  takeSkip(exchange: ExchangeKey, symbol: string): boolean {
    if (this.#skips.size === 0) return false;
    const key = `${exchange} ${symbol}`;
    const count = this.#skips.get(key) ?? 0;
    if (count === 0) return false;
    if (count === 1) this.#skips.delete(key);
    else this.#skips.set(key, count - 1);
    return true;
  }
}
