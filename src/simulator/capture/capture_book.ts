/**
 * The book that a recorded session describes.
 * @module
 */
import type { TruthBook } from "../market/truth_book.ts";
import type { CaptureLevel, CaptureSnapshot, CaptureUpdate } from "./capture_file.ts";

/** Levels by price; the recorded texts are kept as they are. */
type Levels = Map<number, CaptureLevel>;

/** Merges the recorded snapshot with the recorded frames, as far as the recording has been played. */
export class CaptureBook {
  readonly #bids: Levels = new Map();
  readonly #asks: Levels = new Map();
  /** Frames that were played before the snapshot. */
  #early: CaptureUpdate[] = [];
  #id: number | undefined;

  /** Whether the snapshot has been played. */
  get known(): boolean {
    return this.#id !== undefined;
  }

  /** Id of the last change that is merged; 0 before the snapshot. */
  get id(): number {
    return this.#id ?? 0;
  }

  /** Plays the snapshot, then the frames that came before it. */
  load(snapshot: CaptureSnapshot): void {
    this.#id = snapshot.id;
    merge(this.#bids, snapshot.bids);
    merge(this.#asks, snapshot.asks);
    for (const update of this.#early) this.apply(update);
    this.#early = [];
  }

  /** Plays a frame. A hole in the recording is passed over: what is known is merged. */
  apply(update: CaptureUpdate): void {
    if (this.#id === undefined) {
      this.#early.push(update);
    } else if (update.u > this.#id) {
      merge(this.#bids, update.b ?? []);
      merge(this.#asks, update.a ?? []);
      this.#id = update.u;
    }
  }

  /** The best `depth` levels with their recorded texts. */
  top(side: "bid" | "ask", depth: number): CaptureLevel[] {
    const sign = side === "bid" ? -1 : 1;
    const levels = [...(side === "bid" ? this.#bids : this.#asks)];
    return levels.sort((a, b) => sign * (a[0] - b[0])).slice(0, depth).map(([, level]) => level);
  }

  /** The merged book in numbers. */
  truth(): TruthBook {
    const numbers = (side: "bid" | "ask"): [number, number][] =>
      this.top(side, Infinity).map(([price, size]) => [Number(price), Number(size)]);
    return { version: this.id, bids: numbers("bid"), asks: numbers("ask") };
  }
}

function merge(levels: Levels, changes: readonly CaptureLevel[]): void {
  for (const level of changes) {
    if (Number(level[1]) === 0) levels.delete(Number(level[0]));
    else levels.set(Number(level[0]), level);
  }
}
