import { assert, assertEquals } from "@std/assert";
import { type Body, GateBox, hmac, restSign, user, vectorSeconds } from "./gate_box.ts";

const vectors: [string, string, string, string, string, number, string | undefined][] = [
  [
    "G1",
    "GET",
    "/spot/accounts",
    "",
    "d04e722e8fc8189ec6a31bb4dbc40b661631c7e9726b0131ad301772e18fee5f0b8759d0de5573b85e220346a313862d54d32cc8b63900d9f5aebee6828f8e9d",
    200,
    undefined,
  ],
  [
    "G2",
    "GET",
    "/spot/orders?currency_pair=BTC_USDT&status=open&limit=10",
    "",
    "e59afda745c53a400fb802a50ce143efbd9d5d0088485075bc86418acc04b90a90104e80e8b0439a4544916dc553df9d661fc6a86ec254940e19bf4693977cc0",
    200,
    undefined,
  ],
  [
    "G3",
    "POST",
    "/spot/orders",
    '{"text":"t-abc","currency_pair":"BTC_USDT","type":"limit","account":"spot","side":"buy","amount":"0.001","price":"30000","time_in_force":"gtc"}',
    "d4b6ae43225ae91ed8961beea5fb2474f11afdabfc4ca56ae8ac7cbb3bbd132f1204ec9666e9cdf266db68f82d1d657a29967dfaf550c7d6de35eab982b6ab0c",
    201,
    undefined,
  ],
  [
    "G4",
    "DELETE",
    "/spot/orders/12345?currency_pair=BTC_USDT",
    "",
    "d7cb82d5ce03ca086ad69e2ee974982387acfe8b982c9041f74ac0f468d00ad8836102e752635835b452f6cf45f43063ac93635ae4d1a30767b8ab8105e36f7d",
    404,
    "ORDER_NOT_FOUND",
  ],
  [
    "G7",
    "PATCH",
    "/spot/orders/12345?currency_pair=BTC_USDT",
    '{"price":"30100"}',
    "6b4174a323eb57f9e4178dcc660a1349c25b2fc1eb1738a04bdf45099ba514560cc69828bd7eb46e72422f93988f98bf4e8a93d25ecdb584a1bcea0357ec4f4a",
    404,
    "ORDER_NOT_FOUND",
  ],
];

for (const [name, method, target, rawBody, SIGN, status, label] of vectors) {
  Deno.test(`Gate.io takes the signature of test vector ${name}`, async () => {
    await using box = new GateBox();
    const headers = { KEY: user.apiKey, Timestamp: String(vectorSeconds), SIGN };
    const answer = await box.call(method, target, { rawBody, headers, as: "none" });
    assertEquals([answer.status, answer.body["label"]], [status, label]);
    const spoiled = await box.call(method, target, {
      rawBody,
      headers: { ...headers, SIGN: SIGN.replace(/^./, (digit) => digit === "0" ? "1" : "0") },
      as: "none",
    });
    assertEquals([spoiled.status, spoiled.body], [401, {
      label: "INVALID_SIGNATURE",
      message: "Signature mismatch",
    }]);
  });
}

Deno.test("Gate.io names the header that a request lacks", async () => {
  await using box = new GateBox();
  for (const name of ["KEY", "Timestamp", "SIGN"]) {
    const { status, body } = await box.call("GET", "/spot/accounts", { headers: { [name]: undefined } });
    assertEquals([status, body], [400, {
      label: "MISSING_REQUIRED_HEADER",
      message: `Missing required header: ${name}`,
    }]);
  }
});

