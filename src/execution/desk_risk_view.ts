/**
 * What the limits are held against: positions, exposure and profit of a desk, and the state of its data.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Instrument, InstrumentTable } from "../core/instrument.ts";
import type { OrderBook } from "../market/order_book.ts";
import { CoinValues } from "./coin_values.ts";
import type { JournalDay } from "./journal_record.ts";
import type { OrderFlow } from "./order_flow.ts";
import { dayMs } from "./risk/daily_loss.ts";
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
  /** The day as an earlier run has left it. */
  readonly day?: Pick<JournalDay, "day" | "equity">;
  /** Age at which prices are not read any more, milliseconds. */
  readonly maxBookAgeMs: () => number;
}

/**
 * Reads everything when it is asked for, except values of positions: those of a coin stand until its next fill, and all
 * until the next sweep.
 */
export class DeskRiskView implements RiskView {
  readonly #options: DeskRiskViewOptions;
  /** Instruments of the same coin and money, by instrument id. */
  readonly #alike: readonly (readonly Instrument[])[];
  /** An instrument for each quote coin, by coin. */
  readonly #pairs: ReadonlyMap<string, readonly Instrument[]>;
  readonly #values: CoinValues;
  readonly #middles: number[] = [];
  #day: Pick<JournalDay, "day" | "equity">;
  #openExecutions = 0;

  constructor(options: DeskRiskViewOptions) {
    this.#options = options;
    this.#day = options.day ?? { day: NaN, equity: 0 };
    const { instruments, flow: { ledger }, venues } = options;
    const byPair = Map.groupBy(instruments.all, ({ base, quote }) => `${base}/${quote}`);
    this.#alike = instruments.all.map(({ base, quote }) => byPair.get(`${base}/${quote}`)!);
    this.#pairs = Map.groupBy([...byPair.values()].map(([first]) => first!), ({ base }) => base);
    const price = (instrument: Instrument): number => this.fairPrice(instrument);
    this.#values = new CoinValues({ ledger, instruments, exchanges: venues.keys(), price });
  }

  /** Executions that have not ended. */
  get openExecutions(): number {
    return this.#openExecutions;
  }

  /** An execution has begun, or has ended. */
  countExecution(change: 1 | -1): void {
    this.#openExecutions += change;
  }

  /** Prices or positions have changed: everything is valued anew when it is asked for. */
  invalidate(): void {
    this.#values.changeAll();
  }

  /** A trade has changed what is held of a coin: it is valued anew when it is asked for. */
  invalidateCoin(coin: string): void {
    this.#values.change(coin);
  }

  /** Quote value of the base units that are not hedged; NaN when there is no price. */
  exposureNotional(base: string): number {
    const { flow } = this.#options;
    let sum = 0;
    for (const instrument of this.#pairs.get(base) ?? []) {
      const exposure = flow.exposure(base, instrument.quote);
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
    return this.#values.sums.byExchange.get(exchange) ?? 0;
  }

  /** Signed quote value of what trades have brought to a venue: of a coin there, or the position in a contract. */
  venueNotional(instrument: Instrument): number {
    return this.#values.held(instrument);
  }

  get totalNotional(): number {
    return this.#values.sums.total;
  }

  /** Profit since midnight UTC, what is open valued at its fair price; NaN when that is not known. */
  get dayPnl(): number {
    const { equity } = this;
    const day = Math.floor(this.#options.clock.epochMs() / dayMs);
    if (day !== this.#day.day && !Number.isNaN(equity)) this.#day = { day, equity };
    return equity - this.#day.equity;
  }

  /** The day whose profit was asked for last, NaN before one was known, and what the ledger had won when it began. */
  get day(): Pick<JournalDay, "day" | "equity"> {
    return this.#day;
  }

  /** Realised and unrealised profit since the ledger began, quote; NaN while a position has no price. */
  get equity(): number {
    return this.#values.sums.equity;
  }

  /** Median of the middles of all books of the coin that may be read; NaN when there is none. */
  fairPrice(instrument: Instrument): number {
    const { clock, maxBookAgeMs, book: bookOf } = this.#options;
    const now = clock.monotonicMs(), maxAgeMs = maxBookAgeMs();
    const alike = this.#alike[instrument.id]!, middles = this.#middles;
    let count = 0;
    for (let i = 0; i < alike.length; i++) {
      const book = bookOf(alike[i]!);
      if (book === undefined || !book.isFresh(now, maxAgeMs)) continue;
      const middle = (book.bids.bestPrice + book.asks.bestPrice) / 2;
      if (middle > 0) insert(middles, count++, middle);
    }
    if (count === 0) return NaN;
    const half = count >> 1;
    return count % 2 === 1 ? middles[half]! : (middles[half - 1]! + middles[half]!) / 2;
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
}

/** Puts a value into its place among the first `count` ones, which are in ascending order. */
function insert(values: number[], count: number, value: number): void {
  let place = count;
  for (; place > 0 && values[place - 1]! > value; place--) values[place] = values[place - 1]!;
  values[place] = value;
}
