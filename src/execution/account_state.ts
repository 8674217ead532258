/**
 * What of an account's coins is free for orders.
 * @module
 */
import type { BalanceSnapshot } from "../core/balance.ts";
import type { Clock } from "../core/clock.ts";
import type { ExchangeKey } from "../core/exchange.ts";

/** What an {@link AccountState} takes. */
export interface AccountStateOptions {
  readonly clock: Pick<Clock, "epochMs" | "monotonicMs">;
  readonly exchange: ExchangeKey;
  /** How far the venue's stamps may be from true time, milliseconds; one second when left out. */
  readonly clockErrorMs?: () => number;
}

/** A balance that was pushed. */
interface Streamed {
  readonly available: number;
  /** The venue's stamp, epoch milliseconds. */
  readonly time: number;
  /** Receipt, monotonic milliseconds. */
  readonly receivedAt: number;
}

/** The answer to a question about all balances. Coins that are not in it are 0: venues leave those out. */
interface Asked {
  readonly available: ReadonlyMap<string, number>;
  /** Monotonic milliseconds of the question. */
  readonly askedAt: number;
  /** Epoch milliseconds of the answer's receipt. */
  readonly answeredAt: number;
}

interface Reservation {
  readonly coin: string;
  /** In units of the coin. */
  readonly amount: number;
}

/** A reservation whose order has ended, while it may not show in the balance yet. */
interface Released extends Reservation {
  readonly monotonicMs: number;
  readonly epochMs: number;
}

const usualClockErrorMs = 1_000;
/** A stamp that is so much older was made by a clock that was set back. */
const clockStepMs = 5_000;

/**
 * Balances and what orders bind of them. Never says more than there is: nobody knows whether a balance was made before
 * or after an order reached the venue, so a living order counts beside the balance although the venue may have taken it
 * off already, and an ended one counts until a balance has come that is certainly newer.
 */
export class AccountState {
  readonly #options: AccountStateOptions;
  readonly #streamed = new Map<string, Streamed>();
  readonly #reservations = new Map<string, Reservation>();
  #released: Released[] = [];
  #asked: Asked | undefined;
  #lostAt = -Infinity;

  constructor(options: AccountStateOptions) {
    this.#options = options;
  }

  /** Whether all balances are known. */
  get isKnown(): boolean {
    return this.#asked !== undefined;
  }

  /**
   * Monotonic milliseconds since which an ended order counts because no balance is certainly newer; NaN when none does.
   * Balances that came before the order's end are why: asking for all of them anew settles it.
   */
  get waitsSince(): number {
    return this.#released[0]?.monotonicMs ?? NaN;
  }

  /**
   * Whether a push tells of more than counts, such as a deposit, because it may be from before the last answer: asking for
   * all of them anew settles it.
   */
  get mayHaveMore(): boolean {
    const asked = this.#asked;
    if (asked === undefined) return false;
    for (const [coin, { available }] of this.#streamed) {
      if (available > this.#available(coin, asked)) return true;
    }
    return false;
  }

  /**
   * All balances of the account.
   *
   * @param askedAt Monotonic milliseconds just before the question was sent.
   * @returns Whether they were taken; not when the connection was lost after the question: ask anew.
   * @throws {RangeError} when a balance is of another venue.
   */
  takeAll(balances: readonly BalanceSnapshot[], askedAt: number): boolean {
    for (const balance of balances) this.#check(balance);
    if (askedAt <= this.#lostAt || askedAt < (this.#asked?.askedAt ?? -Infinity)) return false;
    const available = new Map(balances.map((balance) => [balance.coin, availableOf(balance)]));
    this.#asked = { available, askedAt, answeredAt: this.#options.clock.epochMs() };
    // What was pushed before the question is in the answer.
    for (const [coin, { receivedAt }] of this.#streamed) {
      if (receivedAt < askedAt) this.#streamed.delete(coin);
    }
    this.#released = this.#released.filter(({ monotonicMs }) => monotonicMs > askedAt);
    return true;
  }

  /**
   * A balance of one coin, from the stream.
   *
   * @throws {RangeError} when it is of another venue.
   */
  take(balance: BalanceSnapshot): void {
    this.#check(balance);
    const { coin, time } = balance;
    const age = (this.#streamed.get(coin)?.time ?? -Infinity) - time;
    if (age > 0 && age <= clockStepMs) return;
    const receivedAt = this.#options.clock.monotonicMs();
    this.#streamed.set(coin, { available: availableOf(balance), time, receivedAt });
    const certainlyBefore = time - this.#clockErrorMs;
    this.#released = this.#released.filter((released) =>
      released.coin !== coin || released.epochMs >= certainlyBefore
    );
  }

  /** What happens from now on is not told: nothing is known until all balances were asked for. */
  lost(): void {
    this.#lostAt = this.#options.clock.monotonicMs();
    this.#asked = undefined;
    this.#streamed.clear();
  }

  /** Units of a coin that are free for orders; 0 when that is not known. */
  free(coin: string): number {
    if (this.#asked === undefined) return 0;
    let free = this.#available(coin, this.#asked);
    for (const reservation of this.#reservations.values()) {
      if (reservation.coin === coin) free -= reservation.amount;
    }
    for (const released of this.#released) if (released.coin === coin) free -= released.amount;
    return Math.max(0, free);
  }

  /**
   * Binds what an order can spend at most.
   *
   * @param order Its client order id.
   * @param amount Units of the coin.
   * @throws {RangeError} when the order has a reservation already, or the amount is negative or no number.
   */
  reserve(order: string, coin: string, amount: number): void {
    if (!(amount >= 0 && Number.isFinite(amount))) {
      throw new RangeError(`Cannot reserve ${amount} ${coin} for order ${order}: it must be 0 or more`);
    }
    if (this.#reservations.has(order)) throw new RangeError(`Order ${order} has a reservation already`);
    this.#reservations.set(order, { coin, amount });
  }

  /** The order has ended. Without effect for one that has no reservation. */
  release(order: string): void {
    const reservation = this.#reservations.get(order);
    if (reservation === undefined) return;
    this.#reservations.delete(order);
    const { clock } = this.#options;
    const now = { monotonicMs: clock.monotonicMs(), epochMs: clock.epochMs() };
    if (reservation.amount > 0) this.#released.push({ ...reservation, ...now });
  }

  /** The lesser one of answer and push, unless the push was certainly made after the answer. */
  #available(coin: string, asked: Asked): number {
    const answer = asked.available.get(coin) ?? 0;
    const streamed = this.#streamed.get(coin);
    if (streamed === undefined) return answer;
    const isNewer = streamed.time > asked.answeredAt + this.#clockErrorMs;
    return isNewer ? streamed.available : Math.min(answer, streamed.available);
  }

  get #clockErrorMs(): number {
    return this.#options.clockErrorMs?.() ?? usualClockErrorMs;
  }

  #check({ exchange, coin }: BalanceSnapshot): void {
    if (exchange !== this.#options.exchange) {
      throw new RangeError(
        `The balance of ${coin} is of ${exchange}, and the account is at ${this.#options.exchange}`,
      );
    }
  }
}

/** Margin calls show as a negative balance; what is no number is nothing. */
function availableOf({ available }: BalanceSnapshot): number {
  return available > 0 ? available : 0;
}
