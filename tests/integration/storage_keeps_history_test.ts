import { assertEquals, assertThrows } from "@std/assert";
import { parseConfig } from "../../src/config/hft_config.ts";
import { ConfigError } from "../../src/core/errors.ts";
import { historySettings } from "../../src/storage/mod.ts";
import { testInstruments } from "../support/instruments.ts";
import { bookTicker, openStore } from "./storage_fixture.ts";

Deno.test("MarketStore prepares the database for the settings of history, and ends with retention running", async () => {
  const { store, errors } = openStore({ history: historySettings({ keepBatches: "3d" }) });
  store.registerInstruments(testInstruments().all);
  store.recordBookTicker(bookTicker(0, { receivedAt: Date.now() }));
  const rows = await store.query("select quotes from book_ticker_1m");
  assertEquals(rows.map((row) => Number(row["quotes"])), [1]);
  assertEquals((await store.close()).lost, 0);
  assertEquals(errors, []);
});

Deno.test("A configuration changes how long is kept what is recorded, and an unsound one is refused", () => {
  const text = (history: string): string =>
    `exchanges: { MEXC_SPOT: {}, GATEIO_SPOT: {} }\npairs: [BTC/USDT]\nstorage: { history: ${history} }\n`;
  const { storage } = parseConfig(text("{ tables: { fills: { keep: null } }, keepBatches: 4d }"), "x.yaml");
  const settings = historySettings(storage.history);
  assertEquals([settings.tables.fills.keep, settings.keepBatches], [null, "4d"]);
  assertEquals(settings.tables.fills.chunk, "6h");
  assertThrows(() => parseConfig(text("{ tabels: {} }"), "x.yaml"), ConfigError, "tabels");
  const unsound = parseConfig(text("{ tables: { fills: { chunk: 30 d } } }"), "x.yaml");
  assertThrows(
    () => historySettings(unsound.storage.history),
    ConfigError,
    "storage.history.tables.fills.chunk",
  );
});
