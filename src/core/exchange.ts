/**
 * The exchanges that cexarb knows.
 * @module
 */
import { ConfigError } from "./errors.ts";

/** Key of a venue: one exchange and one of its markets. */
export type ExchangeKey = "MEXC_SPOT" | "GATEIO_SPOT" | "GATEIO_FUTURES";

/** The company behind a venue: its keys, request limits and clock are the same for all of its venues. */
export type ExchangeFamily = "MEXC" | "GATEIO";

/** Spot market or perpetual futures. */
export type MarketKind = "spot" | "perpetual";

/** Static facts about a venue. */
export interface Exchange {
  readonly key: ExchangeKey;
  readonly family: ExchangeFamily;
  /** Dense number of the venue, also its primary key in the database. */
  readonly id: number;
  /** Name for people. */
  readonly name: string;
  readonly market: MarketKind;
  /** Maker fee as a ratio of the notional for an account without discounts. */
  readonly makerFee: number;
  /** Taker fee as a ratio of the notional for an account without discounts. */
  readonly takerFee: number;
  /**
   * Coin of the fee on a buy: `base` means that less of the bought coin arrives (Gate.io spot),
   * `quote` that it is taken from the money (MEXC spot, and every futures contract). On a sell it is
   * always the quote coin.
   */
  readonly buyFeeCoin: "base" | "quote";
}

/**
 * Every venue, in the order of its id.
 *
 * Fees: MEXC from `exchangeInfo` (`makerCommission` 0, `takerCommission` 0.0005); Gate.io spot from
 * `/wallet/fee` (0.002 for both); Gate.io perpetuals from the account's `/futures/usdt/fee` (0.0002 and
 * 0.0005). UNCONFIRMED: the MEXC fee coin without MX deduction (quote in all live samples).
 */
export const exchanges: readonly Exchange[] = [
  {
    key: "MEXC_SPOT",
    family: "MEXC",
    id: 0,
    name: "MEXC spot",
    market: "spot",
    makerFee: 0,
    takerFee: 0.0005,
    buyFeeCoin: "quote",
  },
  {
    key: "GATEIO_SPOT",
    family: "GATEIO",
    id: 1,
    name: "Gate.io spot",
    market: "spot",
    makerFee: 0.002,
    takerFee: 0.002,
    buyFeeCoin: "base",
  },
  {
    key: "GATEIO_FUTURES",
    family: "GATEIO",
    id: 2,
    name: "Gate.io USDT perpetuals",
    market: "perpetual",
    makerFee: 0.0002,
    takerFee: 0.0005,
    buyFeeCoin: "quote",
  },
];

const byKey = new Map<string, Exchange>(exchanges.map((exchange) => [exchange.key, exchange]));

/**
 * The venue with this key.
 *
 * @throws {ConfigError} when there is no such venue; the message lists those that exist.
 */
export function exchangeByKey(key: string): Exchange {
  const exchange = byKey.get(key);
  if (exchange === undefined) {
    throw new ConfigError(
      `Unknown exchange "${key}": use one of ${exchanges.map((known) => known.key).join(", ")}`,
    );
  }
  return exchange;
}
