/**
 * A client for tests that knows the exchanges from their documentation only: it decodes with protobufjs and JSON
 * and rebuilds books in a plain map.
 * @module
 */
import type { Socket } from "../../../src/core/network.ts";
import protobuf from "protobufjs";
import type { ExchangeKey } from "../../../src/core/exchange.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import {
  type AccountOptions,
  MarketModel,
  type MarketModelOptions,
  type MarketSource,
  Simulator,
} from "../../../src/simulator/mod.ts";
import { protoFiles } from "../../../proto/mod.ts";

const root = new protobuf.Root();
for (const text of Object.values(protoFiles)) protobuf.parse(text, root, { keepCase: true });
const wrapper = root.lookupType("PushDataV3ApiWrapper");

export interface MexcLevel {
  price: string;
  quantity: string;
}

/** A decoded MEXC frame; versions and times as texts. */
export interface MexcPush {
  channel: string;
  symbol: string;
  sendTime: string;
  publicAggreDepths?: {
    bids?: MexcLevel[];
    asks?: MexcLevel[];
    eventType: string;
    fromVersion: string;
    toVersion: string;
  };
  publicAggreBookTicker?: {
    bidPrice: string;
    bidQuantity: string;
    askPrice: string;
    askQuantity: string;
    version: string;
  };
  publicLimitDepths?: { bids: MexcLevel[]; asks: MexcLevel[]; eventType: string; version: string };
  publicAggreDeals?: {
    deals: { price: string; quantity: string; tradeType: number; time: string }[];
    eventType: string;
  };
}

export function decodeMexc(bytes: Uint8Array): MexcPush {
  return wrapper.toObject(wrapper.decode(bytes), { longs: String }) as MexcPush;
}

/** A Gate.io message; what is in `result` depends on the channel. */
export interface GateMessage<Result = Record<string, unknown>> {
  time: number;
  time_ms: number;
  id?: number;
  channel: string;
  event: string;
  result: Result;
  error?: { code: number; message: string } | null;
  requestId?: string;
  trace_id?: string;
  payload?: unknown[];
}

/** One connection and everything that came over it. */
export class Line {
  readonly texts: string[] = [];
  readonly frames: Uint8Array[] = [];
  readonly #parsed: GateMessage[] = [];
  readonly #decoded: MexcPush[] = [];
  closed: { code: number; reason: string; atMs: number } | undefined;
  opened = false;
  readonly socket: Socket;

  constructor(readonly box: Box, url: string) {
    this.socket = box.simulator.connect(url, {
      onOpen: () => this.opened = true,
      onText: (text) => this.texts.push(text),
      onBinary: (bytes) => this.frames.push(bytes),
      onClose: (code, reason) => this.closed = { code, reason, atMs: box.clock.monotonicMs() },
    });
  }

