/**
 * Asks venues about orders until there is nothing left to ask.
 * @module
 */
import type { Clock, Timer } from "../core/clock.ts";
import { errorMessage } from "../core/errors.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import { hasEnded } from "../exchanges/private_reports.ts";
import type { Logger } from "../logging/logger.ts";
import type { OrderFlow } from "./order_flow.ts";
import type { TrackedOrder } from "./tracked_order.ts";
import type { TradingVenue } from "./trading_venue.ts";

/** What an {@link OrderResolver} takes. */
export interface OrderResolverOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly flow: OrderFlow;
  readonly venues: ReadonlyMap<ExchangeKey, TradingVenue>;
  /** Time that the streams have to tell how an order ended before the venue is asked, milliseconds. */
  readonly settleTimeoutMs: number;
}

/** First wait between two questions, milliseconds; it doubles up to the longest one. */
const firstWaitMs = 50;
const longestWaitMs = 2_000;
/** Fills are asked for from this long before an order on: the clocks of venues differ. */
const fillOverlapMs = 60_000;
/** Times in a row that a venue must state that an order does not exist, each at a time at which it could not come any more. */
const absentAnswers = 2;

/**
 * Nothing is resent and nothing is guessed: a failed question says nothing, and an order that does not exist counts as
 * such only when the venue says so after the time in which it could still have arrived.
 */
export class OrderResolver {
  readonly #options: OrderResolverOptions;
  /** What wakes whoever waits for an order. */
  readonly #wakers = new Map<TrackedOrder, Set<() => void>>();
  #isStopped = false;

  constructor(options: OrderResolverOptions) {
    this.#options = options;
  }

  /** Something became known of an order. */
  notify(order: TrackedOrder): void {
    const wakers = this.#wakers.get(order);
    if (wakers === undefined) return;
    for (const wake of [...wakers]) wake();
  }

  /** Asks no more: every promise of {@link OrderResolver.resolve} stays open. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Resolves when the order has ended. Never rejects. */
  ended(order: TrackedOrder): Promise<void> {
    return this.#until(order, () => order.isFinal);
  }

  /** Resolves when the order has ended and all its fills are known. Never rejects. */
  resolve(order: TrackedOrder): Promise<void> {
    return this.#until(order, () => order.isSettled);
  }

  async #until(order: TrackedOrder, isDone: () => boolean): Promise<void> {
    let waitMs = firstWaitMs;
    let absences = 0;
    // The answer to the sending is still to come, and then the streams have their turn.
    await this.#pause(order, this.#patience(order), isDone);
    while (!isDone()) {
      const { state, filledLots, fills: { length } } = order;
      absences = await this.#ask(order, absences);
      if (isDone()) return;
      const isNews = state !== order.state || filledLots !== order.filledLots ||
        length !== order.fills.length;
      waitMs = isNews ? firstWaitMs : Math.min(2 * waitMs, longestWaitMs);
      await this.#pause(order, waitMs, isDone);
    }
  }

  /** An unknown order is asked for at once; the others have their time. */
  #patience({ state }: TrackedOrder): number {
    return state === "unknown" ? 0 : this.#options.settleTimeoutMs;
  }

  /** One question. Returns how often in a row the venue has stated that the order does not exist. */
  async #ask(order: TrackedOrder, absences: number): Promise<number> {
    // Its own answer decides first: it is never longer under way than the order's time-out.
    if (order.state === "planned" || order.state === "sent") return 0;
    try {
      if (order.isFinal && !order.isDisputed) {
        await this.#askForFills(order);
        return 0;
      }
      return await this.#askForState(order, absences);
    } catch (error) {
      const { clientOrderId } = order.request;
      this.#options.logger.warn("Order not known yet", { order: clientOrderId, error: errorMessage(error) });
      return 0;
    }
  }

  async #askForState(order: TrackedOrder, absences: number): Promise<number> {
    const { flow, clock } = this.#options;
    const { instrument, clientOrderId, timeInForce } = order.request;
    const venue = this.#venue(order);
    // Where its id is known the venue needs no search; both name the same order.
    const name = order.exchangeOrderId === ""
      ? { clientOrderId }
      : { exchangeOrderId: order.exchangeOrderId };
    const askedAt = clock.epochMs();
    const report = await venue.order({ instrument, ...name });
    if (report !== undefined) {
      flow.takeReport(report, "question");
      // It should have ended by itself.
      if (!hasEnded(report.status) && timeInForce !== "gtc") await flow.cancel(order);
      return 0;
    }
    const { state, sentAt, createdAt } = order;
    const margin = Number.isFinite(venue.clockErrorMs) ? venue.clockErrorMs : venue.orderValidityMs;
    const from = Number.isNaN(sentAt) ? createdAt : sentAt;
    if (askedAt <= from + venue.orderValidityMs + margin) return 0;
    // It may have been filled and be gone from the venue's memory of orders.
    await this.#askForFills(order);
    await this.#askWhoseTrades(order);
    if (order.filledLots > 0 || order.state !== state) return 0;
    if (flow.unclaimedOrders(instrument).length > 0 || absences + 1 < absentAnswers) return absences + 1;
    // One that the venue had confirmed ends by this only when the venue may have forgotten it; otherwise it is told as a
    // contradiction, and the questions go on.
    flow.absent(order, "the venue says that there is no such order");
    return 0;
  }

  /** Trades that are told by the venue's order id alone may be of an order whose id is not known here. */
  async #askWhoseTrades({ exchangeOrderId: known, request: { instrument } }: TrackedOrder): Promise<void> {
    const { flow, venues } = this.#options;
    if (known !== "") return;
    for (const exchangeOrderId of flow.unclaimedOrders(instrument)) {
      const report = await venues.get(instrument.exchange)!.order({ instrument, exchangeOrderId });
      if (report !== undefined) flow.takeReport(report, "question");
    }
  }

  async #askForFills(order: TrackedOrder): Promise<void> {
    const { instrument } = order.request;
    const since = Math.floor(order.createdAt - fillOverlapMs);
    for (const fill of await this.#venue(order).fills(instrument, since)) {
      this.#options.flow.takeFill(fill, "question");
    }
  }

  /** Waits for a time, or until the order is known. */
  #pause(order: TrackedOrder, waitMs: number, isDone: () => boolean): Promise<void> {
    if (isDone()) return Promise.resolve();
    return new Promise((resolve) => {
      let timer: Timer | undefined = undefined;
      const wakers = this.#wakers.get(order) ?? new Set();
      this.#wakers.set(order, wakers);
      const finish = (): void => {
        timer?.cancel();
        wakers.delete(wake);
        if (wakers.size === 0) this.#wakers.delete(order);
        if (!this.#isStopped) resolve();
      };
      const wake = (): void => {
        // An answer that nobody knows is asked about at once.
        if (isDone() || order.state === "unknown") finish();
      };
      wakers.add(wake);
      timer = this.#options.clock.setTimer(waitMs, finish);
    });
  }

  #venue({ request: { instrument } }: TrackedOrder): TradingVenue {
    const venue = this.#options.venues.get(instrument.exchange);
    if (venue === undefined) throw new RangeError(`There is no account at ${instrument.exchange} to ask`);
    return venue;
  }
}
