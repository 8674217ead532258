import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { ConfigError, ProtocolError } from "../../../src/core/errors.ts";
import type { Instrument } from "../../../src/core/instrument.ts";
import { PublicTrade, type TradeSnapshot } from "../../../src/core/public_trade.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { GateioFuturesPublicRest } from "../../../src/exchanges/gateio/public_futures_rest.ts";
import { GateioSpotPublicRest } from "../../../src/exchanges/gateio/public_spot_rest.ts";
import type { TradeList } from "../../../src/exchanges/interfaces/public_rest.ts";
import { MexcPublicRest } from "../../../src/exchanges/mexc/public_rest.ts";
import { RestClient } from "../../../src/net/rest_client.ts";
import { FakeNetwork } from "../../support/fake_network.ts";
import { testInstruments } from "../../support/instruments.ts";
import {
  gateioContracts,
  gateioCurrencyPairs,
  mexcDefaultSymbols,
  mexcExchangeInfo,
} from "../../support/rest_bodies.ts";

const now = 1_786_540_600_000;
const table = testInstruments(["BTC", "HYPE"]);

/** Clients of all venues against answers that the test gives by path and query. */
class Bench {
  readonly network = new FakeNetwork();
  readonly mexc: MexcPublicRest;
  readonly spot: GateioSpotPublicRest;
  readonly futures: GateioFuturesPublicRest;

  constructor(answer: (url: string) => unknown) {
    this.network.answer = ({ url }): { body: unknown } => ({
      body: answer(url.slice("http://venue".length)),
    });
    const client = new RestClient({ network: this.network, baseUrl: "http://venue", errorCode: () => "" });
    const clock = new SimulatedClock(now);
    this.mexc = new MexcPublicRest(client, clock);
    this.spot = new GateioSpotPublicRest(client, clock);
    this.futures = new GateioFuturesPublicRest(client, clock);
  }

  get asked(): string[] {
    return this.network.requests.map(({ url }) => url.slice("http://venue".length));
  }
}

const [mexcBtc] = table.ofExchange("MEXC_SPOT") as [Instrument];
const [spotBtc] = table.ofExchange("GATEIO_SPOT") as [Instrument];
const [futuresBtc] = table.ofExchange("GATEIO_FUTURES") as [Instrument];

function snapshots({ trades }: TradeList): TradeSnapshot[] {
  const view = new PublicTrade();
  return Array.from({ length: trades.length }, (_, i) => view.moveTo(trades, i).snapshot());
}

Deno.test("MexcPublicRest reads the documented trades, oldest first", async () => {
  const row = {
    id: null,
    price: "3219.58",
    qty: "0.04757",
    quoteQty: "153.1554206",
    time: 1737623988881,
    isBuyerMaker: false,
    isBestMatch: true,
    tradeType: "BID",
  };
  const bench = new Bench(() => [
    row,
    { ...row, time: 1737623988880, isBuyerMaker: true, tradeType: "ASK" },
    { ...row, time: 1737623988000 },
  ]);
  const trade = { instrument: mexcBtc.id, id: "", price: 3219.58, quantity: 0.04757, internal: false };
  const kept = { receivedAt: now, recovered: false };
  assertEquals(snapshots(await bench.mexc.fetchTrades(mexcBtc, { limit: 5 })), [
    { ...trade, ...kept, takerSide: "buy", exchangeTime: 1737623988000 },
    { ...trade, ...kept, takerSide: "sell", exchangeTime: 1737623988880 },
    { ...trade, ...kept, takerSide: "buy", exchangeTime: 1737623988881 },
  ]);
  const since = await bench.mexc.fetchTrades(mexcBtc, { since: { id: 0, timeMs: 1737623988880 } });
  assertEquals([since.trades.length, since.complete], [2, true]);
  assertEquals(bench.asked, [
    "/api/v3/trades?symbol=BTCUSDT&limit=5",
    "/api/v3/trades?symbol=BTCUSDT&limit=1000",
  ]);
});

Deno.test("MexcPublicRest says when trades are missing, because the venue tells the last 1,000 only", async () => {
  const rows = Array.from(
    { length: 1000 },
    (_, i) => ({ price: "1", qty: "1", time: now - i, isBuyerMaker: true }),
  );
  const bench = new Bench(() => rows);
  const of = (timeMs: number): Promise<TradeList> =>
    bench.mexc.fetchTrades(mexcBtc, { since: { id: 0, timeMs } });
  assertStrictEquals((await of(now - 998)).complete, true);
  assertStrictEquals((await of(now - 999)).complete, false);
});

