import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { SystemClock } from "../../src/core/clock.ts";
import { ConfigError } from "../../src/core/errors.ts";
import { MarketModel, parseFaultRule, Simulator } from "../../src/simulator/mod.ts";
import { type Box, Line } from "../unit/simulator/box.ts";
import { faultBox, gate, mexc, restingMexcOrder, send } from "./venue_clients.ts";

function addFault(box: Box, rule: Record<string, unknown>): number {
  return box.simulator.script.add(parseFaultRule(rule));
}

async function onSockets(test: (simulator: Simulator, url: string) => Promise<void>): Promise<void> {
  const simulator = Simulator.create({ clock: new SystemClock(), seed: 1, source: new MarketModel() });
  try {
    await test(simulator, (await simulator.listen()).GATEIO_SPOT.ws);
  } finally {
    await simulator.stop();
  }
}

function connect(url: string): { opened: Promise<boolean>; closed: Promise<CloseEvent> } {
  const socket = new WebSocket(url);
  const opened = Promise.withResolvers<boolean>();
  const closed = Promise.withResolvers<CloseEvent>();
  socket.onopen = (): void => opened.resolve(true);
  socket.onerror = (): void => opened.resolve(false);
  socket.onclose = (event): void => closed.resolve(event);
  return { opened: opened.promise, closed: closed.promise };
}

for (const code of [1001, 1005, 1006, 1008, 4000]) {
  Deno.test(`close ends real connections with ${code}`, async () => {
    await onSockets(async (simulator, url) => {
      const { opened, closed } = connect(url);
      assert(await opened);
      simulator.script.add(parseFaultRule({ fault: "close", venue: "GATEIO_SPOT", code }));
      // Deno tells a connection that broke without a close frame as closed with 0.
      assertEquals((await closed).code || 1006, code);
    });
  });
}

Deno.test("refuse-connections turns away new connections for its time; open ones stay", async () => {
  await onSockets(async (simulator, url) => {
    const before = connect(url);
    assert(await before.opened);
    const venues = ["GATEIO_SPOT", "GATEIO_FUTURES"];
    for (const venue of venues) {
      simulator.script.add(parseFaultRule({ fault: "refuse-connections", venue, forMs: 300 }));
    }
    const refused = connect(url);
    assertEquals(await refused.opened, false);
    await refused.closed;
    await new Promise((resolve) => setTimeout(resolve, 400));
    const after = connect(url);
    assert(await after.opened);
    await simulator.stop();
    await Promise.all([before.closed, after.closed]);
  });
});

Deno.test("dark: connections are cut, nobody gets through, and after it the venue is as before", async () => {
  const box = faultBox();
  const line = box.open("MEXC_SPOT");
  const futures = box.open("GATEIO_FUTURES");
  await mexc(box, "POST", "/api/v3/order", restingMexcOrder);
  addFault(box, { fault: "dark", venue: "MEXC_SPOT", forMs: 180_000 });
  box.run(100);
  assertEquals(line.closed?.code, 1006);
  const during = box.open("MEXC_SPOT");
  assertEquals([during.opened, during.closed?.code], [false, 1006]);
  assertEquals(await mexc(box, "GET", "/api/v3/account"), undefined);
  assertEquals((await gate(box, "GET", "/spot/accounts"))!.status, 200);
  assertEquals(futures.closed, undefined);
  box.run(180_000);
  assert(box.open("MEXC_SPOT").opened);
  const orders = await mexc(box, "GET", "/api/v3/openOrders", { symbol: "BTCUSDT" });
  assertEquals((orders!.body as unknown[]).length, 1);
});

Deno.test("One market of Gate.io can be dark while the other one on the same host is not", async () => {
  const box = faultBox();
  addFault(box, { fault: "dark", venue: "GATEIO_FUTURES", forMs: 60_000 });
  assertEquals(await gate(box, "GET", "/futures/usdt/accounts"), undefined);
  assertEquals((await gate(box, "GET", "/spot/accounts"))!.status, 200);
  assertEquals([box.open("GATEIO_FUTURES").opened, box.open("GATEIO_SPOT").opened], [false, true]);
});

Deno.test("clock-jump: the venue's time is another, and requests signed at the right time are refused", async () => {
  const box = faultBox();
  const { rest } = box.simulator.localEndpoints.MEXC_SPOT;
  const serverTime = async (): Promise<number> =>
    ((await send(box, { method: "GET", url: `${rest}/api/v3/time` }))!.body as { serverTime: number })
      .serverTime - box.clock.epochMs();
  assert(Math.abs(await serverTime()) < 100);
  addFault(box, { fault: "clock-jump", venue: "MEXC_SPOT", ms: 20_000, forMs: 60_000 });
  assert(Math.abs(await serverTime() - 20_000) < 100);
  const refused = await mexc(box, "GET", "/api/v3/account");
  assertEquals((refused!.body as { code: number }).code, 700003);
  addFault(box, { fault: "clock-jump", venue: "GATEIO_SPOT", ms: -120_000 });
  const expired = await gate(box, "GET", "/spot/accounts");
  assertEquals([expired!.status, (expired!.body as { label: string }).label], [403, "REQUEST_EXPIRED"]);
  box.run(60_000);
  assertEquals((await mexc(box, "GET", "/api/v3/account"))!.status, 200);
});

