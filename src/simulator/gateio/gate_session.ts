/**
 * One WebSocket connection to a Gate.io market.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import type { SeededRandom } from "../../core/random.ts";
import type { Subscriber, Topic } from "../publish/topic.ts";
import type { Frame, ServerSession, ServerSocket, UpgradeRequest } from "../transport/server_port.ts";
import { stampMs } from "../venue_context.ts";
import { GateApi } from "./gate_api.ts";
import type { GateAuth } from "./gate_auth.ts";
import type { GateBackend } from "./gate_backend.ts";
import type { GateModule } from "./gate_endpoint.ts";
import { GateWsError } from "./gate_errors.ts";
import type { GateLimits } from "./gate_limits.ts";
import { GatePrivateStreams } from "./gate_private_streams.ts";
import { gatePush } from "./gate_push.ts";
import { type GateRequest, parseGateRequest } from "./gate_request.ts";
import { hexId } from "./hex_id.ts";

/** Which market a session serves. */
export type GateMarket = "spot" | "futures";

/** What all sessions of a market share. */
export interface GateSessionParts {
  readonly market: GateMarket;
  readonly backend: GateBackend;
  readonly module: GateModule;
  readonly auth: GateAuth;
  readonly limits: GateLimits;
  readonly clock: Clock;
  /** Draws the ids of connections and of their replies. */
  readonly random: SeededRandom;
}

const upgradeNotice = "The connection will soon be closed for a service upgrade. Please reconnect.";

/** Speaks the common envelope: acknowledgements, errors, pongs; market data comes from the topics. */
export class GateSession implements ServerSession, Subscriber {
  readonly #parts: GateSessionParts;
  readonly #socket: ServerSocket;
  readonly #headers: Headers;
  readonly #ended: () => void;
  readonly #connectionId: string;
  readonly #topics = new Set<Topic>();
  readonly #private: GatePrivateStreams;
  readonly #api: GateApi;

  /** @param ended Called when the connection is gone. */
  constructor(
    parts: GateSessionParts,
    { headers, address }: UpgradeRequest,
    socket: ServerSocket,
    ended: () => void,
  ) {
    this.#parts = parts;
    this.#socket = socket;
    this.#ended = ended;
    this.#headers = headers;
    const { market, module, auth, limits, clock, random } = parts;
    const connectionId = hexId(random, 16);
    this.#connectionId = connectionId;
    this.#private = new GatePrivateStreams(auth, headers, (frame) => this.push(frame));
    this.#api = new GateApi({
      market,
      channels: module.apiChannels,
      auth,
      limits,
      clock,
      random,
      connectionId,
      headers,
      address,
      send: (message) => this.#send(message),
    });
  }

  onText(text: string): void {
    const request = parseGateRequest(text);
    // UNCONFIRMED: the reply to text that is not a request at all.
    if (request === undefined) this.#malformed();
    else if (request.channel === `${this.#parts.market}.ping`) this.#pong();
    else if (request.api !== undefined) this.#api.handle(request, text);
    else this.#execute(request);
  }

  onBinary(): void {
    this.#malformed();
  }

  onClose(): void {
    for (const topic of this.#topics) topic.remove(this);
    this.#topics.clear();
    this.#private.close();
    this.#ended();
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  push(frame: Frame): void {
    this.#socket.send(frame);
  }

  /** Tells that the connection is going to be closed. */
  announceUpgrade(): void {
    const { market, clock } = this.#parts;
    const result = { type: "upgrade", msg: upgradeNotice };
    this.push(gatePush(`${market}.system`, "update", stampMs(clock), result));
  }

  #execute(request: GateRequest): void {
    try {
      this.#checkTime(request);
      const { channel, event, payload } = request;
      // UNCONFIRMED wording, and code.
      if (!channel.startsWith(`${this.#parts.market}.`)) {
        throw new GateWsError(2, `unknown channel: ${channel}`);
      }
      const own = this.#parts.module.privateChannels.get(channel);
      const isKnown = event === "subscribe" || event === "unsubscribe";
      if (own !== undefined && isKnown) this.#private.execute(own, request);
      else {
        const topics = this.#parts.backend.topics(channel, payload, this.#headers);
        if (event === "subscribe") this.#subscribe(topics);
        else if (event === "unsubscribe") this.#unsubscribe(topics);
        else throw new GateWsError(2, `unknown event: ${event}`);
      }
      this.#reply(request, { result: { status: "success" } });
    } catch (error) {
      if (!(error instanceof GateWsError)) throw error;
      const { code, message } = error;
      this.#reply(request, { error: { code, message }, result: code === 4 ? null : { status: "fail" } });
    }
  }

  /** UNCONFIRMED: code and wording of the refusal. */
  #checkTime({ time }: GateRequest): void {
    if (time === undefined) throw new GateWsError(1, "missing field: time");
    if (!this.#parts.auth.inTime(time)) throw new GateWsError(2, `invalid time: ${time}`);
  }

  /** All or none: a stream that may not be joined twice undoes the others. */
  #subscribe(topics: readonly Topic[]): void {
    const joined: Topic[] = [];
    try {
      for (const topic of topics) {
        topic.add(this);
        if (this.#topics.has(topic)) continue;
        this.#topics.add(topic);
        joined.push(topic);
      }
    } catch (error) {
      this.#unsubscribe(joined);
      throw error;
    }
  }

  /** UNCONFIRMED: leaving a stream that the connection never joined succeeds. */
  #unsubscribe(topics: readonly Topic[]): void {
    for (const topic of topics) {
      this.#topics.delete(topic);
      topic.remove(this);
    }
  }

  #reply({ id, channel, event, payload }: GateRequest, outcome: Record<string, unknown>): void {
    const trace = hexId(this.#parts.random, 32);
    this.#send({
      ...this.#times(),
      ...(id === undefined ? {} : { id }),
      conn_id: this.#connectionId,
      trace_id: trace,
      channel,
      event,
      payload,
      ...outcome,
      ...(this.#parts.market === "spot" ? { requestId: trace } : {}),
    });
  }

  #malformed(): void {
    this.#send({
      ...this.#times(),
      conn_id: this.#connectionId,
      trace_id: hexId(this.#parts.random, 32),
      channel: "",
      event: "",
      error: { code: 1, message: "malformed request" },
      result: { status: "fail" },
    });
  }

  #pong(): void {
    const channel = `${this.#parts.market}.pong`;
    this.#send({ ...this.#times(), channel, event: "", error: null, result: null });
  }

  #times(): { time: number; time_ms: number } {
    const now = stampMs(this.#parts.clock);
    return { time: Math.floor(now / 1000), time_ms: now };
  }

  #send(message: Record<string, unknown>): void {
    this.#socket.send(JSON.stringify(message));
  }
}
