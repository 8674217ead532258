import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { ConfigError, NetworkError } from "../../../src/core/errors.ts";
import type { ExchangeKey } from "../../../src/core/exchange.ts";
import type { Instrument } from "../../../src/core/instrument.ts";
import { SeededRandom } from "../../../src/core/random.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import {
  getCompositeImplementation,
  getRestImplementation,
  getWsImplementation,
  type StreamConfig,
} from "../../../src/exchanges/factory.ts";
import { CompositePublicFuturesExchange } from "../../../src/exchanges/interfaces/composite_public_futures_exchange.ts";
import { CompositePublicSpotExchange } from "../../../src/exchanges/interfaces/composite_public_spot_exchange.ts";
import type { BookStream, PublicStream } from "../../../src/exchanges/interfaces/public_dialect.ts";
import { FrameTrace } from "../../../src/telemetry/frame_trace.ts";
import { advance, FakeNetwork, type FakeSocket, settle } from "../../support/fake_network.ts";
import { testInstruments } from "../../support/instruments.ts";
import { MemoryLogger } from "../../support/memory_logger.ts";
import { encodeMexc } from "../../support/mexc_protobuf.ts";

const start = 1_786_540_560_000;
const table = testInstruments(["BTC", "HYPE"]);

/** A venue's parts on a network that the test plays. */
class Bench<Exchange extends ExchangeKey> {
  readonly clock = new SimulatedClock(start);
  readonly network = new FakeNetwork();
  readonly logger = new MemoryLogger();
  readonly told: string[] = [];
  readonly config: StreamConfig<Exchange>;

  constructor(exchange: Exchange, bookStream: BookStream = "update") {
    this.config = {
      exchange,
      bookStream,
      endpoints: { rest: "http://venue", ws: "ws://venue/ws" },
      speed: "normal",
      network: this.network,
      clock: this.clock,
      random: new SeededRandom(1),
      logger: this.logger,
      trace: new FrameTrace(),
      instruments: table.ofExchange(exchange),
    };
  }

  get bitcoin(): Instrument {
    return this.config.instruments[0]!;
  }

  /** Opens a socket and accepts its subscriptions. */
  accept(socket: FakeSocket = this.network.socket): void {
    const from = socket.sent.length;
    socket.handlers.onOpen();
    for (const text of socket.sent.slice(from)) this.answer(text, socket);
  }

  answer(text: string, socket: FakeSocket = this.network.socket): void {
    const { id, channel, event, params } = JSON.parse(text);
    const reply = channel === undefined
      ? { id, code: 0, msg: params[0] }
      : { id, channel, event, result: { status: "success" } };
    socket.handlers.onText(JSON.stringify(reply));
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 50) {
      advance(this.clock, 50);
      await settle();
    }
  }

  /** Lets time pass during which the venue answers heartbeats only. */
  passQuietly(ms: number): void {
    for (let passed = 0; passed < ms; passed += 20_000) {
      advance(this.clock, 20_000);
      for (const socket of this.network.sockets) {
        if (socket.closedWith === undefined) socket.handlers.onText(`{"id":0,"code":0,"msg":"PONG"}`);
      }
    }
  }
}

/** What is asked for with these streams of the first instrument. */
function asked(
  exchange: ExchangeKey,
  streams: readonly PublicStream[],
  books: BookStream = "update",
): unknown[] {
  const bench = new Bench(exchange, books);
  const ws = getWsImplementation(bench.config, { private: false });
  ws.start([bench.bitcoin], () => streams);
  bench.network.socket.handlers.onOpen();
  const requests = bench.network.socket.sent.map((text) => JSON.parse(text));
  ws.stop();
  return requests.map(({ params, channel, payload }) => params?.[0] ?? [channel, ...payload]);
}

