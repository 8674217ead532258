import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../src/core/errors.ts";
import { checkBody, decimalText, signedDecimal } from "../../../src/exchanges/wire_schema.ts";

Deno.test("A decimal of more digits than a double can reach is refused, so that no price is infinite", () => {
  const long = "9".repeat(300);
  assertEquals(checkBody(decimalText, long, "a price"), long);
  assertThrows(
    () => checkBody(decimalText, "1".repeat(310), "a price"),
    ProtocolError,
    "not a decimal number",
  );
  assertThrows(() => checkBody(signedDecimal, `-${"1".repeat(310)}`, "a rate"), ProtocolError);
});
