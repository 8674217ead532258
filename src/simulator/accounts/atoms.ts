/**
 * Exact amounts of coins: whole numbers of 10^-18.
 * @module
 */
import { ConfigError } from "../../core/errors.ts";
import type { InstrumentSpec } from "../../core/instrument.ts";

/** Decimals of an amount. */
export const atomDecimals = 18;

/** Amount of a coin in units of 10^-18. */
export type Atoms = bigint;

/** One whole coin. */
export const oneCoin: Atoms = 10n ** BigInt(atomDecimals);

const zeroCode = 48;
const decimalPattern = /^(-?)(\d+)(?:\.(\d*))?$/;
/** Denominator of fee rates and other ratios. */
const rateDecimals = 12;
const rateOne = 10n ** BigInt(rateDecimals);

/** Longest text of an amount: far longer than any that a venue writes. */
const longestText = 64;

/** Reads plain decimal text; undefined when it is not that, finer than 10^-18 or longer than 64 characters. */
export function parseAtoms(text: string): Atoms | undefined {
  // A bound on what strangers send comes first: looking for zeros at the end takes the square of a long text's time.
  const match = text.length > longestText ? null : decimalPattern.exec(text);
  if (match === null) return undefined;
  const fraction = (match[3] ?? "").replace(/0+$/, "");
  if (fraction.length > atomDecimals) return undefined;
  const atoms = BigInt(match[2]! + fraction.padEnd(atomDecimals, "0"));
  return match[1] === "-" ? -atoms : atoms;
}

/** Plain decimal text without superfluous zeros. */
export function formatAtoms(atoms: Atoms): string {
  if (atoms === 0n) return "0";
  if (atoms < 0n) return "-" + formatAtoms(-atoms);
  const digits = atoms.toString().padStart(atomDecimals + 1, "0");
  const point = digits.length - atomDecimals;
  let end = digits.length;
  while (end > point && digits.charCodeAt(end - 1) === zeroCode) end -= 1;
  const whole = digits.slice(0, point);
  return end === point ? whole : whole + "." + digits.slice(point, end);
}

/** The nearest double, for figures that a venue states as JSON numbers. */
export function atomsToNumber(atoms: Atoms): number {
  return Number(formatAtoms(atoms));
}

/** Rates in use are few. */
const knownRates = new Map<number, bigint>();
const knownRatesLimit = 1000;

/** A ratio such as a fee rate, exact to 12 decimals. @throws {ConfigError} when it is not finite. */
export function rateOf(ratio: number): bigint {
  const known = knownRates.get(ratio);
  if (known !== undefined) return known;
  if (!Number.isFinite(ratio)) throw new ConfigError(`Cannot use the rate ${ratio}: it must be finite`);
  const rate = BigInt(Math.round(ratio * Number(rateOne)));
  if (knownRates.size >= knownRatesLimit) knownRates.clear();
  knownRates.set(ratio, rate);
  return rate;
}

/** `amount` times a rate of {@link rateOf}, cut off towards zero at 10^-18. */
export function applyRate(amount: Atoms, rate: bigint): Atoms {
  return amount * rate / rateOne;
}

/** What ticks and lots of an instrument are worth, exactly. */
export class InstrumentUnits {
  /** Base coins in a lot. */
  readonly lot: Atoms;
  /** Quote value of one lot at a price of one tick. */
  readonly tickLot: Atoms;

  /** @throws {ConfigError} when the steps are finer than an amount can be. */
  constructor(spec: InstrumentSpec) {
    const { tick, lot, contractSize } = spec;
    const lotDecimals = lot.decimals + contractSize.decimals;
    if (tick.decimals + lotDecimals > atomDecimals) {
      throw new ConfigError(
        `Cannot list ${spec.exchange} ${spec.exchangeSymbol}: price and size steps must have at most ` +
          `${atomDecimals} decimals together`,
      );
    }
    const base = BigInt(lot.mantissa) * BigInt(contractSize.mantissa);
    this.lot = base * 10n ** BigInt(atomDecimals - lotDecimals);
    this.tickLot = base * BigInt(tick.mantissa) * 10n ** BigInt(atomDecimals - lotDecimals - tick.decimals);
  }

  /** Base coins of a number of lots. */
  base(lots: number): Atoms {
    return BigInt(lots) * this.lot;
  }

  /** Quote value of lots at a price in ticks. */
  value(tick: number, lots: number): Atoms {
    const product = tick * lots;
    const count = Number.isSafeInteger(product) ? BigInt(product) : BigInt(tick) * BigInt(lots);
    return count * this.tickLot;
  }

  /** The most lots at a price in ticks whose value is within `budget`. */
  affordable(budget: Atoms, tick: number): number {
    return Number(budget / (BigInt(tick) * this.tickLot));
  }
}
