/**
 * What the tests use of ccxt, whose own types leave most values open. Amounts are numbers in the units of the
 * market: base coins on spot, contracts on futures; times are epoch milliseconds.
 * @module
 */

/** Free, bound and total amount of one coin. */
export interface Balance {
  readonly free: number;
  readonly used: number;
  readonly total: number;
}

/** Balances by coin. */
export interface Balances {
  readonly [coin: string]: Balance | undefined;
}

/** A cost and its coin. */
export interface Fee {
  readonly cost: number;
  readonly currency: string;
}

/** A public trade, or one of the user's own, which has `order`, `fee` and `takerOrMaker`. */
export interface Trade {
  readonly id: string;
  readonly order?: string;
  readonly timestamp: number;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly price: number;
  readonly amount: number;
  readonly cost: number;
  readonly fee?: Fee;
  readonly takerOrMaker?: "taker" | "maker";
}

/** An order. Whatever the venue does not tell is undefined. */
export interface Order {
  readonly id: string;
  readonly clientOrderId?: string;
  readonly timestamp?: number;
  readonly symbol: string;
  readonly type?: string;
  readonly side?: "buy" | "sell";
  readonly price?: number;
  readonly average?: number;
  readonly amount?: number;
  readonly filled?: number;
  readonly remaining?: number;
  readonly cost?: number;
  readonly status?: "open" | "closed" | "canceled" | "rejected";
  readonly timeInForce?: string;
  readonly postOnly?: boolean;
  readonly reduceOnly?: boolean;
}

/** A book; `nonce` is the version that the venue gave it. */
export interface OrderBook {
  readonly symbol?: string;
  readonly timestamp?: number;
  readonly nonce?: number;
  readonly bids: readonly (readonly [price: number, amount: number])[];
  readonly asks: readonly (readonly [price: number, amount: number])[];
}

/** A ticker. */
export interface Ticker {
  readonly symbol: string;
  readonly timestamp?: number;
  readonly last?: number;
  readonly bid?: number;
  readonly bidVolume?: number;
  readonly ask?: number;
  readonly askVolume?: number;
  readonly high?: number;
  readonly low?: number;
  readonly baseVolume?: number;
  readonly quoteVolume?: number;
  readonly markPrice?: number;
  readonly indexPrice?: number;
}

/** A candle: open time, open, high, low, close, volume. */
export type Candle = readonly [number, number, number, number, number, number];

/** A position in contracts. */
export interface Position {
  readonly symbol: string;
  readonly side?: "long" | "short";
  readonly contracts: number;
  readonly contractSize: number;
  readonly entryPrice?: number;
  readonly leverage?: number;
  readonly marginMode?: string;
}

/** A market with its steps. */
export interface Market {
  readonly id: string;
  readonly symbol: string;
  readonly type: string;
  readonly active: boolean;
  readonly contractSize?: number;
  readonly precision: { readonly amount: number; readonly price: number };
  readonly limits: {
    readonly amount: { readonly min?: number; readonly max?: number };
    readonly cost: { readonly min?: number };
  };
  readonly maker: number;
  readonly taker: number;
}

/** A fee schedule of one market. */
export interface TradingFee {
  readonly maker: number;
  readonly taker: number;
}

/** Parameters that one venue knows. */
export type Parameters = Readonly<Record<string, unknown>>;

/** An order of a batch. */
export interface OrderRequest {
  readonly symbol: string;
  readonly type: "limit" | "market";
  readonly side: "buy" | "sell";
  readonly amount: number;
  readonly price?: number;
  readonly params?: Parameters;
}

type PlaceOrder = (
  symbol: string,
  type: "limit" | "market",
  side: "buy" | "sell",
  amount: number,
  price?: number,
  params?: Parameters,
) => Promise<Order>;
type AskOrder = (id: string | undefined, symbol?: string, params?: Parameters) => Promise<Order>;
type ListOrders = (symbol?: string, since?: number, limit?: number, params?: Parameters) => Promise<Order[]>;
type ListTrades = (symbol?: string, since?: number, limit?: number, params?: Parameters) => Promise<Trade[]>;
type ListCandles = (symbol: string, timeframe?: string, since?: number, limit?: number) => Promise<Candle[]>;
type AskBook = (symbol: string, limit?: number, params?: Parameters) => Promise<OrderBook>;
type AskBalance = (params?: Parameters) => Promise<Balances>;

