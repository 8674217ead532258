import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { FundingPayment } from "../../../src/core/account.ts";
import type { Fill } from "../../../src/core/fill.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { baseQuantity, quoteAmount } from "../../../src/core/units.ts";
import { type BookedFunding, FundingBooking } from "../../../src/execution/funding_booking.ts";
import type { JournalEvent } from "../../../src/execution/journal_record.ts";
import { Ledger } from "../../../src/execution/ledger.ts";
import type { TradingVenue } from "../../../src/execution/trading_venue.ts";
import { testInstruments } from "../../support/instruments.ts";
import { MemoryLogger } from "../../support/memory_logger.ts";

const [btc, hype] = testInstruments(["BTC", "HYPE"]).ofExchange("GATEIO_FUTURES");
const hourMs = 3_600_000;
const intervalMs = 8 * hourMs;

interface Posted {
  readonly payment: FundingPayment;
  /** When the venue shows it. */
  readonly from: number;
}

/** A futures account whose payments a test makes up. */
class Venue {
  readonly clock: SimulatedClock;
  readonly logger = new MemoryLogger();
  readonly ledger = new Ledger();
  readonly events: JournalEvent[] = [];
  readonly posted: Posted[] = [];
  readonly questions: (readonly [number, string])[] = [];
  isDown = false;
  canRecord = true;
  booking: FundingBooking;
  #trades = 0;

  constructor(readonly start = 0, booked: readonly BookedFunding[] = [], since = start) {
    this.clock = new SimulatedClock(start);
    this.booking = this.make(booked, since);
  }

  make(booked: readonly BookedFunding[], since: number): FundingBooking {
    const venue = {
      exchange: "GATEIO_FUTURES",
      fundingPayments: async (instrument: typeof btc, from: number) => {
        this.questions.push([this.clock.epochMs(), instrument!.base]);
        await new Promise<void>((resolve) => this.clock.setTimer(50, resolve));
        if (this.isDown) throw new Error("no answer");
        return this.posted.filter((row) =>
          row.payment.instrument === instrument!.id && row.from <= this.clock.epochMs() &&
          row.payment.time >= from
        ).map(({ payment }) => payment);
      },
    };
    return new FundingBooking({
      clock: this.clock,
      logger: this.logger,
      venue: venue as unknown as TradingVenue,
      instruments: [btc!, hype!],
      ledger: this.ledger,
      record: (event) => {
        if (this.canRecord) this.events.push(event);
        return this.canRecord;
      },
      nextSettlement: () => (Math.floor(this.clock.epochMs() / intervalMs) + 1) * intervalMs,
      since,
      booked,
    });
  }

