import { assert, assertEquals, assertThrows } from "@std/assert";
import { masked, RawClient } from "./raw_client.ts";
import { type Served, serving, until } from "./test_host.ts";

interface Ending {
  readonly code: number;
  readonly reason: string;
  readonly clean: boolean;
}

/** How the built-in client sees the end when the host closes with this code. */
async function endingOf({ host, ws }: Served, code: number, reason: string): Promise<Ending> {
  const socket = new WebSocket(ws);
  await new Promise((resolve) => socket.onopen = resolve);
  const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
  socket.onerror = (event): void => event.preventDefault();
  host.sessions.at(-1)!.close(code, reason);
  const event = await closed;
  return { code: event.code, reason: event.reason, clean: event.wasClean };
}

Deno.test("The built-in client sees every close code as it was given", async () => {
  await serving(async (served) => {
    for (const code of [1000, 1001, 1002, 1003, 1008, 1011, 1012, 1013, 3000, 4001, 4999]) {
      assertEquals(await endingOf(served, code, "enough ü"), { code, reason: "enough ü", clean: true });
    }
    assertEquals(await endingOf(served, 1005, "unheard"), { code: 1005, reason: "", clean: true });
    const cut = await endingOf(served, 1006, "unheard");
    // Deno says 0 where a browser says 1006.
    assert(cut.code === 1006 || cut.code === 0, `code ${cut.code}`);
    assertEquals([cut.reason, cut.clean], ["", false]);
    assertEquals(served.host.sessions.map(({ closes }) => closes), Array(13).fill(1));
  });
});

Deno.test("A close frame holds the code and the reason, 1005 is an empty one, 1006 is no frame at all", async () => {
  await serving(async ({ host, port }) => {
    const bytes = async (code: number, reason: string): Promise<number[]> => {
      const client = await RawClient.webSocket(port);
      host.sessions.at(-1)!.socket.send("last");
      host.sessions.at(-1)!.close(code, reason);
      assertEquals(new TextDecoder().decode((await client.frame()).payload), "last");
      if (code !== 1006) await client.send(masked(0x88, new Uint8Array([code >> 8, code & 255])));
      const rest = await client.rest();
      client.close();
      return [...rest];
    };
    assertEquals(await bytes(1000, ""), [0x88, 2, 0x03, 0xe8]);
    assertEquals(await bytes(1008, "no"), [0x88, 4, 0x03, 0xf0, 110, 111]);
    assertEquals(await bytes(4000, ""), [0x88, 2, 0x0f, 0xa0]);
    assertEquals(await bytes(1005, "unheard"), [0x88, 0]);
    assertEquals(await bytes(1006, "unheard"), []);
  });
});

Deno.test("A reason that is too long is cut between two characters", async () => {
  await serving(async ({ host, port }) => {
    const client = await RawClient.webSocket(port);
    host.sessions[0]!.close(1000, "ü".repeat(100));
    const { payload } = await client.frame();
    assertEquals(new TextDecoder("utf-8", { fatal: true }).decode(payload.subarray(2)), "ü".repeat(61));
    client.close();
  });
});

Deno.test("A code that nobody may send is refused at once and the connection stays", async () => {
  await serving(async ({ host, port }) => {
    const client = await RawClient.webSocket(port);
    for (const code of [0, 999, 1004, 1015, 2999, 5000, 1000.5, NaN]) {
      assertThrows(() => host.sessions[0]!.close(code, ""), RangeError, "Cannot close a WebSocket");
    }
    host.sessions[0]!.socket.send("still here");
    assertEquals(new TextDecoder().decode((await client.frame()).payload), "still here");
    client.close();
  });
});

Deno.test("After it closed the host sends and hears nothing, and a client that never answers is cut", async () => {
  await serving(async ({ host, port, server }) => {
    const client = await RawClient.webSocket(port);
    const session = host.sessions[0]!;
    session.close(1001, "");
    session.close(1000, "");
    session.socket.send("too late");
    await client.send(masked(0x81, "are you there"));
    assertEquals([...await client.rest()], [0x88, 2, 0x03, 0xe9]);
    assertEquals([session.texts, session.closes, server.connections], [[], 1, 0]);
    client.close();
  });
});

Deno.test("A close frame of the client is answered with its own code, and then the connection ends", async () => {
  await serving(async ({ host, port, server }) => {
    for (const payload of [[], [0x03, 0xe8], [0x0f, 0xa1, 98, 121, 101]]) {
      const client = await RawClient.webSocket(port);
      await client.send(masked(0x88, new Uint8Array(payload)));
      const code = payload.slice(0, 2);
      assertEquals([...await client.rest()], [0x88, code.length, ...code]);
      assertEquals(host.sessions.at(-1)!.closes, 1);
      client.close();
    }
    await until(() => server.connections === 0);
  });
});

Deno.test("A host may close while it accepts", async () => {
  await serving(async ({ host, port }) => {
    host.greet = (socket): void => {
      socket.send("hello");
      socket.close(1013, "");
    };
    const client = await RawClient.webSocket(port);
    assertEquals(new TextDecoder().decode((await client.frame()).payload), "hello");
    assertEquals([...(await client.frame()).payload], [0x03, 0xf5]);
    assertEquals(host.sessions[0]!.closes, 1);
    client.close();
  });
});
