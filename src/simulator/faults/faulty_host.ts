/**
 * A venue's host on which things go wrong.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import {
  type ExchangeHost,
  jsonReply,
  type Respond,
  type ServerReply,
  type ServerRequest,
  type ServerSession,
  type ServerSocket,
  type UpgradeRequest,
} from "../transport/server_port.ts";
import type { FaultKind, FaultRule } from "./fault_rule.ts";
import type { FaultScript } from "./fault_script.ts";
import { FaultySocket } from "./faulty_socket.ts";
import { asksForListing, asksForOrder, isAbout, placesOrders, venueOf } from "./request_kinds.ts";

const unreachable: readonly FaultKind[] = ["refuse-connections", "dark"];
const placingFaults: readonly FaultKind[] = ["order-lost", "order-timeout", "order-error"];
/** A client that is left without an answer is cut after this time. */
const silenceMs = 120_000;

/** Passes everything on, except for what the script spoils. The exchange behind it does not notice. */
export class FaultyHost implements ExchangeHost {
  readonly #name: "mexc" | "gateio";
  readonly #venues: readonly ExchangeKey[];
  readonly #host: ExchangeHost;
  readonly #script: FaultScript;
  readonly #clock: Clock;

  /** @param name Which firm's host it is. */
  constructor(name: "mexc" | "gateio", host: ExchangeHost, script: FaultScript, clock: Clock) {
    this.#name = name;
    this.#venues = name === "mexc" ? ["MEXC_SPOT"] : ["GATEIO_SPOT", "GATEIO_FUTURES"];
    this.#host = host;
    this.#script = script;
    this.#clock = clock;
  }

  refusing(): boolean {
    return this.#venues.every((venue) => this.#script.holds(venue, ...unreachable)) ||
      (this.#host.refusing?.() ?? false);
  }

  accept(request: UpgradeRequest, socket: ServerSocket): ServerSession | undefined {
    const venue = venueOf(this.#name, request.path);
    if (this.#script.holds(venue, ...unreachable)) return undefined;
    const faulty = new FaultySocket(venue, socket, this.#script, this.#clock);
    const session = this.#host.accept(request, faulty);
    return session && faulty.guard(session);
  }

  handle(request: ServerRequest, respond: Respond): void {
    const venue = venueOf(this.#name, request.path);
    if (this.#script.holds(venue, ...unreachable)) return respond("cut");
    const storm = this.#strike(venue, ["rate-limit"], request, () => true);
    if (storm !== undefined) return respond(tooMany(venue, storm, this.#clock));
    const placing = this.#strike(venue, placingFaults, request, () => placesOrders(venue, request));
    if (placing !== undefined) return this.#place(placing, venue, request, respond);
    const query = this.#strike(
      venue,
      ["unknown-status", "order-not-found"],
      request,
      () => asksForOrder(venue, request),
    ) ?? this.#strike(venue, ["truncated-listing"], request, () => asksForListing(venue, request));
    if (query === undefined) return this.#host.handle(request, respond);
    this.#host.handle(request, (reply) => respond(reply === "cut" ? reply : spoil(reply, query, venue)));
  }

  #strike(
    venue: ExchangeKey,
    kinds: readonly FaultKind[],
    request: ServerRequest,
    usual: () => boolean,
  ): FaultRule | undefined {
    return this.#script.strike(
      venue,
      kinds,
      ({ path, symbol }) =>
        (path === undefined ? usual() : request.path.includes(path)) &&
        (symbol === undefined || isAbout(symbol, request)),
    );
  }

  #place(rule: FaultRule, venue: ExchangeKey, request: ServerRequest, respond: Respond): void {
    const leaveWaiting = (): void => {
      this.#clock.setTimer(rule.ms ?? silenceMs, () => respond("cut"));
    };
    if (rule.fault === "order-lost") return leaveWaiting();
    this.#host.handle(request, (reply) => {
      if (rule.fault === "order-timeout") leaveWaiting();
      else respond(reply !== "cut" && reply.status < 400 ? serverError(venue, rule.status) : reply);
    });
  }
}

/** Bodies as the venues write errors of their own. UNCONFIRMED wording. */
function serverError(venue: ExchangeKey, status: number): ServerReply {
  return venue === "MEXC_SPOT"
    ? jsonReply(status, { code: status, msg: "Service unavailable" })
    : jsonReply(status, { label: "SERVER_ERROR", message: "Internal server error" });
}

function tooMany(venue: ExchangeKey, rule: FaultRule, clock: Clock): ServerReply {
  const waitSeconds = Math.max(1, Math.ceil((rule.ms ?? 1000) / 1000));
  if (venue === "MEXC_SPOT") {
    return jsonReply(429, { code: 429, msg: "Too Many Requests" }, { "Retry-After": String(waitSeconds) });
  }
  return jsonReply(429, { label: "TOO_MANY_REQUESTS", message: "Request Rate limit Exceeded (311)" }, {
    "X-Gate-RateLimit-Requests-Remain": "0",
    "X-Gate-RateLimit-Limit": "200",
    "X-Gate-RateLimit-Reset-Timestamp": String(Math.floor(clock.epochMs() / 1000) + waitSeconds),
  });
}

/** Spoils a good answer to a query; failures pass as they are. */
function spoil(reply: ServerReply, rule: FaultRule, venue: ExchangeKey): ServerReply {
  if (reply.status >= 400) return reply;
  if (rule.fault === "order-not-found") return notFound(venue);
  if (rule.fault === "unknown-status") {
    // Ids may be beyond the doubles of JSON.parse, so the text itself is changed.
    const body = reply.body.replace(/"status":"[^"]*"/, () => `"status":${JSON.stringify(rule.value)}`);
    return { ...reply, body };
  }
  return { ...reply, body: firstRows(reply.body, rule.keep) };
}

function notFound(venue: ExchangeKey): ServerReply {
  // UNCONFIRMED: HTTP status and wording.
  return venue === "MEXC_SPOT"
    ? jsonReply(400, { code: -2013, msg: "Order does not exist." })
    : jsonReply(400, { label: "ORDER_NOT_FOUND", message: "Order not found" });
}

/** The first rows of a JSON array, without parsing numbers. */
function firstRows(body: string, keep: number): string {
  let depth = 0;
  let rows = 0;
  let inText = false;
  for (let index = 0; index < body.length; index++) {
    const char = body[index];
    if (inText) {
      if (char === "\\") index += 1;
      else if (char === '"') inText = false;
    } else if (char === '"') inText = true;
    else if (char === "[" || char === "{") {
      if (depth === 1 && keep === 0) return "[]";
      depth += 1;
    } else if (char === "]" || char === "}") {
      depth -= 1;
      if (depth === 1) rows += 1;
      if (depth === 1 && rows === keep) return `${body.slice(0, index + 1)}]`;
    }
  }
  return body;
}
