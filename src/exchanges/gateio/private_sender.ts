/**
 * Signed requests to Gate.io.
 * @module
 */
import * as v from "valibot";
import type { Clock } from "../../core/clock.ts";
import { errorMessage, NetworkError, ProtocolError, VenueError } from "../../core/errors.ts";
import type { HttpRequest, HttpResponse, Network } from "../../core/network.ts";
import type { Outcome } from "../../core/order_request.ts";
import { ClockError } from "../../net/clock_offset.ts";
import { RateLimitError } from "../../net/rate_limiter.ts";
import { parseLossless } from "../lossless_json.ts";
import { LenientClock } from "./private_clock.ts";
import { errorOutcome, type GateioError, notSent } from "./private_errors.ts";
import type { GateioSigner } from "./private_signer.ts";

/** What a sender is made of. */
export interface GateioSenderOptions {
  /** For whatever changes something: a transport that never repeats a request and sends without delay. */
  readonly orders: Network;
  /** For questions. */
  readonly queries: Network;
  /** Start of every address with `/api/v4`, without a slash at its end. */
  readonly baseUrl: string;
  readonly signer: GateioSigner;
  /** The venue's time, as near as it is known: it is signed. */
  readonly clock: Clock;
  /**
   * Time for a command in milliseconds, default 5,000. Orders carry the same time as their deadline, so that one which
   * was given up is not taken afterwards.
   */
  readonly orderTimeoutMs?: number;
  /** Time for a question in milliseconds, default 10,000. */
  readonly queryTimeoutMs?: number;
}

/** Parameters of a query in their order; those that are undefined are left out. */
export type GateioQuery = Readonly<Record<string, string | number | boolean | undefined>>;

/** A command. */
export interface GateioCommand {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path behind `/api/v4`. */
  readonly path: string;
  readonly query?: GateioQuery;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Whether the venue is to refuse it when it comes too late. */
  readonly expires?: boolean;
}

/** An answer that is no error. */
export interface GateioAnswer {
  /** JSON with whole numbers beyond 2^53 as text; undefined when there was none. */
  readonly body: unknown;
  /** Epoch milliseconds at the venue: from its header, or else from the clock. */
  readonly timeMs: number;
  /** Rows of the whole listing, where the venue tells it. */
  readonly total: number | undefined;
}

type SentCommand = Omit<GateioCommand, "method"> & { readonly method: GateioCommand["method"] | "GET" };

/** The label is what counts: nothing that is beside it may hide it. */
const errorBody = v.object({
  label: v.nullish(v.string(), ""),
  message: v.fallback(v.nullish(v.string()), undefined),
  detail: v.fallback(v.nullish(v.string()), undefined),
});
const defaultOrderTimeoutMs = 5_000;
const defaultQueryTimeoutMs = 10_000;
/** Characters of a foreign body that go into an error. */
const shownCharacters = 200;

/** Signs and sends. */
export class GateioSender {
  readonly #options: GateioSenderOptions;
  readonly #root: string;
  readonly #clock: LenientClock;

  constructor(options: GateioSenderOptions) {
    this.#options = options;
    this.#clock = new LenientClock(options.clock);
    this.#root = new URL(options.baseUrl).pathname;
  }

  /** The venue's time in epoch milliseconds, as near as it is known. */
  get nowMs(): number {
    return this.#clock.epochMs();
  }

  /**
   * Asks. The request may be repeated by the transport.
   *
   * @throws {NetworkError} when no answer came in time.
   * @throws {VenueError} when the answer is an error; its code is the label.
   * @throws {ProtocolError} when the answer is not JSON.
   * @throws {ClockError} when the venue's time is not known well enough to sign.
   */
  async ask(path: string, query: GateioQuery = {}): Promise<GateioAnswer> {
    const timeoutMs = this.#options.queryTimeoutMs ?? defaultQueryTimeoutMs;
    const request = this.#request({ method: "GET", path, query }, timeoutMs);
    const response = await this.#options.queries.fetch(request);
    if (isGood(response)) return this.#answer(request, response);
    const { status, label, message } = errorOf(response);
    throw new VenueError(
      `GET ${request.url} failed with status ${status}: ${label} ${message}`,
      status,
      label,
    );
  }

  /** Asks on the way of a command: failures are outcomes. */
  look(path: string, query: GateioQuery = {}): Promise<Outcome<GateioAnswer>> {
    return this.#outcome({ method: "GET", path, query });
  }

  /** Commands. What is thrown is a defect: every failure is an outcome, and never repeated. */
  command(command: GateioCommand): Promise<Outcome<GateioAnswer>> {
    return this.#outcome(command);
  }

  async #outcome(command: SentCommand): Promise<Outcome<GateioAnswer>> {
    const timeoutMs = this.#options.orderTimeoutMs ?? defaultOrderTimeoutMs;
    try {
      const request = this.#request(command, timeoutMs);
      const response = await this.#options.orders.fetch(request);
      if (isGood(response)) return { kind: "accepted", value: this.#answer(request, response) };
      return errorOutcome(errorOf(response), this.nowMs);
    } catch (error) {
      if (error instanceof ClockError) return notSent("clock", error.message);
      if (error instanceof RateLimitError) return notSent("rate", error.message, error.retryAfterMs);
      if (!(error instanceof NetworkError || error instanceof ProtocolError)) throw error;
      return { kind: "unknown", why: errorMessage(error) };
    }
  }

  #request(command: SentCommand, timeoutMs: number): HttpRequest {
    const { method, path, query = {}, body: content, expires = false } = command;
    const body = content === undefined ? "" : JSON.stringify(content);
    const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
    const signed = {
      method,
      path: this.#root + path,
      // The venue signs the query as it reads it: decoded.
      query: pairs.map(([name, value]) => `${name}=${value}`).join("&"),
      body,
    };
    const now = this.#options.clock.epochMs();
    const encoded = pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&");
    return {
      method,
      url: this.#options.baseUrl + path + (encoded === "" ? "" : `?${encoded}`),
      headers: {
        ...this.#options.signer.headers(signed, Math.floor(now / 1000)),
        ...(path.startsWith("/futures/") ? { "X-Gate-Size-Decimal": "1" } : {}),
        ...(body === "" ? {} : { "Content-Type": "application/json" }),
        ...(expires ? { "x-gate-exptime": String(Math.ceil(now + timeoutMs)) } : {}),
      },
      ...(body === "" ? {} : { body }),
      timeoutMs,
    };
  }

  #answer({ method, url }: HttpRequest, { text, headers }: HttpResponse): GateioAnswer {
    const microseconds = headerNumber(headers, "x-out-time");
    return {
      body: text === "" ? undefined : parseLossless(text, `The answer to ${method} ${url}`),
      timeMs: microseconds === undefined ? this.nowMs : Math.floor(microseconds / 1000),
      total: headerNumber(headers, "x-pagination-total"),
    };
  }
}

function isGood({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300;
}

function errorOf({ status, headers, text }: HttpResponse): GateioError {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // Proxies answer in HTML; the status says all that is known.
  }
  const read = v.safeParse(errorBody, body);
  const { label, message, detail } = read.success ? read.output : { label: "" };
  return {
    status,
    label,
    message: message || detail || text.slice(0, shownCharacters),
    resetAt: headerNumber(headers, "x-gate-ratelimit-reset-timestamp"),
  };
}

function headerNumber(headers: Headers, name: string): number | undefined {
  const text = headers.get(name);
  const value = Number(text ?? NaN);
  return text === "" || Number.isNaN(value) ? undefined : value;
}