/** A client of one exchange: REST, and the `watch` methods that stream. */
export class Exchange {
  constructor(config: Parameters);
  readonly id: string;
  readonly urls: { api: unknown };
  readonly currencies: Readonly<Record<string, unknown>>;
  verbose: boolean;
  /** Hears every WebSocket message, decoded from JSON unless it is binary. */
  handleMessage(client: unknown, message: unknown): void;
  close(): Promise<void>;
  market(symbol: string): Market;
  loadMarkets(): Promise<Readonly<Record<string, Market>>>;
  fetchTime(): Promise<number>;
  fetchStatus(): Promise<{ readonly status: string }>;
  fetchOrderBook: AskBook;
  fetchTicker(symbol: string): Promise<Ticker>;
  fetchTickers(symbols?: readonly string[]): Promise<Readonly<Record<string, Ticker>>>;
  fetchBidsAsks(symbols?: readonly string[]): Promise<Readonly<Record<string, Ticker>>>;
  fetchTrades: ListTrades;
  fetchOHLCV: ListCandles;
  fetchBalance: AskBalance;
  fetchTradingFee(symbol: string): Promise<TradingFee>;
  createOrder: PlaceOrder;
  createOrders(orders: readonly OrderRequest[]): Promise<Order[]>;
  createMarketBuyOrderWithCost(symbol: string, cost: number): Promise<Order>;
  editOrder(
    id: string,
    symbol: string,
    type: "limit",
    side: "buy" | "sell",
    amount?: number,
    price?: number,
  ): Promise<Order>;
  cancelOrder: AskOrder;
  cancelOrders(ids: readonly string[], symbol?: string): Promise<Order[]>;
  cancelAllOrders(symbol?: string): Promise<Order[]>;
  fetchOrder: AskOrder;
  fetchOrders: ListOrders;
  fetchOpenOrders: ListOrders;
  fetchClosedOrders: ListOrders;
  fetchMyTrades: ListTrades;
  fetchOrderTrades(id: string, symbol: string): Promise<Trade[]>;
  fetchPosition(symbol: string): Promise<Position>;
  fetchPositions(symbols?: readonly string[]): Promise<Position[]>;
  closePosition(symbol: string): Promise<Order>;
  setLeverage(leverage: number, symbol: string, params?: Parameters): Promise<unknown>;
  fetchFundingRate(symbol: string): Promise<{ readonly fundingRate: number; readonly markPrice?: number }>;
  fetchFundingRateHistory(
    symbol: string,
  ): Promise<{ readonly fundingRate: number; readonly timestamp: number }[]>;
  transfer(coin: string, amount: number, from: string, to: string): Promise<{ readonly id: string }>;
  watchOrderBook: AskBook;
  unWatchOrderBook(symbol: string): Promise<unknown>;
  watchTicker(symbol: string): Promise<Ticker>;
  watchBidsAsks(symbols: readonly string[]): Promise<Readonly<Record<string, Ticker>>>;
  watchTrades: ListTrades;
  watchOHLCV: ListCandles;
  watchOrders: ListOrders;
  watchMyTrades: ListTrades;
  watchBalance: AskBalance;
  watchPositions(symbols?: readonly string[]): Promise<Position[]>;
  createOrderWs: PlaceOrder;
  cancelOrderWs: AskOrder;
  editOrderWs(
    id: string,
    symbol: string,
    type: "limit",
    side: "buy" | "sell",
    amount?: number,
    price?: number,
  ): Promise<Order>;
  fetchOrderWs: AskOrder;
  fetchOpenOrdersWs: ListOrders;
}

/** Clients that stream. */
export const pro: { readonly mexc: typeof Exchange; readonly gate: typeof Exchange };
/** The errors that a venue's answer can become. */
export class BaseError extends Error {}
export class InsufficientFunds extends BaseError {}
export class InvalidOrder extends BaseError {}
export class OrderNotFound extends BaseError {}
export class OrderImmediatelyFillable extends BaseError {}
export class BadSymbol extends BaseError {}
export class BadRequest extends BaseError {}
export class AuthenticationError extends BaseError {}
export class InvalidNonce extends BaseError {}
export class ExchangeError extends BaseError {}
