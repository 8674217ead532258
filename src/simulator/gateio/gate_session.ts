/**
 * One WebSocket connection to a Gate.io market.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import type { SeededRandom } from "../../core/random.ts";
import type { Subscriber, Topic } from "../publish/topic.ts";
import type { Frame, ServerSession, ServerSocket } from "../transport/server_port.ts";
import { stampMs } from "../venue_context.ts";
import type { GateBackend } from "./gate_backend.ts";
import { GateWsError } from "./gate_errors.ts";
import { type GateRequest, parseGateRequest } from "./gate_request.ts";
import { hexId } from "./hex_id.ts";

/** How far a request's `time` may be from the exchange's, in seconds. */
const timeToleranceSeconds = 60;

/** Which market a session serves. */
export type GateMarket = "spot" | "futures";

/** Speaks the common envelope: acknowledgements, errors, pongs; market data comes from the topics. */
export class GateSession implements ServerSession, Subscriber {
  readonly #market: GateMarket;
  readonly #socket: ServerSocket;
  readonly #backend: GateBackend;
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #connectionId: string;
  readonly #topics = new Set<Topic>();

  /** @param random Draws the ids of the connection and of its replies. */
  constructor(
    market: GateMarket,
    socket: ServerSocket,
    backend: GateBackend,
    clock: Clock,
    random: SeededRandom,
  ) {
    this.#market = market;
    this.#socket = socket;
    this.#backend = backend;
    this.#clock = clock;
    this.#random = random;
    this.#connectionId = hexId(random, 16);
  }

  onText(text: string): void {
    const request = parseGateRequest(text);
    // UNCONFIRMED: the reply to text that is not a request at all.
    if (request === undefined) this.#malformed();
    else if (request.channel === `${this.#market}.ping`) this.#pong();
    else this.#execute(request);
  }

  onBinary(): void {
    this.#malformed();
  }

  onClose(): void {
    for (const topic of this.#topics) topic.remove(this);
    this.#topics.clear();
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  push(frame: Frame): void {
    this.#socket.send(frame);
  }

  #execute(request: GateRequest): void {
    try {
      this.#checkTime(request);
      const topics = this.#backend.topics(request.channel, request.payload);
      if (request.event === "subscribe") this.#subscribe(topics);
      else if (request.event === "unsubscribe") this.#unsubscribe(topics);
      else throw new GateWsError(2, `unknown event: ${request.event}`);
      this.#reply(request, { result: { status: "success" } });
    } catch (error) {
      if (!(error instanceof GateWsError)) throw error;
      const { code, message } = error;
      this.#reply(request, { error: { code, message }, result: { status: "fail" } });
    }
  }

  /** UNCONFIRMED: code and wording of the refusal. */
  #checkTime({ time }: GateRequest): void {
    if (time === undefined) throw new GateWsError(1, "missing field: time");
    if (Math.abs(time - stampMs(this.#clock) / 1000) > timeToleranceSeconds) {
      throw new GateWsError(2, `invalid time: ${time}`);
    }
  }

  #subscribe(topics: readonly Topic[]): void {
    for (const topic of topics) {
      this.#topics.add(topic);
      topic.add(this);
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
    const trace = hexId(this.#random, 32);
    this.#send({
      ...this.#times(),
      ...(id === undefined ? {} : { id }),
      conn_id: this.#connectionId,
      trace_id: trace,
      channel,
      event,
      payload,
      ...outcome,
      ...(this.#market === "spot" ? { requestId: trace } : {}),
    });
  }

  #malformed(): void {
    this.#send({
      ...this.#times(),
      conn_id: this.#connectionId,
      trace_id: hexId(this.#random, 32),
      channel: "",
      event: "",
      error: { code: 1, message: "malformed request" },
      result: { status: "fail" },
    });
  }

  #pong(): void {
    const channel = `${this.#market}.pong`;
    this.#send({ ...this.#times(), channel, event: "", error: null, result: null });
  }

  #times(): { time: number; time_ms: number } {
    const now = stampMs(this.#clock);
    return { time: Math.floor(now / 1000), time_ms: now };
  }

  #send(message: Record<string, unknown>): void {
    this.#socket.send(JSON.stringify(message));
  }
}
