/**
 * Endpoints that answer at once, in one line each.
 * @module
 */
import type { Account } from "../accounts/account.ts";
import type { GateCall, GateEndpoint, GateLimit } from "./gate_endpoint.ts";
import { GateFields } from "./gate_fields.ts";
import type { GatePage } from "./gate_pages.ts";

/** What differs from an ordinary endpoint. */
export interface AnswerOptions {
  /** Default 200. */
  readonly status?: number;
  readonly limit?: GateLimit;
}

/** What a private endpoint needs to know of its caller. */
export interface AccountCall {
  readonly account: Account;
  /** The arguments in path, body and query. */
  readonly fields: GateFields;
  readonly call: GateCall;
}

function endpoint(
  route: string,
  access: GateEndpoint["access"],
  handle: GateEndpoint["handle"],
  limit: GateLimit | undefined,
): GateEndpoint {
  const [method, path] = route.split(" ") as [GateEndpoint["method"], string];
  return { method, path, access, ...(limit === undefined ? {} : { limit }), handle };
}

/** The account behind a private call. */
export function accountOf({ key }: GateCall): Account {
  if (key === undefined) throw new Error("A private endpoint was called without a key");
  return key.account;
}

function privateCall(call: GateCall): AccountCall {
  return { account: accountOf(call), fields: fieldsOf(call), call };
}

/** A body that is a list has no names; its endpoint reads it itself. */
function fieldsOf(call: GateCall): GateFields {
  return GateFields.ofCall(Array.isArray(call.body) ? { ...call, body: undefined } : call);
}

/** A public endpoint. @param route Method and path: `GET /spot/time`. */
export function publicAnswer(route: string, answer: (fields: GateFields) => unknown): GateEndpoint {
  return endpoint(
    route,
    "public",
    (call, respond) => respond(200, answer(GateFields.ofCall(call))),
    undefined,
  );
}

/** A private endpoint. @param access Permission that it needs. */
export function privateAnswer(
  route: string,
  access: "read" | "trade" | "withdraw",
  answer: (call: AccountCall) => unknown,
  { status = 200, limit }: AnswerOptions = {},
): GateEndpoint {
  return endpoint(
    route,
    access,
    (call, respond) => respond(status, answer(privateCall(call))),
    limit,
  );
}

/** A private endpoint that answers a page of a list, with the headers that say which. */
export function pageAnswer(
  route: string,
  answer: (call: AccountCall) => GatePage<unknown>,
): GateEndpoint {
  return endpoint(
    route,
    "read",
    (call, respond) => {
      const { rows, headers } = answer(privateCall(call));
      respond(200, rows, headers);
    },
    undefined,
  );
}
