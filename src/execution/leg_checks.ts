/**
 * Whether an order can be sent at all: the venue's rules, and what the account has for it.
 * @module
 */
import type { LegPlan, TradeIntent } from "../arbitrage/trade_intent.ts";
import type { DeskAccounts } from "./desk_accounts.ts";

/** What keeps a leg from being sent. */
export interface LegObstacle {
  /** `rules` of the venue, `account` that is not followed, `rate` limits of the venue that leave no room, or `balance`. */
  readonly limit: "rules" | "account" | "rate" | "balance";
  /** In words, for people. */
  readonly reason: string;
}

/** Orders that a venue must have room for before a leg is sent: the leg, and a hedge if the other one is missing. */
const ordersPerLeg = 2;

/** The first thing that keeps one of both legs from being sent; undefined when nothing does. */
export function legObstacle({ buy, sell }: TradeIntent, accounts: DeskAccounts): LegObstacle | undefined {
  return obstacleOf(buy, accounts) ?? obstacleOf(sell, accounts);
}

function obstacleOf(leg: LegPlan, accounts: DeskAccounts): LegObstacle | undefined {
  const rule = brokenRule(leg);
  if (rule !== undefined) return { limit: "rules", reason: rule };
  const { exchange } = leg.instrument;
  if (!accounts.isOpen(exchange)) {
    return { limit: "account", reason: `the account at ${exchange} is not followed` };
  }
  if (accounts.orderRoom(leg.instrument, ordersPerLeg) < ordersPerLeg) {
    return { limit: "rate", reason: `the limits of ${exchange} leave no room for orders now` };
  }
  const { coin, amount } = accounts.needOf({ ...leg, priceTicks: leg.capTicks });
  const free = accounts.free(exchange, coin);
  return free < amount
    ? { limit: "balance", reason: `${exchange} has ${free} ${coin} free, ${amount} are needed` }
    : undefined;
}

/** The rule of the venue that an order would break. */
function brokenRule({ instrument, lots, capTicks }: LegPlan): string | undefined {
  const { exchange, exchangeSymbol, lot, tick, baseFactor, minQuantity, minNotional, tradable } = instrument;
  if (!tradable) return `${exchange} takes no orders for ${exchangeSymbol}`;
  const isWhole = Number.isSafeInteger(lots) && Number.isSafeInteger(capTicks);
  if (!isWhole || lots <= 0 || capTicks <= 0) return `${lots} lots at ${capTicks} ticks is no order`;
  const quantity = lot.value(lots);
  if (quantity < minQuantity) return `${quantity} is under the least size at ${exchange}`;
  // The venue judges the least value by the limit price.
  if (quantity * baseFactor * tick.value(capTicks) < minNotional) {
    return `the value is under the least one at ${exchange}`;
  }
  return undefined;
}
