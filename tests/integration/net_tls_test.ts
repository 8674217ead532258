/**
 * The no-delay transport over TLS, with a certificate authority made for the test.
 * @module
 */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { SystemClock } from "../../src/core/clock.ts";
import { RequestError } from "../../src/core/network.ts";
import { noDelayDial } from "../../src/net/byte_stream.ts";
import { NoDelayNetwork } from "../../src/net/no_delay_network.ts";
import { makeCertificates } from "../unit/net/test_certificates.ts";

const clock = new SystemClock();

/** A server that says what it was asked, and echoes on sockets. */
async function withServer(
  run: (port: number, authority: string) => Promise<void>,
  address: readonly number[] = [127, 0, 0, 1],
): Promise<void> {
  const { authority, certificate, key } = await makeCertificates(address);
  const options = { hostname: "127.0.0.1", port: 0, cert: certificate, key, onListen: (): void => {} };
  const server = Deno.serve(options, async (request) => {
    if (request.headers.get("upgrade") !== "websocket") {
      return new Response(`${request.method} ${await request.text()}`);
    }
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }): void => socket.send(data);
    return response;
  });
  try {
    await run(server.addr.port, authority);
  } finally {
    await server.shutdown();
  }
}

Deno.test("Requests and sockets work over TLS when the certificate is trusted", async () => {
  await withServer(async (port, authority) => {
    const network = new NoDelayNetwork({ clock, dial: noDelayDial([authority]) });
    const url = `https://127.0.0.1:${port}/`;
    const body = "x".repeat(300_000);
    for (const text of ["a", body, "b"]) {
      assertEquals(
        (await network.fetch({ method: "POST", url, body: text, timeoutMs: 5_000 })).text,
        `POST ${text}`,
      );
    }
    assertEquals(network.connections(url).idle, 1);
    const received: string[] = [];
    const end = await new Promise<string>((resolve) => {
      const socket = network.connect(`wss://127.0.0.1:${port}/`, {
        onOpen: () => ["a", "b", "c".repeat(100_000)].forEach((text) => socket.sendText(text)),
        onText: (text) => {
          received.push(text);
          if (received.length === 3) socket.close(1000, "enough");
        },
        onBinary: () => {},
        onClose: (code, reason) => resolve(`${code} ${reason}`),
      });
    });
    assertEquals([received, end], [["a", "b", "c".repeat(100_000)], "1000 enough"]);
    network.close();
  });
});

/** A server with a certificate for this address; the authority is trusted or not. */
async function assertRefused(address: readonly number[], trusted: "it" | "nobody"): Promise<void> {
  await withServer(async (port, authority) => {
    const network = new NoDelayNetwork({ clock, dial: noDelayDial(trusted === "it" ? [authority] : []) });
    const request = { method: "POST", url: `https://127.0.0.1:${port}/`, body: "{}", timeoutMs: 5_000 };
    const error = await assertRejects(() => network.fetch(request), RequestError) as RequestError;
    assertEquals(error.sent, "no");
    assertStringIncludes(error.message, "certificate");
    network.close();
  }, address);
}

Deno.test("A certificate that nobody vouches for is refused before anything is sent", async () => {
  await assertRefused([127, 0, 0, 1], "nobody");
});

Deno.test("A certificate for another host is refused before anything is sent", async () => {
  await assertRefused([127, 0, 0, 2], "it");
});

Deno.test("A server that never finishes the TLS handshake is given up after the time for connecting", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted: Deno.Conn[] = [];
  const serving = (async (): Promise<void> => {
    for await (const connection of listener) accepted.push(connection);
  })();
  const network = new NoDelayNetwork({ clock, connectTimeoutMs: 100 });
  const request = { method: "GET", url: `https://127.0.0.1:${listener.addr.port}/`, timeoutMs: 5_000 };
  const error = await assertRejects(() => network.fetch(request), RequestError) as RequestError;
  assertEquals(error.sent, "no");
  assertStringIncludes(error.message, "no connection within 100 ms");
  assertEquals(network.connections(request.url), { busy: 0, idle: 0, opening: 0 });
  network.close();
  listener.close();
  for (const connection of accepted) connection.close();
  await serving;
});
