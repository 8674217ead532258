import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { exchanges } from "../../src/core/exchange.ts";
import type { Database } from "../../src/storage/database.ts";
import { defaultHistory } from "../../src/storage/history_settings.ts";
import * as read from "../../src/storage/operations/mod.ts";
import { prepareTimescale } from "../../src/storage/timescale.ts";
import {
  isWithin,
  latest,
  moment,
  nameOf,
  quoteRows,
  quotes,
  range,
  someSymbol,
  span,
  start,
  subRange,
} from "../support/recorded_quotes.ts";
import { fixedSymbols, insertFixedSymbols, insertRows, iso, undone } from "../support/recorded_rows.ts";
import { balances, collectors, fills, foreignPrices } from "./storage_account_operations.ts";
import { testInEveryHome } from "../support/storage_homes.ts";

const runs = { numRuns: 12 };

const steps: Readonly<Record<string, (database: Database) => Promise<void>>> = {
  "The latest book tickers are the last of each symbol": async (database) => {
    await fc.assert(
      fc.asyncProperty(
        quotes,
        moment,
        fc.constantFrom(undefined, ...exchanges),
        (all, since, exchange) =>
          undone(database, async (inner) => {
            await insertRows(inner, "book_ticker_snapshots", quoteRows(all));
            const expected = fixedSymbols.flatMap((symbol, index) => {
              const last = latest(all.filter((quote) => quote.symbol === index));
              if (last === undefined || last.at < since) return [];
              return exchange === undefined || symbol.exchange === exchange.id
                ? [[index + 1, last.at, last.bid ?? NaN]]
                : [];
            });
            for (const chunked of [false, true]) {
              const query = {
                sinceMs: since,
                chunked,
                ...(exchange === undefined ? {} : { exchange: exchange.key }),
              };
              const rows = await read.latestBookTickers(inner, query);
              assertEquals(
                rows.map((row) => [row.symbolId, row.receivedAt, row.bidPrice]).sort((a, b) => a[0]! - b[0]!),
                expected,
              );
              for (const row of rows) {
                assertEquals(row.exchangeTime, row.receivedAt % 2 === 0 ? row.receivedAt - 5 : undefined);
              }
            }
          }),
      ),
      runs,
    );
  },
  "The history of a symbol has the last quotes of the range, oldest first": async (database) => {
    await fc.assert(
      fc.asyncProperty(
        quotes,
        someSymbol,
        subRange,
        fc.integer({ min: 1, max: 8 }),
        (all, symbol, part, limit) =>
          undone(database, async (inner) => {
            await insertRows(inner, "book_ticker_snapshots", quoteRows(all));
            const expected = all.filter((quote) => quote.symbol === symbol && isWithin(quote.at, part))
              .sort((a, b) => a.at - b.at).slice(-limit);
            const rows = await read.bookTickerHistory(inner, nameOf(symbol), part, limit);
            assertEquals(
              rows.map((row) => [row.receivedAt, row.bidPrice, row.askPrice, row.bidQuantity]),
              expected.map(({ at, bid, ask }) => [at, bid ?? NaN, ask ?? NaN, bid === null ? NaN : 2]),
            );
          }),
      ),
      runs,
    );
  },
  "Buckets have the quotes of their stretch of time": async (database) => {
    const bucketFunction = await read.bucketFunctionOf(database);
    await fc.assert(
      fc.asyncProperty(
        quotes,
        subRange,
        fc.integer({ min: 1_000, max: span }),
        (all, part, bucketMs) =>
          undone(database, async (inner) => {
            await insertRows(
              inner,
              "book_ticker_snapshots",
              quoteRows(all.map((quote) => ({ ...quote, symbol: 4 }))),
            );
            const buckets = Map.groupBy(
              all.filter(({ at, bid, ask }) => isWithin(at, part) && bid !== null && ask !== null)
                .sort((a, b) => a.at - b.at),
              ({ at }) => Math.floor(at / bucketMs) * bucketMs,
            );
            const rows = await read.bookTickerBuckets(inner, bucketFunction, nameOf(4), part, bucketMs);
            assertEquals(rows.map(({ startMs }) => startMs), [...buckets.keys()]);
            for (const row of rows) {
              const own = buckets.get(row.startMs)!;
              const middles = own.map(({ bid, ask }) => (bid! + ask!) / 2);
              assertEquals(
                [row.quotes, row.open, row.high, row.low, row.close],
                [own.length, middles[0], Math.max(...middles), Math.min(...middles), middles.at(-1)],
              );
              const spreads = own.map(({ bid, ask }, index) => (ask! - bid!) / middles[index]! * 10_000);
              assertAlmostEquals(row.meanSpreadBps, spreads.reduce((a, b) => a + b) / spreads.length, 1e-6);
            }
          }),
      ),
      runs,
    );
  },
  "Spreads are between the last quotes of a bucket, in both directions": async (database) => {
    const bucketFunction = await read.bucketFunctionOf(database);
    await fc.assert(
      fc.asyncProperty(
        quotes,
        subRange,
        fc.integer({ min: 20_000, max: span }),
        (all, part, bucketMs) =>
          undone(database, async (inner) => {
            await insertRows(inner, "book_ticker_snapshots", quoteRows(all));
            const expected: unknown[] = [];
            const inRange = all.filter(({ at }) => isWithin(at, part));
            const starts = new Set(inRange.map(({ at }) => Math.floor(at / bucketMs) * bucketMs));
            for (const begin of [...starts].sort((a, b) => a - b)) {
              const own = inRange.filter(({ at }) => at >= begin && at < begin + bucketMs);
              // The ETH symbols are 3, 4 and 5, one on each venue.
              const last = [3, 4, 5].map((symbol) => latest(own.filter((quote) => quote.symbol === symbol)));
              for (const [buy, from] of last.entries()) {
                for (const [sell, to] of last.entries()) {
                  if (buy === sell || from?.ask === undefined || from.ask === null) continue;
                  if (to?.bid === undefined || to.bid === null) continue;
                  expected.push([begin, exchanges[buy]!.key, exchanges[sell]!.key, from.ask, to.bid]);
                }
              }
            }
            const rows = await read.spreadHistory(
              inner,
              bucketFunction,
              { base: "ETH", quote: "USDT" },
              part,
              bucketMs,
            );
            assertEquals(rows.map((r) => [r.startMs, r.buyExchange, r.sellExchange, r.ask, r.bid]), expected);
            for (const { ask, bid, spreadBps } of rows) {
              assertAlmostEquals(spreadBps, (bid / ask - 1) * 10_000, 1e-6 * (1 + Math.abs(spreadBps)));
            }
          }),
      ),
      runs,
    );
  },
  "Opportunities over a threshold are the newest of the range, however rare the threshold": opportunities,
  "Funding statistics are those of the recorded rates": funding,
  "Balances, their worth and their utilisation are of the latest snapshots": balances,
  "A price of another company is not taken where contracts show another coin": foreignPrices,
  "Sums of fills and realised profit are those of the range": fills,
  "The status of collectors is the last report of each": collectors,
  "Arguments that make no sense are refused before the database is asked": refusals,
};

