import { assert, assertEquals } from "@std/assert";
import { MarketModel } from "../../../../src/simulator/mod.ts";
import { type Answer, type Body, books, exact, GateBox, shape } from "./gate_box.ts";

const pair = { currency_pair: "BTC_USDT" };

function ask<Result = Body>(box: GateBox, path: string, query: Record<string, string | number> = {}): Promise<
  Answer<Result>
> {
  return box.call<Result>("GET", path, { query, as: "none" });
}

/** A market that moves, run for some time. */
function moving(): GateBox {
  const box = new GateBox({ source: new MarketModel({ eventsPerSecond: 20 }) });
  box.simulator.start();
  box.run(120_000);
  return box;
}

Deno.test("Gate.io serves every list that general clients ask for at their start", async () => {
  await using box = new GateBox();
  for (
    const path of [
      "/margin/currency_pairs",
      "/futures/btc/contracts",
      "/delivery/usdt/contracts",
      "/options/underlyings",
    ]
  ) {
    assertEquals((await ask(box, path)).body as unknown, []);
  }
  const coins = (await ask<Body[]>(box, "/spot/currencies")).body;
  assertEquals(coins.map((row) => row["currency"]), ["BTC", "USDT", "ETH"]);
  const [chain] = coins[0]!["chains"] as Body[];
  assertEquals([coins[0]!["delisted"], chain!["withdraw_disabled"], chain!["deposit_disabled"]], [
    false,
    false,
    false,
  ]);
  assertEquals((await ask(box, "/spot/currencies/ETH")).body["currency"], "ETH");
  assertEquals((await ask(box, "/spot/currencies/XYZ")).body["label"], "INVALID_CURRENCY");
});

Deno.test("A currency pair of Gate.io has the documented fields", async () => {
  await using box = new GateBox();
  const sample = JSON.parse(
    `{"id":"BTC_USDT","base":"BTC","base_name":"Bitcoin","quote":"USDT","quote_name":"Tether","fee":"0.2","min_base_amount":"0.00001","min_quote_amount":"3","max_quote_amount":"5000000","amount_precision":6,"precision":1,"trade_status":"tradable","sell_start":1516378650,"buy_start":1516378650,"delisting_time":0,"type":"normal","trade_url":"https://www.gate.com/trade/BTC_USDT","st_tag":false,"up_rate":"0","down_rate":"0","slippage":"0.05","market_order_max_stock":"100","market_order_max_money":"1000000"}`,
  );
  const { body } = await ask(box, "/spot/currency_pairs/BTC_USDT");
  assertEquals([shape(body), Object.keys(body)], [shape(sample), Object.keys(sample)]);
  for (const name of ["fee", "min_quote_amount", "amount_precision", "precision", "market_order_max_stock"]) {
    assertEquals(body[name], sample[name]);
  }
  const list = (await ask<Body[]>(box, "/spot/currency_pairs")).body;
  assertEquals(list[0], body);
});

Deno.test("The order book of Gate.io shows whole levels, or wider ones that hold the same", async () => {
  await using box = new GateBox();
  const { body } = await ask(box, "/spot/order_book", { ...pair, with_id: "true" });
  const texts = (levels: readonly (readonly [number, number])[]): string[][] =>
    levels.map((level) => level.map(String));
  assertEquals(Object.keys(body), ["id", "current", "update", "asks", "bids"]);
  assertEquals([body["asks"], body["bids"]], [
    texts(books["BTC_USDT"]!.asks),
    texts(books["BTC_USDT"]!.bids),
  ]);
  assert(!("id" in (await ask(box, "/spot/order_book", pair)).body));
  const wide = (await ask(box, "/spot/order_book", { ...pair, interval: "10", limit: 2 })).body;
  assertEquals(wide["asks"], [["65000", "0.5"], ["65010", "3"]]);
  assertEquals(wide["bids"], [["64990", "1.5"], ["64900", "5"]]);
  for (const [name, value] of [["interval", "0.25"], ["limit", "1001"], ["limit", "0"]] as const) {
    const { status, body: refused } = await ask(box, "/spot/order_book", { ...pair, [name]: value });
    assertEquals([status, "label" in refused], [400, true]);
  }
  const order = { type: "limit", side: "buy", amount: "0.25", price: "64999" };
  await box.order(order);
  const after = (await ask(box, "/spot/order_book", pair)).body["bids"] as string[][];
  assertEquals(after[0], ["64999", "0.75"], "a user's order counts");
});

