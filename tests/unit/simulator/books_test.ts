import { assert, assertEquals } from "@std/assert";
import type { ExchangeKey } from "../../../src/core/exchange.ts";
import {
  Box,
  type Change,
  futuresChange,
  futuresPairs,
  type FuturesUpdate,
  type Line,
  mexcChange,
  NaiveBook,
  spotChange,
  type SpotUpdate,
} from "./box.ts";

/** How a book is followed on one venue. */
interface Way {
  name: string;
  exchange: ExchangeKey;
  symbol: string;
  depth: number;
  subscribe(line: Line): void;
  snapshotPath: string;
  snapshot(body: never): NaiveBook;
  changes(line: Line): Change[];
}

interface SpotBody {
  id: number;
  bids: [string, string][];
  asks: [string, string][];
}

interface FuturesBody {
  id: number;
  bids: { p: string; s: number }[];
  asks: { p: string; s: number }[];
}

function mexcWay(symbol: string, interval: string): Way {
  const channel = `spot@public.aggre.depth.v3.api.pb@${interval}@${symbol}`;
  return {
    name: channel,
    exchange: "MEXC_SPOT",
    symbol,
    depth: Infinity,
    subscribe: (line) => line.mexc(channel),
    snapshotPath: `/api/v3/depth?symbol=${symbol}&limit=1000`,
    snapshot: (body: { lastUpdateId: number } & SpotBody) =>
      new NaiveBook(body.lastUpdateId, body.bids, body.asks),
    changes: (line) => line.decoded.map(mexcChange),
  } as Way;
}

function spotWay(symbol: string, interval: string, depth: number): Way {
  return {
    name: `spot.order_book_update ${symbol} ${interval}`,
    exchange: "GATEIO_SPOT",
    symbol,
    depth,
    subscribe: (line) => line.gate("spot.order_book_update", "subscribe", [symbol, interval]),
    snapshotPath: `/spot/order_book?currency_pair=${symbol}&limit=${depth}&with_id=true`,
    snapshot: (body: SpotBody) => new NaiveBook(body.id, body.bids, body.asks),
    changes: (line) =>
      line.pushes<SpotUpdate>("spot.order_book_update").map(({ result }) => spotChange(result)),
  } as Way;
}

function futuresWay(symbol: string, interval: string, depth: number): Way {
  return {
    name: `futures.order_book_update ${symbol} ${interval} ${depth}`,
    exchange: "GATEIO_FUTURES",
    symbol,
    depth,
    subscribe: (line) =>
      line.gate("futures.order_book_update", "subscribe", [symbol, interval, String(depth)]),
    snapshotPath: `/futures/usdt/order_book?contract=${symbol}&limit=${depth}&with_id=true`,
    snapshot: (body: FuturesBody) => new NaiveBook(body.id, futuresPairs(body.bids), futuresPairs(body.asks)),
    changes: (line) =>
      line.pushes<FuturesUpdate>("futures.order_book_update").map(({ result }) => futuresChange(result)),
  } as Way;
}

const ways: Way[] = [
  mexcWay("BTCUSDT", "10ms"),
  mexcWay("LUNCUSDT", "100ms"),
  spotWay("BTC_USDT", "20ms", 20),
  spotWay("LUNC_USDT", "100ms", 100),
  futuresWay("PEPE_USDT", "20ms", 20),
  futuresWay("ETH_USDT", "100ms", 50),
  futuresWay("LUNC_USDT", "100ms", 100),
];

for (const way of ways) {
  Deno.test(`A snapshot merged with every frame is the venue's own book: ${way.name}`, async () => {
    // Few seconds between bursts, so that the windows move far.
    const box = new Box({ model: { bursts: { meanGapMs: 3000, minMs: 500, maxMs: 1500 } } });
    const line = box.open(way.exchange);
    way.subscribe(line);
    box.run(2000);
    const book = way.snapshot((await box.get(way.exchange, way.snapshotPath)).body as never);
    const seen = { holes: 0, applied: 0, last: 0 };
    let compared = 0;
    for (let round = 0; round < 300; round++) {
      box.run(97);
      const changes = way.changes(line);
      for (const change of changes.slice(seen.applied)) {
        if (seen.last !== 0) assertEquals(change.first, seen.last + 1, "ids follow each other");
        seen.last = change.last;
        book.apply(change);
      }
      seen.applied = changes.length;
      const truth = box.simulator.truth.book(way.exchange, way.symbol)!;
      if (truth.version !== book.id) continue;
      compared += 1;
      // All of the client's levels, not only the best: nothing stays behind the window.
      assertEquals(book.levels().bids, truth.bids.slice(0, way.depth) as [number, number][]);
      assertEquals(book.levels().asks, truth.asks.slice(0, way.depth) as [number, number][]);
    }
    assert(compared > 3, `compared at ${compared} moments`);
    assert(seen.applied > 100);
    await box.simulator.stop();
  });
}

