import { assert, assertEquals, assertRejects } from "@std/assert";
import { NetworkError } from "../../../src/core/errors.ts";
import { SeededRandom } from "../../../src/core/random.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import {
  getRestImplementation,
  getWsImplementation,
  type NetworkPatience,
  type StreamConfig,
} from "../../../src/exchanges/factory.ts";
import { quoteStreams } from "../../../src/exchanges/public_websocket_client.ts";
import { FrameTrace } from "../../../src/telemetry/frame_trace.ts";
import { advance, FakeNetwork } from "../../support/fake_network.ts";
import { testInstruments } from "../../support/instruments.ts";
import { MemoryLogger } from "../../support/memory_logger.ts";

const venues = ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"] as const;

interface Parts {
  readonly network: FakeNetwork;
  readonly clock: SimulatedClock;
  readonly config: StreamConfig<typeof venues[number]>;
}

function parts(exchange: typeof venues[number], patience?: NetworkPatience): Parts {
  const network = new FakeNetwork();
  const clock = new SimulatedClock(1_700_000_000_000);
  const config = {
    exchange,
    endpoints: { rest: "http://venue", ws: "ws://venue/ws" },
    speed: "normal" as const,
    network,
    clock,
    random: new SeededRandom(1),
    logger: new MemoryLogger(),
    trace: new FrameTrace(),
    instruments: testInstruments(["BTC"]).ofExchange(exchange),
    ...(patience === undefined ? {} : { patience }),
  };
  return { network, clock, config };
}

Deno.test("A request for market data has the configured time, ten seconds without one", async () => {
  for (const exchange of venues) {
    for (const requestTimeoutMs of [undefined, 1_234]) {
      const { network, config } = parts(
        exchange,
        requestTimeoutMs === undefined ? undefined : { requestTimeoutMs, maxReconnectDelayMs: 1 },
      );
      await assertRejects(
        () => getRestImplementation(config, { private: false }).fetchServerTime(),
        NetworkError,
      );
      assertEquals(
        network.requests.map(({ timeoutMs }) => timeoutMs),
        [requestTimeoutMs ?? 10_000],
        exchange,
      );
    }
  }
});

Deno.test("A lost connection is tried again after the configured wait at most", () => {
  const attempts = (maxReconnectDelayMs: number): number => {
    const { network, clock, config } = parts("GATEIO_SPOT", { requestTimeoutMs: 1, maxReconnectDelayMs });
    const client = getWsImplementation(config, { private: false });
    client.start(config.instruments, () => quoteStreams);
    for (let second = 0; second < 600; second++) {
      for (const socket of network.sockets) {
        if (socket.closedWith !== undefined) continue;
        socket.closedWith = 1006;
        socket.handlers.onClose(1006, "refused");
      }
      advance(clock, 1_000);
    }
    client.stop();
    return network.sockets.length;
  };
  // Between half of the wait and all of it; the first waits are shorter, and time passes in seconds here.
  const often = attempts(2_000), seldom = attempts(60_000);
  assert(often >= 290 && often <= 610, `${often} attempts in ten minutes`);
  assert(seldom >= 10 && seldom <= 30, `${seldom} attempts in ten minutes`);
});
