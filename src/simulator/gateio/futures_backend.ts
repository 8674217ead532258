/**
 * The Gate.io USDT futures market over simulated instruments.
 * @module
 */
import type { FundingSchedule } from "../market/funding.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import { type TruthBook, truthOf } from "../market/truth_book.ts";
import { snapshotOf } from "../publish/snapshot_collector.ts";
import type { Topic } from "../publish/topic.ts";
import { stampMs, type VenueContext } from "../venue_context.ts";
import { FuturesChannels } from "./futures_channels.ts";
import { contract, floatSeconds, futuresLevels, futuresTicker } from "./futures_documents.ts";
import type { GateBackend } from "./gate_backend.ts";
import { gateRestErrors } from "./gate_errors.ts";
import { limitOf, refuseAggregation, required } from "./gate_query.ts";

const root = "/futures/usdt";
const defaultDepth = 10;
/** UNCONFIRMED: a higher ceiling exists for some contracts. */
const maxDepth = 100;

/** Public endpoints under `/futures/usdt` and the futures channels. */
export class FuturesBackend implements GateBackend {
  readonly #context: VenueContext;
  readonly #channels: FuturesChannels;

  constructor(context: VenueContext) {
    this.#context = context;
    this.#channels = new FuturesChannels(context, (name) => this.#schedule(name));
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
    const contracts = `${root}/contracts`;
    if (path === contracts) return this.#contracts(query);
    if (path.startsWith(`${contracts}/`)) return this.#contract(path.slice(contracts.length + 1));
    if (path === `${root}/order_book`) return this.#orderBook(query);
    if (path === `${root}/tickers`) return this.#tickers(query);
    if (path === `${root}/funding_rate`) return this.#fundingRates(query);
    throw gateRestErrors.notFound();
  }

  #contracts(query: URLSearchParams): unknown {
    // UNCONFIRMED: without a limit the whole list is answered, although the default is stated as 100.
    const limit = query.has("limit") ? limitOf(query, 100, 1000) : Infinity;
    const offset = Number(query.get("offset") ?? 0);
    return [...this.#context.instruments.keys()].slice(offset, offset + limit).map((name) =>
      this.#contract(name)
    );
  }

  #contract(name: string): unknown {
    return contract(this.#instrument(name), this.#schedule(name), stampMs(this.#context.clock));
  }

  #orderBook(query: URLSearchParams): unknown {
    const instrument = this.#instrument(required(query, "contract"));
    refuseAggregation(query);
    const snapshot = snapshotOf(instrument, limitOf(query, defaultDepth, maxDepth));
    return {
      ...(query.get("with_id") === "true" ? { id: snapshot.version } : {}),
      current: floatSeconds(stampMs(this.#context.clock)),
      update: floatSeconds(instrument.changedAtMs),
      asks: futuresLevels(instrument, snapshot.asks),
      bids: futuresLevels(instrument, snapshot.bids),
    };
  }

  #tickers(query: URLSearchParams): unknown {
    const name = query.get("contract");
    const instruments = name === null ? [...this.#context.instruments.values()] : [this.#instrument(name)];
    return instruments.map((instrument) => {
      const { bids, asks } = instrument.book;
      const funding = this.#schedule(instrument.spec.exchangeSymbol);
      return {
        ...futuresTicker(instrument, funding, stampMs(this.#context.clock)),
        highest_bid: bids.size === 0 ? "" : instrument.price(bids.tickAt(0)),
        highest_size: instrument.size(bids.lotsAt(0)),
        lowest_ask: asks.size === 0 ? "" : instrument.price(asks.tickAt(0)),
        lowest_size: instrument.size(asks.lotsAt(0)),
        volume_24h_btc: String(Math.round(instrument.statistics.baseVolume)),
        volume_24h_usd: String(Math.round(instrument.statistics.quoteVolume)),
      };
    });
  }

  #fundingRates(query: URLSearchParams): unknown {
    const name = required(query, "contract");
    this.#instrument(name);
    const history = this.#schedule(name).history(stampMs(this.#context.clock), limitOf(query, 100, 1000));
    return history.map(({ timeSeconds, rate }) => ({ r: rate, t: timeSeconds }));
  }

  #schedule(name: string): FundingSchedule {
    const { funding } = this.#instrument(name);
    if (funding === undefined) throw gateRestErrors.contractNotFound();
    return funding;
  }

  #instrument(name: string): MarketInstrument {
    const instrument = this.#context.instruments.get(name);
    if (instrument === undefined) throw gateRestErrors.contractNotFound();
    return instrument;
  }
}