Deno.test("Each stream has its channel on each venue", () => {
  assertEquals(asked("MEXC_SPOT", ["trades", "ticker", "kline:1m", "kline:8h", "kline:1M"]), [
    "spot@public.aggre.deals.v3.api.pb@100ms@BTCUSDT",
    "spot@public.miniTicker.v3.api.pb@BTCUSDT@24H",
    "spot@public.kline.v3.api.pb@BTCUSDT@Min1",
    "spot@public.kline.v3.api.pb@BTCUSDT@Hour8",
    "spot@public.kline.v3.api.pb@BTCUSDT@Month1",
  ]);
  assertEquals(asked("GATEIO_SPOT", ["trades", "ticker", "kline:1w", "kline:1M", "depth"], "obu"), [
    ["spot.trades", "BTC_USDT"],
    ["spot.tickers", "BTC_USDT"],
    ["spot.candlesticks", "7d", "BTC_USDT"],
    ["spot.candlesticks", "30d", "BTC_USDT"],
    ["spot.obu", "ob.BTC_USDT.400"],
  ]);
  assertEquals(
    asked(
      "GATEIO_FUTURES",
      ["trades", "ticker", "kline:10s", "liquidations", "contractStats:5m", "depth"],
      "obu",
    ),
    [
      ["futures.trades", "BTC_USDT"],
      ["futures.tickers", "BTC_USDT"],
      ["futures.candlesticks", "10s", "BTC_USDT"],
      ["futures.public_liquidates", "BTC_USDT"],
      ["futures.contract_stats", "BTC_USDT", "5m"],
      ["futures.obu", "ob.BTC_USDT.400"],
    ],
  );
});

Deno.test("A stream that a venue does not have is refused before anything is connected", () => {
  const wrong: readonly [ExchangeKey, PublicStream, BookStream][] = [
    ["MEXC_SPOT", "liquidations", "update"],
    ["MEXC_SPOT", "kline:10s", "update"],
    ["MEXC_SPOT", "contractStats:5m", "update"],
    ["MEXC_SPOT", "depth", "obu"],
    ["GATEIO_SPOT", "liquidations", "update"],
    ["GATEIO_SPOT", "contractStats:5m", "update"],
    ["GATEIO_FUTURES", "kline:1M", "update"],
  ];
  for (const [exchange, stream, books] of wrong) {
    assertThrows(() => asked(exchange, [stream], books), ConfigError, exchange, stream);
  }
});

Deno.test("A connection that needs no quotes may be silent", () => {
  const bench = new Bench("MEXC_SPOT");
  const ws = getWsImplementation(bench.config, { private: false });
  ws.start([bench.bitcoin], () => ["kline:1d"]);
  bench.accept();
  bench.passQuietly(3_600_000);
  assertEquals([bench.network.sockets.length, ws.reconnects], [1, 0]);
  ws.stop();
});

Deno.test("The factory gives the composite of the market, and refuses private parts without credentials", () => {
  const spot = getCompositeImplementation(new Bench("GATEIO_SPOT").config, { private: false });
  const futures = getCompositeImplementation(new Bench("GATEIO_FUTURES").config, { private: false });
  assert(spot instanceof CompositePublicSpotExchange && futures instanceof CompositePublicFuturesExchange);
  const { config } = new Bench("MEXC_SPOT");
  const bare = { ...config, orders: config.network, queries: config.network, venueClock: config.clock };
  for (
    const get of [
      (): unknown => getRestImplementation(bare, { private: true }),
      (): unknown => getWsImplementation(bare, { private: true }),
      (): unknown => getCompositeImplementation(bare, { private: true }),
    ]
  ) assertThrows(get, ConfigError, "MEXC_SPOT needs credentials");
});

/** Deals of MEXC as a frame: those of one moment are numbered. */
function deals(...trades: readonly (readonly [time: number, price: string, quantity: string])[]): Uint8Array {
  return encodeMexc({
    channel: "spot@public.aggre.deals.v3.api.pb@100ms@BTCUSDT",
    symbol: "BTCUSDT",
    sendTime: String(start),
    publicAggreDeals: {
      deals: trades.map(([time, price, quantity], index) => ({
        price,
        quantity,
        tradeType: 1,
        time: String(time),
        tradeId: `${time}X${trades.slice(0, index + 1).filter(([each]) => each === time).length}`,
      })),
    },
  });
}

