/**
 * A server that does with its connections whatever a test wants.
 * @module
 */

/** Called for each request, in pieces of at least one whole request with a stated length. */
export type OnRequest = (connection: Deno.TcpConn, request: string) => Promise<void>;

/** Listens on loopback, takes requests apart only at their stated length, and answers nothing by itself. */
export class RawServer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #running: Promise<void>[] = [];

  constructor(
    private readonly onRequest: OnRequest,
    private readonly onConnection: (connection: Deno.TcpConn) => void = () => {},
  ) {
    this.#running.push(this.#accept());
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /** Writes all of it; without effect when the other side is gone. */
  static async write(connection: Deno.TcpConn, text: string): Promise<void> {
    let bytes = new TextEncoder().encode(text);
    try {
      while (bytes.length > 0) bytes = bytes.subarray(await connection.write(bytes));
    } catch {
      // The test has seen what it wanted to.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) RawServer.#close(connection);
    await Promise.all(this.#running);
  }

  static #close(connection: Deno.TcpConn): void {
    try {
      connection.close();
    } catch {
      // It was closed by the test.
    }
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) {
      this.#connections.add(connection);
      this.onConnection(connection);
      this.#running.push(this.#serve(connection));
    }
  }

  async #serve(connection: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(65_536);
    let text = "";
    try {
      for (let count = await connection.read(buffer); count !== null; count = await connection.read(buffer)) {
        text += new TextDecoder().decode(buffer.subarray(0, count));
        for (let size = requestSize(text); size > 0 && text.length >= size; size = requestSize(text)) {
          const request = text.slice(0, size);
          text = text.slice(size);
          await this.onRequest(connection, request);
        }
      }
    } catch {
      // The connection broke or was closed, by the test or by the other side.
    }
    RawServer.#close(connection);
  }
}

/** Size of the request at the start of an ASCII text; 0 while its head is incomplete. */
function requestSize(text: string): number {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return 0;
  return end + 4 + Number(/content-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
}
