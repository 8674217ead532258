import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { noLatency } from "../../../../src/simulator/mod.ts";
import { type Answer, MexcBox, sign, user } from "./mexc_box.ts";

const endpoints = (
  "GET ping,GET time,GET defaultSymbols,GET exchangeInfo,GET depth,GET trades,GET historicalTrades,GET aggTrades," +
  "GET klines,GET avgPrice,GET ticker/24hr,GET ticker/price,GET ticker/bookTicker,POST order/test,POST order," +
  "GET order,DELETE order,GET openOrders,DELETE openOrders,DELETE order/all,GET allOrders,GET account," +
  "GET myTrades,GET tradeFee,POST batchOrders,GET mxDeduct/enable,POST mxDeduct/enable,GET selfSymbols," +
  "GET kyc/status,GET uid,GET strategy/group,POST strategy/group,DELETE strategy/group,POST strategy/group/uid," +
  "DELETE strategy/group/uid,GET capital/config/getall,POST capital/withdraw,DELETE capital/withdraw," +
  "GET capital/withdraw/history,GET capital/deposit/hisrec,GET capital/deposit/address," +
  "POST capital/deposit/address,GET capital/transfer,POST capital/transfer,GET userDataStream," +
  "POST userDataStream,PUT userDataStream,DELETE userDataStream,PATCH order,POST time,GET nothing"
).split(",").map((endpoint) => endpoint.split(" ") as [method: string, path: string]);
const names = (
  "symbol symbols side type quantity price quoteOrderQty newClientOrderId stpMode orderId origClientOrderId " +
  "limit interval startTime endTime batchOrders recvWindow coin netWork network address amount id status " +
  "fromAccountType toAccountType asset page size listenKey tradeGroupName tradeGroupId uid mxDeductEnable"
).split(" ");
const texts = (
  "BTCUSDT ETHUSDT BTCUSDT,ETHUSDT btcusdt BUY SELL LIMIT MARKET LIMIT_MAKER IMMEDIATE_OR_CANCEL FILL_OR_KILL " +
  "0.001 84000 100 1 0 -0 -1 0.00000001 1e-7 1e400 NaN Infinity 9007199254740993 99999999999999999999 1. .1 " +
  "1m 1W 1M 60m cancel_maker cancel_both USDT BTC TRX BTC SPOT FUTURES true false constructor __proto__ " +
  `toString [] {} [{}] [[]] [1] null [{"symbol":"BTCUSDT"}] [{"symbol":["x"]},{"symbol":["x"]}] % %00 ä`
).split(" ");

const text = fc.oneof(fc.constantFrom(...texts), fc.string({ maxLength: 12 }));
/** Often with a symbol, as most endpoints want one. */
const parameters = fc.tuple(
  fc.constantFrom({}, { symbol: "BTCUSDT" }),
  fc.dictionary(fc.constantFrom(...names), text, { maxKeys: 9, noNullPrototype: true }),
).map(([some, others]) => ({ ...some, ...others }));
/** Good two times out of three. */
const figure = (...good: string[]): fc.Arbitrary<string> =>
  fc.oneof({ arbitrary: fc.constantFrom(...good), weight: 2 }, { arbitrary: text, weight: 1 });
const order = fc.record({
  symbol: fc.constant("BTCUSDT"),
  side: fc.constantFrom("BUY", "SELL"),
  type: fc.constantFrom("LIMIT", "MARKET", "LIMIT_MAKER", "IMMEDIATE_OR_CANCEL", "FILL_OR_KILL"),
  quantity: figure("0.001", "0.00001", "0.1", "3"),
  price: figure("84000", "80000.5", "90000", "1"),
  quoteOrderQty: figure("5", "1000.01", "250000"),
  newClientOrderId: figure("a", "b"),
  stpMode: figure("", "cancel_both"),
}, { requiredKeys: ["symbol", "side", "type"], noNullPrototype: true });

