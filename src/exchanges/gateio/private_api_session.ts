/**
 * Gate.io's WebSocket trading API: one connection that is kept up and logged in, and the requests on it.
 * @module
 */
import * as v from "valibot";
import type { Clock, Timer } from "../../core/clock.ts";
import { errorMessage } from "../../core/errors.ts";
import type { Network } from "../../core/network.ts";
import type { Outcome } from "../../core/order_request.ts";
import type { SeededRandom } from "../../core/random.ts";
import type { Logger } from "../../logging/logger.ts";
import type { BackoffOptions } from "../../net/backoff.ts";
import { ClockError } from "../../net/clock_offset.ts";
import { WebSocketConnection } from "../../net/websocket_connection.ts";
import { checkBody } from "../wire_schema.ts";
import { parseLossless } from "../lossless_json.ts";
import { LenientClock } from "./private_clock.ts";
import { errorOutcome, notSent } from "./private_errors.ts";
import type { GateioSigner } from "./private_signer.ts";
import { amount, maybeUnsigned } from "./private_values.ts";

/** What a session is made of. */
export interface GateioApiOptions {
  readonly market: "spot" | "futures";
  readonly url: string;
  /** Its sockets carry orders, so they send without delay. */
  readonly network: Network;
  /** The venue's time, as near as it is known: it is signed. */
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly logger: Logger;
  readonly signer: GateioSigner;
  readonly backoff?: BackoffOptions;
  /** Time for a request in milliseconds, default 5,000. Orders carry it as their deadline. */
  readonly timeoutMs?: number;
  /** Hears when requests can be sent, and when they cannot any more. */
  readonly onReady?: (ready: boolean) => void;
}

/** Where the account stands with the limit of orders, as of the last answer that told it. */
export interface OrderLimits {
  readonly remaining: number;
  readonly limit: number;
  /** Epoch milliseconds. */
  readonly resetAt: number;
}

interface Waiting {
  readonly settle: (outcome: Outcome<unknown>) => void;
  readonly timer: Timer;
  acknowledged: boolean;
}

const answerSchema = v.object({
  request_id: v.string(),
  ack: v.nullish(v.boolean()),
  header: v.object({
    status: amount,
    // A zero is left out.
    x_gate_ratelimit_requests_remain: maybeUnsigned,
    x_gate_ratelimit_limit: maybeUnsigned,
    // The venue's own spelling, and the right one of a few samples.
    x_gat_ratelimit_reset_timestamp: maybeUnsigned,
    x_gate_ratelimit_reset_timestamp: maybeUnsigned,
  }),
  data: v.object({
    result: v.optional(v.unknown()),
    errs: v.nullish(v.object({
      label: v.nullish(v.string(), ""),
      message: v.nullish(v.string()),
      // Of futures, as in REST.
      detail: v.nullish(v.string()),
    })),
  }),
});
type Answer = v.InferOutput<typeof answerSchema>;

const notLoggedInLabel = "AUTHENTICATION_FAILED";
const defaultTimeoutMs = 5_000;
const heartbeatMs = 10_000;
const silenceMs = 25_000;
const systemChannel = /"channel":"(?:spot|futures)\.system"/;

/** Sends requests and finds their answers again. */
export class GateioApiSession {
  readonly #options: GateioApiOptions;
  readonly #connection: WebSocketConnection;
  readonly #waiting = new Map<string, Waiting>();
  readonly #timeoutMs: number;
  readonly #clock: LenientClock;
  #ready = false;
  #requests = 0;
  #limits: OrderLimits | undefined;

