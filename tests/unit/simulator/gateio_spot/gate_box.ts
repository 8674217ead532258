/**
 * Users of the simulated Gate.io who know it from its documentation only: they sign with node:crypto and count with
 * BigInt. The market stands still, so every book is known.
 * @module
 */
import { createHash, createHmac } from "node:crypto";
import { SimulatedClock } from "../../../../src/core/simulated_clock.ts";
import { SeededRandom } from "../../../../src/core/random.ts";
import { listInstrument } from "../../../../src/simulator/market/listing.ts";
import type { MarketInstrument } from "../../../../src/simulator/market/market_instrument.ts";
import {
  type AccountOptions,
  type MarketSource,
  Simulator,
  type SimulatorOptions,
} from "../../../../src/simulator/mod.ts";

/** JSON of an answer. */
export type Body = Record<string, unknown>;

/** An answer with its body read. */
export interface Answer<Result = Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Result;
}

/** Key and secret of the documented test vectors. */
export const user = {
  family: "gateio",
  uid: "10406147",
  apiKey: "gateTestKey0001",
  secretKey: "gateTestSecret0001",
  deposits: {
    GATEIO_SPOT: { USDT: "100000", BTC: "2", ETH: "10" },
    GATEIO_FUTURES: { USDT: "500" },
  },
} as const satisfies AccountOptions;

/** A second user with the same coins. */
export const other = {
  ...user,
  uid: "10406148",
  apiKey: "gateTestKey0002",
  secretKey: "gateTestSecret0002",
} as const satisfies AccountOptions;

/** The moment of the test vectors in Unix seconds. */
export const vectorSeconds = 1_700_000_000;

type Levels = readonly (readonly [price: number, size: number])[];

/** Best first, in quote and base. */
export const books: Readonly<Record<string, { readonly bids: Levels; readonly asks: Levels }>> = {
  BTC_USDT: {
    bids: [[64999, 0.5], [64990, 1], [64900.5, 5], [50000, 10]],
    asks: [[65000, 0.5], [65000.5, 1], [65010, 2], [90000, 50]],
  },
  ETH_USDT: { bids: [[1999.5, 20], [1990, 100]], asks: [[2000, 20], [2001.25, 100]] },
};

/** Two pairs whose books nobody moves but the test. */
export const stillMarket: MarketSource = {
  open: ({ clock }) => {
    const random = new SeededRandom(7);
    const openedMs = clock.epochMs();
    const list = (base: string, tick: string, lot: string, price: number): MarketInstrument => {
      const listing = {
        exchange: "GATEIO_SPOT",
        base,
        tick,
        lot,
        contractSize: "1",
        price,
        openedMs,
      } as const;
      const instrument = listInstrument(listing, random.fork(base));
      const { bids, asks } = books[instrument.spec.exchangeSymbol]!;
      for (const [side, levels] of [["bid", bids], ["ask", asks]] as const) {
        for (const [at, size] of levels) {
          instrument.quote(
            side,
            instrument.spec.tick.nearest(at),
            instrument.spec.lot.nearest(size),
            openedMs,
          );
        }
      }
      instrument.commit(openedMs);
      return instrument;
    };
    const instruments = [list("BTC", "0.1", "0.000001", 65000), list("ETH", "0.01", "0.0001", 2000)];
    return { instruments, start: () => {}, stop: () => {} };
  },
};

/** One millisecond each way, so that a second holds many requests. */
const still = {
  feed: { kind: "constant", ms: 1 },
  orderEntry: { kind: "constant", ms: 1 },
  response: { kind: "constant", ms: 1 },
} as const;

/** Decimal text in units of 10^-18. */
export function exact(text: unknown): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,18}))?$/.exec(String(text));
  if (match === null) throw new Error(`${text} is no plain decimal`);
  const atoms = BigInt(match[2]! + (match[3] ?? "").padEnd(18, "0"));
  return match[1] === "-" ? -atoms : atoms;
}

