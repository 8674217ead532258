import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { mexcByteVectors } from "../../../support/mexc_byte_vectors.ts";
import { SimulatedClock } from "../../../../src/core/simulated_clock.ts";
import { MexcSession } from "../../../../src/simulator/mexc/stream/session.ts";
import { encodePush, type PushHead } from "../../../../src/simulator/mexc/stream/wire.ts";
import { type Body, exact, MexcBox, type Push } from "./mexc_box.ts";

const busyModel = { model: { eventsPerSecond: 20 } };

interface Level {
  readonly price: string;
  readonly quantity: string;
}

for (const { name, bytes, content } of Object.values(mexcByteVectors)) {
  Deno.test(`The frame writer gives the very bytes of ${name}`, () => {
    const { channel, symbol, symbolId, createTime, sendTime, ...body }: Record<string, unknown> = content;
    const head = Object.entries({ channel, symbol, symbolId, createTime, sendTime })
      .filter(([, value]) => value !== undefined)
      .map(([field, value]) => [field, field.endsWith("Time") ? Number(value) : value]);
    const written = encodePush(Object.fromEntries(head) as PushHead, body as Record<string, object>);
    assertEquals(Uint8Array.from(written), bytes);
  });
}

Deno.test("increase.depth.batch gives every change of the book its own version, without gaps", async () => {
  await using box = new MexcBox(busyModel);
  const channel = "spot@public.increase.depth.batch.v3.api.pb@BTCUSDT";
  const line = box.open();
  line.subscribe(channel);
  box.run(500);
  const { body } = await box.get("/api/v3/depth?symbol=BTCUSDT&limit=5000");
  box.run(3000);
  const snapshot = body as unknown as {
    lastUpdateId: number;
    bids: [string, string][];
    asks: [string, string][];
  };
  const book = { bids: new Map(snapshot.bids), asks: new Map(snapshot.asks) };
  let version = snapshot.lastUpdateId;
  let last: number | undefined;
  const batches = line.bodies("publicIncreaseDepthsBatch");
  assert(batches.length > 50);
  for (const { items, eventType } of batches as { items: Body[]; eventType: string }[]) {
    assertEquals(eventType, "spot@public.increase.depth.batch.v3.api.pb");
    assert(items.length <= 6);
    for (const item of items) {
      const own = Number(item.version);
      if (last !== undefined) assertEquals(own, last + 1);
      last = own;
      const levels = { bids: (item.bids ?? []) as Level[], asks: (item.asks ?? []) as Level[] };
      assertEquals(levels.bids.length + levels.asks.length, 1);
      if (own <= version) continue;
      version = own;
      for (const side of ["bids", "asks"] as const) {
        for (const { price, quantity } of levels[side]) {
          if (quantity === "0") book[side].delete(price);
          else book[side].set(price, quantity);
        }
      }
    }
  }
  const truth = box.simulator.truth.book("MEXC_SPOT", "BTCUSDT")!;
  if (version !== truth.version) box.run(10);
  assert(truth.version - version < 20, "only the latest changes are still under way");
  const best = [...book.bids.keys()].map(Number).sort((a, b) => b - a)[0]!;
  assertAlmostEquals(best, truth.bids[0]![0], truth.bids[0]![0] * 1e-4);
});

Deno.test("bookTicker.batch tells every best price, and ends with the one that stands", async () => {
  await using box = new MexcBox(busyModel);
  const line = box.open();
  line.subscribe("spot@public.bookTicker.batch.v3.api.pb@ETHUSDT");
  box.run(5000);
  const batches = line.bodies("publicBookTickerBatch") as unknown as { items: Body[]; version: string }[];
  assert(batches.length > 10);
  for (const { items, version } of batches) {
    assert(/^\d+$/.test(version) && items.length > 0);
    for (const item of items) {
      assertEquals(Object.keys(item), ["bidPrice", "bidQuantity", "askPrice", "askQuantity"]);
      assert(exact(item.bidPrice) < exact(item.askPrice));
    }
  }
});

