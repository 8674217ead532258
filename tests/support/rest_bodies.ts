/**
 * REST bodies in the venues' current shape, cut down to two rows.
 * @module
 */

/** `GET /api/v3/exchangeInfo` of MEXC. */
export const mexcExchangeInfo = {
  timezone: "CST",
  serverTime: 1737623435453,
  rateLimits: [],
  exchangeFilters: [],
  symbols: [
    {
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
    },
    // Nobody asks for this one, so it may be as odd as it likes.
    { symbol: "ODDUSDT", status: 7 },
  ],
};

/** `GET /api/v3/defaultSymbols` of MEXC. */
export const mexcDefaultSymbols = {
  data: ["BTCUSDT", "ETHUSDT", "ODDUSDT"],
  code: 200,
  msg: "success",
  timestamp: 1737623435453,
};

/** `GET /spot/currency_pairs` of Gate.io. */
export const gateioCurrencyPairs = [
  {
    id: "BTC_USDT",
    base: "BTC",
    base_name: "Bitcoin",
    quote: "USDT",
    quote_name: "Tether",
    fee: "0.2",
    min_base_amount: "0.00001",
    min_quote_amount: "3",
    amount_precision: 6,
    precision: 1,
    trade_status: "tradable",
    sell_start: 1516378650,
    buy_start: 1516378650,
  },
  { id: "ODD_USDT", base: null },
];

/** `GET /futures/usdt/contracts` of Gate.io. */
export const gateioContracts = [
  {
    name: "BTC_USDT",
    type: "direct",
    quanto_multiplier: "0.0001",
    order_size_min: 1,
    order_size_max: 12000000,
    enable_decimal: false,
    order_price_round: "0.1",
    mark_price_round: "0.01",
    maker_fee_rate: "-0.0001",
    taker_fee_rate: "0.00075",
    in_delisting: false,
    status: "trading",
  },
  { name: "ODD_USDT", type: "direct", quanto_multiplier: 0 },
];
