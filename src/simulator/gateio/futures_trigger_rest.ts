/**
 * The trigger order endpoints of Gate.io futures.
 * @module
 */
import type { GateCall, GateEndpoint } from "./gate_endpoint.ts";
import { GateFields } from "./gate_fields.ts";
import { accountCall, accountGet } from "./futures_endpoint.ts";
import { paged, pageOf } from "./futures_query.ts";
import { sizeStyle } from "./futures_sizes.ts";
import { triggerPrice, type TriggerTerms } from "./futures_trigger_input.ts";
import { triggerDocument } from "./futures_trigger_document.ts";
import type { FuturesTriggers, Trigger } from "./futures_triggers.ts";
import { accountOf } from "./futures_user.ts";

function found(triggers: FuturesTriggers, call: GateCall, id = call.params["order_id"]!): Trigger {
  return triggers.find(accountOf(call), id);
}

function document(call: GateCall, trigger: Trigger): Record<string, unknown> {
  return triggerDocument(trigger, sizeStyle(call.headers));
}

/** The id of a trigger as creation and amendment answer it. */
function idOf({ id }: Trigger): Record<string, unknown> {
  return { id, id_string: String(id) };
}

function list(triggers: FuturesTriggers, call: GateCall): unknown {
  const fields = GateFields.ofCall(call);
  const status = fields.choice("status", ["open", "finished"]);
  const contract = fields.optional("contract");
  const rows = triggers.list(accountOf(call)).filter(({ finish, instrument }) =>
    (finish === undefined) === (status === "open") &&
    (contract === undefined || instrument.spec.exchangeSymbol === contract)
  );
  return paged(rows, pageOf(call.query)).map((trigger) => document(call, trigger));
}

function cancelAll(triggers: FuturesTriggers, call: GateCall): unknown {
  const contract = call.query.get("contract");
  const open = triggers.list(accountOf(call)).filter(({ finish, instrument }) =>
    finish === undefined && (contract === null || instrument.spec.exchangeSymbol === contract)
  );
  return open.map((trigger) => {
    triggers.cancel(trigger);
    return document(call, trigger);
  });
}

/** UNCONFIRMED: which fields can be changed, and where they stand: beside `order_id`. */
function amend(triggers: FuturesTriggers, call: GateCall): unknown {
  const fields = GateFields.ofCall(call);
  const trigger = found(triggers, call, fields.required("order_id"));
  const { initial } = trigger.terms;
  const price = fields.optional("trigger_price");
  const changes: Partial<TriggerTerms> = {
    initial: {
      ...initial,
      ...(fields.optional("size") === undefined ? {} : { size: fields.raw("size") }),
      ...(fields.optional("price") === undefined ? {} : { price: fields.raw("price") }),
    },
    ...(price === undefined ? {} : { price: triggerPrice(price), priceText: price }),
  };
  triggers.amend(trigger, changes);
  return idOf(trigger);
}

/** The endpoints. */
export function triggerEndpoints(triggers: FuturesTriggers): GateEndpoint[] {
  const [all, one] = ["/price_orders", "/price_orders/{order_id}"];
  return [
    accountCall("POST", all, (call) => idOf(triggers.add(call)), { status: 201 }),
    accountGet(all, (call) => list(triggers, call)),
    accountCall("DELETE", all, (call) => cancelAll(triggers, call)),
    accountGet(one, (call) => document(call, found(triggers, call))),
    accountCall("DELETE", one, (call) => {
      const trigger = found(triggers, call);
      triggers.cancel(trigger);
      return document(call, trigger);
    }),
    accountCall("PUT", `${all}/amend`, (call) => amend(triggers, call)),
    accountCall("PUT", "/price_orders/amend/{order_id}", (call) => amend(triggers, call)),
  ];
}
