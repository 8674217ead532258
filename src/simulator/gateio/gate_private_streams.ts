/**
 * The private subscriptions of one connection.
 * @module
 */
import type { GateAuth } from "./gate_auth.ts";
import type { GatePrivateChannel } from "./gate_endpoint.ts";
import { GateRestError, gateRestErrors, GateWsError } from "./gate_errors.ts";
import { scalarText } from "./gate_json.ts";
import { type GateRequest, isRecord } from "./gate_request.ts";

/** Code of a failed authentication. */
const authFailed = 4;

/** Joins and leaves private streams, each with its own signature. */
export class GatePrivateStreams {
  readonly #auth: GateAuth;
  readonly #headers: Headers;
  readonly #push: (frame: string) => void;
  readonly #open = new Map<string, () => void>();

  /** @param headers Headers of the handshake. */
  constructor(auth: GateAuth, headers: Headers, push: (frame: string) => void) {
    this.#auth = auth;
    this.#headers = headers;
    this.#push = push;
  }

  /**
   * Executes a subscribe or unsubscribe request as a whole or not at all.
   *
   * @throws {GateWsError} 4 when the authentication fails, 1 or 2 when the payload is wrong.
   */
  execute(channel: GatePrivateChannel, request: GateRequest): void {
    const { account } = this.#authenticate(request);
    const parts = channel.parts?.(request.payload) ?? [request.payload];
    const named = parts.map((payload) => {
      return { payload, name: `${request.channel} ${account.uid} ${JSON.stringify(payload)}` };
    });
    if (request.event === "unsubscribe") {
      for (const { name } of named) this.#leave(name);
      return;
    }
    const joined: string[] = [];
    try {
      for (const { payload, name } of named) {
        if (this.#open.has(name)) continue;
        this.#open.set(name, channel.open(account, payload, this.#push, this.#headers));
        joined.push(name);
      }
    } catch (error) {
      for (const name of joined) this.#leave(name);
      throw error;
    }
  }

  /** Ends everything. */
  close(): void {
    for (const leave of this.#open.values()) leave();
    this.#open.clear();
  }

  #leave(name: string): void {
    this.#open.get(name)?.();
    this.#open.delete(name);
  }

  #authenticate({ channel, event, time, auth }: GateRequest): ReturnType<GateAuth["check"]> {
    try {
      // UNCONFIRMED: the answer to a request without credentials.
      if (!isRecord(auth)) throw gateRestErrors.notLoggedIn();
      const { KEY: apiKey, SIGN: signature } = auth;
      const credentials = {
        apiKey: scalarText(apiKey),
        signature: scalarText(signature),
        timestamp: scalarText(time),
      };
      return this.#auth.check(credentials, [`channel=${channel}&event=${event}&time=${time}`]);
    } catch (error) {
      if (!(error instanceof GateRestError)) throw error;
      throw new GateWsError(authFailed, JSON.stringify(error.body) + "\n");
    }
  }
}
