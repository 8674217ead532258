/**
 * Good answers and pushes about an account of Gate.io, to be damaged.
 * @module
 */

/** A spot order as REST and the trading API write it. */
export const gateioSpotOrder = {
  id: "1852454420",
  text: "t-abc",
  create_time_ms: 1710488334073,
  update_time_ms: 1710488334074,
  status: "closed",
  currency_pair: "BTC_USDT",
  type: "limit",
  account: "spot",
  side: "buy",
  amount: "0.001",
  price: "65000",
  time_in_force: "gtc",
  left: "0.0004",
  filled_amount: "0.0006",
  filled_total: "38.08158",
  avg_deal_price: "63469.3",
  fee: "0.000002",
  fee_currency: "BTC",
  finish_as: "filled",
};

/** A futures order. */
export const gateioFuturesOrder = {
  contract: "BTC_USDT",
  id: 299207900263708,
  price: "64000.1",
  tif: "gtc",
  text: "t-abc",
  is_reduce_only: false,
  fill_price: "64013.1",
  create_time: 1768397866.662,
  update_time: 1768397866.663,
  finish_time: 1768397866.663,
  finish_as: "filled",
  status: "finished",
  left: 25,
  size: 100,
};

const spotFill = {
  id: "1232893232",
  create_time_ms: "1699999990123.456",
  currency_pair: "BTC_USDT",
  order_id: "4128442423",
  side: "buy",
  role: "maker",
  amount: "0.15",
  price: "0.03",
  fee: "0.0005",
  fee_currency: "BTC",
  point_fee: "0",
  gt_fee: "0",
  text: "t-test",
};

const futuresFill = {
  trade_id: 121234231,
  create_time: 1699999990.123,
  contract: "BTC_USDT",
  order_id: "21893289839",
  size: "-100",
  price: "100.123",
  role: "taker",
  text: "t-123456",
  fee: "0.01",
  point_fee: "0",
};

const position = {
  contract: "BTC_USDT",
  size: -9440,
  leverage: "0",
  lever: "10",
  pos_margin_mode: "cross",
  cross_leverage_limit: "10",
  leverage_max: "125",
  margin: "356.9",
  entry_price: "3779.55",
  liq_price: "99999999",
  mark_price: "3780.32",
  unrealised_pnl: "-0.72",
  realised_pnl: "-1.7",
  mode: "dual_short",
  update_time: 1684994406,
};

const transfer = { currency: "USDT", chain: "TRX", timestamp: "1699999000" };

/** Answers by a part of the path. */
export const gateioPrivateDocuments = {
  "/spot/open_orders": [{ currency_pair: "BTC_USDT", total: 1, orders: [gateioSpotOrder] }],
  "/spot/orders": [gateioSpotOrder],
  "/spot/orders/1": gateioSpotOrder,
  "/spot/batch_orders": [{ ...gateioSpotOrder, succeeded: true }],
  "/spot/my_trades": [spotFill],
  "/spot/accounts": [{ currency: "USDT", available: "968.8", locked: "20", update_id: 98 }],
  "/wallet/fee": { taker_fee: "0.002", maker_fee: "-0.0001" },
  "/spot/currencies": [{
    currency: "USDT",
    delisted: false,
    chain: "TRX",
    chains: [{ name: "TRX", addr: "TR7", withdraw_disabled: false, deposit_disabled: true }],
  }],
  "/wallet/withdraw_status": [{
    currency: "USDT",
    withdraw_amount_mini: "2",
    withdraw_fix_on_chains: { ETH: "3.5", TRX: "1" },
  }],
  "/wallet/deposits": [{ id: "d1", ...transfer, amount: "10", status: "PEND" }],
  "/wallet/withdrawals": [{ id: "w1", ...transfer, amount: "3", status: "DONE" }],
  "/futures/usdt/orders": [gateioFuturesOrder],
  "/futures/usdt/orders/1": gateioFuturesOrder,
  "/futures/usdt/my_trades_timerange": [futuresFill],
  "/futures/usdt/accounts": {
    currency: "USDT",
    position_margin: "38.71",
    order_margin: "1.29",
    available: "9669.09",
    cross_initial_margin: "1.5",
    cross_order_margin: "0.5",
    in_dual_mode: false,
  },
  "/futures/usdt/fee": { BTC_USDT: { taker_fee: "0.0005", maker_fee: "-0.0002" } },
  "/futures/usdt/positions": [position],
  "/futures/usdt/risk_limit_tiers": [
    { risk_limit: "1000000", initial_rate: "0.008", maintenance_rate: "0.004", leverage_max: "125" },
  ],
  "/futures/usdt/account_book": [
    { time: 1699999200.5, change: "0.25", id: "8", contract: "BTC_USDT", text: "x" },
  ],
  "/account/detail": { user_id: 110284739, key: { mode: 1 } },
};

function push(channel: string, ...result: object[]): string {
  return JSON.stringify({ time: 1700000000, time_ms: 1700000000007, channel, event: "update", result });
}

/** Pushes of the private streams. */
export const gateioPrivatePushes = {
  spot: [
    push("spot.orders", { ...gateioSpotOrder, status: undefined, event: "update", finish_as: "open" }),
    push("spot.usertrades", spotFill),
    push("spot.balances", {
      timestamp_ms: "1667556323730",
      currency: "USDT",
      total: "1000",
      available: "990",
      freeze: "10",
    }),
  ],
  futures: [
    push("futures.orders", { ...gateioFuturesOrder, status: "open", finish_as: "_new" }),
    push("futures.usertrades", { ...futuresFill, id: "3335259", trade_id: undefined }),
    push("futures.positions", position),
    push("futures.balances", { balance: 9.998, change: -2.07, text: "x", time: 1547199246, type: "fee" }),
  ],
} as const;
