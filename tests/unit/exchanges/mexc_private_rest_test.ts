import { assertEquals, assertObjectMatch, assertRejects } from "@std/assert";
import { DecimalStep } from "../../../src/core/decimal_step.ts";
import { NetworkError, ProtocolError, VenueError } from "../../../src/core/errors.ts";
import { RequestError } from "../../../src/core/network.ts";
import type { OrderRequest } from "../../../src/core/order_request.ts";
import { UnsentError } from "../../../src/exchanges/mexc/private_sender.ts";
import { RateLimitError } from "../../../src/net/rate_limiter.ts";
import { type Answer, bitcoin, client, hype, now } from "../../support/mexc_fake_sender.ts";
import batchBody from "./mexc_private_payloads/batch_orders.json" with { type: "json" };
import cancelBody from "./mexc_private_payloads/cancel_order.json" with { type: "json" };
import newOrderBody from "./mexc_private_payloads/new_order.json" with { type: "json" };
import orderBody from "./mexc_private_payloads/order.json" with { type: "json" };

const exchangeOrderId = "C02__505979017439002624115";

function request(changes: Partial<OrderRequest> = {}): OrderRequest {
  return {
    clientOrderId: "a1",
    instrument: bitcoin,
    side: "buy",
    type: "limit",
    timeInForce: "gtc",
    priceTicks: 3_000_000,
    lots: 1000,
    reduceOnly: false,
    ...changes,
  };
}

const market = { type: "market", timeInForce: "ioc", priceTicks: 0 } as const;
const spending = { ...market, lots: 0, spend: { count: 50_001, step: DecimalStep.parse("0.01") } };

/** What is asked for, and the parameters in which MEXC is told. */
const orders: [name: string, changes: Partial<OrderRequest>, parameters: string][] = [
  ["a limit order", {}, "side=BUY&type=LIMIT&quantity=0.001&price=30000&newClientOrderId=a1"],
  [
    "a price with all its decimals",
    { side: "sell", priceTicks: 9_300_001, lots: 123_456_789 },
    "side=SELL&type=LIMIT&quantity=123.456789&price=93000.01&newClientOrderId=a1",
  ],
  [
    "an order that only rests",
    { type: "post-only" },
    "side=BUY&type=LIMIT_MAKER&quantity=0.001&price=30000&newClientOrderId=a1",
  ],
  [
    "an immediate order",
    { timeInForce: "ioc" },
    "side=BUY&type=IMMEDIATE_OR_CANCEL&quantity=0.001&price=30000&newClientOrderId=a1",
  ],
  [
    "an order that is filled or killed",
    { timeInForce: "fok" },
    "side=BUY&type=FILL_OR_KILL&quantity=0.001&price=30000&newClientOrderId=a1",
  ],
  ["a market order", market, "side=BUY&type=MARKET&quantity=0.001&newClientOrderId=a1"],
  ["a market order for an amount", spending, "side=BUY&type=MARKET&quoteOrderQty=500.01&newClientOrderId=a1"],
];

for (const [name, changes, parameters] of orders) {
  Deno.test(`MexcPrivateRest places ${name}`, async () => {
    const { rest, lines } = client(() => ({ body: newOrderBody }));
    assertEquals(await rest.place(request(changes)), {
      kind: "accepted",
      value: { clientOrderId: "a1", exchangeOrderId },
    });
    assertEquals(await rest.test(request(changes)), { kind: "accepted", value: undefined });
    assertEquals(lines(), [
      `O POST /api/v3/order?symbol=BTCUSDT&${parameters}`,
      `O POST /api/v3/order/test?symbol=BTCUSDT&${parameters}`,
    ]);
  });
}

