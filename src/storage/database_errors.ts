/**
 * Why a database did not do what it was asked: it is away, or it refuses.
 * @module
 */
import { errorMessage, StorageError } from "../core/errors.ts";

/** The database cannot do anything now; the same request may succeed later, or may have succeeded unheard. */
export class DatabaseAwayError extends StorageError {
  /** Sets it apart from other storage errors. */
  readonly away = true;
}

/** The database refuses what it was asked, and will refuse it again. Nothing of it was done. */
export class DatabaseRefusalError extends StorageError {
  /** @param code SQLSTATE; empty when the request did not come as far as the server. */
  constructor(message: string, readonly code: string = "") {
    super(message);
  }
}

/**
 * Conditions that pass: PostgreSQL's error codes (appendix A of its manual), whole classes of two characters.
 * 08 connection, 25006 read-only server, 28 and 42501 no access (an administrator's matter, not the row's), 3D no
 * such database, 40 undone by another transaction, 53 out of space, memory or connections, 55 in use, 57 shut down,
 * starting or timed out, 58 system error.
 */
const passing = ["08", "25006", "28", "3D", "40", "42501", "53", "55", "57", "58"];

/** What an error of a server or of the way to it means. */
export function databaseError(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const code = codeOf(error);
  const message = errorMessage(error);
  // Errors of sockets have codes such as ECONNRESET, those of the client such as CONNECTION_CLOSED.
  if (!/^[0-9A-Z]{5}$/.test(code) || /^E[A-Z]{4}$/.test(code)) return new DatabaseAwayError(message);
  return passing.some((start) => code.startsWith(start))
    ? new DatabaseAwayError(message)
    : new DatabaseRefusalError(message, code);
}

function codeOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}
