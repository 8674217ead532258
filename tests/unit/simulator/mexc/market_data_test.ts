import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { type Body, exact, MexcBox } from "./mexc_box.ts";

const decimal = /^-?\d+(\.\d+)?$/;
const hour = 3_600_000;

/** Keys with the kind of their values: `decimal` for text of a plain number. */
function shapeOf(body: Body): Record<string, string> {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      if (value === null) return [name, "null"];
      return [name, typeof value === "string" && decimal.test(value) ? "decimal" : typeof value];
    }),
  );
}

async function rows<Row = Body>(box: MexcBox, path: string): Promise<Row[]> {
  const { status, body } = await box.get(path);
  assertEquals(status, 200, path);
  return body as unknown as Row[];
}

/** A market that has traded for a while. */
function busy(): MexcBox {
  const box = new MexcBox({ model: { eventsPerSecond: 20 } });
  box.simulator.start();
  box.run(60_000);
  return box;
}

Deno.test("MEXC ping is an empty object, time a whole number of milliseconds", async () => {
  await using box = new MexcBox();
  assertEquals((await box.get("/api/v3/ping")).body, {});
  const { serverTime } = (await box.get("/api/v3/time")).body;
  assert(Number.isInteger(serverTime) && Math.abs(Number(serverTime) - box.clock.epochMs()) < 1000);
  const { body } = await box.get("/api/v3/defaultSymbols");
  assertEquals(Object.keys(body).sort(), ["code", "data", "msg", "timestamp"]);
});

