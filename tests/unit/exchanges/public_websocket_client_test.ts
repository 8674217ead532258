import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import type { ExchangeKey } from "../../../src/core/exchange.ts";
import { type Instrument, InstrumentTable } from "../../../src/core/instrument.ts";
import { SeededRandom } from "../../../src/core/random.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { getWsImplementation } from "../../../src/exchanges/factory.ts";
import type { PublicWebSocketClient } from "../../../src/exchanges/public_websocket_client.ts";
import { FrameTrace } from "../../../src/telemetry/frame_trace.ts";
import { advance, FakeNetwork, type FakeSocket } from "../../support/fake_network.ts";
import { spotFrames } from "../../support/gateio_frames.ts";
import { testSpec } from "../../support/instruments.ts";
import { MemoryLogger } from "../../support/memory_logger.ts";
import { mexcByteVectors } from "../../support/mexc_byte_vectors.ts";

/** A client for instruments with these symbols and everything that it told. */
class Bench {
  readonly clock = new SimulatedClock(1_700_000_000_000);
  readonly network = new FakeNetwork();
  readonly logger = new MemoryLogger();
  readonly told: string[] = [];
  readonly instruments: readonly Instrument[];
  readonly client: PublicWebSocketClient;

  constructor(exchange: ExchangeKey, symbols: readonly string[], speed: "normal" | "fast" = "normal") {
    const table = new InstrumentTable();
    for (const exchangeSymbol of symbols) table.add({ ...testSpec(exchange, "BTC"), exchangeSymbol });
    this.instruments = table.all;
    this.client = getWsImplementation({
      exchange,
      endpoints: { rest: "http://venue", ws: "ws://venue/ws" },
      speed,
      network: this.network,
      clock: this.clock,
      random: new SeededRandom(1),
      logger: this.logger,
      trace: new FrameTrace(),
      instruments: this.instruments,
    }, { private: false });
    const { client, told } = this;
    client.bind(
      "subscribed",
      (instrument, stream) => told.push(`subscribed ${instrument.exchangeSymbol} ${stream}`),
    );
    client.bind(
      "rejected",
      (instrument, stream, message) =>
        told.push(`rejected ${instrument.exchangeSymbol} ${stream}: ${message}`),
    );
    client.bind("lost", (lost) => told.push(`lost ${lost.map(({ exchangeSymbol }) => exchangeSymbol)}`));
    client.bind(
      "depth",
      (update, receivedAt) => told.push(`depth ${update.instrument} ${update.lastId} @${receivedAt}`),
    );
    client.bind(
      "bookTicker",
      (ticker) => told.push(`ticker ${ticker.instrument} ${ticker.bidPrice} @${ticker.receivedAt}`),
    );
  }

  open(): void {
    this.client.start(this.instruments);
    for (const socket of this.network.sockets) socket.handlers.onOpen();
  }
}

interface Request {
  readonly id: number;
  readonly params: string[];
  readonly channel: string;
  readonly payload: string[];
}

function requests(socket: FakeSocket): Request[] {
  return socket.sent.map((text) => JSON.parse(text));
}

function mexcSymbols(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `COIN${i}USDT`);
}

Deno.test("PublicWebSocketClient asks MEXC for each stream of each symbol in a request of its own", () => {
  const bench = new Bench("MEXC_SPOT", ["BTCUSDT", "HYPEUSDT"], "fast");
  bench.open();
  assertEquals(requests(bench.network.socket).map(({ params }) => params), [
    ["spot@public.aggre.bookTicker.v3.api.pb@10ms@BTCUSDT"],
    ["spot@public.aggre.depth.v3.api.pb@10ms@BTCUSDT"],
    ["spot@public.aggre.bookTicker.v3.api.pb@10ms@HYPEUSDT"],
    ["spot@public.aggre.depth.v3.api.pb@10ms@HYPEUSDT"],
  ]);
});