Deno.test("Gate.io looks at the clock before it looks at the key", async () => {
  await using box = new GateBox();
  const stranger = { apiKey: "nobody", secretKey: "nothing" };
  for (const gap of [-62, 62]) {
    const timestamp = String(box.seconds + gap);
    const { status, body } = await box.call("GET", "/spot/accounts", { as: stranger, timestamp });
    assertEquals([status, body["label"]], [403, "REQUEST_EXPIRED"]);
    assert(
      String(body["message"]).startsWith("gap between request Timestamp and server time exceeds 60"),
    );
  }
  const { status, body } = await box.call("GET", "/spot/accounts", { as: stranger });
  assertEquals([status, body], [401, { label: "INVALID_KEY", message: "Invalid key provided" }]);
  const nonsense = await box.call("GET", "/spot/accounts", { timestamp: "soon" });
  assertEquals(nonsense.body["label"], "REQUEST_EXPIRED");
});

Deno.test("Gate.io takes a timestamp with a fraction, and one at the edge of a minute", async () => {
  await using box = new GateBox();
  for (const timestamp of [`${box.seconds}.123`, String(box.seconds - 58), String(box.seconds + 59)]) {
    assertEquals((await box.call("GET", "/spot/accounts", { timestamp })).status, 200);
  }
});

Deno.test("Gate.io signs the query as it reads, not as it is encoded", async () => {
  await using box = new GateBox();
  const query = { currency_pairs: "BTC_USDT,ETH_USDT" };
  const { status, body } = await box.call("GET", "/spot/batch_fee", { query });
  assertEquals([status, Object.keys(body)], [200, ["BTC_USDT", "ETH_USDT"]]);
  const timestamp = String(box.seconds);
  const SIGN = restSign(user.secretKey, "GET", "/api/v4/spot/batch_fee", {
    query: "currency_pairs=BTC_USDT%2CETH_USDT",
    timestamp,
  });
  const encoded = await box.call("GET", "/spot/batch_fee", { query, timestamp, headers: { SIGN } });
  assertEquals(encoded.body["label"], "INVALID_SIGNATURE");
});

Deno.test("A Gate.io key that may only read cannot trade, one that may trade cannot withdraw", async () => {
  const reader = { ...user, uid: "1", apiKey: "reader", permissions: [] } as const;
  const trader = { ...user, uid: "2", apiKey: "trader", permissions: ["trade"] } as const;
  await using box = new GateBox({ accounts: [reader, trader] });
  const order = { type: "limit", side: "buy", amount: "0.001", price: "30000" };
  assertEquals((await box.call("GET", "/spot/accounts", { as: reader })).status, 200);
  const refused = await box.order(order, { as: reader });
  assertEquals([refused.status, refused.body["label"]], [403, "READ_ONLY"]);
  assertEquals((await box.order(order, { as: trader })).status, 201);
  const body = { currency: "USDT", amount: "1", address: "0x1", chain: "ETH" };
  const forbidden = await box.call("POST", "/withdrawals", { body, as: trader });
  assertEquals([forbidden.status, forbidden.body["label"]], [403, "FORBIDDEN"]);
});

Deno.test("Gate.io refuses bodies that are not JSON objects", async () => {
  await using box = new GateBox();
  const call = (rawBody: string, type = "application/json"): Promise<{ status: number; body: Body }> =>
    box.call("POST", "/spot/orders", { rawBody, headers: { "content-type": type } });
  const cases: [string, string | undefined, string][] = [
    ["{", undefined, "INVALID_REQUEST_BODY"],
    ["7", undefined, "INVALID_REQUEST_BODY"],
    ["{}", "text/plain", "INVALID_CONTENT_TYPE"],
    ["{}", "application/json; charset=utf-8", "MISSING_REQUIRED_PARAM"],
  ];
  for (const [text, type, label] of cases) {
    const { status, body } = await call(text, type);
    assertEquals([status, body["label"]], [400, label]);
  }
  for (const path of ["batch_orders", "cancel_batch_orders", "amend_batch_orders"]) {
    for (const body of [{}, [], [1]]) {
      const answer = await box.call("POST", `/spot/${path}`, { body });
      assertEquals([answer.status, answer.body["label"]], [400, "INVALID_REQUEST_BODY"]);
    }
  }
});

