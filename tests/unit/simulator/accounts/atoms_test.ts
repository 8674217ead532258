import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatAtoms, InstrumentUnits, parseAtoms } from "../../../../src/simulator/accounts/atoms.ts";
import { listInstrument } from "../../../../src/simulator/market/listing.ts";
import { SeededRandom } from "../../../../src/core/random.ts";

Deno.test("An amount survives the way to text and back, and its text has no superfluous digit", () => {
  fc.assert(
    fc.property(fc.bigInt(-(10n ** 40n), 10n ** 40n), (atoms) => {
      const text = formatAtoms(atoms);
      assertEquals(parseAtoms(text), atoms);
      assertEquals(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/.test(text), true, text);
    }),
    { seed: 20261123 },
  );
});

Deno.test("Text that is no plain decimal, is finer than 10^-18 or longer than 64 characters is no amount", () => {
  for (
    const text of ["", "1e5", "+1", ".5", "1,5", " 1", "0x1", "1.1234567890123456789", "NaN", "9".repeat(65)]
  ) {
    assertEquals(parseAtoms(text), undefined, text);
  }
  // Zeros at the end are no digits, but a text that never ends is not looked through.
  assertEquals(parseAtoms("1." + "0".repeat(40)), 10n ** 18n);
  const started = performance.now();
  assertEquals(parseAtoms("1." + "0".repeat(1_000_000) + "1"), undefined);
  assertEquals(performance.now() - started < 1000, true);
});

Deno.test("Values of ticks and lots are exact where doubles are not", () => {
  const { spec } = listInstrument({
    exchange: "MEXC_SPOT",
    base: "BTC",
    tick: "0.01",
    lot: "0.00000001",
    contractSize: "1",
    price: 84_000,
    openedMs: 0,
  }, new SeededRandom(1));
  const units = new InstrumentUnits(spec);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 40 }), fc.integer({ min: 1, max: 2 ** 40 }), (tick, lots) => {
      assertEquals(units.value(tick, lots), BigInt(tick) * BigInt(lots) * 10n ** 8n);
      assertEquals(units.base(lots), BigInt(lots) * 10n ** 10n);
      assertEquals(units.affordable(units.value(tick, lots), tick), lots);
      assertEquals(units.affordable(units.value(tick, lots) - 1n, tick), lots - 1);
    }),
    { seed: 20261123 },
  );
});
