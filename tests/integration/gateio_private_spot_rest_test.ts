import { assert, assertEquals, assertRejects } from "@std/assert";
import { NetworkError, ProtocolError, VenueError } from "../../src/core/errors.ts";
import type { OrderReport } from "../../src/core/order_request.ts";
import {
  assertRefused,
  cents,
  firstUser,
  freshId,
  type PrivateSite,
  secondUser,
  test as siteTest,
  value,
} from "./gateio_private_site.ts";

const venue = "GATEIO_SPOT";

function test(name: string, run: (site: PrivateSite) => Promise<void>): void {
  siteTest(`GateioSpotPrivateRest ${name}`, run);
}

test("places every kind of order and reports what the venue holds", async (site) => {
  const rest = site.spot();
  const btc = site.instrument(venue);
  const { bid, ask } = site.best(btc);
  const reports: OrderReport[] = [];
  const place = async (changes: Parameters<PrivateSite["order"]>[1]): Promise<OrderReport> => {
    const request = site.order(btc, changes);
    const ack = value(await rest.place(request));
    assertEquals(ack.clientOrderId, request.clientOrderId);
    reports.push(ack.report!);
    return ack.report!;
  };
  const resting = await place({});
  assertEquals([resting.status, resting.type, resting.filledLots], ["open", "limit", 0]);
  const postOnly = await place({ type: "post-only", priceTicks: bid - 50 });
  assertEquals([postOnly.status, postOnly.type, postOnly.timeInForce], ["open", "post-only", "gtc"]);
  const taken = await place({ priceTicks: ask, lots: 100 });
  assertEquals([taken.status, taken.filledLots, taken.averagePrice], ["filled", 100, btc.tick.value(ask)]);
  const fok = await place({ priceTicks: ask, lots: 100, timeInForce: "fok" });
  assertEquals([fok.status, fok.timeInForce], ["filled", "fok"]);
  const [, size] = site.simulator.truth.book(venue, "BTC_USDT")!.asks[0]!;
  const lots = btc.lot.nearest(size) + 500;
  const ioc = await place({ priceTicks: ask, lots, timeInForce: "ioc" });
  assertEquals([ioc.status, ioc.filledLots], ["partially-cancelled", lots - 500]);
  const sold = await place({ side: "sell", type: "market", priceTicks: 0, lots: 1000 });
  assertEquals([sold.status, sold.type, sold.filledLots, sold.timeInForce], [
    "filled",
    "market",
    1000,
    "ioc",
  ]);
  const spend = { count: 5000, step: cents };
  const bought = await place({ type: "market", priceTicks: 0, lots: 0, spend });
  assertEquals([bought.status, bought.side, bought.lots], ["filled", "buy", bought.filledLots]);
  assert(bought.filledLots > 0 && bought.averagePrice > 0);
  for (const report of reports) {
    site.assertOrder(report, btc);
    assertEquals(await rest.order({ instrument: btc, exchangeOrderId: report.exchangeOrderId }), report);
    assertEquals(await rest.order({ instrument: btc, clientOrderId: report.clientOrderId }), report);
  }
});

test("says why the venue refuses", async (site) => {
  const rest = site.spot();
  const btc = site.instrument(venue);
  const { ask } = site.best(btc);
  const place = (changes: Parameters<PrivateSite["order"]>[1]): ReturnType<typeof rest.place> =>
    rest.place(site.order(btc, changes));
  assertRefused(await place({ type: "post-only", priceTicks: ask }), "post-only", "POC_FILL_IMMEDIATELY");
  assertRefused(
    await place({ priceTicks: ask, lots: 1_500_000, timeInForce: "fok" }),
    "not-filled",
    "FOK_NOT_FILL",
  );
  assertRefused(
    await place({ side: "sell", lots: 3_000_000, priceTicks: ask + 9 }),
    "balance",
    "BALANCE_NOT_ENOUGH",
  );
  assertRefused(await place({ lots: 1 }), "parameters", "INVALID_PARAM_VALUE");
  const instrument = { ...btc, exchangeSymbol: "NOSUCH_USDT" };
  assertRefused(
    await rest.place({ ...site.order(btc), instrument }),
    "symbol-closed",
    "INVALID_CURRENCY_PAIR",
  );
  const stranger = site.spot({ ...firstUser, apiKey: "nobody" });
  assertRefused(await stranger.place(site.order(btc)), "permission", "INVALID_KEY");
  const wrong = site.spot({ ...firstUser, secretKey: "wrong" });
  assertRefused(await wrong.place(site.order(btc)), "signature", "INVALID_SIGNATURE");
  await assertRejects(() => stranger.balances(), VenueError, "INVALID_KEY");
  assertEquals(site.openIds(venue), []);
});

