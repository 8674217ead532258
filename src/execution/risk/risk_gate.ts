/**
 * The last look at a trade before its orders are sent: every limit, each time.
 * @module
 */
import type { TradeIntent } from "../../arbitrage/trade_intent.ts";
import type { Clock } from "../../core/clock.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { JournalDay } from "../journal_record.ts";
import { type BreakerListener, Breakers } from "./breakers.ts";
import { DailyLoss, dayMs } from "./daily_loss.ts";
import { type LegChange, setLegChange, tooMuchHeld } from "./holding_checks.ts";
import type { KillSwitch } from "./kill_switch.ts";
import { insane, tooCostly, tooLarge, tooOld, unfitMarket, unfitOrder } from "./order_checks.ts";
import { OrderRate } from "./order_rate.ts";
import {
  instrumentName,
  isWithin,
  overLimit,
  refused,
  type RiskLimits,
  type RiskRefusal,
} from "./risk_limits.ts";
import type { ExecutionEnd, HedgeOrder, RiskView } from "./risk_view.ts";

export type { RiskLimits, RiskRefusal } from "./risk_limits.ts";
export type { ExecutionEnd, HedgeOrder, RiskView } from "./risk_view.ts";

/** What a {@link RiskGate} takes. */
export interface RiskGateOptions {
  /** The limits now: read anew each time. */
  limits(): RiskLimits;
  readonly clock: Clock;
  /** Stops new trades while it is engaged. */
  readonly killSwitch?: Pick<KillSwitch, "isEngaged" | "reason">;
  /** The day as an earlier run has left it. */
  readonly day?: Pick<JournalDay, "day" | "forgiven">;
  /** Told of breakers. */
  readonly listener?: BreakerListener;
}

/** A hedge may be larger than an order, come faster, and on older data: being unhedged is the greater risk. */
export const hedgeLeniency = { notional: 2, ordersPerSecond: 2, bookAge: 3 } as const;

/** Names of the breakers that the gate trips itself. */
export const gateBreakers = {
  dailyLoss: "daily loss",
  singleLoss: "single loss",
  failures: "failures",
  volatility: "volatility",
} as const;

/**
 * Says whether a trade may be made. Limits of what is held (breakers, position, venue, total, exposure, losses, trades
 * under way) and of the market's state (depth, spread, volatility) stop what opens or enlarges a position; whether
 * it does is seen from the positions, not only from what the trade says of itself. A trade that only takes positions
 * off is held to what makes an order sane: its size, its prices, orders per second, age of data, clocks. What is not
 * known passes nothing.
 */
export class RiskGate {
  readonly breakers: Breakers;
  readonly #rate = new OrderRate();
  readonly #loss = new DailyLoss();
  readonly #buy: LegChange = { value: NaN, position: NaN, growth: NaN, isReduction: false };
  readonly #sell: LegChange = { ...this.#buy };
  #failures = 0;

  constructor(private readonly options: RiskGateOptions) {
    const { clock, listener, day } = options;
    if (day !== undefined) this.#loss.restore(day.day, day.forgiven);
    this.breakers = new Breakers({
      clock,
      cooldownMs: () => options.limits().breakerCooldownMs,
      listener: {
        onTripped: (state) => listener?.onTripped(state),
        onReset: (state, by) => {
          if (by === "hand") this.#forgive(state.name);
          listener?.onReset(state, by);
        },
      },
    });
  }

