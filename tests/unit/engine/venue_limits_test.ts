import { assert, assertEquals, assertRejects } from "@std/assert";
import type { HttpRequest, HttpResponse } from "../../../src/core/network.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { orderPatience, publicPatience, VenueLimits } from "../../../src/engine/venue_limits.ts";
import { RateLimitError } from "../../../src/net/rate_limiter.ts";
import { advance, FakeNetwork, settle } from "../../support/fake_network.ts";

class Bench {
  readonly clock = new SimulatedClock(1_700_000_000_000);
  readonly limits = new VenueLimits(this.clock);
  readonly under = new FakeNetwork();

  constructor() {
    this.under.answer = () => ({ body: {} });
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 50) {
      advance(this.clock, Math.min(50, left));
      await settle();
    }
  }
}

const get = (url: string): HttpRequest => ({ method: "GET", url, timeoutMs: 10_000 });
const depth = get("https://api.mexc.com/api/v3/depth?symbol=BTCUSDT");
const order: HttpRequest = { ...get("https://api.mexc.com/api/v3/order?symbol=BTCUSDT"), method: "POST" };
const cancel: HttpRequest = { ...order, method: "DELETE" };

Deno.test("Public requests to MEXC wait for their turn, orders are refused unsent, cancels go first", async () => {
  const bench = new Bench();
  const { limits, under } = bench;
  const questions = limits.limited("MEXC_SPOT", under, publicPatience);
  const orders = limits.limited("MEXC_SPOT", under, orderPatience);
  const asked = Array.from({ length: 30 }, () => questions.fetch(depth));
  // 20 requests a second, five of them kept for cancels.
  assertEquals(under.requests.length, 15);
  await assertRejects(() => orders.fetch(order), RateLimitError);
  const cancelled = Array.from({ length: 5 }, () => orders.fetch(cancel));
  assertEquals(under.requests.slice(15).map(({ method }) => method), Array(5).fill("DELETE"));
  const { decided } = limits;
  await bench.pass(3_000);
  assertEquals((await Promise.all([...asked, ...cancelled])).length, 35);
  // Whoever moves a simulated clock sees that promises are waiting to go on.
  assertEquals(limits.decided - decided, 15);
});

Deno.test("Venues of one company share a limiter, and companies do not hold each other up", () => {
  const { limits, under } = new Bench();
  assert(limits.limiter("GATEIO_SPOT") === limits.limiter("GATEIO_FUTURES"));
  assert(limits.limiter("GATEIO_SPOT") !== limits.limiter("MEXC_SPOT"));
  const mexc = limits.limited("MEXC_SPOT", under, publicPatience);
  for (let index = 0; index < 15; index++) void mexc.fetch(depth);
  const gate = limits.limited("GATEIO_SPOT", under, publicPatience);
  void gate.fetch(get("https://api.gateio.ws/api/v4/spot/order_book?currency_pair=BTC_USDT"));
  assertEquals(under.requests.length, 16);
});

Deno.test("What Gate.io says about a limit is read in Gate.io's time, once that is known", async () => {
  const blockedMs = async (venueAheadMs: number, told: boolean): Promise<number> => {
    const { clock, limits, under } = new Bench();
    const resetAt = Math.round((clock.epochMs() + venueAheadMs + 4_000) / 1_000);
    under.fetch = (): Promise<HttpResponse> =>
      Promise.resolve({
        status: 200,
        text: "{}",
        headers: new Headers({
          "X-Gate-RateLimit-Limit": "200",
          "X-Gate-RateLimit-Requests-Remain": "0",
          "X-Gate-RateLimit-Reset-Timestamp": String(resetAt),
        }),
      });
    if (told) limits.useTime("GATEIO_FUTURES", () => clock.epochMs() + venueAheadMs);
    const network = limits.limited("GATEIO_SPOT", under, publicPatience);
    await network.fetch(get("https://api.gateio.ws/api/v4/spot/time"));
    return Math.max(...limits.limiter("GATEIO_SPOT").gauges().map((gauge) => gauge.blockedMs));
  };
  const expected = await blockedMs(0, false);
  assert(expected > 3_000 && expected < 6_000, `${expected}`);
  assertEquals(await blockedMs(-60_000, true), expected);
  assertEquals(await blockedMs(60_000, true), expected);
});
