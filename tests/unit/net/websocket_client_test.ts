import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import type { Socket } from "../../../src/core/network.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { NoDelayNetwork } from "../../../src/net/no_delay_network.ts";
import { opcodes } from "../../../src/net/websocket_frame_writer.ts";
import { FakeDial, type FakeStream, settled } from "./fake_stream.ts";
import { serverFrame, unmasked } from "./server_frames.ts";

/** A socket, the stream under it and what its handlers were told. */
class Bench {
  readonly clock = new SimulatedClock(0);
  readonly fake = new FakeDial();
  readonly network = new NoDelayNetwork({ clock: this.clock, dial: this.fake.dial });
  readonly events: string[] = [];
  readonly socket: Socket & { sendText(text: string): void };
  onText: (text: string) => void = () => {};

  constructor() {
    this.socket = this.network.connect("wss://venue.test/ws?a=1", {
      onOpen: () => this.events.push("open"),
      onText: (text) => {
        this.events.push(`text ${text}`);
        this.onText(text);
      },
      onBinary: (bytes) => this.events.push(`binary ${bytes.join()}`),
      onClose: (code, reason) => this.events.push(`close ${code} ${reason}`),
    });
  }

  /** The stream once its handshake request is there. */
  async dialled(): Promise<FakeStream> {
    const stream = this.fake.attempts[0]!.succeed();
    await settled();
    return stream;
  }

  async opened(): Promise<FakeStream> {
    const stream = await this.dialled();
    await stream.arrive(agreement(stream));
    stream.written = "";
    return stream;
  }
}

function acceptOf(stream: FakeStream): string {
  const key = /sec-websocket-key: (\S+)\r\n/.exec(stream.written)![1]!;
  return createHash("sha1").update(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest("base64");
}

function agreement(stream: FakeStream, changes: Readonly<Record<string, string>> = {}): string {
  const headers = {
    upgrade: "WebSocket",
    connection: "keep-alive, Upgrade",
    "sec-websocket-accept": acceptOf(stream),
    ...changes,
  };
  const lines = Object.entries(headers).filter(([, value]) => value !== "").map((pair) => pair.join(": "));
  return ["HTTP/1.1 101 Switching Protocols", ...lines].join("\r\n") + "\r\n\r\n";
}

/** The frames in what was written, which must all be short. */
function frames(stream: FakeStream): string[] {
  const bytes = Uint8Array.from(stream.written, (char) => char.charCodeAt(0));
  const found: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = 6 + (bytes[at + 1]! & 127);
    const { opcode, payload } = unmasked(bytes.subarray(at, at + size));
    found.push(`${opcode} ${payload}`);
    at += size;
  }
  return found;
}

Deno.test("A socket opens with a handshake and carries messages both ways", async () => {
  const bench = new Bench();
  const stream = await bench.dialled();
  assertStringIncludes(stream.written, "GET /ws?a=1 HTTP/1.1\r\nhost: venue.test\r\nupgrade: websocket\r\n");
  assertEquals(bench.socket.sendText("too early"), false as unknown as void);
  await stream.arrive(agreement(stream));
  assertEquals(bench.events, ["open"]);
  stream.written = "";
  bench.socket.sendText("hello");
  assertEquals(frames(stream), ["1 hello"], "before sendText has returned");
  await stream.arrive(serverFrame(opcodes.text, "héllo"));
  await stream.arrive(serverFrame(opcodes.binary, "ab"));
  assertEquals(bench.events, ["open", "text héllo", "binary 97,98"]);
});

Deno.test("Frames that come with the handshake are not lost", async () => {
  const bench = new Bench();
  const stream = await bench.dialled();
  const head = new TextEncoder().encode(agreement(stream));
  await stream.arrive(head.subarray(0, 50));
  await stream.arrive(new Uint8Array([...head.subarray(50), ...serverFrame(opcodes.text, "first")]));
  assertEquals(bench.events, ["open", "text first"]);
});

Deno.test("Messages that are sent while a write is under way follow in order, in one write", async () => {
  const bench = new Bench();
  const stream = await bench.opened();
  stream.block();
  const { writes } = stream;
  for (const text of ["a", "b", "c", "d"]) bench.socket.sendText(text);
  assertEquals(frames(stream), ["1 a"]);
  stream.unblock();
  await settled();
  assertEquals([frames(stream), stream.writes - writes], [["1 a", "1 b", "1 c", "1 d"], 2]);
});

Deno.test("A peer that does not read ends the socket before memory does", async () => {
  const bench = new Bench();
  const stream = await bench.opened();
  stream.block();
  const text = "x".repeat(1_000_000);
  for (let i = 0; i < 10; i++) bench.socket.sendText(text);
  assertEquals(bench.events, ["open", "close 1006 the other side does not read"]);
  stream.unblock();
});

Deno.test("A ping is answered with its payload", async () => {
  const bench = new Bench();
  const stream = await bench.opened();
  await stream.arrive(serverFrame(opcodes.ping, "abc"));
  assertEquals([frames(stream), bench.events], [["10 abc"], ["open"]]);
});

