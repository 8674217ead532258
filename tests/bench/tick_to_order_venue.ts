/**
 * The other side of the bench from a frame to its order: books in the real wire formats, and a desk that takes orders.
 * @module
 */
import type { ExchangeKey } from "../../src/core/exchange.ts";
import { SystemClock } from "../../src/core/clock.ts";
import { SeededRandom } from "../../src/core/random.ts";
import { Latencies, noLatency } from "../../src/simulator/transport/latency.ts";
import {
  type ExchangeHost,
  type Frame,
  jsonReply,
  type Respond,
  type ServerRequest,
  type ServerSession,
  type ServerSocket,
  type UpgradeRequest,
} from "../../src/simulator/transport/server_port.ts";
import { SocketServer } from "../../src/simulator/transport/socket_server.ts";
import { encodeMexc } from "../support/mexc_protobuf.ts";
import {
  edgeLevel,
  edgeSize,
  epochOf,
  levelCount,
  levelSize,
  levelTicks,
  type MarketEndpoints,
  middleTicks,
  namesOf,
  venueKeys,
} from "./tick_to_order_market.ts";

/** Price and size as text. */
type LevelText = readonly [price: string, size: string];

/** Levels that an ordinary change sets on each side. */
const changedLevels = 3;
/** Contracts of one coin. */
const contractsOfCoin = 10;

function priceText(level: number): string {
  return ((middleTicks + level * levelTicks) / 1_000).toFixed(3);
}

/** A level so far above (asks) or under (bids) the middle; nothing at it when there are 0 coins. */
function levelText(exchange: ExchangeKey, level: number, coins: number): LevelText {
  return [priceText(level), String(exchange === "GATEIO_FUTURES" ? coins * contractsOfCoin : coins)];
}

function isSpotPath(path: string): boolean {
  return path.includes("/spot");
}

/** One market: its pairs on all venues. */
export class BenchMarket implements ExchangeHost {
  /** When the orders came in, epoch milliseconds, by client order id. */
  readonly arrivals = new Map<string, number>();
  readonly #random = new SeededRandom(1);
  readonly #versions: Record<ExchangeKey, number[]>;
  readonly #sockets: Record<ExchangeKey, (ServerSocket | undefined)[]>;
  readonly #server: SocketServer;
  #orders = 0;

  constructor(readonly pairs: number) {
    const perCoin = <Value>(value: Value): Record<ExchangeKey, Value[]> => ({
      MEXC_SPOT: Array.from({ length: pairs }, () => value),
      GATEIO_SPOT: Array.from({ length: pairs }, () => value),
      GATEIO_FUTURES: Array.from({ length: pairs }, () => value),
    });
    this.#versions = perCoin(1_000);
    this.#sockets = perCoin<ServerSocket | undefined>(undefined);
    const latency = new Latencies(new SeededRandom(1), noLatency);
    this.#server = SocketServer.start(this, { clock: new SystemClock(), latency });
  }

  /** Where it is reached. */
  get endpoints(): MarketEndpoints {
    const { authority } = this.#server;
    const gate = `http://${authority}/api/v4`;
    return {
      MEXC_SPOT: { rest: `http://${authority}`, ws: `ws://${authority}/mexc` },
      GATEIO_SPOT: { rest: gate, ws: `ws://${authority}/gate/spot` },
      GATEIO_FUTURES: { rest: gate, ws: `ws://${authority}/gate/futures` },
    };
  }