Deno.test("MexcPrivateRest sends no order that MEXC does not have", async () => {
  const { rest, lines } = client(() => ({ body: newOrderBody }));
  const impossible: Partial<OrderRequest>[] = [
    { reduceOnly: true },
    { type: "post-only", timeInForce: "ioc" },
    { ...market, timeInForce: "fok" },
    { ...spending, side: "sell" },
    { ...spending, lots: 1 },
    { ...spending, type: "limit" },
    { ...spending, spend: { count: 0, step: bitcoin.tick } },
    { lots: 0 },
    { lots: 0.5 },
    { lots: NaN },
    { priceTicks: -1 },
    { priceTicks: 2 ** 53 },
  ];
  for (const changes of impossible) {
    const outcome = await rest.place(request(changes));
    assertObjectMatch(outcome, { kind: "refused", reason: "parameters" }, JSON.stringify(changes));
    assertEquals(outcome, await rest.test(request(changes)));
  }
  assertObjectMatch(await rest.cancel({ instrument: bitcoin }), { kind: "refused", reason: "parameters" });
  assertObjectMatch(
    await rest.amend({ instrument: bitcoin, exchangeOrderId }, { priceTicks: 1 }),
    { kind: "refused", reason: "parameters" },
  );
  assertEquals(lines(), []);
});

const failures: [name: string, answer: Answer, outcome: Record<string, unknown>][] = [
  [
    "a refusal",
    () => ({ status: 400, body: { msg: "Insufficient position", code: 30004, _extend: null } }),
    { kind: "refused", reason: "balance", code: "30004", message: "Insufficient position" },
  ],
  [
    "a refusal with a good status",
    () => ({ body: { code: 700003, msg: "Timestamp" } }),
    { kind: "refused", reason: "clock", code: "700003" },
  ],
  [
    "a refusal in the older style",
    () => ({ status: 401, body: { success: false, code: 602, message: "Signature verification failed" } }),
    { kind: "refused", reason: "signature", message: "Signature verification failed" },
  ],
  [
    "too many requests",
    () => ({ status: 429, body: { code: 429, msg: "Too Many Requests" }, headers: { "Retry-After": "7" } }),
    { kind: "refused", reason: "rate", retryAfterMs: 7000 },
  ],
  ["a ban without JSON", () => ({ status: 418, body: "<html>" }), { kind: "refused", reason: "rate" }],
  ["a failure of the server", () => ({ status: 503, body: { code: 30004, msg: "x" } }), { kind: "unknown" }],
  ["a code that nobody knows", () => ({ status: 400, body: { code: 12345, msg: "x" } }), { kind: "unknown" }],
  ["an answer that is no JSON", () => ({ body: "ok" }), { kind: "unknown" }],
  ["an answer without an order", () => ({ body: { symbol: "BTCUSDT" } }), { kind: "unknown" }],
  [
    "no answer",
    () => {
      throw new NetworkError("No answer to POST http://venue/api/v3/order?a=1&signature=abc123");
    },
    {
      kind: "unknown",
      why: "POST /api/v3/order: No answer to POST http://venue/api/v3/order?a=1&signature=***",
    },
  ],
  [
    "a defect",
    () => {
      throw new TypeError("undefined is not a function");
    },
    { kind: "unknown", why: "POST /api/v3/order: defect: undefined is not a function" },
  ],
  [
    "a limit of ours",
    () => {
      throw new RateLimitError("orders", 250, "no room in time");
    },
    { kind: "refused", reason: "rate", code: "unsent", retryAfterMs: 250 },
  ],
  [
    "a connection that could not be opened",
    () => {
      throw new RequestError("No answer to POST http://venue/api/v3/order?signature=1f", "no");
    },
    { kind: "unknown", why: "POST /api/v3/order: No answer to POST http://venue/api/v3/order?signature=***" },
  ],
  [
    "a request that did not leave",
    () => {
      throw new UnsentError("the clock is off", "clock");
    },
    { kind: "refused", reason: "clock", code: "unsent", message: "the clock is off" },
  ],
];

for (const [name, answer, outcome] of failures) {
  Deno.test(`MexcPrivateRest says what ${name} means for an order`, async () => {
    const { rest, lines } = client(answer);
    assertObjectMatch(await rest.place(request()), outcome);
    assertEquals(lines().length, 1, "a request must not be sent twice");
  });
}

