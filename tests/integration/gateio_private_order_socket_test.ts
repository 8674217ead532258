import { assert, assertEquals } from "@std/assert";
import type { OrderReport } from "../../src/core/order_request.ts";
import type { GateioOrderSocket } from "../../src/exchanges/gateio/private_order_socket.ts";
import {
  assertRefused,
  cents,
  type GateMarket,
  type PrivateSite,
  test as siteTest,
  until,
  value,
} from "./gateio_private_site.ts";

const markets: readonly GateMarket[] = ["GATEIO_SPOT", "GATEIO_FUTURES"];

/** Runs a test on both markets. */
function test(
  name: string,
  run: (site: PrivateSite, socket: GateioOrderSocket, venue: GateMarket) => Promise<void>,
): void {
  for (const venue of markets) {
    siteTest(`GateioOrderSocket on ${venue} ${name}`, async (site) => {
      await run(site, await site.orderSocket(venue), venue);
    });
  }
}

/** Size that no account can pay for, at a price that does not matter. */
const tooMuch = { GATEIO_SPOT: 9_000_000, GATEIO_FUTURES: 100_000 } as const;
const noMoney = { GATEIO_SPOT: "BALANCE_NOT_ENOUGH", GATEIO_FUTURES: "INSUFFICIENT_AVAILABLE" } as const;

test("places every kind of order and reports what the venue holds", async (site, socket, venue) => {
  const instrument = site.instrument(venue);
  const { bid, ask } = site.best(instrument);
  const market = venue === "GATEIO_SPOT"
    ? { type: "market", priceTicks: 0, lots: 0, spend: { count: 5000, step: cents } } as const
    : { type: "market", priceTicks: 0, side: "sell", reduceOnly: true } as const;
  const cases = [
    [{}, "open"],
    [{ type: "post-only", priceTicks: bid - 50 }, "open"],
    [{ priceTicks: ask, lots: 100 }, "filled"],
    [{ priceTicks: ask, lots: 100, timeInForce: "fok" }, "filled"],
    [{ side: "sell", priceTicks: bid, lots: 50, timeInForce: "ioc" }, "filled"],
    [market, "filled"],
  ] as const;
  const reports: OrderReport[] = [];
  for (const [changes, status] of cases) {
    const request = site.order(instrument, changes);
    const ack = value(await socket.place(request));
    assertEquals([ack.clientOrderId, ack.report!.status], [request.clientOrderId, status]);
    assertEquals(ack.report!.type, request.type);
    reports.push(ack.report!);
  }
  for (const report of reports) site.assertOrder(report, instrument);
});

test("tells answers apart when many requests are under way", async (site, socket, venue) => {
  const instrument = site.instrument(venue);
  const requests = Array.from(
    { length: 8 },
    (_, i) => site.order(instrument, i % 3 === 2 ? { lots: tooMuch[venue] * 10 } : {}),
  );
  const outcomes = await Promise.all(requests.map((request) => socket.place(request)));
  outcomes.forEach((outcome, i) => {
    if (i % 3 === 2) assertEquals(outcome.kind, "refused");
    else assertEquals(value(outcome).clientOrderId, requests[i]!.clientOrderId);
  });
  assertEquals(site.openIds(venue).length, 6);
  assert(socket.limits!.limit >= 10 && socket.limits!.remaining < socket.limits!.limit);
});

