import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Clock } from "../../../src/core/clock.ts";
import { RequestError } from "../../../src/core/network.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import type { Lane, RateRule } from "../../../src/net/rate_bucket.ts";
import {
  type RateCharge,
  RateLimiter,
  RateLimitError,
  type RateRequest,
} from "../../../src/net/rate_limiter.ts";
import { settled } from "./fake_stream.ts";

const orders: RateRule = { limit: 12, windowMs: 1_000, reserve: 3 };
const account: RateRule = { limit: 2, windowMs: 1_000 };
const overall: RateRule = { limit: 20, windowMs: 1_000, reserve: 4 };

/** MEXC's strict profile as an example of buckets that share a pool. */
function charges(kind: "order" | "account" | "query"): RateCharge[] {
  const all: RateCharge = { bucket: "all", rule: overall };
  if (kind === "order") return [{ bucket: "orders", rule: orders }, all];
  return kind === "account" ? [{ bucket: "account", rule: account }, all] : [all];
}

/** A request that a run makes, and what became of it. */
interface Made {
  readonly at: number;
  readonly lane: Lane;
  readonly charges: readonly RateCharge[];
  readonly maxWaitMs: number;
  grantedAt?: number;
  refusedAt?: number;
}

function makeLimiter(): { clock: SimulatedClock; limiter: RateLimiter } {
  const clock = new SimulatedClock(0);
  return { clock, limiter: new RateLimiter({ clock, marginMs: 0 }) };
}

/** Makes the requests at their times and waits until everything is settled. */
async function run(
  made: readonly Made[],
  prepare?: (limiter: RateLimiter, clock: SimulatedClock) => void,
): Promise<void> {
  const { clock, limiter } = makeLimiter();
  prepare?.(limiter, clock);
  for (const request of made) {
    clock.setTimer(request.at, () => {
      limiter.acquire(request).then(
        () => request.grantedAt = clock.monotonicMs(),
        () => request.refusedAt = clock.monotonicMs(),
      );
    });
  }
  do await settled(); while (clock.step());
  assertEquals(limiter.waiting, 0);
}

const anyRequest = fc.record({
  gap: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400 })),
  lane: fc.constantFrom<Lane>("priority", "ordinary"),
  kind: fc.constantFrom("order" as const, "account" as const, "query" as const),
  weight: fc.integer({ min: 1, max: 9 }),
  maxWaitMs: fc.constantFrom(0, 300, 2_500, 60_000),
});

/** Requests in the order in which they come; only some weigh more than one. */
const anyRequests = fc.array(anyRequest, { maxLength: 80, size: "max" }).map((requests) => {
  let at = 0;
  return requests.map(({ gap, lane, kind, weight, maxWaitMs }): Made => ({
    at: at += gap,
    lane,
    maxWaitMs,
    charges: charges(kind).map((charge) => ({ ...charge, weight: Math.min(weight, charge.rule.limit, 4) })),
  }));
});

function weightOf({ charges }: Made, bucket: string): number {
  return charges.find((charge) => charge.bucket === bucket)?.weight ?? 0;
}

const runs = { numRuns: 150 };

Deno.test("RateLimiter never lets more than the limit through in any window, whatever comes", async () => {
  await fc.assert(
    fc.asyncProperty(anyRequests, async (made) => {
      await run(made);
      const granted = made.filter(({ grantedAt }) => grantedAt !== undefined);
      for (
        const [bucket, { limit, windowMs, reserve = 0 }] of Object.entries({ orders, account, all: overall })
      ) {
        for (const { grantedAt: from } of granted) {
          const inWindow = granted.filter(({ grantedAt: at }) => at! >= from! && at! < from! + windowMs);
          const sum = (some: readonly Made[]): number =>
            some.reduce((all, each) => all + weightOf(each, bucket), 0);
          assert(sum(inWindow) <= limit, `${sum(inWindow)} in a window of ${bucket}`);
          assert(
            sum(inWindow.filter(({ lane }) => lane === "ordinary")) <= limit - reserve,
            `reserve of ${bucket}`,
          );
        }
      }
    }),
    runs,
  );
});

