import { assert, assertEquals, assertRejects } from "@std/assert";
import { NetworkError } from "../../../../src/core/errors.ts";
import type { HttpRequest, HttpResponse } from "../../../../src/core/network.ts";
import { SimulatedClock } from "../../../../src/core/simulated_clock.ts";
import type { LatencyProfile } from "../../../../src/simulator/transport/latency.ts";
import { LocalNetwork } from "../../../../src/simulator/transport/local_network.ts";
import { latencies, TestHost } from "./test_host.ts";

class Bench {
  readonly clock = new SimulatedClock(1_786_540_560_000);
  readonly host = new TestHost();
  readonly network: LocalNetwork;

  constructor(profile: Partial<LatencyProfile> = {}) {
    this.network = new LocalNetwork(this.clock, latencies(profile), new Map([["venue", this.host]]));
  }

  /** What a client hears on a new WebSocket, one entry for each event. */
  listen(target = "/ws"): unknown[] {
    const heard: unknown[] = [];
    this.network.connect(`ws://venue${target}`, {
      onOpen: () => heard.push("open"),
      onText: (text) => heard.push(text),
      onBinary: (bytes) => heard.push(bytes),
      onClose: (code, reason) => heard.push([code, reason]),
    });
    return heard;
  }

  run(): void {
    while (this.clock.step());
  }

  fetch(target: string, request: Partial<HttpRequest> = {}): Promise<HttpResponse> {
    const answer = this.network.fetch({
      method: "GET",
      url: `http://venue${target}`,
      timeoutMs: 1000,
      ...request,
    });
    answer.catch(() => {});
    this.run();
    return answer;
  }
}

Deno.test("In the process a client hears every close code, 1005 and 1006 without a reason", () => {
  for (const code of [1000, 1008, 1011, 4001, 1005, 1006]) {
    const bench = new Bench();
    const heard = bench.listen();
    bench.run();
    bench.host.sessions[0]!.socket.send("last");
    bench.host.sessions[0]!.close(code, "why");
    bench.run();
    assertEquals(heard, ["open", "last", [code, code === 1005 || code === 1006 ? "" : "why"]]);
    assertEquals(bench.host.sessions[0]!.closes, 1);
  }
});

Deno.test("In the process query, body and address reach the host as on a real socket", async () => {
  const bench = new Bench();
  const { text, headers } = await bench.fetch("/a%20b?x=%2F&y=a+b", { method: "POST", body: "{}" });
  assertEquals(headers.get("x-seen"), "1");
  assertEquals(JSON.parse(text), {
    method: "POST",
    path: "/a%20b",
    search: "x=%2F&y=a+b",
    body: "{}",
    address: "127.0.0.1",
  });
  bench.listen("/ws?listenKey=a%2Bb");
  bench.run();
  const { path, search, query, headers: sent, address } = bench.host.sessions[0]!.request;
  assertEquals([path, search, query.get("listenKey")], ["/ws", "listenKey=a%2Bb", "a+b"]);
  assertEquals([[...sent], address], [[], "127.0.0.1"]);
});

Deno.test("In the process a cut answer and a host that refuses are network errors", async () => {
  const bench = new Bench();
  await assertRejects(() => bench.fetch("/cut"), NetworkError, "closed before the answer");
  assertEquals(bench.host.requests.length, 1);
  const open = bench.listen();
  bench.run();
  bench.host.refuses = true;
  await assertRejects(() => bench.fetch("/"), NetworkError, "refused");
  assertEquals(bench.host.requests.length, 1);
  const heard = bench.listen();
  bench.host.sessions[0]!.socket.send("still here");
  bench.run();
  assertEquals([heard, open, bench.host.sessions.length], [[[1006, ""]], ["open", "still here"], 1]);
});

Deno.test("In the process each way has its own delay", async () => {
  const bench = new Bench({
    feed: { kind: "constant", ms: 5 },
    orderEntry: { kind: "constant", ms: 70 },
    response: { kind: "constant", ms: 900 },
  });
  const start = bench.clock.monotonicMs();
  const heard = bench.listen();
  while (heard.length === 0) assert(bench.clock.step());
  assertEquals(bench.clock.monotonicMs() - start, 75);
  await assertRejects(() => bench.fetch("/", { timeoutMs: 960 }), NetworkError, "within 960 ms");
  assertEquals((await bench.fetch("/", { timeoutMs: 980 })).status, 200);
});
