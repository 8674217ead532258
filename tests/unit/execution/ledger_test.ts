import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Fill } from "../../../src/core/fill.ts";
import type { Instrument } from "../../../src/core/instrument.ts";
import { baseQuantity, quoteAmount } from "../../../src/core/units.ts";
import { Ledger } from "../../../src/execution/ledger.ts";
import { Exact } from "../../support/exact.ts";
import { testInstruments } from "../../support/instruments.ts";

const instruments = testInstruments(["BTC", "HYPE"]).all;
const [mexc, gate, futures] = testInstruments(["HYPE"]).all as [Instrument, Instrument, Instrument];
const venues = ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"] as const;

interface Trade {
  readonly instrument: Instrument;
  readonly side: "buy" | "sell";
  readonly quantity: number;
  readonly price: number;
  readonly feeRate: number;
}

function fillOf(trade: Trade, feeCoin = feeCoinOf(trade)): Fill {
  const { instrument, side, quantity, price, feeRate } = trade;
  const feeQuote = Exact.of(quantity).times(Exact.of(price)).times(Exact.of(feeRate)).toNumber();
  const inBase = Exact.of(quantity).times(Exact.of(feeRate)).toNumber();
  return {
    tradeId: "1",
    clientOrderId: "1",
    exchangeOrderId: "",
    instrument: instrument.id,
    side,
    price,
    quantity: baseQuantity(quantity),
    notional: quoteAmount(Exact.of(quantity).times(Exact.of(price)).toNumber()),
    fee: feeCoin === instrument.base ? inBase : feeQuote,
    feeCoin,
    feeQuote: quoteAmount(feeQuote),
    liquidity: "taker",
    time: 0,
  };
}

/** Gate.io spot keeps the fee of a buy back in the coin; everything else is charged in USDT. */
function feeCoinOf({ instrument, side }: Trade): string {
  return instrument.exchange === "GATEIO_SPOT" && side === "buy" ? instrument.base : "USDT";
}

const tradeArbitrary: fc.Arbitrary<Trade> = fc.record({
  instrument: fc.constantFrom(...instruments),
  side: fc.constantFrom("buy", "sell"),
  quantity: fc.integer({ min: 1, max: 10_000 }).map((units) => units / 100),
  price: fc.integer({ min: 100, max: 20_000 }).map((ticks) => ticks / 100),
  feeRate: fc.constantFrom(0.002, 0.0005, 0, -0.0001),
});

/** Prices to value what is held: one for a coin, one for each contract. */
type Marks = readonly [btc: number, hype: number, btcContract: number, hypeContract: number];
const marksArbitrary: fc.Arbitrary<Marks> = fc.tuple(
  ...([0, 0, 0, 0].map(() => fc.integer({ min: 1, max: 20_000 }).map((ticks) => ticks / 100)) as [
    fc.Arbitrary<number>,
    fc.Arbitrary<number>,
    fc.Arbitrary<number>,
    fc.Arbitrary<number>,
  ]),
);

function markOf({ base, market }: Instrument, marks: Marks): number {
  return marks[(base === "BTC" ? 0 : 1) + (market === "spot" ? 0 : 2)]!;
}

/** What the trades are worth in the end: money that came minus money that went, and what is left at the marks. */
function worth(trades: readonly Trade[], marks: Marks): number {
  const total = trades.reduce((sum, trade) => {
    const { instrument, side, quantity, price, feeRate } = trade;
    const value = Exact.of(quantity).times(Exact.of(price));
    const mark = Exact.of(markOf(instrument, marks));
    const left = Exact.of(quantity).times(mark);
    const gain = side === "buy" ? left.minus(value) : value.minus(left);
    const fee = feeCoinOf(trade) === "USDT" ? value : left;
    return sum.plus(gain).minus(fee.times(Exact.of(feeRate)));
  }, Exact.zero);
  return total.toNumber();
}

function apply(trades: readonly Trade[], ledger = new Ledger()): Ledger {
  for (const trade of trades) ledger.apply(trade.instrument, fillOf(trade));
  return ledger;
}

Deno.test("Realised and unrealised profit of a ledger are what the money says, for any fills and any prices", () => {
  fc.assert(fc.property(fc.array(tradeArbitrary, { maxLength: 40 }), marksArbitrary, (trades, marks) => {
    const ledger = apply(trades);
    const profit = ledger.realisedPnl + ledger.unrealisedPnl((instrument) => markOf(instrument, marks));
    assertAlmostEquals(profit, worth(trades, marks), 1e-5);
  }));
});

Deno.test("Balances at the marks and open contracts are worth what the account started with plus its profit", () => {
  fc.assert(fc.property(fc.array(tradeArbitrary, { maxLength: 40 }), marksArbitrary, (trades, marks) => {
    const ledger = new Ledger();
    let start = 0;
    for (const [index, venue] of venues.entries()) {
      ledger.deposit(venue, "USDT", 1_000 * index);
      ledger.deposit(venue, "BTC", index);
      ledger.deposit(venue, "HYPE", 2 * index);
      start += 1_000 * index + index * marks[0] + 2 * index * marks[1];
    }
    apply(trades, ledger);
    const balances = venues.reduce(
      (sum, venue) =>
        sum + ledger.balance(venue, "USDT") + ledger.balance(venue, "BTC") * marks[0] +
        ledger.balance(venue, "HYPE") * marks[1],
      0,
    );
    const contracts = instruments.filter(({ market }) => market === "perpetual").reduce((sum, instrument) => {
      const { quantity, averageEntry } = ledger.position(instrument);
      return sum + quantity * (markOf(instrument, marks) - averageEntry);
    }, 0);
    assertAlmostEquals(balances + contracts - start, worth(trades, marks), 1e-5);
  }));
});

