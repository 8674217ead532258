import { assertStrictEquals } from "@std/assert";
import { opposite } from "../../../src/core/order.ts";

Deno.test("opposite turns a buy into a sell and a sell into a buy", () => {
  assertStrictEquals(opposite("buy"), "sell");
  assertStrictEquals(opposite("sell"), "buy");
});
