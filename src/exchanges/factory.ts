/**
 * Direct mapping from a venue's key to its parts. Nothing else in the program names a venue's classes.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Instrument } from "../core/instrument.ts";
import type { SeededRandom } from "../core/random.ts";
import { childLogger } from "../logging/child_logger.ts";
import type { Logger } from "../logging/logger.ts";
import type { Network } from "../core/network.ts";
import { RestClient } from "../net/rest_client.ts";
import type { FrameTrace } from "../telemetry/frame_trace.ts";
import { GateioPublicCodec } from "./gateio/public_codec.ts";
import { gateioFuturesPublicDialect, gateioSpotPublicDialect } from "./gateio/public_feed.ts";
import { GateioFuturesPublicRest } from "./gateio/public_futures_rest.ts";
import { gateioErrorCode } from "./gateio/public_request.ts";
import { GateioSpotPublicRest } from "./gateio/public_spot_rest.ts";
import type { CompositePublicExchangeOptions } from "./interfaces/composite_public_exchange.ts";
import { CompositePublicFuturesExchange } from "./interfaces/composite_public_futures_exchange.ts";
import { CompositePublicSpotExchange } from "./interfaces/composite_public_spot_exchange.ts";
import type { PrivateStream } from "./interfaces/private_stream.ts";
import type { PublicCodec } from "./interfaces/public_codec.ts";
import type { BookSpeed, BookStream, PublicDialect } from "./interfaces/public_dialect.ts";
import type { FuturesPublicRest, PublicRest } from "./interfaces/public_rest.ts";
import { MexcPublicCodec } from "./mexc/public_codec.ts";
import { mexcPublicDialect } from "./mexc/public_feed.ts";
import { mexcErrorCode, MexcPublicRest } from "./mexc/public_rest.ts";
import {
  getPrivateComposite,
  getPrivateRest,
  getPrivateStream,
  type PrivateComposites,
  type PrivateConfig,
  type PrivateRests,
} from "./private_factory.ts";
import { PublicWebSocketClient } from "./public_websocket_client.ts";
import { SymbolIndex } from "./symbol_index.ts";

/** Where a venue is reached. */
export interface Endpoints {
  /** Base address of REST requests, without a slash at its end. */
  readonly rest: string;
  /** Address of the WebSocket. */
  readonly ws: string;
}

/** Times of requests and connections, milliseconds. */
export interface NetworkPatience {
  /** Time for one request. */
  readonly requestTimeoutMs: number;
  /** Longest wait before a lost connection is made again. */
  readonly maxReconnectDelayMs: number;
}

/** What the parts of a venue are made with. */
export interface ExchangeConfig<Exchange extends ExchangeKey = ExchangeKey> {
  readonly exchange: Exchange;
  readonly endpoints: Endpoints;
  readonly speed: BookSpeed;
  /** How books are streamed. Default `update`. */
  readonly bookStream?: BookStream;
  /** Default 10 s for a request and at most 30 s between attempts. */
  readonly patience?: NetworkPatience;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly logger: Logger;
  readonly trace: FrameTrace;
}

/** The same with the instruments whose streams are wanted. */
export interface StreamConfig<Exchange extends ExchangeKey = ExchangeKey> extends ExchangeConfig<Exchange> {
  readonly instruments: readonly Instrument[];
}

/** Asks for market data. */
export interface PublicDomain {
  readonly private: false;
}

/** Asks for an account. */
export interface PrivateDomain {
  readonly private: true;
}

/** The public REST client of each venue. */
export interface PublicRests {
  MEXC_SPOT: PublicRest;
  GATEIO_SPOT: PublicRest;
  GATEIO_FUTURES: FuturesPublicRest;
}

/** The public composite of each venue. */
export interface PublicComposites {
  MEXC_SPOT: CompositePublicSpotExchange;
  GATEIO_SPOT: CompositePublicSpotExchange;
  GATEIO_FUTURES: CompositePublicFuturesExchange;
}

const publicRests: { readonly [Key in ExchangeKey]: (config: ExchangeConfig) => PublicRests[Key] } = {
  MEXC_SPOT: (config) => new MexcPublicRest(restClient(config, mexcErrorCode), config.clock),
  GATEIO_SPOT: (config) => new GateioSpotPublicRest(restClient(config, gateioErrorCode), config.clock),
  GATEIO_FUTURES: (config) => new GateioFuturesPublicRest(restClient(config, gateioErrorCode), config.clock),
};

