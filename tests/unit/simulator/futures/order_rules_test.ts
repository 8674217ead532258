import { assertEquals } from "@std/assert";
import { setContractTerms } from "../../../../src/simulator/futures/contract_terms.ts";
import type { PositionSlot } from "../../../../src/simulator/trading/futures_contract.ts";
import { ContractFloor, reasonOf, usdt } from "./contract_floor.ts";

Deno.test("FuturesTrading numbers orders beyond 2^53", () => {
  const box = new ContractFloor("1000");
  assertEquals(box.place(0, "buy", 1, 799_000).id, "299207900263708001");
  assertEquals(box.place(0, "buy", 1, 799_000).id, "299207900263708002");
});

Deno.test("FuturesTrading refuses what its rules forbid, with the reason, and keeps nothing of it", () => {
  const box = new ContractFloor("1000");
  setContractTerms(box.btc, { ordersLimit: 3 });
  box.market(0, "buy", 100);
  const before = box.floor.ledger.length;
  const cases: [reason: string, act: () => unknown][] = [
    ["would-take", () => box.place(0, "buy", 1, 800_010, { timeInForce: "poc" })],
    ["not-fillable", () => box.place(0, "buy", 1001, 800_010, { timeInForce: "fok" })],
    ["price-deviates", () => box.place(0, "buy", 1, 824_001)],
    ["price-deviates", () => box.place(0, "sell", 1, 775_999)],
    ["reduce-only-increases", () => box.place(0, "buy", 1, 799_000, { reduceOnly: true })],
    ["insufficient-balance", () => box.place(0, "buy", 2000, 799_000)],
    ["risk-limit-exceeded", () => box.place(0, "buy", 125_001, 800_000)],
    ["position-mode", () => box.market(0, "sell", 0, { close: "dual_long" })],
  ];
  for (const [reason, act] of cases) assertEquals(reasonOf(act), reason);
  assertEquals(box.floor.ledger.length, before);
  for (let count = 0; count < 3; count++) box.place(0, "buy", 1, 799_000, { clientId: `t-${count}` });
  assertEquals(reasonOf(() => box.place(0, "buy", 1, 799_000)), "too-many-orders");
  box.futures.cancel(box.futures.store(box.accounts[0]!).open[0]!);
  assertEquals(reasonOf(() => box.place(0, "buy", 1, 799_000, { clientId: "t-1" })), "duplicate-client-id");
  assertEquals(reasonOf(() => box.place(0, "buy", 1, 824_000)), "accepted");
});

Deno.test("FuturesTrading accepts limits exactly at the edge of the price band", () => {
  const box = new ContractFloor("1000");
  assertEquals(box.place(0, "sell", 1, 824_000).status, "open");
  assertEquals(box.place(0, "buy", 1, 776_000).status, "open");
});

Deno.test("FuturesTrading lets a market order trade as far as its slippage from the mark price", () => {
  const box = new ContractFloor("1000000");
  const { btc } = box;
  for (const tick of [830_000, 839_999, 840_000, 840_001]) btc.quote("ask", tick, 5, 0);
  assertEquals(box.market(0, "buy", 8100).filledLots, 8015);
  box.move(btc, 800_000);
  assertEquals(box.market(0, "buy", 8100, { slipRatio: 0.00005 }).filledLots, 4000);
  assertEquals(box.market(0, "sell", 20_000, { slipRatio: 0 }).filledLots, 0);
  for (const side of ["bid", "ask"] as const) {
    for (let rank = 1; rank <= 8; rank++) btc.quote(side, 800_000 + (side === "ask" ? 10 : -10) * rank, 0, 0);
  }
  assertEquals(reasonOf(() => box.market(0, "sell", 1)), "no-liquidity");
});

Deno.test("FuturesTrading sheds older reduce-only orders for a newer one, and cuts them with the position", () => {
  const box = new ContractFloor("100000");
  box.market(0, "buy", 100);
  const first = box.place(0, "sell", 60, 801_000, { reduceOnly: true });
  const second = box.place(0, "sell", 40, 802_000, { reduceOnly: true });
  const third = box.place(0, "sell", 50, 803_000, { reduceOnly: true });
  assertEquals([first.finish, second.status, third.status], ["reduce_out", "open", "open"]);
  box.market(0, "sell", 30);
  // 70 lots are left for 90: the older order gives way.
  assertEquals([second.openLots, third.openLots], [20, 50]);
  box.market(0, "sell", 100);
  assertEquals([second.finish, third.finish], ["reduce_only", "reduce_only"]);
  assertEquals(box.position(0).size, -30);
  assertEquals([second.leftLots, second.openLots], [40, 0]);
});

