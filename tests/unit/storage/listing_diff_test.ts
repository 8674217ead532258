import { assertEquals, assertThrows } from "@std/assert";
import { DecimalStep } from "../../../src/core/decimal_step.ts";
import { StorageError } from "../../../src/core/errors.ts";
import { unitStep } from "../../../src/core/instrument.ts";
import type { SymbolInfo } from "../../../src/core/symbol_info.ts";
import type { StoredSymbol } from "../../../src/storage/stored_symbol.ts";
import { compareListing } from "../../../src/storage/sync/listing_diff.ts";

function info(
  name: string,
  changes: Partial<SymbolInfo["spec"]> = {},
  marks: Partial<SymbolInfo> = {},
): SymbolInfo {
  const spec = {
    exchange: "MEXC_SPOT",
    base: name,
    quote: "USDT",
    exchangeSymbol: `${name}USDT`,
    tick: DecimalStep.parse("0.01"),
    lot: DecimalStep.parse("0.001"),
    contractSize: unitStep,
    minQuantity: 0,
    minNotional: 1,
    makerFee: 0,
    takerFee: 0.0005,
    tradable: true,
    ...changes,
  } as const;
  return {
    spec,
    online: true,
    apiOpen: true,
    sides: "both",
    delisting: false,
    contract: undefined,
    ...marks,
  };
}

function stored(id: number, name: string, changes: Partial<StoredSymbol> = {}): StoredSymbol {
  const { spec } = info(name);
  const marks = { online: true, apiOpen: true, delisting: false, identities: [], listedAt: 1, changedAt: 1 };
  return { ...spec, id, market: "spot", ...marks, delistedAt: undefined, ...changes };
}

const names = "ABCDEFGHIJ".split("");
const known = names.map((name, index) => stored(index + 1, name));
const same = names.map((name) => info(name));

function compare(
  symbols: SymbolInfo[],
  before = known,
  unreadable: string[] = [],
  share?: number,
): ReturnType<typeof compareListing> {
  return compareListing("MEXC_SPOT", before, { symbols, unreadable }, undefined, share);
}

Deno.test("A listing that is as before changes nothing", () => {
  const { diff, written, delistedIds } = compare(same);
  assertEquals([diff.unchanged, diff.added, diff.changed, written, delistedIds], [10, [], [], [], []]);
});

Deno.test("Every fact of a symbol counts as a change, and is told before and after", () => {
  const cases: [
    changes: Partial<SymbolInfo["spec"]>,
    marks: Partial<SymbolInfo>,
    field: string,
    before: string,
    after: string,
  ][] = [
    [{ tick: DecimalStep.parse("0.5") }, {}, "tick_size", "0.01", "0.5"],
    [{ lot: DecimalStep.parse("1") }, {}, "lot_size", "0.001", "1"],
    [{ contractSize: DecimalStep.parse("10") }, {}, "contract_size", "1", "10"],
    [{ minQuantity: 2 }, {}, "min_quantity", "0", "2"],
    [{ minNotional: 5 }, {}, "min_notional", "1", "5"],
    [{ makerFee: 0.001 }, {}, "maker_fee", "0", "0.001"],
    [{ takerFee: 0.002 }, {}, "taker_fee", "0.0005", "0.002"],
    [{ tradable: false }, {}, "tradable", "yes", "no"],
    [{}, { online: false }, "online", "yes", "no"],
    [{}, { apiOpen: false }, "api_open", "yes", "no"],
    [{}, { delisting: true }, "delisting", "no", "yes"],
    [{ base: "AA" }, {}, "base", "A", "AA"],
  ];
  for (const [changes, marks, field, before, after] of cases) {
    const { diff, written } = compare([
      info("A", { exchangeSymbol: "AUSDT", ...changes }, marks),
      ...same.slice(1),
    ]);
    assertEquals(diff.changed, [{ exchangeSymbol: "AUSDT", changes: [{ field, before, after }] }]);
    assertEquals([written.length, diff.unchanged], [1, 9]);
  }
});

Deno.test("New symbols, symbols that are gone and symbols that are back are told apart", () => {
  const before = [...known, stored(11, "BACK", { delistedAt: 5, tradable: false })];
  const { diff, delistedIds, written } = compare([...same.slice(1), info("NEW"), info("BACK")], before);
  assertEquals([diff.added, diff.delisted, delistedIds], [["NEWUSDT"], ["AUSDT"], [1]]);
  assertEquals(diff.relisted, [{
    exchangeSymbol: "BACKUSDT",
    changes: [{ field: "tradable", before: "no", after: "yes" }],
  }]);
  assertEquals(written.map((columns) => columns.exchange_symbol), ["NEWUSDT", "BACKUSDT"]);
});

Deno.test("A name that is listed twice counts once, and one that cannot be read is not delisted", () => {
  const { diff, written } = compare(
    [...same.slice(2), info("C", { takerFee: 1 }), info("N"), info("N")],
    known,
    [
      "AUSDT",
      "BUSDT",
    ],
  );
  assertEquals([diff.duplicates, diff.added, diff.changed, diff.delisted], [
    ["CUSDT", "NUSDT"],
    ["NUSDT"],
    [],
    [],
  ]);
  assertEquals([written.length, diff.unreadable], [1, ["AUSDT", "BUSDT"]]);
});

Deno.test("A listing that is empty or lacks more than the allowed share is refused", () => {
  assertThrows(() => compare([]), StorageError, "lists no symbol");
  assertThrows(() => compare([], []), StorageError, "lists no symbol");
  assertThrows(() => compare([], known, names), StorageError, "lists no symbol");
  assertEquals(compare(same.slice(2)).diff.delisted.length, 2);
  assertThrows(() => compare(same.slice(3)), StorageError, "3 of 10 known ones are missing");
  assertEquals(compare(same.slice(3), known, [], 0.3).diff.delisted.length, 3);
  // One may always go, except the only one; all of them never.
  assertEquals(compare(same.slice(1), known, [], 0).diff.delisted, ["AUSDT"]);
  assertThrows(() => compare([info("NEW")], known.slice(0, 1)), StorageError, "1 of 1 known ones");
  assertThrows(() => compare([info("NEW")], known, [], 1), StorageError, "10 of 10 known ones");
  assertEquals(compare(same, []).diff.added.length, 10);
});

Deno.test("Contracts that nobody tells now stay as they were, and told ones replace them", () => {
  const before = [stored(1, "A", { identities: ["ETH:0xa"] })];
  const listing = { symbols: [info("A")], unreadable: [] };
  assertEquals(compareListing("MEXC_SPOT", before, listing, undefined).written, []);
  const changes =
    compareListing("MEXC_SPOT", before, listing, new Map([["A", ["ETH:0xb", "SOL:x"]]])).diff.changed;
  assertEquals(changes[0]?.changes, [{ field: "identities", before: "ETH:0xa", after: "ETH:0xb SOL:x" }]);
  assertEquals(compareListing("MEXC_SPOT", before, listing, new Map()).diff.changed.length, 1);
});
