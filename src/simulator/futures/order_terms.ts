/**
 * What an order must be like before anybody looks at balances.
 * @module
 */
import type { FuturesOrderTerms, PositionSlot } from "../trading/futures_contract.ts";
import { Refusal } from "../trading/refusal.ts";
import type { OrderTerms } from "../trading/venue_order.ts";
import { contractTerms } from "./contract_terms.ts";
import type { Holding } from "./holding.ts";
import { markTick } from "./mark_price.ts";
import type { Portfolio } from "./portfolio.ts";

/**
 * The terms with which an order goes to work: one that closes a position gets its side and size, a market order the
 * last price that it accepts.
 *
 * @throws {Refusal} position-mode, position-empty, no-liquidity.
 */
export function completed(portfolio: Portfolio, terms: FuturesOrderTerms): OrderTerms {
  const whole = terms.close === undefined ? terms : closing(portfolio, terms, terms.close);
  return whole.kind === "market" ? { ...whole, tick: marketTick(whole) } : whole;
}

function closing(portfolio: Portfolio, terms: FuturesOrderTerms, slot: PositionSlot): FuturesOrderTerms {
  if ((slot === "single") !== (portfolio.mode === "single")) {
    throw new Refusal("position-mode", `The account has positions in ${portfolio.mode} mode`);
  }
  const { size } = portfolio.holding(terms.instrument).position(slot);
  if (size === 0) throw new Refusal("position-empty", "There is no position to close");
  return { ...terms, side: size > 0 ? "sell" : "buy", lots: Math.abs(size), reduceOnly: true };
}

/** The last tick of a market order: as far from the mark price as the contract, or the order itself, allows. */
function marketTick({ instrument, side, tick, slipRatio }: FuturesOrderTerms): number {
  const { book } = instrument;
  if ((side === "buy" ? book.asks : book.bids).size === 0) {
    throw new Refusal("no-liquidity", "There is nobody on the other side");
  }
  const mark = markTick(instrument);
  const slip = slipRatio ?? contractTerms(instrument).marketOrderSlipRatio;
  return side === "buy"
    ? Math.min(tick, Math.floor(mark * (1 + slip)))
    : Math.max(tick, 1, Math.ceil(mark * (1 - slip)));
}

/** Holds a limit price within its distance of the mark price. @throws {Refusal} price-deviates. */
export function checkPrice({ instrument }: Holding, tick: number): void {
  const mark = markTick(instrument);
  const { orderPriceDeviate } = contractTerms(instrument);
  if (Math.abs(tick - mark) <= mark * orderPriceDeviate) return;
  throw new Refusal(
    "price-deviates",
    `The price ${instrument.price(tick)} is more than ${orderPriceDeviate} off the mark price ${
      instrument.price(mark)
    }`,
  );
}

/** Lets reduce-only orders reduce. @throws {Refusal} position-empty, reduce-only-increases. */
export function checkDirection(portfolio: Portfolio, terms: OrderTerms): void {
  if (!terms.reduceOnly) return;
  const holding = portfolio.holding(terms.instrument);
  const intent = { orderSide: terms.side, reduceOnly: true };
  if (holding.reducible(intent, portfolio.mode) > 0) return;
  if (holding.target(intent, portfolio.mode).size === 0) {
    throw new Refusal("position-empty", "There is no position to reduce");
  }
  throw new Refusal("reduce-only-increases", "The order would increase the position");
}
