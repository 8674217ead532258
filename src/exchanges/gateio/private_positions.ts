/**
 * Futures positions as Gate.io's REST and its private stream write them.
 * @module
 */
import * as v from "valibot";
import type { PositionReport } from "../../core/account.ts";
import type { Instrument } from "../../core/instrument.ts";
import { amount, lotsOf, maybeAmount, maybeMoment, maybeUnsigned } from "./private_values.ts";

/** A position. Pushes leave out what only a request tells. */
export const positionSchema = v.object({
  contract: v.string(),
  size: amount,
  // `lever` and `pos_margin_mode` are replacing it.
  leverage: maybeUnsigned,
  lever: maybeUnsigned,
  pos_margin_mode: v.nullish(v.string()),
  cross_leverage_limit: maybeUnsigned,
  leverage_max: maybeUnsigned,
  margin: amount,
  entry_price: maybeUnsigned,
  liq_price: maybeUnsigned,
  mark_price: maybeUnsigned,
  unrealised_pnl: maybeAmount,
  realised_pnl: maybeAmount,
  mode: v.nullish(v.picklist(["single", "dual_long", "dual_short"]), "single"),
  update_time: maybeMoment,
  time_ms: maybeMoment,
});
/** A checked position. */
export type PositionRow = v.InferOutput<typeof positionSchema>;

const sides = { single: "single", dual_long: "long", dual_short: "short" } as const;

/**
 * The report that a row is. What a row leaves out (pushes: mark price, unrealised profit) is NaN.
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
    entryPrice: lots === 0 ? 0 : row.entry_price ?? NaN,
    markPrice: row.mark_price ?? NaN,
    liquidationPrice: lots === 0 ? NaN : row.liq_price ?? NaN,
    marginMode: isCross ? "cross" : "isolated",
    leverage: row.lever ?? (crossByLeverage ? row.cross_leverage_limit : row.leverage) ?? NaN,
    maxLeverage: row.leverage_max ?? NaN,
    margin: row.margin,
    unrealisedPnl: row.unrealised_pnl ?? NaN,
    realisedPnl: row.realised_pnl ?? NaN,
    time: row.time_ms || row.update_time || receivedMs,
  };
}
