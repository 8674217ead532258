import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { RebalanceProposal } from "../../../src/arbitrage/rebalance.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { type DeskControl, deskControl } from "../../../src/dashboard/desk_control.ts";
import { TelemetryServer } from "../../../src/dashboard/telemetry_server.ts";
import { Breakers } from "../../../src/execution/risk/breakers.ts";
import { KillSwitch } from "../../../src/execution/risk/kill_switch.ts";
import { healthOf } from "../../../src/telemetry/health.ts";
import { MemoryLogger } from "../../support/memory_logger.ts";

const now = Date.UTC(2026, 0, 1);

const proposal: RebalanceProposal = {
  kind: "blocked",
  coin: "BTC",
  from: "MEXC_SPOT",
  to: "GATEIO_SPOT",
  amount: 0.25,
  reason: "withdrawals are closed",
};

/** A server over a kill switch and breakers; without a desk when that is taken away. */
class Bench {
  readonly clock = new SimulatedClock(now);
  readonly killSwitch = new KillSwitch(this.clock);
  readonly breakers = new Breakers({ clock: this.clock, cooldownMs: () => 1_000 });
  readonly stops = new Map<string, string>();
  control: DeskControl | undefined = deskControl({
    mode: "paper",
    killSwitch: this.killSwitch,
    breakers: this.breakers,
    stops: this.stops,
    exposures: () => ({ BTC: 0.5 }),
    rebalance: () => [proposal],
    resume: (scope) => this.stops.delete(scope),
  });
  readonly server = TelemetryServer.start({ hostname: "127.0.0.1", port: 0 }, {
    metrics: { contentType: "text/plain", text: () => Promise.resolve("") },
    live: () => healthOf([]),
    ready: () => healthOf([]),
    compliance: () => ({ verdict: "unknown", targets: [] }),
    control: () => this.control,
  }, new MemoryLogger());
  readonly port = Number(new URL(this.server.url).port);
}

interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** A request as it is written, so that every header can be any text. */
async function send(
  port: number,
  method: string,
  path: string,
  headers: string[],
  body = "",
): Promise<Answer> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const bytes = new TextEncoder().encode(body);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...headers,
    `content-length: ${bytes.length}`,
    "connection: close",
  ];
  const message = new Uint8Array([...new TextEncoder().encode(lines.join("\r\n") + "\r\n\r\n"), ...bytes]);
  for (let sent = 0; sent < message.length;) sent += await connection.write(message.subarray(sent));
  const text = await new Response(connection.readable).text();
  const [head = "", ...rest] = text.split("\r\n\r\n");
  return { status: Number(head.split(" ")[1]), head: head.toLowerCase(), body: rest.join("\r\n\r\n") };
}

const json = "content-type: application/json";

async function withBench(work: (bench: Bench) => Promise<void>): Promise<void> {
  const bench = new Bench();
  try {
    await work(bench);
  } finally {
    bench.breakers.stop();
    await bench.server.stop();
  }
}

