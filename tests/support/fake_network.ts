/**
 * A network that does nothing by itself: a test plays the other side of every socket and answers every request.
 * @module
 */
import { NetworkError } from "../../src/core/errors.ts";
import type { SimulatedClock } from "../../src/core/simulated_clock.ts";
import type { HttpRequest, HttpResponse, Network, Socket, SocketHandlers } from "../../src/core/network.ts";

/** One socket that was asked for. The test calls its handlers. */
export class FakeSocket implements Socket {
  readonly sent: string[] = [];
  /** The code of the client's `close`; undefined while it has not closed. A close without code is 0. */
  closedWith: number | undefined;

  constructor(readonly url: string, readonly handlers: SocketHandlers) {}

  sendText(text: string): void {
    this.sent.push(text);
  }

  close(code?: number): void {
    this.closedWith ??= code ?? 0;
  }
}

/** An answer by path and query. Throw to have no answer. */
export type FakeAnswer = (request: HttpRequest) => { status?: number; body: unknown } | string;

/** Remembers sockets and requests. */
export class FakeNetwork implements Network {
  readonly sockets: FakeSocket[] = [];
  readonly requests: HttpRequest[] = [];
  /** How requests are answered: a text is the body as it stands, anything else is sent as JSON. */
  answer: FakeAnswer = (request) => {
    throw new NetworkError(`No answer to ${request.url}`);
  };

  /** The last socket that was asked for. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("No socket was asked for");
    return socket;
  }

  connect(url: string, handlers: SocketHandlers): Socket {
    const socket = new FakeSocket(url, handlers);
    this.sockets.push(socket);
    return socket;
  }

  async fetch(request: HttpRequest): Promise<HttpResponse> {
    this.requests.push(request);
    await Promise.resolve();
    const answer = this.answer(request);
    if (typeof answer === "string") return { status: 200, headers: new Headers(), text: answer };
    return { status: answer.status ?? 200, headers: new Headers(), text: JSON.stringify(answer.body) };
  }
}

/** Lets simulated time pass. */
export function advance(clock: SimulatedClock, ms: number): void {
  const end = clock.epochMs() + ms;
  clock.setTimer(ms, () => {});
  while ((clock.nextDue ?? Infinity) <= end) clock.step();
}

/** Lets every promise that can go on go on. */
export function settle(): Promise<void> {
  // A macrotask runs when no microtask is left.
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (): void => {
      port1.close();
      port2.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
