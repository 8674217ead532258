/**
 * The open connections of a venue.
 * @module
 */
import type { ServerSession } from "./transport/server_port.ts";

/** Remembers sessions from the moment they are accepted until they end. */
export class SessionRegistry {
  readonly #sessions = new Set<ServerSession>();

  /** Number of open connections. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Registers a session; use the returned one in its place. */
  add(session: ServerSession): ServerSession {
    this.#sessions.add(session);
    return {
      onText: (text): void => session.onText(text),
      onBinary: (bytes): void => session.onBinary(bytes),
      close: (code, reason): void => session.close(code, reason),
      onClose: (): void => {
        this.#sessions.delete(session);
        session.onClose();
      },
    };
  }

  /** Closes all connections. */
  closeAll(code: number, reason: string): void {
    for (const session of [...this.#sessions]) session.close(code, reason);
  }
}
