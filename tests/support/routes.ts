/**
 * Pairs of instruments and routes for tests.
 * @module
 */
import { buildRoutes, type Route } from "../../src/arbitrage/route.ts";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import { type InstrumentSpec, InstrumentTable } from "../../src/core/instrument.ts";
import { testSpec } from "./instruments.ts";

/** The route that buys a test coin on one venue and sells it on another, with these changes to both. */
export function testRoute(
  buy: ExchangeKey,
  sell: ExchangeKey,
  buyChanges: Partial<InstrumentSpec> = {},
  sellChanges: Partial<InstrumentSpec> = {},
): Route {
  const table = new InstrumentTable();
  table.add({ ...testSpec(buy, "HYPE"), ...buyChanges });
  table.add({ ...testSpec(sell, "HYPE"), ...sellChanges });
  return buildRoutes(table).routes[0]!;
}
