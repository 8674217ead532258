import { assert, assertEquals, assertRejects } from "@std/assert";
import { DecimalStep } from "../../../src/core/decimal_step.ts";
import { VenueError } from "../../../src/core/errors.ts";
import { InstrumentTable } from "../../../src/core/instrument.ts";
import type { HttpRequest } from "../../../src/core/network.ts";
import { SeededRandom } from "../../../src/core/random.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { ListenKeyKeeper } from "../../../src/exchanges/mexc/listen_key_keeper.ts";
import { BalanceMerge } from "../../../src/exchanges/mexc/private_balances.ts";
import { privateChannels } from "../../../src/exchanges/mexc/private_codec.ts";
import { MexcSender } from "../../../src/exchanges/mexc/private_sender.ts";
import { MexcSigner } from "../../../src/exchanges/mexc/private_signer.ts";
import {
  MexcPrivateStream,
  type MexcPrivateStreamOptions,
} from "../../../src/exchanges/mexc/private_stream.ts";
import { advance, FakeNetwork, type FakeSocket, settle } from "../../support/fake_network.ts";
import { testSpec } from "../../support/instruments.ts";
import { MemoryLogger } from "../../support/memory_logger.ts";
import { encodeMexc } from "../../support/mexc_protobuf.ts";
import listenKey from "./mexc_private_payloads/listen_key.json" with { type: "json" };
import listenKeys from "./mexc_private_payloads/listen_keys.json" with { type: "json" };
import pushAccount from "./mexc_private_payloads/push_account.json" with { type: "json" };
import pushDeal from "./mexc_private_payloads/push_deal.json" with { type: "json" };
import pushOrder from "./mexc_private_payloads/push_order.json" with { type: "json" };

const mx = new InstrumentTable().add({
  ...testSpec("MEXC_SPOT", "HYPE"),
  base: "MX",
  exchangeSymbol: "MXUSDT",
  tick: DecimalStep.parse("0.0001"),
});
const minute = 60_000;
const hour = 60 * minute;

const ping = `{"method":"PING"}`;

/** Lets everything that can go on go on: a long chain of promises takes more than one turn. */
async function calm(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await settle();
}

/** MEXC's listen keys, and a client on a clock that is moved by hand. */
class Desk {
  readonly network = new FakeNetwork();
  readonly clock = new SimulatedClock(1_736_417_000_000);
  readonly logger = new MemoryLogger();
  /** Requests about keys: method and key. */
  readonly asked: string[] = [];
  /** What the venue answers instead of yes; undefined for yes. */
  refusal: (method: string, key: string) => { status?: number; body: unknown } | undefined = () => undefined;
  readonly #pongs = new Map<FakeSocket, number>();
  #made = 0;

  constructor() {
    this.network.answer = (request) => this.#answer(request);
  }

  get sender(): MexcSender {
    const signer = new MexcSigner({
      key: { apiKey: "mx0key", secretKey: "secret" },
      now: () => this.clock.epochMs(),
    });
    return new MexcSender({ network: this.network, baseUrl: "http://venue", signer });
  }

  #answer({ method, url }: HttpRequest): { status?: number; body: unknown } {
    const key = new URL(url).searchParams.get("listenKey") ?? "";
    this.asked.push(key === "" ? method : `${method} ${key}`);
    const refusal = this.refusal(method, key);
    if (refusal !== undefined) return refusal;
    if (method === "POST") return { body: { listenKey: `key${++this.#made}` } };
    return { body: method === "GET" ? listenKeys : { listenKey: key } };
  }

  /** Lets time pass, and everything that waits for an answer go on in between. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.epochMs() + ms;
    await calm();
    for (let due = this.clock.nextDue; (due ?? Infinity) <= end; due = this.clock.nextDue) {
      this.clock.step();
      this.answerPings();
      await calm();
    }
    advance(this.clock, end - this.clock.epochMs());
  }

  /** Answers every heartbeat. */
  answerPings(): void {
    for (const socket of this.network.sockets) {
      const pings = socket.sent.filter((text) => text === ping).length;
      while ((this.#pongs.get(socket) ?? 0) < pings) {
        this.#pongs.set(socket, (this.#pongs.get(socket) ?? 0) + 1);
        socket.handlers.onText(`{"id":0,"code":0,"msg":"PONG"}`);
      }
    }
  }
}

