import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { SeededRandom } from "../../../src/core/random.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { WebSocketConnection } from "../../../src/net/websocket_connection.ts";
import { advance, FakeNetwork, type FakeSocket } from "../../support/fake_network.ts";
import { MemoryLogger } from "../../support/memory_logger.ts";

/** A connection and everything that it told. Texts that begin with "data" are market data. */
class Bench {
  readonly clock = new SimulatedClock(1_700_000_000_000);
  readonly network = new FakeNetwork();
  readonly logger = new MemoryLogger();
  readonly told: string[] = [];
  /** What the listener does besides. */
  onOpen = (): void => {};
  onLost = (): void => {};
  readonly connection: WebSocketConnection;

  constructor(seed = 1) {
    const { clock, network, logger } = this;
    this.connection = new WebSocketConnection({
      name: "TEST #1",
      url: "ws://venue/ws",
      network,
      clock,
      logger,
      random: new SeededRandom(seed),
      heartbeatMs: 1000,
      heartbeat: (epochMs) => `ping ${epochMs - 1_700_000_000_000}`,
      silenceMs: 2500,
      dataSilenceMs: 60_000,
    }, {
      onOpen: () => {
        this.told.push("open");
        this.onOpen();
      },
      onText: (text) => {
        this.told.push(text);
        return text.startsWith("data");
      },
      onBinary: (bytes) => {
        this.told.push(`${bytes.length} bytes`);
        return true;
      },
      onLost: (code, reason) => {
        this.told.push(`lost ${code} ${reason}`);
        this.onLost();
      },
    });
  }

  get socket(): FakeSocket {
    return this.network.socket;
  }

  open(): void {
    this.connection.start();
    this.socket.handlers.onOpen();
  }

  /** Milliseconds from now until the next socket is asked for. */
  waitForNext(): number {
    const from = this.clock.monotonicMs();
    const count = this.network.sockets.length;
    while (this.network.sockets.length === count) assert(this.clock.step(), "nobody reconnects");
    return this.clock.monotonicMs() - from;
  }
}

Deno.test("WebSocketConnection opens one socket and hands over what comes on it", () => {
  const bench = new Bench();
  assertStrictEquals(bench.connection.state, "stopped");
  bench.connection.start();
  bench.connection.start();
  assertEquals([bench.network.sockets.length, bench.socket.url], [1, "ws://venue/ws"]);
  assertStrictEquals(bench.connection.state, "connecting");
  bench.connection.send("too early");
  bench.socket.handlers.onOpen();
  assertStrictEquals(bench.connection.state, "open");
  bench.connection.send("subscribe");
  bench.socket.handlers.onText("data 1");
  bench.socket.handlers.onBinary(new Uint8Array(3));
  assertEquals(bench.told, ["open", "data 1", "3 bytes"]);
  assertEquals(bench.socket.sent, ["subscribe"]);
});

Deno.test("WebSocketConnection sends a heartbeat of the current time at its interval", () => {
  const bench = new Bench();
  bench.open();
  for (let i = 0; i < 30; i++) {
    advance(bench.clock, 100);
    bench.socket.handlers.onText("data");
  }
  assertEquals(bench.socket.sent, ["ping 1000", "ping 2000", "ping 3000"]);
});

Deno.test("WebSocketConnection gives up a handshake that takes too long and tries again", () => {
  const bench = new Bench();
  bench.connection.start();
  advance(bench.clock, 9999);
  assertEquals([bench.connection.state, bench.socket.closedWith], ["connecting", undefined]);
  advance(bench.clock, 1);
  assertEquals([bench.connection.state, bench.socket.closedWith], ["waiting", 0]);
  assertEquals(bench.told, []);
  bench.waitForNext();
  bench.socket.handlers.onOpen();
  assertEquals([bench.connection.state, bench.told], ["open", ["open"]]);
});

Deno.test("WebSocketConnection takes silence for the end, to the millisecond, whatever kind of frame came last", () => {
  for (const last of ["pong", "data"]) {
    const bench = new Bench();
    bench.open();
    advance(bench.clock, 2000);
    bench.socket.handlers.onText(last);
    advance(bench.clock, 2499);
    assertStrictEquals(bench.connection.state, "open");
    advance(bench.clock, 1);
    assertEquals([bench.connection.state, bench.socket.closedWith], ["waiting", 0]);
    assertEquals(bench.told, ["open", last, "lost 1006 silent for 2500 ms"]);
  }
});