Deno.test("expire-listen-keys ends every stream of the key, and the key is gone", async () => {
  const box = faultBox();
  const create = async (): Promise<string> =>
    ((await mexc(box, "POST", "/api/v3/userDataStream"))!.body as { listenKey: string }).listenKey;
  const url = (key: string): string => `${box.simulator.localEndpoints.MEXC_SPOT.ws}?listenKey=${key}`;
  const key = await create();
  const line = new Line(box, url(key));
  box.run(200);
  line.mexc("spot@private.orders.v3.api.pb");
  box.run(200);
  assert(line.opened && line.closed === undefined);
  addFault(box, { fault: "expire-listen-keys", venue: "MEXC_SPOT" });
  box.run(200);
  assert(line.closed !== undefined);
  const again = new Line(box, url(key));
  box.run(200);
  assertEquals(again.texts[0], "Invalid listen key");
  assert((await create()) !== key);
});

Deno.test("frozen-book: one book stands still on the wire and in truth, the others move, and then it moves again", () => {
  const box = faultBox();
  const line = box.open("GATEIO_FUTURES");
  line.gate("futures.book_ticker", "subscribe", ["BTC_USDT", "ETH_USDT"]);
  box.run(1000);
  const count = (symbol: string): number =>
    line.pushes<{ s: string }>("futures.book_ticker").filter(({ result }) => result.s === symbol).length;
  addFault(box, { fault: "frozen-book", venue: "GATEIO_FUTURES", symbol: "BTC_USDT", forMs: 10_000 });
  box.run(100);
  const [frozen, moving] = [count("BTC_USDT"), count("ETH_USDT")];
  const truth = box.simulator.truth.book("GATEIO_FUTURES", "BTC_USDT");
  box.run(9000);
  assertEquals(count("BTC_USDT"), frozen);
  assertEquals(box.simulator.truth.book("GATEIO_FUTURES", "BTC_USDT"), truth);
  assert(count("ETH_USDT") > moving);
  box.run(5000);
  assert(count("BTC_USDT") > frozen);
});

Deno.test("halt, resume and delist change what a symbol takes", async () => {
  const box = faultBox();
  const place = async (): Promise<number> =>
    (await mexc(box, "POST", "/api/v3/order", restingMexcOrder))!.status;
  assertEquals(await place(), 200);
  const rule = { venue: "MEXC_SPOT", symbol: "BTCUSDT" };
  addFault(box, { fault: "halt", ...rule });
  assertEquals(await place(), 400);
  addFault(box, { fault: "resume", ...rule });
  assertEquals(await place(), 200);
  addFault(box, { fault: "delist", ...rule });
  box.run(1000);
  const orders = box.simulator.truth.orders({ venue: "MEXC_SPOT" });
  assertEquals(orders.map(({ state, finish }) => [state, finish]), [
    ["finished", "delisted"],
    ["finished", "delisted"],
  ]);
  const locked = box.simulator.truth.balances({ venue: "MEXC_SPOT" }).map(({ locked }) => locked);
  assertEquals(new Set(locked), new Set(["0"]));
  assertEquals(await place(), 400);
});

Deno.test("A rule waits for its time, can be taken back, and is listed with its state", () => {
  const box = faultBox();
  const id = addFault(box, { fault: "dark", venue: "GATEIO_SPOT", atMs: 5000, forMs: 60_000 });
  const state = (): string => box.simulator.script.faults[0]!.state;
  assertEquals([state(), box.open("GATEIO_SPOT").opened], ["waiting", true]);
  box.run(5000);
  assertEquals([state(), box.open("GATEIO_SPOT").opened], ["active", false]);
  assert(box.simulator.script.remove(id));
  assertEquals([state(), box.open("GATEIO_SPOT").opened], ["over", true]);
  assertEquals(box.simulator.script.remove(id), false);
});

for (
  const [rule, what] of [
    [{ fault: "drop-frames", venue: "MEXC_SPOT" }, "fault"],
    [{ fault: "drop-frame", venue: "BINANCE" }, "venue"],
    [{ fault: "delay-frame", venue: "MEXC_SPOT" }, "ms"],
    [{ fault: "halt", venue: "MEXC_SPOT" }, "symbol"],
    [{ fault: "dark", venue: "MEXC_SPOT" }, "forMs"],
    [{ fault: "close", venue: "MEXC_SPOT", code: 12 }, "close code"],
    [{ fault: "drop-frame", venue: "MEXC_SPOT", simbol: "BTCUSDT" }, "simbol"],
  ] as const
) {
  Deno.test(`A rule with a wrong or missing ${what} is refused and says so`, () => {
    const error = assertThrows(() => parseFaultRule(rule), ConfigError);
    assertStringIncludes(error.message, what);
  });
}