/** A stream and everything that it told. */
class Listener extends Desk {
  readonly told: string[] = [];
  readonly stream: MexcPrivateStream;

  constructor(options: Partial<MexcPrivateStreamOptions> = {}) {
    super();
    this.stream = new MexcPrivateStream({
      sender: this.sender,
      url: "ws://venue/ws",
      network: this.network,
      clock: this.clock,
      random: new SeededRandom(3),
      logger: this.logger,
      instruments: [mx],
      ...options,
    });
    const { stream, told } = this;
    stream.bind("live", () => told.push("live"));
    stream.bind("lost", () => told.push("lost"));
    stream.bind("order", ({ status, filledLots }) => told.push(`order ${status} ${filledLots}`));
    stream.bind("fill", ({ tradeId, side }) => told.push(`fill ${tradeId} ${side}`));
    stream.bind("balance", ({ coin, available }) => told.push(`${coin} ${available}`));
  }

  /** What was told since the last look. */
  news(): string[] {
    return this.told.splice(0);
  }

  /** Sockets that the client has not closed. */
  get open(): FakeSocket[] {
    return this.network.sockets.filter(({ closedWith }) => closedWith === undefined);
  }

  /** Opens every socket that is being opened, and confirms what it subscribes to. */
  async settleIn(...sockets: FakeSocket[]): Promise<void> {
    await this.pass(1);
    for (const socket of sockets.length > 0 ? sockets : this.open.filter(({ sent }) => sent.length === 0)) {
      socket.handlers.onOpen();
      confirm(socket);
    }
    await calm();
  }
}

function confirm({ handlers }: FakeSocket): void {
  privateChannels.forEach((msg, index) => handlers.onText(JSON.stringify({ id: index + 1, code: 0, msg })));
}

function order(socket: FakeSocket, status: number, cumulativeQuantity: string): void {
  const privateOrders = { ...pushOrder.privateOrders, orderType: 1, status, cumulativeQuantity };
  socket.handlers.onBinary(encodeMexc({ ...pushOrder, privateOrders }));
}

function deal(socket: FakeSocket, tradeId: string, tradeType = 2): void {
  const privateDeals = { ...pushDeal.privateDeals, tradeId, tradeType };
  socket.handlers.onBinary(encodeMexc({ ...pushDeal, privateDeals }));
}

function balance(socket: FakeSocket, time: number, balanceAmount: string): void {
  const privateAccount = { ...pushAccount.privateAccount, time, balanceAmount };
  socket.handlers.onBinary(encodeMexc({ ...pushAccount, privateAccount }));
}

/** Runs a test with a stream of two connections that are live. */
function test(name: string, run: (desk: Listener) => Promise<void>): void {
  Deno.test(`MexcPrivateStream ${name}`, async () => {
    const desk = new Listener();
    desk.stream.start();
    await desk.settleIn();
    assertEquals([desk.news(), desk.stream.isLive], [["live"], true]);
    await run(desk);
    desk.stream.stop();
    await desk.stream.finished();
    assertEquals(desk.stream.listenKeys, 0);
  });
}

test("connects twice, with a key each, and subscribes to every channel on its own", async (desk) => {
  assertEquals(desk.network.sockets.map(({ url }) => url), [
    "ws://venue/ws?listenKey=key1",
    "ws://venue/ws?listenKey=key2",
  ]);
  for (const { sent } of desk.network.sockets) {
    assertEquals(
      sent.map((text) => JSON.parse(text)),
      privateChannels.map((channel, index) => ({ method: "SUBSCRIPTION", params: [channel], id: index + 1 })),
    );
  }
  await desk.pass(30_000);
  for (const { sent } of desk.network.sockets) assertEquals(sent.slice(3), [ping]);
});

