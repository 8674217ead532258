/**
 * Placing and cancelling orders.
 * @module
 */
import type { Account } from "../../accounts/account.ts";
import { Refusal } from "../../trading/refusal.ts";
import type { OrderTerms, VenueOrder } from "../../trading/venue_order.ts";
import type { MexcVenue } from "../mexc_venue.ts";
import type { KeyedCall, KeyedEndpoint } from "./endpoint.ts";
import { MexcError, mexcErrors, refusalError } from "./errors.ts";
import { batchOrderDocument, cancelDocument, newOrderDocument } from "./order_documents.ts";
import { OrderReader } from "./order_reader.ts";
import { Parameters } from "./parameters.ts";

const maxBatch = 20;
/** Symbols of one request to cancel all orders; newest documents: one. */
const maxSymbols = 5;

/** The endpoints that change orders. */
export class OrderEndpoints {
  readonly #venue: MexcVenue;
  readonly #reader: OrderReader;

  constructor(venue: MexcVenue) {
    this.#venue = venue;
    this.#reader = new OrderReader(venue);
  }

  /** The lines of the table. UNCONFIRMED: that `order/all` counts like the others. */
  get endpoints(): KeyedEndpoint[] {
    const trading = { access: "trade", weight: 1 } as const;
    const paced = { ...trading, paces: ["orders"] } as const;
    return [
      { ...trading, method: "POST", path: "/api/v3/order/test", answer: (call) => this.#test(call) },
      { ...paced, method: "POST", path: "/api/v3/order", answer: (call) => this.#create(call) },
      {
        ...trading,
        method: "POST",
        path: "/api/v3/batchOrders",
        paces: ["orders", "batch"],
        answer: (call) => this.#batch(call),
      },
      { ...paced, method: "DELETE", path: "/api/v3/order", answer: (call) => this.#cancel(call) },
      { ...paced, method: "DELETE", path: "/api/v3/openOrders", answer: (call) => this.#cancelSymbol(call) },
      { ...paced, method: "DELETE", path: "/api/v3/order/all", answer: (call) => this.#cancelAll(call) },
    ];
  }

  /** UNCONFIRMED: that balances are not looked at. */
  #test({ parameters, account }: KeyedCall): unknown {
    this.#reader.terms(parameters, account);
    return {};
  }

  #create({ parameters, account }: KeyedCall): unknown {
    return newOrderDocument(this.#place(account, this.#reader.terms(parameters, account)));
  }

  #batch({ parameters, account }: KeyedCall): unknown {
    const items = readBatch(parameters.required("batchOrders"));
    const symbols = new Set(items.map((item) => item.text("symbol")));
    if (symbols.size !== 1) throw mexcErrors.badParameter("batchOrders");
    return items.map((item) => this.#createOne(item, account));
  }

  #createOne(item: Parameters, account: Account): unknown {
    try {
      return batchOrderDocument(this.#place(account, this.#reader.terms(item, account)));
    } catch (error) {
      if (!(error instanceof MexcError)) throw error;
      const clientId = item.text("newClientOrderId");
      const named = clientId === undefined ? {} : { newClientOrderId: clientId };
      return { ...named, msg: error.message, code: error.code };
    }
  }

  #place(account: Account, terms: OrderTerms): VenueOrder {
    try {
      return this.#venue.trading.place(account, terms);
    } catch (error) {
      if (error instanceof Refusal) throw refusalError(error, terms.side);
      throw error;
    }
  }

  #cancel({ parameters, account }: KeyedCall): unknown {
    const { exchangeSymbol } = this.#venue.instrument(parameters.required("symbol")).spec;
    const order = findOrder(this.#venue, account, parameters);
    if (order?.status !== "open" || order.instrument.spec.exchangeSymbol !== exchangeSymbol) {
      throw mexcErrors.unknownOrder();
    }
    this.#venue.trading.cancel(order);
    return cancelDocument(order, parameters.text("newClientOrderId") ?? "");
  }

  #cancelSymbol({ parameters, account }: KeyedCall): unknown {
    const symbols = parameters.required("symbol").split(",");
    if (symbols.length > maxSymbols) throw mexcErrors.badParameter("symbol");
    const instruments = symbols.map((symbol) => this.#venue.instrument(symbol));
    const orders = this.#venue.trading.store(account).open.filter((order) =>
      instruments.includes(order.instrument)
    );
    for (const order of orders) this.#venue.trading.cancel(order);
    return orders.map((order) => cancelDocument(order, ""));
  }

  #cancelAll({ account }: KeyedCall): unknown {
    for (const order of this.#venue.trading.store(account).open) this.#venue.trading.cancel(order);
    return { code: 200, msg: "success", timestamp: this.#venue.nowMs };
  }
}

/**
 * The order that a request names by `orderId` or else by `origClientOrderId`.
 *
 * @throws {MexcError} 700004 when it names none.
 */
export function findOrder(
  venue: MexcVenue,
  account: Account,
  parameters: Parameters,
): VenueOrder | undefined {
  const id = parameters.text("orderId");
  const clientId = parameters.text("origClientOrderId");
  const store = venue.trading.store(account);
  if (id !== undefined) return store.byId(id);
  if (clientId !== undefined) return store.byClientId(clientId);
  throw mexcErrors.orderIdRequired();
}

/** @throws {MexcError} 33333 when the text is not a JSON array of 1 to 20 objects. */
function readBatch(text: string): Parameters[] {
  let items: unknown;
  try {
    items = JSON.parse(text);
  } catch {
    throw mexcErrors.badParameter("batchOrders");
  }
  if (!Array.isArray(items) || items.length === 0 || items.length > maxBatch) {
    throw mexcErrors.badParameter("batchOrders");
  }
  return items.map((item: unknown) => {
    if (typeof item !== "object" || item === null) throw mexcErrors.badParameter("batchOrders");
    return Parameters.ofObject(item);
  });
}
