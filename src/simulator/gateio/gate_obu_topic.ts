/**
 * Order book V2: a stream that begins with the whole book, so no REST request is needed.
 * @module
 */
import type { TickLevel } from "../market/book_side.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import { type DepthChange, DepthCollector } from "../publish/depth_collector.ts";
import type { Flushable, FlushTicker } from "../publish/flush_ticker.ts";
import { snapshotOf } from "../publish/snapshot_collector.ts";
import type { Subscriber, Topic } from "../publish/topic.ts";
import { GateWsError } from "./gate_errors.ts";

/** Milliseconds between the frames of a stream by its levels a side. */
export const obuIntervals: Readonly<Record<string, number>> = { "400": 100, "50": 20 };

/** What a {@link GateObuTopic} is made of. */
export interface GateObuOptions {
  /** `spot.obu` or `futures.obu`. */
  readonly channel: string;
  readonly instrument: MarketInstrument;
  /** Name of the stream: `ob.BTC_USDT.400`. */
  readonly stream: string;
  /** Levels a side. */
  readonly depth: number;
  readonly ticker: FlushTicker;
  /** The venue's clock: epoch milliseconds. */
  readonly nowMs: () => number;
  /** Levels as the market writes them. */
  readonly levels: (levels: readonly TickLevel[]) => unknown;
  /** Asked before a change is sent: true loses it on the way out. */
  readonly swallow: () => boolean;
}

/** Sends everybody the whole book first and then what changes, so that the numbers follow on each other. */
export class GateObuTopic implements Topic, Flushable {
  readonly #options: GateObuOptions;
  readonly #collector: DepthCollector;
  readonly #subscribers = new Set<Subscriber>();
  #scheduled = false;

  constructor(options: GateObuOptions) {
    this.#options = options;
    this.#collector = new DepthCollector(options.instrument, options.depth);
  }

  /** @throws {GateWsError} 2 when the connection reads the stream already. */
  add(subscriber: Subscriber): void {
    const { stream, instrument, depth } = this.#options;
    if (this.#subscribers.has(subscriber)) throw new GateWsError(2, `Alert sub ${stream}`);
    if (this.#subscribers.size === 0) this.#collector.attach(this.#changed);
    // What the others have not been told yet goes out first: their next change begins where the new book ends.
    else this.#send();
    this.#subscribers.add(subscriber);
    const { version, bids, asks } = snapshotOf(instrument, depth);
    subscriber.push(this.#frame({ full: true }, { u: version, b: bids, a: asks }));
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
    const frame = this.#delta(change);
    for (const subscriber of this.#subscribers) subscriber.push(frame);
  }

  /** A side without changes is absent. */
  #delta({ firstId, lastId, bids, asks }: DepthChange): string {
    return this.#frame({}, {
      u: lastId,
      U: firstId,
      ...(bids.length === 0 ? {} : { b: bids }),
      ...(asks.length === 0 ? {} : { a: asks }),
    });
  }

  /** UNCONFIRMED: the frames of this channel have no `time`, as captured on spot. */
  #frame(kind: { full?: boolean }, { b, a, ...ids }: ObuFields): string {
    const { channel, stream, instrument, nowMs, levels } = this.#options;
    const result = {
      t: instrument.changedAtMs,
      ...kind,
      s: stream,
      ...ids,
      ...(b === undefined ? {} : { b: levels(b) }),
      ...(a === undefined ? {} : { a: levels(a) }),
    };
    return JSON.stringify({ channel, result, time_ms: nowMs(), event: "update" });
  }
}

interface ObuFields {
  readonly u: number;
  readonly U?: number;
  readonly b?: readonly TickLevel[];
  readonly a?: readonly TickLevel[];
}
