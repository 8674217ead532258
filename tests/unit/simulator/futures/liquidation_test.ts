import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { MarketTrade } from "../../../../src/simulator/market/market_trade.ts";
import type { Liquidation, PositionClose } from "../../../../src/simulator/trading/futures_contract.ts";
import { ContractFloor, usdt } from "./contract_floor.ts";

Deno.test("FuturesTrading takes an isolated position over at its bankruptcy price, and its margin is gone", () => {
  const box = new ContractFloor("1000", "1000");
  const told: { liquidation?: Liquidation; close?: PositionClose; trades: MarketTrade[] } = { trades: [] };
  box.futures.events.listen({
    onLiquidation: (liquidation) => told.liquidation = liquidation,
    onPositionClose: (close) => told.close = close,
  }, "1");
  box.btc.listen({ onTrade: (trade) => told.trades.push(trade) });
  box.futures.setLeverage(box.key(0), 20);
  box.place(1, "sell", 100, 800_000);
  box.place(0, "buy", 100, 800_000);
  const resting = box.place(0, "sell", 50, 801_000);
  told.trades.length = 0;
  // 800 of value, 40 of margin: liquidation where 40 − loss = 1.05 % of what is left of the value.
  const price = (800 - 40) / (100 * 0.0001 * (1 - 0.0105));
  assertAlmostEquals(box.position(0).liquidationPrice, price, 1e-6);
  const cash = box.view(0).total;
  const volume = box.btc.statistics.volumeLots;
  box.move(box.btc, Math.ceil(price * 10));
  assertEquals(box.position(0).size, 100);
  box.move(box.btc, Math.floor(price * 10));
  assertEquals([box.position(0).size, box.position(0).margin, resting.finish], [0, 0n, "liquidated"]);
  assertEquals(box.view(0).total, cash - usdt("40"));
  const { liquidation, close, trades } = told;
  assertEquals([liquidation!.size, liquidation!.fillTick, liquidation!.margin], [100, 760_000, usdt("40")]);
  assertEquals(trades, [{
    id: trades[0]!.id,
    takerSide: "sell",
    tick: 760_000,
    lots: 100,
    timeMs: box.clock.epochMs(),
    internal: true,
  }]);
  assertEquals(box.btc.trades.latest(2).map(({ internal }) => internal), [true, undefined]);
  assertEquals(box.btc.statistics.volumeLots, volume);
  const { order } = liquidation!;
  assertEquals([order.finish, order.attributes["isLiquidation"], order.fees.get("USDT")], [
    "filled",
    true,
    0n,
  ]);
  assertEquals([close!.text, close!.pnlPnl], [`liq-${order.id}`, usdt("-40")]);
  assertEquals(box.futures.publicLiquidations, [liquidation]);
  assertEquals(box.futures.liquidations(box.accounts[0]!), [liquidation]);
  assertEquals(box.futures.house.positions.get(box.btc), 100);
});

Deno.test("FuturesTrading gives what a tick leaves of the margin to the insurance fund", () => {
  const box = new ContractFloor("1000");
  box.futures.setLeverage(box.key(0), 30);
  box.place(0, "buy", 100, 800_010);
  // 800.01 of value, 26.667 of margin: bankrupt at 77,334.3, which is on the grid; one third of a tick is not.
  box.futures.changeMargin(box.key(0), usdt("0.0003"));
  box.move(box.btc, 770_000);
  assertEquals(box.futures.house.insurance, usdt("0.0003"));
  assertEquals(box.view(0).total, usdt("1000") - usdt("0.400005") - usdt("26.6673"));
});

Deno.test("FuturesTrading liquidates exactly beyond the liquidation price that it states", () => {
  const property = fc.property(
    fc.constantFrom("buy" as const, "sell" as const),
    fc.integer({ min: 1, max: 900 }),
    fc.constantFrom(2, 5, 12, 33, 50),
    fc.boolean(),
    (side, lots, leverage, cross) => {
      const box = new ContractFloor("1000000", cross ? "800" : "1000000");
      box.futures.setLeverage(box.key(1), cross ? 0 : leverage, cross ? 50 : undefined);
      box.place(0, side === "buy" ? "sell" : "buy", lots, 800_000);
      box.place(1, side, lots, 800_000, { timeInForce: "ioc" });
      const tick = box.position(1).liquidationPrice * 10;
      if (tick === 0) return;
      const sign = side === "buy" ? 1 : -1;
      const safe = sign > 0 ? Math.ceil(tick + 0.001) : Math.floor(tick - 0.001);
      box.move(box.btc, safe);
      assertEquals(box.position(1).size, sign * lots);
      box.move(box.btc, safe - sign);
      assertEquals(box.position(1).size, 0);
      assert(box.view(1).total >= 0n);
    },
  );
  fc.assert(property, { numRuns: 60, seed: 5 });
});

