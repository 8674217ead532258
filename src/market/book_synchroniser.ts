/**
 * Keeps a book continuous: every update is checked against its predecessor, and a hole makes the book unusable
 * at once until a snapshot has closed it.
 * @module
 */
import type { DepthUpdate } from "../core/depth_update.ts";
import type { OrderBook } from "./order_book.ts";

/** How a venue numbers the updates of a book. */
export interface SequenceRules {
  /**
   * What an update that lies wholly before the book means once the book is synchronised: Gate.io says to
   * ignore it, MEXC's rule (each frame starts at the last version + 1, otherwise start over) makes it a break.
   */
  readonly oldUpdate: "ignore" | "break";
}

/** Why a book stopped being usable. */
export type BreakReason = "gap" | "crossed" | "overlap" | "disconnected";

/** What a synchroniser needs of its surroundings. */
export interface BookSynchroniserListener {
  /** A snapshot is wanted; the answer goes to `onSnapshot` or `onSnapshotFailed` with this `generation`. */
  requestSnapshot(book: OrderBook, generation: number): void;
  /** The book was usable and no longer is. */
  onBroken(book: OrderBook, reason: BreakReason): void;
  /** The book has become usable. `again` tells whether it had been before. */
  onSynchronised(book: OrderBook, again: boolean): void;
}

/** What became of an update. */
export type UpdateOutcome = "applied" | "buffered" | "ignored" | "broken";

/** Updates that are kept while a snapshot is under way; with more than these the oldest are of no use. */
const maxBuffered = 2_000;

/**
 * Synchronises one book with the stream of its updates.
 *
 * Rules (MEXC: snapshot + `aggre.depth`; Gate.io: snapshot + `order_book_update`), with B the version of the
 * snapshot: updates that end before B + 1 are dropped, the first one applied must cover B + 1, each later one
 * must start at the version of the book + 1. Updates hold absolute sizes, so the first may also overlap.
 */
export class BookSynchroniser {
  #state: "idle" | "buffering" | "synchronised" = "idle";
  #buffer: DepthUpdate[] = [];
  #generation = 0;
  #confirmed = false;
  #wasSynchronised = false;
  #gaps = 0;
  #resyncs = 0;

  constructor(
    readonly book: OrderBook,
    private readonly rules: SequenceRules,
    private readonly listener: BookSynchroniserListener,
  ) {}

  /** Times that an update did not follow its predecessor, or left the book crossed. */
  get gaps(): number {
    return this.#gaps;
  }

  /** Times that the book became usable again after it had been usable before. */
  get resyncs(): number {
    return this.#resyncs;
  }

  /** The stream of updates is live from now on: buffers them and asks for a snapshot. */
  start(): void {
    if (this.#state === "idle") this.#resynchronise();
  }

  /** The stream is gone: the book is unusable until `start` is called and a snapshot has come. */
  stop(): void {
    this.#generation += 1;
    this.#state = "idle";
    this.#buffer = [];
    this.#break("disconnected");
  }

  /**
   * Takes the next update of the stream.
   *
   * @param update Reused by the caller; copied when it must be kept.
   * @param receivedAt Monotonic milliseconds of its frame.
   */
  onUpdate(update: DepthUpdate, receivedAt: number): UpdateOutcome {
    if (this.#state === "idle") return "ignored";
    if (update.full) return this.#adopt(update, receivedAt) ? "applied" : "broken";
    if (this.#state === "buffering") return this.#keep(update);
    const version = this.book.version;
    if (update.firstId === version + 1) {
      this.#confirmed = true;
      return this.#apply(update, receivedAt);
    }
    if (update.lastId <= version) {
      if (!this.#confirmed || this.rules.oldUpdate === "ignore") return "ignored";
      return this.#fail(update, "overlap");
    }
    if (update.firstId > version + 1) return this.#fail(update, "gap");
    // It covers the next version and older ones: right for the first update after a snapshot only.
    if (this.#confirmed) return this.#fail(update, "overlap");
    this.#confirmed = true;
    return this.#apply(update, receivedAt);
  }

  /**
   * Takes the snapshot that was asked for.
   *
   * @param generation As handed to `requestSnapshot`; an answer to an older request is dropped.
   * @returns Whether the book is usable now; if not, the snapshot was too old and another one is wanted.
   */
  onSnapshot(snapshot: DepthUpdate, receivedAt: number, generation: number): boolean {
    if (generation !== this.#generation || this.#state !== "buffering") return true;
    const buffer = this.#buffer;
    const next = buffer.findIndex((update) => update.lastId > snapshot.lastId);
    const following = next === -1 ? [] : buffer.slice(next);
    this.#buffer = following;
    if (following.length > 0 && following[0]!.firstId > snapshot.lastId + 1) return false;
    this.book.apply(snapshot, receivedAt);
    this.#confirmed = false;
    for (const update of following) {
      if (this.#confirmed && update.firstId !== this.book.version + 1) {
        if (update.lastId <= this.book.version && this.rules.oldUpdate === "ignore") continue;
        return this.#refuse(update, update.firstId > this.book.version + 1);
      }
      this.book.apply(update, receivedAt);
      this.#confirmed = true;
    }
    if (this.book.crossed) return this.#refuse(undefined, true);
    this.#complete();
    return true;
  }

  /** Whether an answer to this request is still wanted. */
  wantsSnapshot(generation: number): boolean {
    return generation === this.#generation && this.#state === "buffering";
  }

  #apply(update: DepthUpdate, receivedAt: number): UpdateOutcome {
    this.book.apply(update, receivedAt);
    return this.book.crossed ? this.#fail(undefined, "crossed") : "applied";
  }

  /** An update that is a whole book itself (Gate.io `full: true`) needs no snapshot. */
  #adopt(update: DepthUpdate, receivedAt: number): boolean {
    this.#generation += 1;
    this.#buffer = [];
    this.#confirmed = true;
    this.book.apply(update, receivedAt);
    if (this.book.crossed) {
      this.#fail(undefined, "crossed");
      return false;
    }
    if (this.#state !== "synchronised") this.#complete();
    return true;
  }

  #keep(update: DepthUpdate): UpdateOutcome {
    if (this.#buffer.length === maxBuffered) this.#buffer.shift();
    this.#buffer.push(update.clone());
    return "buffered";
  }

  /** A break while synchronised. The update that showed it is the first one of the new buffer. */
  #fail(update: DepthUpdate | undefined, reason: BreakReason): UpdateOutcome {
    this.#gaps += 1;
    this.#break(reason);
    this.#resynchronise();
    if (update !== undefined) this.#keep(update);
    return "broken";
  }

  /** A break inside the buffer: what comes before it is of no use, a newer snapshot is wanted. */
  #refuse(update: DepthUpdate | undefined, counts: boolean): boolean {
    if (counts) this.#gaps += 1;
    this.book.reset();
    this.#buffer = update === undefined ? [] : this.#buffer.slice(this.#buffer.indexOf(update));
    return false;
  }

  #break(reason: BreakReason): void {
    const wasUsable = this.book.usable;
    this.book.reset();
    if (wasUsable) this.listener.onBroken(this.book, reason);
  }

  #resynchronise(): void {
    this.#generation += 1;
    this.#state = "buffering";
    this.#buffer = [];
    this.listener.requestSnapshot(this.book, this.#generation);
  }

  #complete(): void {
    const again = this.#wasSynchronised;
    this.#state = "synchronised";
    this.#buffer = [];
    this.#wasSynchronised = true;
    if (again) this.#resyncs += 1;
    this.book.usable = true;
    this.listener.onSynchronised(this.book, again);
  }
}
