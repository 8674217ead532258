/**
 * The WebSocket trading API of one connection: login, acknowledgement, answer.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import type { SeededRandom } from "../../core/random.ts";
import type { ApiKey } from "../accounts/account.ts";
import { stampMs } from "../venue_context.ts";
import { checkPermission, type GateAuth } from "./gate_auth.ts";
import type { GateApiChannel, GateCall, GateRespond } from "./gate_endpoint.ts";
import { GateRestError, gateRestErrors } from "./gate_errors.ts";
import { scalarText } from "./gate_json.ts";
import { type GateLimits, type GateRate, rateFields } from "./gate_limits.ts";
import { rawMember } from "./gate_raw_json.ts";
import { type GateRequest, isRecord } from "./gate_request.ts";
import { checkDeadline } from "./gate_rest.ts";
import { hexId } from "./hex_id.ts";

/** What trading requests of a connection are answered with. */
export interface GateApiParts {
  readonly market: "spot" | "futures";
  readonly channels: ReadonlyMap<string, GateApiChannel>;
  readonly auth: GateAuth;
  readonly limits: GateLimits;
  readonly clock: Clock;
  /** Draws trace ids. */
  readonly random: SeededRandom;
  readonly connectionId: string;
  /** Headers of the handshake. */
  readonly headers: Headers;
  /** IP address of the client. */
  readonly address: string;
  /** Sends a message. */
  readonly send: (message: Record<string, unknown>) => void;
}

/** A trading request on its way. */
interface Trading {
  readonly channel: string;
  /** `req_id`: what the answer is found by. */
  readonly id: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** `req_param` exactly as it was sent. */
  readonly rawParam: string;
  readonly inTime: number;
  readonly traceId: string;
  rate: GateRate | undefined;
}

/** What a header may consist of; a client's text may be anything. */
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const headerValue = /^[\t\x20-\x7e]*$/;

/** Remembers who logged in. */
export class GateApi {
  readonly #parts: GateApiParts;
  readonly #connectionTrace: string;
  readonly #clientId: string;
  #key: ApiKey | undefined;

  constructor(parts: GateApiParts) {
    this.#parts = parts;
    this.#connectionTrace = hexId(parts.random, 32);
    this.#clientId = `${parts.address}-0x${hexId(parts.random, 11)}`;
  }

  /** Answers a request. @param text The message as it was sent. */
  handle(request: GateRequest, text: string): void {
    const payload = request.api ?? {};
    const trading: Trading = {
      channel: request.channel,
      id: scalarText(payload["req_id"]),
      payload,
      rawParam: rawMember(rawMember(text, "payload") ?? "{}", "req_param") ?? "",
      inTime: stampMs(this.#parts.clock) * 1000,
      traceId: hexId(this.#parts.random, 32),
      rate: undefined,
    };
    try {
      if (request.channel === `${this.#parts.market}.login`) this.#login(trading);
      else this.#execute(trading);
    } catch (error) {
      if (!(error instanceof GateRestError)) throw error;
      this.#refuse(trading, error);
    }
  }

  /** ccxt sends `{}` or `""` as parameters of the login and signs that; the documents sign nothing. */
  #login(trading: Trading): void {
    const key = this.#authenticate(trading, [trading.rawParam, ""]);
    if (key === undefined) throw gateRestErrors.invalidKey();
    this.#key = key;
    this.#answer(trading, 200, { result: { api_key: key.apiKey, uid: key.account.uid } });
  }

  #execute(trading: Trading): void {
    const channel = this.#parts.channels.get(trading.channel);
    // UNCONFIRMED: the answer to a channel that does not exist.
    if (channel === undefined) {
      throw new GateRestError(404, "NOT_FOUND", `unknown channel: ${trading.channel}`);
    }
    const key = this.#authenticate(trading, [trading.rawParam]) ?? this.#key;
    if (key === undefined) throw gateRestErrors.notLoggedIn();
    const call = this.#call(trading, key);
    if (channel.limit !== undefined) {
      const { limits, address, market } = this.#parts;
      trading.rate = limits.take(trading.channel, channel.limit, call, address);
      if (!trading.rate.allowed) throw gateRestErrors.tooManyRequests(market === "spot" ? 211 : 311);
    }
    checkPermission(key, channel.access);
    if (channel.access === "trade") checkDeadline(call);
    if (channel.acknowledged) this.#acknowledge(trading);
    const respond: GateRespond = (status, result) => {
      this.#answer(
        trading,
        status < 300 ? 200 : status,
        { result },
        channel.acknowledged ? false : undefined,
      );
    };
    channel.handle(call, respond);
  }

  /** The key of the request's own credentials; undefined when it has none. */
  #authenticate({ channel, payload }: Trading, parameters: readonly string[]): ApiKey | undefined {
    const { api_key: apiKey, signature, timestamp } = payload;
    if (apiKey === undefined && signature === undefined) return undefined;
    const time = scalarText(timestamp);
    const credentials = { apiKey: scalarText(apiKey), signature: scalarText(signature), timestamp: time };
    const texts = parameters.map((parameter) => `api\n${channel}\n${parameter}\n${time}`);
    return this.#parts.auth.check(credentials, texts);
  }

  #call({ payload }: Trading, key: ApiKey): GateCall {
    const headers = new Headers(this.#parts.headers);
    const own = payload["req_header"];
    if (isRecord(own)) {
      for (const [name, value] of Object.entries(own)) {
        const text = scalarText(value);
        if (headerName.test(name) && headerValue.test(text)) headers.set(name, text);
      }
    }
    return {
      params: {},
      query: new URLSearchParams(),
      body: payload["req_param"],
      headers,
      key,
      source: "ws",
      nowMs: stampMs(this.#parts.clock),
    };
  }

  #acknowledge(trading: Trading): void {
    const { req_header: header = null, req_param: parameter } = trading.payload;
    this.#answer(
      trading,
      200,
      { result: { req_id: trading.id, req_header: header, req_param: parameter } },
      true,
    );
  }

  #refuse(trading: Trading, { status, label, message }: GateRestError): void {
    this.#answer(trading, status, { errs: { label, message } }, false);
  }

  #answer(trading: Trading, status: number, data: Record<string, unknown>, ack?: boolean): void {
    const { clock, connectionId, send } = this.#parts;
    const now = stampMs(clock);
    send({
      request_id: trading.id,
      ...(ack === undefined ? {} : { ack }),
      header: {
        response_time: String(now),
        status: String(status),
        channel: trading.channel,
        event: "api",
        client_id: this.#clientId,
        x_in_time: trading.inTime,
        x_out_time: now * 1000,
        conn_id: connectionId,
        conn_trace_id: this.#connectionTrace,
        trace_id: trading.traceId,
        ...(trading.rate === undefined ? {} : rateFields(trading.rate)),
      },
      data,
    });
  }
}
