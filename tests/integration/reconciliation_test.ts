/**
 * The comparison with the venues while the program runs, against the simulated venues on simulated time. What counts is
 * the venues' own truth.
 */
import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import { SeededRandom } from "../../src/core/random.ts";
import type { Finding } from "../../src/execution/reconciliation/finding.ts";
import { defaultAssets, MarketModel } from "../../src/simulator/mod.ts";
import { ReconciledAccount } from "../support/reconciled_account.ts";
import { TradingSite, type TradingSiteOptions } from "../support/trading_site.ts";

const exchanges: readonly ExchangeKey[] = ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"];
/** Private channels by venue. */
const channels = {
  MEXC_SPOT: { fills: "private.deals", orders: "private.orders", balances: "private.account" },
  GATEIO_SPOT: { fills: "usertrades", orders: "spot.orders", balances: "spot.balances" },
  GATEIO_FUTURES: { fills: "usertrades", orders: "futures.orders", balances: "futures.balances" },
} as const;

async function withAccount(
  options: TradingSiteOptions,
  test: (account: ReconciledAccount, site: TradingSite) => Promise<void>,
): Promise<void> {
  await using site = await TradingSite.open(options);
  const account = new ReconciledAccount(site);
  await account.start();
  await test(account, site);
  account.stop();
}

/** The ledger has everything that the venues have done, and nothing twice. */
function assertBooked(account: ReconciledAccount): void {
  for (const exchange of account.site.venues.keys()) {
    assertEquals(account.unbooked(exchange), [], `${exchange}: ${JSON.stringify(account.findings)}`);
  }
  const trades = account.events.flatMap((event) =>
    event.kind === "fill" ? [event.fill.tradeId + event.fill.side] : []
  );
  assertEquals(trades.length, new Set(trades).size);
}

