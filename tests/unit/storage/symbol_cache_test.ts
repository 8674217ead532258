import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { StorageError } from "../../../src/core/errors.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import type { Row } from "../../../src/storage/database.ts";
import { SymbolCache } from "../../../src/storage/symbol_cache.ts";

function row(id: number, exchange: number, base: string, changes: Row = {}): Row {
  return {
    id,
    exchange_id: exchange,
    market: exchange === 2 ? "perpetual" : "spot",
    base,
    quote: "USDT",
    exchange_symbol: `${base}_USDT`,
    tick: "0.01",
    lot: "0.001",
    contract: "1",
    min_quantity: null,
    min_notional: 1,
    maker_fee: null,
    taker_fee: 0.001,
    tradable: true,
    online: true,
    api_open: true,
    delisting: false,
    identities: "BSC:0xb ETH:0xa",
    listed: 1,
    changed: 2,
    delisted: null,
    ...changes,
  };
}

/** A cache over rows that a test can change, or replace with an error. */
async function openCache(rows: Row[]): Promise<{
  cache: SymbolCache;
  clock: SimulatedClock;
  errors: string[];
  database: { rows: Row[] | Error; asked: number; hold: Promise<void> };
}> {
  const clock = new SimulatedClock(1_000);
  const errors: string[] = [];
  const database = { rows: rows as Row[] | Error, asked: 0, hold: Promise.resolve() };
  const query = async (): Promise<Row[]> => {
    database.asked += 1;
    const { rows } = database;
    await database.hold;
    if (rows instanceof Error) throw rows;
    return rows;
  };
  const cache = await SymbolCache.open({
    database: { query },
    clock,
    onError: (error) => errors.push(error.message),
  });
  return { cache, clock, errors, database };
}

/** Lets so much time pass. */
function advance(clock: SimulatedClock, ms: number): void {
  const end = clock.epochMs() + ms;
  clock.setTimer(ms, () => {});
  while (clock.nextDue !== undefined && clock.nextDue <= end) clock.step();
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("SymbolCache finds symbols by id, by pair and by the venue's name", async () => {
  const { cache } = await openCache([
    row(7, 0, "BTC"),
    row(8, 1, "BTC"),
    row(9, 1, "OLD", { exchange_symbol: "OLD1_USDT", delisted: 5 }),
    row(10, 1, "OLD", { exchange_symbol: "OLD2_USDT" }),
    row(11, 1, "OLD", { exchange_symbol: "OLD3_USDT", delisted: 6 }),
  ]);
  assertEquals(cache.byId(8)?.exchange, "GATEIO_SPOT");
  assertEquals(cache.byPair("MEXC_SPOT", "BTC", "USDT")?.id, 7);
  assertEquals(cache.byExchangeSymbol("GATEIO_SPOT", "BTC_USDT")?.id, 8);
  for (const id of [9, 10]) assertEquals(cache.byId(id)?.id, id);
  // Of several symbols of a pair one that is listed.
  assert([10, 11].includes(cache.byPair("GATEIO_SPOT", "OLD", "USDT")!.id));
  assertEquals(cache.byPair("GATEIO_SPOT", "OLD", "USDT")?.id, 10);
  assertEquals(cache.byPair("GATEIO_FUTURES", "BTC", "USDT"), undefined);
  assertEquals(cache.byPair("MEXC_SPOT", "BTC", "USDC"), undefined);
  const symbol = cache.byId(7)!;
  assertEquals([symbol.tick.format(1), symbol.lot.format(1), symbol.minQuantity], ["0.01", "0.001", 0]);
  assertEquals([symbol.makerFee, symbol.takerFee, symbol.identities], [NaN, 0.001, ["BSC:0xb", "ETH:0xa"]]);
  assertEquals([symbol.delistedAt, cache.byId(9)?.delistedAt], [undefined, 5]);
  cache.close();
});

Deno.test("SymbolCache refreshes every 300 s and is never empty meanwhile", async () => {
  const { cache, clock, database } = await openCache([row(7, 0, "BTC")]);
  const before = cache.byId(7);
  database.rows = [row(7, 0, "BTC", { tick: "0.5" }), row(8, 0, "ETH")];
  advance(clock, 299_999);
  await settled();
  assertEquals(database.asked, 1);
  const gate = Promise.withResolvers<void>();
  database.hold = gate.promise;
  advance(clock, 1);
  await settled();
  assertEquals(database.asked, 2);
  assertStrictEquals(cache.byId(7), before);
  gate.resolve();
  await settled();
  assertEquals([cache.byId(7)?.tick.size, cache.byId(8)?.base, cache.all.length], [0.5, "ETH", 2]);
  assertEquals(before?.tick.size, 0.01);
  advance(clock, 300_000);
  await settled();
  assertEquals(database.asked, 3);
  cache.close();
  advance(clock, 600_000);
  assertEquals(database.asked, 3);
});

Deno.test("SymbolCache keeps what it has when a refresh fails or finds nothing, and says so", async () => {
  const { cache, clock, errors, database } = await openCache([row(7, 0, "BTC")]);
  database.rows = new StorageError("the database is away");
  advance(clock, 300_000);
  await settled();
  assertEquals(errors, ["The symbol cache keeps its 1 symbols of 300 s ago: the database is away"]);
  assertEquals([cache.byId(7)?.base, cache.statistics().failedRefreshes], ["BTC", 1]);
  assertEquals([cache.statistics().ageMs, cache.statistics().lastError], [300_000, "the database is away"]);
  database.rows = [];
  assertEquals(await cache.refresh(), false);
  assertEquals(cache.all.length, 1);
  database.rows = [row(8, 0, "ETH")];
  advance(clock, 300_000);
  await settled();
  const { symbols, refreshes, lastError, ageMs } = cache.statistics();
  assertEquals([symbols, refreshes, lastError, ageMs], [1, 1, undefined, 0]);
  assertEquals(cache.byId(8)?.base, "ETH");
  cache.close();
});

Deno.test("A refresh that is asked for during another reads anew", async () => {
  const { cache, database } = await openCache([row(7, 0, "BTC")]);
  const first = cache.refresh();
  await settled();
  const gate = Promise.withResolvers<void>();
  database.hold = gate.promise;
  const second = cache.refresh();
  database.rows = [row(9, 0, "NEW")];
  gate.resolve();
  assertEquals(await Promise.all([first, second]), [true, true]);
  assertEquals(cache.byId(9)?.base, "NEW");
  cache.close();
});

Deno.test("SymbolCache counts hits and misses and samples the time of lookups", async () => {
  const { cache } = await openCache([row(7, 0, "BTC")]);
  assertEquals(cache.statistics().hitRatio, NaN);
  for (let times = 0; times < 99; times++) cache.byId(7);
  cache.byExchangeSymbol("MEXC_SPOT", "NONE");
  const { hits, misses, hitRatio, meanLookupUs, maxLookupUs } = cache.statistics();
  assertEquals([hits, misses, hitRatio], [99, 1, 0.99]);
  // On a clock that stands still.
  assertEquals([meanLookupUs, maxLookupUs], [0, 0]);
  cache.close();
});

Deno.test("SymbolCache cannot be opened when symbols cannot be read", async () => {
  const options = { clock: new SimulatedClock(0), onError: (): void => {} };
  await assertRejects(
    () => SymbolCache.open({ ...options, database: { query: () => Promise.reject(new Error("no table")) } }),
    StorageError,
    "Cannot read symbols: no table",
  );
});
