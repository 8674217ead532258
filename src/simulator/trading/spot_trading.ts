/**
 * Spot orders: reservation, matching, settlement.
 * @module
 */
import { type Account, House } from "../accounts/account.ts";
import { applyRate, type Atoms, formatAtoms, InstrumentUnits, rateOf } from "../accounts/atoms.ts";
import type { LedgerCause } from "../accounts/ledger.ts";
import type { ChangeNote, Wallet } from "../accounts/wallet.ts";
import type { TickLevel } from "../market/book_side.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { Execution } from "../matching/match_order.ts";
import { OrderDesk, type OrderDeskOptions } from "./order_desk.ts";
import type { OrderStore } from "./order_store.ts";
import { Refusal } from "./refusal.ts";
import { TradingEvents } from "./trading_events.ts";
import type { FinishReason, OrderKeeper, OrderTerms, VenueOrder } from "./venue_order.ts";

/** Which coin pays the fee: the one that was bought or earned, or the quote coin on both sides. */
export type FeeCoin = "received" | "quote";

/** Rules of a spot market. */
export interface SpotTradingOptions extends OrderDeskOptions {
  readonly feeCoin: FeeCoin;
  /**
   * What happens to a post-only order that would take, or a fill-or-kill order that cannot be filled: it is
   * refused, or it is accepted and cancelled at once.
   */
  readonly whenImpossible: "refuse" | "cancel";
}

/** New terms of an order; what is left out stays. */
export interface OrderAmendment {
  readonly tick?: number;
  /** Total size including what was filled. */
  readonly lots?: number;
}

/** The orders of one spot market. Every change of a balance has its entry in the ledger. */
export class SpotTrading implements OrderKeeper {
  /** What happens to whom. */
  readonly events = new TradingEvents();
  /** The other side of the users, and the fees. */
  readonly house = new House();
  readonly #options: SpotTradingOptions;
  readonly #desk: OrderDesk;
  readonly #units = new Map<MarketInstrument, InstrumentUnits>();
  #prevented: VenueOrder[] = [];

  constructor(options: SpotTradingOptions) {
    this.#options = options;
    this.#desk = new OrderDesk(options, this.events);
  }

  /** Orders and fills of an account. */
  store(account: Account): OrderStore {
    return this.#desk.store(account);
  }

  /** Values of an instrument's ticks and lots. */
  units(instrument: MarketInstrument): InstrumentUnits {
    let units = this.#units.get(instrument);
    if (units === undefined) {
      units = new InstrumentUnits(instrument.spec);
      this.#units.set(instrument, units);
    }
    return units;
  }