Deno.test("WebSocketConnection takes answers without market data for the end after a minute", () => {
  const bench = new Bench();
  bench.open();
  advance(bench.clock, 500);
  bench.socket.handlers.onText("data");
  for (let i = 0; i < 59; i++) {
    advance(bench.clock, 1000);
    bench.socket.handlers.onText("pong");
  }
  advance(bench.clock, 999);
  assertStrictEquals(bench.connection.state, "open");
  advance(bench.clock, 1);
  assertStrictEquals(bench.connection.state, "waiting");
  assertStrictEquals(bench.told.at(-1), "lost 1006 no data for 60000 ms");
});

Deno.test("WebSocketConnection lives as long as market data come", () => {
  const bench = new Bench();
  bench.open();
  for (let i = 0; i < 500; i++) {
    advance(bench.clock, 1000);
    bench.socket.handlers.onBinary(new Uint8Array(1));
  }
  assertEquals([bench.connection.state, bench.connection.reconnects, bench.network.sockets.length], [
    "open",
    0,
    1,
  ]);
});

for (
  const [code, shortest, longest] of [[1005, 125, 250], [1006, 125, 250], [1000, 125, 250], [
    1008,
    5000,
    30_000,
  ], [1013, 5000, 30_000]] as const
) {
  Deno.test(`WebSocketConnection closed with ${code} comes back after ${shortest} to ${longest} ms`, () => {
    for (let seed = 0; seed < 30; seed++) {
      const bench = new Bench(seed);
      bench.open();
      bench.socket.handlers.onClose(code, "bye");
      assertEquals(bench.told, ["open", `lost ${code} bye`]);
      assertStrictEquals(bench.connection.state, "waiting");
      const wait = bench.waitForNext();
      assert(wait >= shortest && wait <= longest, `waited ${wait}`);
      assertStrictEquals(bench.connection.state, "connecting");
    }
  });
}

Deno.test("WebSocketConnection waits longer and longer while it cannot connect, up to half a minute", () => {
  const bench = new Bench();
  bench.connection.start();
  let longest = 250;
  for (let attempt = 0; attempt < 12; attempt++) {
    bench.socket.handlers.onClose(1006, "");
    const wait = bench.waitForNext();
    assert(wait >= longest / 2 && wait <= longest, `waited ${wait} of ${longest}`);
    longest = Math.min(30_000, 2 * longest);
  }
  assertEquals([bench.told, bench.connection.reconnects], [[], 0]);
});

Deno.test("WebSocketConnection starts with short waits again only after a connection that lasted", () => {
  const bench = new Bench();
  bench.connection.start();
  for (let attempt = 0; attempt < 8; attempt++) {
    bench.socket.handlers.onOpen();
    bench.socket.handlers.onClose(1006, "");
    bench.waitForNext();
  }
  bench.socket.handlers.onOpen();
  bench.socket.handlers.onClose(1006, "");
  assert(bench.waitForNext() >= 15_000);
  bench.socket.handlers.onOpen();
  for (let i = 0; i < 30; i++) {
    advance(bench.clock, 1000);
    bench.socket.handlers.onText("data");
  }
  bench.socket.handlers.onClose(1006, "");
  assert(bench.waitForNext() <= 250);
});

Deno.test("WebSocketConnection counts losses of an open connection, not failed attempts", () => {
  const bench = new Bench();
  bench.open();
  for (let losses = 1; losses <= 3; losses++) {
    bench.socket.handlers.onClose(1006, "");
    assertStrictEquals(bench.connection.reconnects, losses);
    bench.waitForNext();
    bench.socket.handlers.onClose(1006, "refused");
    assertStrictEquals(bench.connection.reconnects, losses);
    bench.waitForNext();
    bench.socket.handlers.onOpen();
  }
});

