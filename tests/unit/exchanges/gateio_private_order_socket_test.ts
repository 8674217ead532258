import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { OrderAck, OrderRequest, Outcome } from "../../../src/core/order_request.ts";
import { SeededRandom } from "../../../src/core/random.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { GateioOrderSocket } from "../../../src/exchanges/gateio/private_order_socket.ts";
import { GateioSigner } from "../../../src/exchanges/gateio/private_signer.ts";
import { advance, FakeNetwork, type FakeSocket, settle } from "../../support/fake_network.ts";
import { testInstruments } from "../../support/instruments.ts";
import { MemoryLogger } from "../../support/memory_logger.ts";

const table = testInstruments(["BTC"]);
const spot = table.find("GATEIO_SPOT", "BTC_USDT")!;
const futures = table.find("GATEIO_FUTURES", "BTC_USDT")!;
const start = 1_700_000_000_000;

/** What the socket sent, read. */
interface Sent {
  readonly time: number;
  readonly channel: string;
  readonly event: string;
  readonly payload: {
    readonly req_id: string;
    readonly req_param?: unknown;
    readonly req_header?: Record<string, string>;
    readonly api_key?: string;
    readonly signature?: string;
    readonly timestamp?: string;
  };
}

/** A trading connection whose other side is the test. */
class Desk {
  readonly clock = new SimulatedClock(start);
  readonly network = new FakeNetwork();
  readonly logger = new MemoryLogger();
  readonly ready: boolean[] = [];
  readonly socket: GateioOrderSocket;

  constructor(readonly market: "spot" | "futures") {
    this.socket = new GateioOrderSocket({
      market,
      url: "wss://venue",
      network: this.network,
      clock: this.clock,
      random: new SeededRandom(1),
      logger: this.logger,
      signer: new GateioSigner({ apiKey: "gateTestKey0001", secretKey: "gateTestSecret0001" }),
      timeoutMs: 2000,
      onReady: (ready) => this.ready.push(ready),
    }, (symbol) => table.find(market === "spot" ? "GATEIO_SPOT" : "GATEIO_FUTURES", symbol));
  }

  get wire(): FakeSocket {
    return this.network.socket;
  }

  get last(): Sent {
    return JSON.parse(this.wire.sent.at(-1)!);
  }

  /** Answers the last request. */
  answer(status: number, data: unknown, { ack, ...header }: Record<string, unknown> = {}): void {
    const { channel, payload } = this.last;
    this.wire.handlers.onText(JSON.stringify({
      request_id: payload.req_id,
      ...(ack === undefined ? {} : { ack }),
      header: {
        response_time: "1681195484268",
        status: String(status),
        channel,
        event: "api",
        client_id: "::1-0x140001a2600",
        x_in_time: 1681985856667508,
        x_out_time: 1681985856667598,
        conn_id: "5e74253e9c793974",
        ...header,
      },
      data,
    }));
  }

  async login(): Promise<this> {
    this.socket.start();
    this.wire.handlers.onOpen();
    this.answer(200, { result: { api_key: "gateTestKey0001", uid: "110284739" } });
    await settle();
    assertEquals(this.socket.isReady, true);
    return this;
  }
}

function order(changes: Partial<OrderRequest> = {}): OrderRequest {
  return {
    clientOrderId: "my-1",
    instrument: futures,
    side: "buy",
    type: "limit",
    timeInForce: "gtc",
    priceTicks: 315032,
    lots: 10,
    reduceOnly: false,
    ...changes,
  };
}

const documentedResult =
  `{"id":74046514,"user":6790020,"create_time":1681195484.462,"finish_time":1681195484.462,"finish_as":"filled","status":"finished","contract":"BTC_USDT","size":10,"price":"31503.2","tif":"gtc","fill_price":"31500","text":"t-my-1","tkfr":"0.0003","mkfr":"0","stp_id":0,"stp_act":"-","amend_text":"-"}`;

