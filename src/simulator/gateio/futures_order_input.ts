/**
 * Reads futures orders as clients send them.
 * @module
 */
import type { DecimalStep } from "../../core/decimal_step.ts";
import type { Account } from "../accounts/account.ts";
import { oneCoin } from "../accounts/atoms.ts";
import { contractTerms } from "../futures/contract_terms.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { SelfTradeAction } from "../matching/match_order.ts";
import type { FuturesOrderTerms, PositionSlot } from "../trading/futures_contract.ts";
import type { OrderSide, TimeInForce } from "../trading/venue_order.ts";
import type { GateCall } from "./gate_endpoint.ts";
import { gateRestErrors } from "./gate_errors.ts";
import type { GateFields } from "./gate_fields.ts";
import { argumentError, engineError } from "./futures_refusals.ts";
import { type SizeStyle, sizeStyle } from "./futures_sizes.ts";
import { accountOf, amountOf, type FuturesParts } from "./futures_user.ts";

/** `text` of a client: at most 28 bytes after the prefix. */
const clientText = /^t-[0-9A-Za-z_.-]{1,28}$/;

const stpActions: Readonly<Record<string, SelfTradeAction>> = {
  cn: "cancel-newest",
  co: "cancel-oldest",
  cb: "cancel-both",
};

/** What an order keeps for its documents besides its terms. */
export interface FuturesAttributes {
  /** As told: the client's, or the default of where the order came from. */
  readonly text: string;
  /** Shown size in lots; 0 for all of it. */
  readonly iceberg: number;
  readonly isClose: boolean;
  /** `-` for none. */
  readonly stpAct: string;
  readonly amendText: string;
  /** `-`, or the level of the book that the price was taken from. */
  readonly bbo: string;
  readonly slip: string;
}

/** The whole steps of a decimal text; undefined when it is not a multiple. */
export function stepsOf(text: string, step: DecimalStep): number | undefined {
  const atoms = amountOf(text);
  const unit = BigInt(step.mantissa) * oneCoin / 10n ** BigInt(step.decimals);
  if (atoms === undefined || atoms % unit !== 0n) return undefined;
  const steps = Number(atoms / unit);
  return Number.isSafeInteger(steps) ? steps : undefined;
}

/**
 * Signed lots of a size. Fractions of a contract are for clients that ask for decimal sizes.
 *
 * @throws {GateRestError} INVALID_ARGUMENT.
 */
export function lotsOf(text: string, { spec }: MarketInstrument, style: SizeStyle): number {
  const lots = stepsOf(text, spec.lot);
  if (lots === undefined || (style === "whole" && !Number.isInteger(Number(text)))) {
    throw argumentError("invalid size", "INVALID_ARGUMENT");
  }
  return lots;
}

/** A price in ticks; 0 for a market order. @throws {GateRestError} INVALID_PARAM_VALUE. */
export function priceTick(text: string, { spec }: MarketInstrument): number {
  const tick = stepsOf(text, spec.tick);
  if (tick === undefined || tick < 0) throw gateRestErrors.badParameter("price", text);
  return tick;
}

/** Refuses a size outside the contract's bounds. @throws {GateRestError} SIZE_TOO_SMALL, SIZE_TOO_LARGE. */
export function checkLots(instrument: MarketInstrument, lots: number, isMarket: boolean): void {
  const { orderSizeMin, orderSizeMax, marketOrderSizeMax } = contractTerms(instrument);
  const contracts = instrument.spec.lot.value(Math.abs(lots));
  const most = isMarket ? Math.min(orderSizeMax, marketOrderSizeMax) : orderSizeMax;
  if (contracts < orderSizeMin) {
    throw engineError("SIZE_TOO_SMALL", `order size ${contracts}, min ${orderSizeMin}`);
  }
  if (contracts > most) throw engineError("SIZE_TOO_LARGE", `order size ${contracts}, max ${most}`);
}

/** Which way and how much. */
interface Direction {
  readonly side: OrderSide;
  readonly lots: number;
  readonly close?: PositionSlot;
}

/** Reads the orders of one call. */
export class FuturesOrderReader {
  readonly #parts: FuturesParts;
  readonly #account: Account;
  readonly #source: GateCall["source"];
  readonly #style: SizeStyle;

  constructor(parts: FuturesParts, call: GateCall) {
    this.#parts = parts;
    this.#account = accountOf(call);
    this.#source = call.source;
    this.#style = sizeStyle(call.headers);
  }

