/**
 * Seeded randomness: the same seed gives the same numbers on every machine.
 * @module
 */
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

/** A stream of random numbers. */
export class SeededRandom {
  readonly #generator: RandomGenerator;

  /** @param seed Any 32-bit whole number. */
  constructor(readonly seed: number) {
    // The generator's state is little more than its seed: unscrambled, the first number of every small seed is 0.99….
    this.#generator = xoroshiro128plus(scramble(seed));
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return uniformFloat64(this.#generator);
  }

  /** Standard normal: mean 0, standard deviation 1 (Box–Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Exponential with this mean. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.uniform());
  }

  /** A stream of its own for one part of a run, so that drawing more in one part does not shift another. */
  fork(label: string): SeededRandom {
    let hash = this.seed ^ 0x9e3779b9;
    for (let i = 0; i < label.length; i++) hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193);
    return new SeededRandom(hash | 0);
  }
}

/** Spreads a 32-bit number over all its bits (the finaliser of MurmurHash3), so that near seeds are far apart. */
function scramble(seed: number): number {
  let hash = seed | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