Deno.test("FuturesTrading fills a reduce-only order no further than the position, even within one sweep", () => {
  const box = new ContractFloor("100000");
  box.market(0, "buy", 10);
  const plain = box.place(0, "sell", 10, 800_005);
  const reducing = box.place(0, "sell", 10, 800_006, { reduceOnly: true });
  assertEquals(reducing.openLots, 10);
  box.btc.take("bid", 800_006, 20, 0);
  assertEquals([plain.finish, reducing.filledLots, box.position(0).size], ["filled", 0, 0]);
  assertEquals(reducing.finish, "reduce_only");
  const large = new ContractFloor("100000");
  large.market(0, "buy", 10);
  const order = large.market(0, "sell", 25, { reduceOnly: true });
  assertEquals([order.filledLots, order.leftLots, order.finish], [10, 15, "reduce_only"]);
});

Deno.test("FuturesTrading closes a position with its own side and size", () => {
  const box = new ContractFloor("100000");
  box.market(0, "sell", 70);
  const order = box.market(0, "buy", 0, { close: "single", attributes: { text: "web" } });
  assertEquals([order.orderSide, order.lots, order.finish], ["buy", 70, "filled"]);
  assertEquals(reasonOf(() => box.market(0, "buy", 0, { close: "single" })), "position-empty");
  assertEquals(box.futures.closes(box.accounts[0]!)[0]!.text, "web");
});

Deno.test("FuturesTrading keeps long and short side by side in dual mode", () => {
  const box = new ContractFloor("100000");
  const account = box.accounts[0]!;
  box.place(0, "buy", 1, 799_000);
  assertEquals(reasonOf(() => box.futures.setMode(account, "dual")), "orders-pending");
  box.futures.cancel(box.futures.store(account).open[0]!);
  box.futures.setMode(account, "dual");
  box.market(0, "buy", 50);
  box.market(0, "sell", 30);
  const sizes = (): number[] =>
    (["dual_long", "dual_short"] as PositionSlot[]).map((slot) => box.position(0, slot).size);
  assertEquals(sizes(), [50, -30]);
  box.market(0, "sell", 20, { reduceOnly: true });
  box.market(0, "buy", 30, { reduceOnly: true });
  assertEquals(sizes(), [30, 0]);
  assertEquals(reasonOf(() => box.market(0, "buy", 1, { reduceOnly: true })), "position-empty");
  assertEquals(reasonOf(() => box.futures.setMode(account, "single")), "position-exists");
  assertEquals(reasonOf(() => box.futures.setLeverage(box.key(0), 5)), "position-mode");
  box.market(0, "sell", 0, { close: "dual_long" });
  assertEquals(sizes(), [0, 0]);
  box.futures.setMode(account, "single");
});

Deno.test("FuturesTrading amends size and price by priority, and cancels when the size is filled", () => {
  const box = new ContractFloor("100000", "100000");
  const order = box.place(0, "buy", 10, 800_000);
  const rival = box.place(1, "buy", 10, 800_000);
  box.futures.amend(order, { lots: 8 });
  assertEquals(box.btc.matching.ahead(rival), 8);
  box.futures.amend(order, { lots: 9 });
  assertEquals(box.btc.matching.ahead(order), 10);
  assertEquals(reasonOf(() => box.futures.amend(order, { tick: 800_000, lots: 9 })), "no-change");
  box.btc.take("ask", 800_000, 14, 0);
  assertEquals([rival.finish, order.filledLots], ["filled", 4]);
  box.futures.amend(order, { lots: 4 });
  assertEquals([order.finish, order.leftLots], ["cancelled", 5]);
  assertEquals(reasonOf(() => box.futures.amend(order, { lots: 20 })), "order-not-open");
  const crossing = box.place(0, "buy", 10, 799_000);
  box.futures.amend(crossing, { tick: 800_010 });
  assertEquals([crossing.finish, box.position(0).size], ["filled", 14]);
  const post = box.place(0, "buy", 10, 799_000, { timeInForce: "poc" });
  assertEquals(reasonOf(() => box.futures.amend(post, { tick: 800_010 })), "would-take");
  assertEquals([post.tick, post.status, post.openLots], [799_000, "open", 10]);
});