Deno.test("RateLimiter starts every request in time or refuses it by then, and nothing waits without need", async () => {
  await fc.assert(
    fc.asyncProperty(anyRequests, async (made) => {
      await run(made);
      for (const { at, maxWaitMs, grantedAt, refusedAt } of made) {
        assert((grantedAt === undefined) !== (refusedAt === undefined));
        assert((grantedAt ?? refusedAt)! <= at + maxWaitMs, "late");
      }
      const weight = made.reduce((all, each) => all + weightOf(each, "all"), 0);
      if (weight <= 2) assert(made.every(({ at, grantedAt }) => grantedAt === at), "without need");
    }),
    runs,
  );
});

Deno.test("RateLimiter starts requests of one lane for the same buckets in the order in which they came", async () => {
  await fc.assert(
    fc.asyncProperty(anyRequests, async (made) => {
      await run(made);
      for (const bucket of ["orders", "account"]) {
        for (const lane of ["priority", "ordinary"]) {
          const times = made.filter((each) => each.lane === lane && weightOf(each, bucket) > 0)
            .map(({ grantedAt }) => grantedAt).filter((at) => at !== undefined);
          assertEquals(times, times.toSorted((a, b) => a - b));
        }
      }
    }),
    runs,
  );
});

Deno.test("RateLimiter lets at most one ordinary request go before a waiting priority request in a window", async () => {
  await fc.assert(
    fc.asyncProperty(anyRequests, async (made) => {
      await run(made);
      for (
        const urgent of made.filter(({ lane, grantedAt }) => lane === "priority" && grantedAt !== undefined)
      ) {
        const overtaking = made.filter((other) =>
          other.lane === "ordinary" && other.grantedAt !== undefined && weightOf(other, "orders") > 0 &&
          weightOf(urgent, "orders") > 0 && other.grantedAt > urgent.at && other.grantedAt < urgent.grantedAt!
        );
        const windows = 1 + Math.floor((urgent.grantedAt! - urgent.at) / orders.windowMs);
        assert(overtaking.length <= windows, `${overtaking.length} went before in ${windows} windows`);
      }
    }),
    runs,
  );
});

Deno.test("RateLimiter keeps its reserve for priority requests: they do not wait for ordinary ones at all", async () => {
  const made: Made[] = [];
  const add = (at: number, lane: Lane): void => {
    made.push({ at, lane, charges: charges("order"), maxWaitMs: 10_000 });
  };
  for (let i = 0; i < 40; i++) add(0, "ordinary");
  for (const at of [1, 500, 999, 2_001, 2_001, 2_001]) add(at, "priority");
  await run(made);
  const urgent = made.filter(({ lane }) => lane === "priority");
  assertEquals(urgent.map(({ grantedAt }) => grantedAt), urgent.map(({ at }) => at));
  const starts = made.filter(({ lane }) => lane === "ordinary").map(({ grantedAt }) => grantedAt);
  assertEquals(starts.slice(0, 10), [...Array.from({ length: 9 }, () => 0), 1_000]);
});

