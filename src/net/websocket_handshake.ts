/**
 * The opening handshake of a WebSocket client (RFC 6455, section 4.1).
 * @module
 */
import { createHash } from "node:crypto";
import { ProtocolError } from "../core/errors.ts";
import type { HttpAddress } from "./http_address.ts";
import type { ResponseHead } from "./http_head.ts";

const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** A fresh `Sec-WebSocket-Key`. */
export function handshakeKey(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
}

/** The request that opens the socket, as bytes. */
export function handshakeRequest({ host, path }: HttpAddress, key: string): Uint8Array {
  return new TextEncoder().encode(
    `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nupgrade: websocket\r\nconnection: Upgrade\r\n` +
      `sec-websocket-key: ${key}\r\nsec-websocket-version: 13\r\n\r\n`,
  );
}

/**
 * Checks that the server has agreed, to nothing more than was asked for.
 *
 * @throws {ProtocolError} when it has not.
 */
export function checkHandshake({ status, headers }: ResponseHead, key: string): void {
  if (status !== 101) {
    throw new ProtocolError(`the server answered with status ${status} instead of a socket`);
  }
  const accept = createHash("sha1").update(key + guid).digest("base64");
  const connection = (headers.get("connection") ?? "").toLowerCase().split(",").map((each) => each.trim());
  if (headers.get("upgrade")?.toLowerCase() !== "websocket" || !connection.includes("upgrade")) {
    throw new ProtocolError("the answer does not change to a socket");
  }
  if (headers.get("sec-websocket-accept") !== accept) {
    throw new ProtocolError("the answer belongs to another handshake");
  }
  if (headers.has("sec-websocket-extensions") || headers.has("sec-websocket-protocol")) {
    throw new ProtocolError("the server chose an extension or a protocol that was not offered");
  }
}