Deno.test("A handshake that is not agreed to in every point closes the socket", async () => {
  const wrong: [answer: (stream: FakeStream) => string | null, words: string][] = [
    [(): string => "HTTP/1.1 403 Forbidden\r\n\r\n", "status 403"],
    [(stream): string => agreement(stream, { upgrade: "h2c" }), "does not change"],
    [(stream): string => agreement(stream, { connection: "" }), "does not change"],
    [(stream): string => agreement(stream, { "sec-websocket-accept": "abc" }), "another handshake"],
    [
      (stream): string => agreement(stream, { "sec-websocket-extensions": "permessage-deflate" }),
      "not offered",
    ],
    [(stream): string => agreement(stream, { "sec-websocket-protocol": "mqtt" }), "not offered"],
    [(): string => "nonsense\r\n\r\n", "status line"],
    [(): string => "x".repeat(20_000), "status line"],
    [(): null => null, "the other side closed it"],
  ];
  for (const [answer, words] of wrong) {
    const bench = new Bench();
    const stream = await bench.dialled();
    await stream.arrive(answer(stream));
    assertEquals(bench.events.length, 1, words);
    assertStringIncludes(bench.events[0]!, "close 1006 ");
    assertStringIncludes(bench.events[0]!, words);
    assert(stream.isClosed);
  }
});

Deno.test("A connection that cannot be opened, or not in time, is a close", async () => {
  const refused = new Bench();
  refused.fake.attempts[0]!.fail("refused");
  await settled();
  assertEquals(refused.events, ["close 1006 no connection: refused"]);
  const slow = new Bench();
  while (slow.clock.step());
  assertEquals(slow.events, ["close 1006 no connection within 5000 ms"]);
  const late = await slow.dialled();
  assert(late.isClosed);
  const silent = new Bench();
  await silent.dialled();
  while (silent.clock.step());
  assertEquals(silent.events, ["close 1006 no connection within 5000 ms"]);
});

Deno.test("Closing says so to the other side, hands nothing over any more and ends with its answer", async () => {
  const bench = new Bench();
  const stream = await bench.opened();
  bench.socket.close(1000, "stopped");
  bench.socket.close(4000, "again");
  bench.socket.sendText("late");
  await stream.arrive(serverFrame(opcodes.text, "late"));
  await stream.arrive(serverFrame(opcodes.ping, "late"));
  assertEquals([frames(stream).length, bench.events, stream.isClosed], [1, ["open"], false]);
  await stream.arrive(serverFrame(opcodes.close, new Uint8Array([3, 232])));
  assertEquals([bench.events, stream.isClosed], [["open", "close 1000 "], true]);
});

Deno.test("Closing ends after a while when the other side does not answer", async () => {
  const bench = new Bench();
  const stream = await bench.opened();
  bench.socket.close();
  while (bench.clock.step());
  assertEquals(bench.events, ["open", "close 1006 the other side did not close it"]);
  assertEquals([bench.clock.monotonicMs(), stream.isClosed], [3_000, true]);
});

Deno.test("Closing before it is open is reported after close has returned", async () => {
  for (const dialled of [false, true]) {
    const bench = new Bench();
    const stream = dialled ? await bench.dialled() : undefined;
    bench.socket.close();
    assertEquals(bench.events, []);
    while (bench.clock.step());
    assertEquals(bench.events, ["close 1006 closed before it was open"]);
    assert(bench.fake.attempts[0]!.signal.aborted);
    if (stream !== undefined) assert(stream.isClosed);
  }
});

Deno.test("A close by the server is answered and reported with its code", async () => {
  const bench = new Bench();
  const stream = await bench.opened();
  await stream.arrive(serverFrame(opcodes.close, new Uint8Array([0x03, 0xf0, 98, 121, 101])));
  assertEquals(bench.events, ["open", "close 1008 bye"]);
  assertEquals(frames(stream), ["8 \u0003\ufffd"]);
  assert(stream.isClosed);
  const bare = new Bench();
  const other = await bare.opened();
  await other.arrive(serverFrame(opcodes.close, ""));
  assertEquals([bare.events, frames(other)], [["open", "close 1005 "], ["8 "]]);
});

Deno.test("A server that breaks the protocol is told so and left", async () => {
  const bench = new Bench();
  const stream = await bench.opened();
  await stream.arrive(serverFrame(opcodes.text, new Uint8Array([0xff])));
  assertEquals(bench.events, ["open", "close 1006 a text is not UTF-8"]);
  assertEquals(frames(stream).length, 1);
  assert(stream.isClosed);
});

Deno.test("A connection that breaks or ends without leave closes the socket once", async () => {
  for (const what of [null, new Error("reset")]) {
    const bench = new Bench();
    const stream = await bench.opened();
    await stream.arrive(what);
    bench.socket.close();
    bench.socket.sendText("late");
    while (bench.clock.step());
    assertEquals(bench.events.length, 2);
    assertStringIncludes(bench.events[1]!, "close 1006");
  }
});

Deno.test("A handler that closes the socket sees no further message, even of the same read", async () => {
  const bench = new Bench();
  const stream = await bench.opened();
  bench.onText = (): void => bench.socket.close(1000);
  await stream.arrive(
    new Uint8Array([...serverFrame(opcodes.text, "one"), ...serverFrame(opcodes.text, "two")]),
  );
  assertEquals(bench.events, ["open", "text one"]);
  await stream.arrive(null);
  assertEquals(bench.events.length, 3);
});

Deno.test("A closed network closes its sockets and those that come later", async () => {
  const bench = new Bench();
  const stream = await bench.opened();
  bench.network.close();
  assertEquals(frames(stream).length, 1);
  const events: string[] = [];
  const nothing = (): void => {};
  bench.network.connect("ws://venue.test/", {
    onOpen: nothing,
    onText: nothing,
    onBinary: nothing,
    onClose: (code) => events.push(`close ${code}`),
  });
  while (bench.clock.step());
  assertEquals(events, ["close 1006"]);
});
