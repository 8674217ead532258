/**
 * Schemas of single settings that several sections have.
 * @module
 */
import * as v from "valibot";
import { type Unit, unitRule } from "./units.ts";

/** What a setting says of itself beside its type. */
export type SettingMetadata = {
  /** What it is counted in. */
  readonly unit: Unit;
  /** Its name for values with a unit, where that is not its name without the unit. */
  readonly short?: string;
};

/** The name of a setting for values with a unit: `maxBookAge` of `maxBookAgeMs`; its own where that names no unit. */
export function shortName(name: string, { unit, short }: SettingMetadata): string {
  const { suffix } = unitRule(unit);
  return short ?? (suffix !== "" && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name);
}

/** The metadata of a setting's unit, for a schema. */
export function inUnit<Value = number>(unit: Unit, short?: string): v.MetadataAction<Value, SettingMetadata> {
  return v.metadata({ unit, ...(short === undefined ? {} : { short }) });
}

const finite = v.pipe(v.number(), v.finite("must be a finite number"));
const whole = v.pipe(v.number(), v.integer("must be a whole number"));

/** A ratio in basis points, of either sign. */
export const basisPoints = v.pipe(finite, inUnit("bps"));
/** A ratio in basis points from 0. */
export const basisPointsFrom0 = v.pipe(finite, v.minValue(0), inUnit("bps"));
/** A ratio in basis points, more than 0. */
export const positiveBasisPoints = v.pipe(finite, v.gtValue(0), inUnit("bps"));
/** One to ten ratios in basis points from 0, none under the one before it. */
export const basisPointBands = v.pipe(
  v.array(v.pipe(finite, v.minValue(0))),
  v.minLength(1, "at least one is needed"),
  v.maxLength(10, "at most ten are taken"),
  v.check(
    (bands) => bands.every((band, index) => index === 0 || band >= bands[index - 1]!),
    "each must be at least the one before it",
  ),
  inUnit<number[]>("bps"),
);
/** A part of a whole, from 0 to 1. */
export const share = v.pipe(finite, v.minValue(0), v.maxValue(1));
/** Money from 0. */
export const money = v.pipe(finite, v.minValue(0), inUnit("quote"));
/** Money, more than 0. */
export const positiveMoney = v.pipe(finite, v.gtValue(0), inUnit("quote"));
/** A time in milliseconds, more than 0, at most a day. */
export const positiveTime = v.pipe(finite, v.gtValue(0), v.maxValue(86_400_000), inUnit("ms"));
/** A time in milliseconds from 0, at most a day. */
export const timeFrom0 = v.pipe(finite, v.minValue(0), v.maxValue(86_400_000), inUnit("ms"));
/** A time in milliseconds, more than 0, at most ninety days: for what is held, not for timers. */
export const holdingTime = v.pipe(finite, v.gtValue(0), v.maxValue(90 * 86_400_000), inUnit("ms"));
/** Time between two rounds of something: whole milliseconds from 100 to a day. */
export const interval = v.pipe(whole, v.minValue(100), v.maxValue(86_400_000), inUnit("ms"));
/** Text that is not empty. */
export const text = v.pipe(v.string(), v.nonEmpty("must not be empty"));

/** A whole number between bounds. */
export function wholeNumber(
  least: number,
  most: number,
): v.SchemaWithPipe<
  readonly [
    typeof whole,
    v.MinValueAction<number, number, undefined>,
    v.MaxValueAction<number, number, undefined>,
  ]
> {
  return v.pipe(whole, v.minValue(least), v.maxValue(most));
}