  /** Closes everything. */
  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** Sends an ordinary change of a book: a few new sizes on each side. */
  change(exchange: ExchangeKey, coin: number): void {
    const side = (sign: 1 | -1): LevelText[] =>
      Array.from({ length: changedLevels }, (_, index) => {
        const level = 1 + index * 8 + Math.floor(this.#random.uniform() * 8);
        return levelText(exchange, sign * level, levelSize + Math.floor(this.#random.uniform() * 5));
      });
    this.#send(exchange, coin, side(-1), side(1));
  }

  /** Opens an edge: somebody pays more on this venue than all others ask. */
  openEdge(exchange: ExchangeKey, coin: number): void {
    const gone = Array.from({ length: edgeLevel }, (_, index) => levelText(exchange, index + 1, 0));
    this.#send(exchange, coin, [levelText(exchange, edgeLevel, edgeSize)], gone);
  }

  /** Ends it. */
  closeEdge(exchange: ExchangeKey, coin: number): void {
    const back = Array.from({ length: edgeLevel }, (_, index) => levelText(exchange, index + 1, levelSize));
    this.#send(exchange, coin, [levelText(exchange, edgeLevel, 0)], back);
  }

  accept({ path }: UpgradeRequest, socket: ServerSocket): ServerSession {
    const exchange = path === "/mexc" ? "MEXC_SPOT" : isSpotPath(path) ? "GATEIO_SPOT" : "GATEIO_FUTURES";
    return {
      onText: (text) => this.#onMessage(exchange, socket, text),
      onBinary: () => {},
      onClose: () => {},
      close: (code, reason) => socket.close(code, reason),
    };
  }

  handle(request: ServerRequest, respond: Respond): void {
    const { method, path } = request;
    if (method === "POST" && path === "/api/v3/order") return this.#takeMexcOrder(request, respond);
    if (method === "POST" && path === "/api/v4/spot/orders") return this.#takeGateOrder(request, respond);
    if (path === "/api/v3/time") return respond(jsonReply(200, { serverTime: Date.now() }));
    if (path === "/api/v4/spot/time") return respond(jsonReply(200, { server_time: Date.now() }));
    if (path.endsWith("/depth") || path.endsWith("/order_book")) return respond(this.#snapshot(request));
    respond(jsonReply(404, { code: 404, msg: "none of this bench", label: "NOT_FOUND", message: path }));
  }

  #takeMexcOrder({ query, body }: ServerRequest, respond: Respond): void {
    const at = epochOf(performance.now());
    const fields = query.has("newClientOrderId") ? query : new URLSearchParams(body);
    this.arrivals.set(fields.get("newClientOrderId")!, at);
    const symbol = fields.get("symbol");
    respond(jsonReply(200, { symbol, orderId: `C02__${++this.#orders}`, transactTime: Date.now() }));
  }

  #takeGateOrder({ body }: ServerRequest, respond: Respond): void {
    const at = epochOf(performance.now());
    const order = JSON.parse(body) as {
      readonly text: string;
      readonly amount: string;
      readonly price: string;
    };
    this.arrivals.set(order.text.slice(2), at);
    const now = Date.now();
    respond(jsonReply(201, {
      ...order,
      id: String(++this.#orders),
      left: "0",
      filled_amount: order.amount,
      filled_total: String(Number(order.amount) * Number(order.price)),
      avg_deal_price: order.price,
      create_time_ms: now,
      update_time_ms: now,
      status: "closed",
      finish_as: "filled",
    }));
  }

  #snapshot({ path, query }: ServerRequest): ReturnType<typeof jsonReply> {
    const symbol = query.get("symbol") ?? query.get("currency_pair") ?? query.get("contract")!;
    const exchange = query.has("symbol") ? "MEXC_SPOT" : isSpotPath(path) ? "GATEIO_SPOT" : "GATEIO_FUTURES";
    const version = this.#versions[exchange][coinOf(symbol)]!;
    const side = (sign: 1 | -1): unknown[] =>
      Array.from({ length: levelCount }, (_, index) => {
        const [p, s] = levelText(exchange, sign * (index + 1), levelSize);
        return exchange === "GATEIO_FUTURES" ? { p, s: Number(s) } : [p, s];
      });
    const now = Date.now();
    const ids = { lastUpdateId: version, id: version, current: now, update: now };
    return jsonReply(200, { ...ids, bids: side(-1), asks: side(1) });
  }

  #onMessage(exchange: ExchangeKey, socket: ServerSocket, text: string): void {
    const message = JSON.parse(text) as {
      readonly method?: string;
      readonly params?: readonly string[];
      readonly channel?: string;
      readonly id?: number;
      readonly payload?: readonly string[];
    };
    const { method, params = [], channel = "", id = 0, payload = [] } = message;
    if (method === "PING") return socket.send('{"id":0,"code":0,"msg":"PONG"}');
    if (channel.endsWith(".ping")) {
      return socket.send(`{"channel":"${channel.replace("ping", "pong")}","event":"","result":null}`);
    }
    const symbol = exchange === "MEXC_SPOT" ? params[0]!.split("@").at(-1)! : payload[0]!;
    this.#sockets[exchange][coinOf(symbol)] = socket;
    socket.send(
      exchange === "MEXC_SPOT"
        ? JSON.stringify({ id, code: 0, msg: params[0] })
        : JSON.stringify({ id, channel, event: "subscribe", payload, result: { status: "success" } }),
    );
  }

  #send(exchange: ExchangeKey, coin: number, bids: readonly LevelText[], asks: readonly LevelText[]): void {
    const versions = this.#versions[exchange];
    const version = ++versions[coin]!;
    this.#sockets[exchange][coin]?.send(
      exchange === "MEXC_SPOT"
        ? mexcFrame(coin, version, bids, asks)
        : gateFrame(exchange, coin, version, bids, asks),
    );
  }
}