Deno.test("Public trades of Gate.io are the takers', latest first, and can be walked through", async () => {
  await using box = new GateBox();
  const sample = JSON.parse(
    `{"id":"1232893232","create_time":"1548000000","create_time_ms":"1548000000123.456","currency_pair":"ETH_BTC","side":"buy","amount":"0.15","price":"0.03","range":"...","sequence_id":"588018"}`,
  );
  for (const side of ["buy", "sell", "buy"]) {
    await box.order({ type: "limit", side, amount: "0.001", price: side === "buy" ? "65000" : "64999" });
    box.run(2000);
  }
  const list = async (query: Record<string, string | number> = {}): Promise<Body[]> =>
    (await ask<Body[]>(box, "/spot/trades", { ...pair, ...query })).body;
  const all = await list({ limit: 3 });
  assertEquals(all.map(shape), [shape(sample), shape(sample), shape(sample)]);
  assertEquals(all.map((row) => [row["side"], row["price"]]), [
    ["buy", "65000"],
    ["sell", "64999"],
    ["buy", "65000"],
  ]);
  const ids = all.map((row) => String(row["id"]));
  const idsOf = (rows: Body[]): string[] => rows.map((row) => String(row["id"]));
  assertEquals(idsOf(await list({ limit: 2 })), ids.slice(0, 2));
  assertEquals(idsOf(await list({ limit: 2, page: 2 }))[0], ids[2]);
  assertEquals(idsOf(await list({ last_id: ids[1]! })), ids.slice(0, 1));
  assertEquals(idsOf(await list({ last_id: ids[1]!, reverse: "true" }))[0], ids[2]);
  const second = Number(all[1]!["create_time"]);
  assertEquals(idsOf(await list({ from: second, to: second })), [ids[1]]);
  const far = await ask(box, "/spot/trades", { ...pair, limit: 1000, page: 101 });
  assertEquals(far.body["label"], "INVALID_PARAM_VALUE");
});

Deno.test("Candles of Gate.io spot add up to the trades they hold", async () => {
  await using box = moving();
  const get = async (query: Record<string, string | number>): Promise<string[][]> =>
    (await ask<string[][]>(box, "/spot/candlesticks", { ...pair, ...query })).body;
  const trades = (await ask<Body[]>(box, "/spot/trades", { ...pair, limit: 1000 })).body;
  const minute = await get({ interval: "1m", limit: 2 });
  const [closed, open] = minute as [string[], string[]];
  assertEquals([closed.length, closed[7], open[7]], [8, "true", "false"]);
  assertEquals(Number(open[0]) - Number(closed[0]), 60);
  const inside = trades.filter((row) =>
    Math.floor(Number(row["create_time"]) / 60) * 60 === Number(closed[0])
  );
  assert(inside.length > 3);
  const prices = inside.map((row) => Number(row["price"]));
  assertEquals(Number(closed[3]), Math.max(...prices));
  assertEquals(Number(closed[4]), Math.min(...prices));
  assertEquals([closed[2], closed[5]], [String(inside[0]!["price"]), String(inside.at(-1)!["price"])]);
  assertEquals(exact(closed[6]), inside.reduce((sum, row) => sum + exact(row["amount"]), 0n));
  const quote = inside.reduce((sum, row) => sum + Number(row["price"]) * Number(row["amount"]), 0);
  assert(Math.abs(Number(closed[1]) - quote) < 1e-6 * quote);
  const seconds = await get({ interval: "1s", from: Number(closed[0]), to: Number(closed[0]) + 59 });
  assertEquals(seconds.length, 60);
  assertEquals(
    seconds.reduce((sum, row) => sum + exact(row[6]), 0n),
    exact(closed[6]),
  );
});