  /**
   * Takes an order and executes it as far as it goes.
   *
   * @throws {Refusal} insufficient-balance, would-take, not-fillable, duplicate-client-id, too-many-orders, halted.
   */
  place(account: Account, terms: OrderTerms): VenueOrder {
    const order = this.#desk.draft(account, terms, this);
    const doom = this.#impossible(order);
    if (doom !== undefined && this.#options.whenImpossible === "refuse") {
      throw doom === "poc"
        ? new Refusal("would-take", "The order would match and take immediately")
        : new Refusal("not-fillable", "The order cannot be filled completely");
    }
    this.#lock(order, this.#needed(order), "order-lock");
    this.#desk.open(order);
    if (doom === undefined) this.#execute(order);
    else this.#finish(order, doom, "order-cancel");
    order.instrument.commit(this.#desk.nowMs);
    return order;
  }

  /** Cancels an open order. @throws {Refusal} order-not-open. */
  cancel(order: VenueOrder, reason: FinishReason = "cancelled"): void {
    if (order.status !== "open") throw new Refusal("order-not-open", `The order ${order.id} is not open`);
    order.instrument.matching.withdraw(order);
    this.#finish(order, reason, "order-cancel");
    order.instrument.commit(this.#desk.nowMs);
  }

  /**
   * Changes price or size of an open limit order. A smaller size keeps the place in the queue, everything else
   * goes to the back, and may execute.
   *
   * @throws {Refusal} order-not-open, no-change, size-below-filled, insufficient-balance, would-take, halted.
   */
  amend(order: VenueOrder, { tick = order.tick, lots = order.lots }: OrderAmendment): void {
    if (order.status !== "open") throw new Refusal("order-not-open", `The order ${order.id} is not open`);
    this.#desk.checkOpen(order.instrument);
    if (tick === order.tick && lots === order.lots) throw new Refusal("no-change", "No change is made");
    if (lots <= order.filledLots) throw new Refusal("size-below-filled", "The size is filled already");
    const { matching } = order.instrument;
    const moves = tick !== order.tick || lots > order.lots;
    if (moves && order.timeInForce === "poc" && matching.wouldTake(order.side, tick)) {
      throw new Refusal("would-take", "The order would match and take immediately");
    }
    const openLots = lots - order.filledLots;
    this.#lock(order, this.#limitNeed(order, tick, openLots) - order.locked, "order-amend");
    order.lots = lots;
    if (moves) {
      matching.withdraw(order);
      order.tick = tick;
      order.openLots = openLots;
    } else matching.shrink(order, openLots);
    this.#desk.update(order);
    if (moves) this.#execute(order);
    order.instrument.commit(this.#desk.nowMs);
  }

  /** Books an execution. Called by the matching engine. */
  settle(order: VenueOrder, execution: Execution): void {
    const { tick, lots, taker, maker, tradeId, timeMs } = execution;
    const role = order === taker ? "taker" : "maker";
    const other = role === "taker" ? maker : taker;
    const units = this.units(order.instrument);
    const base = units.base(lots);
    const value = units.value(tick, lots);
    // Of an order with a budget nobody knows which fill is the last: each is told with the next, the last with the end.
    const tellsLater = order.budget !== undefined;
    if (tellsLater && order.filledLots > 0) this.#desk.update(order);
    order.filledLots += lots;
    order.filledValue += value;
    order.lastRole = role;
    order.lastFillLots = lots;
    if (order.budget !== undefined) order.lots = order.filledLots;
    const reference = String(tradeId);
    const bound = order.kind === "limit" && order.tick !== tick ? units.value(order.tick, lots) : value;
    this.#exchange(order, base, value, bound, this.#note(order, "trade", reference));
    if (other === undefined) this.#meetCrowd(order, base, value);
    const { fee, feeCoin } = this.#charge(order, role, base, value, reference);
    this.#desk.fill({
      tradeId,
      order,
      role,
      tick,
      lots,
      value,
      fee,
      feeCoin,
      timeMs,
      selfTrade: (other as VenueOrder | undefined)?.account === order.account,
      closedLots: 0,
      pnl: 0n,
    });
    if (order.openLots === 0) this.#finish(order, "filled", "order-rest");
    else if (!tellsLater) this.#desk.update(order);
  }

  /** Notes an order that self-trade prevention took out. Called by the matching engine. */
  prevented(order: VenueOrder): void {
    this.#prevented.push(order);
  }

  #impossible(order: VenueOrder): "poc" | "fok" | undefined {
    const { matching } = order.instrument;
    if (order.timeInForce === "poc") return matching.wouldTake(order.side, order.tick) ? "poc" : undefined;
    if (order.timeInForce !== "fok") return undefined;
    if (order.budget === undefined) return matching.fillable(order) ? undefined : "fok";
    const levels = this.#levels(order);
    const units = this.units(order.instrument);
    const buys = levels.length > 0 && units.affordable(order.budget, levels[0]!.tick) > 0;
    return buys && this.#value(order, levels) >= order.budget ? undefined : "fok";
  }

