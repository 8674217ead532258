/**
 * Orders on their way out, after the checks that need no venue.
 * @module
 */
import type { OrderAck, OrderRequest, Outcome } from "../core/order_request.ts";
import type { OrderEntry } from "./interfaces/private_rest.ts";
import { checkOrder } from "./private_order_checks.ts";

/** Sends what the rules of its instrument allow. */
export class PrivateOrders {
  readonly #entry: OrderEntry;

  constructor(entry: OrderEntry) {
    this.#entry = entry;
  }

  /** Places an order, or refuses it here. */
  async place(request: OrderRequest): Promise<Outcome<OrderAck>> {
    return checkOrder(request) ?? await this.#entry.place(request);
  }

  /** Places the orders that pass; outcomes in the order of the requests. */
  async placeBatch(requests: readonly OrderRequest[]): Promise<Outcome<OrderAck>[]> {
    const refusals = requests.map(checkOrder);
    const passing = requests.filter((_, index) => refusals[index] === undefined);
    const outcomes = passing.length === 0 ? [] : await this.#entry.placeBatch(passing);
    let next = 0;
    return refusals.map((refusal) => refusal ?? outcomes[next++]!);
  }
}
