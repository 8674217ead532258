/**
 * What a client may say on a Gate.io WebSocket.
 * @module
 */

/** A request in the common envelope. */
export interface GateRequest {
  /** Unix seconds; undefined when the client sent none. */
  readonly time: number | undefined;
  /** Echoed in the reply when present. */
  readonly id: number | undefined;
  readonly channel: string;
  /** Empty for a ping. */
  readonly event: string;
  readonly payload: readonly unknown[];
}

/** Reads the envelope, or returns undefined when the text is not one. */
export function parseGateRequest(text: string): GateRequest | undefined {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof message !== "object" || message === null) return undefined;
  const { time, id, channel, event = "", payload = [] } = message as Record<string, unknown>;
  if (typeof channel !== "string" || typeof event !== "string" || !Array.isArray(payload)) return undefined;
  if (time !== undefined && !Number.isInteger(time)) return undefined;
  if (id !== undefined && !isInt32(id)) return undefined;
  return { time: time as number | undefined, id: id as number | undefined, channel, event, payload };
}

function isInt32(value: unknown): boolean {
  return typeof value === "number" && (value | 0) === value;
}
