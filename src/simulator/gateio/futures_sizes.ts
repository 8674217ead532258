/**
 * Sizes of Gate.io futures: contracts as whole JSON numbers, or as decimal text for clients that ask for it.
 * @module
 */
import type { MarketInstrument } from "../market/market_instrument.ts";

/** A size as it is written: contracts, signed where the field is. */
export type Size = number | string;

/** `whole`: JSON whole numbers, fractions are cut off. `decimal`: exact decimal text. */
export type SizeStyle = "whole" | "decimal";

/** The style that request or handshake headers ask for. */
export function sizeStyle(headers: Headers): SizeStyle {
  return headers.get("x-gate-size-decimal") === "1" ? "decimal" : "whole";
}

/** Writes signed lots as contracts. */
export function sizeOf(instrument: MarketInstrument, lots: number, style: SizeStyle): Size {
  // + 0 turns the -0 of a small sale into 0.
  return style === "decimal" ? instrument.size(lots + 0) : Math.trunc(instrument.spec.lot.value(lots)) + 0;
}

/** A whole number of contracts in the style that was asked for. */
export function countOf(contracts: number, style: SizeStyle): Size {
  return style === "decimal" ? String(contracts) : Math.trunc(contracts);
}
