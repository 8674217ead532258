import { assert, assertEquals } from "@std/assert";
import type { BalanceSnapshot } from "../../src/core/balance.ts";
import type { Fill } from "../../src/core/fill.ts";
import type { OrderReport } from "../../src/core/order_request.ts";
import { SeededRandom } from "../../src/core/random.ts";
import { MexcPrivateRest } from "../../src/exchanges/mexc/private_rest.ts";
import { MexcSender } from "../../src/exchanges/mexc/private_sender.ts";
import { MexcSigner } from "../../src/exchanges/mexc/private_signer.ts";
import { MexcPrivateStream } from "../../src/exchanges/mexc/private_stream.ts";
import { PrivateSession } from "../../src/exchanges/private_session.ts";
import { settle } from "../support/fake_network.ts";
import { MemoryLogger } from "../support/memory_logger.ts";
import { Box } from "../unit/simulator/box.ts";
import { expectedFill, MexcSite, siteInstruments, user } from "./mexc_private_site.ts";

const minute = 60_000;

/** What was told about an account, from a stream or a session. */
class Account {
  readonly fills: Fill[] = [];
  readonly orders = new Map<string, OrderReport>();
  readonly balances = new Map<string, BalanceSnapshot>();
  readonly connection: string[] = [];
  /** Reports that took something back. */
  readonly setbacks: OrderReport[] = [];

  fill(fill: Fill): void {
    this.fills.push(fill);
  }

  order(report: OrderReport): void {
    const before = this.orders.get(report.exchangeOrderId);
    if (before !== undefined && before.filledLots > report.filledLots) this.setbacks.push(report);
    this.orders.set(report.exchangeOrderId, report);
  }

  balance(balance: BalanceSnapshot): void {
    this.balances.set(balance.coin, balance);
  }
}

/** Holds that everything was told, once and exactly. @param open Coins that were never told did not change. */
function assertTold(told: Account, site: Pick<MexcSite, "simulator" | "bitcoin">): void {
  const { truth } = site.simulator;
  const fills = truth.fills({ uid: user.uid });
  const byId = told.fills.toSorted((a, b) => Number.parseInt(a.tradeId) - Number.parseInt(b.tradeId));
  const expected = fills.map((fill) => expectedFill(fill, site.bitcoin)) as { tradeId: string }[];
  expected.sort((a, b) => Number.parseInt(a.tradeId) - Number.parseInt(b.tradeId));
  assertEquals<unknown>(byId, expected);
  const states = new Map([...told.orders.values()].map((order) => [order.exchangeOrderId, order]));
  for (const { id, state, filled } of truth.orders({ uid: user.uid })) {
    const order = states.get(id);
    const ended = order !== undefined && order.status !== "open" && order.status !== "partially-filled";
    assertEquals([id, ended, site.bitcoin.lot.format(order?.filledLots ?? -1)], [
      id,
      state === "finished",
      filled,
    ]);
  }
  assertEquals(told.setbacks, []);
  for (const { coin, available, locked } of truth.balances({ uid: user.uid })) {
    const balance = told.balances.get(coin);
    if (balance === undefined) continue;
    assertEquals([coin, balance.available, balance.locked], [coin, Number(available), Number(locked)]);
  }
}

