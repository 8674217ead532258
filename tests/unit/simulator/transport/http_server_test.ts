import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { RawClient } from "./raw_client.ts";
import { type Served, serving, until } from "./test_host.ts";

async function asks({ port }: Served, ...parts: (string | Uint8Array)[]): Promise<RawClient> {
  const client = await RawClient.connect(port);
  for (const part of parts) await client.send(part);
  return client;
}

function post(length: number, ...lines: string[]): string {
  return ["POST /order HTTP/1.1", "Host: venue", `Content-Length: ${length}`, ...lines, "", ""].join("\r\n");
}

const get = "GET /a HTTP/1.1\r\nHost: venue\r\n\r\n";

Deno.test("Path, query, body and address reach the host exactly as they were sent", async () => {
  await serving(async (served) => {
    const search = "x=%2F&y=a+b&&z&recvWindow=5000&sig=%e2%82%ac";
    const client = await asks(
      served,
      `POST /a%20b/../c?${search} HTTP/1.1\r\nhost: v\r\ncontent-length: 9\r\n\r\n{"ü": 1}`,
    );
    const { head, body } = await client.reply();
    assertMatch(head, /^HTTP\/1\.1 200 OK\r\n/);
    assertMatch(head, /x-seen: 1\r\n/);
    assertMatch(head, /content-type: application\/json\r\n/);
    assertMatch(head, /date: \w{3}, .* GMT\r\n/);
    assertEquals(JSON.parse(body), {
      method: "POST",
      path: "/a%20b/../c",
      search,
      body: '{"ü": 1}',
      address: "127.0.0.1",
    });
    assertEquals(served.host.requests[0]!.query.get("y"), "a b");
    client.close();
  });
});

Deno.test("One connection serves many requests, also when they come together", async () => {
  await serving(async (served) => {
    const client = await asks(served, get);
    await client.reply();
    await client.send(get + get + post(2) + "hi" + get);
    const bodies = [];
    for (let i = 0; i < 4; i++) bodies.push(JSON.parse((await client.reply()).body));
    assertEquals(bodies.map(({ method, body }) => method + body), ["GET", "GET", "POSThi", "GET"]);
    assertEquals(served.server.connections, 1);
    client.close();
    await until(() => served.server.connections === 0);
  });
});

