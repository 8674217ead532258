/**
 * An account on paper with books of its own, for tests.
 * @module
 */
import type { PositionReport } from "../../src/core/account.ts";
import type { BalanceSnapshot } from "../../src/core/balance.ts";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import type { Fill } from "../../src/core/fill.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import type { OrderAck, OrderReport, OrderRequest, Outcome, Refused } from "../../src/core/order_request.ts";
import { SeededRandom } from "../../src/core/random.ts";
import { SimulatedClock } from "../../src/core/simulated_clock.ts";
import type { PaperLatency } from "../../src/execution/paper/paper_latency.ts";
import { PaperVenue } from "../../src/execution/paper/paper_venue.ts";
import { OrderBook } from "../../src/market/order_book.ts";
import { type Level, setBook } from "./books.ts";
import { testInstruments } from "./instruments.ts";

/** No way takes any time. */
export const noPaperLatency: PaperLatency = {
  orderEntry: { leastMs: 0, jitterMs: 0 },
  response: { leastMs: 0, jitterMs: 0 },
  report: { leastMs: 0, jitterMs: 0 },
};

/** When the clock starts, epoch milliseconds. */
export const paperStart = 1_786_540_560_000;

/** A venue on paper, its books, and everything that it told. */
export class PaperDesk {
  readonly clock = new SimulatedClock(paperStart);
  readonly instruments = testInstruments(["HYPE", "BTC"]);
  readonly books = new Map<Instrument, OrderBook>();
  readonly venue: PaperVenue;
  /** HYPE against USDT: tick 0.001, lot 0.01 or one contract of 0.1. */
  readonly hype: Instrument;
  readonly told: (Fill | OrderReport | BalanceSnapshot | PositionReport | string)[] = [];
  readonly fills: Fill[] = [];
  readonly orders: OrderReport[] = [];
  readonly balances = new Map<string, BalanceSnapshot>();
  readonly positions: PositionReport[] = [];
  #orders = 0;

  constructor(exchange: ExchangeKey, latency: PaperLatency = noPaperLatency, seed = 1) {
    this.hype = this.instruments.ofExchange(exchange)[0]!;
    this.venue = new PaperVenue({
      exchange,
      book: (instrument) => this.books.get(instrument),
      clock: this.clock,
      random: new SeededRandom(seed),
      latency,
    });
    this.venue.bind("fill", (fill) => this.#hear(this.fills, fill));
    this.venue.bind("order", (report) => this.#hear(this.orders, report));
    this.venue.bind("position", (position) => this.#hear(this.positions, position));
    this.venue.bind("balance", (balance) => {
      this.told.push(balance);
      this.balances.set(balance.coin, balance);
    });
    this.venue.bind("connection", (state) => this.told.push(state));
    this.venue.start();
  }

  #hear<Item extends Fill | OrderReport | PositionReport>(list: Item[], item: Item): void {
    list.push(item);
    this.told.push(item);
  }

  /** Shows a book of HYPE and tells the venue. @param time Venue's time of it; 0 for none. */
  show(bids: readonly Level[], asks: readonly Level[], time = 0): void {
    let book = this.books.get(this.hype);
    if (book === undefined) {
      book = new OrderBook(this.hype.id);
      this.books.set(this.hype, book);
    }
    setBook(book, bids, asks);
    book.exchangeTime = time;
    this.venue.onBook(book);
  }

  /** Tells of a trade of HYPE. @param quantity In the venue's order unit. */
  trade(
    takerSide: "buy" | "sell",
    price: number,
    quantity: number,
    exchangeTime = 0,
    terms: { internal?: boolean; recovered?: boolean } = {},
  ): void {
    const instrument = this.hype.id;
    const trade = { instrument, price, quantity, takerSide, internal: false, recovered: false, exchangeTime };
    this.venue.onTrade({ ...trade, ...terms });
  }

  /** An order for HYPE: a limit IOC buy of 100 lots at 10, unless the terms say else. `price` sets the ticks. */
  request(terms: Partial<OrderRequest> & { readonly price?: number } = {}): OrderRequest {
    const { price = 10, ...rest } = terms;
    return {
      clientOrderId: `order-${++this.#orders}`,
      instrument: this.hype,
      side: "buy",
      type: "limit",
      timeInForce: "ioc",
      priceTicks: terms.type === "market" ? 0 : this.hype.tick.nearest(price),
      lots: 100,
      reduceOnly: false,
      ...rest,
    };
  }

  /** Places an order and waits for its outcome. */
  place(terms: Partial<OrderRequest> & { readonly price?: number } = {}): Promise<Outcome<OrderAck>> {
    return this.until(this.venue.place(this.request(terms)));
  }

  /** Places an order that must be accepted; its report when it was. */
  async accepted(terms: Partial<OrderRequest> & { readonly price?: number } = {}): Promise<OrderReport> {
    return acceptedReport(await this.place(terms));
  }

  /** Places an order that must be refused; how it was. */
  async refused(terms: Partial<OrderRequest> & { readonly price?: number } = {}): Promise<Refused> {
    const outcome = await this.place(terms);
    if (outcome.kind !== "refused") throw new Error(`The order was not refused: ${JSON.stringify(outcome)}`);
    return outcome;
  }

  /** Places an order that must be refused; the reason. */
  async refusal(terms: Partial<OrderRequest> & { readonly price?: number } = {}): Promise<string> {
    return (await this.refused(terms)).reason;
  }

  /** Lets time pass until the promise is settled. */
  async until<Value>(promise: Promise<Value>): Promise<Value> {
    let settled = false;
    const done = (): void => {
      settled = true;
    };
    promise.then(done, done);
    for (;;) {
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      if (settled) return promise;
      if (!this.clock.step()) throw new Error("Nothing more happens, and there is no answer");
    }
  }

  /** Lets everything happen that is under way. */
  idle(): void {
    while (this.clock.step());
  }
}

/** The report of an order that must have been accepted. */
export function acceptedReport(outcome: Outcome<OrderAck>): OrderReport {
  if (outcome.kind === "accepted" && outcome.value.report !== undefined) return outcome.value.report;
  throw new Error(`The order was not accepted: ${JSON.stringify(outcome)}`);
}
