/**
 * Every request and private channel of Gate.io once, through the composites of the factory, against documented
 * payloads: what is sent, and what is made of the answer.
 * @module
 */
import { assertEquals } from "@std/assert";
import type { BalanceSnapshot } from "../../../src/core/balance.ts";
import type { OrderAck, OrderRequest, Outcome } from "../../../src/core/order_request.ts";
import { SeededRandom } from "../../../src/core/random.ts";
import { Secret } from "../../../src/core/secret.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { getCompositeImplementation, getRestImplementation } from "../../../src/exchanges/factory.ts";
import type {
  PrivateComposites,
  PrivateConfig,
  PrivateRests,
} from "../../../src/exchanges/private_factory.ts";
import { FakeNetwork, type FakeSocket, settle } from "../../support/fake_network.ts";
import { testInstruments } from "../../support/instruments.ts";
import { MemoryLogger } from "../../support/memory_logger.ts";
import { documentedAnswers, documentedResults, documentedRows } from "./gateio_documented_answers.ts";

type Market = "GATEIO_SPOT" | "GATEIO_FUTURES";
const table = testInstruments(["BTC"]);
const start = 1_786_540_580_000;
const root = "https://venue/api/v4";

/** An account at a venue that answers as documented. */
class Account<Key extends Market> {
  readonly network = new FakeNetwork();
  readonly clock = new SimulatedClock(start);
  readonly composite: PrivateComposites[Key];
  readonly rest: PrivateRests[Key];
  readonly told: [channel: string, ...facts: unknown[]][] = [];

  constructor(readonly key: Key, orderPath: "rest" | "websocket") {
    this.network.answer = ({ method, url }): string => {
      const name = `${method} ${url.slice(root.length).split("?")[0]}`;
      const answer = documentedAnswers[name];
      if (answer === undefined) throw new Error(`No document has ${name}`);
      return answer;
    };
    const config: PrivateConfig<Key> = {
      exchange: key,
      endpoints: { rest: root, ws: "wss://venue/ws" },
      credentials: { apiKey: new Secret("gateTestKey0001"), secretKey: new Secret("gateTestSecret0001") },
      instruments: table.ofExchange(key),
      orders: this.network,
      queries: this.network,
      clock: this.clock,
      venueClock: this.clock,
      random: new SeededRandom(1),
      logger: new MemoryLogger(),
      orderPath,
    };
    this.composite = getCompositeImplementation(config, { private: true });
    this.rest = getRestImplementation(config, { private: true });
    const { told, composite } = this;
    composite.bind("order", ({ exchangeOrderId, status }) => told.push(["order", exchangeOrderId, status]));
    composite.bind("fill", ({ tradeId, quantity, fee }) => told.push(["fill", tradeId, quantity, fee]));
    composite.bind("balance", (balance) => told.push(["balance", ...amounts(balance)]));
    composite.bind("position", ({ lots, entryPrice }) => told.push(["position", lots, entryPrice]));
    composite.bind("connection", (state) => told.push(["connection", state]));
  }

  order(changes: Partial<OrderRequest> = {}): OrderRequest {
    return {
      clientOrderId: "abc123",
      instrument: table.ofExchange(this.key)[0]!,
      side: "buy",
      type: "limit",
      timeInForce: "gtc",
      priceTicks: 650_000,
      lots: this.key === "GATEIO_SPOT" ? 1000 : 10,
      reduceOnly: false,
      ...changes,
    };
  }

  /** The last request without the root. */
  get asked(): string {
    const { method, url, body } = this.network.requests.at(-1)!;
    return `${method} ${url.slice(root.length)}${body === undefined ? "" : ` ${body}`}`;
  }
}

function amounts({ coin, available, locked }: BalanceSnapshot): unknown[] {
  return [coin, available, locked];
}

/** What an outcome says about an order. */
function state(outcome: Outcome<OrderAck>): unknown {
  if (outcome.kind !== "accepted") return outcome.kind === "refused" ? outcome.reason : outcome.why;
  const { report, exchangeOrderId } = outcome.value;
  return [exchangeOrderId, report?.status, report?.priceTicks];
}

