/**
 * A client on a bare TCP connection: it writes frames by hand and reads them byte by byte from RFC 6455.
 * @module
 */

/** A frame from the server. */
export interface RawFrame {
  readonly first: number;
  readonly payload: Uint8Array;
}

/** Bytes out, bytes in. */
export class RawClient {
  #bytes: Uint8Array = new Uint8Array(0);
  #ended = false;

  private constructor(readonly conn: Deno.TcpConn) {}

  static async connect(port: number): Promise<RawClient> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.setNoDelay(true);
    return new RawClient(conn);
  }

  /** Connects and shakes hands. @param lines More header lines. */
  static async webSocket(port: number, target = "/ws", ...lines: string[]): Promise<RawClient> {
    const client = await RawClient.connect(port);
    await client.send(handshake(target, ...lines));
    const head = await client.head();
    if (!head.startsWith("HTTP/1.1 101 ")) throw new Error(`no WebSocket: ${head}`);
    // The key and its answer are those of RFC 6455, section 1.3.
    if (!head.includes("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) throw new Error(`wrong answer to the key: ${head}`);
    return client;
  }

  async send(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    for (let sent = 0; sent < bytes.length;) sent += await this.conn.write(bytes.subarray(sent));
  }

  /** Everything up to and with the next empty line. */
  async head(): Promise<string> {
    for (;;) {
      const text = new TextDecoder("latin1").decode(this.#bytes);
      const end = text.indexOf("\r\n\r\n");
      if (end >= 0) {
        this.#bytes = this.#bytes.subarray(end + 4);
        return text.slice(0, end + 4);
      }
      if (!await this.#fill()) return text;
    }
  }

  async take(count: number): Promise<Uint8Array> {
    while (this.#bytes.length < count) {
      if (!await this.#fill()) {
        throw new Error(`the connection ended after ${this.#bytes.length} of ${count} bytes`);
      }
    }
    const taken = this.#bytes.slice(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return taken;
  }

  /** One answer with `content-length`. */
  async reply(): Promise<{ head: string; body: string }> {
    const head = await this.head();
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    return { head, body: new TextDecoder().decode(await this.take(length)) };
  }

  async frame(): Promise<RawFrame> {
    const [first = 0, second = 0] = await this.take(2);
    if (second >= 128) throw new Error("a frame from a server is masked");
    let length = second;
    if (second >= 126) {
      length = 0;
      for (const byte of await this.take(second === 126 ? 2 : 8)) length = length * 256 + byte;
    }
    return { first, payload: await this.take(length) };
  }

  /** Waits for the end; returns the bytes that came before it. */
  async rest(): Promise<Uint8Array> {
    while (await this.#fill());
    return this.#bytes;
  }

  close(): void {
    this.conn.close();
  }

  async #fill(): Promise<boolean> {
    if (this.#ended) return false;
    const chunk = new Uint8Array(65536);
    // A connection that was reset has ended as well.
    const count = await this.conn.read(chunk).catch(() => null);
    this.#ended = count === null;
    if (count === null) return false;
    const joined = new Uint8Array(this.#bytes.length + count);
    joined.set(this.#bytes);
    joined.set(chunk.subarray(0, count), this.#bytes.length);
    this.#bytes = joined;
    return true;
  }
}

/** The request for a WebSocket with the key of RFC 6455. */
export function handshake(target: string, ...lines: string[]): string {
  return [
    `GET ${target} HTTP/1.1`,
    "Host: venue",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
    ...lines,
    "",
    "",
  ].join("\r\n");
}

/** A masked frame. @param first The byte with the final bit and the opcode. */
export function masked(first: number, payload: string | Uint8Array): Uint8Array {
  const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const { length } = bytes;
  const extended = length < 126
    ? [length]
    : length < 65536
    ? [126, length >> 8, length & 255]
    : [127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((shift) => (length >> shift) & 255)];
  const mask = [7, 77, 177, 211];
  const head = [first, 128 | extended[0]!, ...extended.slice(1), ...mask];
  return new Uint8Array([...head, ...bytes.map((byte, index) => byte ^ mask[index % 4]!)]);
}
