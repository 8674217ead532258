/**
 * What MEXC's errors mean: one table from code to outcome.
 * @module
 */
import type { RefusalReason, Refused, Unknown } from "../../core/order_request.ts";

/** What a code says about a request: definitely refused, with the class of the reason, or nothing. */
export type CodeMeaning = RefusalReason | "unknown";

/**
 * The codes. Their texts are never looked at. `unknown` also where only connectors tell of a code and its text does not
 * exclude that the request was carried out. UNCONFIRMED: that 30026 is what a client order id that is in use is answered
 * with; by its documented text ("invalid order ids") it is refused either way.
 */
export const mexcCodes: Readonly<Record<string, CodeMeaning>> = {
  "-1121": "symbol-closed",
  "-1128": "parameters",
  "-2011": "not-found",
  "-2013": "not-found",
  "26": "permission",
  "400": "parameters",
  "401": "permission",
  "402": "permission",
  "403": "permission",
  "406": "permission",
  "429": "rate",
  "500": "unknown",
  "501": "unknown",
  "503": "unknown",
  "504": "unknown",
  "510": "unknown",
  "602": "signature",
  "10001": "permission",
  "10007": "symbol-closed",
  "10015": "parameters",
  "10072": "signature",
  "10073": "clock",
  "10095": "size",
  "10096": "precision",
  "10097": "size",
  "10098": "permission",
  "10101": "balance",
  "10102": "size",
  "11444": "unknown",
  "20001": "unknown",
  "20002": "unknown",
  "22222": "not-found",
  "30000": "symbol-closed",
  "30001": "symbol-closed",
  "30002": "notional",
  "30003": "notional",
  "30004": "balance",
  "30005": "balance",
  "30010": "price",
  "30014": "symbol-closed",
  "30016": "symbol-closed",
  "30018": "permission",
  "30019": "parameters",
  "30020": "permission",
  "30021": "symbol-closed",
  "30025": "not-filled",
  "30026": "duplicate-id",
  "30027": "symbol-closed",
  "30028": "symbol-closed",
  "30029": "too-many-orders",
  "30032": "position",
  "30041": "parameters",
  "30087": "price",
  "33333": "parameters",
  "44444": "parameters",
  "60005": "permission",
  "70011": "permission",
  "88004": "balance",
  "88013": "notional",
  "88015": "balance",
  "140001": "permission",
  "140002": "permission",
  "700001": "signature",
  "700002": "signature",
  "700003": "clock",
  "700004": "parameters",
  "700005": "parameters",
  "700006": "permission",
  "700007": "permission",
  "700008": "parameters",
  "700013": "parameters",
};

/** Management of sub-accounts and API keys. */
const keyManagement = { first: 730_000, last: 730_707, meaning: "permission" } as const;

/** Statuses that the documents describe without a code: limits that stand in front of the exchange. */
const gateStatuses: Readonly<Record<number, RefusalReason>> = { 403: "rate", 418: "rate", 429: "rate" };

/** Meaning of a code. Those that are in no table, −1xxx among them, and transfer errors (10200 to 10268) say nothing. */
export function meaningOf(code: string): CodeMeaning {
  const { first, last, meaning } = keyManagement;
  const number = Number(code);
  if (Number.isInteger(number) && number >= first && number <= last) return meaning;
  return Object.hasOwn(mexcCodes, code) ? mexcCodes[code]! : "unknown";
}

/** An error answer in its parts. */
export interface ErrorAnswer {
  /** HTTP status. */
  readonly status: number;
  /** Code in the body; empty when it held none. */
  readonly code: string;
  /** The venue's words; for people only. */
  readonly message: string;
  /** What the venue asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/**
 * What became of a request that was answered with an error. A status of 5xx says nothing, whatever the code; otherwise
 * the code decides; without a code only 403 (firewall), 429 and 418 (too many requests) are refusals.
 */
export function outcomeOf({ status, code, message, retryAfterMs }: ErrorAnswer): Refused | Unknown {
  const name = code === "" ? `status ${status}` : `code ${code}`;
  const unknown: Unknown = {
    kind: "unknown",
    why: `MEXC answered ${name} with status ${status}: ${message}`,
  };
  if (status >= 500) return unknown;
  const limited = status === 429 || status === 418;
  const meaning = limited || code === "" ? gateStatuses[status] ?? "unknown" : meaningOf(code);
  if (meaning === "unknown") return unknown;
  return {
    kind: "refused",
    reason: meaning,
    code: code === "" ? String(status) : code,
    message,
    ...(meaning === "rate" && retryAfterMs !== undefined ? { retryAfterMs } : {}),
  };
}
