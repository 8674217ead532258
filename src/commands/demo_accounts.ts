/**
 * Accounts at the simulated exchanges with which a demo trades as with money.
 * @module
 */
import type { HftConfig } from "../config/hft_config.ts";
import { exchangeByKey, type ExchangeKey } from "../core/exchange.ts";
import { Secret } from "../core/secret.ts";
import type { Clock } from "../core/clock.ts";
import type { Engine } from "../engine/engine.ts";
import type { LiveOptions } from "../engine/live_accounts.ts";
import { MemoryJournal } from "../execution/journal/memory_journal.ts";
import { type ApiKey, type Simulator, stockAccount, type VenueFamily } from "../simulator/mod.ts";

/** What the exchanges' own ledgers say of a run; money in quote. */
export interface LedgerCheck {
  /** What the accounts are worth at the end less what they were given, at the engine's prices. */
  readonly profitUsd: number;
  /** The same less what the engine says: realised and unrealised. */
  readonly differenceUsd: number;
  /** Orders that are open at the exchanges. */
  readonly openOrders: number;
}

/** One account at each company, endowed like one on paper. */
export class DemoAccounts {
  readonly #keys: Readonly<Record<VenueFamily, ApiKey>>;
  readonly #given: ReadonlyMap<string, number>;

  constructor(
    private readonly simulator: Simulator,
    { quoteBalance, inventoryNotional }: HftConfig["paper"],
  ) {
    const money = { USDT: String(quoteBalance) };
    const { accounts } = simulator;
    this.#keys = {
      mexc: accounts.open({ family: "mexc", deposits: { MEXC_SPOT: money } }),
      gateio: accounts.open({ family: "gateio", deposits: { GATEIO_SPOT: money, GATEIO_FUTURES: money } }),
    };
    for (const key of Object.values(this.#keys)) stockAccount(simulator, key, inventoryNotional);
    this.#given = this.#holdings();
  }

  /** What the engine takes to trade with them. */
  liveOptions(clock: Clock): LiveOptions {
    return {
      credentials: (exchange: ExchangeKey) => {
        const { apiKey, secretKey } =
          this.#keys[exchangeByKey(exchange).family === "MEXC" ? "mexc" : "gateio"];
        return { apiKey: new Secret(apiKey), secretKey: new Secret(secretKey) };
      },
      journal: MemoryJournal.open({ clock, id: "demo", keepsAll: false }),
    };
  }

  /** Compares a run that has ended with the exchanges' ledgers. */
  check(engine: Engine): LedgerCheck {
    const { ledger } = engine;
    // Each coin has one price here, whichever venue it is on: the one at which the engine values its position.
    const valued = [...engine.instruments.all, ...ledger.positions().map(({ instrument }) => instrument)];
    const prices = new Map(
      valued.filter(({ market }) => market === "spot").map((each) => [each.base, engine.middle(each)]),
    );
    let profit = 0;
    for (const [name, amount] of this.#holdings()) {
      const [, coin = ""] = name.split(" ");
      const change = amount - (this.#given.get(name) ?? 0);
      if (change !== 0) profit += change * (coin === "USDT" ? 1 : prices.get(coin) ?? NaN);
    }
    for (const { symbol, size, entryPrice } of this.simulator.truth.positions()) {
      const contract = engine.instruments.find("GATEIO_FUTURES", symbol);
      if (contract === undefined || Number(size) === 0) continue;
      profit += Number(size) * contract.baseFactor * (engine.middle(contract) - entryPrice);
    }
    const own = ledger.realisedPnl + ledger.unrealisedPnl((instrument) => engine.middle(instrument));
    return {
      profitUsd: cents(profit),
      differenceUsd: cents(profit - own),
      openOrders: this.simulator.truth.orders().filter(({ state }) => state === "open").length,
    };
  }

  /** Units by venue and coin. */
  #holdings(): Map<string, number> {
    return new Map(
      this.simulator.truth.balances().map(({ venue, coin, available, locked }) =>
        [`${venue} ${coin}`, Number(available) + Number(locked)] as const
      ),
    );
  }
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