Deno.test("Public trades are newest first, and say who took", async () => {
  await using box = busy();
  const taken = await box.order({ symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.01" });
  const order = await box.query(taken.body.orderId);
  const trades = await rows(box, "/api/v3/trades?symbol=BTCUSDT");
  assert(trades.length > 20);
  assertEquals(shapeOf(trades[0]!), {
    id: "null",
    price: "decimal",
    qty: "decimal",
    quoteQty: "decimal",
    time: "number",
    isBuyerMaker: "boolean",
    isBestMatch: "boolean",
    tradeType: "string",
  });
  const own = trades.find((trade) => trade.time === order.time && trade.qty === "0.01");
  assertEquals([own?.isBuyerMaker, own?.tradeType], [false, "BID"]);
  for (const [index, trade] of trades.entries()) {
    assert(index === 0 || Number(trade.time) <= Number(trades[index - 1]!.time));
    assertEquals(trade.tradeType === "ASK", trade.isBuyerMaker);
    assertAlmostEquals(
      Number(trade.quoteQty),
      Number(trade.price) * Number(trade.qty),
      1e-9 * Number(trade.quoteQty),
    );
  }
  const few = await rows(box, "/api/v3/historicalTrades?symbol=BTCUSDT&limit=5");
  assertEquals(few, await rows(box, "/api/v3/trades?symbol=BTCUSDT&limit=5"));
  assertEquals(few.length, 5);
});

Deno.test("Public trades take a symbol and a limit; what else is sent changes nothing", async () => {
  await using box = busy();
  const path = "/api/v3/trades?symbol=ETHUSDT&limit=5";
  const trades = await rows(box, path);
  assertEquals(trades.length, 5);
  assertEquals(await rows(box, `${path}&startTime=1`), trades);
  assertEquals(await rows(box, `${path.replace("trades", "historicalTrades")}&endTime=1`), trades);
});

Deno.test("Aggregate trades tell the same, and take a range with both ends only", async () => {
  await using box = busy();
  const trades = await rows(box, "/api/v3/trades?symbol=ETHUSDT");
  const aggregates = await rows(box, "/api/v3/aggTrades?symbol=ETHUSDT");
  assertEquals(shapeOf(aggregates[0]!), {
    a: "null",
    f: "null",
    l: "null",
    p: "decimal",
    q: "decimal",
    T: "number",
    m: "boolean",
    M: "boolean",
  });
  assertEquals(
    aggregates.map((row) => [row.p, row.q, row.T, row.m]).slice(-10),
    trades.map((row) => [row.price, row.qty, row.time, row.isBuyerMaker]).slice(-10),
  );
  const [from, to] = [Number(trades.at(-5)!.time), Number(trades.at(-9)!.time)];
  const range = await rows(box, `/api/v3/aggTrades?symbol=ETHUSDT&startTime=${from}&endTime=${to}`);
  assert(range.length >= 5 && range.every((row) => Number(row.T) >= from && Number(row.T) <= to));
  assertEquals((await box.get(`/api/v3/aggTrades?symbol=ETHUSDT&startTime=${from}`)).body.code, -1128);
  assertEquals(
    (await box.get(`/api/v3/aggTrades?symbol=ETHUSDT&startTime=${to}&endTime=${from}`)).body.code,
    400,
  );
});

Deno.test("Candles have eight parts, join without gaps and hold the trades of their window", async () => {
  await using box = busy();
  const candles = await rows<[number, string, string, string, string, string, number, string]>(
    box,
    "/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=10",
  );
  assertEquals(candles.length, 10);
  for (const [index, candle] of candles.entries()) {
    assertEquals(
      candle.map((part) => typeof part === "string" && decimal.test(part) ? "decimal" : typeof part),
      [
        "number",
        "decimal",
        "decimal",
        "decimal",
        "decimal",
        "decimal",
        "number",
        "decimal",
      ],
    );
    assertEquals(candle[6] - candle[0], 60_000);
    if (index > 0) assertEquals(candle[0], candles[index - 1]![6]);
    const [open, high, low, close] = candle.slice(1, 5).map(Number) as [number, number, number, number];
    assert(low <= Math.min(open, close) && high >= Math.max(open, close));
  }
  const trades = await rows(box, "/api/v3/trades?symbol=BTCUSDT&limit=1000");
  // The latest one: of the time before the run, the list of trades has a part only.
  const window = candles.findLast(([open]) =>
    trades.some(({ time }) => Number(time) >= open && Number(time) < open + 60_000)
  )!;
  const held = trades.filter(({ time }) => Number(time) >= window[0] && Number(time) < window[6]);
  assertEquals(exact(window[5]), held.reduce((sum, { qty }) => sum + exact(qty), 0n));
  assertEquals(Number(window[2]), Math.max(...held.map(({ price }) => Number(price))));
});

Deno.test("Every REST interval has candles on its own grid, and 8h has none", async () => {
  await using box = new MexcBox();
  const lengths: Record<string, number> = {
    "1m": 60_000,
    "5m": 300_000,
    "15m": 900_000,
    "30m": 1_800_000,
    "60m": hour,
    "4h": 4 * hour,
    "1d": 24 * hour,
    "1W": 168 * hour,
  };
  for (const [interval, length] of Object.entries(lengths)) {
    const candles = await rows<[number]>(box, `/api/v3/klines?symbol=BTCUSDT&interval=${interval}&limit=3`);
    assertEquals(candles.map(([open]) => open - candles[0]![0]), [0, length, 2 * length], interval);
    if (interval !== "1W") assertEquals(candles[0]![0] % length, 0);
    else assertEquals(new Date(candles[0]![0]).getUTCDay(), 1);
  }
  const months = await rows<[number]>(box, "/api/v3/klines?symbol=BTCUSDT&interval=1M&limit=3");
  assert(months.every(([open]) => new Date(open).getUTCDate() === 1));
  assertEquals((await box.get("/api/v3/klines?symbol=BTCUSDT&interval=8h")).body.code, 33333);
  assertEquals((await box.get("/api/v3/klines?symbol=BTCUSDT&interval=constructor")).body.code, 33333);
  assertEquals((await box.get("/api/v3/klines?symbol=BTCUSDT")).body.code, 44444);
  const start = Math.floor(box.clock.epochMs() / hour) * hour - 10 * hour;
  const path = "/api/v3/klines?symbol=BTCUSDT&interval=60m";
  const from = await rows<[number]>(box, `${path}&startTime=${start}&limit=4`);
  assertEquals(from.map(([open]) => open), [0, 1, 2, 3].map((count) => start + count * hour));
  const range = await rows<[number]>(box, `${path}&startTime=${start}&endTime=${start + 2 * hour}`);
  assertEquals(range.map(([open]) => open), [0, 1, 2].map((count) => start + count * hour));
  const until = await rows<[number]>(box, `${path}&endTime=${start}&limit=2`);
  assertEquals(until.map(([open]) => open), [start - hour, start]);
  assertEquals((await rows(box, `${path}`)).length, 500);
});

Deno.test("The 24-hour ticker has every documented field and no time stamp of its own", async () => {
  await using box = busy();
  const { body } = await box.get("/api/v3/ticker/24hr?symbol=BTCUSDT");
  assertEquals(shapeOf(body), {
    symbol: "string",
    priceChange: "decimal",
    priceChangePercent: "decimal",
    prevClosePrice: "decimal",
    lastPrice: "decimal",
    bidPrice: "decimal",
    bidQty: "decimal",
    askPrice: "decimal",
    askQty: "decimal",
    openPrice: "decimal",
    highPrice: "decimal",
    lowPrice: "decimal",
    volume: "decimal",
    quoteVolume: "decimal",
    openTime: "number",
    closeTime: "number",
    count: "null",
  });
  assertEquals(exact(body.openPrice) + exact(body.priceChange), exact(body.lastPrice));
  assertAlmostEquals(
    Number(body.priceChangePercent),
    Number(body.priceChange) / Number(body.openPrice),
    1e-8,
  );
  const [trade] = await rows(box, "/api/v3/trades?symbol=BTCUSDT&limit=1");
  assertEquals(body.lastPrice, trade!.price);
  assertEquals((await box.get("/api/v3/ticker/price?symbol=BTCUSDT")).body, {
    symbol: "BTCUSDT",
    price: trade!.price,
  });
  const all = await rows(box, "/api/v3/ticker/24hr");
  const prices = await rows(box, "/api/v3/ticker/price");
  assertEquals([all.length, prices.length], [8, 8]);
  assert(prices.every((row) => Object.keys(row).join() === "symbol,price"));
  const candles = await rows<string[]>(box, "/api/v3/klines?symbol=BTCUSDT&interval=5m&limit=288");
  assertEquals(Number(body.highPrice), Math.max(...candles.map((candle) => Number(candle[2]))));
  assertEquals(exact(body.volume), candles.reduce((sum, candle) => sum + exact(candle[5]), 0n));
});

Deno.test("The average price is turnover over volume of the last five minutes", async () => {
  await using box = busy();
  const { body } = await box.get("/api/v3/avgPrice?symbol=BTCUSDT");
  const candles = await rows<string[]>(box, "/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=5");
  const volume = candles.reduce((sum, candle) => sum + Number(candle[5]), 0);
  const turnover = candles.reduce((sum, candle) => sum + Number(candle[7]), 0);
  assertEquals(Object.keys(body), ["mins", "price"]);
  assertEquals(body.mins, 5);
  assertAlmostEquals(Number(body.price), turnover / volume, 0.01);
});

Deno.test("The futures side that general clients look at is empty and well formed", async () => {
  await using box = new MexcBox();
  assertEquals((await box.get("/api/v1/contract/detail")).body, { success: true, code: 0, data: [] });
  const ping = (await box.get("/api/v1/contract/ping")).body;
  assertEquals([ping.success, ping.code, typeof ping.data], [true, 0, "number"]);
});