Deno.test("MexcPrivateRest sends a batch and reads each outcome", async () => {
  const { rest, lines } = client(() => ({ body: batchBody }));
  const outcomes = await rest.placeBatch([
    request(),
    request({ reduceOnly: true, clientOrderId: "a3" }),
    request({ clientOrderId: "a2", lots: 1 }),
  ]);
  assertEquals(outcomes[0], { kind: "accepted", value: { clientOrderId: "a1", exchangeOrderId: "C02__1" } });
  assertObjectMatch(outcomes[1]!, { kind: "refused", reason: "parameters" });
  assertEquals(outcomes[2], {
    kind: "refused",
    reason: "notional",
    code: "30002",
    message: "The minimum transaction volume cannot be less than:1USDT",
  });
  const item = `{"symbol":"BTCUSDT","side":"BUY","type":"LIMIT","quantity":"0.001","price":"30000",`;
  assertEquals(lines(), [
    `O POST /api/v3/batchOrders?batchOrders=[${item}"newClientOrderId":"a1"},` +
    `${item.replace("0.001", "0.000001")}"newClientOrderId":"a2"}]`,
  ]);
});

Deno.test("A batch whose answer does not fit says nothing about any of its orders", async () => {
  const two = [request(), request({ clientOrderId: "a2" })];
  const kinds = async (answer: Answer): Promise<string[]> =>
    (await client(answer).rest.placeBatch(two)).map(({ kind }) => kind);
  assertEquals(await kinds(() => ({ body: [batchBody[0]] })), ["unknown", "unknown"]);
  assertEquals(await kinds(() => ({ body: [batchBody[0], { orderId: "9", newClientOrderId: "a1" }] })), [
    "unknown",
    "unknown",
  ]);
  assertEquals(await kinds(() => ({ status: 502, body: "" })), ["unknown", "unknown"]);
  assertEquals(await kinds(() => ({ status: 400, body: { code: 30000, msg: "" } })), ["refused", "refused"]);
});

Deno.test("A batch is not sent when it has too many orders, orders of two symbols or none that MEXC has", async () => {
  const { rest, lines } = client(() => ({ body: [] }));
  const many = Array.from({ length: 21 }, () => request());
  for (const batch of [many, [request(), request({ instrument: hype })], [request({ lots: 0 })]]) {
    const outcomes = await rest.placeBatch(batch);
    assertEquals(outcomes.length, batch.length);
    for (const outcome of outcomes) assertObjectMatch(outcome, { kind: "refused", reason: "parameters" });
  }
  assertEquals(await rest.placeBatch([]), []);
  assertEquals(lines(), []);
});

const report = {
  instrument: bitcoin.id,
  exchangeOrderId,
  clientOrderId: "a1",
  side: "buy",
  type: "limit",
  timeInForce: "gtc",
  priceTicks: 3_000_000,
  lots: 1000,
  filledLots: 400,
  averagePrice: 30_000,
  status: "partially-filled",
  reduceOnly: false,
  createdAt: 1_700_000_000_123,
  updatedAt: 1_700_000_001_456,
} as const;

Deno.test("MexcPrivateRest cancels by either id and tells the state that the venue tells", async () => {
  const { rest, lines } = client(() => ({ body: cancelBody }));
  const value = {
    clientOrderId: "a1",
    exchangeOrderId,
    report: {
      ...report,
      filledLots: 0,
      averagePrice: 0,
      status: "cancelled",
      createdAt: 0,
      updatedAt: now,
    },
  };
  const both = { instrument: bitcoin, exchangeOrderId, clientOrderId: "a1" };
  assertEquals(await rest.cancel(both) as unknown, { kind: "accepted", value });
  await rest.cancel({ instrument: bitcoin, exchangeOrderId: "", clientOrderId: "a1" });
  assertEquals(lines(), [
    `O DELETE /api/v3/order?symbol=BTCUSDT&orderId=${exchangeOrderId}`,
    "O DELETE /api/v3/order?symbol=BTCUSDT&origClientOrderId=a1",
  ]);
});

Deno.test("A cancellation is accepted also when it tells no state, and is about the right symbol", async () => {
  const old = {
    symbol: "BTCUSDT",
    orderId: "1",
    price: "30000",
    origQty: "0.0002",
    type: "LIMIT",
    side: "BUY",
  };
  const accepted = await client(() => ({ body: old })).rest.cancel({
    instrument: bitcoin,
    clientOrderId: "x",
  });
  assertEquals(accepted, { kind: "accepted", value: { clientOrderId: "x", exchangeOrderId: "1" } });
  const other = await client(() => ({ body: old })).rest.cancel({ instrument: hype, clientOrderId: "x" });
  assertEquals(other.kind, "unknown");
});

