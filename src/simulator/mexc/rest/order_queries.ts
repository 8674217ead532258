/**
 * Looking orders and fills up.
 * @module
 */
import type { VenueOrder } from "../../trading/venue_order.ts";
import type { MexcVenue } from "../mexc_venue.ts";
import type { KeyedCall, KeyedEndpoint } from "./endpoint.ts";
import { mexcErrors } from "./errors.ts";
import { fillDocument, orderDocument } from "./order_documents.ts";
import { findOrder } from "./order_endpoints.ts";

const dayMs = 86_400_000;
/** How far back lists of orders and of fills reach. */
const orderReachMs = 7 * dayMs;
const fillReachMs = 30 * dayMs;

/** The endpoints that read orders. UNCONFIRMED: lists are newest first. */
export class OrderQueries {
  readonly #venue: MexcVenue;

  constructor(venue: MexcVenue) {
    this.#venue = venue;
  }

  /** The lines of the table. */
  get endpoints(): KeyedEndpoint[] {
    const reading = { access: "read", method: "GET" } as const;
    return [
      { ...reading, path: "/api/v3/order", weight: 2, answer: (call) => this.#order(call) },
      { ...reading, path: "/api/v3/openOrders", weight: 3, answer: (call) => this.#openOrders(call) },
      { ...reading, path: "/api/v3/allOrders", weight: 10, answer: (call) => this.#allOrders(call) },
      { ...reading, path: "/api/v3/myTrades", weight: 10, answer: (call) => this.#myTrades(call) },
    ];
  }

  /** The symbol is mandatory in the newest documents only. */
  #order({ parameters, account }: KeyedCall): unknown {
    const symbol = parameters.text("symbol");
    const instrument = symbol === undefined ? undefined : this.#venue.instrument(symbol);
    const order = findOrder(this.#venue, account, parameters);
    if (order === undefined || (instrument !== undefined && order.instrument !== instrument)) {
      throw mexcErrors.orderMissing();
    }
    return this.#document(order);
  }

  #openOrders({ parameters, account }: KeyedCall): unknown {
    const symbol = parameters.text("symbol");
    const instrument = symbol === undefined ? undefined : this.#venue.instrument(symbol);
    return this.#venue.trading.store(account).open
      .filter((order) => instrument === undefined || order.instrument === instrument)
      .reverse().map((order) => this.#document(order));
  }

  #allOrders({ parameters, account }: KeyedCall): unknown {
    const instrument = this.#venue.instrument(parameters.required("symbol"));
    const limit = parameters.count("limit", { max: 1000, initial: 500 });
    const { nowMs } = this.#venue;
    const { startMs, endMs = nowMs } = parameters.timeRange();
    const from = Math.max(startMs ?? endMs - dayMs, nowMs - orderReachMs);
    const { open, finished } = this.#venue.trading.store(account);
    return [...open, ...finished]
      .filter((order) =>
        order.instrument === instrument && order.createdMs >= from && order.createdMs <= endMs
      )
      .sort((a, b) => b.sequence - a.sequence)
      .slice(0, limit).map((order) => this.#document(order));
  }

  #myTrades({ parameters, account }: KeyedCall): unknown {
    const instrument = this.#venue.instrument(parameters.required("symbol"));
    const limit = parameters.count("limit", { max: 100, initial: 100 });
    const orderId = parameters.text("orderId");
    const { nowMs } = this.#venue;
    const { startMs = 0, endMs = nowMs } = parameters.timeRange();
    const from = Math.max(startMs, nowMs - fillReachMs);
    return this.#venue.trading.store(account).fills
      .filter(({ order, timeMs }) => order.instrument === instrument && timeMs >= from && timeMs <= endMs)
      .filter(({ order }) => orderId === undefined || order.id === orderId)
      .slice(-limit).reverse().map(fillDocument);
  }

  #document(order: VenueOrder): unknown {
    return orderDocument(order, this.#venue.trading.units(order.instrument));
  }
}
