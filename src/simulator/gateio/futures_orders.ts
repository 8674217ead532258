/**
 * What users do with futures orders, by REST and by WebSocket alike.
 * @module
 */
import type { Account } from "../accounts/account.ts";
import type { VenueOrder } from "../trading/venue_order.ts";
import type { GateCall } from "./gate_endpoint.ts";
import { GateRestError, gateRestErrors } from "./gate_errors.ts";
import type { GateFields } from "./gate_fields.ts";
import { attributesOf, orderDocument } from "./futures_order_document.ts";
import { checkLots, FuturesOrderReader, isTrue, lotsOf, priceTick } from "./futures_order_input.ts";
import { argumentError, engineError, orderNotFound, refusedAs } from "./futures_refusals.ts";
import { sizeStyle } from "./futures_sizes.ts";
import { accountOf, type FuturesParts } from "./futures_user.ts";

/** How long a finished order is found by its client id, in milliseconds. */
const textLifeMs = 60_000;
/** How long an order that was cancelled without a fill is remembered, in milliseconds. */
const emptyLifeMs = 600_000;
/** Levels of the book that an order can take its price from. */
const bboLevels = 20;

/** Which of the open orders are meant. */
interface CancelFilter {
  readonly contract: string | undefined;
  readonly side: "buy" | "sell" | undefined;
  readonly keepReducing: boolean;
}

/** Places, finds, changes and cancels orders. */
export class FuturesOrders {
  readonly #parts: FuturesParts;

  constructor(parts: FuturesParts) {
    this.#parts = parts;
  }

