import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "commander";
import fc from "fast-check";
import {
  collectPairs,
  fileError,
  parseAmount,
  parseAmounts,
  parseDuration,
  parsePort,
  parsePositive,
  parseSeed,
  parseShare,
} from "../../../src/commands/option_parsers.ts";
import { maxDelayMs } from "../../../src/core/clock.ts";
import { DataFileError } from "../../../src/core/errors.ts";

function refuses<Value>(parser: (text: string) => Value, texts: readonly string[]): void {
  for (const text of texts) {
    const error = assertThrows(() => parser(text), InvalidArgumentError) as Error;
    assertStringIncludes(error.message, `"${text}"`);
  }
}

Deno.test("A duration is a number above 0 with a unit, and no longer than a timer can be", () => {
  const cases = {
    "500ms": 500,
    "2s": 2_000,
    "1.5s": 1_500,
    "5m": 300_000,
    "1h": 3_600_000,
    "596h": 2_145_600_000,
  };
  for (const [text, expected] of Object.entries(cases)) assertEquals(parseDuration(text), expected);
  refuses(parseDuration, [
    "",
    "5",
    "0s",
    "0.0s",
    "-1s",
    "+1s",
    "1 s",
    "1S",
    "1d",
    "s",
    ".5s",
    "1.s",
    "1e3s",
    "597h",
  ]);
  assertEquals(parseDuration(`${maxDelayMs}ms`), maxDelayMs);
  refuses(parseDuration, [`${maxDelayMs}.5ms`, `${maxDelayMs + 1}ms`]);
});

Deno.test("Any duration text is either refused or a delay that a timer takes", () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^\d{1,12}(\.\d{1,3})?(ms|s|m|h|d)$/));
  fc.assert(fc.property(text, (text) => {
    try {
      const delay = parseDuration(text);
      assert(delay > 0 && delay <= maxDelayMs);
    } catch (error) {
      assert(error instanceof InvalidArgumentError);
    }
  }));
});

Deno.test("A seed is any whole number of 32 bits", () => {
  fc.assert(fc.property(fc.integer(), (seed) => assertEquals(parseSeed(String(seed)), seed)));
  assert(Object.is(parseSeed("-0"), 0));
  refuses(parseSeed, ["", "x", "1.0", "1e3", "0x10", "2147483648", "-2147483649", " 1", "9".repeat(400)]);
});

Deno.test("An amount is a number of 0 or more, and a positive one is more than 0", () => {
  assertEquals([parseAmount("0"), parseAmount("2.5"), parsePositive("0.1")], [0, 2.5, 0.1]);
  refuses(parseAmount, ["", " ", "-1", "NaN", "Infinity", "ten"]);
  refuses(parsePositive, ["", "0", "-1", "x"]);
});

Deno.test("A port is a whole number up to 65535, and a share lies between 0 and 1", () => {
  assertEquals([parsePort("0"), parsePort("9464"), parsePort("65535")], [0, 9464, 65535]);
  refuses(parsePort, ["", "x", "-1", "1.5", "65536", "1e3", " 80"]);
  assertEquals([parseShare("0"), parseShare("0.01"), parseShare("1")], [0, 0.01, 1]);
  refuses(parseShare, ["", " ", "-0.1", "1.1", "NaN", "1%"]);
});

Deno.test("Names with values are collected, the last one of a name counts, and a value may hold an equals sign", () => {
  let pairs: ReadonlyMap<string, string> = new Map();
  for (const text of ["a=1", "b=x=y", "a=2"]) pairs = collectPairs(text, pairs);
  assertEquals([...pairs], [["a", "2"], ["b", "x=y"]]);
  refuses((text) => collectPairs(text, new Map()), ["", "a", "=1", "a=", "="]);
});

Deno.test("The error for a file names it and tells a missing one from one that cannot be read", () => {
  const missing = fileError("a/b.yaml", new Deno.errors.NotFound());
  const other = fileError("a/b.yaml", new Error("Is a directory"));
  assert(missing instanceof DataFileError && other instanceof DataFileError);
  assertStringIncludes(missing.message, 'There is no file "a/b.yaml": check the path');
  assertEquals(other.message, 'Cannot read the file "a/b.yaml": Is a directory');
});

Deno.test("A list of amounts has commas between them, and an amount everywhere", () => {
  assertEquals(parseAmounts("0,1, 2.5"), [0, 1, 2.5]);
  for (const text of ["", "1,", ",1", "1,,2", "1,-2", "1;2"]) {
    assertThrows(() => parseAmounts(text), InvalidArgumentError);
  }
});
