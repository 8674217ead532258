/**
 * A connection on which frames go astray.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { Frame, ServerSession, ServerSocket } from "../transport/server_port.ts";
import type { FaultKind, FaultRule } from "./fault_rule.ts";
import type { FaultScript } from "./fault_script.ts";
import { type WireTag, wireTag } from "./wire_tag.ts";

const frameFaults: readonly FaultKind[] = [
  "drop-frame",
  "delay-frame",
  "duplicate-frame",
  "reorder-frame",
  "duplicate-fill",
  "late-fill",
];
const orderFaults: readonly FaultKind[] = ["order-lost", "order-timeout", "order-error"];
/** Channels on which fills are told. */
const fillChannels = /private\.deals|usertrades/;
/** Trading channels that place orders. */
const placing = /\.order_(?:batch_)?place$/;

/** What becomes of the answers to one request. */
interface HeldAnswer {
  readonly rule: FaultRule;
}

/** Stands between a session and its socket, in both directions. */
export class FaultySocket implements ServerSocket {
  readonly #venue: ExchangeKey;
  readonly #socket: ServerSocket;
  readonly #script: FaultScript;
  readonly #clock: Clock;
  readonly #answers = new Map<string, HeldAnswer>();
  #late: Frame | undefined;

  constructor(venue: ExchangeKey, socket: ServerSocket, script: FaultScript, clock: Clock) {
    this.#venue = venue;
    this.#socket = socket;
    this.#script = script;
    this.#clock = clock;
  }

  send(frame: Frame): void {
    if (this.#script.idle && this.#answers.size === 0) this.#deliver(frame);
    else this.#judge(frame, wireTag(frame));
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** The session behind this socket, hearing what faults let through. */
  guard(session: ServerSession): ServerSession {
    return {
      onText: (text): void => {
        if (!this.#intercept(text)) session.onText(text);
      },
      onBinary: (bytes): void => session.onBinary(bytes),
      onClose: (): void => session.onClose(),
      close: (code, reason): void => session.close(code, reason),
    };
  }

  #judge(frame: Frame, tag: WireTag): void {
    const held = tag.requestId === undefined ? undefined : this.#answers.get(tag.requestId);
    if (held !== undefined && typeof frame === "string") {
      this.#answer(frame, tag, held.rule);
      return;
    }
    const rule = this.#script.strike(this.#venue, frameFaults, (candidate) => meant(candidate, tag));
    switch (rule?.fault) {
      case undefined:
        return this.#deliver(frame);
      case "drop-frame":
        return;
      case "delay-frame":
      case "late-fill":
        this.#clock.setTimer(rule.ms!, () => this.#socket.send(frame));
        return;
      case "duplicate-frame":
      case "duplicate-fill":
        this.#deliver(frame);
        this.#deliver(frame);
        return;
      default:
        this.#late = frame;
    }
  }

  /** Sends a frame, and after it the one that it was to overtake. */
  #deliver(frame: Frame): void {
    this.#socket.send(frame);
    if (this.#late === undefined) return;
    const late = this.#late;
    this.#late = undefined;
    this.#socket.send(late);
  }

  /** An answer on a trading channel: lost, or turned into a failure of the server. */
  #answer(frame: string, tag: WireTag, rule: FaultRule): void {
    if (rule.fault === "order-timeout") return;
    const answer = JSON.parse(frame) as { ack?: boolean; header: Record<string, unknown>; data: unknown };
    if (answer.ack === true) return this.#deliver(frame);
    this.#answers.delete(tag.requestId!);
    answer.header.status = String(rule.status);
    answer.data = { errs: { label: "SERVER_ERROR", message: "Internal server error" } };
    this.#deliver(JSON.stringify(answer));
  }

  /** Looks at a request on a trading channel; returns whether it is lost. */
  #intercept(text: string): boolean {
    if (!this.#script.holds(this.#venue, ...orderFaults)) return false;
    const request = readRequest(text);
    if (request === undefined) return false;
    const rule = this.#script.strike(
      this.#venue,
      orderFaults,
      ({ channel, symbol }) =>
        (channel === undefined ? placing.test(request.channel) : request.channel.includes(channel)) &&
        (symbol === undefined || text.includes(`"${symbol}"`)),
    );
    if (rule === undefined) return false;
    if (rule.fault === "order-lost") return true;
    if (request.id !== undefined) this.#answers.set(request.id, { rule });
    return false;
  }
}

function meant({ fault, channel, symbol }: FaultRule, tag: WireTag): boolean {
  const fills = fault === "duplicate-fill" || fault === "late-fill";
  if (fills ? !fillChannels.test(tag.channel) : channel === undefined && !tag.data) return false;
  if (channel !== undefined && !tag.channel.includes(channel)) return false;
  return symbol === undefined || tag.about(symbol);
}

/** A request of the WebSocket trading API, or undefined when the text is anything else. */
function readRequest(text: string): { channel: string; id: string | undefined } | undefined {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof message !== "object" || message === null) return undefined;
  const { event, channel, payload } = message as Record<string, unknown>;
  if (event !== "api" || typeof channel !== "string") return undefined;
  const id = (payload as { req_id?: unknown } | undefined)?.req_id;
  return { channel, id: typeof id === "string" ? id : undefined };
}
