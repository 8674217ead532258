import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ConfigError } from "../../../src/core/errors.ts";
import type { Fill } from "../../../src/core/fill.ts";
import { type Instrument, InstrumentTable } from "../../../src/core/instrument.ts";
import { baseQuantity, quoteAmount } from "../../../src/core/units.ts";
import { Ledger, type LedgerSnapshot } from "../../../src/execution/ledger.ts";
import { Exact } from "../../support/exact.ts";
import { testInstruments, testSpec } from "../../support/instruments.ts";

const table = testInstruments(["BTC", "HYPE"]);
const [mexc, gate, futures] = testInstruments(["HYPE"]).all as [Instrument, Instrument, Instrument];

/** Coin of the fee: the bought or sold one, the money, or a third one whose value nobody tells. */
type FeeIn = "base" | "quote" | "GT";

/** Something that is booked, in hundredths. */
interface Booking {
  readonly kind: "fill" | "adjust" | "funding" | "restart";
  readonly instrument: Instrument;
  readonly isBuy: boolean;
  readonly quantity: number;
  readonly price: number;
  readonly feeIn: FeeIn;
  readonly feeRate: number;
}

const bookingArbitrary: fc.Arbitrary<Booking> = fc.record({
  kind: fc.constantFrom("fill", "fill", "fill", "fill", "adjust", "funding", "restart"),
  instrument: fc.constantFrom(...table.all),
  isBuy: fc.boolean(),
  quantity: fc.integer({ min: 1, max: 5_000 }),
  price: fc.integer({ min: 100, max: 20_000 }),
  feeIn: fc.constantFrom<FeeIn>("base", "quote", "GT"),
  feeRate: fc.constantFrom(0.002, 0.0005, 0, -0.0001),
});

const hundred = Exact.of(100);

/** A booking in exact numbers. */
function exactOf({ instrument, isBuy, quantity, price, feeIn, feeRate }: Booking): {
  readonly base: Exact;
  readonly price: Exact;
  readonly value: Exact;
  readonly fee: Exact;
  readonly feeCoin: string;
} {
  const base = Exact.of(quantity).over(hundred), at = Exact.of(price).over(hundred);
  const value = base.times(at), rate = Exact.of(feeRate);
  // No venue takes the fee of a contract in the coin.
  const coin = feeIn === "base" && instrument.market === "perpetual" ? "quote" : feeIn;
  return {
    base: isBuy ? base : Exact.zero.minus(base),
    price: at,
    value: isBuy ? value : Exact.zero.minus(value),
    fee: (coin === "base" ? base : value).times(rate),
    feeCoin: coin === "base" ? instrument.base : coin === "quote" ? instrument.quote : "GT",
  };
}

function fillOf(booking: Booking): Fill {
  const { instrument, isBuy } = booking;
  const { base, price, value, fee, feeCoin } = exactOf(booking);
  const inQuote = feeCoin === instrument.base ? fee.times(price) : fee;
  return {
    tradeId: "1",
    clientOrderId: "1",
    exchangeOrderId: "",
    instrument: instrument.id,
    side: isBuy ? "buy" : "sell",
    price: price.toNumber(),
    quantity: baseQuantity(Math.abs(base.toNumber())),
    notional: quoteAmount(Math.abs(value.toNumber())),
    fee: fee.toNumber(),
    feeCoin,
    feeQuote: quoteAmount(feeCoin === "GT" ? NaN : inQuote.toNumber()),
    liquidity: "taker",
    time: 0,
  };
}

/** Sums of exact numbers by name. */
class Sums {
  readonly #sums = new Map<string, Exact>();

  add(key: string, amount: Exact): void {
    this.#sums.set(key, this.of(key).plus(amount));
  }

  of(key: string): Exact {
    return this.#sums.get(key) ?? Exact.zero;
  }

  get keys(): string[] {
    return [...this.#sums.keys()];
  }
}

/**
 * The books of a clerk who knows no positions: what came, what went, per venue and coin. A contract moves no money, so its
 * trades are debts and claims until it is flat.
 */
class Clerk {
  /** Coins by `venue coin`, except what contracts are worth. */
  readonly flows = new Sums();
  /** Money that contracts were bought for, net, by instrument. */
  readonly claims = new Sums();
  /** Base units by instrument, as far as they are exposed. */
  readonly exposed = new Sums();
  readonly fees = new Sums();