Deno.test("Gate.io has candles of every documented interval, 100 of half an hour when nothing is said", async () => {
  await using box = new GateBox();
  const lengths: Record<string, number> = {
    "1s": 1,
    "10s": 10,
    "1m": 60,
    "5m": 300,
    "15m": 900,
    "30m": 1800,
    "1h": 3600,
    "4h": 14400,
    "8h": 28800,
    "1d": 86400,
    "7d": 604800,
  };
  const get = async (query: Record<string, string | number>): Promise<Answer<string[][]>> => {
    await Promise.resolve();
    return ask<string[][]>(box, "/spot/candlesticks", { ...pair, ...query });
  };
  for (const [interval, length] of Object.entries(lengths)) {
    const { body } = await get({ interval, limit: 5 });
    const times = body.map((row) => Number(row[0]));
    assertEquals(times.map((time) => time - times[0]!), [0, 1, 2, 3, 4].map((index) => index * length));
  }
  const months = (await get({ interval: "30d", limit: 3 })).body.map((row) => Number(row[0]));
  assertEquals(
    months.map((time) => new Date(time * 1000).toISOString().slice(0, 10)),
    ["2023-09-01", "2023-10-01", "2023-11-01"],
  );
  const usual = (await get({})).body;
  assertEquals([usual.length, Number(usual[1]![0]) - Number(usual[0]![0])], [100, 1800]);
});

const wrongCandles: [string, Record<string, string | number>, string | undefined][] = [
  ["a limit of 1001", { limit: 1001 }, "Invalid request parameter `limit` value: 1001"],
  ["an unknown interval", { interval: "7m" }, "Invalid request parameter `interval` value: 7m"],
  ["a limit together with a beginning", { limit: 10, from: 1_699_990_000 }, undefined],
  ["more than 1000 points", { interval: "1s", from: 1_699_998_999, to: 1_699_999_999 }, undefined],
  [
    "candles of too long ago",
    { interval: "1m", from: 1_699_390_000, to: 1_699_391_000 },
    "Candlestick too long ago. Maximum 10000 points ago are allowed",
  ],
];

for (const [what, query, message] of wrongCandles) {
  Deno.test(`Gate.io refuses ${what} of candles`, async () => {
    await using box = new GateBox();
    const { status, body } = await ask(box, "/spot/candlesticks", { ...pair, ...query });
    assertEquals([status, body["label"]], [400, "INVALID_PARAM_VALUE"]);
    if (message !== undefined) assertEquals(body["message"], message);
  });
}

Deno.test("Tickers of Gate.io tell the change since midnight in the zones that are asked for", async () => {
  await using box = moving();
  const get = async (query: Record<string, string> = {}): Promise<Body[]> =>
    (await ask<Body[]>(box, "/spot/tickers", query)).body;
  const one = await get({ ...pair, timezone: "all" });
  assertEquals(one.length, 1);
  const [row] = one as [Body];
  const days = (await ask<string[][]>(box, "/spot/candlesticks", { ...pair, interval: "1d", limit: 1 })).body;
  const expected = (Number(row["last"]) / Number(days[0]![5]) - 1) * 100;
  assertEquals(row["change_utc0"], expected.toFixed(2));
  assert("change_utc8" in row);
  const all = await get({ timezone: "utc0" });
  assert(all.length > 1 && all.every((each) => "change_utc0" in each && !("change_utc8" in each)));
  const plain = (await get(pair))[0]!;
  assertEquals(
    Object.keys(plain),
    [
      "currency_pair",
      "last",
      "lowest_ask",
      "lowest_size",
      "highest_bid",
      "highest_size",
      "change_percentage",
      "base_volume",
      "quote_volume",
      "high_24h",
      "low_24h",
    ],
  );
  assertEquals((await ask(box, "/spot/tickers", { timezone: "cet" })).body["label"], "INVALID_PARAM_VALUE");
});
