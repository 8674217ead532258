import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "../../src/core/errors.ts";
import type { PositionReport } from "../../src/core/account.ts";
import type { OrderReport } from "../../src/core/order_request.ts";
import { SimulatedClock } from "../../src/core/simulated_clock.ts";
import { GateioFuturesPrivateRest } from "../../src/exchanges/gateio/private_futures_rest.ts";
import { GateioSender } from "../../src/exchanges/gateio/private_sender.ts";
import { GateioSigner } from "../../src/exchanges/gateio/private_signer.ts";
import { MarketModel, Simulator } from "../../src/simulator/mod.ts";
import { advance, settle } from "../support/fake_network.ts";
import { testInstruments } from "../support/instruments.ts";
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

const venue = "GATEIO_FUTURES";

function test(name: string, run: (site: PrivateSite) => Promise<void>): void {
  siteTest(`GateioFuturesPrivateRest ${name}`, run);
}

/** Holds that positions are those of the venue. */
function assertPositions(site: PrivateSite, reports: readonly PositionReport[]): void {
  const btc = site.instrument(venue);
  const truth = site.simulator.truth.positions(firstUser.uid).filter(({ symbol }) =>
    symbol === btc.exchangeSymbol
  );
  const slots = { single: "single", long: "dual_long", short: "dual_short" } as const;
  assertEquals(
    reports.map((report) => [slots[report.side], String(report.lots), report.marginMode, report.margin])
      .sort(),
    truth.map((
      { slot, size, leverage, margin },
    ) => [slot, size, leverage === 0 ? "cross" : "isolated", Number(margin)]).sort(),
  );
  for (const report of reports) {
    const { entryPrice, unrealisedPnl, realisedPnl } = truth.find(({ slot }) => slot === slots[report.side])!;
    assertAlmostEquals(report.entryPrice, report.lots === 0 ? 0 : entryPrice, 1e-6);
    assertAlmostEquals(report.unrealisedPnl, Number(unrealisedPnl), 0.5);
    assertAlmostEquals(report.realisedPnl, Number(realisedPnl), 1e-9);
  }
}

test("places every kind of order and reports what the venue holds", async (site) => {
  const rest = site.futures();
  const btc = site.instrument(venue);
  const { bid, ask } = site.best(btc);
  const reports: OrderReport[] = [];
  const place = async (changes: Parameters<PrivateSite["order"]>[1]): Promise<OrderReport> => {
    const ack = value(await rest.place(site.order(btc, changes)));
    reports.push(ack.report!);
    return ack.report!;
  };
  const resting = await place({});
  assertEquals([resting.status, resting.type, resting.lots], ["open", "limit", 10]);
  assert(BigInt(resting.exchangeOrderId) > 2n ** 53n, "the id fits a double");
  const postOnly = await place({ type: "post-only", priceTicks: bid - 50, side: "buy" });
  assertEquals([postOnly.status, postOnly.type], ["open", "post-only"]);
  const taken = await place({ priceTicks: ask, lots: 5 });
  assertEquals([taken.status, taken.filledLots, taken.averagePrice], ["filled", 5, btc.tick.value(ask)]);
  const fok = await place({ priceTicks: ask, lots: 1, timeInForce: "fok" });
  assertEquals([fok.status, fok.timeInForce], ["filled", "fok"]);
  const [, size] = site.simulator.truth.book(venue, "BTC_USDT")!.asks[0]!;
  const ioc = await place({ priceTicks: ask, lots: size + 7, timeInForce: "ioc" });
  assertEquals([ioc.status, ioc.filledLots], ["partially-cancelled", size]);
  const sold = await place({ side: "sell", type: "market", priceTicks: 0, lots: 4, reduceOnly: true });
  assertEquals([sold.status, sold.type, sold.side, sold.reduceOnly], ["filled", "market", "sell", true]);
  for (const report of reports) {
    site.assertOrder(report, btc);
    assertEquals(await rest.order({ instrument: btc, exchangeOrderId: report.exchangeOrderId }), report);
    assertEquals(await rest.order({ instrument: btc, clientOrderId: report.clientOrderId }), report);
  }
});

