import { assert, assertEquals, assertMatch } from "@std/assert";
import type { ExchangeKey } from "../../../src/core/exchange.ts";
import { Box } from "./box.ts";

type Body = Record<string, unknown>;

Deno.test("MEXC lists its symbols with every documented field", async () => {
  const box = new Box();
  const { body } = await box.get("MEXC_SPOT", "/api/v3/exchangeInfo?symbols=BTCUSDT,LUNCUSDT");
  const { symbols, timezone } = body as { symbols: Body[]; timezone: string };
  assertEquals([timezone, symbols.length], ["CST", 2]);
  assertEquals(symbols[0], {
    symbol: "BTCUSDT",
    status: "1",
    baseAsset: "BTC",
    baseAssetPrecision: 8,
    quoteAsset: "USDT",
    quotePrecision: 2,
    quoteAssetPrecision: 2,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 2,
    orderTypes: ["LIMIT", "MARKET", "LIMIT_MAKER"],
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    quoteAmountPrecision: "1",
    baseSizePrecision: "0.00000001",
    permissions: ["SPOT"],
    filters: [],
    maxQuoteAmount: "4000000",
    makerCommission: "0",
    takerCommission: "0.0005",
    quoteAmountPrecisionMarket: "1",
    maxQuoteAmountMarket: "2000000",
    fullName: "BTC",
    tradeSideType: 1,
  });
  const all = (await box.get("MEXC_SPOT", "/api/v3/exchangeInfo")).body as { symbols: Body[] };
  assertEquals(all.symbols.length, 8);
  const names = (await box.get("MEXC_SPOT", "/api/v3/defaultSymbols")).body as { data: string[] };
  assertEquals(names.data, all.symbols.map((symbol) => symbol.symbol));
  await box.simulator.stop();
});

Deno.test("MEXC depth has text levels, a numeric id and a default of 100 levels", async () => {
  const box = new Box();
  const { body, status } = await box.get("MEXC_SPOT", "/api/v3/depth?symbol=PEPEUSDT");
  const depth = body as { lastUpdateId: number; bids: string[][]; asks: string[][]; timestamp: number };
  assertEquals([status, depth.bids.length, depth.asks.length], [200, 100, 100]);
  assert(Number.isSafeInteger(depth.lastUpdateId) && Number.isInteger(depth.timestamp));
  for (const level of [...depth.bids, ...depth.asks]) {
    assert(level.every((text) => /^\d+(\.\d+)?$/.test(text)), "plain decimals, no exponent");
  }
  const short = (await box.get("MEXC_SPOT", "/api/v3/depth?symbol=PEPEUSDT&limit=5")).body as typeof depth;
  assertEquals(short.bids, depth.bids.slice(0, 5));
  const quotes = (await box.get("MEXC_SPOT", "/api/v3/ticker/bookTicker")).body as Body[];
  assertEquals(quotes.length, 8);
  const quote = (await box.get("MEXC_SPOT", "/api/v3/ticker/bookTicker?symbol=PEPEUSDT")).body as Body;
  assertEquals([quote.bidPrice, quote.bidQty], depth.bids[0] as unknown[]);
  await box.simulator.stop();
});

Deno.test("Gate.io spot states pairs, books and tickers as documented", async () => {
  const box = new Box();
  const pair = (await box.get("GATEIO_SPOT", "/spot/currency_pairs/LUNC_USDT")).body as Body;
  assertEquals(
    [pair.id, pair.base, pair.quote, pair.fee, pair.precision, pair.amount_precision, pair.trade_status],
    ["LUNC_USDT", "LUNC", "USDT", "0.2", 8, 0, "tradable"],
  );
  assertEquals([pair.min_base_amount, pair.min_quote_amount], ["1", "3"]);
  assertEquals(((await box.get("GATEIO_SPOT", "/spot/currency_pairs")).body as Body[]).length, 8);
  const { body, headers } = await box.get("GATEIO_SPOT", "/spot/order_book?currency_pair=LUNC_USDT");
  const book = body as { id?: number; current: number; update: number; asks: string[][]; bids: string[][] };
  assertEquals([book.id, book.asks.length, book.bids.length], [undefined, 10, 10]);
  assert(Number.isInteger(book.current) && Number.isInteger(book.update));
  assert(Number(headers.get("x-out-time")) >= Number(headers.get("x-in-time")));
  assertMatch(headers.get("x-gate-trace-id")!, /^[0-9a-f]{32}$/);
  const withId = await box.get(
    "GATEIO_SPOT",
    "/spot/order_book?currency_pair=LUNC_USDT&with_id=true&limit=50",
  );
  assert(Number.isSafeInteger((withId.body as { id: number }).id));
  const tickers = (await box.get("GATEIO_SPOT", "/spot/tickers?currency_pair=LUNC_USDT")).body as Body[];
  assertEquals([tickers.length, tickers[0]!.lowest_ask], [1, book.asks[0]![0]]);
  await box.simulator.stop();
});

