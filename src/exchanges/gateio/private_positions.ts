/**
 * Futures positions as Gate.io's REST and its private stream write them.
 * @module
 */
import * as v from "valibot";
import type { PositionReport } from "../../core/account.ts";
import type { Instrument } from "../../core/instrument.ts";
import { amount, lotsOf, moment } from "./private_values.ts";

/** A position. Pushes leave out what only a request tells. */
export const positionSchema = v.object({
  contract: v.string(),
  size: amount,
  leverage: amount,
  lever: v.nullish(amount),
  pos_margin_mode: v.nullish(v.string()),
  cross_leverage_limit: v.nullish(amount, 0),
  leverage_max: amount,
  margin: amount,
  entry_price: v.nullish(amount, 0),
  liq_price: v.nullish(amount),
  mark_price: v.nullish(amount),
  unrealised_pnl: v.nullish(amount),
  realised_pnl: v.nullish(amount),
  mode: v.optional(v.picklist(["single", "dual_long", "dual_short"]), "single"),
  update_time: v.optional(moment),
  time_ms: v.optional(moment),
});
/** A checked position. */
export type PositionRow = v.InferOutput<typeof positionSchema>;

const sides = { single: "single", dual_long: "long", dual_short: "short" } as const;

/**
 * The report that a row is. What a push leaves out (mark price, unrealised profit) is NaN.
 *
 * @param receivedMs Epoch milliseconds for a row without a stamp.
 */
export function positionReport(instrument: Instrument, row: PositionRow, receivedMs: number): PositionReport {
  const crossByLeverage = row.leverage === 0;
  const isCross = row.pos_margin_mode ? row.pos_margin_mode === "cross" : crossByLeverage;
  const lots = lotsOf(instrument, row.size);
  return {
    instrument: instrument.id,
    side: sides[row.mode],
    lots,
    entryPrice: lots === 0 ? 0 : row.entry_price,
    markPrice: row.mark_price ?? NaN,
    liquidationPrice: lots === 0 ? NaN : row.liq_price ?? NaN,
    marginMode: isCross ? "cross" : "isolated",
    leverage: row.lever ?? (crossByLeverage ? row.cross_leverage_limit : row.leverage),
    maxLeverage: row.leverage_max,
    margin: row.margin,
    unrealisedPnl: row.unrealised_pnl ?? NaN,
    realisedPnl: row.realised_pnl ?? NaN,
    time: row.time_ms || row.update_time || receivedMs,
  };
}
