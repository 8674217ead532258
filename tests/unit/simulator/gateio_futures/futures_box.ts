/**
 * A user of the simulated Gate.io futures who knows the exchange from its documents: signs with node:crypto, reads
 * JSON, and computes what to expect by itself.
 * @module
 */
import { assertEquals } from "@std/assert";
import { createHash, createHmac } from "node:crypto";
import type { Socket } from "../../../../src/core/network.ts";
import { SimulatedClock } from "../../../../src/core/simulated_clock.ts";
import { type AccountOptions, MarketModel, Simulator } from "../../../../src/simulator/mod.ts";

export type Body = Record<string, unknown>;

export const root = "/futures/usdt";
export const key = "gateTestKey0001";
export const secret = "gateTestSecret0001";

export const owner: AccountOptions = {
  family: "gateio",
  uid: "10001",
  apiKey: key,
  secretKey: secret,
  deposits: { GATEIO_FUTURES: { USDT: "10000" } },
};

/** An answer; `text` is the body before it was parsed. */
export interface Answer<Content = Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Content;
}

export interface CallOptions {
  readonly query?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly key?: string;
  readonly secret?: string;
}

/** The signature of 4.2. */
export function restSign(
  parts: { method: string; path: string; query: string; body: string; time: string },
  secretKey: string,
): string {
  const hash = createHash("sha512").update(parts.body).digest("hex");
  const text = [parts.method, parts.path, parts.query, hash, parts.time].join("\n");
  return createHmac("sha512", secretKey).update(text).digest("hex");
}

/** The signature of 7.4 and of 10.1. */
export function textSign(text: string, secretKey: string): string {
  return createHmac("sha512", secretKey).update(text).digest("hex");
}

/** A simulated exchange whose crowd stands still, unless events are asked for. */
export class FuturesBox {
  readonly clock = new SimulatedClock(1_786_540_560_000);
  readonly simulator: Simulator;

  constructor(options: { accounts?: readonly AccountOptions[]; eventsPerSecond?: number } = {}) {
    this.simulator = Simulator.create({
      clock: this.clock,
      seed: 7,
      source: new MarketModel({ eventsPerSecond: options.eventsPerSecond ?? 0 }),
      accounts: options.accounts ?? [owner],
    });
  }

  /** Lets simulated time pass. */
  run(ms: number): void {
    const end = this.clock.epochMs() + ms;
    this.clock.setTimer(ms, () => {});
    while ((this.clock.nextDue ?? Infinity) <= end) this.clock.step();
  }

  /** A request behind `/futures/usdt`, with a signature when a key is given. */
  async call<Content = Body>(
    method: string,
    path: string,
    options: CallOptions = {},
  ): Promise<Answer<Content>> {
    const { query = "", headers = {}, key: apiKey, secret: secretKey = secret } = options;
    const text = options.body === undefined ? "" : JSON.stringify(options.body);
    const time = String(Math.floor(this.clock.epochMs() / 1000));
    const full = `/api/v4${root}${path}`;
    const signed = apiKey === undefined ? {} : {
      KEY: apiKey,
      Timestamp: time,
      SIGN: restSign({ method, path: full, query, body: text, time }, secretKey),
    };
    const origin = this.simulator.localEndpoints.GATEIO_FUTURES.rest.replace("/api/v4", "");
    const pending = this.simulator.fetch({
      method: method as "GET",
      url: `${origin}${full}${query === "" ? "" : `?${query}`}`,
      headers: { ...(text === "" ? {} : { "content-type": "application/json" }), ...signed, ...headers },
      ...(text === "" ? {} : { body: text }),
      timeoutMs: 60_000,
    });
    while (this.simulator.pendingResponses > 0 && this.clock.step());
    const answer = await pending;
    return { ...answer, body: (answer.text === "" ? {} : JSON.parse(answer.text)) as Content };
  }

