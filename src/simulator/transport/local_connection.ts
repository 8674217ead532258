/**
 * One WebSocket inside the process.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import type { Socket, SocketHandlers } from "../../core/network.ts";
import { checkCloseCode, reasonTold } from "./close_code.ts";
import { DeliveryQueue } from "./delivery_queue.ts";
import type { Latencies } from "./latency.ts";
import type { Frame, ServerSession, ServerSocket } from "./server_port.ts";

type Accept = (socket: ServerSocket) => ServerSession | undefined;

/** Both ends of a connection: the client's {@link Socket} and, inside, the server's. */
export class LocalConnection implements Socket {
  readonly #latency: Latencies;
  readonly #handlers: SocketHandlers;
  readonly #ended: () => void;
  readonly #toServer: DeliveryQueue;
  readonly #toClient: DeliveryQueue;
  #session: ServerSession | undefined;
  /** As a browser's socket: only an open one sends and receives. */
  #clientState: "connecting" | "open" | "closing" | "closed" = "connecting";
  #serverOpen = false;

  /** @param ended Called when the client has heard of the end. */
  constructor(clock: Clock, latency: Latencies, handlers: SocketHandlers, ended: () => void) {
    this.#latency = latency;
    this.#handlers = handlers;
    this.#ended = ended;
    this.#toServer = new DeliveryQueue(clock);
    this.#toClient = new DeliveryQueue(clock);
  }

  /** Starts the handshake. */
  open(accept: Accept): void {
    this.#toServer.post(this.#latency.orderEntry.drawMs(), () => {
      // The 101 answer travels ahead of anything that the session sends while it is being accepted.
      this.#toClient.post(this.#latency.feed.drawMs(), () => this.#opened());
      this.#serverOpen = true;
      this.#session = accept(this.#serverSocket());
      if (this.#session === undefined) this.#refuse();
    });
  }

  sendText(text: string): void {
    if (this.#clientState !== "open") return;
    this.#toServer.post(this.#latency.orderEntry.drawMs(), () => {
      if (this.#serverOpen) this.#session?.onText(text);
    });
  }

  close(code = 1000, reason = ""): void {
    if (this.#clientState === "closing" || this.#clientState === "closed") return;
    this.#clientState = "closing";
    this.#toServer.post(this.#latency.orderEntry.drawMs(), () => {
      this.#endServer();
      this.#toClient.post(this.#latency.feed.drawMs(), () => this.#closed(code, reason));
    });
  }

  /** Ends the connection at once without a close frame, as a broken cable does. */
  cut(): void {
    this.#toServer.clear();
    this.#toClient.clear();
    this.#endServer();
    this.#closed(1006, "");
  }

  #refuse(): void {
    this.#serverOpen = false;
    this.#toClient.clear();
    this.#toClient.post(this.#latency.feed.drawMs(), () => this.#closed(1006, ""));
  }

  #serverSocket(): ServerSocket {
    return {
      send: (frame: Frame): void => {
        if (this.#serverOpen) this.#toClient.post(this.#latency.feed.drawMs(), () => this.#received(frame));
      },
      close: (code: number, reason: string): void => {
        checkCloseCode(code);
        if (!this.#serverOpen) return;
        this.#endServer();
        this.#toClient.post(this.#latency.feed.drawMs(), () => this.#closed(code, reasonTold(code, reason)));
      },
    };
  }

  #endServer(): void {
    if (!this.#serverOpen) return;
    this.#serverOpen = false;
    this.#session?.onClose();
  }

  #opened(): void {
    if (this.#clientState !== "connecting") return;
    this.#clientState = "open";
    this.#handlers.onOpen();
  }

  #received(frame: Frame): void {
    if (this.#clientState !== "open") return;
    if (typeof frame === "string") this.#handlers.onText(frame);
    else this.#handlers.onBinary(frame);
  }

  #closed(code: number, reason: string): void {
    if (this.#clientState === "closed") return;
    this.#clientState = "closed";
    this.#ended();
    this.#handlers.onClose(code, reason);
  }
}
