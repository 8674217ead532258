/**
 * Reading HTTP/1.1 requests (RFC 9112) from the bytes of a connection.
 * @module
 */
import { CexarbError } from "../../core/errors.ts";
import type { ByteSource } from "./byte_source.ts";

/** Largest request line with headers, in bytes. */
const maxHeadBytes = 16 * 1024;
/** Largest body in bytes. */
const maxBodyBytes = 1024 * 1024;
/** Longest line with the size of a chunk, in bytes. */
const maxChunkLineBytes = 256;

const requestLine = /^([!#$%&'*+.^_`|~A-Za-z0-9-]+) (\S+) HTTP\/1\.([01])$/;
const absoluteTarget = /^http:\/\/[^/?]*/i;

/** The request cannot be served; the connection ends after the answer. */
export class HttpRefusal extends CexarbError {
  override readonly name = "HttpRefusal";

  /** @param status HTTP status of the answer. */
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** Everything before the body. */
export interface RequestHead {
  readonly method: string;
  /** Path without query, as sent. */
  readonly path: string;
  /** Query without `?`, as sent. */
  readonly search: string;
  readonly headers: Headers;
  /** Whether the client means to send another request on this connection. */
  readonly keepAlive: boolean;
}

/**
 * Waits for the next request.
 *
 * @returns undefined when the client is done.
 * @throws {HttpRefusal} when the bytes are not an HTTP request.
 */
export async function readHead(source: ByteSource): Promise<RequestHead | undefined> {
  for (let from = 0;;) {
    const bytes = source.bytes;
    const end = endOfHead(bytes, from);
    if (end > maxHeadBytes || (end < 0 && bytes.length > maxHeadBytes)) {
      throw new HttpRefusal(431, `the head of the request is longer than ${maxHeadBytes} bytes`);
    }
    if (end >= 0) {
      const text = latin1(bytes.subarray(0, end));
      source.skip(end + 4);
      return parseHead(text);
    }
    from = Math.max(0, bytes.length - 3);
    if (!await source.fill()) return undefined;
  }
}

/**
 * Waits for the body that belongs to a head.
 *
 * @param goOn Called before waiting when the client wants to be told to go on (`Expect: 100-continue`).
 * @returns undefined when the client left before it was complete.
 * @throws {HttpRefusal} when the body is too large, not UTF-8, or its length is not stated correctly.
 */
export async function readBody(
  source: ByteSource,
  { headers }: RequestHead,
  goOn: () => void,
): Promise<string | undefined> {
  const encoding = headers.get("transfer-encoding");
  const length = headers.get("content-length");
  if (encoding === null && (length === null || length === "0")) return "";
  if (encoding !== null && (length !== null || encoding.toLowerCase() !== "chunked")) {
    throw new HttpRefusal(400, "the length of the body is ambiguous");
  }
  const count = length === null ? 0 : contentLength(length);
  if (headers.get("expect")?.toLowerCase() === "100-continue") goOn();
  const bytes = length === null ? await readChunks(source) : await take(source, count);
  return bytes === undefined ? undefined : bodyText(bytes);
}

/** Index of the empty line that ends a head, or -1. */
function endOfHead(bytes: Uint8Array, from: number): number {
  for (let i = bytes.indexOf(13, from); i >= 0 && i + 3 < bytes.length; i = bytes.indexOf(13, i + 1)) {
    if (bytes[i + 1] === 10 && bytes[i + 2] === 13 && bytes[i + 3] === 10) return i;
  }
  return -1;
}

function parseHead(text: string): RequestHead {
  // RFC 9112, section 2.2: empty lines before the request line are ignored.
  const [first = "", ...lines] = text.replace(/^(\r\n)+/, "").split("\r\n");
  const match = requestLine.exec(first);
  if (match === null) throw new HttpRefusal(400, "the first line is not that of an HTTP/1.1 request");
  const [, method = "", fullTarget = "", minor] = match;
  const target = fullTarget.replace(absoluteTarget, "");
  if (!target.startsWith("/")) throw new HttpRefusal(400, "the target of the request is not a path");
  const headers = parseHeaders(lines);
  const hosts = headers.get("host");
  if (minor === "1" && (hosts === null || hosts.includes(","))) {
    throw new HttpRefusal(400, "the request does not name one host");
  }
  const mark = target.indexOf("?");
  return {
    method,
    path: mark < 0 ? target : target.slice(0, mark),
    search: mark < 0 ? "" : target.slice(mark + 1),
    headers,
    keepAlive: minor === "1" ? !names(headers, "close") : names(headers, "keep-alive"),
  };
}

function parseHeaders(lines: readonly string[]): Headers {
  const headers = new Headers();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon <= 0) throw new HttpRefusal(400, "a header has no name");
    try {
      headers.append(line.slice(0, colon), line.slice(colon + 1));
    } catch {
      throw new HttpRefusal(400, "a header holds characters that are not allowed there");
    }
  }
  return headers;
}

/** Whether the header `connection` holds this word. */
function names(headers: Headers, word: string): boolean {
  return (headers.get("connection") ?? "").toLowerCase().split(",").some((part) => part.trim() === word);
}

function contentLength(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new HttpRefusal(400, "the content length is not a number");
  return checkedSize(Number(text));
}

function checkedSize(count: number): number {
  if (count > maxBodyBytes) throw new HttpRefusal(413, `the body is larger than ${maxBodyBytes} bytes`);
  return count;
}

async function take(source: ByteSource, count: number): Promise<Uint8Array | undefined> {
  if (!await source.need(count)) return undefined;
  const bytes = source.bytes.slice(0, count);
  source.skip(count);
  return bytes;
}

async function readChunks(source: ByteSource): Promise<Uint8Array | undefined> {
  const body: number[] = [];
  for (;;) {
    const line = await readLine(source);
    if (line === undefined) return undefined;
    const size = /^([0-9a-fA-F]{1,8})\s*(;.*)?$/.exec(line)?.[1];
    if (size === undefined) throw new HttpRefusal(400, "the size of a chunk is not a number");
    const count = Number.parseInt(size, 16);
    if (count === 0) break;
    checkedSize(body.length + count);
    const chunk = await take(source, count + 2);
    if (chunk === undefined) return undefined;
    if (chunk[count] !== 13 || chunk[count + 1] !== 10) {
      throw new HttpRefusal(400, "a chunk is longer than its size");
    }
    for (let i = 0; i < count; i++) body.push(chunk[i]!);
  }
  for (let trailer = await readLine(source);; trailer = await readLine(source)) {
    if (trailer === undefined) return undefined;
    if (trailer === "") return Uint8Array.from(body);
  }
}

/** The next line without its end; undefined when the client left. */
async function readLine(source: ByteSource): Promise<string | undefined> {
  for (;;) {
    const { bytes } = source;
    const end = bytes.indexOf(10);
    if (end > maxChunkLineBytes || (end < 0 && bytes.length > maxChunkLineBytes)) {
      throw new HttpRefusal(400, "a line in the body is too long");
    }
    if (end >= 0) {
      const text = latin1(bytes.subarray(0, bytes[end - 1] === 13 ? end - 1 : end));
      source.skip(end + 1);
      return text;
    }
    if (!await source.fill()) return undefined;
  }
}

function bodyText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new HttpRefusal(400, "the body is not UTF-8");
  }
}

/** Each byte as the character with its number. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
