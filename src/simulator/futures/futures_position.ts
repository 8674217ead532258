/**
 * One position: what it holds, what it cost, what came of it.
 * @module
 */
import type { Account } from "../accounts/account.ts";
import type { Atoms, InstrumentUnits } from "../accounts/atoms.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { PositionClose, PositionSlot } from "../trading/futures_contract.ts";
import { contractTerms, riskTiers } from "./contract_terms.ts";
import { priceOf } from "./margin_rules.ts";

/** What a position realises: by trades, by funding, by fees (negative when paid). */
export type ProfitKind = "pnl" | "fund" | "fee";

/** What happened to a position since it was opened. */
interface Life {
  readonly openedMs: number;
  readonly profit: Record<ProfitKind, Atoms>;
  /** Largest size in lots, and all lots that were ever added. */
  maxSize: number;
  accumSize: number;
  /** Value of what was added; lots and value of what was taken off. */
  addedValue: Atoms;
  closedLots: number;
  closedValue: Atoms;
}

function newLife(openedMs: number): Life {
  return {
    openedMs,
    profit: { pnl: 0n, fund: 0n, fee: 0n },
    maxSize: 0,
    accumSize: 0,
    addedValue: 0n,
    closedLots: 0,
    closedValue: 0n,
  };
}

/** A position of one account in one contract. Only the futures engine writes to it. */
export class FuturesPosition {
  /** Signed lots, positive long. */
  size = 0;
  /** Signed value at entry. */
  entryValue: Atoms = 0n;
  /** Margin set aside from the account's cash; 0 while margin is shared. */
  margin: Atoms = 0n;
  /** 0 while margin is shared across positions. */
  leverage = 0;
  /** Leverage while margin is shared. */
  crossLimit: number;
  riskLimit: Atoms;
  updatedMs = 0;
  updateId = 0;
  historyPnl: Atoms = 0n;
  lastClosePnl: Atoms = 0n;
  /** Whether it was ever held. */
  wasHeld = false;
  /** Whether somebody chose its leverage or risk limit. */
  isConfigured = false;
  #life: Life = newLife(0);

  constructor(
    readonly account: Account,
    readonly instrument: MarketInstrument,
    readonly units: InstrumentUnits,
    readonly slot: PositionSlot,
  ) {
    const terms = contractTerms(instrument);
    this.crossLimit = terms.crossLeverageDefault;
    this.riskLimit = riskTiers(terms)[0]!.riskLimit;
  }

  /** Whether margin is shared. */
  get isCross(): boolean {
    return this.leverage === 0;
  }

  /** The leverage that counts now. */
  get usedLeverage(): number {
    return this.isCross ? this.crossLimit : this.leverage;
  }

  /** Size without sign. */
  get lots(): number {
    return Math.abs(this.size);
  }

  /** Epoch milliseconds; 0 when it is flat and was never opened. */
  get openedMs(): number {
    return this.#life.openedMs;
  }

  /** What was realised since it was opened. */
  get profit(): Readonly<Record<ProfitKind, Atoms>> {
    return this.#life.profit;
  }

  /** All that was realised since it was opened. */
  get realised(): Atoms {
    const { pnl, fund, fee } = this.#life.profit;
    return pnl + fund + fee;
  }

  /** Average entry price in quote, 0 when flat. */
  get entryPrice(): number {
    return priceOf(this.entryValue, this.units.base(this.size));
  }

  /** Signed value at a price in ticks. */
  valueAt(tick: number): Atoms {
    return this.units.value(tick, this.size);
  }

  /** size · contract size · (mark − entry). */
  unrealised(markTick: number): Atoms {
    return this.valueAt(markTick) - this.entryValue;
  }

  /** Adds lots: positive to go long. @param value Their value without sign. */
  add(lots: number, value: Atoms, nowMs: number): void {
    if (this.size === 0) this.#life = newLife(nowMs);
    this.wasHeld = true;
    this.size += lots;
    this.entryValue += lots > 0 ? value : -value;
    const life = this.#life;
    life.accumSize += Math.abs(lots);
    life.addedValue += value;
    life.maxSize = Math.max(life.maxSize, this.lots);
  }

  /**
   * Takes lots off, towards flat. They leave with their share of entry value and margin, cut off towards zero, so
   * that what division leaves over stays in the position. Returns the profit.
   *
   * @param value Their value without sign.
   */
  reduce(lots: number, value: Atoms): Atoms {
    const part = BigInt(lots);
    const whole = BigInt(this.lots);
    const entry = this.entryValue * part / whole;
    const exit = this.size > 0 ? value : -value;
    this.entryValue -= entry;
    this.margin -= this.margin * part / whole;
    this.size -= Math.sign(this.size) * lots;
    this.#life.closedLots += lots;
    this.#life.closedValue += value;
    return exit - entry;
  }

  /** Books what was realised. */
  realise(kind: ProfitKind, amount: Atoms): void {
    this.#life.profit[kind] += amount;
  }

  /** Notes a change that is told. */
  touch(nowMs: number): void {
    this.updatedMs = nowMs;
    this.updateId += 1;
  }

  /**
   * Sums a position up that has become flat.
   *
   * @param text `text` of the order that closed it.
   */
  end(side: "long" | "short", text: string, timeMs: number): PositionClose {
    const life = this.#life;
    const pnl = this.realised;
    this.historyPnl += pnl;
    this.lastClosePnl = pnl;
    this.#life = newLife(life.openedMs);
    return {
      account: this.account,
      instrument: this.instrument,
      side,
      pnl,
      pnlPnl: life.profit.pnl,
      pnlFund: life.profit.fund,
      pnlFee: life.profit.fee,
      text,
      maxSize: life.maxSize,
      accumSize: life.accumSize,
      openedMs: life.openedMs,
      timeMs,
      entryPrice: priceOf(life.addedValue, this.units.base(life.accumSize)),
      exitPrice: priceOf(life.closedValue, this.units.base(life.closedLots)),
    };
  }
}
