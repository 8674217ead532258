/**
 * How many frames the simulator delivers over real sockets to ten clients, and how many of the same frames go through
 * `Deno.upgradeWebSocket`. The clients run in a thread of their own and count.
 * @module
 */
import { type Clock, delay, SystemClock } from "../../src/core/clock.ts";
import { SeededRandom } from "../../src/core/random.ts";
import { SimulatedClock } from "../../src/core/simulated_clock.ts";
import {
  defaultAssets,
  MarketModel,
  type ModelAsset,
  Simulator,
  type SimulatorEndpoints,
} from "../../src/simulator/mod.ts";
import { Latencies, noLatency } from "../../src/simulator/transport/latency.ts";
import type { ExchangeHost, Frame } from "../../src/simulator/transport/server_port.ts";
import { SocketServer } from "../../src/simulator/transport/socket_server.ts";
import type { CountingJob } from "../support/frame_counter.ts";
import { nextTurn, Subscribers } from "../support/subscribers.ts";

const clients = 10;
/** Twice as often as the 10 ms beat of the venues can tell. */
const eventsPerSecond = 100;
/** Frames under way, so that no client is cut as too slow. */
const window = 40_000;
/** MEXC takes 30 subscriptions on one connection, and each symbol here has two. */
const symbolsPerConnection = 15;

/** What one client listens to: best prices and incremental books of everything, on all venues. */
function subscriptions(
  endpoints: SimulatorEndpoints,
  bases: readonly string[],
  nowMs: number,
): CountingJob["sockets"] {
  const time = Math.floor(nowMs / 1000);
  const gate = (channel: string, payload: unknown): string =>
    JSON.stringify({ time, channel, event: "subscribe", payload });
  const mexc = (symbols: readonly string[]): string[] =>
    ["bookTicker", "depth"].map((kind) => {
      const params = symbols.map((base) => `spot@public.aggre.${kind}.v3.api.pb@10ms@${base}USDT`);
      return JSON.stringify({ method: "SUBSCRIPTION", params, id: 1 });
    });
  const names = bases.map((base) => `${base}_USDT`);
  const spot = names.map((name) => gate("spot.order_book_update", [name, "20ms"]));
  const futures = names.map((name) => gate("futures.order_book_update", [name, "20ms", "20"]));
  const sockets = [
    { url: endpoints.GATEIO_SPOT.ws, messages: [gate("spot.book_ticker", names), ...spot] },
    { url: endpoints.GATEIO_FUTURES.ws, messages: [gate("futures.book_ticker", names), ...futures] },
  ];
  for (let first = 0; first < bases.length; first += symbolsPerConnection) {
    const messages = mexc(bases.slice(first, first + symbolsPerConnection));
    sockets.push({ url: endpoints.MEXC_SPOT.ws, messages });
  }
  return sockets;
}

/** So many times the default assets, under other names. */
function manyAssets(copies: number): ModelAsset[] {
  const letters = ["", ..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].slice(0, copies);
  return letters.flatMap((letter) => defaultAssets.map((asset) => ({ ...asset, base: asset.base + letter })));
}

/** Runs a simulator with ten clients; `drive` returns the measured frames per second. */
async function withSimulator<C extends Clock>(
  clock: C,
  assets: readonly ModelAsset[],
  drive: (subscribers: Subscribers, clock: C) => Promise<number>,
): Promise<number> {
  const subscribers = new Subscribers();
  const simulator = Simulator.create({
    clock,
    seed: 1,
    source: new MarketModel({ assets, eventsPerSecond }),
  });
  const sockets = subscriptions(await simulator.listen(), assets.map(({ base }) => base), clock.epochMs());
  await subscribers.open(Array.from({ length: clients }, () => sockets).flat());
  const perSecond = await drive(subscribers, clock);
  await Promise.all([subscribers.close(), simulator.stop()]);
  subscribers.terminate();
  return perSecond;
}

/** Lets the machine's clock run. */
async function inRealTime(subscribers: Subscribers, clock: Clock): Promise<number> {
  await delay(clock, 2000);
  const start = clock.monotonicMs();
  const before = subscribers.count;
  await delay(clock, 4000);
  return 1000 * (subscribers.count - before) / (clock.monotonicMs() - start);
}

function step(clock: SimulatedClock, ms: number): void {
  const end = clock.epochMs() + ms;
  clock.setTimer(ms, () => {});
  while ((clock.nextDue ?? Infinity) <= end) clock.step();
}

/** Lets simulated time go as fast as the clients keep up. */
async function asFastAsPossible(subscribers: Subscribers, clock: SimulatedClock): Promise<number> {
  step(clock, 1000);
  await subscribers.settle();
  const perSimulatedSecond = subscribers.count;
  const start = performance.now();
  for (let passed = 100; passed <= 20_000; passed += 100) {
    step(clock, 100);
    const expected = perSimulatedSecond * (1 + passed / 1000);
    for (let turn = 0; turn < 200 && expected - subscribers.count > window; turn++) await nextTurn();
    await nextTurn();
  }
  const elapsed = await subscribers.settle() - start;
  return 1000 * (subscribers.count - perSimulatedSecond) / elapsed;
}