async function opportunities(database: Database): Promise<void> {
  const rows = Array.from({ length: 3_000 }, (_, index) => ({
    run_id: 1,
    id: index + 1,
    buy_symbol_id: index % 3 * 3 + 1,
    sell_symbol_id: index % 3 * 3 + 2,
    started_at: iso(start + index * 200),
    ended_at: iso(start + index * 200 + 150),
    end_reason: "closed",
    peak_edge_bps: (index * 7_919) % 3_000 / 10,
    peak_quantity: 1,
    peak_profit: 2,
    executions: 1,
    spread_bps: 5,
    duration_ms: 150,
    decision: "taken",
  }));
  await undone(database, async (inner) => {
    await insertRows(inner, "arbitrage_opportunities", rows);
    for (const minEdgeBps of [undefined, 0, 150, 280, 299.9, 400]) {
      for (const pair of [undefined, { base: "ETH", quote: "USDT" }, { base: "NONE", quote: "USDT" }]) {
        for (const part of [range, { fromMs: start + 100_000, toMs: start + 300_000 }]) {
          const expected = rows.filter((row, index) =>
            isWithin(start + index * 200, part) && row.peak_edge_bps >= (minEdgeBps ?? -1) &&
            (pair === undefined || (pair.base === "ETH" && row.buy_symbol_id === 4))
          ).slice(-20).reverse();
          const query = {
            range: part,
            limit: 20,
            ...(minEdgeBps === undefined ? {} : { minEdgeBps }),
            ...(pair === undefined ? {} : { pair }),
          };
          const found = await read.opportunitiesAbove(inner, query);
          assertEquals(found.map(({ id }) => id), expected.map(({ id }) => id), JSON.stringify(query));
          for (const { durationMs, startedAt, endedAt, buyExchange, sellSymbol, base } of found) {
            assertEquals([durationMs, endedAt - startedAt, buyExchange], [150, 150, "MEXC_SPOT"]);
            assertEquals(sellSymbol, `${base}_USDT`);
          }
        }
      }
    }
  });
}

