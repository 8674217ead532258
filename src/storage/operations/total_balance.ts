/**
 * What all accounts are worth.
 * @module
 */
import { compareIdentities } from "../../core/coin_identity.ts";
import { exchangeByKey, type ExchangeKey } from "../../core/exchange.ts";
import type { Queryable } from "../queryable.ts";
import { checkTime } from "./arguments.ts";
import { type BalanceRecord, latestBalances } from "./balances.ts";
import { epochMs, exchangeOf, numberOf, textOf, timeOf } from "./row_reader.ts";
import { textLiteral } from "../insert_statement.ts";

/** The coin in which everything is valued; itself it is worth 1. */
const unitCoin = "USDT";

/** What an account holds of a coin, valued. */
export interface ValuedBalance {
  readonly exchange: ExchangeKey;
  readonly coin: string;
  /** Available, locked and frozen minus borrowing and interest, in units of the coin. */
  readonly amount: number;
  /** Middle of the last COIN/USDT quote, USDT; 1 for USDT itself. */
  readonly price: number;
  /** Venue of the price; undefined for USDT itself. */
  readonly priceExchange: ExchangeKey | undefined;
  /** When the price was received, epoch milliseconds; undefined for USDT itself. */
  readonly priceTime: number | undefined;
  /** USDT. */
  readonly value: number;
}

/** What all accounts are worth. */
export interface TotalBalance {
  /** USDT; what has no price is not in it. */
  readonly total: number;
  /** In the order of venue and coin. */
  readonly balances: readonly ValuedBalance[];
  /** What is held or owed and has no price. */
  readonly unpriced: readonly {
    readonly exchange: ExchangeKey;
    readonly coin: string;
    readonly amount: number;
  }[];
}

interface CoinPrice {
  readonly exchange: ExchangeKey;
  readonly coin: string;
  readonly identities: readonly string[];
  readonly middle: number;
  readonly time: number;
}

/**
 * The worth of the latest snapshots of all venues at the latest spot prices.
 *
 * A price of the venue's own company is taken before one of another: there the same ticker may be another coin. Where
 * contracts show that it is, its price is not taken at all.
 *
 * @param sinceMs Prices received before this epoch millisecond do not count; all do when left out.
 * @param mode Mode of the runs whose accounts count, such as `live`; all when left out.
 * @throws {RangeError} for a time that makes no sense.
 */
export async function totalBalance(
  database: Queryable,
  sinceMs: number = 0,
  mode?: string,
): Promise<TotalBalance> {
  checkTime("sinceMs", sinceMs);
  const held = (await latestBalances(database, undefined, mode)).filter((balance) => amountOf(balance) !== 0);
  const coins = [...new Set(held.map(({ coin }) => coin))].filter((coin) => coin !== unitCoin);
  const { prices, identities } = await pricesOf(database, coins, sinceMs);
  const balances: ValuedBalance[] = [];
  const unpriced: TotalBalance["unpriced"][number][] = [];
  for (const balance of held) {
    const { exchange, coin } = balance;
    const amount = amountOf(balance);
    const price = coin === unitCoin ? unitPrice : priceFor(exchange, coin, prices, identities);
    if (price === undefined) unpriced.push({ exchange, coin, amount });
    else balances.push({ exchange, coin, amount, ...price, value: amount * price.price });
  }
  const total = balances.reduce((sum, { value }) => sum + value, 0);
  return { total, balances, unpriced };
}

type Price = Pick<ValuedBalance, "price" | "priceExchange" | "priceTime">;

const unitPrice: Price = { price: 1, priceExchange: undefined, priceTime: undefined };

function priceFor(
  exchange: ExchangeKey,
  coin: string,
  prices: readonly CoinPrice[],
  identities: ReadonlyMap<string, readonly string[]>,
): Price | undefined {
  const { family } = exchangeByKey(exchange);
  const isOwn = (price: CoinPrice): boolean => exchangeByKey(price.exchange).family === family;
  const known = identities.get(`${family} ${coin}`) ?? [];
  const usable = prices.filter((price) =>
    price.coin === coin &&
    (isOwn(price) || compareIdentities(known, price.identities).verdict !== "different")
  ).sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)) || b.time - a.time);
  const [best] = usable;
  return best && { price: best.middle, priceExchange: best.exchange, priceTime: best.time };
}

/** The last middles of these coins on each spot venue, and what is known of the coins of each company. */
async function pricesOf(
  database: Queryable,
  coins: readonly string[],
  sinceMs: number,
): Promise<{ prices: CoinPrice[]; identities: Map<string, readonly string[]> }> {
  const rows = await database.query(
    `select symbols.exchange_id, symbols.base, array_to_string(symbols.identities, ' ') as identities,
      (last.bid_price + last.ask_price) / 2 as middle, ${epochMs("last.received_at")} as received
    from symbols left join lateral (
      select bid_price, ask_price, received_at from book_ticker_snapshots
      where symbol_id = symbols.id and received_at >= ${timeOf(1)}
        and bid_price is not null and ask_price is not null
      order by symbol_id desc, received_at desc limit 1
    ) as last on true
    where symbols.base = any ($2::text::text[]) and symbols.quote = '${unitCoin}' and symbols.market = 'spot'`,
    [sinceMs, textLiteral(coins)],
  );
  const prices: CoinPrice[] = [];
  const identities = new Map<string, readonly string[]>();
  for (const row of rows) {
    const exchange = exchangeOf(row, "exchange_id");
    const coin = textOf(row, "base");
    const known = textOf(row, "identities").split(" ").filter((text) => text !== "");
    identities.set(`${exchangeByKey(exchange).family} ${coin}`, known);
    const middle = numberOf(row, "middle");
    if (Number.isNaN(middle)) continue;
    prices.push({ exchange, coin, identities: known, middle, time: numberOf(row, "received") });
  }
  return { prices, identities };
}

function amountOf({ available, locked, frozen, borrowing, interest }: BalanceRecord): number {
  return available + locked + frozen - borrowing - interest;
}
