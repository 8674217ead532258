import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { delay, SystemClock } from "../../src/core/clock.ts";
import type { CoinContract } from "../../src/core/coin_identity.ts";
import { DecimalStep } from "../../src/core/decimal_step.ts";
import { ConfigError, NetworkError, VenueError } from "../../src/core/errors.ts";
import { exchanges } from "../../src/core/exchange.ts";
import { unitStep } from "../../src/core/instrument.ts";
import { SeededRandom } from "../../src/core/random.ts";
import type { SymbolInfo, SymbolListing } from "../../src/core/symbol_info.ts";
import { getCoinContractSource } from "../../src/exchanges/coin_contracts.ts";
import { getRestImplementation } from "../../src/exchanges/factory.ts";
import { SystemNetwork } from "../../src/net/system_network.ts";
import { defaultAssets, MarketModel, parseFaultRule, Simulator } from "../../src/simulator/mod.ts";
import type { Database } from "../../src/storage/database.ts";
import type { Queryable } from "../../src/storage/queryable.ts";
import { storedSymbols } from "../../src/storage/stored_symbol.ts";
import { SymbolCache } from "../../src/storage/symbol_cache.ts";
import { ExchangeSyncService, type SymbolSource, SymbolSyncService } from "../../src/storage/sync/mod.ts";
import { FrameTrace } from "../../src/telemetry/frame_trace.ts";
import { MemoryLogger } from "../support/memory_logger.ts";
import { testInEveryHome } from "../support/storage_homes.ts";

const clock = new SystemClock();
const random = new SeededRandom(1);

function services(database: Queryable, sources: readonly SymbolSource[]): SymbolSyncService {
  return new SymbolSyncService({ database, sources, clock, random });
}

function info(base: string, tick = "0.01"): SymbolInfo {
  const spec = {
    exchange: "MEXC_SPOT",
    base,
    quote: "USDT",
    exchangeSymbol: `${base}USDT`,
    tick: DecimalStep.parse(tick),
    lot: DecimalStep.parse("0.00000001"),
    contractSize: unitStep,
    minQuantity: 0.5,
    minNotional: 1,
    makerFee: 0,
    takerFee: 0.0005,
    tradable: true,
  } as const;
  return { spec, online: true, apiOpen: true, sides: "both", delisting: false, contract: undefined };
}

/** A venue with these coins whose listing a test changes. */
class Listing implements SymbolSource {
  readonly exchange = "MEXC_SPOT";
  asked = 0;
  symbols: SymbolInfo[];
  contracts: CoinContract[] = [];
  readonly errors: Error[] = [];

  constructor(...bases: string[]) {
    this.symbols = bases.map((base) => info(base));
  }

  readonly fetchSymbols = (): Promise<SymbolListing> => {
    this.asked += 1;
    const error = this.errors.shift();
    return error === undefined
      ? Promise.resolve({ symbols: this.symbols, unreadable: [] })
      : Promise.reject(error);
  };
  readonly fetchContracts = (): Promise<CoinContract[]> => Promise.resolve(this.contracts);
}

