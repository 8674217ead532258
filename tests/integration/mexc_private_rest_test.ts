import { assert, assertEquals, assertObjectMatch, assertRejects } from "@std/assert";
import { ProtocolError, VenueError } from "../../src/core/errors.ts";
import type { OrderAck, OrderRequest, Outcome } from "../../src/core/order_request.ts";
import { markClosedSymbols } from "../../src/exchanges/mexc/api_symbols.ts";
import { expectedFill, MexcSite, user } from "./mexc_private_site.ts";

/** Runs a test against a venue of its own. */
function test(name: string, run: (site: MexcSite) => Promise<void>): void {
  Deno.test(`MexcPrivateRest on the simulator ${name}`, async () => {
    await using site = await MexcSite.open();
    await run(site);
    // The built-in `fetch` keeps its connections for a moment.
    await pause(0);
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The id of an order that was taken. */
function idOf(outcome: Outcome<OrderAck>): string {
  if (outcome.kind !== "accepted") throw new Error(JSON.stringify(outcome));
  return outcome.value.exchangeOrderId;
}

/** Places an order and asks what became of it. */
async function placed(site: MexcSite, changes: Partial<OrderRequest>): Promise<Record<string, unknown>> {
  const request = site.order(changes);
  const exchangeOrderId = idOf(await site.rest.place(request));
  const report = (await site.rest.order({ instrument: site.bitcoin, exchangeOrderId }))!;
  assertEquals([report.exchangeOrderId, report.clientOrderId], [exchangeOrderId, request.clientOrderId]);
  const truth = site.simulator.truth.orders({ uid: user.uid }).find(({ id }) => id === exchangeOrderId)!;
  const { lot } = site.bitcoin;
  assertEquals([lot.format(report.filledLots), report.createdAt], [truth.filled, truth.createdMs]);
  return { ...report };
}

/** Holds that balances and fills are told exactly as the venue knows them. */
async function assertTruth(site: MexcSite): Promise<void> {
  const balances = await site.rest.balances();
  const told = Object.fromEntries(
    balances.map(({ coin, available, locked }) => [coin, { available, locked }]),
  );
  assertEquals(told, site.balances);
  const fills = await site.rest.fills(site.bitcoin, Date.now() - 3_600_000);
  const expected = site.simulator.truth.fills({ uid: user.uid }).map((fill) =>
    expectedFill(fill, site.bitcoin)
  );
  assertEquals<unknown>(fills, expected);
}

test("places every kind of order and says what became of it", async (site) => {
  const { bid, ask } = site.best;
  assertObjectMatch(await placed(site, {}), {
    status: "open",
    type: "limit",
    timeInForce: "gtc",
    lots: 100_000,
  });
  assertObjectMatch(await placed(site, { type: "post-only", priceTicks: bid }), {
    status: "open",
    type: "post-only",
    priceTicks: bid,
  });
  assertObjectMatch(await placed(site, { type: "post-only", priceTicks: ask }), { status: "cancelled" });
  const [, depth] = site.simulator.truth.book("MEXC_SPOT", "BTCUSDT")!.asks[0]!;
  const first = site.bitcoin.lot.nearest(depth);
  const taken = await placed(site, { timeInForce: "ioc", priceTicks: ask, lots: first + 7 });
  assertObjectMatch(taken, { status: "partially-cancelled", filledLots: first, timeInForce: "ioc" });
  const killed = await placed(site, { timeInForce: "fok", priceTicks: site.best.ask, lots: 2_000_000_000 });
  assertObjectMatch(killed, { status: "cancelled", filledLots: 0, timeInForce: "fok" });
  const filled = await placed(site, { timeInForce: "fok", priceTicks: site.best.ask, lots: 1000_000 });
  assertObjectMatch(filled, { status: "filled", averagePrice: site.bitcoin.tick.value(site.best.ask) });
  const market = { type: "market", timeInForce: "ioc", priceTicks: 0 } as const;
  assertObjectMatch(await placed(site, { ...market, side: "sell" }), {
    status: "filled",
    type: "market",
    priceTicks: 0,
    side: "sell",
    filledLots: 100_000,
  });
  const spend = { count: 50_012, step: site.bitcoin.tick };
  const bought = await placed(site, { ...market, lots: 0, spend });
  assertObjectMatch(bought, { status: "filled", lots: bought.filledLots });
  const spent = (bought.filledLots as number) * site.bitcoin.lot.size * (bought.averagePrice as number);
  assert(spent <= 500.12 && spent > 500, `spent ${spent}`);
  await assertTruth(site);
});

test("finds and cancels orders by either id, and all of an instrument", async (site) => {
  const { rest, bitcoin, ether } = site;
  const requests = [
    site.order(),
    site.order({ lots: 250_000 }),
    site.order({ side: "sell", priceTicks: 20_000_000 }),
  ];
  const ids: string[] = [];
  for (const request of requests) ids.push(idOf(await rest.place(request)));
  const other = site.order({ instrument: ether, priceTicks: 200_000, lots: 1000 });
  idOf(await rest.place(other));
  await assertTruth(site);
  assertEquals(
    (await rest.openOrders(bitcoin)).map(({ exchangeOrderId }) => exchangeOrderId).sort(),
    ids.toSorted(),
  );
  assertEquals((await rest.openOrders()).length, 4);
  const byClientId = await rest.order({ instrument: bitcoin, clientOrderId: requests[1]!.clientOrderId });
  assertObjectMatch(byClientId!, { exchangeOrderId: ids[1]!, lots: 250_000, status: "open" });
  assertObjectMatch(await rest.cancel({ instrument: bitcoin, exchangeOrderId: ids[0]! }), {
    kind: "accepted",
    value: {
      exchangeOrderId: ids[0]!,
      clientOrderId: "it-1",
      report: { status: "cancelled", filledLots: 0 },
    },
  });
  assertObjectMatch(await rest.cancel({ instrument: bitcoin, clientOrderId: "it-2" }), {
    kind: "accepted",
    value: { exchangeOrderId: ids[1]! },
  });
  assertObjectMatch(await rest.cancel({ instrument: bitcoin, clientOrderId: "it-2" }), {
    kind: "refused",
    reason: "not-found",
    code: "-2011",
  });
  const all = await rest.cancelAll(bitcoin);
  assertObjectMatch(all, { kind: "accepted", value: [{ exchangeOrderId: ids[2]!, clientOrderId: "it-3" }] });
  assertEquals(await rest.cancelAll(bitcoin), { kind: "accepted", value: [] });
  assertEquals((await rest.openOrders()).map(({ clientOrderId }) => clientOrderId), [other.clientOrderId]);
  assertEquals(await rest.order({ instrument: bitcoin, clientOrderId: "never" }), undefined);
  await pause(600);
  await assertTruth(site);
});

test("sends a batch of which the good orders stand", async (site) => {
  const requests = [
    site.order(),
    site.order({ lots: 1 }),
    site.order({ reduceOnly: true }),
    site.order({ clientOrderId: "it-1" }),
    site.order({ side: "sell", lots: 2_100_000_000, priceTicks: 10_000_000 }),
    ...Array.from({ length: 15 }, () => site.order()),
  ];
  const outcomes = await site.rest.placeBatch(requests);
  assertEquals(
    outcomes.slice(0, 5).map((outcome) => outcome.kind === "refused" ? outcome.reason : outcome.kind),
    ["accepted", "notional", "parameters", "duplicate-id", "balance"],
  );
  const accepted = outcomes.flatMap((outcome) => outcome.kind === "accepted" ? [outcome.value] : []);
  assertEquals(accepted.length, 16);
  const open = site.simulator.truth.orders({ uid: user.uid }).map(({ id, clientId }) => [id, clientId]);
  assertEquals(accepted.map(({ exchangeOrderId, clientOrderId }) => [exchangeOrderId, clientOrderId]), open);
  await assertTruth(site);
});

/** What is refused, and why. */
const refusals: [reason: string, code: string, changes: (site: MexcSite) => Partial<OrderRequest>][] = [
  ["balance", "30004", ({ best }) => ({ lots: 10_000_000_000, priceTicks: Math.floor(best.bid * 0.4) })],
  ["balance", "30005", () => ({ side: "sell", lots: 2_100_000_000, priceTicks: 10_000_000 })],
  ["notional", "30002", () => ({ lots: 10 })],
  ["notional", "30003", ({ best }) => ({ lots: 100_000_000_000, priceTicks: best.bid })],
  ["parameters", "700008", () => ({ clientOrderId: "white space" })],
];

test("says why the venue refuses", async (site) => {
  for (const [reason, code, changes] of refusals) {
    assertObjectMatch(await site.rest.place(site.order(changes(site))), { kind: "refused", reason, code });
  }
  const first = site.order();
  idOf(await site.rest.place(first));
  assertObjectMatch(await site.rest.place(first), { kind: "refused", reason: "duplicate-id" });
  const strangers = {
    "signature 700002": site.client(user.apiKey, "wrong"),
    "signature 10072": site.client("mx0nobody"),
    "signature 700001": site.client("no key!"),
    "permission 700007": site.client("mx0readonly"),
  };
  for (const [expected, rest] of Object.entries(strangers)) {
    const outcome = await rest.place(site.order());
    assertEquals(outcome.kind === "refused" ? `${outcome.reason} ${outcome.code}` : outcome.kind, expected);
  }
  const error = await assertRejects(() => strangers["signature 700002"].balances(), VenueError);
  assertEquals(error.code, "700002");
  site.fault({ fault: "halt", symbol: "BTCUSDT" });
  assertObjectMatch(await site.rest.place(site.order()), { kind: "refused", reason: "symbol-closed" });
  assertEquals(site.simulator.truth.orders({ uid: user.uid }).length, 1);
});

test("does not take a failure for a refusal, and finds out by client id", async (site) => {
  const { rest, bitcoin } = site;
  const faults = [["order-timeout", true], ["order-error", true], ["order-lost", false]] as const;
  for (const [fault, stands] of faults) {
    site.fault({ fault, ms: 700 });
    const request = site.order();
    assertEquals((await rest.place(request)).kind, "unknown", fault);
    const found = await rest.order({ instrument: bitcoin, clientOrderId: request.clientOrderId });
    assertEquals(found?.status, stands ? "open" : undefined, fault);
    site.fault({ fault, ms: 700 });
    const batch = [site.order(), site.order()];
    assertEquals((await rest.placeBatch(batch)).map(({ kind }) => kind), ["unknown", "unknown"], fault);
    const open = (await rest.openOrders(bitcoin)).map(({ clientOrderId }) => clientOrderId);
    for (const { clientOrderId } of batch) assertEquals(open.includes(clientOrderId), stands, fault);
    await pause(1000);
  }
  // Nothing was sent twice.
  assertEquals(site.simulator.truth.orders({ uid: user.uid }).length, 6);
  site.fault({ fault: "refuse-connections", forMs: 300 });
  assertEquals((await rest.place(site.order())).kind, "unknown");
  await pause(400);
  idOf(await rest.place(site.order()));
});

test("is told to wait, and that the clock is wrong", async (site) => {
  const { rest } = site;
  site.fault({ fault: "rate-limit", path: "/api/v3/order", ms: 3000 });
  assertObjectMatch(await rest.place(site.order()), {
    kind: "refused",
    reason: "rate",
    code: "429",
    retryAfterMs: 3000,
  });
  site.fault({ fault: "clock-jump", ms: 60_000, forMs: 500 });
  assertObjectMatch(await rest.place(site.order()), { kind: "refused", reason: "clock", code: "700003" });
  site.fault({ fault: "unknown-status" });
  await pause(600);
  const request = site.order();
  idOf(await rest.place(request));
  const ask = (): Promise<unknown> =>
    rest.order({ instrument: site.bitcoin, clientOrderId: request.clientOrderId });
  await assertRejects(ask, ProtocolError, "UNDER_REVIEW");
  assertObjectMatch(await ask() as Record<string, unknown>, { status: "open" });
});

test("tells every one of more fills than one answer holds", async (site) => {
  for (let sweep = 0; sweep < 6; sweep++) {
    const { bids, asks } = site.simulator.truth.book("MEXC_SPOT", "BTCUSDT")!;
    const side = sweep % 2 === 0 ? "buy" : "sell";
    const levels = (side === "buy" ? asks : bids).slice(0, 36);
    const lots = levels.reduce((sum, [, size]) => sum + site.bitcoin.lot.nearest(size), 0);
    const priceTicks = site.bitcoin.tick.nearest(levels.at(-1)![0]);
    const report = await placed(site, { side, lots, priceTicks, timeInForce: "ioc" });
    assertEquals(report.filledLots, lots);
  }
  const count = site.simulator.truth.fills({ uid: user.uid }).length;
  assert(count > 200, `${count} fills`);
  await assertTruth(site);
});

test("tells fees, networks, deposits and what the key may trade", async (site) => {
  const { rest, bitcoin, ether } = site;
  assertEquals(await rest.fees(bitcoin), { maker: 0, taker: 0.0005 });
  const networks = await rest.networks(["USDT"]);
  assertEquals(networks.map(({ coin, network }) => `${coin} ${network}`), ["USDT TRX", "USDT ETH"]);
  assert(networks.every(({ depositEnabled, withdrawMin }) => depositEnabled && withdrawMin > 0));
  assert((await rest.networks()).length > 8);
  const transfers = (await rest.transfers(Date.now() - 20 * 86_400_000)).map((row) =>
    `${row.coin} ${row.amount}`
  );
  assertEquals(transfers.sort(), ["BTC 20", "ETH 10", "USDT 2000000"]);
  const symbols = await rest.apiSymbols();
  assertEquals(markClosedSymbols([bitcoin, ether], symbols).map(({ tradable }) => tradable), [true, true]);
  assertEquals(await rest.uid(), user.uid);
  const check = await rest.test(site.order());
  assertEquals(check, { kind: "accepted", value: undefined });
  assertObjectMatch(await rest.test(site.order({ lots: 1 })), { kind: "refused", reason: "notional" });
  assertEquals(site.simulator.truth.orders({ uid: user.uid }), []);
  site.fault({ fault: "delist", symbol: "ETHUSDT" });
  const left = await rest.apiSymbols();
  assertEquals(markClosedSymbols([bitcoin, ether], left).map(({ tradable }) => tradable), [true, false]);
});
