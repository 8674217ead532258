/**
 * How often one venue's bid stood over another's ask.
 * @module
 */

/** What is counted of one kind of crossing. */
export interface CrossingCount {
  /** Samples in which it was so. */
  readonly samples: number;
  /** The same as a share of the pair's samples; 0 when there were none. */
  readonly share: number;
  /** Unbroken runs of such samples. */
  readonly episodes: number;
}

/** One direction: what could be sold at the bid of one venue and bought at the ask of the other. */
export interface DirectionCount extends CrossingCount {
  /** Venue whose bid is looked at. */
  readonly bid: string;
  /** Venue whose ask is looked at. */
  readonly ask: string;
  /** Samples of the pair: rows of either venue at which both had a valid quote. */
  readonly pairSamples: number;
  /** The largest bid / ask - 1 in basis points; 0 when there was no sample. */
  readonly maxBps: number;
  /** The same for samples with bid / ask - 1 above the threshold. */
  readonly overThreshold: CrossingCount;
}

class Runs {
  samples = 0;
  episodes = 0;
  #running = false;

  add(holds: boolean): void {
    if (holds) this.samples += 1;
    if (holds && !this.#running) this.episodes += 1;
    this.#running = holds;
  }

  interrupt(): void {
    this.#running = false;
  }

  count(total: number): CrossingCount {
    return { samples: this.samples, share: total === 0 ? 0 : this.samples / total, episodes: this.episodes };
  }
}

class Direction {
  readonly crossed = new Runs();
  readonly overThreshold = new Runs();
  pairSamples = 0;
  maxBps = -Infinity;

  constructor(readonly bid: number, readonly ask: number) {}
}

/**
 * Counts crossings over a merged stream of best quotes. A sample of a pair of venues is taken at every row of
 * either one at which both quotes are valid; a quote is valid for a fixed time after its row.
 */
export class CrossingStatistics {
  readonly #times: number[] = [];
  readonly #bids: number[] = [];
  readonly #asks: number[] = [];
  /** The directions that a row of a venue is a sample of. */
  readonly #byVenue: Direction[][] = [];

  /**
   * @param quoteValidMs Time for which a quote counts, milliseconds.
   * @param thresholdBps Threshold of the second count, basis points.
   */
  constructor(private readonly quoteValidMs: number, private readonly thresholdBps: number) {}

  /**
   * Takes the next row.
   *
   * @param venue Index of the venue: 0, 1, … in the order of appearance.
   * @param time Milliseconds, never going back.
   * @param bid Best bid, NaN when there is none.
   * @param ask Best ask, NaN when there is none.
   */
  onQuote(venue: number, time: number, bid: number, ask: number): void {
    if (venue === this.#times.length) this.#addVenue(venue);
    this.#times[venue] = time;
    this.#bids[venue] = bid;
    this.#asks[venue] = ask;
    for (const direction of this.#byVenue[venue]!) this.#sample(direction, time);
  }

  /** The counts of every direction. */
  report(venues: readonly string[]): DirectionCount[] {
    return this.#byVenue.flatMap((directions, venue) => directions.filter(({ bid }) => bid === venue)).map((
      each,
    ) => ({
      bid: venues[each.bid]!,
      ask: venues[each.ask]!,
      pairSamples: each.pairSamples,
      ...each.crossed.count(each.pairSamples),
      maxBps: each.pairSamples === 0 ? 0 : each.maxBps,
      overThreshold: each.overThreshold.count(each.pairSamples),
    }));
  }

  #addVenue(venue: number): void {
    this.#byVenue.push([]);
    for (let other = 0; other < venue; other++) {
      for (const direction of [new Direction(venue, other), new Direction(other, venue)]) {
        this.#byVenue[venue]!.push(direction);
        this.#byVenue[other]!.push(direction);
      }
    }
  }

  #sample(direction: Direction, time: number): void {
    const { crossed, overThreshold } = direction;
    const oldest = Math.min(this.#times[direction.bid]!, this.#times[direction.ask]!);
    const ratio = this.#bids[direction.bid]! / this.#asks[direction.ask]!;
    if (time - oldest > this.quoteValidMs || Number.isNaN(ratio)) {
      crossed.interrupt();
      overThreshold.interrupt();
      return;
    }
    const bps = (ratio - 1) * 10_000;
    direction.pairSamples += 1;
    if (bps > direction.maxBps) direction.maxBps = bps;
    crossed.add(ratio > 1);
    overThreshold.add(bps > this.thresholdBps);
  }
}
