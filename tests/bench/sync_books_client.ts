/**
 * A client of more than 200 books in a thread of its own.
 * @module
 */
import process from "node:process";
import { SystemClock } from "../../src/core/clock.ts";
import { exchanges } from "../../src/core/exchange.ts";
import { InstrumentTable } from "../../src/core/instrument.ts";
import { SeededRandom } from "../../src/core/random.ts";
import {
  type ExchangeConfig,
  getCompositeImplementation,
  getRestImplementation,
} from "../../src/exchanges/factory.ts";
import type { CompositePublicExchange } from "../../src/exchanges/interfaces/composite_public_exchange.ts";
import { snapshotSpacingMs } from "../../src/exchanges/public_books.ts";
import { SystemNetwork } from "../../src/net/system_network.ts";
import type { SimulatorEndpoints } from "../../src/simulator/mod.ts";
import { FrameTrace } from "../../src/telemetry/frame_trace.ts";
import { MemoryLogger } from "../support/memory_logger.ts";
import { findCollector } from "../support/simulator_memory.ts";
import { PlainBooks } from "./plain_books.ts";

/** The venues and the coins that all of them have. */
export interface Market {
  readonly endpoints: SimulatorEndpoints;
  readonly bases: readonly string[];
}

/** A client of all venues. */
interface Client {
  start(): void;
  stop(): void;
  usable(): number;
  frames(): number;
}

/** Length of the second part, in which the books are kept up. */
const steadyMs = 5_000;
const timeoutMs = 60_000;

/** What a client is told. */
export interface SyncBooksJob extends Market {
  readonly client: "cexarb" | "plain";
}

/** What a worker has and a page has not, as far as it is used here. */
interface WorkerScope {
  onmessage: (event: MessageEvent<SyncBooksJob>) => void;
  postMessage(result: string): void;
}

const scope = self as unknown as WorkerScope;
const { endpoints, bases, client: kind } = await new Promise<SyncBooksJob>((resolve) => {
  scope.onmessage = ({ data }): void => resolve(data);
});
const table = new InstrumentTable();
const configs = exchanges.map(({ key }): ExchangeConfig => ({
  exchange: key,
  endpoints: endpoints[key],
  speed: "normal",
  network: new SystemNetwork(),
  clock: new SystemClock(),
  random: new SeededRandom(3).fork(key),
  logger: new MemoryLogger(),
  trace: new FrameTrace(),
}));
const pairs = bases.map((base) => ({ base, quote: "USDT" }));
for (const config of configs) {
  const specs = await getRestImplementation(config, { private: false }).fetchInstruments(pairs);
  for (const spec of specs) table.add(spec);
}

function cexarb(): Client {
  const composites = configs.map((config): CompositePublicExchange => {
    const instruments = table.ofExchange(config.exchange);
    return getCompositeImplementation({ ...config, instruments }, { private: false });
  });
  return {
    start: () => composites.forEach((each) => each.start(table.ofExchange(each.exchange))),
    stop: () => composites.forEach((each) => each.stop()),
    usable: () => composites.reduce((sum, each) => sum + each.counts().usable, 0),
    frames: () => composites.reduce((sum, each) => sum + each.ws.frames, 0),
  };
}

function plain(): Client {
  const venues = exchanges.map(({ key }) => ({
    key,
    books: new PlainBooks(key, endpoints[key], snapshotSpacingMs),
  }));
  return {
    start: () => {
      for (const { key, books } of venues) {
        void books.start(table.ofExchange(key).map(({ exchangeSymbol }) => exchangeSymbol));
      }
    },
    stop: () => venues.forEach(({ books }) => books.stop()),
    usable: () => venues.reduce((sum, { books }) => sum + books.usable, 0),
    frames: () => venues.reduce((sum, { books }) => sum + books.frames, 0),
  };
}

const collect = findCollector();

/** Processor time of this thread, milliseconds; NaN where the runtime does not tell. */
function cpuMs(): number {
  const usage: { user: number; system: number } | undefined = "threadCpuUsage" in process
    ? (process.threadCpuUsage as () => { user: number; system: number })()
    : undefined;
  return usage === undefined ? NaN : (usage.user + usage.system) / 1_000;
}

/** Bytes of the heap and of typed arrays of this thread, and of the whole process. */
function memory(): { readonly own: number; readonly resident: number } {
  collect?.();
  const { heapUsed, external, rss } = Deno.memoryUsage();
  return { own: heapUsed + external, resident: rss };
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Runs a client and says what it took. */
async function measure(name: string, make: () => Client): Promise<string> {
  const total = table.all.length;
  const before = memory();
  const client = make();
  const cpuBefore = cpuMs();
  const start = performance.now();
  client.start();
  while (client.usable() < total) {
    if (performance.now() - start > timeoutMs) {
      throw new Error(`${name}: ${client.usable()} books in a minute`);
    }
    await pause(5);
  }
  const elapsed = performance.now() - start;
  const cpu = cpuMs() - cpuBefore;
  const after = memory();
  const [framesBefore, steadyBefore] = [client.frames(), cpuMs()];
  await pause(steadyMs);
  const frames = client.frames() - framesBefore;
  const steady = cpuMs() - steadyBefore;
  client.stop();
  await pause(500);
  const kilobytes = (bytes: number): string => `${(bytes / total / 1_024).toFixed(0)} KB`;
  return `${name}: ${total} books in ${(elapsed / 1_000).toFixed(2)} s, ${
    cpu.toFixed(0)
  } ms of processor time; ` +
    `memory a book ${kilobytes(after.own - before.own)} in the thread, ${
      kilobytes(after.resident - before.resident)
    } ` +
    `resident; then ${(1_000 * frames / steadyMs).toFixed(0)} frames/s, ` +
    `${(1_000 * steady / frames).toFixed(0)} µs of processor time each`;
}

scope.postMessage(
  kind === "cexarb"
    ? await measure("cexarb", cexarb)
    : await measure("WebSocket, protobufjs, JSON.parse, Map", plain),
);
