/**
 * Reads spot orders as clients send them.
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { type Atoms, formatAtoms, oneCoin, parseAtoms } from "../accounts/atoms.ts";
import type { DecimalStep } from "../../core/decimal_step.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { SelfTradeAction } from "../matching/match_order.ts";
import type { OrderSide, OrderTerms, TimeInForce } from "../trading/venue_order.ts";
import type { GateCall } from "./gate_endpoint.ts";
import { gateRestErrors } from "./gate_errors.ts";
import type { GateFields } from "./gate_fields.ts";
import type { SpotMarket } from "./spot_market.ts";
import { pairRules, ruleAtoms } from "./spot_pair_rules.ts";
import { spotErrors } from "./spot_refusals.ts";

/** `text` of a client: at most 28 bytes after the prefix. */
const clientText = /^t-[0-9A-Za-z_.-]{1,28}$/;
const plainDecimal = /^\d+(\.\d*)?$/;

const stpActions: Readonly<Record<string, SelfTradeAction>> = {
  cn: "cancel-newest",
  co: "cancel-oldest",
  cb: "cancel-both",
};

/** The whole steps of a decimal text. @throws {GateRestError} INVALID_PRECISION, INVALID_PARAM_VALUE. */
export function stepsOf(name: string, text: string, step: DecimalStep): number {
  const atoms = plainDecimal.test(text) ? parseAtoms(text) : 0n;
  const unit = BigInt(step.mantissa) * oneCoin / 10n ** BigInt(step.decimals);
  if (atoms === undefined || atoms % unit !== 0n) throw spotErrors.precision(name, step.decimals);
  const steps = Number(atoms / unit);
  if (atoms <= 0n || !Number.isSafeInteger(steps)) throw gateRestErrors.badParameter(name, text);
  return steps;
}

/** Refuses a limit order that is worth too little or too much. @throws {GateRestError} INVALID_PARAM_VALUE. */
export function checkSize(
  market: SpotMarket,
  instrument: MarketInstrument,
  tick: number,
  lots: number,
): void {
  const { minBase, minQuote, maxQuote } = pairRules(instrument);
  const { spec } = instrument;
  const units = market.trading.units(instrument);
  const base = units.base(lots);
  if (base < ruleAtoms(minBase)) throw spotErrors.tooSmall(formatAtoms(base), spec.base, minBase);
  checkWithin(units.value(tick, lots), spec.quote, minQuote, maxQuote);
}

function checkWithin(value: Atoms, coin: string, minimum: string, maximum: string): void {
  if (value < ruleAtoms(minimum)) throw spotErrors.tooSmall(formatAtoms(value), coin, minimum);
  if (value > ruleAtoms(maximum)) throw spotErrors.tooLarge(formatAtoms(value), coin, maximum);
}

/** Reads the orders of one account. */
export class SpotOrderReader {
  readonly #market: SpotMarket;
  readonly #account: Account;
  readonly #source: GateCall["source"];

  /** @param source Where the orders come from: it decides the default of `text`. */
  constructor(market: SpotMarket, account: Account, source: GateCall["source"]) {
    this.#market = market;
    this.#account = account;
    this.#source = source;
  }

