/**
 * A trading desk over scripted venues, on simulated time.
 * @module
 */
import { Holdings } from "../../src/arbitrage/holdings.ts";
import { buildRoutes } from "../../src/arbitrage/route.ts";
import type { LegPlan, TradeIntent } from "../../src/arbitrage/trade_intent.ts";
import type { BalanceSnapshot } from "../../src/core/balance.ts";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import type { OrderAck, OrderReport, OrderRequest, Outcome } from "../../src/core/order_request.ts";
import type { Side } from "../../src/core/order.ts";
import { SimulatedClock } from "../../src/core/simulated_clock.ts";
import { baseQuantity, quoteAmount } from "../../src/core/units.ts";
import type { ExecutionRun } from "../../src/execution/execution_run.ts";
import type { HedgeSettings } from "../../src/execution/hedge_ladder.ts";
import type { JournalEvent } from "../../src/execution/journal_record.ts";
import { Ledger } from "../../src/execution/ledger.ts";
import { RiskGate, type RiskLimits } from "../../src/execution/risk/risk_gate.ts";
import { TradingDesk } from "../../src/execution/trading_desk.ts";
import type { OrderBook } from "../../src/market/order_book.ts";
import { bookOf } from "./books.ts";
import { ListedJournal, pass, worldStart } from "./flow_world.ts";
import { testInstruments } from "./instruments.ts";
import { MemoryLogger } from "./memory_logger.ts";
import { reportOf, tradeOf } from "./order_messages.ts";
import { testLimits } from "./risk_world.ts";
import { ScriptedVenue } from "./scripted_venue.ts";

/** What becomes of an order: so many lots are filled, it is refused, or its answer is lost. */
export type Fate =
  | { readonly kind: "filled"; readonly lots: number }
  | { readonly kind: "refused" }
  /** The answer is lost and the streams are silent; the venue has filled so many lots, or has never got it. */
  | { readonly kind: "lost"; readonly lots: number | undefined };

/** All of it. */
export const whole: Fate = { kind: "filled", lots: Infinity };

/** HYPE at 40 on three venues: tick 0.001, lot 0.01 or a contract of 0.1. */
export class DeskWorld {
  readonly clock = new SimulatedClock(worldStart);
  readonly logger = new MemoryLogger();
  readonly journal = new ListedJournal();
  readonly ledger = new Ledger();
  readonly instruments = testInstruments(["HYPE"]);
  readonly universe = buildRoutes(this.instruments);
  readonly holdings = new Holdings(this.universe);
  readonly mexc = new ScriptedVenue(this.clock, "MEXC_SPOT");
  readonly gate = new ScriptedVenue(this.clock, "GATEIO_SPOT");
  readonly futures = new ScriptedVenue(this.clock, "GATEIO_FUTURES");
  readonly venues = new Map<ExchangeKey, ScriptedVenue>(
    [this.mexc, this.gate, this.futures].map((venue) => [venue.exchange, venue]),
  );
  /** Fates of the next orders of a venue; whole when none is left. */
  readonly fates = new Map<ScriptedVenue, Fate[]>();
  /** Coins of each venue. */
  readonly coins = new Map<ScriptedVenue, Record<string, number>>();
  /** Best bid and ask by venue. */
  readonly quotes = new Map<ExchangeKey, readonly [bid: number, ask: number]>();
  /** Journal records and orders in the order in which they happened. */
  readonly calls: string[] = [];
  readonly executions: ExecutionRun[] = [];
  readonly stops: [scope: string, why: string | undefined][] = [];
  readonly limits: { -readonly [Name in keyof RiskLimits]: RiskLimits[Name] } = {
    ...testLimits,
    maxNotional: 10_000,
    maxPositionNotional: 50_000,
    maxExchangeNotional: 50_000,
    maxTotalNotional: 90_000,
    maxOrdersPerSecond: 1_000,
    minDepthNotional: 0,
  };
  readonly hedge: { -readonly [Name in keyof HedgeSettings]: HedgeSettings[Name] } = {
    bandsBps: [5, 20, 100],
    waitMs: 200,
    maxAttempts: 8,
  };
  readonly risk = new RiskGate({ limits: () => this.limits, clock: this.clock });
  readonly desk: TradingDesk;
  /** What the venues know of orders, by client order id. */
  readonly known = new Map<
    string,
    { readonly request: OrderRequest; readonly report: OrderReport; lots: number }
  >();

  constructor() {
    for (const venue of this.venues.values()) {
      this.quotes.set(venue.exchange, [39.99, 40.01]);
      this.coins.set(venue, venue === this.futures ? { USDT: 100_000 } : { USDT: 100_000, HYPE: 1_000 });
      this.#script(venue);
    }
    const append = this.journal.append.bind(this.journal);
    this.journal.append = (event: JournalEvent): void => {
      append(event);
      this.calls.push(event.kind);
    };
    const nothing = (): void => {};
    this.desk = new TradingDesk({
      clock: this.clock,
      logger: this.logger,
      journal: this.journal,
      ledger: this.ledger,
      holdings: this.holdings,
      venues: this.venues,
      instruments: this.instruments,
      risk: this.risk,
      book: (instrument) => this.book(instrument),
      venueTimeMs: () => this.clock.epochMs(),
      maxBookAgeMs: () => 1_000,
      hedge: () => this.hedge,
      settleTimeoutMs: 300,
      listener: {
        onSent: nothing,
        onOutcome: nothing,
        onOrder: nothing,
        onFill: nothing,
        onExecution: (run) => this.executions.push(run),
        onStop: (scope, why) => this.stops.push([scope, why]),
        onForeign: nothing,
        onConnection: nothing,
      },
    });
  }

