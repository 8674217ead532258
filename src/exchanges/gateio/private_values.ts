/**
 * Values as Gate.io writes them in private answers and pushes: the same field is a text here and a number there.
 * @module
 */
import * as v from "valibot";
import type { DecimalStep } from "../../core/decimal_step.ts";
import { ProtocolError } from "../../core/errors.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { TimeInForce } from "../../core/order.ts";
import { type BaseQuantity, contracts, contractsToBase } from "../../core/units.ts";
import { wordIn } from "../wire_schema.ts";

const decimalPattern = /^-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?$/;
/** Stamps above this are milliseconds. */
const longestSeconds = 1e11;
/** The last moment that a `Date` can hold. */
const lastMs = 8.64e15;
/** What a client order id becomes: Gate.io demands the prefix. */
const textPrefix = "t-";

/** A finite number as JSON number or as decimal text. */
export const amount = v.pipe(
  v.union([v.pipe(v.string(), v.regex(decimalPattern, "not a decimal number")), v.number()]),
  v.transform(Number),
  v.finite("not a finite number"),
);

/** A price or a size without a sign. */
export const unsigned = v.pipe(amount, v.minValue(0, "must not be negative"));

/** A value that may be left out, null or an empty text: undefined then. */
function orNothing<Value>(
  schema: v.GenericSchema<unknown, Value>,
): v.GenericSchema<unknown, Value | undefined> {
  const nothing = v.pipe(v.nullish(v.literal("")), v.transform(() => undefined));
  return v.optional(v.union([schema, nothing]));
}

/** An {@link amount} that need not be told. */
export const maybeAmount: v.GenericSchema<unknown, number | undefined> = orNothing(amount);

/** An {@link unsigned} amount that need not be told. */
export const maybeUnsigned: v.GenericSchema<unknown, number | undefined> = orNothing(unsigned);

/** An id as text, or as a JSON number that lost no digit. */
export const idText = v.pipe(
  v.union([v.pipe(v.string(), v.nonEmpty()), v.pipe(v.number(), v.safeInteger())]),
  v.transform(String),
);

/** A moment in seconds or milliseconds, with or without fraction, as epoch milliseconds. */
export const moment = v.pipe(
  amount,
  v.minValue(0, "must not be negative"),
  v.maxValue(lastMs, "must be a time"),
  v.transform((value) => value > longestSeconds ? Math.floor(value) : Math.round(value * 1000)),
);

/** A {@link moment} that need not be told. */
export const maybeMoment: v.GenericSchema<unknown, number | undefined> = orNothing(moment);

/** Finds an instrument by the venue's symbol; undefined for those that are not traded here. */
export type FindInstrument = (symbol: string) => Instrument | undefined;

/**
 * The instrument of an order that this client asked about.
 *
 * @throws {ProtocolError} when the venue answers about another one.
 */
export function knownInstrument(find: FindInstrument, symbol: string): Instrument {
  const instrument = find(symbol);
  if (instrument === undefined) {
    throw new ProtocolError(`Gate.io answered about ${symbol}, which is not known`);
  }
  return instrument;
}

/** `text` of a client order id. */
export function orderText(clientOrderId: string): string {
  return textPrefix + clientOrderId;
}

/**
 * What an order is asked for by.
 *
 * @throws {RangeError} when it has neither id: an order that nobody named must not pass for one that does not exist.
 */
export function orderId(exchangeOrderId: string, clientOrderId: string): string {
  if (exchangeOrderId !== "") return exchangeOrderId;
  if (clientOrderId === "") throw new RangeError("Cannot ask for an order without an id");
  return orderText(clientOrderId);
}

/** The client order id of a `text`; empty for orders that were given none, such as those of the web page. */
export function clientOrderId(text: string | null | undefined): string {
  return text?.startsWith(textPrefix) ? text.slice(textPrefix.length) : "";
}

/** Whole ticks nearest to a price. @throws {ProtocolError} when it is too large to be one. */
export function ticksOf({ tick }: Instrument, price: number): number {
  return countOf(tick, price);
}

/** Whole lots nearest to a size, with its sign. @throws {ProtocolError} when it is too large to be one. */
export function lotsOf({ lot }: Instrument, size: number): number {
  const lots = countOf(lot, Math.abs(size));
  // + 0 turns -0 into 0.
  return (size < 0 ? -lots : lots) + 0;
}

/** Base units of lots: of contracts on futures. */
export function baseOf(instrument: Instrument, lots: number): BaseQuantity {
  return contractsToBase(contracts(instrument.lot.value(lots)), instrument.contractSize.size);
}

function countOf(step: DecimalStep, value: number): number {
  try {
    return step.nearest(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ProtocolError(`Gate.io states an impossible price or size: ${error.message}`);
  }
}

const timesInForce: Readonly<Record<string, TimeInForce>> = {
  gtc: "gtc",
  poc: "gtc",
  ioc: "ioc",
  fok: "fok",
};

/** How long an order lives; `poc`, which never takes, lives until it is cancelled, and so does what is not known. */
export function timeInForceOf(word: string): TimeInForce {
  return wordIn(timesInForce, word) ?? "gtc";
}