function restDeal([time, price, qty]: readonly [number, string, string]): Record<string, unknown> {
  return { id: null, price, qty, time, isBuyerMaker: false };
}

Deno.test("MEXC trades of an interruption are told once, although requests tell no ids and some trades are alike", async () => {
  const bench = new Bench("MEXC_SPOT");
  const composite = getCompositeImplementation(bench.config, { private: false });
  composite.bind(
    "trade",
    ({ price, recovered }) => bench.told.push(`${price}${recovered ? " recovered" : ""}`),
  );
  composite.start([bench.bitcoin], () => ["trades"]);
  bench.accept();
  const before = [[start, "1", "5"], [start + 5, "2", "5"], [start + 5, "2", "5"]] as const;
  const missed = [[start + 5, "2", "5"], [start + 5, "3", "5"], [start + 900, "4", "5"]] as const;
  const after = [[start + 950, "5", "5"], [start + 950, "5", "5"]] as const;
  bench.network.socket.handlers.onBinary(deals(...before));
  bench.network.socket.handlers.onClose(1005, "");
  // Trades of before the stream began are nobody's business.
  const old = [start - 1, "9", "9"] as const;
  bench.network.answer = (): { body: unknown } => ({
    body: [old, ...before, ...missed, after[0]].map(restDeal).toReversed(),
  });
  await bench.pass(400);
  bench.accept();
  bench.network.socket.handlers.onBinary(deals(...after));
  assertEquals(bench.told, ["1", "2", "2"]);
  await bench.pass(300);
  assertEquals(bench.told, ["1", "2", "2", "2 recovered", "3 recovered", "4 recovered", "5 recovered", "5"]);
  bench.network.socket.handlers.onBinary(deals([start + 980, "6", "5"]));
  assertEquals(bench.told.slice(8), ["6"]);
  assertEquals(bench.network.requests.map(({ url }) => url), [
    "http://venue/api/v3/trades?symbol=BTCUSDT&limit=1000",
  ]);
  composite.stop();
  await settle();
  assertStrictEquals(bench.clock.nextDue, undefined);
});

Deno.test("Trades that cannot be had any more are reported, and the stream goes on", async () => {
  const bench = new Bench("MEXC_SPOT");
  const composite = getCompositeImplementation(bench.config, { private: false });
  composite.bind("trade", ({ price }) => bench.told.push(String(price)));
  composite.bind("tradesMissed", (instrument) => bench.told.push(`missed ${instrument}`));
  composite.start([bench.bitcoin], () => ["trades"]);
  bench.accept();
  bench.network.socket.handlers.onBinary(deals([start, "1", "5"]));
  bench.network.socket.handlers.onClose(1006, "");
  bench.network.answer = ({ url }): never => {
    throw new NetworkError(`No answer to ${url}`);
  };
  await bench.pass(400);
  bench.accept();
  bench.network.socket.handlers.onBinary(deals([start + 9, "2", "5"]));
  for (let i = 0; i < 90; i++) {
    await bench.pass(500);
    bench.network.socket.handlers.onText(`{"id":0,"code":0,"msg":"PONG"}`);
  }
  assertEquals(bench.told, ["1", `missed ${bench.bitcoin.id}`, "2"]);
  assertStrictEquals(bench.network.requests.length, 8);
  composite.stop();
});

Deno.test("Gate.io trades come in order and once, even when the stream tells again what was asked for", async () => {
  const bench = new Bench("GATEIO_FUTURES");
  const composite = getCompositeImplementation(bench.config, { private: false });
  composite.bind("trade", ({ id, recovered }) => bench.told.push(`${id}${recovered ? "r" : ""}`));
  composite.start([bench.bitcoin], () => ["trades"]);
  bench.accept();
  const row = (id: number): Record<string, unknown> => ({
    id,
    size: 1,
    create_time_ms: start + id,
    price: "5",
    contract: "BTC_USDT",
  });
  const push = (...ids: number[]): void =>
    bench.network.socket.handlers.onText(
      JSON.stringify({ channel: "futures.trades", event: "update", result: ids.map(row) }),
    );
  push(2, 1, 3);
  bench.network.socket.handlers.onClose(1006, "");
  bench.network.answer = (): { body: unknown } => ({ body: [6, 5, 4, 3, 2].map(row) });
  await bench.pass(400);
  bench.accept();
  push(6, 7);
  await bench.pass(300);
  push(6, 8);
  assertEquals(bench.told, ["2", "1", "3", "4r", "5r", "6r", "7", "8"]);
  composite.stop();
});

