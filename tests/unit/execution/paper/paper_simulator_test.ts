import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { ExchangeKey } from "../../../../src/core/exchange.ts";
import { type Instrument, InstrumentTable } from "../../../../src/core/instrument.ts";
import type { OrderRequest } from "../../../../src/core/order_request.ts";
import { SeededRandom } from "../../../../src/core/random.ts";
import { SimulatedClock } from "../../../../src/core/simulated_clock.ts";
import { PaperVenue } from "../../../../src/execution/paper/paper_venue.ts";
import { OrderBook } from "../../../../src/market/order_book.ts";
import type { Account } from "../../../../src/simulator/accounts/account.ts";
import { atomsToNumber } from "../../../../src/simulator/accounts/atoms.ts";
import type { MarketInstrument } from "../../../../src/simulator/market/market_instrument.ts";
import { truthOf } from "../../../../src/simulator/market/truth_book.ts";
import { MarketModel } from "../../../../src/simulator/mod.ts";
import type { OrderTerms, VenueFill, VenueOrder } from "../../../../src/simulator/trading/venue_order.ts";
import { TradingFloor } from "../../../../src/simulator/trading_floor.ts";
import { setBook } from "../../../support/books.ts";
import { noPaperLatency, paperStart } from "../../../support/paper_desk.ts";

const money = 1_000_000;

/** A simulated exchange that moves, and a venue on paper that sees its books and trades with no delay. */
class Twins {
  readonly #clock = new SimulatedClock(paperStart);
  /** Time of its own: what is under way on paper does not wait for the market. */
  readonly #paperClock = new SimulatedClock(paperStart);
  readonly #random: SeededRandom;
  readonly #books = new Map<Instrument, OrderBook>();
  readonly #floor: TradingFloor;
  readonly #deposits: Readonly<Record<string, number>>;
  readonly account: Account;
  readonly markets: { readonly real: MarketInstrument; readonly instrument: Instrument }[];
  readonly paper: PaperVenue;
  #orders = 0;

