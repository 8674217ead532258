/**
 * The public REST endpoints of MEXC spot.
 * @module
 */
import type { MarketInstrument } from "../market/market_instrument.ts";
import { quoteOf } from "../publish/quote_collector.ts";
import { snapshotOf } from "../publish/snapshot_collector.ts";
import { jsonReply, type ServerReply, type ServerRequest } from "../transport/server_port.ts";
import { stampMs, type VenueContext } from "../venue_context.ts";
import { RateLimit } from "../rate_limit.ts";
import { MexcError, mexcErrors } from "./mexc_errors.ts";
import { exchangeInfoSymbol } from "./mexc_exchange_info.ts";

const defaultDepth = 100;
const maxDepth = 5000;

/** Every endpoint has a bucket of its own, per address. */
const bucketWeight = 500;
const bucketMs = 10_000;

/** One endpoint. */
interface Endpoint {
  readonly weight: number;
  readonly answer: (query: URLSearchParams) => unknown;
}

/** Answers `/api/v3/...`. */
export class MexcRest {
  readonly #context: VenueContext;
  readonly #limit: RateLimit;
  readonly #endpoints: Readonly<Record<string, Endpoint>> = {
    "/api/v3/ping": { weight: 1, answer: () => ({}) },
    "/api/v3/time": { weight: 1, answer: () => ({ serverTime: this.#now() }) },
    "/api/v3/defaultSymbols": { weight: 1, answer: () => this.#defaultSymbols() },
    "/api/v3/exchangeInfo": { weight: 10, answer: (query) => this.#exchangeInfo(query) },
    "/api/v3/depth": { weight: 1, answer: (query) => this.#depth(query) },
    "/api/v3/ticker/bookTicker": { weight: 1, answer: (query) => this.#bookTicker(query) },
  };

  constructor(context: VenueContext) {
    this.#context = context;
    this.#limit = new RateLimit(context.clock, bucketWeight, bucketMs);
  }

  /** Answers a request; errors become bodies of the form `{"code":…,"msg":…}`. */
  handle(request: ServerRequest): ServerReply {
    try {
      const endpoint = this.#endpoints[request.path];
      if (endpoint === undefined) throw mexcErrors.notFound();
      if (request.method !== "GET") throw mexcErrors.methodNotAllowed();
      const { allowed, resetMs } = this.#limit.take(request.path, endpoint.weight);
      if (!allowed) return tooManyRequests(resetMs);
      return jsonReply(200, endpoint.answer(request.query));
    } catch (error) {
      if (error instanceof MexcError) {
        return jsonReply(error.status, { code: error.code, msg: error.message });
      }
      throw error;
    }
  }

  #defaultSymbols(): unknown {
    const data = this.#all().filter(({ spec }) => spec.tradable).map(({ spec }) => spec.exchangeSymbol);
    return { data, code: 200, msg: "success", timestamp: this.#now() };
  }

  #exchangeInfo(query: URLSearchParams): unknown {
    const one = query.get("symbol");
    const several = query.get("symbols");
    if (one !== null && several !== null) throw mexcErrors.badCombination();
    const names = one !== null ? [one] : several?.split(",");
    const instruments = names?.map((name) => this.#instrument(name)) ?? this.#all();
    return {
      timezone: "CST",
      serverTime: this.#now(),
      rateLimits: [],
      exchangeFilters: [],
      symbols: instruments.map(({ spec }) => exchangeInfoSymbol(spec)),
    };
  }

  #depth(query: URLSearchParams): unknown {
    const instrument = this.#instrument(query.get("symbol"));
    const limit = Number(query.get("limit") ?? defaultDepth);
    // UNCONFIRMED: whether a limit outside the range is refused or clamped.
    if (!Number.isInteger(limit) || limit < 1 || limit > maxDepth) throw mexcErrors.badParameter("limit");
    const snapshot = snapshotOf(instrument, limit);
    return {
      lastUpdateId: snapshot.version,
      bids: instrument.pairs(snapshot.bids),
      asks: instrument.pairs(snapshot.asks),
      timestamp: this.#now(),
    };
  }

  #bookTicker(query: URLSearchParams): unknown {
    const name = query.get("symbol");
    return name === null ? this.#all().map(bookTicker) : bookTicker(this.#instrument(name));
  }

  #now(): number {
    return stampMs(this.#context.clock);
  }

  #all(): MarketInstrument[] {
    return [...this.#context.instruments.values()];
  }

  #instrument(name: string | null): MarketInstrument {
    if (name === null || name === "") throw mexcErrors.missingParameter("symbol");
    const instrument = this.#context.instruments.get(name);
    if (instrument === undefined) throw mexcErrors.invalidSymbol();
    return instrument;
  }
}

/** `Retry-After` is in seconds. UNCONFIRMED: wording of the text. */
function tooManyRequests(resetMs: number): ServerReply {
  const headers = { "Retry-After": String(Math.ceil(resetMs / 1000)) };
  return jsonReply(429, { code: 429, msg: "Too Many Requests" }, headers);
}

function bookTicker(instrument: MarketInstrument): unknown {
  const quote = quoteOf(instrument);
  return {
    symbol: instrument.spec.exchangeSymbol,
    bidPrice: quote.bidLots === 0 ? null : instrument.price(quote.bidTick),
    bidQty: quote.bidLots === 0 ? null : instrument.size(quote.bidLots),
    askPrice: quote.askLots === 0 ? null : instrument.price(quote.askTick),
    askQty: quote.askLots === 0 ? null : instrument.size(quote.askLots),
  };
}
