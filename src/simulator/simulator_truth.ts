/**
 * What the simulated venues really hold, for tests.
 * @module
 */
import { type ExchangeKey, exchanges } from "../core/exchange.ts";
import type { Account } from "./accounts/account.ts";
import { type Atoms, formatAtoms } from "./accounts/atoms.ts";
import type { GateBackend } from "./gateio/gate_backend.ts";
import type { MarketInstrument } from "./market/market_instrument.ts";
import { findInstrument } from "./market/market_source.ts";
import { type TruthBook, truthOf } from "./market/truth_book.ts";
import type { PositionView } from "./trading/futures_contract.ts";
import type { VenueFill, VenueOrder } from "./trading/venue_order.ts";
import type { TradingFloor } from "./trading_floor.ts";

/** Balance of one coin. Amounts are exact decimal texts. */
export interface TruthBalance {
  readonly venue: ExchangeKey;
  readonly uid: string;
  readonly coin: string;
  readonly available: string;
  readonly locked: string;
}

/** An order. Sizes are base units on spot and contracts on futures, as decimal texts. */
export interface TruthOrder {
  readonly venue: ExchangeKey;
  readonly uid: string;
  readonly id: string;
  readonly clientId: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly kind: "limit" | "market";
  readonly timeInForce: string;
  /** Limit price; null for market orders. */
  readonly price: string | null;
  readonly size: string;
  readonly filled: string;
  /** Quote value of the fills. */
  readonly filledValue: string;
  /** What the order binds. */
  readonly locked: string;
  readonly fees: Readonly<Record<string, string>>;
  readonly state: "open" | "finished";
  readonly finish: string | null;
  /** Size that is to be executed before it; null when it does not rest. */
  readonly ahead: string | null;
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** A fill. */
export interface TruthFill {
  readonly venue: ExchangeKey;
  readonly uid: string;
  readonly tradeId: number;
  readonly orderId: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly role: "maker" | "taker";
  readonly price: string;
  readonly size: string;
  readonly value: string;
  readonly fee: string;
  readonly feeCoin: string;
  readonly pnl: string;
  readonly timeMs: number;
}

/** A futures position. Amounts are in the settlement coin, as exact decimal texts. */
export interface TruthPosition {
  readonly uid: string;
  readonly symbol: string;
  readonly slot: "single" | "dual_long" | "dual_short";
  /** Contracts, negative short. */
  readonly size: string;
  readonly entryPrice: number;
  readonly markPrice: number;
  readonly liquidationPrice: number;
  /** 0 for cross margin. */
  readonly leverage: number;
  readonly margin: string;
  readonly unrealisedPnl: string;
  readonly realisedPnl: string;
}

/** Where all units of a coin on a venue are. `difference` is 0 unless something was created or lost. */
export interface TruthSum {
  readonly venue: ExchangeKey;
  readonly coin: string;
  /** Deposits less withdrawals and transfers out. */
  readonly brought: string;
  readonly users: string;
  /** What the crowd won from users. */
  readonly crowd: string;
  readonly fees: string;
  readonly difference: string;
}

/** Which accounts are asked for; everything by default. */
export interface TruthFilter {
  readonly venue?: ExchangeKey;
  readonly uid?: string;
}

/** Reads the venues' own state. */
export class SimulatorTruth {
  readonly #instruments: readonly MarketInstrument[];
  readonly #gateSpot: GateBackend | undefined;
  readonly #floor: TradingFloor;

  constructor(
    instruments: readonly MarketInstrument[],
    gateSpot: GateBackend | undefined,
    floor: TradingFloor,
  ) {
    this.#instruments = instruments;
    this.#gateSpot = gateSpot;
    this.#floor = floor;
  }

  /** Symbols of a venue with their coins. */
  pairs(exchange: ExchangeKey): { symbol: string; base: string; quote: string }[] {
    return this.#instruments.filter(({ spec }) => spec.exchange === exchange)
      .map(({ spec: { exchangeSymbol, base, quote } }) => ({ symbol: exchangeSymbol, base, quote }));
  }

  /** The book of a symbol as it stands, or undefined when the venue has none with this name. */
  book(exchange: ExchangeKey, symbol: string): TruthBook | undefined {
    if (exchange === "GATEIO_SPOT" && this.#gateSpot !== undefined) return this.#gateSpot.truth(symbol);
    const instrument = findInstrument(this.#instruments, exchange, symbol);
    return instrument && truthOf(instrument);
  }

  /** Balances of all coins that an account has or has had. */
  balances(filter: TruthFilter = {}): TruthBalance[] {
    return this.#wallets(filter).flatMap(({ account, venue }) => {
      const wallet = account.wallets.get(venue)!;
      return wallet.coins.map((coin) => {
        const { available, locked } = wallet.balance(coin);
        return {
          venue,
          uid: account.uid,
          coin,
          available: formatAtoms(available),
          locked: formatAtoms(locked),
        };
      });
    });
  }

