import { assertEquals, assertRejects } from "@std/assert";
import type { HttpRequest, HttpResponse } from "../../../src/core/network.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { LimitedNetwork } from "../../../src/net/limited_network.ts";
import { RateLimiter, RateLimitError } from "../../../src/net/rate_limiter.ts";
import { FakeNetwork } from "../../support/fake_network.ts";
import { settled } from "./fake_stream.ts";

class Bench {
  readonly clock = new SimulatedClock(1_700_000_000_000);
  readonly limiter = new RateLimiter({ clock: this.clock, marginMs: 0 });
  readonly under = new FakeNetwork();
  headers: Record<string, string> = {};
  readonly network = new LimitedNetwork({
    network: this.under,
    limiter: this.limiter,
    clock: this.clock,
    limitsOf: ({ method }) => ({
      charges: [{ bucket: method, rule: { limit: 2, windowMs: 1_000, reserve: 1 } }],
      lane: method === "DELETE" ? "priority" : "ordinary",
      maxWaitMs: 1_500,
    }),
    reportOf: ({ headers }) => headers.has("left") ? { remaining: Number(headers.get("left")) } : undefined,
  });

  constructor() {
    this.under.fetch = (request): Promise<HttpResponse> => {
      this.under.requests.push(request);
      return Promise.resolve({ status: this.status, headers: new Headers(this.headers), text: "" });
    };
  }
  status = 200;

  fetch(method: string, timeoutMs = 5_000): Promise<HttpResponse> {
    const request: HttpRequest = { method, url: "http://venue/", timeoutMs };
    const answer = this.network.fetch(request);
    answer.catch(() => {});
    return answer;
  }
}

Deno.test("LimitedNetwork sends at once while there is room, and by the lane of the request", () => {
  const bench = new Bench();
  for (const method of ["DELETE", "DELETE", "GET", "GET"]) void bench.fetch(method);
  assertEquals(bench.under.requests.map(({ method }) => method), ["DELETE", "DELETE", "GET"]);
});

Deno.test("LimitedNetwork takes the wait off the time of the request", async () => {
  const bench = new Bench();
  void bench.fetch("GET");
  const second = bench.fetch("GET");
  do await settled(); while (bench.clock.step());
  assertEquals((await second).status, 200);
  assertEquals(bench.under.requests.map(({ timeoutMs }) => timeoutMs), [5_000, 4_000]);
});

Deno.test("LimitedNetwork does not send what would be late", async () => {
  const bench = new Bench();
  void bench.fetch("GET");
  await assertRejects(() => bench.fetch("GET", 500), RateLimitError);
  assertEquals(bench.under.requests.length, 1);
});

Deno.test("LimitedNetwork learns from answers", async () => {
  const bench = new Bench();
  bench.headers = { left: "0" };
  await bench.fetch("GET");
  assertEquals(bench.limiter.gauges()[1], { bucket: "GET", used: 2, limit: 2, blockedMs: 0 });
  bench.headers = { "retry-after": "30" };
  bench.status = 429;
  await bench.fetch("PUT");
  assertEquals(bench.limiter.gauges()[2]!.blockedMs, 30_000);
  bench.status = 418;
  await bench.fetch("POST");
  assertEquals(bench.limiter.gauges()[0]!.blockedMs, 120_000);
  await assertRejects(() => bench.fetch("DELETE"), RateLimitError);
});

Deno.test("LimitedNetwork opens sockets on the network under it", () => {
  const { network, under } = new Bench();
  const nothing = (): void => {};
  network.connect("ws://venue/", { onOpen: nothing, onText: nothing, onBinary: nothing, onClose: nothing });
  assertEquals(under.socket.url, "ws://venue/");
});
