import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { noLatency } from "../../../../src/simulator/mod.ts";
import { type Answer, type Body, MexcBox, sign, user } from "./mexc_box.ts";

const key = { "X-MEXC-APIKEY": user.apiKey };
const form = { ...key, "Content-Type": "application/x-www-form-urlencoded" };
const json = { ...key, "Content-Type": "application/json" };
const vectorTime = 1_700_000_000_000;

/** Vectors of section 12.1: signature, method, path, query, body, and the code of the answer if it is an error. */
const vectors: [string, string, string, string, string, number?][] = [
  [
    "398db869893b48748794ff16a440ee13a065cf7ff8e07c0c93c19b12792f22bb",
    "GET",
    "/api/v3/account",
    "recvWindow=5000&timestamp=1700000000000",
    "",
  ],
  [
    "db0c6935090158a6bd2ee94941cf32970b0c8dba5140d6f81ccb941b5a0685f7",
    "POST",
    "/api/v3/order",
    "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=0.001&price=30000&newClientOrderId=t1&recvWindow=5000&" +
    "timestamp=1700000000000",
    "",
  ],
  [
    "6413aeefc38e8eb911a6fe07b791dba8f2b9b56f5119a7339b2a39880e49861a",
    "POST",
    "/api/v3/order",
    "symbol=BTCUSDT&side=BUY&type=LIMIT",
    "quantity=0.001&price=30000&recvWindow=5000&timestamp=1700000000000",
  ],
  [
    "9a56e6b2227c17b400406a70832538c59fcba2f6278b389cf46bedea658299b8",
    "POST",
    "/api/v3/batchOrders",
    "batchOrders=%5B%7B%22symbol%22%3A%22BTCUSDT%22%2C%22side%22%3A%22BUY%22%2C%22type%22%3A%22LIMIT%22%2C" +
    "%22quantity%22%3A%220.001%22%2C%22price%22%3A%2230000%22%7D%5D&timestamp=1700000000000",
    "",
  ],
  [
    "849aab3e43be62e7c64dc9ed85007bcd47a4d94382f61481b1515694d93a8229",
    "POST",
    "/api/v3/userDataStream",
    "timestamp=1700000000000",
    "",
  ],
  [
    "cd70026e323f066796a4e4ef148cb9363701d3d65fe1ff75ea608dbc53acf714",
    "DELETE",
    "/api/v3/openOrders",
    "symbol=BTCUSDT%2CMXUSDT&timestamp=1700000000000",
    "",
    -1121,
  ],
];

for (const [signature, method, path, query, body, code] of vectors) {
  Deno.test(`MEXC takes the known signature of ${method} ${path}?${query.slice(0, 40)}…`, async () => {
    await using box = new MexcBox({ startMs: vectorTime, latency: noLatency });
    assertEquals(sign(query + body, user.secretKey), signature);
    const answer = body === ""
      ? await box.raw(method, `${path}?${query}&signature=${signature}`, json)
      : await box.raw(method, `${path}?${query}`, form, `${body}&signature=${signature}`);
    assertEquals([answer.status, answer.body.code], [code === undefined ? 200 : 400, code]);
  });
}

const docsUser = {
  ...user,
  apiKey: "mx0aBYs33eIilxBWC5",
  secretKey: "45d0b3c26f2644f19bfb98b07741b2f5",
};
const docsQuery = "symbol=BTCUSDT&side=BUY&type=LIMIT";
const docsRest = "quantity=1&price=11&recvWindow=5000&timestamp=1644489390087";

Deno.test("MEXC takes both reproducible signatures that its documents print", async () => {
  await using box = new MexcBox({ accounts: [docsUser], startMs: 1_644_489_390_087, latency: noLatency });
  const headers = { ...form, "X-MEXC-APIKEY": docsUser.apiKey };
  const inQuery = "fd3e4e8543c5188531eb7279d68ae7d26a573d0fc5ab0d18eb692451654d837a";
  const first = await box.raw("POST", `/api/v3/order?${docsQuery}&${docsRest}&signature=${inQuery}`, headers);
  assertEquals(first.status, 200);
  const inBody = "d1a676610ceb39174c8039b3f548357994b2a34139a8addd33baadba65684592";
  const second = await box.raw(
    "POST",
    `/api/v3/order?${docsQuery}`,
    headers,
    `${docsRest}&signature=${inBody}`,
  );
  assertEquals(second.status, 200);
});

Deno.test("MEXC takes times less than a second ahead and no older than the window, to the millisecond", async () => {
  await using box = new MexcBox({ latency: noLatency });
  const now = Math.floor(box.clock.epochMs());
  const at = async (timestamp: number, window?: number): Promise<unknown> => {
    const parameters = window === undefined ? {} : { recvWindow: window };
    return (await box.signed("GET", "/api/v3/uid", parameters, { timestamp })).body.code;
  };
  assertEquals([await at(now + 999), await at(now + 1000)], [undefined, 700003]);
  assertEquals([await at(now - 5000), await at(now - 5001)], [undefined, 700003]);
  assertEquals([await at(now - 10, 10), await at(now - 11, 10)], [undefined, 700003]);
  assertEquals([await at(now - 60_000, 60_000), await at(now, 60_001)], [undefined, 700005]);
  assertEquals(await at(now, 1e20), 700005, "however long it is");
  const late = await box.signed("GET", "/api/v3/uid", {}, { timestamp: now - 5001 });
  assertEquals(late.body, { code: 700003, msg: "Timestamp for this request is outside of the recvWindow." });
});

