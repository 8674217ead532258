/**
 * Reads a price level of a MEXC depth message as it usually is.
 * @module
 */
import type { LevelColumns } from "../../core/depth_update.ts";

const powersOfTen = Float64Array.from({ length: 10 }, (_, exponent) => 10 ** exponent);
/** Bytes of a number whose digits a 32-bit integer holds: nine digits and a point. */
const maxLength = 10;
const zero = 48;
/** What a decimal point is when it is taken for a digit. */
const pointDigit = 46 - zero;
const fieldTags = Uint8Array.of(0x0a, 0x12);

/** What {@link readUsualLevel} answers for a level of any other form. */
export const unusual = -1;

/**
 * Appends the level at `position` (its tag) when it has price and quantity, in this order, each a decimal of up to 9
 * digits, with lengths of one byte. Both numbers are read in one go because at ten levels a frame the calls cost as
 * much as the digits. The quotient of a whole number of 9 digits and a power of ten is the double nearest to it.
 *
 * @param limit End of the message around it.
 * @returns Where the level ends, or {@link unusual}; then nothing was appended.
 */
export function readUsualLevel(
  bytes: Uint8Array,
  position: number,
  limit: number,
  levels: LevelColumns,
): number {
  const levelEnd = position + 2 + bytes[position + 1]!;
  if (levelEnd > limit) return unusual;
  levels.reserve();
  const { prices, quantities, length } = levels;
  let at = position + 2;
  for (let field = 0; field < 2; field++) {
    const start = at + 2;
    const end = start + bytes[at + 1]!;
    if (bytes[at] !== fieldTags[field] || end > levelEnd || end - start > maxLength || end - start < 1) {
      return unusual;
    }
    let mantissa = 0;
    let fractionStart = end;
    for (let i = start; i < end; i++) {
      const digit = bytes[i]! - zero;
      if (digit >= 0 && digit <= 9) mantissa = (Math.imul(mantissa, 10) + digit) | 0;
      else if (digit === pointDigit && fractionStart === end && i > start) fractionStart = i + 1;
      else return unusual;
    }
    if (fractionStart === end && end - start === maxLength) return unusual;
    (field === 0 ? prices : quantities)[length] = mantissa / powersOfTen[end - fractionStart]!;
    at = end;
  }
  if (at !== levelEnd || prices[length] === 0) return unusual;
  levels.length = length + 1;
  return levelEnd;
}
