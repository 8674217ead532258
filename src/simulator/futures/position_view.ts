/**
 * A position as the protocol states it.
 * @module
 */
import type { Atoms } from "../accounts/atoms.ts";
import type { PositionView } from "../trading/futures_contract.ts";
import { contractTerms } from "./contract_terms.ts";
import type { FuturesPosition } from "./futures_position.ts";
import { absolute, initialMargin, liquidationPrice } from "./margin_rules.ts";
import { markPrice } from "./mark_price.ts";
import type { Portfolio } from "./portfolio.ts";

/**
 * What may be lost before the position is liquidated: the margin of an isolated one; for a cross one what the
 * account has, with the results and without the maintenance margins of its other cross positions.
 */
function backing(portfolio: Portfolio, position: FuturesPosition): Atoms {
  if (!position.isCross) return position.margin;
  const { crossBalance, cross } = portfolio;
  const others = cross.maintenance - portfolio.maintenance(position);
  return crossBalance - portfolio.unrealised(position) - others;
}

/** Price in quote at which liquidation begins while everything else stays as it is; 0 when there is none. */
export function liquidationPriceOf(portfolio: Portfolio, position: FuturesPosition): number {
  const { entryValue, units, size, instrument } = position;
  const exposure = {
    entryValue,
    base: units.base(size),
    margin: backing(portfolio, position),
    value: portfolio.value(position),
  };
  return liquidationPrice(contractTerms(instrument), exposure, portfolio.takerFee(position));
}

/** A position in figures. The margin of a cross one is value / leverage, as in Gate.io's samples. */
export function positionView(portfolio: Portfolio, position: FuturesPosition): PositionView {
  const { account, instrument, slot, size, isCross } = position;
  const value = portfolio.value(position);
  const holding = portfolio.holding(instrument);
  const pending = [...holding.orders].filter((order) => holding.target(order, portfolio.mode) === position);
  return {
    account,
    instrument,
    slot,
    size,
    entryValue: position.entryValue,
    entryPrice: position.entryPrice,
    leverage: position.leverage,
    crossLeverageLimit: position.crossLimit,
    riskLimit: position.riskLimit,
    value: absolute(value),
    margin: isCross ? initialMargin(value, position.crossLimit) : position.margin,
    initialMargin: portfolio.initial(position),
    maintenanceMargin: portfolio.maintenance(position),
    liquidationPrice: size === 0 ? 0 : liquidationPriceOf(portfolio, position),
    markPrice: markPrice(instrument),
    unrealisedPnl: portfolio.unrealised(position),
    realisedPnl: position.realised,
    pnlPnl: position.profit.pnl,
    pnlFund: position.profit.fund,
    pnlFee: position.profit.fee,
    historyPnl: position.historyPnl,
    lastClosePnl: position.lastClosePnl,
    pendingOrders: pending.length,
    openedMs: position.openedMs,
    updatedMs: position.updatedMs,
    updateId: position.updateId,
  };
}
