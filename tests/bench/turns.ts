/**
 * Measuring several ways of one thing in turns, so that what slows one down slows all.
 * @module
 */

/** A way of doing something; returns its time in milliseconds. */
export type Way = () => Promise<number> | number;

/** Runs every way once a round, after a quarter as many rounds that do not count; returns their times. */
export async function inTurns(
  rounds: number,
  ways: Readonly<Record<string, Way>>,
): Promise<Map<string, number[]>> {
  const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (let round = -Math.ceil(rounds / 4); round < rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const time = await way();
      if (round >= 0) times.get(name)!.push(time);
    }
  }
  return times;
}

/** A way that times a call. */
export function timed(call: () => unknown): Way {
  return () => {
    const start = performance.now();
    call();
    return performance.now() - start;
  };
}

/** The value below which this part of the values is. */
export function quantile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))]!;
}

/** Least, middle and nearly longest time as one line. */
export function line(name: string, values: readonly number[], note = ""): string {
  const [least, p50, p99] = [0, 0.5, 0.99].map((part) => shown(quantile(values, part)).padStart(9));
  return `${name.padEnd(62)} min ${least}  p50 ${p50}  p99 ${p99}${note}`;
}

/** Milliseconds as text, in microseconds below ten milliseconds. */
function shown(ms: number): string {
  return ms < 10 ? `${(ms * 1_000).toFixed(1)} µs` : `${ms.toFixed(1)} ms`;
}
