/**
 * The log of a venue.
 * @module
 */
import type { ExchangeKey } from "../core/exchange.ts";
import { childLogger } from "../logging/child_logger.ts";
import type { Logger } from "../logging/logger.ts";

/** The log of a venue, with a tag such as `exchange.mexc.spot` under that of the log that is given. */
export function venueLogger(logger: Logger, exchange: ExchangeKey): Logger {
  return childLogger(logger, `exchange.${exchange.toLowerCase().replace("_", ".")}`);
}
