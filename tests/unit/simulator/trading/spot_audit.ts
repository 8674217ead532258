/**
 * Books of a spot market kept by somebody else: it hears the events, computes every amount again from the texts of
 * prices and sizes, and compares.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Account } from "../../../../src/simulator/accounts/account.ts";
import { type LedgerEntry, ledgerLine } from "../../../../src/simulator/accounts/ledger.ts";
import type { MarketTrade } from "../../../../src/simulator/market/market_trade.ts";
import type { FeeCoin } from "../../../../src/simulator/trading/spot_trading.ts";
import type { OrderEvent } from "../../../../src/simulator/trading/trading_events.ts";
import type { VenueFill, VenueOrder } from "../../../../src/simulator/trading/venue_order.ts";
import type { SpotExchange } from "../../../support/spot_exchange.ts";
import { exact, product, share } from "./exact_text.ts";

/** Fee ratios as texts. */
export interface RateTexts {
  readonly maker: string;
  readonly taker: string;
}

/** An amount that is free and one that is bound. */
interface Purse {
  available: bigint;
  locked: bigint;
}

/** What the events told of an order. */
interface Heard {
  readonly order: VenueOrder;
  filledLots: number;
  filledValue: bigint;
  readonly fees: Map<string, bigint>;
  /** What it binds. */
  bound: bigint;
  /** Its state as it was told last. */
  told: string;
  updateId: number;
  finished: boolean;
}

/** The auditor of one market. */
export class SpotAudit {
  readonly heard = new Map<string, Heard>();
  readonly entries: LedgerEntry[] = [];
  readonly #exchange: SpotExchange;
  readonly #feeCoin: FeeCoin;
  readonly #rates = new Map<Account, RateTexts>();
  readonly #purses = new Map<string, Purse>();
  readonly #deposits = new Map<string, bigint>();
  readonly #crowd = new Map<string, bigint>();
  readonly #fees = new Map<string, bigint>();
  readonly #trades = new Map<number, MarketTrade>();
  readonly #fills = new Map<number, VenueFill[]>();

