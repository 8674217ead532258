/**
 * Where the numbers of a struct may come from: the document that was read, and nowhere else.
 * @module
 */
import { assert } from "@std/assert";
import { DecimalStep } from "../../src/core/decimal_step.ts";
import { DepthUpdate } from "../../src/core/depth_update.ts";
import { PublicTrade, TradeColumns } from "../../src/core/public_trade.ts";
import { levelsOfColumns } from "./naive_book.ts";

/** Plain values of what a client gives, columns as rows. */
export function plainOf(value: unknown): unknown {
  if (value instanceof DecimalStep) return { step: value.format(1) };
  if (value instanceof DepthUpdate) {
    const { firstId, lastId, bids, asks } = value;
    return {
      firstId,
      lastId,
      levels: [...levelsOfColumns(bids), ...levelsOfColumns(asks)].map(([price, size]) => ({ price, size })),
    };
  }
  if (value instanceof TradeColumns) {
    const view = new PublicTrade();
    return Array.from({ length: value.length }, (_, i) => view.moveTo(value, i).snapshot());
  }
  if (value instanceof Set) return [...value];
  if (Array.isArray(value)) return value.map(plainOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plainOf(each)]));
}

const numberForm = /^-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/;

/** All numbers that a text states, in JSON numbers or in texts, and those that units and signs make of them. */
function statedNumbers(text: string): Set<number> {
  const stated = new Set<number>([0]);
  const walk = (value: unknown): void => {
    if (typeof value === "number" || (typeof value === "string" && numberForm.test(value))) {
      const number = Number(value);
      for (
        const each of [number, number * 1000, Math.round(number * 1000), Math.floor(number), number / 100]
      ) {
        stated.add(each);
        stated.add(Math.abs(each));
      }
    } else if (typeof value === "object" && value !== null) Object.values(value).forEach(walk);
  };
  walk(JSON.parse(text));
  return stated;
}

/** What a client adds by itself or works out from several numbers; the latter are judged elsewhere. */
const added: readonly string[] = [
  "instrument",
  "receivedAt",
  "closeTime",
  "makerFee",
  "takerFee",
  "minQuantity",
  "lots",
  "filledLots",
  "priceTicks",
  "averagePrice",
  "notional",
  "feeQuote",
  "retryAfterMs",
  "status",
];

/**
 * Holds that every number of a struct stands in the document.
 *
 * @param alsoAdded Names of further fields that are not from the document.
 */
export function assertStated(struct: unknown, text: string, alsoAdded: readonly string[] = []): void {
  const stated = statedNumbers(text);
  const walk = (value: unknown, name: string): void => {
    if (typeof value === "number") {
      const known = Number.isNaN(value) || added.includes(name) || alsoAdded.includes(name);
      assert(known || stated.has(value), `${name} is ${value}, which the document does not state`);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, each] of Object.entries(value)) walk(each, Array.isArray(value) ? name : key);
    }
  };
  walk(struct, "");
}