Deno.test("The connection ends after an answer when the client wants it so or speaks HTTP/1.0", async () => {
  await serving(async (served) => {
    for (
      const request of ["GET / HTTP/1.1\r\nHost: v\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"]
    ) {
      const client = await asks(served, request);
      assertMatch((await client.reply()).head, /connection: close\r\n/);
      assertEquals((await client.rest()).length, 0);
      client.close();
    }
    const kept = await asks(served, "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
    assertMatch((await kept.reply()).head, /connection: keep-alive\r\n/);
    await kept.send(get);
    assertEquals(JSON.parse((await kept.reply()).body).path, "/a");
    kept.close();
  });
});

Deno.test("A head that comes byte by byte and a body in chunks are read as one", async () => {
  await serving(async (served) => {
    const head = "\r\nPUT /slow HTTP/1.1\r\nHost: venue\r\nTransfer-Encoding: chunked\r\n\r\n";
    const body = "3\r\nabc\r\nA;note=1\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n";
    const client = await asks(served, ...head + body);
    assertEquals(JSON.parse((await client.reply()).body).body, "abc0123456789");
    await client.send(get);
    assertEquals(JSON.parse((await client.reply()).body).path, "/a");
    client.close();
  });
});

Deno.test("A body of 1 MiB is taken, one byte more is answered with 413, whole or in chunks", async () => {
  await serving(async (served) => {
    const largest = "x".repeat(1024 * 1024);
    const taken = await asks(served, post(largest.length), largest);
    assertEquals(JSON.parse((await taken.reply()).body).body.length, largest.length);
    taken.close();
    const refused = await asks(served, post(largest.length + 1), largest, "x");
    assertMatch((await refused.reply()).head, /^HTTP\/1\.1 413 [^]*connection: close\r\n/);
    refused.close();
    const chunked = "POST / HTTP/1.1\r\nHost: v\r\nTransfer-Encoding: chunked\r\n\r\n";
    const inChunks = await asks(served, chunked, "80000\r\n", largest.slice(0, 0x80000), "\r\n80001\r\n");
    assertMatch((await inChunks.reply()).head, /^HTTP\/1\.1 413 /);
    inChunks.close();
  });
});

Deno.test("A client that asks first is told to send its body", async () => {
  await serving(async (served) => {
    const client = await asks(served, post(2, "Expect: 100-continue"));
    assertEquals(await client.head(), "HTTP/1.1 100 Continue\r\n\r\n");
    await client.send("ok");
    assertEquals(JSON.parse((await client.reply()).body).body, "ok");
    client.close();
  });
});

Deno.test("HEAD is answered without a body", async () => {
  await serving(async (served) => {
    const client = await asks(served, "HEAD / HTTP/1.1\r\nHost: v\r\nConnection: close\r\n\r\n");
    assertMatch(await client.head(), /content-length: [1-9]\d*\r\n/);
    assertEquals((await client.rest()).length, 0);
    client.close();
  });
});

const badRequests: readonly (readonly [name: string, status: number, bytes: string | Uint8Array])[] = [
  ["no request line", 400, "hello\r\n\r\n"],
  ["HTTP/2", 400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["a target that is no path", 400, "GET a HTTP/1.1\r\nHost: v\r\n\r\n"],
  ["no host", 400, "GET / HTTP/1.1\r\n\r\n"],
  ["two hosts", 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"],
  ["a header without a name", 400, "GET / HTTP/1.1\r\nHost: v\r\n: x\r\n\r\n"],
  ["a header without a colon", 400, "GET / HTTP/1.1\r\nHost: v\r\nnothing\r\n\r\n"],
  ["a folded header", 400, "GET / HTTP/1.1\r\nHost: v\r\nA: b\r\n c: d\r\n\r\n"],
  ["a space before the colon", 400, "GET / HTTP/1.1\r\nHost: v\r\nA : b\r\n\r\n"],
  ["a zero byte in a header", 400, "GET / HTTP/1.1\r\nHost: v\r\nA: \0\r\n\r\n"],
  ["a length that is no number", 400, "GET / HTTP/1.1\r\nHost: v\r\nContent-Length: -1\r\n\r\n"],
  ["two lengths", 400, "GET / HTTP/1.1\r\nHost: v\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"],
  ["a length and chunks", 400, post(1, "Transfer-Encoding: chunked")],
  ["an unknown encoding", 400, "GET / HTTP/1.1\r\nHost: v\r\nTransfer-Encoding: gzip\r\n\r\n"],
  ["a chunk without size", 400, "GET / HTTP/1.1\r\nHost: v\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"],
  [
    "a chunk that is too long",
    400,
    "GET / HTTP/1.1\r\nHost: v\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
  ],
  [
    "an endless line of a chunk",
    400,
    `GET / HTTP/1.1\r\nHost: v\r\nTransfer-Encoding: chunked\r\n\r\n${"0".repeat(300)}`,
  ],
  ["an endless head", 431, `GET / HTTP/1.1\r\nHost: v\r\nA: ${"x".repeat(17_000)}`],
];

for (const [name, status, bytes] of badRequests) {
  Deno.test(`A request with ${name} is answered with ${status}`, async () => {
    await serving(async (served) => {
      const client = await asks(served, bytes);
      assertMatch((await client.reply()).head, new RegExp(`^HTTP/1\\.1 ${status} `));
      assertEquals((await client.rest()).length, 0);
      client.close();
      assertEquals(served.host.requests.length, 0);
    });
  });
}

Deno.test("A body that is not UTF-8 is answered with 400", async () => {
  await serving(async (served) => {
    const client = await asks(served, post(2), new Uint8Array([0xc3, 0x28]));
    assertMatch((await client.reply()).head, /^HTTP\/1\.1 400 /);
    client.close();
  });
});

Deno.test("A cut breaks the connection without a byte, and fetch fails", async () => {
  await serving(async (served) => {
    const client = await asks(served, get);
    await client.reply();
    await client.send("POST /cut HTTP/1.1\r\nHost: v\r\nContent-Length: 1\r\n\r\nx");
    assertEquals((await client.rest()).length, 0);
    assertEquals(served.host.requests.length, 2);
    client.close();
    await assertRejects(() => fetch(`${served.http}/cut`, { method: "POST", body: "x" }), TypeError);
  });
});

Deno.test("A client that leaves in the middle of anything leaves nothing behind", async () => {
  await serving(async (served) => {
    for (
      const part of ["", "GET", get.slice(0, -2), post(5) + "abc", "GET /silence HTTP/1.1\r\nHost: v\r\n\r\n"]
    ) {
      const client = await asks(served, part);
      if (part.includes("silence")) await until(() => served.host.requests.length === 1);
      client.close();
    }
    // Whoever waits for an answer is not read from; stopping ends it.
    await until(() => served.server.connections <= 1);
  });
});

Deno.test("While a host refuses, connections end at once and requests on open ones are cut", async () => {
  await serving(async (served) => {
    const kept = await asks(served, get);
    await kept.reply();
    served.host.refuses = true;
    await kept.send(get);
    assertEquals((await kept.rest()).length, 0);
    kept.close();
    const client = await RawClient.connect(served.port);
    assertEquals((await client.rest()).length, 0);
    client.close();
    await assertRejects(() => fetch(served.http), TypeError);
    assertEquals(served.host.requests.length, 1);
    served.host.refuses = false;
    const response = await fetch(served.http);
    assertEquals(response.status, 200);
    await response.body?.cancel();
  });
});

Deno.test("A given port is used, and a taken one is an error", async () => {
  await serving(async ({ port }) => {
    await assertRejects(() => serving(() => Promise.resolve(), { port }), Deno.errors.AddrInUse);
  });
});

Deno.test("Stopping answers who waits with 503 and leaves nothing open", async () => {
  const answers: Promise<Response>[] = [];
  const servers: Served["server"][] = [];
  await serving(async (served) => {
    servers.push(served.server);
    answers.push(fetch(`${served.http}/silence`));
    const idle = await asks(served, get);
    await idle.reply();
    const half = await asks(served, "GET / HT");
    for (const client of [idle, half]) client.rest().then(() => client.close());
    await until(() => served.host.requests.length === 2 && served.server.connections === 3);
  });
  for (const response of await Promise.all(answers)) {
    assertEquals([response.status, await response.text()], [503, "{}"]);
  }
  assertEquals(servers[0]!.connections, 0);
});
