import { assert, assertEquals, assertRejects } from "@std/assert";
import { SystemClock } from "../../src/core/clock.ts";
import { MarketModel, Simulator } from "../../src/simulator/mod.ts";
import { decodeMexc, mexcChange, NaiveBook } from "../unit/simulator/box.ts";

function create(): Simulator {
  return Simulator.create({ clock: new SystemClock(), seed: 1, source: new MarketModel() });
}

/** A plain WebSocket that keeps what it got. */
class Wire {
  readonly texts: string[] = [];
  readonly frames: Uint8Array[] = [];
  readonly opened: Promise<void>;
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;

  constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onerror = (event): void => event.preventDefault();
    this.opened = new Promise((resolve) => this.#socket.onopen = (): void => resolve());
    this.closed = new Promise((resolve) => this.#socket.onclose = (event): void => resolve(event.code));
    this.#socket.onmessage = ({ data }): void => {
      if (typeof data === "string") this.texts.push(data);
      else this.frames.push(new Uint8Array(data));
    };
  }

  send(message: unknown): void {
    this.#socket.send(JSON.stringify(message));
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.closed;
  }
}

/** Waits until `done` holds, for five seconds at most. */
async function until(done: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!done() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  assert(done(), "waited five seconds in vain");
}

async function get(url: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url);
  return { status: response.status, body: await response.json() };
}

Deno.test("MEXC on a real port: a book from plain WebSocket and fetch is the venue's own", async () => {
  const simulator = create();
  const { rest, ws } = (await simulator.listen()).MEXC_SPOT;
  const wire = new Wire(ws);
  await wire.opened;
  const channel = "spot@public.aggre.depth.v3.api.pb@10ms@BTCUSDT";
  wire.send({ method: "SUBSCRIPTION", params: [channel], id: 3 });
  await until(() => wire.frames.length > 5);
  assertEquals(JSON.parse(wire.texts[0]!), { id: 3, code: 0, msg: channel });
  const { body } = await get(`${rest}/api/v3/depth?symbol=BTCUSDT&limit=5000`);
  const snapshot = body as unknown as { lastUpdateId: number; bids: []; asks: [] };
  const book = new NaiveBook(snapshot.lastUpdateId, snapshot.bids, snapshot.asks);
  let applied = 0;
  let equal = false;
  await until(() => {
    while (applied < wire.frames.length) book.apply(mexcChange(decodeMexc(wire.frames[applied++]!)));
    const truth = simulator.truth.book("MEXC_SPOT", "BTCUSDT")!;
    if (truth.version === book.id && applied > 20) {
      assertEquals(book.levels() as unknown, { bids: truth.bids, asks: truth.asks });
      equal = true;
    }
    return equal;
  });
  await wire.close();
  await simulator.stop();
});

Deno.test("Gate.io spot and futures share one port and answer on their own paths", async () => {
  const simulator = create();
  const endpoints = await simulator.listen();
  assertEquals(endpoints.GATEIO_SPOT.rest, endpoints.GATEIO_FUTURES.rest);
  const now = Math.floor(Date.now() / 1000);
  const spot = new Wire(endpoints.GATEIO_SPOT.ws);
  const futures = new Wire(endpoints.GATEIO_FUTURES.ws);
  await Promise.all([spot.opened, futures.opened]);
  spot.send({ time: now, channel: "spot.book_ticker", event: "subscribe", payload: ["BTC_USDT"] });
  futures.send({ time: now, channel: "futures.book_ticker", event: "subscribe", payload: ["BTC_USDT"] });
  await until(() => spot.texts.length > 3 && futures.texts.length > 3);
  assertEquals(JSON.parse(spot.texts[0]!).channel, "spot.book_ticker");
  assertEquals(JSON.parse(futures.texts[0]!).channel, "futures.book_ticker");
  const pair = await get(`${endpoints.GATEIO_SPOT.rest}/spot/currency_pairs/BTC_USDT`);
  const contract = await get(`${endpoints.GATEIO_FUTURES.rest}/futures/usdt/contracts/BTC_USDT`);
  const unknown = await get(`${endpoints.GATEIO_SPOT.rest}/spot/currency_pairs/NOSUCH_USDT`);
  assertEquals([pair.body.id, contract.body.name], ["BTC_USDT", "BTC_USDT"]);
  assertEquals([unknown.status, unknown.body.label], [400, "INVALID_CURRENCY_PAIR"]);
  await Promise.all([spot.close(), futures.close()]);
  await simulator.stop();
});

Deno.test("A venue that closes all connections closes real sockets with the code, whatever it is", async () => {
  const simulator = create();
  const { ws } = (await simulator.listen()).GATEIO_SPOT;
  for (const code of [1000, 1001, 1005, 1008, 1011, 1012, 4001]) {
    const wire = new Wire(ws);
    await wire.opened;
    simulator.faults.closeAll("GATEIO_SPOT", code);
    assertEquals(await wire.closed, code);
  }
  const wire = new Wire(ws);
  await wire.opened;
  simulator.faults.closeAll("GATEIO_SPOT", 1006);
  // Deno says 0 where a browser says 1006.
  assert([0, 1006].includes(await wire.closed));
  await simulator.stop();
});

Deno.test("A simulator listens where it is told, and says when the port is taken", async () => {
  const first = create();
  const { rest } = (await first.listen()).MEXC_SPOT;
  const port = Number(new URL(rest).port);
  const second = create();
  await assertRejects(() => second.listen({ gatePort: port }), Deno.errors.AddrInUse);
  await second.stop();
  await first.stop();
  const third = create();
  assertEquals((await third.listen({ mexcPort: port })).MEXC_SPOT.rest, rest);
  assertEquals((await get(`${rest}/api/v3/ping`)).status, 200);
  await third.stop();
});

Deno.test("Real sockets can be made as slow as a far venue", async () => {
  const simulator = Simulator.create({
    clock: new SystemClock(),
    seed: 1,
    source: new MarketModel(),
    socketLatency: { orderEntry: { kind: "constant", ms: 30 }, response: { kind: "constant", ms: 50 } },
  });
  const { rest } = (await simulator.listen()).MEXC_SPOT;
  const start = performance.now();
  assertEquals((await get(`${rest}/api/v3/ping`)).status, 200);
  const took = performance.now() - start;
  assert(took >= 78, `an answer came after ${took} ms`);
  await simulator.stop();
});

Deno.test("Stopping closes the sockets that clients left open", async () => {
  const simulator = create();
  const endpoints = await simulator.listen();
  const wires = [new Wire(endpoints.MEXC_SPOT.ws), new Wire(endpoints.GATEIO_FUTURES.ws)];
  await Promise.all(wires.map((wire) => wire.opened));
  await simulator.stop();
  for (const wire of wires) assertEquals(await wire.closed, 1000);
});