Deno.test("MexcPublicRest reads the documented ticker, and ones with empty fields", async () => {
  const row = {
    symbol: "BTCUSDT",
    priceChange: "184.34",
    priceChangePercent: "0.00400048",
    prevClosePrice: "46079.37",
    lastPrice: "46263.71",
    bidPrice: "46260.38",
    bidQty: "",
    askPrice: "46260.41",
    askQty: "0.4",
    openPrice: "46079.37",
    highPrice: "47550.01",
    lowPrice: "45555.5",
    volume: "1732.461487",
    quoteVolume: null,
    openTime: 1641349500000,
    closeTime: 1641349582808,
    count: null,
  };
  const ticker = {
    instrument: mexcBtc.id,
    lastPrice: 46263.71,
    bidPrice: 46260.38,
    askPrice: 46260.41,
    bidQuantity: NaN,
    askQuantity: 0.4,
    highPrice: 47550.01,
    lowPrice: 45555.5,
    change: 0.00400048,
    volume: 1732.461487,
    quoteVolume: NaN,
    exchangeTime: 1641349582808,
    receivedAt: now,
    contract: undefined,
  };
  const bench = new Bench((url) => url.includes("symbol=") ? row : [{ symbol: "ODDUSDT" }, row]);
  assertEquals(await bench.mexc.fetchTickers([mexcBtc]), [ticker]);
  assertEquals(await bench.mexc.fetchTickers(table.ofExchange("MEXC_SPOT")), [ticker]);
  assertEquals(await bench.mexc.fetchTickers([]), []);
  assertEquals(bench.asked, ["/api/v3/ticker/24hr?symbol=BTCUSDT", "/api/v3/ticker/24hr"]);
});

Deno.test("MexcPublicRest reads the documented candles, and asks for fewer at once than the venue really gives", async () => {
  const open = 1640804880000;
  const bench = new Bench(() => [
    [open, "47482.36", "47482.36", "47416.57", "47436.1", "3.550717", 1640804940000, "168387.3"],
  ]);
  const klines = await bench.mexc.fetchKlines(mexcBtc, "1m", { fromMs: open, toMs: open + 1000 * 60_000 });
  assertEquals(klines, [{
    instrument: mexcBtc.id,
    interval: "1m",
    openTime: open,
    closeTime: 1640804940000,
    open: 47482.36,
    high: 47482.36,
    low: 47416.57,
    close: 47436.1,
    volume: 3.550717,
    quoteVolume: 168387.3,
    closed: true,
    receivedAt: now,
  }]);
  await bench.mexc.fetchKlines(mexcBtc, "1h");
  assertEquals(bench.asked, [
    "/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=1640804880000&endTime=1640834820000&limit=500",
    "/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=1640834820000&endTime=1640864760000&limit=500",
    "/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=1640864760000&endTime=1640864880001&limit=500",
    "/api/v3/klines?symbol=BTCUSDT&interval=60m&limit=100",
  ]);
  await assertRejects(() => bench.mexc.fetchKlines(mexcBtc, "8h"), ConfigError, "use one of 1m, 5m");
});

Deno.test("MexcPublicRest marks what is offline, closed to programs, one-sided, or not readable", async () => {
  const [row] = mexcExchangeInfo.symbols;
  const symbols = [
    row,
    { ...row, symbol: "ETHUSDT", isSpotTradingAllowed: false },
    { ...row, symbol: "XUSDT" },
    { ...row, symbol: "ODDUSDT", status: "3" },
    { ...row, symbol: "BUYUSDT", tradeSideType: "2" },
    { symbol: "BADUSDT" },
  ];
  const bench = new Bench((url) =>
    url.endsWith("exchangeInfo")
      ? { symbols }
      : { ...mexcDefaultSymbols, data: [...mexcDefaultSymbols.data, "BUYUSDT"] }
  );
  const listing = await bench.mexc.fetchSymbols();
  assertEquals(
    listing.symbols.map(({ spec, online, apiOpen, sides, delisting }) => [
      spec.exchangeSymbol,
      spec.tradable,
      online,
      apiOpen,
      sides,
      delisting,
    ]),
    [
      ["BTCUSDT", true, true, true, "both", false],
      ["ETHUSDT", false, true, false, "both", false],
      ["XUSDT", false, true, false, "both", false],
      ["ODDUSDT", false, false, true, "both", true],
      ["BUYUSDT", false, true, true, "buy", false],
    ],
  );
  assertEquals(listing.unreadable, ["BADUSDT"]);
});

