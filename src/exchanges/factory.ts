/**
 * Direct mapping from a venue's key to its parts. Nothing else in the program names a venue's classes.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Instrument } from "../core/instrument.ts";
import type { SeededRandom } from "../core/random.ts";
import type { Logger } from "../logging/logger.ts";
import type { Network } from "../core/network.ts";
import { RestClient } from "../net/rest_client.ts";
import type { FrameTrace } from "../telemetry/frame_trace.ts";
import { GateioPublicCodec } from "./gateio/public_codec.ts";
import { gateioFuturesPublicDialect, gateioSpotPublicDialect } from "./gateio/public_feed.ts";
import { GateioFuturesPublicRest } from "./gateio/public_futures_rest.ts";
import { gateioErrorCode } from "./gateio/public_request.ts";
import { GateioSpotPublicRest } from "./gateio/public_spot_rest.ts";
import { CompositePublicExchange } from "./interfaces/composite_public_exchange.ts";
import type { PublicCodec } from "./interfaces/public_codec.ts";
import type { BookSpeed, PublicDialect } from "./interfaces/public_dialect.ts";
import type { PublicRest } from "./interfaces/public_rest.ts";
import { MexcPublicCodec } from "./mexc/public_codec.ts";
import { mexcPublicDialect } from "./mexc/public_feed.ts";
import { mexcErrorCode, MexcPublicRest } from "./mexc/public_rest.ts";
import { PublicWebSocketClient } from "./public_websocket_client.ts";
import { SymbolIndex } from "./symbol_index.ts";

/** Where a venue is reached. */
export interface Endpoints {
  /** Base address of REST requests, without a slash at its end. */
  readonly rest: string;
  /** Address of the WebSocket. */
  readonly ws: string;
}

/** What the parts of a venue are made with. */
export interface ExchangeConfig {
  readonly exchange: ExchangeKey;
  readonly endpoints: Endpoints;
  readonly speed: BookSpeed;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly logger: Logger;
  readonly trace: FrameTrace;
}

const restImplementations: Record<ExchangeKey, (config: ExchangeConfig) => PublicRest> = {
  MEXC_SPOT: (config) => new MexcPublicRest(restClient(config, mexcErrorCode), config.clock),
  GATEIO_SPOT: (config) => new GateioSpotPublicRest(restClient(config, gateioErrorCode), config.clock),
  GATEIO_FUTURES: (config) => new GateioFuturesPublicRest(restClient(config, gateioErrorCode), config.clock),
};

const dialects: Record<ExchangeKey, (speed: BookSpeed) => PublicDialect> = {
  MEXC_SPOT: mexcPublicDialect,
  GATEIO_SPOT: gateioSpotPublicDialect,
  GATEIO_FUTURES: gateioFuturesPublicDialect,
};

const codecs: Record<ExchangeKey, (symbols: SymbolIndex) => PublicCodec> = {
  MEXC_SPOT: (symbols) => new MexcPublicCodec(symbols),
  GATEIO_SPOT: (symbols) => new GateioPublicCodec(symbols, "spot"),
  GATEIO_FUTURES: (symbols) => new GateioPublicCodec(symbols, "perpetual"),
};

/** The venue's REST client for public data. */
export function getRestImplementation(config: ExchangeConfig): PublicRest {
  return restImplementations[config.exchange](config);
}

/** The venue's WebSocket client for public data of these instruments. */
export function getWsImplementation(
  config: ExchangeConfig,
  instruments: readonly Instrument[],
): PublicWebSocketClient {
  return new PublicWebSocketClient({
    ...config,
    dialect: dialects[config.exchange](config.speed),
    codec: codecs[config.exchange](new SymbolIndex(instruments)),
    url: config.endpoints.ws,
  });
}

/** The venue's public composite for these instruments. */
export function getCompositeImplementation(
  config: ExchangeConfig,
  instruments: readonly Instrument[],
): CompositePublicExchange {
  return new CompositePublicExchange({
    ...config,
    rest: getRestImplementation(config),
    ws: getWsImplementation(config, instruments),
  });
}

function restClient(config: ExchangeConfig, errorCode: (body: unknown) => string): RestClient {
  return new RestClient({ network: config.network, baseUrl: config.endpoints.rest, errorCode });
}
