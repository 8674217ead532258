import { assert, assertEquals } from "@std/assert";
import { MarketModel } from "../../../../src/simulator/mod.ts";
import type { TruthBook } from "../../../../src/simulator/market/truth_book.ts";
import { type Body, exact, GateBox, GateLine, shape } from "./gate_box.ts";

type Pairs = [string, string][];

interface Obu {
  t: number;
  full?: boolean;
  s: string;
  u: number;
  U?: number;
  b?: Pairs;
  a?: Pairs;
}

function moving(eventsPerSecond = 50): GateBox {
  return new GateBox({ source: new MarketModel({ eventsPerSecond }) });
}

function apply(side: Map<string, string>, levels: Pairs = []): void {
  for (const [price, size] of levels) {
    if (Number(size) === 0) side.delete(price);
    else side.set(price, size);
  }
}

function sorted(side: Map<string, string>, sign: number): [number, number][] {
  return [...side].map(([price, size]): [number, number] => [Number(price), Number(size)])
    .toSorted((x, y) => sign * (x[0] - y[0]));
}

Deno.test("spot.obu begins with the whole book and leads, number by number, to the true one", async () => {
  for (const [level, intervalMs] of [["50", 20], ["400", 100]] as const) {
    await using box = moving();
    const line = box.open();
    line.ask("spot.obu", "subscribe", [`ob.BTC_USDT.${level}`]);
    box.run(5000);
    const book = (): TruthBook => box.simulator.truth.book("GATEIO_SPOT", "BTC_USDT")!;
    const lastId = (): number => (line.pushes("spot.obu").at(-1)!.result as Obu).u;
    // Until the client has heard of everything.
    for (let count = 0; count < 5000 && book().version !== lastId(); count++) box.run(1);
    const truth = book();
    const pushes = line.pushes("spot.obu");
    const [first, ...rest] = pushes.map(({ result }) => result as Obu);
    assertEquals(Object.keys(pushes[0]!), ["channel", "result", "time_ms", "event"], "no time");
    assertEquals(Object.keys(first!), ["t", "full", "s", "u", "b", "a"]);
    assertEquals(first!.s, `ob.BTC_USDT.${level}`);
    const [bids, asks] = [new Map(first!.b), new Map(first!.a)];
    let last = first!.u;
    for (const delta of rest) {
      assertEquals([delta.U, delta.full], [last + 1, undefined]);
      assert(delta.b === undefined || delta.b.length > 0);
      assert(delta.a === undefined || delta.a.length > 0);
      last = delta.u;
      apply(bids, delta.b);
      apply(asks, delta.a);
    }
    assert(rest.length > 20);
    assertEquals(last, truth.version);
    assertEquals(sorted(bids, -1), truth.bids.slice(0, Number(level)));
    assertEquals(sorted(asks, 1), truth.asks.slice(0, Number(level)));
    const times = pushes.slice(1).map((message) => message.time_ms);
    for (let index = 1; index < times.length; index++) {
      assert(times[index]! - times[index - 1]! >= intervalMs);
    }
  }
});

Deno.test("A second reader of spot.obu gets its own beginning, and both have unbroken numbers", async () => {
  await using box = moving(500);
  const [one, two] = [box.open(), box.open()];
  one.ask("spot.obu", "subscribe", ["ob.BTC_USDT.50"]);
  box.run(1000);
  two.ask("spot.obu", "subscribe", ["ob.BTC_USDT.50"]);
  box.run(1000);
  for (const line of [one, two]) {
    const results = line.pushes("spot.obu").map(({ result }) => result as Obu);
    assertEquals(results.filter(({ full }) => full).length, 1);
    assertEquals(results[0]!.full, true);
    for (let index = 1; index < results.length; index++) {
      assertEquals(results[index]!.U, results[index - 1]!.u + 1);
    }
  }
});

Deno.test("spot.obu cannot be joined twice on one connection, and not with other levels", async () => {
  await using box = new GateBox();
  const line = box.open();
  line.ask("spot.obu", "subscribe", ["ob.BTC_USDT.400"]);
  line.ask("spot.obu", "subscribe", ["ob.ETH_USDT.50", "ob.BTC_USDT.400"]);
  const refused = line.messages.at(-1)!;
  assertEquals(refused.error, { code: 2, message: "Alert sub ob.BTC_USDT.400" });
  line.ask("spot.obu", "subscribe", ["ob.ETH_USDT.50"]);
  assertEquals(line.messages.at(-1)!.result, { status: "success" }, "the refused one joined nothing");
  for (const stream of ["ob.BTC_USDT.100", "BTC_USDT", "ob.BTC_USDT"]) {
    line.ask("spot.obu", "subscribe", [stream]);
    assertEquals(line.messages.at(-1)!.error?.code, 2);
  }
  line.ask("spot.obu", "subscribe", ["ob.NOSUCH_USDT.50"]);
  assertEquals(line.messages.at(-1)!.error?.message, "unknown currency pair: NOSUCH_USDT");
});

Deno.test("A lost frame of spot.obu leaves a hole in the numbers", async () => {
  await using box = moving();
  const line = box.open();
  line.ask("spot.obu", "subscribe", ["ob.BTC_USDT.50"]);
  box.run(1000);
  box.simulator.faults.skipNextUpdate("GATEIO_SPOT", "BTC_USDT");
  box.run(1000);
  const results = line.pushes("spot.obu").map(({ result }) => result as Obu);
  const holes = results.filter((each, index) => index > 0 && each.U !== results[index - 1]!.u + 1);
  assertEquals(holes.length, 1);
});

