/**
 * Signatures of Gate.io: HMAC-SHA512 in lower-case hexadecimal.
 * @module
 */
import { createHash } from "node:crypto";
import { HmacKey } from "../../net/hmac_key.ts";

/** Text that is shown to nobody but its user. */
export interface Concealed {
  reveal(): string;
}

/** A key and its secret, in the open or concealed. */
export interface GateioKey {
  readonly apiKey: string | Concealed;
  readonly secretKey: string | Concealed;
}

/** What of a request is signed. */
export interface SignedRequest {
  readonly method: string;
  /** Path with `/api/v4`, without host and query. */
  readonly path: string;
  /** Query in the order of the URL, not percent-encoded; empty for none. */
  readonly query: string;
  /** Empty for none. */
  readonly body: string;
}

/** `auth` of a subscription. */
export interface SubscriptionAuth {
  readonly method: "api_key";
  readonly KEY: string;
  readonly SIGN: string;
}

/** Credentials in a login of the WebSocket trading API. */
export interface LoginPayload {
  readonly api_key: string;
  readonly signature: string;
  readonly timestamp: string;
}

/** SHA-512 of no bytes: what most requests have for a body. */
const emptyHash = createHash("sha512").update("").digest("hex");

/** Signs with one key. The secret does not leave it. */
export class GateioSigner {
  readonly #apiKey: string;
  readonly #secretKey: HmacKey;

  constructor(key: GateioKey) {
    this.#apiKey = revealed(key.apiKey);
    this.#secretKey = new HmacKey("sha512", revealed(key.secretKey));
  }

  /** Headers of a REST request. @param seconds Unix time of the venue. */
  headers({ method, path, query, body }: SignedRequest, seconds: number): Record<string, string> {
    const hash = body === "" ? emptyHash : createHash("sha512").update(body).digest("hex");
    const timestamp = String(seconds);
    const text = `${method}\n${path}\n${query}\n${hash}\n${timestamp}`;
    return { KEY: this.#apiKey, Timestamp: timestamp, SIGN: this.#secretKey.sign(text) };
  }

  /** `auth` of a subscription. @param seconds `time` of the same request. */
  subscription(channel: string, event: "subscribe" | "unsubscribe", seconds: number): SubscriptionAuth {
    const text = `channel=${channel}&event=${event}&time=${seconds}`;
    return { method: "api_key", KEY: this.#apiKey, SIGN: this.#secretKey.sign(text) };
  }

  /** Credentials for `*.login`, or for one request when its `req_param` is given as it is sent. */
  login(channel: string, seconds: number, parameter = ""): LoginPayload {
    const timestamp = String(seconds);
    const signature = this.#secretKey.sign(`api\n${channel}\n${parameter}\n${timestamp}`);
    return { api_key: this.#apiKey, signature, timestamp };
  }
}

function revealed(text: string | Concealed): string {
  return typeof text === "string" ? text : text.reveal();
}
