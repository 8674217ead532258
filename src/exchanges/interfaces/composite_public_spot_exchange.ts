/**
 * Market data of a spot market.
 * @module
 */
import { CompositePublicExchange } from "./composite_public_exchange.ts";
import type { SpotPublicChannels } from "./public_channels.ts";
import type { PublicRest } from "./public_rest.ts";

/** Books, best quotes, trades, tickers and candles of a spot market. */
export class CompositePublicSpotExchange extends CompositePublicExchange<SpotPublicChannels, PublicRest> {}
