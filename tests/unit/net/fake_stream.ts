/**
 * Connections without a network.
 * @module
 */
import { Buffer } from "node:buffer";
import type { ByteStream, Dial } from "../../../src/net/byte_stream.ts";

/** A stream whose other side is the test. */
export class FakeStream implements ByteStream {
  /** Everything that was written, one character for each byte. */
  written = "";
  /** Number of calls of write. */
  writes = 0;
  isClosed = false;
  readonly #incoming: (Uint8Array | null | Error)[] = [];
  #wakeUp: (() => void) | undefined;
  #blocked: Promise<void> | undefined;
  #unblock: (() => void) | undefined;

  async read(buffer: Uint8Array): Promise<number | null> {
    while (this.#incoming.length === 0) {
      if (this.isClosed) throw new Deno.errors.Interrupted("closed");
      await new Promise<void>((resolve) => this.#wakeUp = resolve);
    }
    const next = this.#incoming.shift()!;
    if (next instanceof Error) throw next;
    if (next === null) return null;
    buffer.set(next);
    return next.length;
  }

  async write(bytes: Uint8Array): Promise<number> {
    if (this.isClosed) throw new Deno.errors.BadResource("closed");
    this.writes += 1;
    this.written += Buffer.from(bytes).toString("latin1");
    await this.#blocked;
    return bytes.length;
  }

  close(): void {
    this.isClosed = true;
    this.#wakeUp?.();
  }

  /** Makes writes wait until {@link unblock}. */
  block(): void {
    this.#blocked = new Promise((resolve) => this.#unblock = resolve);
  }

  unblock(): void {
    this.#unblock?.();
  }

  /** Bytes, the end, or a failure from the other side. Resolves when they have been read. */
  async arrive(what: string | Uint8Array | null | Error): Promise<void> {
    this.#incoming.push(typeof what === "string" ? new TextEncoder().encode(what) : what);
    this.#wakeUp?.();
    await settled();
  }
}

/** Opens fake streams; each attempt waits for the test. */
export class FakeDial {
  readonly attempts: { succeed(): FakeStream; fail(why: string): void; readonly signal: AbortSignal }[] = [];

  readonly dial: Dial = (_target, signal) =>
    new Promise((resolve, reject) => {
      this.attempts.push({
        signal,
        succeed: (): FakeStream => {
          const stream = new FakeStream();
          resolve(stream);
          return stream;
        },
        fail: (why): void => reject(new Error(why)),
      });
    });
}

/** Lets everything run that waits for nothing outside. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