Deno.test("Books are never crossed, versions only grow and sizes are positive", async () => {
  const box = new Box({ model: { bursts: { meanGapMs: 2000 } } });
  const symbols: [ExchangeKey, string][] = [];
  for (const base of ["BTC", "LUNC", "PEPE", "SOL"]) {
    symbols.push(["MEXC_SPOT", `${base}USDT`], ["GATEIO_SPOT", `${base}_USDT`], [
      "GATEIO_FUTURES",
      `${base}_USDT`,
    ]);
  }
  box.simulator.start();
  const versions = new Map<string, number>();
  for (let round = 0; round < 200; round++) {
    box.run(53);
    for (const [exchange, symbol] of symbols) {
      const { version, bids, asks } = box.simulator.truth.book(exchange, symbol)!;
      assert(bids.length >= 60 && asks.length >= 60, `${exchange} ${symbol} has depth`);
      assert(bids[0]![0] < asks[0]![0], `${exchange} ${symbol} is not crossed`);
      assert([...bids, ...asks].every(([price, size]) => price > 0 && size > 0));
      assert(version >= (versions.get(exchange + symbol) ?? 0));
      versions.set(exchange + symbol, version);
    }
  }
  await box.simulator.stop();
});

Deno.test("A best quote is the top of the book at its version, on every venue", async () => {
  const box = new Box();
  const mexc = box.open("MEXC_SPOT");
  const spot = box.open("GATEIO_SPOT");
  const futures = box.open("GATEIO_FUTURES");
  mexc.mexc("spot@public.aggre.bookTicker.v3.api.pb@10ms@LUNCUSDT");
  spot.gate("spot.book_ticker", "subscribe", ["LUNC_USDT"]);
  futures.gate("futures.book_ticker", "subscribe", ["LUNC_USDT"]);
  let compared = 0;
  for (let round = 0; round < 2000; round++) {
    box.run(11);
    const pushed = mexc.frames.length > 0 ? mexc.decoded.at(-1)!.publicAggreBookTicker! : undefined;
    const truth = box.simulator.truth.book("MEXC_SPOT", "LUNCUSDT")!;
    if (pushed === undefined || Number(pushed.version) !== truth.version) continue;
    compared += 1;
    assertEquals([Number(pushed.bidPrice), Number(pushed.bidQuantity)], [...truth.bids[0]!]);
    assertEquals([Number(pushed.askPrice), Number(pushed.askQuantity)], [...truth.asks[0]!]);
  }
  assert(compared > 20, `compared ${compared}`);
  const truth = box.simulator.truth.book("GATEIO_FUTURES", "LUNC_USDT")!;
  const last = futures.pushes<{ u: number; b: string; B: number }>("futures.book_ticker").at(-1)!.result;
  assert(last.u <= truth.version && Number.isInteger(last.B) && /^0\.0000\d+$/.test(last.b));
  assertEquals(typeof spot.pushes<{ B: string }>("spot.book_ticker").at(-1)!.result.B, "string");
  await box.simulator.stop();
});

Deno.test("A skipped update leaves exactly one hole and the truth goes on", async () => {
  const box = new Box();
  const line = box.open("GATEIO_SPOT");
  line.gate("spot.order_book_update", "subscribe", ["BTC_USDT", "100ms"]);
  box.run(1000);
  box.simulator.faults.skipNextUpdate("GATEIO_SPOT", "BTC_USDT");
  box.run(1000);
  const changes = line.pushes<SpotUpdate>("spot.order_book_update").map(({ result }) => result);
  const holes = changes.filter((change, index) => index > 0 && change.U !== changes[index - 1]!.u + 1);
  assertEquals(holes.length, 1);
  await box.simulator.stop();
});
