/**
 * Orders and fills that a client told, held to the venue's own row.
 * @module
 */
import { assert } from "@std/assert";
import type { DecimalStep } from "../../src/core/decimal_step.ts";
import type { Fill } from "../../src/core/fill.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import type { OrderReport } from "../../src/core/order_request.ts";
import { Exact } from "./exact.ts";

type Row = Readonly<Record<string, unknown>>;

/** Every object in a JSON document. */
export function rowsOf(text: string): Row[] {
  const rows: Row[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if (!Array.isArray(value)) rows.push(value as Row);
    Object.values(value).forEach(walk);
  };
  walk(JSON.parse(text));
  return rows;
}

/** Holds that so many steps are the text: exactly for texts on the step, else not further away than one step. */
function assertSteps(count: number, step: DecimalStep, text: unknown, what: string): void {
  const size = Exact.ratio(BigInt(step.mantissa), 10n ** BigInt(step.decimals));
  const value = Exact.parse(String(text));
  const unsigned = value.compare(Exact.zero) < 0 ? Exact.zero.minus(value) : value;
  const counted = size.times(Exact.ratio(BigInt(Math.abs(count)), 1n));
  const difference = unsigned.minus(counted);
  const distance = difference.compare(Exact.zero) < 0 ? Exact.zero.minus(difference) : difference;
  const onStep = unsigned.isMultipleOf(size) && unsigned.over(size).compare(Exact.ratio(2n ** 50n, 1n)) < 0;
  const good = onStep ? distance.compare(Exact.zero) === 0 : distance.compare(size) < 0;
  // Beyond 2^50 steps a double does not tell neighbours apart.
  assert(
    good || unsigned.over(size).compare(Exact.ratio(2n ** 50n, 1n)) >= 0,
    `${what}: ${count} steps are not ${text}`,
  );
}

/** Names of the fields of an order at one venue. */
export interface OrderFields {
  readonly id: readonly string[];
  readonly size: string;
  readonly price: string;
}

/** Holds what is true of every order, and sizes and prices to the row with its id. */
export function assertOrder(
  report: OrderReport,
  instrument: Instrument,
  text: string,
  fields: OrderFields,
): void {
  const { lots, filledLots, priceTicks, averagePrice, exchangeOrderId, createdAt, updatedAt } = report;
  for (const count of [lots, filledLots, priceTicks]) {
    assert(Number.isSafeInteger(count) && count >= 0, `${count} is no count`);
  }
  assert(filledLots <= lots, `${filledLots} of ${lots} lots are filled`);
  assert(averagePrice >= 0 && Number.isFinite(averagePrice), `the average price is ${averagePrice}`);
  assert(createdAt >= 0 && updatedAt >= 0 && Number.isFinite(createdAt + updatedAt));
  assert(exchangeOrderId !== "");
  const row = rowsOf(text).find((each) => fields.id.some((name) => String(each[name]) === exchangeOrderId));
  if (row === undefined) {
    assert(text.includes(exchangeOrderId), `nobody stated the id ${exchangeOrderId}`);
    return;
  }
  const countsQuote = report.type === "market" && report.side === "buy" && fields.size === "amount";
  if (!countsQuote && lots > filledLots) assertSteps(lots, instrument.lot, row[fields.size], "size");
  if (priceTicks > 0) assertSteps(priceTicks, instrument.tick, row[fields.price], "price");
}

/** Holds what is true of every fill. */
export function assertFill({ price, quantity, notional, time, tradeId, fee }: Fill): void {
  for (const value of [price, quantity, notional, time]) {
    assert(value >= 0 && Number.isFinite(value), `a fill has ${value}`);
  }
  assert(tradeId !== "" && Number.isFinite(fee), `fill ${tradeId} with the fee ${fee}`);
}
