/**
 * Somebody else who reads a venue's public trades, with protobufjs and `JSON.parse`.
 * @module
 */
import type { ExchangeKey } from "../../src/core/exchange.ts";
import { decodeMexc } from "./mexc_protobuf.ts";

/** A trade in plain values. */
export interface PlainTrade {
  readonly symbol: string;
  readonly price: number;
  /** In the venue's order unit. */
  readonly quantity: number;
  readonly side: "buy" | "sell";
  /** Epoch milliseconds, with fractions where the venue tells them. */
  readonly time: number;
}

type Row = Readonly<Record<string, string | number | boolean | null>>;

/** A socket of its own on which trades are read. */
export class PublicWitness {
  readonly trades: PlainTrade[] = [];

  private constructor(private readonly socket: WebSocket) {}

  /** Subscribes to the trades of these symbols; returns when the venue has accepted all. */
  static async open(exchange: ExchangeKey, url: string, symbols: readonly string[]): Promise<PublicWitness> {
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    const witness = new PublicWitness(socket);
    let accepted = 0;
    await new Promise<void>((resolve, reject) => {
      socket.onerror = (): void => reject(new Error(`No connection to ${url}`));
      socket.onopen = (): void =>
        symbols.forEach((symbol, id) => socket.send(subscription(exchange, symbol, id + 1)));
      socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>): void => {
        const reading = typeof data === "string"
          ? readText(exchange, data)
          : readBinary(new Uint8Array(data));
        if (reading === "accepted") accepted += 1;
        else witness.trades.push(...reading);
        if (accepted === symbols.length) resolve();
      };
    });
    return witness;
  }

  /** Ends it. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.socket.onclose = resolve);
    this.socket.close();
    await closed;
  }
}

/** The last 1,000 trades of a symbol by request. */
export async function tradesByRequest(
  exchange: ExchangeKey,
  base: string,
  symbol: string,
): Promise<PlainTrade[]> {
  const path = {
    MEXC_SPOT: `/api/v3/trades?limit=1000&symbol=${symbol}`,
    GATEIO_SPOT: `/spot/trades?limit=1000&currency_pair=${symbol}`,
    GATEIO_FUTURES: `/futures/usdt/trades?limit=1000&contract=${symbol}`,
  }[exchange];
  const rows = await (await fetch(base + path)).json() as Row[];
  return rows.map((row): PlainTrade => {
    if (exchange === "MEXC_SPOT") {
      return {
        symbol,
        price: Number(row.price),
        quantity: Number(row.qty),
        side: row.isBuyerMaker === true ? "sell" : "buy",
        time: Number(row.time),
      };
    }
    // The times of contracts are in seconds here.
    const scale = exchange === "GATEIO_FUTURES" ? 1000 : 1;
    return gateTrade(row, Math.round(Number(row.create_time_ms) * scale * 1000) / 1000);
  });
}

function subscription(exchange: ExchangeKey, symbol: string, id: number): string {
  if (exchange === "MEXC_SPOT") {
    return JSON.stringify({
      method: "SUBSCRIPTION",
      params: [`spot@public.aggre.deals.v3.api.pb@100ms@${symbol}`],
      id,
    });
  }
  const channel = exchange === "GATEIO_SPOT" ? "spot.trades" : "futures.trades";
  return JSON.stringify({
    time: Math.floor(Date.now() / 1000),
    id,
    channel,
    event: "subscribe",
    payload: [symbol],
  });
}

function readText(exchange: ExchangeKey, text: string): PlainTrade[] | "accepted" {
  const frame = JSON.parse(text);
  if (exchange === "MEXC_SPOT" || frame.event === "subscribe") return "accepted";
  const rows: Row[] = Array.isArray(frame.result) ? frame.result : [frame.result];
  return rows.map((row) => gateTrade(row, Number(row.create_time_ms)));
}

function readBinary(bytes: Uint8Array): PlainTrade[] {
  const { symbol, publicAggreDeals } = decodeMexc(bytes) as {
    symbol: string;
    publicAggreDeals?: { deals?: Row[] };
  };
  return (publicAggreDeals?.deals ?? []).map((row) => ({
    symbol,
    price: Number(row.price),
    quantity: Number(row.quantity),
    side: row.tradeType === 1 ? "buy" : "sell",
    time: Number(row.time),
  }));
}

function gateTrade(row: Row, time: number): PlainTrade {
  const size = Number(row.amount ?? row.size);
  return {
    symbol: String(row.currency_pair ?? row.contract),
    price: Number(row.price),
    quantity: Math.abs(size),
    side: row.side === "sell" || size < 0 ? "sell" : "buy",
    time,
  };
}