test("refuses by itself what cannot be sent", async (site) => {
  const rest = site.spot();
  const btc = site.instrument(venue);
  const spend = { count: 5000, step: cents };
  const cases = [
    [{ clientOrderId: "" }, "parameters", "unsent"],
    [{ clientOrderId: "x".repeat(27) }, "parameters", "unsent"],
    [{ clientOrderId: "a b" }, "parameters", "unsent"],
    [{ type: "market", priceTicks: 0 }, "parameters", "unsent"],
    [{ lots: 0, spend }, "parameters", "unsent"],
    [{ type: "market", priceTicks: 0, spend }, "size", "unsent"],
    [{ type: "post-only", timeInForce: "ioc" }, "parameters", "unsent"],
    [{ priceTicks: 0.5 }, "price", "unsent"],
    [{ lots: 0 }, "size", "unsent"],
    [{ lots: 1.5 }, "size", "unsent"],
    [{ reduceOnly: true }, "parameters", "unsent"],
    [{ instrument: site.instrument("GATEIO_FUTURES") }, "parameters", "unsent"],
  ] as const;
  for (const [changes, reason, code] of cases) {
    assertRefused(await rest.place(site.order(btc, changes)), reason, code);
  }
  assertRefused(await rest.cancel({ instrument: btc }), "parameters", "unsent");
  assertRefused(
    await rest.amend({ instrument: btc, clientOrderId: "a" }, {}),
    "parameters",
    "unsent",
  );
  await assertRejects(() => rest.order({ instrument: btc }), RangeError, "without an id");
  assertEquals(site.simulator.truth.orders({ venue }), []);
});

test("places a batch whose orders succeed and fail each by itself", async (site) => {
  const rest = site.spot();
  const btc = site.instrument(venue);
  const requests = [
    site.order(btc),
    site.order(btc, { side: "sell", lots: 9_000_000, priceTicks: site.best(btc).ask + 5 }),
    site.order(btc, { clientOrderId: "not valid" }),
    site.order(btc, { priceTicks: site.best(btc).bid - 100 }),
  ];
  const [first, second, third, fourth] = await rest.placeBatch(requests);
  assertRefused(second!, "balance", "BALANCE_NOT_ENOUGH");
  assertRefused(third!, "parameters", "unsent");
  for (const [index, outcome] of [[0, first!], [3, fourth!]] as const) {
    const ack = value(outcome);
    assertEquals(ack.clientOrderId, requests[index]!.clientOrderId);
    site.assertOrder(ack.report!, btc);
  }
  assertEquals(site.openIds(venue).length, 2);
  const eleven = await rest.placeBatch(Array.from({ length: 11 }, () => site.order(btc)));
  assertEquals(eleven.map(({ kind }) => kind), Array(11).fill("refused"));
  assertEquals(await rest.placeBatch([]), []);
});

