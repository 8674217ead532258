/**
 * An account's live streams without holes: what happened while a stream was down is asked for when it is back.
 * @module
 */
import type { PositionReport } from "../core/account.ts";
import type { BalanceSnapshot } from "../core/balance.ts";
import type { Clock, Timer } from "../core/clock.ts";
import { errorMessage } from "../core/errors.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Fill } from "../core/fill.ts";
import type { Instrument } from "../core/instrument.ts";
import type { OrderReport } from "../core/order_request.ts";
import type { Logger } from "../logging/logger.ts";
import type { AccountQueries } from "./interfaces/private_rest.ts";
import type { PrivateStream } from "./interfaces/private_stream.ts";
import { PrivateReports } from "./private_reports.ts";

/** What a session tells. */
export interface AccountChannels {
  /** The state of an order has changed. */
  order(report: OrderReport): void;
  /** A trade of ours; each once. */
  fill(fill: Fill): void;
  balance(balance: BalanceSnapshot): void;
  /** Futures only. */
  position(position: PositionReport): void;
  /** `live`: everything up to now was told, and what comes will be. `lost`: things may happen untold. */
  connection(state: "live" | "lost"): void;
}

/** What a session takes. */
export interface PrivateSessionOptions {
  readonly exchange: ExchangeKey;
  readonly queries: AccountQueries;
  /** Positions of a futures account. */
  readonly positions?: () => Promise<PositionReport[]>;
  readonly stream: PrivateStream;
  readonly instruments: readonly Instrument[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Fills of this long before the last known moment are asked for again: clocks and streams differ. */
const overlapMs = 60_000;
const retryMs = 2000;

/** Tells what happens to an account, each thing once and in an order in which orders only grow. */
export class PrivateSession {
  readonly #options: PrivateSessionOptions;
  readonly #handlers: Partial<AccountChannels> = {};
  readonly #reports = new PrivateReports();
  /** Moment up to which every fill was told, epoch milliseconds. */
  #toldUntil: number;
  /** Counts interruptions: an answer that belongs to an earlier one is out of date. */
  #generation = 0;
  #live = false;
  #retry: Timer | undefined;

  constructor(options: PrivateSessionOptions) {
    this.#options = options;
    this.#toldUntil = options.clock.epochMs();
    const { stream } = options;
    stream.bind("order", (report) => this.#order(report));
    stream.bind("fill", (fill) => this.#fill(fill));
    stream.bind("balance", (balance) => this.#handlers.balance?.(balance));
    stream.bind("position", (position) => this.#handlers.position?.(position));
    stream.bind("live", () => void this.#catchUp(this.#generation));
    stream.bind("lost", () => this.#lost());
  }

  /** Whether everything that has happened was told. */
  get isLive(): boolean {
    return this.#live;
  }

  /** Sets the handler of a channel; the last one set counts. */
  bind<Channel extends keyof AccountChannels>(channel: Channel, handler: AccountChannels[Channel]): void {
    this.#handlers[channel] = handler;
  }

  /** Connects. */
  start(): void {
    this.#options.stream.start();
  }

  /** Ends it for good. */
  stop(): void {
    this.#generation += 1;
    this.#retry?.cancel();
    this.#options.stream.stop();
    this.#setLive(false);
  }

  #order(report: OrderReport): void {
    if (this.#reports.passesOrder(report)) this.#handlers.order?.(report);
  }

  #fill(fill: Fill): void {
    if (!this.#reports.passesFill(fill)) return;
    if (this.#live) this.#toldUntil = Math.max(this.#toldUntil, fill.time);
    this.#handlers.fill?.(fill);
  }

  #lost(): void {
    this.#generation += 1;
    this.#retry?.cancel();
    if (this.#live) this.#toldUntil = Math.max(this.#toldUntil, this.#options.clock.epochMs());
    this.#setLive(false);
  }

  #setLive(live: boolean): void {
    if (live === this.#live) return;
    this.#live = live;
    this.#handlers.connection?.(live ? "live" : "lost");
  }

  /** Asks for what was missed. The stream runs already, so nothing falls in between. */
  async #catchUp(generation: number): Promise<void> {
    const { clock, logger, exchange } = this.#options;
    const from = clock.epochMs();
    try {
      await this.#ask(() => generation === this.#generation);
      if (generation !== this.#generation) return;
      this.#toldUntil = Math.max(this.#toldUntil, from);
      this.#setLive(true);
    } catch (error) {
      if (generation !== this.#generation) return;
      logger.warn("Account not caught up with", { exchange, error: errorMessage(error) });
      this.#retry = clock.setTimer(retryMs, () => void this.#catchUp(generation));
    }
  }

  /** Fills come before the orders that they ended, so whoever hears of an end knows its fills. */
  async #ask(current: () => boolean): Promise<void> {
    const { queries, positions, instruments } = this.#options;
    const since = this.#toldUntil - overlapMs;
    for (const instrument of instruments) {
      const fills = await queries.fills(instrument, since);
      if (!current()) return;
      for (const fill of fills) this.#fill(fill);
    }
    const open = await queries.openOrders();
    if (!current()) return;
    const missing = this.#missing(open);
    for (const report of open) this.#order(report);
    for (const order of missing) {
      const report = await queries.order(order);
      if (!current()) return;
      if (report !== undefined) this.#order(report);
    }
    for (const balance of await queries.balances()) this.#handlers.balance?.(balance);
    for (const position of await positions?.() ?? []) this.#handlers.position?.(position);
  }

  /** Orders that were open when last heard of and are not any more. */
  #missing(open: readonly OrderReport[]): { instrument: Instrument; exchangeOrderId: string }[] {
    const ids = new Set(open.map(({ exchangeOrderId }) => exchangeOrderId));
    return this.#reports.open.flatMap(({ instrument: id, exchangeOrderId }) => {
      const instrument = this.#options.instruments.find((candidate) => candidate.id === id);
      return ids.has(exchangeOrderId) || instrument === undefined ? [] : [{ instrument, exchangeOrderId }];
    });
  }
}
