/**
 * What the paper account holds, owes and has earned.
 * @module
 */
import type { BalanceSnapshot } from "../core/balance.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Fill } from "../core/fill.ts";
import type { Instrument } from "../core/instrument.ts";
import { afterTrade, flatPosition, type Position, unrealisedPnl } from "../core/position.ts";
import { type BaseQuantity, baseQuantity, type QuoteAmount, quoteAmount } from "../core/units.ts";

/** Price of an instrument for valuing positions; NaN when there is none now. */
export type MarkPrice = (instrument: Instrument) => number;

interface PositionEntry {
  /** An instrument whose price values the position. */
  readonly instrument: Instrument;
  position: Position;
}

/**
 * Balances per venue and coin, and positions at average cost.
 *
 * A coin is the same on every spot venue, so what was bought on one and sold on another is one position; each
 * perpetual contract has its own. Positions count what was traded since the start: coins that the account was
 * endowed with are balances, not positions. Futures are held without leverage: their whole value is margin.
 */
export class Ledger {
  readonly #balances = new Map<string, number>();
  readonly #positions = new Map<string, PositionEntry>();
  #fees = 0;

  /** Fees paid so far, in quote. */
  get fees(): QuoteAmount {
    return quoteAmount(this.#fees);
  }

  /** Adds to a balance. */
  deposit(exchange: ExchangeKey, coin: string, amount: number): void {
    const key = balanceKey(exchange, coin);
    this.#balances.set(key, (this.#balances.get(key) ?? 0) + amount);
  }

  /** Units of a coin on a venue, margin included. */
  balance(exchange: ExchangeKey, coin: string): number {
    return this.#balances.get(balanceKey(exchange, coin)) ?? 0;
  }

  /** Quote on a venue that is not bound as margin of its positions. */
  availableQuote(exchange: ExchangeKey, coin: string): number {
    let margin = 0;
    for (const { instrument, position } of this.#positions.values()) {
      if (
        instrument.market === "perpetual" && instrument.exchange === exchange && instrument.quote === coin
      ) {
        margin += Math.abs(position.quantity) * position.averageEntry;
      }
    }
    return this.balance(exchange, coin) - margin;
  }

  /** What is held of every coin, at this time; margin counts as locked. */
  balances(time: number): BalanceSnapshot[] {
    return [...this.#balances].map(([key, amount]) => {
      const [exchange, coin] = key.split(" ") as [ExchangeKey, string];
      const available = this.availableQuote(exchange, coin);
      return { exchange, coin, available, locked: amount - available, time };
    });
  }

  /** Positions that were ever open, each with an instrument whose price values it. */
  positions(): { readonly instrument: Instrument; readonly position: Position }[] {
    return [...this.#positions.values()].map(({ instrument, position }) => ({ instrument, position }));
  }

  /** The position that a trade of this instrument changes. */
  position(instrument: Instrument): Position {
    return this.#positions.get(positionKey(instrument))?.position ?? flatPosition;
  }

  /** Books a fill: balances, position and fees. */
  apply(instrument: Instrument, fill: Fill): void {
    if (instrument.market === "spot") this.#applySpot(instrument, fill);
    else this.#applyPerpetual(instrument, fill);
    this.#fees += fill.feeQuote;
  }

  /** Profit of everything that was closed, minus all fees that are not part of an entry price. */
  get realisedPnl(): QuoteAmount {
    let sum = 0;
    for (const { position } of this.#positions.values()) sum += position.realisedPnl;
    return quoteAmount(sum);
  }

  /** Profit of closing what is open at these prices; positions without a price count as 0. */
  unrealisedPnl(mark: MarkPrice): QuoteAmount {
    let sum = 0;
    for (const { instrument, position } of this.#positions.values()) {
      const price = mark(instrument);
      if (!Number.isNaN(price)) sum += unrealisedPnl(position, price);
    }
    return quoteAmount(sum);
  }

  /**
   * A fee in the bought coin makes less of it arrive, so it is part of the entry price: the money spent over the
   * coins that came. A fee in another coin is taken off the profit at once, at its value in quote.
   */
  #applySpot(instrument: Instrument, fill: Fill): void {
    const { exchange, base, quote } = instrument;
    const sign = fill.side === "buy" ? 1 : -1;
    this.deposit(exchange, base, sign * fill.quantity);
    this.deposit(exchange, quote, -sign * fill.notional);
    this.deposit(exchange, fill.feeCoin, -fill.fee);
    const arrived = baseQuantity(sign * fill.quantity - (fill.feeCoin === base ? fill.fee : 0));
    const fee = fill.feeCoin === base ? 0 : fill.feeQuote;
    this.#trade(instrument, arrived, fill.notional / Math.abs(arrived), fee);
  }

  /** A contract moves no coin: only its realised profit and the fee do. */
  #applyPerpetual(instrument: Instrument, fill: Fill): void {
    const before = this.position(instrument).realisedPnl;
    const traded = baseQuantity(fill.side === "buy" ? fill.quantity : -fill.quantity);
    this.#trade(instrument, traded, fill.notional / fill.quantity, fill.fee);
    this.deposit(instrument.exchange, instrument.quote, this.position(instrument).realisedPnl - before);
  }

  #trade(instrument: Instrument, traded: BaseQuantity, price: number, fee: number): void {
    const position = afterTrade(this.position(instrument), traded, price, fee);
    this.#positions.set(positionKey(instrument), { instrument, position });
  }
}

function balanceKey(exchange: ExchangeKey, coin: string): string {
  return `${exchange} ${coin}`;
}

function positionKey(instrument: Instrument): string {
  return instrument.market === "spot"
    ? `spot ${instrument.base}/${instrument.quote}`
    : `${instrument.exchange} ${instrument.exchangeSymbol}`;
}