/** Every answer is one of the venue's own: a result, or a code with a text, and no number in exponent form. */
function assertProper({ status, body }: Answer, what: string): void {
  assert([200, 400, 404, 405].includes(status), `${what}: ${status}`);
  if (status !== 200) {
    assertEquals(
      [typeof body.code, typeof body.msg, Object.keys(body).length],
      ["number", "string", 2],
      what,
    );
  }
  assert(!/[":]-?\d+(?:\.\d+)?e[+-]?\d+[",}\]]/.test(JSON.stringify(body)), what);
}

Deno.test("MEXC answers whatever parameters an endpoint gets with a result or an error of its own", async () => {
  await using box = new MexcBox({ latency: noLatency, model: { eventsPerSecond: 5 } });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...endpoints), parameters, async ([method, path], parameters) => {
      box.run(1000);
      assertProper(await box.signed(method, `/api/v3/${path}`, parameters), `${method} ${path}`);
    }),
    { seed: 5, numRuns: 1500 },
  );
});

Deno.test("MEXC answers whatever an order says with an acknowledgement or an error of its own", async () => {
  await using box = new MexcBox({ latency: noLatency, model: { eventsPerSecond: 5 } });
  const send = (terms: Record<string, string>): Promise<Answer> => box.order(terms);
  await fc.assert(
    fc.asyncProperty(order, async (terms) => assertProper(await send(terms), JSON.stringify(terms))),
    { seed: 5, numRuns: 1500 },
  );
});

Deno.test("MEXC reads whatever body it gets, or says that it cannot", async () => {
  await using box = new MexcBox({ latency: noLatency });
  const bodies = fc.oneof(
    fc.json(),
    fc.string(),
    fc.constantFrom(...texts, "=", "&&=&", "a[]=1", "{", '{"a":'),
  );
  const kinds = fc.constantFrom(
    "application/json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "a/b",
    "",
  );
  await fc.assert(
    fc.asyncProperty(bodies, kinds, async (body, kind) => {
      box.run(1000);
      const query = `timestamp=${box.clock.epochMs()}`;
      const target = `/api/v3/order/test?${query}&signature=${sign(query + body, user.secretKey)}`;
      const headers = { "content-type": kind, "X-MEXC-APIKEY": user.apiKey };
      assertProper(await box.raw("POST", target, headers, body), `${kind} ${body}`);
    }),
    { seed: 5, numRuns: 500 },
  );
});

Deno.test("A MEXC connection answers whatever text it gets, and goes on", async () => {
  await using box = new MexcBox({ latency: noLatency });
  const line = box.open();
  line.subscribe("spot@public.aggre.depth.v3.api.pb@100ms@BTCUSDT");
  const channels = fc.tuple(
    fc.constantFrom("aggre.depth", "aggre.deals", "kline", "limit.depth", "miniTicker", "toString", ""),
    fc.array(
      fc.oneof(fc.constantFrom("100ms", "BTCUSDT", "Min1", "5", "24H", "UTC+99", "__proto__"), fc.string()),
    ),
  ).map(([kind, parts]) => [`spot@public.${kind}.v3.api.pb`, ...parts].join("@"));
  const messages = fc.oneof(
    fc.jsonValue(),
    fc.record({
      method: fc.oneof(fc.constantFrom("SUBSCRIPTION", "UNSUBSCRIPTION", "PING"), fc.jsonValue()),
      params: fc.oneof(fc.array(channels), fc.jsonValue()),
      id: fc.oneof(fc.nat(), fc.jsonValue()),
    }, { requiredKeys: [], noNullPrototype: true }),
  );
  fc.assert(
    fc.property(messages, (message) => {
      const before = line.texts.length;
      line.send(message);
      box.run(50);
      const answers = line.texts.slice(before).map((text) => JSON.parse(text));
      assert(answers.length === 1 || answers.length === 2, JSON.stringify(message));
      for (const { id, code, msg } of answers) assert(Number.isInteger(id) && code === 0 && msg !== "");
      assertEquals(line.closed, undefined);
    }),
    { seed: 5, numRuns: 1000 },
  );
});