Deno.test("PublicWebSocketClient asks Gate.io with the levels that belong to the interval", () => {
  const payloads = (exchange: ExchangeKey, speed: "normal" | "fast"): unknown => {
    const bench = new Bench(exchange, ["BTC_USDT"], speed);
    bench.open();
    return requests(bench.network.socket).map(({ channel, payload }) => [channel, ...payload]);
  };
  assertEquals(payloads("GATEIO_SPOT", "normal"), [
    ["spot.book_ticker", "BTC_USDT"],
    ["spot.order_book_update", "BTC_USDT", "100ms"],
  ]);
  assertEquals(payloads("GATEIO_SPOT", "fast"), [
    ["spot.book_ticker", "BTC_USDT"],
    ["spot.order_book_update", "BTC_USDT", "20ms"],
  ]);
  assertEquals(payloads("GATEIO_FUTURES", "normal"), [
    ["futures.book_ticker", "BTC_USDT"],
    ["futures.order_book_update", "BTC_USDT", "100ms", "100"],
  ]);
  assertEquals(payloads("GATEIO_FUTURES", "fast"), [
    ["futures.book_ticker", "BTC_USDT"],
    ["futures.order_book_update", "BTC_USDT", "20ms", "20"],
  ]);
});

Deno.test("PublicWebSocketClient never puts more than 30 subscriptions on a MEXC connection, nor an instrument on two", () => {
  const bench = new Bench("MEXC_SPOT", mexcSymbols(40));
  bench.open();
  const { sockets } = bench.network;
  assertEquals(sockets.map(({ sent }) => sent.length), [30, 30, 20]);
  const channels = sockets.flatMap((socket) => requests(socket).flatMap(({ params }) => params));
  assertStrictEquals(new Set(channels).size, 80);
  // The venue takes at most 1,024 bytes in a request.
  assert(sockets.every(({ sent }) => sent.every((text) => text.length < 1024)));
});

Deno.test("PublicWebSocketClient is connected when every connection is", () => {
  const bench = new Bench("MEXC_SPOT", mexcSymbols(20));
  assertStrictEquals(bench.client.connected, false);
  bench.client.start(bench.instruments);
  bench.network.sockets[0]!.handlers.onOpen();
  assertStrictEquals(bench.client.connected, false);
  bench.network.sockets[1]!.handlers.onOpen();
  assertStrictEquals(bench.client.connected, true);
  bench.network.sockets[1]!.handlers.onClose(1006, "");
  assertStrictEquals(bench.client.connected, false);
  assertEquals(bench.told, [`lost ${mexcSymbols(20).slice(15)}`]);
  assertStrictEquals(bench.client.reconnects, 1);
});

Deno.test("PublicWebSocketClient matches answers by the number of their request", () => {
  const bench = new Bench("GATEIO_SPOT", ["BTC_USDT", "HYPE_USDT"]);
  bench.open();
  const { socket } = bench.network;
  const answer = (id: number): void =>
    socket.handlers.onText(
      `{"id":${id},"channel":"spot.order_book_update","event":"subscribe","result":{"status":"success"}}`,
    );
  answer(4);
  answer(2);
  // An answer that comes twice, or to a request that nobody made, is no answer to another request.
  answer(4);
  answer(77);
  assertEquals(bench.told, ["subscribed HYPE_USDT depth", "subscribed BTC_USDT depth"]);
  socket.handlers.onText(spotFrames.rejected.replace('"id":4', '"id":3'));
  assertEquals(bench.told.at(-1), "rejected HYPE_USDT bookTicker: unknown currency pair: NOSUCH_USDT");
});

Deno.test("PublicWebSocketClient matches answers without a number by the channel that they name", () => {
  const bench = new Bench("MEXC_SPOT", ["BTCUSD", "BTCUSDT"]);
  bench.open();
  const text = (msg: string): void =>
    bench.network.socket.handlers.onText(JSON.stringify({ id: 0, code: 0, msg }));
  text("Not Subscribed successfully! [spot@public.aggre.depth.v3.api.pb@100ms@BTCUSDT].  Reason： Blocked! ");
  text("spot@public.aggre.depth.v3.api.pb@100ms@BTCUSD");
  text("spot@public.aggre.bookTicker.v3.api.pb@100ms@BTCUSDT");
  text("spot@public.aggre.bookTicker.v3.api.pb@100ms@ELSEUSDT");
  assertEquals(bench.told, [
    "rejected BTCUSDT depth: Not Subscribed successfully! [spot@public.aggre.depth.v3.api.pb@100ms@BTCUSDT].  Reason： Blocked! ",
    "subscribed BTCUSD depth",
    "subscribed BTCUSDT bookTicker",
  ]);
});

