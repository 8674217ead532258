import { assertEquals } from "@std/assert";
import type { Instrument } from "../../../src/core/instrument.ts";
import type { OrderRequest } from "../../../src/core/order_request.ts";
import { DecimalStep } from "../../../src/core/decimal_step.ts";
import { checkOrder } from "../../../src/exchanges/private_order_checks.ts";
import { PrivateOrders } from "../../../src/exchanges/private_orders.ts";
import type { OrderEntry } from "../../../src/exchanges/interfaces/private_rest.ts";
import { testInstruments } from "../../support/instruments.ts";

const table = testInstruments(["BTC"]);
const spot = table.find("MEXC_SPOT", "BTCUSDT")!;
const contract = table.find("GATEIO_FUTURES", "BTC_USDT")!;

/** A good order: 0.001 BTC at 30,000. */
function order(change: Partial<OrderRequest> = {}): OrderRequest {
  return {
    clientOrderId: "a1",
    instrument: spot,
    side: "buy",
    type: "limit",
    timeInForce: "gtc",
    priceTicks: 300_000,
    lots: 1000,
    reduceOnly: false,
    ...change,
  };
}

const market = { type: "market", timeInForce: "ioc", priceTicks: 0 } as const;
const spend = { count: 5000, step: DecimalStep.parse("0.01") };
const closed: Instrument = { ...spot, tradable: false };

Deno.test("Orders within the rules are sent", () => {
  for (
    const good of [
      order(),
      order({ ...market }),
      order({ ...market, lots: 0, spend }),
      order({ clientOrderId: "A_b-9".repeat(5) }),
      order({ instrument: contract, lots: 1, reduceOnly: true }),
    ]
  ) assertEquals(checkOrder(good), undefined);
});

for (
  const [what, change, reason] of [
    ["an empty client order id", { clientOrderId: "" }, "parameters"],
    ["a long client order id", { clientOrderId: "a".repeat(27) }, "parameters"],
    ["a client order id with a dot", { clientOrderId: "a.b" }, "parameters"],
    ["a symbol that is closed", { instrument: closed }, "symbol-closed"],
    ["a reduce-only order on spot", { reduceOnly: true }, "parameters"],
    ["half a tick", { priceTicks: 0.5 }, "price"],
    ["no price", { priceTicks: 0 }, "price"],
    ["a negative price", { priceTicks: -1 }, "price"],
    ["a price on a market order", { ...market, priceTicks: 1 }, "price"],
    ["no size", { lots: 0 }, "size"],
    ["half a lot", { lots: 0.5 }, "size"],
    ["a size that is no number", { lots: NaN }, "size"],
    ["a value under the least", { lots: 1 }, "notional"],
    ["an amount on a limit order", { lots: 0, spend }, "parameters"],
    ["an amount on a market sale", { ...market, side: "sell", lots: 0, spend }, "parameters"],
    ["an amount on a contract", { ...market, instrument: contract, lots: 0, spend }, "parameters"],
    ["an amount beside a size", { ...market, spend }, "parameters"],
    ["an amount of nothing", { ...market, lots: 0, spend: { ...spend, count: 0 } }, "size"],
  ] as const
) {
  Deno.test(`An order with ${what} is not sent`, () => {
    const refusal = checkOrder(order(change as Partial<OrderRequest>));
    assertEquals([refusal?.kind, refusal?.reason], ["refused", reason]);
  });
}

Deno.test("Of a batch the good orders are sent, and outcomes keep the order of the requests", async () => {
  const sent: string[][] = [];
  const entry = {
    placeBatch: (requests: readonly OrderRequest[]) => {
      sent.push(requests.map(({ clientOrderId }) => clientOrderId));
      return Promise.resolve(requests.map(({ clientOrderId }) => ({
        kind: "accepted" as const,
        value: { clientOrderId, exchangeOrderId: `x${clientOrderId}` },
      })));
    },
  } as unknown as OrderEntry;
  const orders = new PrivateOrders(entry);
  const outcomes = await orders.placeBatch([
    order({ clientOrderId: "a" }),
    order({ clientOrderId: "b", lots: 0 }),
    order({ clientOrderId: "c" }),
  ]);
  assertEquals(sent, [["a", "c"]]);
  assertEquals(
    outcomes.map((outcome) => outcome.kind === "accepted" ? outcome.value.exchangeOrderId : outcome.kind),
    [
      "xa",
      "refused",
      "xc",
    ],
  );
  assertEquals(await orders.placeBatch([order({ lots: 0 })]).then(([only]) => only!.kind), "refused");
  assertEquals(sent.length, 1);
});
