/**
 * Reads trigger orders as clients send them.
 * @module
 */
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { GateCall } from "./gate_endpoint.ts";
import { GateRestError, gateRestErrors } from "./gate_errors.ts";
import { GateFields } from "./gate_fields.ts";
import { isRecord } from "./gate_request.ts";
import { lotsOf, priceTick } from "./futures_order_input.ts";
import { sizeStyle } from "./futures_sizes.ts";
import { amountOf, type FuturesParts } from "./futures_user.ts";

/** What a trigger waits for and what it places then. */
export interface TriggerTerms {
  readonly instrument: MarketInstrument;
  /** The order as it was sent. */
  readonly initial: Readonly<Record<string, unknown>>;
  /** 0 last, 1 mark, 2 index. */
  readonly priceType: 0 | 1 | 2;
  /** Price in quote that fires it, and the same as it was sent. */
  readonly price: number;
  readonly priceText: string;
  /** 1 fires at that price and above, 2 at that price and below. */
  readonly rule: 1 | 2;
  /** Seconds; 0 for never. */
  readonly expiration: number;
  readonly orderType: string;
}

const positionTypes = [
  "close-long-position",
  "close-short-position",
  "plan-close-long-position",
  "plan-close-short-position",
];

function partOf(body: unknown, name: string): Readonly<Record<string, unknown>> {
  const part = isRecord(body) ? body[name] : undefined;
  if (!isRecord(part)) throw gateRestErrors.missingParameter(name);
  return part;
}

/** A trigger price is on the right side of the last price when it is made. */
function checkSide(instrument: MarketInstrument, price: number, rule: 1 | 2): void {
  const last = instrument.spec.tick.value(instrument.statistics.lastTick);
  if (rule === 1 && price <= last) {
    throw new GateRestError(400, "AUTO_TRIGGER_PRICE_LESS_LAST", `trigger price ${price} <= last ${last}`);
  }
  if (rule === 2 && price >= last) {
    throw new GateRestError(400, "AUTO_TRIGGER_PRICE_GREATE_LAST", `trigger price ${price} >= last ${last}`);
  }
}

/** A positive price. @throws {GateRestError} INVALID_PARAM_VALUE. */
export function triggerPrice(text: string): number {
  const price = amountOf(text);
  if (price === undefined || price <= 0n) throw gateRestErrors.badParameter("price", text);
  return Number(text);
}

/** Reads the body of a new trigger order. @throws {GateRestError} when it breaks a rule. */
export function readTrigger({ market }: FuturesParts, call: GateCall): TriggerTerms {
  const initial = partOf(call.body, "initial");
  const fields = new GateFields(initial);
  const trigger = new GateFields(partOf(call.body, "trigger"));
  const instrument = market.instrument(fields.required("contract"));
  lotsOf(fields.optional("size") ?? "0", instrument, sizeStyle(call.headers));
  priceTick(fields.required("price"), instrument);
  trigger.whole("strategy_type", 0, 0, 0);
  const priceText = trigger.required("price");
  const price = triggerPrice(priceText);
  const rule = trigger.whole("rule", 0, 1, 2) as 1 | 2;
  checkSide(instrument, price, rule);
  const given = new GateFields(call.body as Record<string, unknown>);
  const orderType = given.optional("order_type") === undefined
    ? ""
    : given.choice("order_type", positionTypes);
  // Such a text says where the order came from: it is no client id.
  const { text, ...order } = initial;
  return {
    instrument,
    initial: typeof text === "string" && text.startsWith("t-") ? initial : order,
    priceType: trigger.whole("price_type", 0, 0, 2) as 0 | 1 | 2,
    price,
    priceText,
    rule,
    expiration: trigger.whole("expiration", 0, 0),
    orderType,
  };
}
