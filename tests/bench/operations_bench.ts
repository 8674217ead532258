/**
 * Every operation on a PostgreSQL server with ten million rows, beside the shortest question there is. Ranges are of
 * random moments; a server that is not installed leaves nothing to measure.
 * @module
 */
import type { ServerDatabase } from "../../src/storage/server_database.ts";
import * as read from "../../src/storage/operations/mod.ts";
import { noPostgresServer } from "../support/postgres_server.ts";
import { firstMs, openTenMillionRows, recordedCoins, spanMs } from "../support/ten_million_rows.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const end = firstMs + spanMs;

let open: Promise<ServerDatabase> | undefined;

function opened(): Promise<ServerDatabase> {
  return open ??= openTenMillionRows().then(({ database, server }) => {
    globalThis.addEventListener("unload", () => void server[Symbol.asyncDispose]());
    return database;
  });
}

function anyRange(lengthMs: number): read.TimeRange {
  const fromMs = firstMs + Math.floor(Math.random() * (spanMs - lengthMs));
  return { fromMs, toMs: fromMs + lengthMs };
}

const lastDay = { fromMs: end - dayMs, toMs: end };
const all = { fromMs: firstMs, toMs: end };

function anyCoin(): string {
  return `C${Math.floor(Math.random() * recordedCoins)}`;
}

function anySymbol(exchange: read.SymbolName["exchange"]): read.SymbolName {
  return { exchange, exchangeSymbol: `${anyCoin()}_USDT` };
}

const operations: Readonly<Record<string, (database: ServerDatabase) => Promise<unknown>>> = {
  "select 1": (database) => database.query("select 1"),
  "latestBookTickers, 300 symbols": (database) => read.latestBookTickers(database),
  "latestBookTickers of a venue": (database) => read.latestBookTickers(database, { exchange: "MEXC_SPOT" }),
  "bookTickerHistory, 1,000 quotes": (database) =>
    read.bookTickerHistory(database, anySymbol("GATEIO_SPOT"), anyRange(dayMs)),
  "bookTickerBuckets, an hour by the minute": (database) =>
    read.bookTickerBuckets(database, "date_bin", anySymbol("MEXC_SPOT"), anyRange(hourMs), 60_000),
  "spreadHistory, three venues, an hour by the minute": (database) =>
    read.spreadHistory(database, "date_bin", { base: anyCoin(), quote: "USDT" }, anyRange(hourMs), 60_000),
  "opportunitiesAbove 5 bps of a day, 100": (database) =>
    read.opportunitiesAbove(database, { range: lastDay, minEdgeBps: 5, limit: 100 }),
  "opportunitiesAbove 20 bps of a day, 100": (database) =>
    read.opportunitiesAbove(database, { range: lastDay, minEdgeBps: 20, limit: 100 }),
  "opportunitiesAbove 30 bps of all time, 100": (database) =>
    read.opportunitiesAbove(database, { range: all, minEdgeBps: 30, limit: 100 }),
  "opportunitiesAbove 5 bps of a pair, 100": (database) =>
    read.opportunitiesAbove(database, {
      range: all,
      minEdgeBps: 5,
      pair: { base: anyCoin(), quote: "USDT" },
      limit: 100,
    }),
  "fundingHistory, a day": (database) =>
    read.fundingHistory(database, anySymbol("GATEIO_FUTURES"), lastDay, 500),
  "fundingStatistics of a contract, a day": (database) =>
    read.fundingStatistics(database, "GATEIO_FUTURES", anyRange(dayMs), `${anyCoin()}_USDT`),
  "fundingStatistics of 100 contracts, an hour": (database) =>
    read.fundingStatistics(database, "GATEIO_FUTURES", anyRange(hourMs)),
  "balanceHistory of a coin, 1,000 rows": (database) =>
    read.balanceHistory(database, { exchange: "MEXC_SPOT", coin: "C7", range: all }),
  "latestBalances, 150 coins": (database) => read.latestBalances(database),
  "activeBalances": (database) => read.activeBalances(database),
  "balanceUtilisation": (database) => read.balanceUtilisation(database),
  "totalBalance, 150 coins": (database) => read.totalBalance(database),
  "fillSummaries, 300 symbols, 2,300 fills": (database) =>
    read.fillSummaries(database, { range: anyRange(hourMs / 3), paper: true }),
  "pnlSummaries, 200 pairs, 2,300 fills": (database) =>
    read.pnlSummaries(database, { range: anyRange(hourMs / 3), paper: true }),
  "latestCollectorStatus": (database) => read.latestCollectorStatus(database),
  "databaseCacheStatistics": (database) => read.databaseCacheStatistics(database),
};

for (const [index, [name, operation]] of Object.entries(operations).entries()) {
  Deno.bench({
    name,
    group: "operations with 10,000,000 rows",
    baseline: index === 0,
    ignore: noPostgresServer !== undefined,
    n: 200,
    warmup: 20,
  }, async (bench) => {
    const database = await opened();
    bench.start();
    await operation(database);
    bench.end();
  });
}
