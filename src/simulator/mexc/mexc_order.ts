/**
 * How MEXC names what an order is and what became of it.
 * @module
 */
import { type Atoms, formatAtoms, type InstrumentUnits, oneCoin } from "../accounts/atoms.ts";
import type { SelfTradeAction } from "../matching/match_order.ts";
import type { TimeInForce, VenueOrder } from "../trading/venue_order.ts";

/** `type` of the REST interface: it says how long the order lives, too. */
export type MexcOrderType = "LIMIT" | "MARKET" | "LIMIT_MAKER" | "IMMEDIATE_OR_CANCEL" | "FILL_OR_KILL";

/** `status` of the REST interface. */
export type MexcOrderStatus = "NEW" | "PARTIALLY_FILLED" | "FILLED" | "CANCELED" | "PARTIALLY_CANCELED";

/** `stpMode`; empty for none. */
export type MexcStpMode = "" | "cancel_maker" | "cancel_taker" | "cancel_both";

/** Every type with its life. */
export const lives: Readonly<Record<MexcOrderType, TimeInForce>> = {
  LIMIT: "gtc",
  MARKET: "ioc",
  LIMIT_MAKER: "poc",
  IMMEDIATE_OR_CANCEL: "ioc",
  FILL_OR_KILL: "fok",
};

/** What each mode does when two orders of a group would meet. */
export const stpActions: Readonly<Record<Exclude<MexcStpMode, "">, SelfTradeAction>> = {
  cancel_maker: "cancel-oldest",
  cancel_taker: "cancel-newest",
  cancel_both: "cancel-both",
};

const typeOfLife: Readonly<Record<TimeInForce, MexcOrderType>> = {
  gtc: "LIMIT",
  poc: "LIMIT_MAKER",
  ioc: "IMMEDIATE_OR_CANCEL",
  fok: "FILL_OR_KILL",
};

/** The type of an order. */
export function typeOf(order: VenueOrder): MexcOrderType {
  return order.kind === "market" ? "MARKET" : typeOfLife[order.timeInForce];
}

/** The state of an order. */
export function statusOf(order: VenueOrder): MexcOrderStatus {
  if (order.finish === "filled") return "FILLED";
  if (order.status === "open") return order.filledLots === 0 ? "NEW" : "PARTIALLY_FILLED";
  return order.filledLots === 0 ? "CANCELED" : "PARTIALLY_CANCELED";
}

/** The self-trade prevention that an order asked for. */
export function stpModeOf({ attributes }: VenueOrder): MexcStpMode {
  return (attributes.stpMode ?? "") as MexcStpMode;
}

/** The quote amount that a market order asked for; undefined when it asked for a quantity. */
export function quoteAmountOf({ budget, attributes }: VenueOrder): Atoms | undefined {
  return budget ?? (attributes.quoteOrderQty as Atoms | undefined);
}

/** Price of an order; of a market order the last one that it would have accepted. */
export function priceOf({ instrument, tick }: VenueOrder): string {
  return Number.isFinite(tick) ? instrument.price(tick) : "0";
}

/** Value of an order in quote: what it asked for, or its quantity at its price. */
export function quoteTotalOf(order: VenueOrder, units: InstrumentUnits): Atoms {
  const asked = quoteAmountOf(order);
  if (asked !== undefined) return asked;
  return Number.isFinite(order.tick) ? units.value(order.tick, order.lots) : 0n;
}

/** Mean price of the fills, "0" without any. UNCONFIRMED: how many decimals; here four more than prices have. */
export function averagePriceOf(order: VenueOrder, units: InstrumentUnits): string {
  if (order.filledLots === 0) return "0";
  const exact = order.filledValue * oneCoin / units.base(order.filledLots);
  const coarse = 10n ** BigInt(Math.max(0, 14 - order.instrument.spec.tick.decimals));
  return formatAtoms(exact - exact % coarse);
}
