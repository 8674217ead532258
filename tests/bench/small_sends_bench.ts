/**
 * What happens when two small messages leave in a row: Nagle's algorithm holds the second one back until the first is
 * acknowledged. Every figure stands beside its peers, measured in turns on the same server.
 * @module
 */
import http from "node:http";
import { SystemClock } from "../../src/core/clock.ts";
import type { HttpRequest, Network, Socket } from "../../src/core/network.ts";
import { NoDelayNetwork } from "../../src/net/no_delay_network.ts";
import { SystemNetwork } from "../../src/net/system_network.ts";
import { inTurns, line, quantile, type Way } from "./turns.ts";

const worker = new Worker(new URL("./order_path_worker.ts", import.meta.url), { type: "module" });
const port = await new Promise<number>((resolve) => {
  worker.onmessage = ({ data }: MessageEvent<number>): void => resolve(data);
});
const request: HttpRequest = {
  method: "POST",
  url: `http://127.0.0.1:${port}/api/v4/spot/orders`,
  headers: { KEY: "mx0vglBqGyNaHxDzFf", SIGN: "a".repeat(128), "Content-Type": "application/json" },
  body: '{"text":"t-1","currency_pair":"BTC_USDT","side":"buy","amount":"0.001","price":"64000.1"}',
  timeoutMs: 5_000,
};

/** A socket on which two messages are sent in a row and one answer comes back. */
async function pairs(network: Network): Promise<Way> {
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
function posts(send: (request: HttpRequest) => Promise<unknown>): Way {
  return async () => {
    const start = performance.now();
    await send(request);
    await send(request);
    return performance.now() - start;
  };
}

const agent = new http.Agent({ keepAlive: true });

function nodePost({ url, headers, body = "" }: HttpRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const sized = { ...headers, "Content-Length": String(new TextEncoder().encode(body).length) };
    const sent = http.request(url, { agent, method: "POST", headers: sized }, (response) => {
      response.on("end", () => resolve());
      response.resume();
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const noDelay = new NoDelayNetwork({ clock: new SystemClock() });
const system = new SystemNetwork();
const sockets = await inTurns(100, {
  "two messages, one answer: no-delay socket": await pairs(noDelay),
  "two messages, one answer: built-in WebSocket": await pairs(system),
});
const requests = await inTurns(1_000, {
  "two orders with answers: no-delay transport": posts((each) => noDelay.fetch(each)),
  "two orders with answers: node:http agent": posts(nodePost),
  "two orders with answers: built-in fetch": posts((each) => system.fetch(each)),
});
for (const times of [sockets, requests]) {
  const [ours] = times.values();
  for (const [name, values] of times) {
    const ratio = quantile(values, 0.5) / quantile(ours!, 0.5);
    // deno-lint-ignore no-console -- a bench prints its figures
    console.log(line(name, values, `   ${ratio.toFixed(1)} ×`));
  }
}
noDelay.close();
agent.destroy();
worker.terminate();
