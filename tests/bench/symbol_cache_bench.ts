/**
 * What it costs to find a symbol, with statistics on, beside a bare `Map` and the same question to the database.
 * @module
 */
import { SystemClock } from "../../src/core/clock.ts";
import { exchanges } from "../../src/core/exchange.ts";
import { EmbeddedDatabase } from "../../src/storage/embedded_database.ts";
import { migrate } from "../../src/storage/migrations.ts";
import { schema } from "../../src/storage/schema.ts";
import { SymbolCache } from "../../src/storage/symbol_cache.ts";
import { ExchangeSyncService } from "../../src/storage/sync/mod.ts";
import { SeededRandom } from "../../src/core/random.ts";

/** Coins on each venue: about what they list. */
const coins = 2_000;
const clock = new SystemClock();
const database = await EmbeddedDatabase.open(null);
await migrate(database, schema);
await new ExchangeSyncService({ database, clock, random: new SeededRandom(1) }).sync();
await database.query(
  `insert into symbols (exchange_id, base, quote, exchange_symbol, market, tick_size, lot_size, contract_size, tradable)
  select exchanges.id, 'C' || coin, 'USDT', 'C' || coin || '_USDT', market, 0.01, 0.001, 1, true
  from exchanges, generate_series(1, ${coins}) as coin`,
);
const cache = await SymbolCache.open({ database, clock, onError: () => {} });
const bases = Array.from({ length: 100 }, (_, coin) => `C${coin * 17 + 1}`);
const names = bases.map((base) => `${base}_USDT`);
const keys = exchanges.map(({ key }) => key);
const ids = cache.all.filter((_, index) => index % 61 === 0).map(({ id }) => id);
const bare = new Map(cache.all.map((symbol) => [symbol.id, symbol]));
/** Lookups of an iteration: 1 µs of it is 1 ns of a lookup. */
const lookups = 1_000;
let found = 0;

const group = "1,000 lookups among 6,000 symbols";

Deno.bench({ name: "SymbolCache by id", group, baseline: true }, () => {
  for (let index = 0; index < lookups; index++) {
    if (cache.byId(ids[index % ids.length]!) !== undefined) found += 1;
  }
});

Deno.bench({ name: "SymbolCache by venue and pair", group }, () => {
  for (let index = 0; index < lookups; index++) {
    if (cache.byPair(keys[index % 3]!, bases[index % 100]!, "USDT") !== undefined) found += 1;
  }
});

Deno.bench({ name: "SymbolCache by venue and the venue's name", group }, () => {
  for (let index = 0; index < lookups; index++) {
    if (cache.byExchangeSymbol(keys[index % 3]!, names[index % 100]!) !== undefined) found += 1;
  }
});

Deno.bench({ name: "a bare Map by id", group }, () => {
  for (let index = 0; index < lookups; index++) {
    if (bare.get(ids[index % ids.length]!) !== undefined) found += 1;
  }
});

Deno.bench({ name: "one lookup in the embedded database", group: "one lookup" }, async () => {
  const rows = await database.query("select * from symbols where exchange_id = $1 and exchange_symbol = $2", [
    1,
    names[found % 100]!,
  ]);
  found += rows.length;
});

Deno.bench({ name: "refresh of the cache, 6,000 symbols", group: "refresh" }, async () => {
  await cache.refresh();
});

// The last refresh has set the next one, which would keep the process.
globalThis.addEventListener("unload", () => cache.close());
