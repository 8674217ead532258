/**
 * Balances from several connections that tell the same.
 * @module
 */
import type { BalanceSnapshot } from "../../core/balance.ts";

interface Told {
  readonly balance: BalanceSnapshot;
  /** The connection that told it. */
  readonly by: object;
}

/** A balance that is older by more than this was told by a clock that was set back, not late. */
const clockStepMs = 5000;

/**
 * Passes each change of a coin on once, in the order of the venue's times. Several changes within a millisecond are in
 * order on each connection, but not across them: of those only one connection's are taken.
 */
export class BalanceMerge {
  /** What was passed on last, by coin. */
  readonly #told = new Map<string, Told>();
  /** What each connection said last, by coin. */
  readonly #latest = new Map<object, Map<string, BalanceSnapshot>>();

  /** Whether a balance is news. @param by The connection that told it. */
  take(by: object, balance: BalanceSnapshot): boolean {
    const own = this.#latest.get(by) ?? new Map<string, BalanceSnapshot>();
    this.#latest.set(by, own.set(balance.coin, balance));
    const last = this.#told.get(balance.coin);
    if (last !== undefined && !isNews(balance, by, last)) return false;
    this.#told.set(balance.coin, { balance, by });
    return true;
  }

  /**
   * Ends a connection.
   *
   * @param heir Another one that tells the same.
   * @returns Balances of which the heir knows more.
   */
  end(by: object, heir: object | undefined): BalanceSnapshot[] {
    this.#latest.delete(by);
    const known = heir === undefined ? undefined : this.#latest.get(heir);
    const corrections: BalanceSnapshot[] = [];
    for (const [coin, last] of this.#told) {
      if (last.by !== by || heir === undefined) continue;
      const own = known?.get(coin);
      const corrected = own !== undefined && own.time === last.balance.time && differs(own, last.balance);
      this.#told.set(coin, { balance: corrected ? own : last.balance, by: heir });
      if (corrected) corrections.push(own);
    }
    return corrections;
  }
}

function isNews(balance: BalanceSnapshot, by: object, last: Told): boolean {
  const ahead = balance.time - last.balance.time;
  if (ahead > 0) return true;
  if (by !== last.by) return false;
  return ahead === 0 ? differs(balance, last.balance) : ahead < -clockStepMs;
}

function differs(a: BalanceSnapshot, b: BalanceSnapshot): boolean {
  return a.available !== b.available || a.locked !== b.locked;
}