Deno.test("A trade that the stream tells twice is told once by its id, and one without an id each time", () => {
  const bench = new Bench("MEXC_SPOT");
  const composite = getCompositeImplementation(bench.config, { private: false });
  composite.bind("trade", ({ id, price }) => bench.told.push(`${id}:${price}`));
  composite.start([bench.bitcoin], () => ["trades"]);
  bench.accept();
  const push = (...deals: [tradeId: string, price: string][]): void =>
    bench.network.socket.handlers.onBinary(encodeMexc({
      symbol: "BTCUSDT",
      publicAggreDeals: {
        deals: deals.map(([tradeId, price]) => ({ tradeId, price, quantity: "1", tradeType: 1, time: "5" })),
      },
    }));
  push(["12X1", "5"], ["13X1", "5"]);
  push(["13X1", "5"], ["11X1", "5"], ["13X1", "6"]);
  push(["12X1", "5"], ["", "5"]);
  push(["", "5"]);
  assertEquals(bench.told, ["12X1:5", "13X1:5", "11X1:5", "13X1:6", ":5", ":5"]);
  composite.stop();
});

Deno.test("Candles of an interruption are asked for from the last one on, and the stream knows better", async () => {
  const bench = new Bench("GATEIO_SPOT");
  const composite = getCompositeImplementation(bench.config, { private: false });
  composite.bind(
    "kline",
    ({ openTime, close }) => bench.told.push(`${(openTime - start) / 60_000}: ${close}`),
  );
  composite.start([bench.bitcoin], () => ["kline:1m"]);
  bench.accept();
  const push = (minute: number, c: string): void => {
    const t = String(start / 1000 + minute * 60);
    const result = { t, v: "1", c, h: c, l: c, o: c, n: "1m_BTC_USDT", a: "1", w: false };
    bench.network.socket.handlers.onText(
      JSON.stringify({ channel: "spot.candlesticks", event: "update", result }),
    );
  };
  push(0, "10");
  bench.network.socket.handlers.onClose(1006, "");
  bench.network.answer = (): { body: unknown } => ({
    body: [0, 1, 2].map((m) => [String(start / 1000 + m * 60), "1", `2${m}`, "1", "1", "1", "1", "true"]),
  });
  await bench.pass(400);
  bench.accept();
  push(2, "30");
  await bench.pass(400);
  assertEquals(bench.told, ["0: 10", "2: 30", "0: 20", "1: 21"]);
  composite.stop();
});

Deno.test("Tickers are asked for together when their streams begin, and those that have told something are left alone", async () => {
  const bench = new Bench("GATEIO_SPOT");
  const composite = getCompositeImplementation(bench.config, { private: false });
  const [bitcoin, hype] = bench.config.instruments as [Instrument, Instrument];
  composite.bind("ticker", ({ instrument, lastPrice }) => bench.told.push(`${instrument} ${lastPrice}`));
  bench.network.answer = (): { body: unknown } => ({
    body: ["BTC_USDT", "HYPE_USDT"].map((currency_pair) => ({ currency_pair, last: "7" })),
  });
  composite.start([bitcoin, hype], () => ["ticker"]);
  bench.accept();
  bench.network.socket.handlers.onText(
    JSON.stringify({
      channel: "spot.tickers",
      event: "update",
      result: { currency_pair: "HYPE_USDT", last: "8" },
    }),
  );
  await bench.pass(600);
  assertEquals(bench.told, [`${hype.id} 8`, `${bitcoin.id} 7`]);
  assertEquals(bench.network.requests.map(({ url }) => url), [
    "http://venue/spot/tickers?currency_pair=BTC_USDT",
  ]);
  composite.stop();
});