Deno.test("WebSocketConnection hears nothing of a socket that it gave up", () => {
  const bench = new Bench();
  bench.open();
  const dead = bench.socket;
  bench.connection.restart("test");
  assertEquals([bench.connection.state, dead.closedWith], ["waiting", 0]);
  assertEquals(bench.told, ["open", "lost 1006 test"]);
  const late = (): void => {
    dead.handlers.onOpen();
    dead.handlers.onText("data of the dead");
    dead.handlers.onBinary(new Uint8Array(9));
    dead.handlers.onClose(1006, "late");
  };
  late();
  bench.waitForNext();
  late();
  assertStrictEquals(bench.connection.state, "connecting");
  bench.socket.handlers.onOpen();
  late();
  assertEquals(bench.told, ["open", "lost 1006 test", "open"]);
  assertEquals([bench.connection.state, bench.connection.reconnects], ["open", 1]);
});

Deno.test("WebSocketConnection restarts only what is connecting or open", () => {
  const bench = new Bench();
  bench.connection.restart("stopped");
  assertEquals([bench.connection.state, bench.network.sockets.length], ["stopped", 0]);
  bench.open();
  bench.connection.restart("once");
  bench.connection.restart("twice");
  assertEquals(bench.told, ["open", "lost 1006 once"]);
});

Deno.test("WebSocketConnection that is stopped leaves no timer, no socket and no sound, in every state", () => {
  const moments: ((bench: Bench) => void)[] = [
    () => {},
    (bench) => bench.connection.start(),
    (bench) => bench.open(),
    (bench) => {
      bench.open();
      bench.socket.handlers.onText("data");
      advance(bench.clock, 1500);
    },
    (bench) => {
      bench.open();
      bench.socket.handlers.onClose(1006, "");
    },
    (bench) => {
      bench.open();
      bench.socket.handlers.onClose(1008, "");
      bench.waitForNext();
    },
  ];
  for (const reach of moments) {
    const bench = new Bench();
    reach(bench);
    const told = bench.told.length;
    bench.connection.stop();
    assertStrictEquals(bench.connection.state, "stopped");
    assertStrictEquals(bench.clock.nextDue, undefined);
    for (const { handlers } of bench.network.sockets) {
      handlers.onOpen();
      handlers.onText("data");
      handlers.onClose(1000, "stopped");
    }
    assertEquals([bench.told.length, bench.clock.nextDue], [told, undefined]);
    assert(
      bench.network.sockets.every(({ closedWith }, index, all) =>
        closedWith !== undefined || index < all.length - 1
      ),
    );
  }
});

Deno.test("WebSocketConnection can be stopped by its own listener", () => {
  const atOpen = new Bench();
  atOpen.onOpen = (): void => atOpen.connection.stop();
  atOpen.open();
  assertEquals([atOpen.connection.state, atOpen.clock.nextDue], ["stopped", undefined]);
  const atLoss = new Bench();
  atLoss.onLost = (): void => atLoss.connection.stop();
  atLoss.open();
  atLoss.socket.handlers.onClose(1006, "");
  assertEquals([atLoss.connection.state, atLoss.clock.nextDue], ["stopped", undefined]);
});

Deno.test("WebSocketConnection can be restarted by its own listener", () => {
  const bench = new Bench();
  let times = 1;
  bench.onOpen = (): void => {
    if (times-- > 0) bench.connection.restart("not good");
  };
  bench.open();
  assertStrictEquals(bench.connection.state, "waiting");
  bench.waitForNext();
  bench.socket.handlers.onOpen();
  advance(bench.clock, 1000);
  assertEquals([bench.connection.state, bench.socket.sent.length], ["open", 1]);
});

Deno.test("WebSocketConnection can be started again after a stop", () => {
  const bench = new Bench();
  bench.open();
  bench.connection.stop();
  bench.open();
  assertEquals([bench.connection.state, bench.network.sockets.length, bench.told], ["open", 2, [
    "open",
    "open",
  ]]);
});

Deno.test("WebSocketConnection logs every loss with its code and reason", () => {
  const bench = new Bench();
  bench.open();
  bench.socket.handlers.onClose(1008, "");
  const { message, fields } = bench.logger.records.at(-1)!;
  assertStrictEquals(message, "Connection lost");
  assertEquals([fields.connection, fields.code, fields.reason], ["TEST #1", 1008, "none given"]);
});
