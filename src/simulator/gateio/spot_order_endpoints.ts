/**
 * REST endpoints for spot orders.
 * @module
 */
import type { VenueOrder } from "../trading/venue_order.ts";
import { type AccountCall, pageAnswer, privateAnswer } from "./gate_answer.ts";
import type { GateEndpoint } from "./gate_endpoint.ts";
import { recordsOf } from "./gate_fields.ts";
import { type GatePage, pageOf, spanOf } from "./gate_pages.ts";
import type { GateCountdown } from "./gate_countdown.ts";
import { cancelLimit, placeLimit } from "./spot_limits.ts";
import type { SpotMarket } from "./spot_market.ts";
import { orderDocument } from "./spot_order_document.ts";
import { checkAccount } from "./spot_order_input.ts";
import type { SpotBatches, SpotOrders } from "./spot_orders.ts";
import { spotErrors } from "./spot_refusals.ts";

/** What the order endpoints work with. */
export interface SpotOrderParts {
  readonly market: SpotMarket;
  readonly orders: SpotOrders;
  readonly batches: SpotBatches;
  readonly countdown: GateCountdown;
}

/** Days that a list of finished orders goes back when no beginning is given. UNCONFIRMED. */
const lookBackDays = 7;

/** Placing, cancelling, amending, finding. */
export function spotOrderEndpoints(parts: SpotOrderParts): GateEndpoint[] {
  const { market, orders, batches, countdown } = parts;
  const place = { limit: placeLimit };
  const cancel = { limit: cancelLimit };
  return [
    privateAnswer(
      "POST /spot/orders",
      "trade",
      ({ account, fields, call }) => orders.place(account, fields, call.source),
      { status: 201, ...place },
    ),
    privateAnswer(
      "POST /spot/batch_orders",
      "trade",
      ({ account, call }) => batches.place(account, recordsOf(call.body), call.source),
      place,
    ),
    privateAnswer("PATCH /spot/orders/{order_id}", "trade", ({ account, fields }) => {
      return orders.amend(account, fields);
    }, place),
    privateAnswer(
      "POST /spot/amend_batch_orders",
      "trade",
      ({ account, call }) => batches.amend(account, recordsOf(call.body)),
      place,
    ),
    privateAnswer("DELETE /spot/orders/{order_id}", "trade", ({ account, fields }) => {
      return orders.cancel(account, fields);
    }, cancel),
    privateAnswer("DELETE /spot/orders", "trade", ({ account, fields }) => {
      return orders.cancelAll(account, fields);
    }, cancel),
    privateAnswer(
      "POST /spot/cancel_batch_orders",
      "trade",
      ({ account, call }) => batches.cancel(account, recordsOf(call.body)),
      cancel,
    ),
    privateAnswer("POST /spot/countdown_cancel_all", "trade", ({ account, fields }) => {
      const pair = fields.optional("currency_pair");
      if (pair !== undefined) market.instrument(pair);
      const name = `${account.uid} ${pair ?? ""}`;
      return { triggerTime: countdown.set(name, fields, () => orders.cancelPair(account, pair)) };
    }),
    privateAnswer("POST /spot/cross_liquidate_orders", "trade", () => {
      throw spotErrors.noMargin();
    }),
    privateAnswer("GET /spot/orders/{order_id}", "read", ({ account, fields }) => {
      return orders.status(account, fields);
    }),
    pageAnswer("GET /spot/orders", (call) => listOrders(market, call)),
    privateAnswer("GET /spot/open_orders", "read", (call) => openOrders(market, call)),
  ];
}

/** Orders of one state, the latest first (UNCONFIRMED: the order of the list). */
export function listOrders(market: SpotMarket, { account, fields }: AccountCall): GatePage<unknown> {
  const { trading, nowMs } = market;
  checkAccount(fields);
  const status = fields.choice("status", ["open", "finished"]);
  const store = trading.store(account);
  // Only for finished orders may the pair be absent.
  const pair = status === "open" ? fields.required("currency_pair") : fields.optional("currency_pair");
  const instrument = pair === undefined ? undefined : market.instrument(pair);
  const ofPair = (order: VenueOrder): boolean => instrument === undefined || order.instrument === instrument;
  if (status === "open") {
    return page(market, store.open.filter(ofPair).reverse(), { fields, max: 100 });
  }
  const side = fields.optional("side") === undefined ? undefined : fields.choice("side", ["buy", "sell"]);
  // The span is about the end of an order.
  const inSpan = spanOf(fields, nowMs, lookBackDays);
  const finished = store.finished.filter((order) =>
    ofPair(order) && (side === undefined || order.orderSide === side) && inSpan(order.updatedMs)
  );
  return page(market, finished.reverse(), { fields, max: 1000 });
}

function page(
  { trading }: SpotMarket,
  orders: readonly VenueOrder[],
  { fields, max }: { readonly fields: AccountCall["fields"]; readonly max: number },
): GatePage<unknown> {
  const { rows, headers } = pageOf(orders, fields, { max });
  return { rows: rows.map((order) => orderDocument(trading, order)), headers };
}

/** All open orders by pair; pages are counted within each pair. */
function openOrders(market: SpotMarket, { account, fields }: AccountCall): unknown {
  checkAccount(fields);
  const byPair = new Map<string, VenueOrder[]>();
  for (const order of market.trading.store(account).open) {
    const pair = order.instrument.spec.exchangeSymbol;
    byPair.set(pair, [order, ...byPair.get(pair) ?? []]);
  }
  return [...byPair].map(([pair, orders]) => ({
    currency_pair: pair,
    total: orders.length,
    orders: page(market, orders, { fields, max: 100 }).rows,
  }));
}
