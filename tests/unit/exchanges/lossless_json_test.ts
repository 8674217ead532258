import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ProtocolError } from "../../../src/core/errors.ts";
import { parseLossless } from "../../../src/exchanges/lossless_json.ts";

Deno.test("parseLossless keeps every digit of an order id beyond 2^53", () => {
  const text =
    `{"id":299207900263708423,"left":-9007199254740993,"size":100,"price":"0","at":1768397866.662}`;
  assertEquals(parseLossless(text, "an order"), {
    id: "299207900263708423",
    left: "-9007199254740993",
    size: 100,
    price: "0",
    at: 1768397866.662,
  });
});

Deno.test("parseLossless leaves numbers with fraction or exponent as JSON.parse has them", () => {
  assertEquals(parseLossless("[1.00000000000000000001,12345678901234567.5,1e20]", "numbers"), [
    1,
    12345678901234567.5,
    1e20,
  ]);
});

Deno.test("parseLossless reads any whole number exactly and any other JSON as JSON.parse does", () => {
  fc.assert(fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }), (id) => {
    const read = parseLossless(`{"a":[${id}]}`, "an id") as { a: [string | number] };
    assertEquals(String(read.a[0]), String(id));
  }));
  fc.assert(fc.property(fc.json(), (json) => {
    fc.pre(!/\d{16}/.test(json));
    const digits = JSON.stringify({ "12345678901234567890": JSON.parse(json) });
    assertEquals(parseLossless(json, "json"), JSON.parse(json));
    assertEquals(parseLossless(digits, "json"), JSON.parse(digits));
  }));
});

Deno.test("parseLossless says what was not JSON", () => {
  assertThrows(
    () => parseLossless("<html>", "POST /spot/orders"),
    ProtocolError,
    "POST /spot/orders is not JSON",
  );
});
