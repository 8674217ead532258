import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import type { BalanceSnapshot } from "../../../src/core/balance.ts";
import type { Fill } from "../../../src/core/fill.ts";
import type { OrderReport } from "../../../src/core/order_request.ts";
import { baseQuantity, quoteAmount } from "../../../src/core/units.ts";
import type { AccountQueries } from "../../../src/exchanges/interfaces/private_rest.ts";
import type { PrivateChannels, PrivateStream } from "../../../src/exchanges/interfaces/private_stream.ts";
import { PrivateSession } from "../../../src/exchanges/private_session.ts";
import { testInstruments } from "../../support/instruments.ts";
import { MemoryLogger } from "../../support/memory_logger.ts";

const instrument = testInstruments(["BTC"]).find("MEXC_SPOT", "BTCUSDT")!;

/** A venue with one account: what is true there, and a stream that can break, repeat and be late. */
class Venue implements AccountQueries, PrivateStream {
  readonly clock = new SimulatedClock(1_786_540_560_000);
  readonly fillsMade: Fill[] = [];
  readonly ordersMade = new Map<string, OrderReport>();
  readonly handlers: Partial<PrivateChannels> = {};
  isLive = false;
  failing = false;

  bind<Channel extends keyof PrivateChannels>(channel: Channel, handler: PrivateChannels[Channel]): void {
    this.handlers[channel] = handler;
  }

  start(): void {
    this.isLive = true;
    this.handlers.live?.();
  }

  stop(): void {
    this.isLive = false;
  }

  break(): void {
    this.isLive = false;
    this.handlers.lost?.();
  }

  /** Opens an order of three lots, or fills one lot of it. */
  trade(id: string): void {
    const before = this.ordersMade.get(id);
    const filledLots = before === undefined ? 0 : before.filledLots + 1;
    const now = this.clock.epochMs();
    const report: OrderReport = {
      instrument: instrument.id,
      exchangeOrderId: id,
      clientOrderId: `c${id}`,
      side: "buy",
      type: "limit",
      timeInForce: "gtc",
      priceTicks: 100,
      lots: 3,
      filledLots,
      averagePrice: 1,
      status: filledLots === 3 ? "filled" : filledLots > 0 ? "partially-filled" : "open",
      reduceOnly: false,
      createdAt: before?.createdAt ?? now,
      updatedAt: now,
    };
    if (before?.status === "filled") return;
    this.ordersMade.set(id, report);
    if (filledLots > 0) {
      const fill: Fill = {
        tradeId: `${id}-${filledLots}`,
        clientOrderId: `c${id}`,
        exchangeOrderId: "",
        instrument: instrument.id,
        side: "buy",
        price: 1,
        quantity: baseQuantity(1),
        notional: quoteAmount(1),
        fee: 0,
        feeCoin: "USDT",
        feeQuote: quoteAmount(0),
        liquidity: "maker",
        time: now,
      };
      this.fillsMade.push(fill);
      if (this.isLive) this.handlers.fill?.(fill);
    }
    if (this.isLive) this.handlers.order?.(report);
  }

  #answer<Value>(value: () => Value): Promise<Value> {
    return this.failing ? Promise.reject(new Error("no answer")) : Promise.resolve().then(value);
  }

  openOrders(): Promise<OrderReport[]> {
    return this.#answer(() => [...this.ordersMade.values()].filter(({ status }) => status !== "filled"));
  }

  order({ exchangeOrderId }: { exchangeOrderId?: string }): Promise<OrderReport | undefined> {
    return this.#answer(() => this.ordersMade.get(exchangeOrderId ?? ""));
  }

  fills(_: unknown, sinceMs: number): Promise<Fill[]> {
    return this.#answer(() => this.fillsMade.filter(({ time }) => time >= sinceMs));
  }

  balances(): Promise<BalanceSnapshot[]> {
    const { exchange } = instrument;
    return this.#answer(
      () => [{ exchange, coin: "USDT", available: 1, locked: 0, time: this.clock.epochMs() }],
    );
  }

  fees(): Promise<{ maker: number; taker: number }> {
    return this.#answer(() => ({ maker: 0, taker: 0 }));
  }
}

interface Heard {
  readonly session: PrivateSession;
  readonly fills: Fill[];
  readonly orders: OrderReport[];
  readonly states: string[];
  readonly balances: BalanceSnapshot[];
}

