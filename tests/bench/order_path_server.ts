/**
 * The other side of the order path: a plain server that answers HTTP requests at once and, on WebSockets, every second
 * message. It acknowledges like any server does: late, unless it has something to say.
 * @module
 */
import { createHash } from "node:crypto";

const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const encoder = new TextEncoder();
const httpAnswer = encoder.encode('HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n{"id":"1234"}');
/** A text frame that holds `ok`. */
const socketAnswer = new Uint8Array([0x81, 2, 111, 107]);

/** Serves on a free port until the listener is closed. */
export function serveOrders(): Deno.TcpListener {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  void (async (): Promise<void> => {
    for await (const connection of listener) void serve(connection);
  })();
  return listener;
}

/** Answers until the other side leaves. */
async function serve(connection: Deno.TcpConn): Promise<void> {
  // What is measured is the delay of the other side's sends, not of these.
  connection.setNoDelay(true);
  const buffer = new Uint8Array(65_536);
  /** What came and was not used yet, one character for each byte. */
  let text = "";
  /** Messages on this socket; -1 while it is none. */
  let messages = -1;
  try {
    for (let count = await connection.read(buffer); count !== null; count = await connection.read(buffer)) {
      for (const byte of buffer.subarray(0, count)) text += String.fromCharCode(byte);
      for (
        let size = sizeOf(text, messages >= 0);
        size > 0 && text.length >= size;
        size = sizeOf(text, messages >= 0)
      ) {
        const message = text.slice(0, size);
        text = text.slice(size);
        const key = /sec-websocket-key: (\S+)/i.exec(message)?.[1];
        if (messages < 0 && key === undefined) await connection.write(httpAnswer);
        else if (messages < 0) await connection.write(agreement(key!));
        else if (messages % 2 === 1) await connection.write(socketAnswer);
        if (messages >= 0 || key !== undefined) messages += 1;
      }
    }
  } catch {
    // The bench is over.
  }
  connection.close();
}

/** Size of the first message: a request, or a masked frame; 0 while that is not known. */
function sizeOf(text: string, isSocket: boolean): number {
  if (isSocket) {
    const short = text.charCodeAt(1) & 127;
    if (text.length < 4) return 0;
    return short < 126 ? 6 + short : 8 + text.charCodeAt(2) * 256 + text.charCodeAt(3);
  }
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return 0;
  return end + 4 + Number(/content-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
}

function agreement(key: string): Uint8Array {
  const accept = createHash("sha1").update(key + guid).digest("base64");
  return encoder.encode(
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n" +
      `sec-websocket-accept: ${accept}\r\n\r\n`,
  );
}
