import { assert, assertEquals } from "@std/assert";
import type { ExchangeKey } from "../../../src/core/exchange.ts";
import type { HttpResponse } from "../../../src/core/network.ts";
import { errorOutcome } from "../../../src/exchanges/gateio/private_errors.ts";
import { outcomeOf } from "../../../src/exchanges/mexc/private_errors.ts";
import { getVenueRules, refusesTime } from "../../../src/exchanges/venue_rules.ts";

const answer = (status: number, text: string): HttpResponse => ({ status, headers: new Headers(), text });

Deno.test("Refusals of a signed time are recognised by the documented answers, and nothing else is", () => {
  const mexc = `{"code":700003,"msg":"Timestamp for this request is outside of the recvWindow."}`;
  const gate =
    `{"label":"REQUEST_EXPIRED","message":"gap between request Timestamp and server time exceeds 60"}`;
  const cases: [ExchangeKey, HttpResponse, boolean][] = [
    ["MEXC_SPOT", answer(400, mexc), true],
    ["MEXC_SPOT", answer(400, `{"code":"10073","msg":"invalid request time"}`), true],
    ["MEXC_SPOT", answer(400, `{"code":700002,"msg":"Signature for this request is not valid."}`), false],
    ["MEXC_SPOT", answer(200, mexc), false],
    ["MEXC_SPOT", answer(403, "<html>700003</html>"), false],
    ["GATEIO_SPOT", answer(403, gate), true],
    ["GATEIO_FUTURES", answer(403, gate), true],
    ["GATEIO_FUTURES", answer(403, `{"label":"FORBIDDEN","message":"REQUEST_EXPIRED"}`), false],
    ["MEXC_SPOT", answer(400, gate), false],
  ];
  for (const [exchange, response, expected] of cases) {
    assertEquals(refusesTime(getVenueRules(exchange), response), expected, response.text);
  }
});

Deno.test("Codes that refuse time or key are definite refusals in the tables of outcomes too", () => {
  const reasonOf: Record<"MEXC_SPOT" | "GATEIO_SPOT", (code: string) => string> = {
    MEXC_SPOT: (code) => {
      const outcome = outcomeOf({ status: 400, code, message: "", retryAfterMs: undefined });
      return outcome.kind === "refused" ? outcome.reason : outcome.kind;
    },
    GATEIO_SPOT: (label) => {
      const outcome = errorOutcome({ status: 403, label, message: "" }, 0);
      return outcome.kind === "refused" ? outcome.reason : outcome.kind;
    },
  };
  for (const exchange of ["MEXC_SPOT", "GATEIO_SPOT"] as const) {
    const { clockCodes, keyCodes } = getVenueRules(exchange);
    assertEquals(new Set(clockCodes.map(reasonOf[exchange])), new Set(["clock"]));
    for (const code of keyCodes) assert(["permission", "signature"].includes(reasonOf[exchange](code)), code);
  }
});

Deno.test("Both markets of Gate.io have the same rules, MEXC has others", () => {
  assertEquals(getVenueRules("GATEIO_SPOT"), getVenueRules("GATEIO_FUTURES"));
  assert(getVenueRules("MEXC_SPOT") !== getVenueRules("GATEIO_SPOT"));
});
