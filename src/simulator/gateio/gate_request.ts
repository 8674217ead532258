/**
 * What a client may say on a Gate.io WebSocket.
 * @module
 */
import { parseJson } from "./gate_json.ts";

/** A request in the common envelope. */
export interface GateRequest {
  /** Unix seconds; undefined when the client sent none. */
  readonly time: number | undefined;
  /** Echoed in the reply when present; a text only on trading requests. */
  readonly id: number | string | undefined;
  readonly channel: string;
  /** Empty for a ping. */
  readonly event: string;
  /** Arguments of a subscription. */
  readonly payload: readonly unknown[];
  /** Credentials of a private subscription, unread. */
  readonly auth: unknown;
  /** The payload of a trading request, event `api`; undefined on all others. */
  readonly api: Readonly<Record<string, unknown>> | undefined;
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads the envelope, or returns undefined when the text is not one. */
export function parseGateRequest(text: string): GateRequest | undefined {
  let message: unknown;
  try {
    message = parseJson(text);
  } catch {
    return undefined;
  }
  if (!isRecord(message)) return undefined;
  const { time, id, channel, event = "", auth } = message;
  if (typeof channel !== "string" || typeof event !== "string") return undefined;
  if (time !== undefined && !Number.isInteger(time)) return undefined;
  const trading = event === "api";
  if (id !== undefined && !isInt32(id) && !(trading && typeof id === "string")) return undefined;
  const payload = message["payload"] ?? (trading ? {} : []);
  if (trading ? !isRecord(payload) : !Array.isArray(payload)) return undefined;
  return {
    time: time as number | undefined,
    id: id as number | string | undefined,
    channel,
    event,
    auth,
    payload: trading ? [] : payload as unknown[],
    api: trading ? payload as Record<string, unknown> : undefined,
  };
}

function isInt32(value: unknown): boolean {
  return typeof value === "number" && (value | 0) === value;
}
