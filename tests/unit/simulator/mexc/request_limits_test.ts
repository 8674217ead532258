import { assert, assertEquals } from "@std/assert";
import { noLatency } from "../../../../src/simulator/mod.ts";
import { type Answer, MexcBox, other } from "./mexc_box.ts";

const order = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", quantity: "0.001", price: "30000" };

/** Statuses of several requests, one after the other. */
async function statuses(count: number, ask: () => Promise<Answer>): Promise<number[]> {
  const seen: number[] = [];
  for (let index = 0; index < count; index++) seen.push((await ask()).status);
  return seen;
}

Deno.test("Placing and cancelling share 12 requests a second and account", async () => {
  await using box = new MexcBox({ latency: noLatency });
  const place = (): Promise<Answer> => box.signed("POST", "/api/v3/order", order);
  const cancel = (): Promise<Answer> => box.signed("DELETE", "/api/v3/openOrders", { symbol: "BTCUSDT" });
  assertEquals(await statuses(10, place), Array(10).fill(200));
  assertEquals(await statuses(2, cancel), [200, 200]);
  for (const ask of [place, cancel]) {
    const { status, body, headers } = await ask();
    assertEquals([status, body.code, headers.get("retry-after")], [429, 429, "1"]);
  }
  const foreign = await box.signed("POST", "/api/v3/order", order, { as: other });
  assertEquals(foreign.status, 200, "each account has its own");
  assertEquals(
    (await box.signed("GET", "/api/v3/openOrders")).status,
    200,
    "reading is not counted with them",
  );
  box.run(1000);
  assertEquals((await place()).status, 200);
});

Deno.test("Batches and balances can be had twice a second", async () => {
  await using box = new MexcBox({ latency: noLatency });
  const batchOrders = JSON.stringify([order]);
  const batch = (): Promise<Answer> => box.signed("POST", "/api/v3/batchOrders", { batchOrders });
  assertEquals(await statuses(3, batch), [200, 200, 429]);
  assertEquals(await statuses(3, () => box.signed("GET", "/api/v3/account")), [200, 200, 429]);
});

Deno.test("A bucket holds 500 weight in 10 s: of an account where keys are needed, else of an address", async () => {
  await using box = new MexcBox({ latency: noLatency });
  const fee = (): Promise<Answer> => box.signed("GET", "/api/v3/tradeFee", { symbol: "BTCUSDT" });
  assertEquals(await statuses(26, fee), [...Array(25).fill(200), 429]);
  const foreign = await box.signed("GET", "/api/v3/tradeFee", { symbol: "BTCUSDT" }, { as: other });
  assertEquals(foreign.status, 200);
  assertEquals(await statuses(13, () => box.get("/api/v3/ticker/24hr")), [...Array(12).fill(200), 429]);
  assertEquals((await box.get("/api/v3/ticker/24hr?symbol=BTCUSDT")).status, 200, "weight 1 with a symbol");
  box.run(10_000);
  assertEquals((await fee()).status, 200);
});

Deno.test("Who goes on in spite of 429 is banned with 418, for longer each time", async () => {
  await using box = new MexcBox({ latency: noLatency });
  const info = (): Promise<Answer> => box.get("/api/v3/exchangeInfo");
  await statuses(50, info);
  assertEquals(await statuses(20, info), Array(20).fill(429));
  const banned = await info();
  assertEquals([banned.status, banned.headers.get("retry-after")], [418, "120"]);
  box.run(60_000);
  const other = await box.get("/api/v3/ping");
  assertEquals(
    [other.status, other.headers.get("retry-after")],
    [418, "60"],
    "nothing is answered meanwhile",
  );
  box.run(60_000);
  assertEquals((await info()).status, 200);
  await statuses(49, info);
  await statuses(20, info);
  const again = await info();
  assert(again.status === 418 && again.headers.get("retry-after") === "240");
});
