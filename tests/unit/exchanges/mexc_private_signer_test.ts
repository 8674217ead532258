import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { inspect } from "node:util";
import { ConfigError, NetworkError } from "../../../src/core/errors.ts";
import { type HttpRequest, RequestError } from "../../../src/core/network.ts";
import { Secret } from "../../../src/core/secret.ts";
import { MexcSender, UnsentError } from "../../../src/exchanges/mexc/private_sender.ts";
import { encodeQuery, MexcSigner, type QueryPairs } from "../../../src/exchanges/mexc/private_signer.ts";
import { RateLimitError } from "../../../src/net/rate_limiter.ts";
import { FakeNetwork } from "../../support/fake_network.ts";

const secretKey = "testsecret0123456789abcdef01234567";
const documentedSecret = "45d0b3c26f2644f19bfb98b07741b2f5";

function signer(
  options: { secret?: string; now?: number; recvWindowMs?: number } = {},
): MexcSigner {
  const { secret = secretKey, now = 1_700_000_000_000, recvWindowMs } = options;
  return new MexcSigner({
    key: { apiKey: "mx0key", secretKey: new Secret(secret) },
    now: () => now,
    ...(recvWindowMs === undefined ? {} : { recvWindowMs }),
  });
}

const order: QueryPairs = [
  ["symbol", "BTCUSDT"],
  ["side", "BUY"],
  ["type", "LIMIT"],
  ["quantity", "0.001"],
  ["price", "30000"],
];
const batch = JSON.stringify([Object.fromEntries(order)]);

/** Name, what is signed with which window, signature. */
const vectors: [name: string, recvWindowMs: number | undefined, parameters: QueryPairs, signature: string][] =
  [
    ["M1, GET account", 5000, [], "398db869893b48748794ff16a440ee13a065cf7ff8e07c0c93c19b12792f22bb"],
    [
      "M2, an order",
      5000,
      [...order, ["newClientOrderId", "t1"]],
      "db0c6935090158a6bd2ee94941cf32970b0c8dba5140d6f81ccb941b5a0685f7",
    ],
    [
      "M4, a batch, whose escapes are signed",
      undefined,
      [["batchOrders", batch]],
      "9a56e6b2227c17b400406a70832538c59fcba2f6278b389cf46bedea658299b8",
    ],
    [
      "M5, a listen key",
      undefined,
      [],
      "849aab3e43be62e7c64dc9ed85007bcd47a4d94382f61481b1515694d93a8229",
    ],
    [
      "M6, an encoded comma",
      undefined,
      [["symbol", "BTCUSDT,MXUSDT"]],
      "cd70026e323f066796a4e4ef148cb9363701d3d65fe1ff75ea608dbc53acf714",
    ],
  ];

for (const [name, recvWindowMs, parameters, signature] of vectors) {
  Deno.test(`MexcSigner signs ${name}`, () => {
    const query = signer(recvWindowMs === undefined ? {} : { recvWindowMs }).query(parameters);
    const window = recvWindowMs === undefined ? [] : [`recvWindow=${recvWindowMs}`];
    const text = [
      ...(parameters.length === 0 ? [] : [encodeQuery(parameters)]),
      ...window,
      "timestamp=1700000000000",
    ].join("&");
    assertEquals(query, `${text}&signature=${signature}`);
  });
}

Deno.test("MexcSigner signs query and body with nothing in between (M3 and the documents' third example)", () => {
  assertEquals(
    signer().sign(
      "symbol=BTCUSDT&side=BUY&type=LIMITquantity=0.001&price=30000&recvWindow=5000&timestamp=1700000000000",
    ),
    "6413aeefc38e8eb911a6fe07b791dba8f2b9b56f5119a7339b2a39880e49861a",
  );
  assertEquals(
    signer({ secret: documentedSecret }).sign(
      "symbol=BTCUSDT&side=BUY&type=LIMITquantity=1&price=11&recvWindow=5000&timestamp=1644489390087",
    ),
    "d1a676610ceb39174c8039b3f548357994b2a34139a8addd33baadba65684592",
  );
});

Deno.test("MexcSigner reproduces the documents' second example", () => {
  const query = signer({ secret: documentedSecret, now: 1_644_489_390_087.9, recvWindowMs: 5000 }).query([
    ["symbol", "BTCUSDT"],
    ["side", "BUY"],
    ["type", "LIMIT"],
    ["quantity", "1"],
    ["price", "11"],
  ]);
  assertEquals(
    query,
    "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=11&recvWindow=5000&timestamp=1644489390087" +
      "&signature=fd3e4e8543c5188531eb7279d68ae7d26a573d0fc5ab0d18eb692451654d837a",
  );
});

