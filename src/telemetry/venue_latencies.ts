/**
 * Latencies by venue.
 * @module
 */
import type { ExchangeKey } from "../core/exchange.ts";
import { LatencyHistogram } from "./latency_histogram.ts";

/** The latencies of one stage of the work, apart for each venue. */
export class VenueLatencies {
  readonly #byVenue: ReadonlyMap<ExchangeKey, LatencyHistogram>;

  constructor(venues: Iterable<ExchangeKey>) {
    this.#byVenue = new Map([...venues].map((venue) => [venue, new LatencyHistogram()]));
  }

  /** Those of one venue; undefined for a venue that is not measured. */
  of(venue: ExchangeKey): LatencyHistogram | undefined {
    return this.#byVenue.get(venue);
  }

  /** Every venue with its latencies. */
  get all(): Iterable<[ExchangeKey, LatencyHistogram]> {
    return this.#byVenue;
  }

  /** Those of all venues together, as they are now. */
  total(): LatencyHistogram {
    return LatencyHistogram.sumOf(this.#byVenue.values());
  }
}
