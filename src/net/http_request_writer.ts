/**
 * Writing HTTP/1.1 requests.
 * @module
 */
import type { HttpRequest } from "../core/network.ts";
import { type HttpAddress, shownAddress } from "./http_address.ts";

const token = /^[!#$%&'*+.^_`|~A-Za-z0-9-]+$/;
const headerValue = /^[\t\x20-\x7e]*$/;
/** Headers that say how the message is framed; the writer states them itself. */
const ownHeaders: readonly string[] = ["host", "connection", "content-length", "transfer-encoding", "expect"];

const encoder = new TextEncoder();

/**
 * The whole request as bytes, to be sent in one piece.
 *
 * @throws {TypeError} when the method or a header would not arrive as it is given.
 */
export function requestBytes(request: HttpRequest, { host, path }: HttpAddress): Uint8Array {
  const { method, headers = {}, body } = request;
  if (!token.test(method)) throw new TypeError(`"${method}" is no HTTP method`);
  let text = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n`;
  let saysEncoding = false;
  for (const name in headers) {
    const value = headers[name]!;
    if (!token.test(name) || !headerValue.test(value)) {
      throw new TypeError(
        `The header "${name}" of ${method} ${shownAddress(path)} holds characters that no header can`,
      );
    }
    const lower = name.toLowerCase();
    if (ownHeaders.includes(lower)) throw new TypeError(`The header "${name}" is set by the network itself`);
    saysEncoding ||= lower === "accept-encoding";
    text += `${name}: ${value}\r\n`;
  }
  if (!saysEncoding) text += "accept-encoding: identity\r\n";
  // Without a body the length is stated where a server may expect one (RFC 9110, section 8.6).
  if (body === undefined) {
    return encoder.encode(text + (needsLength(method) ? "content-length: 0\r\n\r\n" : "\r\n"));
  }
  return encoder.encode(`${text}content-length: ${byteLength(body)}\r\n\r\n${body}`);
}

function needsLength(method: string): boolean {
  return method === "POST" || method === "PUT" || method === "PATCH";
}

/** Length in UTF-8. */
function byteLength(text: string): number {
  // deno-lint-ignore no-control-regex
  return /^[\x00-\x7f]*$/.test(text) ? text.length : encoder.encode(text).length;
}