Deno.test("FuturesTrading prevents self-trades by the taker's action", () => {
  for (
    const [stpAction, taker, maker] of [
      ["cancel-newest", "stp", "open"],
      ["cancel-oldest", "open", "finished"],
      ["cancel-both", "stp", "finished"],
    ] as const
  ) {
    const box = new ContractFloor("100000");
    const resting = box.place(0, "sell", 5, 800_002, { stpGroup: 7 });
    const order = box.place(0, "buy", 5, 800_002, { stpGroup: 7, stpAction });
    assertEquals([order.finish ?? order.status, resting.status], [taker, maker]);
    assertEquals(box.view(0).history.fee, 0n);
  }
});

Deno.test("FuturesTrading binds margin and fee for what opens, and nothing for what closes", () => {
  const box = new ContractFloor("10000");
  box.futures.setLeverage(box.key(0), 20);
  // 100 lots at 80,000 are 800 USDT: 40 of margin and 0.4 of fee.
  assertEquals(box.place(0, "buy", 100, 800_000).locked, usdt("40.4"));
  box.futures.cancel(box.futures.store(box.accounts[0]!).open[0]!);
  box.market(0, "buy", 100);
  const closing = box.place(0, "sell", 60, 800_100);
  const both = box.place(0, "sell", 60, 800_200);
  // 40 close, 20 open at 80,020: 160.04 USDT.
  assertEquals([closing.locked, both.locked], [0n, usdt("8.08202")]);
  box.futures.cancel(closing);
  assertEquals(both.locked, 0n);
});

Deno.test("FuturesTrading cancels an order that closed, now opens, and cannot be afforded", () => {
  const box = new ContractFloor("50");
  box.futures.setLeverage(box.key(0), 20);
  box.futures.setLeverage(box.key(0, "single", box.xrp), 0, 3);
  box.market(0, "buy", 100);
  box.market(0, "buy", 1, { instrument: box.xrp });
  const closing = box.place(0, "sell", 100, 801_000);
  assertEquals(closing.locked, 0n);
  box.move(box.btc, 790_000);
  box.market(0, "sell", 100, { reduceOnly: true });
  // The lots open a short now: 40 of margin, and some 33 are left.
  assertEquals([closing.finish, closing.filledLots, box.view(0).orderMargin], ["cancelled", 0, 0n]);
});

Deno.test("FuturesTrading lets orders only reduce while a contract is delisted, and then closes at the mark price", () => {
  const box = new ContractFloor("10000", "10000");
  box.market(0, "buy", 100);
  box.market(1, "sell", 50);
  const reducing = box.place(0, "sell", 10, 801_000, { reduceOnly: true });
  const opening = box.place(1, "sell", 10, 801_000);
  box.btc.listing.beginDelisting(box.clock.epochMs() + 1000);
  assertEquals([opening.finish, reducing.status], ["delisted", "open"]);
  assertEquals(reasonOf(() => box.place(0, "buy", 1, 799_000)), "delisting");
  assertEquals(reasonOf(() => box.place(0, "sell", 91, 801_000)), "delisting");
  assertEquals(reasonOf(() => box.place(0, "sell", 90, 801_000)), "accepted");
  box.move(box.btc, 801_000);
  const before = [box.view(0), box.view(1)];
  box.btc.listing.delist(box.clock.epochMs());
  const after = [box.view(0), box.view(1)];
  for (const index of [0, 1]) {
    assertEquals(after[index]!.total, before[index]!.total + before[index]!.unrealisedPnl);
    assertEquals(after[index]!.orderMargin, 0n);
    assertEquals(box.position(index).size, 0);
  }
  assertEquals(reducing.finish, "delisted");
  assertEquals(reasonOf(() => box.place(0, "buy", 1, 799_000)), "halted");
  assertEquals(box.futures.house.positions.get(box.btc), 0);
  assertEquals(box.futures.publicLiquidations, []);
});