Deno.test("RateLimiter lets an ordinary request through once a window while priority requests never end", async () => {
  const made: Made[] = [];
  for (let at = 0; at < 10_000; at += 50) {
    made.push({ at, lane: "priority", charges: charges("order"), maxWaitMs: 3_000 });
  }
  for (let i = 0; i < 5; i++) {
    made.push({ at: 100, lane: "ordinary", charges: charges("order"), maxWaitMs: 9_000 });
  }
  await run(made);
  const starts = made.filter(({ lane }) => lane === "ordinary").map(({ grantedAt }) => grantedAt!);
  // The bucket is not full before 600 ms; until then there is room for everybody.
  assertEquals(starts, [100, 100, 100, 100, 100]);
  const late: Made[] = made.filter(({ lane }) => lane === "priority")
    .map(({ at, lane, charges, maxWaitMs }) => ({ at, lane, charges, maxWaitMs }));
  for (let i = 0; i < 3; i++) {
    late.push({ at: 1_500, lane: "ordinary", charges: charges("order"), maxWaitMs: 9_000 });
  }
  await run(late);
  const gaps = late.slice(-3).map(({ grantedAt }) => grantedAt! - 1_500);
  assert(
    gaps.every((gap, index) => gap >= 1_000 * (index + 1) && gap <= 1_100 * (index + 1) + 100),
    gaps.join(),
  );
});

Deno.test("RateLimiter lets requests pass that do not need the full bucket", async () => {
  const { limiter } = makeLimiter();
  const account = { charges: charges("account"), maxWaitMs: 5_000 };
  await limiter.acquire(account);
  await limiter.acquire(account);
  const third = limiter.acquire(account);
  assert(limiter.tryAcquire({ charges: charges("query") }));
  assert(!limiter.tryAcquire({ charges: charges("account"), lane: "priority" }));
  assertEquals(limiter.waiting, 1);
  void third;
});

Deno.test("RateLimiter lets orders pass again after a pause, however long the queue of a narrower bucket lasts", async () => {
  const questions = Array.from({ length: 75 }, (_, index): Made => {
    // Three a second where two are allowed: the queue never ends.
    return { at: index * 330, lane: "ordinary", charges: charges("account"), maxWaitMs: 3_000 };
  });
  const sent = Array.from({ length: 20 }, (_, index): Made => {
    return { at: 5_000 + index * 1_000, lane: "ordinary", charges: charges("order"), maxWaitMs: 200 };
  });
  const pause: Made = { at: 500, lane: "ordinary", charges: charges("order"), maxWaitMs: 0 };
  await run([pause, ...questions, ...sent], (limiter, clock) => {
    clock.setTimer(600, () => limiter.block(1_500, "all"));
  });
  assert(questions.some(({ refusedAt }) => refusedAt !== undefined), "the queue is not too long");
  assertEquals(sent.filter(({ at, grantedAt }) => grantedAt !== at), []);
});

Deno.test("RateLimiter refuses at once what cannot start in time, and says when it could", async () => {
  const { clock, limiter } = makeLimiter();
  const request: RateRequest = { charges: charges("account"), maxWaitMs: 600 };
  for (let i = 0; i < 2; i++) await limiter.acquire(request);
  const error = await assertRejects(() => limiter.acquire(request), RateLimitError) as RateLimitError;
  assert(error instanceof RequestError);
  assertEquals([error.sent, error.bucket, error.retryAfterMs], ["no", "account", 1_000]);
  assertStringIncludes(error.message, 'Held back by the limit "account": there is no room for 1000 ms');
  assertEquals(clock.nextDue, undefined, "no timer is left");
});

Deno.test("RateLimiter refuses who is in the queue when a ban comes that lasts longer than they can wait", async () => {
  const { clock, limiter } = makeLimiter();
  const request: RateRequest = { charges: charges("account"), maxWaitMs: 5_000 };
  for (let i = 0; i < 2; i++) await limiter.acquire(request);
  const waiting = limiter.acquire(request);
  limiter.learn(request.charges, { status: 418, retryAfterMs: 300_000 });
  const error = await assertRejects(() => waiting, RateLimitError) as RateLimitError;
  assertEquals([error.bucket, error.retryAfterMs], ["*", 300_000]);
  assertEquals(limiter.gauges()[0], { bucket: "*", used: 0, limit: Infinity, blockedMs: 300_000 });
  assert(!limiter.tryAcquire({ charges: [], lane: "priority" }), "a ban is for everything");
  assertEquals(clock.nextDue, undefined);
});