Deno.test("Gate.io refuses an order that comes after its deadline, and reads on regardless", async () => {
  await using box = new GateBox();
  const order = { type: "limit", side: "buy", amount: "0.001", price: "30000" };
  const late = { headers: { "x-gate-exptime": String(box.clock.epochMs() - 1) } };
  const early = { headers: { "x-gate-exptime": String(box.clock.epochMs() + 5000) } };
  assertEquals((await box.order(order, late)).body["label"], "REQUEST_EXPIRED");
  assertEquals((await box.order(order, early)).status, 201);
  assertEquals((await box.call("GET", "/spot/accounts", late)).status, 200);
});

Deno.test("Gate.io states times and traces in its headers and gives the client's id back", async () => {
  await using box = new GateBox();
  const { headers } = await box.call("GET", "/spot/accounts", { headers: { "X-Client-Request-Id": "mine" } });
  assertEquals(headers.get("x-client-request-id"), "mine");
  const inTime = Number(headers.get("x-in-time"));
  assert(Math.abs(inTime / 1000 - box.clock.epochMs()) < 1000 && Number(headers.get("x-out-time")) >= inTime);
  assertEquals(headers.get("x-gate-trace-id")?.length, 32);
});

Deno.test("Gate.io tells unknown paths from unknown methods", async () => {
  await using box = new GateBox();
  for (
    const [method, path, status, label] of [
      ["GET", "/spot/nothing", 404, "NOT_FOUND"],
      ["GET", "/nothing", 404, "NOT_FOUND"],
      ["PUT", "/spot/orders", 405, "METHOD_NOT_ALLOWED"],
      ["POST", "/spot/time", 405, "METHOD_NOT_ALLOWED"],
      ["POST", "/spot/orders/1", 405, "METHOD_NOT_ALLOWED"],
    ] as const
  ) {
    const answer = await box.call(method, path);
    assertEquals([answer.status, answer.body["label"]], [status, label], `${method} ${path}`);
  }
});

Deno.test("Gate.io takes ten orders a second of a user and a pair, batches and changes counted", async () => {
  await using box = new GateBox();
  const order = { type: "limit", side: "buy", amount: "0.001", price: "30000" };
  const batch = ["a", "b", "c"].map((name) => ({ ...order, currency_pair: "BTC_USDT", text: `t-${name}` }));
  const counts: (string | null)[] = [];
  const first = await box.order(order);
  counts.push(first.headers.get("x-gate-ratelimit-requests-remain"));
  const second = await box.call("POST", "/spot/batch_orders", { body: batch });
  counts.push(second.headers.get("x-gate-ratelimit-requests-remain"));
  const path = `/spot/orders/${first.body["id"]}`;
  const third = await box.call("PATCH", path, {
    query: { currency_pair: "BTC_USDT" },
    body: { price: "30001" },
  });
  counts.push(third.headers.get("x-gate-ratelimit-requests-remain"));
  assertEquals(counts, ["9", "6", "5"]);
  for (let count = 0; count < 5; count++) assertEquals((await box.order(order)).status, 201);
  const refused = await box.order(order);
  assertEquals([refused.status, refused.body], [429, {
    label: "TOO_MANY_REQUESTS",
    message: "Request Rate limit Exceeded (211)",
  }]);
  assertEquals(refused.headers.get("x-gate-ratelimit-requests-remain"), "0");
  assertEquals(refused.headers.get("x-gate-ratelimit-limit"), "10");
  const resumes = Number(refused.headers.get("x-gate-ratelimit-reset-timestamp"));
  assert(resumes * 1000 > box.clock.epochMs() && resumes <= box.seconds + 2);
  const elsewhere = { ...order, currency_pair: "ETH_USDT", price: "1000", amount: "0.01" };
  assertEquals((await box.order(elsewhere)).status, 201, "another pair has its own limit");
  box.run(1000);
  assertEquals((await box.order(order)).status, 201);
});

