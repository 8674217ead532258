/**
 * Books trades: profit, fee, position, margin.
 * @module
 */
import { applyRate, type Atoms, rateOf } from "../accounts/atoms.ts";
import type { Execution } from "../matching/match_order.ts";
import type { VenueOrder } from "../trading/venue_order.ts";
import type { FuturesPosition } from "./futures_position.ts";
import { feeRate, type FuturesRegister, note, textOf } from "./futures_register.ts";
import { initialMargin } from "./margin_rules.ts";
import type { Portfolio } from "./portfolio.ts";

/** A trade of one order. */
export interface OrderTrade {
  readonly tradeId: number;
  readonly tick: number;
  readonly lots: number;
  readonly role: "maker" | "taker";
  /** Epoch milliseconds. */
  readonly timeMs: number;
  /** Whether the crowd is the other side. */
  readonly withCrowd: boolean;
  readonly selfTrade: boolean;
  /** Whether no fee is taken. */
  readonly isFree?: boolean;
  /** When the whole position is liquidated: what it loses in all, the rest of it to the insurance fund. */
  readonly forfeit?: Atoms | undefined;
}

/** A trade on its way into the books. */
interface Booking {
  readonly portfolio: Portfolio;
  readonly position: FuturesPosition;
  readonly order: VenueOrder;
  readonly trade: OrderTrade;
  readonly fee: Atoms;
  /** Lots that reduce the position, and lots that open or extend it. */
  readonly closing: number;
  readonly opening: number;
}

/** Books the trades of orders. Calls come in the middle of matching: nothing here touches the book. */
export class FuturesSettlement {
  readonly #register: FuturesRegister;

  constructor(register: FuturesRegister) {
    this.#register = register;
  }

  /** Books an execution of an order. */
  settle(order: VenueOrder, { taker, maker, tradeId, tick, lots, timeMs }: Execution): void {
    const role = order === taker ? "taker" : "maker";
    const other = (role === "taker" ? maker : taker) as VenueOrder | undefined;
    const selfTrade = other?.account === order.account;
    this.book(order, { tradeId, tick, lots, role, timeMs, withCrowd: other === undefined, selfTrade });
  }

  /** Books a trade; the order's open lots are the rest already. */
  book(order: VenueOrder, trade: OrderTrade): void {
    const { lots, tick, role } = trade;
    const { account, instrument } = order;
    const portfolio = this.#register.portfolio(account);
    const holding = portfolio.holding(instrument);
    const position = holding.target(order, portfolio.mode);
    const value = holding.units.value(tick, lots);
    const fee = trade.isFree ? 0n : applyRate(value, rateOf(feeRate(account, instrument, role)));
    const closes = order.orderSide === "buy" ? position.size < 0 : position.size > 0;
    const closing = closes ? Math.min(lots, position.lots) : 0;
    order.filledLots += lots;
    order.filledValue += value;
    order.lastRole = role;
    order.lastFillLots = lots;
    const booking = { portfolio, position, order, trade, fee, closing, opening: lots - closing };
    const margin = this.#freeMargin(booking);
    const pnl = this.#takeOff(booking);
    this.#pay(booking);
    this.#putOn(booking, margin);
    this.#register.dirty.add(holding);
    this.#register.desk.fill({
      tradeId: trade.tradeId,
      order,
      role,
      tick,
      lots,
      value,
      fee,
      feeCoin: portfolio.coin,
      timeMs: trade.timeMs,
      selfTrade: trade.selfTrade,
      closedLots: closing,
      pnl,
    });
    // What a reduce-only order was cut by is left over.
    if (order.openLots > 0) this.#register.desk.update(order);
    else this.#register.finish(order, order.leftLots > 0 ? "reduce_only" : "filled", "order-rest");
    this.#register.tellPosition(portfolio, position);
  }

  /** Frees what the order bound for margin and fee of what opens. Returns the margin. */
  #freeMargin({ order, position, trade, fee, opening }: Booking): Atoms {
    if (opening === 0) return 0n;
    const value = position.units.value(trade.tick, opening);
    const margin = initialMargin(value, position.usedLeverage);
    const needed = margin + fee;
    const freed = needed < order.locked ? needed : order.locked;
    if (freed > 0n) this.#register.bind(order, -freed, "trade", String(trade.tradeId));
    return margin;
  }

  /** Reduces the position. Returns the profit. */
  #takeOff(booking: Booking): Atoms {
    const { portfolio, position, order, trade, closing } = booking;
    if (closing === 0) return 0n;
    const side = position.size > 0 ? "long" : "short";
    const { house } = this.#register;
    const pnl = position.reduce(closing, position.units.value(trade.tick, closing));
    order.pnl += pnl;
    position.realise("pnl", pnl);
    position.realise("fee", -this.#closingFee(booking));
    const cause = trade.forfeit === undefined ? "pnl" : "liquidation";
    portfolio.realise("pnl", pnl, note(order.instrument, cause, String(trade.tradeId)));
    house.toCrowd(portfolio.coin, -pnl);
    const left = trade.forfeit === undefined ? 0n : trade.forfeit + pnl;
    if (left !== 0n) {
      position.realise("pnl", -left);
      portfolio.realise("pnl", -left, note(order.instrument, "liquidation", order.id));
      house.toInsurance(portfolio.coin, left);
    }
    if (position.size === 0) this.#register.close(portfolio, position, side, textOf(order));
    return pnl;
  }

  #pay({ portfolio, order, trade, fee }: Booking): void {
    const { coin } = portfolio;
    const { house } = this.#register;
    order.fees.set(coin, (order.fees.get(coin) ?? 0n) + fee);
    portfolio.realise("fee", -fee, note(order.instrument, "fee", String(trade.tradeId)));
    if (fee !== 0n) house.toFees(coin, fee);
    const sign = order.orderSide === "buy" ? -1 : 1;
    if (trade.withCrowd) house.take(order.instrument, sign * trade.lots);
  }

  /** Opens or extends the position; sets its margin aside as far as there is cash for it. */
  #putOn(booking: Booking, margin: Atoms): void {
    const { portfolio, position, order, trade, fee, opening } = booking;
    if (opening === 0) return;
    const sign = order.orderSide === "buy" ? 1 : -1;
    position.add(sign * opening, position.units.value(trade.tick, opening), trade.timeMs);
    position.realise("fee", this.#closingFee(booking) - fee);
    if (position.isCross) return;
    const { freeCash } = portfolio;
    if (freeCash > 0n) position.margin += margin < freeCash ? margin : freeCash;
  }

  /** Share of the fee that the closed lots bear. */
  #closingFee({ fee, closing, trade }: Booking): Atoms {
    return fee * BigInt(closing) / BigInt(trade.lots);
  }
}
