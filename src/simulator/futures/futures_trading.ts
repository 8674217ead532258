/**
 * The futures engine: orders, positions, margins, funding and liquidation on the simulated USDT perpetuals.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import type { Account } from "../accounts/account.ts";
import { applyRate, type Atoms, rateOf } from "../accounts/atoms.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { Execution } from "../matching/match_order.ts";
import type {
  FuturesAccountView,
  FuturesEngine,
  FuturesListener,
  FuturesOrderTerms,
  Liquidation,
  PositionClose,
  PositionKey,
  PositionMode,
  PositionView,
} from "../trading/futures_contract.ts";
import { OrderDesk } from "../trading/order_desk.ts";
import type { OrderStore } from "../trading/order_store.ts";
import { Refusal } from "../trading/refusal.ts";
import type { OrderAmendment } from "../trading/spot_trading.ts";
import { TradingEvents } from "../trading/trading_events.ts";
import type { FinishReason, OrderKeeper, VenueOrder } from "../trading/venue_order.ts";
import type { FuturesHouse } from "./futures_house.ts";
import { feeRate, FuturesRegister, note } from "./futures_register.ts";
import { FuturesSettlement } from "./futures_settlement.ts";
import type { Holding } from "./holding.ts";
import { Liquidator } from "./liquidator.ts";
import { markPrice, markTick } from "./mark_price.ts";
import { checkOrderCount, OrderReserve } from "./order_reserve.ts";
import { checkDirection, checkPrice, completed } from "./order_terms.ts";
import type { Portfolio } from "./portfolio.ts";
import { PositionSettings } from "./position_settings.ts";
import { positionView } from "./position_view.ts";

/** First order id: as long as those seen in 2026, more than a double holds exactly. */
const firstOrderId = 299_207_900_263_708_000n;

/** Orders, positions and margins of all accounts. Every change of a balance has its entry in the ledger. */
export class FuturesTrading implements FuturesEngine, OrderKeeper {
  /** What happens to whom. */
  readonly events: TradingEvents<FuturesListener> = new TradingEvents();
  readonly #desk: OrderDesk<FuturesListener>;
  readonly #register: FuturesRegister;
  readonly #settlement: FuturesSettlement;
  readonly #reserve: OrderReserve;
  readonly #settings: PositionSettings;
  readonly #liquidator: Liquidator;
  /** Mark price in ticks at which each contract's positions were last looked at. */
  readonly #marks = new Map<MarketInstrument, number>();
  #prevented: VenueOrder[] = [];
  #working = false;

