/**
 * Orders that are placed when the last price gets somewhere.
 * @module
 */
import { maxDelayMs, type Timer } from "../../core/clock.ts";
import type { Account } from "../accounts/account.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import { GateRestError, gateRestErrors } from "./gate_errors.ts";
import { GateFields } from "./gate_fields.ts";
import { isRecord } from "./gate_request.ts";
import type { SpotMarket } from "./spot_market.ts";
import { stepsOf } from "./spot_order_input.ts";
import type { SpotOrders } from "./spot_orders.ts";
import { spotErrors } from "./spot_refusals.ts";

/** Hears of a price order that changed. @param row Its state as `spot.priceorders` tells it. */
export type HearPriceOrder = (pair: string, row: Record<string, unknown>) => void;

/** One price order. */
export interface PriceOrder {
  readonly id: number;
  readonly account: Account;
  readonly instrument: MarketInstrument;
  readonly rule: ">=" | "<=";
  readonly tick: number;
  /** Seconds that it waits. */
  readonly expiration: number;
  /** The order to place, by argument. */
  readonly put: Readonly<Record<string, string>>;
  readonly createdMs: number;
  endedMs: number;
  status: "open" | "cancelled" | "finish" | "failed" | "expired";
  reason: string;
  /** Id of the order that it became; 0 before. */
  firedId: number;
}

/** First id: as long as those of the documents. */
const firstId = 1_432_329;
/** Ended price orders that are kept. */
const keptEnded = 1000;

/** Watches the last prices. */
export class SpotPriceOrders {
  readonly #market: SpotMarket;
  readonly #orders: SpotOrders;
  readonly #all = new Map<number, PriceOrder>();
  readonly #expiries = new Map<number, Timer>();
  readonly #watched = new Set<MarketInstrument>();
  readonly #firing = new Set<Timer>();
  readonly #listeners = new Map<HearPriceOrder, string>();
  #nextId = firstId;

  constructor(market: SpotMarket, orders: SpotOrders) {
    this.#market = market;
    this.#orders = orders;
  }

  /** Takes a price order in; returns its id. @throws {GateRestError} when an argument is wrong. */
  create(account: Account, fields: GateFields): number {
    const instrument = this.#market.instrument(fields.required("market"));
    const trigger = objectOf(fields, "trigger");
    const rule = trigger.choice<">=" | "<=">("rule", [">=", "<="]);
    const tick = stepsOf("price", trigger.required("price"), instrument.spec.tick);
    trigger.required("expiration");
    const expiration = trigger.whole("expiration", 0, 1);
    const put = readPut(objectOf(fields, "put"), instrument);
    const order: PriceOrder = {
      id: this.#nextId++,
      account,
      instrument,
      rule,
      tick,
      expiration,
      put,
      createdMs: this.#market.nowMs,
      endedMs: 0,
      status: "open",
      reason: "",
      firedId: 0,
    };
    this.#all.set(order.id, order);
    this.#awaitExpiry(order, expiration * 1000);
    this.#watch(instrument);
    this.#tell(order);
    this.#check(instrument);
    return order.id;
  }

  /** Price orders of an account, latest first. */
  list(account: Account): PriceOrder[] {
    return [...this.#all.values()].filter((order) => order.account === account).reverse();
  }

  /** A price order. @throws {GateRestError} ORDER_NOT_FOUND. */
  find(account: Account, id: string): PriceOrder {
    const order = this.#all.get(Number(id));
    if (order?.account !== account) throw spotErrors.orderNotFound();
    return order;
  }

  /** Cancels an open price order. @throws {GateRestError} ORDER_CLOSED. */
  cancel(order: PriceOrder): void {
    if (order.status !== "open") throw spotErrors.orderClosed();
    this.#end(order, "cancelled", "");
  }

  /** Tells `hear` of an account's price orders; returns what ends it. */
  listen(account: Account, hear: HearPriceOrder): () => void {
    this.#listeners.set(hear, account.uid);
    return () => this.#listeners.delete(hear);
  }

  /** Stops all timers. */
  stop(): void {
    for (const timer of [...this.#expiries.values(), ...this.#firing]) timer.cancel();
  }

  /** A month is longer than any one timer. */
  #awaitExpiry(order: PriceOrder, leftMs: number): void {
    const stepMs = Math.min(leftMs, maxDelayMs);
    const timer = this.#market.context.clock.setTimer(stepMs, () => {
      if (leftMs > stepMs) this.#awaitExpiry(order, leftMs - stepMs);
      else this.#end(order, "expired", "");
    });
    this.#expiries.set(order.id, timer);
  }