  constructor(readonly exchange: ExchangeKey, seed: number) {
    this.#random = new SeededRandom(seed);
    const market = new MarketModel().open({ clock: this.#clock, random: this.#random.fork("market") });
    const real = market.instruments.filter(({ spec }) => spec.exchange === exchange);
    const table = new InstrumentTable();
    this.markets = real.map((each) => ({ real: each, instrument: table.add(each.spec) }));
    const deposits: Record<string, number> = { USDT: money };
    // As much of every coin as there is money, so that equal to nine digits means something for each.
    if (exchange !== "GATEIO_FUTURES") {
      {
        for (const { spec, book } of real) {
          deposits[spec.base] = Math.round(money / spec.tick.value(book.bids.tickAt(0)));
        }
      }
    }
    const texts = Object.fromEntries(Object.entries(deposits).map(([coin, sum]) => [coin, String(sum)]));
    const family = exchange === "MEXC_SPOT" ? "mexc" : "gateio";
    const clocks = { mexc: this.#clock, gateio: this.#clock };
    this.#floor = new TradingFloor(clocks, this.#random.fork("floor"), [
      { family, uid: "1", deposits: { [exchange]: texts } },
    ]);
    this.#floor.watch(real);
    this.account = this.#floor.accounts.accounts[0]!;
    this.#deposits = deposits;
    this.paper = this.#venue(deposits);
    market.start();
  }

  /** A venue on paper of its own, over the same books. */
  fresh(): PaperVenue {
    return this.#venue(this.#deposits);
  }

  /** Lets the market move on for a while, and shows what it has come to. */
  advance(): void {
    const until = this.#clock.epochMs() + 5 + this.#random.uniform() * 100;
    while (this.#clock.nextDue !== undefined && this.#clock.nextDue <= until) this.#clock.step();
    for (const { real, instrument } of this.markets) this.show(real, instrument);
  }

  show(real: MarketInstrument, instrument: Instrument): void {
    const book = this.#books.get(instrument) ?? new OrderBook(instrument.id);
    this.#books.set(instrument, book);
    const { bids, asks } = truthOf(real);
    setBook(book, bids, asks);
    this.paper.onBook(book);
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.#random.uniform() * items.length)]!;
  }

  /** An IOC order near the best price of the other side. @param reach Levels that it may reach at most. */
  request(real: MarketInstrument, instrument: Instrument, lots: number, reach: number): OrderRequest {
    const side = this.pick(["buy", "sell"] as const);
    const theirs = side === "buy" ? real.book.asks : real.book.bids;
    const limit = theirs.tickAt(Math.floor(this.#random.uniform() * Math.min(reach, theirs.size)));
    const clientOrderId = `t${++this.#orders}`;
    const terms = { type: "limit", timeInForce: "ioc", reduceOnly: false } as const;
    return { clientOrderId, instrument, side, priceTicks: limit, lots, ...terms };
  }

  /** Executes an order on the simulated exchange; its fills. */
  execute(real: MarketInstrument, { side, priceTicks, lots, clientOrderId }: OrderRequest): VenueFill[] {
    const terms: OrderTerms = {
      instrument: real,
      side,
      kind: "limit",
      timeInForce: "ioc",
      tick: priceTicks,
      lots,
      clientId: clientOrderId,
    };
    const order: VenueOrder = this.exchange === "GATEIO_FUTURES"
      ? this.#floor.futures.place(this.account, terms)
      : (this.exchange === "MEXC_SPOT" ? this.#floor.mexcSpot : this.#floor.gateSpot).place(
        this.account,
        terms,
      );
    const { fills } = this.#floor.market(this.exchange).store(this.account);
    return fills.filter((fill) => fill.order === order);
  }

  /** What the simulated exchange says that the account has of a coin. */
  realBalance(coin: string): number {
    const { available, locked } = this.account.wallets.get(this.exchange)!.balance(coin);
    return atomsToNumber(available) + atomsToNumber(locked);
  }

  /** What the simulated exchange says of a position; its profit with that of positions that were closed before. */
  realPosition(real: MarketInstrument): { lots: number; entryPrice: number; profit: number } {
    const view = this.#floor.futures.position({ account: this.account, instrument: real, slot: "single" });
    if (view === undefined) throw new Error(`${real.spec.exchangeSymbol} was never traded`);
    const profit = atomsToNumber(view.realisedPnl) + atomsToNumber(view.historyPnl);
    return { lots: view.size, entryPrice: view.entryPrice, profit };
  }

  /** Lets everything happen that is under way on paper, and waits for an answer. */
  async settled<Value>(answer: Promise<Value>): Promise<Value> {
    for (let i = 0; i < 4; i++) {
      while (this.#paperClock.step());
      await Promise.resolve();
    }
    return answer;
  }

  #venue(deposits: Readonly<Record<string, number>>): PaperVenue {
    const venue = new PaperVenue({
      exchange: this.exchange,
      book: (instrument) => this.#books.get(instrument),
      clock: this.#paperClock,
      random: new SeededRandom(1),
      latency: noPaperLatency,
    });
    for (const [coin, amount] of Object.entries(deposits)) venue.deposit(coin, amount);
    return venue;
  }
}

for (const exchange of ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"] as const) {
  Deno.test(`an IOC order of any size takes on paper what ${exchange} would give it, level by level`, async () => {
    const twins = new Twins(exchange, 1);
    let levels = 0;
    for (let i = 0; i < 300; i++) {
      twins.advance();
      const { real, instrument } = twins.pick(twins.markets);
      const depth = real.book.asks.lotsAt(0) + real.book.asks.lotsAt(1) + real.book.asks.lotsAt(2);
      const request = twins.request(real, instrument, Math.ceil(depth * [0.1, 0.6, 1.5][i % 3]!), 6);
      const expected = real.matching.preview(
        request.side === "buy" ? "bid" : "ask",
        request.priceTicks,
        request.lots,
      );
      const venue = twins.fresh();
      const fills: [tick: number, lots: number][] = [];
      venue.bind("fill", ({ price, quantity }) => {
        const lots = Math.round(quantity / instrument.baseFactor / instrument.lot.size);
        fills.push([instrument.tick.nearest(price), lots]);
      });
      const outcome = await twins.settled(venue.place(request));
      assertEquals(outcome.kind, "accepted", JSON.stringify(outcome));
      assertEquals(fills, expected.map(({ tick, lots }) => [tick, lots]));
      levels += fills.length;
    }
    assert(levels > 600, `only ${levels} levels were taken`);
  });

  Deno.test(`small orders side by side leave the account on paper with what ${exchange} says`, async () => {
    const twins = new Twins(exchange, 2);
    const { paper } = twins;
    const fees = { paper: 0, real: 0 };
    paper.bind("fill", ({ fee }) => fees.paper += fee);
    let traded = 0;
    for (let i = 0; i < 300; i++) {
      twins.advance();
      const { real, instrument } = twins.pick(twins.markets);
      const least = Math.max(instrument.minNotional, 1) * 1.1 /
        real.spec.tick.value(real.book.bids.tickAt(0));
      const lots = Math.max(
        1,
        instrument.lot.ceil(Math.max(least / instrument.baseFactor, instrument.minQuantity)),
      );
      const request = twins.request(real, instrument, lots, 3);
      const theirs = request.side === "buy" ? real.book.asks : real.book.bids;
      // What the order took of the real book leaves that book, and is taken on paper besides.
      if (theirs.lotsAt(0) < 100 * lots) continue;
      const outcome = await twins.settled(paper.place(request));
      const fills = twins.execute(real, request);
      assertEquals(outcome.kind, "accepted", JSON.stringify(outcome));
      const report = (await twins.settled(paper.order(request)))!;
      const value = fills.reduce((sum, fill) => sum + atomsToNumber(fill.value), 0);
      assertEquals(report.filledLots, fills.reduce((sum, fill) => sum + fill.lots, 0));
      const base = instrument.lot.value(report.filledLots) * instrument.baseFactor;
      assertAlmostEquals(report.averagePrice, value / base, 1e-9 * report.averagePrice);
      for (const { fee } of fills) fees.real += atomsToNumber(fee);
      twins.show(real, instrument);
      traded += 1;
    }
    assert(traded > 100, `only ${traded} orders were compared`);
    assertAlmostEquals(fees.paper, fees.real, 1e-6 * fees.real);
    const balances = await twins.settled(paper.balances());
    for (const { coin, available, locked } of balances) {
      if (exchange === "GATEIO_FUTURES") continue;
      const held = twins.realBalance(coin);
      assertAlmostEquals(available + locked, held, 1e-12 * held, coin);
    }
    if (exchange !== "GATEIO_FUTURES") return;
    for (const position of await twins.settled(paper.positions!())) {
      const { real, instrument } = twins.markets.find(({ instrument: { id } }) =>
        id === position.instrument
      )!;
      const stated = twins.realPosition(real);
      assertEquals(position.lots, stated.lots, instrument.exchangeSymbol);
      assertAlmostEquals(position.realisedPnl, stated.profit, 1e-9 * money, instrument.exchangeSymbol);
      if (position.lots === 0) continue;
      assertAlmostEquals(position.entryPrice, stated.entryPrice, 1e-9 * stated.entryPrice);
    }
  });
}
