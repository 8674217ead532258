/**
 * Writing HTTP/1.1 answers.
 * @module
 */
import type { ServerReply } from "./server_port.ts";

const reasons: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  204: "No Content",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  426: "Upgrade Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

const encoder = new TextEncoder();

/** Asks the client to send the body that it announced. */
export const goOnBytes: Uint8Array = encoder.encode("HTTP/1.1 100 Continue\r\n\r\n");

/** What the answer depends on besides its content. */
export interface ReplyOptions {
  /** Method of the request: the answer to `HEAD` has no body. */
  readonly method: string;
  readonly keepAlive: boolean;
  /** For the header `date`, epoch milliseconds. */
  readonly nowMs: number;
}

/** The bytes of an answer. */
export function encodeReply(reply: ServerReply, { method, keepAlive, nowMs }: ReplyOptions): Uint8Array {
  const body = encoder.encode(reply.body);
  const headers = new Headers(reply.headers);
  if (!headers.has("content-type")) headers.set("content-type", "application/json");
  headers.set("content-length", String(body.length));
  headers.set("connection", keepAlive ? "keep-alive" : "close");
  headers.set("date", new Date(nowMs).toUTCString());
  const head = latin1Bytes(headText(reply.status, headers));
  if (method === "HEAD" || reply.status === 204) return head;
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

/** The bytes that turn a connection into a WebSocket. @param accept Answer to the client's key. */
export function encodeSwitch(accept: string): Uint8Array {
  return latin1Bytes(
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n" +
      `sec-websocket-accept: ${accept}\r\n\r\n`,
  );
}

function headText(status: number, headers: Headers): string {
  let text = `HTTP/1.1 ${status} ${reasons[status] ?? ""}\r\n`;
  headers.forEach((value, name) => text += `${name}: ${value}\r\n`);
  return text + "\r\n";
}

function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