test("tells what both connections tell once, and nothing that is older than what was told", async (desk) => {
  const [a, b] = desk.open as [FakeSocket, FakeSocket];
  for (const socket of [a, b]) order(socket, 1, "0");
  order(a, 3, "0.25");
  for (const socket of [a, b]) deal(socket, "1X1");
  deal(b, "1X1", 1);
  order(b, 3, "0.25");
  order(a, 2, "1");
  order(b, 3, "0.75");
  order(b, 2, "1");
  assertEquals(desk.news(), [
    "order open 0",
    "order partially-filled 25",
    "fill 1X1 sell",
    "fill 1X1 buy",
    "order filled 100",
  ]);
  balance(a, 5, "10");
  balance(a, 5, "9");
  balance(b, 5, "10");
  balance(b, 5, "9");
  balance(b, 6, "8");
  balance(a, 6, "8");
  balance(a, 5, "7");
  assertEquals(desk.news(), ["USDT 10", "USDT 9", "USDT 8"]);
  await calm();
});

test("loses nothing when one of its connections is lost", async (desk) => {
  const [a, b] = desk.open as [FakeSocket, FakeSocket];
  await desk.pass(minute);
  a.handlers.onClose(1005, "");
  order(b, 1, "0");
  await desk.pass(1);
  assertEquals([desk.news(), desk.stream.isLive], [["order open 0"], true]);
  assertEquals(desk.network.socket.url, "ws://venue/ws?listenKey=key1");
  await desk.settleIn();
  await desk.pass(minute);
  b.handlers.onClose(1006, "");
  await desk.pass(1);
  deal(desk.network.sockets[2]!, "2X1");
  assertEquals([desk.news(), desk.asked], [["fill 2X1 sell"], ["POST", "POST"]]);
});

test("says that something may be missing when the other connection has only just become live", async (desk) => {
  const [a, b] = desk.open as [FakeSocket, FakeSocket];
  await desk.pass(minute);
  a.handlers.onClose(1006, "");
  await desk.pass(1);
  await desk.settleIn();
  b.handlers.onClose(1006, "");
  assertEquals([desk.news(), desk.stream.isLive], [["lost", "live"], true]);
  await calm();
});

test("is lost when both connections are, and live again with either", async (desk) => {
  await desk.pass(minute);
  for (const { handlers } of desk.open) handlers.onClose(1005, "");
  assertEquals([desk.news(), desk.stream.isLive], [["lost"], false]);
  await desk.pass(10);
  const [first] = desk.open;
  await desk.settleIn(first!);
  assertEquals([desk.news(), desk.stream.isLive], [["live"], true]);
});

test("takes another key when its own is not valid any more", async (desk) => {
  const [a] = desk.open as [FakeSocket];
  await desk.pass(minute);
  a.handlers.onClose(1000, "");
  await desk.pass(1);
  const again = desk.network.socket;
  assertEquals(again.url, a.url);
  again.handlers.onOpen();
  again.handlers.onText("Invalid listen key");
  again.handlers.onClose(1000, "");
  await desk.pass(1);
  assertEquals(desk.network.socket.url, "ws://venue/ws?listenKey=key3");
  await desk.settleIn();
  // The venue does not know the old key, so there is nothing to give back.
  assertEquals([desk.asked, desk.stream.listenKeys], [["POST", "POST", "POST"], 2]);
});

test("takes another key when its own brings it nowhere", async (desk) => {
  const [a] = desk.open as [FakeSocket];
  await desk.pass(minute);
  a.handlers.onClose(1005, "");
  await desk.pass(1);
  desk.network.socket.handlers.onOpen();
  desk.network.socket.handlers.onClose(1005, "");
  await desk.pass(2000);
  assertEquals(desk.network.socket.url, "ws://venue/ws?listenKey=key3");
  assertEquals(desk.asked, ["POST", "POST", "DELETE key1", "POST"]);
});

test("comes back when a subscription is refused or not answered", async (desk) => {
  const [a, b] = desk.open as [FakeSocket, FakeSocket];
  await desk.pass(minute);
  const message = `Not Subscribed successfully! [${privateChannels[0]}].  Reason： Blocked! `;
  a.handlers.onText(JSON.stringify({ id: 0, code: 0, msg: message }));
  await desk.pass(1);
  assertEquals(desk.open.length, 2);
  desk.network.socket.handlers.onOpen();
  await desk.pass(11_000);
  const again = desk.open.find((socket) => socket !== b && socket.sent.length === 0);
  assert(again !== undefined);
  await desk.settleIn(again!);
  assertEquals(desk.news(), []);
});