const steps: Readonly<Record<string, (database: Database) => Promise<void>>> = {
  "Venues are those of the program's table, and what differs is told": async (database) => {
    const service = new ExchangeSyncService({ database, clock, random });
    const keys = exchanges.map(({ key }) => key);
    assertEquals(await service.sync(), { added: keys, changed: [], unchanged: 0, unknown: [] });
    await database.query("update exchanges set taker_fee = 0.5, name = 'other' where id = 1");
    await database.query("insert into exchanges values (9, 'OLD', 'Old', 'spot', null, 0, 'quote')");
    const report = await service.sync();
    assertEquals([report.added, report.unchanged, report.unknown], [[], 2, ["OLD"]]);
    assertEquals(report.changed, [{
      exchange: "GATEIO_SPOT",
      changes: [
        { field: "name", before: "other", after: "Gate.io spot" },
        { field: "taker_fee", before: "0.5", after: "0.002" },
      ],
    }]);
    assertEquals((await service.sync()).unchanged, 3);
    await database.query("delete from exchanges where id = 9");
  },
  "Symbols keep their rows from listing over delisting to being listed again": async (database) => {
    const listing = new Listing("A", "B", "C", "D", "E", "F");
    listing.contracts = [{ coin: "A", network: "ERC20", contract: "0xAA" }];
    const service = services(database, [listing]);
    const [first] = (await service.sync()).venues;
    assertEquals(first?.diff?.added, ["AUSDT", "BUSDT", "CUSDT", "DUSDT", "EUSDT", "FUSDT"]);
    const before = await storedSymbols(database);
    assertEquals(before[0]?.identities, ["ETH:0xaa"]);
    assertEquals([before[0]?.lot.format(1), before[0]?.minQuantity], ["0.00000001", 0.5]);
    assertEquals((await service.sync()).venues[0]?.diff?.unchanged, 6);
    assertEquals(await storedSymbols(database), before);

    listing.symbols = [info("A", "0.5"), ...["B", "C", "D", "E", "NEW"].map((base) => info(base))];
    const { diff } = (await service.sync()).venues[0]!;
    assertEquals([diff?.added, diff?.delisted, diff?.unchanged], [["NEWUSDT"], ["FUSDT"], 4]);
    assertEquals(diff?.changed[0]?.changes, [{ field: "tick_size", before: "0.01", after: "0.5" }]);
    const gone = (await storedSymbols(database)).find(({ base }) => base === "F")!;
    assert(gone.delistedAt !== undefined && !gone.tradable);

    listing.symbols.push(info("F"));
    const { diff: third } = (await service.sync()).venues[0]!;
    assertEquals(third?.relisted.map(({ exchangeSymbol }) => exchangeSymbol), ["FUSDT"]);
    const after = (await storedSymbols(database)).find(({ base }) => base === "F")!;
    const known = before.find(({ base }) => base === "F")!;
    assertEquals([after.id, after.listedAt, after.delistedAt, after.tradable], [
      known.id,
      known.listedAt,
      undefined,
      true,
    ]);
    assert(after.changedAt > known.changedAt);
  },
  "An empty or truncated listing changes nothing, and says so": async (database) => {
    const listing = new Listing();
    const before = await storedSymbols(database);
    const service = services(database, [listing]);
    for (const [symbols, words] of [[[], "lists no symbol"], [[info("A"), info("B")], "cut off"]] as const) {
      listing.symbols = [...symbols];
      const [venue] = (await service.sync()).venues;
      assertEquals(venue?.diff, undefined);
      assertStringIncludes(venue!.error!, words);
      assertEquals(await storedSymbols(database), before);
    }
  },
  "A venue is asked again when it may answer later, and one that does not answer stops no other": async (
    database,
  ) => {
    const good = new Listing("A", "B", "C", "D", "E", "F", "NEW", "MORE");
    good.errors.push(new NetworkError("no answer"), new VenueError("busy", 503, ""));
    const bad = {
      ...new Listing("X"),
      exchange: "GATEIO_SPOT",
      fetchSymbols: () => Promise.reject(new ConfigError("wrong for ever")),
    } as const;
    const { venues } = await services(database, [good, bad]).sync();
    assertEquals([good.asked, venues[0]?.diff?.added], [3, ["MOREUSDT"]]);
    assertEquals([venues[1]?.diff, venues[1]?.error], [undefined, "wrong for ever"]);
  },
  "Everything is written or nothing, and a write that fails is tried again": async (database) => {
    const before = await storedSymbols(database);
    const spot = new Listing("A", "B", "C", "D", "E", "F", "NEW", "MORE", "LATEST");
    // No venue of this number: what refers to it is refused, and with it everything of the other venue.
    await database.query("delete from exchanges where id = 1");
    const gate = {
      ...new Listing(),
      exchange: "GATEIO_SPOT",
      fetchSymbols: new Listing("G").fetchSymbols,
    } as const;
    await assertRejects(() => services(database, [spot, gate]).sync(), Error);
    assertEquals(await storedSymbols(database), before);
    await new ExchangeSyncService({ database, clock, random }).sync();
    let refusals = 2;
    const flaky: Queryable = {
      query: (sql, parameters) =>
        sql.startsWith("with listed") && refusals-- > 0
          ? Promise.reject(new Error("connection lost"))
          : database.query(sql, parameters),
    };
    const { venues } = await services(flaky, [spot, gate]).sync();
    assertEquals(venues.map(({ diff }) => diff?.added), [["LATESTUSDT"], ["GUSDT"]]);
  },
  "Symbols of simulated venues are synchronised over real sockets, also when one is delisted": overSockets,
};

