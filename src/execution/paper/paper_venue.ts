/**
 * Trading on paper over the program's own live books.
 * @module
 */
import type { FundingPayment, PositionReport, TransferRecord } from "../../core/account.ts";
import type { BalanceSnapshot } from "../../core/balance.ts";
import type { Clock } from "../../core/clock.ts";
import { NetworkError } from "../../core/errors.ts";
import { exchangeByKey, type ExchangeKey } from "../../core/exchange.ts";
import type { Fill } from "../../core/fill.ts";
import type { Instrument, InstrumentId } from "../../core/instrument.ts";
import type {
  OrderAck,
  OrderReference,
  OrderReport,
  OrderRequest,
  Outcome,
  Refused,
} from "../../core/order_request.ts";
import type { SeededRandom } from "../../core/random.ts";
import { checkOrder } from "../../exchanges/private_order_checks.ts";
import type { AccountChannels } from "../../exchanges/private_session.ts";
import type { OrderBook } from "../../market/order_book.ts";
import type { TradingVenue } from "../trading_venue.ts";
import { PaperAccount } from "./paper_account.ts";
import { PaperDelays, type PaperLatency } from "./paper_latency.ts";
import { PaperLine } from "./paper_line.ts";
import { PaperMarket, type PaperTrade } from "./paper_market.ts";
import { PaperOrder } from "./paper_order.ts";
import { PaperOrders } from "./paper_orders.ts";
import { refusedOnPaper, unspeakable } from "./paper_terms.ts";

/** What a venue on paper takes. */
export interface PaperVenueOptions {
  readonly exchange: ExchangeKey;
  /** The live book of an instrument; undefined when there is none. */
  readonly book: (instrument: Instrument) => OrderBook | undefined;
  readonly clock: Clock;
  /** Source of the delays. */
  readonly random: SeededRandom;
  readonly latency: PaperLatency;
}

/**
 * An account on paper. Its orders take time to arrive, meet the book as it is then, and what became of them takes
 * time to be known, so nothing is filled at the price that was seen when it was decided:
 *
 * - Depth: what was taken on paper stays taken (see `TakenLiquidity`).
 * - Queue: what rests waits behind what its level shows (see `QueuePosition`).
 * - A book that is not usable has no price: orders that arrive meanwhile are refused as `symbol-closed`. A real venue
 *   would trade; here nobody knows at what.
 * - Fees are the instrument's, unrounded. Futures have no leverage and are never liquidated; funding is booked by
 *   {@link PaperVenue.settleFunding}.
 * - The venue keeps the rules of real ones: those that the instrument states, balances, margins, post-only,
 *   fill-or-kill, reduce-only, and client order ids that are used once (while it remembers them: 20,000 orders).
 *   An order that arrives is accepted or refused; its outcome is unknown only when the venue is stopped before.
 *
 * With a simulated clock and the same seed everything happens again in the same way.
 */
export class PaperVenue implements TradingVenue {
  readonly exchange: ExchangeKey;
  readonly orderValidityMs: number;
  /** The paper venue's clock is the program's own. */
  readonly clockErrorMs = 0;
  /** Spot only: what {@link PaperVenue.deposit} did from this epoch millisecond on. */
  readonly transfers?: (sinceMs: number) => Promise<TransferRecord[]>;
  /** Futures only. */
  readonly positions?: () => Promise<PositionReport[]>;
  /** Futures only: from this epoch millisecond on. */
  readonly fundingPayments?: (instrument: Instrument, sinceMs: number) => Promise<FundingPayment[]>;
  readonly #options: PaperVenueOptions;
  readonly #account: PaperAccount;
  readonly #markets = new Map<InstrumentId, PaperMarket>();
  readonly #orders = new PaperOrders();
  readonly #handlers: Partial<AccountChannels> = {};
  /** Orders and cancels follow one another; questions go beside them. */
  readonly #entry: PaperLine;
  readonly #questions: PaperLine;
  readonly #answers: PaperLine;
  readonly #reports: PaperLine;
  /** Part of all ids: those of an earlier run are others. */
  readonly #run: string;
  #count = 0;
  #isLive = false;