test("asks whoever listens to look again when it cannot read an event", async (desk) => {
  const [a] = desk.open as [FakeSocket];
  order(a, 17, "0");
  assertEquals([desk.news(), desk.stream.isLive, desk.stream.decodeErrors], [["lost", "live"], true, 1]);
  assertEquals(desk.logger.messages("error"), ["Cannot decode a private frame"]);
  await calm();
});

test("replaces a connection before the venue ends it, and ends it itself when the other has settled", async (desk) => {
  const [a, b] = desk.open as [FakeSocket, FakeSocket];
  await desk.pass(23 * hour - minute);
  assertEquals(desk.network.sockets.length, 2);
  await desk.pass(minute);
  assertEquals(desk.network.sockets.map(({ url }) => url.slice(-4)), ["key1", "key2", "key3", "key4"]);
  await desk.settleIn();
  const [, , c, d] = desk.open as [FakeSocket, FakeSocket, FakeSocket, FakeSocket];
  deal(a, "7X1");
  deal(c, "7X1");
  deal(d, "8X1");
  deal(b, "8X1");
  await desk.pass(6000);
  assertEquals([a.closedWith, b.closedWith, desk.open], [1000, 1000, [c, d]]);
  assertEquals(desk.news(), ["fill 7X1 sell", "fill 8X1 sell"]);
  assertEquals(desk.asked.slice(-2), ["DELETE key1", "DELETE key2"]);
  assertEquals(desk.stream.listenKeys, 2);
});

test("replaces a connection whose key has ended", async (desk) => {
  desk.refusal = (method, key) =>
    method === "PUT" && key === "key1" ? { status: 400, body: { code: 22222, msg: "" } } : undefined;
  const [a] = desk.open as [FakeSocket];
  await desk.pass(26 * minute);
  assertEquals(desk.asked, ["POST", "POST", "PUT key1", "POST", "PUT key2"]);
  await desk.settleIn();
  await desk.pass(6000);
  assertEquals([a.closedWith, desk.open.length, desk.news()], [1000, 2, []]);
});

test("needs no successor for a connection that is lost while it is being replaced", async (desk) => {
  const [a, b] = desk.open as [FakeSocket, FakeSocket];
  await desk.pass(23 * hour);
  a.handlers.onClose(1006, "");
  await desk.settleIn();
  await desk.pass(minute);
  assertEquals([desk.open.includes(a), desk.open.includes(b), desk.open.length], [false, false, 2]);
  assertEquals([desk.news(), desk.stream.listenKeys], [[], 2]);
});

Deno.test("MexcPrivateStream waits for a key, and gives back one that comes after it was stopped", async () => {
  const desk = new Listener({ connections: 1 });
  desk.refusal = () => ({ status: 503, body: { code: 503, msg: "busy" } });
  desk.stream.start();
  await desk.pass(minute);
  assert(desk.asked.length > 2 && desk.asked.length < 15, `${desk.asked.length} attempts in a minute`);
  assertEquals([desk.network.sockets.length, desk.stream.isLive], [0, false]);
  desk.refusal = () => undefined;
  await desk.pass(minute);
  assertEquals(desk.open.length, 1);
  desk.stream.stop();
  desk.stream.start();
  desk.stream.stop();
  await calm();
  await desk.stream.finished();
  assertEquals(desk.asked.slice(-3), ["DELETE key1", "POST", "DELETE key2"]);
  assertEquals(desk.open, []);
});

async function keeper(desk: Desk): Promise<{ keys: ListenKeyKeeper; ended: () => number; key: string }> {
  let count = 0;
  const keys = new ListenKeyKeeper({ sender: desk.sender, clock: desk.clock, logger: desk.logger });
  const key = await keys.create(() => count += 1);
  return { keys, ended: () => count, key };
}

