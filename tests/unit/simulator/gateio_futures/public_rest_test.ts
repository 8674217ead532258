import { assert, assertEquals, assertMatch } from "@std/assert";
import { assertShape, type Body, FuturesBox } from "./futures_box.ts";

interface Level {
  p: string;
  s: number;
}
interface Book {
  id?: number;
  current: number;
  update: number;
  asks: Level[];
  bids: Level[];
}

/** Section 6.2 of the protocol facts. */
const contractSample = JSON.parse(
  `{"name":"BTC_USDT","type":"direct","quanto_multiplier":"0.0001","order_size_min":1,"order_size_max":12000000,"enable_decimal":false,"order_price_round":"0.1","mark_price_round":"0.01","order_price_deviate":"0.03","orders_limit":100,"leverage_min":"1","leverage_max":"125","cross_leverage_default":"10","maintenance_rate":"0.004","risk_limit_base":"1000000","risk_limit_step":"1000000","risk_limit_max":"300000000","mark_type":"index","last_price":"64012.9","mark_price":"64013.2","index_price":"64030.1","funding_rate":"0.000031","funding_rate_indicative":"0.000031","funding_interval":28800,"funding_next_apply":1784131200,"funding_offset":0,"funding_impact_value":"60000","funding_cap_ratio":"0.75","funding_rate_limit":"0.003","interest_rate":"0.0003","maker_fee_rate":"-0.0001","taker_fee_rate":"0.00075","ref_discount_rate":"0","ref_rebate_rate":"0.2","trade_id":807645690,"trade_size":767606392,"position_size":783779,"long_users":191,"short_users":157,"orderbook_id":121506955191,"config_change_time":1782119113,"create_time":1546905600,"launch_time":1546905600,"in_delisting":false,"delisting_time":0,"delisted_time":0,"status":"trading","enable_bonus":true,"enable_credit":true,"voucher_leverage":"0","is_pre_market":false,"enable_circuit_breaker":false,"market_order_slip_ratio":"0.05","market_order_size_max":"300000","contract_type":""}`,
);
/** Section 6.4. */
const tickerSample = JSON.parse(
  `{"contract":"BTC_USDT","last":"64012.9","low_24h":"63000","high_24h":"65000","change_percentage":"4.43","change_price":"150.2","total_size":"32323904","volume_24h":"184040233","volume_24h_btc":"2861","volume_24h_usd":"18404023","volume_24h_base":"2861","volume_24h_quote":"184040233","volume_24h_settle":"184040233","mark_price":"64013.2","funding_rate":"0.0001","funding_rate_indicative":"0.0001","index_price":"64030.1","quanto_base_rate":"","highest_bid":"64013","highest_size":"22258","lowest_ask":"64013.1","lowest_size":"44970"}`,
);

Deno.test("A futures contract and ticker have the documented fields and types", async () => {
  const box = new FuturesBox();
  assertShape((await box.get("/contracts/BTC_USDT")).body, contractSample);
  const { body: tickers } = await box.get<Body[]>("/tickers", "contract=BTC_USDT");
  assertShape(tickers, [tickerSample]);
  const all = (await box.get<Body[]>("/contracts")).body.map(({ name }) => name);
  assertEquals((await box.get<Body[]>("/contracts_all")).body.map(({ name }) => name), all);
  assertEquals(
    (await box.get<Body[]>("/contracts", "limit=2&offset=1")).body.map(({ name }) => name),
    all.slice(1, 3),
  );
  assertEquals((await box.get<Body[]>("/tickers")).body.map(({ contract }) => contract), all);
  await box.simulator.stop();
});

Deno.test("The decimal header turns futures sizes into texts and leaves the rest", async () => {
  const box = new FuturesBox();
  const headers = { "x-gate-size-decimal": "1" };
  const plain = (await box.get("/contracts/BTC_USDT")).body;
  const decimal = (await box.get("/contracts/BTC_USDT", "", headers)).body;
  const changed = Object.keys(plain).filter((name) => typeof plain[name] !== typeof decimal[name]);
  assertEquals(changed.sort(), ["order_size_max", "order_size_min", "position_size", "trade_size"]);
  assertEquals([decimal["order_size_max"], decimal["order_size_min"]], ["12000000", "1"]);
  const whole = (await box.get<Book>("/order_book", "contract=BTC_USDT")).body;
  const texts = (await box.get<Book>("/order_book", "contract=BTC_USDT", headers)).body;
  assertEquals(texts.asks.map(({ s }) => s as unknown), whole.asks.map(({ s }) => String(s)));
  assertEquals(texts.bids.map(({ p }) => p), whole.bids.map(({ p }) => p));
  await box.simulator.stop();
});

