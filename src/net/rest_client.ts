/**
 * Requests for JSON.
 * @module
 */
import { errorMessage, ProtocolError, VenueError } from "../core/errors.ts";
import type { HttpRequest, HttpResponse, Network } from "../core/network.ts";
import { shownAddress } from "./http_address.ts";
import { type RepeatOptions, repeatSafely } from "./safe_repeat.ts";

/** Settings of a {@link RestClient}. */
export interface RestClientOptions {
  readonly network: Network;
  /** Start of every address, without a slash at its end. */
  readonly baseUrl: string;
  /** Time for one request in milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
  /** Takes the venue's error code or label out of an error body; empty when there is none. */
  readonly errorCode: (body: unknown) => string;
  /** Repeats what {@link RestClient.request} may repeat. Default: nothing. */
  readonly repeat?: RepeatOptions;
}

/** Query parameters; those that are undefined are left out. */
export type QueryParameters = Readonly<Record<string, string | number | boolean | undefined>>;

/** A request as its sender builds it. */
export interface RestRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path after the base address with leading slash, and query, percent-encoded, exactly as they are signed. */
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** How a request may be treated. */
export interface RequestPolicy {
  /** Whether it changes nothing, however often it arrives. Only a GET that says so is repeated after it was sent. */
  readonly idempotent: boolean;
  /** Time for all attempts in milliseconds. Default that of the client. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** An answer with status 2xx. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** JSON; undefined when the answer had no body. */
  readonly body: unknown;
}

/** Sends requests to one venue. Errors are typed: no answer, an error answer, or an answer that is not JSON. */
export class RestClient {
  constructor(private readonly options: RestClientOptions) {}

  /**
   * Gets a JSON document.
   *
   * @param path Path after the base address, with leading slash.
   * @throws {NetworkError} when no answer came in time.
   * @throws {VenueError} when the status is not 2xx.
   * @throws {ProtocolError} when the body is not JSON.
   */
  async get(path: string, query: QueryParameters = {}): Promise<unknown> {
    const parameters = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) {
      if (value !== undefined) parameters.set(key, String(value));
    }
    const text = parameters.toString();
    const url = this.options.baseUrl + path + (text === "" ? "" : "?" + text);
    const request = { method: "GET", url, timeoutMs: this.options.timeoutMs ?? 10_000 };
    return this.#body(`GET ${url}`, await this.options.network.fetch(request));
  }

  /**
   * Sends a request that may be signed.
   *
   * @param build Called once for every attempt, so that a repeated request is signed anew.
   * @throws {NetworkError} when no answer came in time; a `RequestError` among them says whether it was sent.
   * @throws {VenueError} when the status is not 2xx.
   * @throws {ProtocolError} when the body is not JSON.
   */
  async request(build: () => RestRequest, policy: RequestPolicy): Promise<RestAnswer> {
    const { repeat } = this.options;
    const timeoutMs = policy.timeoutMs ?? this.options.timeoutMs ?? 10_000;
    if (repeat === undefined) return await this.#attempt(build(), timeoutMs, policy.signal);
    const first = build();
    let isFirst = true;
    return await repeatSafely(repeat, policy.idempotent && first.method === "GET", timeoutMs, (leftMs) => {
      const request = isFirst ? first : build();
      isFirst = false;
      return this.#attempt(request, leftMs, policy.signal);
    });
  }

  async #attempt(
    { method, path, headers, body }: RestRequest,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<RestAnswer> {
    const request: HttpRequest = {
      method,
      url: this.options.baseUrl + path,
      timeoutMs,
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    };
    const response = await this.options.network.fetch(request);
    const isEmpty = response.text === "" && response.status >= 200 && response.status < 300;
    return {
      status: response.status,
      headers: response.headers,
      body: isEmpty ? undefined : this.#body(`${method} ${shownAddress(request.url)}`, response),
    };
  }

  #body(what: string, response: HttpResponse): unknown {
    const ok = response.status >= 200 && response.status < 300;
    let body: unknown;
    try {
      body = JSON.parse(response.text);
    } catch (error) {
      if (ok) {
        throw new ProtocolError(
          `${what} did not answer JSON: ${errorMessage(error)}`,
        );
      }
    }
    if (ok) return body;
    const code = this.options.errorCode(body);
    throw new VenueError(
      `${what} failed with status ${response.status}: ${response.text.slice(0, 200)}`,
      response.status,
      code,
    );
  }
}
