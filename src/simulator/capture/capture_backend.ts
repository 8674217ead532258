/**
 * The Gate.io spot market of a recorded session.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import { publicAnswer } from "../gateio/gate_answer.ts";
import type { GateBackend } from "../gateio/gate_backend.ts";
import { emptyModule, type GateModule } from "../gateio/gate_endpoint.ts";
import { GateRestError, gateRestErrors, GateWsError } from "../gateio/gate_errors.ts";
import { oneOf, payloadTexts } from "../gateio/gate_push.ts";
import { limitOf, required } from "../gateio/gate_query.ts";
import type { TruthBook } from "../market/truth_book.ts";
import type { Topic } from "../publish/topic.ts";
import { stampMs } from "../venue_context.ts";
import { CaptureBook } from "./capture_book.ts";
import type { Capture, CaptureFrame, CaptureSnapshot } from "./capture_file.ts";
import { CaptureTopic } from "./capture_topic.ts";

const defaultDepth = 10;
const maxDepth = 1000;

/** Serves what has been played of a recording so far. */
export class CaptureBackend implements GateBackend {
  readonly #clock: Clock;
  readonly #capture: Capture;
  readonly #pairs: ReadonlySet<string>;
  readonly #books: ReadonlyMap<string, CaptureBook>;
  readonly #topics = new Map<string, CaptureTopic>();
  /** Requests for books whose recorded snapshot has not been played, by pair. */
  readonly #held = new Map<string, (() => void)[]>();

  constructor(clock: Clock, capture: Capture) {
    this.#clock = clock;
    this.#capture = capture;
    this.#pairs = new Set(capture.pairs.map((pair) => pair.id));
    this.#books = new Map(capture.snapshots.map(({ pair }) => [pair, new CaptureBook()]));
  }

  /** Plays one frame: into the book and, when `send` is set, to the subscribers. */
  playFrame(frame: CaptureFrame, send: boolean): void {
    if (frame.update !== undefined) this.#books.get(frame.subject)?.apply(frame.update);
    if (send) this.#topics.get(`${frame.channel} ${frame.subject}`)?.publish(frame.text);
  }

  /** Plays one snapshot and answers those who wait for it. */
  playSnapshot(snapshot: CaptureSnapshot): void {
    this.#books.get(snapshot.pair)?.load(snapshot);
    const held = this.#held.get(snapshot.pair) ?? [];
    this.#held.delete(snapshot.pair);
    for (const answer of held) answer();
  }

  topics(channel: string, payload: readonly unknown[]): Topic[] {
    switch (channel) {
      // A stream that the recording holds nothing of is accepted and stays silent.
      case "spot.trades":
      case "spot.tickers":
      case "spot.book_ticker":
        return payloadTexts(payload).map((pair) => this.#topic(channel, pair, pair));
      case "spot.order_book_update": {
        const [pair, interval] = payloadTexts(payload, 2) as [string, string];
        // Another interval would have other windows and ids, which nobody recorded.
        oneOf(interval, [this.#capture.depthIntervals.get(pair) ?? interval]);
        return [this.#topic(channel, pair, pair)];
      }
      case "spot.candlesticks": {
        const [interval, pair] = payloadTexts(payload, 2) as [string, string];
        return [this.#topic(channel, pair, `${interval}_${pair}`)];
      }
      default:
        throw new GateWsError(2, `unknown channel: ${channel}`);
    }
  }

  truth(symbol: string): TruthBook | undefined {
    const book = this.#books.get(symbol);
    return book?.known ? book.truth() : undefined;
  }

  /** Public data only: nobody can trade in a recording. */
  module(): GateModule {
    const { pairs } = this.#capture;
    return {
      ...emptyModule,
      endpoints: [
        publicAnswer("GET /spot/time", () => ({ server_time: stampMs(this.#clock) })),
        publicAnswer("GET /spot/currency_pairs", () => pairs),
        publicAnswer("GET /spot/currency_pairs/{currency_pair}", (fields) => {
          return this.#pair(fields.required("currency_pair"));
        }),
        {
          method: "GET",
          path: "/spot/order_book",
          access: "public",
          handle: ({ query }, respond) => this.#orderBook(query, (body) => respond(200, body)),
        },
      ],
    };
  }

  #pair(id: string): unknown {
    const pair = this.#capture.pairs.find((candidate) => candidate.id === id);
    if (pair === undefined) throw gateRestErrors.invalidPair(id);
    return pair;
  }

  #orderBook(query: URLSearchParams, respond: (body: unknown) => void): void {
    const pair = required(query, "currency_pair");
    if (!this.#pairs.has(pair)) throw gateRestErrors.invalidPair(pair);
    const book = this.#books.get(pair);
    if (book === undefined) throw new GateRestError(400, "ORDER_BOOK_NOT_FOUND", `No order book of ${pair}`);
    const limit = limitOf(query, defaultDepth, maxDepth);
    const answer = (): void =>
      respond({
        ...(query.get("with_id") === "true" ? { id: book.id } : {}),
        asks: book.top("ask", limit),
        bids: book.top("bid", limit),
      });
    if (book.known) answer();
    else this.#held.set(pair, [...this.#held.get(pair) ?? [], answer]);
  }

  #topic(channel: string, pair: string, subject: string): Topic {
    if (!this.#pairs.has(pair)) throw new GateWsError(2, `unknown currency pair: ${pair}`);
    const key = `${channel} ${subject}`;
    let topic = this.#topics.get(key);
    if (topic === undefined) {
      topic = new CaptureTopic();
      this.#topics.set(key, topic);
    }
    return topic;
  }
}