Deno.test("The fees of a ledger are the values of the fees of all fills", () => {
  fc.assert(fc.property(fc.array(tradeArbitrary, { maxLength: 30 }), (trades) => {
    const sum = trades.reduce(
      (total, { quantity, price, feeRate }) =>
        total.plus(Exact.of(quantity).times(Exact.of(price)).times(Exact.of(feeRate))),
      Exact.zero,
    );
    assertAlmostEquals(apply(trades).fees, sum.toNumber(), 1e-7);
  }));
});

Deno.test("What is bought on one spot venue and sold on another is one position; a contract is its own", () => {
  const ledger = apply([
    { instrument: mexc, side: "buy", quantity: 10, price: 40, feeRate: 0 },
    { instrument: gate, side: "sell", quantity: 4, price: 41, feeRate: 0 },
    { instrument: futures, side: "sell", quantity: 3, price: 42, feeRate: 0 },
  ]);
  assertEquals(ledger.position(mexc), ledger.position(gate));
  assertEquals(ledger.position(mexc).quantity, 6);
  assertEquals(ledger.position(futures).quantity, -3);
  assertEquals(ledger.realisedPnl, 4);
  assertEquals([ledger.balance("MEXC_SPOT", "HYPE"), ledger.balance("GATEIO_SPOT", "HYPE")], [10, -4]);
  assertEquals(ledger.balance("GATEIO_FUTURES", "HYPE"), 0);
});

Deno.test("A fee in the bought coin is in the entry price, a fee in money is off the profit at once", () => {
  const inCoin = apply([{ instrument: gate, side: "buy", quantity: 100, price: 10, feeRate: 0.002 }]);
  assertEquals(inCoin.balance("GATEIO_SPOT", "HYPE"), 99.8);
  assertEquals(inCoin.balance("GATEIO_SPOT", "USDT"), -1_000);
  assertAlmostEquals(inCoin.position(gate).averageEntry, 1_000 / 99.8, 1e-12);
  assertEquals([inCoin.realisedPnl, inCoin.position(gate).entryFees, inCoin.fees], [0, 0, 2]);
  const inMoney = apply([{ instrument: mexc, side: "buy", quantity: 100, price: 10, feeRate: 0.002 }]);
  assertEquals(inMoney.balance("MEXC_SPOT", "USDT"), -1_002);
  assertEquals(inMoney.position(mexc).averageEntry, 10);
  assertEquals([inMoney.realisedPnl, inMoney.position(mexc).entryFees, inMoney.fees], [-2, 2, 2]);
});

Deno.test("A fee in a third coin leaves that coin's balance and counts with its value", () => {
  const ledger = new Ledger();
  ledger.deposit("MEXC_SPOT", "MX", 5);
  const fill = fillOf({ instrument: mexc, side: "buy", quantity: 100, price: 10, feeRate: 0.001 }, "MX");
  ledger.apply(mexc, { ...fill, fee: 0.5, feeQuote: quoteAmount(1) });
  assertEquals(ledger.balance("MEXC_SPOT", "MX"), 4.5);
  assertEquals(ledger.balance("MEXC_SPOT", "USDT"), -1_000);
  assertEquals(ledger.balance("MEXC_SPOT", "HYPE"), 100);
  assertEquals([ledger.realisedPnl, ledger.fees], [-1, 1]);
});

Deno.test("The whole value of open contracts is bound as margin, on their own venue only", () => {
  const ledger = new Ledger();
  for (const venue of venues) ledger.deposit(venue, "USDT", 10_000);
  apply([{ instrument: futures, side: "sell", quantity: 20, price: 100, feeRate: 0.0005 }], ledger);
  assertEquals(ledger.balance("GATEIO_FUTURES", "USDT"), 9_999);
  assertEquals(ledger.availableQuote("GATEIO_FUTURES", "USDT"), 7_999);
  assertEquals(ledger.availableQuote("GATEIO_SPOT", "USDT"), 10_000);
  apply([{ instrument: futures, side: "buy", quantity: 15, price: 90, feeRate: 0 }], ledger);
  assertEquals(ledger.availableQuote("GATEIO_FUTURES", "USDT"), 9_999 + 150 - 500);
});

Deno.test("Positions without a price now count nothing as unrealised", () => {
  const ledger = apply([
    { instrument: mexc, side: "buy", quantity: 10, price: 40, feeRate: 0 },
    { instrument: futures, side: "sell", quantity: 10, price: 42, feeRate: 0 },
  ]);
  assertEquals(ledger.unrealisedPnl(({ market }) => market === "spot" ? 41 : NaN), 10);
  assertEquals(ledger.unrealisedPnl(() => NaN), 0);
  assertEquals(ledger.position(gate).quantity, 10);
  assertEquals(new Ledger().position(mexc).quantity, 0);
});

Deno.test("A ledger lists what is held on every venue, margin of contracts as locked, and every position", () => {
  const ledger = new Ledger();
  ledger.deposit("GATEIO_FUTURES", "USDT", 1_000);
  ledger.deposit("MEXC_SPOT", "HYPE", 7);
  const trade = { side: "sell", quantity: 2, price: 100, feeRate: 0 } as const;
  ledger.apply(futures, fillOf({ instrument: futures, ...trade }));
  assertEquals(ledger.balances(9), [
    { exchange: "GATEIO_FUTURES", coin: "USDT", available: 800, locked: 200, time: 9 },
    { exchange: "MEXC_SPOT", coin: "HYPE", available: 7, locked: 0, time: 9 },
  ]);
  assertEquals(
    ledger.positions().map(({ instrument, position }) => [instrument.exchange, position.quantity]),
    [
      ["GATEIO_FUTURES", -2],
    ],
  );
});