function value<Value>(outcome: Outcome<Value>): Value {
  if (outcome.kind !== "accepted") throw new Error(JSON.stringify(outcome));
  return outcome.value;
}

const ids = { GATEIO_SPOT: "1852454420", GATEIO_FUTURES: "299207900263708423" } as const;

Deno.test("Gate.io's spot account asks and reads every request as documented", async () => {
  const { composite, rest, ...account } = spread(new Account("GATEIO_SPOT", "rest"));
  const { instrument } = account.order();
  const order = { instrument, exchangeOrderId: ids.GATEIO_SPOT };
  const steps: readonly [ask: () => Promise<unknown>, told: unknown, asked: string][] = [
    [
      async () => state(await composite.place(account.order())),
      [ids.GATEIO_SPOT, "open", 650_000],
      `POST /spot/orders {"text":"t-abc123","currency_pair":"BTC_USDT","type":"limit","account":"spot","side":"buy","amount":"0.001","price":"65000","time_in_force":"gtc"}`,
    ],
    [
      async () =>
        (await composite.placeBatch([account.order(), account.order({ clientOrderId: "d18b" })])).map(state),
      [[ids.GATEIO_SPOT, "open", 650_000], "balance"],
      "POST /spot/batch_orders",
    ],
    [
      async () => state(await composite.amend(order, { priceTicks: 301_000 })),
      [ids.GATEIO_SPOT, "open", 301_000],
      `PATCH /spot/orders/1852454420?currency_pair=BTC_USDT {"price":"30100"}`,
    ],
    [
      async () => state(await composite.cancel(order)),
      [ids.GATEIO_SPOT, "cancelled", 650_000],
      "DELETE /spot/orders/1852454420?currency_pair=BTC_USDT",
    ],
    [
      async () => value(await composite.cancelAll(instrument)).length,
      1,
      "DELETE /spot/orders?currency_pair=BTC_USDT",
    ],
    [async () => (await composite.openOrders()).length, 1, "GET /spot/open_orders?page=1&limit=100"],
    [
      async () => (await composite.openOrders(instrument)).length,
      1,
      "GET /spot/orders?currency_pair=BTC_USDT&status=open&limit=100&page=1",
    ],
    [
      async () => (await composite.order(order))?.status,
      "cancelled",
      "GET /spot/orders/1852454420?currency_pair=BTC_USDT",
    ],
    [
      async () => (await composite.fills(instrument, 0)).map(({ tradeId }) => tradeId),
      ["1232893232"],
      "GET /spot/my_trades?currency_pair=BTC_USDT&from=",
    ],
    [async () => (await composite.balances()).map(amounts), [["USDT", 968.8, 20]], "GET /spot/accounts"],
    [
      () => composite.fees(instrument),
      { maker: 0.002, taker: 0.002 },
      "GET /wallet/fee?currency_pair=BTC_USDT",
    ],
    [
      async () => (await rest.keepAlive(30)).kind,
      "accepted",
      `POST /spot/countdown_cancel_all {"timeout":30}`,
    ],
  ];
  await walk(account, steps);
});

