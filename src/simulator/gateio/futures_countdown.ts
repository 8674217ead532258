/**
 * The dead man's switch of Gate.io futures: orders are cancelled unless the client keeps putting it off.
 * @module
 */
import type { Timer } from "../../core/clock.ts";
import type { GateCall } from "./gate_endpoint.ts";
import { gateRestErrors } from "./gate_errors.ts";
import type { GateFields } from "./gate_fields.ts";
import type { FuturesOrders } from "./futures_orders.ts";
import { accountOf, type FuturesParts } from "./futures_user.ts";

const shortestSeconds = 5;
/** Longest timer that the clock takes, in seconds. */
const longestSeconds = 2_000_000;

/** One countdown per account, and one per account and contract. */
export class FuturesCountdown {
  readonly #parts: FuturesParts;
  readonly #orders: FuturesOrders;
  readonly #timers = new Map<string, Timer>();

  constructor(parts: FuturesParts, orders: FuturesOrders) {
    this.#parts = parts;
    this.#orders = orders;
  }

  /**
   * Starts a countdown over, or ends it with a `timeout` of 0. Returns when the orders will be cancelled: epoch
   * milliseconds as text; "0" for never.
   *
   * @throws {GateRestError} INVALID_PARAM_VALUE, CONTRACT_NOT_FOUND.
   */
  set(call: GateCall, fields: GateFields): string {
    const timeout = fields.whole("timeout", -1, 0, longestSeconds);
    if (timeout > 0 && timeout < shortestSeconds) {
      throw gateRestErrors.badParameter("timeout", String(timeout));
    }
    const contract = fields.optional("contract");
    if (contract !== undefined) this.#parts.market.instrument(contract);
    const account = accountOf(call);
    const name = `${account.uid} ${contract ?? ""}`;
    this.#timers.get(name)?.cancel();
    this.#timers.delete(name);
    if (timeout === 0) return "0";
    const timer = this.#parts.market.context.clock.setTimer(timeout * 1000, () => {
      this.#timers.delete(name);
      this.#orders.cancelMatching(account, { contract, side: undefined, keepReducing: false });
    });
    this.#timers.set(name, timer);
    return String(call.nowMs + timeout * 1000);
  }
}
