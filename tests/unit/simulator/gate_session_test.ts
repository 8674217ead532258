import { assert, assertEquals, assertMatch } from "@std/assert";
import { Box, type FuturesUpdate, type GateMessage, type SpotUpdate } from "./box.ts";

function ackKeys(message: GateMessage): string[] {
  return Object.keys(message);
}

Deno.test("Gate.io spot acknowledges with the documented fields in their order", async () => {
  const box = new Box();
  const line = box.open("GATEIO_SPOT");
  line.gate("spot.trades", "subscribe", ["BTC_USDT"], 1);
  box.run(100);
  const ack = line.json[0]!;
  assertEquals(
    ackKeys(ack),
    ["time", "time_ms", "id", "conn_id", "trace_id", "channel", "event", "payload", "result", "requestId"],
  );
  assertEquals([ack.id, ack.channel, ack.event, ack.payload], [1, "spot.trades", "subscribe", ["BTC_USDT"]]);
  assertEquals(ack.result, { status: "success" });
  assertEquals(ack.requestId, ack.trace_id);
  assertMatch(ack.trace_id!, /^[0-9a-f]{32}$/);
  assertEquals(ack.time, Math.floor(ack.time_ms / 1000));
  await box.simulator.stop();
});

Deno.test("Gate.io futures acknowledges without requestId", async () => {
  const box = new Box();
  const line = box.open("GATEIO_FUTURES");
  line.gate("futures.book_ticker", "subscribe", ["BTC_USDT", "LUNC_USDT"]);
  box.run(100);
  const ack = line.json.find((message) => message.event === "subscribe")!;
  assert(!("requestId" in ack) && !("id" in ack));
  assertEquals(ack.result, { status: "success" });
  await box.simulator.stop();
});

Deno.test("A Gate.io subscription with one unknown symbol fails as a whole", async () => {
  const box = new Box();
  const spot = box.open("GATEIO_SPOT");
  const futures = box.open("GATEIO_FUTURES");
  spot.gate("spot.book_ticker", "subscribe", ["BTC_USDT", "NOSUCH_USDT"], 1);
  futures.gate("futures.book_ticker", "subscribe", ["BTC_USDT", "NOSUCH_USDT"], 1);
  box.run(3000);
  assertEquals([spot.json.length, futures.json.length], [1, 1], "no data of the known symbol either");
  assertEquals(spot.json[0]!.error, { code: 2, message: "unknown currency pair: NOSUCH_USDT" });
  assertEquals(futures.json[0]!.error, { code: 2, message: "unknown contract NOSUCH_USDT" });
  assertEquals(spot.json[0]!.result, { status: "fail" });
  await box.simulator.stop();
});

Deno.test("Gate.io refuses what is not a proper request and goes on", async () => {
  const box = new Box();
  const line = box.open("GATEIO_SPOT");
  const now = Math.floor(box.clock.epochMs() / 1000);
  const wrong: [string | object, number][] = [
    ["{", 1],
    [{ time: now, channel: "spot.trades", event: "subscribe", payload: "BTC_USDT" }, 1],
    [{ time: now, channel: "spot.trades", event: "subscribe", payload: [] }, 1],
    [{ time: now, channel: "spot.trades", event: "subscribe", payload: [1] }, 1],
    [{ time: now, id: 2 ** 31, channel: "spot.trades", event: "subscribe", payload: ["BTC_USDT"] }, 1],
    [{ channel: "spot.trades", event: "subscribe", payload: ["BTC_USDT"] }, 1],
    [{ time: now - 61, channel: "spot.trades", event: "subscribe", payload: ["BTC_USDT"] }, 2],
    [{ time: now + 62, channel: "spot.trades", event: "subscribe", payload: ["BTC_USDT"] }, 2],
    [{ time: now, channel: "spot.nothing", event: "subscribe", payload: ["BTC_USDT"] }, 2],
    [{ time: now, channel: "spot.trades", event: "join", payload: ["BTC_USDT"] }, 2],
    [{ time: now, channel: "spot.order_book_update", event: "subscribe", payload: ["BTC_USDT", "50ms"] }, 2],
    [{ time: now, channel: "spot.order_book", event: "subscribe", payload: ["BTC_USDT", "7", "100ms"] }, 2],
  ];
  for (const [message] of wrong) line.send(message);
  box.run(200);
  assertEquals(line.json.map((message) => message.error?.code), wrong.map(([, code]) => code));
  assert(line.json.every((message) => message.result.status === "fail"));
  await box.simulator.stop();
});

Deno.test("Gate.io futures takes 20ms with 20 levels only", async () => {
  const box = new Box();
  const line = box.open("GATEIO_FUTURES");
  line.gate("futures.order_book_update", "subscribe", ["BTC_USDT", "20ms", "100"]);
  line.gate("futures.order_book_update", "subscribe", ["BTC_USDT", "20ms", "20"]);
  box.run(50);
  const replies = line.json.filter((message) => message.event === "subscribe");
  assertEquals(replies.map((message) => message.error?.code), [2, undefined]);
  await box.simulator.stop();
});

