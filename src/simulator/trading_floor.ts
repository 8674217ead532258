/**
 * Accounts and orders of all simulated markets.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { SeededRandom } from "../core/random.ts";
import type { VenueFamily } from "./accounts/account.ts";
import { type AccountOptions, AccountRegistry } from "./accounts/account_registry.ts";
import { Ledger, type LedgerEntry } from "./accounts/ledger.ts";
import { SpotTrading } from "./trading/spot_trading.ts";
import type { TradingEvents } from "./trading/trading_events.ts";

/** Most open orders of a MEXC account, over all symbols. */
const mexcOpenOrders = 500;
/** UNCONFIRMED: Gate.io states no such number for spot; its lists end at 100 a page and pair. */
const gateOpenOrders = 2000;
/** First order ids: as long as those seen in 2024 to 2026. */
const firstMexcId = 505_979_017_439_002_624_000n;
const firstGateSpotId = 1_036_717_689_726;

/** What users own and want. */
export class TradingFloor {
  readonly ledger = new Ledger();
  readonly accounts: AccountRegistry;
  readonly mexcSpot: SpotTrading;
  readonly gateSpot: SpotTrading;

  /**
   * @param clocks Each firm's own clock.
   * @param users Accounts to open at once.
   * @throws {ConfigError} when one of them cannot be.
   */
  constructor(
    clocks: Readonly<Record<VenueFamily, Clock>>,
    random: SeededRandom,
    users: readonly AccountOptions[],
  ) {
    this.mexcSpot = new SpotTrading({
      exchange: "MEXC_SPOT",
      clock: clocks.mexc,
      idOf: (sequence) => `C02__${firstMexcId + BigInt(sequence)}`,
      maxOpenOrders: mexcOpenOrders,
      feeCoin: "quote",
      whenImpossible: "cancel",
    });
    this.gateSpot = new SpotTrading({
      exchange: "GATEIO_SPOT",
      clock: clocks.gateio,
      idOf: (sequence) => String(firstGateSpotId + sequence),
      maxOpenOrders: gateOpenOrders,
      feeCoin: "received",
      whenImpossible: "refuse",
    });
    this.accounts = new AccountRegistry(clocks, this.ledger, random, (entry) => this.#changed(entry));
    for (const user of users) this.accounts.open(user);
  }

  #changed(entry: LedgerEntry): void {
    this.#events(entry.exchange)?.tell(entry.uid, (listener) => listener.onBalance?.(entry));
  }

  #events(exchange: ExchangeKey): TradingEvents | undefined {
    if (exchange === "MEXC_SPOT") return this.mexcSpot.events;
    return exchange === "GATEIO_SPOT" ? this.gateSpot.events : undefined;
  }
}
