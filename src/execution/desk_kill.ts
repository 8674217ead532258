/**
 * The end of all trading: nothing begins, nothing rests, nothing stays unhedged, and the venues are asked whether it is so.
 * @module
 */
import type { ExchangeKey } from "../core/exchange.ts";
import { type OrderSweepOptions, sweepOrders } from "./order_sweep.ts";
import type { Residue } from "./residues.ts";

/** What a kill came to. */
export interface KillReport {
  readonly cancelled: number;
  /** Orders of ours that are open at a venue after it. */
  readonly open: readonly string[];
  readonly residues: readonly Residue[];
  /** Venues that could not be asked. */
  readonly unverified: readonly ExchangeKey[];
}

/** What a kill needs of a desk that begins nothing any more. */
export interface KillSteps {
  /** Resolves when nothing is under way, or after this many milliseconds. */
  idle(timeoutMs: number): Promise<boolean>;
  /** Begins to hedge what is unmatched. */
  flatten(): void;
  residues(): Residue[];
}

/** Longest wait for what is under way, and again for what is hedged then, milliseconds. */
const waitMs = 60_000;

/**
 * Takes back what rests, lets what is under way be hedged, hedges the rest, and looks at every venue again. What cannot be
 * hedged within a minute is in the report. Never rejects.
 */
export async function killTrading(options: OrderSweepOptions, steps: KillSteps): Promise<KillReport> {
  const first = await sweepOrders(options);
  await steps.idle(waitMs);
  steps.flatten();
  await steps.idle(waitMs);
  const last = await sweepOrders(options);
  const { open, unverified } = last;
  return { cancelled: first.cancelled + last.cancelled, open, residues: steps.residues(), unverified };
}
