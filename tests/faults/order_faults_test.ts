import { assert, assertEquals } from "@std/assert";
import { parseFaultRule } from "../../src/simulator/mod.ts";
import type { Box } from "../unit/simulator/box.ts";
import {
  faultBox,
  gate,
  logIn,
  mexc,
  restingGateOrder,
  restingMexcOrder,
  send,
  takingMexcOrder,
} from "./venue_clients.ts";

function addFault(box: Box, rule: Record<string, unknown>): number {
  return box.simulator.script.add(parseFaultRule(rule));
}

Deno.test("order-lost: the client times out, and the venue never saw the order", async () => {
  const box = faultBox();
  addFault(box, { fault: "order-lost", venue: "MEXC_SPOT" });
  assertEquals(await mexc(box, "POST", "/api/v3/order", restingMexcOrder), undefined);
  assertEquals(box.simulator.truth.orders({ venue: "MEXC_SPOT" }), []);
  // The fault is used up.
  assertEquals((await mexc(box, "POST", "/api/v3/order", restingMexcOrder))!.status, 200);
});

Deno.test("order-timeout: the client times out, and the venue has the order", async () => {
  const box = faultBox();
  addFault(box, { fault: "order-timeout", venue: "GATEIO_SPOT" });
  assertEquals(await gate(box, "POST", "/spot/orders", "", { ...restingGateOrder, text: "t-1" }), undefined);
  const [order] = box.simulator.truth.orders({ venue: "GATEIO_SPOT" });
  assertEquals([order!.clientId, order!.state], ["t-1", "open"]);
  const found = await gate(box, "GET", "/spot/orders/t-1", "currency_pair=BTC_USDT");
  assertEquals((found!.body as { id: string }).id, order!.id);
});

Deno.test("order-timeout with a time cuts the connection then", async () => {
  const box = faultBox();
  addFault(box, { fault: "order-timeout", venue: "MEXC_SPOT", ms: 700 });
  const before = box.clock.epochMs();
  assertEquals(await mexc(box, "POST", "/api/v3/order", restingMexcOrder, 60_000), undefined);
  const waited = box.clock.epochMs() - before;
  assert(waited >= 700 && waited < 5000, `cut after ${waited} ms, not after 700`);
});

Deno.test("order-error: the answer is a failure of the server, and the venue has the order", async () => {
  const box = faultBox();
  addFault(box, { fault: "order-error", venue: "MEXC_SPOT", status: 504 });
  const reply = await mexc(box, "POST", "/api/v3/order", { ...restingMexcOrder, newClientOrderId: "a1" });
  assertEquals([reply!.status, (reply!.body as { code: number }).code], [504, 504]);
  assertEquals(box.simulator.truth.orders({ venue: "MEXC_SPOT" })[0]!.clientId, "a1");
  addFault(box, { fault: "order-error", venue: "GATEIO_FUTURES", status: 500 });
  const futures = await gate(box, "POST", "/futures/usdt/orders", "", {
    contract: "BTC_USDT",
    size: 1,
    price: "83000",
    tif: "gtc",
  });
  assertEquals(futures!.status, 500);
  assertEquals(box.simulator.truth.orders({ venue: "GATEIO_FUTURES" }).length, 1);
});

Deno.test("order-error leaves an order that the venue refuses refused", async () => {
  const box = faultBox();
  addFault(box, { fault: "order-error", venue: "MEXC_SPOT" });
  const reply = await mexc(box, "POST", "/api/v3/order", { ...takingMexcOrder, quantity: "1000" });
  assertEquals(reply!.status, 400);
});

Deno.test("Order faults strike the trading channels of Gate.io: lost, unanswered, failed after acceptance", () => {
  const box = faultBox();
  const line = box.open("GATEIO_SPOT");
  logIn(line, "spot.login");
  box.run(200);
  const place = (id: string): void => {
    const payload = { req_id: id, req_param: { ...restingGateOrder, text: `t-${id}` } };
    line.send({
      time: Math.floor(box.clock.epochMs() / 1000),
      channel: "spot.order_place",
      event: "api",
      payload,
    });
    box.run(1000);
  };
  addFault(box, { fault: "order-lost", venue: "GATEIO_SPOT" });
  place("lost");
  addFault(box, { fault: "order-timeout", venue: "GATEIO_SPOT" });
  place("unanswered");
  addFault(box, { fault: "order-error", venue: "GATEIO_SPOT", status: 500 });
  place("failed");
  place("good");
  const known = box.simulator.truth.orders({ venue: "GATEIO_SPOT" }).map(({ clientId }) => clientId);
  assertEquals(known, ["t-unanswered", "t-failed", "t-good"]);
  const answers = line.texts.map((text) => JSON.parse(text)).filter(({ request_id }) =>
    request_id !== "login"
  );
  const told = answers.map(({ request_id, ack, header }) => [request_id, ack === true, header.status]);
  assertEquals(told.map(([id, ack]) => `${id} ${ack}`), [
    "failed true",
    "failed false",
    "good true",
    "good false",
  ]);
  assertEquals(told[1]![2], "500");
});

