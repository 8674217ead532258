/**
 * Reading HTTP/1.1 answers as their bytes come.
 * @module
 */
import { gunzipSync } from "node:zlib";
import { errorMessage, ProtocolError } from "../core/errors.ts";
import { ByteBuffer } from "./byte_buffer.ts";
import { type BodyLength, bodyLength, endOfHead, latin1, parseHead, type ResponseHead } from "./http_head.ts";

/** A complete answer. */
export interface ReadResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Whether the connection can carry another request. */
  readonly keepAlive: boolean;
}

/** Largest status line with headers, bytes. */
const maxHeadBytes = 65_536;
/** Longest line with the size of a chunk, bytes. */
const maxChunkLineBytes = 1_024;

/**
 * Reads the answer to one request after the other. Whatever is not exactly an HTTP/1.1 answer of the allowed size is
 * a `ProtocolError`, after which the connection is of no more use.
 */
export class HttpResponseReader {
  readonly #input = new ByteBuffer();
  readonly #body = new ByteBuffer();
  #head: ResponseHead | undefined;
  #length: BodyLength = { kind: "none" };
  #scanned = 0;
  #isHead = false;
  /** Bytes of the chunk that are still to come; undefined between chunks. */
  #chunkLeft: number | undefined;
  #inTrailer = false;
  #isZipped = false;

  /** @param maxBodyBytes Largest body that is taken. */
  constructor(private readonly maxBodyBytes: number) {}

  /** Gets ready for the next answer. */
  begin(method: string): void {
    this.#input.clear();
    this.#body.clear();
    this.#head = undefined;
    this.#scanned = 0;
    this.#isHead = method === "HEAD";
    this.#chunkLeft = undefined;
    this.#inTrailer = false;
  }

  /**
   * Takes the next bytes.
   *
   * @returns The answer as soon as it is complete.
   * @throws {ProtocolError} when they are not part of an answer.
   */
  push(bytes: Uint8Array): ReadResponse | undefined {
    this.#input.append(bytes);
    // Interim answers (1xx) come before the real one.
    while (this.#head === undefined) {
      const head = this.#readHead();
      if (head === undefined) return undefined;
      if (head.status === 101) throw new ProtocolError("the answer changes to a protocol nobody asked for");
      if (head.status < 200) continue;
      this.#begun(head);
    }
    return this.#isComplete() ? this.#finished(this.#head) : undefined;
  }

  /**
   * The other side has closed the connection in order.
   *
   * @returns The answer, when that is how its end is told.
   */
  end(): ReadResponse | undefined {
    return this.#head !== undefined && this.#length.kind === "until-closed"
      ? this.#finished(this.#head)
      : undefined;
  }

  #readHead(): ResponseHead | undefined {
    const bytes = this.#input.bytes;
    const end = endOfHead(bytes, this.#scanned);
    if (end > maxHeadBytes || (end < 0 && bytes.length > maxHeadBytes)) {
      throw new ProtocolError(`the head of the answer is longer than ${maxHeadBytes} bytes`);
    }
    if (end < 0) {
      this.#scanned = Math.max(0, bytes.length - 3);
      return undefined;
    }
    const head = parseHead(bytes.subarray(0, end));
    this.#input.take(end + 4);
    this.#scanned = 0;
    return head;
  }

  #begun(head: ResponseHead): void {
    this.#head = head;
    this.#length = bodyLength(head, this.#isHead);
    if (this.#length.kind === "counted") this.#checkSize(this.#length.bytes);
    const encoding = (head.headers.get("content-encoding") ?? "identity").toLowerCase();
    // Nobody asks for gzip, but the servers in front of a venue may send it nevertheless.
    this.#isZipped = encoding === "gzip";
    if (this.#length.kind !== "none" && !this.#isZipped && encoding !== "identity") {
      throw new ProtocolError(`the answer has the encoding "${encoding}", which nobody asked for`);
    }
  }

  #isComplete(): boolean {
    switch (this.#length.kind) {
      case "none":
        return true;
      case "counted":
        this.#moveBody(this.#length.bytes - this.#body.length);
        return this.#body.length === this.#length.bytes;
      case "chunked":
        return this.#readChunks();
      case "until-closed":
        this.#moveBody(Infinity);
        return false;
    }
  }

  /** Reads as many chunks as there are; returns whether that was all of them. */
  #readChunks(): boolean {
    for (;;) {
      if (this.#chunkLeft !== undefined && this.#chunkLeft > 0) {
        this.#chunkLeft -= this.#moveBody(this.#chunkLeft);
        if (this.#chunkLeft > 0) return false;
      }
      const line = this.#takeLine();
      if (line === undefined) return false;
      if (this.#inTrailer) {
        if (line === "") return true;
      } else if (this.#chunkLeft === undefined) {
        this.#beginChunk(line);
      } else {
        if (line !== "") throw new ProtocolError("a chunk of the answer is longer than stated");
        this.#chunkLeft = undefined;
      }
    }
  }

  #beginChunk(line: string): void {
    const match = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;.*)?$/.exec(line);
    if (match === null) throw new ProtocolError(`"${line.slice(0, 60)}" is no size of a chunk`);
    const size = parseInt(match[1]!, 16);
    this.#checkSize(this.#body.length + size);
    if (size === 0) this.#inTrailer = true;
    else this.#chunkLeft = size;
  }

  #takeLine(): string | undefined {
    const bytes = this.#input.bytes;
    const end = bytes.indexOf(10);
    if (end > maxChunkLineBytes || (end < 0 && bytes.length > maxChunkLineBytes)) {
      throw new ProtocolError(`a line between chunks is longer than ${maxChunkLineBytes} bytes`);
    }
    if (end < 0) return undefined;
    if (bytes[end - 1] !== 13) throw new ProtocolError("a line between chunks does not end with CR LF");
    const line = latin1(bytes.subarray(0, end - 1));
    this.#input.take(end + 1);
    return line;
  }

  /** Moves up to `count` bytes to the body; returns how many there were. */
  #moveBody(count: number): number {
    const moved = this.#input.take(count);
    this.#checkSize(this.#body.length + moved.length);
    this.#body.append(moved);
    return moved.length;
  }

  #checkSize(bytes: number): void {
    if (bytes > this.maxBodyBytes) {
      throw new ProtocolError(`the body of the answer is longer than ${this.maxBodyBytes} bytes`);
    }
  }

  #finished({ status, headers, keepAlive }: ResponseHead): ReadResponse {
    const text = new TextDecoder().decode(this.#isZipped ? this.#unzipped() : this.#body.bytes);
    // Bytes after the answer belong to nothing that was asked: whatever they are, the connection is not trusted.
    return { status, headers, text, keepAlive: keepAlive && this.#input.length === 0 };
  }

  #unzipped(): Uint8Array {
    if (this.#body.length === 0) return this.#body.bytes;
    try {
      return gunzipSync(this.#body.bytes, { maxOutputLength: this.maxBodyBytes });
    } catch (error) {
      throw new ProtocolError(`the answer cannot be unzipped: ${errorMessage(error)}`);
    }
  }
}
