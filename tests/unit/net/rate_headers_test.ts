import { assertEquals } from "@std/assert";
import { type LimitFieldNames, readLimitReport, readRetryAfter } from "../../../src/net/rate_headers.ts";

/** Gate.io's headers, and the fields of its WebSocket answers with their two spellings, as examples. */
const headerNames: LimitFieldNames = {
  limit: ["X-Gate-RateLimit-Limit"],
  remaining: ["X-Gate-RateLimit-Requests-Remain"],
  resetAt: ["X-Gate-RateLimit-Reset-Timestamp"],
};
const fieldNames: LimitFieldNames = {
  limit: ["x_gate_ratelimit_limit"],
  remaining: ["x_gate_ratelimit_requests_remain"],
  resetAt: ["x_gat_ratelimit_reset_timestamp", "x_gate_ratelimit_reset_timestamp"],
  absentIsZero: true,
};

Deno.test("Limits are read from headers, with a stamp in seconds or milliseconds", () => {
  for (const stamp of ["1700000000", "1700000000000"]) {
    const headers = new Headers({
      "x-gate-ratelimit-limit": "10",
      "x-gate-ratelimit-requests-remain": "3",
      "x-gate-ratelimit-reset-timestamp": stamp,
    });
    const report = readLimitReport((name) => headers.get(name), headerNames);
    assertEquals(report, { limit: 10, remaining: 3, resetAtMs: 1_700_000_000_000 });
  }
});

Deno.test("Limits are read from fields in either spelling, where a missing one is 0", () => {
  for (const spelling of fieldNames.resetAt) {
    const fields: Record<string, unknown> = { x_gate_ratelimit_limit: 100, [spelling]: 1_700_000_000_000 };
    const report = readLimitReport((name) => fields[name], fieldNames);
    assertEquals(report, { limit: 100, remaining: 0, resetAtMs: 1_700_000_000_000 });
  }
});

Deno.test("What is missing or no number is left out", () => {
  const read = (fields: Readonly<Record<string, unknown>>): unknown =>
    readLimitReport((name) => fields[name], headerNames);
  assertEquals(read({}), undefined);
  assertEquals(read({ "X-Gate-RateLimit-Reset-Timestamp": "1" }), undefined);
  assertEquals(read({ "X-Gate-RateLimit-Limit": "", "X-Gate-RateLimit-Requests-Remain": "many" }), undefined);
  assertEquals(read({ "X-Gate-RateLimit-Limit": "-5", "X-Gate-RateLimit-Requests-Remain": "7" }), {
    remaining: 7,
  });
});

Deno.test("What a conversion would make a number of is none", () => {
  for (const value of [" ", "0x10", "1e3", "Infinity", [], [5], true, {}, "9".repeat(310)]) {
    const read = readLimitReport((name) => name.endsWith("Limit") ? value : undefined, headerNames);
    assertEquals(read, undefined, JSON.stringify(value));
  }
});

Deno.test("Retry-After is read in seconds and as a date", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  const cases: [text: string | null, ms: number | undefined][] = [
    ["3", 3_000],
    ["0.5", 500],
    ["-1", 0],
    ["Thu, 01 Jan 2026 00:00:07 GMT", 7_000],
    ["Wed, 31 Dec 2025 00:00:07 GMT", 0],
    [null, undefined],
    ["", undefined],
    ["soon", undefined],
    ["1e308", undefined],
    ["0x10", undefined],
    ["9".repeat(310), undefined],
    ["5 apples", undefined],
  ];
  for (const [text, ms] of cases) assertEquals(readRetryAfter(text, now), ms, text ?? "null");
});