Deno.test("MEXC says what is wrong with a key, a time or a signature", async () => {
  await using box = new MexcBox({ latency: noLatency });
  const now = Math.floor(box.clock.epochMs());
  const query = `timestamp=${now}`;
  const good = sign(query, user.secretKey);
  const ask = async (target: string, headers: Record<string, string> = key): Promise<Body> =>
    (await box.raw("GET", `/api/v3/uid?${target}`, headers)).body;
  assertEquals(await ask(`${query}&signature=${good}`), { uid: user.uid });
  assertEquals(await ask(`${query}&signature=${good}`, {}), { code: 400, msg: "api key required" });
  const codes: [string, Record<string, string>, number][] = [
    [`${query}&signature=${good}`, { "X-MEXC-APIKEY": "" }, 400],
    [`${query}&signature=${good}`, { "X-MEXC-APIKEY": "no key!" }, 700001],
    [`${query}&signature=${good}`, { "X-MEXC-APIKEY": "mx0vnobody" }, 10072],
    [`${query}&signature=${good.toUpperCase()}`, key, 700002],
    [`${query}&signature=${sign(query, "wrong")}`, key, 700002],
    [`${query}&extra=1&signature=${good}`, key, 700002],
    [query, key, 44444],
    [`signature=${sign("", user.secretKey)}`, key, 44444],
    [`timestamp=soon&signature=${sign("timestamp=soon", user.secretKey)}`, key, 10073],
  ];
  for (const [target, headers, code] of codes) assertEquals((await ask(target, headers)).code, code, target);
});

Deno.test("MEXC reads a signature wherever it stands in the query, and escapes in upper case only", async () => {
  await using box = new MexcBox({ latency: noLatency });
  const time = `timestamp=${Math.floor(box.clock.epochMs())}`;
  const first = await box.raw("GET", `/api/v3/uid?signature=${sign(time, user.secretKey)}&${time}`, key);
  assertEquals(first.status, 200);
  const path = "/api/v3/strategy/group";
  const upper = `tradeGroupName=a%2Cb&${time}`;
  const taken = await box.raw("POST", `${path}?${upper}&signature=${sign(upper, user.secretKey)}`, key);
  assertEquals((taken.body.data as Body).tradeGroupName, "a,b");
  const lower = `tradeGroupName=a%2cb&${time}`;
  const refused = await box.raw("POST", `${path}?${lower}&signature=${sign(lower, user.secretKey)}`, key);
  assertEquals(refused.body.code, 700002);
});

Deno.test("MEXC reads parameters from a form or from JSON, and those of the query win", async () => {
  await using box = new MexcBox({ latency: noLatency });
  const time = `timestamp=${Math.floor(box.clock.epochMs())}`;
  const post = (query: string, body: string, headers: Record<string, string>): Promise<Answer> => {
    const signature = sign(query + body, user.secretKey);
    return box.raw("POST", `/api/v3/order?${query}&signature=${signature}`, headers, body);
  };
  const order = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", quantity: 0.001, price: "30000" };
  assertEquals((await post(time, JSON.stringify(order), json)).body.origQty, "0.001");
  const tiny = { ...order, symbol: "DOGEUSDT", quantity: "100", price: 1e-7 * 100_000 };
  assertEquals((await post(time, JSON.stringify(tiny), json)).body.price, "0.01");
  const text = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=0.001&price=30000";
  assertEquals((await post(time, text, form)).body.price, "30000");
  assertEquals((await post(`price=29000&${time}`, text, form)).body.price, "29000");
  assertEquals((await post(`price=29000&${time}`, JSON.stringify(order), json)).body.price, "29000");
  const utf = { ...key, "Content-Type": "application/json; charset=utf-8" };
  assertEquals((await post(time, JSON.stringify(order), utf)).status, 200);
  const plain = { ...key, "Content-Type": "text/plain" };
  assertEquals((await post(time, JSON.stringify(order), plain)).body.code, 700013);
  assertEquals((await post(time, "[1]", json)).body.code, 33333);
  assertEquals((await post(time, "{", json)).body.code, 33333);
});

Deno.test("A MEXC key that may not trade or withdraw is refused there, and may read", async () => {
  const reader = { ...user, permissions: [] };
  await using box = new MexcBox({ accounts: [reader] });
  assertEquals((await box.signed("GET", "/api/v3/account")).status, 200);
  const order = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", quantity: "0.001", price: "30000" };
  for (
    const [method, path, parameters] of [
      ["POST", "/api/v3/order", order],
      ["POST", "/api/v3/order/test", order],
      ["DELETE", "/api/v3/openOrders", { symbol: "BTCUSDT" }],
      ["POST", "/api/v3/capital/withdraw", { coin: "BTC" }],
    ] as [string, string, Record<string, string>][]
  ) {
    const { body } = await box.signed(method, path, parameters);
    assertEquals(body, { code: 700007, msg: "No permission to access the endpoint." }, path);
  }
});

Deno.test("Public MEXC endpoints take any key, and an empty one", async () => {
  await using box = new MexcBox();
  for (const name of ["", "mx0vnobody", user.apiKey]) {
    assertEquals((await box.raw("GET", "/api/v3/ping", { "X-MEXC-APIKEY": name })).body, {});
  }
  assertNotEquals((await box.get("/api/v3/account")).status, 200);
  assert((await box.raw("PATCH", "/api/v3/ping")).status === 405);
});
