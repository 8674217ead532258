/**
 * Draws from a seeded stream.
 * @module
 */
import type { SeededRandom } from "../../../src/core/random.ts";

/** One of several, each as likely as the next. */
export function pick<Item>(random: SeededRandom, items: readonly Item[]): Item {
  return items[Math.floor(random.uniform() * items.length)]!;
}

/** Whether something of this probability happens. */
export function chance(random: SeededRandom, probability: number): boolean {
  return random.uniform() < probability;
}

/** Uniform between two numbers. */
export function between(random: SeededRandom, least: number, most: number): number {
  return least + (most - least) * random.uniform();
}

/** Between two positive numbers, their logarithms uniform. */
export function logBetween(random: SeededRandom, least: number, most: number): number {
  return least * (most / least) ** random.uniform();
}
