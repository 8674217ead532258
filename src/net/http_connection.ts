/**
 * One kept-alive HTTP/1.1 connection.
 * @module
 */
import { errorMessage } from "../core/errors.ts";
import type { ByteStream } from "./byte_stream.ts";
import { HttpResponseReader, type ReadResponse } from "./http_response_reader.ts";
import { Wire } from "./wire.ts";

/** Who waits for an answer: exactly one of both is called, once. */
export interface ExchangeHandlers {
  onResponse(response: ReadResponse): void;
  onFailure(why: string): void;
}

/** Carries one request at a time. Nothing is ever sent twice. */
export class HttpConnection {
  readonly #wire: Wire;
  readonly #reader: HttpResponseReader;
  #waiting: ExchangeHandlers | undefined;
  #isUsable = true;

  /**
   * @param stream Belongs to the connection from here on.
   * @param maxBodyBytes Largest body of an answer that is taken.
   * @param onGone Called once when the connection ends, unless by {@link close}.
   */
  constructor(stream: ByteStream, maxBodyBytes: number, private readonly onGone: () => void) {
    this.#reader = new HttpResponseReader(maxBodyBytes);
    this.#wire = new Wire(stream, {
      onBytes: (bytes) => this.#received(bytes),
      onEnd: (why, clean) => this.#ended(why, clean),
    });
    this.#wire.start();
  }

  /** Whether it can carry a request now. */
  get isReady(): boolean {
    return this.#isUsable && this.#waiting === undefined;
  }

  /** Sends a request; only when ready. */
  exchange(method: string, request: Uint8Array, handlers: ExchangeHandlers): void {
    this.#reader.begin(method);
    this.#waiting = handlers;
    this.#wire.send(request);
  }

  /** Closes it. Whoever waits for an answer is not told. */
  close(): void {
    this.#isUsable = false;
    this.#waiting = undefined;
    this.#wire.close();
  }

  #received(bytes: Uint8Array): void {
    // What comes without a question (often 408 before a server closes an idle connection) answers nothing.
    if (this.#waiting === undefined) return this.#fail("bytes came that nobody asked for");
    let response: ReadResponse | undefined;
    try {
      response = this.#reader.push(bytes);
    } catch (error) {
      return this.#fail(errorMessage(error));
    }
    if (response !== undefined) this.#answered(response);
  }

  #ended(why: string, clean: boolean): void {
    const response = clean && this.#waiting !== undefined ? this.#reader.end() : undefined;
    if (response === undefined) return this.#fail(`the connection ended before the answer: ${why}`);
    this.#isUsable = false;
    this.#answered(response);
    this.onGone();
  }

  #answered(response: ReadResponse): void {
    const handlers = this.#waiting;
    this.#waiting = undefined;
    // An answer that is complete before the request is leaves the rest of the request on the connection.
    if (!response.keepAlive || this.#wire.isWriting) this.#isUsable = false;
    handlers?.onResponse(response);
  }

  #fail(why: string): void {
    const handlers = this.#waiting;
    this.close();
    handlers?.onFailure(why);
    this.onGone();
  }
}
