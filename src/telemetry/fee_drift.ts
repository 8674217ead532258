/**
 * Whether venues charge the fees that decisions count on.
 * @module
 */
import type { Fill } from "../core/fill.ts";
import type { Instrument, InstrumentId } from "../core/instrument.ts";
import { type QuoteAmount, quoteAmount } from "../core/units.ts";

/** When a {@link FeeDrift} gives the alarm. */
export interface FeeDriftSettings {
  /** Fills of about this time count, milliseconds: the window moves in twelfths of it. */
  readonly windowMs: number;
  /** Difference of charged and expected fees over the expected ones that is still no drift: 0.05 for 5 %. */
  readonly maxDrift: number;
  /** Value of the fills in the window under which nothing is said, quote: venues round the fees of small fills. */
  readonly minNotional: number;
}

/** A twentieth within an hour, over fills of a thousand. */
export const defaultFeeDrift: FeeDriftSettings = { windowMs: 3_600_000, maxDrift: 0.05, minNotional: 1_000 };

/** Fees of an instrument over the window, in quote; fills whose fee has no known value are left out. */
export interface FeeDriftFigures {
  readonly instrument: InstrumentId;
  /** Value of the fills. */
  readonly notional: number;
  readonly expected: number;
  readonly charged: number;
  /** Charged minus expected over the expected fees, of which at least a tenth of a basis point is assumed. */
  readonly drift: number;
  /** The drift passes its bound either way, with enough fills. */
  readonly isAlarm: boolean;
}

/** Fees of all fills so far, in quote. */
export interface FeeTotals {
  readonly expected: number;
  readonly charged: number;
  /** Fills whose fee has no known value; they are in neither sum. */
  readonly unvalued: number;
}

const parts = 12;
/** Least rate that a drift is measured by: without it, a fee where none was expected would drift infinitely. */
const leastRate = 1e-5;

/** Sums of a twelfth of the window. */
interface Part {
  /** Number of the twelfth since the epoch. */
  index: number;
  notional: number;
  expected: number;
  charged: number;
}

/** What a fill costs at the known rates: a fee in the bought coin is worth the same ratio of the notional. */
export function expectedFee(
  { makerFee, takerFee }: Pick<Instrument, "makerFee" | "takerFee">,
  { notional, liquidity }: Pick<Fill, "notional" | "liquidity">,
): QuoteAmount {
  return quoteAmount(notional * (liquidity === "maker" ? makerFee : takerFee));
}

/** Compares fees instrument by instrument. Times are given, nothing is read from a clock. */
export class FeeDrift {
  readonly #byInstrument = new Map<InstrumentId, Part[]>();
  readonly #alarmed = new Set<InstrumentId>();
  #expected = 0;
  #charged = 0;
  #unvalued = 0;

  constructor(private readonly settings: FeeDriftSettings = defaultFeeDrift) {}

  /** Fees of all fills so far. */
  get totals(): FeeTotals {
    return { expected: this.#expected, charged: this.#charged, unvalued: this.#unvalued };
  }

  /**
   * Takes a fill.
   *
   * @param expected What it should cost, quote.
   * @param now Epoch milliseconds; a fill from after it counts as of now.
   * @returns The figures of its instrument when this fill has given the alarm.
   */
  add(
    { instrument, notional, feeQuote, time }: Pick<Fill, "instrument" | "notional" | "feeQuote" | "time">,
    expected: number,
    now: number,
  ): FeeDriftFigures | undefined {
    if (Number.isNaN(feeQuote)) {
      this.#unvalued += 1;
      return undefined;
    }
    this.#expected += expected;
    this.#charged += feeQuote;
    // A venue's clock may be ahead, and nothing may count for longer than the window.
    const part = this.#part(instrument, this.#indexOf(time < now ? time : now));
    if (part !== undefined) {
      part.notional += notional;
      part.expected += expected;
      part.charged += feeQuote;
    }
    const figures = this.#figuresOf(instrument, now);
    const wasAlarmed = this.#alarmed.has(instrument);
    if (figures.isAlarm) this.#alarmed.add(instrument);
    else this.#alarmed.delete(instrument);
    return figures.isAlarm && !wasAlarmed ? figures : undefined;
  }

  /** Every instrument with fills in the window. */
  figures(now: number): FeeDriftFigures[] {
    return [...this.#byInstrument.keys()].map((instrument) => this.#figuresOf(instrument, now))
      .filter(({ notional }) => notional > 0);
  }

  #figuresOf(instrument: InstrumentId, now: number): FeeDriftFigures {
    const { maxDrift, minNotional } = this.settings;
    const first = this.#indexOf(now) - parts + 1;
    let notional = 0, expected = 0, charged = 0;
    for (const part of this.#byInstrument.get(instrument) ?? []) {
      if (part.index < first) continue;
      notional += part.notional;
      expected += part.expected;
      charged += part.charged;
    }
    const basis = Math.max(Math.abs(expected), notional * leastRate);
    const drift = basis === 0 ? 0 : (charged - expected) / basis;
    const isAlarm = notional >= minNotional && Math.abs(drift) > maxDrift;
    return { instrument, notional, expected, charged, drift, isAlarm };
  }

  /** The twelfth with this number; undefined when it is too long ago to count. */
  #part(instrument: InstrumentId, index: number): Part | undefined {
    let all = this.#byInstrument.get(instrument);
    if (all === undefined) this.#byInstrument.set(instrument, all = []);
    const place = index % parts;
    const known = all.find((part) => part.index % parts === place);
    if (known === undefined) {
      const part = { index, notional: 0, expected: 0, charged: 0 };
      all.push(part);
      return part;
    }
    if (known.index > index) return undefined;
    if (known.index < index) Object.assign(known, { index, notional: 0, expected: 0, charged: 0 });
    return known;
  }

  #indexOf(time: number): number {
    return Math.floor(time / (this.settings.windowMs / parts));
  }
}