  send(message: unknown): void {
    this.socket.sendText(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Gate.io request with the current time. */
  gate(channel: string, event: string, payload?: unknown, id?: number): void {
    this.send({ time: Math.floor(this.box.clock.epochMs() / 1000), id, channel, event, payload });
  }

  mexc(...params: string[]): void {
    this.send({ method: "SUBSCRIPTION", params, id: 1 });
  }

  get json(): GateMessage[] {
    for (let index = this.#parsed.length; index < this.texts.length; index++) {
      this.#parsed.push(JSON.parse(this.texts[index]!));
    }
    return this.#parsed;
  }

  pushes<Result>(channel: string): GateMessage<Result>[] {
    return (this.json as GateMessage<Result>[]).filter((message) =>
      message.channel === channel && (message.event === "update" || message.event === "all")
    );
  }

  get decoded(): MexcPush[] {
    for (let index = this.#decoded.length; index < this.frames.length; index++) {
      this.#decoded.push(decodeMexc(this.frames[index]!));
    }
    return this.#decoded;
  }
}

/** A simulator on a simulated clock. */
export class Box {
  readonly clock = new SimulatedClock(1_786_540_560_000);
  readonly simulator: Simulator;

  constructor(
    options: {
      seed?: number;
      source?: MarketSource;
      model?: MarketModelOptions;
      accounts?: readonly AccountOptions[];
    } = {},
  ) {
    this.simulator = Simulator.create({
      clock: this.clock,
      seed: options.seed ?? 1,
      source: options.source ?? new MarketModel(options.model),
      accounts: options.accounts ?? [],
    });
  }

  /** Lets simulated time pass. */
  run(ms: number): void {
    const end = this.clock.epochMs() + ms;
    this.clock.setTimer(ms, () => {});
    while ((this.clock.nextDue ?? Infinity) <= end) this.clock.step();
  }

  /** An open connection. */
  open(exchange: ExchangeKey): Line {
    const line = new Line(this, this.simulator.localEndpoints[exchange].ws);
    this.run(200);
    return line;
  }

  /** One GET request. */
  async get(
    exchange: ExchangeKey,
    path: string,
  ): Promise<{ status: number; headers: Headers; body: unknown }> {
    const answer = this.simulator.fetch({
      method: "GET",
      url: this.simulator.localEndpoints[exchange].rest + path,
      timeoutMs: 60_000,
    });
    while (this.simulator.pendingResponses > 0 && this.clock.step());
    const { status, headers, text } = await answer;
    return { status, headers, body: JSON.parse(text) };
  }
}

export interface Change {
  first: number;
  last: number;
  bids: [string, string][];
  asks: [string, string][];
}

/** Section 11 of the protocol facts, word for word, with maps. */
export class NaiveBook {
  readonly bids = new Map<number, number>();
  readonly asks = new Map<number, number>();

  constructor(public id: number, bids: [string, string][], asks: [string, string][]) {
    merge(this.bids, bids);
    merge(this.asks, asks);
  }

  /** Applies a change. @throws when it leaves a gap. */
  apply(change: Change): void {
    if (change.last <= this.id) return;
    if (change.first > this.id + 1) throw new Error(`gap: ${this.id} then ${change.first}`);
    merge(this.bids, change.bids);
    merge(this.asks, change.asks);
    this.id = change.last;
  }

  /** Levels as the truth states them. */
  levels(depth = Infinity): { bids: [number, number][]; asks: [number, number][] } {
    const sorted = (side: Map<number, number>, sign: number): [number, number][] =>
      [...side].sort((a, b) => sign * (a[0] - b[0])).slice(0, depth);
    return { bids: sorted(this.bids, -1), asks: sorted(this.asks, 1) };
  }
}

function merge(side: Map<number, number>, levels: [string, string][]): void {
  for (const [price, size] of levels) {
    if (Number(size) === 0) side.delete(Number(price));
    else side.set(Number(price), Number(size));
  }
}

export function mexcChange({ publicAggreDepths: depth }: MexcPush): Change {
  const pairs = (levels: MexcLevel[] = []): [string, string][] =>
    levels.map(({ price, quantity }) => [price, quantity]);
  return {
    first: Number(depth!.fromVersion),
    last: Number(depth!.toVersion),
    bids: pairs(depth!.bids),
    asks: pairs(depth!.asks),
  };
}

export interface SpotUpdate {
  t: number;
  e: string;
  E: number;
  s: string;
  U: number;
  u: number;
  l: string;
  b: [string, string][];
  a: [string, string][];
}

export interface FuturesUpdate {
  t: number;
  s: string;
  U: number;
  u: number;
  l: string;
  b: { p: string; s: number }[];
  a: { p: string; s: number }[];
}

export function spotChange({ U, u, b = [], a = [] }: SpotUpdate): Change {
  return { first: U, last: u, bids: b, asks: a };
}

export function futuresPairs(levels: { p: string; s: number }[]): [string, string][] {
  return levels.map(({ p, s }) => [p, String(s)]);
}

export function futuresChange({ U, u, b, a }: FuturesUpdate): Change {
  return { first: U, last: u, bids: futuresPairs(b), asks: futuresPairs(a) };
}
