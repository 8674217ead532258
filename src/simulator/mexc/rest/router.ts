/**
 * The REST interface: from a request to the endpoint that answers it.
 * @module
 */
import { jsonReply, type ServerReply, type ServerRequest } from "../../transport/server_port.ts";
import type { MexcVenue } from "../mexc_venue.ts";
import { Authentication } from "./authentication.ts";
import type { Endpoint } from "./endpoint.ts";
import { MexcError, mexcErrors } from "./errors.ts";
import { Parameters } from "./parameters.ts";
import { type Rejection, RequestLimits } from "./request_limits.ts";

/** Answers requests with the endpoints of a table. */
export class MexcRouter {
  readonly #authentication: Authentication;
  readonly #limits: RequestLimits;
  readonly #endpoints = new Map<string, Map<string, Endpoint>>();

  /** @param endpoints The table; a method and path stands in it once. */
  constructor(venue: MexcVenue, endpoints: readonly Endpoint[]) {
    this.#authentication = new Authentication(venue);
    this.#limits = new RequestLimits(venue.context.clock);
    for (const endpoint of endpoints) {
      const methods = this.#endpoints.get(endpoint.path) ?? new Map<string, Endpoint>();
      this.#endpoints.set(endpoint.path, methods.set(endpoint.method, endpoint));
    }
  }

  /** Answers a request; errors become bodies of the form `{"code":…,"msg":…}`. */
  handle(request: ServerRequest): ServerReply {
    try {
      return this.#answer(request, this.#find(request));
    } catch (error) {
      if (!(error instanceof MexcError)) throw error;
      return jsonReply(error.status, { code: error.code, msg: error.message });
    }
  }

  #answer(request: ServerRequest, endpoint: Endpoint): ServerReply {
    const parameters = Parameters.of(request);
    const rejection = this.#count(request, endpoint, parameters);
    if (rejection !== undefined) return tooManyRequests(rejection);
    if (endpoint.access === "public") return jsonReply(200, endpoint.answer({ parameters }));
    const key = this.#authentication.check(request, parameters, endpoint.access);
    return jsonReply(200, endpoint.answer({ parameters, key, account: key.account }));
  }

  #find({ method, path }: ServerRequest): Endpoint {
    const methods = this.#endpoints.get(path);
    if (methods === undefined) throw mexcErrors.notFound();
    const endpoint = methods.get(method);
    if (endpoint === undefined) throw mexcErrors.methodNotAllowed();
    return endpoint;
  }

  #count(request: ServerRequest, endpoint: Endpoint, parameters: Parameters): Rejection | undefined {
    const { address } = request;
    const key = endpoint.access === "public" ? undefined : this.#authentication.named(request);
    const { weight } = endpoint;
    return this.#limits.take({
      endpoint: `${endpoint.method} ${endpoint.path}`,
      weight: typeof weight === "number" ? weight : weight(parameters),
      caller: key === undefined ? address : `uid ${key.account.uid}`,
      address,
      paces: endpoint.paces ?? [],
    });
  }
}

/**
 * `Retry-After` is in seconds. UNCONFIRMED: wording of the text, and the code in the body of a 418, for which 429 is
 * the only documented one about the number of requests.
 */
function tooManyRequests({ status, waitMs }: Rejection): ServerReply {
  const headers = { "Retry-After": String(Math.ceil(waitMs / 1000)) };
  return jsonReply(status, { code: 429, msg: "Too Many Requests" }, headers);
}
