/**
 * A simulator with everything around it that a configuration asks for: clock, accounts, faults, control port.
 * @module
 */
import { type Clock, SystemClock } from "../core/clock.ts";
import { type ExchangeKey, exchanges } from "../core/exchange.ts";
import { SimulatedClock } from "../core/simulated_clock.ts";
import type { ApiKey } from "./accounts/account.ts";
import type { AccountOptions } from "./accounts/account_registry.ts";
import { ClockDriver } from "./control/clock_driver.ts";
import { ControlRoutes } from "./control/control_routes.ts";
import { ControlServer } from "./control/control_server.ts";
import type { VenueEndpoints } from "./endpoints.ts";
import { parseFaultRule } from "./faults/fault_rule.ts";
import type { MarketSource } from "./market/market_source.ts";
import type { SimulationConfig } from "./simulation_config.ts";
import { Simulator } from "./simulator.ts";

/** One user with the key to it. */
export interface SimulationAccount {
  readonly venues: readonly ExchangeKey[];
  readonly apiKey: string;
  readonly secretKey: string;
  readonly uid: string;
}

/** Where a running simulation is reached. */
export interface SimulationDescription {
  readonly venues: Readonly<Record<ExchangeKey, VenueEndpoints>>;
  readonly accounts: readonly SimulationAccount[];
  /** Base URL of the control port. */
  readonly control: string;
}

/** Digits after the point of coins that an account is given at the start. */
const inventoryDecimals = 8;

/** Everything that `cexarb simulate` runs. */
export class Simulation {
  readonly simulator: Simulator;
  readonly clock: Clock;
  /** Moves the clock; undefined on the machine's clock. */
  readonly driver: ClockDriver | undefined;
  readonly #config: SimulationConfig;
  #control: ControlServer | undefined;

  /**
   * Builds the venues and opens the accounts; nothing moves yet.
   *
   * @throws {ConfigError} when accounts, delays or faults make no sense.
   */
  constructor(config: SimulationConfig, source: MarketSource) {
    this.#config = config;
    const { clock, seed, latency, accounts } = config;
    const simulated = clock.kind === "simulated" ? new SimulatedClock(Date.parse(clock.start)) : undefined;
    this.clock = simulated ?? new SystemClock();
    this.driver = simulated && new ClockDriver(simulated);
    this.simulator = Simulator.create({ clock: this.clock, seed, source, socketLatency: latency });
    for (const account of accounts) {
      const { inventory, ...options } = account;
      const key = this.simulator.accounts.open(options as AccountOptions);
      if (inventory > 0) stockAccount(this.simulator, key, inventory);
    }
  }

  /**
   * Opens every port, starts market, faults and clock, and tells where everything is.
   *
   * @throws {Deno.errors.AddrInUse} when a port is taken.
   */
  async start(): Promise<SimulationDescription> {
    const { ports, faults, clock } = this.#config;
    const venues = await this.simulator.listen({ mexcPort: ports.mexc, gatePort: ports.gateio });
    const routes = new ControlRoutes(this.simulator, this.driver, () => this.clock.epochMs());
    this.#control = ControlServer.start(routes, ports.control);
    this.simulator.start();
    for (const fault of faults) this.simulator.script.add(parseFaultRule(fault));
    this.driver?.setSpeed(clock.speed);
    const accounts = this.simulator.accounts.keys.map(({ apiKey, secretKey, account }) => ({
      venues: [...account.wallets.keys()],
      apiKey,
      secretKey,
      uid: account.uid,
    }));
    return { venues, accounts, control: this.#control.url };
  }

  /** Closes everything. */
  async stop(): Promise<void> {
    await this.driver?.stop();
    await this.simulator.stop();
    await this.#control?.stop();
  }
}

/** Gives an account every coin that its spot market lists against USDT, each worth `value` USDT. */
export function stockAccount({ truth, accounts }: Simulator, { account }: ApiKey, value: number): void {
  const spot = exchanges.find(({ key, market }) => market === "spot" && account.wallets.has(key));
  if (spot === undefined) return;
  for (const { symbol, base, quote } of truth.pairs(spot.key)) {
    const [price] = truth.book(spot.key, symbol)?.bids[0] ?? [];
    if (price === undefined || quote !== "USDT") continue;
    accounts.deposit(account, spot.key, base, (value / price).toFixed(inventoryDecimals));
  }
}
