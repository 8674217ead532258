/**
 * The server's end of one WebSocket on a real connection.
 * @module
 */
import type { Clock, Timer } from "../../core/clock.ts";
import { broken, checkCloseCode } from "./close_code.ts";
import type { DelayedLine } from "./delayed_line.ts";
import type { Outbox } from "./outbox.ts";
import type { Frame, ServerSession, ServerSocket } from "./server_port.ts";
import { type WebSocketEvents, WebSocketReader } from "./websocket_reader.ts";
import { closeFrame, controlFrame, opcodes, type WebSocketWriter } from "./websocket_writer.ts";

/** How long the client may take to answer a close frame, in milliseconds. */
const closeGraceMs = 1000;
const nothing = new Uint8Array(0);

/** What a WebSocket needs of the connection under it. */
export interface WebSocketCarrier {
  readonly lifeClock: Clock;
  readonly line: DelayedLine;
  readonly outbox: Outbox;
  readonly writer: WebSocketWriter;
  /** Breaks the TCP connection at once. */
  cut(): void;
  /** Breaks it as soon as everything is sent. */
  cutWhenSent(): void;
  /** Sends nothing after what waits, and leaves it to the client to end: breaking on unread bytes would destroy it. */
  endWhenSent(): Promise<void>;
}

/** Speaks the WebSocket protocol for a session: messages, pings, and the two ways to an end. */
export class WebSocketConnection implements ServerSocket, WebSocketEvents {
  readonly #carrier: WebSocketCarrier;
  readonly #reader = new WebSocketReader(this);
  readonly #atOnce: boolean;
  #session: ServerSession | undefined;
  /** `closing` once either side has begun to close. */
  #state: "open" | "closing" | "closed" = "open";
  #deadline: Timer | undefined;
  #heard = true;

  constructor(carrier: WebSocketCarrier) {
    this.#carrier = carrier;
    this.#atOnce = carrier.line.feedsAtOnce;
  }

  /** Names the session that takes what the client sends. */
  attach(session: ServerSession): void {
    this.#session = session;
    // A session may close its socket while it is being made.
    if (this.#state !== "open") session.onClose();
  }

  send(frame: Frame): void {
    if (this.#state !== "open") return;
    const { outbox, writer, line } = this.#carrier;
    if (this.#atOnce) outbox.write(writer.frame(frame));
    else line.feed(() => outbox.write(writer.frame(frame)));
  }

  close(code: number, reason: string): void {
    checkCloseCode(code);
    if (this.#state !== "open") return;
    this.#leave();
    if (code === broken) this.#carrier.line.feed(() => this.#carrier.cutWhenSent());
    else this.#carrier.line.feed(() => this.#carrier.outbox.write(closeFrame(code, reason)));
  }

  /** Reads the frames at the beginning of `bytes`; returns how many bytes they take. */
  read(bytes: Uint8Array): number {
    this.#heard = true;
    return this.#reader.read(bytes);
  }

  /** Asks the client for a sign of life, and cuts the connection when there was none since the last time. */
  ping(): void {
    if (this.#state !== "open") return;
    if (!this.#heard) {
      this.#carrier.cut();
      return;
    }
    this.#heard = false;
    this.#carrier.outbox.write(controlFrame(opcodes.ping, nothing));
  }

  /** The TCP connection is gone. */
  ended(): void {
    if (this.#state === "open") this.#leave();
    this.#state = "closed";
    this.#deadline?.cancel();
  }

  onText(text: string): void {
    this.#carrier.line.arrive(() => {
      if (this.#state === "open") this.#session?.onText(text);
    });
  }

  onBinary(bytes: Uint8Array): void {
    this.#carrier.line.arrive(() => {
      if (this.#state === "open") this.#session?.onBinary(bytes);
    });
  }

  onPing(payload: Uint8Array): void {
    if (this.#state === "open") this.#carrier.outbox.write(controlFrame(opcodes.pong, payload));
  }

  onPong(): void {
    // Any bytes count as a sign of life, see `read`.
  }

  onCloseFrame(code: number): void {
    this.#carrier.line.arrive(() => this.#closedByClient(code));
  }

  onViolation(code: number, reason: string): void {
    if (this.#state === "open") {
      this.#leave();
      this.#carrier.outbox.write(closeFrame(code, reason));
    }
    this.#carrier.endWhenSent();
  }

  #closedByClient(code: number): void {
    // A close frame answers ours, or is answered with its own code.
    if (this.#state === "open") {
      this.#leave();
      this.#carrier.line.feed(() => {
        this.#carrier.outbox.write(closeFrame(code, ""));
        this.#carrier.cutWhenSent();
      });
      return;
    }
    this.#carrier.cutWhenSent();
  }

  #leave(): void {
    this.#state = "closing";
    this.#deadline = this.#carrier.lifeClock.setTimer(closeGraceMs, () => this.#carrier.cut());
    this.#session?.onClose();
  }
}
