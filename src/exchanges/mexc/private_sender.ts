/**
 * Signed requests on their way out.
 * @module
 */
import { CexarbError, errorMessage, NetworkError } from "../../core/errors.ts";
import { type HttpResponse, type Network, RequestError } from "../../core/network.ts";
import type { RefusalReason } from "../../core/order_request.ts";
import { RateLimitError } from "../../net/rate_limiter.ts";
import type { MexcSigner, QueryPairs } from "./private_signer.ts";

/** A request before it is signed. It is signed when it is sent, however long it had to wait before. */
export interface PrivateRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Path from the root of the host, with leading slash. */
  readonly path: string;
  readonly parameters: QueryPairs;
}

/** A request was given up before a byte of it left: the venue knows nothing of it. */
export class UnsentError extends CexarbError {
  override readonly name = "UnsentError";

  /** @param reason `clock` when the venue's time is not known well enough, `rate` when its turn did not come. */
  constructor(message: string, readonly reason: RefusalReason) {
    super(message);
  }
}

/** Signs and sends. One that keeps a venue's limits can stand in front of another. */
export interface SignedSender {
  /**
   * The venue's answer, whatever its status.
   *
   * @throws {NetworkError} when there is no complete answer: what the venue did is unknown.
   * @throws {UnsentError} when nothing was sent.
   */
  send(request: PrivateRequest): Promise<HttpResponse>;
}

/** What a {@link MexcSender} takes. */
export interface MexcSenderOptions {
  /** For orders: one that never sends a request twice. */
  readonly network: Pick<Network, "fetch">;
  /** Start of every address, without a slash at its end. */
  readonly baseUrl: string;
  readonly signer: MexcSigner;
  /** Time for one request in milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
}

/** Sends each request once, everything in the query. */
export class MexcSender implements SignedSender {
  constructor(private readonly options: MexcSenderOptions) {}

  async send({ method, path, parameters }: PrivateRequest): Promise<HttpResponse> {
    const { network, baseUrl, signer, timeoutMs = 10_000 } = this.options;
    const url = `${baseUrl}${path}?${this.#query(parameters)}`;
    // The venue refuses other kinds of body (700013), also of an empty one.
    const kind = method === "GET" ? undefined : { "Content-Type": "application/json" };
    try {
      return await network.fetch({ method, url, headers: { ...signer.headers, ...kind }, timeoutMs });
    } catch (error) {
      throw withoutUrl(error);
    }
  }

  #query(parameters: QueryPairs): string {
    try {
      return this.options.signer.query(parameters);
    } catch (error) {
      throw new UnsentError(`Cannot sign a request to MEXC: ${errorMessage(error)}`, "clock");
    }
  }
}

/** The same error, without the signature: the message of a network has the URL in it. */
function withoutUrl(error: unknown): unknown {
  if (!(error instanceof NetworkError) || error instanceof RateLimitError) return error;
  const message = withoutSignatures(error.message);
  return error instanceof RequestError ? new RequestError(message, error.sent) : new NetworkError(message);
}

const confidential = /\b(signature|listenKey)=[^&\s"]+/g;

/** A message without what a URL in it proves or opens. */
export function withoutSignatures(message: string): string {
  return message.replace(confidential, "$1=***");
}
