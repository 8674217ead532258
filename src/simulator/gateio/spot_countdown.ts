/**
 * The dead-man switch: orders are cancelled unless the user keeps putting it off.
 * @module
 */
import type { Timer } from "../../core/clock.ts";
import type { Account } from "../accounts/account.ts";
import { gateRestErrors } from "./gate_errors.ts";
import type { GateFields } from "./gate_fields.ts";
import type { SpotMarket } from "./spot_market.ts";
import type { SpotOrders } from "./spot_orders.ts";

const shortestSeconds = 5;

/** One switch per user and pair, and one for all pairs of a user. */
export class SpotCountdown {
  readonly #market: SpotMarket;
  readonly #orders: SpotOrders;
  readonly #timers = new Map<string, Timer>();

  constructor(market: SpotMarket, orders: SpotOrders) {
    this.#market = market;
    this.#orders = orders;
  }

  /**
   * Sets, renews or ends a countdown. Answers when it will be over in epoch milliseconds, 0 when it was ended
   * (UNCONFIRMED: what is answered then).
   *
   * @throws {GateRestError} INVALID_PARAM_VALUE when `timeout` is from 1 to 4.
   */
  set(account: Account, fields: GateFields): { triggerTime: string } {
    fields.required("timeout");
    const seconds = fields.whole("timeout", 0, 0);
    if (seconds !== 0 && seconds < shortestSeconds) {
      throw gateRestErrors.badParameter("timeout", String(seconds));
    }
    const pair = fields.optional("currency_pair");
    if (pair !== undefined) this.#market.instrument(pair);
    const name = `${account.uid} ${pair ?? ""}`;
    this.#timers.get(name)?.cancel();
    this.#timers.delete(name);
    if (seconds === 0) return { triggerTime: "0" };
    const timer = this.#market.context.clock.setTimer(seconds * 1000, () => {
      this.#timers.delete(name);
      this.#orders.cancelPair(account, pair);
    });
    this.#timers.set(name, timer);
    return { triggerTime: String(this.#market.nowMs + seconds * 1000) };
  }

  /** Ends all countdowns without cancelling anything. */
  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }
}
