/**
 * ccxt, a client library that knows the exchanges but not this project, pointed at the simulator by base URL.
 * Here is its typed boundary.
 * @module
 */
import { assert } from "@std/assert";
// @ts-types="./ccxt_library.d.ts"
import * as ccxt from "ccxt";
import { SystemClock } from "../../src/core/clock.ts";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import {
  MarketModel,
  type MarketModelOptions,
  Simulator,
  type SimulatorEndpoints,
} from "../../src/simulator/mod.ts";
import type { Candle, Exchange, Trade } from "./ccxt_library.d.ts";

export type { Balances, Candle, Exchange, Order, OrderBook, Position, Trade } from "./ccxt_library.d.ts";

/** The errors that answers of the venues become. */
export const {
  AuthenticationError,
  BadRequest,
  BadSymbol,
  ExchangeError,
  InsufficientFunds,
  InvalidNonce,
  InvalidOrder,
  OrderImmediatelyFillable,
  OrderNotFound,
} = ccxt;

/** A user of a venue with the key of its account. */
export interface ClientAccount {
  readonly family: "mexc" | "gateio";
  readonly uid: string;
  readonly apiKey: string;
  readonly secretKey: string;
  /** First balances by market: coin to decimal text. */
  readonly deposits: Readonly<Partial<Record<ExchangeKey, Readonly<Record<string, string>>>>>;
}

/** A user of MEXC. */
export const mexcUser: ClientAccount = {
  family: "mexc",
  uid: "209302839",
  apiKey: "mx0vglccxtuser0001",
  secretKey: "6f2d1a0b9c8e7f6a5b4c3d2e1f0a9b8c",
  deposits: { MEXC_SPOT: { USDT: "100000", BTC: "1", ETH: "10" } },
};

/** A user of Gate.io with money on both markets. */
export const gateUser: ClientAccount = {
  family: "gateio",
  uid: "110284739",
  apiKey: "c1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6",
  secretKey: "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
  deposits: {
    GATEIO_SPOT: { USDT: "100000", BTC: "1", ETH: "10" },
    GATEIO_FUTURES: { USDT: "100000" },
  },
};

/** What {@link ClientSite.open} takes. */
export interface ClientSiteOptions {
  /** The market; default a still one. */
  readonly market?: MarketModelOptions;
  /** Users of the venues. */
  readonly accounts?: readonly ClientAccount[];
}

/** The one place that knows how the simulator is told about its users. */
function createSimulator({ market, accounts = [] }: ClientSiteOptions): Simulator {
  const source = new MarketModel({ eventsPerSecond: 0, ...market });
  const options = { clock: new SystemClock(), seed: 7, source, accounts };
  return Simulator.create(options);
}

/** Settings of every client: as fast as possible, and no books or keys that refresh long after the test. */
const commonSettings = { enableRateLimit: false, newUpdates: true };

/** A simulator on real sockets and the ccxt clients that are pointed at it. */
export class ClientSite {
  readonly simulator: Simulator;
  readonly #endpoints: SimulatorEndpoints;
  readonly #clients: Exchange[] = [];
  readonly #acknowledged = new Map<Exchange, number>();

  private constructor(simulator: Simulator, endpoints: SimulatorEndpoints) {
    this.simulator = simulator;
    this.#endpoints = endpoints;
  }

  /** Opens the ports. */
  static async open(options: ClientSiteOptions = {}): Promise<ClientSite> {
    const simulator = createSimulator(options);
    return new ClientSite(simulator, await simulator.listen());
  }

  /** A client of MEXC spot, with the keys of an account or without. */
  mexc(account?: ClientAccount, settings: Readonly<Record<string, unknown>> = {}): Exchange {
    const { rest, ws } = this.#endpoints.MEXC_SPOT;
    const client = this.#client(ccxt.pro.mexc, account, settings);
    client.urls.api = {
      spot: { public: rest, private: rest },
      contract: { public: `${rest}/api/v1/contract`, private: `${rest}/api/v1/private` },
      ws: { spot: ws },
    };
    return client;
  }

