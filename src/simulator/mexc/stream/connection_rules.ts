/**
 * When MEXC ends a connection by itself.
 * @module
 */
import type { Clock, Timer } from "../../../core/clock.ts";

const withoutSubscriptionMs = 30_000;
const withoutTrafficMs = 60_000;
const maxAgeMs = 24 * 3_600_000;
const maxMessagesPerSecond = 100;

/**
 * Closes a connection that has had no valid subscription for 30 s, one without any traffic for 60 s (data that
 * the exchange sends and requests of the client both count), one that is 24 h old, and one whose client sends
 * more than 100 messages within a second.
 */
export class MexcConnectionRules {
  readonly #clock: Clock;
  readonly #close: (reason: string) => void;
  readonly #age: Timer;
  #idle: Timer;
  #subscribed = false;
  #lastTrafficMs: number;
  #windowStartMs = 0;
  #windowCount = 0;

  /** @param close Ends the connection; the reason is for people. */
  constructor(clock: Clock, close: (reason: string) => void) {
    this.#clock = clock;
    this.#close = close;
    this.#lastTrafficMs = clock.monotonicMs();
    this.#age = clock.setTimer(maxAgeMs, () => close("connection is 24 hours old"));
    this.#idle = this.#waitForSubscription();
  }

  /** Notes a frame in either direction. */
  traffic(): void {
    this.#lastTrafficMs = this.#clock.monotonicMs();
  }

  /** Notes a message of the client; returns false when it was one too many and the connection is closed. */
  countMessage(): boolean {
    this.traffic();
    const now = this.#clock.monotonicMs();
    if (now - this.#windowStartMs >= 1000) {
      this.#windowStartMs = now;
      this.#windowCount = 0;
    }
    this.#windowCount += 1;
    if (this.#windowCount <= maxMessagesPerSecond) return true;
    this.#close("too many messages");
    return false;
  }

  /**
   * Notes how many subscriptions the connection holds. UNCONFIRMED: a connection that unsubscribed from
   * everything is treated like a new one.
   */
  subscriptions(count: number): void {
    if (count > 0 === this.#subscribed) return;
    this.#subscribed = count > 0;
    this.#idle.cancel();
    this.#idle = this.#subscribed ? this.#waitForTraffic() : this.#waitForSubscription();
  }

  /** Stops all timers. */
  stop(): void {
    this.#age.cancel();
    this.#idle.cancel();
  }

  #waitForSubscription(): Timer {
    return this.#clock.setTimer(withoutSubscriptionMs, () => this.#close("no subscription for 30 seconds"));
  }

  #waitForTraffic(): Timer {
    const silentMs = this.#clock.monotonicMs() - this.#lastTrafficMs;
    return this.#clock.setTimer(withoutTrafficMs - silentMs, () => {
      if (this.#clock.monotonicMs() - this.#lastTrafficMs >= withoutTrafficMs - 1) {
        this.#close("no traffic for 60 seconds");
      } else {
        this.#idle = this.#waitForTraffic();
      }
    });
  }
}