Deno.test("A futures book is added up in steps: bids round down, asks up", async () => {
  const box = new FuturesBox();
  const { body: fine } = await box.get<Book>("/order_book", "contract=BTC_USDT&limit=100&with_id=true");
  assert(Number.isSafeInteger(fine.id) && fine.current < 1e11 && fine.update <= fine.current);
  const step = 5;
  const { body: coarse } = await box.get<Book>("/order_book", `contract=BTC_USDT&limit=100&interval=${step}`);
  assertEquals(coarse.id, undefined);
  const expected = (levels: Level[], round: (price: number) => number): [number, number][] => {
    const sums = new Map<number, number>();
    for (const { p, s } of levels) {
      const price = round(Number(p) / step) * step;
      sums.set(price, (sums.get(price) ?? 0) + s);
    }
    // The last step may go on beyond the levels that were fetched.
    return [...sums].slice(0, -1);
  };
  const numbers = (levels: Level[], count: number): [number, number][] =>
    levels.slice(0, count).map(({ p, s }) => [Number(p), s]);
  const [bids, asks] = [expected(fine.bids, Math.floor), expected(fine.asks, Math.ceil)];
  assert(bids.length > 1 && asks.length > 1);
  assertEquals(numbers(coarse.bids, bids.length), bids);
  assertEquals(numbers(coarse.asks, asks.length), asks);
  const refused = await box.get("/order_book", "contract=BTC_USDT&interval=0.03");
  assertEquals([refused.status, refused.body["label"]], [400, "INVALID_PARAM_VALUE"]);
  await box.simulator.stop();
});

Deno.test("Futures trades are newest first, signed by their taker, and can be paged by time", async () => {
  const box = new FuturesBox({ eventsPerSecond: 50 });
  box.open();
  box.run(20_000);
  const { body: trades } = await box.get<Body[]>("/trades", "contract=BTC_USDT&limit=1000");
  assert(trades.length > 20);
  const sample =
    `{"id":121234231,"create_time":1514764800.123,"create_time_ms":1514764800.123,"contract":"BTC_USDT","size":-100,"price":"100.1"}`;
  assertShape(trades[0], JSON.parse(sample));
  const ids = trades.map(({ id }) => Number(id));
  assertEquals(ids, [...ids].sort((a, b) => b - a));
  const sizes = trades.map(({ size }) => Number(size));
  assert(sizes.some((size) => size > 0) && sizes.some((size) => size < 0));
  const at = Math.floor(Number(trades[10]!["create_time"]));
  const { body: early } = await box.get<Body[]>("/trades", `contract=BTC_USDT&limit=1000&to=${at}`);
  assertEquals(early, trades.filter(({ create_time }) => Math.floor(Number(create_time)) <= at));
  const { body: paged } = await box.get<Body[]>("/trades", "contract=BTC_USDT&limit=5&offset=3");
  assertEquals(paged, trades.slice(3, 8));
  const older = await box.get<Body[]>("/trades", `contract=BTC_USDT&limit=2&last_id=${ids[4]}`);
  assertEquals(older.body, trades.slice(5, 7));
  await box.simulator.stop();
});

Deno.test("Futures candles lie on their grid, and mark candles have no volume", async () => {
  const box = new FuturesBox({ eventsPerSecond: 50 });
  box.open();
  await box.get("/candlesticks", "contract=mark_BTC_USDT&interval=1m&limit=1");
  box.run(90_000);
  const { body: candles } = await box.get<Body[]>("/candlesticks", "contract=BTC_USDT&interval=1m&limit=10");
  assertShape(
    candles[0],
    JSON.parse(`{"t":1539852480,"v":97151,"c":"1.032","h":"1.032","l":"1.032","o":"1.032","sum":"3580"}`),
  );
  const minute = Math.floor(box.clock.epochMs() / 60_000) * 60;
  assertEquals(
    candles.map(({ t }) => t),
    Array.from({ length: 10 }, (_, index) => minute - 60 * (9 - index)),
  );
  for (const { o, h, l, c } of candles as Record<string, string>[]) {
    assert(Number(l) <= Math.min(Number(o), Number(c)) && Number(h) >= Math.max(Number(o), Number(c)));
  }
  const mark = (await box.get<Body[]>("/candlesticks", "contract=mark_BTC_USDT&interval=1m&limit=1"))
    .body[0]!;
  assertEquals(Object.keys(mark).sort(), ["c", "h", "l", "o", "t"]);
  const { body: [ticker] } = await box.get<Body[]>("/tickers", "contract=BTC_USDT");
  assert(Math.abs(Number(mark["c"]) - Number(ticker!["mark_price"])) < 50, "sampled within a second");
  const premium = (await box.get<Body[]>("/premium_index", "contract=BTC_USDT&interval=1m&limit=1")).body[0]!;
  const expected = Number(ticker!["mark_price"]) / Number(ticker!["index_price"]) - 1;
  assert(Math.abs(Number(premium["c"]) - expected) < 1e-3);
  const range = await box.get<Body[]>(
    "/candlesticks",
    `contract=BTC_USDT&interval=1m&from=${minute - 300}&to=${minute - 60}`,
  );
  assertEquals(range.body, candles.slice(4, 9));
  await box.simulator.stop();
});

