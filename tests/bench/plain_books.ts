/**
 * Books as one would keep them without this project: the runtime's `WebSocket` and `fetch`, protobufjs and
 * `JSON.parse`, and a `Map` for each side. It asks for snapshots as fast as the composites do.
 * @module
 */
import protobuf from "protobufjs";
import { protoFiles } from "../../proto/mod.ts";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import type { VenueEndpoints } from "../../src/simulator/mod.ts";
import { type Level, NaiveBook } from "../support/naive_book.ts";

/** A change as the venues tell it. */
interface Change {
  readonly firstId: number;
  readonly lastId: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

interface Entry {
  readonly book: NaiveBook;
  waiting: Change[];
  usable: boolean;
}

interface WireLevel {
  readonly price: string;
  readonly quantity: string;
}

const root = new protobuf.Root();
for (const text of Object.values(protoFiles)) protobuf.parse(text, root, { keepCase: true });
const wrapper = root.lookupType("PushDataV3ApiWrapper");
const symbolsPerConnection: Readonly<Record<ExchangeKey, number>> = {
  MEXC_SPOT: 15,
  GATEIO_SPOT: 100,
  GATEIO_FUTURES: 100,
};

/** The books of one venue. */
export class PlainBooks {
  readonly #entries = new Map<string, Entry>();
  readonly #sockets: WebSocket[] = [];
  #stopped = false;
  frames = 0;
  /** Receipt of the last frame, on `performance.now()`. */
  receivedAt = 0;

  /**
   * @param spacingMs Time between two snapshots.
   * @param onBook Told of every change of a book that may be used.
   */
  constructor(
    private readonly exchange: ExchangeKey,
    private readonly endpoints: VenueEndpoints,
    private readonly spacingMs: number,
    private readonly onBook?: (symbol: string, book: NaiveBook) => void,
  ) {}

  /** Books that may be used. */
  get usable(): number {
    return [...this.#entries.values()].filter(({ usable }) => usable).length;
  }

  /** Connects, subscribes to best prices and books, and asks for snapshots. */
  async start(symbols: readonly string[]): Promise<void> {
    for (const symbol of symbols) {
      this.#entries.set(symbol, { book: new NaiveBook(), waiting: [], usable: false });
    }
    const perConnection = symbolsPerConnection[this.exchange];
    for (let first = 0; first < symbols.length; first += perConnection) {
      await this.#connect(symbols.slice(first, first + perConnection));
    }
    await Promise.all(symbols.map(async (symbol, index) => {
      await new Promise((resolve) => setTimeout(resolve, index * this.spacingMs));
      while (!this.#stopped && !await this.#synchronise(symbol));
    }));
  }

  stop(): void {
    this.#stopped = true;
    for (const socket of this.#sockets) socket.close();
  }

  #connect(symbols: readonly string[]): Promise<void> {
    const socket = new WebSocket(this.endpoints.ws);
    this.#sockets.push(socket);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>): void => {
      this.frames += 1;
      this.receivedAt = performance.now();
      if (typeof data === "string") this.#onJson(JSON.parse(data));
      else this.#onProtobuf(new Uint8Array(data));
    };
    return new Promise((resolve) => {
      socket.onopen = (): void => {
        for (const symbol of symbols) for (const message of this.#requests(symbol)) socket.send(message);
        resolve();
      };
    });
  }

  #requests(symbol: string): string[] {
    if (this.exchange === "MEXC_SPOT") {
      return ["bookTicker", "depth"].map((kind) =>
        JSON.stringify({
          method: "SUBSCRIPTION",
          params: [`spot@public.aggre.${kind}.v3.api.pb@100ms@${symbol}`],
        })
      );
    }
    const isSpot = this.exchange === "GATEIO_SPOT";
    const request = (channel: string, payload: readonly string[]): string =>
      JSON.stringify({
        time: Math.floor(Date.now() / 1000),
        channel: `${isSpot ? "spot" : "futures"}.${channel}`,
        event: "subscribe",
        payload,
      });
    return [
      request("book_ticker", [symbol]),
      request("order_book_update", isSpot ? [symbol, "100ms"] : [symbol, "100ms", "100"]),
    ];
  }

  #onProtobuf(bytes: Uint8Array): void {
    const message = wrapper.decode(bytes) as unknown as {
      readonly symbol: string;
      readonly publicAggreDepths?: {
        readonly fromVersion: string;
        readonly toVersion: string;
        readonly bids: readonly WireLevel[];
        readonly asks: readonly WireLevel[];
      };
    };
    const depth = message.publicAggreDepths;
    if (depth === undefined || depth === null) return;
    const levels = (rows: readonly WireLevel[]): Level[] =>
      rows.map(({ price, quantity }) => [Number(price), Number(quantity)]);
    this.#onChange(message.symbol, {
      firstId: Number(depth.fromVersion),
      lastId: Number(depth.toVersion),
      bids: levels(depth.bids),
      asks: levels(depth.asks),
    });
  }

  #onJson(message: GateMessage): void {
    if (message.event !== "update" || !message.channel?.endsWith("order_book_update")) return;
    const { s, U, u, b, a } = message.result;
    this.#onChange(s, { firstId: U, lastId: u, bids: gateLevels(b), asks: gateLevels(a) });
  }

  #onChange(symbol: string, change: Change): void {
    const entry = this.#entries.get(symbol);
    if (entry === undefined) return;
    if (!entry.usable) entry.waiting.push(change);
    else if (change.lastId > entry.book.version) {
      entry.book.change(change.lastId, change);
      this.onBook?.(symbol, entry.book);
    }
  }

  /** Joins a snapshot with the changes that wait; returns whether they fit together. */
  async #synchronise(symbol: string): Promise<boolean> {
    const entry = this.#entries.get(symbol)!;
    const { version, bids, asks } = await this.#snapshot(symbol);
    const following = entry.waiting.filter(({ lastId }) => lastId > version);
    if (following.length > 0 && following[0]!.firstId > version + 1) return false;
    entry.book.change(version, { bids, asks });
    for (const change of following) entry.book.change(change.lastId, change);
    entry.waiting = [];
    entry.usable = true;
    return true;
  }

  async #snapshot(symbol: string): Promise<{ version: number; bids: Level[]; asks: Level[] }> {
    const { rest } = this.endpoints;
    const isMexc = this.exchange === "MEXC_SPOT";
    const path = isMexc
      ? `/api/v3/depth?symbol=${symbol}&limit=1000`
      : this.exchange === "GATEIO_SPOT"
      ? `/spot/order_book?currency_pair=${symbol}&limit=100&with_id=true`
      : `/futures/usdt/order_book?contract=${symbol}&limit=100&with_id=true`;
    const body = await (await fetch(rest + path)).json();
    return {
      version: isMexc ? body.lastUpdateId : body.id,
      bids: gateLevels(body.bids),
      asks: gateLevels(body.asks),
    };
  }
}

type GateLevel = readonly [string, string] | { readonly p: string; readonly s: number | string };

interface GateMessage {
  readonly event?: string;
  readonly channel?: string;
  readonly result: {
    readonly s: string;
    readonly U: number;
    readonly u: number;
    readonly b: readonly GateLevel[];
    readonly a: readonly GateLevel[];
  };
}

function gateLevels(rows: readonly GateLevel[]): Level[] {
  return rows.map((row) => "p" in row ? [Number(row.p), Number(row.s)] : [Number(row[0]), Number(row[1])]);
}