async function until(done: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!done()) {
    if (performance.now() > deadline) throw new Error(`waited too long for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const market = { type: "market", timeInForce: "ioc", priceTicks: 0 } as const;

Deno.test("MexcPrivateStream on real sockets tells orders, fills and balances exactly", async () => {
  await using site = await MexcSite.open();
  const told = new Account();
  const stream = site.stream();
  stream.bind("order", (report) => told.order(report));
  stream.bind("fill", (fill) => told.fill(fill));
  stream.bind("balance", (balance) => told.balance(balance));
  stream.bind("live", () => told.connection.push("live"));
  stream.bind("lost", () => told.connection.push("lost"));
  stream.start();
  await until(() => stream.isLive, "the stream");
  site.fault({ fault: "duplicate-fill", count: 3 });
  await site.rest.place(site.order());
  await site.rest.place(site.order({ ...market, lots: 30_000_000 }));
  await site.rest.place(site.order({ ...market, side: "sell", lots: 20_000_000 }));
  const spend = { count: 700_000, step: site.bitcoin.tick };
  await site.rest.place(site.order({ ...market, lots: 0, spend }));
  await site.rest.cancelAll(site.bitcoin);
  const { truth } = site.simulator;
  await until(
    () =>
      told.fills.length === truth.fills({ uid: user.uid }).length &&
      [...told.orders.values()].filter(({ status }) => status === "cancelled" || status === "filled")
          .length === 4,
    "every order",
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  assertTold(told, site);
  assertEquals([...told.balances.keys()].sort(), ["BTC", "USDT"]);
  assertEquals(told.connection, ["live"]);
});

Deno.test("Nothing is lost when keys expire and connections close, and requests fill the gaps", async () => {
  await using site = await MexcSite.open();
  const told = new Account();
  const stream = site.stream();
  const { rest: queries, bitcoin, clock, logger } = site;
  const session = new PrivateSession({
    exchange: "MEXC_SPOT",
    queries,
    stream,
    instruments: [bitcoin],
    clock,
    logger,
  });
  session.bind("order", (report) => told.order(report));
  session.bind("fill", (fill) => told.fill(fill));
  session.bind("balance", (balance) => told.balance(balance));
  session.bind("connection", (state) => told.connection.push(state));
  session.start();
  await until(() => session.isLive, "the session");
  for (const fault of [{ fault: "expire-listen-keys" }, { fault: "close", code: 1005 }, { fault: "close" }]) {
    const lost = told.connection.length;
    site.fault(fault);
    await until(() => told.connection.length > lost, "the loss");
    // While nobody listens.
    await site.rest.place(site.order({ ...market, lots: 20_000_000 }));
    const resting = site.order();
    await site.rest.place(resting);
    await site.rest.cancel(resting);
    await until(() => session.isLive, "the session after a fault");
    await site.rest.place(site.order({ ...market, side: "sell", lots: 10_000_000 }));
    assert(stream.listenKeys <= 4, `${stream.listenKeys} listen keys`);
  }
  const { truth } = site.simulator;
  await until(() => told.fills.length >= truth.fills({ uid: user.uid }).length, "every fill");
  await new Promise((resolve) => setTimeout(resolve, 200));
  // An order that came and went while nobody listened leaves no trace but its fills.
  for (const order of truth.orders({ uid: user.uid })) {
    if (told.orders.has(order.id)) continue;
    const found = await site.rest.order({ instrument: bitcoin, exchangeOrderId: order.id });
    told.order(found!);
  }
  assertTold(told, site);
  assertEquals(told.connection, ["live", "lost", "live", "lost", "live", "lost", "live"]);
  session.stop();
  await stream.finished();
});

/** Two simulated days on a simulated clock. */
Deno.test("MexcPrivateStream outlives listen keys and the venue's 24 hours without a gap or a double", async () => {
  const box = new Box({ model: { eventsPerSecond: 0 }, accounts: [user] });
  const { clock, simulator } = box;
  const { bitcoin } = siteInstruments();
  const urls = simulator.localEndpoints.MEXC_SPOT;
  const signer = new MexcSigner({ key: user, now: () => clock.epochMs() });
  const sender = new MexcSender({ network: simulator, baseUrl: urls.rest, signer });
  const stream = new MexcPrivateStream({
    sender,
    url: urls.ws,
    network: simulator,
    clock,
    random: new SeededRandom(1),
    logger: new MemoryLogger(),
    instruments: [bitcoin],
  });
  const rest = new MexcPrivateRest({
    orders: sender,
    queries: sender,
    instruments: [bitcoin],
    now: () => clock.epochMs(),
  });
  const told = new Account();
  stream.bind("order", (report) => told.order(report));
  stream.bind("fill", (fill) => told.fill(fill));
  stream.bind("balance", (balance) => told.balance(balance));
  stream.bind("live", () => told.connection.push("live"));
  stream.bind("lost", () => told.connection.push("lost"));
  let answered = 0;
  const run = async (ms: number): Promise<void> => {
    const end = clock.epochMs() + ms;
    clock.setTimer(ms, () => {});
    while ((clock.nextDue ?? Infinity) <= end) {
      clock.step();
      if (simulator.settledResponses === answered) continue;
      answered = simulator.settledResponses;
      for (let turn = 0; turn < 4; turn++) await settle();
    }
  };
  stream.start();
  await run(5000);
  assertEquals(told.connection, ["live"]);
  let most = 0;
  for (let elapsed = 0; elapsed < 50 * 60; elapsed += 10) {
    const side = elapsed % 20 === 0 ? "buy" : "sell";
    const clientOrderId = `day-${elapsed}`;
    const order = { clientOrderId, instrument: bitcoin, lots: 50_000, reduceOnly: false } as const;
    void rest.place({ ...order, ...market, side });
    void rest.place({
      ...order,
      clientOrderId: `${clientOrderId}-rest`,
      side: "buy",
      type: "limit",
      timeInForce: "gtc",
      priceTicks: 5_000_000,
    });
    await run(10 * minute);
    void rest.cancelAll(bitcoin);
    most = Math.max(most, stream.listenKeys);
  }
  await run(minute);
  assertTold(told, { simulator, bitcoin });
  assertEquals([told.connection, told.fills.length >= 300, stream.decodeErrors], [["live"], true, 0]);
  assert(most <= 4, `${most} listen keys at once`);
  stream.stop();
  await run(minute);
  await stream.finished();
  const keys = sender.send({ method: "GET", path: "/api/v3/userDataStream", parameters: [] });
  await run(minute);
  assertEquals(JSON.parse((await keys).text), { listenKey: [] });
  await simulator.stop();
});
