/**
 * Trades on paper: at the prices that the books held when the decision was made.
 * @module
 */
import type { EdgePlan } from "../arbitrage/edge.ts";
import type { StrategyName } from "../arbitrage/trade_intent.ts";
import type { Fill } from "../core/fill.ts";
import type { Instrument } from "../core/instrument.ts";
import type { Execution, ExecutionAttribution } from "../core/opportunity.ts";
import type { Side } from "../core/order.ts";
import { type BaseQuantity, baseQuantity, type QuoteAmount, quoteAmount } from "../core/units.ts";
import { exchangeByKey } from "../core/exchange.ts";
import type { Ledger } from "./ledger.ts";

/** A pair of paper trades. */
export interface PaperTrade {
  readonly execution: Execution;
  /** The buy, then the sale. */
  readonly fills: readonly [Fill, Fill];
}

/** Why a plan was not traded. */
export type Refusal =
  | "buy side has too little money"
  | "sell side has too little money"
  | "sell side has too few coins";

/**
 * Fills plans at their walked prices with taker fees. Optimistic in one way, and said so: there is no time between
 * decision and fill, and nobody else takes the size first.
 */
export class PaperBroker {
  #executions = 0;

  constructor(private readonly ledger: Ledger) {}

  /** Pairs of trades made so far. */
  get executions(): number {
    return this.#executions;
  }

  /** Trades both sides of a plan, or neither when the account cannot pay for one of them. */
  execute(
    plan: EdgePlan,
    opportunity: number,
    purpose: Execution["purpose"],
    time: number,
  ): PaperTrade | Refusal {
    const { buy, sell } = plan.route;
    const refusal = this.#refusal(plan);
    if (refusal !== undefined) return refusal;
    const id = ++this.#executions;
    const fills = [
      makeFill(id, buy, "buy", plan.buyQuantity, plan.buyNotional, time),
      makeFill(id, sell, "sell", plan.sellQuantity, plan.sellNotional, time),
    ] as const;
    this.ledger.apply(buy, fills[0]);
    this.ledger.apply(sell, fills[1]);
    const execution = {
      id,
      opportunity,
      purpose,
      buy: buy.id,
      sell: sell.id,
      quantity: plan.sellQuantity,
      edgeQuote: plan.profit,
      time,
      attribution: attributionOnPaper(plan, time),
    };
    return { execution, fills };
  }

  /** Money or coins that are missing. A trade that makes a contract's position smaller needs no margin. */
  #refusal(plan: EdgePlan): Refusal | undefined {
    const { buy, sell } = plan.route;
    const cost = plan.buyNotional * (1 + buy.takerFee);
    if (!this.#reduces(buy, plan.buyQuantity) && this.ledger.availableQuote(buy.exchange, buy.quote) < cost) {
      return "buy side has too little money";
    }
    if (sell.market === "spot") {
      const held = this.ledger.balance(sell.exchange, sell.base);
      return held < plan.sellQuantity ? "sell side has too few coins" : undefined;
    }
    if (this.#reduces(sell, -plan.sellQuantity)) return undefined;
    const margin = plan.sellNotional * (1 + sell.takerFee);
    const available = this.ledger.availableQuote(sell.exchange, sell.quote);
    return available < margin ? "sell side has too little money" : undefined;
  }

  #reduces(instrument: Instrument, traded: number): boolean {
    if (instrument.market === "spot") return false;
    const held = this.ledger.position(instrument).quantity;
    return Math.sign(held) === -Math.sign(traded) && Math.abs(traded) <= Math.abs(held);
  }
}

/** On paper everything happens at once, nothing is missed, and fees are what was expected. */
function attributionOnPaper(plan: EdgePlan, time: number): ExecutionAttribution {
  const { buy, sell } = plan.route;
  const fees = quoteAmount(plan.buyNotional * buy.takerFee + plan.sellNotional * sell.takerFee);
  const strategy: StrategyName = buy.market === sell.market ? "inventory" : "basis";
  return {
    strategy,
    outcome: "hedged",
    reason: "",
    orders: 2,
    seenAt: time,
    decidedAt: time,
    sentAt: time,
    acknowledgedAt: time,
    filledAt: time,
    hedgedAt: NaN,
    endedAt: time,
    wanted: plan.sellQuantity,
    missed: baseQuantity(0),
    hedgedQuantity: baseQuantity(0),
    residue: baseQuantity(0),
    expectedQuote: plan.profit,
    profitQuote: plan.profit,
    expectedFees: fees,
    chargedFees: fees,
  };
}

function makeFill(
  execution: number,
  instrument: Instrument,
  side: Side,
  quantity: BaseQuantity,
  notional: QuoteAmount,
  time: number,
): Fill {
  const feeInBase = side === "buy" && exchangeByKey(instrument.exchange).buyFeeCoin === "base";
  const feeQuote = notional * instrument.takerFee;
  return {
    tradeId: `paper-${execution}-${side}`,
    clientOrderId: `t-paper-${execution}-${side}`,
    exchangeOrderId: "",
    instrument: instrument.id,
    side,
    price: notional / quantity,
    quantity,
    notional,
    fee: feeInBase ? quantity * instrument.takerFee : feeQuote,
    feeCoin: feeInBase ? instrument.base : instrument.quote,
    feeQuote: quoteAmount(feeQuote),
    liquidity: "taker",
    time,
  };
}
