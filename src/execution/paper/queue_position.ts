/**
 * Where a resting paper order stands in the queue of its price.
 * @module
 */

/**
 * Estimates the lots ahead of an order from what its level shows and what is traded there.
 *
 * The model is that of hftbacktest's `ProbQueueModel` with the identity function, after Rigtorp, "Estimating order
 * queue position" (2013): an order joins behind everything that is shown; trades go to the front of the queue; what
 * leaves without a trade was cancelled anywhere in the queue, so the part ahead shrinks in proportion; what is added
 * comes behind. A trade and the shrinking of the level that it causes are told by two streams in any order, and
 * count once: whichever comes second only makes up the difference.
 *
 * Where the venue's times do not tell whether a trade is in what the level shows already, it is taken to be: the
 * order then stands further back than it may be.
 */
export class QueuePosition {
  /** Lots traded that what the level shows does not tell yet. */
  #traded = 0;
  /** Venue's time of the last trade. */
  #tradedAt = 0;
  /** Lots that left without a known trade, */
  #left = 0;
  /** how many of those counted as ahead, */
  #leftAhead = 0;
  /** and the venue's time of the book that showed it. */
  #leftAt = 0;
  #ahead: number;

  /**
   * @param shown Lots that the level shows on arrival.
   * @param arrivedAt Venue's time of the book that it met, epoch milliseconds; 0 when not known.
   */
  constructor(private shown: number, private readonly arrivedAt: number) {
    this.#ahead = shown;
  }

  /** Lots that are to be traded before the order is. */
  get ahead(): number {
    return this.#ahead;
  }

  /**
   * Whether a trade was, or may have been, made before the order arrived: then it has nothing to do with it. Without
   * times, what is told live counts as later.
   */
  isEarlier(time: number, recovered: boolean): boolean {
    return time > 0 && this.arrivedAt > 0 ? time <= this.arrivedAt : recovered;
  }

  /**
   * A trade at the order's price against its side.
   *
   * @param lots Lots of the trade.
   * @param reaching How many of them other paper orders have left over.
   * @param time Venue's time, epoch milliseconds; 0 when not known.
   * @returns Lots that come to the order: those beyond what was ahead.
   */
  trade(lots: number, reaching: number, time: number): number {
    if (time > this.#leftAt && this.#leftAt > 0) this.#left = this.#leftAhead = 0;
    // Of the lots that have left, so many were not cancelled but this trade, and are taken to be those that counted.
    const known = Math.min(this.#left, lots);
    const counted = Math.min(this.#leftAhead, known);
    this.#left -= known;
    this.#leftAhead -= counted;
    this.#traded += lots - known;
    this.#tradedAt = Math.max(this.#tradedAt, time);
    const passing = Math.min(lots - counted, reaching);
    const beyond = Math.max(0, passing - this.#ahead);
    this.#ahead = Math.max(0, this.#ahead - passing);
    return beyond;
  }

  /**
   * The book has changed.
   *
   * @param shown Lots that the level shows now.
   * @param time Venue's time of the book, epoch milliseconds; 0 when not known.
   */
  show(shown: number, time: number): void {
    const gone = this.shown - shown;
    if (gone > 0) {
      const traded = Math.min(gone, this.#traded);
      this.#traded -= traded;
      this.#cancel(gone - traded, this.shown - traded, shown, time);
    }
    this.shown = shown;
    if (this.#tradedAt > 0 && time > this.#tradedAt) this.#traded = 0;
  }

  #cancel(lots: number, total: number, shown: number, time: number): void {
    if (lots === 0) return;
    const ahead = Math.min((this.#ahead * (total - lots)) / total, shown);
    this.#left += lots;
    this.#leftAhead += this.#ahead - ahead;
    this.#leftAt = time;
    this.#ahead = ahead;
  }
}
