/**
 * The way of an order: from the call to the bytes that leave, through everything that a real order passes: the rules
 * of the instrument, the venue's time, the signature, the request limits and the transport.
 *
 * The system call that hands the bytes over is measured apart. With the other side on the same machine it also wakes
 * that side up, which a venue far away does not ask for; so each way is measured to a thread that sleeps until the
 * order comes, and to this thread itself, where nobody is to be woken.
 * @module
 */
import { createHash, createHmac } from "node:crypto";
import { type Clock, SystemClock } from "../../src/core/clock.ts";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import type { HttpRequest } from "../../src/core/network.ts";
import type { OrderRequest } from "../../src/core/order_request.ts";
import { SeededRandom } from "../../src/core/random.ts";
import { Secret } from "../../src/core/secret.ts";
import { getCompositeImplementation } from "../../src/exchanges/factory.ts";
import { gateioRequestLimits } from "../../src/exchanges/gateio/request_limits.ts";
import { GateioSigner } from "../../src/exchanges/gateio/private_signer.ts";
import { MexcSigner } from "../../src/exchanges/mexc/private_signer.ts";
import { mexcRequestLimits } from "../../src/exchanges/mexc/request_limits.ts";
import { type ByteStream, noDelayDial } from "../../src/net/byte_stream.ts";
import { ClockOffset } from "../../src/net/clock_offset.ts";
import { LimitedNetwork } from "../../src/net/limited_network.ts";
import { NoDelayNetwork } from "../../src/net/no_delay_network.ts";
import { RateLimiter, type RateRequest } from "../../src/net/rate_limiter.ts";
import { VenueClock } from "../../src/net/venue_clock.ts";
import { testInstruments } from "../support/instruments.ts";
import { MemoryLogger } from "../support/memory_logger.ts";
import { serveOrders } from "./order_path_server.ts";
import { inTurns, line, timed, type Way } from "./turns.ts";

const credentials = {
  apiKey: new Secret("mx0vglBqGyNaHxDzFf"),
  secretKey: new Secret("45d0b3c26f2644f19bfb98b07741b2f5"),
};
const instruments = testInstruments();
const clock = new SystemClock();
/** Orders so far. */
let count = 0;

/** A clock by which every order comes a second after the one before, so that no limit holds one back. */
const slowClock: Clock = {
  epochMs: () => clock.epochMs(),
  monotonicMs: () => clock.monotonicMs() + 1_000 * count,
  setTimer: (delayMs, callback) => clock.setTimer(delayMs, callback),
};

/** The venue's time after ten minutes of questions. */
function venueClock(): Clock {
  const offset = new ClockOffset({ clock });
  const now = clock.monotonicMs();
  for (let i = 0; i < 40; i++) {
    offset.add({ sentAt: now - 40, receivedAt: now - 10, serverMs: clock.epochMs() - 25 });
  }
  return new VenueClock(clock, offset);
}

/** When the last write began and when it returned, milliseconds: by then the operating system has the bytes. */
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

const limitsOf: Readonly<Record<string, (request: HttpRequest, maxWaitMs: number) => RateRequest>> = {
  MEXC_SPOT: mexcRequestLimits,
  GATEIO_SPOT: gateioRequestLimits,
};

/** Places an order and tells how long it took until its bytes went, or had gone, to the operating system. */
function placing(exchange: ExchangeKey, port: number, until: keyof typeof lastWrite): Way {
  const network = new LimitedNetwork({
    network: watched,
    limiter: new RateLimiter({ clock: slowClock }),
    clock,
    limitsOf: (request) => limitsOf[exchange]!(request, 200),
  });
  const rest = `http://127.0.0.1:${port}${exchange === "MEXC_SPOT" ? "" : "/api/v4"}`;
  const composite = getCompositeImplementation({
    exchange,
    endpoints: { rest, ws: "ws://127.0.0.1:1" },
    credentials,
    instruments: instruments.ofExchange(exchange),
    orders: network,
    queries: network,
    clock,
    venueClock: venueClock(),
    random: new SeededRandom(1),
    logger: new MemoryLogger(),
  }, { private: true });
  const instrument = instruments.find(exchange, exchange === "MEXC_SPOT" ? "BTCUSDT" : "BTC_USDT")!;
  return async () => {
    const request: OrderRequest = {
      clientOrderId: `a1-${++count}`,
      instrument,
      side: "buy",
      type: "limit",
      timeInForce: "ioc",
      priceTicks: 640_001,
      lots: 1_000,
      reduceOnly: false,
    };
    const start = performance.now();
    const outcome = composite.place(request);
    const time = lastWrite[until] - start;
    await outcome;
    return time;
  };
}