Deno.test("Liquidations of an interruption are told once, those that are alike each", async () => {
  const bench = new Bench("GATEIO_FUTURES");
  const composite = getCompositeImplementation(bench.config, { private: false });
  composite.bind("liquidation", ({ position, size }) => bench.told.push(`${position} ${size}`));
  composite.start([bench.bitcoin], () => ["liquidations"]);
  bench.accept();
  const second = start / 1000;
  const push = (...sizes: number[]): void => {
    const result = sizes.map((size) => ({ price: "5", size, time: start + 120, contract: "BTC_USDT" }));
    bench.network.socket.handlers.onText(
      JSON.stringify({ channel: "futures.public_liquidates", event: "update", result }),
    );
  };
  push(-3, -3);
  bench.network.socket.handlers.onClose(1006, "");
  const row = (size: number, time: number): unknown => ({
    time,
    contract: "BTC_USDT",
    size,
    fill_price: "5",
  });
  bench.network.answer = (): { body: unknown } => ({
    body: [row(-4, second + 1), row(3, second), row(3, second), row(3, second), row(9, second - 60)],
  });
  await bench.pass(400);
  bench.accept();
  await bench.pass(300);
  assertEquals(bench.told, ["long 3", "long 3", "long 3", "short 4"]);
  push(-3);
  assertEquals(bench.told.length, 4);
  push(-3);
  assertEquals(bench.told.length, 5);
  composite.stop();
});

Deno.test("Order book V2 is subscribed anew after a gap, and again when the whole book does not come", async () => {
  const bench = new Bench("GATEIO_SPOT", "obu");
  const composite = getCompositeImplementation(bench.config, { private: false });
  composite.bind("broken", (_, reason) => bench.told.push(reason));
  composite.start([bench.bitcoin], () => ["depth"]);
  const { socket } = bench.network;
  const push = (result: Record<string, unknown>): void =>
    socket.handlers.onText(
      JSON.stringify({
        channel: "spot.obu",
        event: "update",
        result: { t: 1, s: "ob.BTC_USDT.400", ...result },
      }),
    );
  const whole = (u: number): void => push({ full: true, u, b: [["10", "1"]], a: [["20", "1"]] });
  socket.handlers.onOpen();
  whole(5);
  bench.answer(socket.sent[0]!);
  const book = composite.book(bench.bitcoin.id)!;
  assertEquals([book.usable, book.version, socket.sent.length], [true, 5, 1]);
  push({ U: 6, u: 7, b: [["11", "1"]] });
  assertEquals([book.version, book.bids.bestPrice], [7, 11]);
  push({ U: 9, u: 9, b: [["12", "1"]] });
  assertEquals([bench.told, book.usable], [["gap"], false]);
  await bench.pass(200);
  const events = (): unknown[] => socket.sent.slice(1).map((text) => JSON.parse(text).event);
  assertEquals(events(), ["unsubscribe", "subscribe"]);
  for (const text of socket.sent.slice(1)) bench.answer(text);
  await bench.pass(5_200);
  assertEquals(events(), ["unsubscribe", "subscribe", "unsubscribe", "subscribe"]);
  for (const text of socket.sent.slice(3)) bench.answer(text);
  whole(30);
  assertEquals([book.usable, book.version], [true, 30]);
  assertEquals(bench.network.requests, []);
  composite.stop();
  assertStrictEquals(bench.clock.nextDue, undefined);
});

