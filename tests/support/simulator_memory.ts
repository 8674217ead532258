/**
 * The simulator's memory over hours of simulated time.
 * @module
 */
import v8 from "node:v8";
import vm from "node:vm";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import type { Socket } from "../../src/core/network.ts";
import { SimulatedClock } from "../../src/core/simulated_clock.ts";
import { MarketModel, type MarketModelOptions, Simulator } from "../../src/simulator/mod.ts";

/** What the process held at an hour. */
export interface MemorySample {
  readonly hour: number;
  /** JavaScript heap in use, in MB. */
  readonly heapMb: number;
  /** Typed arrays and other memory beside the heap, in MB. */
  readonly externalMb: number;
  /** Messages that the subscribers got so far. */
  readonly messages: number;
}

const hourMs = 3_600_000;

/** The garbage collector, or undefined where the runtime does not hand it out. */
export function findCollector(): (() => void) | undefined {
  try {
    v8.setFlagsFromString("--expose-gc");
    const collect: unknown = vm.runInNewContext("gc");
    return typeof collect === "function" ? () => collect() : undefined;
  } catch {
    return undefined;
  }
}

const collect = findCollector();

/** Whether a sample holds no garbage. */
export const exact: boolean = collect !== undefined;

/** A subscriber of one venue. Connects again when it is cut, as venues do after a day. */
class Subscriber {
  readonly #simulator: Simulator;
  readonly #exchange: ExchangeKey;
  readonly #requests: readonly string[];
  #socket: Socket | undefined;
  #stopped = false;
  messages = 0;

  constructor(simulator: Simulator, exchange: ExchangeKey, requests: readonly string[]) {
    this.#simulator = simulator;
    this.#exchange = exchange;
    this.#requests = requests;
    this.#connect();
  }

  ping(): void {
    this.#socket?.sendText(this.#exchange === "MEXC_SPOT" ? '{"method":"PING"}' : '{"channel":"spot.ping"}');
  }

  stop(): void {
    this.#stopped = true;
    this.#socket?.close();
  }

  #connect(): void {
    const socket = this.#simulator.connect(this.#simulator.localEndpoints[this.#exchange].ws, {
      onOpen: () => {
        this.#socket = socket;
        for (const request of this.#requests) socket.sendText(request);
      },
      onText: () => this.messages += 1,
      onBinary: () => this.messages += 1,
      onClose: () => {
        this.#socket = undefined;
        if (!this.#stopped) this.#connect();
      },
    });
  }
}

function gateRequest(channel: string, payload: readonly string[]): string {
  return JSON.stringify({ time: 1, channel, event: "subscribe", payload });
}

/** One subscriber per venue: quotes, depth and trades of the first assets. */
function subscribe(simulator: Simulator, bases: readonly string[]): Subscriber[] {
  const mexc = bases.flatMap((base) =>
    ["aggre.bookTicker.v3.api.pb@100ms", "aggre.depth.v3.api.pb@100ms", "aggre.deals.v3.api.pb@100ms"]
      .map((channel) => `spot@public.${channel}@${base}USDT`)
  );
  const pairs = bases.map((base) => `${base}_USDT`);
  const gate = (market: "spot" | "futures", depth: readonly string[]): string[] => [
    gateRequest(`${market}.book_ticker`, pairs),
    gateRequest(`${market}.trades`, pairs),
    gateRequest(`${market}.tickers`, pairs),
    ...pairs.map((pair) => gateRequest(`${market}.order_book_update`, [pair, ...depth])),
  ];
  return [
    new Subscriber(simulator, "MEXC_SPOT", [JSON.stringify({ method: "SUBSCRIPTION", params: mexc, id: 1 })]),
    new Subscriber(simulator, "GATEIO_SPOT", gate("spot", ["100ms"])),
    new Subscriber(simulator, "GATEIO_FUTURES", gate("futures", ["100ms", "100"])),
  ];
}

/** Runs a market with one subscriber per venue and samples the memory at these hours, in their order. */
export async function memoryByHour(
  model: MarketModelOptions,
  bases: readonly string[],
  hours: readonly number[],
): Promise<MemorySample[]> {
  const startMs = 1_786_540_560_000;
  const clock = new SimulatedClock(startMs);
  const simulator = Simulator.create({ clock, seed: 1, source: new MarketModel(model) });
  const subscribers = subscribe(simulator, bases);
  const samples: MemorySample[] = [];
  let pingAtMs = startMs;
  for (const hour of hours) {
    const endMs = startMs + hour * hourMs;
    while (clock.nextDue! <= endMs) {
      clock.step();
      if (clock.epochMs() < pingAtMs) continue;
      pingAtMs = clock.epochMs() + 10_000;
      for (const subscriber of subscribers) subscriber.ping();
    }
    // Settled promises are freed once they have had their turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
    collect?.();
    const { heapUsed, external } = Deno.memoryUsage();
    const messages = subscribers.reduce((sum, subscriber) => sum + subscriber.messages, 0);
    samples.push({ hour, heapMb: heapUsed / 1e6, externalMb: external / 1e6, messages });
  }
  for (const subscriber of subscribers) subscriber.stop();
  await simulator.stop();
  return samples;
}