Deno.test("MexcPrivateRest cancels all orders of an instrument", async () => {
  const { rest, lines } = client(() => ({ body: [cancelBody, { ...cancelBody, orderId: "C02__2" }] }));
  const outcome = await rest.cancelAll(bitcoin);
  const ids = outcome.kind === "accepted" ? outcome.value.map((ack) => ack.exchangeOrderId) : [];
  assertEquals(ids, [exchangeOrderId, "C02__2"]);
  assertEquals(lines(), ["O DELETE /api/v3/openOrders?symbol=BTCUSDT"]);
});

Deno.test("MexcPrivateRest tells open orders of the instruments, and of no others", async () => {
  const waiting = { ...orderBody, type: "STOP_LIMIT" };
  const { rest, lines } = client(() => ({ body: [orderBody, { ...orderBody, symbol: "ETHUSDT" }, waiting] }));
  assertEquals(await rest.openOrders() as unknown, [report]);
  assertEquals(await rest.openOrders(bitcoin) as unknown, [report]);
  assertEquals(lines(), ["Q GET /api/v3/openOrders?", "Q GET /api/v3/openOrders?symbol=BTCUSDT"]);
});

Deno.test("MexcPrivateRest asks for the open orders of each instrument when the venue wants a symbol", async () => {
  const { rest, lines } = client(({ parameters }) =>
    parameters.length === 0
      ? { status: 400, body: { code: 33333, msg: "symbol: must not be blank" } }
      : { body: parameters[0]![1] === "BTCUSDT" ? [orderBody] : [] }
  );
  assertEquals(await rest.openOrders() as unknown, [report]);
  assertEquals(lines(), [
    "Q GET /api/v3/openOrders?",
    "Q GET /api/v3/openOrders?symbol=BTCUSDT",
    "Q GET /api/v3/openOrders?symbol=HYPEUSDT",
  ]);
  for (const [status, code] of [[503, 33333], [400, 700002], [429, 429]]) {
    const failing = client(() => ({ status: status!, body: { code, msg: "" } }));
    await assertRejects(() => failing.rest.openOrders(), VenueError);
    assertEquals(failing.lines().length, 1);
  }
});

Deno.test("An id that comes as a number keeps all its digits", async () => {
  const { rest } = client(() => ({ body: '{"symbol":"BTCUSDT","orderId":505979017439002624115}' }));
  assertEquals(await rest.place(request()), {
    kind: "accepted",
    value: { clientOrderId: "a1", exchangeOrderId: "505979017439002624115" },
  });
});

Deno.test("A cancellation that tells the state from before it tells no state", async () => {
  const { rest } = client(() => ({ body: { ...cancelBody, status: "NEW" } }));
  const outcome = await rest.cancel({ instrument: bitcoin, exchangeOrderId, clientOrderId: "a1" });
  assertEquals(outcome, { kind: "accepted", value: { clientOrderId: "a1", exchangeOrderId } });
});

Deno.test("MexcPrivateRest tells one order, or that there is none when the venue states it", async () => {
  const { rest, lines } = client(() => ({ body: orderBody }));
  assertEquals(await rest.order({ instrument: bitcoin, exchangeOrderId }) as unknown, report);
  await rest.order({ instrument: bitcoin, clientOrderId: "a1" });
  assertEquals(lines(), [
    `Q GET /api/v3/order?symbol=BTCUSDT&orderId=${exchangeOrderId}`,
    "Q GET /api/v3/order?symbol=BTCUSDT&origClientOrderId=a1",
  ]);
  for (const code of [-2013, -2011, 22222]) {
    const missing = client(() => ({ status: 400, body: { code, msg: "Order does not exist." } }));
    assertEquals(await missing.rest.order({ instrument: bitcoin, exchangeOrderId }), undefined);
  }
});