Deno.test("All venues tell their time", async () => {
  const bench = new Bench((url) => url.startsWith("/api") ? { serverTime: 5 } : { server_time: 6 });
  assertEquals([
    await bench.mexc.fetchServerTime(),
    await bench.spot.fetchServerTime(),
    await bench.futures.fetchServerTime(),
  ], [5, 6, 6]);
});

Deno.test("GateioSpotPublicRest reads the documented trades, and asks for those after an id or a time", async () => {
  const row = {
    id: "1232893232",
    create_time: "1548000000",
    create_time_ms: "1548000000123.456",
    currency_pair: "BTC_USDT",
    side: "buy",
    amount: "0.15",
    price: "0.03",
    range: "...",
    sequence_id: "588018",
  };
  const bench = new Bench(() => [{ ...row, id: "1232893233", side: "sell" }, row]);
  const trade = {
    instrument: spotBtc.id,
    price: 0.03,
    quantity: 0.15,
    internal: false,
    exchangeTime: 1548000000123.456,
    receivedAt: now,
    recovered: false,
  };
  assertEquals(snapshots(await bench.spot.fetchTrades(spotBtc)), [
    { ...trade, id: "1232893232", takerSide: "buy" },
    { ...trade, id: "1232893233", takerSide: "sell" },
  ]);
  const after = await bench.spot.fetchTrades(spotBtc, { since: { id: 1232893232, timeMs: 0 } });
  assertEquals(snapshots(after).map(({ id }) => id), ["1232893233"]);
  await bench.spot.fetchTrades(spotBtc, { since: { id: 0, timeMs: 1548000000999 } });
  assertEquals(bench.asked, [
    "/spot/trades?currency_pair=BTC_USDT&limit=100&page=1",
    "/spot/trades?currency_pair=BTC_USDT&limit=1000&page=1&last_id=1232893232",
    "/spot/trades?currency_pair=BTC_USDT&limit=1000&page=1&from=1548000000",
  ]);
});

Deno.test("GateioSpotPublicRest pages through trades while new ones push the old ones on", async () => {
  let newest = 2500;
  const bench = new Bench((url) => {
    const page = Number(new URL(url, "http://x").searchParams.get("page"));
    newest += 7;
    const ids = Array.from({ length: 1000 }, (_, i) => newest - (page - 1) * 1000 - i).filter((id) =>
      id > 100
    );
    return ids.map((id) => ({ id, create_time_ms: "1", side: "buy", amount: "1", price: "1" }));
  });
  const { trades, complete } = await bench.spot.fetchTrades(spotBtc, { since: { id: 100, timeMs: 0 } });
  assertEquals([complete, bench.asked.length], [true, 3]);
  assertEquals([...trades.ids.subarray(0, trades.length)], Array.from({ length: 2407 }, (_, i) => 101 + i));
});

Deno.test("GateioSpotPublicRest reads the documented ticker and candle", async () => {
  const bench = new Bench((url) =>
    url.startsWith("/spot/tickers")
      ? [{
        currency_pair: "BTC_USDT",
        last: "64028.2",
        lowest_ask: "64028.3",
        lowest_size: "0.5",
        highest_bid: "64028.2",
        highest_size: "0.1",
        change_percentage: "-0.91",
        base_volume: "5182.54",
        quote_volume: "331000000.1",
        high_24h: "65000",
        low_24h: "63000",
      }]
      : [["1717246800", "1157762.868212", "67772.5", "67839.9", "67715", "67715.1", "17.0779", "true"]]
  );
  assertEquals(await bench.spot.fetchTickers([spotBtc]), [{
    instrument: spotBtc.id,
    lastPrice: 64028.2,
    bidPrice: 64028.2,
    askPrice: 64028.3,
    bidQuantity: 0.1,
    askQuantity: 0.5,
    highPrice: 65000,
    lowPrice: 63000,
    change: -0.0091,
    volume: 5182.54,
    quoteVolume: 331000000.1,
    exchangeTime: 0,
    receivedAt: now,
    contract: undefined,
  }]);
  assertEquals(await bench.spot.fetchKlines(spotBtc, "1h", { fromMs: 1717246800000, toMs: 1717246800000 }), [{
    instrument: spotBtc.id,
    interval: "1h",
    openTime: 1717246800000,
    closeTime: 1717250400000,
    open: 67715.1,
    high: 67839.9,
    low: 67715,
    close: 67772.5,
    volume: 17.0779,
    quoteVolume: 1157762.868212,
    closed: true,
    receivedAt: now,
  }]);
  assertEquals(bench.asked, [
    "/spot/tickers?currency_pair=BTC_USDT",
    "/spot/candlesticks?currency_pair=BTC_USDT&interval=1h&from=1717246800&to=1717246800",
  ]);
});

