/**
 * Numbers as decimal text, written straight into bytes.
 * @module
 */

const zero = 48;
const scale = 1e8;

/**
 * Writes a number as `String` would and returns the index after it. Numbers of up to 15 digits, 8 of them after the
 * point, are written digit by digit: a decimal that short which reads back as the number is its shortest one, because two
 * decimals of at most 15 digits are never the same number.
 */
export function writeNumber(out: Uint8Array, at: number, value: number): number {
  const size = Math.abs(value);
  if (size < 1e15 && Number.isInteger(size)) {
    if (value < 0) out[at++] = 45;
    return writeInteger(out, at, size);
  }
  const scaled = Math.round(size * scale);
  if (size >= 1e-6 && scaled < 1e15 && scaled / scale === size) {
    if (value < 0) out[at++] = 45;
    const whole = Math.floor(scaled / scale);
    at = writeInteger(out, at, whole);
    out[at++] = 46;
    return writeFraction(out, at, (scaled - whole * scale) | 0);
  }
  return writeAscii(out, at, String(value));
}

/** Writes text of ASCII characters and returns the index after it. */
export function writeAscii(out: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) out[at++] = text.charCodeAt(i);
  return at;
}

/** Writes a whole number of `digits` digits, with zeros before it, and returns the index after it. */
export function writePadded(out: Uint8Array, at: number, value: number, digits: number): number {
  for (let i = at + digits - 1; i >= at; i--) {
    const rest = (value / 10) | 0;
    out[i] = zero + value - rest * 10;
    value = rest;
  }
  return at + digits;
}

/** A whole number from 0 to below 10^15. */
function writeInteger(out: Uint8Array, at: number, value: number): number {
  if (value < scale) return writePadded(out, at, value | 0, digitsOf(value | 0));
  const high = Math.floor(value / scale);
  at = writePadded(out, at, high, digitsOf(high));
  return writePadded(out, at, value - high * scale, 8);
}

/** Eight digits after the point without the zeros at their end. */
function writeFraction(out: Uint8Array, at: number, value: number): number {
  let digits = 8;
  while (value % 10 === 0) {
    value = (value / 10) | 0;
    digits -= 1;
  }
  return writePadded(out, at, value, digits);
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let limit = 10; value >= limit; limit *= 10) digits += 1;
  return digits;
}