function post(bench: Bench, path: string, body: unknown): Promise<Response> {
  return fetch(bench.server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

Deno.test("The control tells how trading stands, engages the kill switch and lets it go", async () => {
  await withBench(async (bench) => {
    const state = await fetch(`${bench.server.url}/control`);
    assertEquals([state.status, state.headers.get("cache-control")], [200, "no-store"]);
    const calm = { mode: "paper", breakers: [], stops: {}, exposures: { BTC: 0.5 }, rebalance: [proposal] };
    assertEquals(await state.json(), { ...calm, kill: null });
    const killed = await post(bench, "/control/kill", { reason: " enough " });
    const kill = { reason: "enough", source: "api", since: now };
    assertEquals([killed.status, await killed.json()], [200, { ...calm, kill }]);
    assertEquals(bench.killSwitch.reason, "enough");
    const again = await post(bench, "/control/reset", { name: "kill" });
    assertEquals([again.status, (await again.json()).kill, bench.killSwitch.isEngaged], [200, null, false]);
  });
});

Deno.test("The control closes breakers by name, and says when there is none or what holds the kill switch", async () => {
  await withBench(async (bench) => {
    bench.breakers.trip("failures", "all", "test");
    bench.breakers.trip("volatility", "BTC", "test");
    const state = await (await fetch(`${bench.server.url}/control`)).json();
    assertEquals(state.breakers, bench.breakers.tripped);
    const wrong = await post(bench, "/control/reset", { name: "failure" });
    const error = 'there is no breaker and no stop "failure"; use one of kill, failures, volatility';
    assertEquals([wrong.status, await wrong.json()], [409, { error }]);
    const right = await post(bench, "/control/reset", { name: "failures" });
    assertEquals([right.status, (await right.json()).breakers.length], [200, 1]);
    bench.killSwitch.holdWhile(() => "the file is there");
    bench.killSwitch.engage("test", "file");
    const held = await post(bench, "/control/reset", { name: "kill" });
    assertEquals([held.status, await held.json()], [409, { error: "the file is there" }]);
    assertEquals(bench.killSwitch.isEngaged, true);
  });
});

Deno.test("The control ends a stop by its scope, and what holds for everything only without the kill switch", async () => {
  await withBench(async (bench) => {
    bench.stops.set("BTC", "the balance differs").set("all", "kill switch: test");
    bench.killSwitch.engage("test", "api");
    const held = await post(bench, "/control/reset", { name: "all" });
    assertEquals(held.status, 409);
    await held.body?.cancel();
    const ended = await post(bench, "/control/reset", { name: "BTC" });
    assertEquals([ended.status, (await ended.json()).stops], [200, { all: "kill switch: test" }]);
  });
});

Deno.test("The control is not there for a run without a desk", async () => {
  await withBench(async (bench) => {
    bench.control = undefined;
    const answers = [
      await fetch(`${bench.server.url}/control`),
      await post(bench, "/control/kill", { reason: "x" }),
      await post(bench, "/control/reset", { name: "kill" }),
    ];
    for (const answer of answers) {
      assertEquals(answer.status, 404);
      await answer.body?.cancel();
    }
    assertEquals(bench.killSwitch.isEngaged, false);
  });
});

Deno.test("The control is served under names of this machine only, so that no other name leads a browser to it", async () => {
  await withBench(async (bench) => {
    const { port } = bench;
    const good = [
      `127.0.0.1:${port}`,
      `localhost:${port}`,
      "LocalHost",
      `[::1]:${port}`,
      "127.1.2.3",
    ];
    for (const host of good) {
      assertEquals((await send(port, "GET", "/control", [`host: ${host}`])).status, 200, host);
    }
    const bad = [
      "evil.example",
      `evil.example:${port}`,
      "127.0.0.1.evil.example",
      "localhost.evil.example",
      "evil.example#localhost",
      "127.0.0.1@evil.example",
      "10.0.0.1",
      "0.0.0.0",
      "[::2]",
      "",
    ];
    for (const host of bad) {
      for (const path of ["/control", "/control/kill", "/control/reset"]) {
        const method = path === "/control" ? "GET" : "POST";
        const { status } = await send(port, method, path, [`host: ${host}`, json], '{"reason":"x"}');
        // What is no name of a host at all leads to no page.
        assert([400, 403, 404].includes(status), `${host}: ${status}`);
      }
    }
    assertEquals(bench.killSwitch.isEngaged, false);
  });
});

Deno.test("The control takes nothing that a page of another site could send", async () => {
  await withBench(async (bench) => {
    const { port } = bench;
    const host = `host: localhost:${port}`, body = '{"reason":"x"}';
    const origins = [
      "http://evil.example",
      "null",
      `https://localhost:${port}`,
      "http://localhost:1",
      "http://localhost",
      "",
    ];
    for (const origin of origins) {
      const answer = await send(port, "POST", "/control/kill", [host, json, `origin: ${origin}`], body);
      assertEquals(answer.status, 403, origin);
      const state = await send(port, "GET", "/control", [host, `origin: ${origin}`]);
      assertEquals(state.status, 403, origin);
    }
    const types = [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data",
      "application/jsonp",
      "text/plain; application/json",
      "text/plain;application/json",
    ];
    for (const type of types) {
      const answer = await send(port, "POST", "/control/kill", [host, `content-type: ${type}`], body);
      assertEquals(answer.status, 415, type);
    }
    assertEquals((await send(port, "POST", "/control/kill", [host], body)).status, 415);
    assertEquals(bench.killSwitch.isEngaged, false);
    const preflight = await send(port, "OPTIONS", "/control/kill", [
      host,
      "access-control-request-method: POST",
    ]);
    assertEquals([preflight.status, preflight.head.includes("access-control")], [405, false]);
    const own = ["Content-Type: Application/JSON; charset=utf-8", `origin: http://localhost:${port}`];
    const answer = await send(port, "POST", "/control/kill", [host, ...own], body);
    assertEquals([answer.status, answer.head.includes("access-control")], [200, false]);
    assertEquals(bench.killSwitch.isEngaged, true);
  });
});

Deno.test("The control says what is wrong with a request", async () => {
  await withBench(async (bench) => {
    const { port } = bench;
    const of = (path: string, body: string, method = "POST"): Promise<Answer> =>
      send(port, method, path, ["host: localhost", json], body);
    const cases: [path: string, body: string, status: number, words: string][] = [
      ["/control/kill", "", 400, "the body is not JSON"],
      ["/control/kill", "{", 400, "the body is not JSON"],
      ["/control/kill", "[]", 400, "reason"],
      ["/control/kill", "{}", 400, "reason"],
      ["/control/kill", '{"reason":"  "}', 400, "reason: must not be empty"],
      ["/control/kill", '{"reason":5}', 400, "reason"],
      ["/control/kill", '{"reason":"x","more":1}', 400, "more"],
      ["/control/kill", JSON.stringify({ reason: "x".repeat(201) }), 400, "reason"],
      ["/control/kill", JSON.stringify({ reason: "x".repeat(5_000) }), 413, "4096 bytes"],
      ["/control/reset", "{}", 400, "name"],
      ["/control/reset", '{"name":""}', 400, "name: must not be empty"],
    ];
    for (const [path, body, status, words] of cases) {
      const answer = await of(path, body);
      assertEquals(answer.status, status, body);
      assertStringIncludes(answer.body, words);
    }
    for (
      const [path, method] of [["/control", "POST"], ["/control/kill", "GET"], ["/control/reset", "DELETE"]]
    ) {
      const answer = await of(path!, "", method);
      assertEquals(answer.status, 405);
      assert(answer.head.includes(path === "/control" ? "allow: get" : "allow: post"), answer.head);
    }
    assertEquals(bench.killSwitch.isEngaged, false);
  });
});
