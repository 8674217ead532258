/**
 * Reads price levels of a MEXC depth message as they usually are.
 * @module
 */
import type { LevelColumns } from "../../core/depth_update.ts";

const powersOfTen = Float64Array.from({ length: 10 }, (_, exponent) => 10 ** exponent);
/** Bytes of a number whose digits a 32-bit integer holds: nine digits and a point. */
const maxLength = 10;
const zero = 48;
/** What a decimal point is when it is taken for a digit. */
const pointDigit = 46 - zero;
const priceTag = 0x0a;
const quantityTag = 0x12;

/**
 * Appends the levels from `position` on that have this tag and the usual form: price and quantity, in this order, each
 * a decimal of up to 9 digits, all lengths in one byte. A run of levels is read in one go because at ten levels a frame
 * calls cost as much as digits. The quotient of a whole number of 9 digits and a power of ten is the double nearest to
 * the decimal.
 *
 * @param limit End of the message around them.
 * @returns Where the first level stands that is of another form, or the field that is no such level.
 */
export function readUsualLevels(
  bytes: Uint8Array,
  position: number,
  limit: number,
  tag: number,
  levels: LevelColumns,
): number {
  let level = position;
  while (level < limit && bytes[level] === tag) {
    const levelEnd = level + 2 + bytes[level + 1]!;
    if (levelEnd > limit) return level;
    levels.reserve();
    const { prices, quantities, length } = levels;
    const quantityField = readNumber(bytes, level + 2, levelEnd, priceTag, prices, length);
    if (readNumber(bytes, quantityField, levelEnd, quantityTag, quantities, length) !== levelEnd) {
      return level;
    }
    if (prices[length] === 0) return level;
    levels.length = length + 1;
    level = levelEnd;
  }
  return level;
}

/** Reads the number field at `at` into `out[index]`. Returns where it ends, or `limit` + 1 if it is not usual. */
function readNumber(
  bytes: Uint8Array,
  at: number,
  limit: number,
  tag: number,
  out: Float64Array,
  index: number,
): number {
  const start = at + 2;
  const end = start + bytes[at + 1]!;
  if (bytes[at] !== tag || end > limit || end - start > maxLength || end - start < 1) return limit + 1;
  let mantissa = 0;
  let digit = 0;
  let i = start;
  // As an unsigned number everything but a digit is 10 or more.
  for (; i < end && (digit = bytes[i]! - zero) >>> 0 < 10; i++) {
    mantissa = (Math.imul(mantissa, 10) + digit) | 0;
  }
  let decimals = 0;
  if (i < end) {
    if (digit !== pointDigit || i === start) return limit + 1;
    decimals = end - ++i;
    for (; i < end && (digit = bytes[i]! - zero) >>> 0 < 10; i++) {
      mantissa = (Math.imul(mantissa, 10) + digit) | 0;
    }
    if (i < end) return limit + 1;
  } else if (end - start === maxLength) return limit + 1;
  out[index] = mantissa / powersOfTen[decimals]!;
  return end;
}
