/**
 * The other side of all futures accounts.
 * @module
 */
import { House } from "../accounts/account.ts";
import type { Atoms } from "../accounts/atoms.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";

/**
 * What users won and lost, who holds what they hold, and the insurance fund. Profits and funding of users come from
 * the crowd when they are booked and losses go there, so its coins and the users' are constant together.
 */
export class FuturesHouse extends House {
  readonly #positions = new Map<MarketInstrument, number>();
  #insurance: Atoms = 0n;

  /** Lots that the crowd holds, by contract; negative short. The positions of the users are the opposite. */
  get positions(): ReadonlyMap<MarketInstrument, number> {
    return this.#positions;
  }

  /** What the insurance fund won from liquidations less what it paid for. It is a part of {@link House.crowd}. */
  get insurance(): Atoms {
    return this.#insurance;
  }

  /** The crowd buys lots from a user; negative when it sells. */
  take(instrument: MarketInstrument, lots: number): void {
    this.#positions.set(instrument, (this.#positions.get(instrument) ?? 0) + lots);
  }

  /** The insurance fund gets an amount from a user; negative when it pays. */
  toInsurance(coin: string, amount: Atoms): void {
    this.#insurance += amount;
    this.toCrowd(coin, amount);
  }
}