Deno.test("A MEXC connection is replaced before it is a day old, and no update and no trade is missed or told twice", async () => {
  const bench = new Bench("MEXC_SPOT");
  const composite = getCompositeImplementation(bench.config, { private: false });
  composite.bind("book", ({ version }) => bench.told.push(`book ${version}`));
  composite.bind("broken", (_, reason) => bench.told.push(`broken ${reason}`));
  composite.bind("trade", ({ id }) => bench.told.push(`trade ${id.slice(-5)}`));
  composite.bind("state", ({ state }) => bench.told.push(state));
  bench.network.answer = (): { body: unknown } => ({
    body: { lastUpdateId: 100, bids: [["10", "1"]], asks: [["20", "1"]] },
  });
  composite.start([bench.bitcoin], () => ["depth", "trades"]);
  bench.accept();
  const depth = (from: number, to: number): Uint8Array =>
    encodeMexc({
      channel: "c",
      symbol: "BTCUSDT",
      publicAggreDepths: {
        bids: [{ price: "11", quantity: "1" }],
        fromVersion: String(from),
        toVersion: String(to),
      },
    });
  await bench.pass(200);
  const [first] = bench.network.sockets as [FakeSocket];
  let version = 100;
  while (bench.network.sockets.length === 1) {
    version += 1;
    first.handlers.onBinary(depth(version, version));
    bench.passQuietly(20_000);
    assert(bench.clock.epochMs() - start < 86_400_000, "not replaced within a day");
  }
  assert(bench.clock.epochMs() - start > 23 * 3_600_000);
  const second = bench.network.socket;
  bench.told.length = 0;
  bench.accept(second);
  // The new connection is ahead of the old one, then behind it; frames are cut differently.
  second.handlers.onBinary(depth(version - 1, version + 2));
  second.handlers.onBinary(deals([start + 11111, "1", "1"], [start + 22222, "1", "1"]));
  first.handlers.onBinary(deals([start + 11111, "1", "1"]));
  first.handlers.onBinary(depth(version + 1, version + 1));
  assertEquals(bench.told, [`trade ${idEnd(start + 11111)}`, `book ${version + 1}`]);
  await bench.pass(2_100);
  assertEquals(bench.told.slice(2), [
    `book ${version + 2}`,
    `trade ${idEnd(start + 22222)}`,
    "replaced",
    "live",
  ]);
  assertEquals([first.closedWith, second.closedWith], [1000, undefined]);
  second.handlers.onBinary(depth(version + 3, version + 3));
  first.handlers.onBinary(depth(version + 9, version + 9));
  assertEquals(bench.told.slice(6), [`book ${version + 3}`]);
  assertEquals([composite.counts().gaps, composite.ws.reconnects], [0, 0]);
  composite.stop();
  assertStrictEquals(bench.clock.nextDue, undefined);
});

function idEnd(time: number): string {
  return `${time}X1`.slice(-5);
}

Deno.test("A successor that cannot connect leaves the old connection at work and is tried again", () => {
  const bench = new Bench("GATEIO_SPOT");
  const ws = getWsImplementation(bench.config, { private: false });
  ws.bind("state", ({ state }) => bench.told.push(state));
  ws.bind("bookTicker", ({ updateId }) => bench.told.push(`quote ${updateId}`));
  ws.start([bench.bitcoin], () => ["bookTicker"]);
  bench.accept();
  const [first] = bench.network.sockets as [FakeSocket];
  const quote = (socket: FakeSocket, u: number): void => {
    const result = { t: 1, u, s: "BTC_USDT", b: "1", B: "1", a: "2", A: "1" };
    socket.handlers.onText(JSON.stringify({ channel: "spot.book_ticker", event: "update", result }));
  };
  const notice = { channel: "spot.system", event: "update", result: { type: "upgrade", msg: "x" } };
  first.handlers.onText(JSON.stringify(notice));
  assertStrictEquals(bench.network.sockets.length, 2);
  bench.network.sockets[1]!.handlers.onOpen();
  bench.network.sockets[1]!.handlers.onClose(1006, "");
  quote(first, 1);
  assertEquals(bench.told, ["open", "live", "quote 1"]);
  first.handlers.onText(JSON.stringify(notice));
  const successor = bench.network.socket;
  bench.accept(successor);
  quote(successor, 2);
  // The venue closes the old one sooner than planned: the successor is ready.
  first.handlers.onClose(1012, "");
  quote(successor, 3);
  assertEquals(bench.told.slice(3), ["replaced", "live", "quote 3"]);
  assertStrictEquals(successor.closedWith, undefined);
  ws.stop();
  assertStrictEquals(bench.clock.nextDue, undefined);
});
