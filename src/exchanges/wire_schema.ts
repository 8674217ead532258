/**
 * Validation of REST bodies at the edge.
 * @module
 */
import * as v from "valibot";
import type { LevelColumns } from "../core/depth_update.ts";
import { ProtocolError } from "../core/errors.ts";
import { plainDecimal } from "./plain_decimal.ts";

/** With so many digits before the point a number is still finite. */
const decimalPattern = /^\d{1,300}(?:\.\d+)?$/;
const signedPattern = /^-?\d{1,300}(?:\.\d+)?$/;
const wholePattern = /^\d{1,16}$/;

/** A decimal number of any form, as plain text. */
const anyDecimal = v.pipe(v.union([v.string(), v.number()]), v.transform(plainDecimal));

/** A decimal number such as "0.001", as plain text. Venues write text; a JSON number or an exponent says the same. */
export const decimalText = v.pipe(anyDecimal, v.regex(decimalPattern, "not a decimal number"));

/** The same that may be negative, such as "-0.0123" or "1E-7". */
export const signedDecimal = v.pipe(anyDecimal, v.regex(signedPattern, "not a decimal number"));

/** An id, a count or a time: a whole number that is not negative, as JSON number or as text. */
export const wholeNumber = v.pipe(
  v.union([v.pipe(v.string(), v.regex(wholePattern, "not a whole number")), v.number()]),
  v.transform(Number),
  v.safeInteger(),
  v.minValue(0, "must not be negative"),
);

const checkedLevels = v.array(v.tuple([decimalText, decimalText]));
/** Levels of a thousand are looked at in one pass, and one by one only when something is unusual about them. */
const usualLevels = v.custom<[string, string][]>(() => true);

/** Levels `[price, size]`. */
export const levelPairs: v.GenericSchema<unknown, [string, string][]> = v.lazy((input) =>
  areUsualLevels(input) ? usualLevels : checkedLevels
);

/** Whether these are pairs of plain decimal texts. */
function areUsualLevels(input: unknown): boolean {
  if (!Array.isArray(input)) return false;
  for (const row of input) {
    if (!Array.isArray(row) || row.length < 2) return false;
    const [price, quantity] = row;
    if (typeof price !== "string" || typeof quantity !== "string") return false;
    if (!decimalPattern.test(price) || !decimalPattern.test(quantity)) return false;
  }
  return true;
}

/**
 * Checks a body.
 *
 * @param what What the body is, for the error.
 * @throws {ProtocolError} with the path of what is wrong.
 */
export function checkBody<Output>(
  schema: v.GenericSchema<unknown, Output>,
  body: unknown,
  what: string,
): Output {
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new ProtocolError(
    `${what} is not as the protocol has it: ${v.getDotPath(issue) ?? "body"}: ${issue.message}`,
  );
}

/**
 * The meaning of a venue's word; undefined for others, also for those that every object knows, such as "constructor".
 */
export function wordIn<Meaning>(table: Readonly<Record<string, Meaning>>, word: string): Meaning | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

/** Appends levels in wire order. */
export function pushLevels(columns: LevelColumns, levels: readonly (readonly [string, string])[]): void {
  for (const [price, quantity] of levels) columns.push(Number(price), Number(quantity));
}

/**
 * Checks the wanted rows of a listing. The others are not looked at, so an oddity in a market that nobody asked
 * for stops nothing.
 *
 * @param key Name of the field that identifies a row.
 * @param wanted Values of that field whose rows are wanted.
 * @throws {ProtocolError} when the body is no list of such rows or a wanted row is not as the schema has it.
 */
export function checkRows<Output>(
  schema: v.GenericSchema<unknown, Output>,
  rows: unknown,
  key: string,
  wanted: ReadonlySet<string>,
  what: string,
): Output[] {
  const listing = checkBody(v.array(v.looseObject({ [key]: v.string() })), rows, what);
  return listing.filter((row) => wanted.has(String(row[key]))).map((row) =>
    checkBody(schema, row, `${what}: ${row[key]}`)
  );
}

/**
 * Checks every row of a listing.
 *
 * @returns The rows that are as the schema has them, and the keys of the others.
 * @throws {ProtocolError} when the body is no list of rows with that key.
 */
export function sortRows<Output>(
  schema: v.GenericSchema<unknown, Output>,
  rows: unknown,
  key: string,
  what: string,
): { readonly readable: Output[]; readonly unreadable: string[] } {
  const listing = checkBody(v.array(v.looseObject({ [key]: v.string() })), rows, what);
  const readable: Output[] = [];
  const unreadable: string[] = [];
  for (const row of listing) {
    const result = v.safeParse(schema, row);
    if (result.success) readable.push(result.output);
    else unreadable.push(String(row[key]));
  }
  return { readable, unreadable };
}
