/**
 * A user of the simulated MEXC who knows it from its documentation only: signs with node:crypto, decodes with
 * protobufjs, counts with BigInt.
 * @module
 */
import { createHmac } from "node:crypto";
import protobuf from "protobufjs";
import type { AccountOptions } from "../../../../src/simulator/mod.ts";
import {
  MarketModel,
  type MarketModelOptions,
  Simulator,
  type SimulatorOptions,
} from "../../../../src/simulator/mod.ts";
import { SimulatedClock } from "../../../../src/core/simulated_clock.ts";
import { protoFiles } from "../../../../proto/mod.ts";

const root = new protobuf.Root();
for (const text of Object.values(protoFiles)) protobuf.parse(text, root, { keepCase: true });
const wrapper = root.lookupType("PushDataV3ApiWrapper");

/** JSON of an answer. */
export type Body = Record<string, unknown>;

/** An answer with its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** A decoded frame: absent fields are absent, 64-bit numbers are texts. */
export type Push = Record<string, unknown> & { channel: string };

/** Key and secret of the first user. */
export const user = {
  family: "mexc",
  uid: "209302839",
  apiKey: "mx0vtestkey0001",
  secretKey: "testsecret0123456789abcdef01234567",
  deposits: { MEXC_SPOT: { USDT: "100000", BTC: "1" } },
} as const satisfies AccountOptions;

/** A second user with the same coins. */
export const other = {
  ...user,
  uid: "209302840",
  apiKey: "mx0vtestkey0002",
  secretKey: "othersecret0123456789abcdef012345",
} as const satisfies AccountOptions;

/** Signs as section 1.2 tells. */
export function sign(text: string, secretKey: string): string {
  return createHmac("sha256", secretKey).update(text).digest("hex");
}

/** Decimal text in units of 10^-18. */
export function exact(text: unknown): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,18}))?$/.exec(String(text));
  if (match === null) throw new Error(`${text} is no plain decimal`);
  const atoms = BigInt(match[2]! + (match[3] ?? "").padEnd(18, "0"));
  return match[1] === "-" ? -atoms : atoms;
}

/** Product of two decimal texts in units of 10^-18; there must be nothing finer. */
export function product(a: unknown, b: unknown): bigint {
  const wide = exact(a) * exact(b);
  if (wide % 10n ** 18n !== 0n) throw new Error(`${a} times ${b} is finer than 10^-18`);
  return wide / 10n ** 18n;
}

/** What a request carries besides its parameters. */
export interface CallOptions {
  readonly as?: { readonly apiKey: string; readonly secretKey: string };
  /** Headers that are added or, when undefined, left out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly timestamp?: number;
}

/** A WebSocket and everything that came over it. */
export class MexcLine {
  readonly texts: string[] = [];
  readonly pushes: Push[] = [];
  closed: { code: number; reason: string } | undefined;
  readonly #socket;

  constructor(box: MexcBox, url: string) {
    this.#socket = box.simulator.connect(url, {
      onOpen: () => {},
      onText: (text) => this.texts.push(text),
      onBinary: (bytes) =>
        this.pushes.push(wrapper.toObject(wrapper.decode(bytes), { longs: String }) as Push),
      onClose: (code, reason) => this.closed = { code, reason },
    });
  }

  subscribe(...params: string[]): void {
    this.send({ method: "SUBSCRIPTION", params });
  }

  send(message: unknown): void {
    this.#socket.sendText(JSON.stringify(message));
  }

  close(): void {
    this.#socket.close();
  }

  /** The bodies of one kind in the order in which they came. */
  bodies(kind: string): Body[] {
    return this.pushes.flatMap((push) => kind in push ? [push[kind] as Body] : []);
  }
}

/** What {@link MexcBox} takes; a still market by default. */
export interface MexcBoxOptions extends Partial<Omit<SimulatorOptions, "clock">> {
  readonly model?: MarketModelOptions;
  readonly startMs?: number;
}

/** A simulator with users of MEXC on a simulated clock. */
export class MexcBox {
  readonly clock: SimulatedClock;
  readonly simulator: Simulator;