  /** A client of Gate.io spot and futures; `type` is the market of calls that name no symbol. */
  gate(
    type: "spot" | "swap",
    account?: ClientAccount,
    settings: Readonly<Record<string, unknown>> = {},
  ): Exchange {
    const { rest, ws } = this.#endpoints.GATEIO_SPOT;
    const client = this.#client(ccxt.pro.gate, account, { options: { defaultType: type }, ...settings });
    const base = (names: readonly string[]): unknown => Object.fromEntries(names.map((name) => [name, rest]));
    client.urls.api = {
      public: base(["wallet", "futures", "margin", "delivery", "spot", "options", "earn"]),
      private: base(["wallet", "futures", "margin", "delivery", "spot", "options", "unified", "account"]),
      spot: ws,
      // ccxt takes a socket for one of futures when its address contains "fx", as that of the real host does.
      swap: { usdt: `${this.#endpoints.GATEIO_FUTURES.ws}?fx` },
    };
    return client;
  }

  /** Waits until the venue has acknowledged so many subscriptions of a client, all its life counted. */
  async acknowledged(client: Exchange, count: number): Promise<void> {
    await until(() => (this.#acknowledged.get(client) ?? 0) >= count, `${count} subscriptions`);
  }

  /** Closes the clients, then the venues. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.simulator.stop();
  }

  #client(
    library: typeof Exchange,
    account: ClientAccount | undefined,
    settings: Readonly<Record<string, unknown>>,
  ): Exchange {
    const keys = account && { apiKey: account.apiKey, secret: account.secretKey, uid: account.uid };
    const client = new library({ ...commonSettings, ...keys, ...settings });
    const handle = client.handleMessage.bind(client);
    client.handleMessage = (socket, message): void => {
      if (isAcknowledgement(message)) {
        this.#acknowledged.set(client, (this.#acknowledged.get(client) ?? 0) + 1);
      }
      handle(socket, message);
    };
    this.#clients.push(client);
    return client;
  }
}

/** On MEXC `msg` repeats the channel, on Gate.io `event` says "subscribe". */
function isAcknowledgement(message: unknown): boolean {
  if (typeof message !== "object" || message === null) return false;
  const { msg, event } = message as { msg?: unknown; event?: unknown };
  return event === "subscribe" || (typeof msg === "string" && msg.startsWith("spot@"));
}

/** Everything that one `watch` method delivers until the client is closed. */
export class Watched<Item extends object> {
  /** Copies, because ccxt goes on changing what it has delivered. */
  readonly items: Item[] = [];
  #failure: unknown;

  /** @param next Waits for what comes next: one thing or several. */
  constructor(next: () => Promise<Item | readonly Item[]>) {
    this.#follow(next);
  }

  /** Waits until some item answers to the test, and returns it. */
  async find(test: (item: Item) => boolean, what: string): Promise<Item> {
    let found: Item | undefined;
    await until(() => {
      if (this.#failure !== undefined) throw this.#failure;
      found = this.items.find(test);
      return found !== undefined;
    }, () => `${what} among ${JSON.stringify(this.items.slice(-5))}`);
    return found!;
  }

  async #follow(next: () => Promise<Item | readonly Item[]>): Promise<void> {
    try {
      for (;;) {
        const got = await next();
        for (const item of Array.isArray(got) ? got : [got]) this.items.push(copyOf(item));
      }
    } catch (error) {
      if (!(error instanceof Error && error.constructor.name === "ExchangeClosedByUser")) {
        this.#failure = error;
      }
    }
  }
}

function copyOf<Item extends object>(item: Item): Item {
  return Object.assign(Array.isArray(item) ? [] : {}, item) as Item;
}

/** The first levels of a side as a plain array: ccxt keeps them in a class of its own. */
export function top(
  levels: readonly (readonly [price: number, amount: number])[],
  count: number,
): (readonly [price: number, amount: number])[] {
  return [...levels].slice(0, count);
}

/** Holds that some candle of one minute contains a trade. */
export function assertInsideCandle(candles: readonly Candle[], { timestamp, price, amount }: Trade): void {
  const minute = Math.floor(timestamp / 60_000) * 60_000;
  const candle = candles.find(([time]) => time === minute);
  assert(candle !== undefined, `no candle of ${minute} among ${JSON.stringify(candles)}`);
  const [, , high, low, , volume] = candle!;
  assert(low <= price && price <= high && amount <= volume, `${price} is not in ${JSON.stringify(candle)}`);
}

/** Waits until `done` holds, for ten seconds at most. */
export async function until(done: () => boolean, what: string | (() => string)): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!done()) {
    assert(
      performance.now() < deadline,
      `waited ten seconds for ${typeof what === "string" ? what : what()}`,
    );
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