Deno.test("Gate.io's futures account asks and reads every request as documented", async () => {
  const { composite, rest, ...account } = spread(new Account("GATEIO_FUTURES", "rest"));
  const { instrument } = account.order();
  const id = ids.GATEIO_FUTURES;
  const order = { instrument, exchangeOrderId: id };
  const lots = (outcome: Outcome<{ lots: number }[]>): number[] => value(outcome).map(({ lots }) => lots);
  const steps: readonly [ask: () => Promise<unknown>, told: unknown, asked: string][] = [
    [
      async () => state(await composite.place(account.order())),
      [id, "open", 650_000],
      `POST /futures/usdt/orders {"contract":"BTC_USDT","size":"10","price":"65000","tif":"gtc","text":"t-abc123"}`,
    ],
    [
      async () =>
        (await composite.placeBatch([account.order(), account.order({ clientOrderId: "d18b" })])).map(state),
      [[id, "open", 650_000], "post-only"],
      "POST /futures/usdt/batch_orders",
    ],
    [
      async () => state(await composite.amend(order, { priceTicks: 301_000, lots: 10 })),
      [id, "open", 301_000],
      `PUT /futures/usdt/orders/${id} {"size":"10","price":"30100"}`,
    ],
    [
      async () => state(await composite.cancel(order)),
      [id, "cancelled", 650_000],
      `DELETE /futures/usdt/orders/${id}`,
    ],
    [
      async () => value(await composite.cancelAll(instrument)).length,
      1,
      "DELETE /futures/usdt/orders?contract=BTC_USDT",
    ],
    [
      async () => (await composite.openOrders()).length,
      1,
      "GET /futures/usdt/orders?status=open&limit=100&offset=0",
    ],
    [async () => (await composite.order(order))?.exchangeOrderId, id, `GET /futures/usdt/orders/${id}`],
    [
      async () => (await composite.fills(instrument, 0)).map(({ tradeId, quantity }) => [tradeId, quantity]),
      [["121234231", 0.01]],
      "GET /futures/usdt/my_trades_timerange?contract=BTC_USDT&from=",
    ],
    [
      async () => (await composite.balances()).map(amounts),
      [["USDT", 9669.09, 38.71]],
      "GET /futures/usdt/accounts",
    ],
    [
      () => composite.fees(instrument),
      { maker: 0.0002, taker: 0.0005 },
      "GET /futures/usdt/fee?contract=BTC_USDT",
    ],
    [
      async () => (await composite.positions()).map(({ lots, leverage }) => [lots, leverage]),
      [[-9440, 10]],
      "GET /futures/usdt/positions?limit=100&offset=0",
    ],
    [
      async () => lots(await composite.setLeverage(instrument, 10)),
      [-9440],
      "POST /futures/usdt/positions/BTC_USDT/leverage?leverage=10",
    ],
    [
      async () => lots(await composite.setMarginMode(instrument, "cross")),
      [-9440],
      `POST /futures/usdt/positions/cross_mode {"mode":"CROSS","contract":"BTC_USDT"}`,
    ],
    [
      async () => lots(await composite.changeMargin(instrument, -1.5)),
      [-9440],
      "POST /futures/usdt/positions/BTC_USDT/margin?change=-1.5",
    ],
    [() => composite.positionMode(), "single", "GET /futures/usdt/accounts"],
    [
      async () => value(await composite.setPositionMode("single")),
      "single",
      "POST /futures/usdt/dual_mode?dual_mode=false",
    ],
    [
      async () => (await composite.riskTiers(instrument)).map(({ limit }) => limit),
      [1_000_000],
      "GET /futures/usdt/risk_limit_tiers?contract=BTC_USDT&limit=1000",
    ],
    [
      async () => (await composite.fundingPayments(instrument, 0)).map(({ amount }) => amount),
      [-0.01],
      "GET /futures/usdt/account_book?contract=BTC_USDT&type=fund&from=",
    ],
    [
      async () => (await rest.keepAlive(0)).kind,
      "accepted",
      `POST /futures/usdt/countdown_cancel_all {"timeout":0}`,
    ],
  ];
  await walk(account, steps);
});

const pushed: Record<Market, readonly unknown[]> = {
  GATEIO_SPOT: [
    ["order", "1036717689726", "open"],
    ["fill", "5736713", 1, 0.002],
    ["balance", "USDT", 222239.38, 5],
  ],
  GATEIO_FUTURES: [
    ["order", "4872460", "filled"],
    ["fill", "3335259", 0.0001, 0.0009290592],
    ["position", 3, 40000.36666661111],
    // The sum of a push says little, so the balance is asked for.
    ["balance", "USDT", 9669.09, 38.71],
  ],
};

