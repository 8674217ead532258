import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import type { BalanceSnapshot } from "../../../src/core/balance.ts";
import { baseQuantity } from "../../../src/core/units.ts";
import { DeskAccounts } from "../../../src/execution/desk_accounts.ts";
import { FlowWorld } from "../../support/flow_world.ts";
import { requestOf } from "../../support/order_messages.ts";

/** Accounts over scripted venues with 1,000 USDT and 5 HYPE each. */
async function bench(): Promise<
  { world: FlowWorld; accounts: DeskAccounts; give(usdt: number, hype: number): void }
> {
  const world = new FlowWorld();
  const { clock, logger, venues, ledger } = world;
  const accounts = new DeskAccounts({ clock, logger, venues, ledger });
  const give = (usdt: number, hype: number): void => {
    for (const venue of venues.values()) {
      const balance = (coin: string, available: number): BalanceSnapshot => ({
        ...{ exchange: venue.exchange, coin, available, locked: 0, time: clock.epochMs() },
      });
      venue.onBalances = () => [balance("USDT", usdt), balance("HYPE", hype)];
    }
  };
  give(1_000, 5);
  for (const exchange of venues.keys()) accounts.onConnection(exchange, "live");
  assertEquals(accounts.free("MEXC_SPOT", "USDT"), 0, "not known yet");
  await world.pass(10);
  return { world, accounts, give };
}

Deno.test("What is free is known after the venue has told it, while its connection lives", async () => {
  const { world, accounts } = await bench();
  assertEquals([accounts.free("MEXC_SPOT", "USDT"), accounts.free("MEXC_SPOT", "BTC")], [1_000, 0]);
  world.mexc.isLive = false;
  assertEquals([accounts.isOpen("MEXC_SPOT"), accounts.free("MEXC_SPOT", "USDT")], [false, 0]);
  accounts.onConnection("MEXC_SPOT", "lost");
  world.mexc.isLive = true;
  assertEquals(accounts.free("MEXC_SPOT", "USDT"), 0);
  await world.pass(5);
  accounts.onConnection("MEXC_SPOT", "live");
  await world.pass(10);
  assertEquals(accounts.free("MEXC_SPOT", "USDT"), 1_000);
});

Deno.test("An order binds its money at its limit with the fee, its coins, or nothing where it closes", async () => {
  const { world, accounts } = await bench();
  const [mexc, futures] = [world.of(world.mexc), world.of(world.futures)];
  // 10 lots of 0.01 at 1,000 ticks of 0.001; 10 contracts of 0.1.
  assertEquals(accounts.needOf(requestOf(mexc)), { coin: "USDT", amount: 0.1 * (1 + mexc.takerFee) });
  assertEquals(accounts.needOf(requestOf(mexc, { side: "sell" })), { coin: "HYPE", amount: 0.1 });
  const short = requestOf(futures, { side: "sell" });
  assertEquals(accounts.needOf(short), { coin: "USDT", amount: 1 * (1 + futures.takerFee) });
  assertEquals(accounts.needOf({ ...short, reduceOnly: true }), { coin: "USDT", amount: 0 });
  const request = requestOf(mexc, { lots: 1_000, priceTicks: 40_000 });
  accounts.reserve(request);
  assertAlmostEquals(accounts.free("MEXC_SPOT", "USDT"), 1_000 - 400 * (1 + mexc.takerFee), 1e-9);
});

Deno.test("Money of an ended order is free again with the next balances, which are asked for soon", async () => {
  const { world, accounts, give } = await bench();
  const request = requestOf(world.of(world.mexc), { lots: 1_000, priceTicks: 40_000 });
  accounts.reserve(request);
  accounts.release(request);
  assert(accounts.free("MEXC_SPOT", "USDT") < 700);
  give(600, 15);
  const before = world.mexc.moments("balances").length;
  accounts.sweep();
  assertEquals(world.mexc.moments("balances").length, before, "the last question is young");
  await world.pass(500);
  accounts.sweep();
  await world.pass(10);
  assertEquals(accounts.free("MEXC_SPOT", "USDT"), 600);
  assertEquals(world.gate.moments("balances").length, 1);
  await world.pass(10_000);
  accounts.sweep();
  assertEquals(world.gate.moments("balances").length, 2);
});

