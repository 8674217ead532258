/**
 * What operations on accounts and collectors must tell, held in every kind of database by storage_operations_test.ts.
 * @module
 */
import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { exchanges } from "../../src/core/exchange.ts";
import type { Database, Row } from "../../src/storage/database.ts";
import * as read from "../../src/storage/operations/mod.ts";
import {
  isWithin,
  latest,
  moment,
  price,
  type Quote,
  quoteRows,
  quotes,
  range,
  someSymbol,
  start,
  subRange,
} from "../support/recorded_quotes.ts";
import { fixedSymbols, insertRows, iso, undone } from "../support/recorded_rows.ts";

const runs = { numRuns: 12 };
const amount = fc.integer({ min: 0, max: 10_000 }).map((steps) => steps / 8);

function balanceRow(
  exchange: number,
  coin: string,
  at: number,
  available: number,
  locked = 0,
  frozen = 0,
  borrowing = 0,
): Row {
  return {
    run_id: 1,
    exchange_id: exchange,
    coin,
    available,
    locked,
    frozen,
    borrowing,
    interest: borrowing / 8,
    taken_at: iso(at),
  };
}

/** Balances and what is worked out of them. */
export async function balances(database: Database): Promise<void> {
  const sizes = fc.tuple(amount, amount, amount, amount);
  const coins = ["USDT", "BTC", "ETH", "GONE"];
  const snapshots = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 2 }), fc.array(sizes, { minLength: 1, maxLength: 4 })),
    { maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(snapshots, quotes, (all, prices) =>
      undone(database, async (inner) => {
        // A snapshot a second; a later one may have fewer coins.
        const rows = all.flatMap(([exchange, held], index) =>
          held.map(([a, b, c, d], coin) =>
            balanceRow(exchange, coins[coin]!, start + index * 1_000, a, b, c, d)
          )
        );
        await insertRows(inner, "balance_snapshots", rows);
        await insertRows(inner, "book_ticker_snapshots", quoteRows(prices));
        const expected = [0, 1, 2].flatMap((exchange) => {
          const index = all.findLastIndex(([each]) => each === exchange);
          return index < 0 ? [] : all[index]![1].map(([available, locked, frozen, borrowing], coin) => ({
            exchange: exchanges[exchange]!.key,
            coin: coins[coin]!,
            available,
            locked,
            frozen,
            borrowing,
            interest: borrowing / 8,
            time: start + index * 1_000,
          })).sort((a, b) => a.coin < b.coin ? -1 : 1);
        });
        assertEquals(await read.latestBalances(inner), expected);
        assertEquals(
          await read.activeBalances(inner),
          expected.filter((each) => each.available + each.locked + each.frozen + each.borrowing > 0),
        );
        assertEquals(
          (await read.balanceUtilisation(inner)).map(({ exchange, coin, share }) => [exchange, coin, share]),
          expected.filter((each) => each.available + each.locked + each.frozen > 0).map((each) => [
            each.exchange,
            each.coin,
            (each.locked + each.frozen) / (each.available + each.locked + each.frozen),
          ]),
        );
        const worth = await read.totalBalance(inner);
        let sum = 0;
        const without: string[] = [];
        for (const { exchange, coin, available, locked, frozen, borrowing, interest } of expected) {
          const net = available + locked + frozen - borrowing - interest;
          if (net === 0) continue;
          const middle = coin === "USDT" ? 1 : middleFor(exchange, coin, prices);
          if (middle === undefined) without.push(`${exchange} ${coin}`);
          else sum += net * middle;
        }
        assertAlmostEquals(worth.total, sum, 1e-6 * (1 + Math.abs(sum)));
        assertEquals(worth.unpriced.map(({ exchange, coin }) => `${exchange} ${coin}`), without);
        const history = await read.balanceHistory(inner, {
          exchange: "MEXC_SPOT",
          range,
          coin: "USDT",
          limit: 2,
        });
        assertEquals(
          history.map(({ time, available }) => [time, available]),
          all.flatMap(([exchange, held], index) =>
            exchange === 0 ? [[start + index * 1_000, held[0]![0]]] : []
          ).slice(-2),
        );
      })),
    runs,
  );
}

/** The last middle on a spot venue of the same company, else on another. */
function middleFor(exchange: string, coin: string, prices: readonly Quote[]): number | undefined {
  const own = exchange === "MEXC_SPOT" ? 0 : 1;
  for (const venue of [own, 1 - own]) {
    const last = latest(
      prices.filter(({ symbol, bid, ask }) =>
        fixedSymbols[symbol]!.base === coin && fixedSymbols[symbol]!.exchange === venue && bid !== null &&
        ask !== null
      ),
    );
    if (last !== undefined) return (last.bid! + last.ask!) / 2;
  }
  return undefined;
}

/** Prices of another company are taken unless contracts show that they are of another coin. */
export async function foreignPrices(database: Database): Promise<void> {
  await undone(database, async (inner) => {
    await insertRows(inner, "balance_snapshots", [
      balanceRow(0, "XYZ", start, 10),
      balanceRow(2, "XYZ", start, 5),
    ]);
    // Only Gate.io's spot venue has a price.
    await insertRows(inner, "book_ticker_snapshots", quoteRows([{ symbol: 7, at: start, bid: 2, ask: 4 }]));
    assertEquals((await read.totalBalance(inner)).total, 45);
    await inner.query("update symbols set identities = '{ETH:0xa}' where id = 7");
    await inner.query("update symbols set identities = '{ETH:0xb}' where id = 8");
    const { total, unpriced, balances } = await read.totalBalance(inner);
    assertEquals([total, unpriced], [15, [{ exchange: "MEXC_SPOT", coin: "XYZ", amount: 10 }]]);
    assertEquals(balances.map(({ priceExchange, price }) => [priceExchange, price]), [["GATEIO_SPOT", 3]]);
  });
}

