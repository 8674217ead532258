import { assert } from "@std/assert";
import type { VenueOrder } from "../../../../src/simulator/trading/venue_order.ts";
import { flowSpec, flowTick, orderFlow } from "../../../support/order_flow.ts";
import { SpotExchange } from "../../../support/spot_exchange.ts";

const orders = 200_000;

Deno.test("After 200,000 orders a market remembers the latest of them and no more", () => {
  const exchange = new SpotExchange({
    spec: flowSpec,
    feeCoin: "quote",
    whenImpossible: "cancel",
    tick: flowTick,
  });
  const accounts = ["1", "2"].map(() => exchange.open({ BTC: "1000000", USDT: "100000000000" }));
  const placed: VenueOrder[] = [];
  for (const command of orderFlow(3, orders)) {
    if (command.kind === "cancel") {
      const order = placed[command.order]!;
      if (order.status === "open") exchange.trading.cancel(order);
      continue;
    }
    const order = exchange.place(accounts[placed.length % 2]!, {
      side: command.buy ? "buy" : "sell",
      tick: command.tick,
      lots: command.lots,
      timeInForce: command.kind === "ioc" ? "ioc" : "gtc",
      clientId: `t-${placed.length}`,
    });
    placed.push(order);
    // Now and then somebody asks for an old order, which enters all of them in the index.
    if (placed.length % 9973 === 0) exchange.trading.store(order.account).byId("none");
  }
  for (const account of accounts) {
    const store = exchange.trading.store(account);
    assert(
      store.finished.length >= 5000 && store.finished.length < 10_000,
      `${store.finished.length} ended orders`,
    );
    assert(store.fills.length >= 10_000 && store.fills.length < 20_000, `${store.fills.length} fills`);
    assert(store.openCount < 1500, `${store.openCount} open orders`);
    const own = placed.filter((order, index) => order.account === account && index % 20 < 2);
    const known = new Set([...store.finished, ...store.open]);
    for (const order of own) {
      const expected = known.has(order) ? order : undefined;
      assert(store.byId(order.id) === expected && store.byClientId(order.clientId) === expected);
    }
  }
  const kept = exchange.ledger.entries(exchange.ledger.length - 250_000).length;
  assert(kept >= 200_000 && kept < 201_100, `${kept} entries of ${exchange.ledger.length} are kept`);
  assert(exchange.ledger.length > 750_000);
});
