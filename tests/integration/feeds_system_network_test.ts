import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { NetworkError } from "../../src/core/errors.ts";
import type { SocketHandlers } from "../../src/core/network.ts";
import { SystemNetwork } from "../../src/net/system_network.ts";

type Handler = (request: Request) => Response | Promise<Response>;

/** A server on a free port of this machine for as long as `use` takes. */
async function withServer(handler: Handler, use: (authority: string) => Promise<void>): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: (): void => {} }, handler);
  try {
    await use(`127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

/** Everything that a socket told, and a promise of its end. */
class Recorder implements SocketHandlers {
  readonly told: string[] = [];
  readonly closed = Promise.withResolvers<void>();
  onOpened = (): void => {};
  onMessage = (): void => {};

  onOpen(): void {
    this.told.push("open");
    this.onOpened();
  }

  onText(text: string): void {
    this.told.push(`text ${text}`);
    this.onMessage();
  }

  onBinary(bytes: Uint8Array): void {
    this.told.push(`bytes ${bytes}`);
    this.onMessage();
  }

  onClose(code: number, reason: string): void {
    this.told.push(`close ${code} ${reason}`);
    this.closed.resolve();
  }
}

/** A port on which nobody listens. */
function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

Deno.test("SystemNetwork carries text and binary frames both ways and tells how the server closed", async () => {
  await withServer((request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }): void => {
      socket.send(`echo ${data}`);
      socket.send(new Uint8Array([1, 2, 255]));
      socket.close(4008, "enough");
    };
    return response;
  }, async (authority) => {
    const recorder = new Recorder();
    const socket = new SystemNetwork().connect(`ws://${authority}/ws`, recorder);
    socket.sendText("too early, and without effect");
    recorder.onOpened = (): void => socket.sendText("hello");
    await recorder.closed.promise;
    assertEquals(recorder.told, ["open", "text echo hello", "bytes 1,2,255", "close 4008 enough"]);
    socket.sendText("too late, and without effect");
  });
});

Deno.test("SystemNetwork tells the end of a connection that the client closed", async () => {
  await withServer((request) => Deno.upgradeWebSocket(request).response, async (authority) => {
    const recorder = new Recorder();
    const socket = new SystemNetwork().connect(`ws://${authority}/ws`, recorder);
    recorder.onOpened = (): void => socket.close(1000, "stopped");
    await recorder.closed.promise;
    assertEquals(recorder.told, ["open", "close 1000 stopped"]);
  });
});

Deno.test("SystemNetwork tells a refused connection as closed with 1006, and never as open", async () => {
  const recorder = new Recorder();
  new SystemNetwork().connect(`ws://127.0.0.1:${freePort()}/ws`, recorder);
  await recorder.closed.promise;
  assertEquals(recorder.told, ["close 1006 "]);
});

Deno.test("SystemNetwork tells a server that speaks no WebSocket as closed with 1006", async () => {
  await withServer(() => new Response("no", { status: 404 }), async (authority) => {
    const recorder = new Recorder();
    new SystemNetwork().connect(`ws://${authority}/ws`, recorder);
    await recorder.closed.promise;
    assertEquals(recorder.told, ["close 1006 "]);
  });
});

Deno.test("SystemNetwork tells a connection that broke without a close frame as closed with 1006", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const recorder = new Recorder();
  new SystemNetwork().connect(`ws://127.0.0.1:${listener.addr.port}/ws`, recorder);
  const connection = await listener.accept();
  connection.close();
  await recorder.closed.promise;
  assertEquals(recorder.told, ["close 1006 "]);
  listener.close();
});

Deno.test("SystemNetwork hands over every answer with its status, headers and text", async () => {
  await withServer(async (request) => {
    const { pathname, search } = new URL(request.url);
    const text = `${request.method} ${pathname}${search} ${request.headers.get("x-test")} ${await request
      .text()}`;
    return new Response(text, { status: 429, headers: { "retry-after": "7" } });
  }, async (authority) => {
    const answer = await new SystemNetwork().fetch({
      method: "POST",
      url: `http://${authority}/orders?a=1`,
      headers: { "x-test": "yes" },
      body: "body",
      timeoutMs: 5000,
    });
    assertEquals([answer.status, answer.text], [429, "POST /orders?a=1 yes body"]);
    assertStrictEquals(answer.headers.get("retry-after"), "7");
  });
});

Deno.test("SystemNetwork follows no redirection, which would carry key and signature to somebody else", async () => {
  const asked: string[] = [];
  await withServer((request) => {
    asked.push(new URL(request.url).pathname);
    return new Response("", { status: 302, headers: { Location: "/elsewhere" } });
  }, async (authority) => {
    const headers = { "X-MEXC-APIKEY": "key" };
    const url = `http://${authority}/account?signature=abc`;
    const answer = await new SystemNetwork().fetch({ method: "GET", url, headers, timeoutMs: 5_000 });
    assertStrictEquals(answer.status, 302);
  });
  assertEquals(asked, ["/account"]);
});

Deno.test("SystemNetwork raises a NetworkError when the answer does not come in time", async () => {
  const late = Promise.withResolvers<Response>();
  await withServer(() => late.promise, async (authority) => {
    const request = { method: "GET", url: `http://${authority}/slow`, timeoutMs: 60 };
    const error = await assertRejects(() => new SystemNetwork().fetch(request), NetworkError);
    assert(error.message.includes(request.url));
    late.resolve(new Response("too late"));
  });
});

Deno.test("SystemNetwork raises a NetworkError when nobody listens", async () => {
  const request = { method: "GET", url: `http://127.0.0.1:${freePort()}/`, timeoutMs: 5000 };
  await assertRejects(() => new SystemNetwork().fetch(request), NetworkError);
});