Deno.test("MexcPrivateRest does not take anything else for the statement that there is no order", async () => {
  const ask = (answer: Answer) => () => client(answer).rest.order({ instrument: bitcoin, exchangeOrderId });
  await assertRejects(ask(() => ({ status: 503, body: { code: -2013, msg: "" } })), VenueError);
  const error = await assertRejects(
    ask(() => ({ status: 400, body: { code: 700002, msg: "bad" } })),
    VenueError,
  );
  assertEquals([error.status, error.code], [400, "700002"]);
  await assertRejects(ask(() => ({ status: 404, body: "" })), VenueError);
  await assertRejects(ask(() => ({ body: "nothing" })), ProtocolError);
  await assertRejects(
    ask(() => ({ body: { ...orderBody, status: "UNDER_REVIEW" } })),
    ProtocolError,
    "UNDER_REVIEW",
  );
  await assertRejects(ask(() => ({ body: { ...orderBody, type: "ICEBERG" } })), ProtocolError, "ICEBERG");
  await assertRejects(ask(() => ({ body: { ...orderBody, symbol: "HYPEUSDT" } })), ProtocolError);
  await assertRejects(
    ask(() => ({ body: { ...orderBody, price: "30000.001" } })),
    ProtocolError,
    "not on the step",
  );
  const unnamed = client(() => ({ body: orderBody }));
  await assertRejects(() => unnamed.rest.order({ instrument: bitcoin }), ProtocolError);
});

const states: [type: string, status: string, executed: string, expected: Record<string, unknown>][] = [
  ["LIMIT", "NEW", "0", { type: "limit", timeInForce: "gtc", status: "open" }],
  ["LIMIT_ORDER", "FILLED", "0.001", { type: "limit", timeInForce: "gtc", status: "filled" }],
  ["LIMIT_MAKER", "CANCELED", "0", { type: "post-only", timeInForce: "gtc", status: "cancelled" }],
  ["IMMEDIATE_OR_CANCEL", "PARTIALLY_CANCELED", "0.0005", {
    timeInForce: "ioc",
    status: "partially-cancelled",
  }],
  ["FILL_OR_KILL", "CANCELED", "0.0000", { type: "limit", timeInForce: "fok", status: "cancelled" }],
  ["MARKET", "FILLED", "0.00100000", { type: "market", timeInForce: "ioc", priceTicks: 0, filledLots: 1000 }],
  ["IMMEDIATE_OR_CANCEL", "CANCELED", "0.0005", { status: "partially-cancelled", filledLots: 500 }],
];

for (const [type, status, executedQty, expected] of states) {
  Deno.test(`MexcPrivateRest reads an order of type ${type} that is ${status} with ${executedQty} filled`, async () => {
    const price = type === "MARKET" ? "28500.1234" : "30000";
    const body = { ...orderBody, type, status, executedQty, price, timeInForce: null, clientOrderId: null };
    const { rest } = client(() => ({ body }));
    const found = await rest.order({ instrument: bitcoin, exchangeOrderId });
    assertObjectMatch(found!, { ...expected, clientOrderId: "" });
  });
}

Deno.test("An order for a quote amount is as large as what it got", async () => {
  const body = { ...orderBody, type: "MARKET", status: "FILLED", origQty: "0", executedQty: "0.0123456789" };
  const { rest } = client(() => ({ body: { ...body, cummulativeQuoteQty: "370.37", updateTime: null } }));
  const found = await rest.order({ instrument: bitcoin, exchangeOrderId });
  assertObjectMatch(found!, { lots: 12_345, filledLots: 12_345, updatedAt: orderBody.time });
  assertEquals(found!.averagePrice, 29_999.970_272_999_73);
});

Deno.test("A market order needs neither price nor quantity, every other order needs both", async () => {
  const without = { ...orderBody, price: null, origQty: null };
  const found = (body: unknown) =>
    client(() => ({ body })).rest.order({ instrument: bitcoin, exchangeOrderId });
  assertObjectMatch((await found({ ...without, type: "MARKET" }))!, { priceTicks: 0, lots: 400 });
  for (const body of [{ ...without, price: "30000" }, { ...without, origQty: "0.001" }]) {
    await assertRejects(() => found(body), ProtocolError, "not a decimal");
  }
  const { rest } = client(() => ({ body: { ...cancelBody, price: null } }));
  const outcome = await rest.cancel({ instrument: bitcoin, exchangeOrderId });
  assertEquals(outcome, { kind: "accepted", value: { clientOrderId: "a1", exchangeOrderId } });
});
