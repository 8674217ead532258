import { assert, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DecimalStep } from "../../../src/core/decimal_step.ts";
import {
  type BaseQuantity,
  baseQuantity,
  baseToContracts,
  type Contracts,
  contracts,
  contractsToBase,
  quoteAmount,
} from "../../../src/core/units.ts";

/** `quanto_multiplier` of real contracts. */
const contractSizes = ["0.0001", "0.01", "0.1", "1", "10", "1000", "10000", "1000000"];

Deno.test("The marking functions change no number", () => {
  fc.assert(fc.property(fc.double(), (value) => {
    assertStrictEquals(baseQuantity(value), value);
    assertStrictEquals(contracts(value), value);
    assertStrictEquals(quoteAmount(value), value);
  }));
});

Deno.test("Contracts survive the way to base units and back through the lot step", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...contractSizes),
      fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
      (text, count) => {
        const size = DecimalStep.parse(text).size;
        const back = baseToContracts(contractsToBase(contracts(count), size), size);
        assertStrictEquals(DecimalStep.ofDecimals(0).nearest(back), count);
      },
    ),
    { numRuns: 5000 },
  );
});

Deno.test("The step of the contract size counts whole contracts where a plain quotient loses one", () => {
  // 0.0003 / 0.0001 is 2.9999999999999996
  assertStrictEquals(Math.floor(baseToContracts(baseQuantity(0.0003), 0.0001)), 2);
  assertStrictEquals(DecimalStep.parse("0.0001").floor(0.0003), 3);
  fc.assert(
    fc.property(
      fc.constantFrom(...contractSizes),
      fc.integer({ min: 1, max: 1_000_000_000 }),
      (text, count) => {
        const step = DecimalStep.parse(text);
        assertStrictEquals(step.floor(baseQuantity(step.value(count))), count);
      },
    ),
    { numRuns: 5000 },
  );
});

Deno.test("Conversion keeps the sign", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...contractSizes),
      fc.integer({ min: -1_000_000, max: 1_000_000 }),
      (text, count) => {
        const size = Number(text);
        const quantity = contractsToBase(contracts(count), size);
        assertStrictEquals(Math.sign(quantity), Math.sign(count));
        assertStrictEquals(Math.sign(baseToContracts(quantity, size)), Math.sign(count));
        assertStrictEquals(contractsToBase(contracts(-count), size), -quantity);
      },
    ),
  );
});

Deno.test("Conversion of known contracts", () => {
  assertStrictEquals(contractsToBase(contracts(12_500), 0.0001), 1.25); // BTC_USDT
  assertStrictEquals(contractsToBase(contracts(3), 10), 30); // DOGE_USDT
  assertStrictEquals(baseToContracts(baseQuantity(-1.5), 0.01), -150); // ETH_USDT, a short
  assertStrictEquals(baseToContracts(baseQuantity(25), 10), 2.5); // not rounded
});

Deno.test("baseToContracts refuses a contract size that is not a positive number", () => {
  for (const size of [0, -0, -0.0001, NaN, Infinity]) {
    assertThrows(
      () => baseToContracts(baseQuantity(1), size),
      RangeError,
      `the contract size is ${size}, it must be positive`,
    );
  }
});

Deno.test("Base units and contracts are different types", () => {
  const size = 0.01;
  const count: Contracts = contracts(5);
  const quantity: BaseQuantity = contractsToBase(count, size);
  // @ts-expect-error a base quantity is no contract count
  contractsToBase(quantity, size);
  // @ts-expect-error a contract count is no base quantity
  baseToContracts(count, size);
  // @ts-expect-error a bare number has no unit
  const bare: BaseQuantity = 1;
  assert(bare === 1);
});
