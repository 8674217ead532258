import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { PositionReport } from "../../../../src/core/account.ts";
import type { Fill } from "../../../../src/core/fill.ts";
import { baseQuantity, quoteAmount } from "../../../../src/core/units.ts";
import { Ledger } from "../../../../src/execution/ledger.ts";
import {
  BalanceBaselines,
  balanceTolerance,
  holdingOf,
} from "../../../../src/execution/reconciliation/balance_baselines.ts";
import { testInstruments } from "../../../support/instruments.ts";

const table = testInstruments(["BTC"]);
const [contract] = table.ofExchange("GATEIO_FUTURES");
const [spot] = table.ofExchange("GATEIO_SPOT");

function fill(
  instrument: typeof spot,
  side: "buy" | "sell",
  price: number,
  quantity: number,
  fee: number,
): Fill {
  return {
    tradeId: "",
    clientOrderId: "",
    exchangeOrderId: "",
    instrument: instrument!.id,
    side,
    price,
    quantity: baseQuantity(quantity),
    notional: quoteAmount(price * quantity),
    fee,
    feeCoin: "USDT",
    feeQuote: quoteAmount(fee),
    liquidity: "taker",
    time: 0,
  };
}

const trades = fc.array(
  fc.record({
    side: fc.constantFrom("buy", "sell"),
    price: fc.integer({ min: 50_000, max: 90_000 }),
    contracts: fc.integer({ min: 1, max: 500 }),
  }),
  { minLength: 1, maxLength: 12 },
);

Deno.test("BalanceBaselines: what contracts do to an account is the same in whatever order fills become known", () => {
  fc.assert(
    fc.property(trades, fc.integer(), (plan, shuffle) => {
      const flow = (order: typeof plan): number => {
        const ledger = new Ledger();
        for (const { side, price, contracts } of order) {
          ledger.apply(contract!, fill(contract, side, price, contracts * 0.0001, contracts * 0.001));
        }
        return new BalanceBaselines("GATEIO_FUTURES", ledger, [contract!]).flows().get("USDT")!;
      };
      const other = plan.map((trade, index) => ({ trade, key: Math.sin(index * 7 + shuffle) }))
        .sort((a, b) => a.key - b.key).map(({ trade }) => trade);
      const naive = plan.reduce((sum, { side, price, contracts }) => {
        return sum + (side === "buy" ? -1 : 1) * price * contracts * 0.0001 - contracts * 0.001;
      }, 0);
      assertAlmostEquals(flow(plan), naive, 1e-6);
      assertAlmostEquals(flow(other), naive, 1e-6);
    }),
    { numRuns: 300 },
  );
});

Deno.test("BalanceBaselines expect what was there and the flows since, and forget on request", () => {
  const ledger = new Ledger();
  const baselines = new BalanceBaselines("GATEIO_SPOT", ledger, [spot!]);
  assertEquals(baselines.expected("BTC", 0), undefined);
  ledger.apply(spot!, fill(spot, "buy", 80_000, 1, 10));
  baselines.agree("BTC", 3, baselines.flows().get("BTC")!);
  ledger.apply(spot!, fill(spot, "sell", 80_000, 0.25, 10));
  assertEquals(baselines.expected("BTC", baselines.flows().get("BTC")!), 2.75);
  baselines.move("BTC", 2);
  assertEquals(baselines.expected("BTC", baselines.flows().get("BTC")!), 4.75);
  baselines.forget("BTC");
  assertEquals(baselines.expected("BTC", 0), undefined);
  baselines.restore({
    exchange: "GATEIO_SPOT",
    balances: [{ coin: "BTC", amount: 7 }],
    flows: [{ coin: "BTC", amount: 1 }],
  });
  assertEquals(baselines.expected("BTC", baselines.flows().get("BTC")!), 6.75);
});

Deno.test("balanceTolerance is half a lot of what is traded and a cent of money, or the rounding of large sums", () => {
  assertEquals(balanceTolerance("BTC", table.all, 1), 0.0000005);
  assertEquals(balanceTolerance("USDT", table.all, 1), 0.01);
  assert(balanceTolerance("BTC", table.all, 1e9) > 0.001);
});

Deno.test("holdingOf gives back what Gate.io takes off for losses of shared margin, and knows the cost of contracts", () => {
  const report = {
    instrument: contract!.id,
    side: "single",
    lots: -20_000,
    entryPrice: 80_000,
    markPrice: 81_000,
    marginMode: "cross",
    unrealisedPnl: -2_000,
  } as unknown as PositionReport;
  const balance = {
    exchange: "GATEIO_FUTURES",
    coin: "USDT",
    available: 5_000,
    locked: 3_000,
    time: 0,
  } as const;
  const of = (change: Partial<PositionReport>): ReturnType<typeof holdingOf> =>
    holdingOf(balance, [{ ...report, ...change }], () => contract);
  assertEquals([of({}).amount, of({}).cost], [10_000, -160_000]);
  assertEquals(of({ unrealisedPnl: 500 }).amount, 8_000);
  assertEquals(of({ marginMode: "isolated" }).amount, 8_000);
  assert(of({ marginMode: "isolated" }).uncertainty < of({}).uncertainty);
  assertEquals(holdingOf({ ...balance, frozen: 1 }, [], () => contract), {
    amount: 8_001,
    cost: 0,
    uncertainty: 0,
  });
  assert(Number.isNaN(of({ entryPrice: NaN }).cost));
});