Deno.test("Candles are pushed each second that traded, with the head and the figures of the REST interface", async () => {
  await using box = new MexcBox(busyModel);
  const channel = "spot@public.kline.v3.api.pb@BTCUSDT@Min1";
  const line = box.open();
  line.subscribe(channel);
  box.run(150_000);
  assert(line.pushes.length > 50 && line.pushes.length <= 155);
  for (const push of line.pushes) {
    assertEquals(Object.keys(push), ["channel", "symbol", "symbolId", "createTime", "publicSpotKline"]);
    assert(/^[0-9a-f]{32}$/.test(String(push.symbolId)));
  }
  const final = new Map<string, Body>();
  for (const body of line.bodies("publicSpotKline")) final.set(String(body.windowStart), body);
  const rows = (await box.get("/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=4"))
    .body as unknown as unknown[][];
  let compared = 0;
  for (const row of rows.slice(0, -1)) {
    const body = final.get(String(Number(row[0]) / 1000));
    if (body === undefined) continue;
    compared += 1;
    assertEquals([
      body.interval,
      body.openingPrice,
      body.highestPrice,
      body.lowestPrice,
      body.closingPrice,
      body.volume,
      body.windowEnd,
      body.amount,
    ], ["Min1", row[1], row[2], row[3], row[4], row[5], String(Number(row[6]) / 1000), row[7]]);
  }
  assert(compared >= 2);
});

Deno.test("Every documented candle interval has a channel, and others have none", async () => {
  await using box = new MexcBox(busyModel);
  const names = ["Min1", "Min5", "Min15", "Min30", "Min60", "Hour4", "Hour8", "Day1", "Week1", "Month1"];
  const line = box.open();
  for (const name of [...names, "Min3", "constructor"]) {
    line.subscribe(`spot@public.kline.v3.api.pb@BTCUSDT@${name}`);
  }
  box.run(10_000);
  const seen = new Set(line.bodies("publicSpotKline").map(({ interval }) => interval));
  assertEquals([...seen].sort(), names.sort());
  assertEquals(line.texts.filter((text) => text.includes("Not Subscribed")).length, 2);
  for (const { interval, windowStart, windowEnd } of line.bodies("publicSpotKline")) {
    assert(Number(windowStart) * 1000 <= box.clock.epochMs(), String(interval));
    assert(Number(windowEnd) > Number(windowStart));
  }
});

Deno.test("miniTicker follows its zone, miniTickers has all symbols", async () => {
  await using box = new MexcBox(busyModel);
  const line = box.open();
  line.subscribe(
    "spot@public.miniTicker.v3.api.pb@BTCUSDT@UTC+0",
    "spot@public.miniTicker.v3.api.pb@BTCUSDT@24H",
    "spot@public.miniTickers.v3.api.pb@UTC+8",
  );
  line.subscribe("spot@public.miniTicker.v3.api.pb@BTCUSDT@MARS", "spot@public.miniTickers.v3.api.pb@UTC+15");
  box.run(5000);
  assert(line.texts[1]!.includes("Not Subscribed"));
  const of = (channel: string): Push[] => line.pushes.filter((push) => push.channel.endsWith(channel));
  const [utc, rolling, all] = [of("@UTC+0").at(-1)!, of("@24H").at(-1)!, of("@UTC+8").at(-1)!];
  const ticker = utc.publicMiniTicker as Body;
  assertEquals(Object.keys(ticker), [
    "symbol",
    "price",
    "rate",
    "zonedRate",
    "high",
    "low",
    "volume",
    "quantity",
    "lastCloseRate",
    "lastCloseZonedRate",
    "lastCloseHigh",
    "lastCloseLow",
  ]);
  assertEquals([utc.symbol, all.symbol], ["BTCUSDT", undefined]);
  const items = (all.publicMiniTickers as { items: Body[] }).items;
  assertEquals(items.length, 8);
  const day = (await box.get("/api/v3/ticker/24hr?symbol=BTCUSDT")).body;
  assertEquals([ticker.high, ticker.low], [day.highPrice, day.lowPrice]);
  const rate = (rolling.publicMiniTicker as Body).zonedRate;
  assertAlmostEquals(Number(rate), Number(day.priceChangePercent), 2e-3);
  const [today] = (await box.get("/api/v3/klines?symbol=BTCUSDT&interval=1d&limit=1"))
    .body as unknown as string[][];
  assertAlmostEquals(Number(ticker.zonedRate), Number(ticker.price) / Number(today![1]) - 1, 6e-5);
  const home = items.find(({ symbol }) => symbol === "BTCUSDT")!;
  assertEquals(home.rate, home.zonedRate);
});

