/**
 * Futures positions as REST and the private channels state them.
 * @module
 */
import { type Atoms, atomsToNumber, formatAtoms } from "../accounts/atoms.ts";
import { contractTerms, type RiskTier, tierOf } from "../futures/contract_terms.ts";
import type { PositionView } from "../trading/futures_contract.ts";
import type { VenueOrder } from "../trading/venue_order.ts";
import { bigJson } from "./futures_json.ts";
import { attributesOf, orderPrice, slotOf } from "./futures_order_document.ts";
import { markText, plainText, wholeSeconds } from "./futures_prices.ts";
import { rateText } from "./gate_text.ts";
import { sizeOf, type SizeStyle } from "./futures_sizes.ts";
import { leverageText } from "./futures_tiers.ts";
import type { FuturesParts } from "./futures_user.ts";

/** Rank of an open position; 6 for none. UNCONFIRMED: nobody is deleveraged here, so every position is safest. */
const safestRank = 5;
const noRank = 6;

/** Place in the queue of those who are deleveraged, 1 for the first. */
export function adlRank({ size }: Pick<PositionView, "size">): number {
  return size === 0 ? noRank : safestRank;
}

/** Leverage that counts, whether margin is shared or not. */
export function usedLeverage({ leverage, crossLeverageLimit }: PositionView): number {
  return leverage === 0 ? crossLeverageLimit : leverage;
}

function closeOrder(parts: FuturesParts, view: PositionView): Record<string, unknown> | null {
  const order = parts.engine.store(view.account).open.find((open: VenueOrder) =>
    open.instrument === view.instrument && attributesOf(open).isClose && slotOf(parts, open) === view.slot
  );
  return order === undefined ? null : { id: bigJson(order.id), price: orderPrice(order), is_liq: false };
}

/** Maintenance rate over all tiers that the position reaches into. */
function averageRate({ instrument, value }: PositionView): number {
  const { maintenanceRate, deduction } = tierOf(contractTerms(instrument), value);
  return value === 0n ? maintenanceRate : maintenanceRate - atomsToNumber(deduction) / atomsToNumber(value);
}

function limitTier({ instrument, riskLimit }: PositionView): RiskTier {
  return tierOf(contractTerms(instrument), riskLimit);
}

/** A Position. */
export function positionDocument(
  parts: FuturesParts,
  view: PositionView,
  style: SizeStyle,
): Record<string, unknown> {
  const { instrument, account, size, leverage } = view;
  const tier = limitTier(view);
  const text = (amount: Atoms): string => formatAtoms(amount);
  return {
    user: Number(account.uid),
    contract: instrument.spec.exchangeSymbol,
    size: sizeOf(instrument, size, style),
    leverage: plainText(leverage),
    lever: plainText(usedLeverage(view)),
    pos_margin_mode: leverage === 0 ? "cross" : "isolated",
    cross_leverage_limit: plainText(view.crossLeverageLimit),
    risk_limit: text(view.riskLimit),
    leverage_max: leverageText(tier),
    maintenance_rate: rateText(tier.maintenanceRate),
    average_maintenance_rate: rateText(averageRate(view)),
    value: text(view.value),
    margin: text(view.margin),
    initial_margin: text(view.initialMargin),
    maintenance_margin: text(view.maintenanceMargin),
    entry_price: plainText(view.entryPrice),
    liq_price: plainText(view.liquidationPrice),
    mark_price: markText(instrument, view.markPrice),
    unrealised_pnl: text(view.unrealisedPnl),
    realised_pnl: text(view.realisedPnl),
    pnl_pnl: text(view.pnlPnl),
    pnl_fund: text(view.pnlFund),
    pnl_fee: text(view.pnlFee),
    history_pnl: text(view.historyPnl),
    last_close_pnl: text(view.lastClosePnl),
    realised_point: "0",
    history_point: "0",
    adl_ranking: adlRank(view),
    pending_orders: view.pendingOrders,
    close_order: closeOrder(parts, view),
    mode: view.slot,
    open_time: wholeSeconds(view.openedMs),
    update_time: wholeSeconds(view.updatedMs),
    update_id: view.updateId,
    risk_limit_table: "",
    trade_max_size: "0",
    pid: 0,
  };
}

/** The row of a push: numbers where REST has texts. */
export function pushedPosition(view: PositionView, nowMs: number, style: SizeStyle): Record<string, unknown> {
  const { instrument, account, size, leverage } = view;
  const tier = limitTier(view);
  return {
    contract: instrument.spec.exchangeSymbol,
    cross_leverage_limit: view.crossLeverageLimit,
    entry_price: view.entryPrice,
    history_pnl: atomsToNumber(view.historyPnl),
    history_point: 0,
    last_close_pnl: atomsToNumber(view.lastClosePnl),
    leverage,
    leverage_max: Number(leverageText(tier)),
    liq_price: view.liquidationPrice,
    maintenance_rate: tier.maintenanceRate,
    margin: atomsToNumber(view.margin),
    mode: view.slot,
    realised_pnl: atomsToNumber(view.realisedPnl),
    realised_point: 0,
    risk_limit: atomsToNumber(view.riskLimit),
    size: sizeOf(instrument, size, style),
    time: wholeSeconds(nowMs),
    time_ms: nowMs,
    user: account.uid,
    update_id: view.updateId,
    pos_margin_mode: leverage === 0 ? "cross" : "isolated",
    lever: plainText(usedLeverage(view)),
  };
}
