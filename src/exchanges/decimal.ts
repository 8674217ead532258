/**
 * Decimal text to number, in place: exactly what `Number(text)` gives, without making the text.
 * @module
 */

/** Powers of ten that a double holds exactly. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);
/** Digits whose number a double always holds exactly. */
const exactDigits = 15;
/** Digits whose number a 32-bit integer always holds. */
const integerDigits = 9;

const zero = 48;
const point = 46;

/**
 * Value of the plain decimal number (digits with at most one point, no sign, no exponent) in ASCII bytes.
 *
 * Whole and fraction of up to 9 digits each and 15 together are read as 32-bit integers, joined to one exact
 * double and divided by an exact power of ten; IEEE division rounds correctly, so the result is the double
 * nearest to the decimal. Longer ones are left to `Number`.
 *
 * @returns NaN when the bytes are anything else.
 */
export function decimalFromBytes(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  let whole = 0;
  let digit = 0;
  while (position < end && (digit = bytes[position]! - zero) >= 0 && digit <= 9) {
    whole = (Math.imul(whole, 10) + digit) | 0;
    position += 1;
  }
  const wholeDigits = position - start;
  if (position === end && wholeDigits <= integerDigits) return wholeDigits === 0 ? NaN : whole;
  let fraction = 0;
  let fractionDigits = 0;
  if (position < end) {
    if (bytes[position] !== point) return NaN;
    position += 1;
    fractionDigits = end - position;
    while (position < end && (digit = bytes[position]! - zero) >= 0 && digit <= 9) {
      fraction = (Math.imul(fraction, 10) + digit) | 0;
      position += 1;
    }
    if (position < end || wholeDigits + fractionDigits === 0) return NaN;
  }
  if (
    wholeDigits > integerDigits || fractionDigits > integerDigits ||
    wholeDigits + fractionDigits > exactDigits
  ) {
    return longDecimal(bytes, start, end);
  }
  const scale = powersOfTen[fractionDigits]!;
  return (whole * scale + fraction) / scale;
}

/**
 * Value of a whole number in ASCII digits.
 *
 * @returns NaN when the bytes are anything else, or more than the 15 digits that a double always holds exactly.
 */
export function integerFromBytes(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end || end - start > exactDigits) return NaN;
  const middle = end - start > integerDigits ? end - integerDigits : start;
  let high = 0, low = 0, digit = 0;
  for (let i = start; i < middle; i++) {
    digit = bytes[i]! - zero;
    if (digit < 0 || digit > 9) return NaN;
    high = (Math.imul(high, 10) + digit) | 0;
  }
  for (let i = middle; i < end; i++) {
    digit = bytes[i]! - zero;
    if (digit < 0 || digit > 9) return NaN;
    low = (Math.imul(low, 10) + digit) | 0;
  }
  return high * 1e9 + low;
}

/** {@link decimalFromBytes} for more digits than 32-bit integers hold. The bytes are digits with at most one point. */
function longDecimal(bytes: Uint8Array, start: number, end: number): number {
  let mantissa = 0;
  let digits = 0;
  let pointAt = end - 1;
  for (let i = start; i < end; i++) {
    const code = bytes[i]!;
    if (code === point) {
      pointAt = i;
      continue;
    }
    mantissa = mantissa * 10 + (code - zero);
    if (mantissa > 0) digits += 1;
  }
  const decimals = end - 1 - pointAt;
  if (digits > exactDigits || decimals >= powersOfTen.length) return Number(asciiText(bytes, start, end));
  return mantissa / powersOfTen[decimals]!;
}

/** A short ASCII string from bytes. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}
