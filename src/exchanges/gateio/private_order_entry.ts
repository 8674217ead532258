/**
 * Order entry of Gate.io, once for spot and futures and for REST and WebSocket: what is sent and what is made of the
 * answer is the market's, how it travels is the transport's.
 * @module
 */
import * as v from "valibot";
import { errorMessage, ProtocolError } from "../../core/errors.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { Side } from "../../core/order.ts";
import type {
  OrderAck,
  OrderAmendment,
  OrderReference,
  OrderReport,
  OrderRequest,
  Outcome,
  Refused,
} from "../../core/order_request.ts";
import type { OrderEntry } from "../interfaces/private_rest.ts";
import { checkBody } from "../wire_schema.ts";
import { errorOutcome, notSent } from "./private_errors.ts";
import { clientOrderId, orderText } from "./private_values.ts";

/** JSON of an order or of a change. */
export type OrderBody = Readonly<Record<string, string | number | boolean>>;

/** An order as a path or a parameter names it. */
export interface OrderName {
  /** The venue's id, or `t-` and the client's. */
  readonly id: string;
  readonly instrument: Instrument;
}

/** How a market writes orders and reads what became of them. */
export interface OrderMarket {
  readonly exchange: ExchangeKey;
  /** A new order; refused when the market cannot express it. */
  order(request: OrderRequest): OrderBody | Refused;
  /** A change. @param side The order's own, where {@link OrderMarket.amendNeedsSide} asks for it. */
  amendment(instrument: Instrument, change: OrderAmendment, side: Side): OrderBody;
  /** Whether a new size is written with the sign of the order. */
  readonly amendNeedsSide: boolean;
  /** @throws {ProtocolError} when it is no order of a known instrument. */
  report(body: unknown): OrderReport;
}

/** How requests travel. Every method gives the body of the answer. */
export interface OrderTransport {
  place(body: OrderBody): Promise<Outcome<unknown>>;
  placeBatch(bodies: readonly OrderBody[]): Promise<Outcome<unknown>>;
  amend(order: OrderName, body: OrderBody): Promise<Outcome<unknown>>;
  cancel(order: OrderName): Promise<Outcome<unknown>>;
  cancelAll(instrument: Instrument): Promise<Outcome<unknown>>;
  status(order: OrderName): Promise<Outcome<unknown>>;
}

/** Orders that one batch takes: 10 of a pair on spot, 10 in all on futures. */
export const maxBatch = 10;
const clientIdPattern = /^[0-9A-Za-z_-]{1,26}$/;
const orderIdPattern = /^[0-9A-Za-z_.-]+$/;
const rowSchema = v.object({
  text: v.nullish(v.string(), ""),
  succeeded: v.nullish(v.boolean()),
  label: v.nullish(v.string(), ""),
  message: v.nullish(v.string()),
  detail: v.nullish(v.string()),
});
const badRequest = 400;

/** Places, changes and cancels. */
export class GateioOrderEntry implements OrderEntry {
  readonly #market: OrderMarket;
  readonly #transport: OrderTransport;

  constructor(market: OrderMarket, transport: OrderTransport) {
    this.#market = market;
    this.#transport = transport;
  }

