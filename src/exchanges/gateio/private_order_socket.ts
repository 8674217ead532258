/**
 * Orders over Gate.io's WebSocket trading API.
 * @module
 */
import type { Instrument } from "../../core/instrument.ts";
import { type GateioApiOptions, GateioApiSession, type OrderLimits } from "./private_api_session.ts";
import { GateioFuturesOrders } from "./private_futures_orders.ts";
import { GateioOrderEntry, type OrderName, type OrderTransport } from "./private_order_entry.ts";
import { GateioSpotOrders } from "./private_spot_orders.ts";
import type { FindInstrument } from "./private_values.ts";

/** Order entry over one connection, spot or futures. While it is not ready everything is refused and nothing sent. */
export class GateioOrderSocket extends GateioOrderEntry {
  readonly #session: GateioApiSession;

  /** @param find Knows the instruments that are traded. */
  constructor(options: GateioApiOptions, find: FindInstrument) {
    const session = new GateioApiSession(options);
    const isSpot = options.market === "spot";
    super(
      isSpot ? new GateioSpotOrders(find) : new GateioFuturesOrders(find, "whole"),
      isSpot ? spotTransport(session) : futuresTransport(session),
    );
    this.#session = session;
  }

  /** Whether orders can be sent: connected and logged in. */
  get isReady(): boolean {
    return this.#session.ready;
  }

  /** Where the account stands with the limit of orders; undefined until an answer told it. */
  get limits(): OrderLimits | undefined {
    return this.#session.limits;
  }

  /** Connects and logs in, again after every loss. */
  start(): void {
    this.#session.start();
  }

  /** Closes the connection for good. */
  stop(): void {
    this.#session.stop();
  }
}

function spotTransport(session: GateioApiSession): OrderTransport {
  const account = "spot";
  const pair = ({ exchangeSymbol }: Instrument): object => ({ currency_pair: exchangeSymbol, account });
  const named = ({ id, instrument }: OrderName): object => ({ order_id: id, ...pair(instrument) });
  return {
    place: (body) => session.request("spot.order_place", body, true),
    // One channel takes an order or a list of them.
    placeBatch: (bodies) => session.request("spot.order_place", bodies, true),
    amend: (name, body) => session.request("spot.order_amend", { ...named(name), ...body }, true),
    cancel: (name) => session.request("spot.order_cancel", named(name)),
    cancelAll: (instrument) => session.request("spot.order_cancel_cp", pair(instrument)),
    status: (name) => session.request("spot.order_status", named(name)),
  };
}

function futuresTransport(session: GateioApiSession): OrderTransport {
  return {
    place: (body) => session.request("futures.order_place", body, true),
    placeBatch: (bodies) => session.request("futures.order_batch_place", bodies, true),
    amend: ({ id }, body) => session.request("futures.order_amend", { order_id: id, ...body }, true),
    cancel: ({ id }) => session.request("futures.order_cancel", { order_id: id }),
    cancelAll: ({ exchangeSymbol }) =>
      session.request("futures.order_cancel_cp", { contract: exchangeSymbol }),
    status: ({ id }) => session.request("futures.order_status", { order_id: id }),
  };
}