/** The frames that one client gets within so many simulated seconds. */
function record(seconds: number): Frame[] {
  const clock = new SimulatedClock(1_786_540_560_000);
  const latency = noLatency;
  const source = new MarketModel({ eventsPerSecond });
  const simulator = Simulator.create({ clock, seed: 1, source, latency });
  const frames: Frame[] = [];
  const bases = defaultAssets.map(({ base }) => base);
  for (const { url, messages } of subscriptions(simulator.localEndpoints, bases, clock.epochMs())) {
    const socket = simulator.connect(url, {
      onOpen: () => messages.forEach((message) => socket.sendText(message)),
      onText: (text) => frames.push(text),
      onBinary: (bytes) => frames.push(bytes),
      onClose: () => {},
    });
  }
  step(clock, seconds * 1000);
  return frames;
}

interface Sender {
  send(frame: Frame): void;
}

/** A server that sends the same frames to ten clients. */
class Broadcast {
  readonly #subscribers = new Subscribers();
  #senders: readonly Sender[] = [];

  /** Connects the clients. @param senders The server's ends, filled when clients come. */
  async connect(url: string, senders: readonly Sender[]): Promise<void> {
    this.#senders = senders;
    await this.#subscribers.open(Array.from({ length: clients }, () => ({ url, messages: [] })));
    while (senders.length < clients) await nextTurn();
  }

  /** Sends everything to everybody; resolves when it has arrived. Returns frames per second. */
  async run(frames: readonly Frame[]): Promise<number> {
    const start = performance.now();
    const before = this.#subscribers.count;
    let sent = before;
    for (let first = 0; first < frames.length; first += 200) {
      const batch = frames.slice(first, first + 200);
      for (const frame of batch) for (const sender of this.#senders) sender.send(frame);
      sent += batch.length * this.#senders.length;
      await nextTurn();
      await this.#subscribers.reach(sent - window);
    }
    await this.#subscribers.reach(sent);
    return 1000 * (sent - before) / (performance.now() - start);
  }

  async close(): Promise<void> {
    await this.#subscribers.close();
    this.#subscribers.terminate();
  }
}

/** A host on which a client only listens. */
class SilentHost implements ExchangeHost {
  readonly senders: Sender[] = [];

  handle(): void {}

  accept(...[, socket]: Parameters<ExchangeHost["accept"]>): ReturnType<ExchangeHost["accept"]> {
    this.senders.push(socket);
    const close = (code: number, reason: string): void => socket.close(code, reason);
    return { onText: () => {}, onBinary: () => {}, onClose: () => {}, close };
  }
}

/** Frames per second of both servers, and the median of their ratios over rounds in which each runs once. */
async function compare(frames: readonly Frame[]): Promise<{ ours: number; peer: number; ratio: number }> {
  const host = new SilentHost();
  const latency = new Latencies(new SeededRandom(1), noLatency);
  const server = SocketServer.start(host, { clock: new SystemClock(), latency });
  const peerSenders: Sender[] = [];
  const peerServer = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    peerSenders.push({ send: (frame) => socket.send(frame as string | Uint8Array<ArrayBuffer>) });
    return response;
  });
  const [ours, peer] = [new Broadcast(), new Broadcast()];
  await ours.connect(`ws://${server.authority}/`, host.senders);
  await peer.connect(`ws://127.0.0.1:${peerServer.addr.port}/`, peerSenders);
  const rounds: { ours: number; peer: number; ratio: number }[] = [];
  for (let round = -2; round < 9; round++) {
    const figures = { ours: await ours.run(frames), peer: await peer.run(frames) };
    if (round >= 0) rounds.push({ ...figures, ratio: figures.ours / figures.peer });
  }
  await Promise.all([ours.close(), peer.close(), server.stop(), peerServer.shutdown()]);
  const median = (key: "ours" | "peer" | "ratio"): number =>
    rounds.map((round) => round[key]).sort((a, b) => a - b)[rounds.length >> 1]!;
  return { ours: median("ours"), peer: median("peer"), ratio: median("ratio") };
}

const thousands = (perSecond: number): string => `${Math.round(perSecond / 1000)},000 frames/s`;

const frames = record(2);
const { ours, peer, ratio } = await compare(frames);
const many = manyAssets(12);
const realTime = await withSimulator(new SystemClock(), many, inRealTime);
const fast = await withSimulator(new SimulatedClock(Date.now()), defaultAssets, asFastAsPossible);
const lines = [
  `Simulator to ten clients, ${3 * many.length} instruments in real time: ${thousands(realTime)} delivered`,
  `Simulator to ten clients, simulated time as fast as it goes: ${thousands(fast)} delivered`,
  `Sending alone, ${frames.length} of these frames: ${thousands(ours)} delivered, Deno.upgradeWebSocket ` +
  `${thousands(peer)}: ${ratio.toFixed(1)} times as fast, measured in turns`,
];
// deno-lint-ignore no-console -- a bench prints its figures
console.log(lines.join("\n"));