  /** @throws {ConfigError} when a latency is not possible. */
  constructor(options: PaperVenueOptions) {
    const { exchange, clock, random, latency } = options;
    this.#options = options;
    this.exchange = exchange;
    this.#account = new PaperAccount(exchange);
    this.#run = Math.floor(clock.epochMs()).toString(36);
    const entry = new PaperDelays(random.fork(`${exchange} order entry`), latency.orderEntry, "orderEntry");
    const asking = new PaperDelays(random.fork(`${exchange} question`), latency.orderEntry, "orderEntry");
    const response = new PaperDelays(random.fork(`${exchange} response`), latency.response, "response");
    const report = new PaperDelays(random.fork(`${exchange} report`), latency.report, "report");
    this.#entry = new PaperLine(clock, entry, true);
    this.#questions = new PaperLine(clock, asking, false);
    this.#answers = new PaperLine(clock, response, false);
    this.#reports = new PaperLine(clock, report, true);
    this.orderValidityMs = entry.longestMs;
    if (exchangeByKey(exchange).market === "spot") {
      this.transfers = (sinceMs) => this.#question(() => this.#account.transfers(sinceMs));
      return;
    }
    this.positions = () => this.#question(() => this.#positionReports());
    this.fundingPayments = (instrument, sinceMs) =>
      this.#question(() => this.#account.payments(instrument, sinceMs));
  }

  /** Whether it runs: between start and stop everything is told. */
  get isLive(): boolean {
    return this.#isLive;
  }

  bind<Channel extends keyof AccountChannels>(channel: Channel, handler: AccountChannels[Channel]): void {
    this.#handlers[channel] = handler;
  }

  /** Is live at once; what the account holds, and that it is live, is told after the delay of a report. */
  start(): void {
    this.#isLive = true;
    this.#tellBalances(this.#account.coins);
    for (const instrument of this.#account.traded) this.#tellPosition(instrument);
    this.#reports.send(() => this.#handlers.connection?.("live"));
  }

  /** Nothing arrives any more: outcomes under way are unknown, questions fail. */
  stop(): void {
    for (const line of [this.#entry, this.#questions, this.#answers, this.#reports]) line.close();
    if (!this.#isLive) return;
    this.#isLive = false;
    this.#handlers.connection?.("lost");
  }

  /**
   * Gives the account coins, or takes them away where negative.
   *
   * @throws {RangeError} when the amount is not finite or more than is free.
   */
  deposit(coin: string, amount: number): void {
    this.#account.deposit(coin, amount, this.#options.clock.epochMs());
    this.#tellBalances([coin]);
  }

  /** The book of an instrument has changed. */
  onBook(book: OrderBook): void {
    const market = this.#markets.get(book.instrument);
    if (market === undefined) return;
    market.onBook(book);
    this.#tellNews(market);
  }

  /** Somebody has traded. */
  onTrade(trade: PaperTrade): void {
    const market = this.#markets.get(trade.instrument);
    if (market === undefined) return;
    market.onTrade(trade);
    this.#tellNews(market);
  }

  /**
   * Pays or takes the funding of a position: its value at the mark price times the rate, from longs to shorts.
   *
   * @returns The payment; undefined when there is no position.
   * @throws {RangeError} when rate or price is not finite, or the instrument has no funding.
   */
  settleFunding(instrument: Instrument, rate: number, markPrice: number): FundingPayment | undefined {
    if (!Number.isFinite(rate) || !Number.isFinite(markPrice) || instrument.market !== "perpetual") {
      throw new RangeError(
        `Cannot settle funding of ${instrument.exchangeSymbol} at the rate ${rate} and the price ${markPrice}`,
      );
    }
    const value = this.#account.heldValue(instrument, markPrice);
    if (value === 0) return undefined;
    const payment = this.#account.fund(instrument, -value * rate, this.#options.clock.epochMs());
    this.#tellBalances([instrument.quote]);
    return payment;
  }

  place(request: OrderRequest): Promise<Outcome<OrderAck>> {
    const refusal = checkOrder(request) ?? this.#foreign(request.instrument) ?? unspeakable(request);
    return refusal === undefined ? this.#order(() => this.#arrive(request)) : Promise.resolve(refusal);
  }

  cancel(reference: OrderReference): Promise<Outcome<OrderAck>> {
    return this.#order(() => {
      const order = this.#orders.find(reference);
      if (order === undefined) return refusedOnPaper("not-found", "there is no such order");
      if (order.isFinished) return refusedOnPaper("already-finished", "the order has ended");
      return { kind: "accepted", value: this.#cancel(order) };
    });
  }

  cancelAll(instrument: Instrument): Promise<Outcome<OrderAck[]>> {
    return this.#order(() => {
      const open = this.#markets.get(instrument.id)?.open ?? [];
      return { kind: "accepted", value: open.map((order) => this.#cancel(order)) };
    });
  }

  openOrders(instrument?: Instrument): Promise<OrderReport[]> {
    return this.#question(() => {
      const markets = [...this.#markets].filter(([id]) => instrument === undefined || id === instrument.id);
      return markets.flatMap(([, market]) => market.open.map((order) => order.report()));
    });
  }

  order(reference: OrderReference): Promise<OrderReport | undefined> {
    return this.#question(() => this.#orders.find(reference)?.report());
  }

  fills(instrument: Instrument, sinceMs: number): Promise<Fill[]> {
    return this.#question(() => this.#orders.fills(instrument, sinceMs));
  }

  balances(): Promise<BalanceSnapshot[]> {
    return this.#question(() => {
      const now = this.#options.clock.epochMs();
      return this.#account.coins.map((coin) => this.#account.snapshot(coin, now));
    });
  }