for (const market of ["GATEIO_SPOT", "GATEIO_FUTURES"] as const) {
  Deno.test(`The private streams of ${market} subscribe, catch up, and tell what is pushed as documented`, async () => {
    const account = new Account(market, "rest");
    account.composite.start();
    const socket = account.network.socket;
    socket.handlers.onOpen();
    await answers();
    for (const text of socket.sent) {
      const { time, id, channel, payload } = JSON.parse(text);
      push(socket, {
        time,
        time_ms: start,
        id,
        channel,
        event: "subscribe",
        payload,
        result: { status: "success" },
      });
    }
    await answers();
    assertEquals(account.told.at(-1), ["connection", "live"]);
    account.told.length = 0;
    for (const text of socket.sent) {
      const { channel } = JSON.parse(text);
      const result = [JSON.parse(documentedRows[channel]!)];
      push(socket, { time: 1786540580, time_ms: start, channel, event: "update", result });
      await settle();
    }
    await answers();
    assertEquals<unknown>(
      [...new Map(account.told.map((each) => [JSON.stringify(each), each])).values()].sort(),
      [...pushed[market]].sort(),
    );
    account.composite.stop();
  });

  Deno.test(`The trading connection of ${market} sends and reads every channel as documented`, async () => {
    const account = new Account(market, "websocket");
    account.composite.start();
    const socket = account.network.sockets[0]!;
    socket.sendText = (text): void => {
      const { channel, payload: { req_id, req_param } } = JSON.parse(text);
      const head = { response_time: "1681195484268", channel, event: "api", client_id: "::1-0x140001a2600" };
      const answer = (status: string, ack: boolean | undefined, result: string): void =>
        queueMicrotask(() =>
          socket.handlers.onText(
            `${JSON.stringify({ request_id: req_id, ack, header: { ...head, status } }).slice(0, -1)},` +
              `"data":{"result":${result}}}`,
          )
        );
      if (channel.endsWith("place")) {
        answer("200", true, JSON.stringify({ req_id, req_header: null, req_param }));
      }
      const isBatch = channel === "spot.order_place" && Array.isArray(req_param);
      const result = isBatch ? documentedAnswers["POST /spot/batch_orders"]! : documentedResults[channel]!;
      answer("200", channel.endsWith("place") ? undefined : false, result);
      socket.sent.push(channel);
    };
    socket.handlers.onOpen();
    await settle();
    const id = ids[market];
    const { composite } = account;
    const order = { instrument: account.order().instrument, exchangeOrderId: id };
    const other = account.order({ clientOrderId: "d18b" });
    assertEquals(state(await composite.place(account.order())), [id, "open", 650_000]);
    assertEquals((await composite.placeBatch([account.order(), other])).map(state), [
      [id, "open", 650_000],
      market === "GATEIO_SPOT" ? "balance" : "post-only",
    ]);
    assertEquals(state(await composite.amend(order, { priceTicks: 301_000, lots: 10 })), [
      id,
      "open",
      301_000,
    ]);
    assertEquals(state(await composite.cancel(order)), [id, "cancelled", 650_000]);
    assertEquals(value(await composite.cancelAll(order.instrument)).length, 1);
    const name = market === "GATEIO_SPOT" ? "spot" : "futures";
    const batch = market === "GATEIO_SPOT" ? ["order_place"] : ["order_batch_place", "order_status"];
    assertEquals(
      socket.sent,
      ["login", "order_place", ...batch, "order_amend", "order_cancel", "order_cancel_cp"].map((channel) =>
        `${name}.${channel}`
      ),
    );
    composite.stop();
  });
}

/** Lets answers to questions come, one after the other. */
async function answers(): Promise<void> {
  for (let count = 0; count < 20; count++) await settle();
}

function push(socket: FakeSocket, message: unknown): void {
  socket.handlers.onText(JSON.stringify(message));
}

/** The parts of an account for use without it. */
function spread<Key extends Market>(account: Account<Key>): {
  composite: PrivateComposites[Key];
  rest: PrivateRests[Key];
  order: Account<Key>["order"];
  asked: () => string;
} {
  const { composite, rest } = account;
  return { composite, rest, order: (changes) => account.order(changes), asked: () => account.asked };
}

async function walk(
  { asked }: { readonly asked: () => string },
  steps: readonly [ask: () => Promise<unknown>, told: unknown, asked: string][],
): Promise<void> {
  for (const [ask, told, request] of steps) {
    assertEquals(await ask(), told, request);
    assertEquals(asked().slice(0, request.length), request);
  }
}
