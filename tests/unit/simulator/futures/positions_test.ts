import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { contractTerms, riskTiers } from "../../../../src/simulator/futures/contract_terms.ts";
import { maintenanceMargin, takeoverTick } from "../../../../src/simulator/futures/margin_rules.ts";
import { markTick } from "../../../../src/simulator/futures/mark_price.ts";
import { ContractFloor, reasonOf, usdt } from "./contract_floor.ts";

Deno.test("FuturesTrading averages entries, releases them in proportion and splits a flip", () => {
  const box = new ContractFloor("10000", "10000");
  const fills: { closed: number; pnl: bigint; fee: bigint }[] = [];
  box.futures.events.listen({
    onFill: ({ closedLots, pnl, fee }) => fills.push({ closed: closedLots, pnl, fee }),
  }, "1");
  const trade = (side: "buy" | "sell", lots: number, tick: number): void => {
    box.place(1, side === "buy" ? "sell" : "buy", lots, tick);
    box.place(0, side, lots, tick, { timeInForce: "ioc" });
  };
  trade("buy", 100, 800_000);
  trade("buy", 50, 800_003);
  assertEquals(box.position(0).entryValue, usdt("1200.0015"));
  assertAlmostEquals(box.position(0).entryPrice, 80_000.1, 1e-9);
  trade("sell", 60, 800_006);
  // 60 of 150: 480.0006 of entry against 480.0036.
  assertEquals(fills[2], { closed: 60, pnl: usdt("0.003"), fee: usdt("0.2400018") });
  trade("sell", 100, 799_991);
  // 90 close: 719.9919 − 720.0009; 10 open a short.
  assertEquals([fills[3]!.closed, fills[3]!.pnl], [90, usdt("-0.009")]);
  const position = box.position(0);
  assertEquals([position.size, position.entryValue], [-10, usdt("-79.9991")]);
  const [close] = box.futures.closes(box.accounts[0]!);
  assertEquals([close!.side, close!.maxSize, close!.accumSize, close!.pnlPnl], [
    "long",
    150,
    150,
    usdt("-0.006"),
  ]);
  assertAlmostEquals(close!.entryPrice, 80_000.1, 1e-9);
  assertAlmostEquals(close!.exitPrice, (60 * 80_000.6 + 90 * 79_999.1) / 150, 1e-9);
  // Of the fee of the flip nine tenths are the long's.
  const fee = usdt("0.4") + usdt("0.20000075") + usdt("0.2400018") + usdt("0.39999550") * 9n / 10n;
  assertEquals(close!.pnlFee, -fee);
  assertEquals(position.pnlFee, -(usdt("0.3999955") - usdt("0.39999550") * 9n / 10n));
  assertEquals([position.historyPnl, position.lastClosePnl], [close!.pnl, close!.pnl]);
  assertEquals(close!.pnl, close!.pnlPnl + close!.pnlFee);
});

Deno.test("FuturesTrading pays a maker rebate out of the fees", () => {
  const box = new ContractFloor("10000");
  (box.accounts[0]!.fees as Map<string, unknown>).set("GATEIO_FUTURES", { maker: -0.0001, taker: 0.0005 });
  box.place(0, "buy", 100, 800_000);
  box.btc.take("ask", 800_000, 100, 0);
  assertEquals(box.view(0).history.fee, usdt("0.08"));
  assertEquals(box.futures.house.fees.get("USDT"), usdt("-0.08"));
});

Deno.test("FuturesTrading states an account as section 6.8 does", () => {
  const box = new ContractFloor("10000");
  box.futures.setLeverage(box.key(0), 0, 10);
  box.futures.setLeverage(box.key(0, "single", box.xrp), 5);
  box.place(0, "buy", 100, 800_010);
  box.move(box.btc, 799_000);
  box.futures.place(box.accounts[0]!, {
    instrument: box.xrp,
    side: "sell",
    kind: "limit",
    timeInForce: "gtc",
    tick: 24_990,
    lots: 20,
    clientId: "",
  });
  const view = box.view(0);
  // Bought 100 lots at 80,001; sold 20 lots of 10 XRP at 2.499 for 499.8 USDT, margin 99.96.
  const cash = usdt("10000") - usdt("0.400005") - usdt("0.2499");
  const initial = usdt("799") / 10n + usdt("799") * 5n / 10_000n;
  assertEquals(view.total, cash);
  assertEquals(view.crossInitialMargin, initial);
  assertEquals(view.crossMaintenanceMargin, usdt("799") * 105n / 10_000n);
  assertEquals(view.crossUnrealisedPnl, usdt("-1.01"));
  assertEquals(view.isolatedPositionMargin, usdt("99.96"));
  assertEquals(view.available, cash - usdt("99.96") - initial - usdt("1.01"));
  assertEquals(view.unrealisedPnl, usdt("-1.01") + usdt("499.8") - usdt("500"));
  assertEquals(view.crossMarginBalance, cash - usdt("99.96") - usdt("1.01"));
});

