/**
 * Instruments and the table that gives each a dense integer id for the hot path.
 * @module
 */
import { DecimalStep } from "./decimal_step.ts";
import { ConfigError } from "./errors.ts";
import { exchangeByKey, type ExchangeKey, type MarketKind } from "./exchange.ts";

declare const instrumentIdBrand: unique symbol;
/** Index of an instrument in its table: 0, 1, 2, … without gaps, so it can index arrays. */
export type InstrumentId = number & { readonly [instrumentIdBrand]: true };

/** What a venue says about one of its markets. Static: it may be cached. */
export interface InstrumentSpec {
  readonly exchange: ExchangeKey;
  /** Base coin, upper case: `BTC`. */
  readonly base: string;
  /** Quote coin, upper case: `USDT`. */
  readonly quote: string;
  /** The venue's own name: `BTCUSDT` on MEXC, `BTC_USDT` on Gate.io. */
  readonly exchangeSymbol: string;
  /** Price step, in quote per base. */
  readonly tick: DecimalStep;
  /** Order size step: base units on spot, contracts on futures. */
  readonly lot: DecimalStep;
  /** Base units per unit of order size: 1 on spot, `quanto_multiplier` on futures. */
  readonly contractSize: DecimalStep;
  /** Smallest order in units of order size (base or contracts); 0 for none. */
  readonly minQuantity: number;
  /** Smallest order value in quote; 0 for none. */
  readonly minNotional: number;
  /** Maker fee as a ratio of the notional; negative for a rebate. */
  readonly makerFee: number;
  /** Taker fee as a ratio of the notional. */
  readonly takerFee: number;
  /** Whether the venue takes orders for it through its API. */
  readonly tradable: boolean;
}

/** An instrument of a table. */
export interface Instrument extends InstrumentSpec {
  readonly id: InstrumentId;
  readonly market: MarketKind;
  /** Base units per unit of order size as a double: multiply a book quantity with it. */
  readonly baseFactor: number;
}

/** All instruments of a run. Ids are given in the order of {@link InstrumentTable.add} and never change. */
export class InstrumentTable {
  readonly #instruments: Instrument[] = [];
  readonly #bySymbol = new Map<string, Instrument>();

  /** Every instrument, in the order of its id. */
  get all(): readonly Instrument[] {
    return this.#instruments;
  }

  /**
   * Adds an instrument and gives it the next id.
   *
   * @throws {ConfigError} when the venue's symbol is in the table already.
   */
  add(spec: InstrumentSpec): Instrument {
    const key = `${spec.exchange} ${spec.exchangeSymbol}`;
    if (this.#bySymbol.has(key)) throw new ConfigError(`Instrument ${key} is listed twice`);
    const instrument: Instrument = {
      ...spec,
      id: this.#instruments.length as InstrumentId,
      market: exchangeByKey(spec.exchange).market,
      baseFactor: spec.contractSize.size,
    };
    this.#instruments.push(instrument);
    this.#bySymbol.set(key, instrument);
    return instrument;
  }

  /**
   * The instrument with this id.
   *
   * @throws {RangeError} when there is none.
   */
  get(id: InstrumentId): Instrument {
    const instrument = this.#instruments[id];
    if (instrument === undefined) throw new RangeError(`No instrument has the id ${id}`);
    return instrument;
  }

  /** The instrument that a venue calls `exchangeSymbol`, if it is in the table. */
  find(exchange: ExchangeKey, exchangeSymbol: string): Instrument | undefined {
    return this.#bySymbol.get(`${exchange} ${exchangeSymbol}`);
  }

  /** The instruments of one venue, in the order of their ids. */
  ofExchange(exchange: ExchangeKey): Instrument[] {
    return this.#instruments.filter((instrument) => instrument.exchange === exchange);
  }
}

/** The step of one whole unit: the contract size of spot instruments. */
export const unitStep: DecimalStep = DecimalStep.ofDecimals(0);
