/**
 * The trail that real orders leave.
 * @module
 */
import { errorMessage } from "../core/errors.ts";
import type { Instrument } from "../core/instrument.ts";
import type {
  OrderAck,
  OrderAmendment,
  OrderReference,
  OrderRequest,
  Outcome,
} from "../core/order_request.ts";
import type { AuditTrail } from "../logging/audit_trail.ts";
import type { LogFields } from "../logging/logger.ts";
import type { OrderEntry } from "./interfaces/private_rest.ts";

/** A way of orders that writes down every intent, what was handed over, and what became of it. */
export class AuditedOrderEntry implements OrderEntry {
  readonly #entry: OrderEntry;
  readonly #audit: AuditTrail;

  constructor(entry: OrderEntry, audit: AuditTrail) {
    this.#entry = entry;
    this.#audit = audit;
  }

  place(request: OrderRequest): Promise<Outcome<OrderAck>> {
    const order = placing(request);
    this.#audit.intent(order);
    return this.#watch([order], this.#entry.place(request), (outcome) => [outcome]);
  }

  placeBatch(requests: readonly OrderRequest[]): Promise<Outcome<OrderAck>[]> {
    const orders = requests.map(placing);
    for (const order of orders) this.#audit.intent(order);
    return this.#watch(orders, this.#entry.placeBatch(requests), (outcomes) => outcomes);
  }

  amend(order: OrderReference, change: OrderAmendment): Promise<Outcome<OrderAck>> {
    const { instrument: { tick, lot } } = order;
    const { priceTicks, lots } = change;
    const fields = {
      ...naming("amend", order),
      ...(priceTicks === undefined ? {} : { price: tick.format(priceTicks) }),
      ...(lots === undefined ? {} : { size: lot.format(lots) }),
    };
    this.#audit.intent(fields);
    return this.#watch([fields], this.#entry.amend(order, change), (outcome) => [outcome]);
  }

  cancel(order: OrderReference): Promise<Outcome<OrderAck>> {
    const fields = naming("cancel", order);
    this.#audit.intent(fields);
    return this.#watch([fields], this.#entry.cancel(order), (outcome) => [outcome]);
  }

  cancelAll(instrument: Instrument): Promise<Outcome<OrderAck[]>> {
    const fields = naming("cancel-all", { instrument });
    this.#audit.intent(fields);
    return this.#watch([fields], this.#entry.cancelAll(instrument), (outcome) => [outcome]);
  }

  /** Writes down that orders are on their way, and later their outcomes, in their order. */
  async #watch<Answer>(
    orders: readonly LogFields[],
    answer: Promise<Answer>,
    outcomesOf: (answer: Answer) => readonly Outcome<OrderAck | OrderAck[]>[],
  ): Promise<Answer> {
    for (const order of orders) this.#audit.sent(named(order));
    try {
      const found = await answer;
      const outcomes = outcomesOf(found);
      orders.forEach((order, i) => this.#audit.outcome({ ...named(order), ...outcomeFields(outcomes[i]) }));
      return found;
    } catch (error) {
      for (const order of orders) {
        this.#audit.outcome({ ...named(order), kind: "unknown", why: errorMessage(error) });
      }
      throw error;
    }
  }
}

function placing(request: OrderRequest): LogFields {
  const { instrument, side, type, timeInForce, priceTicks, lots, spend, reduceOnly } = request;
  return {
    ...naming("place", request),
    side,
    type,
    timeInForce,
    price: instrument.tick.format(priceTicks),
    size: instrument.lot.format(lots),
    ...(spend === undefined ? {} : { spend: spend.step.format(spend.count) }),
    reduceOnly,
  };
}

function naming(
  action: string,
  { instrument, clientOrderId = "", exchangeOrderId = "" }: OrderReference,
): LogFields {
  return {
    action,
    exchange: instrument.exchange,
    symbol: instrument.exchangeSymbol,
    clientOrderId,
    exchangeOrderId,
  };
}

/** Of the fields of an intent those that say which order it is. */
function named(fields: LogFields): LogFields {
  const { action = "", exchange = "", symbol = "", clientOrderId = "", exchangeOrderId = "" } = fields;
  return { action, exchange, symbol, clientOrderId, exchangeOrderId };
}

function outcomeFields(outcome: Outcome<OrderAck | OrderAck[]> | undefined): LogFields {
  switch (outcome?.kind) {
    case "accepted": {
      const { value } = outcome;
      if (Array.isArray(value)) return { kind: "accepted", orders: value.length };
      const { exchangeOrderId, clientOrderId } = value;
      return { kind: "accepted", exchangeOrderId, clientOrderId };
    }
    case "refused":
      return { kind: "refused", reason: outcome.reason, code: outcome.code, message: outcome.message };
    case "unknown":
      return { kind: "unknown", why: outcome.why };
    case undefined:
      return { kind: "unknown", why: "there is no outcome for this order" };
  }
}
