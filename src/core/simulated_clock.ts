/**
 * A clock that moves only when it is told to.
 * @module
 */
import { checkedDelay, type Clock, type Timer } from "./clock.ts";

interface Entry {
  readonly due: number;
  readonly sequence: number;
  readonly callback: () => void;
  cancelled: boolean;
}

/**
 * Deterministic time: {@link SimulatedClock.step} jumps to the next timer and runs it. Timers due at the same
 * moment run in the order in which they were set.
 */
export class SimulatedClock implements Clock {
  #now: number;
  #sequence = 0;
  readonly #start: number;
  /** Binary heap, earliest first. */
  readonly #heap: Entry[] = [];

  /** @param startMs Epoch milliseconds at which the clock starts. */
  constructor(startMs: number) {
    this.#start = startMs;
    this.#now = startMs;
  }

  epochMs(): number {
    return this.#now;
  }

  monotonicMs(): number {
    return this.#now - this.#start;
  }

  /** Epoch milliseconds of the next timer, or undefined when none is set. */
  get nextDue(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.due;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const entry = {
      due: this.#now + checkedDelay(delayMs),
      sequence: this.#sequence++,
      callback,
      cancelled: false,
    };
    this.#push(entry);
    return {
      cancel: (): void => {
        entry.cancelled = true;
      },
    };
  }

  /** Jumps to the next timer and runs it. Returns whether there was one. */
  step(): boolean {
    this.#dropCancelled();
    const entry = this.#pop();
    if (entry === undefined) return false;
    this.#now = entry.due;
    entry.callback();
    return true;
  }

  /**
   * Moves to a moment, epoch milliseconds, at which something else happens than a timer. Those that are due until then
   * are to be run before, each with {@link SimulatedClock.step}: whoever drives the clock knows what must settle between.
   *
   * @throws {RangeError} when the moment is past or no number, or a timer is due before it.
   */
  moveTo(epochMs: number): void {
    if (!(epochMs >= this.#now)) {
      throw new RangeError(`Cannot move the clock from ${this.#now} to ${epochMs}: time never goes back`);
    }
    const due = this.nextDue;
    if (due !== undefined && due < epochMs) {
      throw new RangeError(`Cannot move the clock to ${epochMs}: a timer is due at ${due}, run it first`);
    }
    this.#now = epochMs;
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.cancelled) this.#pop();
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (!before(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return top;
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.due < b.due || (a.due === b.due && a.sequence < b.sequence);
}
