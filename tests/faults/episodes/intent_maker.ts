/**
 * Intents at random: either direction, any size, caps that are met or not.
 * @module
 */
import type { LegPlan, TradeIntent } from "../../../src/arbitrage/trade_intent.ts";
import type { Route } from "../../../src/arbitrage/route.ts";
import type { Instrument } from "../../../src/core/instrument.ts";
import type { Side } from "../../../src/core/order.ts";
import type { SeededRandom } from "../../../src/core/random.ts";
import { baseQuantity, quoteAmount } from "../../../src/core/units.ts";
import type { OrderBook } from "../../../src/market/order_book.ts";
import { between, chance, logBetween, pick } from "./drawing.ts";

/** What an {@link IntentMaker} takes. */
export interface IntentMakerOptions {
  readonly random: SeededRandom;
  readonly routes: readonly Route[];
  /** Largest value in quote. */
  readonly maxNotional: number;
}

/** What intents are made from at one moment. */
export interface MakerView {
  readonly epochMs: number;
  book(instrument: Instrument): OrderBook;
  /** Signed base units of a contract's position as the engine has it. */
  position(instrument: Instrument): number;
}

const smallest = 4;

/** Makes intents; each has an opportunity number of its own. */
export class IntentMaker {
  #opportunity = 0;

  constructor(private readonly options: IntentMakerOptions) {}

  /** An intent, or undefined when the one that was drawn makes no sense now. */
  next(view: MakerView): TradeIntent | undefined {
    const { random, routes, maxNotional } = this.options;
    const route = pick(random, routes);
    const wanted = logBetween(random, Math.min(smallest, maxNotional), maxNotional);
    const ask = view.book(route.buy).asks.bestPrice;
    const bid = view.book(route.sell).bids.bestPrice;
    if (!(ask > 0 && bid > 0)) return undefined;
    const closable = closableOn(route, view);
    const isExit = closable > 0 && chance(random, 0.7);
    const least = Math.max(route.minQuantity, route.minNotional / Math.min(ask, bid) * 1.02);
    const size = Math.max(wanted / ask, least);
    const steps = route.quantityStep.nearest(isExit ? Math.min(size, closable) : size);
    const quantity = route.quantityStep.value(steps);
    if (quantity < least || (isExit && quantity > closable * (1 + 1e-9))) return undefined;
    return this.#intent(route, quantity, { ask, bid }, isExit, view.epochMs);
  }

  #intent(
    route: Route,
    quantity: number,
    { ask, bid }: { ask: number; bid: number },
    isExit: boolean,
    epochMs: number,
  ): TradeIntent {
    const gross = quantity * route.grossFactor;
    const buy = this.#leg(route.buy, "buy", gross, ask, isExit);
    const sell = this.#leg(route.sell, "sell", quantity, bid, isExit);
    const edge = quoteAmount((bid - ask) * quantity);
    const zero = quoteAmount(0);
    return {
      strategy: route.buy.market === route.sell.market ? "inventory" : "basis",
      purpose: isExit ? "exit" : "enter",
      opportunity: ++this.#opportunity,
      route,
      buy,
      sell,
      quantity: baseQuantity(quantity),
      expected: { edge, fees: zero, depthCost: zero, funding: zero, exit: zero, missing: zero, value: edge },
      reason: "drawn",
      seenAt: epochMs,
    };
  }

  /** A cap a little beyond the best price, or before it so that nothing is filled. */
  #leg(instrument: Instrument, side: Side, quantity: number, best: number, isExit: boolean): LegPlan {
    const { lot, tick, baseFactor, market } = instrument;
    const bps = between(this.options.random, -4, 25) * (side === "buy" ? 1 : -1);
    const cap = best * (1 + bps / 10_000);
    const lots = side === "buy"
      ? lot.ceil((quantity / baseFactor) * (1 - 1e-12))
      : lot.nearest(quantity / baseFactor);
    const base = lot.value(lots) * baseFactor;
    return {
      instrument,
      side,
      lots,
      quantity: baseQuantity(base),
      notional: quoteAmount(base * best),
      capTicks: side === "buy" ? tick.floor(cap) : tick.ceil(cap),
      reduceOnly: isExit && market === "perpetual",
    };
  }
}

/** Base units of a contract's position that this route would take off; 0 when there are none. */
function closableOn({ buy, sell }: Route, view: MakerView): number {
  if (buy.market === "perpetual") return Math.max(0, -view.position(buy));
  return sell.market === "perpetual" ? Math.max(0, view.position(sell)) : 0;
}
