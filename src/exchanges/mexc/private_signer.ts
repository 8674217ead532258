/**
 * MEXC's signatures: HMAC-SHA256 over the query exactly as it is sent.
 * @module
 */
import { ConfigError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";
import { HmacKey } from "../../net/hmac_key.ts";

/** Parameters in the order in which they are sent. */
export type QueryPairs = readonly (readonly [name: string, value: string])[];

/** A key and its secret, in the open or concealed. */
export interface MexcKey {
  readonly apiKey: string | Secret;
  readonly secretKey: string | Secret;
}

/** What a {@link MexcSigner} takes. */
export interface MexcSignerOptions {
  readonly key: MexcKey;
  /** The venue's time as far as it is known, epoch milliseconds. May throw: then nothing is signed. */
  readonly now: () => number;
  /** How old a request may be when it arrives, 1 to 60,000 ms. The venue's own 5,000 when it is left out. */
  readonly recvWindowMs?: number;
}

/** The venue's longest window. */
const maxWindowMs = 60_000;
/** What needs no escape. */
const plain = /^[A-Za-z0-9._~-]*$/;
/** What `encodeURIComponent` leaves as it is and a URL parser may change: the signed text must be what is sent. */
const leftOver = /[!'()*]/g;

/** Signs with one key. The secret does not leave it. */
export class MexcSigner {
  readonly #apiKey: Secret;
  readonly #secretKey: HmacKey;
  readonly #now: () => number;
  readonly #window: QueryPairs;

  /** @throws {ConfigError} when the window is longer than the venue takes. */
  constructor({ key, now, recvWindowMs }: MexcSignerOptions) {
    if (recvWindowMs !== undefined && !(recvWindowMs >= 1 && recvWindowMs <= maxWindowMs)) {
      throw new ConfigError(`Cannot use a recvWindow of ${recvWindowMs} ms: MEXC takes 1 to ${maxWindowMs}`);
    }
    this.#apiKey = concealed(key.apiKey);
    this.#secretKey = new HmacKey("sha256", concealed(key.secretKey).reveal());
    this.#now = now;
    this.#window = recvWindowMs === undefined ? [] : [["recvWindow", String(Math.floor(recvWindowMs))]];
  }

  /** What names the key in a request. */
  get headers(): Record<string, string> {
    return { "X-MEXC-APIKEY": this.#apiKey.reveal() };
  }

  /**
   * The query of a request, without `?`: the parameters, `recvWindow` if one was chosen, `timestamp`, `signature`.
   *
   * @throws whatever the clock throws when it does not know the time well enough.
   */
  query(parameters: QueryPairs): string {
    const timestamp = ["timestamp", String(Math.floor(this.#now()))] as const;
    const text = encodeQuery([...parameters, ...this.#window, timestamp]);
    return `${text}&signature=${this.sign(text)}`;
  }

  /** Signature of a text (query, then body, with nothing in between) in lower-case hexadecimal. */
  sign(text: string): string {
    return this.#secretKey.sign(text);
  }
}

/** A query whose escapes are in upper case and which no URL parser changes. */
export function encodeQuery(parameters: QueryPairs): string {
  let text = "";
  for (const [name, value] of parameters) {
    text += `${text === "" ? "" : "&"}${encodePart(name)}=${encodePart(value)}`;
  }
  return text;
}

function encodePart(text: string): string {
  if (plain.test(text)) return text;
  return encodeURIComponent(text).replace(
    leftOver,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function concealed(text: string | Secret): Secret {
  return typeof text === "string" ? new Secret(text) : text;
}
