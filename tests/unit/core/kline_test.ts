import { assertStrictEquals } from "@std/assert";
import { klineCloseTime } from "../../../src/core/kline.ts";

Deno.test("A candle ends where the next one begins, months by the calendar", () => {
  const at = (text: string): number => Date.parse(`${text}Z`);
  assertStrictEquals(klineCloseTime("1m", at("2026-02-28T23:59:00")), at("2026-03-01T00:00:00"));
  assertStrictEquals(klineCloseTime("1w", at("2026-02-23T00:00:00")), at("2026-03-02T00:00:00"));
  assertStrictEquals(klineCloseTime("1M", at("2026-02-01T00:00:00")), at("2026-03-01T00:00:00"));
  assertStrictEquals(klineCloseTime("1M", at("2026-12-01T00:00:00")), at("2027-01-01T00:00:00"));
});
