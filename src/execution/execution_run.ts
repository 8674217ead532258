/**
 * One execution: what was wanted, which orders were sent for it, and what came of it.
 * @module
 */
import type { TradeIntent } from "../arbitrage/trade_intent.ts";
import { type BaseQuantity, baseQuantity, type QuoteAmount, quoteAmount } from "../core/units.ts";
import type { TrackedOrder } from "./tracked_order.ts";

/** Moments of an execution in epoch milliseconds; NaN where they have not come. */
export interface ExecutionMoments {
  readonly seenAt: number;
  readonly decidedAt: number;
  sentAt: number;
  /** Both venues had answered. */
  acknowledgedAt: number;
  /** Both orders had ended. */
  filledAt: number;
  /** What was unmatched was hedged. */
  hedgedAt: number;
  endedAt: number;
}

/** Money and quantities of the orders of an execution. */
export interface ExecutionResult {
  /** Base units that both orders of the pair had, fees in the coin taken off. */
  readonly matched: BaseQuantity;
  /** Base units that were wanted and not had by one of both. */
  readonly missed: BaseQuantity;
  /** Base units that hedges traded. */
  readonly hedged: BaseQuantity;
  /** Signed base units that all orders together have left. */
  readonly residue: BaseQuantity;
  /** Sold minus bought minus fees in quote; what is left counts at the price that is given. */
  readonly profit: QuoteAmount;
  /** Fees that were charged, in quote; those in a coin without a price here are not in it. */
  readonly fees: QuoteAmount;
  /** What the hedges cost against the price that is given, fees included. */
  readonly hedgeCost: QuoteAmount;
}

/** A pair of orders and the hedges of what it left unmatched. */
export class ExecutionRun {
  readonly hedges: TrackedOrder[] = [];
  readonly moments: ExecutionMoments;

  /**
   * @param id Number of the execution in the journal.
   * @param buy The buying order of the pair.
   * @param sell The selling order of the pair.
   * @param decidedAt Epoch milliseconds.
   */
  constructor(
    readonly id: number,
    readonly intent: TradeIntent,
    readonly buy: TrackedOrder,
    readonly sell: TrackedOrder,
    decidedAt: number,
  ) {
    this.moments = {
      seenAt: intent.seenAt,
      decidedAt,
      sentAt: NaN,
      acknowledgedAt: NaN,
      filledAt: NaN,
      hedgedAt: NaN,
      endedAt: NaN,
    };
  }

  /** All orders in the order of their sending. */
  get orders(): readonly TrackedOrder[] {
    return [this.buy, this.sell, ...this.hedges];
  }

  /** Base units that all its orders together hold on spot against a contract; 0 for two spot venues. */
  get held(): BaseQuantity {
    let coins = 0, contracts = 0;
    for (const { request: { instrument }, filledNet } of this.orders) {
      if (instrument.market === "spot") coins += filledNet;
      else contracts += filledNet;
    }
    return baseQuantity(
      Math.sign(coins) === -Math.sign(contracts) ? Math.min(Math.abs(coins), Math.abs(contracts)) : 0,
    );
  }

  /**
   * What went wrong, in a few words: a venue has refused an order, or a leg was missing and its hedge has made it a loss.
   * Empty when nothing did: that there was less to be had than was wanted is no failure.
   *
   * @param profit Quote, all costs included.
   */
  failure(profit: number): "" | "refused" | "missing leg" {
    if (this.orders.some(({ state }) => state === "refused")) return "refused";
    // What is taken off may cost something by plan: opening it has brought more.
    const isLoss = profit < Math.min(this.intent.expected.value, 0);
    return isLoss && this.hedges.some(({ filledLots }) => filledLots > 0) ? "missing leg" : "";
  }

  /** What has come of it so far, what is left valued at a price. */
  result(price: number): ExecutionResult {
    const bought = this.buy.filledNet, sold = -this.sell.filledNet;
    const all = resultOf(this.orders, price), hedges = resultOf(this.hedges, price);
    return {
      matched: baseQuantity(Math.min(bought, sold)),
      missed: baseQuantity(Math.max(this.intent.quantity - Math.min(bought, sold), 0)),
      hedged: baseQuantity(this.hedges.reduce((sum, { filledQuantity }) => sum + filledQuantity, 0)),
      residue: baseQuantity(all.residue),
      profit: quoteAmount(all.profit),
      fees: quoteAmount(all.fees),
      hedgeCost: quoteAmount(-hedges.profit),
    };
  }
}

/**
 * Quote that orders have brought: sold minus bought minus fees; what they have left counts at a price.
 *
 * @param price Quote per base.
 */
export function profitOf(orders: readonly TrackedOrder[], price: number): QuoteAmount {
  return quoteAmount(resultOf(orders, price).profit);
}

function resultOf(
  orders: readonly TrackedOrder[],
  price: number,
): { residue: number; profit: number; fees: number } {
  let residue = 0, cash = 0, fees = 0;
  for (const { request, fills, filledNet } of orders) {
    residue += filledNet;
    const { base } = request.instrument;
    for (const { side, notional, fee, feeCoin, feeQuote } of fills) {
      // A fee in the coin is in the residue: less has arrived.
      const inQuote = feeCoin === base || Number.isNaN(feeQuote) ? 0 : feeQuote;
      cash += (side === "sell" ? notional : -notional) - inQuote;
      if (fee !== 0 && !Number.isNaN(feeQuote)) fees += feeQuote;
    }
  }
  return { residue, profit: cash + (residue === 0 ? 0 : residue * price), fees };
}