const publicDialects: Record<ExchangeKey, (speed: BookSpeed, books: BookStream) => PublicDialect> = {
  MEXC_SPOT: mexcPublicDialect,
  GATEIO_SPOT: gateioSpotPublicDialect,
  GATEIO_FUTURES: gateioFuturesPublicDialect,
};

const publicCodecs: Record<ExchangeKey, (symbols: SymbolIndex) => PublicCodec> = {
  MEXC_SPOT: (symbols) => new MexcPublicCodec(symbols),
  GATEIO_SPOT: (symbols) => new GateioPublicCodec(symbols, "spot"),
  GATEIO_FUTURES: (symbols) => new GateioPublicCodec(symbols, "perpetual"),
};

const publicComposites: { readonly [Key in ExchangeKey]: (config: StreamConfig) => PublicComposites[Key] } = {
  MEXC_SPOT: (config) => new CompositePublicSpotExchange(partsOf(config, publicRests.MEXC_SPOT)),
  GATEIO_SPOT: (config) => new CompositePublicSpotExchange(partsOf(config, publicRests.GATEIO_SPOT)),
  GATEIO_FUTURES: (config) => new CompositePublicFuturesExchange(partsOf(config, publicRests.GATEIO_FUTURES)),
};

/**
 * The venue's REST client.
 *
 * @throws {ConfigError} when a private one is asked for without credentials.
 */
export function getRestImplementation<Key extends ExchangeKey>(
  config: ExchangeConfig<Key>,
  domain: PublicDomain,
): PublicRests[Key];
export function getRestImplementation<Key extends ExchangeKey>(
  config: PrivateConfig<Key>,
  domain: PrivateDomain,
): PrivateRests[Key];
export function getRestImplementation<Key extends ExchangeKey>(
  config: ExchangeConfig<Key> | PrivateConfig<Key>,
  domain: PublicDomain | PrivateDomain,
): PublicRests[Key] | PrivateRests[Key] {
  if (domain.private) return getPrivateRest(config as PrivateConfig<Key>);
  return publicRests[config.exchange](config as ExchangeConfig);
}

/** The venue's WebSocket client. Errors as {@link getRestImplementation}, and for book streams that do not exist. */
export function getWsImplementation(config: StreamConfig, domain: PublicDomain): PublicWebSocketClient;
export function getWsImplementation(config: PrivateConfig, domain: PrivateDomain): PrivateStream;
export function getWsImplementation(
  config: StreamConfig | PrivateConfig,
  domain: PublicDomain | PrivateDomain,
): PublicWebSocketClient | PrivateStream {
  return domain.private
    ? getPrivateStream(config as PrivateConfig)
    : publicWebSocketClient(config as StreamConfig);
}

/** The venue's composite. Errors as {@link getWsImplementation}. */
export function getCompositeImplementation<Key extends ExchangeKey>(
  config: StreamConfig<Key>,
  domain: PublicDomain,
): PublicComposites[Key];
export function getCompositeImplementation<Key extends ExchangeKey>(
  config: PrivateConfig<Key>,
  domain: PrivateDomain,
): PrivateComposites[Key];
export function getCompositeImplementation<Key extends ExchangeKey>(
  config: StreamConfig<Key> | PrivateConfig<Key>,
  domain: PublicDomain | PrivateDomain,
): PublicComposites[Key] | PrivateComposites[Key] {
  if (domain.private) return getPrivateComposite(config as PrivateConfig<Key>);
  return publicComposites[config.exchange](config as StreamConfig);
}

function partsOf<Rest extends PublicRest>(
  config: StreamConfig,
  rest: (config: ExchangeConfig) => Rest,
): CompositePublicExchangeOptions<Rest> {
  return { ...config, rest: rest(config), ws: publicWebSocketClient(config) };
}

function publicWebSocketClient(config: StreamConfig): PublicWebSocketClient {
  const { exchange, speed, bookStream = "update", instruments, endpoints, patience } = config;
  return new PublicWebSocketClient({
    ...config,
    logger: childLogger(config.logger, "ws"),
    ...(patience === undefined ? {} : { maxReconnectDelayMs: patience.maxReconnectDelayMs }),
    dialect: publicDialects[exchange](speed, bookStream),
    codec: publicCodecs[exchange](new SymbolIndex(instruments)),
    url: endpoints.ws,
  });
}

function restClient(config: ExchangeConfig, errorCode: (body: unknown) => string): RestClient {
  const { network, endpoints, patience } = config;
  const timeout = patience === undefined ? {} : { timeoutMs: patience.requestTimeoutMs };
  return new RestClient({ network, baseUrl: endpoints.rest, errorCode, ...timeout });
}
