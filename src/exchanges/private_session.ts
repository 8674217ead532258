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
  /** Orders that were taken and of which nothing was told, by their ids. */
  readonly #expected = new Map<string, Instrument>();
  /** Balances and positions that the stream has told since a question about them began. */
  readonly #streamed = new Set<string>();
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
    stream.bind("balance", (balance) => this.#streamedBalance(balance));
    stream.bind("position", (position) => this.#streamedPosition(position));
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

  /**
   * An order that the venue has taken. Unless the stream tells of it, the next interruption may hide its end, so it is
   * asked for after that.
   */
  expect(instrument: Instrument, exchangeOrderId: string): void {
    if (exchangeOrderId === "" || this.#reports.knows(exchangeOrderId)) return;
    this.#expected.set(exchangeOrderId, instrument);
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
    this.#expected.delete(report.exchangeOrderId);
    if (this.#reports.passesOrder(report)) this.#handlers.order?.(report);
  }

  #fill(fill: Fill): void {
    if (!this.#reports.passesFill(fill)) return;
    if (this.#live) this.#toldUntil = Math.max(this.#toldUntil, fill.time);
    this.#handlers.fill?.(fill);
  }

  #streamedBalance(balance: BalanceSnapshot): void {
    const key = keyOfBalance(balance);
    if (!this.#reports.passesState(key, balance.time)) return;
    this.#streamed.add(key);
    this.#handlers.balance?.(balance);
  }

  #streamedPosition(position: PositionReport): void {
    const key = keyOfPosition(position);
    if (!this.#reports.passesState(key, position.time)) return;
    this.#streamed.add(key);
    this.#handlers.position?.(position);
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
      this.#expected.delete(order.exchangeOrderId);
      if (report !== undefined) this.#order(report);
    }
    await this.#askState(queries.balances.bind(queries), keyOfBalance, current, this.#handlers.balance);
    if (positions !== undefined) {
      await this.#askState(positions, keyOfPosition, current, this.#handlers.position);
    }
  }

  /** What the stream tells while an answer is on its way is at least as new as the answer. */
  async #askState<State>(
    ask: () => Promise<State[]>,
    keyOf: (state: State) => string,
    current: () => boolean,
    tell: ((state: State) => void) | undefined,
  ): Promise<void> {
    this.#streamed.clear();
    const states = await ask();
    if (!current()) return;
    for (const state of states) if (!this.#streamed.has(keyOf(state))) tell?.(state);
  }

  /** Orders that were open when last heard of, or were taken without a word of the stream, and are not open any more. */
  #missing(open: readonly OrderReport[]): { instrument: Instrument; exchangeOrderId: string }[] {
    const ids = new Set(open.map(({ exchangeOrderId }) => exchangeOrderId));
    const told = this.#reports.open.flatMap(({ instrument: id, exchangeOrderId }) => {
      const instrument = this.#options.instruments.find((candidate) => candidate.id === id);
      return instrument === undefined ? [] : [{ instrument, exchangeOrderId }];
    });
    const untold = [...this.#expected].map(([exchangeOrderId, instrument]) => ({
      instrument,
      exchangeOrderId,
    }));
    return [...told, ...untold].filter(({ exchangeOrderId }) => !ids.has(exchangeOrderId));
  }
}

function keyOfBalance({ coin }: BalanceSnapshot): string {
  return coin;
}

function keyOfPosition({ instrument, side }: PositionReport): string {
  return `${instrument} ${side}`;
}
