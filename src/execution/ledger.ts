/**
 * What the program's trades have made of its accounts: coins, positions and profit.
 * @module
 */
import type { BalanceSnapshot } from "../core/balance.ts";
import { ConfigError } from "../core/errors.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Fill } from "../core/fill.ts";
import type { Instrument, InstrumentTable } from "../core/instrument.ts";
import { afterTrade, flatPosition, type Position, unrealisedPnl } from "../core/position.ts";
import { type BaseQuantity, baseQuantity, type QuoteAmount, quoteAmount } from "../core/units.ts";
import type { JournalPosition, JournalSnapshot } from "./journal_record.ts";

/** Price of an instrument for valuing positions; NaN when there is none now. */
export type MarkPrice = (instrument: Instrument) => number;

/** A change of a coin on a venue by the program's own trades, in units of the coin. */
export type Flow = JournalSnapshot["flows"][number];

/** What a snapshot of the journal keeps of a ledger. */
export type LedgerSnapshot = Pick<JournalSnapshot, "positions" | "flows" | "feesQuote">;

/** What is left of a sum is rounding of doubles when it is this small beside the largest that it was. */
const dust = 1e-12;

interface PositionEntry {
  /** An instrument whose price values the position. */
  readonly instrument: Instrument;
  readonly position: Position;
  /** Largest size that it had since it was flat, base units. */
  readonly peak: number;
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
  /** The part of the balances that trades have made. */
  readonly #flows = new Map<string, number>();
  readonly #positions = new Map<string, PositionEntry>();
  /** Keys of the positions by coin and quote coin, in the order in which they came. */
  readonly #keysOfPair = new Map<string, string[]>();
  readonly #unvaluedFees = new Map<string, number>();
  /** Closed positions of instruments that the run does not have. */
  #closed: readonly JournalPosition[] = [];
  #fees = 0;

