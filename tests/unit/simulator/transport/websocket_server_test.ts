import { assert, assertEquals, assertMatch } from "@std/assert";
import { handshake, masked, RawClient } from "./raw_client.ts";
import { serving, until } from "./test_host.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

Deno.test("The request of a WebSocket reaches the host with query, headers and address", async () => {
  await serving(async ({ host, port }) => {
    const target = "/ws?listenKey=a%2Bb&x";
    const client = await RawClient.webSocket(port, target, "X-Gate-Size-Decimal: 1");
    const { path, search, query, headers, address } = host.sessions[0]!.request;
    assertEquals([path, search, address], ["/ws", "listenKey=a%2Bb&x", "127.0.0.1"]);
    assertEquals([query.get("listenKey"), headers.get("x-gate-size-decimal")], ["a+b", "1"]);
    client.close();
  });
});

Deno.test("A WebSocket may follow requests on the same connection, and frames may come with the handshake", async () => {
  await serving(async ({ host, port }) => {
    const client = await RawClient.connect(port);
    const bytes = new TextEncoder().encode("GET / HTTP/1.1\r\nHost: v\r\n\r\n" + handshake("/ws"));
    await client.send(new Uint8Array([...bytes, ...masked(0x81, "early")]));
    assertMatch((await client.reply()).head, /^HTTP\/1\.1 200 /);
    assertMatch(await client.head(), /^HTTP\/1\.1 101 /);
    await until(() => host.sessions[0]?.texts[0] === "early");
    client.close();
  });
});

Deno.test("What is no handshake gets no WebSocket", async () => {
  await serving(async ({ host, port }) => {
    const good = handshake("/ws");
    const requests: [string, number][] = [
      [handshake("/other"), 404],
      [good.replace("GET", "POST"), 405],
      [good.replace("Version: 13", "Version: 12"), 426],
      [good.replace("dGhl", "dG"), 400],
      [good.replace(/Sec-WebSocket-Key.*\r\n/, ""), 400],
    ];
    for (const [request, status] of requests) {
      const client = await RawClient.connect(port);
      await client.send(request);
      assertMatch((await client.reply()).head, new RegExp(`^HTTP/1\\.1 ${status} [^]*connection: close`));
      assertEquals((await client.rest()).length, 0);
      client.close();
    }
    assertEquals(host.sessions.length, 0);
  });
});

Deno.test("While a host refuses, WebSockets fail and open ones go on", async () => {
  await serving(async ({ host, port, ws }) => {
    const open = await RawClient.webSocket(port);
    host.refuses = true;
    const socket = new WebSocket(ws);
    socket.onerror = (event): void => event.preventDefault();
    const opened = await new Promise((resolve) => {
      socket.onopen = (): void => resolve(true);
      socket.onclose = (): void => resolve(false);
    });
    assertEquals([opened, host.sessions.length], [false, 1]);
    host.sessions[0]!.socket.send("still here");
    assertEquals(text((await open.frame()).payload), "still here");
    open.close();
  });
});

Deno.test("Messages of every length arrive whole, text as text and bytes as bytes", async () => {
  await serving(async ({ host, port, ws }) => {
    const lengths = [0, 1, 125, 126, 65_535, 65_536, 300_000];
    const client = await RawClient.webSocket(port);
    const socket = new WebSocket(ws);
    socket.binaryType = "arraybuffer";
    const received: (string | ArrayBuffer)[] = [];
    socket.onmessage = (event): unknown => received.push(event.data);
    await new Promise((resolve) => socket.onopen = resolve);
    for (const length of lengths) {
      const bytes = new Uint8Array(length).map((_, index) => index * 7);
      const characters = "ü€x".repeat(length).slice(0, length);
      for (const { socket } of host.sessions) {
        socket.send(bytes);
        socket.send(characters);
      }
      const frames = [await client.frame(), await client.frame()];
      assertEquals(frames.map(({ first }) => first), [0x82, 0x81]);
      assert(
        text(frames[1]!.payload) === characters && frames[0]!.payload.every((byte, i) => byte === bytes[i]),
      );
      await until(() => received.length === 2);
      const [binary, string] = received.splice(0);
      assert(string === characters && (binary as ArrayBuffer).byteLength === length);
    }
    client.close();
    socket.close();
    await new Promise((resolve) => socket.onclose = resolve);
  });
});

Deno.test("What is sent in one turn to many clients arrives at each in its order", async () => {
  await serving(async ({ host, port }) => {
    const clients = [];
    for (let i = 0; i < 5; i++) clients.push(await RawClient.webSocket(port));
    for (let round = 0; round < 100; round++) {
      for (const { socket } of host.sessions) socket.send(`all ${round}`);
      host.sessions[round % 5]!.socket.send(`one ${round}`);
    }
    for (const [index, client] of clients.entries()) {
      for (let round = 0; round < 100; round++) {
        assertEquals(text((await client.frame()).payload), `all ${round}`);
        if (round % 5 === index) assertEquals(text((await client.frame()).payload), `one ${round}`);
      }
      client.close();
    }
  });
});

Deno.test("Messages of a client are read in fragments, with pings between, byte by byte and in the largest size", async () => {
  await serving(async ({ host, port }) => {
    const client = await RawClient.webSocket(port);
    const parts = [
      masked(0x01, "frag"),
      masked(0x89, "p"),
      masked(0x00, ""),
      masked(0x80, "ment ü"),
      masked(0x82, "bin"),
    ];
    for (const part of parts) for (const byte of part) await client.send(new Uint8Array([byte]));
    const pong = await client.frame();
    assertEquals([pong.first, text(pong.payload)], [0x8a, "p"]);
    const largest = "x".repeat(1024 * 1024);
    await client.send(masked(0x81, largest));
    const [session] = host.sessions;
    await until(() => session!.texts.length === 2);
    assertEquals(session!.texts[0], "fragment ü");
    assert(session!.texts[1] === largest);
    assertEquals(session!.binaries.map(text), ["bin"]);
    client.close();
    await until(() => session!.closes === 1);
  });
});