test("says why the venue refuses", async (site) => {
  const rest = site.futures();
  const btc = site.instrument(venue);
  const { bid, ask } = site.best(btc);
  const place = (changes: Parameters<PrivateSite["order"]>[1]): ReturnType<typeof rest.place> =>
    rest.place(site.order(btc, changes));
  assertRefused(await place({ type: "post-only", priceTicks: ask }), "post-only", "ORDER_POC_IMMEDIATE");
  assertRefused(
    await place({ priceTicks: ask, lots: 900_000, timeInForce: "fok" }),
    "not-filled",
    "ORDER_FOK",
  );
  assertRefused(await place({ lots: 900_000 }), "position", "RISK_LIMIT_EXCEEDED");
  value(await rest.setLeverage(btc, 5));
  assertRefused(await place({ lots: 100_000 }), "balance", "INSUFFICIENT_AVAILABLE");
  assertRefused(await place({ priceTicks: Math.floor(bid / 3) }), "price", "PRICE_TOO_DEVIATED");
  assertRefused(
    await place({ side: "sell", priceTicks: ask + 9, reduceOnly: true }),
    "position",
    "POSITION_EMPTY",
  );
  assertRefused(
    await place({ lots: 0, spend: { count: 5, step: cents } }),
    "parameters",
    "unsent",
  );
  const instrument = { ...btc, exchangeSymbol: "NOSUCH_USDT" };
  assertRefused(await rest.place({ ...site.order(btc), instrument }), "symbol-closed", "CONTRACT_NOT_FOUND");
  assertRefused(await rest.cancel({ instrument: btc, exchangeOrderId: "1" }), "not-found", "ORDER_NOT_FOUND");
  assertEquals(site.openIds(venue), []);
});

test("places a batch whose orders succeed and fail each by itself", async (site) => {
  const rest = site.futures();
  const btc = site.instrument(venue);
  const requests = [
    site.order(btc, { lots: 900_000 }),
    site.order(btc),
    site.order(btc, { side: "sell", priceTicks: site.best(btc).ask + 500 }),
  ];
  const [first, ...others] = await rest.placeBatch(requests);
  assertRefused(first!, "position", "RISK_LIMIT_EXCEEDED");
  others.forEach((outcome, index) => {
    const ack = value(outcome);
    assertEquals(ack.clientOrderId, requests[index + 1]!.clientOrderId);
    site.assertOrder(ack.report!, btc);
  });
  assertEquals(site.openIds(venue), others.map((outcome) => value(outcome).exchangeOrderId));
});

test("amends and cancels by either id, and cancels all of a contract", async (site) => {
  const rest = site.futures();
  const btc = site.instrument(venue);
  const buy = site.order(btc);
  const sell = site.order(btc, { side: "sell", priceTicks: site.best(btc).ask + 500 });
  const [buyId, sellId] = (await rest.placeBatch([buy, sell])).map((outcome) =>
    value(outcome).exchangeOrderId
  );
  const dearer = value(
    await rest.amend({ instrument: btc, exchangeOrderId: buyId! }, { priceTicks: buy.priceTicks + 1 }),
  );
  assertEquals([dearer.exchangeOrderId, dearer.report!.priceTicks], [buyId, buy.priceTicks + 1]);
  const larger = value(
    await rest.amend({ instrument: btc, clientOrderId: sell.clientOrderId }, { lots: 25 }),
  );
  assertEquals([larger.exchangeOrderId, larger.report!.lots, larger.report!.side], [sellId, 25, "sell"]);
  site.assertOrder(dearer.report!, btc);
  site.assertOrder(larger.report!, btc);
  assertRefused(
    await rest.amend({ instrument: btc, exchangeOrderId: "1" }, { lots: 5 }),
    "not-found",
    "ORDER_NOT_FOUND",
  );
  assertRefused(
    await rest.amend({ instrument: btc, exchangeOrderId: buyId! }, { lots: 10 }),
    "no-change",
    "NO_CHANGE",
  );
  const cancelled = value(await rest.cancel({ instrument: btc, clientOrderId: buy.clientOrderId }));
  assertEquals([cancelled.exchangeOrderId, cancelled.report!.status], [buyId, "cancelled"]);
  assertRefused(
    await rest.cancel({ instrument: btc, exchangeOrderId: buyId! }),
    "already-finished",
    "ORDER_FINISHED",
  );
  assertEquals(value(await rest.cancelAll(btc)).map(({ exchangeOrderId }) => exchangeOrderId), [sellId]);
  assertEquals([site.openIds(venue), value(await rest.cancelAll(btc))], [[], []]);
});

test("lists the open orders of one contract and of all", async (site) => {
  const rest = site.futures();
  const [btc, hype] = [site.instrument(venue), site.instrument(venue, "HYPE_USDT")];
  value(await site.futures(secondUser).place(site.order(btc)));
  const reports: OrderReport[] = [];
  for (const instrument of [btc, btc, hype]) {
    reports.push(value(await rest.place(site.order(instrument))).report!);
  }
  const ids = (list: readonly OrderReport[]): string[] =>
    list.map(({ exchangeOrderId }) => exchangeOrderId).sort();
  assertEquals(ids(await rest.openOrders()), ids(reports));
  assertEquals(ids(await rest.openOrders(btc)), ids(reports.slice(0, 2)));
  assertEquals(await rest.openOrders(hype), reports.slice(2));
});