function coinOf(symbol: string): number {
  return parseInt(symbol.slice("COIN".length));
}

function mexcFrame(
  coin: number,
  version: number,
  bids: readonly LevelText[],
  asks: readonly LevelText[],
): Frame {
  const { exchangeSymbol } = namesOf("MEXC_SPOT", coin);
  const levels = (side: readonly LevelText[]): unknown =>
    side.map(([price, quantity]) => ({ price, quantity }));
  const eventType = "spot@public.aggre.depth.v3.api.pb@10ms";
  return encodeMexc({
    channel: `${eventType}@${exchangeSymbol}`,
    symbol: exchangeSymbol,
    sendTime: Date.now(),
    publicAggreDepths: {
      eventType,
      bids: levels(bids),
      asks: levels(asks),
      fromVersion: String(version),
      toVersion: String(version),
    },
  });
}

function gateFrame(
  exchange: ExchangeKey,
  coin: number,
  version: number,
  bids: readonly LevelText[],
  asks: readonly LevelText[],
): Frame {
  const isSpot = exchange === "GATEIO_SPOT";
  const now = Date.now();
  const levels = (side: readonly LevelText[]): unknown =>
    isSpot ? side : side.map(([p, s]) => ({ p, s: Number(s) }));
  const { exchangeSymbol: s } = namesOf(exchange, coin);
  return JSON.stringify({
    time: Math.floor(now / 1_000),
    time_ms: now,
    channel: `${isSpot ? "spot" : "futures"}.order_book_update`,
    event: "update",
    result: {
      t: now,
      ...(isSpot ? { e: "depthUpdate", E: Math.floor(now / 1_000) } : {}),
      s,
      U: version,
      u: version,
      b: levels(bids),
      a: levels(asks),
    },
  });
}

/** Frames of one beat of a market: changes of its books in turn, and now and then an edge for as long as a beat. */
export class FramePace {
  readonly #venues = venueKeys.length;
  #next = 0;
  #edges = 0;
  #open: { readonly exchange: ExchangeKey; readonly coin: number } | undefined;

  constructor(private readonly market: BenchMarket) {}

  /** Edges that were opened. */
  get edges(): number {
    return this.#edges;
  }

  /** Sends so many changes, an edge among them if it is time for one. Returns the frames. */
  beat(changes: number, withEdge: boolean): number {
    let frames = this.#close();
    const middle = withEdge ? changes >> 1 : -1;
    for (let i = 0; i < changes; i++) {
      if (i === middle) {
        this.#openNext();
        frames += 1;
      }
      const index = this.#next++ % (this.market.pairs * this.#venues);
      const exchange = venueKeys[index % this.#venues]!, coin = Math.floor(index / this.#venues);
      if (exchange === this.#open?.exchange && coin === this.#open.coin) continue;
      this.market.change(exchange, coin);
      frames += 1;
    }
    return frames;
  }

  /** Ends an edge that is open. */
  end(): number {
    return this.#close();
  }

  /** In turn on both spot venues and through all coins, so that nothing piles up anywhere. */
  #openNext(): void {
    const exchange = this.#edges % 2 === 0 ? "GATEIO_SPOT" : "MEXC_SPOT";
    const coin = Math.floor(this.#edges / 2) * 7 % this.market.pairs;
    this.#edges += 1;
    this.#open = { exchange, coin };
    this.market.openEdge(exchange, coin);
  }

  #close(): number {
    if (this.#open === undefined) return 0;
    this.market.closeEdge(this.#open.exchange, this.#open.coin);
    this.#open = undefined;
    return 1;
  }
}