  book(booking: Booking): void {
    const { kind, instrument, isBuy } = booking;
    const { exchange, base: coin, quote, market } = instrument;
    const { base, value, fee, feeCoin, price } = exactOf(booking);
    if (kind === "restart") return;
    if (kind === "funding") {
      return this.flows.add(`${exchange} ${quote}`, isBuy ? price : Exact.zero.minus(price));
    }
    if (market === "spot") {
      this.flows.add(`${exchange} ${coin}`, base);
      this.flows.add(`${exchange} ${quote}`, Exact.zero.minus(value));
    } else this.claims.add(String(instrument.id), value);
    this.exposed.add(String(instrument.id), base);
    if (kind === "adjust") return;
    this.flows.add(`${exchange} ${feeCoin}`, Exact.zero.minus(fee));
    if (market === "spot" && feeCoin === coin) this.exposed.add(String(instrument.id), Exact.zero.minus(fee));
    if (feeCoin === "GT") this.fees.add("GT", fee);
    else this.fees.add("quote", feeCoin === coin ? fee.times(price) : fee);
  }
}

/** Writes the ledger down and goes on from what was written. */
function restarted(ledger: Ledger): Ledger {
  const next = new Ledger();
  next.restore(JSON.parse(JSON.stringify(ledger.snapshot())) as LedgerSnapshot, table);
  return next;
}

function bookAll(bookings: readonly Booking[], canRestart: boolean): Ledger {
  let ledger = new Ledger();
  for (const booking of bookings) {
    const { kind, instrument } = booking;
    const { base, price } = exactOf(booking);
    if (kind === "fill") ledger.apply(instrument, fillOf(booking));
    else if (kind === "adjust") ledger.adjust(instrument, baseQuantity(base.toNumber()), price.toNumber());
    else if (kind === "funding") {
      ledger.applyFunding(instrument, booking.isBuy ? price.toNumber() : -price.toNumber());
    } else if (canRestart) ledger = restarted(ledger);
  }
  return ledger;
}

const bookingsArbitrary = fc.array(bookingArbitrary, { maxLength: 40 });

Deno.test("Exposure, flows and fees are what a clerk adds up exactly, over restarts at any moment", () => {
  fc.assert(
    fc.property(bookingsArbitrary, (bookings) => {
      const ledger = bookAll(bookings, true), clerk = new Clerk();
      for (const booking of bookings) clerk.book(booking);
      for (const base of ["BTC", "HYPE"]) {
        const exact = table.all.filter((instrument) => instrument.base === base).reduce(
          (sum, { id }) => sum.plus(clerk.exposed.of(String(id))),
          Exact.zero,
        );
        assertAlmostEquals(ledger.exposure(base, "USDT"), exact.toNumber(), 1e-8);
      }
      const flows = new Map(
        ledger.flows().map(({ exchange, coin, amount }) => [`${exchange} ${coin}`, amount]),
      );
      for (const key of new Set([...clerk.flows.keys, ...flows.keys()])) {
        const perpetuals = table.all.filter(({ market, exchange, quote }) =>
          market === "perpetual" && key === `${exchange} ${quote}`
        );
        // What a contract has brought is what it was sold for over what it was bought for, as far as it is not open.
        const claims = perpetuals.reduce((sum, instrument) => {
          const { quantity, averageEntry } = ledger.position(instrument);
          return sum + quantity * averageEntry - clerk.claims.of(String(instrument.id)).toNumber();
        }, 0);
        assertAlmostEquals(flows.get(key) ?? 0, clerk.flows.of(key).toNumber() + claims, 1e-4, key);
        const [exchange, coin] = key.split(" ") as [Instrument["exchange"], string];
        assertAlmostEquals(ledger.balance(exchange, coin), flows.get(key) ?? 0, 1e-9);
      }
      assertAlmostEquals(ledger.fees, clerk.fees.of("quote").toNumber(), 1e-6);
      assert(Number.isFinite(ledger.realisedPnl) && Number.isFinite(ledger.fees));
    }),
    { numRuns: 400 },
  );
});

Deno.test("Profit at any marks is what the flows are worth, and fees in a third coin are no part of it", () => {
  fc.assert(
    fc.property(
      bookingsArbitrary,
      fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 4, maxLength: 4 }),
      (bookings, marks) => {
        const markOf = ({ base, market }: Instrument): number =>
          marks[(base === "BTC" ? 0 : 1) + (market === "spot" ? 0 : 2)]!;
        const ledger = bookAll(bookings, true);
        let worth = 0;
        for (const { coin, amount } of ledger.flows()) {
          if (coin === "USDT") worth += amount;
          else if (coin !== "GT") worth += amount * marks[coin === "BTC" ? 0 : 1]!;
        }
        for (const instrument of table.all.filter(({ market }) => market === "perpetual")) {
          const { quantity, averageEntry } = ledger.position(instrument);
          worth += quantity * (markOf(instrument) - averageEntry);
        }
        assertAlmostEquals(ledger.realisedPnl + ledger.unrealisedPnl(markOf), worth, 1e-4);
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("A ledger that was restarted is the one that was not", () => {
  fc.assert(
    fc.property(bookingsArbitrary, (bookings) => {
      const numbers = ({ positions, flows, feesQuote }: LedgerSnapshot): (readonly [string, number])[] => [
        ...positions.flatMap(({ exchange, symbol, quantity, averageEntry, entryFees, realisedPnl }) =>
          [quantity, averageEntry, entryFees, realisedPnl].map((value, index) =>
            [`${exchange} ${symbol} ${index}`, value] as const
          )
        ),
        ...flows.map(({ exchange, coin, amount }) => [`${exchange} ${coin}`, amount] as const),
        ["fees", feesQuote],
      ];
      const restarted = numbers(bookAll(bookings, true).snapshot());
      const straight = numbers(bookAll(bookings, false).snapshot());
      assertEquals(restarted.map(([name]) => name), straight.map(([name]) => name));
      for (const [index, [name, value]] of restarted.entries()) {
        assertAlmostEquals(value, straight[index]![1], 1e-9, name);
      }
    }),
    { numRuns: 200 },
  );
});

Deno.test("What was bought and sold in the same pieces in any order is no exposure at all, not even one of rounding", () => {
  const pieces = fc.array(fc.integer({ min: 1, max: 9_999 }), { minLength: 1, maxLength: 12 });
  const spotAndContract = fc.tuple(pieces, fc.infiniteStream(fc.nat(11)));
  fc.assert(fc.property(spotAndContract, ([sizes, order]) => {
    const ledger = new Ledger();
    const shuffled = [...sizes].sort(() => order.next().value! - 5.5);
    for (const size of sizes) ledger.adjust(gate, baseQuantity(size / 1_000), 1);
    for (const size of shuffled) ledger.adjust(futures, baseQuantity(-size / 1_000), 1);
    assertEquals(ledger.exposure("HYPE", "USDT"), 0);
    for (const size of shuffled) ledger.adjust(mexc, baseQuantity(-size / 1_000), 1);
    assertEquals(ledger.position(gate).quantity, 0);
  }));
});

Deno.test("Exposure counts one coin against one quote coin only", () => {
  const ledger = new Ledger(), others = new InstrumentTable();
  const inUsdc = others.add({ ...testSpec("MEXC_SPOT", "HYPE"), quote: "USDC", exchangeSymbol: "HYPEUSDC" });
  ledger.adjust(mexc, baseQuantity(10), 1);
  ledger.adjust(futures, baseQuantity(-4), 1);
  ledger.adjust(inUsdc, baseQuantity(3), 1);
  ledger.adjust(table.find("MEXC_SPOT", "BTCUSDT")!, baseQuantity(1), 1);
  assertEquals(
    [ledger.exposure("HYPE", "USDT"), ledger.exposure("HYPE", "USDC"), ledger.exposure("BTC", "USDT")],
    [6, 3, 1],
  );
  assertEquals(ledger.exposure("LUNC", "USDT"), 0);
});

Deno.test("A liquidation closes the contract at its price and costs what it lost", () => {
  const ledger = new Ledger();
  ledger.adjust(futures, baseQuantity(10), 40);
  assertEquals(ledger.flows().map(({ amount }) => amount), [0]);
  ledger.adjust(futures, baseQuantity(-10), 30);
  assertEquals(ledger.position(futures).quantity, 0);
  assertEquals([ledger.realisedPnl, ledger.fees], [-100, 0]);
  assertEquals(ledger.flows(), [{ exchange: "GATEIO_FUTURES", coin: "USDT", amount: -100 }]);
  const untouched = new Ledger();
  untouched.adjust(futures, baseQuantity(0), 30);
  assertEquals([untouched.positions(), untouched.flows()], [[], []]);
  for (const [quantity, price] of [[NaN, 1], [1, NaN], [Infinity, 1], [1, -1]] as const) {
    assertThrows(() => ledger.adjust(futures, baseQuantity(quantity), price), RangeError, "HYPE_USDT");
  }
});

Deno.test("Funding is profit of its contract, also when that is flat, and changes nothing else", () => {
  const ledger = new Ledger();
  ledger.applyFunding(futures, 2.5);
  ledger.adjust(futures, baseQuantity(-10), 40);
  ledger.applyFunding(futures, -1);
  assertEquals([ledger.realisedPnl, ledger.position(futures).averageEntry], [1.5, 40]);
  assertEquals(ledger.balance("GATEIO_FUTURES", "USDT"), 1.5);
  ledger.adjust(futures, baseQuantity(10), 40);
  assertEquals(ledger.realisedPnl, 1.5);
  assertThrows(() => ledger.applyFunding(futures, NaN), RangeError, "HYPE_USDT");
});

Deno.test("A fee in points poisons no sum: it is counted by coin and leaves money and position alone", () => {
  const ledger = new Ledger();
  const trade = {
    kind: "fill",
    isBuy: true,
    quantity: 1_000,
    price: 4_000,
    feeIn: "GT",
    feeRate: 0.001,
  } as const;
  ledger.apply(gate, fillOf({ ...trade, instrument: gate }));
  ledger.apply(futures, fillOf({ ...trade, instrument: futures, isBuy: false }));
  assertEquals([ledger.fees, ledger.realisedPnl], [0, 0]);
  assertEquals([...ledger.unvaluedFees], [["GT", 0.8]]);
  assertEquals([ledger.position(gate).quantity, ledger.position(gate).averageEntry], [10, 40]);
  assertEquals([ledger.balance("GATEIO_SPOT", "GT"), ledger.balance("GATEIO_FUTURES", "GT")], [-0.4, -0.4]);
  assertEquals([ledger.balance("GATEIO_SPOT", "USDT"), ledger.balance("GATEIO_FUTURES", "USDT")], [-400, 0]);
});

Deno.test("A fee of a contract in a third coin of known value is off the profit, not off the money", () => {
  const ledger = new Ledger();
  const trade = {
    kind: "fill",
    isBuy: true,
    quantity: 1_000,
    price: 4_000,
    feeIn: "GT",
    feeRate: 0.001,
  } as const;
  const fill = fillOf({ ...trade, instrument: futures });
  ledger.apply(futures, { ...fill, fee: 0.02, feeQuote: quoteAmount(0.4) });
  assertEquals([ledger.fees, ledger.realisedPnl], [0.4, -0.4]);
  assertEquals([ledger.balance("GATEIO_FUTURES", "GT"), ledger.balance("GATEIO_FUTURES", "USDT")], [
    -0.02,
    0,
  ]);
  assertEquals(ledger.unvaluedFees.size, 0);
});

Deno.test("A position of before a restart that is closed in pieces is no position, not even one of rounding", () => {
  let ledger = new Ledger();
  for (const size of [4_757, 5, 9_519, 1, 1]) ledger.adjust(gate, baseQuantity(size / 1_000), 1);
  ledger = restarted(ledger);
  for (const size of [9_519, 4_757, 5, 1, 1]) ledger.adjust(gate, baseQuantity(-size / 1_000), 1);
  assertEquals([ledger.position(gate).quantity, ledger.exposure("HYPE", "USDT")], [0, 0]);
});

Deno.test("Deposits are balances and no flows", () => {
  const ledger = new Ledger();
  ledger.deposit("MEXC_SPOT", "USDT", 1_000);
  ledger.adjust(mexc, baseQuantity(2), 50);
  assertEquals(ledger.balance("MEXC_SPOT", "USDT"), 900);
  assertEquals(ledger.flows(), [
    { exchange: "MEXC_SPOT", coin: "HYPE", amount: 2 },
    { exchange: "MEXC_SPOT", coin: "USDT", amount: -100 },
  ]);
});

Deno.test("A restored ledger refuses an open position that the run cannot trade, and keeps the profit of a closed one", () => {
  const ledger = new Ledger();
  ledger.adjust(futures, baseQuantity(10), 40);
  ledger.adjust(futures, baseQuantity(-10), 41);
  const others = testInstruments(["BTC"]);
  const next = new Ledger();
  next.restore(ledger.snapshot(), others);
  assertEquals(next.realisedPnl, 10);
  assertEquals(next.snapshot(), ledger.snapshot());
  ledger.adjust(futures, baseQuantity(1), 40);
  assertThrows(
    () => new Ledger().restore(ledger.snapshot(), others),
    ConfigError,
    "HYPE_USDT at GATEIO_FUTURES",
  );
  assertThrows(() => next.restore(ledger.snapshot(), table), RangeError, "booked already");
});
