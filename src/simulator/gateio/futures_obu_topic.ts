/**
 * `futures.obu`: a book that begins with itself, so no REST request is needed.
 * @module
 */
import type { TickLevel } from "../market/book_side.ts";
import { type DepthChange, DepthCollector } from "../publish/depth_collector.ts";
import type { Flushable, FlushTicker } from "../publish/flush_ticker.ts";
import { snapshotOf } from "../publish/snapshot_collector.ts";
import type { Subscriber, Topic } from "../publish/topic.ts";
import type { PushSubject } from "./futures_pushes.ts";
import { sizeOf } from "./futures_sizes.ts";
import { GateWsError } from "./gate_errors.ts";

/** What an {@link ObuTopic} needs to know. */
export interface ObuOptions extends PushSubject {
  /** Name of the stream: `ob.BTC_USDT.400`. */
  readonly stream: string;
  /** Levels a side. */
  readonly depth: number;
  readonly ticker: FlushTicker;
  /** The venue's clock: epoch milliseconds. */
  readonly nowMs: () => number;
  /** Asked before a change is sent: true loses it on the way out. */
  readonly swallow: () => boolean;
}

/** Sends everybody the whole book first and then what changes, so that the numbers follow on each other. */
export class ObuTopic implements Topic, Flushable {
  readonly #options: ObuOptions;
  readonly #collector: DepthCollector;
  readonly #subscribers = new Set<Subscriber>();
  #scheduled = false;

  constructor(options: ObuOptions) {
    this.#options = options;
    this.#collector = new DepthCollector(options.instrument, options.depth);
  }

  /** @throws {GateWsError} 2 when the connection reads the stream already. */
  add(subscriber: Subscriber): void {
    const { stream, nowMs } = this.#options;
    if (this.#subscribers.has(subscriber)) throw new GateWsError(2, `Alert sub ${stream}`);
    if (this.#subscribers.size === 0) this.#collector.attach(this.#changed);
    // What the others have not been told yet goes out first: their next change begins where the new book ends.
    else this.#send();
    this.#subscribers.add(subscriber);
    subscriber.push(this.#whole(nowMs()));
  }

  remove(subscriber: Subscriber): void {
    if (this.#subscribers.delete(subscriber) && this.#subscribers.size === 0) this.#collector.detach();
  }

  flush(): void {
    this.#scheduled = false;
    if (this.#subscribers.size > 0) this.#send();
  }

  readonly #changed = (): void => {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#options.ticker.schedule(this);
  };

  #send(): void {
    const change = this.#collector.take();
    if (change === undefined || this.#options.swallow()) return;
    const frame = this.#delta(change, this.#options.nowMs());
    for (const subscriber of this.#subscribers) subscriber.push(frame);
  }

  #whole(nowMs: number): string {
    const { instrument, depth } = this.#options;
    const { version, bids, asks } = snapshotOf(instrument, depth);
    return this.#frame(nowMs, { full: true, u: version, b: this.#levels(bids), a: this.#levels(asks) });
  }

  /** A side without changes is absent. */
  #delta({ firstId, lastId, bids, asks }: DepthChange, nowMs: number): string {
    return this.#frame(nowMs, {
      U: firstId,
      u: lastId,
      ...(bids.length === 0 ? {} : { b: this.#levels(bids) }),
      ...(asks.length === 0 ? {} : { a: this.#levels(asks) }),
    });
  }

  #frame(nowMs: number, fields: Record<string, unknown>): string {
    const { stream, instrument } = this.#options;
    const result = { t: instrument.changedAtMs, s: stream, ...fields };
    return JSON.stringify({ channel: "futures.obu", result, time_ms: nowMs, event: "update" });
  }

  #levels(levels: readonly TickLevel[]): [string, string][] {
    const { instrument, style } = this.#options;
    return levels.map(({ tick, lots }) => [instrument.price(tick), String(sizeOf(instrument, lots, style))]);
  }
}
