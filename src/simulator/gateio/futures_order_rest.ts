/**
 * The order endpoints of Gate.io futures.
 * @module
 */
import type { VenueOrder } from "../trading/venue_order.ts";
import type { GateCall, GateEndpoint } from "./gate_endpoint.ts";
import { scalarText } from "./gate_json.ts";
import { gateRestErrors } from "./gate_errors.ts";
import { GateFields, recordsOf } from "./gate_fields.ts";
import { type GatePage, pageOf } from "./gate_pages.ts";
import type { GateCountdown } from "./gate_countdown.ts";
import { accountOf, type FuturesParts } from "./futures_user.ts";
import { accountCall, accountGet, accountPage } from "./futures_endpoint.ts";
import { cancelLimit, placeLimit } from "./futures_limits.ts";
import type { FuturesOrders } from "./futures_orders.ts";
import { spanOf, within } from "./futures_query.ts";
import { argumentError, orderNotFound } from "./futures_refusals.ts";

const maxBatch = 10;
const maxCancelled = 20;

/** Refuses a batch that is too long. UNCONFIRMED: the label. */
export function checkBatch<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length > most) {
    throw argumentError(`at most ${most} items are allowed, ${items.length} were sent`);
  }
  return items;
}

/** Rows of a batch of new orders. */
export function placeBatch(orders: FuturesOrders, call: GateCall): unknown {
  const items = checkBatch(recordsOf(call.body), maxBatch);
  return orders.batch(call, items, (item) => orders.place(call, new GateFields(item)));
}

/** Rows of a batch of cancellations. */
export function cancelBatch(orders: FuturesOrders, call: GateCall): unknown {
  if (!Array.isArray(call.body)) throw gateRestErrors.invalidBody();
  return checkBatch(call.body, maxCancelled).map((item) => {
    const id = scalarText(item);
    const [row] = orders.batch(call, [id], () => orders.cancel(call, id));
    const succeeded = row!["succeeded"] === true;
    return {
      user_id: Number(call.key!.account.uid),
      id,
      succeeded,
      message: succeeded ? "" : String(row!["label"]),
    };
  });
}

/** The orders that a cancellation of many ended. */
export function cancelMany(orders: FuturesOrders, call: GateCall): unknown {
  return orders.cancelAll(call, GateFields.ofCall(call)).map((order) => orders.document(call, order));
}

/** A page of orders. @throws {GateRestError} INVALID_PARAM_VALUE when the status is neither. */
export function listPage(orders: FuturesOrders, call: GateCall): GatePage<unknown> {
  const fields = GateFields.ofCall(call);
  const status = fields.choice("status", ["open", "finished"]);
  return documents(orders, call, pageOf(orders.list(call, status, fields), fields));
}

/** Finished orders by the time at which they were made. UNCONFIRMED: that the open ones are left out. */
function timePage(orders: FuturesOrders, call: GateCall): GatePage<unknown> {
  const fields = GateFields.ofCall(call);
  const span = spanOf(call.query);
  const found = orders.list(call, "finished", fields).filter(({ createdMs }) => within(span, createdMs));
  return documents(orders, call, pageOf(found, fields));
}

function documents(orders: FuturesOrders, call: GateCall, page: GatePage<VenueOrder>): GatePage<unknown> {
  return { ...page, rows: page.rows.map((order) => orders.document(call, order)) };
}

/** The endpoints. */
export function orderEndpoints(
  { market }: FuturesParts,
  orders: FuturesOrders,
  countdown: GateCountdown,
): GateEndpoint[] {
  const one = "/orders/{order_id}";
  const id = ({ params }: GateCall): string => params["order_id"]!;
  const placing = { status: 201, limit: placeLimit };
  const amending = { limit: placeLimit };
  const cancelling = { limit: cancelLimit };
  const cancelledBatch = accountCall(
    "POST",
    "/batch_cancel_orders",
    (call) => cancelBatch(orders, call),
    cancelling,
  );
  return [
    accountPage("/orders", (call) => listPage(orders, call)),
    accountPage("/orders_timerange", (call) => timePage(orders, call)),
    accountGet(one, (call) => orders.document(call, orders.find(call, id(call)))),
    accountCall("POST", "/orders", (call) => {
      return orders.document(call, orders.place(call, GateFields.ofCall(call)));
    }, placing),
    accountCall("POST", "/bbo_orders", (call) => {
      return orders.document(call, orders.placeAtLevel(call, GateFields.ofCall(call)));
    }, placing),
    // UNCONFIRMED: batches are answered with 200, as their sample says.
    accountCall("POST", "/batch_orders", (call) => placeBatch(orders, call), amending),
    accountCall("PUT", one, (call) => {
      return orders.document(call, orders.amend(call, id(call), GateFields.ofCall(call)));
    }, amending),
    accountCall("POST", "/batch_amend_orders", (call) => amendBatch(orders, call), amending),
    accountCall("DELETE", one, (call) => orders.document(call, orders.cancel(call, id(call))), cancelling),
    accountCall("DELETE", "/orders", (call) => cancelMany(orders, call), cancelling),
    cancelledBatch,
    // UNCONFIRMED: that capitals are taken. ccxt writes the settlement coin of this one path with them.
    { ...cancelledBatch, path: "/futures/USDT/batch_cancel_orders" },
    accountCall("POST", "/countdown_cancel_all", (call) => {
      const fields = GateFields.ofCall(call);
      const contract = fields.optional("contract");
      if (contract !== undefined) market.instrument(contract);
      const account = accountOf(call);
      const triggerTime = countdown.set(`${account.uid} ${contract ?? ""}`, fields, () => {
        orders.cancelMatching(account, { contract, side: undefined, keepReducing: false });
      });
      return { triggerTime };
    }, cancelling),
  ];
}

function amendBatch(orders: FuturesOrders, call: GateCall): unknown {
  const items = checkBatch(recordsOf(call.body), maxBatch);
  return orders.batch(call, items, (item) => {
    const fields = new GateFields(item);
    const given = fields.optional("order_id") ?? fields.optional("text");
    if (given === undefined) throw orderNotFound();
    return orders.amend(call, given, fields);
  });
}