Deno.test("Coins that are told just after the question may be from before it: they are asked for soon", async () => {
  const { world, accounts, give } = await bench();
  const { clock } = world;
  accounts.takeBalance({
    ...{ exchange: "MEXC_SPOT", coin: "HYPE", available: 25, locked: 0, time: clock.epochMs() },
  });
  give(1_000, 25);
  assertEquals(accounts.free("MEXC_SPOT", "HYPE"), 5);
  await world.pass(500);
  accounts.sweep();
  await world.pass(10);
  assertEquals(accounts.free("MEXC_SPOT", "HYPE"), 25);
  await world.pass(600);
  const before = world.mexc.moments("balances").length;
  accounts.sweep();
  assertEquals(world.mexc.moments("balances").length, before, "nothing is in doubt");
});

Deno.test("Sweeps do not ask again while an answer is on its way, so a slow venue is heard", async () => {
  const { world, accounts, give } = await bench();
  const request = requestOf(world.of(world.mexc), { lots: 1_000, priceTicks: 40_000 });
  accounts.reserve(request);
  accounts.release(request);
  give(600, 15);
  world.mexc.wayMs = 1_800;
  for (let turn = 0; turn < 12; turn++) {
    await world.pass(250);
    accounts.sweep();
  }
  assertEquals(accounts.free("MEXC_SPOT", "USDT"), 600);
});

Deno.test("A failed question is asked again in a second while the venue is connected; another error is a defect", async () => {
  const { world, accounts } = await bench();
  const answer = world.mexc.onBalances;
  world.mexc.onBalances = () => world.mexc.fail();
  accounts.onConnection("MEXC_SPOT", "lost");
  accounts.onConnection("MEXC_SPOT", "live");
  await world.pass(2_500);
  assertEquals([accounts.isOpen("MEXC_SPOT"), world.mexc.moments("balances").length], [false, 4]);
  assertEquals(world.logger.messages("warn"), ["No balances", "No balances", "No balances"]);
  world.mexc.onBalances = answer;
  await world.pass(1_000);
  assert(accounts.isOpen("MEXC_SPOT"));
  world.gate.onBalances = () => {
    throw new TypeError("a defect");
  };
  const refreshed = accounts.refresh("GATEIO_SPOT");
  const rejected = assertRejects(() => refreshed, TypeError, "a defect");
  await world.pass(10);
  await rejected;
});

Deno.test("An answer that was asked for before the connection was lost is not taken", async () => {
  const { world, accounts, give } = await bench();
  world.mexc.wayMs = 1_000;
  void accounts.refresh("MEXC_SPOT");
  give(1, 1);
  await world.pass(500);
  accounts.onConnection("MEXC_SPOT", "lost");
  accounts.onConnection("MEXC_SPOT", "live");
  await world.pass(700);
  assertEquals(accounts.isOpen("MEXC_SPOT"), false);
  await world.pass(2_000);
  assertEquals(accounts.free("MEXC_SPOT", "USDT"), 1);
});

Deno.test("Loss and return in the same moment end in a known account", async () => {
  const { world, accounts } = await bench();
  world.mexc.wayMs = 0;
  accounts.onConnection("MEXC_SPOT", "lost");
  accounts.onConnection("MEXC_SPOT", "live");
  await world.pass(50);
  assert(accounts.isOpen("MEXC_SPOT"));
});

Deno.test("Room to trade is coins on spot, and money at the price and what a position gives up on futures", async () => {
  const { world, accounts } = await bench();
  const [mexc, futures] = [world.of(world.mexc), world.of(world.futures)];
  assertEquals(accounts.room(mexc, "sell", 40), 5);
  assertAlmostEquals(accounts.room(mexc, "buy", 40), 1_000 / (40 * (1 + mexc.takerFee)), 1e-9);
  assertEquals(accounts.room(mexc, "buy", NaN), 0);
  world.ledger.adjust(futures, baseQuantity(-3), 40);
  assertEquals([accounts.closable(futures, "buy"), accounts.closable(futures, "sell")], [3, 0]);
  assertEquals(accounts.closable(mexc, "sell"), 0);
  assertEquals(accounts.room(futures, "buy", NaN), 3);
  assertAlmostEquals(accounts.room(futures, "buy", 40), 3 + 1_000 / (40 * (1 + futures.takerFee)), 1e-9);
  world.futures.isLive = false;
  assertEquals([accounts.closable(futures, "buy"), accounts.room(futures, "buy", 40)], [0, 0]);
});

Deno.test("Accounts that are stopped ask nothing more", async () => {
  const { world, accounts } = await bench();
  world.mexc.onBalances = () => world.mexc.fail();
  void accounts.refresh("MEXC_SPOT");
  accounts.stop();
  await world.pass(5_000);
  assertEquals(world.mexc.moments("balances").length, 2);
});
