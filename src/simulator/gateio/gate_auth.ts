/**
 * Who sent a request: keys, timestamps and signatures of Gate.io.
 * @module
 */
import { createHash, createHmac } from "node:crypto";
import type { Clock } from "../../core/clock.ts";
import type { ApiKey } from "../accounts/account.ts";
import type { AccountRegistry } from "../accounts/account_registry.ts";
import type { ServerRequest } from "../transport/server_port.ts";
import { gateRestErrors } from "./gate_errors.ts";

/** How far a request's time may be from the exchange's, in seconds. */
const timeToleranceSeconds = 60;

/** Key, time and signature as a request states them. */
export interface GateCredentials {
  readonly apiKey: string;
  /** Unix seconds as text, which is what was signed; may have a fraction. */
  readonly timestamp: string;
  readonly signature: string;
}

/** Lower-case hexadecimal HMAC-SHA512. */
function sign(secret: string, text: string): string {
  return createHmac("sha512", secret).update(text).digest("hex");
}

/** The query as it is signed: not percent-encoded. */
function plainQuery(search: string): string {
  try {
    return decodeURIComponent(search);
  } catch {
    return search;
  }
}

/** Checks credentials against the accounts. */
export class GateAuth {
  readonly #clock: Clock;
  readonly #accounts: AccountRegistry;

  constructor(clock: Clock, accounts: AccountRegistry) {
    this.#clock = clock;
    this.#accounts = accounts;
  }

  /**
   * The key that signed a REST request.
   *
   * @throws {GateRestError} MISSING_REQUIRED_HEADER, REQUEST_EXPIRED, INVALID_KEY, INVALID_SIGNATURE.
   */
  rest(request: ServerRequest): ApiKey {
    // UNCONFIRMED: in which order absent headers are noticed.
    const [apiKey, timestamp, signature] = ["KEY", "Timestamp", "SIGN"].map((name) => {
      const value = request.headers.get(name);
      if (value === null || value === "") throw gateRestErrors.missingHeader(name);
      return value;
    }) as [string, string, string];
    const bodyHash = createHash("sha512").update(request.body).digest("hex");
    const parts = [request.method, request.path, plainQuery(request.search), bodyHash, timestamp];
    return this.check({ apiKey, timestamp, signature }, [parts.join("\n")]);
  }

  /**
   * The key behind credentials whose signature is over one of `texts`. The time is checked before the key.
   *
   * @throws {GateRestError} REQUEST_EXPIRED, INVALID_KEY, INVALID_SIGNATURE.
   */
  check({ apiKey, timestamp, signature }: GateCredentials, texts: readonly string[]): ApiKey {
    if (!this.inTime(Number(timestamp))) throw gateRestErrors.expired();
    const key = this.#accounts.key("gateio", apiKey);
    if (key === undefined) throw gateRestErrors.invalidKey();
    if (!texts.some((text) => sign(key.secretKey, text) === signature)) {
      throw gateRestErrors.invalidSignature();
    }
    return key;
  }

  /** Whether a time in Unix seconds is near enough to the exchange's. */
  inTime(seconds: number): boolean {
    return Math.abs(seconds - this.#clock.epochMs() / 1000) <= timeToleranceSeconds;
  }
}

/**
 * Checks what a key may do.
 *
 * @throws {GateRestError} READ_ONLY when it may only read, FORBIDDEN when it lacks this permission.
 */
export function checkPermission(key: ApiKey, access: "public" | "read" | "trade" | "withdraw"): void {
  if (access === "public" || access === "read" || key.permissions.has(access)) return;
  throw key.permissions.size === 0 ? gateRestErrors.readOnly() : gateRestErrors.forbidden();
}