Deno.test("Retired channels, wrong intervals and wrong depths are blocked", async () => {
  await using box = new MexcBox();
  const wrong = [
    "spot@public.deals.v3.api.pb@BTCUSDT",
    "spot@public.increase.depth.v3.api.pb@BTCUSDT",
    "spot@public.bookTicker.v3.api.pb@BTCUSDT",
    "spot@public.aggre.depth.v3.api.pb@50ms@BTCUSDT",
    "spot@public.aggre.depth.v3.api.pb@100ms@BTCUSDT@5",
    "spot@public.aggre.depth.v3.api.pb@100ms",
    "spot@public.limit.depth.v3.api.pb@BTCUSDT@15",
    "spot@public.constructor.v3.api.pb@BTCUSDT",
    "spot@public.aggre.deals.v3.api.pb@constructor@BTCUSDT",
    "spot@public.kline.v3.api.pb@BTCUSDT@constructor",
    "spot@public.increase.depth.batch.v3.api.pb@NOSUCH",
  ];
  const line = box.open();
  for (const channel of wrong) line.subscribe(channel);
  box.run(200);
  const texts = line.texts.map((text) => JSON.parse(text));
  assertEquals(
    texts,
    wrong.map((channel) => ({
      id: 0,
      code: 0,
      msg: `Not Subscribed successfully! [${channel}].  Reason： Blocked! `,
    })),
  );
});

Deno.test("A user's order is in the public depth at once, and leaves it with its cancellation", async () => {
  await using box = new MexcBox();
  const line = box.open();
  line.subscribe(
    "spot@public.aggre.depth.v3.api.pb@10ms@BTCUSDT",
    "spot@public.aggre.deals.v3.api.pb@10ms@BTCUSDT",
  );
  const { body } = await box.order({
    symbol: "BTCUSDT",
    side: "BUY",
    type: "LIMIT",
    quantity: "0.01",
    price: "50000",
  });
  box.run(100);
  await box.signed("DELETE", "/api/v3/order", { symbol: "BTCUSDT", orderId: String(body.orderId) });
  box.run(100);
  const frames = line.bodies("publicAggreDepths") as unknown as {
    bids: Level[];
    fromVersion: string;
    toVersion: string;
  }[];
  assertEquals(frames.map(({ bids }) => bids), [[{ price: "50000", quantity: "0.01" }], [{
    price: "50000",
    quantity: "0",
  }]]);
  assertEquals(Number(frames[1]!.fromVersion), Number(frames[0]!.toVersion) + 1);
  await box.order({ symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.01" });
  box.run(100);
  const fills = (await box.signed("GET", "/api/v3/myTrades", { symbol: "BTCUSDT" }))
    .body as unknown as Body[];
  const deals = line.bodies("publicAggreDeals").flatMap(({ deals }) => deals as Body[]);
  assertEquals(
    deals.map((deal) => deal.tradeId),
    fills.map((fill) => fill.id),
    "both sides know one trade id",
  );
});

Deno.test("Binary messages count against the 100 of a second too", () => {
  const told: unknown[] = [];
  let closed = false;
  const session = new MexcSession(
    { send: (frame) => told.push(frame), close: () => closed = true },
    { clock: new SimulatedClock(0), find: () => undefined },
  );
  for (let count = 0; count < 100; count++) session.onBinary();
  assertEquals([told.length, closed], [100, false]);
  session.onBinary();
  assertEquals([told.length, closed], [100, true]);
  session.onClose();
});
