import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../../../src/core/errors.ts";
import { SeededRandom } from "../../../../src/core/random.ts";
import { LatencyModel, type LatencySpec } from "../../../../src/simulator/transport/latency.ts";
import { masked, RawClient } from "./raw_client.ts";
import { latencies, serving, until } from "./test_host.ts";

function draws(spec: LatencySpec, count = 20_000, seed = 1): number[] {
  const model = new LatencyModel(new SeededRandom(seed), spec, "feed");
  return Array.from({ length: count }, () => model.drawMs());
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const at = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(share * values.length)]!;

Deno.test("Each kind of delay has the distribution that its name promises", () => {
  assertEquals(new Set(draws({ kind: "none" })), new Set([0]));
  assertEquals(new Set(draws({ kind: "constant", ms: 7.5 })), new Set([7.5]));
  const exponential = draws({ kind: "exponential", meanMs: 6 });
  assertAlmostEquals(mean(exponential), 6, 0.1);
  assert(Math.min(...exponential) >= 3);
  const lognormal = draws({ kind: "lognormal", medianMs: 20, sigma: 0.5 });
  assertAlmostEquals(at(lognormal, 0.5), 20, 0.4);
  // One standard deviation above the median of the logarithm.
  assertAlmostEquals(at(lognormal, 0.8413), 20 * Math.exp(0.5), 0.8);
  const recorded = draws({ kind: "recorded", samplesMs: [1, 1, 1, 50] });
  assertEquals(new Set(recorded), new Set([1, 50]));
  assertAlmostEquals(mean(recorded), 13.25, 0.6);
});

Deno.test("The same seed draws the same delays, and each way has a stream of its own", () => {
  const spec: LatencySpec = { kind: "lognormal", medianMs: 5, sigma: 1 };
  assertEquals(draws(spec, 50, 3), draws(spec, 50, 3));
  const all = latencies({ feed: spec, orderEntry: spec, response: spec });
  const firsts = [all.feed.drawMs(), all.orderEntry.drawMs(), all.response.drawMs()];
  assertEquals(new Set(firsts).size, 3);
  const again = latencies({ feed: spec, orderEntry: spec, response: spec });
  for (let i = 0; i < 100; i++) again.feed.drawMs();
  assertEquals([again.orderEntry.drawMs(), again.response.drawMs()], firsts.slice(1));
});

Deno.test("A delay that makes no sense is refused with its name", () => {
  const wrong: [unknown, string][] = [
    [{ kind: "constant", ms: -1 }, "feed.ms"],
    [{ kind: "constant", ms: NaN }, "feed.ms"],
    [{ kind: "constant", ms: 1e12 }, "feed.ms"],
    [{ kind: "exponential", meanMs: Infinity }, "feed.meanMs"],
    [{ kind: "lognormal", medianMs: -2, sigma: 1 }, "feed.medianMs"],
    [{ kind: "lognormal", medianMs: 2, sigma: NaN }, "feed.sigma"],
    [{ kind: "recorded", samplesMs: [] }, "feed.samplesMs is empty"],
    [{ kind: "recorded", samplesMs: [1, -1] }, "feed.samplesMs[1]"],
    [{ kind: "pareto" }, 'unknown kind "pareto"'],
  ];
  for (const [spec, words] of wrong) {
    assertThrows(
      () => new LatencyModel(new SeededRandom(1), spec as LatencySpec, "feed"),
      ConfigError,
      words,
    );
  }
});

Deno.test("Frames that are late over a real socket arrive in their order, and the close frame last", async () => {
  const latency = latencies({ feed: { kind: "lognormal", medianMs: 3, sigma: 1 } });
  await serving(async ({ host, port }) => {
    const client = await RawClient.webSocket(port);
    for (let i = 0; i < 100; i++) host.sessions[0]!.socket.send(String(i));
    host.sessions[0]!.close(4000, "");
    for (let i = 0; i < 100; i++) {
      assertEquals(new TextDecoder().decode((await client.frame()).payload), String(i));
    }
    assertEquals([...(await client.frame()).payload], [0x0f, 0xa0]);
    client.close();
  }, { latency });
});

Deno.test("Messages that are late arrive in their order, also when the client has left since", async () => {
  const latency = latencies({ orderEntry: { kind: "lognormal", medianMs: 3, sigma: 1 } });
  await serving(async ({ host, port, server }) => {
    const client = await RawClient.webSocket(port);
    const messages = Array.from({ length: 50 }, (_, index) => String(index));
    for (const message of messages) await client.send(masked(0x81, message));
    client.close();
    await until(() => server.connections === 0);
    assertEquals([host.sessions[0]!.texts, host.sessions[0]!.closes], [messages, 1]);
  }, { latency });
});

Deno.test("A request is late on its way there, its answer on its way back", async () => {
  const latency = latencies({
    orderEntry: { kind: "constant", ms: 60 },
    response: { kind: "recorded", samplesMs: [40] },
  });
  await serving(async ({ host, http }) => {
    const start = performance.now();
    const answer = fetch(http);
    await until(() => host.requests.length === 1);
    const there = performance.now() - start;
    await (await answer).body?.cancel();
    const whole = performance.now() - start;
    assert(there >= 59 && whole - there >= 35, `there after ${there} ms, back after ${whole} ms`);
  }, { latency });
});
