import { assert, assertEquals } from "@std/assert";
import { createHash, createHmac } from "node:crypto";
import { SystemClock } from "../../src/core/clock.ts";
import type { HttpRequest } from "../../src/core/network.ts";
import { gateioLimitReport, gateioRequestLimits } from "../../src/exchanges/gateio/request_limits.ts";
import { mexcRequestLimits } from "../../src/exchanges/mexc/request_limits.ts";
import { LimitedNetwork } from "../../src/net/limited_network.ts";
import { RateLimiter } from "../../src/net/rate_limiter.ts";
import { SystemNetwork } from "../../src/net/system_network.ts";
import { MarketModel, Simulator } from "../../src/simulator/mod.ts";

const secret = "0123456789abcdef";
const clock = new SystemClock();

/** Sends everything at once through a limited network and returns the statuses. */
async function burst(
  requests: readonly HttpRequest[],
  limitsOf: (request: HttpRequest) => ReturnType<typeof mexcRequestLimits>,
): Promise<number[]> {
  const network = new LimitedNetwork({
    network: new SystemNetwork(),
    // A machine that runs other tests may hold the first requests up for longer than those of the next window.
    limiter: new RateLimiter({ clock, marginMs: 300 }),
    clock,
    limitsOf,
    reportOf: gateioLimitReport,
  });
  const answers = await Promise.all(requests.map((request) => network.fetch(request)));
  return answers.map(({ status }) => status);
}

async function withVenues(test: (mexc: string, gate: string) => Promise<void>): Promise<void> {
  const simulator = Simulator.create({
    clock,
    seed: 1,
    source: new MarketModel({ eventsPerSecond: 0 }),
    accounts: [
      { family: "mexc", apiKey: "mx0", secretKey: secret, deposits: { MEXC_SPOT: { USDT: "100000" } } },
      { family: "gateio", apiKey: "gate", secretKey: secret, deposits: { GATEIO_SPOT: { USDT: "100000" } } },
    ],
  });
  try {
    const { MEXC_SPOT, GATEIO_SPOT } = await simulator.listen();
    await test(MEXC_SPOT.rest, GATEIO_SPOT.rest);
  } finally {
    await simulator.stop();
  }
}

Deno.test("A burst of orders to MEXC is spread so that the venue refuses none", async () => {
  await withVenues(async (mexc) => {
    const order = (index: number): HttpRequest => {
      const query = new URLSearchParams({
        symbol: "BTCUSDT",
        side: "BUY",
        type: "LIMIT",
        quantity: "0.001",
        price: String(10_000 + index),
        recvWindow: "60000",
        timestamp: String(Date.now()),
      }).toString();
      const signature = createHmac("sha256", secret).update(query).digest("hex");
      const url = `${mexc}/api/v3/order?${query}&signature=${signature}`;
      return { method: "POST", url, headers: { "X-MEXC-APIKEY": "mx0" }, timeoutMs: 20_000 };
    };
    const requests = Array.from({ length: 30 }, (_, index) => order(index));
    const started = performance.now();
    assertEquals(
      new Set(await burst(requests, (request) => mexcRequestLimits(request, 20_000))),
      new Set([200]),
    );
    // 9 a second for orders that are no cancels: 30 of them take more than three windows.
    assert(performance.now() - started > 3000);
  });
});

