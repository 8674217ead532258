import { assertEquals, assertRejects } from "@std/assert";
import { NetworkError } from "../../../src/core/errors.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { MeasuredNetwork } from "../../../src/net/measured_network.ts";
import { FakeNetwork } from "../../support/fake_network.ts";

const request = { method: "GET", url: "http://venue/time", timeoutMs: 1_000 };

Deno.test("MeasuredNetwork counts requests by how they ended, and hands on answers and errors", async () => {
  const under = new FakeNetwork();
  const network = new MeasuredNetwork(under, new SimulatedClock(0));
  const statuses = [200, 204, 302, 400, 404, 499, 429, 418, 500, 503];
  for (const status of statuses) {
    under.answer = (): { status: number; body: unknown } => ({ status, body: 1 });
    assertEquals((await network.fetch(request)).status, status);
  }
  under.answer = (): never => {
    throw new NetworkError("gone");
  };
  await assertRejects(() => network.fetch(request), NetworkError, "gone");
  assertEquals(network.outcomes, { answered: 3, limited: 2, refused: 3, failed: 2, unanswered: 1 });
  assertEquals(network.roundTrips.count, statuses.length, "no answer, no round trip");
  assertEquals(under.requests.length, statuses.length + 1);
});

Deno.test("MeasuredNetwork measures from the request to its answer on its clock", async () => {
  const under = new FakeNetwork();
  const clock = new SimulatedClock(0);
  const network = new MeasuredNetwork(under, clock);
  for (const ms of [10, 20, 400]) {
    under.answer = (): string => {
      clock.setTimer(ms, () => {});
      clock.step();
      return "{}";
    };
    await network.fetch(request);
  }
  assertEquals([network.roundTrips.count, network.roundTrips.sumSeconds], [3, 0.43]);
});

Deno.test("MeasuredNetwork opens sockets on the network under it", () => {
  const under = new FakeNetwork();
  const nothing = (): void => {};
  const handlers = { onOpen: nothing, onText: nothing, onBinary: nothing, onClose: nothing };
  const socket = new MeasuredNetwork(under, new SimulatedClock(0)).connect("ws://venue", handlers);
  assertEquals([under.socket === socket, under.socket.url], [true, "ws://venue"]);
});
