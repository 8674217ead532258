/**
 * The incremental book, change by change.
 * @module
 */
import type { Clock, Timer } from "../../../core/clock.ts";
import type { Side } from "../../market/book_side.ts";
import type { MarketInstrument } from "../../market/market_instrument.ts";
import type { LevelObserver } from "../../market/simulated_book.ts";
import type { Subscriber, Topic } from "../../publish/topic.ts";
import type { Frame } from "../../transport/server_port.ts";

/** One level after one change of the book. */
export interface BookStep {
  /** Version of the book after the change: one more than before. */
  readonly version: number;
  readonly side: Side;
  readonly tick: number;
  /** 0 deletes the level. */
  readonly lots: number;
}

/** More changes than this do not wait, and none waits longer. */
const maxWaiting = 5;
const maxWaitMs = 5;

/** Sends the changes of a book together: at the sixth one, or 5 ms after the first. */
export class BookStepTopic implements Topic, LevelObserver {
  readonly #instrument: MarketInstrument;
  readonly #clock: Clock;
  readonly #encode: (steps: readonly BookStep[], nowMs: number) => Frame;
  readonly #subscribers = new Set<Subscriber>();
  #steps: BookStep[] = [];
  #timer: Timer | undefined;

  /** @param encode Writes one frame. */
  constructor(
    instrument: MarketInstrument,
    clock: Clock,
    encode: (steps: readonly BookStep[], nowMs: number) => Frame,
  ) {
    this.#instrument = instrument;
    this.#clock = clock;
    this.#encode = encode;
  }

  add(subscriber: Subscriber): void {
    if (this.#subscribers.size === 0) this.#instrument.book.observe(this);
    this.#subscribers.add(subscriber);
  }

  remove(subscriber: Subscriber): void {
    if (!this.#subscribers.delete(subscriber) || this.#subscribers.size > 0) return;
    this.#instrument.book.unobserve(this);
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#steps = [];
  }

  levelChanged(side: Side, tick: number): void {
    const { book } = this.#instrument;
    this.#steps.push({ version: book.version, side, tick, lots: book.side(side).lotsWithin(tick, Infinity) });
    if (this.#steps.length > maxWaiting) this.#flush();
    else this.#timer ??= this.#clock.setTimer(maxWaitMs, () => this.#flush());
  }

  #flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const frame = this.#encode(this.#steps, Math.floor(this.#clock.epochMs()));
    this.#steps = [];
    for (const subscriber of this.#subscribers) subscriber.push(frame);
  }
}