const refusals: [string, string][] = [
  ["/candlesticks?contract=BTC_USDT&interval=7m", "INVALID_PARAM_VALUE"],
  ["/candlesticks?contract=BTC_USDT&limit=5&from=1786540000", "INVALID_PARAM_VALUE"],
  ["/candlesticks?contract=BTC_USDT&limit=2001", "INVALID_PARAM_VALUE"],
  ["/candlesticks?contract=BTC_USDT&interval=10s&from=1700000000", "INVALID_PARAM_VALUE"],
  ["/candlesticks?contract=NO_USDT", "CONTRACT_NOT_FOUND"],
  ["/trades", "MISSING_REQUIRED_PARAM"],
  ["/contract_stats?contract=BTC_USDT&limit=101", "INVALID_PARAM_VALUE"],
  ["/liq_orders?from=1786530000&to=1786540000", "INVALID_PARAM_VALUE"],
  ["/risk_limit_table", "MISSING_REQUIRED_PARAM"],
];
for (const [path, label] of refusals) {
  Deno.test(`Futures refuse ${path} with ${label}`, async () => {
    const box = new FuturesBox();
    const [route, query = ""] = path.split("?") as [string, string?];
    const { status, body } = await box.get(route, query);
    assertEquals([status, body["label"]], [400, label]);
    await box.simulator.stop();
  });
}

Deno.test("Futures funding rates, statistics and the rest have the documented shapes", async () => {
  const box = new FuturesBox();
  const { body: rates } = await box.get<Body[]>("/funding_rate", "contract=BTC_USDT&limit=3");
  assertShape(rates[0], { t: 1543968000, r: "0.000157" });
  const batch = await box.call<Body[]>("POST", "/funding_rates", { body: { contracts: ["BTC_USDT"] } });
  assertEquals(batch.body[0]!["contract"], "BTC_USDT");
  assertEquals((batch.body[0]!["data"] as Body[]).slice(0, 3), rates);
  const after = await box.get<Body[]>("/funding_rate", `contract=BTC_USDT&from=${rates[1]!["t"]}`);
  assertEquals(after.body, rates.slice(0, 2));
  const { body: [stat] } = await box.get<Body[]>("/contract_stats", "contract=BTC_USDT&limit=1");
  const names =
    "time lsr_taker lsr_account long_liq_size long_liq_amount long_liq_usd short_liq_size short_liq_amount short_liq_usd open_interest open_interest_usd top_lsr_account top_lsr_size mark_price long_users short_users long_taker_size short_taker_size top_long_size top_short_size top_long_account top_short_account";
  assertEquals(Object.keys(stat!).sort(), names.split(" ").sort());
  assert(Object.values(stat!).every((value) => typeof value === "number"));
  const ratio = Number(stat!["long_taker_size"]) / Number(stat!["short_taker_size"]);
  assertEquals(stat!["lsr_taker"], Number(ratio.toFixed(2)));
  assertShape((await box.get<Body[]>("/insurance", "limit=2")).body[0], { t: 1, b: "1" });
  assertShape((await box.get("/index_constituents/BTC_USDT")).body, {
    index: "BTC_USDT",
    constituents: [{ exchange: "Binance", symbols: ["BTC_USDT"] }],
  });
  assertEquals((await box.get<Body[]>("/liq_orders")).body, []);
  await box.simulator.stop();
});

Deno.test("The maintenance margin of futures has no step where a risk tier ends", async () => {
  const box = new FuturesBox();
  const { body: tiers } = await box.get<Record<string, string>[]>("/risk_limit_tiers", "contract=BTC_USDT");
  assertShape(
    tiers[0],
    JSON.parse(
      `{"tier":1,"risk_limit":"1000000","initial_rate":"0.008","maintenance_rate":"0.004","leverage_max":"125","contract":"BTC_USDT","deduction":"0"}`,
    ),
  );
  const margin = (tier: Record<string, string>, value: number): number =>
    value * Number(tier["maintenance_rate"]) - Number(tier["deduction"]);
  tiers.slice(1).forEach((tier, index) => {
    const limit = Number(tiers[index]!["risk_limit"]);
    assert(Math.abs(margin(tier, limit) - margin(tiers[index]!, limit)) < 1e-6);
  });
  const { body: contract } = await box.get("/contracts/BTC_USDT");
  assertEquals(
    [contract["leverage_max"], contract["maintenance_rate"], contract["risk_limit_max"]],
    [tiers[0]!["leverage_max"], tiers[0]!["maintenance_rate"], tiers.at(-1)!["risk_limit"]],
  );
  const { body: table } = await box.get<Body[]>("/risk_limit_table", "table_id=BTC_USDT");
  assertEquals(table.length, tiers.length);
  assertMatch(String((await box.get("/contracts/LUNC_USDT")).body["mark_price_round"]), /^0\.0+1$/);
  await box.simulator.stop();
});
