/**
 * One connection in use: bytes out in order, bytes in as they come.
 * @module
 */
import { errorMessage } from "../core/errors.ts";
import { type ByteStream, closeQuietly } from "./byte_stream.ts";

/** Who listens to a {@link Wire}. A handler that throws is a defect and reaches the runtime. */
export interface WireHandlers {
  /** Bytes that came. They are valid only during the call. */
  onBytes(bytes: Uint8Array): void;
  /**
   * The connection is gone and nothing else follows. Not called after `close`.
   *
   * @param clean Whether the other side ended it in order; otherwise bytes may be missing.
   */
  onEnd(why: string, clean: boolean): void;
}

/** Size of one read, bytes. */
const readSize = 65_536;
/** Most bytes that wait for a peer that does not read. */
const maxQueuedBytes = 8 * 1_048_576;

/** Reads all the time, so that a connection that the other side has closed is known before it is used again. */
export class Wire {
  readonly #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #writing = false;
  #ended = false;

  /** @param stream Belongs to the wire from here on. */
  constructor(private readonly stream: ByteStream, private readonly handlers: WireHandlers) {}

  /** Whether bytes are still on their way to the operating system. */
  get isWriting(): boolean {
    return this.#writing;
  }

  /** Starts to read. */
  start(): void {
    void this.#read();
  }

  /** Sends bytes, at once when none are on their way. The caller does not change them any more. */
  send(bytes: Uint8Array): void {
    if (this.#ended) return;
    if (!this.#writing) {
      void this.#write(bytes);
      return;
    }
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    if (this.#queuedBytes > maxQueuedBytes) this.#end("the other side does not read");
  }

  /** Closes the connection; without effect when it has ended. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    closeQuietly(this.stream);
  }

  #end(why: string, clean = false): void {
    if (this.#ended) return;
    this.close();
    this.handlers.onEnd(why, clean);
  }

  async #write(first: Uint8Array): Promise<void> {
    this.#writing = true;
    for (let bytes: Uint8Array | undefined = first; bytes !== undefined; bytes = this.#takeQueued()) {
      try {
        while (bytes.length > 0) bytes = bytes.subarray(await this.stream.write(bytes));
      } catch (error) {
        this.#end(`it broke: ${errorMessage(error)}`);
        return;
      }
    }
    this.#writing = false;
  }

  /** All that waits, in one piece. */
  #takeQueued(): Uint8Array | undefined {
    if (this.#queue.length < 2) {
      this.#queuedBytes = 0;
      return this.#queue.pop();
    }
    const joined = new Uint8Array(this.#queuedBytes);
    let at = 0;
    for (const bytes of this.#queue) {
      joined.set(bytes, at);
      at += bytes.length;
    }
    this.#queue.length = 0;
    this.#queuedBytes = 0;
    return joined;
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(readSize);
    while (!this.#ended) {
      let count: number | null;
      try {
        count = await this.stream.read(buffer);
      } catch (error) {
        this.#end(`it broke: ${errorMessage(error)}`);
        return;
      }
      if (count === null) this.#end("the other side closed it", true);
      else if (!this.#ended) this.handlers.onBytes(buffer.subarray(0, count));
    }
  }
}