Deno.test("GateioSpotPublicRest marks pairs that can be bought only, and those that go", async () => {
  const [pair] = gateioCurrencyPairs;
  const bench = new Bench(() => [
    pair,
    { ...pair, id: "A_USDT", trade_status: "buyable" },
    { ...pair, id: "B_USDT", trade_status: "untradable", delisting_time: 1786540600 },
    { id: "C_USDT" },
  ]);
  const { symbols, unreadable } = await bench.spot.fetchSymbols();
  assertEquals(
    symbols.map(({ spec, online, sides, delisting }) => [spec.tradable, online, sides, delisting]),
    [[true, true, "both", false], [false, true, "buy", false], [false, false, "none", true]],
  );
  assertEquals(unreadable, ["C_USDT"]);
});

Deno.test("GateioFuturesPublicRest reads the documented trades, whose milliseconds are seconds", async () => {
  const row = {
    id: 121234231,
    create_time: 1514764800.123,
    create_time_ms: 1514764800.123,
    contract: "BTC_USDT",
    size: -100,
    price: "100.1",
  };
  const bench = new Bench(() => [{ ...row, id: 121234232, size: "5", is_internal: true }, row]);
  const trade = {
    instrument: futuresBtc.id,
    price: 100.1,
    exchangeTime: 1514764800123,
    receivedAt: now,
    recovered: false,
  };
  assertEquals(snapshots(await bench.futures.fetchTrades(futuresBtc)), [
    { ...trade, id: "121234231", quantity: 100, takerSide: "sell", internal: false },
    { ...trade, id: "121234232", quantity: 5, takerSide: "buy", internal: true },
  ]);
  await bench.futures.fetchTrades(futuresBtc, { since: { id: 121234231, timeMs: 1514764800123 } });
  assertEquals(bench.asked, [
    "/futures/usdt/trades?contract=BTC_USDT&limit=100&offset=0",
    "/futures/usdt/trades?contract=BTC_USDT&limit=1000&offset=0&from=1514764799",
  ]);
});

Deno.test("GateioFuturesPublicRest reads the documented ticker", async () => {
  const bench = new Bench(() => [{
    contract: "BTC_USDT",
    last: "64012.9",
    low_24h: "63000",
    high_24h: "65000",
    change_percentage: "4.43",
    change_price: "150.2",
    total_size: "32323904",
    volume_24h: "184040233",
    volume_24h_btc: "2861",
    volume_24h_usd: "18404023",
    volume_24h_base: "2861",
    volume_24h_quote: "184040233",
    volume_24h_settle: "184040233",
    mark_price: "64013.2",
    funding_rate: "0.0001",
    funding_rate_indicative: "0.0001",
    index_price: "64030.1",
    quanto_base_rate: "",
    highest_bid: "64013",
    highest_size: "22258",
    lowest_ask: "",
    lowest_size: "0",
  }]);
  assertEquals(await bench.futures.fetchTickers([futuresBtc]), [{
    instrument: futuresBtc.id,
    lastPrice: 64012.9,
    bidPrice: 64013,
    askPrice: NaN,
    bidQuantity: 22258,
    askQuantity: 0,
    highPrice: 65000,
    lowPrice: 63000,
    change: 0.0443,
    volume: 184040233,
    quoteVolume: 184040233,
    exchangeTime: 0,
    receivedAt: now,
    contract: {
      markPrice: 64013.2,
      indexPrice: 64030.1,
      fundingRate: 0.0001,
      nextFunding: 0,
      fundingInterval: 0,
      openInterest: 32323904,
    },
  }]);
});