  #foreign(instrument: Instrument): Refused | undefined {
    if (instrument.exchange === this.exchange) return undefined;
    return refusedOnPaper(
      "symbol-closed",
      `${instrument.exchangeSymbol} of ${instrument.exchange} is not traded at ${this.exchange}`,
    );
  }

  /** An order has come to the venue. */
  #arrive(request: OrderRequest): Outcome<OrderAck> {
    const { instrument, clientOrderId } = request;
    if (this.#orders.isTaken(clientOrderId)) {
      return refusedOnPaper("duplicate-id", `the client order id ${clientOrderId} was used before`);
    }
    const book = this.#options.book(instrument);
    if (book === undefined || !book.usable) {
      return refusedOnPaper("symbol-closed", `the book of ${instrument.exchangeSymbol} is not usable now`);
    }
    const order = new PaperOrder(request, this.#nextId("o"), this.#options.clock.epochMs());
    const market = this.#market(instrument);
    // What the book has come to since it was last told, if it is told later than it changes, is known first.
    market.onBook(book);
    const refusal = market.enter(order, book);
    if (refusal === undefined) this.#orders.add(order);
    this.#tellNews(market);
    return refusal ?? { kind: "accepted", value: ackOf(order) };
  }

  #cancel(order: PaperOrder): OrderAck {
    const market = this.#market(order.request.instrument);
    market.cancel(order);
    this.#tellNews(market);
    return ackOf(order);
  }

  #market(instrument: Instrument): PaperMarket {
    let market = this.#markets.get(instrument.id);
    if (market === undefined) {
      const now = (): number => this.#options.clock.epochMs();
      const nextTradeId = (): string => this.#nextId("t");
      market = new PaperMarket({ instrument, account: this.#account, now, nextTradeId });
      this.#markets.set(instrument.id, market);
    }
    return market;
  }

  #nextId(kind: "o" | "t"): string {
    return `paper-${this.#run}-${kind}${++this.#count}`;
  }

  #order<Value>(act: () => Outcome<Value>): Promise<Outcome<Value>> {
    return new Promise((resolve) => {
      const lose = (): void => resolve({ kind: "unknown", why: `${this.exchange} on paper was stopped` });
      this.#entry.send(() => {
        const outcome = act();
        this.#answers.send(() => resolve(outcome), lose);
      }, lose);
    });
  }

  #question<Value>(act: () => Value): Promise<Value> {
    return new Promise((resolve, reject) => {
      const lose = (): void => reject(new NetworkError(`${this.exchange} on paper was stopped`));
      this.#questions.send(() => {
        const value = act();
        this.#answers.send(() => resolve(value), lose);
      }, lose);
    });
  }

  /** Fills first: whoever hears of the end of an order knows them all. Then orders, balances, position. */
  #tellNews(market: PaperMarket): void {
    const news = market.takeNews();
    if (news === undefined) return;
    for (const fill of news.fills) this.#orders.addFill(fill);
    const reports = news.orders.map((order) => order.report());
    this.#reports.send(() => {
      for (const fill of news.fills) this.#handlers.fill?.(fill);
      for (const report of reports) this.#handlers.order?.(report);
    });
    const { instrument } = market;
    this.#tellBalances(
      instrument.market === "spot" ? [instrument.base, instrument.quote] : [instrument.quote],
    );
    if (instrument.market === "perpetual" && news.fills.length > 0) this.#tellPosition(instrument);
  }

  #tellBalances(coins: readonly string[]): void {
    const now = this.#options.clock.epochMs();
    const balances = coins.map((coin) => this.#account.snapshot(coin, now));
    this.#reports.send(() => {
      for (const balance of balances) this.#handlers.balance?.(balance);
    });
  }

  #tellPosition(instrument: Instrument): void {
    const report = this.#positionReport(instrument);
    this.#reports.send(() => this.#handlers.position?.(report));
  }

  #positionReports(): PositionReport[] {
    return this.#account.traded.map((instrument) => this.#positionReport(instrument));
  }

  #positionReport(instrument: Instrument): PositionReport {
    const book = this.#options.book(instrument);
    const middle = book?.usable ? (book.bids.bestPrice + book.asks.bestPrice) / 2 : NaN;
    return this.#account.positionReport(instrument, middle, this.#options.clock.epochMs());
  }
}

function ackOf(order: PaperOrder): OrderAck {
  const report = order.report();
  return { clientOrderId: report.clientOrderId, exchangeOrderId: report.exchangeOrderId, report };
}
