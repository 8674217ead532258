/**
 * A venue whose every answer a test writes, on simulated time.
 * @module
 */
import type { PositionReport } from "../../src/core/account.ts";
import type { BalanceSnapshot } from "../../src/core/balance.ts";
import { type Clock, delay } from "../../src/core/clock.ts";
import { VenueError } from "../../src/core/errors.ts";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import type { Fill } from "../../src/core/fill.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import type {
  OrderAck,
  OrderReference,
  OrderReport,
  OrderRequest,
  Outcome,
} from "../../src/core/order_request.ts";
import type { TradingVenue } from "../../src/execution/trading_venue.ts";
import type { AccountChannels } from "../../src/exchanges/private_session.ts";

/** One thing that was asked of the venue. */
export interface Asked {
  readonly what: "place" | "cancel" | "openOrders" | "order" | "fills" | "balances";
  /** Epoch milliseconds. */
  readonly at: number;
  /** Client order id or the venue's id of the order that it was about; empty for none. */
  readonly name: string;
}

/** Answers by script; everything takes {@link ScriptedVenue.wayMs} there and back. */
export class ScriptedVenue implements TradingVenue {
  isLive = true;
  orderValidityMs = 5_000;
  clockErrorMs = 100;
  /** Time of a question and its answer, milliseconds. */
  wayMs = 10;
  /** Everything that was asked, in order. */
  readonly asked: Asked[] = [];
  readonly placed: OrderRequest[] = [];
  readonly cancelled: OrderReference[] = [];
  handlers: Partial<AccountChannels> = {};
  /** What becomes of an order. */
  onPlace: (request: OrderRequest) => Outcome<OrderAck> | Promise<Outcome<OrderAck>> = (request) => ({
    kind: "accepted",
    value: { clientOrderId: request.clientOrderId, exchangeOrderId: `v-${request.clientOrderId}` },
  });
  /** What the venue says of an order; undefined: there is no such order. Throws for a failed question. */
  onOrder: (reference: OrderReference) => OrderReport | undefined = () => undefined;
  onCancel: (reference: OrderReference) => void = () => {};
  onOpenOrders: () => OrderReport[] = () => [];
  onFills: (instrument: Instrument, sinceMs: number) => Fill[] = () => [];
  onBalances: () => BalanceSnapshot[] = () => [];

  constructor(private readonly clock: Clock, readonly exchange: ExchangeKey) {}

  bind<Channel extends keyof AccountChannels>(channel: Channel, handler: AccountChannels[Channel]): void {
    this.handlers[channel] = handler;
  }

  start(): void {
    this.handlers.connection?.("live");
  }

  stop(): void {}

  /** The question fails. */
  fail(): never {
    throw new VenueError("The venue did not answer", 502, "");
  }

  place(request: OrderRequest): Promise<Outcome<OrderAck>> {
    this.placed.push(request);
    return this.#answer("place", request.clientOrderId, () => this.onPlace(request));
  }

  cancel(reference: OrderReference): Promise<Outcome<OrderAck>> {
    this.cancelled.push(reference);
    const { exchangeOrderId = "", clientOrderId = "" } = reference;
    return this.#answer("cancel", exchangeOrderId || clientOrderId, () => {
      this.onCancel(reference);
      return { kind: "accepted", value: { clientOrderId, exchangeOrderId } };
    });
  }

  cancelAll(): Promise<Outcome<OrderAck[]>> {
    return Promise.resolve({ kind: "accepted", value: [] });
  }

  openOrders(): Promise<OrderReport[]> {
    return this.#answer("openOrders", "", () => this.onOpenOrders());
  }

  order(reference: OrderReference): Promise<OrderReport | undefined> {
    const { exchangeOrderId = "", clientOrderId = "" } = reference;
    return this.#answer("order", exchangeOrderId || clientOrderId, () => this.onOrder(reference));
  }

  fills(instrument: Instrument, sinceMs: number): Promise<Fill[]> {
    return this.#answer("fills", "", () => this.onFills(instrument, sinceMs));
  }

  balances(): Promise<BalanceSnapshot[]> {
    return this.#answer("balances", "", () => this.onBalances());
  }

  positions(): Promise<PositionReport[]> {
    return Promise.resolve([]);
  }

  /** Moments of questions of a kind, epoch milliseconds. */
  moments(what: Asked["what"]): number[] {
    return this.asked.filter((each) => each.what === what).map(({ at }) => at);
  }

  async #answer<Value>(
    what: Asked["what"],
    name: string,
    value: () => Value | Promise<Value>,
  ): Promise<Value> {
    this.asked.push({ what, name, at: this.clock.epochMs() });
    if (this.wayMs > 0) await delay(this.clock, this.wayMs);
    return await value();
  }
}
