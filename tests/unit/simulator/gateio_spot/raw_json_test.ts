import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { rawMember } from "../../../../src/simulator/gateio/gate_raw_json.ts";

Deno.test("The raw text of a member is what JSON reads there, however it is written", () => {
  const blank = fc.constantFrom("", " ", "\n\t");
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.jsonValue(),
      blank,
      fc.integer({ min: 0, max: 3 }),
      (value, other, space, indent) => {
        const raw = JSON.stringify(value, null, indent);
        const rest = JSON.stringify(other, null, indent);
        const text =
          `${space}{${space}"a"${space}:${space}${rest}${space},${space}"req_param":${space}${raw}${space}}`;
        assertEquals(rawMember(text, "req_param"), raw);
        assertEquals(rawMember(text, "a"), rest);
        assertEquals(rawMember(text, "b"), undefined);
      },
    ),
  );
});

Deno.test("The last of two members with one name counts, and only objects have members", () => {
  assertEquals(rawMember('{"a":1,"b":{"a":2},"a": 3.0 }', "a"), "3.0");
  assertEquals(rawMember('{"\\u0061":true}', "a"), "true");
  for (const text of ["[]", "7", '"a"', "{}"]) assertEquals(rawMember(text, "a"), undefined);
});