  /**
   * The terms of a new order.
   *
   * @throws {GateRestError} MISSING_REQUIRED_PARAM, INVALID_CURRENCY_PAIR, INVALID_PARAM_VALUE, INVALID_PRECISION.
   */
  read(fields: GateFields): OrderTerms {
    const instrument = this.#market.instrument(fields.required("currency_pair"));
    const side = fields.choice<OrderSide>("side", ["buy", "sell"]);
    const kind = fields.choice("type", ["limit", "market"], "limit");
    checkAccount(fields);
    const common = this.#common(fields, instrument);
    const amount = fields.required("amount");
    if (kind === "limit") {
      const timeInForce = fields.choice<TimeInForce>("time_in_force", ["gtc", "ioc", "poc", "fok"], "gtc");
      const tick = stepsOf("price", fields.required("price"), instrument.spec.tick);
      const lots = stepsOf("amount", amount, instrument.spec.lot);
      checkSize(this.#market, instrument, tick, lots);
      return { ...common, side, kind, timeInForce, tick, lots };
    }
    // The default of time_in_force is gtc, which market orders do not take, so it has to be sent.
    const timeInForce = fields.choice<TimeInForce>("time_in_force", ["ioc", "fok"], "gtc" as TimeInForce);
    const tick = this.#protection(fields, instrument, side);
    const size = side === "buy" ? this.#purchase(amount, instrument) : this.#sale(amount, instrument);
    return { ...common, side, kind, timeInForce, tick, ...size };
  }

  #common(
    fields: GateFields,
    instrument: MarketInstrument,
  ): Pick<OrderTerms, "instrument" | "clientId" | "stpGroup" | "stpAction" | "attributes"> {
    const clientId = textOf(fields);
    const act = fields.choice("stp_act", ["cn", "co", "cb", "-"], "-");
    // UNCONFIRMED: the label for an action of somebody who is in no group.
    if (act !== "-" && this.#account.stpGroup === 0) throw gateRestErrors.badParameter("stp_act", act);
    return {
      instrument,
      clientId,
      stpGroup: this.#account.stpGroup,
      stpAction: stpActions[act] ?? "cancel-newest",
      attributes: {
        text: clientId === "" ? (this.#source === "ws" ? "apiv4-ws" : "apiv4") : clientId,
        iceberg: iceberg(fields, instrument),
        // Members of a group have a default.
        stpAct: act === "-" && this.#account.stpGroup !== 0 ? "cn" : act,
        amendText: "-",
      },
    };
  }

  /**
   * A market order's worst price. UNCONFIRMED: `slippage` is a ratio of the best price, and what is beyond it is
   * cancelled.
   */
  #protection(fields: GateFields, instrument: MarketInstrument, side: OrderSide): number {
    const { book } = instrument;
    const text = fields.optional("slippage") ?? pairRules(instrument).slippage;
    const ratio = Number(text);
    if (!(ratio > 0 && ratio <= 1)) throw gateRestErrors.badParameter("slippage", text);
    const best = side === "buy" ? book.asks.tickAt(0) : book.bids.tickAt(0);
    if (Number.isNaN(best)) return side === "buy" ? Infinity : 1;
    return side === "buy" ? Math.floor(best * (1 + ratio)) : Math.max(1, Math.ceil(best * (1 - ratio)));
  }

  /** A market buyer's amount is what is spent. UNCONFIRMED: how many decimals it may have. */
  #purchase(amount: string, instrument: MarketInstrument): { lots: number; budget: Atoms } {
    const { spec } = instrument;
    const decimals = spec.tick.decimals + spec.lot.decimals;
    const budget = plainDecimal.test(amount) ? parseAtoms(amount) : 0n;
    if (budget === undefined || budget % (oneCoin / 10n ** BigInt(decimals)) !== 0n) {
      throw spotErrors.precision("amount", decimals);
    }
    if (budget <= 0n) throw gateRestErrors.badParameter("amount", amount);
    const { minQuote, marketMaxQuote } = pairRules(instrument);
    checkWithin(budget, spec.quote, minQuote, marketMaxQuote);
    return { lots: 0, budget };
  }

  #sale(amount: string, instrument: MarketInstrument): { lots: number } {
    const { spec, book } = instrument;
    const lots = stepsOf("amount", amount, spec.lot);
    const units = this.#market.trading.units(instrument);
    const { minBase, marketMaxBase, minQuote, maxQuote } = pairRules(instrument);
    checkWithin(units.base(lots), spec.base, minBase, marketMaxBase);
    // UNCONFIRMED: a market sale is valued at the best bid.
    if (book.bids.size > 0) {
      checkWithin(units.value(book.bids.tickAt(0), lots), spec.quote, minQuote, maxQuote);
    }
    return { lots };
  }
}

function textOf(fields: GateFields): string {
  const text = fields.optional("text");
  if (text === undefined) return "";
  // UNCONFIRMED: the label for a text that breaks the rules.
  if (!clientText.test(text)) throw gateRestErrors.badParameter("text", text);
  return text;
}

/** The shown part of an order. It is echoed only: the simulated book shows the whole order. */
function iceberg(fields: GateFields, { spec }: MarketInstrument): string {
  const text = fields.optional("iceberg") ?? "0";
  return text === "0" ? text : spec.lot.format(stepsOf("iceberg", text, spec.lot));
}

/** Refuses every account but the classic spot account. @throws {GateRestError} MARGIN_NOT_SUPPORTED. */
export function checkAccount(fields: GateFields): void {
  const account = fields.choice("account", ["spot", "margin", "cross_margin", "unified"], "spot");
  if (account === "margin" || account === "cross_margin") throw spotErrors.noMargin();
  // UNCONFIRMED: the label for the unified account of somebody who has a classic one.
  if (account === "unified") throw gateRestErrors.badParameter("account", account);
}
