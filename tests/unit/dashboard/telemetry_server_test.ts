import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { ConfigError } from "../../../src/core/errors.ts";
import { TelemetryServer, type TelemetrySources } from "../../../src/dashboard/telemetry_server.ts";
import { type Health, healthOf } from "../../../src/telemetry/health.ts";
import { MemoryLogger } from "../../support/memory_logger.ts";

const loopback = { hostname: "127.0.0.1", port: 0 };

/** Figures that a test sets. */
class Sources implements TelemetrySources {
  reasons: string[] = [];
  failure: Error | undefined;
  readonly metrics = {
    contentType: "text/plain; version=0.0.4; charset=utf-8",
    text: (): Promise<string> =>
      this.failure === undefined ? Promise.resolve("cexarb_one 1\n") : Promise.reject(this.failure),
  };
  live(): Health {
    return healthOf([]);
  }
  ready(): Health {
    return healthOf(this.reasons);
  }
  compliance(): ReturnType<TelemetrySources["compliance"]> {
    const target = { name: "books", what: "Books", unit: "", bound: "at least", limit: 2, value: 1 } as const;
    return { verdict: "fail", targets: [{ ...target, verdict: "fail" }] };
  }
}

async function withServer(
  work: (url: string, sources: Sources, logger: MemoryLogger) => Promise<void>,
): Promise<void> {
  const sources = new Sources(), logger = new MemoryLogger();
  const server = TelemetryServer.start(loopback, sources, logger);
  try {
    await work(server.url, sources, logger);
  } finally {
    await server.stop();
  }
}

Deno.test("TelemetryServer shows the metrics with their own type", async () => {
  await withServer(async (url) => {
    const response = await fetch(`${url}/metrics`);
    assertEquals([response.status, await response.text()], [200, "cexarb_one 1\n"]);
    assertEquals(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  });
});

Deno.test("TelemetryServer answers 200 or 503 with reasons, as it is at that moment", async () => {
  await withServer(async (url, sources) => {
    const live = await fetch(`${url}/healthz`);
    assertEquals([live.status, await live.json()], [200, { status: "ok" }]);
    const ready = await fetch(`${url}/readyz`);
    assertEquals([ready.status, await ready.json()], [200, { status: "ok" }]);
    sources.reasons = ["MEXC_SPOT: 3 of 8 books are usable"];
    const later = await fetch(`${url}/readyz`);
    assertEquals(later.status, 503);
    assertEquals(await later.json(), {
      status: "unavailable",
      reasons: ["MEXC_SPOT: 3 of 8 books are usable"],
    });
  });
});

Deno.test("TelemetryServer shows compliance as text, and as JSON to who asks for it", async () => {
  await withServer(async (url) => {
    const text = await (await fetch(`${url}/compliance`)).text();
    assertMatch(text, /^HFT compliance: fail\nfail {2}books {2}1 {2}at least 2 {2}Books\n$/);
    const byAddress = await (await fetch(`${url}/compliance?format=json`)).json();
    const headers = { accept: "application/json" };
    const byHeader = await (await fetch(`${url}/compliance`, { headers })).json();
    assertEquals(byAddress, byHeader);
    assertEquals([byHeader.verdict, byHeader.targets[0].value], ["fail", 1]);
  });
});

Deno.test("TelemetryServer answers 404 to unknown paths and 405 to other methods", async () => {
  await withServer(async (url) => {
    for (const path of ["/", "/metrics/", "/metricsx", "/healthz/x", "/%2e%2e/etc/passwd"]) {
      const response = await fetch(url + path);
      assertEquals(response.status, 404, path);
      assertMatch(await response.text(), /\/metrics, \/healthz, \/readyz, \/compliance/);
    }
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      const response = await fetch(`${url}/metrics`, { method });
      assertEquals([response.status, response.headers.get("allow")], [405, "GET, HEAD"], method);
      await response.body?.cancel();
    }
    const head = await fetch(`${url}/metrics`, { method: "HEAD" });
    assertEquals([head.status, await head.text()], [200, ""]);
  });
});

Deno.test("TelemetryServer answers 500 and logs when figures cannot be read, and goes on", async () => {
  await withServer(async (url, sources, logger) => {
    sources.failure = new Error("no figures");
    const response = await fetch(`${url}/metrics`);
    assertEquals([response.status, await response.text()], [500, "The figures cannot be read\n"]);
    assertEquals(logger.records.map(({ level, fields }) => [level, fields["error"]]), [[
      "error",
      "no figures",
    ]]);
    sources.failure = undefined;
    assertEquals(await (await fetch(`${url}/metrics`)).text(), "cexarb_one 1\n");
  });
});

Deno.test("TelemetryServer says that an address is taken", async () => {
  await withServer((url) => {
    const address = { hostname: "127.0.0.1", port: Number(new URL(url).port) };
    assertThrows(
      () => TelemetryServer.start(address, new Sources(), new MemoryLogger()),
      ConfigError,
      `Cannot listen on 127.0.0.1:${address.port}`,
    );
    return Promise.resolve();
  });
});
