/**
 * Sockets of the no-delay transport against the server side of Deno, which was written by others.
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { SystemClock } from "../../src/core/clock.ts";
import { SeededRandom } from "../../src/core/random.ts";
import { NoDelayNetwork } from "../../src/net/no_delay_network.ts";
import { WebSocketConnection } from "../../src/net/websocket_connection.ts";
import { MemoryLogger } from "../support/memory_logger.ts";
import { RawServer } from "../unit/net/raw_server.ts";

type Behaviour = (socket: WebSocket) => void;

async function withSockets(behaviour: Behaviour, run: (url: string) => Promise<void>): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.binaryType = "arraybuffer";
    socket.onerror = (event): void => (event as ErrorEvent).preventDefault();
    behaviour(socket);
    return response;
  });
  try {
    await run(`ws://127.0.0.1:${server.addr.port}/`);
  } finally {
    await server.shutdown();
  }
}

/** Opens a socket, sends the texts and collects what comes until the socket is closed. */
async function talk(url: string, texts: readonly string[], until: number): Promise<string[]> {
  const network = new NoDelayNetwork({ clock: new SystemClock() });
  const events: string[] = [];
  await new Promise<void>((resolve) => {
    const heard = (event: string): void => {
      events.push(event);
      if (events.length === until) socket.close(4000, "enough");
    };
    const socket = network.connect(url, {
      onOpen: () => texts.forEach((text) => socket.sendText(text)),
      onText: heard,
      onBinary: (bytes) => heard(`${bytes.length} bytes`),
      onClose: (code, reason) => {
        events.push(`close ${code} ${reason}`);
        resolve();
      },
    });
  });
  network.close();
  return events;
}

Deno.test("Texts of every length come back from an echo as they were, in order", async () => {
  const lengths = [0, 1, 125, 126, 127, 4_096, 65_535, 65_536, 200_000];
  const texts = lengths.map((length) => "€".repeat(Math.floor(length / 3)) + "x".repeat(length % 3));
  await withSockets((socket) => {
    socket.onmessage = ({ data }): void => socket.send(data);
  }, async (url) => {
    assertEquals(await talk(url, texts, texts.length), [...texts, "close 4000 enough"]);
  });
});

Deno.test("A thousand messages at once arrive in order", async () => {
  const texts = Array.from({ length: 1_000 }, (_, i) => `message ${i}`);
  await withSockets((socket) => {
    socket.onmessage = ({ data }): void => socket.send(data);
  }, async (url) => {
    assertEquals((await talk(url, texts, texts.length)).slice(0, -1), texts);
  });
});

Deno.test("Binary messages and the close of the server arrive", async () => {
  await withSockets((socket) => {
    socket.onopen = (): void => {
      socket.send(new Uint8Array(70_000));
      socket.close(4321, "bye");
    };
  }, async (url) => {
    assertEquals(await talk(url, [], Infinity), ["70000 bytes", "close 4321 bye"]);
  });
});

Deno.test("A server without sockets, and none at all, close with 1006", async () => {
  await using server = new RawServer((connection) => {
    return RawServer.write(connection, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  });
  const [event] = await talk(`ws://127.0.0.1:${server.port}/`, [], Infinity);
  assertStringIncludes(event!, "close 1006 the server answered with status 404");
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  const [refused] = await talk(`ws://127.0.0.1:${listener.addr.port}/`, [], Infinity);
  assertStringIncludes(refused!, "close 1006 no connection");
});

Deno.test("WebSocketConnection lives on the no-delay transport: it comes back after a close", async () => {
  let opened = 0;
  await withSockets((socket) => {
    const isFirst = opened++ === 0;
    socket.onmessage = ({ data }): void =>
      isFirst ? socket.close(1012, "restart") : socket.send(`again ${data}`);
  }, async (url) => {
    const clock = new SystemClock();
    const network = new NoDelayNetwork({ clock });
    const texts: string[] = [];
    await new Promise<void>((resolve) => {
      const connection = new WebSocketConnection({
        name: "test",
        url,
        network,
        clock,
        random: new SeededRandom(1),
        logger: new MemoryLogger(),
        backoff: { baseMs: 10 },
        heartbeatMs: 60_000,
        heartbeat: () => "ping",
        silenceMs: 60_000,
        dataSilenceMs: 60_000,
      }, {
        onOpen: () => connection.send("hello"),
        onText: (text) => {
          texts.push(text);
          connection.stop();
          resolve();
          return true;
        },
        onBinary: () => true,
        onLost: (code) => texts.push(`lost ${code}`),
      });
      connection.start();
    });
    assertEquals(texts, ["lost 1012", "again hello"]);
    network.close();
  });
  assert(opened === 2);
});