Deno.test("GateioOrderSocket logs in as the documents sign it", async () => {
  for (
    const [market, start] of [
      ["spot", "fc420f0232e785ea"],
      ["futures", "601b14f4a1e3dad7"],
    ] as const
  ) {
    const { last, ready } = await new Desk(market).login();
    const { api_key: key, signature, timestamp, req_id: id } = last.payload;
    assertEquals([last.time, last.channel, last.event], [1_700_000_000, `${market}.login`, "api"]);
    assertEquals([key, timestamp, signature?.slice(0, 16)], ["gateTestKey0001", "1700000000", start]);
    assert(id !== "");
    assertEquals(ready, [true]);
  }
});

Deno.test("GateioOrderSocket writes the documented futures order and reads the documented answers", async () => {
  const desk = await new Desk("futures").login();
  const outcome = desk.socket.place(order());
  const { channel, event, payload } = desk.last;
  assertEquals([channel, event], ["futures.order_place", "api"]);
  assertEquals(payload.req_param, {
    contract: "BTC_USDT",
    size: 10,
    price: "31503.2",
    tif: "gtc",
    text: "t-my-1",
  });
  assertEquals(payload.req_header, { "x-gate-exptime": String(start + 2000) });
  const limits = {
    x_gate_ratelimit_requests_remain: 99,
    x_gate_ratelimit_limit: 100,
    x_gat_ratelimit_reset_timestamp: 1736408263764,
  };
  desk.answer(200, { result: { req_id: payload.req_id, req_header: null, req_param: payload.req_param } }, {
    ack: true,
    ...limits,
  });
  let early = false;
  void outcome.then(() => early = true);
  await settle();
  assertEquals(early, false, "the acknowledgement was taken for the answer");
  desk.answer(200, { result: JSON.parse(documentedResult) }, { ack: false, ...limits });
  assertEquals(await outcome, {
    kind: "accepted",
    value: {
      clientOrderId: "my-1",
      exchangeOrderId: "74046514",
      report: {
        instrument: futures.id,
        exchangeOrderId: "74046514",
        clientOrderId: "my-1",
        side: "buy",
        type: "limit",
        timeInForce: "gtc",
        priceTicks: 315032,
        lots: 10,
        filledLots: 10,
        averagePrice: 31500,
        status: "filled",
        reduceOnly: false,
        createdAt: 1681195484462,
        updatedAt: 1681195484462,
      },
    },
  });
  assertEquals(desk.socket.limits, { remaining: 99, limit: 100, resetAt: 1736408263764 });
});

Deno.test("GateioOrderSocket writes the documented spot order", async () => {
  const desk = await new Desk("spot").login();
  void desk.socket.place(
    order({ clientOrderId: "abc123", instrument: spot, priceTicks: 650000, lots: 1000 }),
  );
  assertEquals([desk.last.channel, desk.last.payload.req_param], ["spot.order_place", {
    text: "t-abc123",
    currency_pair: "BTC_USDT",
    type: "limit",
    account: "spot",
    side: "buy",
    amount: "0.001",
    price: "65000",
    time_in_force: "gtc",
  }]);
});

