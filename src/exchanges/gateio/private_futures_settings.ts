/**
 * Leverage, margin and position mode of a Gate.io futures account.
 * @module
 */
import * as v from "valibot";
import type { MarginMode, PositionMode, PositionReport } from "../../core/account.ts";
import { DecimalStep } from "../../core/decimal_step.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { Outcome } from "../../core/order_request.ts";
import { checkBody } from "../wire_schema.ts";
import { notSent } from "./private_errors.ts";
import { accepted } from "./private_order_entry.ts";
import { positionReport, positionSchema } from "./private_positions.ts";
import type { GateioAnswer, GateioQuery, GateioSender } from "./private_sender.ts";

const root = "/futures/usdt";
/** How the venue refuses the paths of single mode in dual mode: definite, and nothing has been changed. */
const dualModeLabel = "POSITION_DUAL_MODE";
const modeSchema = v.object({ in_dual_mode: v.boolean() });
const positionsSchema = v.union([
  v.array(positionSchema),
  v.pipe(positionSchema, v.transform((row) => [row])),
]);
/** Amounts of the settlement coin are written with so many decimals. */
const marginStep = DecimalStep.ofDecimals(6);
/** More than any account holds. */
const maxMargin = 1e9;

/** Changes settings. Which mode the account is in is not remembered: single mode is tried first. */
export class FuturesSettings {
  readonly #sender: GateioSender;

  constructor(sender: GateioSender) {
    this.#sender = sender;
  }

  /** Sets the leverage; 0 for cross margin. */
  leverage(instrument: Instrument, leverage: number): Promise<Outcome<PositionReport[]>> {
    if (!Number.isFinite(leverage) || leverage < 0) {
      return refused(`${leverage} is no leverage`);
    }
    return this.#change(instrument, `${instrument.exchangeSymbol}/leverage`, { query: { leverage } });
  }

  /** Sets whether margin is shared. */
  marginMode(instrument: Instrument, mode: MarginMode): Promise<Outcome<PositionReport[]>> {
    const body = { mode: mode === "cross" ? "CROSS" : "ISOLATED", contract: instrument.exchangeSymbol };
    return this.#change(instrument, "cross_mode", { body });
  }

  /** Adds margin to a position or takes some away, in the settlement coin; dual mode needs the side. */
  margin(
    instrument: Instrument,
    change: number,
    side: "long" | "short" | undefined,
  ): Promise<Outcome<PositionReport[]>> {
    if (!(Math.abs(change) <= maxMargin) || marginStep.nearest(Math.abs(change)) === 0) {
      return refused(`${change} is no change of a margin`);
    }
    const text = (change < 0 ? "-" : "") + marginStep.format(marginStep.nearest(Math.abs(change)));
    const dual = side === undefined ? undefined : { change: text, dual_side: `dual_${side}` };
    return this.#change(instrument, `${instrument.exchangeSymbol}/margin`, { query: { change: text } }, dual);
  }

  /** One position per contract, or two. Errors as {@link GateioSender.ask}. */
  async mode(): Promise<PositionMode> {
    return readMode((await this.#sender.ask(`${root}/accounts`)).body);
  }

  /** Sets the mode; refused while there are positions or orders. */
  async setMode(mode: PositionMode): Promise<Outcome<PositionMode>> {
    const query = { dual_mode: mode === "dual" };
    const outcome = await this.#sender.command({ method: "POST", path: `${root}/dual_mode`, query });
    return accepted(outcome, ({ body }) => readMode(body));
  }

  /** @param dualQuery The query of dual mode where it is another; undefined when the side is not told. */
  async #change(
    instrument: Instrument,
    path: string,
    parts: { readonly query?: GateioQuery; readonly body?: unknown },
    dualQuery: GateioQuery | undefined = undefined,
  ): Promise<Outcome<PositionReport[]>> {
    const single = await this.#sender.command({
      method: "POST",
      path: `${root}/positions/${path}`,
      ...parts,
    });
    if (single.kind !== "refused" || single.code !== dualModeLabel) return this.#read(instrument, single);
    if (path.endsWith("/margin") && dualQuery === undefined) {
      return await refused("in dual mode the margin of the long or of the short position is changed");
    }
    const dual = await this.#sender.command({
      method: "POST",
      path: `${root}/dual_comp/positions/${path}`,
      ...parts,
      ...(dualQuery === undefined ? {} : { query: dualQuery }),
    });
    return this.#read(instrument, dual);
  }

  #read(instrument: Instrument, outcome: Outcome<GateioAnswer>): Outcome<PositionReport[]> {
    const what = `Gate.io's position of ${instrument.exchangeSymbol}`;
    return accepted(
      outcome,
      ({ body, timeMs }) =>
        checkBody(positionsSchema, body, what).map((row) => positionReport(instrument, row, timeMs)),
    );
  }
}

function readMode(body: unknown): PositionMode {
  return checkBody(modeSchema, body, "Gate.io's futures account").in_dual_mode ? "dual" : "single";
}

function refused(why: string): Promise<Outcome<PositionReport[]>> {
  return Promise.resolve(notSent("parameters", why));
}