  trade(instrument: typeof btc, quantity: number): void {
    const size = Math.abs(quantity);
    const fill: Fill = {
      tradeId: String(++this.#trades),
      clientOrderId: "",
      exchangeOrderId: "",
      instrument: instrument!.id,
      side: quantity > 0 ? "buy" : "sell",
      price: 100,
      quantity: baseQuantity(size),
      notional: quoteAmount(size * 100),
      fee: 0,
      feeCoin: "USDT",
      feeQuote: quoteAmount(0),
      liquidity: "taker",
      time: this.clock.epochMs(),
    };
    this.ledger.apply(instrument!, fill);
  }

  pay(instrument: typeof btc, amount: number, time: number, from = time): void {
    this.posted.push({ payment: { instrument: instrument!.id, amount, time }, from });
  }

  get flow(): number {
    return this.ledger.flows().find(({ coin }) => coin === "USDT")?.amount ?? 0;
  }

  async advance(ms: number): Promise<void> {
    const end = this.clock.epochMs() + ms;
    let isOver = false;
    this.clock.setTimer(ms, () => {
      isOver = true;
    });
    await settle();
    while (!isOver && this.clock.epochMs() <= end && this.clock.step()) await settle();
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await undefined;
}

Deno.test("FundingBooking books a payment soon after its settlement, once", async () => {
  const venue = new Venue();
  venue.trade(btc, 2);
  venue.booking.start();
  venue.pay(btc, -1.5, intervalMs, intervalMs + 2_000);
  await venue.advance(intervalMs + 25_000);
  assertEquals(venue.events, [{
    kind: "funding",
    instrument: { exchange: "GATEIO_FUTURES", symbol: "BTC_USDT" },
    amount: -1.5,
    time: intervalMs,
  }]);
  assertEquals(venue.flow, -200 + 200 - 1.5);
  await venue.advance(5 * hourMs);
  assertEquals(venue.events.length, 1);
});

Deno.test("FundingBooking finds what the venue posts late, also when the position is closed by then", async () => {
  const venue = new Venue();
  venue.trade(btc, 2);
  venue.booking.start();
  await venue.advance(intervalMs + 5_000);
  venue.trade(btc, -2);
  venue.pay(btc, 0.7, intervalMs, intervalMs + 60_000);
  await venue.advance(115_000 + 100);
  assertEquals(venue.events.length, 1);
  venue.pay(hype, 9, intervalMs);
  await venue.advance(10 * hourMs);
  assertEquals(venue.events.length, 1);
  assertEquals(new Set(venue.questions.map(([, base]) => base)), new Set(["BTC"]));
});

Deno.test("FundingBooking asks no more about a contract that has had no position for hours", async () => {
  const venue = new Venue();
  venue.trade(btc, 2);
  venue.trade(btc, -2);
  venue.booking.start();
  await venue.advance(20 * hourMs);
  const last = venue.questions.at(-1)![0];
  assert(last > 2 * hourMs && last < 5 * hourMs, String(last));
  venue.trade(btc, 1);
  await venue.advance(2 * hourMs);
  assert(venue.questions.at(-1)![0] > 20 * hourMs);
});

Deno.test("FundingBooking goes on after failures, and misses nothing", async () => {
  const venue = new Venue();
  venue.trade(btc, 2);
  venue.booking.start();
  await venue.advance(intervalMs - hourMs);
  venue.isDown = true;
  venue.pay(btc, -3, intervalMs);
  await venue.advance(3 * hourMs);
  assert(venue.booking.failures > 10);
  assertEquals(venue.events, []);
  venue.isDown = false;
  await venue.advance(300_100);
  assertEquals([venue.events.length, venue.booking.failures], [1, 0]);
});

Deno.test("FundingBooking books nothing that the journal did not take, and books it later", async () => {
  const venue = new Venue();
  venue.trade(btc, 2);
  venue.pay(btc, -3, 0);
  venue.canRecord = false;
  const check = (): Promise<number> => {
    const done = venue.booking.check();
    return venue.advance(1_000).then(() => done);
  };
  assertEquals(await check(), 0);
  assertEquals(venue.flow, 0);
  venue.canRecord = true;
  assertEquals(await check(), 1);
  assertEquals(await check(), 0);
  assertEquals(venue.flow, -3);
});

Deno.test("FundingBooking leaves alone what was paid before its time, and what a journal knows", async () => {
  const time = 5 * intervalMs;
  const instrument = { exchange: "GATEIO_FUTURES", symbol: "BTC_USDT" } as const;
  const venue = new Venue(time + 1_000, [{ instrument, amount: -3, time }], time);
  venue.trade(btc, 2);
  venue.pay(btc, -9, time - 1);
  venue.pay(btc, -3, time);
  venue.booking.start();
  await venue.advance(2 * hourMs);
  assertEquals(venue.events, []);
});

Deno.test("FundingBooking books nothing after its stop, and one question serves all who ask at once", async () => {
  const venue = new Venue();
  venue.trade(btc, 2);
  venue.pay(btc, -3, 0);
  const checks = [venue.booking.check(), venue.booking.check()];
  await settle();
  assertEquals(venue.questions.length, 1);
  venue.booking.stop();
  await venue.advance(1_000);
  assertEquals(await Promise.all(checks), [0, 0]);
  assertEquals(venue.events, []);
});

Deno.test("FundingBooking needs a venue that tells funding payments", () => {
  const { clock, logger, ledger } = new Venue();
  assertThrows(
    () =>
      new FundingBooking({
        clock,
        logger,
        ledger,
        venue: { exchange: "MEXC_SPOT" } as unknown as TradingVenue,
        instruments: [],
        record: () => true,
        nextSettlement: () => NaN,
        since: 0,
      }),
    RangeError,
    "MEXC_SPOT",
  );
});

Deno.test("FundingBooking books every payment once, whatever is late, down or restarted", async () => {
  const payment = fc.record({
    settlement: fc.integer({ min: 1, max: 6 }),
    cents: fc.integer({ min: -500, max: 500 }).filter((cents) => cents !== 0),
    lateMs: fc.integer({ min: 0, max: 2 * hourMs }),
    isDual: fc.boolean(),
  });
  const plan = fc.record({
    payments: fc.uniqueArray(payment, { maxLength: 6, selector: ({ settlement }) => settlement }),
    downs: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 10 }),
    restarts: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ payments, downs, restarts }) => {
      const venue = new Venue();
      venue.trade(btc, 2);
      let expected = 0, rows = 0;
      for (const { settlement, cents, lateMs, isDual } of payments) {
        const time = settlement * intervalMs;
        for (let side = 0; side < (isDual ? 2 : 1); side++) {
          venue.pay(btc, cents / 100, time, time + lateMs);
          expected += cents;
          rows += 1;
        }
      }
      venue.booking.start();
      for (let hour = 0; hour <= 60; hour++) {
        venue.isDown = downs.includes(hour);
        if (restarts.includes(hour)) {
          venue.booking.stop();
          venue.booking = venue.make(
            venue.events.flatMap((event) => event.kind === "funding" ? [event] : []),
            0,
          );
          venue.booking.start();
        }
        await venue.advance(hourMs);
      }
      venue.isDown = false;
      await venue.advance(2 * hourMs);
      assertEquals(venue.events.length, rows);
      assertAlmostEquals(venue.flow, expected / 100, 1e-9);
    }),
    { numRuns: 60 },
  );
});
