/**
 * What users do with spot orders, by REST and by WebSocket alike.
 * @module
 */
import type { Account } from "../accounts/account.ts";
import type { VenueOrder } from "../trading/venue_order.ts";
import type { GateCall } from "./gate_endpoint.ts";
import { GateRestError, gateRestErrors } from "./gate_errors.ts";
import { GateFields } from "./gate_fields.ts";
import type { SpotMarket } from "./spot_market.ts";
import { type ActionMode, orderDocument, orderText } from "./spot_order_document.ts";
import { checkAccount, checkSize, SpotOrderReader, stepsOf } from "./spot_order_input.ts";
import { refusable, spotErrors } from "./spot_refusals.ts";

type Document = Record<string, unknown>;

/** Places, finds, amends and cancels. All methods throw {@link GateRestError}. */
export class SpotOrders {
  readonly #market: SpotMarket;

  constructor(market: SpotMarket) {
    this.#market = market;
  }

  /** A new order, with what became of it at once. */
  place(account: Account, fields: GateFields, source: GateCall["source"]): Document {
    const { trading } = this.#market;
    const mode = modeOf(fields);
    const terms = new SpotOrderReader(this.#market, account, source).read(fields);
    return orderDocument(trading, refusable(() => trading.place(account, terms)), mode);
  }

  /** One order by its id, or by its `text` while it is open. */
  status(account: Account, fields: GateFields): Document {
    checkAccount(fields);
    return orderDocument(this.#market.trading, this.find(account, fields));
  }

  /** Cancels one order. */
  cancel(account: Account, fields: GateFields): Document {
    const mode = modeOf(fields);
    checkAccount(fields);
    const order = this.#open(account, fields);
    refusable(() => this.#market.trading.cancel(order));
    return orderDocument(this.#market.trading, order, mode);
  }

  /** Cancels all open orders, or those of a pair or a side; oldest first. */
  cancelAll(account: Account, fields: GateFields): Document[] {
    const mode = modeOf(fields);
    checkAccount(fields);
    const side = fields.optional("side") === undefined ? undefined : fields.choice("side", ["buy", "sell"]);
    return this.#cancelMatching(account, fields.optional("currency_pair"), side).map((order) => ({
      ...orderDocument(this.#market.trading, order, mode),
      succeeded: true,
      label: "",
      message: "",
    }));
  }

  /** Cancels the open orders of a pair, or all of them without one. */
  cancelPair(account: Account, pair: string | undefined): void {
    this.#cancelMatching(account, pair, undefined);
  }

  /** Changes price or total amount of an open order. */
  amend(account: Account, fields: GateFields): Document {
    const mode = modeOf(fields);
    checkAccount(fields);
    const order = this.#open(account, fields);
    const { trading } = this.#market;
    const { spec } = order.instrument;
    const [price, amount] = [fields.optional("price"), fields.optional("amount")];
    // UNCONFIRMED: the label when neither is given.
    if (price === undefined && amount === undefined) throw gateRestErrors.missingParameter("amount");
    const tick = price === undefined ? order.tick : stepsOf("price", price, spec.tick);
    const lots = amount === undefined ? order.lots : stepsOf("amount", amount, spec.lot);
    checkSize(this.#market, order.instrument, tick, lots);
    const before = order.attributes;
    order.attributes = { ...before, amendText: fields.optional("amend_text") ?? "-" };
    try {
      refusable(() => trading.amend(order, { tick, lots }));
    } catch (error) {
      order.attributes = before;
      throw error;
    }
    return orderDocument(trading, order, mode);
  }

  /** The order that `order_id` and `currency_pair` name. @throws {GateRestError} ORDER_NOT_FOUND, CLIENT_ID_NOT_FOUND. */
  find(account: Account, fields: GateFields): VenueOrder {
    const id = fields.required("order_id");
    const pair = this.#market.instrument(fields.required("currency_pair"));
    const store = this.#market.trading.store(account);
    const isText = id.startsWith("t-");
    const order = isText ? store.byClientId(id) : store.byId(id);
    const isHere = order !== undefined && order.instrument === pair && (!isText || order.status === "open");
    if (!isHere) throw isText ? spotErrors.clientIdNotFound() : spotErrors.orderNotFound();
    return order;
  }

  #open(account: Account, fields: GateFields): VenueOrder {
    const order = this.find(account, fields);
    if (order.status === "open") return order;
    throw order.finish === "filled" ? spotErrors.orderClosed() : spotErrors.orderCancelled();
  }

  #cancelMatching(account: Account, pair: string | undefined, side: string | undefined): VenueOrder[] {
    const { trading } = this.#market;
    const instrument = pair === undefined ? undefined : this.#market.instrument(pair);
    const chosen = trading.store(account).open.filter((order) =>
      (instrument === undefined || order.instrument === instrument) &&
      (side === undefined || order.orderSide === side)
    );
    for (const order of chosen) refusable(() => trading.cancel(order));
    return chosen;
  }
}

function modeOf(fields: GateFields): ActionMode {
  return fields.choice<ActionMode>("action_mode", ["ACK", "RESULT", "FULL"], "FULL");
}

/** Orders in bulk: each element succeeds or fails by itself. */
export class SpotBatches {
  readonly #orders: SpotOrders;

