/**
 * An account at one venue, ready for use.
 * @module
 */
import type { KeyReport } from "../core/account.ts";
import { errorMessage, VenueError } from "../core/errors.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Instrument } from "../core/instrument.ts";
import type { Logger } from "../logging/logger.ts";
import { getCompositeImplementation, getRestImplementation } from "../exchanges/factory.ts";
import {
  getKeyReport,
  markClosedSymbols,
  type PrivateComposites,
  type PrivateConfig,
  type PrivateRests,
} from "../exchanges/private_factory.ts";
import { getVenueRules } from "../exchanges/venue_rules.ts";
import type { VenueTime } from "./venue_time.ts";

/** What a {@link VenueAccess} takes. */
export interface VenueAccessOptions<Key extends ExchangeKey> {
  /** With networks that keep the venue's limits and tell the time of its refusals. */
  readonly config: PrivateConfig<Key>;
  readonly time: VenueTime;
  /** Opens connections for orders ahead of them. */
  readonly keepWarm: () => void;
}

/** Longest wait for the venue's time at the start, milliseconds. */
const clockTimeoutMs = 10_000;

/** Key, time, limits, transports and composite of one account. */
export class VenueAccess<Key extends ExchangeKey = ExchangeKey> {
  private constructor(
    private readonly options: VenueAccessOptions<Key>,
    /** What the venue said about the key; undefined when the key may not ask that. */
    readonly key: KeyReport | undefined,
    /** The instruments that are traded; those that the key may not trade are marked as such. */
    readonly instruments: readonly Instrument[],
    /** Trading and account. */
    readonly composite: PrivateComposites[Key],
  ) {}

  /**
   * Waits for the venue's time, has the key checked and builds the composite. Nothing streams until
   * {@link VenueAccess.start}.
   *
   * @throws {ClockError} when the venue does not tell its time.
   * @throws {VenueError} when it refuses the key.
   * @throws {NetworkError | ProtocolError} when it does not answer, or not as the protocol has it.
   */
  static async open<Key extends ExchangeKey>(options: VenueAccessOptions<Key>): Promise<VenueAccess<Key>> {
    const { config, time } = options;
    await time.known(clockTimeoutMs);
    const key = await askForKey(config, config.logger);
    const symbols = key?.symbols;
    const instruments = symbols === undefined || config.exchange === "GATEIO_FUTURES"
      ? config.instruments
      : markClosedSymbols(config.instruments, symbols);
    const composite = getCompositeImplementation({ ...config, instruments }, { private: true });
    return new VenueAccess(options, key, instruments, composite);
  }

  /** The venue. */
  get exchange(): Key {
    return this.options.config.exchange;
  }

  /** What is known of the venue's clock. */
  get time(): VenueTime {
    return this.options.time;
  }

  /** Requests about other instruments than those that are traded. */
  rest(instruments: readonly Instrument[]): PrivateRests[Key] {
    return getRestImplementation({ ...this.options.config, instruments }, { private: true });
  }

  /** Connects the streams, and the way of orders. */
  start(): void {
    this.options.keepWarm();
    this.composite.start();
  }

  /** Ends the streams for good. */
  stop(): void {
    this.composite.stop();
  }
}

/** Whether an error says that the key is not accepted for anything. */
export function refusesKey(exchange: ExchangeKey, error: unknown): error is VenueError {
  return error instanceof VenueError && getVenueRules(exchange).keyCodes.includes(error.code);
}

/** A key that may trade and yet not ask about itself is good enough. */
async function askForKey(config: PrivateConfig, logger: Logger): Promise<KeyReport | undefined> {
  const { exchange } = config;
  try {
    return await getKeyReport(config);
  } catch (error) {
    const isRight = error instanceof VenueError && error.status < 500 && !refusesKey(exchange, error);
    if (!isRight) throw error;
    logger.warn("The venue tells nothing about the key", { exchange, error: errorMessage(error) });
    return undefined;
  }
}