Deno.test("RateLimiter bans everything for two minutes at least", () => {
  const { limiter } = makeLimiter();
  limiter.learn(charges("query"), { status: 418 });
  assertEquals(limiter.gauges()[0]!.blockedMs, 120_000);
});

Deno.test("RateLimiter closes the narrowest bucket after 429, and all of the request after a second one", () => {
  const { limiter } = makeLimiter();
  const blocked = (): Record<string, number> =>
    Object.fromEntries(limiter.gauges().map(({ bucket, blockedMs }) => [bucket, blockedMs]));
  limiter.learn(charges("order"), { status: 429 });
  assertEquals(blocked(), { "*": 0, orders: 1_000, all: 0 });
  assert(!limiter.tryAcquire({ charges: charges("order"), lane: "priority" }));
  assert(limiter.tryAcquire({ charges: charges("query") }));
  limiter.learn(charges("account"), { status: 429, retryAfterMs: 7_000 });
  limiter.learn(charges("account"), { status: 200 });
  limiter.learn(charges("account"), { status: 429, retryAfterMs: 8_000 });
  assertEquals(blocked(), { "*": 0, orders: 1_000, account: 8_000, all: 0 });
  limiter.learn(charges("order"), { status: 429, retryAfterMs: 9_000 });
  assertEquals(blocked(), { "*": 0, orders: 9_000, account: 8_000, all: 9_000 });
});

Deno.test("RateLimiter believes a venue that allows less or says that less is left", () => {
  const { clock, limiter } = makeLimiter();
  const rule: RateRule = { limit: 10, windowMs: 1_000 };
  const own: RateCharge[] = [{ bucket: "orders", rule }];
  const left = (): number => {
    const { used, limit } = limiter.gauges()[1]!;
    return limit - used;
  };
  assert(limiter.tryAcquire({ charges: own }));
  limiter.learn(own, { status: 200, report: { limit: 10, remaining: 9 } });
  assertEquals(left(), 9);
  limiter.learn(own, { status: 200, report: { limit: 10, remaining: 4 } });
  assertEquals(left(), 4, "others use the same account");
  limiter.learn(own, { status: 200, report: { limit: 5, remaining: 5 } });
  assertEquals(limiter.gauges()[1], { bucket: "orders", used: 6, limit: 5, blockedMs: 0 });
  limiter.learn(own, { status: 200, report: { limit: 1_000, remaining: 1_000 } });
  assertEquals([left(), limiter.gauges()[1]!.limit], [4, 10], "never more than configured");
  limiter.learn(own, { status: 200, report: { limit: 10, remaining: 0, resetAtMs: clock.epochMs() } });
  assertEquals([left(), limiter.gauges()[1]!.blockedMs], [0, 0], "not exceeded: the stamp is the time");
  limiter.learn(own, {
    status: 429,
    retryAfterMs: 1,
    report: { remaining: 0, resetAtMs: clock.epochMs() + 2_500 },
  });
  assertEquals(limiter.gauges()[1]!.blockedMs, 2_500);
  limiter.learn(own, { status: 200, report: { remaining: 0, resetAtMs: clock.epochMs() + 1e12 } });
  assertEquals(limiter.gauges()[1]!.blockedMs, 60_000, "an absurd stamp is not believed");
});

Deno.test("RateLimiter adds a margin to the window", () => {
  const clock = new SimulatedClock(0);
  const limiter = new RateLimiter({ clock, marginMs: 50 });
  const request: RateRequest = { charges: [{ bucket: "one", rule: { limit: 1, windowMs: 100 } }] };
  const passes: boolean[] = [];
  for (const at of [0, 100, 149, 150]) clock.setTimer(at, () => passes.push(limiter.tryAcquire(request)));
  while (clock.step());
  assertEquals(passes, [true, false, false, true]);
});

