/**
 * Endpoints of Gate.io futures in one line each.
 * @module
 */
import type { GateCall, GateEndpoint, GateLimit } from "./gate_endpoint.ts";
import type { GatePage } from "./gate_pages.ts";
import { refusedAs } from "./futures_refusals.ts";

/** Path of everything that is settled in USDT. */
export const futuresRoot = "/futures/usdt";

/** An endpoint that answers at once. */
export interface AnswerOptions {
  /** Default 200. */
  readonly status?: number;
  readonly limit?: GateLimit;
}

function endpoint(
  method: GateEndpoint["method"],
  access: GateEndpoint["access"],
  path: string,
  answer: (call: GateCall) => unknown,
  { status = 200, limit }: AnswerOptions = {},
): GateEndpoint {
  return {
    method,
    access,
    path: futuresRoot + path,
    ...(limit === undefined ? {} : { limit }),
    handle: (call, respond): void => respond(status, refusedAs(() => answer(call))),
  };
}

/** A public endpoint; the path is behind {@link futuresRoot}. */
export function publicGet(path: string, answer: (call: GateCall) => unknown): GateEndpoint {
  return endpoint("GET", "public", path, answer);
}

/** An endpoint that reads an account. */
export function accountGet(path: string, answer: (call: GateCall) => unknown): GateEndpoint {
  return endpoint("GET", "read", path, answer);
}

/** An endpoint that answers a page of a list of an account, with its place in the headers. */
export function accountPage(path: string, answer: (call: GateCall) => GatePage<unknown>): GateEndpoint {
  return {
    method: "GET",
    access: "read",
    path: futuresRoot + path,
    handle: (call, respond): void => {
      const { rows, headers } = refusedAs(() => answer(call));
      respond(200, rows, headers);
    },
  };
}

/** A public endpoint with a JSON body. */
export function publicPost(path: string, answer: (call: GateCall) => unknown): GateEndpoint {
  return endpoint("POST", "public", path, answer);
}

/** An endpoint that changes something of an account. */
export function accountCall(
  method: "POST" | "PUT" | "DELETE",
  path: string,
  answer: (call: GateCall) => unknown,
  options?: AnswerOptions,
): GateEndpoint {
  return endpoint(method, "trade", path, answer, options);
}