test("tells balances, fills, positions and fees as the venue holds them", async (site) => {
  const rest = site.futures();
  const btc = site.instrument(venue);
  const { ask } = site.best(btc);
  const since = Date.now();
  const first = site.order(btc, { priceTicks: ask, lots: 30 });
  value(await rest.place(first));
  value(await rest.place(site.order(btc, { side: "sell", type: "market", priceTicks: 0, lots: 12 })));
  value(await rest.place(site.order(btc)));
  const truth = site.simulator.truth.fills({ venue, uid: firstUser.uid });
  const fills = await rest.fills(btc, since - 1000);
  assertEquals(
    fills.map((
      fill,
    ) => [fill.tradeId, fill.side, fill.price, fill.fee, fill.feeCoin, fill.liquidity, fill.time]),
    truth.map((fill) => [
      String(fill.tradeId),
      fill.side,
      Number(fill.price),
      Number(fill.fee),
      fill.feeCoin,
      fill.role,
      fill.timeMs,
    ]),
  );
  fills.forEach((fill, index) => {
    assertAlmostEquals(fill.quantity, Number(truth[index]!.size) * 0.0001, 1e-12);
    assertAlmostEquals(fill.notional, Number(truth[index]!.value), 1e-9);
    assertEquals(fill.feeQuote as number, fill.fee);
  });
  assertEquals(fills[0]!.clientOrderId, first.clientOrderId);
  const [balance, ...others] = await rest.balances();
  assertEquals([balance!.exchange, balance!.coin, others], [venue, "USDT", []]);
  const held = site.simulator.truth.balances({ venue, uid: firstUser.uid })[0]!;
  // Profit and loss that is not realised is available or not, but it is no balance.
  assertAlmostEquals(balance!.available + balance!.locked, Number(held.available) + Number(held.locked), 2);
  assert(balance!.locked > 0, "margin binds nothing");
  assertPositions(site, (await rest.positions()).filter(({ instrument }) => instrument === btc.id));
  assertEquals(await rest.fees(btc), { maker: 0.0002, taker: 0.0005 });
});

test("sets leverage up to the contract's maximum, margin and margin mode of one position", async (site) => {
  const rest = site.futures();
  const btc = site.instrument(venue);
  const tiers = await rest.riskTiers(btc);
  const most = tiers[0]!.maxLeverage;
  assert(tiers.length > 1 && tiers.every(({ limit }, i) => i === 0 || limit > tiers[i - 1]!.limit));
  const [set] = value(await rest.setLeverage(btc, most));
  assertEquals([set!.leverage, set!.maxLeverage, set!.marginMode], [most, most, "isolated"]);
  assertRefused(await rest.setLeverage(btc, most + 1), "margin", "LEVERAGE_TOO_HIGH");
  assertRefused(await rest.setLeverage(btc, -1), "parameters", "unsent");
  value(await rest.setLeverage(btc, 10));
  value(await rest.place(site.order(btc, { priceTicks: site.best(btc).ask, lots: 30 })));
  const before = (await rest.positions())[0]!;
  const [more] = value(await rest.changeMargin(btc, 12.5));
  assertAlmostEquals(more!.margin - before.margin, 12.5, 1e-9);
  const [less] = value(await rest.changeMargin(btc, -2.25));
  assertAlmostEquals(less!.margin - before.margin, 10.25, 1e-9);
  assertRefused(await rest.changeMargin(btc, -1e8), "margin", "REMOVE_TOO_MUCH");
  assertRefused(await rest.changeMargin(btc, 0), "parameters", "unsent");
  assertPositions(site, await rest.positions());
  const [cross] = value(await rest.setMarginMode(btc, "cross"));
  assertEquals(cross!.marginMode, "cross");
  assertRefused(await rest.changeMargin(btc, 1), "margin", "POSITION_CROSS_MARGIN");
  const [isolated] = value(await rest.setLeverage(btc, 5));
  assertEquals([isolated!.marginMode, isolated!.leverage], ["isolated", 5]);
  const [shared] = value(await rest.setLeverage(btc, 0));
  assertEquals(shared!.marginMode, "cross");
});

test("works with a long and a short position side by side", async (site) => {
  const rest = site.futures();
  const btc = site.instrument(venue);
  assertEquals(await rest.positionMode(), "single");
  assertEquals(value(await rest.setPositionMode("dual")), "dual");
  assertEquals(await rest.positionMode(), "dual");
  const both = value(await rest.setLeverage(btc, 10));
  assertEquals(both.map(({ side, leverage }) => [side, leverage]), [["long", 10], ["short", 10]]);
  const { bid, ask } = site.best(btc);
  value(await rest.place(site.order(btc, { priceTicks: ask, lots: 20 })));
  value(await rest.place(site.order(btc, { side: "sell", priceTicks: bid, lots: 8 })));
  const positions = await rest.positions();
  assertEquals(positions.map(({ side, lots }) => [side, lots]).sort(), [["long", 20], ["short", -8]]);
  assertPositions(site, positions);
  const changed = value(await rest.changeMargin(btc, 3, "short"));
  const grown = changed.map((
    { side, margin },
  ) => [side, Math.round(margin - positions.find((position) => position.side === side)!.margin)]);
  assertEquals(grown.sort(), [["long", 0], ["short", 3]]);
  assertRefused(await rest.changeMargin(btc, 3), "parameters", "unsent");
  assertRefused(await rest.setPositionMode("single"), "position", "POSITION_HOLDING");
  assertEquals(value(await rest.setMarginMode(btc, "cross")).map(({ marginMode }) => marginMode), [
    "cross",
    "cross",
  ]);
});

