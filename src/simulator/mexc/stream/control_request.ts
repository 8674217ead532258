/**
 * What a client may say on a MEXC WebSocket.
 * @module
 */

/** A control request. */
export interface MexcRequest {
  readonly method: "SUBSCRIPTION" | "UNSUBSCRIPTION" | "PING";
  /** 0 when the client sent none. */
  readonly id: number;
  /** Channels; empty for a ping. */
  readonly params: readonly string[];
}

/** Reads a request, or returns undefined when the text is not one. */
export function parseMexcRequest(text: string): MexcRequest | undefined {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof message !== "object" || message === null) return undefined;
  const { method, params, id } = message as Record<string, unknown>;
  const number = id === undefined ? 0 : id;
  if (typeof method !== "string" || !Number.isInteger(number) || (number as number) < 0) return undefined;
  // Clients in the field send the ping in lower case as well.
  if (method === "PING" || method === "ping") return { method: "PING", id: number as number, params: [] };
  if (method !== "SUBSCRIPTION" && method !== "UNSUBSCRIPTION") return undefined;
  if (!Array.isArray(params) || params.length === 0) return undefined;
  if (!params.every((channel) => typeof channel === "string")) return undefined;
  return { method, id: number as number, params: params as string[] };
}
