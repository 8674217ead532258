/**
 * A spot venue that a test writes the script of: what happens there, what it tells, and how old its answers are.
 * @module
 */
import type { BalanceSnapshot } from "../../../../src/core/balance.ts";
import type { ExchangeKey } from "../../../../src/core/exchange.ts";
import type { Fill } from "../../../../src/core/fill.ts";
import type { Instrument } from "../../../../src/core/instrument.ts";
import type { OrderReference, OrderReport, OrderRequest } from "../../../../src/core/order_request.ts";
import type { SimulatedClock } from "../../../../src/core/simulated_clock.ts";
import { baseQuantity, quoteAmount } from "../../../../src/core/units.ts";
import type { TradingVenue } from "../../../../src/execution/trading_venue.ts";

/** Lots of BTC at 100 USDT, one fee of 1 USDT per trade; exact in whole numbers. */
export const lotSize = 0.000001;
const price = 100, fee = 1;
/** Way to the venue and back again, milliseconds. */
const wayMs = 40;

interface Resting {
  readonly request: OrderRequest;
  readonly id: string;
  filled: number;
  isOpen: boolean;
}

/** Everything is kept in whole lots and cents. */
export class ScriptedVenue {
  readonly exchange: ExchangeKey = "MEXC_SPOT";
  readonly fills: Fill[] = [];
  readonly orders = new Map<string, Resting>();
  readonly handlers: {
    order?: (report: OrderReport) => void;
    fill?: (fill: Fill) => void;
    connection?: (state: "live" | "lost") => void;
  } = {};
  isLive = true;
  lots = 5_000_000;
  cents = 1_000_000;
  /** Rows that the next listings leave out, by listing. */
  readonly cut = { orders: 0, balances: 0 };
  /** Whether the listing of trades lags behind. */
  hidesFills = false;
  /** Whether the sending of orders is answered. */
  answersOrders = true;
  #trades = 0;

  constructor(readonly clock: SimulatedClock, readonly instrument: Instrument) {}

  /** What execution sees of it. */
  get venue(): TradingVenue {
    const isLive = (): boolean => this.isLive;
    return {
      exchange: this.exchange,
      get isLive() {
        return isLive();
      },
      orderValidityMs: 5_000,
      clockErrorMs: 0,
      bind: (channel: string, handler: unknown) => Object.assign(this.handlers, { [channel]: handler }),
      place: (request: OrderRequest) =>
        this.#answer(() => this.#place(request)).then((outcome) => {
          return this.answersOrders ? outcome : new Promise(() => {});
        }),
      cancel: (order: OrderReference) => this.#answer(() => this.end(this.#find(order)!.id)),
      openOrders: () => this.#answer(() => this.#listed()),
      order: (order: OrderReference) =>
        this.#answer(() => {
          const found = this.#find(order);
          return found && this.#report(found);
        }),
      fills: (_instrument: Instrument, since: number) =>
        this.#answer(() => this.hidesFills ? [] : this.fills.filter(({ time }) => time >= since)),
      balances: () => this.#answer(() => this.#balances()),
    } as unknown as TradingVenue;
  }

  /** A trade of an open order for some lots. Tells it after some time, or never. */
  trade(id: string, lots: number, tellAfterMs: number | undefined): void {
    const order = this.orders.get(id)!;
    const size = Math.min(lots, order.request.lots - order.filled);
    if (!order.isOpen || size === 0) return;
    order.filled += size;
    order.isOpen = order.filled < order.request.lots;
    const fill = this.#book(order.request.side, size, order.request.clientOrderId, id);
    const report = this.#report(order);
    if (tellAfterMs === undefined) return;
    this.clock.setTimer(tellAfterMs, () => {
      this.handlers.fill?.(fill);
      this.handlers.order?.(report);
    });
  }

  /** Tells of an order's end as if nothing of it had been filled. */
  denyFills(id: string): void {
    const order = this.orders.get(id)!;
    order.isOpen = false;
    this.handlers.order?.({ ...this.#report(order), filledLots: 0, averagePrice: 0, status: "cancelled" });
  }

  /** The order is cancelled at the venue. */
  end(id: string, isTold = true): void {
    const order = this.orders.get(id)!;
    order.isOpen = false;
    const report = this.#report(order);
    if (isTold) this.clock.setTimer(1, () => this.handlers.order?.(report));
  }

  /** A hand trades on the account. */
  hand(side: "buy" | "sell", lots: number): void {
    this.#book(side, lots, "web-1", "77");
  }

  #book(side: "buy" | "sell", lots: number, clientOrderId: string, exchangeOrderId: string): Fill {
    const sign = side === "buy" ? 1 : -1;
    this.lots += sign * lots;
    // A lot costs 100 USDT × 0.000001: a hundredth of a cent.
    this.cents -= sign * lots * price * lotSize * 100 + fee * 100;
    const quantity = baseQuantity(lots * lotSize), notional = quoteAmount(lots * lotSize * price);
    const fill: Fill = {
      ...{ tradeId: String(++this.#trades), clientOrderId, exchangeOrderId, instrument: this.instrument.id },
      ...{ side, price, quantity, notional, fee, feeCoin: "USDT", feeQuote: quoteAmount(fee) },
      ...{ liquidity: "maker", time: this.clock.epochMs() },
    };
    this.fills.push(fill);
    return fill;
  }

  #place(request: OrderRequest): unknown {
    const id = String(this.orders.size + 1);
    this.orders.set(id, { request, id, filled: 0, isOpen: true });
    return { kind: "accepted", value: { clientOrderId: request.clientOrderId, exchangeOrderId: id } };
  }

  #listed(): OrderReport[] {
    const open = [...this.orders.values()].filter(({ isOpen }) => isOpen).map((order) => this.#report(order));
    if (this.cut.orders === 0) return open;
    this.cut.orders -= 1;
    return open.slice(0, Math.floor(open.length / 2));
  }

  #balances(): BalanceSnapshot[] {
    const { exchange } = this;
    const time = this.clock.epochMs();
    const all = [
      { exchange, coin: "USDT", available: this.cents / 100, locked: 0, time },
      { exchange, coin: "BTC", available: this.lots * lotSize, locked: 0, time },
    ];
    if (this.cut.balances === 0) return all;
    this.cut.balances -= 1;
    return all.slice(0, 1);
  }

  #find({ exchangeOrderId, clientOrderId }: OrderReference): Resting | undefined {
    return [...this.orders.values()].find(({ id, request }) =>
      id === exchangeOrderId || request.clientOrderId === clientOrderId
    );
  }

  #report({ request, id, filled, isOpen }: Resting): OrderReport {
    const { clientOrderId, side, type, timeInForce, priceTicks, lots, reduceOnly } = request;
    const isFilled = filled === lots;
    const status = isFilled ? "filled" : isOpen ? (filled > 0 ? "partially-filled" : "open") : "cancelled";
    const now = this.clock.epochMs();
    return {
      ...{
        instrument: this.instrument.id,
        exchangeOrderId: id,
        clientOrderId,
        side,
        type,
        timeInForce,
        priceTicks,
      },
      ...{ lots, filledLots: filled, averagePrice: filled > 0 ? price : 0, status, reduceOnly },
      ...{ createdAt: now, updatedAt: now },
    };
  }

  /** What the venue knows half way, heard when it is back. */
  async #answer<Value>(read: () => Value): Promise<Value> {
    await new Promise<void>((resolve) => this.clock.setTimer(wayMs, resolve));
    const value = read();
    await new Promise<void>((resolve) => this.clock.setTimer(wayMs, resolve));
    return value;
  }
}
