/**
 * What open orders bind, and which of them must give way when positions change.
 * @module
 */
import { type Atoms, formatAtoms } from "../accounts/atoms.ts";
import { Refusal } from "../trading/refusal.ts";
import type { OrderSide, VenueOrder } from "../trading/venue_order.ts";
import { contractTerms } from "./contract_terms.ts";
import { feeRate, type FuturesRegister, note } from "./futures_register.ts";
import type { Holding, OpeningPart } from "./holding.ts";
import { markTick } from "./mark_price.ts";

/**
 * The price in ticks at which margin for an order is reckoned: never less than it can cost, unless self-trade
 * prevention makes a market order go on to worse levels.
 */
function marginTick({ instrument, kind, side, tick, openLots }: VenueOrder): number {
  const { matching, book } = instrument;
  if (side === "ask") return matching.wouldTake(side, tick) ? Math.max(tick, book.bids.tickAt(0)) : tick;
  if (kind === "limit") return tick;
  return matching.preview(side, tick, openLots).at(-1)?.tick ?? markTick(instrument);
}

/** Keeps what orders bind in step with positions, and reduce-only orders within them. */
export class OrderReserve {
  readonly #register: FuturesRegister;

  constructor(register: FuturesRegister) {
    this.#register = register;
  }

  /**
   * Checks whether the account can afford an order beside the others. Returns the margin that it needs.
   *
   * @param order One that is not open yet, or that was changed.
   * @throws {Refusal} insufficient-balance, risk-limit-exceeded, delisting.
   */
  check(holding: Holding, order: VenueOrder): Atoms {
    const portfolio = this.#register.portfolio(holding.account);
    const parts = holding.openingParts(portfolio.mode, order);
    let more = 0n;
    let own = 0n;
    for (const part of parts) {
      const need = this.#need(holding, part);
      more += need - part.order.locked;
      if (part.order !== order) continue;
      own = need;
      if (part.lots > 0) this.#checkOpening(holding, part, parts);
    }
    if (more <= 0n) return own;
    const { available } = portfolio;
    if (more <= available) return own;
    throw new Refusal(
      "insufficient-balance",
      `${formatAtoms(more)} more margin is needed, and ${formatAtoms(available)} are available`,
    );
  }

  /** How much more all orders of a contract need than they bind; negative when they need less. */
  shortfall(holding: Holding): Atoms {
    const { mode } = this.#register.portfolio(holding.account);
    return holding.openingParts(mode).reduce(
      (sum, part) => sum + this.#need(holding, part) - part.order.locked,
      0n,
    );
  }

  /** Lots that reduce-only orders of this side may have open together. */
  room(holding: Holding, orderSide: OrderSide): number {
    const { mode } = this.#register.portfolio(holding.account);
    return holding.reducible({ orderSide, reduceOnly: true }, mode);
  }

  /** Cancels the oldest reduce-only orders until a new one has room beside the rest. */
  shed(holding: Holding, order: VenueOrder): void {
    const rivals = reduceOnly(holding, order.orderSide);
    let lots = rivals.reduce((sum, { openLots }) => sum + openLots, order.openLots);
    const room = this.room(holding, order.orderSide);
    for (const rival of rivals) {
      if (lots <= room) return;
      lots -= rival.openLots;
      this.#register.cancel(rival, "reduce_out");
    }
  }

  /** After a change of positions: binds what orders need now, covers what is missing. */
  tidy(holding: Holding): void {
    this.trim(holding);
    this.relock(holding);
    this.#cover(holding);
  }

  /** Binds what every order needs now; one for which nothing is left, or that may not open, is cancelled. */
  relock(holding: Holding): void {
    const portfolio = this.#register.portfolio(holding.account);
    const { reduceOnly } = holding.instrument.listing;
    const growing: OpeningPart[] = [];
    for (const part of holding.openingParts(portfolio.mode)) {
      if (reduceOnly && part.lots > 0) {
        this.#register.cancel(part.order, "delisted");
        continue;
      }
      const more = this.#need(holding, part) - part.order.locked;
      if (more > 0n) growing.push(part);
      else this.#register.bind(part.order, more, "order-rest");
    }
    for (const part of growing) {
      const more = this.#need(holding, part) - part.order.locked;
      // UNCONFIRMED: the word for orders that lost their margin; the list of Gate.io has none that is certain.
      if (more > portfolio.available) this.#register.cancel(part.order, "cancelled");
      else this.#register.bind(part.order, more, "order-amend");
    }
  }

