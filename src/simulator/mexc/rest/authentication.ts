/**
 * Who sent a request, and whether it is really them.
 * @module
 */
import { createHmac } from "node:crypto";
import type { ApiKey } from "../../accounts/account.ts";
import type { ServerRequest } from "../../transport/server_port.ts";
import type { MexcVenue } from "../mexc_venue.ts";
import type { Access } from "./endpoint.ts";
import { mexcErrors } from "./errors.ts";
import { isForm, type Parameters } from "./parameters.ts";

const keyHeader = "x-mexc-apikey";
/** UNCONFIRMED: which characters a key may have and how many. */
const keyPattern = /^[0-9A-Za-z_-]{1,64}$/;
const defaultWindowMs = 5000;
const maxWindowMs = 60_000;
/** A request may be this much ahead of the server's clock, exclusive. */
const maxAheadMs = 1000;

/** Checks keys, times and signatures. */
export class Authentication {
  readonly #venue: MexcVenue;

  constructor(venue: MexcVenue) {
    this.#venue = venue;
  }

  /** The key that a request names, if there is such a key. Nothing is proved by it. */
  named({ headers }: ServerRequest): ApiKey | undefined {
    const name = headers.get(keyHeader);
    return name === null ? undefined : this.#venue.context.accounts.key("mexc", name);
  }

  /**
   * The key that signed a request. UNCONFIRMED: the order of the checks.
   *
   * @throws {MexcError} 400, 700001, 10072, 44444, 10073, 700005, 700003, 700002, 700007.
   */
  check(request: ServerRequest, parameters: Parameters, access: Access): ApiKey {
    const name = request.headers.get(keyHeader) ?? "";
    if (name === "") throw mexcErrors.keyRequired();
    if (!keyPattern.test(name)) throw mexcErrors.keyFormat();
    const key = this.named(request);
    if (key === undefined) throw mexcErrors.unknownKey();
    this.#checkTime(parameters);
    const signature = parameters.required("signature");
    if (signature !== signatureOf(signedText(request), key.secretKey)) throw mexcErrors.badSignature();
    if (access !== "read" && !key.permissions.has(access)) throw mexcErrors.noPermission();
    return key;
  }

  #checkTime(parameters: Parameters): void {
    const sent = parameters.required("timestamp");
    if (!/^\d{1,16}$/.test(sent)) throw mexcErrors.badRequestTime();
    const sentMs = Number(sent);
    const windowMs = parameters.count("recvWindow", {
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      initial: defaultWindowMs,
    });
    if (windowMs > maxWindowMs) throw mexcErrors.windowTooLong();
    const { nowMs } = this.#venue;
    if (sentMs >= nowMs + maxAheadMs || nowMs - sentMs > windowMs) throw mexcErrors.outsideWindow();
  }
}

/**
 * The text that a signature is over: the query without its signature, and the body without it, with nothing in
 * between. Escapes count in upper case. UNCONFIRMED: whether a JSON body can carry its own signature; here it cannot.
 */
function signedText(request: ServerRequest): string {
  const query = upperEscapes(withoutSignature(request.search));
  if (request.method === "GET") return query;
  return query + (isForm(request) ? upperEscapes(withoutSignature(request.body)) : request.body);
}

function withoutSignature(text: string): string {
  return text.split("&").filter((part) => !part.startsWith("signature=")).join("&");
}

function upperEscapes(text: string): string {
  return text.replace(/%[0-9a-fA-F]{2}/g, (escape) => escape.toUpperCase());
}

function signatureOf(text: string, secretKey: string): string {
  return createHmac("sha256", secretKey).update(text).digest("hex");
}
