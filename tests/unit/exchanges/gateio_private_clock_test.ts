import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Clock, Timer } from "../../../src/core/clock.ts";
import type { Network } from "../../../src/core/network.ts";
import type { OrderRequest } from "../../../src/core/order_request.ts";
import { SeededRandom } from "../../../src/core/random.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { SpotPrivateChannels } from "../../../src/exchanges/gateio/private_channels.ts";
import { LenientClock } from "../../../src/exchanges/gateio/private_clock.ts";
import { GateioOrderSocket } from "../../../src/exchanges/gateio/private_order_socket.ts";
import { GateioSender } from "../../../src/exchanges/gateio/private_sender.ts";
import { GateioSigner } from "../../../src/exchanges/gateio/private_signer.ts";
import { GateioSpotPrivateRest } from "../../../src/exchanges/gateio/private_spot_rest.ts";
import { GateioPrivateStream } from "../../../src/exchanges/gateio/private_stream.ts";
import { ClockError } from "../../../src/net/clock_offset.ts";
import { RateLimitError } from "../../../src/net/rate_limiter.ts";
import { advance, FakeNetwork, settle } from "../../support/fake_network.ts";
import { testInstruments } from "../../support/instruments.ts";
import { MemoryLogger } from "../../support/memory_logger.ts";

const start = 1_700_000_000_000;
const btc = testInstruments(["BTC"]).find("GATEIO_SPOT", "BTC_USDT")!;
const signer = new GateioSigner({ apiKey: "k", secretKey: "s" });
const order: OrderRequest = {
  clientOrderId: "a",
  instrument: btc,
  side: "buy",
  type: "limit",
  timeInForce: "gtc",
  priceTicks: 1,
  lots: 1,
  reduceOnly: false,
};

/** A clock that may stop knowing the venue's time. */
class VenueTime implements Clock {
  known = true;
  readonly local = new SimulatedClock(start);

  epochMs(): number {
    if (!this.known) throw new ClockError("The venue's time is not known");
    return this.local.epochMs() + 500;
  }

  monotonicMs(): number {
    return this.local.monotonicMs();
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    return this.local.setTimer(delayMs, callback);
  }
}

function restOver(orders: Network, queries: Network, clock: Clock): GateioSpotPrivateRest {
  const sender = new GateioSender({ orders, queries, baseUrl: "https://venue/api/v4", signer, clock });
  return new GateioSpotPrivateRest(sender, () => btc);
}

Deno.test("LenientClock goes on from the last time that was known", () => {
  const clock = new VenueTime();
  const lenient = new LenientClock(clock);
  assertEquals(lenient.epochMs(), start + 500);
  clock.known = false;
  advance(clock.local, 1000);
  assertEquals(lenient.epochMs(), start + 1500);
  clock.known = true;
  assertEquals([lenient.epochMs(), lenient.monotonicMs()], [start + 1500, clock.monotonicMs()]);
  const broken = new LenientClock({
    epochMs: () => {
      throw new TypeError("a defect");
    },
    monotonicMs: () => 0,
    setTimer: () => ({ cancel: (): void => {} }),
  });
  assertThrows(() => broken.epochMs(), TypeError);
});

Deno.test("Gate.io's REST sends nothing while the venue's time is not known", async () => {
  const clock = new VenueTime();
  const network = new FakeNetwork();
  const rest = restOver(network, network, clock);
  clock.known = false;
  assertEquals<unknown>(await rest.place(order), {
    kind: "refused",
    reason: "clock",
    code: "unsent",
    message: "Not sent: The venue's time is not known",
  });
  await assertRejects(() => rest.balances(), ClockError);
  assertEquals(network.requests, []);
});

Deno.test("Gate.io's REST says that an order which a limit of ours held back was not sent", async () => {
  const network = new FakeNetwork();
  network.answer = (): string => {
    throw new RateLimitError("orders", 120, "no room");
  };
  assertEquals<unknown>(await restOver(network, network, new SimulatedClock(start)).place(order), {
    kind: "refused",
    reason: "rate",
    code: "unsent",
    message: `Not sent: Held back by the limit "orders": no room`,
    retryAfterMs: 120,
  });
});

Deno.test("GateioOrderSocket logs in when the venue's time is known, and sends no order while it is not", async () => {
  const clock = new VenueTime();
  const network = new FakeNetwork();
  const socket = new GateioOrderSocket({
    market: "spot",
    url: "wss://venue",
    network,
    clock,
    random: new SeededRandom(1),
    logger: new MemoryLogger(),
    signer,
  }, () => btc);
  clock.known = false;
  socket.start();
  network.socket.handlers.onOpen();
  await settle();
  assertEquals(network.socket.sent, []);
  clock.known = true;
  advance(clock.local, 1000);
  network.socket.handlers.onOpen();
  const { payload: { req_id } } = JSON.parse(network.socket.sent[0]!);
  network.socket.handlers.onText(
    JSON.stringify({ request_id: req_id, header: { status: "200" }, data: { result: {} } }),
  );
  await settle();
  assertEquals(socket.isReady, true);
  clock.known = false;
  const outcome = await socket.place(order);
  assertEquals(outcome.kind === "refused" && [outcome.reason, outcome.code], ["clock", "unsent"]);
  advance(clock.local, 10_000);
  assertEquals(network.socket.sent.map((text) => JSON.parse(text).channel), ["spot.login", "spot.ping"]);
});

Deno.test("GateioPrivateStream subscribes when the venue's time is known", async () => {
  const clock = new VenueTime();
  const network = new FakeNetwork();
  const stream = new GateioPrivateStream({
    url: "wss://venue",
    network,
    clock,
    random: new SeededRandom(1),
    logger: new MemoryLogger(),
    signer,
    channels: new SpotPrivateChannels(() => btc),
  });
  clock.known = false;
  stream.start();
  network.socket.handlers.onOpen();
  await settle();
  assertEquals(network.socket.sent, []);
  clock.known = true;
  advance(clock.local, 1000);
  network.socket.handlers.onOpen();
  await settle();
  assertEquals([network.sockets.length, network.socket.sent.length], [2, 3]);
});