  get<Content = Body>(path: string, query = "", headers?: Record<string, string>): Promise<Answer<Content>> {
    return this.call<Content>("GET", path, { query, ...(headers === undefined ? {} : { headers }) });
  }

  /** A signed request of the first user. */
  own<Content = Body>(method: string, path: string, options: CallOptions = {}): Promise<Answer<Content>> {
    return this.call<Content>(method, path, { key, ...options });
  }

  /** Places an order of the first user. */
  async order(order: Body): Promise<Body> {
    const { status, body } = await this.own("POST", "/orders", { body: { contract: "BTC_USDT", ...order } });
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** Best bid and ask as the public book states them. */
  async top(contract = "BTC_USDT"): Promise<{ bid: number; ask: number; bidSize: number; askSize: number }> {
    const { body } = await this.get<{ asks: { p: string; s: number }[]; bids: { p: string; s: number }[] }>(
      "/order_book",
      `contract=${contract}&limit=1`,
    );
    return {
      bid: Number(body.bids[0]!.p),
      ask: Number(body.asks[0]!.p),
      bidSize: body.bids[0]!.s,
      askSize: body.asks[0]!.s,
    };
  }

  open(): FuturesLine {
    const line = new FuturesLine(this);
    this.run(200);
    return line;
  }
}

export interface Push<Result = Body[]> {
  time: number;
  time_ms: number;
  channel: string;
  event: string;
  result: Result;
  error?: { code: number; message: string };
  request_id?: string;
  ack?: boolean;
  header?: Body;
  data?: { result?: Body & Body[]; errs?: { label: string; message: string } };
}

/** One WebSocket connection. */
export class FuturesLine {
  readonly texts: string[] = [];
  readonly #socket: Socket;
  readonly #box: FuturesBox;

  constructor(box: FuturesBox) {
    this.#box = box;
    this.#socket = box.simulator.connect(box.simulator.localEndpoints.GATEIO_FUTURES.ws, {
      onOpen: () => {},
      onText: (text) => this.texts.push(text),
      onBinary: () => {},
      onClose: () => {},
    });
  }

  get now(): number {
    return Math.floor(this.#box.clock.epochMs() / 1000);
  }

  send(message: unknown): void {
    this.#socket.sendText(JSON.stringify(message));
    this.#box.run(100);
  }

  subscribe(channel: string, payload: unknown[], event = "subscribe"): void {
    this.send({ time: this.now, id: 1, channel, event, payload });
  }

  /** Joins a private channel. */
  join(channel: string, payload: unknown[], event = "subscribe", secretKey = secret): void {
    const SIGN = textSign(`channel=${channel}&event=${event}&time=${this.now}`, secretKey);
    this.send({
      time: this.now,
      id: 2,
      channel,
      event,
      payload,
      auth: { method: "api_key", KEY: key, SIGN },
    });
  }

  get messages(): Push<never>[] {
    return this.texts.map((text) => JSON.parse(text));
  }

  /** What was pushed on a channel. */
  pushes<Result = Body[]>(channel: string): Push<Result>[] {
    return (this.messages as Push<Result>[]).filter((message) =>
      message.channel === channel && (message.event === "update" || message.event === "all")
    );
  }

  /** All rows that were pushed on a channel. */
  rows(channel: string): Body[] {
    return this.pushes(channel).flatMap(({ result }) => result);
  }

  /** The latest answer to a request for a channel. */
  reply(channel: string): Push<Body> {
    return (this.messages as Push<Body>[]).findLast((message) =>
      message.channel === channel && (message.event === "subscribe" || message.event === "unsubscribe")
    )!;
  }
}

function typeTree(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [typeTree(value[0])];
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  return Object.fromEntries(
    Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([name, part]) => {
      return [name, typeTree(part)];
    }),
  );
}

/** Compares names and JSON types with a documented sample. */
export function assertShape(actual: unknown, sample: unknown): void {
  assertEquals(typeTree(actual), typeTree(sample));
}
