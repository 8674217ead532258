import { assertEquals, assertMatch } from "@std/assert";
import { baseQuantity, quoteAmount } from "../../../../src/core/units.ts";
import type { Comparison } from "../../../../src/execution/reconciliation/comparison.ts";
import { differenceCauses } from "../../../../src/execution/reconciliation/difference_causes.ts";
import type { ForeignFill } from "../../../../src/execution/reconciliation/fill_search.ts";
import { testInstruments } from "../../../support/instruments.ts";

const table = testInstruments(["BTC"]);

function foreign(
  exchange: "GATEIO_FUTURES" | "GATEIO_SPOT",
  clientOrderId: string,
  quantity: number,
): ForeignFill {
  const [instrument] = table.ofExchange(exchange);
  return {
    instrument: instrument!,
    fill: {
      tradeId: "1",
      clientOrderId,
      exchangeOrderId: "",
      instrument: instrument!.id,
      side: quantity > 0 ? "buy" : "sell",
      price: 100,
      quantity: baseQuantity(Math.abs(quantity)),
      notional: quoteAmount(Math.abs(quantity) * 100),
      fee: 0.5,
      feeCoin: "USDT",
      feeQuote: quoteAmount(0.5),
      liquidity: "taker",
      time: 0,
    },
  };
}

function comparison(change: Partial<Comparison>): Comparison {
  return {
    exchange: "GATEIO_FUTURES",
    kind: "position",
    subject: "BTC_USDT",
    scope: "BTC",
    unit: "BTC",
    theirs: 0,
    ours: 0.5,
    tolerance: 0.00005,
    ...change,
  };
}

Deno.test("differenceCauses names the trades that closed a position, and that it may have been a liquidation", () => {
  const [cause, next] = differenceCauses(comparison({}), -0.5, [foreign("GATEIO_FUTURES", "liq-77", -0.5)]);
  assertMatch(cause!, /1 trades of other orders \(liq-77\) make -0\.5 BTC, which is all of it$/);
  assertMatch(next!, /liquidation/);
  assertMatch(differenceCauses(comparison({}), -0.5, [])[0]!, /liquidation/);
  assertMatch(differenceCauses(comparison({ theirs: 0.7 }), 0.2, [])[0]!, /hand/);
});

Deno.test("differenceCauses says when the trades of others are not all of it", () => {
  const [cause] = differenceCauses(comparison({ theirs: 0.1 }), -0.4, [
    foreign("GATEIO_FUTURES", "web", -0.1),
  ]);
  assertMatch(cause!, /make -0\.1 BTC, which is not all of it$/);
});

Deno.test("differenceCauses reckons what trades of others do to coins and money, fees included", () => {
  const coin = comparison({ exchange: "GATEIO_SPOT", kind: "balance", subject: "BTC" });
  assertMatch(
    differenceCauses(coin, 0.3, [foreign("GATEIO_SPOT", "", 0.3)])[0]!,
    /\(without a name\) make 0\.3 BTC/,
  );
  const money = comparison({ exchange: "GATEIO_SPOT", kind: "balance", subject: "USDT", unit: "USDT" });
  assertMatch(
    differenceCauses(money, -30.5, [foreign("GATEIO_SPOT", "x", 0.3)])[0]!,
    /make -30\.5 USDT, which is all/,
  );
  const margin = comparison({ kind: "balance", subject: "USDT", unit: "USDT" });
  assertMatch(
    differenceCauses(margin, -0.5, [foreign("GATEIO_FUTURES", "x", 0.3)])[0]!,
    /make -0\.5 USDT, which is all/,
  );
});

Deno.test("differenceCauses tells coins that came from coins that went", () => {
  const coin = comparison({ exchange: "MEXC_SPOT", kind: "balance", subject: "BTC" });
  assertEquals(
    [1, -1].map((difference) => differenceCauses(coin, difference, [])[0]),
    ["a deposit or transfer", "a withdrawal or transfer"],
  );
});