  async place(request: OrderRequest): Promise<Outcome<OrderAck>> {
    const body = this.#body(request);
    if (isRefused(body)) return body;
    return accepted(await this.#transport.place(body), (answer) => this.#placed(request, answer));
  }

  async placeBatch(requests: readonly OrderRequest[]): Promise<Outcome<OrderAck>[]> {
    if (requests.length === 0) return [];
    const tooMany = requests.length > maxBatch ||
      requests.some(({ instrument }) => instrument !== requests[0]!.instrument);
    if (tooMany) {
      const refusal = notSent("parameters", `a batch has up to ${maxBatch} orders of one instrument`);
      return requests.map(() => refusal);
    }
    const bodies = requests.map((request) => this.#body(request));
    // What this client refuses stays at home; the rest is sent.
    const sent = requests.filter((_, index) => !isRefused(bodies[index]!));
    const wanted = bodies.filter((body): body is OrderBody => !isRefused(body));
    const outcome: Outcome<unknown> = wanted.length === 0
      ? { kind: "accepted", value: [] }
      : await this.#transport.placeBatch(wanted);
    const outcomes = new Map(
      this.#batchOutcomes(sent, outcome).map((result, index) => [sent[index]!, result]),
    );
    return requests.map((request, index) => {
      const body = bodies[index]!;
      return isRefused(body) ? body : outcomes.get(request)!;
    });
  }

  async amend(order: OrderReference, change: OrderAmendment): Promise<Outcome<OrderAck>> {
    const name = this.#name(order);
    if (isRefused(name)) return name;
    const wrong = wrongAmendment(change);
    if (wrong !== undefined) return notSent("parameters", wrong);
    let side: Side = "buy";
    if (this.#market.amendNeedsSide && change.lots !== undefined) {
      const found = accepted(await this.#transport.status(name), (body) => this.#market.report(body));
      if (found.kind !== "accepted") return found;
      side = found.value.side;
    }
    const body = this.#market.amendment(order.instrument, change, side);
    return accepted(await this.#transport.amend(name, body), (answer) => this.#ack(answer));
  }

  async cancel(order: OrderReference): Promise<Outcome<OrderAck>> {
    const name = this.#name(order);
    if (isRefused(name)) return name;
    return accepted(await this.#transport.cancel(name), (answer) => this.#ack(answer));
  }

  async cancelAll(instrument: Instrument): Promise<Outcome<OrderAck[]>> {
    const foreign = this.#foreign(instrument);
    if (foreign !== undefined) return foreign;
    return accepted(await this.#transport.cancelAll(instrument), (answer) => {
      const rows = checkBody(v.array(v.unknown()), answer, "Gate.io's list of cancelled orders");
      return rows.filter((row) => !v.is(v.object({ succeeded: v.literal(false) }), row))
        .map((row) => this.#ack(row));
    });
  }

  #body(request: OrderRequest): OrderBody | Refused {
    return this.#foreign(request.instrument) ?? wrongRequest(request) ?? this.#market.order(request);
  }

  #name({ instrument, exchangeOrderId = "", clientOrderId = "" }: OrderReference): OrderName | Refused {
    const foreign = this.#foreign(instrument);
    if (foreign !== undefined) return foreign;
    const id = exchangeOrderId !== ""
      ? exchangeOrderId
      : clientOrderId === ""
      ? ""
      : orderText(clientOrderId);
    return orderIdPattern.test(id) ? { id, instrument } : notSent("parameters", `"${id}" names no order`);
  }

  #foreign({ exchange, exchangeSymbol }: Instrument): Refused | undefined {
    if (exchange === this.#market.exchange) return undefined;
    return notSent("parameters", `${exchangeSymbol} is an instrument of ${exchange}`);
  }

  /** @throws {ProtocolError} when the answer is about another order. */
  #placed(request: OrderRequest, body: unknown): OrderAck {
    const ack = this.#ack(body);
    if (ack.clientOrderId !== request.clientOrderId) {
      throw new ProtocolError(
        `Gate.io answered ${request.clientOrderId} with an order of "${ack.clientOrderId}"`,
      );
    }
    return ack;
  }

  #ack(body: unknown): OrderAck {
    const report = this.#market.report(body);
    const { clientOrderId, exchangeOrderId } = report;
    return { clientOrderId, exchangeOrderId, report };
  }

  #batchOutcomes(requests: readonly OrderRequest[], outcome: Outcome<unknown>): Outcome<OrderAck>[] {
    if (outcome.kind !== "accepted") return requests.map(() => outcome);
    const rows = accepted(outcome, (body) => checkBody(v.array(rowSchema), body, "Gate.io's batch"));
    if (rows.kind !== "accepted") return requests.map(() => rows);
    const bodies = outcome.value as readonly unknown[];
    return requests.map((request, index) => {
      const at = rowOf(rows.value, request, rows.value.length === requests.length ? index : -1);
      const row = rows.value[at];
      if (row === undefined) {
        return { kind: "unknown", why: `Gate.io's batch says nothing about ${request.clientOrderId}` };
      }
      if (row.succeeded === false) {
        const message = row.message || row.detail || "";
        return errorOutcome({ status: badRequest, label: row.label, message }, 0);
      }
      return accepted({ kind: "accepted", value: bodies[at] }, (body) => this.#placed(request, body));
    });
  }
}

/** The row about an order: the one in its place, unless that says that it is about another. -1 for none. */
function rowOf(
  rows: readonly v.InferOutput<typeof rowSchema>[],
  request: OrderRequest,
  place: number,
): number {
  const inPlace = rows[place];
  if (inPlace !== undefined) {
    const named = clientOrderId(inPlace.text);
    if (named === "" || named === request.clientOrderId) return place;
  }
  return rows.findIndex(({ text }) => clientOrderId(text) === request.clientOrderId);
}

/** Reads what was accepted. An answer that cannot be read is no evidence of anything. */
export function accepted<Body, Value>(outcome: Outcome<Body>, read: (body: Body) => Value): Outcome<Value> {
  if (outcome.kind !== "accepted") return outcome;
  try {
    return { kind: "accepted", value: read(outcome.value) };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { kind: "unknown", why: errorMessage(error) };
  }
}

function isRefused(value: object): value is Refused {
  return "kind" in value && value.kind === "refused";
}

/** What no market of the venue takes; undefined when there is nothing. */
function wrongRequest(request: OrderRequest): Refused | undefined {
  const { clientOrderId, type, timeInForce, priceTicks, lots, spend } = request;
  if (!clientIdPattern.test(clientOrderId)) {
    return notSent("parameters", `"${clientOrderId}" is no client order id`);
  }
  if (type === "post-only" && timeInForce !== "gtc") {
    return notSent("parameters", `a post-only order rests and cannot be ${timeInForce}`);
  }
  const hasPrice = Number.isSafeInteger(priceTicks) && priceTicks > 0;
  if (type === "market" ? priceTicks !== 0 : !hasPrice) {
    return notSent("price", `${priceTicks} ticks are no price of a ${type} order`);
  }
  const count = spend?.count ?? lots;
  if (!Number.isSafeInteger(count) || count <= 0 || (spend !== undefined && lots !== 0)) {
    return notSent("size", `${lots} lots and ${spend?.count ?? "no"} steps to spend are no size`);
  }
  return undefined;
}

function wrongAmendment({ priceTicks, lots }: OrderAmendment): string | undefined {
  const given = [priceTicks, lots].filter((count) => count !== undefined);
  if (given.length === 0) return "the amendment changes nothing";
  const wrong = given.find((count) => !Number.isSafeInteger(count) || count <= 0);
  return wrong === undefined ? undefined : `${wrong} is no number of ticks or lots`;
}
