/**
 * Exact amounts from decimal texts, by this test's own arithmetic: whole numbers of 10^-18.
 * @module
 */

const one = 10n ** 18n;

/** The amount that a decimal text says. */
export function exact(text: string): bigint {
  const [whole, fraction = ""] = text.replace("-", "").split(".");
  const amount = BigInt(whole! + fraction.padEnd(18, "0"));
  return text.startsWith("-") ? -amount : amount;
}

/** The product of two amounts. @throws {RangeError} when it needs more than 18 decimals. */
export function product(a: string, b: string): bigint {
  const wide = exact(a) * exact(b);
  if (wide % one !== 0n) throw new RangeError(`${a} times ${b} has more than 18 decimals`);
  return wide / one;
}

/** A share of an amount, what is finer than 10^-18 cut off. @param rate Ratio as decimal text. */
export function share(amount: bigint, rate: string): bigint {
  return amount * exact(rate) / one;
}