test("amends and cancels by either id, and cancels all of an instrument", async (site) => {
  const rest = site.spot();
  const btc = site.instrument(venue);
  const [a, b, c] = [site.order(btc), site.order(btc), site.order(site.instrument(venue, "HYPE_USDT"))];
  const ids: string[] = [];
  for (const request of [a, b, { ...c, lots: 10_000 }]) {
    ids.push(value(await rest.place(request)).exchangeOrderId);
  }
  const dearer = value(
    await rest.amend({ instrument: btc, exchangeOrderId: ids[0]! }, { priceTicks: a.priceTicks + 1 }),
  );
  assertEquals([dearer.exchangeOrderId, dearer.report!.priceTicks], [ids[0], a.priceTicks + 1]);
  const larger = value(await rest.amend({ instrument: btc, clientOrderId: b.clientOrderId }, { lots: 1500 }));
  assertEquals([larger.exchangeOrderId, larger.report!.lots], [ids[1], 1500]);
  site.assertOrder(dearer.report!, btc);
  site.assertOrder(larger.report!, btc);
  assertRefused(
    await rest.amend({ instrument: btc, clientOrderId: b.clientOrderId }, { lots: 1500 }),
    "no-change",
    "NO_CHANGE",
  );
  const cancelled = value(await rest.cancel({ instrument: btc, clientOrderId: a.clientOrderId }));
  assertEquals([cancelled.exchangeOrderId, cancelled.report!.status], [ids[0], "cancelled"]);
  assertRefused(
    await rest.cancel({ instrument: btc, exchangeOrderId: ids[0]! }),
    "already-finished",
    "ORDER_CANCELLED",
  );
  assertRefused(await rest.cancel({ instrument: btc, exchangeOrderId: "1" }), "not-found", "ORDER_NOT_FOUND");
  assertRefused(
    await rest.cancel({ instrument: btc, clientOrderId: "nobody" }),
    "not-found",
    "CLIENT_ID_NOT_FOUND",
  );
  assertEquals(value(await rest.cancelAll(btc)).map(({ exchangeOrderId }) => exchangeOrderId), [ids[1]]);
  assertEquals(site.openIds(venue), [ids[2]]);
  assertEquals(value(await rest.cancelAll(btc)), []);
});

test("lists the open orders of one instrument and of all", async (site) => {
  const rest = site.spot();
  const [btc, hype] = [site.instrument(venue), site.instrument(venue, "HYPE_USDT")];
  value(await site.spot(secondUser).place(site.order(btc)));
  assertEquals(await rest.openOrders(), []);
  const outcomes = [
    ...await rest.placeBatch([site.order(btc), site.order(btc, { priceTicks: site.best(btc).bid - 77 })]),
    ...await rest.placeBatch([site.order(hype, { lots: 10_000 })]),
  ];
  const reports = outcomes.map((outcome) => value(outcome).report!);
  const ids = (list: readonly OrderReport[]): string[] =>
    list.map(({ exchangeOrderId }) => exchangeOrderId).sort();
  assertEquals(ids(await rest.openOrders()), ids(reports));
  assertEquals(ids(await rest.openOrders(btc)), ids(reports.slice(0, 2)));
  for (const report of await rest.openOrders(btc)) site.assertOrder(report, btc);
  for (const report of await rest.openOrders(hype)) site.assertOrder(report, hype);
});

test("tells balances, fills and fees as the venue holds them", async (site) => {
  const rest = site.spot();
  const btc = site.instrument(venue);
  const { ask } = site.best(btc);
  const since = Date.now();
  const first = site.order(btc, { priceTicks: ask, lots: 300 });
  value(await rest.place(first));
  value(await rest.place(site.order(btc, { side: "sell", type: "market", priceTicks: 0, lots: 200 })));
  value(await rest.place(site.order(btc, { lots: 700 })));
  const truth = site.simulator.truth.fills({ venue, uid: firstUser.uid });
  const fills = await rest.fills(btc, since - 1000);
  assertEquals(
    fills.map(({ tradeId, side, price, quantity, fee, feeCoin, liquidity, time }) => [
      tradeId,
      side,
      price,
      quantity as number,
      fee,
      feeCoin,
      liquidity,
      time,
    ]),
    truth.map((fill) => [
      String(fill.tradeId),
      fill.side,
      Number(fill.price),
      Number(fill.size),
      Number(fill.fee),
      fill.feeCoin,
      fill.role,
      fill.timeMs,
    ]),
  );
  const [bought] = fills;
  assertEquals([bought!.clientOrderId, bought!.feeCoin], [first.clientOrderId, "BTC"]);
  assertEquals(bought!.feeQuote as number, bought!.fee * bought!.price);
  assertEquals(await rest.fills(btc, Date.now() + 5000), []);
  const held = site.simulator.truth.balances({ venue, uid: firstUser.uid });
  const balances = await rest.balances();
  assertEquals(
    balances.map(({ coin, available, locked }) => [coin, available, locked]).sort(),
    held.map(({ coin, available, locked }) => [coin, Number(available), Number(locked)]).sort(),
  );
  assert(balances.every(({ time, exchange }) => Math.abs(time - Date.now()) < 5000 && exchange === venue));
  assertEquals(await rest.fees(btc), { maker: 0.002, taker: 0.002 });
});

