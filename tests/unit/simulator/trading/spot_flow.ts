/**
 * Random users and a random crowd on one spot market.
 * @module
 */
import type { SeededRandom } from "../../../../src/core/random.ts";
import type { Account } from "../../../../src/simulator/accounts/account.ts";
import { Refusal } from "../../../../src/simulator/trading/refusal.ts";
import type { VenueOrder } from "../../../../src/simulator/trading/venue_order.ts";
import type { SpotExchange, TermsText } from "../../../support/spot_exchange.ts";
import { product } from "./exact_text.ts";

/** First price in ticks. */
export const middleTick = 1000;
/** Open orders over all accounts, at most about. */
const mostOpen = 150;

/** Acts on a market, one step at a time. */
export class SpotFlow {
  /** Orders that were taken, by how they ended or that they are open. */
  placed = 0;
  readonly refusals = new Map<string, number>();
  readonly #exchange: SpotExchange;
  readonly #random: SeededRandom;
  readonly #open: VenueOrder[] = [];

  constructor(exchange: SpotExchange, random: SeededRandom) {
    this.#exchange = exchange;
    this.#random = random;
  }

  /** One thing happens. Returns whether it was refused, in which case nothing did. */
  step(): boolean {
    try {
      this.#act();
      return false;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refusals.set(error.reason, (this.refusals.get(error.reason) ?? 0) + 1);
      return true;
    }
  }

  #act(): void {
    const { instrument, clock } = this.#exchange;
    const kind = this.#random.uniform();
    const side = this.#pick(["bid", "ask"] as const);
    if (kind < 0.2) instrument.quote(side, this.#tick(), Math.max(0, this.#whole(40) - 8), clock.epochMs());
    else if (kind < 0.25) instrument.take(side, this.#tick(), 1 + this.#whole(30), clock.epochMs());
    else if (kind < 0.35 || this.#open.length > mostOpen) this.#cancel();
    else if (kind < 0.45) this.#amend();
    else this.#place();
  }

  #cancel(): void {
    const order = this.#takeOpen();
    if (order !== undefined) this.#exchange.trading.cancel(order);
  }

  #amend(): void {
    const order = this.#openOrder();
    if (order === undefined) return;
    const tick = this.#random.uniform() < 0.5 ? order.tick : this.#tick();
    const lots = this.#random.uniform() < 0.4 ? order.lots : 1 + this.#whole(30);
    this.#exchange.trading.amend(order, { tick, lots });
  }

  #place(): void {
    const account = this.#pick(this.#exchange.accounts);
    const order = this.#exchange.place(account, this.#terms(account));
    this.placed += 1;
    if (order.status === "open") this.#open.push(order);
  }

  #terms(account: Account): TermsText {
    const stp = {
      stpGroup: this.#random.uniform() < 0.8 ? account.stpGroup : 0,
      stpAction: this.#pick(["cancel-newest", "cancel-oldest", "cancel-both"] as const),
    };
    const side = this.#pick(["buy", "sell"] as const);
    const lots = 1 + this.#whole(30);
    const kind = this.#random.uniform();
    if (kind >= 0.25) {
      const timeInForce = this.#pick(["gtc", "gtc", "gtc", "gtc", "poc", "ioc", "fok"] as const);
      return { side, tick: this.#tick(), lots, timeInForce, ...stp };
    }
    const timeInForce = this.#pick(["ioc", "ioc", "fok"] as const);
    const market = { kind: "market" as const, timeInForce, ...stp };
    if (side === "sell") return { side, tick: 1, lots, ...market };
    // Some with a bound on the price, some that take any.
    const tick = this.#random.uniform() < 0.5 ? Infinity : this.#tick();
    if (kind < 0.12) return { side, tick, lots, ...market };
    const { instrument } = this.#exchange;
    // Some budgets are spent to the last atom, of some a rest remains, and some buy nothing.
    const best = instrument.book.asks.tickAt(0);
    const exactly = product(instrument.price(best > 0 ? best : middleTick), instrument.size(lots));
    const budget = this.#random.uniform() < 0.5 ? exactly : exactly * BigInt(this.#whole(1000)) / 1000n + 1n;
    return { side, tick, lots: 0, budget, ...market };
  }

  #openOrder(): VenueOrder | undefined {
    const order = this.#takeOpen();
    if (order !== undefined) this.#open.push(order);
    return order;
  }

  /** Takes some open order off the list. */
  #takeOpen(): VenueOrder | undefined {
    while (this.#open.length > 0) {
      const index = this.#whole(this.#open.length);
      const order = this.#open[index]!;
      const last = this.#open.pop()!;
      if (index < this.#open.length) this.#open[index] = last;
      if (order.status === "open") return order;
    }
    return undefined;
  }

  /** A price near the middle. */
  #tick(): number {
    return middleTick + Math.round(this.#random.normal() * 6);
  }

  #whole(below: number): number {
    return Math.floor(this.#random.uniform() * below);
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.#whole(items.length)]!;
  }
}
