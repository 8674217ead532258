/**
 * What one account has in one contract: positions and open orders.
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { applyRate, type Atoms, type InstrumentUnits, rateOf } from "../accounts/atoms.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { PositionMode, PositionSlot } from "../trading/futures_contract.ts";
import type { OrderSide, VenueOrder } from "../trading/venue_order.ts";
import { FuturesPosition } from "./futures_position.ts";
import { initialMargin } from "./margin_rules.ts";

/** The part of an order that opens or extends a position. */
export interface OpeningPart {
  readonly order: VenueOrder;
  readonly lots: number;
}

/** What an order is about, before it exists as well. */
export interface OrderIntent {
  readonly orderSide: OrderSide;
  readonly reduceOnly: boolean;
}

/** The margin of an order and what it was reckoned from. */
interface KnownMargin {
  readonly lots: number;
  readonly tick: number;
  readonly leverage: number;
  readonly margin: Atoms;
}

/** Positions and open orders of one account in one contract. */
export class Holding {
  /** Open orders, oldest first. */
  readonly orders = new Set<VenueOrder>();
  readonly #positions = new Map<PositionSlot, FuturesPosition>();
  /** Margins as they were last reckoned: most orders need what they needed before. */
  readonly #margins = new WeakMap<VenueOrder, KnownMargin>();

  constructor(
    readonly account: Account,
    readonly instrument: MarketInstrument,
    readonly units: InstrumentUnits,
  ) {}

  /** The positions that were ever asked for. */
  get positions(): FuturesPosition[] {
    return [...this.#positions.values()];
  }

  /** A position, when it was ever asked for. */
  find(slot: PositionSlot): FuturesPosition | undefined {
    return this.#positions.get(slot);
  }

  /** A position; a flat one when there was none. */
  position(slot: PositionSlot): FuturesPosition {
    let position = this.#positions.get(slot);
    if (position === undefined) {
      position = new FuturesPosition(this.account, this.instrument, this.units, slot);
      this.#positions.set(slot, position);
    }
    return position;
  }

  /** The position that an order works on: in dual mode a buyer opens the long one, or reduces the short one. */
  target({ orderSide, reduceOnly }: OrderIntent, mode: PositionMode): FuturesPosition {
    if (mode === "single") return this.position("single");
    const long = orderSide === "buy" !== reduceOnly;
    return this.position(long ? "dual_long" : "dual_short");
  }

  /** Lots that an order can take off its position, with no regard to other orders. */
  reducible(intent: OrderIntent, mode: PositionMode): number {
    if (mode === "dual" && !intent.reduceOnly) return 0;
    const { size } = this.target(intent, mode);
    return Math.max(0, intent.orderSide === "buy" ? -size : size);
  }

  /**
   * What opens of each order. Older orders come first at the position that they close; what is beyond it opens.
   * Reduce-only orders never open.
   *
   * @param also An order that is not open yet, as the youngest.
   */
  openingParts(mode: PositionMode, also?: VenueOrder): OpeningPart[] {
    const left = { buy: -1, sell: -1 };
    const orders = also === undefined || this.orders.has(also) ? this.orders : [...this.orders, also];
    const parts: OpeningPart[] = [];
    for (const order of orders) {
      const side = order.orderSide;
      if (mode === "dual") {
        parts.push({ order, lots: order.reduceOnly ? 0 : order.openLots });
        continue;
      }
      if (left[side] < 0) left[side] = this.reducible(order, mode);
      const closing = Math.min(left[side], order.openLots);
      left[side] -= closing;
      parts.push({ order, lots: order.reduceOnly ? 0 : order.openLots - closing });
    }
    return parts;
  }

  /**
   * Margin that an order binds: opening value / leverage + taker fee. UNCONFIRMED: Gate.io may also count the fee
   * of closing.
   *
   * @param tick Price at which the opening lots are valued.
   * @param fee Taker fee ratio; the same for as long as an order lives.
   */
  orderMargin({ order, lots }: OpeningPart, mode: PositionMode, tick: number, fee: number): Atoms {
    if (lots === 0) return 0n;
    const { usedLeverage: leverage } = this.target(order, mode);
    const known = this.#margins.get(order);
    if (known !== undefined && known.lots === lots && known.tick === tick && known.leverage === leverage) {
      return known.margin;
    }
    const value = this.units.value(tick, lots);
    const margin = initialMargin(value, leverage) + applyRate(value, rateOf(fee));
    this.#margins.set(order, { lots, tick, leverage, margin });
    return margin;
  }
}
