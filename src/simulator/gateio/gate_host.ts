/**
 * Everything behind the Gate.io host name: spot and USDT futures share it.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import type { SeededRandom } from "../../core/random.ts";
import { RateLimit, type RateState } from "../rate_limit.ts";
import { SessionRegistry } from "../session_registry.ts";
import {
  type ExchangeHost,
  jsonReply,
  type Respond,
  type ServerRequest,
  type ServerSession,
  type ServerSocket,
  type UpgradeRequest,
} from "../transport/server_port.ts";
import { stampMs } from "../venue_context.ts";
import type { GateBackend } from "./gate_backend.ts";
import { GateRestError, gateRestErrors } from "./gate_errors.ts";
import { GateSession } from "./gate_session.ts";
import { hexId } from "./hex_id.ts";

const restRoot = "/api/v4";
/** Public endpoints take 200 requests in 10 s each, per address. */
const requestsPerWindow = 200;
const windowMs = 10_000;
/** `/contracts/BTC_USDT` is the same endpoint for every contract. */
const symbolAtEnd = /\/[A-Z0-9]+_[A-Z0-9]+$/;

/** REST under `/api/v4`, spot WebSocket at `/ws/v4/`, futures WebSocket at `/v4/ws/usdt`. */
export class GateHost implements ExchangeHost {
  /** Open connections of the spot market. */
  readonly spotSessions = new SessionRegistry();
  /** Open connections of the futures market. */
  readonly futuresSessions = new SessionRegistry();
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #spot: GateBackend;
  readonly #futures: GateBackend;
  readonly #limit: RateLimit;

  constructor(clock: Clock, random: SeededRandom, spot: GateBackend, futures: GateBackend) {
    this.#clock = clock;
    this.#random = random;
    this.#spot = spot;
    this.#futures = futures;
    this.#limit = new RateLimit(clock, requestsPerWindow, windowMs);
  }

  accept({ path }: UpgradeRequest, socket: ServerSocket): ServerSession | undefined {
    if (path === "/ws/v4/" || path === "/ws/v4") {
      return this.spotSessions.add(
        new GateSession("spot", socket, this.#spot, this.#clock, this.#random),
      );
    }
    if (path === "/v4/ws/usdt") {
      return this.futuresSessions.add(
        new GateSession("futures", socket, this.#futures, this.#clock, this.#random),
      );
    }
    return undefined;
  }

  handle(request: ServerRequest, respond: Respond): void {
    const inTime = stampMs(this.#clock) * 1000;
    const rate = this.#limit.take(request.path.replace(symbolAtEnd, ""));
    const reply = (status: number, body: unknown): void => {
      const headers = { ...this.#traceHeaders(request, inTime), ...this.#rateHeaders(rate) };
      respond(jsonReply(status, body, headers));
    };
    try {
      const backend = this.#route(request);
      if (!rate.allowed) throw gateRestErrors.tooManyRequests(this.#limit.limit);
      backend.get(request.path.slice(restRoot.length), request.query, (body) => reply(200, body));
    } catch (error) {
      if (!(error instanceof GateRestError)) throw error;
      reply(error.status, { label: error.label, message: error.message });
    }
  }

  #route({ method, path }: ServerRequest): GateBackend {
    const backend = path.startsWith(`${restRoot}/spot/`)
      ? this.#spot
      : path.startsWith(`${restRoot}/futures/usdt/`)
      ? this.#futures
      : undefined;
    if (backend === undefined) throw gateRestErrors.notFound();
    if (method !== "GET") throw gateRestErrors.methodNotAllowed();
    return backend;
  }

  #traceHeaders(request: ServerRequest, inTime: number): Record<string, string> {
    const clientId = request.headers.get("x-client-request-id");
    return {
      "X-In-Time": String(inTime),
      "X-Out-Time": String(stampMs(this.#clock) * 1000),
      "X-Gate-Trace-Id": hexId(this.#random, 32),
      ...(clientId === null ? {} : { "X-Client-Request-Id": clientId }),
    };
  }

  /** UNCONFIRMED: the reset moment is in seconds. */
  #rateHeaders({ allowed, remaining, resetMs }: RateState): Record<string, string> {
    const reset = stampMs(this.#clock) + (allowed ? 0 : resetMs);
    return {
      "X-Gate-RateLimit-Requests-Remain": String(remaining),
      "X-Gate-RateLimit-Limit": String(this.#limit.limit),
      "X-Gate-RateLimit-Reset-Timestamp": String(Math.ceil(reset / 1000)),
    };
  }
}
