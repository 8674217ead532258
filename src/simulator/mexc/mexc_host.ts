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
import { MexcChannels } from "./mexc_channels.ts";
import { MexcRest } from "./mexc_rest.ts";
import { MexcSession } from "./mexc_session.ts";

/** REST under `/api/v3`, WebSocket at `/ws`. */
export class MexcHost implements ExchangeHost {
  /** The open connections. */
  readonly sessions = new SessionRegistry();
  readonly #clock: Clock;
  readonly #rest: MexcRest;
  readonly #channels: MexcChannels;

  constructor(context: VenueContext, _trading: SpotTrading) {
    this.#clock = context.clock;
    this.#rest = new MexcRest(context);
    this.#channels = new MexcChannels(context);
  }

  handle(request: ServerRequest, respond: Respond): void {
    respond(this.#rest.handle(request));
  }

  accept({ path }: UpgradeRequest, socket: ServerSocket): ServerSession | undefined {
    if (path !== "/ws") return undefined;
    return this.sessions.add(new MexcSession(socket, this.#channels, this.#clock));
  }
}
