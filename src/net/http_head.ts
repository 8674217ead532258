/**
 * The head of an HTTP/1.1 answer (RFC 9112).
 * @module
 */
import { ProtocolError } from "../core/errors.ts";

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const fieldLine = /^([!#$%&'*+.^_`|~A-Za-z0-9-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/;
/** Most lines of one head: more than any server sends, few enough to look at. */
const maxFields = 256;

/** How the end of a body is known. */
export type BodyLength =
  | { readonly kind: "none" }
  | { readonly kind: "counted"; readonly bytes: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "until-closed" };

/** Everything before the body. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: Headers;
  /** Whether the connection can carry another request afterwards. */
  readonly keepAlive: boolean;
}

/** Index of the empty line that ends a head, or -1; looks from index `from` on. */
export function endOfHead(bytes: Uint8Array, from: number): number {
  for (let i = bytes.indexOf(13, from); i >= 0 && i + 3 < bytes.length; i = bytes.indexOf(13, i + 1)) {
    if (bytes[i + 1] === 10 && bytes[i + 2] === 13 && bytes[i + 3] === 10) return i;
  }
  return -1;
}

/**
 * Reads a head.
 *
 * @param bytes All of it without the empty line at its end.
 * @throws {ProtocolError} when it is not one.
 */
export function parseHead(bytes: Uint8Array): ResponseHead {
  const [first = "", ...lines] = latin1(bytes).split("\r\n");
  const match = statusLine.exec(first);
  if (match === null) throw new ProtocolError(`"${first.slice(0, 60)}" is no HTTP/1.1 status line`);
  if (lines.length > maxFields) throw new ProtocolError(`the answer has more than ${maxFields} headers`);
  const headers = new Headers();
  for (const line of lines) {
    const [, name, value] = fieldLine.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      throw new ProtocolError(`"${line.slice(0, 60)}" is no header of an answer`);
    }
    headers.append(name, value.trimEnd());
  }
  const keepAlive = match[1] === "1" ? !names(headers, "close") : names(headers, "keep-alive");
  return { status: Number(match[2]), headers, keepAlive };
}

/**
 * How long the body is (RFC 9112, section 6.3). A length that is stated twice or in two ways is refused, because two
 * readers could understand it differently.
 *
 * @param isHead Whether the request was HEAD, whose answers have no body.
 * @throws {ProtocolError} when that cannot be told.
 */
export function bodyLength({ status, headers }: ResponseHead, isHead: boolean): BodyLength {
  if (isHead || status === 204 || status === 304) return { kind: "none" };
  const encoding = headers.get("transfer-encoding");
  const length = headers.get("content-length");
  if (encoding !== null) {
    if (length !== null) throw new ProtocolError("the answer states its length in two ways");
    if (encoding.toLowerCase() !== "chunked") {
      throw new ProtocolError(`the answer has the transfer encoding "${encoding}", which nobody asked for`);
    }
    return { kind: "chunked" };
  }
  if (length === null) return { kind: "until-closed" };
  if (!/^\d{1,15}$/.test(length)) throw new ProtocolError(`"${length}" is no length of a body`);
  return { kind: "counted", bytes: Number(length) };
}

/** Whether `Connection` holds this option. */
function names(headers: Headers, option: string): boolean {
  const connection = headers.get("connection");
  return connection !== null &&
    connection.toLowerCase().split(",").some((each) => each.trim() === option);
}

const latin1Decoder = new TextDecoder("latin1");

/** Bytes as characters. (The bytes 0x80 to 0x9f come out as other characters, which no pattern above takes.) */
export function latin1(bytes: Uint8Array): string {
  return latin1Decoder.decode(bytes);
}
