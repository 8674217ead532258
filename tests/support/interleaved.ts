/**
 * Ratios that hold on a busy machine: both sides are measured in turns, so what slows one slows the other.
 * @module
 */

/** Rounds, and those before them in which the compiler warms up. */
const rounds = 400;
const warmUp = 100;

/** How many times as fast `ours` is as `peer`: the median over rounds in which each runs once. */
export function interleavedRatio(ours: () => void, peer: () => void): number {
  const ratios: number[] = [];
  for (let round = -warmUp; round < rounds; round++) {
    const start = performance.now();
    ours();
    const middle = performance.now();
    peer();
    if (round >= 0) ratios.push((performance.now() - middle) / (middle - start));
  }
  return ratios.sort((a, b) => a - b)[rounds >> 1]!;
}
