/**
 * Direct mapping from a venue's key to the parts of an account there. Nothing of it is reached from public parts.
 * @module
 */
import type { KeyReport, PositionReport } from "../core/account.ts";
import type { Clock } from "../core/clock.ts";
import { ConfigError } from "../core/errors.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Instrument } from "../core/instrument.ts";
import type { Network } from "../core/network.ts";
import type { SeededRandom } from "../core/random.ts";
import type { AuditTrail } from "../logging/audit_trail.ts";
import { childLogger } from "../logging/child_logger.ts";
import type { Logger } from "../logging/logger.ts";
import { FuturesPrivateChannels, SpotPrivateChannels } from "./gateio/private_channels.ts";
import { GateioFuturesPrivateRest } from "./gateio/private_futures_rest.ts";
import { fetchKeyReport as fetchGateioKey } from "./gateio/private_key_report.ts";
import { GateioOrderSocket } from "./gateio/private_order_socket.ts";
import { GateioSender } from "./gateio/private_sender.ts";
import { GateioSigner } from "./gateio/private_signer.ts";
import { GateioSpotPrivateRest } from "./gateio/private_spot_rest.ts";
import { GateioPrivateStream } from "./gateio/private_stream.ts";
import { CompositePrivateFuturesExchange } from "./interfaces/composite_private_futures.ts";
import { CompositePrivateSpotExchange } from "./interfaces/composite_private_spot.ts";
import type { CompositePrivateOptions } from "./interfaces/composite_private_exchange.ts";
import type {
  AccountQueries,
  Credentials,
  DeadManSwitch,
  FuturesPrivateRest,
  OrderEntry,
  SpotPrivateRest,
} from "./interfaces/private_rest.ts";
import type { PrivateStream } from "./interfaces/private_stream.ts";
import { fetchKeyReport as fetchMexcKey } from "./mexc/private_key_report.ts";
import { MexcPrivateRest } from "./mexc/private_rest.ts";
import { MexcSender } from "./mexc/private_sender.ts";
import { MexcSigner } from "./mexc/private_signer.ts";
import { MexcPrivateStream } from "./mexc/private_stream.ts";
import { AuditedOrderEntry } from "./private_audit.ts";
import { PrivateSession } from "./private_session.ts";

export { markClosedSymbols } from "./mexc/api_symbols.ts";

/** What the parts of an account are made with. */
export interface PrivateConfig<Key extends ExchangeKey = ExchangeKey> {
  readonly exchange: Key;
  /** Base address of requests, without a slash at its end, and address of the WebSocket. */
  readonly endpoints: { readonly rest: string; readonly ws: string };
  readonly credentials?: Credentials;
  /** The instruments that are traded. */
  readonly instruments: readonly Instrument[];
  /** Way of orders: a transport without delay that never repeats a request. */
  readonly orders: Network;
  /** Way of questions and streams. */
  readonly queries: Network;
  readonly clock: Clock;
  /** The venue's time as far as it is known: it is signed. */
  readonly venueClock: Clock;
  readonly random: SeededRandom;
  readonly logger: Logger;
  /** Where orders leave their trail. Default nowhere. */
  readonly audit?: AuditTrail;
  /** Way of orders where the venue has both. Default `rest`. */
  readonly orderPath?: "rest" | "websocket";
  /** Time for an order in milliseconds; after it its outcome is unknown. The clients' own when it is left out. */
  readonly orderTimeoutMs?: number;
}

/** REST clients by venue. */
export interface PrivateRests {
  readonly MEXC_SPOT: SpotPrivateRest;
  readonly GATEIO_SPOT: SpotPrivateRest & DeadManSwitch;
  readonly GATEIO_FUTURES: FuturesPrivateRest & DeadManSwitch;
}

/** Composites by venue. */
export interface PrivateComposites {
  readonly MEXC_SPOT: CompositePrivateSpotExchange;
  readonly GATEIO_SPOT: CompositePrivateSpotExchange;
  readonly GATEIO_FUTURES: CompositePrivateFuturesExchange;
}