Deno.test("GateioOrderSocket writes every request to the documented channel", async () => {
  const spotDesk = await new Desk("spot").login();
  const futuresDesk = await new Desk("futures").login();
  const sent = (desk: Desk): [string, unknown] => [desk.last.channel, desk.last.payload.req_param];
  const { socket } = spotDesk;
  const pair = { currency_pair: "BTC_USDT", account: "spot" };
  void socket.placeBatch([order({ instrument: spot }), order({ instrument: spot, clientOrderId: "my-2" })]);
  assertEquals([sent(spotDesk)[0], (sent(spotDesk)[1] as unknown[]).length], ["spot.order_place", 2]);
  void socket.cancel({ instrument: spot, exchangeOrderId: "12" });
  assertEquals(sent(spotDesk), ["spot.order_cancel", { order_id: "12", ...pair }]);
  void socket.amend({ instrument: spot, clientOrderId: "my-1" }, { priceTicks: 5, lots: 1 });
  assertEquals(sent(spotDesk), [
    "spot.order_amend",
    { order_id: "t-my-1", ...pair, amount: "0.000001", price: "0.5" },
  ]);
  void socket.cancelAll(spot);
  assertEquals(sent(spotDesk), ["spot.order_cancel_cp", pair]);
  void futuresDesk.socket.placeBatch([order(), order({ clientOrderId: "my-2" })]);
  assertEquals(sent(futuresDesk)[0], "futures.order_batch_place");
  void futuresDesk.socket.cancel({ instrument: futures, exchangeOrderId: "74046514" });
  assertEquals(sent(futuresDesk), ["futures.order_cancel", { order_id: "74046514" }]);
  void futuresDesk.socket.cancelAll(futures);
  assertEquals(sent(futuresDesk), ["futures.order_cancel_cp", { contract: "BTC_USDT" }]);
  void futuresDesk.socket.amend({ instrument: futures, exchangeOrderId: "7" }, { priceTicks: 5 });
  assertEquals(sent(futuresDesk), ["futures.order_amend", { order_id: "7", price: "0.5" }]);
});

Deno.test("GateioOrderSocket asks for the side of a futures order before it changes the size", async () => {
  const desk = await new Desk("futures").login();
  const outcome = desk.socket.amend({ instrument: futures, exchangeOrderId: "7" }, { lots: 12 });
  assertEquals([desk.last.channel, desk.last.payload.req_param], ["futures.order_status", { order_id: "7" }]);
  const row = { ...JSON.parse(documentedResult), id: 7, size: -10, left: -10, status: "open", finish_as: "" };
  desk.answer(200, { result: row });
  await settle();
  assertEquals([desk.last.channel, desk.last.payload.req_param], ["futures.order_amend", {
    order_id: "7",
    size: -12,
  }]);
  desk.answer(200, { result: { ...row, size: -12, left: -12 } });
  const amended = await outcome;
  assertEquals(amended.kind === "accepted" && amended.value.report?.lots, 12);
});

Deno.test("GateioOrderSocket reads both spellings of the limit, and leaves a zero out", async () => {
  const error = { errs: { label: "TOO_MANY_REQUESTS", message: "Request Rate limit Exceeded (311)" } };
  for (const spelling of ["x_gat_ratelimit_reset_timestamp", "x_gate_ratelimit_reset_timestamp"]) {
    const desk = await new Desk("futures").login();
    const outcome = desk.socket.place(order());
    desk.answer(429, error, { ack: false, x_gate_ratelimit_limit: 100, [spelling]: start + 250 });
    assertEquals<Outcome<OrderAck>>(await outcome, {
      kind: "refused",
      reason: "rate",
      code: "TOO_MANY_REQUESTS",
      message: "Request Rate limit Exceeded (311)",
      retryAfterMs: 250,
    });
    assertEquals(desk.socket.limits, { remaining: 0, limit: 100, resetAt: start + 250 });
  }
});

Deno.test("GateioOrderSocket tries to log in again after a refused login, and sends nothing meanwhile", async () => {
  const desk = new Desk("spot");
  desk.socket.start();
  desk.wire.handlers.onOpen();
  desk.answer(401, { errs: { label: "INVALID_KEY", message: "Invalid key provided" } }, { ack: false });
  await settle();
  assertEquals(desk.logger.messages("error"), ["Cannot log in to trade"]);
  const refused = await desk.socket.place(order({ instrument: spot }));
  assertEquals([refused.kind, desk.wire.sent.length], ["refused", 1]);
  advance(desk.clock, 1000);
  assertEquals(desk.network.sockets.length, 2);
  await desk.login();
});

