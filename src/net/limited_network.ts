/**
 * Requests within a venue's limits, whoever makes them.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { HttpRequest, HttpResponse, Network, Socket, SocketHandlers } from "../core/network.ts";
import type { LimitReport } from "./rate_bucket.ts";
import { readRetryAfter } from "./rate_headers.ts";
import type { RateLimiter, RateRequest } from "./rate_limiter.ts";

/** Settings of a {@link LimitedNetwork}. */
export interface LimitedNetworkOptions {
  /** The way out. */
  readonly network: Network;
  /** One for a venue and account, shared by all that send there. */
  readonly limiter: RateLimiter;
  readonly clock: Clock;
  /** What a request counts for, and how urgent it is: the venue's table. */
  limitsOf(request: HttpRequest): RateRequest;
  /** What an answer says about limits, where the venue tells it. */
  reportOf?(response: HttpResponse): LimitReport | undefined;
}

/** A {@link Network} that holds requests back until a limit has room for them, and learns from the answers. */
export class LimitedNetwork implements Network {
  constructor(private readonly options: LimitedNetworkOptions) {}

  connect(url: string, handlers: SocketHandlers): Socket {
    return this.options.network.connect(url, handlers);
  }

  /**
   * Sends the request, before this returns when there is room. The wait is part of the request's time.
   *
   * @throws {RateLimitError} when there is no room in time: it was not sent.
   * @throws {NetworkError} when there is no complete answer in time.
   */
  async fetch(request: HttpRequest): Promise<HttpResponse> {
    const { network, limiter, clock } = this.options;
    const limits = this.options.limitsOf(request);
    const start = clock.monotonicMs();
    const maxWaitMs = Math.min(limits.maxWaitMs ?? 0, request.timeoutMs);
    if (!limiter.tryAcquire(limits)) await limiter.acquire({ ...limits, maxWaitMs });
    const timeoutMs = Math.max(1, request.timeoutMs - (clock.monotonicMs() - start));
    const response = await network.fetch({ ...request, timeoutMs });
    const retryAfterMs = readRetryAfter(response.headers.get("retry-after"), clock.epochMs());
    const report = this.options.reportOf?.(response);
    limiter.learn(limits.charges, {
      status: response.status,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(report === undefined ? {} : { report }),
    });
    return response;
  }
}