  constructor(orders: SpotOrders) {
    this.#orders = orders;
  }

  /** New orders. @throws {GateRestError} when the list as a whole is not taken. */
  place(account: Account, list: readonly Document[], source: GateCall["source"]): Document[] {
    const fields = list.map((item) => new GateFields(item));
    checkBatch(fields);
    return fields.map((item) =>
      each({ text: item.optional("text") }, () => {
        const { id, ...rest } = this.#orders.place(account, item, source);
        return { order_id: id, id, ...rest };
      })
    );
  }

  /** Changes of orders, at most five. */
  amend(account: Account, list: readonly Document[]): Document[] {
    checkLength(list, maxAmendments);
    return list.map((item) => {
      const fields = new GateFields(item);
      return each({ order_id: fields.optional("order_id") }, () => {
        const { id, ...rest } = this.#orders.amend(account, fields);
        return { order_id: id, id, ...rest };
      });
    });
  }

  /** Cancellations by id, at most twenty. */
  cancel(account: Account, list: readonly Document[]): Document[] {
    checkLength(list, maxCancellations);
    return list.map((item) => {
      const fields = new GateFields({ ...item, order_id: item["id"] });
      const named = {
        currency_pair: fields.optional("currency_pair") ?? "",
        id: fields.optional("id") ?? "",
        account: "spot",
      };
      try {
        const order = this.#orders.find(account, fields);
        this.#orders.cancel(account, fields);
        return { ...named, id: order.id, text: orderText(order), succeeded: true, label: "", message: "" };
      } catch (error) {
        if (!(error instanceof GateRestError)) throw error;
        return { ...named, text: "", succeeded: false, label: error.label, message: error.message };
      }
    });
  }
}

const maxPairs = 4;
const maxPerPair = 10;
const maxCancellations = 20;
const maxAmendments = 5;

/** UNCONFIRMED: labels for batches that are too large, and that an order without `text` refuses the whole batch. */
function checkBatch(list: readonly GateFields[]): void {
  if (list.length === 0) throw gateRestErrors.invalidBody();
  const counts = new Map<string, number>();
  for (const fields of list) {
    fields.required("text");
    const pair = fields.required("currency_pair");
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  if (counts.size > maxPairs) {
    throw new GateRestError(400, "TOO_MANY_CURRENCY_PAIRS", `At most ${maxPairs} currency pairs in a batch`);
  }
  if (Math.max(...counts.values()) > maxPerPair) {
    throw new GateRestError(400, "TOO_MANY_ORDERS", `At most ${maxPerPair} orders of a pair in a batch`);
  }
}

function checkLength(list: readonly unknown[], most: number): void {
  if (list.length === 0) throw gateRestErrors.invalidBody();
  if (list.length > most) {
    throw new GateRestError(400, "TOO_MANY_ORDERS", `At most ${most} orders in a batch`);
  }
}

function each(name: Document, action: () => Document): Document {
  try {
    return { ...action(), succeeded: true, label: "", message: "" };
  } catch (error) {
    if (!(error instanceof GateRestError)) throw error;
    return { ...name, succeeded: false, label: error.label, message: error.message };
  }
}