  constructor(clock: Clock) {
    this.#desk = new OrderDesk({
      exchange: "GATEIO_FUTURES",
      clock,
      idOf: (sequence) => String(firstOrderId + BigInt(sequence)),
      maxOpenOrders: Infinity,
    }, this.events);
    this.#register = new FuturesRegister(this.events, this.#desk);
    this.#settlement = new FuturesSettlement(this.#register);
    this.#reserve = new OrderReserve(this.#register);
    this.#settings = new PositionSettings(this.#register, this.#reserve);
    this.#liquidator = new Liquidator(this.#register, this.#settlement, this);
  }

  /** The other side of the users, the fees and the insurance fund. */
  get house(): FuturesHouse {
    return this.#register.house;
  }

  get publicLiquidations(): readonly Liquidation[] {
    return this.#liquidator.public;
  }

  /** Follows contracts: liquidates with their mark prices, pays their funding, ends them when they are delisted. */
  list(instruments: readonly MarketInstrument[]): void {
    for (const instrument of instruments) {
      if (instrument.spec.exchange !== "GATEIO_FUTURES" || this.#marks.has(instrument)) continue;
      this.#marks.set(instrument, markTick(instrument));
      instrument.listen({ onCommit: () => this.#committed(instrument) });
      instrument.funding?.onSettlement(({ rate }) => this.settleFunding(instrument, rate));
      instrument.listing.listen((listing) => {
        if (listing.status === "delisted") this.#delist(instrument);
        else if (listing.reduceOnly) this.#review(instrument);
      });
    }
  }

  store(account: Account): OrderStore {
    return this.#desk.store(account);
  }

  /**
   * Takes an order and executes it as far as it goes.
   *
   * @throws {Refusal} halted, delisting, position-mode, position-empty, reduce-only-increases, no-liquidity,
   * price-deviates, too-many-orders, duplicate-client-id, would-take, not-fillable, risk-limit-exceeded,
   * insufficient-balance.
   */
  place(account: Account, terms: FuturesOrderTerms): VenueOrder {
    this.list([terms.instrument]);
    const portfolio = this.#register.portfolio(account);
    const holding = portfolio.holding(terms.instrument);
    const whole = completed(portfolio, terms);
    checkDirection(portfolio, whole);
    if (whole.kind === "limit") checkPrice(holding, whole.tick);
    checkOrderCount(holding);
    const order = this.#desk.draft(account, whole, this);
    if (order.reduceOnly) {
      order.openLots = Math.min(order.lots, this.#reserve.room(holding, order.orderSide));
    }
    this.#refuseImpossible(order);
    const margin = this.#reserve.check(holding, order);
    if (order.reduceOnly) this.#reserve.shed(holding, order);
    this.#register.bind(order, margin, "order-lock");
    holding.orders.add(order);
    this.#desk.open(order);
    this.#execute(order);
    this.#complete(holding);
    return order;
  }

  /** Cancels an open order. @throws {Refusal} order-not-open. */
  cancel(order: VenueOrder, reason: FinishReason = "cancelled"): void {
    requireOpen(order);
    this.#register.cancel(order, reason);
    this.#work();
  }

  /**
   * Changes price or size of an open limit order. A smaller size keeps the place in the queue, everything else goes
   * to the back, and may execute. A size that is filled already cancels the order.
   *
   * @throws {Refusal} order-not-open, no-change, price-deviates, would-take, risk-limit-exceeded,
   * insufficient-balance.
   */
  amend(order: VenueOrder, { tick = order.tick, lots = order.lots }: OrderAmendment): void {
    requireOpen(order);
    if (tick === order.tick && lots === order.lots) throw new Refusal("no-change", "No change is made");
    if (lots <= order.filledLots) return this.cancel(order);
    const { matching } = order.instrument;
    const holding = this.#register.portfolio(order.account).holding(order.instrument);
    const moves = tick !== order.tick || lots > order.lots;
    if (tick !== order.tick) checkPrice(holding, tick);
    if (moves && order.timeInForce === "poc" && matching.wouldTake(order.side, tick)) {
      throw new Refusal("would-take", "The order would match and take immediately");
    }
    const room = order.reduceOnly ? this.#reserve.room(holding, order.orderSide) : Infinity;
    const openLots = Math.min(lots - order.filledLots, room);
    this.#checkAmended(holding, order, tick, openLots);
    order.lots = lots;
    if (moves) {
      matching.withdraw(order);
      order.tick = tick;
      order.openLots = openLots;
    } else matching.shrink(order, openLots);
    this.#reserve.relock(holding);
    this.#desk.update(order);
    if (moves) this.#execute(order);
    this.#complete(holding);
  }

  /** Books an execution. Called by the matching engine. */
  settle(order: VenueOrder, execution: Execution): void {
    this.#settlement.settle(order, execution);
    this.#reserve.trim(this.#register.portfolio(order.account).holding(order.instrument));
  }

  /** Notes an order that self-trade prevention took out. Called by the matching engine. */
  prevented(order: VenueOrder): void {
    this.#prevented.push(order);
  }

  feeRate(account: Account, instrument: MarketInstrument, role: "maker" | "taker"): number {
    return feeRate(account, instrument, role);
  }

  view(account: Account): FuturesAccountView {
    return this.#register.portfolio(account).view();
  }

  positions(account: Account): PositionView[] {
    const portfolio = this.#register.portfolio(account);
    return portfolio.positions.filter(({ wasHeld, isConfigured }) => wasHeld || isConfigured)
      .map((position) => positionView(portfolio, position));
  }

  position({ account, instrument, slot }: PositionKey): PositionView | undefined {
    const portfolio = this.#register.portfolio(account);
    const position = portfolio.holdings.get(instrument)?.find(slot);
    if (position === undefined || !(position.wasHeld || position.isConfigured)) return undefined;
    return positionView(portfolio, position);
  }

  mode(account: Account): PositionMode {
    return this.#register.portfolio(account).mode;
  }

  /** Chooses between one net position and two sides. @throws {Refusal} position-exists, orders-pending. */
  setMode(account: Account, mode: PositionMode): void {
    this.#settings.setMode(account, mode);
  }

  /** As {@link PositionSettings.setLeverage}. */
  setLeverage(key: PositionKey, leverage: number, crossLimit?: number): PositionView {
    return this.#set(key, () => this.#settings.setLeverage(key, leverage, crossLimit));
  }

  /** As {@link PositionSettings.setMarginMode}. */
  setMarginMode(key: PositionKey, mode: "isolated" | "cross"): PositionView {
    return this.#set(key, () => this.#settings.setMarginMode(key, mode));
  }

  /** As {@link PositionSettings.changeMargin}. */
  changeMargin(key: PositionKey, change: Atoms): PositionView {
    return this.#set(key, () => this.#settings.changeMargin(key, change));
  }

  /** As {@link PositionSettings.setRiskLimit}. */
  setRiskLimit(key: PositionKey, limit: Atoms): PositionView {
    return this.#set(key, () => this.#settings.setRiskLimit(key, limit));
  }

  markPrice(instrument: MarketInstrument): number {
    return markPrice(instrument);
  }

  closes(account: Account): readonly PositionClose[] {
    return this.#register.portfolio(account).closes;
  }

  liquidations(account: Account): readonly Liquidation[] {
    return this.#register.portfolio(account).liquidations;
  }

  /**
   * Pays funding: −size · contract size · mark price · rate to every position, cut off at 10^-18, from or to the
   * house. UNCONFIRMED: which mark price Gate.io takes; here that of the moment.
   *
   * @param rate Ratio of the position value as decimal text; positive when longs pay.
   */
  settleFunding(instrument: MarketInstrument, rate: string): void {
    const ratio = rateOf(Number(rate));
    const tick = markTick(instrument);
    for (const portfolio of [...this.#register.holders(instrument)]) {
      const holding = portfolio.holding(instrument);
      for (const position of holding.positions) {
        const amount = -applyRate(position.valueAt(tick), ratio);
        if (amount === 0n) continue;
        position.realise("fund", amount);
        portfolio.realise("fund", amount, note(instrument, "funding", ""));
        this.house.toCrowd(portfolio.coin, -amount);
        this.#register.dirty.add(holding);
        this.#register.tellPosition(portfolio, position);
      }
    }
    this.#work();
  }

  #refuseImpossible(order: VenueOrder): void {
    const { matching } = order.instrument;
    if (order.timeInForce === "poc" && matching.wouldTake(order.side, order.tick)) {
      throw new Refusal("would-take", "The order would match and take immediately");
    }
    if (order.timeInForce === "fok" && !matching.fillable(order)) {
      throw new Refusal("not-fillable", "The order cannot be filled completely");
    }
  }

  /** Checks an order as it is to become, and puts it back as it is. */
  #checkAmended(holding: Holding, order: VenueOrder, tick: number, openLots: number): void {
    const before = { tick: order.tick, openLots: order.openLots };
    order.tick = tick;
    order.openLots = openLots;
    try {
      this.#reserve.check(holding, order);
    } finally {
      Object.assign(order, before);
    }
  }

  #execute(order: VenueOrder): void {
    const { matching } = order.instrument;
    matching.execute(order, this.#desk.nowMs);
    const prevented = this.#prevented;
    this.#prevented = [];
    for (const each of prevented) {
      if (each.status === "open") this.#register.finish(each, "stp", "order-cancel");
    }
    if (order.status !== "open") return;
    if (order.kind === "market" || order.timeInForce === "ioc" || order.timeInForce === "fok") {
      this.#register.finish(order, "ioc", "order-rest");
    } else matching.rest(order);
  }

  #set(key: PositionKey, act: () => PositionView): PositionView {
    this.list([key.instrument]);
    const view = act();
    this.#work();
    return view;
  }

  /** Ends an operation on a contract. */
  #complete(holding: Holding): void {
    this.#register.dirty.add(holding);
    this.#register.touched.add(holding.instrument);
    this.#work();
  }

  /** A market event is complete: positions are looked at when the mark price moved. */
  #committed(instrument: MarketInstrument): void {
    const tick = markTick(instrument);
    if (tick !== this.#marks.get(instrument)) {
      this.#marks.set(instrument, tick);
      for (const portfolio of this.#register.holders(instrument)) this.#register.suspects.add(portfolio);
    }
    this.#work();
  }

  /** Orders that open are cancelled when a delisting is announced. UNCONFIRMED: that Gate.io does so. */
  #review(instrument: MarketInstrument): void {
    for (const { holdings } of this.#register.portfolios) {
      const holding = holdings.get(instrument);
      if (holding !== undefined) this.#register.dirty.add(holding);
    }
    this.#work();
  }

  #delist(instrument: MarketInstrument): void {
    for (const portfolio of this.#register.portfolios) {
      if (portfolio.holdings.has(instrument)) this.#liquidator.delist(portfolio, instrument);
    }
    this.#work();
  }

  /** Does what changes of positions and prices make necessary, until nothing is, and publishes the books. */
  #work(): void {
    const { dirty, suspects, touched } = this.#register;
    if (this.#working || dirty.size + suspects.size + touched.size === 0) return;
    this.#working = true;
    try {
      while (dirty.size + suspects.size > 0) {
        for (const holding of drained(dirty)) this.#reserve.tidy(holding);
        for (const portfolio of drained<Portfolio>(suspects)) this.#liquidator.check(portfolio);
      }
    } finally {
      this.#working = false;
    }
    for (const instrument of drained(touched)) instrument.commit(this.#desk.nowMs);
  }
}

function requireOpen(order: VenueOrder): void {
  if (order.status !== "open") throw new Refusal("order-not-open", `The order ${order.id} is not open`);
}

/** Empties a set; returns what was in it. */
function drained<Item>(items: Set<Item>): Item[] {
  const all = [...items];
  items.clear();
  return all;
}
