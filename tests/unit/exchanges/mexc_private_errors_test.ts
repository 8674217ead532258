import { assertEquals } from "@std/assert";
import {
  type CodeMeaning,
  meaningOf,
  mexcCodes,
  outcomeOf,
} from "../../../src/exchanges/mexc/private_errors.ts";

/** Every code that the protocol lists, by what it says. */
const documented: Readonly<Record<CodeMeaning, readonly number[]>> = {
  "balance": [10101, 30004, 30005, 88004, 88015],
  "size": [10095, 10097, 10102],
  "price": [30010, 30087],
  "notional": [30002, 30003, 88013],
  "precision": [10096],
  "not-filled": [30025],
  "position": [30032],
  "permission": [26, 401, 402, 403, 406, 10001, 10098, 30018, 30020, 60005, 70011]
    .concat([140001, 140002, 700006, 700007, 730000, 730001, 730100, 730707]),
  "signature": [602, 10072, 700001, 700002],
  "clock": [10073, 700003],
  "rate": [429],
  "symbol-closed": [-1121, 10007, 30000, 30001, 30014, 30016, 30021, 30027, 30028],
  "duplicate-id": [30026],
  "not-found": [-2011, -2013, 22222],
  "too-many-orders": [30029],
  "parameters": [-1128, 400, 10015, 30019, 30041, 33333, 44444, 700004, 700005, 700008, 700013],
  "unknown": [500, 501, 503, 504, 510, 11444, 20001, 20002, 10200, 10216, 10268],
  "post-only": [],
  "reduce-only": [],
  "margin": [],
  "already-finished": [],
  "no-change": [],
};

for (const [meaning, codes] of Object.entries(documented)) {
  for (const code of codes) {
    Deno.test(`MEXC's code ${code} means ${meaning}`, () => {
      const answer = { status: 400, code: String(code), message: "words", retryAfterMs: undefined };
      const outcome = outcomeOf(answer);
      assertEquals(meaningOf(String(code)), meaning);
      assertEquals(outcome.kind, meaning === "unknown" ? "unknown" : "refused");
      if (outcome.kind === "refused") {
        assertEquals(outcome, {
          kind: "refused",
          reason: meaning as typeof outcome.reason,
          code: String(code),
          message: "words",
        });
      }
      // The status beside a code is not documented, except that 5xx says nothing.
      assertEquals(outcomeOf({ ...answer, status: 200 }).kind, outcome.kind);
      assertEquals(outcomeOf({ ...answer, status: 500 }).kind, "unknown");
    });
  }
}

Deno.test("The table of MEXC's codes has no code besides those of the protocol", () => {
  const listed = new Set(Object.values(documented).flat().map(String));
  assertEquals(Object.keys(mexcCodes).filter((code) => !listed.has(code)), []);
});

Deno.test("A code that is in no table says nothing about an order", () => {
  for (const code of ["-1000", "-1003", "-1021", "1", "99999", "729999", "730708", "abc", "constructor"]) {
    assertEquals(
      outcomeOf({ status: 400, code, message: "", retryAfterMs: undefined }).kind,
      "unknown",
      code,
    );
  }
});

Deno.test("An answer without a code is a refusal only where a limit stands in front of the exchange", () => {
  const reasons = [400, 401, 403, 404, 408, 418, 429, 500, 502, 503, 504, 200].map((status) => {
    const outcome = outcomeOf({ status, code: "", message: "", retryAfterMs: undefined });
    return [status, outcome.kind === "refused" ? outcome.reason : outcome.kind];
  });
  const limits = new Map<unknown, string>([[403, "rate"], [418, "rate"], [429, "rate"]]);
  assertEquals(reasons, reasons.map(([status]) => [status!, limits.get(status) ?? "unknown"]));
});

Deno.test("Too many requests carry the time to wait, whatever the code beside them", () => {
  for (const [status, code] of [[429, "429"], [418, "429"], [418, ""], [429, "510"], [200, "429"]] as const) {
    assertEquals(outcomeOf({ status, code, message: "slow down", retryAfterMs: 3000 }), {
      kind: "refused",
      reason: "rate",
      code: code || "418",
      message: "slow down",
      retryAfterMs: 3000,
    });
  }
  const other = outcomeOf({ status: 400, code: "30004", message: "", retryAfterMs: 3000 });
  assertEquals("retryAfterMs" in other, false);
});
