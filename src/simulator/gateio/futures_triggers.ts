/**
 * Orders of Gate.io futures that wait for a price.
 * @module
 */
import type { Account } from "../accounts/account.ts";
import type { InstrumentListener, MarketInstrument } from "../market/market_instrument.ts";
import type { GateCall } from "./gate_endpoint.ts";
import { GateRestError } from "./gate_errors.ts";
import { GateFields } from "./gate_fields.ts";
import type { FuturesOrders } from "./futures_orders.ts";
import { orderNotFound } from "./futures_refusals.ts";
import { readTrigger, type TriggerTerms } from "./futures_trigger_input.ts";
import { accountOf, type FuturesParts } from "./futures_user.ts";

/** How a trigger ended. */
export type TriggerEnd = "cancelled" | "succeeded" | "failed" | "expired";

/** Finished triggers that are kept of an account. */
const keptFinished = 1000;

/** A trigger order. Only {@link FuturesTriggers} writes to it. */
export interface Trigger {
  readonly id: number;
  readonly account: Account;
  readonly instrument: MarketInstrument;
  readonly call: GateCall;
  terms: TriggerTerms;
  readonly createdMs: number;
  finishedMs: number;
  finish: TriggerEnd | undefined;
  /** Id of the order that it placed; "0" for none. */
  orderId: string;
  reason: string;
}

/** The waiting triggers of a contract. */
interface Watch extends InstrumentListener {
  readonly triggers: Set<Trigger>;
}

/** Keeps trigger orders and fires them. */
export class FuturesTriggers {
  readonly #parts: FuturesParts;
  readonly #orders: FuturesOrders;
  readonly #triggers = new Map<number, Trigger>();
  readonly #watches = new Map<MarketInstrument, Watch>();
  readonly #listeners = new Map<string, Set<(trigger: Trigger) => void>>();
  #nextId = 1_432_329;

  constructor(parts: FuturesParts, orders: FuturesOrders) {
    this.#parts = parts;
    this.#orders = orders;
  }

  /** Triggers of an account, newest first. */
  list(account: Account): Trigger[] {
    return [...this.#triggers.values()].filter((trigger) => trigger.account === account).reverse();
  }

  /** A trigger by its id. @throws {GateRestError} ORDER_NOT_FOUND. */
  find(account: Account, id: string): Trigger {
    const trigger = this.#triggers.get(Number(id));
    if (trigger === undefined || trigger.account !== account) throw orderNotFound();
    return trigger;
  }

  /** Takes a trigger order. @throws {GateRestError} when it breaks a rule. */
  add(call: GateCall): Trigger {
    const terms = readTrigger(this.#parts, call);
    const trigger: Trigger = {
      id: this.#nextId++,
      account: accountOf(call),
      instrument: terms.instrument,
      call,
      terms,
      createdMs: call.nowMs,
      finishedMs: 0,
      finish: undefined,
      orderId: "0",
      reason: "",
    };
    this.#triggers.set(trigger.id, trigger);
    this.#watch(trigger);
    this.#tell(trigger);
    return trigger;
  }

  /** Changes what a waiting trigger waits for. @throws {GateRestError} ORDER_NOT_FOUND, ORDER_FINISHED. */
  amend(trigger: Trigger, terms: Partial<TriggerTerms>): void {
    this.#checkOpen(trigger);
    trigger.terms = { ...trigger.terms, ...terms };
    this.#tell(trigger);
  }

  /** Cancels a waiting trigger. @throws {GateRestError} ORDER_FINISHED. */
  cancel(trigger: Trigger): void {
    this.#checkOpen(trigger);
    this.#finish(trigger, "cancelled", "");
  }

  /** Hears of every change of an account's triggers. Returns what ends that. */
  listen(account: Account, listener: (trigger: Trigger) => void): () => void {
    const listeners = this.#listeners.get(account.uid) ?? new Set();
    this.#listeners.set(account.uid, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  #checkOpen({ finish }: Trigger): void {
    if (finish !== undefined) throw new GateRestError(400, "ORDER_FINISHED", "order is finished", "detail");
  }

  #watch(trigger: Trigger): void {
    const { instrument } = trigger;
    const watch = this.#watches.get(instrument) ?? this.#newWatch(instrument);
    watch.triggers.add(trigger);
  }

  #newWatch(instrument: MarketInstrument): Watch {
    const watch = { triggers: new Set<Trigger>(), onCommit: (): void => this.#check(watch.triggers) };
    this.#watches.set(instrument, watch);
    instrument.listen(watch);
    return watch;
  }

  #unwatch(trigger: Trigger): void {
    const { instrument } = trigger;
    const watch = this.#watches.get(instrument)!;
    watch.triggers.delete(trigger);
    if (watch.triggers.size > 0) return;
    instrument.unlisten(watch);
    this.#watches.delete(instrument);
  }

  /** Orders must not be placed in the middle of an event of the book, so those that are due go out right after it. */
  #check(waiting: ReadonlySet<Trigger>): void {
    const { market } = this.#parts;
    const due = [...waiting].filter((trigger) =>
      isExpired(trigger, market.nowMs) || this.#isReached(trigger)
    );
    if (due.length > 0) market.context.clock.setTimer(0, () => due.forEach((trigger) => this.#fire(trigger)));
  }

  #isReached({ instrument, terms }: Trigger): boolean {
    const price = priceNow(this.#parts, instrument, terms.priceType);
    return terms.rule === 1 ? price >= terms.price : price <= terms.price;
  }

  #fire(trigger: Trigger): void {
    if (trigger.finish !== undefined) return;
    if (isExpired(trigger, this.#parts.market.nowMs)) return this.#finish(trigger, "expired", "");
    try {
      const order = this.#orders.place(trigger.call, new GateFields(trigger.terms.initial));
      trigger.orderId = order.id;
      this.#finish(trigger, "succeeded", "");
    } catch (error) {
      if (!(error instanceof GateRestError)) throw error;
      this.#finish(trigger, "failed", error.label);
    }
  }

  #finish(trigger: Trigger, finish: TriggerEnd, reason: string): void {
    trigger.finish = finish;
    trigger.finishedMs = this.#parts.market.nowMs;
    trigger.reason = reason;
    this.#unwatch(trigger);
    this.#tell(trigger);
    const finished = this.list(trigger.account).filter((other) => other.finish !== undefined);
    for (const old of finished.slice(keptFinished)) this.#triggers.delete(old.id);
  }

  #tell(trigger: Trigger): void {
    for (const listener of this.#listeners.get(trigger.account.uid) ?? []) listener(trigger);
  }
}

function isExpired({ createdMs, terms }: Trigger, nowMs: number): boolean {
  return terms.expiration > 0 && nowMs >= createdMs + terms.expiration * 1000;
}

/** The price that a trigger watches, in quote. */
export function priceNow(
  { market }: FuturesParts,
  instrument: MarketInstrument,
  priceType: TriggerTerms["priceType"],
): number {
  if (priceType === 1) return market.mark(instrument);
  if (priceType === 2) return instrument.indexPrice;
  return instrument.spec.tick.value(instrument.statistics.lastTick);
}
