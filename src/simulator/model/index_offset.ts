/**
 * Where the index of a contract stands.
 * @module
 */
import type { SeededRandom } from "../../core/random.ts";
import { MeanReversion } from "./mean_reversion.ts";

/**
 * Mean premium of a perpetual over its index in basis points: where Gate.io's funding formula leaves its flat part
 * (interest of 1 bp less the band of 5 bps), so that rates move, as real ones do.
 */
const meanPremiumBps = -4.6;
/** Moods last for hours. */
const mood = { sd: 2.5, tauMs: 6 * 3_600_000 };

/** Distance of an index from the fair price. Spot has no index of its own: there the distance is 0. */
export class IndexOffset {
  readonly #mean: number;
  readonly #mood: MeanReversion | undefined;

  /** @param basisMeanBps Mean basis of a contract in basis points; undefined for spot. */
  constructor(random: SeededRandom, basisMeanBps: number | undefined) {
    this.#mean = (basisMeanBps ?? 0) - meanPremiumBps;
    this.#mood = basisMeanBps === undefined ? undefined : new MeanReversion(random, mood);
  }

  /** The distance after this many milliseconds more, in basis points. */
  advance(elapsedMs: number): number {
    return this.#mood === undefined ? 0 : this.#mean + this.#mood.advance(elapsedMs);
  }
}
