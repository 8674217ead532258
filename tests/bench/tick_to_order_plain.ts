/**
 * From a frame to its orders as one would write it without this project: protobufjs and `JSON.parse`, a `Map` for each
 * side of a book, `createHmac`, and `fetch`. No journal, no limits, no account.
 * @module
 */
import { createHash, createHmac } from "node:crypto";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import { PlainBooks } from "./plain_books.ts";
import type { NaiveBook } from "../support/naive_book.ts";
import { type ClientFigures, type ClientJob, epochOf, namesOf, venueKeys } from "./tick_to_order_market.ts";

const apiKey = "mx0vglBqGyNaHxDzFf", secret = "45d0b3c26f2644f19bfb98b07741b2f5";
/** Snapshots as fast as they come: the venue of the bench keeps no limit. */
const spacingMs = 5;
/** What fees and profit ask for, as a factor of the price. */
const least = 1.0027;
/** Time for which a coin is not traded again, milliseconds. */
const pauseMs = 250;
const size = 9.99;

interface Quote {
  bid: number;
  ask: number;
}

/** A client that sees edges and sends two orders for each. */
export class PlainClient {
  readonly #job: ClientJob;
  readonly #venues: ReadonlyMap<ExchangeKey, PlainBooks>;
  readonly #quotes = new Map<string, Map<ExchangeKey, Quote>>();
  readonly #tradedAt = new Map<string, number>();
  #count = 0;
  #frames = 0;
  #both: number[] = [];
  #received = new Map<string, number>();

  private constructor(job: ClientJob) {
    this.#job = job;
    this.#venues = new Map(venueKeys.map((exchange) => [
      exchange,
      new PlainBooks(exchange, job.endpoints[exchange], spacingMs, (symbol, book) => {
        if (exchange !== "GATEIO_FUTURES") this.#onBook(exchange, symbol, book);
      }),
    ]));
  }

  static async start(job: ClientJob): Promise<PlainClient> {
    const client = new PlainClient(job);
    const coins = Array.from({ length: job.pairs }, (_, coin) => coin);
    await Promise.all(
      [...client.#venues].map(([exchange, books]) =>
        books.start(coins.map((coin) => namesOf(exchange, coin).exchangeSymbol))
      ),
    );
    return client;
  }

  take(): ClientFigures {
    const frames = [...this.#venues.values()].reduce((sum, venue) => sum + venue.frames, 0);
    const nothing = { first: [], quiet: [], decision: [], journal: [], late: 0, refusals: new Map() };
    const figures = { ...nothing, frames: frames - this.#frames, both: this.#both, received: this.#received };
    this.#frames = frames;
    this.#both = [];
    this.#received = new Map();
    return figures;
  }

  #onBook(exchange: ExchangeKey, symbol: string, book: NaiveBook): void {
    const base = symbol.replace(/_?USDT$/, "");
    let quotes = this.#quotes.get(base);
    if (quotes === undefined) this.#quotes.set(base, quotes = new Map());
    const quote = { bid: Math.max(...book.bids.keys()), ask: Math.min(...book.asks.keys()) };
    quotes.set(exchange, quote);
    for (const [other, { ask }] of quotes) {
      if (other !== exchange && quote.bid > ask * least) this.#trade(base, other, ask, exchange, quote.bid);
    }
  }

  #trade(base: string, buy: ExchangeKey, ask: number, sell: ExchangeKey, bid: number): void {
    const { receivedAt } = this.#venues.get(sell)!;
    if (receivedAt - (this.#tradedAt.get(base) ?? -Infinity) < pauseMs) return;
    this.#tradedAt.set(base, receivedAt);
    const received = epochOf(receivedAt);
    for (const [exchange, side, price] of [[buy, "buy", ask], [sell, "sell", bid]] as const) {
      const id = `p1-${++this.#count}`;
      this.#received.set(id, received);
      const request = exchange === "MEXC_SPOT"
        ? mexcOrder(base, side, price, id)
        : gateOrder(base, side, price, id);
      void fetch(this.#job.endpoints[exchange].rest + request.path, request).then((answer) => answer.json());
    }
    this.#both.push(performance.now() - receivedAt);
  }
}

type PlainRequest = RequestInit & { readonly path: string };

function mexcOrder(base: string, side: string, price: number, id: string): PlainRequest {
  const query = new URLSearchParams({
    symbol: `${base}USDT`,
    side: side.toUpperCase(),
    type: "IMMEDIATE_OR_CANCEL",
    quantity: String(size),
    price: String(price),
    newClientOrderId: id,
    recvWindow: "5000",
    timestamp: String(Date.now()),
  }).toString();
  const signature = createHmac("sha256", secret).update(query).digest("hex");
  return {
    path: `/api/v3/order?${query}&signature=${signature}`,
    method: "POST",
    headers: { "X-MEXC-APIKEY": apiKey, "Content-Type": "application/json" },
  };
}

function gateOrder(base: string, side: string, price: number, id: string): PlainRequest {
  const body = JSON.stringify({
    text: `t-${id}`,
    currency_pair: `${base}_USDT`,
    type: "limit",
    account: "spot",
    side,
    amount: String(size),
    price: String(price),
    time_in_force: "ioc",
  });
  const Timestamp = String(Math.floor(Date.now() / 1_000));
  const hash = createHash("sha512").update(body).digest("hex");
  const text = `POST\n/api/v4/spot/orders\n\n${hash}\n${Timestamp}`;
  const SIGN = createHmac("sha512", secret).update(text).digest("hex");
  return {
    path: "/spot/orders",
    method: "POST",
    headers: { KEY: apiKey, Timestamp, SIGN, "Content-Type": "application/json" },
    body,
  };
}
