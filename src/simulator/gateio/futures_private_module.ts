/**
 * Everything of Gate.io futures that needs a key.
 * @module
 */
import type { LedgerEntry } from "../accounts/ledger.ts";
import type { GateModule } from "./gate_endpoint.ts";
import { accountEndpoints } from "./futures_account_rest.ts";
import { futuresApiChannels } from "./futures_api_channels.ts";
import { GateCountdown } from "./gate_countdown.ts";
import { historyEndpoints } from "./futures_history_rest.ts";
import { FuturesJournal } from "./futures_journal.ts";
import { orderEndpoints } from "./futures_order_rest.ts";
import { FuturesOrders } from "./futures_orders.ts";
import { positionEndpoints } from "./futures_position_rest.ts";
import { futuresPrivateChannels } from "./futures_private_channels.ts";
import { triggerEndpoints } from "./futures_trigger_rest.ts";
import { FuturesTriggers } from "./futures_triggers.ts";
import type { FuturesParts } from "./futures_user.ts";

/** @param before What happened to the accounts before, such as first deposits. */
export function futuresPrivateModule(parts: FuturesParts, before: readonly LedgerEntry[]): GateModule {
  const journal = new FuturesJournal(parts.engine, before);
  const orders = new FuturesOrders(parts);
  const triggers = new FuturesTriggers(parts, orders);
  const countdown = new GateCountdown(parts.market.context.clock);
  return {
    endpoints: [
      ...accountEndpoints(parts, journal),
      ...positionEndpoints(parts),
      ...orderEndpoints(parts, orders, countdown),
      ...historyEndpoints(parts),
      ...triggerEndpoints(triggers),
    ],
    privateChannels: futuresPrivateChannels({ ...parts, journal, triggers }),
    apiChannels: futuresApiChannels(orders),
    stop: (): void => countdown.stop(),
  };
}