Deno.test("GateioOrderSocket keeps every digit of an order id", async () => {
  const desk = await new Desk("futures").login();
  const outcome = desk.socket.place(order());
  const { req_id: id } = desk.last.payload;
  const result = documentedResult.replace("74046514", "299207900263708423");
  desk.wire.handlers.onText(
    `{"request_id":"${id}","header":{"status":"200","x_in_time":1681985856667508},"data":{"result":${result}}}`,
  );
  const told = await outcome;
  assertEquals(told.kind === "accepted" && told.value.exchangeOrderId, "299207900263708423");
});

Deno.test("GateioOrderSocket does not know about what is not answered in time, and ignores what comes later", async () => {
  const desk = await new Desk("futures").login();
  const silent = desk.socket.place(order());
  advance(desk.clock, 2000);
  const outcome = await silent;
  assertEquals(outcome.kind, "unknown");
  assertStringIncludes(JSON.stringify(outcome), "not answered within 2000 ms");
  desk.answer(200, { result: JSON.parse(documentedResult) });
  const acknowledged = desk.socket.place(order());
  desk.answer(200, { result: {} }, { ack: true });
  advance(desk.clock, 2000);
  assertStringIncludes(JSON.stringify(await acknowledged), "acknowledged but not answered");
});

Deno.test("GateioOrderSocket takes an answer that it cannot read for no evidence", async () => {
  const desk = await new Desk("futures").login();
  for (
    const result of [{}, { id: 1, contract: "BTC_USDT" }, {
      ...JSON.parse(documentedResult),
      text: "t-other",
    }, 7]
  ) {
    const outcome = desk.socket.place(order());
    desk.answer(200, { result });
    assertEquals((await outcome).kind, "unknown", JSON.stringify(result));
  }
  const garbled = desk.socket.place(order());
  desk.wire.handlers.onText(`{"request_id":"${desk.last.payload.req_id}","header":{}`);
  assertEquals(desk.logger.messages("error"), ["Cannot read an answer"]);
  advance(desk.clock, 2000);
  assertEquals((await garbled).kind, "unknown");
});

Deno.test("GateioOrderSocket knows nothing about what a lost connection takes along, and logs in anew", async () => {
  const desk = await new Desk("futures").login();
  const outcomes = [desk.socket.place(order()), desk.socket.cancelAll(futures)];
  desk.wire.handlers.onClose(1006, "");
  assertEquals((await Promise.all(outcomes)).map(({ kind }) => kind), ["unknown", "unknown"]);
  assertEquals([desk.socket.isReady, desk.ready], [false, [true, false]]);
  advance(desk.clock, 1000);
  await desk.login();
  assertEquals([desk.network.sockets.length, desk.ready], [2, [true, false, true]]);
});

Deno.test("GateioOrderSocket passes a batch on row by row", async () => {
  const desk = await new Desk("futures").login();
  const requests = ["my-0", "my-1", "my-2"].map((clientOrderId) => order({ clientOrderId }));
  const row = JSON.parse(documentedResult);
  const outcomes = desk.socket.placeBatch(requests);
  desk.answer(200, {
    result: [
      { succeeded: false, label: "INSUFFICIENT_AVAILABLE", detail: "available 0" },
      { succeeded: true, ...row },
      { succeeded: false, label: "SOMETHING_NEW", detail: "who knows" },
    ],
  });
  const [first, second, third] = await outcomes;
  assertEquals<unknown>(first, {
    kind: "refused",
    reason: "balance",
    code: "INSUFFICIENT_AVAILABLE",
    message: "available 0",
  });
  assertEquals([second!.kind, third!.kind], ["accepted", "unknown"]);
  const shortened = desk.socket.placeBatch(requests);
  desk.answer(200, { result: [{ succeeded: true, ...row }] });
  assertEquals((await shortened).map(({ kind }) => kind), ["unknown", "accepted", "unknown"]);
});
