/**
 * The accounts that a run trades with: opened, checked, and asked for their fees.
 * @module
 */
import type { HftConfig } from "../config/hft_config.ts";
import type { Clock } from "../core/clock.ts";
import { CexarbError, ConfigError, errorMessage } from "../core/errors.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import { type Instrument, type InstrumentSpec, InstrumentTable } from "../core/instrument.ts";
import type { Network } from "../core/network.ts";
import type { SeededRandom } from "../core/random.ts";
import type { Credentials } from "../exchanges/interfaces/private_rest.ts";
import type { AuditTrail } from "../logging/audit_trail.ts";
import type { Logger } from "../logging/logger.ts";
import type { LiveJournal } from "./live_journal.ts";
import { LiveVenue } from "./live_venue.ts";
import type { VenueAccess } from "./venue_access.ts";
import { VenueConnections } from "./venue_connections.ts";
import type { VenueLimits } from "./venue_limits.ts";

/** What trading with money needs beside the configuration. */
export interface LiveOptions {
  /**
   * The keys of a venue's account.
   *
   * @throws {ConfigError} when there are none.
   */
  credentials(exchange: ExchangeKey): Credentials;
  /** Way of orders. Default a transport without delay. */
  readonly orders?: Network;
  /** Where orders are written down. It was opened before any venue is asked, and stays open until the run has ended. */
  readonly journal: LiveJournal;
}

/** What {@link LiveAccounts} are opened with. */
export interface LiveAccountsOptions {
  readonly config: Pick<HftConfig, "exchanges" | "execution">;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly logger: Logger;
  readonly audit?: AuditTrail;
  readonly network: Network;
  readonly limits: VenueLimits;
  /** What the venues list of the pairs that are traded, with the fees of an account without discounts. */
  readonly instruments: InstrumentTable;
  /** Undefined when the command line does not allow it. */
  readonly live?: LiveOptions;
}

/** Every account of a run. Venues, instruments and their order are those of the configuration. */
export class LiveAccounts {
  private constructor(
    private readonly connections: VenueConnections,
    /** The instruments with the fees of the account, those that its key may not trade marked as such. */
    readonly instruments: InstrumentTable,
    readonly venues: ReadonlyMap<ExchangeKey, LiveVenue>,
    /** The journal, and what it said when it was opened. */
    readonly opened: LiveJournal,
  ) {}

  /**
   * Opens all accounts, or none.
   *
   * @throws {ConfigError} when live trading was not asked for on the command line, or keys are missing.
   * @throws {VenueError | NetworkError | ProtocolError | ClockError} as {@link VenueAccess.open}.
   */
  static async open(options: LiveAccountsOptions): Promise<LiveAccounts> {
    const { config, live } = options;
    if (live === undefined) {
      throw new ConfigError(
        "The configuration says mode: live, the command line does not: add --live to trade with money",
      );
    }
    const keys = new Map(config.exchanges.map(({ exchange }) => [exchange, live.credentials(exchange)]));
    const { orders, journal } = live;
    const connections = new VenueConnections({
      ...options,
      queries: options.network,
      ...(orders === undefined ? {} : { orders }),
    });
    try {
      const accesses = await openAccesses(connections, options, keys);
      const { orderTimeoutMs } = config.execution;
      const addresses = new Map(
        config.exchanges.map(({ exchange, endpoints }) => [exchange, endpoints.rest]),
      );
      const orderRoom = (instrument: Instrument, most: number): number =>
        options.limits.orderRoom(instrument, addresses.get(instrument.exchange)!, most);
      const venues = accesses.map((access) =>
        [access.exchange, new LiveVenue(access, orderTimeoutMs, orderRoom)] as const
      );
      const table = new InstrumentTable();
      const traded = accesses.flatMap(({ instruments }) => instruments).sort((a, b) => a.id - b.id);
      for (const instrument of traded) table.add(instrument);
      return new LiveAccounts(connections, table, new Map(venues), journal);
    } catch (error) {
      await connections.close();
      throw error;
    }
  }

  /** Closes the connections, when the venues are stopped. The journal is left to whoever opened it. */
  async close(): Promise<void> {
    await this.connections.close();
  }
}

/** Opens the accounts twice: their fees are part of the instruments that everything else is made with. */
async function openAccesses(
  connections: VenueConnections,
  { config: { exchanges, execution }, instruments, logger }: LiveAccountsOptions,
  keys: ReadonlyMap<ExchangeKey, Credentials>,
): Promise<VenueAccess[]> {
  const open = (table: InstrumentTable): Promise<VenueAccess[]> =>
    Promise.all(exchanges.map(({ exchange, endpoints }) =>
      connections.open({
        exchange,
        endpoints,
        credentials: keys.get(exchange)!,
        instruments: table.ofExchange(exchange),
        orderTimeoutMs: execution.orderTimeoutMs,
      })
    ));
  const first = await open(instruments);
  for (const access of first) reportKey(access, logger);
  const specs = new Map((await Promise.all(first.map((access) => accountSpecs(access, logger)))).flat());
  const table = new InstrumentTable();
  for (const { id } of instruments.all) table.add(specs.get(id)!);
  return await open(table);
}

/** Neither venue tells whether the key itself may withdraw: what is known is said, and the rest too. */
function reportKey({ exchange, key }: VenueAccess, logger: Logger): void {
  const permissions = key?.permissions;
  const mayWithdraw = permissions === undefined
    ? "the venue does not tell"
    : permissions.includes("withdraw")
    ? "the account may; whether the key may, the venue does not tell"
    : "no";
  logger.warn("Trading with money: use keys without the right to withdraw", {
    exchange,
    mayWithdraw,
    addresses: key?.addresses?.length === 0 ? "any" : (key?.addresses?.join(" ") ?? "not told"),
  });
}

/** The instruments of an account with its own fees. A fee that is not told is that of an account without discounts. */
async function accountSpecs(
  { composite, instruments, exchange }: VenueAccess,
  logger: Logger,
): Promise<(readonly [Instrument["id"], InstrumentSpec])[]> {
  return await Promise.all(instruments.map(async (instrument) => {
    try {
      const { maker, taker } = await composite.fees(instrument);
      return [instrument.id, { ...instrument, makerFee: maker, takerFee: taker }] as const;
    } catch (error) {
      if (!(error instanceof CexarbError)) throw error;
      const symbol = instrument.exchangeSymbol;
      logger.warn("The fees of the account are not known", { exchange, symbol, error: errorMessage(error) });
      return [instrument.id, instrument] as const;
    }
  }));
}
