/**
 * Takes positions over that lost their margin, and closes those of a delisted contract.
 * @module
 */
import type { Atoms } from "../accounts/atoms.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { Liquidation } from "../trading/futures_contract.ts";
import type { OrderKeeper, VenueOrder } from "../trading/venue_order.ts";
import type { FuturesPosition } from "./futures_position.ts";
import type { FuturesRegister } from "./futures_register.ts";
import type { FuturesSettlement } from "./futures_settlement.ts";
import { takeoverTick } from "./margin_rules.ts";
import { markTick } from "./mark_price.ts";
import type { Portfolio } from "./portfolio.ts";
import { liquidationPriceOf } from "./position_view.ts";

/** Public liquidations that are kept. */
const keptPublic = 1000;

/** What a takeover is about. */
interface Takeover {
  readonly tick: number;
  /** What the position loses in all when it is liquidated. */
  readonly forfeit?: Atoms;
  /** `text` of the order, from its id. */
  readonly text: (id: string) => string;
}

/**
 * Forced ends of positions. The house takes a position over at its bankruptcy price, as a trade that is not from
 * the book; what is left of the margin goes to the insurance fund. The house bears what the position costs it from
 * then on. UNCONFIRMED: Gate.io liquidates large positions in steps, tier by tier; here all of it goes at once.
 */
export class Liquidator {
  readonly #register: FuturesRegister;
  readonly #settlement: FuturesSettlement;
  readonly #keeper: OrderKeeper;
  #public: Liquidation[] = [];

  /** @param keeper Owner of the orders by which positions are taken over. */
  constructor(register: FuturesRegister, settlement: FuturesSettlement, keeper: OrderKeeper) {
    this.#register = register;
    this.#settlement = settlement;
    this.#keeper = keeper;
  }

  /** Liquidations of everybody that are kept, latest last. */
  get public(): readonly Liquidation[] {
    return this.#public;
  }

  /** Liquidates what must be. */
  check(portfolio: Portfolio): void {
    for (const position of portfolio.open) {
      if (position.isCross || position.size === 0 || !portfolio.isIsolatedLost(position)) continue;
      this.#cancelOrders(portfolio, position.instrument);
      const { entryValue, margin, size, units } = position;
      this.#liquidate(portfolio, position, takeoverTick(entryValue, margin, size, units.tickLot), margin);
    }
    if (portfolio.isCrossLost()) this.#liquidateCross(portfolio);
  }

  /** Ends the orders and positions of a delisted contract: the positions at mark price, without fee. */
  delist(portfolio: Portfolio, instrument: MarketInstrument): void {
    const holding = portfolio.holding(instrument);
    for (const order of [...holding.orders]) this.#register.cancel(order, "delisted");
    const tick = markTick(instrument);
    for (const position of holding.positions) {
      if (position.size === 0) continue;
      // UNCONFIRMED: the `text` that Gate.io gives to such orders.
      this.#takeOver(position, { tick, text: () => "delisting" });
    }
  }

  /** All cross positions, the worst first. What the account has left for them is lost in shares of their needs. */
  #liquidateCross(portfolio: Portfolio): void {
    for (const instrument of portfolio.holdings.keys()) this.#cancelOrders(portfolio, instrument);
    const { crossBalance, cross } = portfolio;
    const lost = portfolio.open.filter(({ isCross }) => isCross)
      .map((position) => ({
        position,
        unrealised: portfolio.unrealised(position),
        share: crossBalance > 0n ? crossBalance * portfolio.maintenance(position) / cross.maintenance : 0n,
      }))
      .sort((a, b) => a.unrealised < b.unrealised ? -1 : a.unrealised > b.unrealised ? 1 : 0);
    for (const { position, unrealised, share } of lost) {
      const { instrument, size, units } = position;
      const value = position.valueAt(markTick(instrument));
      const tick = takeoverTick(value, share, size, units.tickLot);
      this.#liquidate(portfolio, position, tick, share - unrealised);
    }
  }

  #cancelOrders(portfolio: Portfolio, instrument: MarketInstrument): void {
    for (const order of [...portfolio.holding(instrument).orders]) {
      this.#register.cancel(order, "liquidated");
    }
  }

  #liquidate(portfolio: Portfolio, position: FuturesPosition, tick: number, forfeit: Atoms): void {
    const { account, instrument, size, leverage, margin, entryPrice } = position;
    const before = {
      account,
      instrument,
      size,
      leverage,
      margin,
      entryPrice,
      liquidationPrice: liquidationPriceOf(portfolio, position),
      markPrice: instrument.spec.tick.value(markTick(instrument)),
    };
    const order = this.#takeOver(position, { tick, forfeit, text: (id) => `liq-${id}` });
    const liquidation = { ...before, order, fillTick: tick, timeMs: this.#register.desk.nowMs };
    portfolio.addLiquidation(liquidation);
    this.#public.push(liquidation);
    if (this.#public.length >= 2 * keptPublic) this.#public = this.#public.slice(-keptPublic);
    this.#register.events.tell(account.uid, (listener) => listener.onLiquidation?.(liquidation));
  }

  /** Books an order of the whole position that the house fills. */
  #takeOver(position: FuturesPosition, { tick, forfeit, text }: Takeover): VenueOrder {
    const { account, instrument, size } = position;
    const { desk } = this.#register;
    const lots = Math.abs(size);
    const order = desk.issue(account, {
      instrument,
      side: size > 0 ? "sell" : "buy",
      kind: "limit",
      timeInForce: "ioc",
      tick,
      lots,
      clientId: "",
      reduceOnly: true,
    }, this.#keeper);
    order.attributes = { text: text(order.id), isLiquidation: forfeit !== undefined };
    desk.open(order);
    const timeMs = desk.nowMs;
    const tradeId = instrument.internalTrade(order.orderSide, tick, lots, timeMs);
    order.openLots = 0;
    this.#register.touched.add(instrument);
    this.#settlement.book(order, {
      tradeId,
      tick,
      lots,
      role: "taker",
      timeMs,
      withCrowd: true,
      selfTrade: false,
      isFree: true,
      forfeit,
    });
    return order;
  }
}
