/**
 * What all parts of the simulated MEXC look at.
 * @module
 */
import { createHash } from "node:crypto";
import type { Account } from "../accounts/account.ts";
import type { Wallet } from "../accounts/wallet.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { SpotTrading } from "../trading/spot_trading.ts";
import { stampMs, type VenueContext } from "../venue_context.ts";
import { mexcErrors } from "./rest/errors.ts";

/** Id of the coin in the documented sample. */
const usdtId = "128f589271cb4951b03e71e6323eb7be";

/** The market, its orders and its users. */
export class MexcVenue {
  constructor(readonly context: VenueContext, readonly trading: SpotTrading) {}

  /** The venue's clock: whole epoch milliseconds. */
  get nowMs(): number {
    return stampMs(this.context.clock);
  }

  /** All instruments, whatever their state. */
  get instruments(): MarketInstrument[] {
    return [...this.context.instruments.values()];
  }

  /** The instrument with this symbol. @throws {MexcError} −1121 when there is none. */
  instrument(symbol: string): MarketInstrument {
    const instrument = this.context.instruments.get(symbol);
    if (instrument === undefined) throw mexcErrors.invalidSymbol();
    return instrument;
  }

  /** The spot coins of an account. */
  wallet(account: Account): Wallet {
    return account.wallets.get("MEXC_SPOT")!;
  }

  /** Every coin that is traded, base coins first, each once. */
  get coins(): string[] {
    const specs = this.instruments.map(({ spec }) => spec);
    return [...new Set([...specs.map(({ base }) => base), ...specs.map(({ quote }) => quote)])];
  }
}

/** The venue's internal id of a symbol or coin: 32 hexadecimal digits, always the same for a name. */
export function internalId(name: string): string {
  return name === "USDT" ? usdtId : createHash("md5").update(`mexc ${name}`).digest("hex");
}
