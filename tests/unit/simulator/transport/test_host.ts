/**
 * A host that writes down what reaches it.
 * @module
 */
import { SystemClock } from "../../../../src/core/clock.ts";
import { SeededRandom } from "../../../../src/core/random.ts";
import { Latencies, type LatencyProfile, noLatency } from "../../../../src/simulator/transport/latency.ts";
import type {
  ExchangeHost,
  Respond,
  ServerRequest,
  ServerSession,
  ServerSocket,
  UpgradeRequest,
} from "../../../../src/simulator/transport/server_port.ts";
import { SocketServer, type SocketServerOptions } from "../../../../src/simulator/transport/socket_server.ts";

/** Everything that happened on one WebSocket, as the host saw it. */
export class TestSession implements ServerSession {
  readonly texts: string[] = [];
  readonly binaries: Uint8Array[] = [];
  closes = 0;

  constructor(readonly request: UpgradeRequest, readonly socket: ServerSocket) {}

  onText(text: string): void {
    this.texts.push(text);
  }

  onBinary(bytes: Uint8Array): void {
    this.binaries.push(bytes);
  }

  onClose(): void {
    this.closes++;
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }
}

/** Answers `/cut` with a cut, `/silence` never, anything else with the request; a WebSocket is at `/ws`. */
export class TestHost implements ExchangeHost {
  readonly requests: ServerRequest[] = [];
  readonly sessions: TestSession[] = [];
  /** Called when a WebSocket comes, before it is accepted. */
  greet: (socket: ServerSocket) => void = () => {};
  refuses = false;

  refusing(): boolean {
    return this.refuses;
  }

  handle(request: ServerRequest, respond: Respond): void {
    this.requests.push(request);
    if (request.path === "/silence") return;
    const { method, path, search, body, address } = request;
    if (path === "/cut") return respond("cut");
    const seen = { method, path, search, body, address };
    respond({ status: 200, body: JSON.stringify(seen), headers: { "X-Seen": "1" } });
  }

  accept(request: UpgradeRequest, socket: ServerSocket): ServerSession | undefined {
    if (request.path !== "/ws") return undefined;
    this.greet(socket);
    const session = new TestSession(request, socket);
    this.sessions.push(session);
    return session;
  }
}

/** Delays for a test; none unless stated. */
export function latencies(profile: Partial<LatencyProfile> = {}): Latencies {
  return new Latencies(new SeededRandom(1), { ...noLatency, ...profile });
}

/** A test host on a real port. */
export interface Served {
  readonly host: TestHost;
  readonly server: SocketServer;
  readonly http: string;
  readonly ws: string;
  readonly port: number;
}

/** Serves a new host, runs the body, and stops whatever happens. */
export async function serving(
  body: (served: Served) => Promise<void>,
  options: Partial<SocketServerOptions> = {},
): Promise<void> {
  const host = new TestHost();
  const server = SocketServer.start(host, { clock: new SystemClock(), latency: latencies(), ...options });
  const { authority } = server;
  try {
    await body({
      host,
      server,
      http: `http://${authority}`,
      ws: `ws://${authority}/ws`,
      port: Number(authority.split(":")[1]),
    });
  } finally {
    await server.stop();
  }
}

/** Waits until `done` holds, for five seconds at most. */
export async function until(done: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!done()) {
    if (performance.now() > deadline) throw new Error("waited five seconds in vain");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