Deno.test("A burst of orders to one market of Gate.io is spread, another market is not held up by it", async () => {
  await withVenues(async (_, gate) => {
    const order = (pair: string, index: number): HttpRequest => {
      const body = JSON.stringify({
        currency_pair: pair,
        side: "buy",
        amount: pair === "BTC_USDT" ? "0.001" : "0.1",
        price: String(1000 + index),
        time_in_force: "gtc",
      });
      const timestamp = String(Math.floor(Date.now() / 1000));
      const hash = createHash("sha512").update(body).digest("hex");
      const text = ["POST", "/api/v4/spot/orders", "", hash, timestamp].join("\n");
      const SIGN = createHmac("sha512", secret).update(text).digest("hex");
      const headers = { KEY: "gate", Timestamp: timestamp, SIGN, "Content-Type": "application/json" };
      return { method: "POST", url: `${gate}/spot/orders`, headers, body, timeoutMs: 20_000 };
    };
    const requests = [
      ...Array.from({ length: 25 }, (_, index) => order("BTC_USDT", 9000 + index)),
      ...Array.from({ length: 5 }, (_, index) => order("ETH_USDT", index)),
    ];
    assertEquals(
      new Set(await burst(requests, (request) => gateioRequestLimits(request, 20_000))),
      new Set([201]),
    );
  });
});

const get = (url: string): HttpRequest => ({ method: "GET", url, timeoutMs: 1000 });

Deno.test("Requests to MEXC use the buckets that the venue names", () => {
  const used = (method: string, path: string): unknown => {
    const { charges, lane } = mexcRequestLimits({ ...get(`https://api.mexc.com${path}`), method }, 0);
    return [lane, ...charges.map(({ bucket, weight }) => `${bucket} ${weight ?? 1}`)];
  };
  assertEquals(used("GET", "/api/v3/ticker/24hr"), ["ordinary", "MEXC GET /api/v3/ticker/24hr 40", "MEXC 1"]);
  assertEquals(used("GET", "/api/v3/ticker/24hr?symbol=BTCUSDT"), [
    "ordinary",
    "MEXC GET /api/v3/ticker/24hr 1",
    "MEXC 1",
  ]);
  assertEquals(used("DELETE", "/api/v3/order?symbol=BTCUSDT"), [
    "priority",
    "MEXC orders 1",
    "MEXC DELETE /api/v3/order 1",
    "MEXC 1",
  ]);
  assertEquals(used("POST", "/api/v3/batchOrders"), [
    "ordinary",
    "MEXC orders 1",
    "MEXC batches 1",
    "MEXC POST /api/v3/batchOrders 1",
    "MEXC 1",
  ]);
});

Deno.test("Requests to Gate.io use the buckets that the venue names", () => {
  const used = (method: string, path: string, body?: unknown): unknown => {
    const request = { ...get(`https://api.gateio.ws/api/v4${path}`), method };
    const { charges, lane = "ordinary" } = gateioRequestLimits(
      body === undefined ? request : { ...request, body: JSON.stringify(body) },
      0,
    );
    return [lane, ...charges.map(({ bucket, weight }) => `${bucket} ${weight ?? 1}`)];
  };
  assertEquals(used("GET", "/futures/usdt/contracts/BTC_USDT"), [
    "ordinary",
    "Gate.io GET /api/v4/futures/usdt/contracts/* 1",
  ]);
  assertEquals(used("GET", "/spot/orders/123?currency_pair=BTC_USDT"), [
    "ordinary",
    "Gate.io GET /api/v4/spot/orders/* 1",
  ]);
  const orders = ["BTC_USDT", "ETH_USDT", "BTC_USDT"].map((currency_pair) => ({ currency_pair }));
  assertEquals(used("POST", "/spot/batch_orders", orders), [
    "ordinary",
    "Gate.io spot orders BTC_USDT 2",
    "Gate.io spot orders ETH_USDT 1",
  ]);
  assertEquals(used("PATCH", "/spot/orders/12?currency_pair=BTC_USDT", { price: "1" }), [
    "ordinary",
    "Gate.io spot orders BTC_USDT 1",
  ]);
  assertEquals(used("POST", "/futures/usdt/batch_orders", [{}, {}]), [
    "ordinary",
    "Gate.io futures orders 2",
  ]);
  assertEquals(used("DELETE", "/futures/usdt/orders/12"), ["priority", "Gate.io futures/usdt cancels 1"]);
  assertEquals(used("POST", "/futures/usdt/batch_cancel_orders", ["1", "2", "3"]), [
    "priority",
    "Gate.io futures/usdt cancels 3",
  ]);
});
