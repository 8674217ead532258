/**
 * Damages frames at random, always the same for the same seed.
 * @module
 */
import { SeededRandom } from "../../src/core/random.ts";

/** Makes damaged copies. */
export class Mutator {
  readonly #random: SeededRandom;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    return Math.floor(this.#random.uniform() * limit);
  }

  /** One of these. */
  pick<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)]!;
  }

  /** A copy with one to three injuries: a changed, lost, added or doubled unit or stretch, or a lost end. */
  damage<Unit>(units: readonly Unit[], random: () => Unit): Unit[] {
    let damaged = [...units];
    for (let injuries = 1 + this.below(3); injuries > 0; injuries--) {
      damaged = this.#injure(damaged, random);
    }
    return damaged;
  }

  #injure<Unit>(units: Unit[], random: () => Unit): Unit[] {
    const at = this.below(units.length + 1);
    const length = 1 + this.below(8);
    switch (this.below(8)) {
      case 0:
        return units.toSpliced(at, length);
      case 1:
        return units.toSpliced(at, 0, ...units.slice(this.below(units.length + 1)).slice(0, length));
      case 2:
        return units.slice(0, at);
      case 3:
        return units.toSpliced(at, 0, random());
      case 4:
        return units.toSpliced(at, 1);
      default:
        return at < units.length ? units.with(at, random()) : units;
    }
  }
}
