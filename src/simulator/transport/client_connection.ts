/**
 * One TCP connection of a client: requests one after the other, then perhaps a WebSocket.
 * @module
 */
import type { Clock, Timer } from "../../core/clock.ts";
import { ByteSource } from "./byte_source.ts";
import { DelayedLine } from "./delayed_line.ts";
import { acceptKey, asksForWebSocket } from "./handshake.ts";
import { encodeReply, encodeSwitch, goOnBytes } from "./http_reply.ts";
import { HttpRefusal, readBody, readHead, type RequestHead } from "./http_request.ts";
import type { Latencies } from "./latency.ts";
import { Outbox } from "./outbox.ts";
import {
  type ExchangeHost,
  jsonReply,
  type ServerReply,
  type ServerRequest,
  type UpgradeRequest,
} from "./server_port.ts";
import { type WebSocketCarrier, WebSocketConnection } from "./websocket_connection.ts";
import type { WebSocketWriter } from "./websocket_writer.ts";

/** How long a client may take to read what is sent last on a connection, in milliseconds. */
const lingerMs = 1000;

/** What all connections of a server share. */
export interface ConnectionContext {
  readonly host: ExchangeHost;
  /** Time of delays and of the `Date` header. */
  readonly clock: Clock;
  /** Time of time-outs. */
  readonly lifeClock: Clock;
  readonly latency: Latencies;
  readonly writer: WebSocketWriter;
  /** A client for which more bytes than this wait is cut. */
  readonly maxBufferedBytes: number;
}

/** Serves one client. */
export class ClientConnection implements WebSocketCarrier {
  readonly lifeClock: Clock;
  readonly line: DelayedLine;
  readonly outbox: Outbox;
  readonly writer: WebSocketWriter;
  readonly #conn: Deno.TcpConn;
  readonly #clock: Clock;
  readonly #host: ExchangeHost;
  readonly #source: ByteSource;
  readonly #cut = Promise.withResolvers<void>();
  #isCut = false;
  #stopping = false;
  /** Set while an answer is awaited. */
  #answer: ((reply: ServerReply | "cut") => void) | undefined;
  #webSocket: WebSocketConnection | undefined;
  #deadline: Timer | undefined;

  constructor(conn: Deno.TcpConn, context: ConnectionContext) {
    const { host, clock, lifeClock, latency, writer, maxBufferedBytes } = context;
    this.#clock = clock;
    this.lifeClock = lifeClock;
    this.line = new DelayedLine(clock, latency);
    this.outbox = new Outbox(conn, maxBufferedBytes, () => this.cut());
    this.writer = writer;
    this.#conn = conn;
    this.#host = host;
    this.#source = new ByteSource(conn);
  }

  /** Serves until the connection is gone. Rejects only for a defect of the host. */
  async run(): Promise<void> {
    try {
      this.#conn.setNoDelay(true);
      await this.#serve();
    } finally {
      this.cut();
    }
  }

  /** Asks a WebSocket client for a sign of life. */
  ping(): void {
    this.#webSocket?.ping();
  }

  /** Ends the connection: a WebSocket with code 1000, a request that waits with status 503. */
  stop(): void {
    this.#stopping = true;
    if (this.#webSocket !== undefined) this.#webSocket.close(1000, "");
    else if (this.#answer !== undefined) this.#answer(jsonReply(503, {}));
    else this.cutWhenSent();
  }

  cutWhenSent(): void {
    this.#deadline ??= this.lifeClock.setTimer(lingerMs, () => this.cut());
    this.outbox.drained().then(() => this.cut());
  }

  async endWhenSent(): Promise<void> {
    this.#deadline ??= this.lifeClock.setTimer(lingerMs, () => this.cut());
    await this.outbox.drained();
    await this.#conn.closeWrite().catch(() => {});
  }

  cut(): void {
    if (this.#isCut) return;
    this.#isCut = true;
    this.#deadline?.cancel();
    this.line.clear();
    this.outbox.discard();
    this.#conn.close();
    this.#webSocket?.ended();
    this.#answer?.("cut");
    this.#cut.resolve();
  }

  async #serve(): Promise<void> {
    try {
      let head = await readHead(this.#source);
      while (head !== undefined && !asksForWebSocket(head)) {
        if (!await this.#serveRequest(head)) return;
        head = await readHead(this.#source);
      }
      if (head !== undefined) await this.#serveWebSocket(head, acceptKey(head));
    } catch (error) {
      if (!(error instanceof HttpRefusal)) throw error;
      await this.#finish(jsonReply(error.status, { message: error.message }), "GET");
    }
  }

  /** Answers one request. False when the connection is to end. */
  async #serveRequest(head: RequestHead): Promise<boolean> {
    const body = await readBody(this.#source, head, () => this.outbox.write(goOnBytes));
    if (body === undefined) return false;
    const reply = await this.#ask({ method: head.method, ...this.#target(head), body });
    if (reply === "cut") return false;
    if (this.#stopping || !head.keepAlive) {
      await this.#finish(reply, head.method);
      return false;
    }
    this.outbox.write(this.#encode(reply, head.method, true));
    return true;
  }

  #ask(request: ServerRequest): Promise<ServerReply | "cut"> {
    return new Promise((resolve) => {
      this.#answer = (reply): void => {
        this.#answer = undefined;
        resolve(reply);
      };
      this.line.arrive(() => {
        if (this.#host.refusing?.()) this.#answer?.("cut");
        else this.#host.handle(request, (reply) => this.line.respond(() => this.#answer?.(reply)));
      });
    });
  }

  async #serveWebSocket(head: RequestHead, accept: string): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#cut.promise.then(resolve);
      this.line.arrive(resolve);
    });
    if (this.#isCut || this.#stopping || this.#host.refusing?.()) return;
    await this.outbox.drained();
    const webSocket = new WebSocketConnection(this);
    // The answer travels ahead of anything that the session sends while it is being accepted.
    this.line.feed(() => this.outbox.write(encodeSwitch(accept)));
    const session = this.#host.accept(this.#target(head), webSocket);
    if (session === undefined) {
      this.line.clear();
      this.outbox.clear();
      webSocket.ended();
      await this.#finish(jsonReply(404, { message: "there is no WebSocket here" }), head.method);
      return;
    }
    this.#webSocket = webSocket;
    webSocket.attach(session);
    do this.#source.skip(webSocket.read(this.#source.bytes)); while (await this.#source.fill());
    // What the client sent before it left is still under way.
    this.line.arrive(() => this.cut());
    await this.#cut.promise;
  }

  #target({ path, search, headers }: RequestHead): UpgradeRequest {
    const address = this.#conn.remoteAddr.hostname;
    return { path, search, query: new URLSearchParams(search), headers, address };
  }

  #encode(reply: ServerReply, method: string, keepAlive: boolean): Uint8Array {
    return encodeReply(reply, { method, keepAlive, nowMs: this.#clock.epochMs() });
  }

  /** Sends the last answer and waits until the client has read it. */
  async #finish(reply: ServerReply, method: string): Promise<void> {
    this.outbox.write(this.#encode(reply, method, false));
    await this.endWhenSent();
    while (await this.#source.fill()) this.#source.skip(this.#source.bytes.length);
  }
}
