/**
 * Everything that Gate.io spot answers.
 * @module
 */
import type { Ledger } from "../accounts/ledger.ts";
import type { GateModule } from "./gate_endpoint.ts";
import { SpotAccountBook } from "./spot_account_book.ts";
import { spotAccountEndpoints } from "./spot_account_endpoints.ts";
import { spotApiChannels } from "./spot_api_channels.ts";
import { GateCountdown } from "./gate_countdown.ts";
import type { SpotMarket } from "./spot_market.ts";
import { spotOrderEndpoints } from "./spot_order_endpoints.ts";
import { SpotBatches, SpotOrders } from "./spot_orders.ts";
import { spotPriceOrderEndpoints } from "./spot_price_order_endpoints.ts";
import { SpotPriceOrders } from "./spot_price_orders.ts";
import { spotPrivateChannels } from "./spot_private_channels.ts";
import { spotPublicEndpoints } from "./spot_public_endpoints.ts";

/** Builds the module. @param ledger What was booked before. */
export function spotModule(market: SpotMarket, ledger: Ledger): GateModule {
  const orders = new SpotOrders(market);
  const countdown = new GateCountdown(market.context.clock);
  const triggered = new SpotPriceOrders(market, orders);
  const parts = { market, orders, batches: new SpotBatches(orders), countdown };
  return {
    endpoints: [
      ...spotPublicEndpoints(market),
      ...spotOrderEndpoints(parts),
      ...spotAccountEndpoints(market, new SpotAccountBook(market.trading.events, ledger)),
      ...spotPriceOrderEndpoints(triggered),
    ],
    privateChannels: spotPrivateChannels(market, triggered),
    apiChannels: spotApiChannels(parts),
    stop: (): void => {
      countdown.stop();
      triggered.stop();
    },
  };
}
