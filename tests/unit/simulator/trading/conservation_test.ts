import { assert, assertEquals } from "@std/assert";
import { SimulatedClock } from "../../../../src/core/simulated_clock.ts";
import { DecimalStep } from "../../../../src/core/decimal_step.ts";
import { SeededRandom } from "../../../../src/core/random.ts";
import type { VenueOrder } from "../../../../src/simulator/trading/venue_order.ts";
import { flowSpec } from "../../../support/order_flow.ts";
import { SpotExchange, type SpotExchangeOptions, startMs } from "../../../support/spot_exchange.ts";
import { SpotAudit } from "./spot_audit.ts";
import { middleTick, SpotFlow } from "./spot_flow.ts";

type Style = Pick<SpotExchangeOptions, "feeCoin" | "whenImpossible">;

const mexcStyle: Style = { feeCoin: "quote", whenImpossible: "cancel" };
const gateStyle: Style = { feeCoin: "received", whenImpossible: "refuse" };
/** Price 10.00, size 0.001: an order is worth some cents. */
const spec = { ...flowSpec, tick: DecimalStep.parse("0.01"), lot: DecimalStep.parse("0.001") };
const orders = 10_000;

/** What an ended order says of itself agrees with how it ended. */
function checkEnd(order: VenueOrder, whenImpossible: Style["whenImpossible"]): void {
  const { finish, timeInForce, filledLots, lots, leftLots, budget } = order;
  assertEquals([order.openLots, order.locked], [0, 0n], "nothing is left open or bound");
  if (budget === undefined) assertEquals(filledLots + leftLots, lots);
  else {
    assertEquals([lots, leftLots], [filledLots, 0]);
    assert(order.filledValue <= budget, "more than the budget was spent");
  }
  const complete = budget === undefined ? leftLots === 0 : filledLots > 0;
  switch (finish) {
    case "filled":
      assert(complete, "a filled order has nothing left");
      break;
    case "fok":
    case "poc":
      assertEquals([whenImpossible, timeInForce, filledLots], ["cancel", finish, 0]);
      break;
    case "ioc":
      assertEquals(timeInForce, "ioc");
      assert(budget === undefined ? !complete : order.filledValue < budget, "nothing is left of it");
      break;
    case "stp":
      assert(order.stpGroup > 0 && !(budget === undefined && complete));
      break;
    default:
      assertEquals(finish, "cancelled");
      assert(!complete);
  }
  if (timeInForce === "fok") assert(complete || filledLots === 0, "fill or kill filled a part");
}

/** Random trading of rich and poor accounts with different fees, audited all the way. */
async function audited(style: Style, seed: number): Promise<SpotFlow> {
  const clock = new SimulatedClock(startMs);
  const exchange = new SpotExchange({ ...style, spec, clock, tick: middleTick });
  const audit = new SpotAudit(exchange, style.feeCoin);
  audit.open({ BTC: "1000", USDT: "10000" }, { maker: "0.0002", taker: "0.0005" }, 1);
  audit.open({ BTC: "1000", USDT: "10000" }, { maker: "-0.0001", taker: "0.00037" }, 1);
  audit.open({ BTC: "1", USDT: "10" }, { maker: "0.002", taker: "0.002" }, 2);
  audit.open({ BTC: "0.05" }, { maker: "0", taker: "0.0005" }, 0);
  audit.open({ USDT: "0.517" }, { maker: "0.001", taker: "0.000333" }, 0);
  const flow = new SpotFlow(exchange, new SeededRandom(seed));
  for (let step = 0; flow.placed < orders; step++) {
    const [entries, version] = [exchange.ledger.length, exchange.instrument.book.version];
    const refused = flow.step();
    if (refused) assertEquals([exchange.ledger.length, exchange.instrument.book.version], [entries, version]);
    audit.checkSums();
    if (step % 10 === 0) audit.checkOrders();
    if (step % 3 === 0) clock.setTimer(1, () => {}), clock.step();
  }
  audit.checkOrders();
  audit.checkTrades();
  await audit.checkLedger();
  for (const { order } of audit.heard.values()) {
    if (order.status === "finished") checkEnd(order, style.whenImpossible);
    if (order.timeInForce === "poc" && order.filledLots > 0) assertEquals(order.lastRole, "maker");
  }
  const ends = Map.groupBy(audit.heard.values(), ({ order }) => order.finish);
  for (const end of ["filled", "cancelled", "ioc", "stp"] as const) {
    assert((ends.get(end)?.length ?? 0) > 100, `hardly an order ended with ${end}`);
  }
  for (const count of audit.tradesBySides) {
    assert(count > 100, `trades by users taking part: ${audit.tradesBySides}`);
  }
  return flow;
}

Deno.test("Coins are conserved to the last atom through 10,000 random orders with fees in the quote coin", async () => {
  const { refusals } = await audited(mexcStyle, 41);
  assert(refusals.get("insufficient-balance")! > 100);
});

Deno.test("Coins are conserved to the last atom through 10,000 random orders with fees in the coin received", async () => {
  const { refusals } = await audited(gateStyle, 42);
  for (const reason of ["insufficient-balance", "would-take", "not-fillable"]) {
    assert(refusals.get(reason)! > 100, `${reason} was hardly tried`);
  }
});
