/**
 * What all parts of the Gate.io spot market look things up in.
 * @module
 */
import type { Account } from "../accounts/account.ts";
import type { Wallet } from "../accounts/wallet.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { SpotTrading } from "../trading/spot_trading.ts";
import { stampMs, type VenueContext } from "../venue_context.ts";
import { gateRestErrors, GateWsError } from "./gate_errors.ts";

/** Pairs, coins and the order desk. */
export class SpotMarket {
  constructor(readonly context: VenueContext, readonly trading: SpotTrading) {}

  /** The venue's clock: whole epoch milliseconds. */
  get nowMs(): number {
    return stampMs(this.context.clock);
  }

  /** Pairs that are not delisted. */
  get listed(): MarketInstrument[] {
    return [...this.context.instruments.values()].filter(({ listing }) => listing.status !== "delisted");
  }

  /** All coins that are traded, in order of appearance. */
  get coins(): string[] {
    return [
      ...new Set([...this.context.instruments.values()].flatMap(({ spec }) => [spec.base, spec.quote])),
    ];
  }

  /** A pair by name. @throws {GateRestError} INVALID_CURRENCY_PAIR. */
  instrument(pair: string): MarketInstrument {
    const instrument = this.context.instruments.get(pair);
    if (instrument === undefined) throw gateRestErrors.invalidPair(pair);
    return instrument;
  }

  /** A pair that a subscription names. @throws {GateWsError} with code 2. */
  subscribed(pair: string): MarketInstrument {
    const instrument = this.context.instruments.get(pair);
    if (instrument === undefined) throw new GateWsError(2, `unknown currency pair: ${pair}`);
    return instrument;
  }

  /** A coin by name, or nothing for no name. @throws {GateRestError} INVALID_CURRENCY. */
  coin(name: string | undefined): string | undefined {
    if (name !== undefined && !this.coins.includes(name)) throw gateRestErrors.invalidCurrency(name);
    return name;
  }

  /** The spot wallet of an account. */
  wallet(account: Account): Wallet {
    return account.wallets.get("GATEIO_SPOT")!;
  }
}
