/**
 * What the venues of a run share: transports, limits, and a clock for each company.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import { delay } from "../core/clock.ts";
import { exchangeByKey, type ExchangeKey } from "../core/exchange.ts";
import type { Instrument } from "../core/instrument.ts";
import type { HttpResponse, Network } from "../core/network.ts";
import type { SeededRandom } from "../core/random.ts";
import { type ExchangeConfig, getRestImplementation, type PublicRests } from "../exchanges/factory.ts";
import type { PrivateConfig } from "../exchanges/private_factory.ts";
import { getVenueRules, refusesTime } from "../exchanges/venue_rules.ts";
import type { AuditTrail } from "../logging/audit_trail.ts";
import type { Logger } from "../logging/logger.ts";
import { NoDelayNetwork } from "../net/no_delay_network.ts";
import { FrameTrace } from "../telemetry/frame_trace.ts";
import { VenueAccess } from "./venue_access.ts";
import { orderPatience, publicPatience, queryPatience, VenueLimits } from "./venue_limits.ts";
import { venueLogger } from "./venue_logger.ts";
import { VenueTime } from "./venue_time.ts";

/** What {@link VenueConnections} are made with. */
export interface VenueConnectionsOptions {
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly logger: Logger;
  /** Where orders leave their trail. Default nowhere. */
  readonly audit?: AuditTrail;
  /** Way of questions and streams. */
  readonly queries: Network;
  /** Way of orders. Default a {@link NoDelayNetwork}. */
  readonly orders?: Network;
  /** Default limits of its own; the engine's, when it asks the same venues. */
  readonly limits?: VenueLimits;
}

/** Where a venue is reached. */
export interface VenueAddress<Key extends ExchangeKey = ExchangeKey> {
  readonly exchange: Key;
  readonly endpoints: ExchangeConfig["endpoints"];
}

/** A venue with an account. */
export interface VenueAccountSettings<Key extends ExchangeKey = ExchangeKey> extends VenueAddress<Key> {
  readonly credentials: NonNullable<PrivateConfig["credentials"]>;
  /** The instruments that are traded. */
  readonly instruments: readonly Instrument[];
  /** Time for an order in milliseconds; after it its outcome is unknown. */
  readonly orderTimeoutMs?: number;
}

/** Connections to a venue that are kept ready for orders. */
const warmConnections = 2;
/** Longest wait at the end for answers under way, milliseconds. */
const closeTimeoutMs = 2_000;
const pollMs = 10;

/** Opens accounts. Venues of one company share its limits, and its clock when they are reached at the same address. */
export class VenueConnections {
  readonly limits: VenueLimits;
  readonly #options: VenueConnectionsOptions;
  readonly #noDelay: NoDelayNetwork | undefined;
  readonly #orders: Network;
  readonly #queries: Network;
  readonly #times = new Map<string, VenueTime>();
  #underWay = 0;

  constructor(options: VenueConnectionsOptions) {
    const { clock, orders, limits } = options;
    this.#options = options;
    this.limits = limits ?? new VenueLimits(clock);
    this.#noDelay = orders === undefined ? new NoDelayNetwork({ clock }) : undefined;
    this.#orders = this.#counted(orders ?? this.#noDelay!);
    this.#queries = this.#counted(options.queries);
  }

  /** The venue's public REST client, within the limits. */
  publicRest<Key extends ExchangeKey>(address: VenueAddress<Key>): PublicRests[Key] {
    const { clock, random, logger } = this.#options;
    const network = this.limits.limited(address.exchange, this.#queries, publicPatience);
    // Of no meaning to a REST client.
    const streams = { speed: "normal", trace: new FrameTrace() } as const;
    return getRestImplementation({ ...address, network, clock, random, logger, ...streams }, {
      private: false,
    });
  }

  /** The venue's time. It is asked for from the first call on. */
  time(address: VenueAddress): VenueTime {
    const { exchange, endpoints } = address;
    const { family } = exchangeByKey(exchange);
    const name = `${family} ${endpoints.rest}`;
    let time = this.#times.get(name);
    if (time === undefined) {
      const { clock, logger } = this.#options;
      const rest = this.publicRest(address);
      const rules = getVenueRules(exchange);
      const ask = (): Promise<number> => rest.fetchServerTime();
      time = new VenueTime({
        name: family,
        clock,
        logger,
        ask,
        refusesTime: (answer) => refusesTime(rules, answer),
      });
      const { estimate } = time;
      this.limits.useTime(exchange, () => estimate.epochMs());
      this.#times.set(name, time);
      time.start();
    }
    return time;
  }

  /** Opens an account. Errors as {@link VenueAccess.open}. */
  open<Key extends ExchangeKey>(settings: VenueAccountSettings<Key>): Promise<VenueAccess<Key>> {
    const { exchange, endpoints } = settings;
    const { random, logger, audit } = this.#options;
    const time = this.time(settings);
    const { limits } = this;
    const config: PrivateConfig<Key> = {
      ...settings,
      orders: time.guard(limits.limited(exchange, this.#orders, orderPatience)),
      queries: time.guard(limits.limited(exchange, this.#queries, queryPatience)),
      clock: time.estimate,
      venueClock: time.clock,
      random: random.fork(`account ${exchange}`),
      logger: venueLogger(logger, exchange),
      ...(audit === undefined ? {} : { audit }),
    };
    const keepWarm = (): void => this.#noDelay?.keepWarm(endpoints.rest, warmConnections);
    return VenueAccess.open({ config, time, keepWarm });
  }

  /** Asks for no time any more, waits for the answers under way (listen keys are given back) and closes connections. */
  async close(): Promise<void> {
    for (const time of this.#times.values()) time.stop();
    const { clock } = this.#options;
    const deadline = clock.monotonicMs() + closeTimeoutMs;
    while (this.#underWay > 0 && clock.monotonicMs() < deadline) await delay(clock, pollMs);
    this.#noDelay?.close();
  }

  #counted(network: Network): Network {
    return {
      connect: (url, handlers) => network.connect(url, handlers),
      fetch: async (request): Promise<HttpResponse> => {
        this.#underWay += 1;
        try {
          return await network.fetch(request);
        } finally {
          this.#underWay -= 1;
        }
      },
    };
  }
}
