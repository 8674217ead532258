/**
 * What the wallet endpoints work with.
 * @module
 */
import type { Account } from "../accounts/account.ts";
import type { Atoms } from "../accounts/atoms.ts";
import type { Wallet } from "../accounts/wallet.ts";
import type { FuturesEngine } from "../trading/futures_contract.ts";
import type { SpotMarket } from "./spot_market.ts";

/** The futures account as the wallet sees it, in USDT. */
export interface FuturesFunds {
  /** Cash that may be taken out. */
  available(account: Account): Atoms;
  /** Cash, margins included, without unrealised results. */
  total(account: Account): Atoms;
  unrealisedPnl(account: Account): Atoms;
}

/** Coin of the futures account. */
export const settleCoin = "USDT";

/** Both of a user's wallets. */
export class WalletMarket {
  constructor(readonly spot: SpotMarket, readonly funds: FuturesFunds) {}

  /** The futures wallet of an account. */
  futuresWallet(account: Account): Wallet {
    return account.wallets.get("GATEIO_FUTURES")!;
  }

  /** Value of one coin in USDT at the last price; 0 when it has none. */
  price(coin: string): number {
    if (coin === settleCoin) return 1;
    const instrument = this.spot.context.instruments.get(`${coin}_${settleCoin}`);
    return instrument === undefined ? 0 : instrument.spec.tick.value(instrument.statistics.lastTick);
  }
}

/** What the futures engine says about an account. */
export function futuresFunds(engine: FuturesEngine): FuturesFunds {
  return {
    available: (account) => engine.view(account).available,
    total: (account) => engine.view(account).total,
    unrealisedPnl: (account) => engine.view(account).unrealisedPnl,
  };
}
