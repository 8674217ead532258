/**
 * How long requests take and how they end.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { HttpRequest, HttpResponse, Network, Socket, SocketHandlers } from "../core/network.ts";
import { LatencyHistogram } from "../telemetry/latency_histogram.ts";

/**
 * How a request ended: `answered` (status up to 399), `limited` (429 and 418, too many requests), `refused` (another
 * status up to 499), `failed` (500 and more), `unanswered`.
 */
export type RequestOutcome = "answered" | "limited" | "refused" | "failed" | "unanswered";

/** Every outcome. */
export const requestOutcomes: readonly RequestOutcome[] = [
  "answered",
  "limited",
  "refused",
  "failed",
  "unanswered",
];

/** A {@link Network} that measures its requests. Put under a limiter it measures the venue and not the wait before. */
export class MeasuredNetwork implements Network {
  /** From the request to the end of its answer, on the clock; requests without an answer are not in it. */
  readonly roundTrips: LatencyHistogram = new LatencyHistogram();
  readonly #outcomes: Record<RequestOutcome, number> = {
    answered: 0,
    limited: 0,
    refused: 0,
    failed: 0,
    unanswered: 0,
  };

  constructor(private readonly network: Network, private readonly clock: Pick<Clock, "monotonicMs">) {}

  /** Requests so far, by how they ended. */
  get outcomes(): Readonly<Record<RequestOutcome, number>> {
    return this.#outcomes;
  }

  connect(url: string, handlers: SocketHandlers): Socket {
    return this.network.connect(url, handlers);
  }

  /** @throws {NetworkError} when there is no complete answer in time. */
  async fetch(request: HttpRequest): Promise<HttpResponse> {
    const begin = this.clock.monotonicMs();
    let outcome: RequestOutcome = "unanswered";
    try {
      const response = await this.network.fetch(request);
      this.roundTrips.recordMs(this.clock.monotonicMs() - begin);
      outcome = outcomeOf(response.status);
      return response;
    } finally {
      this.#outcomes[outcome] += 1;
    }
  }
}

function outcomeOf(status: number): RequestOutcome {
  if (status < 400) return "answered";
  if (status === 429 || status === 418) return "limited";
  return status < 500 ? "refused" : "failed";
}
