/**
 * What positions are worth, coin by coin, so that a trade of one coin does not ask for the prices of all.
 * @module
 */
import type { ExchangeKey } from "../core/exchange.ts";
import type { Instrument, InstrumentTable } from "../core/instrument.ts";
import type { Ledger, MarkPrice } from "./ledger.ts";

/** What {@link CoinValues} take. */
export interface CoinValuesOptions {
  readonly ledger: Ledger;
  readonly instruments: InstrumentTable;
  readonly exchanges: Iterable<ExchangeKey>;
  /** Fair price of an instrument; NaN when there is none. */
  readonly price: MarkPrice;
}

/** Sums over all coins, quote; NaN where a coin that counts in has no price. */
export interface ValueSums {
  /** Positions without their signs. */
  total: number;
  /** Realised and unrealised profit. */
  equity: number;
  /** Contracts, and on spot the coins that trades have brought or taken, without their signs. */
  readonly byExchange: Map<ExchangeKey, number>;
}

/** One coin with all that is traded of it. */
interface Coin {
  readonly base: string;
  /** One instrument for each position: every contract, and one spot instrument for each quote coin. */
  readonly positions: readonly Instrument[];
  readonly spots: readonly Instrument[];
  readonly own: ValueSums;
}

/**
 * Values of positions. What a coin's trades have changed is valued anew when it is asked for; everything else stands at
 * the prices of the last time that all of it was.
 */
export class CoinValues {
  readonly #options: CoinValuesOptions;
  readonly #coins = new Map<string, Coin>();
  /** Coins in which there is or was something. */
  readonly #touched = new Set<Coin>();
  readonly #changed = new Set<Coin>();
  /** Signed value of what trades have brought to a venue, by instrument id. */
  readonly #held: number[] = [];
  readonly #sums: ValueSums;
  #isStale = true;

  constructor(options: CoinValuesOptions) {
    this.#options = options;
    const exchanges = [...options.exchanges];
    this.#sums = emptySums(exchanges);
    const byBase = Map.groupBy(options.instruments.all, ({ base }) => base);
    for (const [base, instruments] of byBase) this.#coins.set(base, coinOf(base, instruments, exchanges));
  }

  /** All prices have changed. */
  changeAll(): void {
    this.#isStale = true;
  }

  /** A trade has changed what is held of a coin. */
  change(base: string): void {
    const coin = this.#coins.get(base);
    if (coin !== undefined) this.#changed.add(coin);
  }

  /** Signed value of what trades have brought to a venue: of a coin there, or the position in a contract. */
  held({ id }: Instrument): number {
    this.#renew();
    return this.#held[id] ?? 0;
  }

  /** Sums over all coins; good until the next call of anything here. */
  get sums(): Readonly<ValueSums> {
    this.#renew();
    return this.#sums;
  }

  #renew(): void {
    if (this.#isStale) {
      this.#findTouched();
      for (const coin of this.#touched) this.#value(coin);
    } else if (this.#changed.size > 0) {
      for (const coin of this.#changed) {
        this.#touched.add(coin);
        this.#value(coin);
      }
    } else return;
    this.#isStale = false;
    this.#changed.clear();
    this.#add();
  }

  #findTouched(): void {
    const { ledger } = this.#options;
    for (const { instrument: { base } } of ledger.positions()) this.#touch(base);
    for (const { coin } of ledger.flows()) this.#touch(coin);
  }

  #touch(base: string): void {
    const coin = this.#coins.get(base);
    if (coin !== undefined) this.#touched.add(coin);
  }

  #value({ base, positions, spots, own }: Coin): void {
    const { ledger, price } = this.#options;
    own.total = own.equity = 0;
    for (const exchange of own.byExchange.keys()) own.byExchange.set(exchange, 0);
    for (const instrument of positions) {
      const { quantity, averageEntry, realisedPnl } = ledger.position(instrument);
      own.equity += realisedPnl;
      const isContract = instrument.market === "perpetual";
      if (isContract) this.#held[instrument.id] = 0;
      if (quantity === 0) continue;
      const fair = price(instrument);
      own.total += Math.abs(quantity) * fair;
      own.equity += quantity * (fair - averageEntry);
      if (!isContract) continue;
      this.#held[instrument.id] = quantity * fair;
      add(own.byExchange, instrument.exchange, Math.abs(quantity) * fair);
    }
    const [first] = spots;
    if (first === undefined) return;
    for (const exchange of own.byExchange.keys()) {
      const amount = ledger.flow(exchange, base);
      const value = amount === 0 ? 0 : amount * price(first);
      add(own.byExchange, exchange, Math.abs(value));
      for (const there of spots) {
        if (there.exchange === exchange && there.quote === first.quote) this.#held[there.id] = value;
      }
    }
  }

  #add(): void {
    const sums = this.#sums;
    sums.total = 0;
    sums.equity = this.#options.ledger.closedPnl;
    for (const exchange of sums.byExchange.keys()) sums.byExchange.set(exchange, 0);
    for (const { own } of this.#touched) {
      sums.total += own.total;
      sums.equity += own.equity;
      for (const [exchange, value] of own.byExchange) add(sums.byExchange, exchange, value);
    }
  }
}

function coinOf(base: string, instruments: readonly Instrument[], exchanges: readonly ExchangeKey[]): Coin {
  const spots = instruments.filter(({ market }) => market === "spot");
  const positions = instruments.filter((instrument) =>
    instrument.market === "perpetual" ||
    spots.find(({ quote }) => quote === instrument.quote) === instrument
  );
  return { base, positions, spots, own: emptySums(exchanges) };
}

function emptySums(exchanges: readonly ExchangeKey[]): ValueSums {
  return { total: 0, equity: 0, byExchange: new Map(exchanges.map((exchange) => [exchange, 0])) };
}

function add(sums: Map<ExchangeKey, number>, exchange: ExchangeKey, value: number): void {
  sums.set(exchange, (sums.get(exchange) ?? 0) + value);
}
