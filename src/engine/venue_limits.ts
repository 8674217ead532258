/**
 * The request limits of a run: one limiter for each company, whoever sends there.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import { exchangeByKey, type ExchangeFamily, type ExchangeKey } from "../core/exchange.ts";
import type { Instrument } from "../core/instrument.ts";
import type { Network } from "../core/network.ts";
import { getVenueRules, orderCall } from "../exchanges/venue_rules.ts";
import { LimitedNetwork } from "../net/limited_network.ts";
import { type RateGauge, RateLimiter } from "../net/rate_limiter.ts";

/** How long requests may wait for room before they are refused unsent, milliseconds. */
export interface Patience {
  readonly ordinaryMs: number;
  /** For the priority lane: cancels. */
  readonly priorityMs: number;
}

/** Public requests are not signed, so that they lose nothing by waiting. */
export const publicPatience: Patience = { ordinaryMs: 8_000, priorityMs: 8_000 };
/** Questions carry the time at which they were signed, and MEXC takes none that is older than 5 s. */
export const queryPatience: Patience = { ordinaryMs: 3_500, priorityMs: 3_500 };
/** A late order is an order at a price of the past; a late cancel is still better than none. */
export const orderPatience: Patience = { ordinaryMs: 200, priorityMs: 2_000 };

/** How far a company's limits are used at one moment. */
export interface LimitUse {
  readonly family: ExchangeFamily;
  /** Requests that wait for room. */
  readonly waiting: number;
  readonly gauges: readonly RateGauge[];
}

/** Keeps everything that a run asks of a company within its limits. */
export class VenueLimits {
  readonly #limiters = new Map<ExchangeFamily, RateLimiter>();
  readonly #venueTimes = new Map<ExchangeFamily, () => number>();

  constructor(private readonly clock: Clock) {}

  /** Requests so far that were let through or refused, by all limiters. */
  get decided(): number {
    return [...this.#limiters.values()].reduce((sum, { decided }) => sum + decided, 0);
  }

  /** How far the limits of every company that was asked are used now. */
  use(): LimitUse[] {
    return [...this.#limiters].map(([family, limiter]) => ({
      family,
      waiting: limiter.waiting,
      gauges: limiter.gauges(),
    }));
  }

  /** The limiter of the company behind a venue. */
  limiter(exchange: ExchangeKey): RateLimiter {
    const { family } = exchangeByKey(exchange);
    let limiter = this.#limiters.get(family);
    if (limiter === undefined) {
      const { clock } = this;
      const venueNowMs = (): number => this.#venueTimes.get(family)?.() ?? clock.epochMs();
      limiter = new RateLimiter({ clock, venueNowMs });
      this.#limiters.set(family, limiter);
    }
    return limiter;
  }

  /** The network with the limits of the company behind a venue. */
  limited(exchange: ExchangeKey, network: Network, patience: Patience): Network {
    const rules = getVenueRules(exchange);
    return new LimitedNetwork({
      network,
      limiter: this.limiter(exchange),
      clock: this.clock,
      limitsOf: (request) => {
        const limits = rules.limitsOf(request, patience.ordinaryMs);
        return limits.lane === "priority" ? { ...limits, maxWaitMs: patience.priorityMs } : limits;
      },
      reportOf: (response) => rules.reportOf(response),
    });
  }

  /**
   * How many orders in an instrument could be sent at this moment without waiting, at most `most`.
   *
   * @param rest Base address of the venue's requests.
   */
  orderRoom(instrument: Instrument, rest: string, most: number): number {
    const { exchange } = instrument;
    return this.limiter(exchange).room(
      getVenueRules(exchange).limitsOf(orderCall(instrument, rest), 0),
      most,
    );
  }

  /** The company's time is known from now on: what its answers say about limits is in that time. */
  useTime(exchange: ExchangeKey, nowMs: () => number): void {
    this.#venueTimes.set(exchangeByKey(exchange).family, nowMs);
  }
}