Deno.test("Gate.io takes ten seconds' worth of 200 reads of a user and an endpoint", async () => {
  await using box = new GateBox();
  for (let count = 0; count < 200; count++) await box.call("GET", "/spot/accounts");
  assertEquals((await box.call("GET", "/spot/accounts")).status, 429);
  assertEquals((await box.call("GET", "/spot/my_trades")).status, 200);
});

Deno.test("Gate.io takes the WebSocket signatures of test vectors W1, W4, W6 and W7", async () => {
  await using box = new GateBox();
  const line = box.open();
  const time = vectorSeconds;
  const SIGN =
    "cab101d848ff789ea942b2522f909ed0e7dc15cbb3082985ae685d5bc2d36e4837825f460bffa1217240918e3aab3a05a90a209aa98ce9c981d714dabe4201b4";
  const auth = { method: "api_key", KEY: user.apiKey, SIGN };
  line.send({ time, id: 1, channel: "spot.orders", event: "subscribe", payload: ["BTC_USDT"], auth });
  assertEquals(line.messages.at(-1)!.result, { status: "success" });
  const login = (signature: string, parameter: Body): Body => {
    const payload = { req_id: "r", api_key: user.apiKey, signature, timestamp: String(time), ...parameter };
    line.send({ time, channel: "spot.login", event: "api", payload });
    return line.messages.at(-1)!.data as Body;
  };
  const W4 =
    "fc420f0232e785ea7d2f271552d37a1a44b652f72e41bde458cd310bedce9aa58289a8af9b40e259a7cfa7e2bb3d3c9c9787a1ee4652097561322c0ebc5bd1ad";
  const W6 =
    "70b40bac6995440c18d9bb2d63d543cd0948c7ac698c715d7cea2ee6b9ab791f12061203ace9fca51f02ad94786498d5ba770ea3a74d3f19ec7eda93adff7854";
  const welcome = { result: { api_key: user.apiKey, uid: user.uid } };
  assertEquals(login(W4, {}), welcome);
  assertEquals(login(W6, { req_param: {} }), welcome);
  const quotes = hmac(user.secretKey, `api\nspot.login\n""\n${time}`);
  assertEquals(login(quotes, { req_param: "" }), welcome);
  const order =
    '{"text":"t-abc","currency_pair":"BTC_USDT","type":"limit","account":"spot","side":"buy","amount":"0.001","price":"30000","time_in_force":"gtc"}';
  const W7 =
    "9481c4b195a1a076adcc1caa357b59361f88acd8977951d613b3855a7793f786b1767677b25784a45a4b9cfdb58aacee007afdf3affd84e777f6a73d213b1761";
  const fresh = box.open();
  fresh.send(
    `{"time":${time},"channel":"spot.order_place","event":"api","payload":{"req_id":"r-7","api_key":"${user.apiKey}",` +
      `"timestamp":"${time}","signature":"${W7}","req_param":${order}}}`,
  );
  assertEquals(fresh.answers("r-7").map(({ ack }) => ack), [true, false]);
  assertEquals((fresh.messages.at(-1)!.data!.result as Body)["text"], "t-abc");
});

Deno.test("Gate.io signs trading parameters exactly as they were written, blanks included", async () => {
  await using box = new GateBox();
  const line = box.open();
  const parameter =
    '{ "currency_pair" : "BTC_USDT",\n "status":"open", "note":"a \\"quoted\\" } brace", "limit": 1.0 }';
  const time = box.seconds;
  const signature = hmac(user.secretKey, `api\nspot.order_list\n${parameter}\n${time}`);
  line.send(
    `{"time":${time},"channel":"spot.order_list","event":"api","payload":{"req_param": ${parameter} ,` +
      `"req_id":"x","api_key":"${user.apiKey}","timestamp":"${time}","signature":"${signature}"}}`,
  );
  assertEquals(line.messages.at(-1)!.data, { result: [] });
});
