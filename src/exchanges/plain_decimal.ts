/**
 * Decimal numbers in every form that JSON and Java print them in.
 * @module
 */

const exponentPattern = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,2})$/;
/** No price, size or fee has more digits before or behind its point. */
const longestShift = 30;

/**
 * The plain text of a decimal number: `1.5E-7` becomes `0.00000015`, the JSON number 0.1 becomes `0.1`. Java prints
 * numbers under 10^-6 with an exponent, unless it is told not to. What is no such number comes back as it was.
 */
export function plainDecimal(value: string | number): string {
  const text = typeof value === "number" ? String(value) : value;
  const match = exponentPattern.exec(text);
  if (match === null) return text;
  const [, sign, whole = "", fraction = "", exponent] = match;
  const shift = Number(exponent);
  if (Math.abs(shift) > longestShift) return text;
  const digits = "0".repeat(Math.max(0, -shift)) + whole + fraction + "0".repeat(Math.max(0, shift));
  const point = Math.max(0, -shift) + whole.length + shift;
  const integer = digits.slice(0, point).replace(/^0+(?=\d)/, "");
  const decimals = digits.slice(point).replace(/0+$/, "");
  return `${sign}${integer}${decimals === "" ? "" : `.${decimals}`}`;
}