/** Product of two decimal texts in units of 10^-18, which it must be exactly. */
export function product(a: unknown, b: unknown): bigint {
  const wide = exact(a) * exact(b);
  if (wide % 10n ** 18n !== 0n) throw new Error(`${a} times ${b} is finer than 10^-18`);
  return wide / 10n ** 18n;
}

/** HMAC-SHA512 in hexadecimal. */
export function hmac(secretKey: string, text: string): string {
  return createHmac("sha512", secretKey).update(text).digest("hex");
}

/** SIGN of a REST request as section 4.2 tells. */
export function restSign(
  secretKey: string,
  method: string,
  path: string,
  { query = "", body = "", timestamp = "" }: { query?: string; body?: string; timestamp?: string },
): string {
  const hash = createHash("sha512").update(body).digest("hex");
  return hmac(secretKey, [method, path, query, hash, timestamp].join("\n"));
}

/** What a request carries besides method and path. */
export interface CallOptions {
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly rawBody?: string;
  /** Who signs; `none` signs nothing. Default {@link user}. */
  readonly as?: { readonly apiKey: string; readonly secretKey: string } | "none";
  /** Headers that are added or, when undefined, left out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly timestamp?: string;
}

/** A pushed or answered message. */
export interface Message {
  readonly time: number;
  readonly time_ms: number;
  readonly id?: number;
  readonly channel: string;
  readonly event: string;
  readonly payload?: unknown[];
  readonly result: unknown;
  readonly error?: { readonly code: number; readonly message: string };
  readonly request_id?: string;
  readonly ack?: boolean;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly data?: { readonly result?: unknown; readonly errs?: { label: string; message: string } };
}

/** A WebSocket and everything that came over it. */
export class GateLine {
  readonly #box: GateBox;
  readonly #socket;
  readonly messages: Message[] = [];
  closed: number | undefined;