const violations: readonly (readonly [name: string, code: number, ...frames: Uint8Array[]])[] = [
  ["a frame without mask", 1002, new Uint8Array([0x81, 1, 65])],
  ["reserved bits", 1002, masked(0xc1, "a")],
  ["an unknown opcode", 1002, masked(0x83, "a")],
  ["an unknown control frame", 1002, masked(0x8b, "a")],
  ["a fragmented ping", 1002, masked(0x09, "a")],
  ["a ping of 126 bytes", 1002, masked(0x89, "a".repeat(126))],
  ["a continuation of nothing", 1002, masked(0x80, "a")],
  ["a message inside a message", 1002, masked(0x01, "a"), masked(0x81, "b")],
  ["a close frame of one byte", 1002, masked(0x88, "a")],
  ["close code 1005", 1002, masked(0x88, new Uint8Array([0x03, 0xed]))],
  ["a reason that is not UTF-8", 1007, masked(0x88, new Uint8Array([0x03, 0xe8, 0xff]))],
  ["text that is not UTF-8", 1007, masked(0x81, new Uint8Array([0xc3, 0x28]))],
  ["a frame over 1 MiB", 1009, masked(0x81, "x".repeat(1024 * 1024 + 1))],
  ["fragments over 1 MiB", 1009, masked(0x01, "x".repeat(1024 * 1024)), masked(0x80, "x")],
  [
    "a length of 64 bits",
    1009,
    new Uint8Array([0x82, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3, 4]),
  ],
];

for (const [name, code, ...frames] of violations) {
  Deno.test(`A client that sends ${name} is closed with ${code}`, async () => {
    await serving(async ({ host, port, server }) => {
      const client = await RawClient.webSocket(port);
      for (const frame of frames) await client.send(frame);
      const { first, payload } = await client.frame();
      assertEquals([first, payload[0]! * 256 + payload[1]!], [0x88, code]);
      assertEquals((await client.rest()).length, 0);
      client.close();
      await until(() => server.connections === 0);
      assertEquals([host.sessions[0]!.texts, host.sessions[0]!.closes], [[], 1]);
    });
  });
}

Deno.test("A client that answers pings stays, one that is silent is cut", async () => {
  await serving(async ({ host, port, ws, server }) => {
    const socket = new WebSocket(ws);
    await new Promise((resolve) => socket.onopen = resolve);
    const silent = await RawClient.webSocket(port);
    assertEquals([...await silent.rest()].slice(0, 2), [0x89, 0]);
    silent.close();
    await new Promise((resolve) => setTimeout(resolve, 200));
    assertEquals([socket.readyState, server.connections], [WebSocket.OPEN, 1]);
    assertEquals(host.sessions.map(({ closes }) => closes), [0, 1]);
    socket.close();
    await new Promise((resolve) => socket.onclose = resolve);
  }, { pingIntervalMs: 50 });
});

Deno.test("A client that does not read is cut when 32 MiB wait for it, and nobody else is disturbed", async () => {
  await serving(async ({ host, port, server }) => {
    const slow = await RawClient.webSocket(port);
    const other = await RawClient.webSocket(port);
    const bytes = new Uint8Array(1024 * 1024);
    const [slowSession, otherSession] = host.sessions;
    let sent = 0;
    while (slowSession!.closes === 0 && sent < 100) {
      slowSession!.socket.send(bytes);
      sent++;
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    // What the system itself holds comes on top of the 32 MiB.
    assert(sent > 32 && sent < 60, `cut after ${sent} MiB`);
    slowSession!.socket.send(bytes);
    otherSession!.socket.send("fine");
    assertEquals(text((await other.frame()).payload), "fine");
    await until(() => server.connections === 1);
    assertEquals([slowSession!.closes, otherSession!.closes], [1, 0]);
    slow.close();
    other.close();
  });
});

Deno.test("A client that vanishes in the middle of a frame ends its session once", async () => {
  await serving(async ({ host, port, server }) => {
    const client = await RawClient.webSocket(port);
    const session = host.sessions[0]!;
    for (let i = 0; i < 50; i++) session.socket.send("x".repeat(100_000));
    await client.send(masked(0x81, "never complete").subarray(0, 9));
    client.close();
    await until(() => server.connections === 0);
    for (let i = 0; i < 10; i++) session.socket.send("into the void");
    assertEquals([session.closes, session.texts], [1, []]);
  });
});

Deno.test("Stopping closes WebSockets with 1000, also those whose clients never answer", async () => {
  const closed: Promise<CloseEvent>[] = [];
  const raws: RawClient[] = [];
  const start = performance.now();
  await serving(async ({ port, ws }) => {
    for (let i = 0; i < 3; i++) {
      const socket = new WebSocket(ws);
      closed.push(new Promise((resolve) => socket.onclose = resolve));
      await new Promise((resolve) => socket.onopen = resolve);
      raws.push(await RawClient.webSocket(port));
    }
  });
  const took = performance.now() - start;
  assert(took < 3000, `stopping took ${took} ms`);
  for (const { code, wasClean } of await Promise.all(closed)) assertEquals([code, wasClean], [1000, true]);
  for (const raw of raws) {
    assertEquals([...await raw.rest()], [0x88, 2, 0x03, 0xe8]);
    raw.close();
  }
});
