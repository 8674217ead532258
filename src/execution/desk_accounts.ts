/**
 * What the accounts of a desk can spend, and what its orders bind of it.
 * @module
 */
import type { BalanceSnapshot } from "../core/balance.ts";
import type { Clock } from "../core/clock.ts";
import { CexarbError, errorMessage } from "../core/errors.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Instrument } from "../core/instrument.ts";
import type { OrderRequest } from "../core/order_request.ts";
import type { Logger } from "../logging/logger.ts";
import { AccountState } from "./account_state.ts";
import type { Ledger } from "./ledger.ts";
import type { TradingVenue } from "./trading_venue.ts";

/** What {@link DeskAccounts} take. */
export interface DeskAccountsOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly venues: ReadonlyMap<ExchangeKey, TradingVenue>;
  readonly ledger: Ledger;
}

/** Something that an order binds. */
export interface Reservation {
  readonly coin: string;
  readonly amount: number;
}

/** What decides how much an order binds. */
export type OrderTerms = Pick<OrderRequest, "instrument" | "side" | "lots" | "priceTicks" | "reduceOnly">;

/** Time between two questions for balances: usually, and while it is not known what is there; milliseconds. */
const everyMs = 10_000, soonMs = 500;
/** Wait before balances are asked for again after a failure, and after an answer that is out of date; milliseconds. */
const retryMs = 1_000, againMs = 20;

/** Accounts by venue. What is not known is not spent. */
export class DeskAccounts {
  readonly #options: DeskAccountsOptions;
  readonly #states: ReadonlyMap<ExchangeKey, AccountState>;
  /** Counts questions about a venue: an answer to an earlier one is out of date. */
  readonly #questions = new Map<ExchangeKey, number>();
  /** Venues whose answer is still to come, or that will be asked again because none came. */
  readonly #asking = new Set<ExchangeKey>();
  /** Monotonic milliseconds of the last question, by venue. */
  readonly #askedAt = new Map<ExchangeKey, number>();
  #isStopped = false;

  constructor(options: DeskAccountsOptions) {
    this.#options = options;
    const { clock, venues } = options;
    this.#states = new Map(
      [...venues.keys()].map((exchange) => [exchange, new AccountState({ clock, exchange })]),
    );
  }

  /** Asks nothing more. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Whether orders can be sent to a venue and followed there now. */
  isOpen(exchange: ExchangeKey): boolean {
    return this.#options.venues.get(exchange)?.isLive === true && this.#states.get(exchange)!.isKnown;
  }

  /** How many orders in an instrument could be sent at this moment without waiting, at most `most`. */
  orderRoom(instrument: Instrument, most: number): number {
    return this.#options.venues.get(instrument.exchange)?.orderRoom?.(instrument, most) ?? most;
  }

  /** Units of a coin that are free for orders; 0 when that is not known. */
  free(exchange: ExchangeKey, coin: string): number {
    return this.isOpen(exchange) ? this.#states.get(exchange)!.free(coin) : 0;
  }

  /** All balances of a venue, as an answer to a question that was asked then, in monotonic milliseconds. */
  takeAll(exchange: ExchangeKey, balances: readonly BalanceSnapshot[], askedAt: number): void {
    this.#states.get(exchange)?.takeAll(balances, askedAt);
  }

  /** A venue has told a balance. */
  takeBalance(balance: BalanceSnapshot): void {
    this.#states.get(balance.exchange)?.take(balance);
  }

  /** The account of a venue is followed again, or not any more. */
  onConnection(exchange: ExchangeKey, state: "live" | "lost"): void {
    if (state === "lost") this.#states.get(exchange)?.lost();
    else void this.refresh(exchange);
  }

  /**
   * To be called a few times a second: asks anew where orders have ended whose money may or may not be in the balances
   * yet, or where a push tells of more than is certain, and everywhere now and then.
   */
  sweep(): void {
    const now = this.#options.clock.monotonicMs();
    for (const [exchange, state] of this.#states) {
      // A further question would make the answer to the first one worthless.
      if (!state.isKnown || this.#asking.has(exchange)) continue;
      const age = now - (this.#askedAt.get(exchange) ?? 0);
      const isUnsure = !Number.isNaN(state.waitsSince) || state.mayHaveMore;
      if (age >= everyMs || (age >= soonMs && isUnsure)) void this.refresh(exchange);
    }
  }

  /** Asks a venue for all balances until it answers or its connection is lost. An earlier question is forgotten. */
  async refresh(exchange: ExchangeKey): Promise<void> {
    const { venues, clock, logger } = this.#options;
    const question = (this.#questions.get(exchange) ?? 0) + 1;
    this.#questions.set(exchange, question);
    const isCurrent = (): boolean => !this.#isStopped && this.#questions.get(exchange) === question;
    const askedAt = clock.monotonicMs();
    this.#askedAt.set(exchange, askedAt);
    this.#asking.add(exchange);
    let isTaken = false, waitMs = againMs;
    try {
      const balances = await venues.get(exchange)!.balances();
      if (isCurrent()) isTaken = this.#states.get(exchange)!.takeAll(balances, askedAt);
    } catch (error) {
      if (!(error instanceof CexarbError)) throw error;
      waitMs = retryMs;
      if (isCurrent()) logger.warn("No balances", { exchange, error: errorMessage(error) });
    }
    if (!isCurrent()) return;
    // When the connection is back, all is asked anew.
    if (isTaken || !venues.get(exchange)!.isLive) this.#asking.delete(exchange);
    else {clock.setTimer(waitMs, () => {
        if (isCurrent()) void this.refresh(exchange);
      });}
  }

  /** What an order can bind at most. Futures are held without leverage: their whole value is margin. */
  needOf({ instrument, side, lots, priceTicks, reduceOnly }: OrderTerms): Reservation {
    const { lot, tick, baseFactor, market, base, quote, takerFee } = instrument;
    const quantity = lot.value(lots) * baseFactor;
    if (market === "spot" && side === "sell") return { coin: base, amount: quantity };
    const value = reduceOnly ? 0 : quantity * tick.value(priceTicks);
    return { coin: quote, amount: value * (1 + takerFee) };
  }

  /** Keeps what an order can bind from being spent twice. */
  reserve(request: OrderRequest): void {
    const { coin, amount } = this.needOf(request);
    this.#states.get(request.instrument.exchange)!.reserve(request.clientOrderId, coin, amount);
  }

  /** The order has ended; what it has spent shows in the next balance. */
  release({ instrument, clientOrderId }: OrderRequest): void {
    this.#states.get(instrument.exchange)!.release(clientOrderId);
  }

  /** Base units that can be traded in a direction. A price of NaN gives 0 where money is needed. */
  room(instrument: Instrument, side: "buy" | "sell", price: number): number {
    const { exchange, market, base, quote, takerFee } = instrument;
    if (market === "spot" && side === "sell") return this.free(exchange, base);
    const forMoney = this.free(exchange, quote) / (price * (1 + takerFee));
    const closing = this.closable(instrument, side);
    return Number.isNaN(forMoney) ? closing : Math.max(forMoney, 0) + closing;
  }

  /** Base units of a futures position that a trade in this direction closes; it needs no money. */
  closable(instrument: Instrument, side: "buy" | "sell"): number {
    if (instrument.market === "spot" || !this.isOpen(instrument.exchange)) return 0;
    const { quantity } = this.#options.ledger.position(instrument);
    return Math.max(side === "buy" ? -quantity : quantity, 0);
  }
}
