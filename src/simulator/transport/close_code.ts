/**
 * The codes with which a WebSocket ends.
 * @module
 */

/** A close frame without a status: the code that is reported for it and never sent. */
export const noStatus = 1005;
/** A connection that broke without a close frame: the code that is reported for it and never sent. */
export const broken = 1006;

/** Whether a close frame may hold this code: RFC 6455, section 7.4, and the registry of codes after it. */
export function mayBeSent(code: number): boolean {
  const reportedOnly = code === 1004 || code === noStatus || code === broken;
  const registered = code >= 1000 && code <= 1014 && !reportedOnly;
  return Number.isInteger(code) && (registered || (code >= 3000 && code <= 4999));
}

/**
 * Holds the code with which a simulated exchange closes to those that may be sent, {@link noStatus} and {@link broken}.
 *
 * @throws {RangeError} for every other number.
 */
export function checkCloseCode(code: number): void {
  if (mayBeSent(code) || code === noStatus || code === broken) return;
  throw new RangeError(
    `Cannot close a WebSocket with code ${code}: take 1000 to 1014 or 3000 to 4999, not 1004`,
  );
}

/** The reason as the other side hears it: only a close frame with a status can carry one. */
export function reasonTold(code: number, reason: string): string {
  return code === noStatus || code === broken ? "" : reason;
}