  #need(holding: Holding, part: OpeningPart): Atoms {
    const { mode } = this.#register.portfolio(holding.account);
    const fee = feeRate(holding.account, holding.instrument, "taker");
    return part.lots === 0 ? 0n : holding.orderMargin(part, mode, marginTick(part.order), fee);
  }

  /**
   * Position and opening orders of one direction, at mark price, are within the risk limit. In delisting nothing
   * opens.
   */
  #checkOpening(holding: Holding, { order }: OpeningPart, parts: readonly OpeningPart[]): void {
    if (holding.instrument.listing.reduceOnly) {
      throw new Refusal("delisting", "The contract is being delisted: positions can only be reduced");
    }
    const { mode } = this.#register.portfolio(holding.account);
    const position = holding.target(order, mode);
    const sign = order.orderSide === "buy" ? 1 : -1;
    const held = Math.max(0, sign * position.size);
    const lots = parts.filter((part) => part.order.orderSide === order.orderSide)
      .reduce((sum, part) => sum + part.lots, held);
    const value = holding.units.value(markTick(holding.instrument), lots);
    if (value > position.riskLimit) {
      throw new Refusal(
        "risk-limit-exceeded",
        `A position of ${formatAtoms(value)} is over the risk limit ${formatAtoms(position.riskLimit)}`,
      );
    }
  }

  /**
   * Cuts reduce-only orders to what their position is; the oldest give way. Also in the middle of matching, because
   * the next one could execute in the same sweep: orders that wait may be cut or taken out then.
   */
  trim(holding: Holding): void {
    for (const side of ["buy", "sell"] as const) this.#trimSide(holding, side);
  }

  #trimSide(holding: Holding, side: OrderSide): void {
    const orders = reduceOnly(holding, side);
    if (orders.length === 0) return;
    let room = this.room(holding, side);
    for (const order of orders.reverse()) {
      const kept = Math.min(room, order.openLots);
      room -= kept;
      if (kept === order.openLots) continue;
      if (kept === 0) {
        this.#register.cancel(order, "reduce_only");
        continue;
      }
      holding.instrument.matching.shrink(order, kept);
      this.#register.touched.add(holding.instrument);
      this.#register.desk.update(order);
    }
  }

  /**
   * Losses and fees beyond the free cash of an account without cross positions: opening orders give way, then the
   * margin of the positions in this contract pays, then the insurance fund. UNCONFIRMED: Gate.io states no order.
   */
  #cover(holding: Holding): void {
    const portfolio = this.#register.portfolio(holding.account);
    if (portfolio.freeCash >= 0n || portfolio.open.some(({ isCross }) => isCross)) return;
    const bound = [...portfolio.holdings.values()].flatMap(({ orders }) => [...orders])
      .filter(({ locked }) => locked > 0n)
      .sort((a, b) => b.sequence - a.sequence);
    for (const order of bound) {
      if (portfolio.freeCash >= 0n) return;
      this.#register.cancel(order, "cancelled");
    }
    for (const position of holding.positions) {
      const missing = -portfolio.freeCash;
      if (missing <= 0n) return;
      position.margin -= missing < position.margin ? missing : position.margin;
    }
    const missing = -portfolio.freeCash;
    if (missing <= 0n) return;
    portfolio.realise("pnl", missing, note(holding.instrument, "liquidation", ""));
    this.#register.house.toInsurance(portfolio.coin, -missing);
  }
}

/** Open reduce-only orders of one side, oldest first. */
function reduceOnly(holding: Holding, side: OrderSide): VenueOrder[] {
  return [...holding.orders].filter((order) => order.reduceOnly && order.orderSide === side);
}

/** Checks that no more orders are open than a contract allows. @throws {Refusal} too-many-orders. */
export function checkOrderCount(holding: Holding): void {
  const { ordersLimit } = contractTerms(holding.instrument);
  if (holding.orders.size >= ordersLimit) {
    throw new Refusal("too-many-orders", `${ordersLimit} orders are open in the contract already`);
  }
}