  /** Orders, oldest first: the open ones, and the finished ones that are still kept. */
  orders(filter: TruthFilter = {}): TruthOrder[] {
    return this.#wallets(filter).flatMap(({ account, venue }) => {
      const store = this.#floor.market(venue).store(account);
      return [...store.finished, ...store.open].sort((a, b) => a.sequence - b.sequence).map(truthOrder);
    });
  }

  /** Fills that are still kept, oldest first. */
  fills(filter: TruthFilter = {}): TruthFill[] {
    return this.#wallets(filter).flatMap(({ account, venue }) =>
      this.#floor.market(venue).store(account).fills.map(truthFill)
    );
  }

  /** Futures positions of all accounts or one, flat ones included. */
  positions(uid?: string): TruthPosition[] {
    return this.#wallets({ venue: "GATEIO_FUTURES", ...(uid === undefined ? {} : { uid }) })
      .flatMap(({ account }) => this.#floor.futures.positions(account).map(truthPosition));
  }

  /** Sums of every coin on every venue. */
  sums(): TruthSum[] {
    return exchanges.flatMap(({ key }) => {
      const brought = this.#floor.brought(key);
      return [...brought.keys()].map((coin) => this.#sum(key, coin, brought.get(coin)!));
    });
  }

  #sum(venue: ExchangeKey, coin: string, brought: Atoms): TruthSum {
    const { house } = this.#floor.market(venue);
    const users = this.#wallets({ venue }).reduce((sum, { account }) => {
      const { available, locked } = account.wallets.get(venue)!.balance(coin);
      return sum + available + locked;
    }, 0n);
    const crowd = house.crowd.get(coin) ?? 0n;
    const fees = house.fees.get(coin) ?? 0n;
    return {
      venue,
      coin,
      brought: formatAtoms(brought),
      users: formatAtoms(users),
      crowd: formatAtoms(crowd),
      fees: formatAtoms(fees),
      difference: formatAtoms(users + crowd + fees - brought),
    };
  }

  #wallets({ venue, uid }: TruthFilter): { account: Account; venue: ExchangeKey }[] {
    return this.#floor.accounts.accounts
      .filter((account) => uid === undefined || account.uid === uid)
      .flatMap((account) =>
        [...account.wallets.keys()]
          .filter((exchange) => venue === undefined || exchange === venue)
          .map((exchange) => ({ account, venue: exchange }))
      );
  }
}

function truthOrder(order: VenueOrder): TruthOrder {
  const { instrument, account } = order;
  const rests = order.status === "open";
  return {
    venue: instrument.spec.exchange,
    uid: account.uid,
    id: order.id,
    clientId: order.clientId,
    symbol: instrument.spec.exchangeSymbol,
    side: order.orderSide,
    kind: order.kind,
    timeInForce: order.timeInForce,
    price: order.kind === "market" ? null : instrument.price(order.tick),
    size: instrument.size(order.lots),
    filled: instrument.size(order.filledLots),
    filledValue: formatAtoms(order.filledValue),
    locked: formatAtoms(order.locked),
    fees: Object.fromEntries([...order.fees].map(([coin, amount]) => [coin, formatAtoms(amount)])),
    state: order.status,
    finish: order.finish ?? null,
    ahead: rests ? instrument.size(instrument.matching.ahead(order)) : null,
    createdMs: order.createdMs,
    updatedMs: order.updatedMs,
  };
}

function truthPosition(position: PositionView): TruthPosition {
  const { account, instrument, slot, entryPrice, markPrice, liquidationPrice, leverage } = position;
  return {
    uid: account.uid,
    symbol: instrument.spec.exchangeSymbol,
    slot,
    size: instrument.size(position.size),
    entryPrice,
    markPrice,
    liquidationPrice,
    leverage,
    margin: formatAtoms(position.margin),
    unrealisedPnl: formatAtoms(position.unrealisedPnl),
    realisedPnl: formatAtoms(position.realisedPnl),
  };
}

function truthFill(fill: VenueFill): TruthFill {
  const { order } = fill;
  const { instrument } = order;
  return {
    venue: instrument.spec.exchange,
    uid: order.account.uid,
    tradeId: fill.tradeId,
    orderId: order.id,
    symbol: instrument.spec.exchangeSymbol,
    side: order.orderSide,
    role: fill.role,
    price: instrument.price(fill.tick),
    size: instrument.size(fill.lots),
    value: formatAtoms(fill.value),
    fee: formatAtoms(fill.fee),
    feeCoin: fill.feeCoin,
    pnl: formatAtoms(fill.pnl),
    timeMs: fill.timeMs,
  };
}
