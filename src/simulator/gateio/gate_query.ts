/**
 * Query parameters of Gate.io endpoints.
 * @module
 */
import { gateRestErrors } from "./gate_errors.ts";
import { wholeNumber } from "./gate_fields.ts";

/** A mandatory parameter. @throws {GateRestError} MISSING_REQUIRED_PARAM. */
export function required(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value === null || value === "") throw gateRestErrors.missingParameter(name);
  return value;
}

/** The whole number `limit` from 1 to `max`. @throws {GateRestError} INVALID_PARAM_VALUE. */
export function limitOf(query: URLSearchParams, fallback: number, max: number): number {
  const text = query.get("limit") ?? String(fallback);
  const limit = wholeNumber(text);
  if (Number.isNaN(limit) || limit < 1 || limit > max) throw gateRestErrors.badParameter("limit", text);
  return limit;
}
