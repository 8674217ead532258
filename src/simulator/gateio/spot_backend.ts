/**
 * The Gate.io spot market over simulated instruments.
 * @module
 */
import type { MarketInstrument } from "../market/market_instrument.ts";
import { type TruthBook, truthOf } from "../market/truth_book.ts";
import { snapshotOf } from "../publish/snapshot_collector.ts";
import type { Topic } from "../publish/topic.ts";
import { stampMs, type VenueContext } from "../venue_context.ts";
import type { GateBackend } from "./gate_backend.ts";
import { gateRestErrors } from "./gate_errors.ts";
import { limitOf, refuseAggregation, required } from "./gate_query.ts";
import { SpotChannels } from "./spot_channels.ts";
import { currencyPair, spotTicker } from "./spot_documents.ts";

const defaultDepth = 10;
/** UNCONFIRMED: the ceiling that connectors use. */
const maxDepth = 1000;

/** Public endpoints under `/spot` and the spot channels. */
export class SpotBackend implements GateBackend {
  readonly #context: VenueContext;
  readonly #channels: SpotChannels;

  constructor(context: VenueContext) {
    this.#context = context;
    this.#channels = new SpotChannels(context);
  }

  topics(channel: string, payload: readonly unknown[]): Topic[] {
    return this.#channels.resolve(channel, payload);
  }

  truth(symbol: string): TruthBook | undefined {
    const instrument = this.#context.instruments.get(symbol);
    return instrument && truthOf(instrument);
  }

  get(path: string, query: URLSearchParams, respond: (body: unknown) => void): void {
    respond(this.#answer(path, query));
  }

  #answer(path: string, query: URLSearchParams): unknown {
    const pairs = "/spot/currency_pairs";
    if (path === "/spot/time") return { server_time: stampMs(this.#context.clock) };
    if (path === pairs) return this.#all().map(({ spec }) => currencyPair(spec));
    if (path.startsWith(`${pairs}/`)) {
      return currencyPair(this.#instrument(path.slice(pairs.length + 1)).spec);
    }
    if (path === "/spot/order_book") return this.#orderBook(query);
    if (path === "/spot/tickers") return this.#tickers(query);
    throw gateRestErrors.notFound();
  }

  #orderBook(query: URLSearchParams): unknown {
    const instrument = this.#instrument(required(query, "currency_pair"));
    refuseAggregation(query);
    const snapshot = snapshotOf(instrument, limitOf(query, defaultDepth, maxDepth));
    return {
      ...(query.get("with_id") === "true" ? { id: snapshot.version } : {}),
      current: stampMs(this.#context.clock),
      update: instrument.changedAtMs,
      asks: instrument.pairs(snapshot.asks),
      bids: instrument.pairs(snapshot.bids),
    };
  }

  #tickers(query: URLSearchParams): unknown {
    const pair = query.get("currency_pair");
    return (pair === null ? this.#all() : [this.#instrument(pair)]).map(spotTicker);
  }

  #all(): MarketInstrument[] {
    return [...this.#context.instruments.values()];
  }

  #instrument(pair: string): MarketInstrument {
    const instrument = this.#context.instruments.get(pair);
    if (instrument === undefined) throw gateRestErrors.invalidPair(pair);
    return instrument;
  }
}