/** MEXC refuses more, milliseconds. */
const longestRecvWindowMs = 60_000;

type Table<Parts> = { readonly [Key in ExchangeKey]: (config: PrivateConfig) => Parts[Key & keyof Parts] };

const rests: Table<PrivateRests> = {
  MEXC_SPOT: (config) => mexcRest(config),
  GATEIO_SPOT: (config) => new GateioSpotPrivateRest(gateioSender(config), finder(config)),
  GATEIO_FUTURES: (config) => gateioFutures(config),
};

const streams: { readonly [Key in ExchangeKey]: (config: PrivateConfig) => PrivateStream } = {
  MEXC_SPOT: (config) =>
    new MexcPrivateStream({
      ...config,
      logger: childLogger(config.logger, "ws"),
      sender: mexcSender(config, config.queries),
      url: config.endpoints.ws,
      network: config.queries,
    }),
  GATEIO_SPOT: (config) =>
    new GateioPrivateStream({ ...gateioSocket(config), channels: new SpotPrivateChannels(finder(config)) }),
  GATEIO_FUTURES: (config) =>
    new GateioPrivateStream({
      ...gateioSocket(config),
      channels: new FuturesPrivateChannels(finder(config)),
      account: gateioFutures(config),
    }),
};

const keyReports: Readonly<Record<ExchangeKey, (config: PrivateConfig) => Promise<KeyReport>>> = {
  MEXC_SPOT: (config) => fetchMexcKey(mexcSender(config, config.queries), mexcRest(config)),
  GATEIO_SPOT: (config) => fetchGateioKey(gateioSender(config)),
  GATEIO_FUTURES: (config) => fetchGateioKey(gateioSender(config)),
};

/** Trading WebSockets of the venues that have one. */
const orderSockets: Readonly<
  Record<ExchangeKey, ((config: PrivateConfig) => GateioOrderSocket) | undefined>
> = {
  MEXC_SPOT: undefined,
  GATEIO_SPOT: (config) => gateioOrderSocket(config, "spot"),
  GATEIO_FUTURES: (config) => gateioOrderSocket(config, "futures"),
};

const composites: Table<PrivateComposites> = {
  MEXC_SPOT: (config) => new CompositePrivateSpotExchange(parts(config, rests.MEXC_SPOT(config))),
  GATEIO_SPOT: (config) => new CompositePrivateSpotExchange(parts(config, rests.GATEIO_SPOT(config))),
  GATEIO_FUTURES: (config) => {
    const rest = rests.GATEIO_FUTURES(config);
    return new CompositePrivateFuturesExchange(parts(config, rest, () => rest.positions()));
  },
};

/** The venue's REST client of an account. @throws {ConfigError} without credentials. */
export function getPrivateRest<Key extends ExchangeKey>(config: PrivateConfig<Key>): PrivateRests[Key] {
  credentialsOf(config);
  return rests[config.exchange](config) as PrivateRests[Key];
}

/**
 * What the venue says about the key. Errors are those of the signed REST client.
 *
 * @throws {ConfigError} without credentials.
 */
export async function getKeyReport(config: PrivateConfig): Promise<KeyReport> {
  credentialsOf(config);
  return await keyReports[config.exchange](config);
}

/** The venue's private WebSocket client. @throws {ConfigError} without credentials. */
export function getPrivateStream(config: PrivateConfig): PrivateStream {
  credentialsOf(config);
  return streams[config.exchange](config);
}

/**
 * The venue's private composite.
 *
 * @throws {ConfigError} without credentials, or when the venue does not take orders the way that is asked for.
 */
export function getPrivateComposite<Key extends ExchangeKey>(
  config: PrivateConfig<Key>,
): PrivateComposites[Key] {
  credentialsOf(config);
  return composites[config.exchange](config) as PrivateComposites[Key];
}

