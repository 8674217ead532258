/**
 * REST endpoints for price-triggered spot orders.
 * @module
 */
import { privateAnswer } from "./gate_answer.ts";
import type { GateEndpoint } from "./gate_endpoint.ts";
import { pageOf } from "./gate_pages.ts";
import { type PriceOrder, priceOrderDocument, type SpotPriceOrders } from "./spot_price_orders.ts";

/** Creating, finding and cancelling. */
export function spotPriceOrderEndpoints(orders: SpotPriceOrders): GateEndpoint[] {
  return [
    privateAnswer(
      "POST /spot/price_orders",
      "trade",
      ({ account, fields }) => ({ id: orders.create(account, fields) }),
      { status: 201 },
    ),
    privateAnswer("GET /spot/price_orders", "read", ({ account, fields }) => {
      const open = fields.choice("status", ["open", "finished"]) === "open";
      const market = fields.optional("market");
      const rows = orders.list(account).filter((order) =>
        isOf(order, market) && (order.status === "open") === open
      );
      return pageOf(rows, fields).rows.map(priceOrderDocument);
    }),
    privateAnswer("DELETE /spot/price_orders", "trade", ({ account, fields }) => {
      const market = fields.optional("market");
      const chosen = orders.list(account).filter((order) => isOf(order, market) && order.status === "open");
      for (const order of chosen) orders.cancel(order);
      return chosen.map(priceOrderDocument);
    }),
    privateAnswer("GET /spot/price_orders/{order_id}", "read", ({ account, fields }) => {
      return priceOrderDocument(orders.find(account, fields.required("order_id")));
    }),
    privateAnswer("DELETE /spot/price_orders/{order_id}", "trade", ({ account, fields }) => {
      const order = orders.find(account, fields.required("order_id"));
      orders.cancel(order);
      return priceOrderDocument(order);
    }),
  ];
}

function isOf({ instrument }: PriceOrder, market: string | undefined): boolean {
  return market === undefined || instrument.spec.exchangeSymbol === market;
}