  /** An order as the caller wants to read it. */
  document(call: GateCall, order: VenueOrder): Record<string, unknown> {
    return orderDocument(this.#parts, order, sizeStyle(call.headers));
  }

  /** Takes an order. @throws {GateRestError} when it is refused. */
  place(call: GateCall, fields: GateFields): VenueOrder {
    const terms = new FuturesOrderReader(this.#parts, call).read(fields);
    return refusedAs(() => this.#parts.engine.place(accountOf(call), terms));
  }

  /**
   * Takes an order at the price of a level of the book: `buy` takes it from the bids, `sell` from the asks.
   *
   * @throws {GateRestError} when it is refused.
   */
  placeAtLevel(call: GateCall, fields: GateFields): VenueOrder {
    const instrument = this.#parts.market.instrument(fields.required("contract"));
    const direction = fields.choice("direction", ["buy", "sell"]);
    const level = fields.whole("level", 1, 1, bboLevels);
    const tick = instrument.book.side(direction === "buy" ? "bid" : "ask").tickAt(level - 1);
    if (Number.isNaN(tick)) throw engineError("CONTRACT_NO_COUNTER", `no level ${level}`);
    // UNCONFIRMED: what `bbo` says.
    const taken = { price: instrument.price(tick), bbo: `${direction}-${level}` };
    const terms = new FuturesOrderReader(this.#parts, call).read(fields, taken);
    return refusedAs(() => this.#parts.engine.place(accountOf(call), terms));
  }

  /** The order with this id or client id. @throws {GateRestError} ORDER_NOT_FOUND. */
  find(call: GateCall, id: string): VenueOrder {
    const store = this.#parts.engine.store(accountOf(call));
    const byText = id.startsWith("t-");
    const order = byText ? store.byClientId(id) : store.byId(id);
    if (order === undefined || !this.#remembered(order, byText ? textLifeMs : Infinity)) {
      throw orderNotFound();
    }
    return order;
  }

  /** Cancels an order. @throws {GateRestError} ORDER_NOT_FOUND, ORDER_FINISHED. */
  cancel(call: GateCall, id: string): VenueOrder {
    const order = this.find(call, id);
    refusedAs(() => this.#parts.engine.cancel(order));
    return order;
  }

  /** Cancels the open orders that the arguments name. @throws {GateRestError} CONTRACT_NOT_FOUND. */
  cancelAll(call: GateCall, fields: GateFields): VenueOrder[] {
    const side = fields.optional("side") === undefined ? undefined : fields.choice("side", ["bid", "ask"]);
    const contract = fields.optional("contract");
    if (contract !== undefined) this.#parts.market.instrument(contract);
    return this.cancelMatching(accountOf(call), {
      contract,
      side: side === undefined ? undefined : side === "bid" ? "buy" : "sell",
      keepReducing: isTrue(fields, "exclude_reduce_only"),
    });
  }

  /** Cancels the open orders of an account that fit. */
  cancelMatching(account: Account, { contract, side, keepReducing }: CancelFilter): VenueOrder[] {
    const meant = this.#parts.engine.store(account).open.filter((order) =>
      (contract === undefined || order.instrument.spec.exchangeSymbol === contract) &&
      (side === undefined || order.orderSide === side) && !(keepReducing && order.reduceOnly)
    );
    // One cancellation may end others.
    return meant.filter((order) => {
      if (order.status === "open") this.#parts.engine.cancel(order);
      return true;
    });
  }

  /**
   * Changes size, price or remark. A size that is filled already ends the order.
   *
   * @throws {GateRestError} ORDER_NOT_FOUND, ORDER_FINISHED, NO_CHANGE and what applies to new orders.
   */
  amend(call: GateCall, id: string, fields: GateFields): VenueOrder {
    const order = this.find(call, id);
    if (order.status !== "open") throw engineError("ORDER_FINISHED", "order is finished");
    const { instrument } = order;
    const [size, price] = [fields.optional("size"), fields.optional("price")];
    const lots = size === undefined ? order.lots : this.#amendedLots(call, order, size);
    const tick = price === undefined ? order.tick : priceTick(price, instrument);
    if (tick === 0) throw gateRestErrors.badParameter("price", price!);
    const before = order.attributes;
    const remark = fields.optional("amend_text");
    if (remark !== undefined) order.attributes = { ...before, amendText: remark };
    try {
      refusedAs(() => this.#parts.engine.amend(order, { tick, lots }));
    } catch (error) {
      order.attributes = before;
      throw error;
    }
    return order;
  }

  /**
   * Orders of a status, newest first.
   *
   * @param fields `contract`, and `last_id` to go on behind an order.
   * @throws {GateRestError} CONTRACT_NOT_FOUND.
   */
  list(call: GateCall, status: "open" | "finished", fields: GateFields): VenueOrder[] {
    const store = this.#parts.engine.store(accountOf(call));
    const contract = fields.optional("contract");
    if (contract !== undefined) this.#parts.market.instrument(contract);
    const last = fields.optional("last_id");
    const before = last === undefined || !/^\d+$/.test(last) ? undefined : BigInt(last);
    return store[status]
      .filter((order) =>
        (contract === undefined || order.instrument.spec.exchangeSymbol === contract) &&
        (before === undefined || BigInt(order.id) < before) && this.#remembered(order, Infinity)
      )
      .reverse();
  }

  /** Runs every item by itself: rows of a batch say which succeeded. */
  batch<Item>(
    call: GateCall,
    items: readonly Item[],
    run: (item: Item) => VenueOrder,
  ): Record<string, unknown>[] {
    return items.map((item) => {
      try {
        return { succeeded: true, ...this.document(call, run(item)) };
      } catch (error) {
        if (!(error instanceof GateRestError)) throw error;
        return { succeeded: false, label: error.label, detail: error.message };
      }
    });
  }

  #amendedLots(call: GateCall, order: VenueOrder, size: string): number {
    const lots = lotsOf(size, order.instrument, sizeStyle(call.headers));
    if (attributesOf(order).isClose) throw argumentError("the size of a close order cannot be changed");
    const sign = order.orderSide === "buy" ? 1 : -1;
    if (lots * sign <= 0) throw argumentError("the sign of size cannot be changed");
    if (Math.abs(lots) > order.filledLots) checkLots(order.instrument, lots, false);
    return Math.abs(lots);
  }

  /** Whether the exchange still knows an order. @param lifeMs How long it does after the end at most. */
  #remembered(order: VenueOrder, lifeMs: number): boolean {
    if (order.status === "open") return true;
    const age = this.#parts.market.nowMs - order.updatedMs;
    return age <= (order.filledLots === 0 ? Math.min(lifeMs, emptyLifeMs) : lifeMs);
  }
}
