/**
 * Accounts and orders of all simulated markets.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { SeededRandom } from "../core/random.ts";
import type { Account, House, VenueFamily } from "./accounts/account.ts";
import type { Atoms } from "./accounts/atoms.ts";
import { type AccountOptions, AccountRegistry } from "./accounts/account_registry.ts";
import { Ledger, type LedgerEntry } from "./accounts/ledger.ts";
import type { OrderStore } from "./trading/order_store.ts";
import type { MarketInstrument } from "./market/market_instrument.ts";
import type { FinishReason, VenueOrder } from "./trading/venue_order.ts";
import { FuturesTrading } from "./futures/futures_trading.ts";
import { SpotTrading } from "./trading/spot_trading.ts";
import type { TradingEvents } from "./trading/trading_events.ts";

/** Most open orders of a MEXC account, over all symbols. */
const mexcOpenOrders = 500;
/** UNCONFIRMED: Gate.io states no such number for spot; its lists end at 100 a page and pair. */
const gateOpenOrders = 2000;
/** First order ids: as long as those seen in 2024 to 2026. */
const firstMexcId = 505_979_017_439_002_624_000n;
const firstGateSpotId = 1_036_717_689_726;

/** A market on which users trade. */
export interface TradedMarket {
  readonly events: TradingEvents;
  readonly house: House;
  /** Orders and fills of an account. */
  store(account: Account): OrderStore;
  /** Ends an open order. */
  cancel(order: VenueOrder, reason: FinishReason): void;
}

const none: ReadonlyMap<string, Atoms> = new Map();

/** What users own and want. */
export class TradingFloor {
  readonly ledger = new Ledger();
  readonly accounts: AccountRegistry;
  readonly mexcSpot: SpotTrading;
  readonly gateSpot: SpotTrading;
  readonly futures: FuturesTrading;
  readonly #brought = new Map<ExchangeKey, Map<string, Atoms>>();

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
    this.futures = new FuturesTrading(clocks.gateio);
    this.accounts = new AccountRegistry(clocks, this.ledger, random, (entry) => this.#changed(entry));
    for (const user of users) this.accounts.open(user);
  }

  /** The market behind an exchange key. */
  market(exchange: ExchangeKey): TradedMarket {
    if (exchange === "MEXC_SPOT") return this.mexcSpot;
    return exchange === "GATEIO_SPOT" ? this.gateSpot : this.futures;
  }

  /** Lets delisted instruments lose their orders, and contracts liquidate, fund and close positions. */
  watch(instruments: readonly MarketInstrument[]): void {
    this.futures.list(instruments);
    for (const instrument of instruments) {
      instrument.listing.listen(({ status }) => {
        if (status === "delisted") this.#cancelAll(instrument);
      });
    }
  }

  #cancelAll(instrument: MarketInstrument): void {
    const market = this.market(instrument.spec.exchange);
    for (const account of this.accounts.accounts) {
      for (const order of market.store(account).open) {
        if (order.instrument === instrument) market.cancel(order, "delisted");
      }
    }
  }

  /** What came into the wallets of a market from outside less what went out, by coin. */
  brought(exchange: ExchangeKey): ReadonlyMap<string, Atoms> {
    return this.#brought.get(exchange) ?? none;
  }

  #changed(entry: LedgerEntry): void {
    const { cause, exchange, coin } = entry;
    if (cause === "deposit" || cause === "withdrawal" || cause === "transfer") {
      const brought = this.#brought.get(exchange) ?? new Map<string, Atoms>();
      brought.set(coin, (brought.get(coin) ?? 0n) + entry.available + entry.locked);
      this.#brought.set(exchange, brought);
    }
    this.market(exchange).events.tell(entry.uid, (listener) => listener.onBalance?.(entry));
  }
}