/** What a composite takes. */
function parts<Rest extends OrderEntry & AccountQueries>(
  config: PrivateConfig,
  rest: Rest,
  positions?: () => Promise<PositionReport[]>,
): CompositePrivateOptions<Rest> {
  const socket = orderSocket(config);
  return {
    exchange: config.exchange,
    rest,
    orders: audited(socket ?? rest, config),
    ...(socket === undefined ? {} : { orderSocket: socket }),
    session: new PrivateSession({
      ...config,
      queries: rest,
      stream: streams[config.exchange](config),
      ...(positions === undefined ? {} : { positions }),
    }),
  };
}

function audited(entry: OrderEntry, { audit }: PrivateConfig): OrderEntry {
  return audit === undefined ? entry : new AuditedOrderEntry(entry, audit);
}

function orderSocket(config: PrivateConfig): GateioOrderSocket | undefined {
  if (config.orderPath !== "websocket") return undefined;
  const make = orderSockets[config.exchange];
  if (make === undefined) {
    throw new ConfigError(`${config.exchange} takes no orders over WebSocket: use rest`);
  }
  return make(config);
}

function credentialsOf({ credentials, exchange }: PrivateConfig): Credentials {
  if (credentials !== undefined) return credentials;
  throw new ConfigError(`The private part of ${exchange} needs credentials: set its API key and secret`);
}

function finder({ instruments }: PrivateConfig): (symbol: string) => Instrument | undefined {
  const bySymbol = new Map(instruments.map((instrument) => [instrument.exchangeSymbol, instrument]));
  return (symbol) => bySymbol.get(symbol);
}

function mexcRest(config: PrivateConfig): MexcPrivateRest {
  return new MexcPrivateRest({
    orders: mexcSender(config, config.orders),
    queries: mexcSender(config, config.queries),
    instruments: config.instruments,
    now: () => config.venueClock.epochMs(),
  });
}

function mexcSender(config: PrivateConfig, network: Network): MexcSender {
  const { orderTimeoutMs, venueClock } = config;
  const timeoutMs = network === config.orders ? orderTimeoutMs : undefined;
  const signer = new MexcSigner({
    key: credentialsOf(config),
    now: () => venueClock.epochMs(),
    // An order that was given up is not taken afterwards.
    ...(timeoutMs === undefined ? {} : { recvWindowMs: Math.min(timeoutMs, longestRecvWindowMs) }),
  });
  return new MexcSender({
    network,
    baseUrl: config.endpoints.rest,
    signer,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

function gateioSender(config: PrivateConfig): GateioSender {
  const { orders, queries, endpoints, venueClock, orderTimeoutMs } = config;
  return new GateioSender({
    orders,
    queries,
    baseUrl: endpoints.rest,
    signer: new GateioSigner(credentialsOf(config)),
    clock: venueClock,
    ...(orderTimeoutMs === undefined ? {} : { orderTimeoutMs }),
  });
}

function gateioFutures(config: PrivateConfig): GateioFuturesPrivateRest {
  return new GateioFuturesPrivateRest(gateioSender(config), finder(config));
}

function gateioSocket(config: PrivateConfig): {
  url: string;
  network: Network;
  clock: Clock;
  random: SeededRandom;
  logger: Logger;
  signer: GateioSigner;
} {
  const { endpoints, queries, venueClock, random } = config;
  const logger = childLogger(config.logger, "ws");
  const signer = new GateioSigner(credentialsOf(config));
  return { url: endpoints.ws, network: queries, clock: venueClock, random, logger, signer };
}

function gateioOrderSocket(config: PrivateConfig, market: "spot" | "futures"): GateioOrderSocket {
  const { orders, orderTimeoutMs } = config;
  const timeout = orderTimeoutMs === undefined ? {} : { timeoutMs: orderTimeoutMs };
  return new GateioOrderSocket(
    { ...gateioSocket(config), network: orders, market, ...timeout },
    finder(config),
  );
}
