/**
 * Trigger orders as REST and the private channel state them.
 * @module
 */
import { GateFields } from "./gate_fields.ts";
import { bigJson } from "./futures_json.ts";
import { isTrue, lotsOf } from "./futures_order_input.ts";
import { floatSeconds, wholeSeconds } from "./futures_prices.ts";
import { sizeOf, type SizeStyle } from "./futures_sizes.ts";
import type { Trigger } from "./futures_triggers.ts";

function initialFields({ terms, instrument }: Trigger, style: SizeStyle): Record<string, unknown> {
  const fields = new GateFields(terms.initial);
  return {
    contract: instrument.spec.exchangeSymbol,
    size: sizeOf(instrument, lotsOf(fields.optional("size") ?? "0", instrument, "decimal"), style),
    price: fields.optional("price") ?? "0",
    tif: fields.optional("tif") ?? "gtc",
    text: fields.optional("text") ?? "api",
    auto_size: fields.optional("auto_size") ?? "",
    is_close: isTrue(fields, "close"),
    is_reduce_only: isTrue(fields, "reduce_only"),
  };
}

function triggerFields({ terms }: Trigger): Record<string, unknown> {
  return {
    strategy_type: 0,
    price_type: terms.priceType,
    price: terms.priceText,
    rule: terms.rule,
    expiration: terms.expiration,
  };
}

/** A FuturesPriceTriggeredOrder. UNCONFIRMED: fields beyond those of 6.12 are those of the official SDK's model. */
export function triggerDocument(trigger: Trigger, style: SizeStyle): Record<string, unknown> {
  const { terms, finish } = trigger;
  const initial = initialFields(trigger, style);
  return {
    initial: { ...initial, close: initial["is_close"], reduce_only: initial["is_reduce_only"] },
    trigger: triggerFields(trigger),
    id: trigger.id,
    id_string: String(trigger.id),
    user: Number(trigger.account.uid),
    create_time: floatSeconds(trigger.createdMs),
    ...(finish === undefined ? {} : { finish_time: floatSeconds(trigger.finishedMs), finish_as: finish }),
    trade_id: bigJson(trigger.orderId),
    status: finish === undefined ? "open" : "finished",
    reason: trigger.reason,
    order_type: terms.orderType,
    me_order_id: "0",
  };
}

/** A row of `futures.autoorders`. UNCONFIRMED: the stop fields of an order that has none. */
export function pushedTrigger(trigger: Trigger, style: SizeStyle): Record<string, unknown> {
  return {
    user: Number(trigger.account.uid),
    trigger: triggerFields(trigger),
    initial: { ...initialFields(trigger, style), iceberg: 0 },
    id: trigger.id,
    trade_id: bigJson(trigger.orderId),
    status: trigger.finish === undefined ? "open" : "finished",
    reason: trigger.reason,
    create_time: wholeSeconds(trigger.createdMs),
    name: "price_autoorders",
    is_stop_order: false,
    stop_trigger: { rule: 0, trigger_price: "", order_price: "" },
    order_type: trigger.terms.orderType,
    me_order_id: "0",
  };
}
