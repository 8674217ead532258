/**
 * Decimal text to number, in place: exactly what `Number(text)` gives, without making the text.
 * @module
 */

/** Powers of ten that a double holds exactly. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);
/** Digits whose number a double always holds exactly. */
const exactDigits = 15;
/** Digits whose number a double may hold: it does so up to 2^53. */
const mostDigits = 16;
/** Digits whose number a 32-bit integer always holds. */
const integerDigits = 9;

const zero = 48;
/** What a decimal point is when it is taken for a digit. */
const pointDigit = 46 - zero;

const scratch = new Float64Array(1);

/**
 * Value of the plain decimal number (digits with at most one point, no sign, no exponent) in ASCII bytes; NaN when
 * the bytes are anything else.
 */
export function decimalFromBytes(bytes: Uint8Array, start: number, end: number): number {
  readDecimal(bytes, start, end, scratch, 0);
  return scratch[0]!;
}

/**
 * Writes what {@link decimalFromBytes} returns to `out[index]`. A double that a function returns is an object on
 * the heap unless the compiler inlines the call; one in a typed array is not.
 *
 * Up to 9 digits are read as one 32-bit integer, more as one exact double up to 2^53, and divided by an exact power of
 * ten; IEEE division rounds correctly, so the result is the double nearest to the decimal. Longer ones are left to
 * `Number`.
 */
export function readDecimal(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Float64Array,
  index: number,
): void {
  if (end - start > integerDigits) return longDecimal(bytes, start, end, out, index);
  let mantissa = 0;
  let digit = 0;
  let i = start;
  // As an unsigned number everything but a digit is 10 or more.
  for (; i < end && (digit = bytes[i]! - zero) >>> 0 < 10; i++) {
    mantissa = (Math.imul(mantissa, 10) + digit) | 0;
  }
  let decimals = 0;
  if (i < end && digit === pointDigit && end - start > 1) {
    decimals = end - ++i;
    for (; i < end && (digit = bytes[i]! - zero) >>> 0 < 10; i++) {
      mantissa = (Math.imul(mantissa, 10) + digit) | 0;
    }
  }
  out[index] = i < end || start === end ? NaN : mantissa / powersOfTen[decimals]!;
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

/** {@link readDecimal} for more digits: 9 at a time as integers, joined as doubles. */
function longDecimal(bytes: Uint8Array, start: number, end: number, out: Float64Array, index: number): void {
  let mantissa = 0;
  let part = 0;
  let partDigits = 0;
  let digits = 0;
  let fractionStart = -1;
  const last = withoutZeros(bytes, start, end);
  for (let position = start; position < last; position++) {
    const digit = bytes[position]! - zero;
    if (digit >= 0 && digit <= 9) {
      part = (Math.imul(part, 10) + digit) | 0;
      partDigits += 1;
      if (digits > 0 || digit > 0) digits += 1;
      if (partDigits === integerDigits) {
        mantissa = mantissa * 1e9 + part;
        part = partDigits = 0;
      }
    } else if (digit === pointDigit && fractionStart < 0) fractionStart = position + 1;
    else {
      out[index] = NaN;
      return;
    }
  }
  const decimals = fractionStart < 0 ? 0 : last - fractionStart;
  const whole = mantissa * powersOfTen[partDigits]! + part;
  out[index] = digits > mostDigits || whole > Number.MAX_SAFE_INTEGER || decimals >= powersOfTen.length
    ? Number(asciiText(bytes, start, end))
    : whole / powersOfTen[decimals]!;
}

/** Where a number ends when the zeros at the end of its fraction are left out. */
function withoutZeros(bytes: Uint8Array, start: number, end: number): number {
  let last = end;
  while (last > start && bytes[last - 1] === zero) last -= 1;
  for (let i = start; i < last; i++) {
    if (bytes[i] === zero + pointDigit) return last;
  }
  return end;
}

/** A short ASCII string from bytes. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}