Deno.test("GateioFuturesPublicRest reads the documented candles, those of mark prices without a volume", async () => {
  const row = { t: 1539852480, v: 97151, c: "1.032", h: "1.032", l: "1.031", o: "1.0315", sum: "3580" };
  const bench = new Bench((url) => {
    if (url.includes("premium_index")) return [{ ...row, v: undefined, sum: undefined, o: "-0.0001" }];
    return [url.includes("mark_") ? { ...row, v: undefined, sum: undefined } : row];
  });
  const kline = {
    instrument: futuresBtc.id,
    interval: "1m" as const,
    openTime: 1539852480000,
    closeTime: 1539852540000,
    open: 1.0315,
    high: 1.032,
    low: 1.031,
    close: 1.032,
    volume: 97151,
    quoteVolume: 3580,
    closed: true,
    receivedAt: now,
  };
  const silent = { ...kline, volume: NaN, quoteVolume: NaN };
  const range = { fromMs: kline.openTime, toMs: kline.openTime };
  assertEquals(await bench.futures.fetchKlines(futuresBtc, "1m", range), [kline]);
  assertEquals(await bench.futures.fetchReferenceKlines(futuresBtc, "mark", "1m"), [silent]);
  assertEquals(await bench.futures.fetchReferenceKlines(futuresBtc, "premium", "1m"), [{
    ...silent,
    open: -0.0001,
  }]);
  assertEquals(bench.asked, [
    "/futures/usdt/candlesticks?contract=BTC_USDT&interval=1m&from=1539852480&to=1539852480",
    "/futures/usdt/candlesticks?contract=mark_BTC_USDT&interval=1m&limit=100",
    "/futures/usdt/premium_index?contract=BTC_USDT&interval=1m&limit=100",
  ]);
  await assertRejects(() => bench.futures.fetchKlines(futuresBtc, "1M"), ConfigError, "GATEIO_FUTURES");
});

Deno.test("GateioFuturesPublicRest asks for funding rates in parts of 30 days and gives them oldest first", async () => {
  const bench = new Bench((url) => {
    const from = new URL(url, "http://x").searchParams.get("from");
    return [{ t: Number(from ?? 1543968000) + 28_800, r: "0.000157" }, {
      t: Number(from ?? 1543968000),
      r: "-0.0001",
    }];
  });
  const day = 86_400_000;
  const rates = await bench.futures.fetchFundingHistory(futuresBtc, { fromMs: 0, toMs: 45 * day });
  assertEquals(rates.map(({ time, rate }) => [time, rate]), [
    [0, -0.0001],
    [28_800_000, 0.000157],
    [30 * day, -0.0001],
    [30 * day + 28_800_000, 0.000157],
  ]);
  assertEquals(bench.asked, [
    "/futures/usdt/funding_rate?contract=BTC_USDT&limit=1000&from=0&to=2591999",
    "/futures/usdt/funding_rate?contract=BTC_USDT&limit=1000&from=2592000&to=3888000",
  ]);
});

Deno.test("GateioFuturesPublicRest reads the documented statistics and liquidations", async () => {
  const bench = new Bench((url) =>
    url.includes("contract_stats")
      ? [{
        time: 1603865400,
        lsr_taker: 1.2,
        lsr_account: 0.5,
        long_liq_size: 1,
        long_liq_amount: 2,
        long_liq_usd: 3,
        short_liq_size: 4,
        short_liq_amount: 5,
        short_liq_usd: 6,
        open_interest: 124724,
        open_interest_usd: 1511,
        top_lsr_account: 1.5,
        top_lsr_size: 1.02,
        mark_price: 8865,
      }]
      : [
        {
          time: 1548654952,
          contract: "BTC_USDT",
          size: -7,
          order_size: 7,
          order_price: "1",
          fill_price: "3425",
          left: 0,
        },
        {
          time: 1548654951,
          contract: "BTC_USDT",
          size: 600,
          order_size: -600,
          order_price: "3405",
          fill_price: "3424",
          left: 0,
        },
      ]
  );
  assertEquals(await bench.futures.fetchContractStats(futuresBtc, "5m"), [{
    instrument: futuresBtc.id,
    time: 1603865400000,
    markPrice: 8865,
    openInterest: 124724,
    openInterestUsd: 1511,
    longLiquidated: 1,
    longLiquidatedUsd: 3,
    shortLiquidated: 4,
    shortLiquidatedUsd: 6,
    takerRatio: 1.2,
    accountRatio: 0.5,
    topAccountRatio: 1.5,
    topSizeRatio: 1.02,
    receivedAt: now,
  }]);
  const liquidation = { instrument: futuresBtc.id, receivedAt: now };
  assertEquals(await bench.futures.fetchLiquidations(futuresBtc), [
    { ...liquidation, position: "long", size: 600, price: 3424, exchangeTime: 1548654951000 },
    { ...liquidation, position: "short", size: 7, price: 3425, exchangeTime: 1548654952000 },
  ]);
  await bench.futures.fetchLiquidations(futuresBtc, { fromMs: 1_500, toMs: 3_700_000 });
  assertEquals(bench.asked.slice(2), [
    "/futures/usdt/liq_orders?contract=BTC_USDT&limit=1000&from=1&to=3600",
    "/futures/usdt/liq_orders?contract=BTC_USDT&limit=1000&from=3601&to=3700",
  ]);
});

