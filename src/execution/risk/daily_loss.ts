/**
 * The loss of a day.
 * @module
 */

/** A UTC day. */
export const dayMs = 86_400_000;

/**
 * Loss since the UTC day began, or since someone has forgiven what was lost until then: without that, trading that was
 * allowed again by hand would stop again at once.
 */
export class DailyLoss {
  /** Epoch day of what is known. */
  #day = NaN;
  /** Profit of the day from which its loss is counted; at most 0. */
  #forgiven = 0;
  #lastPnl = 0;

  /** What is known from an earlier run. */
  restore(day: number, forgiven: number): void {
    this.#day = day;
    this.#forgiven = forgiven;
  }

  /** Profit of the day from which its loss is counted, quote; at most 0. */
  get forgiven(): number {
    return this.#forgiven;
  }

  /** Takes the profit of the day that this moment is in. @param epochMs Epoch milliseconds. */
  update(dayPnl: number, epochMs: number): void {
    const day = Math.floor(epochMs / dayMs);
    if (day !== this.#day) this.#forgiven = 0;
    this.#day = day;
    this.#lastPnl = dayPnl;
  }

  /** Loss that counts at this profit of the day, quote; negative for a profit, NaN when the profit is not known. */
  at(dayPnl: number): number {
    return this.#forgiven - dayPnl;
  }

  /** What was lost until the last update counts no more. */
  forgive(): void {
    if (this.#lastPnl < 0) this.#forgiven = this.#lastPnl;
  }
}
