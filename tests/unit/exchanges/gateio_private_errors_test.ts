import { assertEquals, assertStringIncludes } from "@std/assert";
import type { RefusalReason } from "../../../src/core/order_request.ts";
import { errorOutcome, gateioLabels } from "../../../src/exchanges/gateio/private_errors.ts";

const now = 1_700_000_000_000;

/** Every label of the documents, by what it means for whoever sent the request. */
const documented: Readonly<Record<RefusalReason | "unknown", readonly string[]>> = {
  "parameters": [
    "INVALID_PARAM_VALUE",
    "INVALID_PROTOCOL",
    "INVALID_ARGUMENT",
    "INVALID_REQUEST_BODY",
    "MISSING_REQUIRED_PARAM",
    "BAD_REQUEST",
    "INVALID_CONTENT_TYPE",
    "NOT_ACCEPTABLE",
    "METHOD_NOT_ALLOWED",
    "NOT_FOUND",
    "ADDRESS_NOT_USED",
    "INVALID_CLIENT_ORDER_ID",
    "INVALID_CURRENCY",
    "NOT_MERGEABLE",
    "TOO_MANY_CURRENCY_PAIRS",
    "MIXED_ACCOUNT_TYPE",
    "RISK_LIMIT_NOT_MULTIPLE",
    "RISK_LIMIT_TOO_HIGH",
    "RISK_LIMIT_TOO_LOW",
    "RISK_LIMIT_TOO_lOW",
    "AMEND_WITH_STOP",
  ],
  "permission": [
    "INVALID_CREDENTIALS",
    "INVALID_KEY",
    "IP_FORBIDDEN",
    "READ_ONLY",
    "ACCOUNT_LOCKED",
    "FORBIDDEN",
    "AUTHENTICATION_FAILED",
    "SUB_ACCOUNT_LOCKED",
    "ACCOUNT_EXCEPTION",
    "API_WITHDRAW_DISABLED",
    "USER_NOT_FOUND",
    "CROSS_ACCOUNT_NOT_FOUND",
  ],
  "signature": ["INVALID_SIGNATURE", "MISSING_REQUIRED_HEADER"],
  "clock": ["REQUEST_EXPIRED"],
  "balance": [
    "MARGIN_BALANCE_EXCEPTION",
    "TOO_MUCH_FUTURES_AVAILABLE",
    "FUTURES_BALANCE_NOT_ENOUGH",
    "BALANCE_NOT_ENOUGH",
    "MARGIN_BALANCE_NOT_ENOUGH",
    "INSUFFICIENT_AVAILABLE",
  ],
  "rate": ["TOO_FAST", "TOO_MANY_REQUESTS"],
  "size": [
    "WITHDRAWAL_OVER_LIMIT",
    "QUANTITY_NOT_ENOUGH",
    "AMOUNT_TOO_LITTLE",
    "AMOUNT_TOO_MUCH",
    "REPAY_TOO_MUCH",
    "SIZE_TOO_LARGE",
    "SIZE_TOO_SMALL",
  ],
  "not-found": [
    "SUB_ACCOUNT_NOT_FOUND",
    "INVALID_WITHDRAW_ID",
    "ORDER_NOT_FOUND",
    "CLIENT_ID_NOT_FOUND",
    "LOAN_NOT_FOUND",
    "LOAN_RECORD_NOT_FOUND",
    "NO_MATCHED_LOAN",
    "NO_MERGEABLE_ORDERS",
    "ORDER_NOT_OWNED",
  ],
  "already-finished": ["INVALID_WITHDRAW_CANCEL_STATUS", "ORDER_CLOSED", "ORDER_CANCELLED", "ORDER_FINISHED"],
  "duplicate-id": ["DUPLICATE_REQUEST", "ORDER_EXISTS", "REPEATED_CREATION"],
  "precision": ["INVALID_PRECISION"],
  "symbol-closed": [
    "INVALID_CURRENCY_PAIR",
    "TRADE_RESTRICTED",
    "ORDER_BOOK_NOT_FOUND",
    "CONTRACT_NOT_FOUND",
    "CONTRACT_IN_DELISTING",
  ],
  "post-only": ["POC_FILL_IMMEDIATELY", "ORDER_POC_IMMEDIATE"],
  "not-filled": ["FOK_NOT_FILL", "ORDER_FOK", "CONTRACT_NO_COUNTER"],
  "no-change": ["NO_CHANGE"],
  "too-many-orders": ["TOO_MANY_ORDERS"],
  "margin": [
    "MARGIN_NOT_SUPPORTED",
    "AUTO_BORROW_TOO_MUCH",
    "INITIAL_MARGIN_TOO_LOW",
    "LIQUIDATE_IMMEDIATELY",
    "LEVERAGE_TOO_HIGH",
    "LEVERAGE_TOO_LOW",
    "POSITION_CROSS_MARGIN",
    "REMOVE_TOO_MUCH",
  ],
  "position": [
    "RISK_LIMIT_EXCEEDED",
    "POSITION_IN_LIQUIDATION",
    "POSITION_IN_CLOSE",
    "POSITION_EMPTY",
    "POSITION_NOT_FOUND",
    "POSITION_DUAL_MODE",
    "ORDER_PENDING",
    "POSITION_HOLDING",
  ],
  "price": [
    "PRICE_TOO_DEVIATED",
    "PRICE_OVER_LIQUIDATION",
    "PRICE_OVER_BANKRUPT",
    "PRICE_THRESHOLD_EXCEEDED",
    "AUTO_TRIGGER_PRICE_LESS_LAST",
    "AUTO_TRIGGER_PRICE_GREATE_LAST",
  ],
  "reduce-only": ["INCREASE_POSITION", "REDUCE_EXCEEDED"],
  "notional": [],
  "unknown": [
    "INTERNAL",
    "SERVER_ERROR",
    "TOO_BUSY",
    "MARGIN_TRANSFER_FAILED",
    "SUB_ACCOUNT_TRANSFER_FAILED",
    "FAILED_RETRIEVE_ASSETS",
    "CANCEL_FAIL",
  ],
};
const rows = Object.entries(documented).flatMap(([reason, labels]) =>
  labels.map((label): [string, string] => [label, reason])
);