  /** What an order would get if it had any amount of money. */
  #levels(order: VenueOrder): TickLevel[] {
    return order.instrument.matching.preview(order.side, order.tick, order.openLots, order);
  }

  #value({ instrument }: VenueOrder, levels: readonly TickLevel[]): Atoms {
    const units = this.units(instrument);
    return levels.reduce((sum, { tick, lots }) => sum + units.value(tick, lots), 0n);
  }

  /** What an order binds at first: never less than it can cost. */
  #needed(order: VenueOrder): Atoms {
    if (order.budget !== undefined) return order.budget;
    if (order.kind === "limit" || order.side === "ask") {
      return this.#limitNeed(order, order.tick, order.openLots);
    }
    return this.#value(order, this.#levels(order));
  }

  #limitNeed(order: VenueOrder, tick: number, openLots: number): Atoms {
    const units = this.units(order.instrument);
    return order.side === "bid" ? units.value(tick, openLots) : units.base(openLots);
  }

  /** Binds an amount more, or frees a negative one. */
  #lock(order: VenueOrder, amount: Atoms, cause: LedgerCause): void {
    const coin = coinOf(order);
    const wallet = this.#wallet(order.account);
    const { available } = wallet.balance(coin);
    if (amount > available) {
      throw new Refusal(
        "insufficient-balance",
        `The order needs ${formatAtoms(amount)} ${coin}, and ${formatAtoms(available)} are free`,
      );
    }
    if (amount === 0n) return;
    order.locked += amount;
    wallet.change(coin, -amount, amount, this.#note(order, cause, order.id));
  }

  #execute(order: VenueOrder): void {
    const { matching } = order.instrument;
    const units = this.units(order.instrument);
    // A market buyer spends what the order bound at most, whatever self-trade prevention leaves of the book.
    const spends = order.kind === "market" && order.side === "bid";
    const bound = spends ? (tick: number): number => units.affordable(order.locked, tick) : undefined;
    matching.execute(order, this.#desk.nowMs, bound);
    const prevented = this.#prevented;
    this.#prevented = [];
    for (const each of prevented) if (each.status === "open") this.#finish(each, "stp", "order-cancel");
    if (order.status !== "open") return;
    const spent = order.locked === 0n || matching.wouldTake(order.side, order.tick);
    if (order.budget !== undefined && order.filledLots > 0 && spent) {
      // Nothing but the budget ended it: what is left, if anything, buys no further lot.
      this.#finish(order, "filled", "order-rest");
    } else if (order.kind === "market" || order.timeInForce === "ioc" || order.timeInForce === "fok") {
      this.#finish(order, "ioc", "order-rest");
    } else matching.rest(order);
  }

  /** Frees what is still bound and ends the order. */
  #finish(order: VenueOrder, reason: FinishReason, cause: LedgerCause): void {
    const { locked } = order;
    if (locked !== 0n) {
      order.locked = 0n;
      this.#wallet(order.account).change(coinOf(order), locked, -locked, this.#note(order, cause, order.id));
    }
    this.#desk.finish(order, reason);
  }

  /** Moves base against quote. @param bound What a buyer's order bound for it. */
  #exchange(order: VenueOrder, base: Atoms, value: Atoms, bound: Atoms, note: ChangeNote): void {
    const { spec } = order.instrument;
    const wallet = this.#wallet(order.account);
    if (order.side === "bid") {
      order.locked -= bound;
      wallet.change(spec.quote, bound - value, -bound, note);
      wallet.change(spec.base, base, 0n, note);
    } else {
      order.locked -= base;
      wallet.change(spec.base, 0n, -base, note);
      wallet.change(spec.quote, value, 0n, note);
    }
  }

  /** The crowd is the other side of a trade. */
  #meetCrowd({ side, instrument: { spec } }: VenueOrder, base: Atoms, value: Atoms): void {
    this.house.toCrowd(spec.quote, side === "bid" ? value : -value);
    this.house.toCrowd(spec.base, side === "bid" ? -base : base);
  }

  /**
   * Takes the fee. In a market that takes it in the quote coin, a buyer who has none left pays in the coin that
   * was bought (UNCONFIRMED: how the exchange does this).
   */
  #charge(
    order: VenueOrder,
    role: "maker" | "taker",
    base: Atoms,
    value: Atoms,
    reference: string,
  ): { fee: Atoms; feeCoin: string } {
    const { spec } = order.instrument;
    const wallet = this.#wallet(order.account);
    const rate = rateOf(this.feeRate(order.account, order.instrument, role));
    let feeCoin = spec.quote;
    let fee = applyRate(value, rate);
    const inBase = this.#options.feeCoin === "received" || wallet.balance(spec.quote).available < fee;
    if (order.side === "bid" && inBase) {
      feeCoin = spec.base;
      fee = applyRate(base, rate);
    }
    if (fee === 0n) return { fee, feeCoin };
    order.fees.set(feeCoin, (order.fees.get(feeCoin) ?? 0n) + fee);
    wallet.change(feeCoin, -fee, 0n, this.#note(order, "fee", reference));
    this.house.toFees(feeCoin, fee);
    return { fee, feeCoin };
  }

  /** Fee ratio of an account on an instrument. */
  feeRate(account: Account, { spec }: MarketInstrument, role: "maker" | "taker"): number {
    const own = account.fees.get(spec.exchange);
    if (own !== undefined) return own[role];
    return role === "maker" ? spec.makerFee : spec.takerFee;
  }

  #wallet(account: Account): Wallet {
    return account.wallets.get(this.#options.exchange)!;
  }

  #note(order: VenueOrder, cause: LedgerCause, reference: string): ChangeNote {
    return { cause, reference, symbol: order.instrument.spec.exchangeSymbol };
  }
}

/** The coin that an order binds. */
function coinOf({ side, instrument }: VenueOrder): string {
  return side === "bid" ? instrument.spec.quote : instrument.spec.base;
}
