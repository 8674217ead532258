/**
 * Several orders in one request.
 * @module
 */
import * as v from "valibot";
import { ProtocolError } from "../../core/errors.ts";
import type { OrderAck, OrderRequest, Outcome, Refused } from "../../core/order_request.ts";
import { checkBody } from "../wire_schema.ts";
import { orderParameters, type TextPair } from "./order_text.ts";
import { attempt, failureOf } from "./private_answers.ts";
import { readBatchAck } from "./private_documents.ts";
import { outcomeOf } from "./private_errors.ts";
import type { SignedSender } from "./private_sender.ts";

/** Most orders of one request. */
export const maxBatch = 20;

interface Item {
  readonly clientOrderId: string;
  readonly parameters: readonly TextPair[];
}

/**
 * Places up to 20 orders of one instrument; outcomes in the order of the requests. Orders that MEXC does not have are
 * left out of the request, and the others are sent. Never throws for an outcome.
 */
export async function placeBatch(
  sender: SignedSender,
  requests: readonly OrderRequest[],
): Promise<Outcome<OrderAck>[]> {
  const objection = objectionTo(requests);
  if (objection !== undefined) return requests.map(() => notSent(objection));
  const drafts = requests.map((request): Item | Refused => {
    const parameters = orderParameters(request);
    return typeof parameters === "string"
      ? notSent(parameters)
      : { clientOrderId: request.clientOrderId, parameters };
  });
  const items = drafts.filter((draft) => "parameters" in draft);
  const outcomes = items.length === 0 ? [] : await send(sender, items);
  return drafts.map((draft) => "parameters" in draft ? outcomes.shift()! : draft);
}

function objectionTo(requests: readonly OrderRequest[]): string | undefined {
  if (requests.length > maxBatch) return `MEXC takes ${maxBatch} orders at once, not ${requests.length}`;
  const symbols = new Set(requests.map(({ instrument }) => instrument.exchangeSymbol));
  return symbols.size > 1
    ? `MEXC takes orders of one symbol at once, not of ${[...symbols].join(", ")}`
    : undefined;
}

async function send(sender: SignedSender, items: readonly Item[]): Promise<Outcome<OrderAck>[]> {
  const text = JSON.stringify(items.map(({ parameters }) => Object.fromEntries(parameters)));
  const request = {
    method: "POST",
    path: "/api/v3/batchOrders",
    parameters: [["batchOrders", text]],
  } as const;
  const outcome = await attempt(sender, request, (body) => readItems(body, items));
  return outcome.kind === "accepted" ? outcome.value : items.map(() => outcome);
}

/** @throws {ProtocolError} when the answer does not have one element for each order, in their order. */
function readItems(body: unknown, items: readonly Item[]): Outcome<OrderAck>[] {
  const rows = checkBody(v.array(v.unknown()), body, "MEXC batch");
  if (rows.length !== items.length) {
    throw new ProtocolError(`MEXC answered ${rows.length} orders of a batch of ${items.length}`);
  }
  return rows.map((row, index) => readItem(row, items[index]!.clientOrderId));
}

function readItem(row: unknown, clientOrderId: string): Outcome<OrderAck> {
  const failure = failureOf(row);
  if (failure === undefined) return { kind: "accepted", value: readBatchAck(row, clientOrderId) };
  return outcomeOf({ ...failure, status: 200, retryAfterMs: undefined });
}

function notSent(message: string): Refused {
  return { kind: "refused", reason: "parameters", code: "", message: `Not sent: ${message}` };
}