Deno.test("The encoded query is what a URL keeps, escapes in upper case", () => {
  const nasty = [["a b", `[{"x":"1,2"}] '!()*~ä+&=%/`]] as const;
  const query = encodeQuery(nasty);
  assertEquals(new URL(`http://host/path?${query}`).search, `?${query}`);
  assertEquals(query.match(/%(?:[a-f].|.[a-f])/g), null);
  assertEquals([...new URLSearchParams(query)], [["a b", nasty[0][1]]]);
});

Deno.test("MexcSigner takes no window that the venue does not take", () => {
  for (const recvWindowMs of [0, -1, 60_001, NaN]) {
    assertThrows(() => signer({ recvWindowMs }), ConfigError, "recvWindow");
  }
});

Deno.test("MexcSigner and its errors show neither key nor secret", () => {
  const shown = signer();
  const options = { showHidden: true, depth: 9, getters: false };
  for (
    const text of [Deno.inspect(shown, options), inspect(shown, options), JSON.stringify(shown), `${shown}`]
  ) {
    assert(!text.includes(secretKey) && !text.includes("mx0key"), text);
  }
});

async function sentWith(method: "GET" | "POST" | "PUT" | "DELETE"): Promise<HttpRequest> {
  const network = new FakeNetwork();
  network.answer = () => ({ body: {} });
  const sender = new MexcSender({ network, baseUrl: "http://venue", signer: signer(), timeoutMs: 700 });
  await sender.send({ method, path: "/api/v3/userDataStream", parameters: [] });
  assertEquals(network.requests.length, 1);
  return network.requests[0]!;
}

Deno.test("MexcSender puts everything into the query and as little as possible into the headers", async () => {
  const url = "http://venue/api/v3/userDataStream?timestamp=1700000000000&signature=" + vectors[3]![3];
  assertEquals(await sentWith("GET"), {
    method: "GET",
    url,
    headers: { "X-MEXC-APIKEY": "mx0key" },
    timeoutMs: 700,
  });
  for (const method of ["POST", "PUT", "DELETE"] as const) {
    assertEquals(await sentWith(method), {
      method,
      url,
      headers: { "X-MEXC-APIKEY": "mx0key", "Content-Type": "application/json" },
      timeoutMs: 700,
    });
  }
});

Deno.test("MexcSender tells of a broken connection without the signature", async () => {
  const network = new FakeNetwork();
  const sender = new MexcSender({ network, baseUrl: "http://venue", signer: signer() });
  const request = {
    method: "PUT",
    path: "/api/v3/userDataStream",
    parameters: [["listenKey", "opens"]],
  } as const;
  const error = await assertRejects(() => sender.send(request), NetworkError);
  assertEquals(
    error.message,
    "No answer to http://venue/api/v3/userDataStream?listenKey=***&timestamp=1700000000000&signature=***",
  );
});

Deno.test("MexcSender keeps what an error says about the request", async () => {
  const network = new FakeNetwork();
  const errors = [new RequestError("http://x?signature=1", "no"), new RateLimitError("all", 5, "full")];
  const sender = new MexcSender({ network, baseUrl: "http://venue", signer: signer() });
  const send = (): Promise<unknown> => sender.send({ method: "GET", path: "/x", parameters: [] });
  network.answer = () => {
    throw errors[network.requests.length - 1];
  };
  const unsent = await assertRejects(send, RequestError);
  assertEquals([unsent.sent, unsent.message], ["no", "http://x?signature=***"]);
  assertEquals((await assertRejects(send, RateLimitError)).retryAfterMs, 5);
});

Deno.test("MexcSender sends nothing while the venue's time is not known", async () => {
  const network = new FakeNetwork();
  const lost = new MexcSigner({
    key: { apiKey: "k", secretKey: "s" },
    now: () => {
      throw new Error("the clock is off by 3 s");
    },
  });
  const sender = new MexcSender({ network, baseUrl: "http://venue", signer: lost });
  const error = await assertRejects(
    () => sender.send({ method: "GET", path: "/x", parameters: [] }),
    UnsentError,
    "the clock is off by 3 s",
  );
  assertEquals([error.reason, network.requests.length], ["clock", 0]);
});