/** Sums of trades. */
export async function fills(database: Database): Promise<void> {
  const trade = fc.record({
    symbol: someSymbol,
    at: moment,
    isBuy: fc.boolean(),
    price,
    quantity: fc.integer({ min: 1, max: 10_000 }).map((lots) => lots / 1_000),
    inBase: fc.boolean(),
    paper: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(trade, { maxLength: 60 }),
      subRange,
      fc.boolean(),
      (all, part, paper) =>
        undone(database, async (inner) => {
          await insertRows(
            inner,
            "fills",
            all.map(({ symbol, at, isBuy, price, quantity, inBase, paper }, index) => ({
              run_id: 1,
              symbol_id: symbol + 1,
              trade_id: String(index),
              client_order_id: `o${index}`,
              side: isBuy ? "buy" : "sell",
              price,
              quantity,
              notional: price * quantity,
              fee: inBase ? quantity / 1_000 : price * quantity / 1_000,
              fee_coin: inBase ? fixedSymbols[symbol]!.base : "USDT",
              fee_quote: price * quantity / 1_000,
              liquidity: "taker",
              paper,
              filled_at: iso(at),
            })),
          );
          const own = all.filter((each) => each.paper === paper && isWithin(each.at, part));
          const bySymbol = Map.groupBy(
            own,
            ({ symbol }) => `${exchanges[fixedSymbols[symbol]!.exchange]!.key} ${fixedSymbols[symbol]!.base}`,
          );
          const summaries = await read.fillSummaries(inner, { range: part, paper });
          assertEquals(
            new Set(summaries.map(({ exchange, base }) => `${exchange} ${base}`)),
            new Set(bySymbol.keys()),
          );
          for (const sums of summaries) holdSums(sums, bySymbol.get(`${sums.exchange} ${sums.base}`)!);
          const byPair = Map.groupBy(
            own,
            ({ symbol }) =>
              `${fixedSymbols[symbol]!.base} ${exchanges[fixedSymbols[symbol]!.exchange]!.market}`,
          );
          const pairs = await read.pnlSummaries(inner, { range: part, paper });
          assertEquals(new Set(pairs.map(({ base, market }) => `${base} ${market}`)), new Set(byPair.keys()));
          for (const sums of pairs) holdSums(sums, byPair.get(`${sums.base} ${sums.market}`)!);
          const one = await read.fillSummaries(inner, { range: part, paper, exchange: "GATEIO_SPOT" });
          assertEquals(one, summaries.filter(({ exchange }) => exchange === "GATEIO_SPOT"));
        }),
    ),
    runs,
  );
}

interface Trade {
  readonly isBuy: boolean;
  readonly price: number;
  readonly quantity: number;
  readonly inBase: boolean;
}

/** The same figures, trade by trade: each unit that was both bought and sold earns the difference of the means. */
function holdSums(sums: read.TradeSums, trades: readonly Trade[]): void {
  let bought = 0, sold = 0, paid = 0, earned = 0, fees = 0, inBase = 0;
  for (const trade of trades) {
    const value = trade.price * trade.quantity;
    fees += value / 1_000;
    if (trade.inBase) inBase += trade.quantity / 1_000;
    if (trade.isBuy) [bought, paid] = [bought + trade.quantity, paid + value];
    else [sold, earned] = [sold + trade.quantity, earned + value];
  }
  assertEquals(sums.fills, trades.length);
  assertAlmostEquals(sums.boughtNotional, paid, 1e-6);
  assertAlmostEquals(sums.soldNotional, earned, 1e-6);
  assertAlmostEquals(sums.feesQuote, fees, 1e-6);
  assertAlmostEquals(sums.netQuantity, bought - sold - inBase, 1e-6);
  let profit = 0;
  if (bought > 0 && sold > 0) {
    profit = bought < sold ? earned * (bought / sold) - paid : earned - paid * (sold / bought);
  }
  assertAlmostEquals(sums.realisedPnl, profit - fees, 1e-5);
}

/** Reports of collectors. */
export async function collectors(database: Database): Promise<void> {
  await undone(database, async (inner) => {
    const rows = Array.from({ length: 90 }, (_, index) => ({
      run_id: 1,
      exchange_id: index % 3 === 2 ? 0 : index % 3,
      collector: ["books", "trades", "funding"][index % 5 % 3],
      state: "running",
      messages: index,
      errors: 0,
      gaps: 1,
      reconnects: 2,
      last_message_at: index % 2 === 0 ? null : iso(start + index * 1_000 - 1),
      reported_at: iso(start + index * 1_000),
    }));
    await insertRows(inner, "collector_status", rows);
    for (const exchange of [undefined, exchanges[0]!]) {
      const found = await read.latestCollectorStatus(
        inner,
        exchange === undefined ? {} : { exchange: exchange.key },
      );
      const expected = new Map<string, number>();
      for (const row of rows) {
        expected.set(`${exchanges[row.exchange_id]!.key} ${row.collector}`, row.messages);
      }
      const kept = [...expected].filter(([key]) => exchange === undefined || key.startsWith(exchange.key));
      assertEquals(
        found.map((row) => [`${row.exchange} ${row.collector}`, row.messages, row.time]).sort(),
        kept.map(([key, index]) => [key, index, start + index * 1_000]).sort(),
      );
      for (const { messages, lastMessageAt, time } of found) {
        assertEquals(lastMessageAt, messages % 2 === 0 ? 0 : time - 1);
      }
    }
    assertEquals(await read.latestCollectorStatus(inner, { sinceMs: start + 90_000 }), []);
  });
}
