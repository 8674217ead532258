/**
 * The way of a REST request through Gate.io: route, authentication, limit, permission, endpoint.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import type { SeededRandom } from "../../core/random.ts";
import type { Respond, ServerRequest } from "../transport/server_port.ts";
import { stampMs } from "../venue_context.ts";
import { checkPermission, type GateAuth } from "./gate_auth.ts";
import type { GateCall } from "./gate_endpoint.ts";
import { GateRestError, gateRestErrors } from "./gate_errors.ts";
import { parseJson } from "./gate_json.ts";
import { defaultLimit, type GateLimits, rateHeaders } from "./gate_limits.ts";
import type { GateRoute, GateRouter } from "./gate_router.ts";
import { hexId } from "./hex_id.ts";

const restRoot = "/api/v4";

/** What requests are answered with. */
export interface GateRestParts {
  readonly clock: Clock;
  /** Draws trace ids. */
  readonly random: SeededRandom;
  readonly auth: GateAuth;
  readonly limits: GateLimits;
  readonly router: GateRouter;
}

type ReplyHeaders = Readonly<Record<string, string>>;

/** Answers the requests under `/api/v4`. */
export class GateRest {
  readonly #parts: GateRestParts;

  constructor(parts: GateRestParts) {
    this.#parts = parts;
  }

  /** Answers through `respond`, once. */
  handle(request: ServerRequest, respond: Respond): void {
    const inTime = this.#microseconds();
    let limited: ReplyHeaders = {};
    const reply = (status: number, body: unknown, headers: ReplyHeaders = {}): void => {
      respond({
        status,
        body: body === undefined ? "" : JSON.stringify(body),
        headers: { ...this.#traceHeaders(request, inTime), ...limited, ...headers },
      });
    };
    try {
      const route = this.#route(request);
      const call = this.#call(request, route);
      const { method, path, limit = defaultLimit } = route.endpoint;
      const rate = this.#parts.limits.take(`${method} ${path}`, limit, call, request.address);
      limited = rateHeaders(rate);
      if (!rate.allowed) throw gateRestErrors.tooManyRequests(path.startsWith("/futures") ? 311 : 211);
      this.#admit(call, route);
      route.endpoint.handle(call, reply);
    } catch (error) {
      if (!(error instanceof GateRestError)) throw error;
      reply(error.status, error.body);
    }
  }

  #route({ method, path }: ServerRequest): GateRoute {
    const inside = path.startsWith(`${restRoot}/`) ? path.slice(restRoot.length) : undefined;
    const route = inside === undefined ? undefined : this.#parts.router.find(method, inside);
    if (route === undefined) throw gateRestErrors.notFound();
    return route;
  }

  #call(request: ServerRequest, { endpoint, params }: GateRoute): GateCall {
    return {
      params,
      query: request.query,
      headers: request.headers,
      key: endpoint.access === "public" ? undefined : this.#parts.auth.rest(request),
      body: readBody(request),
      source: "rest",
      nowMs: stampMs(this.#parts.clock),
    };
  }

  #admit(call: GateCall, { endpoint: { access } }: GateRoute): void {
    if (call.key !== undefined) checkPermission(call.key, access);
    if (access === "trade") checkDeadline(call);
  }

  #traceHeaders(request: ServerRequest, inTime: string): Record<string, string> {
    const clientId = request.headers.get("x-client-request-id");
    return {
      "X-In-Time": inTime,
      "X-Out-Time": this.#microseconds(),
      "X-Gate-Trace-Id": hexId(this.#parts.random, 32),
      ...(clientId === null ? {} : { "X-Client-Request-Id": clientId }),
    };
  }

  #microseconds(): string {
    return String(stampMs(this.#parts.clock) * 1000);
  }
}

/**
 * Refuses a call that came after its `x-gate-exptime`, epoch milliseconds.
 *
 * @throws {GateRestError} REQUEST_EXPIRED (UNCONFIRMED: the label).
 */
export function checkDeadline({ headers, nowMs }: GateCall): void {
  const deadline = headers.get("x-gate-exptime");
  if (deadline !== null && !(Number(deadline) >= nowMs)) throw gateRestErrors.deadlinePassed();
}

/** UNCONFIRMED: a body of another type than JSON is refused before it is read. */
function readBody({ body, headers, method }: ServerRequest): unknown {
  if (body === "" || method === "GET") return undefined;
  const type = headers.get("content-type") ?? "";
  if (!type.toLowerCase().startsWith("application/json")) throw gateRestErrors.invalidContentType(type);
  try {
    return parseJson(body);
  } catch {
    throw gateRestErrors.invalidBody();
  }
}
