/**
 * Everything behind the MEXC host name.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import { SessionRegistry } from "../session_registry.ts";
import type {
  ExchangeHost,
  Respond,
  ServerRequest,
  ServerSession,
  ServerSocket,
  UpgradeRequest,
} from "../transport/server_port.ts";
import type { SpotTrading } from "../trading/spot_trading.ts";
import type { VenueContext } from "../venue_context.ts";
import { ListenKeys } from "./listen_keys.ts";
import { MexcVenue } from "./mexc_venue.ts";
import { AccountEndpoints } from "./rest/account_endpoints.ts";
import { contractEndpoints } from "./rest/contract_endpoints.ts";
import { ListenKeyEndpoints } from "./rest/listen_key_endpoints.ts";
import { MarketData } from "./rest/market_data.ts";
import { OrderEndpoints } from "./rest/order_endpoints.ts";
import { OrderQueries } from "./rest/order_queries.ts";
import { MexcRouter } from "./rest/router.ts";
import { StrategyGroupEndpoints } from "./rest/strategy_group_endpoints.ts";
import { TransferEndpoints } from "./rest/transfer_endpoints.ts";
import { WalletEndpoints } from "./rest/wallet_endpoints.ts";
import { MexcChannels } from "./stream/channels.ts";
import { refuseListenKey } from "./stream/private_connection.ts";
import { PrivateStreams } from "./stream/private_streams.ts";
import { MexcSession } from "./stream/session.ts";
import { MexcFunds } from "./wallet/funds.ts";
import { CoinNetworks } from "./wallet/networks.ts";

/** REST under `/api`, WebSocket at `/ws`. */
export class MexcHost implements ExchangeHost {
  /** The open connections. */
  readonly sessions = new SessionRegistry();
  readonly #clock: Clock;
  readonly #router: MexcRouter;
  readonly #channels: MexcChannels;
  readonly #streams: PrivateStreams;
  readonly #listenKeys: ListenKeys;

  constructor(context: VenueContext, trading: SpotTrading) {
    const venue = new MexcVenue(context, trading);
    this.#clock = context.clock;
    this.#listenKeys = new ListenKeys(context.clock, context.random.fork("listen keys"));
    this.#channels = new MexcChannels(context);
    this.#streams = new PrivateStreams(venue);
    const funds = new MexcFunds(venue);
    this.#router = new MexcRouter(venue, [
      ...new MarketData(venue).endpoints,
      ...contractEndpoints(venue),
      ...new OrderEndpoints(venue).endpoints,
      ...new OrderQueries(venue).endpoints,
      ...new AccountEndpoints(venue).endpoints,
      ...new StrategyGroupEndpoints(venue).endpoints,
      ...new WalletEndpoints(venue, funds, new CoinNetworks(venue)).endpoints,
      ...new TransferEndpoints(venue, funds).endpoints,
      ...new ListenKeyEndpoints(this.#listenKeys).endpoints,
    ]);
  }

  handle(request: ServerRequest, respond: Respond): void {
    respond(this.#router.handle(request));
  }

  accept({ path, query }: UpgradeRequest, socket: ServerSocket): ServerSession | undefined {
    if (path !== "/ws") return undefined;
    const listenKey = query.get("listenKey");
    if (listenKey !== null) return this.#acceptPrivate(listenKey, socket);
    const find = this.#channels.find.bind(this.#channels);
    return this.sessions.add(new MexcSession(socket, { clock: this.#clock, find }));
  }

  /** Ends the listen keys of an account, or of all, as if their hour were over. */
  expireListenKeys(uid?: string): void {
    this.#listenKeys.expire(uid);
  }

  /** A connection with a listen key reads its account's channels and the public ones. */
  #acceptPrivate(listenKey: string, socket: ServerSocket): ServerSession {
    const account = this.#listenKeys.open(listenKey);
    if (account === undefined) return refuseListenKey(socket);
    const session: MexcSession = new MexcSession(socket, {
      clock: this.#clock,
      find: (channel) => this.#streams.find(channel, account) ?? this.#channels.find(channel),
      ended: () => this.#listenKeys.disconnect(listenKey, session),
    });
    this.#listenKeys.connect(listenKey, session);
    return this.sessions.add(session);
  }
}
