import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { NetworkError } from "../../../src/core/errors.ts";
import type { HttpRequest } from "../../../src/core/network.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { VenueTime } from "../../../src/engine/venue_time.ts";
import { ClockError } from "../../../src/net/clock_offset.ts";
import { advance, FakeNetwork, settle } from "../../support/fake_network.ts";
import { MemoryLogger } from "../../support/memory_logger.ts";

const request: HttpRequest = { method: "GET", url: "http://venue/", timeoutMs: 1_000 };

/** A venue whose clock the test sets. */
class Bench {
  readonly clock = new SimulatedClock(1_700_000_000_000);
  readonly logger = new MemoryLogger();
  readonly under = new FakeNetwork();
  /** The venue's time minus that of this machine. */
  offsetMs = 0;
  asked = 0;
  /** Whether the venue tells its time. */
  answers = true;
  readonly time = new VenueTime({
    name: "TEST",
    clock: this.clock,
    logger: this.logger,
    ask: () => {
      this.asked += 1;
      if (!this.answers) return Promise.reject(new NetworkError("nobody at home"));
      return Promise.resolve(this.clock.epochMs() + this.offsetMs);
    },
    refusesTime: ({ status }) => status === 403,
  });
  readonly network = this.time.guard(this.under);

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 50) {
      advance(this.clock, Math.min(50, left));
      await settle();
    }
  }
}

Deno.test("Nothing can be signed before the venue has told its time, and then it is signed with that", async () => {
  const bench = new Bench();
  bench.offsetMs = 12_345;
  assertThrows(() => bench.time.clock.epochMs(), ClockError);
  assertEquals(bench.time.figures(), undefined);
  assertEquals(bench.time.estimate.epochMs(), bench.clock.epochMs());
  bench.time.start();
  await settle();
  assertEquals(bench.time.clock.epochMs() - bench.clock.epochMs(), 12_345);
  const figures = bench.time.figures()!;
  assert(Math.abs(figures.offsetMs - 12_345) <= figures.uncertaintyMs && figures.uncertaintyMs <= 1);
  assertEquals(figures.roundTripMs, 0);
  bench.time.stop();
});

Deno.test("A refusal of a signed time makes the time unknown, and it is asked for again at once", async () => {
  const bench = new Bench();
  bench.time.start();
  await bench.pass(10_000);
  const { asked } = bench;
  bench.offsetMs = 30_000;
  bench.under.answer = () => ({ status: 403, body: {} });
  let isKnown = true;
  const sent = bench.network.fetch(request).then(() => {
    try {
      bench.time.clock.epochMs();
    } catch {
      isKnown = false;
    }
  });
  await sent;
  assertEquals([isKnown, bench.asked], [false, asked + 1]);
  await settle();
  assertEquals(bench.time.clock.epochMs() - bench.clock.epochMs(), 30_000);
  assertEquals(bench.logger.messages("warn"), ["The venue refused the time of a request"]);
  bench.time.stop();
});

Deno.test("Refusals of requests that were signed before a doubt say nothing about what is known since", async () => {
  const bench = new Bench();
  bench.time.start();
  await settle();
  bench.under.answer = () => ({ status: 403, body: {} });
  const { asked } = bench;
  await Promise.all(Array.from({ length: 20 }, () => bench.network.fetch(request)));
  await settle();
  assertEquals(bench.asked, asked + 1);
  bench.time.clock.epochMs();
  bench.time.stop();
});

Deno.test("Other answers leave the time alone", async () => {
  const bench = new Bench();
  bench.time.start();
  await settle();
  const { asked } = bench;
  for (const status of [200, 400, 429, 500]) {
    bench.under.answer = () => ({ status, body: {} });
    assertEquals((await bench.network.fetch(request)).status, status);
  }
  bench.time.clock.epochMs();
  assertEquals(bench.asked, asked);
  bench.time.stop();
});

Deno.test("Whoever waits for the time gets it as soon as it is known, or the reason why it is not", async () => {
  const bench = new Bench();
  bench.answers = false;
  bench.time.start();
  let known = false;
  void bench.time.known(60_000).then(() => known = true);
  await bench.pass(2_000);
  assertEquals(known, false);
  bench.answers = true;
  await bench.pass(1_000);
  assertEquals(known, true);
  bench.time.stop();
  const other = new Bench();
  other.answers = false;
  other.time.start();
  const refused = assertRejects(() => other.time.known(1_000), ClockError, "nobody at home");
  await other.pass(2_000);
  await refused;
  other.time.stop();
});