  constructor(exchange: SpotExchange, feeCoin: FeeCoin) {
    this.#exchange = exchange;
    this.#feeCoin = feeCoin;
    exchange.instrument.listen({ onTrade: (trade) => this.#trades.set(trade.id, trade) });
    exchange.trading.events.listen({
      onOrder: (order, event) => this.#onOrder(order, event),
      onFill: (fill) => this.#onFill(fill),
      onBalance: (entry) => this.entries.push(entry),
    });
  }

  /** Opens an account with deposits as texts. */
  open(deposits: Readonly<Record<string, string>>, rates: RateTexts, stpGroup: number): Account {
    const { spec } = this.#exchange.instrument;
    const fees = new Map([[spec.exchange, { maker: Number(rates.maker), taker: Number(rates.taker) }]]);
    const account = this.#exchange.open(deposits, { stpGroup, fees });
    this.#rates.set(account, rates);
    for (const [coin, amount] of Object.entries(deposits)) {
      this.#purse(account, coin).available += exact(amount);
      add(this.#deposits, coin, exact(amount));
    }
    return account;
  }

  /** Trades with users on this many sides, by their number. */
  get tradesBySides(): [crowdOnly: number, oneUser: number, twoUsers: number] {
    const counts: [number, number, number] = [0, 0, 0];
    for (const id of this.#trades.keys()) counts[(this.#fills.get(id)?.length ?? 0) as 0 | 1 | 2] += 1;
    return counts;
  }

  /** Amounts that must agree after every step. */
  checkSums(): void {
    const { instrument: { spec, book }, trading: { house } } = this.#exchange;
    for (const coin of [spec.base, spec.quote]) {
      let sum = (house.crowd.get(coin) ?? 0n) + (house.fees.get(coin) ?? 0n);
      for (const account of this.#exchange.accounts) {
        const { available, locked } = this.#exchange.wallet(account).balance(coin);
        assert(available >= 0n && locked >= 0n, `account ${account.uid} has less than nothing of ${coin}`);
        assertEquals({ available, locked }, this.#purse(account, coin), `${coin} of account ${account.uid}`);
        sum += available + locked;
      }
      assertEquals(sum, this.#deposits.get(coin) ?? 0n, `${coin} neither appears nor disappears`);
      assertEquals(house.crowd.get(coin) ?? 0n, this.#crowd.get(coin) ?? 0n, `${coin} of the crowd`);
      assertEquals(house.fees.get(coin) ?? 0n, this.#fees.get(coin) ?? 0n, `${coin} taken as fees`);
    }
    assert(!(book.bids.tickAt(0) >= book.asks.tickAt(0)), "the book is crossed");
  }

  /** The open orders, and what they bind. */
  checkOrders(): void {
    const { spec } = this.#exchange.instrument;
    const bound = new Map<string, bigint>();
    let open = 0;
    for (const account of this.#exchange.accounts) {
      for (const order of this.#exchange.trading.store(account).open) {
        open += 1;
        const heard = this.heard.get(order.id)!;
        assertEquals(heard.told, stateOf(order), "an open order is as it was told last");
        assertEquals(order.status, "open");
        assertEquals(order.leftLots, order.openLots);
        assertEquals(order.locked, this.#need(order), "an open order binds what it can cost");
        add(bound, `${account.uid} ${order.side === "bid" ? spec.quote : spec.base}`, order.locked);
      }
      for (const coin of [spec.base, spec.quote]) {
        const { locked } = this.#exchange.wallet(account).balance(coin);
        assertEquals(
          locked,
          bound.get(`${account.uid} ${coin}`) ?? 0n,
          "the sum over the open orders is locked",
        );
      }
    }
    const told = [...this.heard.values()].filter(({ finished }) => !finished);
    assertEquals(open, told.length, "the orders that were told and have not ended are open");
  }

  /** Every trade has the fills that belong to it. */
  checkTrades(): void {
    let fills = 0;
    for (const [id, { takerSide, tick, lots }] of this.#trades) {
      const sides = this.#fills.get(id) ?? [];
      fills += sides.length;
      for (const fill of sides) {
        assertEquals([fill.tick, fill.lots], [tick, lots], `trade ${id}`);
        const accounts = new Set(sides.map(({ order }) => order.account));
        assertEquals(fill.selfTrade, sides.length > accounts.size, `whether trade ${id} is with oneself`);
        assertEquals(fill.order.orderSide === takerSide, fill.role === "taker", `roles of trade ${id}`);
      }
      assert(sides.length < 2 || sides[0]!.role !== sides[1]!.role, `trade ${id} has a maker and a taker`);
    }
    assertEquals(fills, [...this.#fills.values()].flat().length, "every fill belongs to a trade");
  }

  /** The ledger leads from nothing to the balances, and its hash is that of its text. */
  async checkLedger(): Promise<void> {
    const replay = new Map<string, Purse>();
    this.entries.forEach((entry, index) => {
      assertEquals(entry.sequence, index + 1);
      const key = `${entry.uid} ${entry.coin}`;
      const purse = replay.get(key) ?? { available: 0n, locked: 0n };
      purse.available += entry.available;
      purse.locked += entry.locked;
      replay.set(key, purse);
      assertEquals(
        [entry.availableAfter, entry.lockedAfter],
        [purse.available, purse.locked],
        "after an entry",
      );
    });
    for (const [key, purse] of this.#purses) {
      assertEquals(replay.get(key) ?? { available: 0n, locked: 0n }, purse, "the ledger replays");
    }
    const text = this.entries.map((entry) => ledgerLine(entry) + "\n").join("");
    const { ledger } = this.#exchange;
    const kept = ledger.entries();
    assertEquals(kept.length, this.entries.length);
    for (let index = 0; index < kept.length; index += 97) assertEquals(kept[index], this.entries[index]);
    assert(kept.map((entry) => ledgerLine(entry) + "\n").join("") === text, "the ledger keeps what it told");
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
    assertEquals(ledger.digest(), [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
  }

  #onOrder(order: VenueOrder, event: OrderEvent): void {
    const { spec } = this.#exchange.instrument;
    const purse = this.#purse(order.account, order.side === "bid" ? spec.quote : spec.base);
    assertEquals(this.heard.has(order.id), event !== "put", "an order is created once, before anything else");
    if (event === "put") this.#created(order, purse);
    const heard = this.heard.get(order.id)!;
    assertEquals(order.updateId, ++heard.updateId, "every change is told");
    assert(!heard.finished, "nothing happens to an order that has ended");
    // An amendment: nothing else changes what it binds without a fill.
    if (event === "update" && order.kind === "limit") bind(purse, heard, this.#need(order) - heard.bound);
    if (event === "finish") {
      const bySize = order.kind === "market" && order.side === "bid" && order.budget === undefined;
      if (bySize && order.finish !== "fok") assertEquals(heard.bound, 0n, "it bound what it was to cost");
      bind(purse, heard, -heard.bound);
      heard.finished = true;
    }
    heard.told = stateOf(order);
    assertEquals(order.filledLots, heard.filledLots, "the fills of an order add up");
    assertEquals(order.filledValue, heard.filledValue, "the value of its fills adds up");
    assertEquals(new Map(order.fees), heard.fees, "its fees add up");
    assertEquals(order.locked, heard.bound, "what an order binds");
    assertEquals(order.status, event === "finish" ? "finished" : "open");
  }

  #created(order: VenueOrder, purse: Purse): void {
    const heard: Heard = {
      order,
      filledLots: 0,
      filledValue: 0n,
      fees: new Map(),
      bound: 0n,
      told: "",
      updateId: 0,
      finished: false,
    };
    this.heard.set(order.id, heard);
    bind(purse, heard, this.#need(order));
  }

  #onFill(fill: VenueFill): void {
    const { order, tradeId, role } = fill;
    const { instrument } = this.#exchange;
    const { base: baseCoin, quote: quoteCoin } = instrument.spec;
    const size = instrument.size(fill.lots);
    const base = exact(size);
    const value = product(instrument.price(fill.tick), size);
    const heard = this.heard.get(order.id)!;
    const quotes = this.#purse(order.account, quoteCoin);
    const bases = this.#purse(order.account, baseCoin);
    const buys = order.orderSide === "buy";
    const bound = !buys ? base : order.kind === "limit" ? product(instrument.price(order.tick), size) : value;
    (buys ? quotes : bases).locked -= bound;
    heard.bound -= bound;
    quotes.available += buys ? bound - value : value;
    if (buys) bases.available += base;
    const rate = this.#rates.get(order.account)![role];
    const inBase = buys && (this.#feeCoin === "received" || quotes.available < share(value, rate));
    const [fee, coin] = inBase ? [share(base, rate), baseCoin] : [share(value, rate), quoteCoin];
    (inBase ? bases : quotes).available -= fee;
    assertEquals([fill.value, fill.fee, fill.feeCoin], [value, fee, coin], "value and fee of a fill");
    heard.filledLots += fill.lots;
    heard.filledValue += value;
    if (fee !== 0n) {
      add(heard.fees, coin, fee);
      add(this.#fees, coin, fee);
    }
    const others = this.#fills.get(tradeId) ?? [];
    this.#fills.set(tradeId, [...others, fill]);
    // The crowd is the other side until a second user appears; the maker appears first.
    const sign = buys ? 1n : -1n;
    add(this.#crowd, quoteCoin, sign * value);
    add(this.#crowd, baseCoin, -sign * base);
    assertEquals(
      fill.selfTrade,
      fill.selfTrade && (others[0]?.order.account ?? order.account) === order.account,
    );
  }

  /** What an order binds for its open lots; for a market order that was just created, what it says. */
  #need(order: VenueOrder): bigint {
    const { instrument } = this.#exchange;
    if (order.budget !== undefined) return order.budget;
    if (order.side === "ask") return exact(instrument.size(order.openLots));
    if (order.kind === "market") return order.locked;
    return product(instrument.price(order.tick), instrument.size(order.openLots));
  }

  #purse(account: Account, coin: string): Purse {
    const key = `${account.uid} ${coin}`;
    let purse = this.#purses.get(key);
    if (purse === undefined) {
      purse = { available: 0n, locked: 0n };
      this.#purses.set(key, purse);
    }
    return purse;
  }
}

function add(sums: Map<string, bigint>, key: string, amount: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + amount);
}

function bind(purse: Purse, heard: Heard, amount: bigint): void {
  purse.available -= amount;
  purse.locked += amount;
  heard.bound += amount;
}

function stateOf({ status, tick, lots, openLots, filledLots, locked, updatedMs }: VenueOrder): string {
  return [status, tick, lots, openLots, filledLots, locked, updatedMs].join(" ");
}