Deno.test("ListenKeyKeeper reads the documented answer, and takes nothing else for a key", async () => {
  const desk = new Desk();
  desk.refusal = (method) => method === "POST" ? { body: listenKey } : undefined;
  assertEquals((await keeper(desk)).key, listenKey.listenKey);
  for (const body of [{}, { listenKey: "" }, { listenKey: 5 }, "key"]) {
    desk.refusal = () => ({ body });
    await assertRejects(() => keeper(desk), VenueError, "MEXC makes no listen key");
  }
});

Deno.test("ListenKeyKeeper prolongs a key every 25 minutes until it is given back", async () => {
  const desk = new Desk();
  const { keys, key } = await keeper(desk);
  await desk.pass(60 * minute);
  assertEquals(desk.asked, ["POST", "PUT key1", "PUT key1"]);
  keys.release(key);
  keys.release(key);
  await keys.finished();
  await desk.pass(60 * minute);
  assertEquals([desk.asked.slice(3), keys.count], [["DELETE key1"], 0]);
});

Deno.test("ListenKeyKeeper tries again when a prolongation fails, and gives up when the hour is over", async () => {
  const desk = new Desk();
  const { keys, ended } = await keeper(desk);
  desk.refusal = () => ({ status: 502, body: "" });
  await desk.pass(59 * minute);
  assertEquals([ended(), keys.count], [0, 1]);
  assert(desk.asked.length > 30);
  await desk.pass(3 * minute);
  assertEquals([ended(), keys.count], [1, 0]);
});

Deno.test("ListenKeyKeeper is not put off by refusals that are not about the key", async () => {
  for (const code of [429, 700003, 700002, 700006]) {
    const desk = new Desk();
    const { ended } = await keeper(desk);
    desk.refusal = (method) => method === "PUT" ? { status: 400, body: { code, msg: "" } } : undefined;
    await desk.pass(30 * minute);
    desk.refusal = () => undefined;
    await desk.pass(120 * minute);
    assertEquals(ended(), 0, String(code));
  }
});

Deno.test("ListenKeyKeeper shares a key of the account when the venue makes no more, and does not end it", async () => {
  const desk = new Desk();
  desk.refusal = (method) => method === "POST" ? { status: 400, body: { code: 26, msg: "" } } : undefined;
  const { keys, key } = await keeper(desk);
  assertEquals(key, listenKeys.listenKey[1]);
  assertEquals(await keys.create(() => {}), listenKeys.listenKey[0]);
  await assertRejects(() => keys.create(() => {}), VenueError, "26");
  keys.release(key);
  await keys.finished();
  assertEquals([desk.asked.filter((line) => line.startsWith("DELETE")), keys.count], [[], 1]);
});

Deno.test("BalanceMerge goes on with what another connection knows when one ends in the middle of a millisecond", () => {
  const merge = new BalanceMerge();
  const [a, b] = [{}, {}];
  const state = (time: number, available: number, coin = "USDT") =>
    ({ exchange: "MEXC_SPOT", coin, available, locked: 0, time }) as const;
  assertEquals(merge.take(a, state(5, 10)), true);
  assertEquals(merge.take(b, state(5, 10)), false);
  assertEquals(merge.take(b, state(5, 9)), false);
  assertEquals(merge.take(a, state(5, 1, "BTC")), true);
  assertEquals(merge.end(a, b), [state(5, 9)]);
  assertEquals(merge.take(b, state(5, 8)), true);
  assertEquals(merge.take(b, state(5, 2, "BTC")), true);
  assertEquals(merge.end(b, undefined), []);
});

Deno.test("BalanceMerge drops what comes late, and follows a clock that is set back", () => {
  const merge = new BalanceMerge();
  const [a, b] = [{}, {}];
  const state = (time: number, available: number) =>
    ({ exchange: "MEXC_SPOT", coin: "USDT", available, locked: 0, time }) as const;
  assertEquals(merge.take(a, state(60_000, 10)), true);
  assertEquals(merge.take(a, state(59_000, 11)), false);
  assertEquals(merge.take(b, state(1000, 12)), false);
  assertEquals(merge.take(a, state(1000, 12)), true);
  assertEquals(merge.take(b, state(1001, 13)), true);
});
