/**
 * The error classes of cexarb. A message says what failed, on what, and what to do about it.
 * @module
 */

/** Base of every error that cexarb raises on purpose; anything else that is thrown is a defect. */
export class CexarbError extends Error {
  override readonly name: string = "CexarbError";
}

/** The command line or the configuration asks for something that does not exist or makes no sense. */
export class ConfigError extends CexarbError {
  override readonly name = "ConfigError";
}

/** A file that the user named cannot be read or holds something unexpected. */
export class DataFileError extends CexarbError {
  override readonly name = "DataFileError";
}

/** A venue sent bytes that its protocol does not allow. Nothing of such a message is used. */
export class ProtocolError extends CexarbError {
  override readonly name = "ProtocolError";
}

/** No answer: connection refused, broken or timed out. Says nothing about what the other side did. */
export class NetworkError extends CexarbError {
  override readonly name = "NetworkError";
}

/** A venue answered a request with an error. */
export class VenueError extends CexarbError {
  override readonly name = "VenueError";

  /**
   * @param message What was asked and what came back.
   * @param status HTTP status of the answer.
   * @param code Code (MEXC) or label (Gate.io) in the body; empty when the body held none.
   */
  constructor(message: string, readonly status: number, readonly code: string) {
    super(message);
  }
}

/** The database refused or lost something. */
export class StorageError extends CexarbError {
  override readonly name = "StorageError";
}

/** The message of anything that can be thrown. */
export function errorMessage(error: unknown): string {
  if (error instanceof Error) return error.message;
  try {
    return String(error);
  } catch {
    return "an object without any text was thrown";
  }
}
