/**
 * Values with units. One rule: a setting whose name ends in a unit takes a plain number (`maxBookAgeMs: 5000`), the same
 * setting without the unit in its name takes a number with a unit (`maxBookAge: 5s`). Money is in the quote coin and
 * may have its sign or not (`maxNotional: 500`, `$500`, `500USDT`).
 * @module
 */

/** What a setting is counted in. */
export type Unit = "ms" | "bps" | "bytes" | "MiB" | "quote";

/** A unit with the ways of writing it. */
interface UnitRule {
  /** In words. */
  readonly name: string;
  /** End of the names that take plain numbers; empty when every name takes them. */
  readonly suffix: string;
  /** Examples for messages. */
  readonly examples: string;
  /** Worth of each sign. */
  readonly signs: Readonly<Record<string, number>>;
  /** Regular expression of a value with its sign: for editors, and to read it. */
  readonly pattern: string;
}

const time = { us: 0.001, ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const bytes = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
const mebibytes = Object.fromEntries(Object.entries(bytes).map(([sign, size]) => [sign, size / 2 ** 20]));
const number = String.raw`[+-]?(?:\d+(?:\.\d+)?|\.\d+)`;

function suffixed(signs: Readonly<Record<string, number>>): string {
  return `^(${number}) ?(${Object.keys(signs).join("|")})$`;
}

const rules: Readonly<Record<Unit, UnitRule>> = {
  ms: {
    name: "milliseconds",
    suffix: "Ms",
    examples: "250ms, 30s, 5m, 6h or 3d",
    signs: time,
    pattern: suffixed(time),
  },
  bps: {
    name: "basis points",
    suffix: "Bps",
    examples: "5bps or 0.05%",
    signs: { bps: 1, "%": 100 },
    pattern: suffixed({ bps: 1, "%": 100 }),
  },
  bytes: {
    name: "bytes",
    suffix: "Bytes",
    examples: "64KiB, 64MiB or 1GB",
    signs: bytes,
    pattern: suffixed(bytes),
  },
  MiB: {
    name: "mebibytes",
    suffix: "Megabytes",
    examples: "64MiB or 2GiB",
    signs: mebibytes,
    pattern: suffixed(mebibytes),
  },
  quote: {
    name: "USDT",
    suffix: "",
    examples: "500, $500 or 500USDT",
    signs: { "": 1, USDT: 1 },
    pattern: String.raw`^\$?(${number}) ?(USDT)?$`,
  },
};

const compiled = new Map(Object.entries(rules).map(([unit, { pattern }]) => [unit, new RegExp(pattern)]));

/** How a unit is written. */
export function unitRule(unit: Unit): UnitRule {
  return rules[unit];
}

/** The number of a text with a unit, such as 5000 of `5s`; undefined when it is none. */
export function readUnit(text: string, unit: Unit): number | undefined {
  const match = compiled.get(unit)!.exec(text);
  if (match === null) return undefined;
  const [, digits = "", sign = ""] = match;
  // 15 digits are exact in a double: 0.07 % is 7 basis points and not 7.000000000000001.
  return Number((Number(digits) * rules[unit].signs[sign]!).toPrecision(15));
}