for (const exchange of exchanges) {
  const on = (what: string, test: (account: ReconciledAccount, site: TradingSite) => Promise<void>): void => {
    Deno.test(`${exchange}: ${what}`, () => withAccount({ exchanges: [exchange] }, test));
  };

  on("trading that is told whole gives no finding", async (account, site) => {
    for (let round = 0; round < 10; round++) {
      account.send(exchange, { side: round % 2 === 0 ? "buy" : "sell" });
      await site.advance(2_000);
    }
    assertEquals([account.findings, account.told], [[], []]);
    assert(account.reconciliation.figures.compared >= 3);
    assertBooked(account);
  });

  on(
    "a fill of a resting order that the streams drop is found, booked once, and told",
    async (account, site) => {
      const other = await site.account(exchange, "9");
      const { truth } = site.simulator;
      const { exchangeSymbol, tick } = site.instrument(exchange);
      const bid = truth.book(exchange, exchangeSymbol)!.bids[0]![0];
      const order = account.send(exchange, { timeInForce: "gtc", priceTicks: tick.floor(bid) + 1 });
      await site.advance(1_000);
      assertEquals(order.state, "open");
      site.fault(exchange, { fault: "drop-frame", channel: channels[exchange].fills, count: 10 });
      site.fault(exchange, { fault: "drop-frame", channel: channels[exchange].orders, count: 10 });
      const taken = await site.wait(
        other.place(site.order(exchange, { side: "sell", priceTicks: tick.floor(bid) + 1 })),
      );
      assertEquals(taken.kind, "accepted");
      assertEquals(order.state, "open");
      await site.advance(15_000);
      assertEquals([order.state, order.isSettled], ["filled", true]);
      assertEquals(account.found("fill-found").length, 1);
      assertEquals(account.told, []);
      assertBooked(account);
    },
  );

  on("an order that a short listing leaves out stays open", async (account, site) => {
    const orders = [0.97, 0.975, 0.98].map((factor) =>
      account.send(exchange, { timeInForce: "gtc", priceTicks: site.ticks(exchange, factor) })
    );
    await site.advance(5_000);
    site.fault(exchange, { fault: "truncated-listing", keep: 1, count: 2 });
    await site.advance(20_000);
    assertEquals(orders.map(({ state }) => state), ["open", "open", "open"]);
    // Gate.io says how long a list is, so that its client notices by itself.
    assertEquals(account.found("short-listing").length > 0, exchange === "MEXC_SPOT");
    assertEquals(account.told, []);
  });

  on("an order that a hand cancels, untold, is found ended", async (account, site) => {
    const order = account.send(exchange, { timeInForce: "gtc", priceTicks: site.ticks(exchange, 0.98) });
    await site.advance(5_000);
    const { exchangeOrderId, request: { instrument } } = order;
    site.fault(exchange, { fault: "drop-frame", channel: channels[exchange].orders, count: 2 });
    await site.wait(site.venues.get(exchange)!.cancel({ instrument, exchangeOrderId }));
    assertEquals(order.state, "open");
    await site.advance(10_000);
    assertEquals(order.state, "cancelled");
    assertEquals([account.found("order-found").length, account.told], [1, []]);
  });

  on("a trade by hand stops the coin, and says in words what it is", async (account, site) => {
    account.send(exchange);
    await site.advance(6_000);
    await site.wait(site.venues.get(exchange)!.place(site.order(exchange, { side: "sell" })));
    await site.advance(12_000);
    assert(account.told.includes("stop BTC"), JSON.stringify(account.findings));
    const [disagreement] = account.found("disagreement").filter(({ subject }) => subject.startsWith("BTC"));
    assertMatch(
      disagreement!.text,
      /difference -0\.001 BTC\. .*\((?:by-hand-\d+|C02__\d+)\) make -0\.001.*all of it.*a hand/,
    );
    assertEquals(account.found("foreign-fill").length, 1);
    assertEquals(account.reconciliation.standing.every(({ theirs, ours }) => theirs !== ours), true);
  });

  on(
    "after a trade by hand somebody accepts what is there, and trading is compared anew",
    async (account, site) => {
      await site.wait(site.venues.get(exchange)!.place(site.order(exchange)));
      await site.advance(100_000);
      assert(account.told.includes("stop BTC") || account.told.includes("stop all"));
      for (const scope of ["BTC", "all"]) account.reconciliation.accept(scope, "tester", () => 84_000);
      assertEquals(account.told.filter((told) => told.startsWith("stop")).length, account.told.length / 2);
      account.told.length = 0;
      account.send(exchange, { side: "sell" });
      await site.advance(100_000);
      assertEquals([account.told, account.reconciliation.standing], [[], []]);
      if (exchange === "GATEIO_FUTURES") {
        assertAlmostEquals(account.held(exchange), 0, 1e-12);
        assertEquals(account.events.filter(({ kind }) => kind === "adjustment").length, 1);
      }
    },
  );

  on(
    "a deposit stops nothing where the venue tells of it, and is named where it does not",
    async (account, site) => {
      await site.advance(10_000);
      site.deposit(exchange, "USDT", "250");
      await site.advance(100_000);
      if (exchange === "GATEIO_FUTURES") {
        assertEquals(account.told, ["stop all"]);
        assertMatch(account.found("disagreement")[0]!.text, /\+250 USDT.*transfer into the futures account/);
        return;
      }
      assertEquals([account.told, account.found("explained").length], [[], 1]);
      assertMatch(account.found("explained")[0]!.text, /a deposit of 250 USDT/);
    },
  );

  on("a foreign order is told once and left alone", async (account, site) => {
    const order = site.order(exchange, { timeInForce: "gtc", priceTicks: site.ticks(exchange, 0.98) });
    await site.wait(site.venues.get(exchange)!.place(order));
    await site.advance(20_000);
    assertEquals(account.found("foreign-order").length, 1);
    const [known] = site.simulator.truth.orders({ venue: exchange });
    assertEquals([known!.state, account.told], ["open", []]);
  });

  on(
    "an open order with our name that is not in the journal stops the coin until it is gone",
    async (account, site) => {
      account.settings = { ...account.settings, resumes: true };
      const priceTicks = site.ticks(exchange, 0.98);
      const order = site.order(exchange, { timeInForce: "gtc", priceTicks, clientOrderId: "cxtest-9-9" });
      await site.wait(site.venues.get(exchange)!.place(order));
      await site.advance(15_000);
      assertEquals(account.told, ["stop BTC"]);
      assertMatch(account.found("disagreement")[0]!.text, /cxtest-9-9.*journal/);
      await site.wait(site.venues.get(exchange)!.cancel(order));
      await site.advance(10_000);
      assertEquals(account.told, ["stop BTC", "resume BTC"]);
    },
  );

  on(
    "a venue that cannot be asked stops acquisition there, and allows it when it can",
    async (account, site) => {
      site.fault(exchange, { fault: "rate-limit", path: "openOrders", forMs: 60_000 });
      site.fault(exchange, { fault: "rate-limit", path: "/orders", forMs: 60_000 });
      site.fault(exchange, { fault: "rate-limit", path: "open_orders", forMs: 60_000 });
      await site.advance(50_000);
      assertEquals(account.told, [`stop ${exchange}`]);
      await site.advance(100_000);
      assertEquals(account.told, [`stop ${exchange}`, `resume ${exchange}`]);
      assertEquals(account.reconciliation.figures.findings, { unreachable: 1, reachable: 1 });
    },
  );

  on(
    "what happened while the streams were down is compared as soon as they are back",
    async (account, site) => {
      account.settings = { ...account.settings, everyMs: 1e6 };
      await site.advance(10_000);
      const { compared } = account.reconciliation.figures;
      site.fault(exchange, { fault: "close", code: 1006 });
      await site.until(() => !site.venues.get(exchange)!.isLive, "the loss");
      account.send(exchange);
      await site.until(() => site.venues.get(exchange)!.isLive, "the streams");
      await site.advance(5_000);
      assert(account.reconciliation.figures.compared > compared);
      assertEquals(account.told, []);
      assertBooked(account);
    },
  );
}

