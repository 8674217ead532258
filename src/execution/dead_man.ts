/**
 * Keeps the dead-man switch of a venue wound up: when this program dies, the venue takes its orders back.
 * @module
 */
import type { Clock, Timer } from "../core/clock.ts";
import { errorMessage } from "../core/errors.ts";
import type { Outcome } from "../core/order_request.ts";
import type { Logger } from "../logging/logger.ts";
import type { TradingVenue } from "./trading_venue.ts";

/** What a {@link DeadMan} takes. */
export interface DeadManOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly venue: TradingVenue;
  /** Whole seconds after which the venue cancels all orders, from 5 to 3,600. */
  readonly timeoutSeconds: number;
  /** Whether orders may be sent at any moment. */
  isAcquiring(): boolean;
  /** Whether orders of ours may be open at the venue. */
  hasOpenOrders(): boolean;
  /**
   * It could not be wound up, its time has run out since, or it is wound up again after that. Default: only logged.
   */
  onChange?(state: "failing" | "expired" | "wound", why: string): void;
}

const shortestSeconds = 5;
const longestSeconds = 3_600;
/** Times that it is wound up within its timeout. */
const winds = 3;
/** Wait after a failure was retried at once, milliseconds; it doubles up to a part of the time between two winds. */
const firstRetryMs = 250;
const retriesPerWind = 8;

/** Why the switch was not set, and after how many milliseconds the venue wants to hear of it again. */
interface Failure {
  readonly why: string;
  readonly retryAfterMs?: number | undefined;
}

/** One switch of one venue. While nothing is sent and nothing is open it is off, so that it cancels nothing late. */
export class DeadMan {
  readonly #options: DeadManOptions;
  #timer: Timer | undefined;
  #isRunning = false;
  /** The question under way. */
  #asking: Promise<Failure | undefined> | undefined;
  #isExpired = false;
  /** Monotonic milliseconds until which the venue waits at least; -Infinity when it is off. */
  #woundUntil = -Infinity;
  /** Whether the venue may be counting. */
  #isOn = false;
  #failures = 0;

  /** @throws {RangeError} when the venue has no such switch, or does not take this time. */
  constructor(options: DeadManOptions) {
    const { venue, timeoutSeconds } = options;
    if (venue.keepAlive === undefined) throw new RangeError(`${venue.exchange} has no dead-man switch`);
    const isWhole = Number.isInteger(timeoutSeconds);
    if (!isWhole || timeoutSeconds < shortestSeconds || timeoutSeconds > longestSeconds) {
      throw new RangeError(
        `Cannot set a dead-man switch to ${timeoutSeconds} s: ` +
          `use whole seconds from ${shortestSeconds} to ${longestSeconds}`,
      );
    }
    this.#options = options;
  }

  /** Whether the venue would cancel the orders if this program died now. */
  get isWound(): boolean {
    return this.#options.clock.monotonicMs() < this.#woundUntil;
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** Winds it up now when that is needed, and goes on. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#tick();
  }

  /** Looks again at once whether it is needed, such as when acquisition is allowed. */
  poke(): void {
    if (!this.#isRunning || this.#asking !== undefined || this.isWound === this.#isNeeded) return;
    void this.#tick();
  }

  /**
   * Ends it. The switch is turned off, except when orders are still open: then it is left to run out, which cancels
   * them. Never rejects.
   */
  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#timer?.cancel();
    // Two requests under way may arrive in any order.
    await this.#asking;
    const { logger, venue: { exchange } } = this.#options;
    if (!this.#isOn) return;
    if (this.#options.hasOpenOrders()) {
      logger.warn("The dead-man switch is left on to cancel what is open", { exchange });
      return;
    }
    const failure = await this.#set(0);
    if (failure === undefined) return;
    logger.warn("The dead-man switch is not turned off", { exchange, error: failure.why });
  }

  get #isNeeded(): boolean {
    return this.#options.isAcquiring() || this.#options.hasOpenOrders();
  }

  get #spacingMs(): number {
    return this.#options.timeoutSeconds * 1000 / winds;
  }

  async #tick(): Promise<void> {
    this.#timer?.cancel();
    const isNeeded = this.#isNeeded;
    if (!isNeeded && !this.#isOn) return this.#wait(this.#spacingMs);
    const askedAt = this.#options.clock.monotonicMs();
    this.#asking = this.#set(isNeeded ? this.#options.timeoutSeconds : 0);
    const failure = await this.#asking;
    this.#asking = undefined;
    if (!this.#isRunning) return;
    if (failure !== undefined) return this.#failed(failure);
    this.#succeeded();
    if (this.#isNeeded !== isNeeded) return this.#wait(0);
    // Answers take their time; the next wind is due a third of the timeout after this one left.
    const spentMs = this.#options.clock.monotonicMs() - askedAt;
    this.#wait(Math.max(0, this.#spacingMs - spentMs));
  }

  #wait(ms: number): void {
    this.#timer = this.#options.clock.setTimer(ms, () => void this.#tick());
  }

  #succeeded(): void {
    const failures = this.#failures;
    this.#failures = 0;
    this.#isExpired = false;
    if (failures > 0) this.#tell("wound", `The dead-man switch works again after ${failures} failures`);
  }

  #failed({ why, retryAfterMs = 0 }: Failure): void {
    this.#failures += 1;
    const leftMs = this.#woundUntil - this.#options.clock.monotonicMs();
    if (this.#failures === 1) this.#tell("failing", `The dead-man switch cannot be set: ${why}`);
    if (leftMs <= 0 && !this.#isExpired) {
      this.#isExpired = true;
      const what = Number.isFinite(this.#woundUntil)
        ? "its time is over, and the venue may have cancelled all orders"
        : "orders would outlive this program";
      this.#tell("expired", `The dead-man switch is not set: ${what}`);
    }
    const longestMs = Math.max(firstRetryMs, this.#spacingMs / retriesPerWind);
    const waitMs = this.#failures === 1 ? 0 : firstRetryMs * 2 ** Math.min(this.#failures - 2, 20);
    // Whoever is too fast for the venue is not heard earlier by asking again.
    this.#wait(Math.max(Math.min(waitMs, longestMs), Math.min(retryAfterMs, this.#spacingMs)));
  }

  #tell(state: "failing" | "expired" | "wound", why: string): void {
    const { logger, onChange, venue: { exchange } } = this.#options;
    if (state === "wound") logger.info(why, { exchange });
    else logger.warn(why, { exchange });
    onChange?.(state, why);
  }

  /** Sets the switch. Returns why it failed. A lost answer says nothing: the old time counts as long as it was. */
  async #set(seconds: number): Promise<Failure | undefined> {
    const { clock, venue } = this.#options;
    const askedAt = clock.monotonicMs();
    if (seconds > 0) this.#isOn = true;
    let outcome: Outcome<void>;
    try {
      outcome = await venue.keepAlive!(seconds);
    } catch (error) {
      return { why: errorMessage(error) };
    }
    if (outcome.kind === "unknown") return outcome;
    if (outcome.kind === "refused") {
      const { reason, code, message, retryAfterMs } = outcome;
      return { why: `${reason} ${code} ${message}`, retryAfterMs };
    }
    this.#isOn = seconds > 0;
    // The venue counts from when it was asked or later.
    this.#woundUntil = seconds > 0 ? askedAt + seconds * 1000 : -Infinity;
    return undefined;
  }
}