Deno.test("unknown-status changes the status of an answer and nothing else", async () => {
  const box = faultBox();
  const { orderId } = (await mexc(box, "POST", "/api/v3/order", restingMexcOrder))!.body as {
    orderId: string;
  };
  const ask = (): ReturnType<typeof mexc> =>
    mexc(box, "GET", "/api/v3/order", { symbol: "BTCUSDT", orderId });
  const right = (await ask())!.body as Record<string, unknown>;
  addFault(box, { fault: "unknown-status", venue: "MEXC_SPOT", value: "PENDING_REVIEW" });
  assertEquals((await ask())!.body, { ...right, status: "PENDING_REVIEW" });
  assertEquals((await ask())!.body, right);
});

Deno.test("order-not-found denies an order that exists", async () => {
  const box = faultBox();
  const { id } = (await gate(box, "POST", "/spot/orders", "", restingGateOrder))!.body as { id: string };
  addFault(box, { fault: "order-not-found", venue: "GATEIO_SPOT" });
  const ask = (): ReturnType<typeof gate> => gate(box, "GET", `/spot/orders/${id}`, "currency_pair=BTC_USDT");
  assertEquals(((await ask())!.body as { label: string }).label, "ORDER_NOT_FOUND");
  assertEquals((await ask())!.status, 200);
  const key = (await mexc(box, "POST", "/api/v3/order", restingMexcOrder))!.body as { orderId: string };
  addFault(box, { fault: "order-not-found", venue: "MEXC_SPOT" });
  const reply = await mexc(box, "GET", "/api/v3/order", { symbol: "BTCUSDT", orderId: key.orderId });
  assertEquals((reply!.body as { code: number }).code, -2013);
});

Deno.test("truncated-listing keeps the first rows of a list", async () => {
  const box = faultBox();
  for (const price of ["10000", "10001", "10002"]) {
    await mexc(box, "POST", "/api/v3/order", { ...restingMexcOrder, price });
  }
  const list = async (): Promise<unknown[]> =>
    (await mexc(box, "GET", "/api/v3/openOrders", { symbol: "BTCUSDT" }))!.body as unknown[];
  const whole = await list();
  assertEquals(whole.length, 3);
  for (const keep of [2, 1, 0]) {
    addFault(box, { fault: "truncated-listing", venue: "MEXC_SPOT", keep });
    assertEquals(await list(), whole.slice(0, keep));
  }
  assertEquals(await list(), whole);
});

Deno.test("rate-limit answers everything with 429 for its time, as each exchange writes it", async () => {
  const box = faultBox();
  addFault(box, { fault: "rate-limit", venue: "MEXC_SPOT", forMs: 5000 });
  const { rest } = box.simulator.localEndpoints.MEXC_SPOT;
  const ping = (): ReturnType<typeof send> => send(box, { method: "GET", url: `${rest}/api/v3/ping` });
  for (let count = 0; count < 3; count++) {
    const reply = (await ping())!;
    assertEquals([reply.status, (reply.body as { code: number }).code], [429, 429]);
    assert(Number(reply.headers.get("retry-after")) > 0);
  }
  box.run(5000);
  assertEquals((await ping())!.status, 200);
  addFault(box, { fault: "rate-limit", venue: "GATEIO_SPOT", count: 2 });
  const statuses = [];
  for (let count = 0; count < 3; count++) {
    const reply = (await gate(box, "GET", "/spot/accounts"))!;
    statuses.push(reply.status);
    if (reply.status === 429) {
      assertEquals((reply.body as { label: string }).label, "TOO_MANY_REQUESTS");
      assertEquals(reply.headers.get("x-gate-ratelimit-requests-remain"), "0");
    }
  }
  assertEquals(statuses, [429, 429, 200]);
});
