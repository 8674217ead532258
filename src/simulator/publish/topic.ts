/**
 * One stream of frames and those who read it.
 * @module
 */
import type { Frame } from "../transport/server_port.ts";
import type { Flushable, FlushTicker } from "./flush_ticker.ts";

/** Receives the frames of a topic. */
export interface Subscriber {
  /** Takes one frame of market data. */
  push(frame: Frame): void;
}

/** Something a session can subscribe to. */
export interface Topic {
  /** Adds a reader; adding it again changes nothing. */
  add(subscriber: Subscriber): void;
  /** Removes a reader. */
  remove(subscriber: Subscriber): void;
}

/** Gathers what happened between two frames. */
export interface Collector<Value> {
  /** Starts gathering from the present state; calls `changed` whenever there is something to send. */
  attach(changed: () => void): void;
  /** Stops gathering. */
  detach(): void;
  /** What was gathered since the last call, or undefined when a frame would say nothing. */
  take(): Value | undefined;
}

/** How a {@link CollectorTopic} turns values into frames. */
export interface TopicOptions<Value> {
  readonly ticker: FlushTicker;
  readonly collector: Collector<Value>;
  /** Encodes one frame. @param nowMs Epoch milliseconds of the push. */
  readonly encode: (value: Value, nowMs: number) => Frame;
  /** Asked before a frame is sent: true loses it on the way out. */
  readonly swallow?: () => boolean;
}

/** A topic that gathers only while somebody reads, and encodes each frame once for all of them. */
export class CollectorTopic<Value> implements Topic, Flushable {
  readonly #options: TopicOptions<Value>;
  readonly #subscribers = new Set<Subscriber>();
  #scheduled = false;

  constructor(options: TopicOptions<Value>) {
    this.#options = options;
  }

  add(subscriber: Subscriber): void {
    const first = this.#subscribers.size === 0;
    this.#subscribers.add(subscriber);
    if (first) this.#options.collector.attach(this.#changed);
  }

  remove(subscriber: Subscriber): void {
    if (this.#subscribers.delete(subscriber) && this.#subscribers.size === 0) {
      this.#options.collector.detach();
    }
  }

  flush(nowMs: number): void {
    this.#scheduled = false;
    if (this.#subscribers.size === 0) return;
    const value = this.#options.collector.take();
    if (value === undefined || this.#options.swallow?.()) return;
    const frame = this.#options.encode(value, nowMs);
    for (const subscriber of this.#subscribers) subscriber.push(frame);
  }

  readonly #changed = (): void => {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#options.ticker.schedule(this);
  };
}
