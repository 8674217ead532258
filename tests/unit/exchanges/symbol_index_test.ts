import { assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { type Instrument, InstrumentTable } from "../../../src/core/instrument.ts";
import { SymbolIndex, unknownInstrument } from "../../../src/exchanges/symbol_index.ts";
import { testSpec } from "../../support/instruments.ts";

const encoder = new TextEncoder();

function instrumentsOf(symbols: Iterable<string>): readonly Instrument[] {
  const table = new InstrumentTable();
  for (const exchangeSymbol of symbols) table.add({ ...testSpec("MEXC_SPOT", "BTC"), exchangeSymbol });
  return table.all;
}

/** Looks a symbol up that stands between other characters. */
function find(index: SymbolIndex, symbol: string): number {
  const bytes = encoder.encode(`A${symbol}Z`);
  return index.find(bytes, 1, bytes.length - 1);
}

// Few letters, so that symbols resemble each other and meet in the table.
const symbol = fc.string({ unit: fc.constantFrom(..."AB_1"), minLength: 1, maxLength: 6 });

Deno.test("SymbolIndex finds what a map finds, and nothing else", () => {
  fc.assert(fc.property(fc.uniqueArray(symbol, { maxLength: 80 }), fc.array(symbol), (listed, others) => {
    const instruments = instrumentsOf(listed);
    const map = new Map(instruments.map(({ exchangeSymbol, id }) => [exchangeSymbol, id]));
    const index = new SymbolIndex(instruments);
    for (const each of [...listed, ...others]) {
      assertStrictEquals(find(index, each), map.get(each) ?? unknownInstrument);
    }
  }));
});

Deno.test("SymbolIndex finds each of thousands of symbols", () => {
  const symbols = Array.from({ length: 3000 }, (_, i) => `COIN${i}USDT`);
  const instruments = instrumentsOf(symbols);
  const index = new SymbolIndex(instruments);
  instruments.forEach(({ exchangeSymbol, id }) => assertStrictEquals(find(index, exchangeSymbol), id));
  assertStrictEquals(find(index, "COIN3000USDT"), unknownInstrument);
});

Deno.test("SymbolIndex knows no empty symbol, no prefix and no longer name", () => {
  const index = new SymbolIndex(instrumentsOf(["BTCUSDT"]));
  for (const each of ["", "BTCUSD", "BTCUSDTT", "btcusdt", "BTCUSDС"]) {
    assertStrictEquals(find(index, each), unknownInstrument, each);
  }
  assertStrictEquals(find(new SymbolIndex([]), "BTCUSDT"), unknownInstrument);
});

Deno.test("SymbolIndex finds symbols beyond ASCII, as MEXC lists some", () => {
  const [instrument] = instrumentsOf(["币安人生USDT"]);
  assertStrictEquals(find(new SymbolIndex([instrument!]), "币安人生USDT"), instrument!.id);
});