  #watch(instrument: MarketInstrument): void {
    if (this.#watched.has(instrument)) return;
    this.#watched.add(instrument);
    instrument.listen({ onTrade: () => this.#check(instrument) });
  }

  /** Placing waits for the next turn: a trade is told in the middle of matching. */
  #check(instrument: MarketInstrument): void {
    const last = instrument.statistics.lastTick;
    for (const order of this.#all.values()) {
      if (order.status !== "open" || order.instrument !== instrument || order.firedId !== 0) continue;
      if (order.rule === ">=" ? last < order.tick : last > order.tick) continue;
      order.firedId = -1;
      const timer = this.#market.context.clock.setTimer(0, () => {
        this.#firing.delete(timer);
        if (order.status === "open") this.#fire(order);
      });
      this.#firing.add(timer);
    }
  }

  #fire(order: PriceOrder): void {
    order.firedId = 0;
    try {
      const placed = this.#orders.place(order.account, new GateFields(order.put), "rest");
      order.firedId = Number(placed["id"]);
      this.#end(order, "finish", "");
    } catch (error) {
      if (!(error instanceof GateRestError)) throw error;
      this.#end(order, "failed", error.label);
    }
  }

  #end(order: PriceOrder, status: PriceOrder["status"], reason: string): void {
    order.status = status;
    order.reason = reason;
    order.endedMs = this.#market.nowMs;
    if (order.firedId < 0) order.firedId = 0;
    this.#expiries.get(order.id)?.cancel();
    this.#expiries.delete(order.id);
    this.#tell(order);
    this.#forget();
  }

  #forget(): void {
    for (const order of this.#all.values()) {
      if (this.#all.size - this.#expiries.size <= keptEnded) return;
      if (order.status !== "open") this.#all.delete(order.id);
    }
  }

  #tell(order: PriceOrder): void {
    const pair = order.instrument.spec.exchangeSymbol;
    for (const [hear, uid] of this.#listeners) {
      if (uid === order.account.uid) hear(pair, priceOrderRow(order));
    }
  }
}

function objectOf(fields: GateFields, name: string): GateFields {
  const value = fields.raw(name);
  if (!isRecord(value)) throw gateRestErrors.missingParameter(name);
  return new GateFields(value);
}

/** The arguments of the order to place. */
function readPut(put: GateFields, { spec }: MarketInstrument): Record<string, string> {
  const type = put.choice("type", ["limit", "market"], "limit");
  const side = put.choice("side", ["buy", "sell"]);
  const account = put.choice("account", ["normal", "margin", "unified"], "normal");
  if (account !== "normal") throw spotErrors.noMargin();
  const tif = put.choice("time_in_force", ["gtc", "ioc"], "gtc");
  const text = put.optional("text");
  const price = put.required("price");
  if (type === "limit") stepsOf("price", price, spec.tick);
  const amount = put.required("amount");
  if (type === "limit" || side === "sell") stepsOf("amount", amount, spec.lot);
  return {
    currency_pair: spec.exchangeSymbol,
    type,
    side,
    price,
    amount,
    account: "spot",
    // A market order cannot wait.
    time_in_force: type === "market" ? "ioc" : tif,
    ...(text?.startsWith("t-") ? { text } : {}),
  };
}

/** A price order as REST answers it. */
export function priceOrderDocument(order: PriceOrder): Record<string, unknown> {
  const { put, instrument } = order;
  return {
    market: instrument.spec.exchangeSymbol,
    user: Number(order.account.uid),
    trigger: { price: instrument.price(order.tick), rule: order.rule, expiration: order.expiration },
    put: {
      type: put["type"],
      side: put["side"],
      price: put["price"],
      amount: put["amount"],
      account: "normal",
      time_in_force: put["time_in_force"],
      text: put["text"] ?? "api",
    },
    id: order.id,
    ctime: Math.floor(order.createdMs / 1000),
    ftime: Math.floor(order.endedMs / 1000),
    fired_order_id: Math.max(0, order.firedId),
    status: order.status,
    reason: order.reason,
  };
}

/** The result of `spot.priceorders`. UNCONFIRMED: the JSON types and the values of the last fields. */
function priceOrderRow(order: PriceOrder): Record<string, unknown> {
  const { put, instrument } = order;
  const { spec } = instrument;
  return {
    market: spec.exchangeSymbol,
    uid: order.account.uid,
    id: String(order.id),
    currency_type: spec.base,
    exchange_type: spec.quote,
    reason: order.reason,
    err_msg: "",
    fired_order_id: String(Math.max(0, order.firedId)),
    instant_cancel: false,
    trigger_price: instrument.price(order.tick),
    trigger_rule: order.rule,
    trigger_expiration: String(order.expiration),
    price: put["price"],
    amount: put["amount"],
    source: "api",
    order_type: put["type"],
    side: put["side"],
    engine_type: "normal",
    is_stop_order: false,
    stop_trigger_price: "",
    stop_trigger_rule: "",
    stop_price: "",
    ctime: new Date(order.createdMs).toISOString(),
    ftime: order.endedMs === 0 ? "" : new Date(order.endedMs).toISOString(),
  };
}
