import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { BalanceSnapshot } from "../../../src/core/balance.ts";
import { AccountState } from "../../../src/execution/account_state.ts";

const clockErrorMs = 20;

/** An account whose clock the test moves. */
class Desk {
  now = 100_000;
  readonly account = new AccountState({
    clock: { epochMs: () => 1e12 + this.now, monotonicMs: () => this.now },
    exchange: "MEXC_SPOT",
    clockErrorMs: () => clockErrorMs,
  });

  /** A balance that was made at this moment of the desk's clock. */
  balance(available: number, madeAt = this.now, coin = "USDT"): BalanceSnapshot {
    return { exchange: "MEXC_SPOT", coin, available, locked: 0, time: 1e12 + madeAt };
  }

  /** Asks and has the answer at once. */
  ask(available: number): void {
    this.account.takeAll([this.balance(available)], this.now);
  }
}

/** What happens next, with a number that says how much or how long. */
type Step = readonly [
  what: "send" | "arrive" | "end" | "hear" | "push" | "ask" | "answer" | "told" | "lost" | "deposit" | "wait",
  size: number,
];

const stepArbitrary: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom(
    "send",
    "arrive",
    "arrive",
    "end",
    "end",
    "hear",
    "hear",
    "push",
    "push",
    "ask",
    "answer",
    "told",
    "lost",
    "deposit",
    "wait",
    "wait",
  ),
  fc.integer({ min: 0, max: 60 }),
);

interface Question {
  readonly askedAt: number;
  answer?: BalanceSnapshot;
}

/**
 * A venue that binds and spends money, and messages about it that are late on lines of their own: pushes, ends of orders,
 * answers. Its clock is wrong by less than what is allowed for.
 */
class LateVenue {
  available = 1_000;
  readonly desk = new Desk();
  readonly #underWay: { id: string; amount: number }[] = [];
  readonly #living: { id: string; amount: number }[] = [];
  readonly #ends: string[] = [];
  readonly #pushes: BalanceSnapshot[] = [];
  readonly #questions: Question[] = [];
  #orders = 0;

  constructor(readonly clockOffset: number) {
    this.desk.ask(this.available);
  }

  run([what, size]: Step): void {
    const { desk } = this;
    if (what === "send") this.#send(size);
    else if (what === "arrive") this.#arrive();
    else if (what === "end") this.#end(size);
    else if (what === "hear") this.#hear();
    else if (what === "push") this.#push();
    else if (what === "ask") this.#questions.push({ askedAt: desk.now });
    else if (what === "answer") {
      const question = this.#questions.find(({ answer }) => answer === undefined);
      if (question !== undefined) question.answer = this.#balance();
    } else if (what === "told") this.#told();
    else if (what === "lost") {
      this.#pushes.length = 0;
      desk.account.lost();
    } else if (what === "deposit") this.#change(size);
    else desk.now += size % 12;
  }

  /** Everything arrives, and all is asked for anew. */
  settle(): void {
    const { desk } = this;
    while (this.#underWay.length > 0) this.#arrive();
    while (this.#living.length > 0) this.#end(7);
    while (this.#ends.length > 0) this.#hear();
    while (this.#pushes.length > 0) this.#push();
    desk.now += 1;
    desk.account.takeAll([this.#balance()], desk.now);
  }

  #send(size: number): void {
    const free = this.desk.account.free("USDT");
    const amount = Math.floor((free * size) / 60);
    const id = `o${++this.#orders}`;
    this.desk.account.reserve(id, "USDT", amount);
    this.#underWay.push({ id, amount });
  }

  #arrive(): void {
    const order = this.#underWay.shift();
    if (order === undefined) return;
    assert(order.amount <= this.available, `${order.amount} are to be bound and ${this.available} are there`);
    this.#living.push(order);
    this.#change(-order.amount);
  }

  #end(size: number): void {
    const order = this.#living.splice(size % Math.max(1, this.#living.length), 1)[0];
    if (order === undefined) return;
    this.#change(order.amount - Math.floor((order.amount * size) / 60));
    this.#ends.push(order.id);
  }

  #hear(): void {
    const id = this.#ends.shift();
    if (id !== undefined) this.desk.account.release(id);
  }

  #push(): void {
    const balance = this.#pushes.shift();
    if (balance !== undefined) this.desk.account.take(balance);
  }

  #told(): void {
    const index = this.#questions.findIndex(({ answer }) => answer !== undefined);
    if (index < 0) return;
    const { askedAt, answer } = this.#questions.splice(index, 1)[0]!;
    this.desk.account.takeAll([answer!], askedAt);
  }