Deno.test("GATEIO_FUTURES: a liquidation stops the coin, and is named as what it may be", async () => {
  const assets = defaultAssets.filter(({ base }) => base === "BTC").map((asset) => ({
    ...asset,
    volatilityBps: 60,
  }));
  const source = new MarketModel({ assets, eventsPerSecond: 4, levels: 20 });
  await withAccount({ exchanges: ["GATEIO_FUTURES"], source }, async (account, site) => {
    await site.leverage(50);
    account.send("GATEIO_FUTURES", { side: "sell", lots: 90 });
    await site.until(() => account.told.length > 0, "the liquidation");
    assertEquals(account.told, ["stop BTC"]);
    const [{ text }] = account.found("disagreement") as [Finding];
    assertMatch(
      text,
      /says 0 BTC, the program has -0\.009 BTC, .* all of it; a liquidation/,
    );
    account.reconciliation.accept("BTC", "tester", () => NaN);
    await site.advance(100_000);
    assertEquals([account.told, account.held("GATEIO_FUTURES")], [["stop BTC", "resume BTC"], 0]);
  });
});

for (const seed of [1]) {
  // About 5 s.
  Deno.test(`1,000 rounds with trading going on give no false alarm (seed ${seed})`, async () => {
    await withAccount({ seed, eventsPerSecond: 1 }, async (account, site) => {
      const random = new SeededRandom(seed);
      account.settings = { everyMs: 300, soonMs: 300, resumes: false, maxFailures: 3 };
      const deadline = site.clock.epochMs() + 3 * 3_600_000;
      const { figures } = account.reconciliation;
      while (account.reconciliation.figures.compared < figures.compared + 1_000) {
        assert(site.clock.epochMs() < deadline);
        trade(account, site, random);
        await site.advance(random.uniform() * 1_500);
      }
      await site.advance(60_000);
      assertEquals(account.told, [], JSON.stringify(account.found("disagreement")));
      assertEquals(account.findings, []);
      assertBooked(account);
    });
  });
}

/** An order of either kind somewhere. */
function trade(account: ReconciledAccount, site: TradingSite, random: SeededRandom): void {
  const exchange = exchanges[Math.floor(random.uniform() * 3)]!;
  const side = random.uniform() < 0.5 ? "buy" : "sell";
  if (random.uniform() < 0.7) {
    account.send(exchange, { side });
    return;
  }
  const priceTicks = site.ticks(exchange, side === "buy" ? 0.9999 : 1.0001);
  const order = account.send(exchange, { side, priceTicks, timeInForce: "gtc" });
  site.clock.setTimer(5_000 + random.uniform() * 10_000, () => {
    if (!order.isFinal) void account.flow.cancel(order).then(() => account.resolver.resolve(order));
  });
}

for (const seed of [11, 12, 13, 14]) {
  Deno.test(`whatever private channels lose, repeat or delay is found, and nothing twice (seed ${seed})`, async () => {
    await withAccount({ seed, eventsPerSecond: 2 }, async (account, site) => {
      const random = new SeededRandom(seed);
      // Lists that are cut short are noticed by Gate.io's clients, and are no answer then.
      account.settings = { ...account.settings, maxFailures: 20 };
      for (let round = 0; round < 120; round++) {
        trade(account, site, random);
        const exchange = exchanges[Math.floor(random.uniform() * 3)]!;
        spoil(site, exchange, random);
        await site.advance(random.uniform() * 2_500);
      }
      site.simulator.script.stop();
      await site.advance(120_000);
      assertEquals(account.told, [], JSON.stringify(account.found("disagreement")));
      assertEquals(account.reconciliation.standing, []);
      assertEquals(account.tracker.open.map(({ state }) => state), []);
      assertBooked(account);
      const futures = site.simulator.truth.positions("2002").reduce((sum, { size }) => sum + Number(size), 0);
      assertAlmostEquals(account.held("GATEIO_FUTURES"), futures * 0.0001, 1e-9);
    });
  });
}

/** Something goes wrong with what the venue tells. */
function spoil(site: TradingSite, exchange: ExchangeKey, random: SeededRandom): void {
  const of = channels[exchange];
  const channel = [of.fills, of.orders, of.balances][Math.floor(random.uniform() * 3)]!;
  const kinds = [
    { fault: "drop-frame", channel, count: 2 },
    { fault: "delay-frame", channel, ms: 3_000, count: 2 },
    { fault: "duplicate-frame", channel, count: 3 },
    { fault: "reorder-frame", channel, count: 2 },
    { fault: "late-fill", ms: 8_000, count: 2 },
    { fault: "duplicate-fill", count: 2 },
    { fault: "truncated-listing", keep: 1, count: 1 },
    { fault: "close", code: 1006 },
  ];
  site.fault(exchange, kinds[Math.floor(random.uniform() * kinds.length)]!);
}