Deno.test("PublicWebSocketClient opens a connection anew when subscriptions stay without an answer", () => {
  const bench = new Bench("MEXC_SPOT", ["BTCUSDT"]);
  bench.open();
  bench.network.socket.handlers.onText(`{"id":1,"code":0,"msg":"x"}`);
  advance(bench.clock, 9_999);
  assertStrictEquals(bench.network.socket.closedWith, undefined);
  advance(bench.clock, 1);
  assertStrictEquals(bench.network.socket.closedWith, 0);
  assertEquals(bench.told, ["subscribed BTCUSDT bookTicker", "lost BTCUSDT"]);
  advance(bench.clock, 300);
  bench.network.socket.handlers.onOpen();
  assertEquals([bench.network.sockets.length, requests(bench.network.socket).length], [2, 2]);
});

Deno.test("PublicWebSocketClient subscribes again after every loss, with new numbers", () => {
  const bench = new Bench("GATEIO_SPOT", ["BTC_USDT"]);
  bench.open();
  bench.network.socket.handlers.onClose(1006, "");
  advance(bench.clock, 300);
  bench.network.socket.handlers.onOpen();
  assertEquals(bench.network.sockets.map((socket) => requests(socket).map(({ id }) => id)), [[1, 2], [3, 4]]);
});

Deno.test("PublicWebSocketClient hands over tickers and books with the time at which they came", () => {
  const bench = new Bench("MEXC_SPOT", ["HYPEUSDT", "BTCUSDT"]);
  bench.open();
  advance(bench.clock, 250);
  bench.network.socket.handlers.onBinary(mexcByteVectors.bookTicker.bytes);
  bench.network.socket.handlers.onBinary(mexcByteVectors.depth.bytes);
  bench.network.socket.handlers.onBinary(mexcByteVectors.deals.bytes);
  assertEquals(bench.told, ["ticker 1 93387.28 @1700000000250", "depth 1 43296363255 @250"]);
  assertEquals([bench.client.frames, bench.client.decodeErrors], [3, 0]);
});

Deno.test("PublicWebSocketClient counts frames that the protocol does not allow, logs the first ten and goes on", () => {
  const bench = new Bench("MEXC_SPOT", ["BTCUSDT"]);
  bench.open();
  for (let i = 0; i < 25; i++) bench.network.socket.handlers.onText("Invalid listen key");
  bench.network.socket.handlers.onBinary(mexcByteVectors.depth.bytes);
  assertEquals([bench.client.frames, bench.client.decodeErrors], [26, 25]);
  assertStrictEquals(bench.logger.messages("error").length, 10);
  assertStrictEquals(bench.told.length, 1);
});

Deno.test("PublicWebSocketClient sends the heartbeat of its venue", () => {
  const heartbeats = { MEXC_SPOT: 20_000, GATEIO_SPOT: 10_000, GATEIO_FUTURES: 10_000 } as const;
  const texts: unknown[] = [];
  for (const exchange of ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"] as const) {
    const bench = new Bench(exchange, ["BTCUSDT"]);
    bench.open();
    const { socket } = bench.network;
    // The reply time-out is not what is looked at here.
    for (const { id } of requests(socket)) {
      socket.handlers.onText(`{"id":${id},"code":0,"msg":"","channel":"x","event":"subscribe"}`);
    }
    advance(bench.clock, heartbeats[exchange]);
    texts.push(JSON.parse(socket.sent[2]!));
  }
  assertEquals(texts, [
    { method: "PING" },
    { time: 1_700_000_010, channel: "spot.ping" },
    { time: 1_700_000_010, channel: "futures.ping" },
  ]);
});

Deno.test("PublicWebSocketClient that is stopped leaves no timer and closes every connection", () => {
  const bench = new Bench("MEXC_SPOT", mexcSymbols(40));
  bench.open();
  bench.network.sockets[1]!.handlers.onClose(1008, "");
  bench.client.stop();
  assertStrictEquals(bench.clock.nextDue, undefined);
  assertEquals(bench.network.sockets.map(({ closedWith }) => closedWith), [1000, 0, 1000]);
  assertStrictEquals(bench.client.connected, false);
});