Deno.test("Gate.io pongs carry null results", async () => {
  const box = new Box();
  for (const [exchange, market] of [["GATEIO_SPOT", "spot"], ["GATEIO_FUTURES", "futures"]] as const) {
    const line = box.open(exchange);
    line.send({ time: Math.floor(box.clock.epochMs() / 1000), channel: `${market}.ping` });
    box.run(100);
    const { time: _time, time_ms: _timeMs, ...rest } = line.json[0]!;
    assertEquals(rest as unknown, { channel: `${market}.pong`, event: "", error: null, result: null });
  }
  await box.simulator.stop();
});

Deno.test("Gate.io stops a stream after unsubscribe and keeps the others", async () => {
  const box = new Box();
  const line = box.open("GATEIO_SPOT");
  line.gate("spot.book_ticker", "subscribe", ["BTC_USDT", "ETH_USDT"]);
  box.run(1000);
  line.gate("spot.book_ticker", "unsubscribe", ["BTC_USDT"]);
  box.run(200);
  const before = line.pushes<{ s: string }>("spot.book_ticker").length;
  box.run(2000);
  const later = line.pushes<{ s: string }>("spot.book_ticker").slice(before);
  assert(later.length > 5 && later.every(({ result }) => result.s === "ETH_USDT"));
  await box.simulator.stop();
});

Deno.test("Gate.io depth frames have the documented fields and types", async () => {
  const box = new Box();
  const spot = box.open("GATEIO_SPOT");
  const futures = box.open("GATEIO_FUTURES");
  spot.gate("spot.order_book_update", "subscribe", ["BTC_USDT", "20ms"]);
  futures.gate("futures.order_book_update", "subscribe", ["BTC_USDT", "100ms", "50"]);
  box.run(2000);
  const first = spot.pushes<SpotUpdate>("spot.order_book_update")[0]!;
  assertEquals(Object.keys(first.result), ["t", "e", "E", "s", "U", "u", "l", "b", "a"]);
  assertEquals([first.result.e, first.result.l, first.result.s], ["depthUpdate", "20", "BTC_USDT"]);
  assertEquals(first.result.E, first.time);
  const other = futures.pushes<FuturesUpdate>("futures.order_book_update")[0]!.result;
  assertEquals(Object.keys(other), ["t", "U", "u", "s", "a", "b", "l"]);
  assertEquals(other.l, "50");
  assert([...other.a, ...other.b].every(({ p, s }) => typeof p === "string" && Number.isInteger(s)));
  await box.simulator.stop();
});

Deno.test("Gate.io sends no frame faster than the channel's interval", async () => {
  const busy = new Box({ model: { eventsPerSecond: 500 } });
  const line = busy.open("GATEIO_SPOT");
  line.gate("spot.order_book_update", "subscribe", ["BTC_USDT", "100ms"]);
  line.gate("spot.book_ticker", "subscribe", ["BTC_USDT"]);
  busy.run(2000);
  for (const [channel, interval] of [["spot.order_book_update", 100], ["spot.book_ticker", 10]] as const) {
    const times = line.pushes(channel).map((message) => message.time_ms);
    assert(times.length >= 0.9 * (2000 - 200) / interval, `${channel}: ${times.length}`);
    for (let index = 1; index < times.length; index++) {
      assert(times[index]! - times[index - 1]! >= interval);
    }
  }
  await busy.simulator.stop();
});

Deno.test("Gate.io order_book, trades and tickers have their documented shapes", async () => {
  const box = new Box();
  const spot = box.open("GATEIO_SPOT");
  const futures = box.open("GATEIO_FUTURES");
  spot.gate("spot.order_book", "subscribe", ["LUNC_USDT", "5", "100ms"]);
  spot.gate("spot.trades", "subscribe", ["LUNC_USDT"]);
  spot.gate("spot.tickers", "subscribe", ["LUNC_USDT"]);
  futures.gate("futures.order_book", "subscribe", ["LUNC_USDT", "10", "0"]);
  futures.gate("futures.trades", "subscribe", ["LUNC_USDT"]);
  futures.gate("futures.tickers", "subscribe", ["LUNC_USDT"]);
  box.run(20_000);
  const book = spot.pushes<{ bids: unknown[]; l: string; lastUpdateId: number }>("spot.order_book").at(-1)!;
  assertEquals([book.event, book.result.l, book.result.bids.length], ["update", "5", 5]);
  const trade = spot.pushes<Record<string, string>>("spot.trades").at(-1)!.result;
  assert(["buy", "sell"].includes(trade.side!) && Number(trade.amount) > 0);
  assertEquals(trade.range, `${trade.id}-${trade.id}`);
  const ticker = spot.pushes<Record<string, string>>("spot.tickers").at(-1)!.result;
  assert(Number(ticker.highest_bid) < Number(ticker.lowest_ask));
  const all = futures.pushes<{ id: number; asks: { p: string; s: number }[]; contract: string }>(
    "futures.order_book",
  ).at(-1)!;
  assertEquals([all.event, all.result.contract, all.result.asks.length], ["all", "LUNC_USDT", 10]);
  const trades = futures.pushes<{ size: number }[]>("futures.trades").flatMap(({ result }) => result);
  assert(trades.some(({ size }) => size < 0) && trades.some(({ size }) => size > 0));
  const tickers = futures.pushes<Record<string, unknown>[]>("futures.tickers").at(-1)!.result;
  assertEquals([tickers.length, tickers[0]!.contract, tickers[0]!.price_type], [1, "LUNC_USDT", "last"]);
  await box.simulator.stop();
});