/** The least that any transport of this runtime takes: a finished order on a bare connection. */
async function bareWrite(port: number): Promise<Way> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  connection.setNoDelay(true);
  const body = "x".repeat(180);
  const head = `POST /api/v4/spot/orders HTTP/1.1\r\nhost: 127.0.0.1\r\nSIGN: ${"a".repeat(250)}\r\n`;
  const bytes = new TextEncoder().encode(`${head}content-length: ${body.length}\r\n\r\n${body}`);
  const buffer = new Uint8Array(4_096);
  return async () => {
    const start = performance.now();
    const written = connection.write(bytes);
    const time = performance.now() - start;
    await written;
    await connection.read(buffer);
    return time;
  };
}

/** What is signed of one order, at each venue; beside it the same signature as anybody would write it. */
function signing(): Record<string, Way> {
  const gate = new GateioSigner(credentials);
  const mexc = new MexcSigner({ key: credentials, now: () => 1_700_000_000_000 });
  const secret = credentials.secretKey.reveal();
  const path = "/api/v4/spot/orders";
  const pairs = (): [string, string][] => [
    ["symbol", "BTCUSDT"],
    ["side", "BUY"],
    ["type", "IMMEDIATE_OR_CANCEL"],
    ["quantity", "0.001"],
    ["price", "64000.1"],
    ["newClientOrderId", `c${++count}`],
  ];
  const body = (): string =>
    `{"text":"t-${++count}","currency_pair":"BTC_USDT","type":"limit","account":"spot","side":"buy",` +
    '"amount":"0.001","price":"64000.1","time_in_force":"ioc"}';
  return {
    "sign for MEXC (SHA-256), with its query": timed(() => mexc.query(pairs())),
    "  the same with createHmac and URLSearchParams": timed(() => {
      const text = new URLSearchParams([...pairs(), ["timestamp", "1700000000000"]]).toString();
      return `${text}&signature=${createHmac("sha256", secret).update(text).digest("hex")}`;
    }),
    "sign for Gate.io (SHA-512 of the body, then of the request)": timed(() =>
      gate.headers({ method: "POST", path, query: "", body: body() }, 1_700_000_000)
    ),
    "  the same with createHmac": timed(() => {
      const hash = createHash("sha512").update(body()).digest("hex");
      return createHmac("sha512", secret).update(`POST\n${path}\n\n${hash}\n1700000000`).digest("hex");
    }),
  };
}

/** Every way to a server at this port. @param after What follows on each name. */
async function ways(port: number, after: string): Promise<Record<string, Way>> {
  return {
    [`order for MEXC until its bytes have left${after}`]: placing("MEXC_SPOT", port, "returned"),
    [`order for Gate.io until its bytes have left${after}`]: placing("GATEIO_SPOT", port, "returned"),
    [`  of it the system call: a finished order${after}`]: await bareWrite(port),
    [`  of it our part, MEXC${after}`]: placing("MEXC_SPOT", port, "began"),
    [`  of it our part, Gate.io${after}`]: placing("GATEIO_SPOT", port, "began"),
  };
}

const worker = new Worker(new URL("./order_path_worker.ts", import.meta.url), { type: "module" });
const sleeping = await new Promise<number>((resolve) => {
  worker.onmessage = ({ data }: MessageEvent<number>): void => resolve(data);
});
const own = serveOrders();
const lines: string[] = [];
for (const [name, values] of await inTurns(5_000, signing())) {
  lines.push(line(name, values, "   aim: p50 20 µs"));
}
for (const each of [await ways(own.addr.port, ""), await ways(sleeping, ", waking a thread")]) {
  for (const [name, values] of await inTurns(2_500, each)) {
    lines.push(line(name, values, "   aim: p50 60 µs"));
  }
}
// deno-lint-ignore no-console -- a bench prints its figures
console.log(lines.join("\n"));
watched.close();
own.close();
worker.terminate();