  constructor(options: MexcBoxOptions = {}) {
    const { model, accounts = [user, other], startMs = 1_786_540_560_000, ...rest } = options;
    this.clock = new SimulatedClock(startMs);
    this.simulator = Simulator.create({
      clock: this.clock,
      seed: 1,
      source: new MarketModel({ eventsPerSecond: 0, bursts: { meanGapMs: Infinity }, ...model }),
      accounts,
      ...rest,
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.simulator.stop();
  }

  /** Lets simulated time pass. */
  run(ms: number): void {
    const end = this.clock.epochMs() + ms;
    this.clock.setTimer(ms, () => {});
    while ((this.clock.nextDue ?? Infinity) <= end) this.clock.step();
  }

  /** One request as it is given. */
  async raw(
    method: string,
    target: string,
    headers: Record<string, string> = {},
    body?: string,
  ): Promise<Answer> {
    const answer = this.simulator.fetch({
      method,
      url: this.simulator.localEndpoints.MEXC_SPOT.rest + target,
      headers,
      ...(body === undefined ? {} : { body }),
      timeoutMs: 60_000,
    });
    while (this.simulator.pendingResponses > 0 && this.clock.step());
    const { status, headers: answered, text } = await answer;
    return { status, headers: answered, body: JSON.parse(text) };
  }

  /** A request without a signature. */
  get(path: string): Promise<Answer> {
    return this.raw("GET", path);
  }

  /** A signed request with everything in the query. */
  signed(
    method: string,
    path: string,
    parameters: Readonly<Record<string, string | number>> = {},
    { as = user, headers = {}, timestamp = Math.floor(this.clock.epochMs()) }: CallOptions = {},
  ): Promise<Answer> {
    const texts = Object.entries(parameters).map(([name, value]) => [name, String(value)]);
    const query = [...texts, ["timestamp", String(timestamp)]]
      .map(([name, value]) => `${name}=${encodeURIComponent(value!)}`).join("&");
    const sent: Record<string, string> = { "X-MEXC-APIKEY": as.apiKey };
    for (const [name, value] of Object.entries(headers)) {
      if (value === undefined) delete sent[name];
      else sent[name] = value;
    }
    return this.raw(method, `${path}?${query}&signature=${sign(query, as.secretKey)}`, sent);
  }

  /** Places an order; a pause keeps the limit of 12 a second away. */
  async order(
    parameters: Readonly<Record<string, string | number>>,
    options: CallOptions = {},
  ): Promise<Answer> {
    this.run(100);
    return await this.signed("POST", "/api/v3/order", parameters, options);
  }

  /** What an order has become. */
  async query(orderId: unknown, symbol = "BTCUSDT", options: CallOptions = {}): Promise<Body> {
    return (await this.signed("GET", "/api/v3/order", { symbol, orderId: String(orderId) }, options)).body;
  }

  /** Free and locked amounts of a coin in units of 10^-18. */
  async balance(asset: string, options: CallOptions = {}): Promise<{ free: bigint; locked: bigint }> {
    this.run(600);
    const { body } = await this.signed("GET", "/api/v3/account", {}, options);
    const row = (body.balances as Body[]).find((balance) => balance.asset === asset);
    return row === undefined
      ? { free: 0n, locked: 0n }
      : { free: exact(row.free), locked: exact(row.locked) };
  }

  /** Levels as the public depth states them. */
  async depth(
    symbol = "BTCUSDT",
    limit = 100,
  ): Promise<{ bids: [string, string][]; asks: [string, string][] }> {
    const { body } = await this.get(`/api/v3/depth?symbol=${symbol}&limit=${limit}`);
    return body as unknown as { bids: [string, string][]; asks: [string, string][] };
  }

  /** A new listen key. */
  async listenKey(options: CallOptions = {}): Promise<string> {
    return (await this.signed("POST", "/api/v3/userDataStream", {}, options)).body.listenKey as string;
  }

  /** An open connection, private with a listen key. */
  open(listenKey?: string): MexcLine {
    const { ws } = this.simulator.localEndpoints.MEXC_SPOT;
    const line = new MexcLine(this, listenKey === undefined ? ws : `${ws}?listenKey=${listenKey}`);
    this.run(200);
    return line;
  }

  /** An open private connection that reads all private channels. */
  async openPrivate(options: CallOptions = {}): Promise<MexcLine> {
    const line = this.open(await this.listenKey(options));
    line.subscribe(...["account", "deals", "orders"].map((name) => `spot@private.${name}.v3.api.pb`));
    this.run(200);
    return line;
  }
}