  #change(amount: number): void {
    this.available += amount;
    this.#pushes.push(this.#balance());
  }

  #balance(): BalanceSnapshot {
    return this.desk.balance(this.available, this.desk.now + this.clockOffset);
  }
}

Deno.test("No order is ever for more than the venue has, however late balances, answers and ends of orders are", () => {
  const offset = fc.integer({ min: -clockErrorMs, max: clockErrorMs });
  fc.assert(
    fc.property(fc.array(stepArbitrary, { maxLength: 120 }), offset, (steps, clockOffset) => {
      const venue = new LateVenue(clockOffset);
      for (const step of steps) venue.run(step);
      venue.settle();
      assertEquals(venue.desk.account.free("USDT"), venue.available);
      assertEquals(venue.desk.account.waitsSince, NaN);
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("Nothing is free before all balances are known, nor after the connection was lost", () => {
  const desk = new Desk(), { account } = desk;
  account.take(desk.balance(100));
  assertEquals([account.isKnown, account.free("USDT")], [false, 0]);
  desk.now += 1;
  desk.ask(90);
  assertEquals([account.isKnown, account.free("USDT"), account.free("BTC")], [true, 90, 0]);
  account.lost();
  assertEquals([account.isKnown, account.free("USDT")], [false, 0]);
  account.take(desk.balance(90));
  assertEquals(account.free("USDT"), 0);
});

Deno.test("An answer to a question from before the connection was lost is not taken", () => {
  const desk = new Desk(), { account } = desk;
  const askedAt = desk.now;
  desk.now += 5;
  account.lost();
  assertEquals(account.takeAll([desk.balance(100)], askedAt), false);
  assertEquals(account.isKnown, false);
  desk.now += 1;
  assertEquals(account.takeAll([desk.balance(100)], desk.now), true);
  assertEquals(account.free("USDT"), 100);
});

Deno.test("An answer that was overtaken by a later question's is not taken", () => {
  const desk = new Desk(), { account } = desk;
  const first = desk.now;
  desk.now += 5;
  assertEquals(account.takeAll([desk.balance(50)], desk.now), true);
  assertEquals(account.takeAll([desk.balance(100)], first), false);
  assertEquals(account.free("USDT"), 50);
});

Deno.test("A pushed balance of one coin leaves the others as they are", () => {
  const desk = new Desk(), { account } = desk;
  account.takeAll([desk.balance(100), desk.balance(7, desk.now, "BTC")], desk.now);
  desk.now += 100;
  account.take(desk.balance(80));
  assertEquals([account.free("USDT"), account.free("BTC")], [80, 7]);
});

Deno.test("A living order counts beside the balance, an ended one until a balance is certainly newer", () => {
  const desk = new Desk(), { account } = desk;
  desk.ask(100);
  account.reserve("a", "USDT", 30);
  assertEquals(account.free("USDT"), 70);
  // The venue has taken it off, or not: both look the same from here.
  desk.now += 1;
  account.take(desk.balance(70));
  assertEquals(account.free("USDT"), 40);
  desk.now += 10;
  account.release("a");
  assertEquals([account.free("USDT"), account.waitsSince], [40, desk.now]);
  // A push that was made within the error of the clock may be from before the end.
  desk.now += 1;
  account.take(desk.balance(70));
  assertEquals(account.free("USDT"), 40);
  desk.now += clockErrorMs;
  account.take(desk.balance(70));
  assertEquals([account.free("USDT"), account.waitsSince], [70, NaN]);
});

Deno.test("A balance that came before the end of the order leaves it counted until all is asked for anew", () => {
  const desk = new Desk(), { account } = desk;
  desk.ask(100);
  account.reserve("a", "USDT", 30);
  desk.now += 100;
  account.take(desk.balance(75));
  desk.now += 1;
  const before = desk.now;
  desk.now += 1;
  account.release("a");
  assertEquals(account.free("USDT"), 45);
  account.takeAll([desk.balance(75)], before);
  assertEquals(account.free("USDT"), 45);
  desk.ask(75);
  assertEquals(account.free("USDT"), 75);
});

Deno.test("While an answer and a push may be from the same moment, the lesser counts", () => {
  const desk = new Desk(), { account } = desk;
  const askedAt = desk.now;
  desk.now += 1;
  account.take(desk.balance(60));
  desk.now += 1;
  account.takeAll([desk.balance(100)], askedAt);
  assertEquals(account.free("USDT"), 60);
  assertEquals(account.mayHaveMore, false);
  account.take(desk.balance(120));
  assertEquals([account.free("USDT"), account.mayHaveMore], [100, true]);
  desk.now += clockErrorMs + 1;
  account.take(desk.balance(120));
  assertEquals([account.free("USDT"), account.mayHaveMore], [120, false]);
});

Deno.test("A push whose stamp the clock's error may have put after an answer does not replace it", () => {
  const desk = new Desk(), { account } = desk;
  desk.ask(100);
  account.reserve("a", "USDT", 70);
  account.release("a");
  desk.now += 2;
  desk.ask(30);
  // Made before the order was there, by a clock that is ahead.
  desk.now += 1;
  account.take(desk.balance(100, desk.now + clockErrorMs - 2));
  assertEquals(account.free("USDT"), 30);
});

Deno.test("A push from before the question is in the answer", () => {
  const desk = new Desk(), { account } = desk;
  desk.ask(100);
  account.take(desk.balance(20));
  assertEquals(account.free("USDT"), 20);
  desk.now += 1;
  desk.ask(80);
  assertEquals(account.free("USDT"), 80);
});

Deno.test("An ended order counts until a balance of its own coin is newer", () => {
  const desk = new Desk(), { account } = desk;
  account.takeAll([desk.balance(100), desk.balance(7, desk.now, "BTC")], desk.now);
  account.reserve("a", "BTC", 2);
  account.reserve("b", "USDT", 40);
  desk.now += 1;
  account.release("a");
  account.release("b");
  assertEquals([account.free("USDT"), account.free("BTC")], [60, 5]);
  desk.now += 2 * clockErrorMs;
  account.take(desk.balance(100));
  assertEquals([account.free("USDT"), account.free("BTC")], [100, 5]);
  account.take(desk.balance(7, desk.now, "BTC"));
  assertEquals([account.free("USDT"), account.free("BTC")], [100, 7]);
});

Deno.test("A push that is older than the last one is late; one that is much older has a clock that was set back", () => {
  const desk = new Desk(), { account } = desk;
  desk.ask(0);
  desk.now += 10_000;
  account.take(desk.balance(60));
  account.take(desk.balance(90, desk.now - 4_000));
  assertEquals(account.free("USDT"), 60);
  account.take(desk.balance(50, desk.now - 6_000));
  // It may be older than the answer as well now, and the lesser of both counts.
  assert(account.free("USDT") <= 50);
});

Deno.test("Reservations of other coins and orders without one change nothing", () => {
  const desk = new Desk(), { account } = desk;
  account.takeAll([desk.balance(100), desk.balance(7, desk.now, "BTC")], desk.now);
  account.reserve("a", "BTC", 2);
  account.reserve("b", "USDT", 0);
  account.release("b");
  account.release("nobody");
  assertEquals([account.free("USDT"), account.free("BTC"), account.waitsSince], [100, 5, NaN]);
  account.reserve("c", "BTC", 9);
  assertEquals(account.free("BTC"), 0);
});

Deno.test("What no order can bind is refused with what and where", () => {
  const desk = new Desk(), { account } = desk;
  account.reserve("a", "USDT", 1);
  assertThrows(() => account.reserve("a", "USDT", 1), RangeError, "Order a has a reservation already");
  for (const amount of [-1, NaN, Infinity]) {
    assertThrows(() => account.reserve("b", "USDT", amount), RangeError, `${amount} USDT for order b`);
  }
  const stranger: BalanceSnapshot = { ...desk.balance(1), exchange: "GATEIO_SPOT" };
  assertThrows(() => account.take(stranger), RangeError, "GATEIO_SPOT");
  assertThrows(() => account.takeAll([stranger], desk.now), RangeError, "GATEIO_SPOT");
});

Deno.test("A balance that is negative or no number is nothing", () => {
  const desk = new Desk(), { account } = desk;
  for (const available of [-5, NaN]) {
    desk.now += 1;
    desk.ask(available);
    assertEquals(account.free("USDT"), 0);
  }
});
