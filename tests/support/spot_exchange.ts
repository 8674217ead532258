/**
 * One spot market with accounts, an instrument and a ledger, without the servers around it.
 * @module
 */
import type { Clock } from "../../src/core/clock.ts";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import type { InstrumentSpec } from "../../src/core/instrument.ts";
import { SimulatedClock } from "../../src/core/simulated_clock.ts";
import type { Account } from "../../src/simulator/accounts/account.ts";
import { parseAtoms } from "../../src/simulator/accounts/atoms.ts";
import { Ledger } from "../../src/simulator/accounts/ledger.ts";
import { Wallet } from "../../src/simulator/accounts/wallet.ts";
import { MarketInstrument } from "../../src/simulator/market/market_instrument.ts";
import { SpotTrading, type SpotTradingOptions } from "../../src/simulator/trading/spot_trading.ts";
import type { OrderTerms, VenueOrder } from "../../src/simulator/trading/venue_order.ts";

/** What a {@link SpotExchange} is made of. */
export interface SpotExchangeOptions extends Pick<SpotTradingOptions, "feeCoin" | "whenImpossible"> {
  readonly spec: InstrumentSpec;
  readonly clock?: Clock;
  /** An instrument that exists already, in place of an empty one. */
  readonly instrument?: MarketInstrument;
  /** First price in ticks. Default 1000. */
  readonly tick?: number;
  /** Default 10,000. */
  readonly maxOpenOrders?: number;
}

/** Terms of an order; what is left out makes a limit order that stays. */
export type TermsText = Partial<OrderTerms> & Pick<OrderTerms, "side" | "tick">;

/** When a simulated run begins. */
export const startMs = 1_786_540_560_000;

/** A spot market of its own. */
export class SpotExchange {
  readonly clock: Clock;
  readonly ledger: Ledger = new Ledger();
  readonly trading: SpotTrading;
  readonly instrument: MarketInstrument;
  readonly accounts: Account[] = [];
  readonly #exchange: ExchangeKey;

  constructor(options: SpotExchangeOptions) {
    const { spec, feeCoin, whenImpossible } = options;
    this.clock = options.clock ?? new SimulatedClock(startMs);
    this.#exchange = spec.exchange;
    this.instrument = options.instrument ??
      new MarketInstrument(spec, { version: 1, tradeId: 1, tick: options.tick ?? 1000 });
    this.trading = new SpotTrading({
      exchange: spec.exchange,
      clock: this.clock,
      idOf: String,
      maxOpenOrders: options.maxOpenOrders ?? 10_000,
      feeCoin,
      whenImpossible,
    });
  }

  /** Opens an account with deposits of coins. */
  open(deposits: Readonly<Record<string, string>>, options: Partial<Account> = {}): Account {
    const uid = String(this.accounts.length + 1);
    const wallet = new Wallet(this.#exchange, uid, this.clock, this.ledger, (entry) => {
      this.trading.events.tell(uid, (listener) => listener.onBalance?.(entry));
    });
    const account: Account = {
      family: this.#exchange === "MEXC_SPOT" ? "mexc" : "gateio",
      uid,
      wallets: new Map([[this.#exchange, wallet]]),
      fees: new Map(),
      stpGroup: 0,
      ...options,
    };
    this.accounts.push(account);
    for (const [coin, amount] of Object.entries(deposits)) {
      wallet.change(coin, parseAtoms(amount)!, 0n, { cause: "deposit" });
    }
    return account;
  }

  /** The wallet of an account. */
  wallet(account: Account): Wallet {
    return account.wallets.get(this.#exchange)!;
  }

  /** Places an order of one lot, unless the terms say another size. */
  place(account: Account, terms: TermsText): VenueOrder {
    return this.trading.place(account, {
      instrument: this.instrument,
      kind: "limit",
      timeInForce: "gtc",
      lots: 1,
      clientId: "",
      ...terms,
    });
  }
}