test("keeps the dead-man switch alive, and knows its user", async (site) => {
  const rest = site.futures();
  value(await rest.keepAlive(30));
  value(await rest.keepAlive(0));
  assertRefused(await rest.keepAlive(2), "parameters", "INVALID_PARAM_VALUE");
  assertEquals(await rest.userId(), firstUser.uid);
});

test("does not know what became of an order when the answer or the order is lost", async (site) => {
  const rest = site.futures();
  const btc = site.instrument(venue);
  for (const [fault, arrived] of [["order-lost", 0], ["order-timeout", 1], ["order-error", 1]] as const) {
    site.fault({ fault, venue });
    const request = site.order(btc);
    assertEquals((await rest.place(request)).kind, "unknown", fault);
    assertEquals(site.count(venue, request.clientOrderId), arrived, fault);
    const found = await rest.order({ instrument: btc, clientOrderId: request.clientOrderId });
    assertEquals(found?.clientOrderId, arrived === 0 ? undefined : request.clientOrderId, fault);
  }
  assertEquals(await rest.order({ instrument: btc, clientOrderId: freshId() }), undefined);
  site.fault({ fault: "unknown-status", venue });
  const [open] = await rest.openOrders(btc);
  await assertRejects(
    () => rest.order({ instrument: btc, exchangeOrderId: open!.exchangeOrderId }),
    ProtocolError,
    "status",
  );
  site.fault({ fault: "truncated-listing", venue, keep: 1 });
  await assertRejects(() => rest.openOrders(btc), ProtocolError, "not whole");
  site.fault({ fault: "rate-limit", venue, ms: 3000, path: "/futures/usdt/orders" });
  assertRefused(await rest.place(site.order(btc)), "rate", "TOO_MANY_REQUESTS");
});

/** Lets simulated time pass until a promise has settled. */
async function drive<Value>(clock: SimulatedClock, promise: Promise<Value>): Promise<Value> {
  let settled = false;
  const note = (): void => {
    settled = true;
  };
  promise.then(note, note);
  for (await settle(); !settled; await settle()) clock.step();
  return await promise;
}

Deno.test("GateioFuturesPrivateRest lists funding payments as they changed the balance", async () => {
  const clock = new SimulatedClock(Date.UTC(2026, 0, 1, 15, 59));
  const source = new MarketModel({ eventsPerSecond: 0 });
  const simulator = Simulator.create({ clock, seed: 7, source, accounts: [firstUser] });
  const sender = new GateioSender({
    orders: simulator,
    queries: simulator,
    baseUrl: simulator.localEndpoints.GATEIO_FUTURES.rest,
    signer: new GateioSigner(firstUser),
    clock,
  });
  // Funding is paid from the start of the market on, which otherwise waits for a stream.
  simulator.start();
  const btc = testInstruments(["BTC"]).find(venue, "BTC_USDT")!;
  const rest = new GateioFuturesPrivateRest(sender, () => btc);
  const ask = simulator.truth.book(venue, "BTC_USDT")!.asks[0]![0];
  const order = {
    clientOrderId: freshId(),
    instrument: btc,
    side: "buy",
    type: "limit",
    timeInForce: "gtc",
    priceTicks: btc.tick.nearest(ask),
    lots: 100,
    reduceOnly: false,
  } as const;
  value(await drive(clock, rest.place(order)));
  const cash = (): number => {
    const { available, locked } = simulator.truth.balances({ venue })[0]!;
    return Number(available) + Number(locked);
  };
  const before = cash();
  const since = clock.epochMs();
  advance(clock, 120_000);
  const payments = await drive(clock, rest.fundingPayments(btc, since));
  assertEquals(payments.map(({ instrument }) => instrument), [btc.id]);
  assertAlmostEquals(payments[0]!.amount, cash() - before, 1e-9);
  assert(payments[0]!.amount !== 0 && Math.abs(payments[0]!.time - Date.UTC(2026, 0, 1, 16)) < 5000);
  assertEquals(await drive(clock, rest.fundingPayments(btc, clock.epochMs())), []);
  await simulator.stop();
});