test("lists networks and transfers", async (site) => {
  const rest = site.spot();
  const networks = await rest.networks(["USDT", "BTC", "NOSUCH"]);
  assertEquals(networks.map(({ coin, network }) => `${coin} ${network}`).sort(), [
    "BTC BTC",
    "USDT ETH",
    "USDT TRX",
  ]);
  assert(networks.every(({ depositEnabled, withdrawEnabled }) => depositEnabled && withdrawEnabled));
  assert((await rest.networks()).length > networks.length);
  assertEquals(await rest.networks([]), []);
  const transfers = await rest.transfers(Date.now() - 60_000);
  assertEquals(
    transfers.map(({ kind, coin, amount, status }) => [kind, coin, amount, status]).sort(),
    Object.entries(firstUser.deposits![venue]!).map(([coin, text]) => ["deposit", coin, Number(text), "done"])
      .sort(),
  );
});

test("keeps the dead-man switch alive and turns it off", async (site) => {
  const rest = site.spot();
  value(await rest.keepAlive(30));
  value(await rest.keepAlive(0));
  assertRefused(await rest.keepAlive(2), "parameters", "INVALID_PARAM_VALUE");
});

test("does not know what became of an order when the answer or the order is lost", async (site) => {
  const rest = site.spot();
  const btc = site.instrument(venue);
  for (const [fault, arrived] of [["order-lost", 0], ["order-timeout", 1], ["order-error", 1]] as const) {
    site.fault({ fault, venue });
    const request = site.order(btc);
    assertEquals((await rest.place(request)).kind, "unknown", fault);
    assertEquals(site.count(venue, request.clientOrderId), arrived, fault);
    const found = await rest.order({ instrument: btc, clientOrderId: request.clientOrderId });
    assertEquals(found?.clientOrderId, arrived === 0 ? undefined : request.clientOrderId, fault);
  }
  site.fault({ fault: "order-timeout", venue });
  const batch = [site.order(btc), site.order(btc)];
  assertEquals((await rest.placeBatch(batch)).map(({ kind }) => kind), ["unknown", "unknown"]);
  assertEquals(batch.map(({ clientOrderId }) => site.count(venue, clientOrderId)), [1, 1]);
});

test("finds an order by its client id after it has ended", async (site) => {
  const rest = site.spot();
  const btc = site.instrument(venue);
  site.fault({ fault: "order-timeout", venue });
  const request = site.order(btc, { priceTicks: site.best(btc).ask, lots: 100 });
  assertEquals((await rest.place(request)).kind, "unknown");
  const found = await rest.order({ instrument: btc, clientOrderId: request.clientOrderId });
  assertEquals([found?.status, found?.filledLots], ["filled", 100]);
  assertEquals(await rest.order({ instrument: btc, clientOrderId: freshId() }), undefined);
});

test("tells a limit from a failure, and never takes a shortened list for a whole one", async (site) => {
  const rest = site.spot();
  const btc = site.instrument(venue);
  site.fault({ fault: "rate-limit", venue, ms: 3000, path: "/spot/orders" });
  const limited = await rest.place(site.order(btc));
  assertRefused(limited, "rate", "TOO_MANY_REQUESTS");
  const wait = limited.kind === "refused" ? limited.retryAfterMs! : NaN;
  assert(wait > 1000 && wait <= 4000, `wait of ${wait} ms`);
  for (let i = 0; i < 3; i++) value(await rest.place(site.order(btc)));
  for (const list of [(): Promise<unknown> => rest.openOrders(btc)]) {
    site.fault({ fault: "truncated-listing", venue, keep: 1 });
    await assertRejects(list, ProtocolError, "not whole");
  }
  const { exchangeOrderId } = (await rest.openOrders(btc))[0]!;
  site.fault({ fault: "unknown-status", venue });
  await assertRejects(() => rest.order({ instrument: btc, exchangeOrderId }), ProtocolError, "status");
  site.fault({ fault: "dark", venue, forMs: 60_000 });
  await assertRejects(() => rest.balances(), NetworkError);
  assertEquals((await rest.place(site.order(btc))).kind, "unknown");
});
