/**
 * The steps that numbers of a tape are multiples of.
 * @module
 */
import { DecimalStep } from "../core/decimal_step.ts";

/** No price or size is written finer. */
const mostDecimals = 12;
/** How far a double may be from the decimal that it stands for, relative. */
const slack = 1e-11;

/** Finds the fewest decimals with which every number that it was shown can be written. */
export class DecimalsSeen {
  #decimals = 0;
  #scale = 1;

  /** Looks at a number; what is no finite number is left out. */
  add(value: number): void {
    if (!Number.isFinite(value)) return;
    while (this.#decimals < mostDecimals && !this.#isWhole(value * this.#scale)) {
      this.#decimals += 1;
      this.#scale = 10 ** this.#decimals;
    }
  }

  /** The step of that many decimals. */
  get step(): DecimalStep {
    return DecimalStep.ofDecimals(this.#decimals);
  }

  #isWhole(scaled: number): boolean {
    return Math.abs(scaled - Math.round(scaled)) <= Math.abs(scaled) * slack;
  }
}

/** Steps of prices and sizes of one venue of a tape. */
export class TapeSteps {
  readonly #price = new DecimalsSeen();
  readonly #size = new DecimalsSeen();

  /** Looks at a quote. */
  onQuote(bid: number, bidQuantity: number, ask: number, askQuantity: number): void {
    this.#price.add(bid);
    this.#price.add(ask);
    this.#size.add(bidQuantity);
    this.#size.add(askQuantity);
  }

  /** Step of its prices, quote per base: the venue's own one, or a finer one of the same decimals. */
  get tick(): DecimalStep {
    return this.#price.step;
  }

  /** Step of its sizes in its order unit, likewise. */
  get lot(): DecimalStep {
    return this.#size.step;
  }
}
