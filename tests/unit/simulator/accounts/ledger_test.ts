import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { createHash } from "node:crypto";
import { formatAtoms, parseAtoms } from "../../../../src/simulator/accounts/atoms.ts";
import { ByteText } from "../../../../src/simulator/accounts/byte_text.ts";
import {
  Ledger,
  type LedgerEntry,
  ledgerLine,
  parseLedgerLine,
} from "../../../../src/simulator/accounts/ledger.ts";

const atoms = fc.oneof(
  fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
  fc.bigInt({ min: -1000n, max: 1000n }).map((count) => count * 10n ** 17n),
  fc.bigInt({ min: -20n, max: 20n }),
);

function entryOf(available: bigint, coin = "USDT"): Omit<LedgerEntry, "sequence"> {
  return {
    timeMs: 1_786_540_560_000,
    exchange: "MEXC_SPOT",
    uid: "12345678",
    coin,
    available,
    locked: -available,
    availableAfter: available * 3n,
    lockedAfter: 0n,
    cause: "order-lock",
    reference: "C02__505979017439002624115",
    symbol: "BTCUSDT",
  };
}

function sha256(lines: readonly LedgerEntry[]): string {
  return createHash("sha256").update(lines.map((entry) => ledgerLine(entry) + "\n").join("")).digest("hex");
}

Deno.test("The text of an amount is read back as the same amount", () => {
  fc.assert(fc.property(atoms, (amount) => parseAtoms(formatAtoms(amount)) === amount), { seed: 1 });
  assertEquals([0n, 1n, -1n, 10n ** 18n, -(10n ** 17n), 12_345n * 10n ** 16n].map(formatAtoms), [
    "0",
    "0.000000000000000001",
    "-0.000000000000000001",
    "1",
    "-0.1",
    "123.45",
  ]);
});

Deno.test("ByteText writes amounts as formatAtoms does, and any text, however little room it begins with", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(atoms, fc.string({ unit: "grapheme" }), fc.maxSafeNat())), (items) => {
      const text = new ByteText(1);
      for (const [amount, word, count] of items) {
        text.whole(count, 32);
        text.amount(amount, 10);
        text.field(word, 9);
      }
      const expected = items.map(([amount, word, count]) => `${count} ${formatAtoms(amount)}\n${word}\t`)
        .join("");
      assertEquals(new TextDecoder("utf-8", { ignoreBOM: true }).decode(text.bytes), expected);
    }),
    { seed: 2 },
  );
});

Deno.test("A line of the ledger is read back as the same entry", () => {
  const ledger = new Ledger();
  const entry = ledger.write(entryOf(-1_234_500_000_000_000_000n, "币安人生"));
  assertEquals(
    ledgerLine(entry),
    "1\t1786540560000\tMEXC_SPOT\t12345678\t币安人生\t-1.2345\t1.2345\t-3.7035\t0\torder-lock\t" +
      "C02__505979017439002624115\tBTCUSDT",
  );
  assertEquals(parseLedgerLine(ledgerLine(entry)), entry);
});

Deno.test("Ledger gives back the entries that it was told, from any number on", () => {
  const ledger = new Ledger();
  const told = Array.from({ length: 2000 }, (_, index) => ledger.write(entryOf(BigInt(index) ** 5n)));
  for (const from of [1, 2, 511, 512, 513, 514, 1024, 1025, 1500, 1999, 2000, 2001, 5000]) {
    assertEquals(ledger.entries(from), told.slice(from - 1));
  }
});

Deno.test("Ledger hashes the lines of everything ever written, at any length, and may be asked in between", () => {
  const ledger = new Ledger();
  const told: LedgerEntry[] = [];
  for (const length of [0, 1, 2, 511, 512, 513, 1300]) {
    while (told.length < length) told.push(ledger.write(entryOf(BigInt(told.length))));
    assertEquals(ledger.digest(), sha256(told));
  }
});

Deno.test("Ledger keeps as many entries as it is to keep, and hardly more", () => {
  const ledger = new Ledger(1000);
  const told = Array.from({ length: 30_000 }, (_, index) => ledger.write(entryOf(BigInt(index))));
  const kept = ledger.entries();
  assert(kept.length >= 1000 && kept.length <= 3000, `${kept.length} entries`);
  assertEquals(kept, told.slice(-kept.length));
  assertEquals(ledger.entries(29_990), told.slice(29_989));
  assertEquals([ledger.length, ledger.digest()], [30_000, sha256(told)]);
});