test("places a batch, amends, cancels by either id, and cancels all", async (site, socket, venue) => {
  const instrument = site.instrument(venue);
  if (venue === "GATEIO_FUTURES") value(await site.futures().setLeverage(instrument, 5));
  const requests = [
    site.order(instrument),
    site.order(instrument, { side: "sell", lots: tooMuch[venue], priceTicks: site.best(instrument).ask + 9 }),
    site.order(instrument, { side: "sell", priceTicks: site.best(instrument).ask + 500 }),
  ];
  const [first, second, third] = await socket.placeBatch(requests);
  assertRefused(second!, "balance", noMoney[venue]);
  const [a, c] = [value(first!), value(third!)];
  assertEquals([a.clientOrderId, c.clientOrderId], [requests[0]!.clientOrderId, requests[2]!.clientOrderId]);
  const dearer = value(
    await socket.amend({ instrument, exchangeOrderId: a.exchangeOrderId }, {
      priceTicks: requests[0]!.priceTicks + 1,
    }),
  );
  site.assertOrder(dearer.report!, instrument);
  const larger = value(await socket.amend({ instrument, clientOrderId: c.clientOrderId }, { lots: 2000 }));
  assertEquals([larger.exchangeOrderId, larger.report!.lots, larger.report!.side], [
    c.exchangeOrderId,
    2000,
    "sell",
  ]);
  site.assertOrder(larger.report!, instrument);
  const cancelled = value(await socket.cancel({ instrument, clientOrderId: a.clientOrderId }));
  assertEquals([cancelled.exchangeOrderId, cancelled.report!.status], [a.exchangeOrderId, "cancelled"]);
  assertEquals((await socket.cancel({ instrument, exchangeOrderId: "1" })).kind, "refused");
  assertRefused(await socket.cancel({ instrument, exchangeOrderId: "1" }), "not-found", "ORDER_NOT_FOUND");
  const all = value(await socket.cancelAll(instrument));
  assertEquals(all.map(({ exchangeOrderId }) => exchangeOrderId), [c.exchangeOrderId]);
  assertEquals(site.openIds(venue), []);
});

test("does not know what became of an order without its answer", async (site, socket, venue) => {
  const instrument = site.instrument(venue);
  for (const [fault, arrived] of [["order-lost", 0], ["order-timeout", 1], ["order-error", 1]] as const) {
    site.fault({ fault, venue });
    const request = site.order(instrument);
    assertEquals((await socket.place(request)).kind, "unknown", fault);
    assertEquals(site.count(venue, request.clientOrderId), arrived, fault);
  }
  assertEquals(socket.isReady, true);
});

test(
  "does not know what became of an order when the connection breaks, and logs in again",
  async (site, socket, venue) => {
    const instrument = site.instrument(venue);
    site.fault({ fault: "order-timeout", venue });
    const request = site.order(instrument);
    const outcome = socket.place(request);
    await until(() => site.count(venue, request.clientOrderId) === 1, "the order");
    site.fault({ fault: "close", venue });
    assertEquals((await outcome).kind, "unknown");
    assertEquals(socket.isReady, false);
    const early = site.order(instrument);
    assertRefused(await socket.place(early), "permission", "unsent");
    await until(() => socket.isReady, "the next login");
    value(await socket.place(site.order(instrument)));
    assertEquals([site.count(venue, request.clientOrderId), site.count(venue, early.clientOrderId)], [1, 0]);
  },
);

test("is told when it sends too fast", async (site, socket, venue) => {
  const instrument = site.instrument(venue);
  const count = venue === "GATEIO_SPOT" ? 12 : 105;
  const outcomes = await Promise.all(
    Array.from({ length: count }, () => socket.place(site.order(instrument))),
  );
  const refused = outcomes.filter(({ kind }) => kind === "refused");
  assert(refused.length > 0 && refused.length < count, `${refused.length} of ${count} were refused`);
  for (const outcome of refused) {
    assertRefused(outcome, "rate", "TOO_MANY_REQUESTS");
    const wait = outcome.kind === "refused" ? outcome.retryAfterMs! : NaN;
    assert(wait >= 0 && wait <= 2000, `wait of ${wait} ms`);
  }
  assertEquals(outcomes.filter(({ kind }) => kind === "unknown"), []);
});

siteTest(
  "GateioOrderSocket settles everything when it is stopped",
  async (site) => {
    const venue = "GATEIO_SPOT";
    const socket = await site.orderSocket(venue);
    site.fault({ fault: "order-lost", venue });
    const outcome = socket.place(site.order(site.instrument(venue)));
    socket.stop();
    assertEquals((await outcome).kind, "unknown");
    assertRefused(
      await socket.place(site.order(site.instrument(venue))),
      "permission",
      "unsent",
    );
  },
);