  /**
   * The terms of a new order.
   *
   * @param taken For orders that take their price from the book: the price, and how it was found.
   * @throws {GateRestError} when the order breaks a rule that needs no engine.
   */
  read(fields: GateFields, taken?: { readonly price: string; readonly bbo: string }): FuturesOrderTerms {
    const instrument = this.#parts.market.instrument(fields.required("contract"));
    const price = taken?.price ?? fields.optional("price");
    // The wording is captured; UNCONFIRMED: the label.
    if (price === undefined) throw argumentError("invalid argument: #4");
    const tick = priceTick(price, instrument);
    const kind = tick === 0 ? "market" : "limit";
    // UNCONFIRMED: the answer to a market order that would rest.
    const times: readonly TimeInForce[] = kind === "market" ? ["ioc", "fok"] : ["gtc", "ioc", "poc", "fok"];
    const timeInForce = fields.choice<TimeInForce>("tif", times, "gtc");
    const direction = this.#direction(fields, instrument);
    const slip = fields.optional("market_order_slip_ratio") ??
      String(contractTerms(instrument).marketOrderSlipRatio);
    checkLots(instrument, direction.lots, kind === "market");
    return {
      instrument,
      ...direction,
      kind,
      timeInForce,
      // The engine holds market orders to the slip.
      tick: kind === "limit" ? tick : direction.side === "buy" ? Infinity : 1,
      ...(kind === "limit" ? {} : { slipRatio: slipOf(slip) }),
      reduceOnly: direction.close !== undefined || isTrue(fields, "reduce_only"),
      ...this.#identity(fields, instrument, {
        slip,
        bbo: taken?.bbo ?? "-",
        isClose: direction.close !== undefined,
      }),
    };
  }

  #direction(fields: GateFields, instrument: MarketInstrument): Direction {
    const lots = lotsOf(fields.optional("size") ?? "0", instrument, this.#style);
    const close = this.#closing(fields);
    if (close === undefined) {
      if (lots === 0) throw argumentError("invalid size", "INVALID_ARGUMENT");
      return { side: lots > 0 ? "buy" : "sell", lots: Math.abs(lots) };
    }
    if (lots !== 0) throw argumentError("size must be 0 to close a position");
    const size = this.#parts.engine.position({ account: this.#account, instrument, slot: close })?.size ?? 0;
    if (size === 0) throw engineError("POSITION_EMPTY", "empty position");
    return { side: size > 0 ? "sell" : "buy", lots: Math.abs(size), close };
  }

  /** UNCONFIRMED: the label for `auto_size` in single mode. */
  #closing(fields: GateFields): PositionSlot | undefined {
    const autoSize = fields.optional("auto_size");
    const mode = this.#parts.engine.mode(this.#account);
    if (autoSize !== undefined) {
      const side = fields.choice("auto_size", ["close_long", "close_short"]);
      if (mode === "single") throw argumentError("auto_size is for dual mode");
      return side === "close_long" ? "dual_long" : "dual_short";
    }
    if (!isTrue(fields, "close")) return undefined;
    if (mode === "dual") throw engineError("POSITION_DUAL_MODE", "close is for single mode, use auto_size");
    return "single";
  }

  #identity(
    fields: GateFields,
    instrument: MarketInstrument,
    told: { slip: string; bbo: string; isClose: boolean },
  ): Pick<FuturesOrderTerms, "clientId" | "stpGroup" | "stpAction" | "attributes"> {
    const text = fields.optional("text");
    // UNCONFIRMED: the label for a text that breaks the rules.
    if (text !== undefined && !clientText.test(text)) throw gateRestErrors.badParameter("text", text);
    const { stpGroup } = this.#account;
    const act = fields.choice("stp_act", ["cn", "co", "cb", "-"], "-");
    // UNCONFIRMED: the label for an action of somebody who is in no group.
    if (act !== "-" && stpGroup === 0) throw gateRestErrors.badParameter("stp_act", act);
    const attributes: FuturesAttributes = {
      text: text ?? (this.#source === "ws" ? "apiv4-ws" : "api"),
      // It is echoed only: the simulated book shows the whole order.
      iceberg: lotsOf(fields.optional("iceberg") ?? "0", instrument, this.#style),
      stpAct: act === "-" && stpGroup !== 0 ? "cn" : act,
      amendText: "-",
      ...told,
    };
    return {
      clientId: text ?? "",
      stpGroup,
      stpAction: stpActions[act] ?? "cancel-newest",
      attributes: { ...attributes },
    };
  }
}

/** How much worse than the mark price a market order may trade. @throws {GateRestError} INVALID_PARAM_VALUE. */
function slipOf(text: string): number {
  const ratio = Number(text);
  if (!(ratio > 0 && ratio <= 1)) throw gateRestErrors.badParameter("market_order_slip_ratio", text);
  return ratio;
}

/** A boolean argument. */
export function isTrue(fields: GateFields, name: string): boolean {
  return fields.optional(name) === "true";
}