function listen(venue: Venue): Heard {
  const session = new PrivateSession({
    exchange: instrument.exchange,
    queries: venue,
    stream: venue,
    instruments: [instrument],
    clock: venue.clock,
    logger: new MemoryLogger(),
  });
  const heard: Heard = { session, fills: [], orders: [], states: [], balances: [] };
  session.bind("fill", (fill) => heard.fills.push(fill));
  session.bind("order", (report) => heard.orders.push(report));
  session.bind("balance", (balance) => heard.balances.push(balance));
  session.bind("connection", (state) => heard.states.push(state));
  return heard;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Lets simulated time pass, with promises in between. */
async function pass(venue: Venue, ms: number): Promise<void> {
  const end = venue.clock.epochMs() + ms;
  venue.clock.setTimer(ms, () => {});
  while ((venue.clock.nextDue ?? Infinity) <= end) {
    venue.clock.step();
    await turn();
  }
}

Deno.test("Whatever streams lose, repeat and bring late: each fill is told once, orders only grow, ends are told", async () => {
  const action = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("trade" as const),
        id: fc.constantFrom("1", "2", "3", "4", "5", "6", "7", "8"),
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("break", "back", "repeat", "late", "wait") }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 80 }), async (actions) => {
      const venue = new Venue();
      const heard = listen(venue);
      heard.session.start();
      await turn();
      for (const step of actions) {
        venue.clock.setTimer(100, () => {});
        venue.clock.step();
        if (step.kind === "trade") venue.trade(step.id);
        else if (step.kind === "break") venue.break();
        else if (step.kind === "back" && !venue.isLive) venue.start();
        else if (step.kind === "repeat" && venue.isLive) {
          for (const fill of venue.fillsMade.slice(-3)) venue.handlers.fill?.(fill);
          for (const report of venue.ordersMade.values()) venue.handlers.order?.(report);
        } else if (step.kind === "late" && venue.isLive) {
          const [report] = venue.ordersMade.values();
          if (report !== undefined) {
            venue.handlers.order?.({ ...report, filledLots: 0, status: "open", updatedAt: report.createdAt });
          }
        } else await pass(venue, 500);
      }
      if (!venue.isLive) venue.start();
      await pass(venue, 5000);
      assert(heard.session.isLive);
      assertEquals(
        heard.fills.map(({ tradeId }) => tradeId).sort(),
        venue.fillsMade.map(({ tradeId }) => tradeId).sort(),
      );
      for (const [id, truth] of venue.ordersMade) {
        const told = heard.orders.filter(({ exchangeOrderId }) => exchangeOrderId === id);
        assertEquals(told.at(-1)?.filledLots, truth.filledLots);
        assertEquals(told.at(-1)?.status, truth.status);
        for (const [index, { filledLots }] of told.entries()) {
          if (index > 0) assert(filledLots >= told[index - 1]!.filledLots);
        }
      }
      heard.session.stop();
    }),
    { seed: 20261123, numRuns: 150 },
  );
});

Deno.test("A session is live only when it has caught up, and tries again until the venue answers", async () => {
  const venue = new Venue();
  const heard = listen(venue);
  venue.failing = true;
  heard.session.start();
  await pass(venue, 5000);
  assertEquals([heard.session.isLive, heard.states], [false, []]);
  venue.failing = false;
  await pass(venue, 5000);
  assertEquals([heard.session.isLive, heard.states], [true, ["live"]]);
  assertEquals(heard.balances.length, 1);
  venue.break();
  assertEquals([heard.session.isLive, heard.states], [false, ["live", "lost"]]);
});

Deno.test("An answer that comes after the next interruption makes nothing live", async () => {
  const venue = new Venue();
  const heard = listen(venue);
  heard.session.start();
  venue.break();
  await pass(venue, 100);
  assertEquals([heard.session.isLive, heard.states], [false, []]);
});

Deno.test("A stopped session tells nothing more and asks nothing more", async () => {
  const venue = new Venue();
  const heard = listen(venue);
  venue.failing = true;
  heard.session.start();
  await turn();
  heard.session.stop();
  venue.failing = false;
  await pass(venue, 60_000);
  assertEquals([heard.session.isLive, heard.states, heard.balances], [false, [], []]);
});

Deno.test("An order that ended while nobody was told is asked for", async () => {
  const venue = new Venue();
  const heard = listen(venue);
  heard.session.start();
  await pass(venue, 1000);
  venue.trade("1");
  venue.break();
  for (let count = 0; count < 3; count++) venue.trade("1");
  venue.start();
  await pass(venue, 1000);
  assertEquals(heard.fills.length, 3);
  assertEquals(heard.orders.map(({ filledLots, status }) => [filledLots, status]), [[0, "open"], [
    3,
    "filled",
  ]]);
});

Deno.test("An order that was taken without a word of the stream is asked for after an interruption, once", async () => {
  const venue = new Venue();
  const heard = listen(venue);
  heard.session.start();
  await pass(venue, 1000);
  venue.isLive = false;
  for (let count = 0; count < 4; count++) venue.trade("1");
  heard.session.expect(instrument, "1");
  heard.session.expect(instrument, "never-there");
  const asked: (string | undefined)[] = [];
  const order = venue.order.bind(venue);
  venue.order = (reference): Promise<OrderReport | undefined> => {
    asked.push(reference.exchangeOrderId);
    return order(reference);
  };
  for (let count = 0; count < 2; count++) {
    venue.break();
    venue.start();
    await pass(venue, 1000);
  }
  assertEquals(heard.orders.map(({ exchangeOrderId, status }) => [exchangeOrderId, status]), [[
    "1",
    "filled",
  ]]);
  assertEquals(asked, ["1", "never-there"]);
});

Deno.test("An answer does not take back what the stream told about a balance meanwhile, nor does a late push", async () => {
  const venue = new Venue();
  const heard = listen(venue);
  const now = venue.clock.epochMs();
  const balance = (available: number, time: number): BalanceSnapshot => (
    { exchange: instrument.exchange, coin: "USDT", available, locked: 0, time }
  );
  let answer: ((balances: BalanceSnapshot[]) => void) | undefined;
  venue.balances = (): Promise<BalanceSnapshot[]> => new Promise((resolve) => answer = resolve);
  heard.session.start();
  await pass(venue, 1000);
  venue.handlers.balance?.(balance(2, now));
  answer!([balance(1, now + 5), { ...balance(7, now), coin: "BTC" }]);
  await pass(venue, 10);
  venue.handlers.balance?.(balance(3, now + 20));
  venue.handlers.balance?.(balance(2, now + 10));
  venue.handlers.balance?.(balance(4, now + 20));
  assertEquals(heard.balances.map(({ coin, available }) => [coin, available]), [
    ["USDT", 2],
    ["BTC", 7],
    ["USDT", 3],
    ["USDT", 4],
  ]);
  assert(heard.session.isLive);
});