Deno.test("The table of Gate.io labels holds every documented label and no other", () => {
  assertEquals(Object.keys(gateioLabels).sort(), rows.map(([label]) => label).sort());
});

for (const [label, reason] of rows) {
  Deno.test(`Gate.io's ${label} is ${reason === "unknown" ? "no evidence" : `a refusal: ${reason}`}`, () => {
    const outcome = errorOutcome({ status: 400, label, message: "words" }, now);
    if (reason === "unknown") {
      assertEquals(outcome.kind, "unknown");
      assertStringIncludes(JSON.stringify(outcome), label);
    } else {
      assertEquals<unknown>(outcome, { kind: "refused", reason, code: label, message: "words" });
    }
  });
  Deno.test(`Gate.io's ${label} is no evidence when the server failed`, () => {
    for (const status of [500, 502, 503, 504]) {
      assertEquals(errorOutcome({ status, label, message: "" }, now).kind, "unknown");
    }
  });
}

Deno.test("A Gate.io error with a label that is in no table is no evidence", () => {
  for (const label of ["", "SOMETHING_NEW", "toString", "__proto__", "constructor"]) {
    for (const status of [301, 400, 401, 403, 404, 418]) {
      assertEquals(errorOutcome({ status, label, message: "" }, now).kind, "unknown", label);
    }
  }
});

Deno.test("Gate.io's status 429 is a refusal whatever the body says, and tells how long to wait", () => {
  for (const label of ["TOO_MANY_REQUESTS", "", "SERVER_ERROR"]) {
    const outcome = errorOutcome({ status: 429, label, message: "", resetAt: 1_700_000_002 }, now);
    assertEquals<unknown>(outcome, {
      kind: "refused",
      reason: "rate",
      code: label,
      message: "",
      retryAfterMs: 2000,
    });
  }
});

Deno.test("The reset of Gate.io's limits is read in seconds and in milliseconds, and is never in the past", () => {
  const wait = (resetAt: number): number | undefined => {
    const outcome = errorOutcome({ status: 429, label: "TOO_MANY_REQUESTS", message: "", resetAt }, now);
    return outcome.kind === "refused" ? outcome.retryAfterMs : undefined;
  };
  assertEquals([wait(1_700_000_001), wait(1_700_000_000_750), wait(1_600_000_000)], [1000, 750, 0]);
});
