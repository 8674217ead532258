/**
 * What the parts of the futures engine share: accounts, house, orders, and what is left to do after matching.
 * @module
 */
import type { Account } from "../accounts/account.ts";
import type { Atoms } from "../accounts/atoms.ts";
import type { LedgerCause } from "../accounts/ledger.ts";
import type { ChangeNote } from "../accounts/wallet.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { FuturesListener, PositionKey } from "../trading/futures_contract.ts";
import type { OrderDesk } from "../trading/order_desk.ts";
import { Refusal } from "../trading/refusal.ts";
import type { TradingEvents } from "../trading/trading_events.ts";
import type { FinishReason, VenueOrder } from "../trading/venue_order.ts";
import { FuturesHouse } from "./futures_house.ts";
import type { FuturesPosition } from "./futures_position.ts";
import type { Holding } from "./holding.ts";
import { Portfolio } from "./portfolio.ts";
import { positionView } from "./position_view.ts";

/** The coin in which everything is settled. */
export const settlementCoin = "USDT";

/** Accounts, house and orders of the futures market. */
export class FuturesRegister {
  readonly house = new FuturesHouse();
  /** What an account has in a contract whose orders and margins must be looked at when matching is over. */
  readonly dirty = new Set<Holding>();
  /** Accounts whose margins must be looked at. */
  readonly suspects = new Set<Portfolio>();
  /** Contracts whose books were changed since they were committed. */
  readonly touched = new Set<MarketInstrument>();
  readonly #portfolios = new Map<string, Portfolio>();
  readonly #holders = new Map<MarketInstrument, Set<Portfolio>>();

  constructor(readonly events: TradingEvents<FuturesListener>, readonly desk: OrderDesk<FuturesListener>) {}

  /** All accounts that were ever asked for. */
  get portfolios(): Iterable<Portfolio> {
    return this.#portfolios.values();
  }

  /** Everything of an account. */
  portfolio(account: Account): Portfolio {
    let portfolio = this.#portfolios.get(account.uid);
    if (portfolio === undefined) {
      portfolio = new Portfolio(account, settlementCoin, feeRate);
      this.#portfolios.set(account.uid, portfolio);
    }
    return portfolio;
  }

  /** Accounts that hold a contract. */
  holders(instrument: MarketInstrument): ReadonlySet<Portfolio> {
    let holders = this.#holders.get(instrument);
    if (holders === undefined) {
      holders = new Set();
      this.#holders.set(instrument, holders);
    }
    return holders;
  }

  /** A position. @throws {Refusal} position-mode when the account does not have such positions. */
  position({ account, instrument, slot }: PositionKey): FuturesPosition {
    const portfolio = this.portfolio(account);
    if ((slot === "single") !== (portfolio.mode === "single")) {
      throw new Refusal("position-mode", `The account has positions in ${portfolio.mode} mode`);
    }
    return portfolio.holding(instrument).position(slot);
  }

  /** Binds an amount of cash more for an order, or frees a negative one. */
  bind(order: VenueOrder, amount: Atoms, cause: LedgerCause, reference = order.id): void {
    if (amount === 0n) return;
    order.locked += amount;
    const { wallet, coin } = this.portfolio(order.account);
    wallet.change(coin, -amount, amount, note(order.instrument, cause, reference));
  }

  /** Frees what an order binds and ends it. It must be out of the book. */
  finish(order: VenueOrder, reason: FinishReason, cause: LedgerCause): void {
    this.bind(order, -order.locked, cause);
    const holding = this.portfolio(order.account).holding(order.instrument);
    holding.orders.delete(order);
    this.dirty.add(holding);
    this.desk.finish(order, reason);
  }

  /** Takes an open order out of the book and ends it. */
  cancel(order: VenueOrder, reason: FinishReason): void {
    order.instrument.matching.withdraw(order);
    this.touched.add(order.instrument);
    this.finish(order, reason, "order-cancel");
  }

  /** Notes and tells that a position changed. */
  tellPosition(portfolio: Portfolio, position: FuturesPosition): void {
    position.touch(this.desk.nowMs);
    const { instrument, account } = position;
    const holders = this.holders(instrument) as Set<Portfolio>;
    const holds = portfolio.holding(instrument).positions.some(({ size }) => size !== 0);
    if (holds) holders.add(portfolio);
    else holders.delete(portfolio);
    this.suspects.add(portfolio);
    this.events.tell(account.uid, (listener) => listener.onPosition?.(positionView(portfolio, position)));
  }

  /** Keeps and tells the end of a position. @param text `text` of the order that closed it. */
  close(portfolio: Portfolio, position: FuturesPosition, side: "long" | "short", text: string): void {
    const close = position.end(side, text, this.desk.nowMs);
    portfolio.addClose(close);
    this.events.tell(close.account.uid, (listener) => listener.onPositionClose?.(close));
  }
}

/** Fee ratio of an account on a contract; negative for a rebate. */
export function feeRate(
  account: Account,
  { spec }: MarketInstrument,
  role: "maker" | "taker",
): number {
  const own = account.fees.get(spec.exchange);
  if (own !== undefined) return own[role];
  return role === "maker" ? spec.makerFee : spec.takerFee;
}

/** What a change of a balance is for. */
export function note(instrument: MarketInstrument, cause: LedgerCause, reference: string): ChangeNote {
  return { cause, reference, symbol: instrument.spec.exchangeSymbol };
}

/** `text` of an order as its user knows it. */
export function textOf({ attributes, clientId }: VenueOrder): string {
  const { text } = attributes;
  return typeof text === "string" ? text : clientId;
}