Deno.test("GateioFuturesPublicRest gives contracts with their rules and risk limits", async () => {
  const contract = {
    ...gateioContracts[0],
    order_price_deviate: "0.03",
    orders_limit: 100,
    leverage_min: "1",
    leverage_max: "125",
    maintenance_rate: "0.004",
    funding_rate: "0.000031",
    funding_interval: 28800,
    funding_next_apply: 1784131200,
    funding_rate_limit: "0.003",
  };
  const tier = {
    tier: 1,
    risk_limit: "1000000",
    initial_rate: "0.008",
    maintenance_rate: "0.004",
    leverage_max: "125",
    contract: "BTC_USDT",
    deduction: "0",
  };
  const bench = new Bench((url) => {
    if (url.includes("risk_limit_tiers")) {
      return [{ ...tier, tier: 2, risk_limit: "2000000", leverage_max: "100" }, tier];
    }
    if (url.endsWith("/BTC_USDT")) return contract;
    return [contract, { ...contract, name: "GONE_USDT", in_delisting: true }, {
      ...contract,
      name: "C_USD",
      type: "inverse",
    }];
  });
  const { symbols } = await bench.futures.fetchSymbols();
  const [first, gone] = symbols;
  assertEquals(symbols.length, 2);
  assertEquals([gone!.spec.tradable, gone!.online, gone!.delisting, gone!.sides], [
    false,
    true,
    true,
    "none",
  ]);
  const tiers = [
    { limit: 1_000_000, initialRate: 0.008, maintenanceRate: 0.004, maxLeverage: 125 },
    { limit: 2_000_000, initialRate: 0.008, maintenanceRate: 0.004, maxLeverage: 100 },
  ];
  assertEquals(first!.contract, {
    leverageMin: 1,
    leverageMax: 125,
    maintenanceRate: 0.004,
    fundingInterval: 28_800_000,
    fundingRateLimit: 0.003,
    maxQuantity: 12_000_000,
    priceDeviation: 0.03,
    maxOrders: 100,
    decimalSizes: false,
    riskTiers: tiers,
  });
  assertEquals(await bench.futures.fetchRiskTiers(futuresBtc), tiers);
  assertEquals(await bench.futures.fetchFundingRates([futuresBtc]), [{
    instrument: futuresBtc.id,
    rate: 0.000031,
    nextSettlement: 1784131200000,
    interval: 28_800_000,
    time: now,
  }]);
});

Deno.test("Requests refuse bodies that are not as the protocol has them", async () => {
  for (const body of [null, {}, [{}], [[1]], "x"]) {
    const bench = new Bench(() => body);
    const asks: (() => Promise<unknown>)[] = [
      () => bench.mexc.fetchTrades(mexcBtc),
      () => bench.mexc.fetchKlines(mexcBtc, "1m"),
      () => bench.mexc.fetchTickers([mexcBtc]),
      () => bench.spot.fetchTrades(spotBtc),
      () => bench.spot.fetchKlines(spotBtc, "1m"),
      () => bench.spot.fetchTickers([spotBtc]),
      () => bench.futures.fetchTrades(futuresBtc),
      () => bench.futures.fetchKlines(futuresBtc, "1m"),
      () => bench.futures.fetchTickers([futuresBtc]),
      () => bench.futures.fetchFundingHistory(futuresBtc),
      () => bench.futures.fetchContractStats(futuresBtc, "5m"),
      () => bench.futures.fetchLiquidations(futuresBtc),
      () => bench.futures.fetchRiskTiers(futuresBtc),
    ];
    for (const ask of asks) await assertRejects(ask, ProtocolError);
  }
});
