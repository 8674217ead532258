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

/** Whether so many steps are the text: exactly for texts on the step, else not further away than one step. */
function areSteps(count: number, step: DecimalStep, text: unknown): boolean {
  if (!/^-?\d+(?:\.\d*)?(?:[eE][+-]?\d{1,3})?$/.test(String(text))) return false;
  const size = Exact.ratio(BigInt(step.mantissa), 10n ** BigInt(step.decimals));
  const value = Exact.parse(String(text));
  const unsigned = value.compare(Exact.zero) < 0 ? Exact.zero.minus(value) : value;
  // Beyond 2^50 steps a double does not tell neighbours apart.
  if (unsigned.over(size).compare(Exact.ratio(2n ** 50n, 1n)) >= 0) return true;
  const difference = unsigned.minus(size.times(Exact.ratio(BigInt(Math.abs(count)), 1n)));
  const distance = difference.compare(Exact.zero) < 0 ? Exact.zero.minus(difference) : difference;
  return unsigned.isMultipleOf(size) ? distance.compare(Exact.zero) === 0 : distance.compare(size) < 0;
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
  assert(report.type === "market" || priceTicks > 0, "a limit order has no price");
  // Damage may have doubled the row: one of those with this id must be it.
  const rows = rowsOf(text).filter((row) => fields.id.some((name) => String(row[name]) === exchangeOrderId));
  if (rows.length === 0) {
    return assert(text.includes(exchangeOrderId), `nobody stated the id ${exchangeOrderId}`);
  }
  const countsQuote = report.type === "market" && report.side === "buy" && fields.size === "amount";
  const isStated = rows.some((row) =>
    (countsQuote || lots === filledLots || areSteps(lots, instrument.lot, row[fields.size])) &&
    (priceTicks === 0 || areSteps(priceTicks, instrument.tick, row[fields.price]))
  );
  assert(isStated, `no row has ${lots} lots at ${priceTicks} ticks`);
}

/** Holds what is true of every fill. */
export function assertFill({ price, quantity, notional, time, tradeId, fee }: Fill): void {
  for (const value of [price, quantity, notional, time]) {
    assert(value >= 0 && Number.isFinite(value), `a fill has ${value}`);
  }
  assert(tradeId !== "" && Number.isFinite(fee), `fill ${tradeId} with the fee ${fee}`);
}
