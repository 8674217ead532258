/**
 * What a pair of trades brings, worked out exactly from the levels of two books: the truth for the edge.
 * @module
 */
import type { Instrument } from "../../src/core/instrument.ts";
import type { EdgeLimits } from "../../src/arbitrage/edge.ts";
import type { Level } from "./books.ts";
import { Exact } from "./exact.ts";

/** A pair of trades in exact numbers. */
export interface ExactTrade {
  readonly sold: Exact;
  readonly bought: Exact;
  readonly cost: Exact;
  readonly proceeds: Exact;
  /** Money after the trades minus money before them, all fees paid. */
  readonly profit: Exact;
  /** Prices of the last units. */
  readonly lastAsk: Exact;
  readonly lastBid: Exact;
}

/** Two markets: buy from the asks of one, sell to the bids of the other; best levels first. */
export interface ExactMarkets {
  readonly buy: Instrument;
  readonly sell: Instrument;
  /** Whether the fee of the bought coin is kept back from the coins that arrive. */
  readonly feeInCoin: boolean;
  readonly asks: readonly Level[];
  readonly bids: readonly Level[];
}

const tenThousand = Exact.of(10_000);

/** Takes a quantity from levels, or undefined when they hold less. */
function take(
  levels: readonly Level[],
  unit: Exact,
  quantity: Exact,
): { value: Exact; last: Exact } | undefined {
  let left = quantity, value = Exact.zero;
  for (const [price, size] of levels) {
    const held = Exact.of(size).times(unit), last = Exact.of(price);
    if (held.compare(left) >= 0) return { value: value.plus(left.times(last)), last };
    value = value.plus(held.times(last));
    left = left.minus(held);
  }
  return undefined;
}

function lotOf({ lot, contractSize }: Instrument): Exact {
  return Exact.of(lot.size).times(Exact.of(contractSize.size));
}

/** Smallest quantity on the lots of both sides. */
export function commonLot(buy: Instrument, sell: Instrument): Exact {
  const lot = lotOf(buy);
  let step = lot;
  while (!step.isMultipleOf(lotOf(sell))) step = step.plus(lot);
  return step;
}

/** Sells exactly this much and buys what is needed for it, or undefined when the books do not hold it. */
export function tradeOf(markets: ExactMarkets, sold: Exact): ExactTrade | undefined {
  const { buy, sell, feeInCoin, asks, bids } = markets;
  const buyFee = Exact.of(buy.takerFee);
  const bought = feeInCoin ? sold.over(Exact.one.minus(buyFee)).ceilTo(lotOf(buy)) : sold;
  const cost = take(asks, Exact.of(buy.contractSize.size), bought);
  const proceeds = take(bids, Exact.of(sell.contractSize.size), sold);
  // The last unit that is needed, without what is bought only because of the lot.
  const needed = feeInCoin ? sold.over(Exact.one.minus(buyFee)) : sold;
  const lastAsk = take(asks, Exact.of(buy.contractSize.size), needed)?.last;
  if (cost === undefined || proceeds === undefined || lastAsk === undefined) return undefined;
  const money = proceeds.value.times(Exact.one.minus(Exact.of(sell.takerFee)))
    .minus(feeInCoin ? cost.value : cost.value.times(Exact.one.plus(buyFee)));
  return {
    sold,
    bought,
    cost: cost.value,
    proceeds: proceeds.value,
    profit: money,
    lastAsk,
    lastBid: proceeds.last,
  };
}

/** Whether a pair of trades is within the limits and both venues would take it. */
export function isAllowed(markets: ExactMarkets, trade: ExactTrade, limits: EdgeLimits): boolean {
  const { buy, sell } = markets;
  const least = Exact.of(limits.minEdgeBps).over(tenThousand);
  return trade.cost.compare(Exact.of(limits.maxNotional)) <= 0 &&
    marginalEdge(markets, trade).compare(least) > 0 &&
    trade.profit.over(trade.cost).compare(least) >= 0 &&
    [buy, sell].every(({ minQuantity, minNotional, contractSize }) =>
      trade.sold.compare(Exact.of(minQuantity).times(Exact.of(contractSize.size))) >= 0 &&
      trade.cost.compare(Exact.of(minNotional)) >= 0 && trade.proceeds.compare(Exact.of(minNotional)) >= 0
    );
}

/** What the last unit brings over what it costs, fees included, as a ratio of its cost. */
export function marginalEdge({ buy, sell, feeInCoin }: ExactMarkets, trade: ExactTrade): Exact {
  const buyFee = Exact.of(buy.takerFee);
  const cost = feeInCoin
    ? trade.lastAsk.over(Exact.one.minus(buyFee))
    : trade.lastAsk.times(Exact.one.plus(buyFee));
  return trade.lastBid.times(Exact.one.minus(Exact.of(sell.takerFee))).over(cost).minus(Exact.one);
}