Deno.test("Tiers let the maintenance margin grow without steps", () => {
  const { btc } = new ContractFloor();
  const terms = contractTerms(btc);
  const tiers = riskTiers(terms);
  assertEquals(tiers.map(({ maintenanceRate }) => maintenanceRate).slice(0, 3), [0.01, 0.015, 0.02]);
  assertEquals(tiers.map(({ deduction }) => deduction).slice(0, 3), [0n, usdt("5000"), usdt("15000")]);
  for (const { riskLimit } of tiers.slice(0, -1)) {
    const step = maintenanceMargin(terms, riskLimit + 1000n, 0.0005) -
      maintenanceMargin(terms, riskLimit, 0.0005);
    assert(step >= 0n && step < 1000n);
  }
});

Deno.test("The takeover price loses no more than the margin, and a tick further would", () => {
  const tickLot = usdt("0.00001");
  for (const size of [7, -7]) {
    for (let loss = 0n; loss < 40n; loss++) {
      const entry = BigInt(size) * 8000n * tickLot + 3n;
      const tick = takeoverTick(entry, loss * tickLot, size, tickLot);
      const lost = (at: number): bigint => entry - BigInt(size * at) * tickLot;
      assert(lost(tick) <= loss * tickLot);
      assert(lost(tick - Math.sign(size)) > loss * tickLot);
    }
  }
});

Deno.test("The mark price follows the crowd within half a percent of the index, whatever users quote", () => {
  const box = new ContractFloor("100000");
  const { btc } = box;
  assertEquals(markTick(btc), 800_000);
  box.place(0, "buy", 10, 800_009);
  assertEquals(markTick(btc), 800_000);
  btc.indexPrice = 79_000;
  assertEquals(markTick(btc), Math.round(790_000 * 1.005));
  btc.indexPrice = 81_000;
  assertEquals(markTick(btc), Math.round(810_000 * 0.995));
  assertEquals(box.futures.markPrice(btc), 80_595);
});

Deno.test("Leverage changes re-margin an open position, or are refused and change nothing", () => {
  const box = new ContractFloor("1000");
  box.futures.setLeverage(box.key(0), 20);
  box.market(0, "buy", 1000);
  const margin = (): bigint => box.position(0).margin;
  assertEquals(margin(), usdt("400.005"));
  const { available } = box.view(0);
  box.futures.setLeverage(box.key(0), 10);
  assertEquals(margin(), usdt("800.01"));
  assertEquals(box.view(0).available, available - usdt("400.005"));
  const cases: [reason: string, act: () => unknown][] = [
    ["insufficient-balance", () => box.futures.setLeverage(box.key(0), 5)],
    ["leverage-too-high", () => box.futures.setLeverage(box.key(0), 51)],
    ["leverage-too-high", () => box.futures.setLeverage(box.key(0), 0, 51)],
    ["leverage-too-low", () => box.futures.setLeverage(box.key(0), 0.5)],
    ["leverage-too-low", () => box.futures.setLeverage(box.key(0), NaN)],
    ["margin-too-low", () => box.futures.changeMargin(box.key(0), -1n)],
    ["insufficient-balance", () => box.futures.changeMargin(box.key(0), usdt("300"))],
    ["position-empty", () => box.futures.changeMargin(box.key(0, "single", box.xrp), 1n)],
    ["leverage-too-high", () => {
      box.futures.setLeverage(box.key(0, "single", box.xrp), 50);
      box.futures.setRiskLimit(box.key(0, "single", box.xrp), usdt("2000000"));
    }],
    ["risk-limit-exceeded", () => box.futures.setRiskLimit(box.key(0), usdt("8000001"))],
    ["risk-limit-exceeded", () => box.futures.setRiskLimit(box.key(0), usdt("999999"))],
  ];
  for (const [reason, act] of cases) assertEquals(reasonOf(act), reason);
  assertEquals([margin(), box.position(0).leverage], [usdt("800.01"), 10]);
  box.move(box.btc, 790_000);
  // A margin of 160 against 80 lost and 83 of maintenance.
  assertEquals(reasonOf(() => box.futures.setLeverage(box.key(0), 50)), "would-liquidate");
  box.futures.setMarginMode(box.key(0), "cross");
  assertEquals([margin(), box.position(0).leverage, box.position(0).crossLeverageLimit], [
    usdt("790"),
    0,
    10,
  ]);
  assertEquals(reasonOf(() => box.futures.changeMargin(box.key(0), 1n)), "cross-margin");
  box.futures.setMarginMode(box.key(0), "isolated");
  assertEquals([margin(), box.position(0).leverage], [usdt("800.01"), 10]);
  box.futures.changeMargin(box.key(0), usdt("5"));
  box.futures.changeMargin(box.key(0), usdt("-2"));
  assertEquals(margin(), usdt("803.01"));
});

Deno.test("A risk limit tier bounds the leverage that is shared", () => {
  const box = new ContractFloor("1000");
  box.futures.setLeverage(box.key(0), 0, 50);
  assertEquals(box.futures.setRiskLimit(box.key(0), usdt("4000000")).crossLeverageLimit, 12.5);
  assertEquals(reasonOf(() => box.futures.setLeverage(box.key(0), 13)), "leverage-too-high");
});