  constructor(box: GateBox, url: string) {
    this.#box = box;
    this.#socket = box.simulator.connect(url, {
      onOpen: () => {},
      onText: (text) => this.messages.push(JSON.parse(text)),
      onBinary: () => {},
      onClose: (code) => this.closed = code,
    });
    box.run(200);
  }

  /** Sends a message and lets its answer come. */
  send(message: unknown): void {
    this.#socket.sendText(typeof message === "string" ? message : JSON.stringify(message));
    this.#box.run(200);
  }

  /** A public request. */
  ask(channel: string, event: string, payload: unknown): void {
    this.send({ time: this.#box.seconds, channel, event, payload });
  }

  /** A private subscribe or unsubscribe request, as section 7.4 tells. */
  join(channel: string, payload: unknown, event = "subscribe", as = { ...user }): Message {
    const time = this.#box.seconds;
    const SIGN = hmac(as.secretKey, `channel=${channel}&event=${event}&time=${time}`);
    const auth = { method: "api_key", KEY: as.apiKey, SIGN };
    const count = this.messages.length;
    this.send({ time, id: 1, channel, event, auth, ...(payload === undefined ? {} : { payload }) });
    return this.messages.slice(count).find((message) => message.event === event && message.id === 1)!;
  }

  /** Logs in as section 10.1 tells. */
  login(channel = "spot.login", as: { apiKey: string; secretKey: string } = user): Message {
    const timestamp = String(this.#box.seconds);
    const signature = hmac(as.secretKey, `api\n${channel}\n\n${timestamp}`);
    return this.call(channel, undefined, { api_key: as.apiKey, signature, timestamp });
  }

  /** A trading request; returns its last answer. */
  call(channel: string, parameter?: unknown, extra: Body = {}): Message {
    const id = `req-${this.messages.length}`;
    const payload = { req_id: id, ...(parameter === undefined ? {} : { req_param: parameter }), ...extra };
    this.send({ time: this.#box.seconds, channel, event: "api", payload });
    return this.answers(id).at(-1)!;
  }

  /** All answers to a trading request. */
  answers(id: string): Message[] {
    return this.messages.filter((message) => message.request_id === id);
  }

  /** Rows of all pushes of a channel, one after the other. */
  rows(channel: string): Body[] {
    return this.pushes(channel).flatMap<Body>(({ result }) => result as Body | Body[]);
  }

  /** Pushes of a channel. */
  pushes(channel: string): Message[] {
    return this.messages.filter((message) => message.channel === channel && message.event === "update");
  }

  close(): void {
    this.#socket.close();
    this.#box.run(200);
  }
}

/** A simulator on a simulated clock that starts at the moment of the test vectors. */
export class GateBox implements AsyncDisposable {
  readonly clock = new SimulatedClock(vectorSeconds * 1000);
  readonly simulator: Simulator;

  constructor(options: Partial<SimulatorOptions> = {}) {
    this.simulator = Simulator.create({
      clock: this.clock,
      seed: 1,
      source: stillMarket,
      accounts: [user, other],
      latency: still,
      ...options,
    });
  }

  /** Unix seconds. */
  get seconds(): number {
    return Math.floor(this.clock.epochMs() / 1000);
  }

  /** Lets simulated time pass. */
  run(ms: number): void {
    const end = this.clock.epochMs() + ms;
    this.clock.setTimer(ms, () => {});
    while ((this.clock.nextDue ?? Infinity) <= end) this.clock.step();
  }

  /** One request; signed unless `as` is `none`. */
  async call<Result = Body>(
    method: string,
    path: string,
    options: CallOptions = {},
  ): Promise<Answer<Result>> {
    const { query = {}, body, as = user, headers = {}, timestamp = String(this.seconds) } = options;
    const text = options.rawBody ?? (body === undefined ? "" : JSON.stringify(body));
    const pairs = Object.entries(query);
    const plain = pairs.map(([name, value]) => `${name}=${value}`).join("&");
    const sent = pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&");
    const all = new Headers();
    if (text !== "") all.set("content-type", "application/json");
    if (as !== "none") {
      all.set("KEY", as.apiKey);
      all.set("Timestamp", timestamp);
      all.set(
        "SIGN",
        restSign(as.secretKey, method, `/api/v4${path}`, { query: plain, body: text, timestamp }),
      );
    }
    for (const [name, value] of Object.entries(headers)) {
      if (value === undefined) all.delete(name);
      else all.set(name, value);
    }
    const { rest } = this.simulator.localEndpoints.GATEIO_SPOT;
    const answer = this.simulator.fetch({
      method,
      url: rest + path + (sent === "" ? "" : `?${sent}`),
      headers: Object.fromEntries(all),
      ...(text === "" ? {} : { body: text }),
      timeoutMs: 60_000,
    });
    while (this.simulator.pendingResponses > 0 && this.clock.step());
    const reply = await answer;
    return {
      status: reply.status,
      headers: reply.headers,
      body: (reply.text === "" ? undefined : JSON.parse(reply.text)) as Result,
    };
  }

  /** A new order. */
  order(terms: Body, options: CallOptions = {}): Promise<Answer> {
    return this.call("POST", "/spot/orders", { body: { currency_pair: "BTC_USDT", ...terms }, ...options });
  }

  /** What is free and bound of a coin on spot. */
  async balance(currency: string, as: CallOptions["as"] = user): Promise<{ free: bigint; locked: bigint }> {
    const { body } = await this.call<Body[]>("GET", "/spot/accounts", { query: { currency }, as });
    return { free: exact(body[0]!["available"]), locked: exact(body[0]!["locked"]) };
  }

  /** A connection to the spot market. */
  open(): GateLine {
    return new GateLine(this, this.simulator.localEndpoints.GATEIO_SPOT.ws);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.simulator.stop();
  }
}

/** Name and JSON type of every field. */
export function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shape(each)]));
}