Deno.test("Gate.io futures states contracts, books, tickers and funding as documented", async () => {
  const box = new Box();
  const contract = (await box.get("GATEIO_FUTURES", "/futures/usdt/contracts/LUNC_USDT")).body as Body;
  assertEquals(
    [contract.name, contract.type, contract.quanto_multiplier, contract.order_price_round],
    ["LUNC_USDT", "direct", "10000", "0.00000001"],
  );
  assertEquals([contract.order_size_min, contract.in_delisting, contract.status], [1, false, "trading"]);
  assertEquals(Number(contract.funding_next_apply) % 28800, 0);
  assertEquals(((await box.get("GATEIO_FUTURES", "/futures/usdt/contracts")).body as Body[]).length, 8);
  const path = "/futures/usdt/order_book?contract=LUNC_USDT&with_id=true&limit=100";
  const book = (await box.get("GATEIO_FUTURES", path)).body as {
    id: number;
    current: number;
    asks: { p: string; s: number }[];
  };
  assertEquals(book.asks.length, 100);
  assert(Number.isInteger(book.asks[0]!.s) && typeof book.asks[0]!.p === "string");
  assert(book.current < 1e11, "seconds with a fraction");
  const [ticker] = (await box.get("GATEIO_FUTURES", "/futures/usdt/tickers?contract=LUNC_USDT"))
    .body as Body[];
  assertEquals([ticker!.contract, ticker!.lowest_ask], ["LUNC_USDT", book.asks[0]!.p]);
  const rates = await box.get("GATEIO_FUTURES", "/futures/usdt/funding_rate?contract=LUNC_USDT&limit=3");
  const funding = rates.body as { t: number; r: string }[];
  assertEquals(funding.length, 3);
  assertEquals(funding[0]!.t - funding[1]!.t, 28800);
  assert(funding.every(({ t, r }) => t * 1000 <= box.clock.epochMs() && /^-?0(\.\d{1,6})?$/.test(r)));
  await box.simulator.stop();
});

const refusals: [ExchangeKey, string, number, Body][] = [
  ["MEXC_SPOT", "/api/v3/depth?symbol=NOSUCH", 400, { code: -1121 }],
  ["MEXC_SPOT", "/api/v3/exchangeInfo?symbol=NOSUCH", 400, { code: -1121 }],
  ["MEXC_SPOT", "/api/v3/exchangeInfo?symbol=BTCUSDT&symbols=BTCUSDT", 400, { code: -1128 }],
  ["MEXC_SPOT", "/api/v3/depth", 400, { code: 44444 }],
  ["MEXC_SPOT", "/api/v3/depth?symbol=BTCUSDT&limit=0", 400, { code: 33333 }],
  ["MEXC_SPOT", "/api/v3/nothing", 404, { code: 404 }],
  ["GATEIO_SPOT", "/spot/currency_pairs/NOSUCH_USDT", 400, { label: "INVALID_CURRENCY_PAIR" }],
  ["GATEIO_SPOT", "/spot/order_book", 400, { label: "MISSING_REQUIRED_PARAM" }],
  ["GATEIO_SPOT", "/spot/order_book?currency_pair=BTC_USDT&limit=1001", 400, {
    label: "INVALID_PARAM_VALUE",
    message: "Invalid request parameter `limit` value: 1001",
  }],
  ["GATEIO_SPOT", "/spot/nothing", 404, { label: "NOT_FOUND" }],
  ["GATEIO_SPOT", "/nothing", 404, { label: "NOT_FOUND" }],
  ["GATEIO_FUTURES", "/futures/usdt/contracts/NOSUCH_USDT", 400, { label: "CONTRACT_NOT_FOUND" }],
  ["GATEIO_FUTURES", "/futures/usdt/order_book", 400, { label: "MISSING_REQUIRED_PARAM" }],
  ["GATEIO_FUTURES", "/futures/usdt/order_book?contract=BTC_USDT&limit=301", 400, {
    label: "INVALID_PARAM_VALUE",
  }],
];

for (const [exchange, path, status, expected] of refusals) {
  Deno.test(`${exchange} refuses ${path} with ${JSON.stringify(Object.values(expected)[0])}`, async () => {
    const box = new Box();
    const answer = await box.get(exchange, path);
    const body = answer.body as Body;
    assertEquals(answer.status, status);
    for (const [key, value] of Object.entries(expected)) assertEquals(body[key], value);
    assertEquals(Object.keys(body), exchange === "MEXC_SPOT" ? ["code", "msg"] : ["label", "message"]);
    await box.simulator.stop();
  });
}

Deno.test("MEXC answers 429 with Retry-After when a bucket of 500 weight in 10 s is empty", async () => {
  const box = new Box();
  for (let count = 0; count < 50; count++) {
    assertEquals((await box.get("MEXC_SPOT", "/api/v3/exchangeInfo")).status, 200);
  }
  const refused = await box.get("MEXC_SPOT", "/api/v3/exchangeInfo");
  assertEquals([refused.status, (refused.body as Body).code], [429, 429]);
  const seconds = Number(refused.headers.get("retry-after"));
  assert(seconds > 0 && seconds <= 10);
  assertEquals((await box.get("MEXC_SPOT", "/api/v3/ping")).status, 200, "other endpoints have their own");
  box.run(seconds * 1000);
  assertEquals((await box.get("MEXC_SPOT", "/api/v3/exchangeInfo")).status, 200);
  await box.simulator.stop();
});

Deno.test("Gate.io counts requests in its headers and answers 429 over 200 in 10 s", async () => {
  const box = new Box();
  const statuses: number[] = [];
  for (let count = 0; count < 201; count++) {
    const { status, headers } = await box.get("GATEIO_SPOT", "/spot/time");
    statuses.push(status);
    assertEquals(headers.get("x-gate-ratelimit-limit"), "200");
    assertEquals(headers.get("x-gate-ratelimit-requests-remain"), String(Math.max(0, 199 - count)));
  }
  assertEquals([statuses.slice(0, 200).every((status) => status === 200), statuses[200]], [true, 429]);
  box.run(10_000);
  assertEquals((await box.get("GATEIO_SPOT", "/spot/time")).status, 200);
  await box.simulator.stop();
});
