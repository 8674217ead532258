/**
 * What Gate.io answers about users and their money, whatever the market.
 * @module
 */
import type { Ledger } from "../accounts/ledger.ts";
import { accountEndpoints } from "./account_endpoints.ts";
import { AccountGroups } from "./account_groups.ts";
import type { GateModule } from "./gate_endpoint.ts";
import type { SpotMarket } from "./spot_market.ts";
import { walletEndpoints } from "./wallet_endpoints.ts";
import { type FuturesFunds, WalletMarket } from "./wallet_market.ts";
import { WalletRecords } from "./wallet_records.ts";

/** Builds the module. @param ledger What was booked before. */
export function walletModule(spot: SpotMarket, ledger: Ledger, funds: FuturesFunds): GateModule {
  const { clock, accounts } = spot.context;
  return {
    endpoints: [
      ...accountEndpoints(new AccountGroups(clock, accounts)),
      ...walletEndpoints(new WalletMarket(spot, funds), new WalletRecords(spot.trading.events, ledger)),
    ],
    privateChannels: new Map(),
    apiChannels: new Map(),
  };
}
