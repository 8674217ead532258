/**
 * Leverage, margin, risk limit and position mode of an account.
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { type Atoms, formatAtoms, oneCoin } from "../accounts/atoms.ts";
import type { PositionKey, PositionMode, PositionView } from "../trading/futures_contract.ts";
import { Refusal } from "../trading/refusal.ts";
import { type ContractTerms, contractTerms, tierOf } from "./contract_terms.ts";
import type { FuturesPosition } from "./futures_position.ts";
import type { FuturesRegister } from "./futures_register.ts";
import { absolute, initialMargin } from "./margin_rules.ts";
import type { OrderReserve } from "./order_reserve.ts";
import type { Portfolio } from "./portfolio.ts";
import { positionView } from "./position_view.ts";

/** Changes what users may choose about positions. A refused change changes nothing. */
export class PositionSettings {
  readonly #register: FuturesRegister;
  readonly #reserve: OrderReserve;

  constructor(register: FuturesRegister, reserve: OrderReserve) {
    this.#register = register;
    this.#reserve = reserve;
  }

  /** Chooses between one net position and two sides. @throws {Refusal} position-exists, orders-pending. */
  setMode(account: Account, mode: PositionMode): void {
    const portfolio = this.#register.portfolio(account);
    if (portfolio.mode === mode) return;
    if (portfolio.open.length > 0) throw new Refusal("position-exists", "The account has positions");
    if ([...portfolio.holdings.values()].some(({ orders }) => orders.size > 0)) {
      throw new Refusal("orders-pending", "The account has open orders");
    }
    portfolio.mode = mode;
  }

  /**
   * Chooses leverage, and with 0 shared margin. The margin of an isolated position becomes entry value / leverage.
   *
   * @param crossLimit Leverage while margin is shared; default as it is.
   * @throws {Refusal} leverage-too-high, leverage-too-low, insufficient-balance, would-liquidate, position-mode.
   */
  setLeverage(key: PositionKey, leverage: number, crossLimit?: number): PositionView {
    const position = this.#register.position(key);
    const terms = contractTerms(key.instrument);
    if (leverage !== 0) checkLeverage(terms, position.riskLimit, leverage);
    if (crossLimit !== undefined && crossLimit !== 0) checkLeverage(terms, position.riskLimit, crossLimit);
    return this.#change(position, () => {
      position.leverage = leverage;
      // 0 stands for the highest that there is.
      if (crossLimit === 0) position.crossLimit = tierOf(terms, position.riskLimit).leverageMax;
      else if (crossLimit !== undefined) position.crossLimit = crossLimit;
      position.margin = leverage === 0 ? 0n : initialMargin(absolute(position.entryValue), leverage);
    });
  }

  /** Shares the margin or sets it aside, at the leverage that counted before. Refusals as for the leverage. */
  setMarginMode(key: PositionKey, mode: "isolated" | "cross"): PositionView {
    const position = this.#register.position(key);
    const { isCross, usedLeverage } = position;
    if (isCross === (mode === "cross")) {
      return positionView(this.#register.portfolio(key.account), position);
    }
    return mode === "cross" ? this.setLeverage(key, 0, usedLeverage) : this.setLeverage(key, usedLeverage);
  }

  /**
   * Adds to the margin of an isolated position, or takes from it what is more than entry value / leverage.
   *
   * @throws {Refusal} cross-margin, position-empty, margin-too-low, insufficient-balance, would-liquidate.
   */
  changeMargin(key: PositionKey, change: Atoms): PositionView {
    const position = this.#register.position(key);
    if (position.size === 0) throw new Refusal("position-empty", "There is no position");
    if (position.isCross) throw new Refusal("cross-margin", "The margin of the position is shared");
    const least = initialMargin(absolute(position.entryValue), position.leverage);
    const margin = position.margin + change;
    if (change < 0n && margin < least) {
      throw new Refusal("margin-too-low", `At least ${formatAtoms(least)} must stay in the position`);
    }
    return this.#change(position, () => {
      position.margin = margin;
    });
  }

  /**
   * Chooses the largest value of the position.
   *
   * @throws {Refusal} risk-limit-exceeded when it is over the contract's, under its lowest or under the position's
   * value; leverage-too-high.
   */
  setRiskLimit(key: PositionKey, limit: Atoms): PositionView {
    const position = this.#register.position(key);
    const terms = contractTerms(key.instrument);
    const lowest = BigInt(terms.riskLimitBase) * oneCoin;
    const highest = BigInt(terms.riskLimitMax) * oneCoin;
    const value = this.#register.portfolio(key.account).value(position);
    if (limit < lowest || limit > highest || limit < value) {
      throw new Refusal(
        "risk-limit-exceeded",
        `The risk limit must be from ${formatAtoms(lowest > value ? lowest : value)} to ${
          formatAtoms(highest)
        }`,
      );
    }
    if (!position.isCross) checkLeverage(terms, limit, position.leverage);
    return this.#change(position, () => {
      position.riskLimit = limit;
      const { leverageMax } = tierOf(terms, limit);
      if (position.crossLimit > leverageMax) position.crossLimit = leverageMax;
    });
  }

  /** Makes a change, or takes it back when the account cannot bear it. */
  #change(position: FuturesPosition, make: () => void): PositionView {
    const { account, instrument, leverage, crossLimit, margin, riskLimit } = position;
    const portfolio = this.#register.portfolio(account);
    const holding = portfolio.holding(instrument);
    const before = portfolio.available;
    make();
    try {
      const more = this.#reserve.shortfall(holding);
      const after = portfolio.available - more;
      if (after < 0n && after < before) {
        throw new Refusal(
          "insufficient-balance",
          `${formatAtoms(before - after)} are needed, and ${formatAtoms(before)} are available`,
        );
      }
      if (isLost(portfolio, position)) {
        throw new Refusal("would-liquidate", "The position would be liquidated at once");
      }
    } catch (error) {
      Object.assign(position, { leverage, crossLimit, margin, riskLimit });
      throw error;
    }
    position.isConfigured = true;
    this.#reserve.relock(holding);
    this.#register.dirty.add(holding);
    this.#register.tellPosition(portfolio, position);
    return positionView(portfolio, position);
  }
}

function isLost(portfolio: Portfolio, position: FuturesPosition): boolean {
  if (position.size !== 0 && !position.isCross && portfolio.isIsolatedLost(position)) return true;
  return portfolio.isCrossLost();
}

function checkLeverage(terms: ContractTerms, riskLimit: Atoms, leverage: number): void {
  const { leverageMax } = tierOf(terms, riskLimit);
  if (leverage > leverageMax) {
    throw new Refusal("leverage-too-high", `The leverage ${leverage} is over ${leverageMax}`);
  }
  if (!(leverage >= terms.leverageMin)) {
    throw new Refusal("leverage-too-low", `The leverage ${leverage} is under ${terms.leverageMin}`);
  }
}