Deno.test("FuturesTrading lets the insurance fund pay what a cross account cannot", () => {
  const box = new ContractFloor("100", "1000");
  box.futures.setLeverage(box.key(0), 0, 50);
  box.futures.setLeverage(box.key(0, "single", box.xrp), 3);
  box.market(0, "buy", 400);
  box.futures.place(box.accounts[0]!, {
    instrument: box.xrp,
    side: "buy",
    kind: "market",
    timeInForce: "ioc",
    tick: Infinity,
    lots: 2,
    clientId: "",
  });
  const isolated = box.view(0).isolatedPositionMargin;
  assert(isolated > 0n);
  box.move(box.btc, 700_000);
  assertEquals(box.position(0).size, 0);
  // The isolated position keeps its margin; everything else is gone, and not more than that.
  assertEquals(box.view(0).total, isolated);
  assertEquals(box.view(0).available, 0n);
  assert(box.futures.house.insurance < 0n);
  assertEquals(box.position(0, "single", box.xrp).size, 2);
});

Deno.test("FuturesTrading liquidates cross positions worst first, and only those", () => {
  const box = new ContractFloor("150");
  const account = box.accounts[0]!;
  const order: string[] = [];
  box.futures.events.listen({ onLiquidation: ({ instrument }) => order.push(instrument.spec.base) });
  for (const instrument of [box.btc, box.xrp]) {
    box.futures.setLeverage(box.key(0, "single", instrument), 0, 50);
    const terms = { kind: "market", timeInForce: "ioc", tick: Infinity, clientId: "", side: "buy" } as const;
    box.futures.place(account, { ...terms, instrument, lots: instrument === box.btc ? 200 : 60 });
  }
  box.move(box.btc, 797_000);
  box.move(box.xrp, 23_000);
  assertEquals(order, ["XRP", "BTC"]);
  assertEquals(box.view(0).positionMargin, 0n);
  assert(box.view(0).total >= 0n && box.view(0).total < 10n);
});

Deno.test("Funding moves −size · contract · mark · rate between longs, shorts and the house", () => {
  const box = new ContractFloor("1000", "1000", "1000");
  box.futures.setLeverage(box.key(0), 10);
  box.place(1, "sell", 100, 800_000);
  box.place(0, "buy", 100, 800_000);
  box.market(2, "sell", 30);
  box.move(box.btc, 801_000);
  const before = [0, 1, 2].map((index) => box.view(index).total);
  const crowd = box.futures.house.crowd.get("USDT") ?? 0n;
  box.futures.settleFunding(box.btc, "0.000125");
  // 100 lots at 80,100 are 801 USDT; 0.0125 % of that.
  const paid = ["-0.100125", "0.100125", "0.0300375"].map(usdt);
  assertEquals([0, 1, 2].map((index) => box.view(index).total - before[index]!), paid);
  assertEquals([0, 1, 2].map((index) => box.position(index).pnlFund), paid);
  assertEquals([0, 1, 2].map((index) => box.view(index).history.fund), paid);
  assertEquals(box.futures.house.crowd.get("USDT"), crowd - usdt("0.0300375"));
  assertEquals(box.floor.ledger.entries().filter(({ cause }) => cause === "funding").length, 3);
});

Deno.test("Funding that the free cash cannot pay comes out of the position's own margin, and may liquidate it", () => {
  const box = new ContractFloor("81");
  box.futures.setLeverage(box.key(0), 10);
  box.place(0, "buy", 100, 800_010);
  const before = box.view(0);
  assertEquals(before.isolatedPositionMargin, usdt("80.001"));
  box.futures.settleFunding(box.btc, "0.01");
  // 8 USDT are due and 0.598995 are free.
  assertEquals(box.view(0).isolatedPositionMargin, usdt("80.001") - usdt("8") + usdt("0.598995"));
  assertEquals(box.view(0).available, 0n);
  for (let count = 0; count < 9; count++) box.futures.settleFunding(box.btc, "0.01");
  assertEquals(box.futures.liquidations(box.accounts[0]!).length, 1);
  assertEquals([box.position(0).size, box.view(0).total], [0, 0n]);
});
