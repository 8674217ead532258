/**
 * What the parts of the simulated Gate.io are made of: REST endpoints, private channels, trading channels. Each
 * market lists its own; the host and the sessions do authentication, limits and envelopes.
 * @module
 */
import type { Account, ApiKey } from "../accounts/account.ts";

/** One call: of a REST endpoint, or of the same operation over the WebSocket trading API. */
export interface GateCall {
  /** Values of the `{names}` in the endpoint's path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The parsed JSON body; undefined when there was none. */
  readonly body: unknown;
  /** Request headers; over WebSocket those of the handshake, and above them those of `req_header`. */
  readonly headers: Headers;
  /** Who asks; undefined on public endpoints only. */
  readonly key: ApiKey | undefined;
  /** Where the call came from: it decides the default of `text`. */
  readonly source: "rest" | "ws";
  /** The venue's clock: whole epoch milliseconds. */
  readonly nowMs: number;
}

/** Takes the answer; called exactly once, at once or later. */
export type GateRespond = (status: number, body: unknown, headers?: Readonly<Record<string, string>>) => void;

/** What a call takes from a bucket. */
export interface GateCharge {
  /** Further part of the bucket's key, such as the market of an order. */
  readonly key?: string;
  /** Default 1. */
  readonly cost?: number;
}

/** A bucket of requests. */
export interface GateLimit {
  /** Endpoints with the same name share a bucket; default the endpoint itself. */
  readonly name?: string;
  readonly requests: number;
  readonly windowMs: number;
  /** Default `ip` for public endpoints, `uid` for the others. */
  readonly basis?: "ip" | "uid";
  /** What the call takes and where from; a batch over several markets takes from several buckets. Must not throw. */
  readonly of?: (call: GateCall) => GateCharge | readonly GateCharge[];
}

/** One REST endpoint. */
export interface GateEndpoint {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path behind `/api/v4` with names in braces: `/spot/orders/{order_id}`. A literal path wins over one with names. */
  readonly path: string;
  /** Who may call it: everybody, any key, keys with a permission. */
  readonly access: "public" | "read" | "trade" | "withdraw";
  /** Default: 200 requests in 10 s. */
  readonly limit?: GateLimit;
  /** @throws {GateRestError} when the call is refused at once. */
  handle(call: GateCall, respond: GateRespond): void;
}

/** One private channel. */
export interface GatePrivateChannel {
  /**
   * The payload as independent subscriptions, each with a payload of its own: what is left by one request must be
   * equal to what was joined by another. Absent: the payload as it is.
   *
   * @throws {GateWsError} when the payload is wrong.
   */
  parts?(payload: readonly unknown[]): readonly (readonly unknown[])[];
  /**
   * Starts pushing an account's messages; returns what ends it. `nowMs` of a push is the venue's clock. Called once
   * per connection, account and part.
   *
   * @param headers Headers of the handshake.
   * @throws {GateWsError} when the payload is wrong.
   */
  open(
    account: Account,
    payload: readonly unknown[],
    push: (frame: string) => void,
    headers: Headers,
  ): () => void;
}

/** One channel of the WebSocket trading API, without its envelope. */
export interface GateApiChannel {
  /** Whether an acknowledgement is sent before the answer: order placement. */
  readonly acknowledged: boolean;
  /** Permission that it needs. */
  readonly access: "read" | "trade";
  /** Only channels with a limit state it in their headers. Buckets with a name are shared with REST. */
  readonly limit?: GateLimit;
  /**
   * Answers with `data.result`. `call.body` is the `req_param`.
   *
   * @throws {GateRestError} whose label and message become `data.errs`, and whose status the header's.
   */
  handle(call: GateCall, respond: GateRespond): void;
}

/** What one market answers (or account and wallet, which have no channels). */
export interface GateModule {
  readonly endpoints: readonly GateEndpoint[];
  readonly privateChannels: ReadonlyMap<string, GatePrivateChannel>;
  readonly apiChannels: ReadonlyMap<string, GateApiChannel>;
  /** Stops timers for good. */
  stop?(): void;
}

/** A module with nothing in it. */
export const emptyModule: GateModule = {
  endpoints: [],
  privateChannels: new Map(),
  apiChannels: new Map(),
};
