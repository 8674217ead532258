/**
 * What is fuzzed and how.
 * @module
 */
import { Mutator } from "../support/mutation.ts";

/** A decoder or parser with its judge. */
export interface FuzzTarget {
  /** What is fed, for the report and for `--only`. */
  readonly name: string;
  /** Inputs of `deno task test`. Default 20,000. */
  readonly testInputs?: number;
  /**
   * Makes one input, feeds it and judges what came out.
   *
   * @param note Is told the input before it is fed.
   * @returns A word for what became of the input; the report counts them.
   * @throws anything for a defect.
   */
  readonly run: (mutator: Mutator, note: (input: string | Uint8Array) => void) => string | Promise<string>;
}

/** What became of the inputs of a target. */
export interface FuzzReport {
  readonly inputs: number;
  /** How many inputs ended how. */
  readonly kinds: ReadonlyMap<string, number>;
  readonly seconds: number;
  /** The longest that one input took, milliseconds. */
  readonly slowestMs: number;
  /** The largest that the heap was found, MB. */
  readonly heapMb: number;
}

/** An input may take so long before it counts as a hang; the machine may be busy. */
const hangMs = 10_000;
const heapLimitMb = 1_500;
const checkEvery = 5_000;

/** An input on which a target failed, with what it takes to see it again. */
export class FuzzFailure extends Error {
  override readonly name = "FuzzFailure";
}

/** The seed of one input, so that each can be made without those before it. */
function seedOf(seed: number, input: number): number {
  return Math.imul(seed ^ Math.imul(input, 0x9e3779b1), 0x85ebca6b) ^ input;
}

/**
 * Feeds mutated inputs to a target.
 *
 * @param onProgress Called now and then with the number of inputs done.
 * @throws {FuzzFailure} at the first defect.
 */
export async function fuzz(
  target: FuzzTarget,
  { seed, inputs, first = 0, onProgress }: {
    readonly seed: number;
    readonly inputs: number;
    /** Number of the first input. */
    readonly first?: number;
    readonly onProgress?: (done: number) => void;
  },
): Promise<FuzzReport> {
  const kinds = new Map<string, number>();
  const started = performance.now();
  let slowestMs = 0;
  let heapMb = 0;
  for (let i = first; i < first + inputs; i++) {
    let fed: string | Uint8Array = "";
    const mutator = new Mutator(seedOf(seed, i));
    const before = performance.now();
    let kind: string;
    try {
      const result = target.run(mutator, (input) => fed = input);
      kind = typeof result === "string" ? result : await result;
    } catch (error) {
      throw new FuzzFailure(failureText(target.name, seed, i, fed), { cause: error });
    }
    const took = performance.now() - before;
    if (took > slowestMs) slowestMs = took;
    if (took > hangMs) {
      throw new FuzzFailure(`${failureText(target.name, seed, i, fed)}\nIt took ${took} ms.`);
    }
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    if (i % checkEvery === 0) {
      heapMb = Math.max(heapMb, Deno.memoryUsage().heapUsed / 2 ** 20);
      if (heapMb > heapLimitMb) throw new FuzzFailure(`${target.name} holds ${heapMb} MB after ${i} inputs`);
      onProgress?.(i - first);
      // Timers and messages have their turn.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }
  return { inputs, kinds, seconds: (performance.now() - started) / 1000, slowestMs, heapMb };
}

function failureText(name: string, seed: number, input: number, fed: string | Uint8Array): string {
  const shown = typeof fed === "string"
    ? JSON.stringify(fed.length > 4_000 ? `${fed.slice(0, 2_000)} … ${fed.slice(-2_000)}` : fed)
    : Array.from(fed.subarray(0, 4_000), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${name} failed on input ${input} of seed ${seed} (deno task fuzz --only ${name} --seed ${seed} ` +
    `--first ${input} --inputs 1):\n${shown}`;
}
