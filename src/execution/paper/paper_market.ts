/**
 * The orders of an account on paper in one market, matched with the market's live book and trades.
 * @module
 */
import type { Fill } from "../../core/fill.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { Refused } from "../../core/order_request.ts";
import { opposite, type Side } from "../../core/order.ts";
import type { TradeSnapshot } from "../../core/public_trade.ts";
import type { OrderBook } from "../../market/order_book.ts";
import { lotsIn, shownAt } from "./book_levels.ts";
import type { BoundAmounts, PaperAccount } from "./paper_account.ts";
import type { PaperOrder } from "./paper_order.ts";
import { accepts, isWhole, limitOf, lotsOfTakes, neededFor, type PaperTake, takesOf } from "./paper_takes.ts";
import { baseOfLots, paperFill, quoteFeeRate, refusedOnPaper } from "./paper_terms.ts";
import { QueuePosition } from "./queue_position.ts";
import { TakenLiquidity } from "./taken_liquidity.ts";

/** What is read of a public trade. */
export type PaperTrade = Pick<
  TradeSnapshot,
  "instrument" | "price" | "quantity" | "takerSide" | "internal" | "exchangeTime" | "recovered"
>;

/** What has happened to the account in one go. */
export interface PaperNews {
  /** In the order in which they were made. */
  readonly fills: readonly Fill[];
  /** Orders that have changed. */
  readonly orders: readonly PaperOrder[];
}

/** What a market takes. */
export interface PaperMarketOptions {
  readonly instrument: Instrument;
  readonly account: PaperAccount;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly nextTradeId: () => string;
}

/** Doubles of a balance may be off by so much of what is asked for; it is no lack of coins. */
const slack = 1e-9;
const sides: readonly Side[] = ["buy", "sell"];

/**
 * One market. Incoming orders take what the book shows and was not taken on paper before. Those that rest are filled
 * by trades of the market that reach them in their queue, by trades at worse prices for the taker, at most with the
 * size of each trade, and by new offers of the book at their price or better. Orders of the account never meet.
 */
