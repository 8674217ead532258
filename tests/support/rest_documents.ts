/**
 * Good answers of both venues' requests, to be damaged.
 * @module
 */
import { gateioContracts, gateioCurrencyPairs, mexcDefaultSymbols, mexcExchangeInfo } from "./rest_bodies.ts";

const dayTicker = {
  symbol: "BTCUSDT",
  priceChangePercent: "0.00400048",
  lastPrice: "46263.71",
  bidPrice: "46260.38",
  bidQty: "",
  askPrice: "46260.41",
  askQty: "0.4",
  highPrice: "47550.01",
  lowPrice: "45555.5",
  volume: "1732.461487",
  quoteVolume: null,
  closeTime: 1641349582808,
};

/** MEXC, by the end of the path. */
export const mexcPublicDocuments = {
  exchangeInfo: { ...mexcExchangeInfo, symbols: [mexcExchangeInfo.symbols[0]!] },
  defaultSymbols: mexcDefaultSymbols,
  time: { serverTime: 1737623435453 },
  depth: {
    lastUpdateId: "74891313263",
    bids: [["61759.73", "0.5"], ["61759.7", "0"]],
    asks: [["61759.74", "2"], ["61760", "1"]],
    timestamp: 1,
  },
  trades: [
    { id: null, price: "3219.58", qty: "0.04757", time: 1737623988881, isBuyerMaker: false },
    { id: null, price: "3219.57", qty: "1", time: 1737623988880, isBuyerMaker: true },
  ],
  "24hr": [dayTicker],
  klines: [
    [1640804880000, "47482.36", "47482.36", "47416.57", "47436.1", "3.550717", 1640804940000, "168387.3"],
    [1640804940000, "47436.1", "47482.36", "47416.57", "47436.1", "3", 1640805000000, "1"],
  ],
};

const [pair] = gateioCurrencyPairs;
const [contract] = gateioContracts;

/** Gate.io spot, by the path. */
export const gateioSpotDocuments = {
  "/spot/currency_pairs": [pair, { ...pair, id: "HYPE_USDT", base: "HYPE", trade_status: "buyable" }],
  "/spot/time": { server_time: 1737623435453 },
  "/spot/order_book": {
    id: 74891313263,
    current: 1,
    bids: [["61759.73", "0.5"]],
    asks: [["61759.74", "2"], ["61760", "1"]],
  },
  "/spot/trades": [
    { id: "1232893233", create_time_ms: "1548000000123.456", side: "sell", amount: "0.15", price: "0.03" },
    { id: "1232893232", create_time_ms: "1548000000123.455", side: "buy", amount: "1", price: "0.031" },
  ],
  "/spot/tickers": [{
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
  }],
  "/spot/candlesticks": [
    ["1717246800", "1157762.868212", "67772.5", "67839.9", "67715", "67715.1", "17.0779", "true"],
  ],
};

const futuresCandle = {
  t: 1539852480,
  v: 97151,
  c: "1.032",
  h: "1.032",
  l: "1.032",
  o: "1.032",
  sum: "3580",
};

/** Gate.io futures, by the path. */
export const gateioFuturesDocuments = {
  "/futures/usdt/contracts": [{
    ...contract,
    leverage_min: "1",
    leverage_max: "125",
    maintenance_rate: "0.004",
    funding_rate: "-0.000031",
    funding_rate_limit: "0.003",
    funding_interval: 28800,
    funding_next_apply: 1784131200,
    orders_limit: 100,
    order_price_deviate: "0.03",
  }],
  "/futures/usdt/risk_limit_tiers": [
    {
      contract: "BTC_USDT",
      tier: 1,
      risk_limit: "1000000",
      initial_rate: "0.008",
      maintenance_rate: "0.004",
      leverage_max: "125",
    },
  ],
  "/futures/usdt/order_book": {
    id: 123456,
    bids: [{ p: "97", s: 1000 }, { p: "96.9", s: "2.5" }],
    asks: [{ p: "97.1", s: 2245 }],
  },
  "/futures/usdt/trades": [
    { id: 121234231, create_time_ms: 1514764800.123, contract: "BTC_USDT", size: -100, price: "100.123" },
    {
      id: 121234230,
      create_time_ms: 1786540580715,
      contract: "BTC_USDT",
      size: "7",
      price: "100.1",
      is_internal: true,
    },
  ],
  "/futures/usdt/tickers": [{
    contract: "BTC_USDT",
    last: "63994.5",
    change_percentage: "-0.4",
    total_size: "783779",
    volume_24h: "184040233",
    volume_24h_quote: "1184040233",
    mark_price: "63994.6",
    index_price: "64020.1",
    funding_rate: "0.000031",
    highest_bid: "63994.4",
    highest_size: "10",
    lowest_ask: "63994.5",
    lowest_size: "3",
    low_24h: "63000",
    high_24h: "65000",
  }],
  "/futures/usdt/candlesticks": [futuresCandle],
  "/futures/usdt/premium_index": [{ t: 1539852480, c: "-0.001", h: "0", l: "-0.002", o: "0.001" }],
  "/futures/usdt/funding_rate": [{ t: 1543968000, r: "-0.000157" }, { t: 1543939200, r: "0.000157" }],
  "/futures/usdt/contract_stats": [{
    time: 1603865400,
    lsr_taker: 1.0049261083743842,
    lsr_account: 10.79,
    long_liq_size: 96,
    long_liq_usd: 1.2,
    short_liq_size: 0,
    short_liq_usd: 0,
    open_interest: 124724,
    open_interest_usd: 1511,
    top_lsr_account: 1.5,
    top_lsr_size: 1.39,
    mark_price: 8865,
  }],
  "/futures/usdt/liq_orders": [
    { time: 1548654951, contract: "BTC_USDT", size: 600, fill_price: "3423" },
    { time: 1548654950, contract: "BTC_USDT", size: -7, fill_price: "3424.5" },
  ],
};