  constructor(options: GateioApiOptions) {
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    this.#clock = new LenientClock(options.clock);
    this.#connection = new WebSocketConnection({
      name: `Gate.io ${options.market} orders`,
      url: options.url,
      network: options.network,
      clock: this.#clock,
      random: options.random,
      logger: options.logger,
      ...(options.backoff === undefined ? {} : { backoff: options.backoff }),
      heartbeatMs,
      heartbeat: (epochMs) =>
        JSON.stringify({ time: Math.floor(epochMs / 1000), channel: `${options.market}.ping` }),
      silenceMs,
      dataSilenceMs: Infinity,
    }, {
      onOpen: () => void this.#login(),
      onText: (text) => this.#receive(text),
      onBinary: () => false,
      onLost: (code, reason) => this.#lose(`the connection was lost (${code} ${reason})`),
    });
  }

  /** Whether requests can be sent: connected and logged in. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Undefined until an answer told it. */
  get limits(): OrderLimits | undefined {
    return this.#limits;
  }

  /** Connects, logs in, and stays so. */
  start(): void {
    this.#connection.start();
  }

  /** Closes the connection for good; nobody knows what becomes of the requests that are under way. */
  stop(): void {
    this.#connection.stop();
    this.#lose("the connection was closed");
  }

  /**
   * Sends a request. Its outcome is the final answer, never the acknowledgement before it; one that does not come in
   * time, or that a lost connection takes along, is unknown.
   *
   * @param expires Whether the venue is to refuse the request when it comes too late.
   */
  request(channel: string, parameter: unknown, expires = false): Promise<Outcome<unknown>> {
    if (!this.#ready) {
      const why = "the trading connection is not logged in";
      return Promise.resolve(notSent("permission", why));
    }
    let now: number;
    try {
      now = this.#options.clock.epochMs();
    } catch (error) {
      if (!(error instanceof ClockError)) throw error;
      return Promise.resolve(notSent("clock", error.message));
    }
    const deadline = Math.ceil(now + this.#timeoutMs);
    return this.#send(channel, {
      ...(expires ? { req_header: { "x-gate-exptime": String(deadline) } } : {}),
      req_param: parameter,
    });
  }

  #send(channel: string, payload: object): Promise<Outcome<unknown>> {
    const id = `r-${++this.#requests}`;
    return new Promise((resolve) => {
      const timer = this.#clock.setTimer(this.#timeoutMs, () => {
        const seen = this.#waiting.get(id)?.acknowledged ? "acknowledged but not answered" : "not answered";
        this.#settle(id, { kind: "unknown", why: `${channel} was ${seen} within ${this.#timeoutMs} ms` });
      });
      this.#waiting.set(id, { settle: resolve, timer, acknowledged: false });
      const time = Math.floor(this.#clock.epochMs() / 1000);
      this.#connection.send(
        JSON.stringify({ time, channel, event: "api", payload: { req_id: id, ...payload } }),
      );
    });
  }

  async #login(): Promise<void> {
    const { market, signer, clock, logger } = this.#options;
    const channel = `${market}.login`;
    let outcome: Outcome<unknown>;
    try {
      outcome = await this.#send(channel, signer.login(channel, Math.floor(clock.epochMs() / 1000)));
    } catch (error) {
      if (!(error instanceof ClockError)) throw error;
      outcome = notSent("clock", error.message);
    }
    // A connection that went away meanwhile logs in anew when it is back.
    if (this.#connection.state !== "open") return;
    if (outcome.kind === "accepted") return this.#setReady(true);
    const why = outcome.kind === "refused" ? `${outcome.code} ${outcome.message}` : outcome.why;
    logger.error("Cannot log in to trade", { market, why });
    this.#connection.restart(`no login: ${why}`);
  }

  #receive(text: string): boolean {
    if (text.includes('"request_id"')) this.#read(text);
    else if (systemChannel.test(text)) {
      this.#options.logger.warn("The venue announces something", { text: text.slice(0, 300) });
    }
    return false;
  }

  #read(text: string): void {
    let answer: Answer;
    try {
      answer = checkBody(answerSchema, parseLossless(text, "Gate.io's answer"), "Gate.io's answer");
    } catch (error) {
      // Whoever asked is told that nobody knows when the time is over.
      this.#options.logger.error("Cannot read an answer", { error: errorMessage(error) });
      return;
    }
    const { request_id: id, ack, header, data: { result, errs } } = answer;
    const resetAt = header.x_gat_ratelimit_reset_timestamp ?? header.x_gate_ratelimit_reset_timestamp;
    if (header.x_gate_ratelimit_limit !== undefined) {
      this.#limits = {
        remaining: header.x_gate_ratelimit_requests_remain ?? 0,
        limit: header.x_gate_ratelimit_limit,
        resetAt: resetAt ?? 0,
      };
    }
    const good = !errs && header.status >= 200 && header.status < 300;
    if (good && ack === true) {
      const waiting = this.#waiting.get(id);
      if (waiting !== undefined) waiting.acknowledged = true;
    } else if (good) this.#settle(id, { kind: "accepted", value: result });
    else {
      const { label = "" } = errs ?? {};
      const error = { status: header.status, label, message: errs?.message || errs?.detail || "", resetAt };
      this.#settle(id, errorOutcome(error, this.#clock.epochMs()));
      if (label === notLoggedInLabel && this.#ready) this.#loginAnew();
    }
  }

  /** The venue does not know this connection as logged in any more. */
  #loginAnew(): void {
    this.#options.logger.warn("The venue has forgotten the login to trade", { market: this.#options.market });
    this.#setReady(false);
    void this.#login();
  }

  /** An answer that comes after its time finds nobody. */
  #settle(id: string, outcome: Outcome<unknown>): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    waiting.timer.cancel();
    waiting.settle(outcome);
  }

  #lose(why: string): void {
    const wasReady = this.#ready;
    this.#ready = false;
    for (const id of [...this.#waiting.keys()]) this.#settle(id, { kind: "unknown", why });
    if (wasReady) this.#options.onReady?.(false);
  }

  #setReady(ready: boolean): void {
    this.#ready = ready;
    this.#options.onReady?.(ready);
  }
}
