import { assertEquals } from "@std/assert";
import { buildRoutes, type Route } from "../../../src/arbitrage/route.ts";
import { StorageError } from "../../../src/core/errors.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { SymbolWatch } from "../../../src/engine/symbol_watch.ts";
import { EmbeddedDatabase } from "../../../src/storage/embedded_database.ts";
import { migrate } from "../../../src/storage/migrations.ts";
import { schema } from "../../../src/storage/schema.ts";
import { testInstruments } from "../../support/instruments.ts";
import { MemoryLogger } from "../../support/memory_logger.ts";

const table = testInstruments(["BTC", "HYPE"]);

/** A database with the test instruments, whose MEXC and Gate.io HYPE have these contracts. */
async function databaseWith(mexc: string, gate: string): Promise<EmbeddedDatabase> {
  const database = await EmbeddedDatabase.open(null);
  await migrate(database, schema);
  await database.script(`insert into exchanges (id, key, name, market, buy_fee_coin) values
    (0, 'MEXC_SPOT', 'MEXC', 'spot', 'quote'), (1, 'GATEIO_SPOT', 'Gate.io', 'spot', 'base'),
    (2, 'GATEIO_FUTURES', 'Gate.io futures', 'perpetual', 'quote')`);
  for (const { exchange, exchangeSymbol, base, market } of table.all) {
    const identity = base !== "HYPE" ? "{}" : exchange === "MEXC_SPOT" ? mexc : gate;
    await database.query(
      `insert into symbols (exchange_id, base, quote, exchange_symbol, market, tick_size, lot_size, contract_size,
         tradable, identities)
       select id, $2, 'USDT', $3, $4, 0.01, 0.01, 1, true, $5::text[] from exchanges where key = $1`,
      [exchange, base, exchangeSymbol, market, identity],
    );
  }
  return database;
}

function watchOf(database: Pick<EmbeddedDatabase, "query">): {
  watch: SymbolWatch;
  refused: Route[];
  clock: SimulatedClock;
  logger: MemoryLogger;
} {
  const refused: Route[] = [], clock = new SimulatedClock(0), logger = new MemoryLogger();
  const watch = new SymbolWatch({
    database,
    clock,
    logger,
    universe: buildRoutes(table),
    onRefused: (route) => refused.push(route),
  });
  return { watch, refused, clock, logger };
}

Deno.test("SymbolWatch refuses the routes between coins of one name whose contracts differ, each once", async () => {
  const database = await databaseWith("{ETH:0xaa}", "{ETH:0xbb}");
  const { watch, refused, clock, logger } = watchOf(database);
  await watch.start();
  const named = (): string[] =>
    refused.map(({ buy, sell }) => `${buy.base} ${buy.exchange} ${sell.exchange}`).sort();
  const expected = [
    "HYPE GATEIO_FUTURES MEXC_SPOT",
    "HYPE GATEIO_SPOT MEXC_SPOT",
    "HYPE MEXC_SPOT GATEIO_FUTURES",
    "HYPE MEXC_SPOT GATEIO_SPOT",
  ];
  assertEquals(named(), expected);
  clock.step();
  assertEquals(named(), expected);
  assertEquals(logger.messages("error").length, 4);
  const { hitRatio, symbols } = watch.statistics!;
  assertEquals([hitRatio, symbols], [1, 6]);
  watch.stop();
  assertEquals(clock.step(), false);
  await database.close();
});

Deno.test("SymbolWatch tries again while the database is away, and refuses nothing that agrees", async () => {
  const database = await databaseWith("{ETH:0xaa}", "{ETH:0xaa}");
  let isAway = true;
  const { watch, refused, clock } = watchOf({
    query: (sql, parameters) =>
      isAway ? Promise.reject(new StorageError("away")) : database.query(sql, parameters),
  });
  await watch.start();
  assertEquals(watch.statistics, undefined);
  isAway = false;
  clock.step();
  while (watch.statistics === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  assertEquals(refused, []);
  watch.stop();
  await database.close();
});
