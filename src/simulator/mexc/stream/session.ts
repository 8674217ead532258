/**
 * One WebSocket connection to MEXC spot.
 * @module
 */
import type { Clock } from "../../../core/clock.ts";
import type { Subscriber, Topic } from "../../publish/topic.ts";
import type { Frame, ServerSession, ServerSocket } from "../../transport/server_port.ts";
import type { KeyedConnection } from "../listen_keys.ts";
import { MexcConnectionRules } from "./connection_rules.ts";
import { type MexcRequest, parseMexcRequest } from "./control_request.ts";

/** Most subscriptions of one connection. */
const maxSubscriptions = 30;
/** UNCONFIRMED, reported by connectors: a longer subscribe message is not accepted. */
const maxRequestBytes = 1024;

/** What a {@link MexcSession} needs of the venue. */
export interface MexcSessionOptions {
  readonly clock: Clock;
  /** The stream of a channel that this connection may read. */
  readonly find: (channel: string) => Topic | undefined;
  /** Called once when the connection is gone. */
  readonly ended?: () => void;
}

/** Speaks the control protocol: JSON text requests in, JSON text acknowledgements and binary data out. */
export class MexcSession implements ServerSession, Subscriber, KeyedConnection {
  readonly #socket: ServerSocket;
  readonly #options: MexcSessionOptions;
  readonly #rules: MexcConnectionRules;
  readonly #topics = new Map<string, Topic>();

  constructor(socket: ServerSocket, options: MexcSessionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#rules = new MexcConnectionRules(options.clock, (reason) => this.close(1000, reason));
  }

  onText(text: string): void {
    if (!this.#rules.countMessage()) return;
    const request = parseMexcRequest(text);
    if (request === undefined) {
      // UNCONFIRMED wording.
      this.#reply(0, "msg format invalid");
    } else if (request.method === "PING") {
      this.#reply(request.id, "PONG");
    } else if (request.method === "SUBSCRIPTION") {
      this.#subscribe(request, text.length);
    } else {
      this.#unsubscribe(request);
    }
  }

  onBinary(): void {
    if (!this.#rules.countMessage()) return;
    this.#reply(0, "msg format invalid");
  }

  onClose(): void {
    this.#rules.stop();
    for (const topic of this.#topics.values()) topic.remove(this);
    this.#topics.clear();
    this.#options.ended?.();
  }

  keyEnded(): void {
    this.close(1000, "listen key is not valid any more");
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  push(frame: Frame): void {
    this.#rules.traffic();
    this.#socket.send(frame);
  }

  #subscribe(request: MexcRequest, length: number): void {
    const accepted: string[] = [];
    const rejected: string[] = [];
    for (const channel of request.params) {
      const topic = length > maxRequestBytes ? undefined : this.#options.find(channel);
      const full = this.#topics.size >= maxSubscriptions && !this.#topics.has(channel);
      if (topic === undefined || full) {
        rejected.push(channel);
        continue;
      }
      this.#topics.set(channel, topic);
      topic.add(this);
      accepted.push(channel);
    }
    this.#rules.subscriptions(this.#topics.size);
    // UNCONFIRMED: the comma-joined list for several channels, and one text for every kind of rejection.
    if (accepted.length > 0) this.#reply(request.id, accepted.join(","));
    if (rejected.length > 0) {
      this.#reply(request.id, `Not Subscribed successfully! [${rejected.join(",")}].  Reason： Blocked! `);
    }
  }

  #unsubscribe(request: MexcRequest): void {
    for (const channel of request.params) {
      this.#topics.get(channel)?.remove(this);
      this.#topics.delete(channel);
    }
    this.#rules.subscriptions(this.#topics.size);
    this.#reply(request.id, request.params.join(","));
  }

  #reply(id: number, msg: string): void {
    this.#rules.traffic();
    this.#socket.send(JSON.stringify({ id, code: 0, msg }));
  }
}
