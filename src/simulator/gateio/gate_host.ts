/**
 * Everything behind the Gate.io host name: spot and USDT futures share it.
 * @module
 */
import type { Clock, Timer } from "../../core/clock.ts";
import type { SeededRandom } from "../../core/random.ts";
import type { AccountRegistry } from "../accounts/account_registry.ts";
import { SessionRegistry } from "../session_registry.ts";
import type {
  ExchangeHost,
  Respond,
  ServerRequest,
  ServerSession,
  ServerSocket,
  UpgradeRequest,
} from "../transport/server_port.ts";
import { GateAuth } from "./gate_auth.ts";
import type { GateBackend } from "./gate_backend.ts";
import type { GateModule } from "./gate_endpoint.ts";
import { GateLimits } from "./gate_limits.ts";
import { GateRest } from "./gate_rest.ts";
import { GateRouter } from "./gate_router.ts";
import { type GateMarket, GateSession, type GateSessionParts } from "./gate_session.ts";

/** What stands behind the host. */
export interface GateHostOptions {
  readonly clock: Clock;
  readonly random: SeededRandom;
  /** Users and their keys. */
  readonly accounts: AccountRegistry;
  readonly spot: GateBackend;
  readonly futures: GateBackend;
  /** Endpoints that belong to no market: account and wallet. */
  readonly modules?: readonly GateModule[];
}

/** How long connections live on after an announced upgrade, in milliseconds. UNCONFIRMED: how long that is. */
const upgradeGraceMs = 5000;
/** Open WebSocket connections of one address at most, both markets together. */
const maxConnections = 300;
/** The close code after an upgrade notice: service restart. UNCONFIRMED. */
const upgradeCloseCode = 1012;

const marketByPath: ReadonlyMap<string, GateMarket> = new Map([
  ["/ws/v4", "spot"],
  ["/v4/ws/spot", "spot"],
  ["/v4/ws/usdt", "futures"],
  ["/v4/ws/futures/usdt", "futures"],
]);

/** REST under `/api/v4`, spot WebSocket at `/ws/v4/`, futures WebSocket at `/v4/ws/usdt`, and the testnet's names. */
export class GateHost implements ExchangeHost {
  /** Open connections of the spot market. */
  readonly spotSessions = new SessionRegistry();
  /** Open connections of the futures market. */
  readonly futuresSessions = new SessionRegistry();
  readonly #clock: Clock;
  readonly #rest: GateRest;
  readonly #parts: Readonly<Record<GateMarket, GateSessionParts>>;
  readonly #modules: readonly GateModule[];
  readonly #upgrades = new Set<Timer>();
  readonly #live = { spot: new Set<GateSession>(), futures: new Set<GateSession>() };
  readonly #perAddress = new Map<string, number>();

  constructor(options: GateHostOptions) {
    const { clock, random, accounts, spot, futures, modules = [] } = options;
    this.#clock = clock;
    const auth = new GateAuth(clock, accounts);
    const limits = new GateLimits(clock);
    const parts = (market: GateMarket, backend: GateBackend): GateSessionParts => {
      return { market, backend, module: backend.module(), auth, limits, clock, random };
    };
    this.#parts = { spot: parts("spot", spot), futures: parts("futures", futures) };
    this.#modules = [this.#parts.spot.module, this.#parts.futures.module, ...modules];
    const router = new GateRouter(this.#modules.flatMap(({ endpoints }) => endpoints));
    this.#rest = new GateRest({ clock, random, auth, limits, router });
  }

  accept(request: UpgradeRequest, socket: ServerSocket): ServerSession | undefined {
    const market = marketByPath.get(request.path.replace(/\/$/, ""));
    if (market === undefined) return undefined;
    const { address } = request;
    const open = this.#perAddress.get(address) ?? 0;
    // UNCONFIRMED: how a connection too many is refused.
    if (open >= maxConnections) return undefined;
    this.#perAddress.set(address, open + 1);
    const live = this.#live[market];
    const session = new GateSession(this.#parts[market], request, socket, () => {
      live.delete(session);
      this.#perAddress.set(address, this.#perAddress.get(address)! - 1);
    });
    live.add(session);
    return (market === "spot" ? this.spotSessions : this.futuresSessions).add(session);
  }

  handle(request: ServerRequest, respond: Respond): void {
    this.#rest.handle(request, respond);
  }

  /** Tells the connections of a market that the service will be upgraded, and closes them a little later. */
  announceUpgrade(market: GateMarket): void {
    const concerned = [...this.#live[market]];
    for (const session of concerned) session.announceUpgrade();
    const timer = this.#clock.setTimer(upgradeGraceMs, () => {
      this.#upgrades.delete(timer);
      for (const session of concerned) {
        if (this.#live[market].has(session)) session.close(upgradeCloseCode, "");
      }
    });
    this.#upgrades.add(timer);
  }

  /** Stops all timers for good. */
  stop(): void {
    for (const timer of this.#upgrades) timer.cancel();
    for (const module of this.#modules) module.stop?.();
  }
}
