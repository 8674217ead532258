import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../../src/core/errors.ts";
import { durationSeconds } from "../../../src/storage/duration.ts";
import {
  defaultHistory,
  type HistoryChanges,
  historySettings,
} from "../../../src/storage/history_settings.ts";
import { historyTableNames } from "../../../src/storage/history_tables.ts";

Deno.test("durationSeconds reads whole numbers with a unit, and refuses everything else", () => {
  const seconds = ["1s", "30m", "6h", "14d", "36525d"].map((text) => durationSeconds(text, "x"));
  assertEquals(seconds, [1, 1_800, 21_600, 1_209_600, 3_155_760_000]);
  for (const text of ["", "5", "h", "0m", "-1h", "1.5h", "1 h", "1w", "36526d", "99999999999s"]) {
    assertThrows(() => durationSeconds(text, "storage.x"), ConfigError, "storage.x is ");
  }
});

Deno.test("defaultHistory is sound: chunks of 30 minutes to 6 hours, tables kept for 3 to 14 days", () => {
  assertEquals(historySettings(), defaultHistory);
  assertEquals(JSON.parse(JSON.stringify(defaultHistory)), defaultHistory);
  for (const name of historyTableNames) {
    const { chunk, keep } = defaultHistory.tables[name];
    const [chunkSeconds, keepSeconds] = [durationSeconds(chunk, name), durationSeconds(keep!, name)];
    assertEquals(chunkSeconds >= 1_800 && chunkSeconds <= 6 * 3_600, true, name);
    assertEquals(keepSeconds >= 3 * 86_400 && keepSeconds <= 14 * 86_400, true, name);
  }
});

Deno.test("historySettings changes what is named and keeps the rest", () => {
  const settings = historySettings({
    tables: { fills: { keep: null } },
    aggregates: { hour: { keep: "30d" } },
  });
  assertEquals(settings.tables.fills, { ...defaultHistory.tables.fills, keep: null });
  assertEquals(settings.tables.orders, defaultHistory.tables.orders);
  assertEquals(settings.aggregates.hour, { ...defaultHistory.aggregates.hour, keep: "30d" });
});

Deno.test("historySettings refuses what does not fit together, naming the setting", () => {
  const cases: readonly (readonly [HistoryChanges, string])[] = [
    [
      { tables: { symbols: {} } as HistoryChanges["tables"] & object },
      "storage.history.tables.symbols is no table",
    ],
    [{ tables: { fills: { chunk: "soon" } } }, "storage.history.tables.fills.chunk is"],
    [{ tables: { fills: { chunk: "14d" } } }, "must be shorter than storage.history.tables.fills.keep, 14d"],
    [{ tables: { fills: { compressAfter: "20d" } } }, "storage.history.tables.fills.compressAfter is 20d"],
    // Aggregates of rows that are gone would be worked out again, from nothing.
    [
      { tables: { book_ticker_snapshots: { keep: "12h" } } },
      "storage.history.aggregates.minute.refreshWithin is 1d",
    ],
    [{ aggregates: { minute: { keep: "36h", compressAfter: null } } }, "aggregates.hour.refreshWithin is 2d"],
    [{ aggregates: { minute: { refreshWithin: "2m" } } }, "must be at least 180s"],
    [{ aggregates: { minute: { compressAfter: "6h" } } }, "aggregates.minute.compressAfter, 6h"],
    [{ aggregates: { hour: { refreshEvery: "0s" } } }, "aggregates.hour.refreshEvery"],
    [{ keepBatches: "never" }, "storage.history.keepBatches"],
  ];
  for (const [changes, message] of cases) {
    assertThrows(() => historySettings(changes), ConfigError, message);
  }
});