  /** Why a trade may not be made; undefined when it may. Counts nothing, and allocates nothing when it may. */
  check(intent: TradeIntent, view: RiskView): RiskRefusal | undefined {
    const limits = this.options.limits();
    const { buy, sell } = intent;
    // Both sizes at the price that is paid: what the dear side brings beyond it is no risk.
    const price = buy.notional / buy.quantity;
    setLegChange(this.#buy, buy.notional, 1, view.positionNotional(buy.instrument));
    setLegChange(this.#sell, sell.quantity * price, -1, view.positionNotional(sell.instrument));
    const isExit = intent.purpose === "exit" && this.#buy.isReduction && this.#sell.isReduction;
    return insane(buy, "buy") ?? insane(sell, "sell") ??
      (isExit ? undefined : this.#acquisition(intent, view, limits)) ??
      tooLarge(buy, this.#buy.value, limits) ?? tooLarge(sell, this.#sell.value, limits) ??
      this.#tooFast(2, limits.maxOrdersPerSecond) ??
      unfitOrder(buy, view, limits) ?? unfitOrder(sell, view, limits);
  }

  /**
   * Why a hedge may not be sent; undefined when it may. Only its size, orders per second and the age of the data count,
   * each with {@link hedgeLeniency}.
   */
  checkHedge({ instrument, notional }: HedgeOrder, view: RiskView): RiskRefusal | undefined {
    const limits = this.options.limits();
    const most = this.maxHedgeNotional;
    if (!(notional > 0 && isWithin(notional, most))) {
      return overLimit(
        "maxNotional",
        `the value of the hedge on ${instrumentName(instrument)}`,
        notional,
        most,
      );
    }
    return this.#tooFast(1, limits.maxOrdersPerSecond * hedgeLeniency.ordersPerSecond) ??
      tooOld(instrument, view, limits.maxBookAgeMs * hedgeLeniency.bookAge);
  }

  /** Largest value of one hedge, quote: what is more is hedged in parts. */
  get maxHedgeNotional(): number {
    return this.options.limits().maxNotional * hedgeLeniency.notional;
  }

  /** Orders are being sent, hedges too. */
  ordersSent(count: number): void {
    this.#rate.add(count, this.options.clock.monotonicMs());
  }

  /** A trade has ended. May trip breakers. A profit that is not known is taken for a failure and for a loss. */
  executionEnded({ profit, isClean, base }: ExecutionEnd): void {
    const { maxSingleLoss, maxConsecutiveFailures } = this.options.limits();
    if (!(profit >= -maxSingleLoss)) {
      const loss = Number.isNaN(profit) ? "what a trade lost is not known" : `a trade lost ${-profit}`;
      this.breakers.trip(gateBreakers.singleLoss, base, `${loss}, allowed is at most ${maxSingleLoss}`);
    }
    this.#failures = isClean && !Number.isNaN(profit) ? 0 : this.#failures + 1;
    if (this.#failures < maxConsecutiveFailures) return;
    this.breakers.trip(gateBreakers.failures, "all", `${this.#failures} trades in a row went wrong`);
    // When the breaker's time is over, one more that goes wrong is enough.
    this.#failures = maxConsecutiveFailures - 1;
  }

  /** Looks at the profit of the day. To be called after each trade and a few times a second. May trip a breaker. */
  review({ dayPnl }: Pick<RiskView, "dayPnl">): void {
    const now = this.options.clock.epochMs();
    this.#loss.update(dayPnl, now);
    const { maxDailyLoss } = this.options.limits();
    const loss = this.#loss.at(dayPnl);
    // A profit that is not known stops single trades; it is no loss yet.
    if (!(loss >= maxDailyLoss)) return;
    const reason = `the day has lost ${loss}, allowed is less than ${maxDailyLoss}`;
    this.breakers.trip(gateBreakers.dailyLoss, "all", reason, { cooldownMs: dayMs - now % dayMs });
  }

  /** Profit of the day from which its loss is counted, quote: 0, or what was lost when somebody forgave it. */
  get forgivenToday(): number {
    return this.#loss.forgiven;
  }

  /** A volatility was measured. Trips the coin's breaker when it is too high. */
  volatilityMeasured(instrument: Instrument, bps: number): void {
    const { maxVolatilityBps } = this.options.limits();
    if (isWithin(bps, maxVolatilityBps)) return;
    const moves = `${instrumentName(instrument)} moves ${bps.toFixed(1)} bps in a minute`;
    const reason = `${moves}, allowed is at most ${maxVolatilityBps}`;
    this.breakers.trip(gateBreakers.volatility, instrument.base, reason);
  }

  #forgive(name: string): void {
    if (name === gateBreakers.failures) this.#failures = 0;
    if (name === gateBreakers.dailyLoss) this.#loss.forgive();
  }

  /** What stops a trade because it opens or enlarges a position. */
  #acquisition(intent: TradeIntent, view: RiskView, limits: RiskLimits): RiskRefusal | undefined {
    return this.#stopped(intent) ??
      this.#tooMuchLost(view, limits) ??
      tooMany(view, limits) ??
      tooMuchHeld(intent, this.#buy, this.#sell, view, limits) ??
      tooCostly(intent, limits) ??
      unfitMarket(intent.buy, view, limits) ?? unfitMarket(intent.sell, view, limits);
  }

  #stopped({ buy, sell }: TradeIntent): RiskRefusal | undefined {
    const { killSwitch } = this.options;
    if (killSwitch?.isEngaged) return refused("kill switch", killSwitch.reason);
    const { base, exchange } = buy.instrument;
    const state = this.breakers.stopping(base, exchange, sell.instrument.exchange);
    return state && refused("breaker", `${state.name} (${state.scope}): ${state.reason}`);
  }

  #tooMuchLost({ dayPnl }: RiskView, { maxDailyLoss }: RiskLimits): RiskRefusal | undefined {
    const loss = this.#loss.at(dayPnl);
    // At the limit the day is over, not beyond it.
    return loss < maxDailyLoss
      ? undefined
      : overLimit("maxDailyLoss", "the loss of the day", loss, maxDailyLoss);
  }

  #tooFast(count: number, most: number): RiskRefusal | undefined {
    const orders = this.#rate.within(this.options.clock.monotonicMs()) + count;
    return orders <= most
      ? undefined
      : overLimit("maxOrdersPerSecond", "with this, the number of orders within a second", orders, most);
  }
}

function tooMany({ openExecutions }: RiskView, { maxOpenExecutions }: RiskLimits): RiskRefusal | undefined {
  const count = openExecutions + 1;
  return count <= maxOpenExecutions
    ? undefined
    : overLimit("maxOpenExecutions", "with this, the number of trades under way", count, maxOpenExecutions);
}
