/**
 * The way of an order: signing it, writing it, and what happens when two small messages leave in a row. Every figure
 * stands beside its peers, measured in turns on the same server in the same run.
 * @module
 */
import http from "node:http";
import { SystemClock } from "../../src/core/clock.ts";
import type { Network, Socket } from "../../src/core/network.ts";
import { GateioSigner } from "../../src/exchanges/gateio/private_signer.ts";
import { MexcSigner } from "../../src/exchanges/mexc/private_signer.ts";
import { type ByteStream, noDelayDial } from "../../src/net/byte_stream.ts";
import { parseAddress } from "../../src/net/http_address.ts";
import { requestBytes } from "../../src/net/http_request_writer.ts";
import { NoDelayNetwork } from "../../src/net/no_delay_network.ts";
import { SystemNetwork } from "../../src/net/system_network.ts";

const key = { apiKey: "mx0vglBqGyNaHxDzFf", secretKey: "45d0b3c26f2644f19bfb98b07741b2f5" };
const gateSigner = new GateioSigner(key);
const mexcSigner = new MexcSigner({ key, now: () => 1_700_000_000_000 });

const worker = new Worker(new URL("./order_path_server.ts", import.meta.url), { type: "module" });
const port = await new Promise<number>((resolve) => {
  worker.onmessage = ({ data }: MessageEvent<number>): void => resolve(data);
});
const clock = new SystemClock();

/**
 * When the last write of the transport began and when it returned, milliseconds: by then the operating system has the
 * bytes, which tests/integration/net_http_test.ts holds.
 */
const lastWrite = { began: 0, returned: 0 };

/** The no-delay transport with a stopwatch at its lowest point. */
const watched = new NoDelayNetwork({
  clock,
  dial: async (target, signal): Promise<ByteStream> => {
    const stream = await noDelayDial()(target, signal);
    return {
      read: (buffer) => stream.read(buffer),
      close: () => stream.close(),
      write: (bytes) => {
        lastWrite.began = performance.now();
        const written = stream.write(bytes);
        lastWrite.returned = performance.now();
        return written;
      },
    };
  },
});

interface SignedOrder {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

let count = 0;

/** An order for Gate.io, as text and signed. */
function gateOrder(): SignedOrder {
  const body = JSON.stringify({
    text: `t-${++count}`,
    currency_pair: "BTC_USDT",
    side: "buy",
    type: "limit",
    account: "spot",
    amount: "0.001",
    price: "64000.1",
    time_in_force: "ioc",
  });
  const path = "/api/v4/spot/orders";
  const signature = gateSigner.headers({ method: "POST", path, query: "", body }, 1_700_000_000 + count);
  return {
    url: `http://127.0.0.1:${port}${path}`,
    headers: { ...signature, "Content-Type": "application/json" },
    body,
  };
}

/** An order for MEXC, as text and signed. */
function mexcOrder(): SignedOrder {
  const query = mexcSigner.query([
    ["symbol", "BTCUSDT"],
    ["side", "BUY"],
    ["type", "IMMEDIATE_OR_CANCEL"],
    ["quantity", "0.001"],
    ["price", "64000.1"],
    ["newClientOrderId", `c${++count}`],
  ]);
  return { url: `http://127.0.0.1:${port}/api/v3/order?${query}`, headers: mexcSigner.headers };
}

function quantile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))]!;
}

/** Milliseconds as text, in microseconds below ten milliseconds. */
function shown(ms: number): string {
  return ms < 10 ? `${(ms * 1_000).toFixed(1)} µs` : `${ms.toFixed(1)} ms`;
}

const lines: string[] = [];

function report(name: string, values: readonly number[], note = ""): void {
  lines.push(
    `${name.padEnd(58)} p50 ${shown(quantile(values, 0.5)).padStart(9)}  p99 ${
      shown(quantile(values, 0.99)).padStart(9)
    }${note}`,
  );
}

/** Runs every way once a round, so that what slows one slows all; returns their times. */
async function inTurns(
  rounds: number,
  ways: Readonly<Record<string, () => Promise<number> | number>>,
): Promise<Map<string, number[]>> {
  const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (let round = -Math.ceil(rounds / 4); round < rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const time = await way();
      if (round >= 0) times.get(name)!.push(time);
    }
  }
  return times;
}

/** Time of a call. */
function timed(call: () => unknown): () => number {
  return () => {
    const start = performance.now();
    call();
    return performance.now() - start;
  };
}