Deno.test("A trade in the last moment of a window is in a candle that is told, even if nothing was told before", async () => {
  await using box = new GateBox();
  // The last second of a minute.
  box.run(60_000 - box.clock.epochMs() % 60_000 + 59_000);
  const line = box.open();
  line.ask("spot.candlesticks", "subscribe", ["1m", "BTC_USDT"]);
  box.run(300);
  const minute = Math.floor(box.seconds / 60) * 60;
  await box.order({ type: "limit", side: "buy", amount: "0.001", price: "65000" });
  assertEquals(Math.floor(box.seconds / 60) * 60, minute);
  box.run(5000);
  await box.order({ type: "limit", side: "buy", amount: "0.001", price: "65000" });
  box.run(5000);
  const told = line.pushes("spot.candlesticks").map(({ result }) => result as Body);
  const closed = told.find(({ t }) => Number(t) === minute);
  assertEquals([closed?.["w"], closed?.["a"]], [true, "0.001"]);
  assertEquals(told.some(({ t }) => Number(t) === minute + 60), true);
});

Deno.test("spot.candlesticks grows every two seconds at most and says when a window is over", async () => {
  await using box = moving(20);
  const line = box.open();
  line.ask("spot.candlesticks", "subscribe", ["10s", "BTC_USDT"]);
  line.ask("spot.candlesticks", "subscribe", ["1m", "BTC_USDT"]);
  box.run(65_000);
  const sample = { t: "", v: "", c: "", h: "", l: "", o: "", n: "", a: "", w: false };
  const pushes = line.pushes("spot.candlesticks");
  assert(pushes.length > 20);
  for (const { result } of pushes) assertEquals(shape(result), shape(sample));
  const short = pushes.filter(({ result }) => (result as Body)["n"] === "10s_BTC_USDT");
  for (let index = 1; index < short.length; index++) {
    assert(short[index]!.time_ms - short[index - 1]!.time_ms >= 2000);
  }
  const closed = short.map(({ result }) => result as Body).filter((row) => row["w"] === true);
  assert(closed.length >= 5 && new Set(closed.map((row) => row["t"])).size === closed.length);
  const query = { currency_pair: "BTC_USDT", interval: "10s", limit: 20 };
  const rest = (await box.call<string[][]>("GET", "/spot/candlesticks", { query, as: "none" })).body;
  for (const row of closed) {
    const same = rest.find((each) => each[0] === row["t"])!;
    assertEquals([row["v"], row["c"], row["h"], row["l"], row["o"], row["a"]], same.slice(1, 7));
  }
  line.ask("spot.candlesticks", "subscribe", ["2m", "BTC_USDT"]);
  assertEquals(line.messages.at(-1)!.error?.code, 2);
});

Deno.test("spot.trades tells each trade alone, with the documented fields", async () => {
  await using box = new GateBox();
  const line = box.open();
  line.ask("spot.trades", "subscribe", ["BTC_USDT"]);
  await box.order({ type: "limit", side: "buy", amount: "1.2", price: "65000.5" });
  box.run(100);
  const sample = JSON.parse(
    `{"id":214976613,"id_market":214976613,"create_time":1786539952,"create_time_ms":"1786539952742.901000","side":"buy","currency_pair":"BTC_USDT","amount":"0.0803","price":"64028.2","range":"214976613-214976613"}`,
  );
  const rows = line.rows("spot.trades");
  assertEquals(rows.map(shape), [shape(sample), shape(sample)]);
  assertEquals(rows.map((row) => [row["price"], row["amount"]]), [["65000", "0.5"], ["65000.5", "0.7"]]);
  assertEquals(exact(rows[0]!["amount"]) + exact(rows[1]!["amount"]), exact("1.2"));
});

Deno.test("An announced upgrade is told on spot.system, then the connection is closed", async () => {
  await using box = new GateBox();
  const line = box.open();
  box.simulator.announceUpgrade("spot");
  box.run(1000);
  const [notice] = line.pushes("spot.system");
  assertEquals(notice!.result, {
    type: "upgrade",
    msg: "The connection will soon be closed for a service upgrade. Please reconnect.",
  });
  assertEquals(line.closed, undefined);
  box.run(5000);
  assertEquals(line.closed, 1012);
});

Deno.test("The testnet's names of the sockets lead to the same markets", async () => {
  await using box = new GateBox();
  const { ws } = box.simulator.localEndpoints.GATEIO_SPOT;
  const line = new GateLine(box, ws.replace("/ws/v4/", "/v4/ws/spot?x=1"));
  line.ask("spot.trades", "subscribe", ["BTC_USDT"]);
  assertEquals(line.messages.at(-1)!.result, { status: "success" });
});

Deno.test("One address has 300 connections to Gate.io and no more", async () => {
  await using box = new GateBox();
  const lines = Array.from({ length: 300 }, () => box.open());
  const late = box.open();
  assertEquals([lines.every(({ closed }) => closed === undefined), late.closed], [true, 1006]);
  lines[0]!.close();
  assertEquals(box.open().closed, undefined);
});