export class PaperMarket {
  readonly #options: PaperMarketOptions;
  /** Resting orders by side, the one that is filled first in front. */
  readonly #resting: Readonly<Record<Side, PaperOrder[]>> = { buy: [], sell: [] };
  /** What buyers took of the asks, and sellers of the bids. */
  readonly #taken: Readonly<Record<Side, TakenLiquidity>> = {
    buy: new TakenLiquidity(),
    sell: new TakenLiquidity(),
  };
  #fills: Fill[] = [];
  #changed = new Set<PaperOrder>();

  constructor(options: PaperMarketOptions) {
    this.#options = options;
  }

  get instrument(): Instrument {
    return this.#options.instrument;
  }

  /** Orders that rest, buys first. */
  get open(): PaperOrder[] {
    return [...this.#resting.buy, ...this.#resting.sell];
  }

  /** Takes an order in, as far as the book goes, or refuses it and changes nothing. */
  enter(order: PaperOrder, book: OrderBook): Refused | undefined {
    const { side, spend, reduceOnly } = order.request;
    if (reduceOnly) order.openLots = Math.min(order.openLots, this.#closable(side));
    const takes = takesOf(order, book, this.#taken[side]);
    const refusal = this.#impossible(order, takes, book) ?? this.#unpayable(order, takes);
    if (refusal !== undefined) return refusal;
    if (spend !== undefined) order.lots = order.openLots = lotsOfTakes(takes);
    this.#changed.add(order);
    this.#take(order, takes);
    if (!order.isFinished) this.#keep(order, book);
    this.#settle();
    return undefined;
  }

  /** Takes a resting order out. */
  cancel(order: PaperOrder): void {
    order.finish(this.#options.now());
    this.#changed.add(order);
    this.#settle();
  }

  /** The book has changed. */
  onBook(book: OrderBook): void {
    const { buy, sell } = this.#resting;
    const isIdle = buy.length === 0 && sell.length === 0 && this.#taken.buy.isEmpty &&
      this.#taken.sell.isEmpty;
    if (isIdle || !book.usable) return;
    const { lot } = this.#options.instrument;
    for (const side of sides) {
      const theirs = side === "buy" ? book.asks : book.bids;
      this.#taken[side].refresh((price) => lotsIn(lot, shownAt(theirs, price), "floor"));
      for (const order of this.#resting[side]) {
        order.queue!.show(this.#shown(book, order), book.exchangeTime);
        if (accepts(side, order.price, theirs.bestPrice)) this.#meet(order, book);
      }
    }
    this.#settle();
  }

  /** Somebody has traded. */
  onTrade({ price, quantity, takerSide, internal, exchangeTime, recovered }: PaperTrade): void {
    const side = opposite(takerSide);
    const resting = this.#resting[side];
    // A position that the venue took over met nobody in the book.
    if (resting.length === 0 || internal) return;
    const lots = lotsIn(this.#options.instrument.lot, quantity, "floor");
    let left = lots;
    for (const order of resting) {
      // The taker accepted the price of the trade, so it would have met our better one first.
      if (!accepts(side, order.price, price)) break;
      const queue = order.queue!;
      if (queue.isEarlier(exchangeTime, recovered)) continue;
      const reaching = order.price === price ? queue.trade(lots, left, exchangeTime) : left;
      left -= this.#fill(order, order.price, Math.floor(reaching), "maker");
    }
    this.#settle();
  }

  /** What was told to nobody yet. */
  takeNews(): PaperNews | undefined {
    if (this.#changed.size === 0) return undefined;
    const news = { fills: this.#fills, orders: [...this.#changed] };
    this.#fills = [];
    this.#changed = new Set();
    return news;
  }

  #impossible(order: PaperOrder, takes: readonly PaperTake[], book: OrderBook): Refused | undefined {
    const { side, type, timeInForce, reduceOnly, spend, instrument } = order.request;
    const best = (side === "buy" ? book.asks : book.bids).bestPrice;
    if (reduceOnly && order.openLots === 0) {
      return refusedOnPaper("reduce-only", `there is no position that a ${side} makes smaller`);
    }
    if (type === "post-only" && accepts(side, order.price, best)) {
      return refusedOnPaper("post-only", `it would take at ${best}`);
    }
    if (timeInForce === "fok" && type !== "post-only" && !isWhole(order, takes)) {
      return refusedOnPaper("not-filled", `only ${lotsOfTakes(takes)} lots are there`);
    }
    const value = spend?.step.value(spend.count) ?? baseOfLots(instrument, order.lots) * best;
    if (type === "market" && value < instrument.minNotional) {
      return refusedOnPaper("notional", `a value of ${value} is under the least, ${instrument.minNotional}`);
    }
    return undefined;
  }

  #unpayable(order: PaperOrder, takes: readonly PaperTake[]): Refused | undefined {
    const { account } = this.#options;
    const { instrument, side, reduceOnly } = order.request;
    const waiting = this.#resting[side].reduce((sum, each) => sum + opensWith(each), 0);
    const reducible = reduceOnly ? order.openLots : Math.max(0, this.#closable(side) - waiting);
    const needed = neededFor(order, takes, reducible);
    for (const coin of ["quote", "base"] as const) {
      const name = instrument[coin];
      const available = account.available(name);
      if (needed[coin] - available > slack * needed[coin]) {
        return refusedOnPaper("balance", `it needs ${needed[coin]} ${name}, and ${available} are free`);
      }
    }
    return undefined;
  }

  #take(order: PaperOrder, takes: readonly PaperTake[]): void {
    for (const { price, shown, lots } of takes) {
      this.#taken[order.request.side].take(price, shown, lots);
      this.#fill(order, price, lots, "taker");
    }
  }

  /** What is left of an order that came in: it rests, or ends. */
  #keep(order: PaperOrder, book: OrderBook): void {
    const { side, type, timeInForce } = order.request;
    const rests = type === "post-only" || (type === "limit" && timeInForce === "gtc");
    if (!rests || order.openLots === 0) return order.finish(this.#options.now());
    order.queue = new QueuePosition(this.#shown(book, order), book.exchangeTime);
    const resting = this.#resting[side];
    const place = resting.findIndex(({ price }) =>
      !accepts(side, price, order.price) && price !== order.price
    );
    resting.splice(place === -1 ? resting.length : place, 0, order);
  }

  /** Lots that the level of a resting order shows: those of others. */
  #shown(book: OrderBook, { request: { side }, price }: PaperOrder): number {
    const level = shownAt(side === "buy" ? book.bids : book.asks, price);
    return lotsIn(this.#options.instrument.lot, level, "ceil");
  }

  /** The other side has come to a resting order: whoever offers that would have met it, at its price. */
  #meet(order: PaperOrder, book: OrderBook): void {
    const taken = this.#taken[order.request.side];
    for (const { price, shown, lots } of takesOf(order, book, taken)) {
      const filled = this.#fill(order, limitOf(order), lots, "maker");
      if (filled > 0) taken.take(price, shown, filled);
    }
  }

  /** Fills an order with so many lots at most; returns how many it took. */
  #fill(order: PaperOrder, price: number, most: number, liquidity: Fill["liquidity"]): number {
    const { account, now, nextTradeId } = this.#options;
    const { instrument, side, clientOrderId, reduceOnly } = order.request;
    const lots = Math.min(most, order.openLots, reduceOnly ? this.#closable(side) : Infinity);
    if (lots <= 0) return 0;
    const { exchangeOrderId } = order;
    const names = { tradeId: nextTradeId(), clientOrderId, exchangeOrderId };
    const fill = paperFill({ ...names, instrument, side, price, lots, liquidity, time: now() });
    order.addFill(lots, fill);
    account.apply(instrument, fill, lots);
    this.#fills.push(fill);
    this.#changed.add(order);
    return lots;
  }

  /** Lots of a position that orders of a side close. */
  #closable(side: Side): number {
    const held = this.#options.account.heldLots(this.#options.instrument);
    return Math.max(0, side === "buy" ? -held : held);
  }

  /** Ends what has nothing left to do, and binds what the rest needs. */
  #settle(): void {
    if (this.#changed.size === 0) return;
    for (const side of sides) {
      const resting = this.#resting[side];
      for (let i = resting.length - 1; i >= 0; i--) {
        const order = resting[i]!;
        const isVain = order.request.reduceOnly && !order.isFinished && this.#closable(side) === 0;
        if (isVain) {
          order.finish(this.#options.now());
          this.#changed.add(order);
        }
        if (order.isFinished) resting.splice(i, 1);
      }
    }
    this.#options.account.bind(this.#options.instrument, this.#bound());
  }

  #bound(): BoundAmounts {
    const { instrument } = this.#options;
    let quote = 0;
    let base = 0;
    for (const side of sides) {
      const resting = this.#resting[side];
      if (instrument.market === "spot" && side === "sell") {
        for (const order of resting) base += baseOfLots(instrument, order.openLots);
        continue;
      }
      let closable = instrument.market === "spot" ? 0 : this.#closable(side);
      for (const order of resting) {
        const opening = Math.max(0, opensWith(order) - closable);
        closable -= opensWith(order) - opening;
        quote += baseOfLots(instrument, opening) * order.price * (1 + quoteFeeRate(instrument));
      }
    }
    return { quote, base };
  }
}

/** Lots with which an order may open a position. */
function opensWith({ request, openLots }: PaperOrder): number {
  return request.reduceOnly ? 0 : openLots;
}