  /** A desk that knows its balances and how much prices move. */
  static async open(): Promise<DeskWorld> {
    const world = new DeskWorld();
    world.desk.start();
    await world.pass(3_000);
    world.calls.length = 0;
    return world;
  }

  /** A fresh book with the quotes of a venue. */
  book(instrument: Instrument): OrderBook {
    const [bid, ask] = this.quotes.get(instrument.exchange)!;
    return bookOf(instrument.id, [[bid, 1_000]], [[ask, 1_000]], this.clock.monotonicMs());
  }

  /** The instrument of a venue. */
  of(venue: ScriptedVenue): Instrument {
    return this.instruments.ofExchange(venue.exchange)[0]!;
  }

  /** Decides the next orders of a venue. */
  decide(venue: ScriptedVenue, ...fates: Fate[]): void {
    this.fates.set(venue, fates);
  }

  /** Buys so many base units at one venue and sells them at another. */
  intent(buy: ScriptedVenue, sell: ScriptedVenue, quantity = 1, change: Partial<LegPlan> = {}): TradeIntent {
    const leg = (venue: ScriptedVenue, side: Side): LegPlan => {
      const instrument = this.of(venue);
      return {
        instrument,
        side,
        lots: Math.round(quantity / instrument.baseFactor / instrument.lot.size),
        quantity: baseQuantity(quantity),
        notional: quoteAmount(quantity * 40),
        capTicks: side === "buy" ? 40_050 : 39_950,
        reduceOnly: false,
        ...change,
      };
    };
    const none = quoteAmount(0);
    const costs = { fees: none, depthCost: none, funding: none, exit: none, missing: none };
    const route = this.universe.routes.find((each) =>
      each.buy === this.of(buy) && each.sell === this.of(sell)
    )!;
    return {
      strategy: sell.exchange === "GATEIO_FUTURES" || buy.exchange === "GATEIO_FUTURES"
        ? "basis"
        : "inventory",
      ...{ purpose: "enter", opportunity: 7, route, quantity: baseQuantity(quantity), reason: "test" },
      ...{ buy: leg(buy, "buy"), sell: leg(sell, "sell"), seenAt: this.clock.epochMs() },
      expected: { edge: none, ...costs, value: quoteAmount(1) },
    };
  }

  /** Lets time pass, with sweeps four times a second. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 250) {
      await pass(this.clock, Math.min(left, 250));
      this.desk.sweep();
    }
  }

  /** Client order ids that a venue was sent, in order. */
  sentTo(venue: ScriptedVenue): string[] {
    return venue.placed.map(({ clientOrderId }) => clientOrderId);
  }

  /** Signed base units that all venues have truly traded. */
  get truth(): number {
    let sum = 0;
    for (const { request: { instrument, side }, lots } of this.known.values()) {
      const base = instrument.lot.value(lots) * instrument.baseFactor;
      const kept = instrument.exchange === "GATEIO_SPOT" && side === "buy" ? 1 - instrument.takerFee : 1;
      sum += side === "buy" ? base * kept : -base;
    }
    return sum;
  }

  #script(venue: ScriptedVenue): void {
    venue.onBalances = () =>
      Object.entries(this.coins.get(venue)!).map(([coin, available]): BalanceSnapshot => ({
        ...{ exchange: venue.exchange, coin, available, locked: 0, time: this.clock.epochMs() },
      }));
    const place = venue.place.bind(venue);
    venue.place = (request): Promise<Outcome<OrderAck>> => {
      this.calls.push(`place ${request.clientOrderId}`);
      return place(request);
    };
    venue.onPlace = (request) => this.#take(venue, request);
    venue.onOrder = ({ clientOrderId, exchangeOrderId }) =>
      [...this.known.values()].find(({ report }) =>
        report.clientOrderId === clientOrderId || report.exchangeOrderId === exchangeOrderId
      )?.report;
    venue.onFills = (instrument) =>
      [...this.known.values()].filter(({ request, lots }) => request.instrument === instrument && lots > 0)
        .map(({ request, lots }) => this.#trade(request, lots));
  }

  #take(venue: ScriptedVenue, request: OrderRequest): Outcome<OrderAck> {
    const fate = this.fates.get(venue)?.shift() ?? whole;
    const { clientOrderId } = request;
    if (fate.kind === "refused") {
      return { kind: "refused", reason: "balance", code: "1", message: "too little" };
    }
    if (fate.lots !== undefined) {
      const lots = Math.min(fate.lots, request.lots);
      const status = lots === request.lots ? "filled" : lots > 0 ? "partially-cancelled" : "cancelled";
      const report = reportOf(request, status, lots);
      this.known.set(clientOrderId, { request, report, lots });
      if (fate.kind === "filled") {
        if (lots > 0) venue.handlers.fill!(this.#trade(request, lots));
        venue.handlers.order!(report);
      }
    }
    return fate.kind === "lost"
      ? { kind: "unknown", why: "the connection broke" }
      : { kind: "accepted", value: { clientOrderId, exchangeOrderId: `v-${clientOrderId}` } };
  }

  /** MEXC names the order of a trade by its own id alone. */
  #trade(request: OrderRequest, lots: number): ReturnType<typeof tradeOf> {
    const { clientOrderId, instrument } = request;
    return tradeOf(request, `t-${clientOrderId}`, lots, {
      clientOrderId: instrument.exchange === "MEXC_SPOT" ? "" : clientOrderId,
      exchangeOrderId: `v-${clientOrderId}`,
      time: worldStart + 3_000,
    });
  }
}
