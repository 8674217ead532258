/**
 * The request that turns an HTTP connection into a WebSocket (RFC 6455, section 4.2).
 * @module
 */
import { createHash } from "node:crypto";
import { HttpRefusal, type RequestHead } from "./http_request.ts";

const keySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** Sixteen bytes in base64. */
const keyPattern = /^[A-Za-z0-9+/]{22}==$/;

/** Whether the client wants a WebSocket. */
export function asksForWebSocket({ headers }: RequestHead): boolean {
  return headers.get("upgrade")?.toLowerCase() === "websocket";
}

/**
 * The answer to the client's key.
 *
 * @throws {HttpRefusal} when the request is not a correct handshake.
 */
export function acceptKey({ method, headers }: RequestHead): string {
  if (method !== "GET") throw new HttpRefusal(405, "a WebSocket begins with GET");
  if (headers.get("sec-websocket-version") !== "13") {
    throw new HttpRefusal(426, "the WebSocket version is not 13");
  }
  const key = headers.get("sec-websocket-key") ?? "";
  if (!keyPattern.test(key)) throw new HttpRefusal(400, "the WebSocket key is not sixteen bytes in base64");
  return createHash("sha1").update(key + keySuffix).digest("base64");
}
