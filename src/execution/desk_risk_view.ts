/**
 * What the limits are held against: positions, exposure and profit of a desk, and the state of its data.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Instrument, InstrumentTable } from "../core/instrument.ts";
import type { OrderBook } from "../market/order_book.ts";
import type { OrderFlow } from "./order_flow.ts";
import type { RiskView } from "./risk/risk_gate.ts";
import type { VolatilityMeter } from "./risk/volatility.ts";
import type { TradingVenue } from "./trading_venue.ts";

/** What a {@link DeskRiskView} takes. */
export interface DeskRiskViewOptions {
  readonly clock: Clock;
  readonly flow: OrderFlow;
  readonly instruments: InstrumentTable;
  readonly venues: ReadonlyMap<ExchangeKey, TradingVenue>;
  readonly volatility: Pick<VolatilityMeter, "bps">;
  /** The book of an instrument, whatever its state; undefined before there was one. */
  readonly book: (instrument: Instrument) => OrderBook | undefined;
  /** The venue's time, epoch milliseconds. */
  readonly venueTimeMs: (exchange: ExchangeKey) => number;
  /** Age at which prices are not read any more, milliseconds. */
  readonly maxBookAgeMs: () => number;
}

/** Sums over all positions: worked out anew when something has changed. */
interface Sums {
  readonly byExchange: ReadonlyMap<ExchangeKey, number>;
  /** Signed value of what trades have brought to a venue, by instrument id. */
  readonly held: readonly number[];
  readonly total: number;
  readonly equity: number;
}

const dayMs = 86_400_000;

/** Reads everything when it is asked for, except sums over all positions, which stand until the next fill or sweep. */
export class DeskRiskView implements RiskView {
  readonly #options: DeskRiskViewOptions;
  /** Instruments of the same coin and money, by instrument id. */
  readonly #alike: readonly (readonly Instrument[])[];
  #sums: Sums | undefined;
  #day = NaN;
  #equityAtDayStart = 0;
  #openExecutions = 0;

  constructor(options: DeskRiskViewOptions) {
    this.#options = options;
    const { all } = options.instruments;
    this.#alike = all.map(({ base, quote }) =>
      all.filter((other) => other.base === base && other.quote === quote)
    );
  }

  /** Executions that have not ended. */
  get openExecutions(): number {
    return this.#openExecutions;
  }

  /** An execution has begun, or has ended. */
  countExecution(change: 1 | -1): void {
    this.#openExecutions += change;
  }

  /** Prices or positions have changed: sums are worked out anew when they are asked for. */
  invalidate(): void {
    this.#sums = undefined;
  }

  /** Quote value of the base units that are not hedged; NaN when there is no price. */
  exposureNotional(base: string): number {
    const { flow, instruments } = this.#options;
    const byQuote = new Map(
      instruments.all.filter((each) => each.base === base).map((each) => [each.quote, each]),
    );
    let sum = 0;
    for (const [quote, instrument] of byQuote) {
      const exposure = flow.exposure(base, quote);
      if (exposure !== 0) sum += Math.abs(exposure) * this.fairPrice(instrument);
    }
    return sum;
  }

  /** Quote value of the position that a trade of the instrument changes, negative when short; NaN without a price. */
  positionNotional(instrument: Instrument): number {
    const { quantity } = this.#options.flow.ledger.position(instrument);
    return quantity === 0 ? 0 : quantity * this.fairPrice(instrument);
  }

  /** Quote value of the positions on a venue: contracts, and on spot the coins that trades have brought or taken. */
  exchangeNotional(exchange: ExchangeKey): number {
    return this.#current().byExchange.get(exchange) ?? 0;
  }

  /** Signed quote value of what trades have brought to a venue: of a coin there, or the position in a contract. */
  venueNotional(instrument: Instrument): number {
    return this.#current().held[instrument.id] ?? 0;
  }

  get totalNotional(): number {
    return this.#current().total;
  }

  /** Profit since midnight UTC, what is open valued at its fair price; NaN when that is not known. */
  get dayPnl(): number {
    const { equity } = this.#current();
    const day = Math.floor(this.#options.clock.epochMs() / dayMs);
    if (day !== this.#day && !Number.isNaN(equity)) {
      this.#day = day;
      this.#equityAtDayStart = equity;
    }
    return equity - this.#equityAtDayStart;
  }

  /** Realised and unrealised profit since the ledger began, quote; NaN while a position has no price. */
  get equity(): number {
    return this.#current().equity;
  }

  /** Median of the middles of all books of the coin that may be read; NaN when there is none. */
  fairPrice(instrument: Instrument): number {
    const middles: number[] = [];
    for (const other of this.#alike[instrument.id]!) {
      const book = this.readable(other);
      if (book === undefined) continue;
      const middle = (book.bids.bestPrice + book.asks.bestPrice) / 2;
      if (middle > 0) middles.push(middle);
    }
    if (middles.length === 0) return NaN;
    middles.sort((a, b) => a - b);
    const half = middles.length >> 1;
    return middles.length % 2 === 1 ? middles[half]! : (middles[half - 1]! + middles[half]!) / 2;
  }

  book(instrument: Instrument): OrderBook | undefined {
    return this.#options.book(instrument);
  }

  /** The book if prices may be read from it now. */
  readable(instrument: Instrument): OrderBook | undefined {
    const { clock, maxBookAgeMs } = this.#options;
    const book = this.#options.book(instrument);
    return book?.isFresh(clock.monotonicMs(), maxBookAgeMs()) ? book : undefined;
  }

  /** Age of the data of a book: by its receipt here and by the venue's own stamp, whichever is more. */
  dataAgeMs(instrument: Instrument): number {
    const { clock, venueTimeMs } = this.#options;
    const book = this.#options.book(instrument);
    if (book === undefined || !book.usable) return Infinity;
    const received = clock.monotonicMs() - book.updatedAt;
    if (book.exchangeTime === 0) return received;
    return Math.max(received, venueTimeMs(instrument.exchange) - book.exchangeTime);
  }

  clockErrorMs(exchange: ExchangeKey): number {
    return this.#options.venues.get(exchange)?.clockErrorMs ?? Infinity;
  }

  volatilityBps(instrument: Instrument): number {
    return this.#options.volatility.bps(instrument);
  }

  #current(): Sums {
    return this.#sums ??= this.#sum();
  }

  #sum(): Sums {
    const { flow: { ledger }, venues } = this.#options;
    const byExchange = new Map<ExchangeKey, number>([...venues.keys()].map((exchange) => [exchange, 0]));
    const held: number[] = [];
    let total = 0, equity: number = ledger.realisedPnl;
    for (const { instrument, position } of ledger.positions()) {
      if (position.quantity === 0) continue;
      const price = this.fairPrice(instrument);
      const value = Math.abs(position.quantity) * price;
      total += value;
      equity += position.quantity * (price - position.averageEntry);
      if (instrument.market === "perpetual") {
        held[instrument.id] = position.quantity * price;
        byExchange.set(instrument.exchange, (byExchange.get(instrument.exchange) ?? 0) + value);
      }
    }
    for (const { exchange, coin, amount } of ledger.flows()) {
      const instrument = this.#options.instruments.all.find(({ base, market }) =>
        base === coin && market === "spot"
      );
      if (instrument === undefined || amount === 0) continue;
      const value = amount * this.fairPrice(instrument);
      byExchange.set(exchange, (byExchange.get(exchange) ?? 0) + Math.abs(value));
      for (const there of this.#alike[instrument.id]!) {
        if (there.exchange === exchange && there.market === "spot") held[there.id] = value;
      }
    }
    return { byExchange, held, total, equity };
  }
}
