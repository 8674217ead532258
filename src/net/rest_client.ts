/**
 * Requests for JSON.
 * @module
 */
import { errorMessage, ProtocolError, VenueError } from "../core/errors.ts";
import type { HttpRequest, HttpResponse, Network } from "../core/network.ts";

/** Settings of a {@link RestClient}. */
export interface RestClientOptions {
  readonly network: Network;
  /** Start of every address, without a slash at its end. */
  readonly baseUrl: string;
  /** Time for one request in milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
  /** Takes the venue's error code or label out of an error body; empty when there is none. */
  readonly errorCode: (body: unknown) => string;
}

/** Query parameters; those that are undefined are left out. */
export type QueryParameters = Readonly<Record<string, string | number | boolean | undefined>>;

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
    return this.#body(request, await this.options.network.fetch(request));
  }

  #body(request: HttpRequest, response: HttpResponse): unknown {
    const ok = response.status >= 200 && response.status < 300;
    let body: unknown;
    try {
      body = JSON.parse(response.text);
    } catch (error) {
      if (ok) {
        throw new ProtocolError(
          `${request.method} ${request.url} did not answer JSON: ${errorMessage(error)}`,
        );
      }
    }
    if (ok) return body;
    const code = this.options.errorCode(body);
    throw new VenueError(
      `${request.method} ${request.url} failed with status ${response.status}: ${
        response.text.slice(0, 200)
      }`,
      response.status,
      code,
    );
  }
}
