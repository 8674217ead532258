/**
 * Everything that one account has on the futures market.
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { applyRate, type Atoms, InstrumentUnits, rateOf } from "../accounts/atoms.ts";
import type { ChangeNote, Wallet } from "../accounts/wallet.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type {
  FuturesAccountView,
  Liquidation,
  PositionClose,
  PositionMode,
} from "../trading/futures_contract.ts";
import { contractTerms } from "./contract_terms.ts";
import type { FuturesPosition, ProfitKind } from "./futures_position.ts";
import { Holding } from "./holding.ts";
import { absolute, initialMargin, maintenanceMargin } from "./margin_rules.ts";
import { markTick } from "./mark_price.ts";

/** Closed positions and liquidations that are kept. */
const kept = 1000;

/** Fee ratio of an account on a contract. */
export type FeeOf = (account: Account, instrument: MarketInstrument, role: "maker" | "taker") => number;

/** What the cross positions of an account need together. */
export interface CrossFigures {
  readonly initial: Atoms;
  readonly maintenance: Atoms;
  readonly unrealised: Atoms;
}

/** Positions, orders and figures of one account. Only the futures engine writes to it. */
export class Portfolio {
  mode: PositionMode = "single";
  readonly holdings = new Map<MarketInstrument, Holding>();
  readonly wallet: Wallet;
  readonly #feeOf: FeeOf;
  /** Sums since the account exists; fees are negative when paid. */
  readonly history: Record<ProfitKind, Atoms> = { pnl: 0n, fund: 0n, fee: 0n };
  #closes: PositionClose[] = [];
  #liquidations: Liquidation[] = [];

  /** @param coin Settlement coin. */
  constructor(readonly account: Account, readonly coin: string, feeOf: FeeOf) {
    this.wallet = account.wallets.get("GATEIO_FUTURES")!;
    this.#feeOf = feeOf;
  }

  /** Ends of positions that are kept, oldest first. */
  get closes(): readonly PositionClose[] {
    return this.#closes;
  }

  /** Liquidations that are kept, oldest first. */
  get liquidations(): readonly Liquidation[] {
    return this.#liquidations;
  }

  /** All positions that were ever asked for. */
  get positions(): FuturesPosition[] {
    return [...this.holdings.values()].flatMap((holding) => holding.positions);
  }

  /** Positions that are not flat. */
  get open(): FuturesPosition[] {
    return this.positions.filter((position) => position.size !== 0);
  }

  /** Deposits and realised results: all coins of the wallet. */
  get cash(): Atoms {
    const { available, locked } = this.wallet.balance(this.coin);
    return available + locked;
  }

  /** Margins that are set aside for isolated positions. */
  get isolatedMargin(): Atoms {
    return this.positions.reduce((sum, position) => sum + position.margin, 0n);
  }

  /** Cash that is neither bound in orders nor set aside. */
  get freeCash(): Atoms {
    return this.wallet.balance(this.coin).available - this.isolatedMargin;
  }

  /** What cross positions can lose: cash but for isolated margins, with their unrealised result. */
  get crossBalance(): Atoms {
    return this.cash - this.isolatedMargin + this.cross.unrealised;
  }

  /**
   * What new orders and margins can use: cash − order margin − isolated margins − cross initial margins +
   * min(0, cross unrealised result).
   */
  get available(): Atoms {
    const { initial, unrealised } = this.cross;
    return this.freeCash - initial + (unrealised < 0n ? unrealised : 0n);
  }

  /** Figures of all cross positions. */
  get cross(): CrossFigures {
    const figures = { initial: 0n, maintenance: 0n, unrealised: 0n };
    for (const position of this.open) {
      if (!position.isCross) continue;
      figures.initial += this.initial(position);
      figures.maintenance += this.maintenance(position);
      figures.unrealised += this.unrealised(position);
    }
    return figures;
  }

  /** What the account has in a contract. */
  holding(instrument: MarketInstrument): Holding {
    let holding = this.holdings.get(instrument);
    if (holding === undefined) {
      holding = new Holding(this.account, instrument, new InstrumentUnits(instrument.spec));
      this.holdings.set(instrument, holding);
    }
    return holding;
  }

  /** Value of a position at mark price, without sign. */
  value(position: FuturesPosition): Atoms {
    return absolute(position.valueAt(markTick(position.instrument)));
  }

  /** Unrealised result of a position at mark price. */
  unrealised(position: FuturesPosition): Atoms {
    return position.unrealised(markTick(position.instrument));
  }

  /** value / leverage + taker fee. */
  initial(position: FuturesPosition): Atoms {
    const value = this.value(position);
    return initialMargin(value, position.usedLeverage) + applyRate(value, rateOf(this.takerFee(position)));
  }

  /** Maintenance margin of a position at mark price. */
  maintenance(position: FuturesPosition): Atoms {
    return maintenanceMargin(
      contractTerms(position.instrument),
      this.value(position),
      this.takerFee(position),
    );
  }

  /** Taker fee ratio that counts for a position. */
  takerFee({ instrument }: FuturesPosition): number {
    return this.#feeOf(this.account, instrument, "taker");
  }

  /** Whether an isolated position has no more than its maintenance margin. */
  isIsolatedLost(position: FuturesPosition): boolean {
    return position.margin + this.unrealised(position) <= this.maintenance(position);
  }

  /** Whether the cross positions have no more than their maintenance margins together. */
  isCrossLost(): boolean {
    const { maintenance } = this.cross;
    return maintenance > 0n && this.crossBalance <= maintenance;
  }

  /** Moves cash in, or out when negative, as a realised result. */
  realise(kind: ProfitKind, amount: Atoms, note: ChangeNote): void {
    if (amount === 0n) return;
    this.history[kind] += amount;
    this.wallet.change(this.coin, amount, 0n, note);
  }

  /** Keeps the end of a position. */
  addClose(close: PositionClose): void {
    this.#closes.push(close);
    if (this.#closes.length >= 2 * kept) this.#closes = this.#closes.slice(-kept);
  }

  /** Keeps a liquidation. */
  addLiquidation(liquidation: Liquidation): void {
    this.#liquidations.push(liquidation);
    if (this.#liquidations.length >= 2 * kept) this.#liquidations = this.#liquidations.slice(-kept);
  }

  /** The account in figures. */
  view(): FuturesAccountView {
    const { cash, isolatedMargin, cross, available, history } = this;
    const orders = [...this.holdings.values()].flatMap((holding) =>
      [...holding.orders].map((order) => ({
        locked: order.locked,
        isCross: holding.target(order, this.mode).isCross,
      }))
    );
    const sum = (amounts: Atoms[]): Atoms => amounts.reduce((total, amount) => total + amount, 0n);
    return {
      total: cash,
      unrealisedPnl: sum(this.open.map((position) => this.unrealised(position))),
      positionMargin: isolatedMargin + cross.initial,
      orderMargin: sum(orders.map(({ locked }) => locked)),
      available,
      mode: this.mode,
      isolatedPositionMargin: isolatedMargin,
      crossOrderMargin: sum(orders.filter(({ isCross }) => isCross).map(({ locked }) => locked)),
      crossInitialMargin: cross.initial,
      crossMaintenanceMargin: cross.maintenance,
      crossUnrealisedPnl: cross.unrealised,
      crossAvailable: available,
      crossMarginBalance: this.crossBalance,
      history: {
        dnw: cash - history.pnl - history.fee - history.fund,
        pnl: history.pnl,
        fee: history.fee,
        fund: history.fund,
      },
    };
  }
}
