/**
 * What an account on paper holds.
 * @module
 */
import type { FundingPayment, PositionReport, TransferRecord } from "../../core/account.ts";
import type { BalanceSnapshot } from "../../core/balance.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { Fill } from "../../core/fill.ts";
import type { Instrument } from "../../core/instrument.ts";
import { unrealisedPnl } from "../../core/position.ts";
import { Ledger } from "../ledger.ts";
import { baseOfLots } from "./paper_terms.ts";

/** What one instrument's orders and position bind, in units of each coin. */
export interface BoundAmounts {
  readonly quote: number;
  readonly base: number;
}

interface Binding extends BoundAmounts {
  readonly instrument: Instrument;
}

/**
 * Balances and futures positions of one venue. The booking is the {@link Ledger}'s; here is what the orders that are
 * open bind. Positions have no leverage: their whole value at entry is margin, and nothing is ever liquidated, so a
 * loss can make what is available negative.
 */
export class PaperAccount {
  readonly #ledger = new Ledger();
  readonly #coins = new Set<string>();
  readonly #bindings = new Map<Instrument, Binding>();
  /** Signed lots of every futures position that was ever held. */
  readonly #held = new Map<Instrument, number>();
  readonly #payments: FundingPayment[] = [];
  readonly #transfers: TransferRecord[] = [];

  constructor(readonly exchange: ExchangeKey) {}

  /** Coins that were ever held. */
  get coins(): readonly string[] {
    return [...this.#coins];
  }

  /** Instruments of which a position was ever held. */
  get traded(): readonly Instrument[] {
    return [...this.#held.keys()];
  }

  /**
   * Adds coins, or takes them away where negative.
   *
   * @param time Epoch milliseconds.
   * @throws {RangeError} when the amount is not finite or more than is free.
   */
  deposit(coin: string, amount: number, time: number): void {
    if (!Number.isFinite(amount)) throw new RangeError(`Cannot deposit ${amount} ${coin} on paper`);
    if (amount < 0 && -amount > this.available(coin)) {
      throw new RangeError(
        `Cannot take ${-amount} ${coin} from ${this.exchange} on paper: ${this.available(coin)} are free`,
      );
    }
    this.#add(coin, amount);
    const kind = amount < 0 ? "withdrawal" : "deposit";
    const id = `paper-${this.#transfers.length + 1}`;
    const transfer = {
      kind,
      id,
      coin,
      network: "paper",
      amount: Math.abs(amount),
      status: "done",
      time,
    } as const;
    this.#transfers.push(transfer);
  }

  /** What was added and taken away from this epoch millisecond on. */
  transfers(sinceMs: number): TransferRecord[] {
    return this.#transfers.filter(({ time }) => time >= sinceMs);
  }

  /** Units of a coin, bound ones included. */
  balance(coin: string): number {
    return this.#ledger.balance(this.exchange, coin);
  }

  /** Units of a coin that are free for orders. */
  available(coin: string): number {
    return this.balance(coin) - this.#bound(coin);
  }

  /** A coin as it is told. */
  snapshot(coin: string, time: number): BalanceSnapshot {
    const locked = this.#bound(coin);
    return { exchange: this.exchange, coin, available: this.balance(coin) - locked, locked, time };
  }

  /** Signed lots of a futures position. */
  heldLots(instrument: Instrument): number {
    return this.#held.get(instrument) ?? 0;
  }

  /** Signed value of a futures position at a price, quote: positive long. */
  heldValue(instrument: Instrument, price: number): number {
    return baseOfLots(instrument, this.heldLots(instrument)) * price;
  }

  /** Books a fill of so many lots. */
  apply(instrument: Instrument, fill: Fill, lots: number): void {
    this.#ledger.apply(instrument, fill);
    this.#coins.add(instrument.quote);
    if (instrument.market === "spot") {
      this.#coins.add(instrument.base);
      return;
    }
    this.#held.set(instrument, this.heldLots(instrument) + (fill.side === "buy" ? lots : -lots));
  }

  /** Says what the open orders of an instrument bind; the margin of its position comes on top. */
  bind(instrument: Instrument, orders: BoundAmounts): void {
    const quote = orders.quote + this.#margin(instrument);
    if (quote === 0 && orders.base === 0) this.#bindings.delete(instrument);
    else this.#bindings.set(instrument, { instrument, quote, base: orders.base });
  }

  /** Books a funding payment, positive when received. */
  fund(instrument: Instrument, amount: number, time: number): FundingPayment {
    const payment = { instrument: instrument.id, amount, time };
    this.#add(instrument.quote, amount);
    this.#payments.push(payment);
    return payment;
  }

  /** Funding payments of an instrument from this epoch millisecond on. */
  payments(instrument: Instrument, sinceMs: number): FundingPayment[] {
    return this.#payments.filter((each) => each.instrument === instrument.id && each.time >= sinceMs);
  }

  /** A futures position as it is told. @param mark Price that values it, quote per base; NaN for none. */
  positionReport(instrument: Instrument, mark: number, time: number): PositionReport {
    const position = this.#ledger.position(instrument);
    const markPrice = Number.isNaN(mark) ? position.averageEntry : mark;
    return {
      instrument: instrument.id,
      side: "single",
      lots: this.heldLots(instrument),
      entryPrice: position.averageEntry,
      markPrice,
      liquidationPrice: NaN,
      marginMode: "isolated",
      leverage: 1,
      maxLeverage: 1,
      margin: this.#margin(instrument),
      unrealisedPnl: unrealisedPnl(position, markPrice),
      realisedPnl: position.realisedPnl,
      time,
    };
  }

  #add(coin: string, amount: number): void {
    this.#coins.add(coin);
    this.#ledger.deposit(this.exchange, coin, amount);
  }

  #bound(coin: string): number {
    let sum = 0;
    for (const { instrument, quote, base } of this.#bindings.values()) {
      if (instrument.quote === coin) sum += quote;
      if (instrument.base === coin) sum += base;
    }
    return sum;
  }

  #margin(instrument: Instrument): number {
    if (instrument.market === "spot") return 0;
    const lots = Math.abs(this.heldLots(instrument));
    return lots === 0 ? 0 : baseOfLots(instrument, lots) * this.#ledger.position(instrument).averageEntry;
  }
}