async function funding(database: Database): Promise<void> {
  const rates = fc.uniqueArray(
    fc.record({
      contract: fc.integer({ min: 0, max: 2 }),
      at: moment,
      rate: fc.integer({ min: -1_000, max: 1_000 }).map((steps) => steps / 1e6),
      hours: fc.constantFrom(1, 4, 8),
    }),
    { selector: ({ at }) => at, maxLength: 60 },
  );
  await fc.assert(
    fc.asyncProperty(rates, subRange, (all, part) =>
      undone(database, async (inner) => {
        await insertRows(
          inner,
          "funding_rate_snapshots",
          all.map(({ contract, at, rate, hours }) => ({
            run_id: 1,
            symbol_id: 3 + contract * 3,
            funding_rate: rate,
            funding_time: iso(at + 3_600_000),
            funding_interval: hours * 3_600,
            mark_price: 100,
            index_price: null,
            received_at: iso(at),
          })),
        );
        const statistics = await read.fundingStatistics(inner, "GATEIO_FUTURES", part);
        const groups = [0, 1, 2].map((contract) =>
          all.filter((each) => each.contract === contract && isWithin(each.at, part)).sort((a, b) =>
            a.at - b.at
          )
        );
        assertEquals(
          statistics.map(({ base, samples }) => [base, samples]),
          groups.flatMap((own, contract) =>
            own.length === 0 ? [] : [[["BTC", "ETH", "XYZ"][contract], own.length]]
          ),
        );
        for (const figures of statistics) {
          const own = groups[["BTC", "ETH", "XYZ"].indexOf(figures.base)]!;
          const values = own.map(({ rate }) => rate);
          const mean = values.reduce((a, b) => a + b) / values.length;
          assertAlmostEquals(figures.mean, mean, 1e-15);
          assertEquals([figures.min, figures.max], [Math.min(...values), Math.max(...values)]);
          const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
          if (values.length === 1) assert(Number.isNaN(figures.standardDeviation));
          else assertAlmostEquals(figures.standardDeviation, Math.sqrt(squares / (values.length - 1)), 1e-12);
          const yearly = own.reduce((sum, { rate, hours }) => sum + rate * (365 * 24 / hours), 0) /
            own.length;
          assertAlmostEquals(figures.annualised, yearly, 1e-9);
          const [alone] = await read.fundingStatistics(inner, "GATEIO_FUTURES", part, figures.exchangeSymbol);
          assertEquals(alone, figures);
          const name = { exchange: figures.exchange, exchangeSymbol: figures.exchangeSymbol };
          const history = await read.fundingHistory(inner, name, part);
          assertEquals(
            history.map((
              row,
            ) => [row.receivedAt, row.rate, row.interval, row.nextSettlement, row.markPrice, row.indexPrice]),
            own.map(({ at, rate, hours }) => [at, rate, hours * 3_600_000, at + 3_600_000, 100, NaN]),
          );
        }
      })),
    runs,
  );
}

async function refusals(database: Database): Promise<void> {
  const symbol = nameOf(0);
  const pair = { base: "BTC", quote: "USDT" };
  const refused: readonly (readonly [() => Promise<unknown>, string])[] = [
    [() => read.bookTickerHistory(database, symbol, { fromMs: 5, toMs: 5 }), "range is empty"],
    [() => read.bookTickerHistory(database, symbol, { fromMs: NaN, toMs: 5 }), "fromMs is NaN"],
    [() => read.bookTickerHistory(database, symbol, { fromMs: 0, toMs: 1e15 }), "toMs is 1000000000000000"],
    [() => read.bookTickerHistory(database, symbol, range, 0), "limit is 0"],
    [() => read.bookTickerHistory(database, symbol, range, 1.5), "limit is 1.5"],
    [
      () => read.bookTickerHistory(database, { ...symbol, exchangeSymbol: "NO" }, range),
      'no symbol "NO" of MEXC_SPOT',
    ],
    [
      () => read.bookTickerHistory(database, { ...symbol, exchangeSymbol: "" }, range),
      "exchangeSymbol is empty",
    ],
    [() => read.bookTickerBuckets(database, "date_bin", symbol, range, 0), "bucketMs is 0"],
    [() => read.spreadHistory(database, "date_bin", pair, range, 1), "600000 buckets"],
    [() => read.spreadHistory(database, "date_bin", { ...pair, base: "" }, range, 1_000), "base is empty"],
    [() => read.opportunitiesAbove(database, { range, minEdgeBps: NaN }), "minEdgeBps is NaN"],
    [() => read.fundingStatistics(database, "GATEIO_FUTURES", range, ""), "exchangeSymbol is empty"],
    [() => read.balanceHistory(database, { exchange: "MEXC_SPOT", range, coin: "" }), "coin is empty"],
    [() => read.totalBalance(database, -1), "sinceMs is -1"],
    [() => read.latestBookTickers(database, { exchange: "NO" as "MEXC_SPOT" }), 'Unknown exchange "NO"'],
  ];
  for (const [ask, words] of refused) await assertRejects(ask, Error, words);
  assertEquals(await read.bookTickerHistory(database, symbol, range), []);
  const tables = (await read.databaseCacheStatistics(database)).map(({ table }) => table);
  for (const table of ["symbols", "fills", "runs"]) assert(tables.includes(table), table);
}

testInEveryHome("Operations read what is stored", async (database, home, test) => {
  if (home.timescale) await prepareTimescale(database, defaultHistory);
  await insertFixedSymbols(database);
  assertEquals(await read.bucketFunctionOf(database), home.timescale ? "time_bucket" : "date_bin");
  for (const [name, step] of Object.entries(steps)) await test.step(name, () => step(database));
});