Deno.test("RateLimiter refuses requests and rules that make no sense", () => {
  const { limiter } = makeLimiter();
  const enter = (weight: number, rule: RateRule = account): unknown =>
    limiter.tryAcquire({ charges: [{ bucket: JSON.stringify(rule), rule, weight }] });
  for (const weight of [0, -1, 0.5, NaN, 3]) assertThrows(() => enter(weight), RangeError, "never fits");
  const rules: RateRule[] = [
    { limit: 0, windowMs: 1 },
    { limit: 1, windowMs: 0 },
    { limit: 1, windowMs: 1, reserve: 1 },
    { limit: NaN, windowMs: 1 },
    { limit: 2, windowMs: 1, reserve: -1 },
  ];
  for (const rule of rules) assertThrows(() => enter(1, rule), RangeError, "makes no sense");
});

Deno.test("RateLimiter refuses what comes when too many of a lane wait, but not the other lane", async () => {
  const clock = new SimulatedClock(0);
  const limiter = new RateLimiter({ clock, marginMs: 0, maxWaiting: 2 });
  const request: RateRequest = { charges: charges("account"), maxWaitMs: 10_000 };
  for (let i = 0; i < 2; i++) await limiter.acquire(request);
  for (let i = 0; i < 2; i++) void limiter.acquire(request);
  await assertRejects(() => limiter.acquire(request), RateLimitError, "2 requests wait already");
  void limiter.acquire({ ...request, lane: "priority" });
  assertEquals(limiter.waiting, 3);
});

Deno.test("RateLimiter takes thousands of markets without keeping them all", () => {
  const { clock, limiter } = makeLimiter();
  for (let i = 0; i < 20_000; i++) {
    clock.setTimer(1, () => {});
    clock.step();
    assert(limiter.tryAcquire({ charges: [{ bucket: `orders ${i}`, rule: orders }] }));
  }
  assert(limiter.gauges().length < 6_000, `${limiter.gauges().length} buckets`);
});

Deno.test("RateLimiter works on a clock that never stands still: now means now, and the full bucket is named", async () => {
  let now = 0;
  const still = new SimulatedClock(0);
  const clock: Clock = {
    epochMs: () => still.epochMs(),
    monotonicMs: () => now += 0.001,
    setTimer: (delayMs, callback) => still.setTimer(delayMs, callback),
  };
  const limiter = new RateLimiter({ clock, marginMs: 0 });
  const request = { charges: [{ bucket: "orders", rule: { limit: 2, windowMs: 1_000 } }] };
  assertEquals([1, 2, 3].map(() => limiter.tryAcquire(request)), [true, true, false]);
  const refusal = await assertRejects(() => limiter.acquire({ ...request, maxWaitMs: 10 }), RateLimitError);
  assertEquals(refusal.bucket, "orders");
  assertEquals(Math.round(refusal.retryAfterMs), 1_000);
});

Deno.test("RateLimiter.room tells how many requests pass one after the other, and counts nothing", () => {
  const kind = fc.constantFrom<"order" | "account" | "query">("order", "account", "query");
  const lane = fc.constantFrom<Lane>("ordinary", "priority");
  fc.assert(
    fc.property(
      fc.array(fc.record({ waitMs: fc.integer({ min: 0, max: 400 }), kind, lane }), { maxLength: 40 }),
      kind,
      lane,
      fc.integer({ min: 0, max: 30 }),
      (history, asked, askedLane, most) => {
        const { clock, limiter } = makeLimiter();
        for (const { waitMs, kind, lane } of history) {
          clock.setTimer(waitMs, () => {});
          clock.step();
          limiter.tryAcquire({ charges: charges(kind), lane });
        }
        const request = { charges: charges(asked), lane: askedLane };
        const room = limiter.room(request, most);
        assertEquals(limiter.room(request, most), room);
        let passed = 0;
        while (passed < most && limiter.tryAcquire(request)) passed += 1;
        assertEquals(room, passed);
      },
    ),
    { numRuns: 500 },
  );
});