async function overSockets(database: Database): Promise<void> {
  await database.query("delete from symbols");
  const simulator = Simulator.create({ clock, seed: 5, source: new MarketModel({ assets: defaultAssets }) });
  const endpoints = await simulator.listen();
  const network = new SystemNetwork();
  const sources = exchanges.map(({ key: exchange }): SymbolSource => {
    const parts = { endpoints: endpoints[exchange], speed: "normal", network, clock, random } as const;
    const rest = getRestImplementation(
      { ...parts, exchange, logger: new MemoryLogger(), trace: new FrameTrace() },
      { private: false },
    );
    return {
      exchange,
      fetchSymbols: () => rest.fetchSymbols(),
      fetchContracts: getCoinContractSource(exchange, network, endpoints[exchange].rest),
    };
  });
  const service = services(database, sources);
  try {
    const { venues, pairs } = await service.sync();
    const count = defaultAssets.length;
    assertEquals(
      venues.map(({ diff, error }) => [diff?.added.length, error]),
      exchanges.map(() => [count, undefined]),
    );
    assertEquals(pairs.length, 3 * count);
    assertEquals(new Set(pairs.map(({ verdict }) => verdict)), new Set(["unconfirmed"]));
    const cache = await SymbolCache.open({
      database,
      clock,
      onError: (error) => assertEquals(error, undefined),
    });
    try {
      assertEquals(cache.byPair("MEXC_SPOT", "BTC", "USDT")?.tradable, true);
      const base = endpoints.GATEIO_SPOT.rest;
      for (const row of await (await fetch(`${base}/spot/currency_pairs`)).json()) {
        const symbol = cache.byExchangeSymbol("GATEIO_SPOT", row.id)!;
        assertEquals(symbol.tick.size, Number(`1e-${row.precision}`), row.id);
        assertEquals(symbol.lot.size, Number(`1e-${row.amount_precision}`), row.id);
      }
      for (const row of await (await fetch(`${base}/futures/usdt/contracts`)).json()) {
        const symbol = cache.byExchangeSymbol("GATEIO_FUTURES", row.name)!;
        assertEquals(
          [symbol.contractSize.size, symbol.tick.size],
          [row.quanto_multiplier, row.order_price_round].map(Number),
        );
      }
      const add = (fault: string, venue: string, symbol: string): void => {
        simulator.script.add(parseFaultRule({ fault, venue, symbol }));
      };
      add("delist", "GATEIO_SPOT", "DOGE_USDT");
      add("halt", "GATEIO_SPOT", "XRP_USDT");
      add("delist", "MEXC_SPOT", "DOGEUSDT");
      // Faults begin with the simulator's next timer.
      await delay(clock, 50);
      const [mexc, gate] = (await service.sync()).venues.map(({ diff }) => diff!);
      assertEquals([mexc!.delisted, gate!.delisted], [[], ["DOGE_USDT"]]);
      assertEquals(gate!.changed.map(({ exchangeSymbol }) => exchangeSymbol), ["XRP_USDT"]);
      // MEXC goes on listing what is offline for good.
      assertEquals(
        mexc!.changed.map((
          { exchangeSymbol, changes },
        ) => [exchangeSymbol, changes.map(({ field }) => field)]),
        [["DOGEUSDT", ["tradable", "online", "api_open", "delisting"]]],
      );
      // The cache has static data of its last reading, until it reads again.
      assertEquals(cache.byPair("GATEIO_SPOT", "DOGE", "USDT")?.delistedAt, undefined);
      assertEquals(await cache.refresh(), true);
      assert(cache.byPair("GATEIO_SPOT", "DOGE", "USDT")?.delistedAt !== undefined);
      for (const [exchange, base] of [["GATEIO_SPOT", "XRP"], ["MEXC_SPOT", "DOGE"]] as const) {
        assertEquals(cache.byPair(exchange, base, "USDT")?.tradable, false);
      }
    } finally {
      cache.close();
    }
  } finally {
    await simulator.stop();
  }
}

testInEveryHome("Venues and symbols are synchronised", async (database, _home, test) => {
  for (const [name, step] of Object.entries(steps)) await test.step(name, () => step(database));
});