/** A socket on which two messages are sent in a row and one answer comes back. */
async function pairs(network: Network): Promise<() => Promise<number>> {
  let answered: () => void = () => {};
  const socket = await new Promise<Socket>((resolve, reject) => {
    const opening = network.connect(`ws://127.0.0.1:${port}/`, {
      onOpen: () => resolve(opening),
      onText: () => answered(),
      onBinary: () => {},
      onClose: (code, reason) => reject(new Error(`The socket was closed: ${code} ${reason}`)),
    });
  });
  return async () => {
    const start = performance.now();
    const answer = new Promise<void>((resolve) => answered = resolve);
    socket.sendText('{"channel":"spot.order_place","event":"api","payload":{"req_id":"1"}}');
    socket.sendText('{"channel":"spot.order_place","event":"api","payload":{"req_id":"2"}}');
    await answer;
    return performance.now() - start;
  };
}

/** Two orders one after the other over HTTP, each with its answer. */
function posts(send: (order: SignedOrder) => Promise<unknown>): () => Promise<number> {
  return async () => {
    const start = performance.now();
    await send(gateOrder());
    await send(gateOrder());
    return performance.now() - start;
  };
}

const agent = new http.Agent({ keepAlive: true });

function nodePost({ url, headers, body = "" }: SignedOrder): Promise<void> {
  return new Promise((resolve, reject) => {
    const sized = { ...headers, "Content-Length": String(new TextEncoder().encode(body).length) };
    const request = http.request(url, { agent, method: "POST", headers: sized }, (response) => {
      response.on("end", () => resolve());
      response.resume();
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** The least that any transport of this runtime takes: a finished order on a bare connection. */
async function bareWrite(): Promise<{ write: () => Promise<number>; close: () => void }> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  connection.setNoDelay(true);
  const bytes = requestBytes({ method: "POST", ...gateOrder(), timeoutMs: 1 }, parseAddress(gateOrder().url));
  const buffer = new Uint8Array(4_096);
  const write = async (): Promise<number> => {
    const start = performance.now();
    const written = connection.write(bytes);
    const time = performance.now() - start;
    await written;
    await connection.read(buffer);
    return time;
  };
  return { write, close: () => connection.close() };
}

/** Builds, signs and writes an order; the time until the operating system has its bytes, or until they go there. */
async function written(build: () => SignedOrder, until: keyof typeof lastWrite): Promise<number> {
  const start = performance.now();
  const answer = watched.fetch({ method: "POST", ...build(), timeoutMs: 5_000 });
  const time = lastWrite[until] - start;
  await answer;
  return time;
}

for (
  const [name, values] of await inTurns(5_000, {
    "sign for MEXC (SHA-256), with query": timed(mexcOrder),
    "sign for Gate.io (SHA-512 twice), with JSON": timed(gateOrder),
  })
) {
  report(name, values, "   aim: p50 20 µs");
}
const bare = await bareWrite();
const order = await inTurns(3_000, {
  "build, sign and write an order for MEXC": () => written(mexcOrder, "returned"),
  "build, sign and write an order for Gate.io": () => written(gateOrder, "returned"),
  "the same without the system call (Gate.io)": () => written(gateOrder, "began"),
  "floor: the system call alone, with a finished order": bare.write,
});
for (const [name, values] of order) report(name, values, "   aim: p50 60 µs");

const noDelay = new NoDelayNetwork({ clock });
const system = new SystemNetwork();
const sockets = await inTurns(100, {
  "two messages, one answer: no-delay socket": await pairs(noDelay),
  "two messages, one answer: built-in WebSocket": await pairs(system),
});
const requests = await inTurns(1_000, {
  "two orders with answers: no-delay transport": posts((each) =>
    noDelay.fetch({ method: "POST", ...each, timeoutMs: 5_000 })
  ),
  "two orders with answers: node:http agent": posts(nodePost),
  "two orders with answers: built-in fetch": posts((each) =>
    system.fetch({ method: "POST", ...each, timeoutMs: 5_000 })
  ),
});
for (const times of [sockets, requests]) {
  const [ours] = times.values();
  for (const [name, values] of times) {
    report(name, values, `   ${(quantile(values, 0.5) / quantile(ours!, 0.5)).toFixed(1)} ×`);
  }
}
// deno-lint-ignore no-console -- a bench prints its figures
console.log(lines.join("\n"));
noDelay.close();
watched.close();
bare.close();
agent.destroy();
worker.terminate();
