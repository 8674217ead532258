/**
 * Which instruments can be traded against each other.
 * @module
 */
import { DecimalStep } from "../core/decimal_step.ts";
import { exchangeByKey } from "../core/exchange.ts";
import type { Instrument, InstrumentTable } from "../core/instrument.ts";

/** Relative slack for a quantity that is whole steps but for rounding of doubles. */
export const roundingSlack = 1e-12;

/** One direction of a pair: buy here, sell there. Everything that does not change is worked out once. */
export interface Route {
  /** Index in the universe: 0, 1, 2, … */
  readonly id: number;
  readonly buy: Instrument;
  readonly sell: Instrument;
  /** Index of the same pair in the other direction. */
  readonly reverse: number;
  /** Quote that one base unit at price 1 costs, fee included. */
  readonly costFactor: number;
  /** Quote that one base unit at price 1 brings, fee taken off. */
  readonly proceedsFactor: number;
  /** Base units to buy so that one is left: above 1 where the fee is taken in the bought coin. */
  readonly grossFactor: number;
  /** Sizes of the selling trade are whole steps of this: on the lots of both sides. */
  readonly quantityStep: DecimalStep;
  /** Lot of the buying side in base units. */
  readonly buyLot: DecimalStep;
  /** Lot of the selling side in base units. */
  readonly sellLot: DecimalStep;
  /** Smallest base quantity that both venues take, in whole steps. */
  readonly minQuantity: number;
  /** Smallest order value in quote that both venues take. */
  readonly minNotional: number;
}

/** All routes of a set of instruments. */
export interface RouteUniverse {
  readonly routes: readonly Route[];
  /** The routes that an instrument is part of, by its id. */
  readonly byInstrument: readonly (readonly Route[])[];
}

/**
 * Pairs every two tradable instruments on different venues with the same base and quote coin, in both
 * directions, where at least one of them is spot.
 */
export function buildRoutes(instruments: InstrumentTable): RouteUniverse {
  const routes: Route[] = [];
  const byInstrument: Route[][] = instruments.all.map(() => []);
  for (const a of instruments.all) {
    for (const b of instruments.all.slice(a.id + 1)) {
      if (!matches(a, b)) continue;
      const first = routes.length;
      const pair = [makeRoute(first, a, b, first + 1), makeRoute(first + 1, b, a, first)];
      routes.push(...pair);
      byInstrument[a.id]!.push(...pair);
      byInstrument[b.id]!.push(...pair);
    }
  }
  return { routes, byInstrument };
}

function matches(a: Instrument, b: Instrument): boolean {
  return a.exchange !== b.exchange && a.base === b.base && a.quote === b.quote && a.tradable && b.tradable &&
    (a.market === "spot" || b.market === "spot");
}

function makeRoute(id: number, buy: Instrument, sell: Instrument, reverse: number): Route {
  const feeInBase = exchangeByKey(buy.exchange).buyFeeCoin === "base";
  const grossFactor = feeInBase ? 1 / (1 - buy.takerFee) : 1;
  const buyLot = buy.lot.times(buy.contractSize);
  const sellLot = sell.lot.times(sell.contractSize);
  const quantityStep = buyLot.common(sellLot);
  const minQuantity = Math.max(buy.minQuantity * buy.baseFactor, sell.minQuantity * sell.baseFactor);
  return {
    id,
    buy,
    sell,
    reverse,
    costFactor: feeInBase ? grossFactor : 1 + buy.takerFee,
    proceedsFactor: 1 - sell.takerFee,
    grossFactor,
    quantityStep,
    buyLot,
    sellLot,
    // 3 contracts of 0.1 are 0.30000000000000004 in doubles; in steps they are the 0.3 that a plan has.
    minQuantity: quantityStep.value(quantityStep.ceil(minQuantity * (1 - roundingSlack))),
    minNotional: Math.max(buy.minNotional, sell.minNotional),
  };
}
