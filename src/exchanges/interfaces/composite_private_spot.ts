/**
 * A spot account, the same for every venue.
 * @module
 */
import type { NetworkStatus, TransferRecord } from "../../core/account.ts";
import { CompositePrivateExchange } from "./composite_private_exchange.ts";
import type { SpotPrivateRest } from "./private_rest.ts";

/** Trading and account of one spot venue. */
export class CompositePrivateSpotExchange extends CompositePrivateExchange<SpotPrivateRest> {
  /** Whether coins can be deposited and withdrawn, per network; all coins when none are named. */
  networks(coins?: readonly string[]): Promise<NetworkStatus[]> {
    return this.rest.networks(coins);
  }

  /** Deposits and withdrawals from this epoch millisecond on. */
  transfers(sinceMs: number): Promise<TransferRecord[]> {
    return this.rest.transfers(sinceMs);
  }
}
