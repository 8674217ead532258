/**
 * Values at which readers go wrong.
 * @module
 */

/** Numbers as JSON writes them, at and beyond the limits of a double and of a decimal. */
export const edgeNumbers: readonly string[] = [
  "0",
  "-0",
  "1",
  "-1",
  "0.0",
  "-0.5",
  "1e0",
  "1E-7",
  "1e5",
  "1e21",
  "1e308",
  "1e999",
  "-1e999",
  "1e-999",
  "5e-324",
  "0.1e1",
  "9007199254740991",
  "9007199254740992",
  "9007199254740993",
  "-9007199254740993",
  "18446744073709551615",
  "99999999999999999999999999999999",
  "999999999999999",
  "1000000000000000",
  "0.000000000000000000000000000001",
  "123456789.123456789",
  "1234567890.12345678",
  "0.1234567890123456789",
  "4503599627370496.5",
  "1".repeat(400),
  "0." + "0".repeat(400) + "1",
];

/** Texts that look like numbers, and others that are keys of every object. */
export const edgeTexts: readonly string[] = [
  ...edgeNumbers,
  "",
  " ",
  " 1",
  "1 ",
  "+1",
  ".5",
  "5.",
  "01",
  "0x10",
  "1_000",
  "1,5",
  "1.2.3",
  "--1",
  "1e",
  "e5",
  "NaN",
  "Infinity",
  "-Infinity",
  "١",
  "１",
  "null",
  "constructor",
  "__proto__",
  "toString",
  "\u0000",
  "\ud800",
  "é€😀",
];

/** Units of text that mean something to some grammar. */
export const oddCharacters: readonly string[] = [
  ...'{}[]",:;\\/.-+eE0123456789xabtfnu_% \n\r\t\0\x1f\x7f\x80\xff',
  "é",
  "€",
  "😀",
  "\ud800",
  "\ufeff",
  "\u2028",
];
