import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  firstUser,
  type GateMarket,
  type PrivateSite,
  secondUser,
  test as siteTest,
  type Told,
  until,
  value,
} from "./gateio_private_site.ts";

const markets: readonly GateMarket[] = ["GATEIO_SPOT", "GATEIO_FUTURES"];

function test(name: string, run: (site: PrivateSite, told: Told, venue: GateMarket) => Promise<void>): void {
  for (const venue of markets) {
    siteTest(`GateioPrivateStream of ${venue} ${name}`, async (site) => {
      await run(site, await site.stream(venue), venue);
    });
  }
}

/** Orders of the first user over REST. */
function rest(
  site: PrivateSite,
  venue: GateMarket,
): ReturnType<PrivateSite["spot"]> | ReturnType<PrivateSite["futures"]> {
  return venue === "GATEIO_SPOT" ? site.spot() : site.futures();
}

test("tells orders and fills as the venue holds them", async (site, told, venue) => {
  const instrument = site.instrument(venue);
  const entry = rest(site, venue);
  const since = Date.now();
  const resting = site.order(instrument);
  const ack = value(await entry.place(resting));
  assertEquals(await told.order(resting.clientOrderId, "open"), ack.report!);
  value(await entry.cancel({ instrument, exchangeOrderId: ack.exchangeOrderId }));
  site.assertOrder(await told.order(resting.clientOrderId, "cancelled"), instrument);
  const taken = site.order(instrument, { priceTicks: site.best(instrument).ask, lots: 40 });
  value(await entry.place(taken));
  const filled = await told.order(taken.clientOrderId, "filled");
  site.assertOrder(filled, instrument);
  assertEquals(filled.averagePrice, instrument.tick.value(taken.priceTicks));
  await until(() => told.fills.length > 0, "the fill");
  assertEquals(told.fills, await entry.fills(instrument, since - 1000));
  assertEquals([told.fills[0]!.clientOrderId, told.life], [taken.clientOrderId, ["live"]]);
});

test("tells what a maker's order becomes, piece by piece", async (site, told, venue) => {
  const instrument = site.instrument(venue);
  const { bid, ask } = site.best(instrument);
  assert(bid + 1 < ask, "no room inside the spread");
  const maker = site.order(instrument, { priceTicks: bid + 1, lots: 900 });
  value(await rest(site, venue).place(maker));
  const other = venue === "GATEIO_SPOT" ? site.spot(secondUser) : site.futures(secondUser);
  value(await other.place(site.order(instrument, { side: "sell", priceTicks: bid + 1, lots: 400 })));
  const part = await told.order(maker.clientOrderId, "partially-filled");
  assertEquals([part.filledLots, part.lots], [400, 900]);
  value(await other.place(site.order(instrument, { side: "sell", priceTicks: bid + 1, lots: 500 })));
  assertEquals((await told.order(maker.clientOrderId, "filled")).filledLots, 900);
  await until(() => told.fills.length === 2, "both fills");
  assertEquals(told.fills.map(({ liquidity, side }) => [liquidity, side]), [["maker", "buy"], [
    "maker",
    "buy",
  ]]);
  const grows = told.orders.map(({ filledLots }) => filledLots);
  assertEquals(grows, grows.toSorted((a, b) => a - b));
});

test("tells a fill twice under one id when the venue does", async (site, told, venue) => {
  const instrument = site.instrument(venue);
  site.fault({ fault: "duplicate-fill", venue });
  value(
    await rest(site, venue).place(
      site.order(instrument, { priceTicks: site.best(instrument).ask, lots: 100 }),
    ),
  );
  await until(() => told.fills.length === 2, "both messages");
  assertEquals(told.fills[0], told.fills[1]);
});

test("says that it is lost, comes back and misses nothing from then on", async (site, told, venue) => {
  const instrument = site.instrument(venue);
  site.fault({ fault: "close", venue });
  await until(() => told.life.includes("lost"), "the loss");
  assertEquals(told.stream.isLive, false);
  await until(() => told.life.length === 3, "the return");
  assertEquals([told.life, told.stream.isLive], [["live", "lost", "live"], true]);
  const request = site.order(instrument);
  value(await rest(site, venue).place(request));
  await told.order(request.clientOrderId, "open");
  assertEquals(told.orders.length, 1);
});

test("hears nothing of other users", async (site, told, venue) => {
  const instrument = site.instrument(venue);
  const other = venue === "GATEIO_SPOT" ? site.spot(secondUser) : site.futures(secondUser);
  value(await other.place(site.order(instrument, { priceTicks: site.best(instrument).ask })));
  const own = site.order(instrument);
  value(await rest(site, venue).place(own));
  await told.order(own.clientOrderId, "open");
  assertEquals([told.orders.length, told.fills.length], [1, 0]);
});

siteTest("GateioPrivateStream of spot tells balances as the venue holds them", async (site) => {
  const venue = "GATEIO_SPOT";
  const told = await site.stream(venue);
  const btc = site.instrument(venue);
  const { bid, ask } = site.best(btc);
  const [taken, resting] = [
    site.order(btc, { priceTicks: ask, lots: 200 }),
    site.order(btc, { priceTicks: bid - 99 }),
  ];
  value(await site.spot().place(taken));
  value(await site.spot().place(resting));
  await told.order(resting.clientOrderId, "open");
  const held = site.simulator.truth.balances({ venue, uid: firstUser.uid });
  for (const { coin, available, locked } of held.filter(({ coin }) => coin !== "ETH")) {
    const same = (): boolean =>
      JSON.stringify(told.balance(coin)) === JSON.stringify([Number(available), Number(locked)]);
    await until(same, `the balance of ${coin}`);
  }
});

siteTest(
  "GateioPrivateStream of futures tells positions and balances as the venue holds them",
  async (site) => {
    const venue = "GATEIO_FUTURES";
    const told = await site.stream(venue);
    const btc = site.instrument(venue);
    const { ask, bid } = site.best(btc);
    value(await site.futures().setLeverage(btc, 10));
    value(await site.futures().place(site.order(btc, { priceTicks: ask, lots: 60 })));
    value(await site.futures().place(site.order(btc, { side: "sell", priceTicks: bid, lots: 25 })));
    const truth = site.simulator.truth.positions(firstUser.uid)[0]!;
    await until(() => told.positions.at(-1)?.lots === 35, "the position");
    const last = told.positions.at(-1)!;
    assertEquals([last.side, last.marginMode, last.leverage], ["single", "isolated", 10]);
    assertEquals([last.entryPrice, last.margin], [truth.entryPrice, Number(truth.margin)]);
    assertAlmostEquals(last.realisedPnl, Number(truth.realisedPnl), 1e-9);
    const resting = site.order(btc);
    value(await site.futures().place(resting));
    await told.order(resting.clientOrderId, "open");
    const [balance] = await site.futures().balances();
    const same = (): boolean =>
      Math.abs((told.balance("USDT")?.[1] ?? 0) - balance!.locked) < 0.01 &&
      Math.abs(told.balance("USDT")![0] - balance!.available) < 0.01;
    await until(same, "the balance with the margin of the resting order");
  },
);