  /** Fees paid so far, in quote, without those of {@link Ledger.unvaluedFees}. */
  get fees(): QuoteAmount {
    return quoteAmount(this.#fees);
  }

  /**
   * Fees since the start that were taken in a third coin such as GT or points, whose value in quote nobody told: units of
   * the coin by coin. They are in no profit.
   */
  get unvaluedFees(): ReadonlyMap<string, number> {
    return this.#unvaluedFees;
  }

  /** Adds to a balance. */
  deposit(exchange: ExchangeKey, coin: string, amount: number): void {
    add(this.#balances, balanceKey(exchange, coin), amount);
  }

  /** Changes of coins by trades, fees, funding and adjustments since the ledger was first used; no deposits. */
  flows(): Flow[] {
    return [...this.#flows].map(([key, amount]) => ({ ...coinOfKey(key), amount }));
  }

  /** What {@link Ledger.flows} have of a coin on a venue; 0 when nothing moved. */
  flow(exchange: ExchangeKey, coin: string): number {
    return this.#flows.get(balanceKey(exchange, coin)) ?? 0;
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
      const { exchange, coin } = coinOfKey(key);
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
    if (Number.isNaN(fill.feeQuote)) add(this.#unvaluedFees, fill.feeCoin, fill.fee);
    else this.#fees += fill.feeQuote;
  }

  /**
   * What is not hedged of a coin, signed: its position on spot and its perpetual contracts against one quote coin.
   */
  exposure(base: string, quote: string): BaseQuantity {
    let sum = 0, peaks = 0;
    for (const key of this.#keysOfPair.get(`${base}/${quote}`) ?? []) {
      const { position, peak } = this.#positions.get(key)!;
      sum += position.quantity;
      peaks += peak;
    }
    return baseQuantity(Math.abs(sum) <= dust * peaks ? 0 : sum);
  }

  /**
   * Books a change of a position that no fill tells of, such as a liquidation, as a trade without a fee.
   *
   * @param quantity Signed base units.
   * @param price Quote per base.
   * @throws {RangeError} when one of them is not finite, or the price is negative.
   */
  adjust(instrument: Instrument, quantity: BaseQuantity, price: number): void {
    if (!(Number.isFinite(quantity) && price >= 0 && price < Infinity)) {
      throw new RangeError(`Cannot adjust ${instrument.exchangeSymbol} by ${quantity} at ${price}`);
    }
    if (quantity === 0) return;
    const { exchange, base, quote, market } = instrument;
    if (market === "spot") {
      this.#flow(exchange, base, quantity);
      this.#flow(exchange, quote, -quantity * price);
      this.#trade(instrument, quantity, price, 0);
    } else this.#tradeContract(instrument, quantity, price, 0);
  }

  /**
   * Books a funding payment: it is profit of the contract, whether or not a position is open.
   *
   * @param amount Quote; positive when received.
   * @throws {RangeError} when it is not finite.
   */
  applyFunding(instrument: Instrument, amount: number): void {
    if (!Number.isFinite(amount)) {
      throw new RangeError(`Cannot book funding of ${amount} for ${instrument.exchangeSymbol}`);
    }
    const before = this.position(instrument);
    const peak = this.#positions.get(positionKey(instrument))?.peak ?? 0;
    const position = { ...before, realisedPnl: quoteAmount(before.realisedPnl + amount) };
    this.#set(positionKey(instrument), { instrument, position, peak });
    this.#flow(instrument.exchange, instrument.quote, amount);
  }

  /** What the journal keeps. Deposits and {@link Ledger.unvaluedFees} are not in it. */
  snapshot(): LedgerSnapshot {
    const positions = [...this.#positions.values()].map(({ instrument, position }) => ({
      exchange: instrument.exchange,
      symbol: instrument.exchangeSymbol,
      ...position,
    }));
    return { positions: [...positions, ...this.#closed], flows: this.flows(), feesQuote: this.#fees };
  }

  /**
   * Goes on from a snapshot; flows count as balances on top of what is deposited.
   *
   * @throws {RangeError} when the ledger was used already.
   * @throws {ConfigError} when a position is open in an instrument that the run does not have.
   */
  restore({ positions, flows, feesQuote }: LedgerSnapshot, instruments: InstrumentTable): void {
    if (this.#positions.size + this.#flows.size > 0) {
      throw new RangeError("Cannot restore a ledger in which trades are booked already");
    }
    const closed: JournalPosition[] = [];
    for (const kept of positions) {
      const { exchange, symbol, quantity, averageEntry, entryFees, realisedPnl } = kept;
      const instrument = instruments.find(exchange, symbol);
      if (instrument === undefined) {
        if (quantity !== 0) {
          throw new ConfigError(
            `The journal holds a position of ${quantity} in ${symbol} at ${exchange}, which the run does not have: ` +
              "add the symbol to the configuration",
          );
        }
        closed.push(kept);
        continue;
      }
      const position = {
        quantity: baseQuantity(quantity),
        averageEntry,
        entryFees: quoteAmount(entryFees),
        realisedPnl: quoteAmount(realisedPnl),
      };
      this.#set(positionKey(instrument), { instrument, position, peak: Math.abs(quantity) });
    }
    this.#closed = closed;
    for (const { exchange, coin, amount } of flows) this.#flow(exchange, coin, amount);
    this.#fees = feesQuote;
  }

  /** Profit of everything that was closed, minus all fees that are not part of an entry price. */
  get realisedPnl(): QuoteAmount {
    let sum = 0;
    for (const { position } of this.#positions.values()) sum += position.realisedPnl;
    return quoteAmount(sum + this.closedPnl);
  }

  /** The part of it of instruments that the run does not have. */
  get closedPnl(): QuoteAmount {
    let sum = 0;
    for (const { realisedPnl } of this.#closed) sum += realisedPnl;
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
   * coins that came. A fee in another coin is taken off the profit at once, at its value in quote; one whose value
   * nobody told is no part of the profit, only of the flows.
   */
  #applySpot(instrument: Instrument, fill: Fill): void {
    const { exchange, base, quote } = instrument;
    const sign = fill.side === "buy" ? 1 : -1;
    this.#flow(exchange, base, sign * fill.quantity);
    this.#flow(exchange, quote, -sign * fill.notional);
    this.#flow(exchange, fill.feeCoin, -fill.fee);
    const arrived = baseQuantity(sign * fill.quantity - (fill.feeCoin === base ? fill.fee : 0));
    const fee = fill.feeCoin === base ? 0 : valueOf(fill);
    this.#trade(instrument, arrived, fill.notional / Math.abs(arrived), fee);
  }

  /** A contract moves no coin: only its realised profit and the fee do. */
  #applyPerpetual(instrument: Instrument, fill: Fill): void {
    const traded = baseQuantity(fill.side === "buy" ? fill.quantity : -fill.quantity);
    const inQuote = fill.feeCoin === instrument.quote;
    const fee = inQuote ? fill.fee : valueOf(fill);
    this.#tradeContract(instrument, traded, fill.notional / fill.quantity, fee);
    if (inQuote) return;
    // The profit is less by the value of a fee that was not taken from the money.
    this.#flow(instrument.exchange, instrument.quote, fee);
    this.#flow(instrument.exchange, fill.feeCoin, -fill.fee);
  }

  #tradeContract(instrument: Instrument, traded: BaseQuantity, price: number, fee: number): void {
    const before = this.position(instrument).realisedPnl;
    this.#trade(instrument, traded, price, fee);
    this.#flow(instrument.exchange, instrument.quote, this.position(instrument).realisedPnl - before);
  }

  /** A position that was closed in pieces keeps the rounding of all of them, which is not a position. */
  #trade(instrument: Instrument, traded: BaseQuantity, price: number, fee: number): void {
    const key = positionKey(instrument), before = this.#positions.get(key);
    const after = afterTrade(before?.position ?? flatPosition, traded, price, fee);
    const size = Math.abs(after.quantity);
    const peak = Math.max(before?.peak ?? 0, size);
    const entry = size <= dust * peak
      ? { position: { ...flatPosition, realisedPnl: after.realisedPnl }, peak: 0 }
      : { position: after, peak };
    this.#set(key, { instrument, ...entry });
  }

  #set(key: string, entry: PositionEntry): void {
    if (!this.#positions.has(key)) {
      const pair = `${entry.instrument.base}/${entry.instrument.quote}`;
      const keys = this.#keysOfPair.get(pair);
      if (keys === undefined) this.#keysOfPair.set(pair, [key]);
      else keys.push(key);
    }
    this.#positions.set(key, entry);
  }

  /** A change of a balance that is no deposit. */
  #flow(exchange: ExchangeKey, coin: string, amount: number): void {
    const key = balanceKey(exchange, coin);
    add(this.#balances, key, amount);
    add(this.#flows, key, amount);
  }
}

/** Value of a fee in quote; 0 where nobody told it. */
function valueOf({ feeQuote }: Fill): number {
  return Number.isNaN(feeQuote) ? 0 : feeQuote;
}

function add(sums: Map<string, number>, key: string, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount);
}

function coinOfKey(key: string): { readonly exchange: ExchangeKey; readonly coin: string } {
  const [exchange, coin] = key.split(" ") as [ExchangeKey, string];
  return { exchange, coin };
}

function balanceKey(exchange: ExchangeKey, coin: string): string {
  return `${exchange} ${coin}`;
}

function positionKey(instrument: Instrument): string {
  return instrument.market === "spot"
    ? `spot ${instrument.base}/${instrument.quote}`
    : `${instrument.exchange} ${instrument.exchangeSymbol}`;
}
