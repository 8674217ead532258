/**
 * What MEXC answers by its documents and by samples of live answers, one answer per request; and the other forms in
 * which the same is told.
 * @module
 */
import account from "../unit/exchanges/mexc_private_payloads/account.json" with { type: "json" };
import batch from "../unit/exchanges/mexc_private_payloads/batch_orders.json" with { type: "json" };
import cancelled from "../unit/exchanges/mexc_private_payloads/cancel_order.json" with { type: "json" };
import coins from "../unit/exchanges/mexc_private_payloads/capital_config.json" with { type: "json" };
import openToPrograms from "../unit/exchanges/mexc_private_payloads/default_symbols.json" with {
  type: "json",
};
import trades from "../unit/exchanges/mexc_private_payloads/my_trades.json" with { type: "json" };
import placed from "../unit/exchanges/mexc_private_payloads/new_order.json" with { type: "json" };
import order from "../unit/exchanges/mexc_private_payloads/order.json" with { type: "json" };
import ownSymbols from "../unit/exchanges/mexc_private_payloads/self_symbols.json" with { type: "json" };
import fee from "../unit/exchanges/mexc_private_payloads/trade_fee.json" with { type: "json" };
import uid from "../unit/exchanges/mexc_private_payloads/uid.json" with { type: "json" };

/** Any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

const symbol = {
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
  baseSizePrecision: "0.000001",
  permissions: ["SPOT"],
  filters: [],
  maxQuoteAmount: "4000000",
  makerCommission: "0",
  takerCommission: "0.0005",
  quoteAmountPrecisionMarket: "1",
  maxQuoteAmountMarket: "2000000",
  fullName: "Bitcoin",
  tradeSideType: 1,
};
const ticker = {
  symbol: "BTCUSDT",
  priceChange: "184.34",
  priceChangePercent: "0.00400048",
  prevClosePrice: "46079.37",
  lastPrice: "46263.71",
  bidPrice: "46260.38",
  bidQty: "0.5",
  askPrice: "46260.41",
  askQty: "0.4",
  openPrice: "46079.37",
  highPrice: "47550.01",
  lowPrice: "45555.5",
  volume: "1732.461487",
  quoteVolume: "80000000.1",
  openTime: 1641349500000,
  closeTime: 1641349582808,
  count: null,
};
const trade = { id: null, quoteQty: "153.1554206", isBestMatch: true };
const deposit = {
  amount: "10",
  coin: "USDC-TRX",
  network: "TRX",
  status: 5,
  address: "TSMcEDDvkqY9dz8RkFnrS86U59GwEZjfvh",
  txId: "51a8f49e6f03f2c056e7:0",
  insertTime: 1664805021000,
  unlockConfirm: "200",
  confirmTimes: "203",
  memo: "xxyy1122",
};
const withdrawal = {
  id: "adcd1c8322154de691b815eedcd10c42",
  txId: "0xc8c918cd69b2246db493:0",
  coin: "USDC-MATIC",
  network: "MATIC",
  address: "0xeE6C7a415995312ED52c53a0f8f03e165e0A5D62",
  amount: "2",
  transferType: 0,
  status: 7,
  transactionFee: "1",
  confirmNo: null,
  applyTime: 1664882739000,
  remark: "",
  memo: null,
};

/** Answers by method and path. */
export const mexcDocuments: Readonly<Record<string, Json>> = {
  "GET /api/v3/time": { serverTime: 1645539742000 },
  "GET /api/v3/defaultSymbols": openToPrograms,
  "GET /api/v3/exchangeInfo": {
    timezone: "CST",
    serverTime: 1737623435453,
    rateLimits: [],
    exchangeFilters: [],
    symbols: [symbol],
  },
  "GET /api/v3/depth": {
    lastUpdateId: 744267132,
    bids: [["40838.50", "0.387864"], ["40837.95", "0.008400"]],
    asks: [["40838.61", "6.544908"]],
    timestamp: 1737623988881,
  },
  "GET /api/v3/trades": [
    {
      ...trade,
      price: "3219.58",
      qty: "0.04757",
      time: 1737623988881,
      isBuyerMaker: false,
      tradeType: "BID",
    },
    {
      ...trade,
      price: "3219.57",
      qty: "0.00000016",
      time: 1737623988880,
      isBuyerMaker: true,
      tradeType: "ASK",
    },
  ],
  "GET /api/v3/klines": [
    [1640804880000, "47482.36", "47482.36", "47416.57", "47436.1", "3.550717", 1640804940000, "168387.3"],
  ],
  "GET /api/v3/ticker/24hr": ticker,
  "POST /api/v3/order": placed,
  "POST /api/v3/order/test": {},
  "POST /api/v3/batchOrders": batch,
  "DELETE /api/v3/order": cancelled,
  "DELETE /api/v3/openOrders": [cancelled],
  "GET /api/v3/order": order,
  "GET /api/v3/openOrders": [order],
  "GET /api/v3/account": account,
  "GET /api/v3/myTrades": trades,
  "GET /api/v3/tradeFee": fee,
  "GET /api/v3/selfSymbols": ownSymbols,
  "GET /api/v3/uid": uid,
  "GET /api/v3/capital/config/getall": coins.slice(0, 2),
  "GET /api/v3/capital/deposit/hisrec": [deposit],
  "GET /api/v3/capital/withdraw/history": [withdrawal],
};

function replaced(value: Json, leaf: (value: Json) => Json): Json {
  if (Array.isArray(value)) return value.map((each) => replaced(each, leaf));
  if (value === null || typeof value !== "object") return leaf(value);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, replaced(each, leaf)]));
}

function rearranged(value: Json, fields: (fields: [string, Json][]) => [string, Json][]): Json {
  if (Array.isArray(value)) return value.map((each) => rearranged(each, fields));
  if (value === null || typeof value !== "object") return value;
  const own = Object.entries(value).map(([name, each]): [string, Json] => [name, rearranged(each, fields)]);
  return Object.fromEntries(fields(own));
}

const plainNumber = /^-?\d+(?:\.\d+)?$/;
/** What some documents have and others do not. */
const optional = [
  "orderListId",
  "stpMode",
  "timeInForce",
  "transactTime",
  "isBestMatch",
  "tradeType",
  "available",
  "timestamp",
  "tradeSideType",
  "fullName",
];

/** Ways of saying the same. */
export const mexcForms: Readonly<Record<string, (answer: Json) => Json>> = {
  "numbers as texts": (answer) => replaced(answer, (leaf) => typeof leaf === "number" ? String(leaf) : leaf),
  "texts as numbers": (answer) =>
    replaced(answer, (leaf) => typeof leaf === "string" && plainNumber.test(leaf) ? Number(leaf) : leaf),
  "numbers with exponents": (answer) =>
    replaced(
      answer,
      (leaf) =>
        typeof leaf === "string" && plainNumber.test(leaf) && leaf.includes(".")
          ? Number(leaf).toExponential().replace("e", "E")
          : leaf,
    ),
  "fields that nobody knows": (answer) =>
    rearranged(answer, (fields) => [["_extend", null], ...fields, ["news", { of: ["tomorrow"] }]]),
  "fields in another order": (answer) => rearranged(answer, (fields) => fields.toReversed()),
  "fields left out": (answer) =>
    rearranged(
      answer,
      (fields) => fields.filter(([name, value]) => value !== null && !optional.includes(name)),
    ),
};
