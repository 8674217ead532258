import { assert, assertEquals, assertRejects } from "@std/assert";
import { NetworkError } from "../../../src/core/errors.ts";
import { Box, Line } from "./box.ts";

async function digest(box: Box): Promise<string> {
  const lines = [box.open("MEXC_SPOT"), box.open("GATEIO_SPOT"), box.open("GATEIO_FUTURES")];
  for (const base of ["BTC", "LUNC", "PEPE"]) {
    lines[0]!.mexc(
      `spot@public.aggre.depth.v3.api.pb@10ms@${base}USDT`,
      `spot@public.aggre.bookTicker.v3.api.pb@10ms@${base}USDT`,
      `spot@public.aggre.deals.v3.api.pb@10ms@${base}USDT`,
    );
    lines[1]!.gate("spot.order_book_update", "subscribe", [`${base}_USDT`, "20ms"]);
    lines[1]!.gate("spot.trades", "subscribe", [`${base}_USDT`]);
    lines[2]!.gate("futures.order_book_update", "subscribe", [`${base}_USDT`, "100ms", "100"]);
    lines[2]!.gate("futures.tickers", "subscribe", [`${base}_USDT`]);
  }
  const snapshot = await box.get("MEXC_SPOT", "/api/v3/depth?symbol=BTCUSDT");
  box.run(10_000);
  await box.simulator.stop();
  const text = JSON.stringify([snapshot.body, lines.map(({ texts, frames }) => [texts, frames])]);
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(hash)].join();
}

Deno.test("The same seed gives the same bytes, another seed gives others", async () => {
  const first = await digest(new Box({ seed: 5 }));
  assertEquals(await digest(new Box({ seed: 5 })), first);
  assert(await digest(new Box({ seed: 6 })) !== first);
});

Deno.test("Frames arrive late but in order, and the market starts with the first connection", async () => {
  const box = new Box();
  const before = box.simulator.truth.book("MEXC_SPOT", "BTCUSDT")!.version;
  box.run(5000);
  assertEquals(box.simulator.truth.book("MEXC_SPOT", "BTCUSDT")!.version, before);
  const line = box.open("MEXC_SPOT");
  assert(line.opened);
  line.mexc("spot@public.aggre.bookTicker.v3.api.pb@10ms@BTCUSDT");
  const delays: number[] = [];
  for (let count = 0; delays.length < 200 && count < 20_000; count++) {
    box.run(1);
    while (delays.length < line.frames.length) {
      delays.push(box.clock.epochMs() - Number(line.decoded[delays.length]!.sendTime));
    }
  }
  const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
  assert(mean > 2 && mean < 6, `mean delay ${mean} ms`);
  const times = line.decoded.map(({ sendTime }) => Number(sendTime));
  assertEquals(times, times.toSorted((a, b) => a - b));
  await box.simulator.stop();
});

Deno.test("A request is counted as pending until it is answered", async () => {
  const box = new Box();
  const answer = box.simulator.fetch({
    method: "GET",
    url: box.simulator.localEndpoints.MEXC_SPOT.rest + "/api/v3/ping",
    timeoutMs: 1000,
  });
  assertEquals([box.simulator.pendingResponses, box.simulator.settledResponses], [1, 0]);
  box.run(500);
  assertEquals([box.simulator.pendingResponses, box.simulator.settledResponses], [0, 1]);
  const { status, headers, text } = await answer;
  assertEquals([status, headers.get("content-type"), text], [200, "application/json", "{}"]);
  await box.simulator.stop();
});

Deno.test("A request that takes longer than its time-out fails with a NetworkError", async () => {
  const box = new Box();
  const ask = (url: string, timeoutMs: number): Promise<unknown> => {
    const answer = box.simulator.fetch({ method: "GET", url, timeoutMs });
    answer.catch(() => {});
    box.run(500);
    return answer;
  };
  await assertRejects(() => ask("http://mexc.simulated/api/v3/ping", 1), NetworkError, "within 1 ms");
  await assertRejects(() => ask("http://nowhere.simulated/", 100), NetworkError, "no such simulated host");
  assertEquals(box.simulator.pendingResponses, 0);
  await box.simulator.stop();
});

Deno.test("A WebSocket to a path or a host that does not exist closes with 1006", async () => {
  const box = new Box();
  for (const url of ["ws://mexc.simulated/other", "ws://nowhere.simulated/ws"]) {
    const line = new Line(box, url);
    box.run(200);
    assertEquals([line.opened, line.closed?.code], [false, 1006]);
  }
  await box.simulator.stop();
});

Deno.test("Closing works from both sides and nothing arrives afterwards", async () => {
  const box = new Box();
  const line = box.open("GATEIO_SPOT");
  const other = box.open("GATEIO_SPOT");
  for (const one of [line, other]) one.gate("spot.book_ticker", "subscribe", ["BTC_USDT"]);
  box.run(1000);
  line.socket.close(1000, "enough");
  const count = line.texts.length;
  box.run(1000);
  assertEquals([line.closed?.code, line.closed?.reason], [1000, "enough"]);
  assertEquals(line.texts.length, count);
  const before = other.texts.length;
  box.simulator.faults.closeAll("MEXC_SPOT", 1012);
  box.run(500);
  assertEquals(other.closed, undefined);
  assert(other.texts.length > before);
  box.simulator.faults.closeAll("GATEIO_SPOT", 1012);
  box.run(500);
  assertEquals(other.closed?.code, 1012);
  await box.simulator.stop();
  assertEquals(box.clock.nextDue, undefined, "no timer is left");
});
