import { assertEquals, assertStringIncludes } from "@std/assert";
import { InstrumentTable } from "../../src/core/instrument.ts";
import { testInstruments, testSpec } from "../support/instruments.ts";
import { bookTicker, fill, openStore, opportunity, withDirectory } from "./storage_fixture.ts";

Deno.test("MarketStore keeps several runs side by side in one data directory", async () => {
  await withDirectory(async (dataDirectory) => {
    const first = openStore({ dataDirectory, mode: "paper", seed: 1 });
    first.store.registerInstruments(testInstruments().all);
    first.store.recordBookTicker(bookTicker(0));
    first.store.recordOpportunity(opportunity(1));
    first.store.recordFill(fill("1"));
    assertEquals((await first.store.close()).lost, 0);

    // The same symbols in another order, one with other static data: ids in the database stay.
    const table = new InstrumentTable();
    table.add({ ...testSpec("GATEIO_SPOT", "BTC"), takerFee: 0.0009 });
    table.add(testSpec("MEXC_SPOT", "BTC"));
    const second = openStore({ dataDirectory, mode: "live" });
    second.store.registerInstruments(table.all);
    second.store.recordBookTicker(bookTicker(1));
    second.store.recordOpportunity(opportunity(1));
    second.store.recordFill(fill("1"));
    const { store } = second;
    assertEquals(
      await store.query("select mode, seed, ended_at is null as open, lost_rows from runs order by id"),
      [
        { mode: "paper", seed: 1, open: false, lost_rows: 0 },
        { mode: "live", seed: null, open: true, lost_rows: null },
      ],
    );
    assertEquals(
      await store.query(
        "select count(*) as n, min(taker_fee) filter (where taker_fee > 0.0005) as fee from symbols",
      ),
      [{
        n: 9,
        fee: 0.0009,
      }],
    );
    assertEquals(
      await store.query(
        "select count(*) as n, count(distinct symbol_id) as symbols from book_ticker_snapshots",
      ),
      [{ n: 2, symbols: 1 }],
    );
    assertEquals(await store.query("select run_id, id from arbitrage_opportunities order by 1"), [
      { run_id: 1, id: 1 },
      { run_id: 2, id: 1 },
    ]);
    assertEquals(await store.query("select run_id, paper from fills order by 1"), [
      { run_id: 1, paper: true },
      { run_id: 2, paper: false },
    ]);
    assertEquals((await store.close()).lost, 0);
    assertEquals([...first.errors, ...second.errors], []);
  });
});

Deno.test("MarketStore refuses a data directory that another one has open", async () => {
  await withDirectory(async (dataDirectory) => {
    const first = openStore({ dataDirectory });
    await first.store.query("select 1");
    const second = openStore({ dataDirectory });
    await second.store.close();
    assertEquals(second.errors.length, 1);
    assertStringIncludes(second.errors[0]!.message, "is in use by another process");
    await first.store.close();
    assertEquals(first.errors, []);
  });
});
