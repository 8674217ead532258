import { assertEquals, assertThrows } from "@std/assert";
import { parseConfig } from "../../../src/config/hft_config.ts";
import { readListenAddress } from "../../../src/config/telemetry_config.ts";
import { ConfigError } from "../../../src/core/errors.ts";

const rest = "exchanges: { MEXC_SPOT: {} }\npairs: [BTC/USDT]\n";

Deno.test("readListenAddress reads host and port, with brackets around an IPv6 address", () => {
  assertEquals(readListenAddress("127.0.0.1:9464"), { hostname: "127.0.0.1", port: 9464 });
  assertEquals(readListenAddress("localhost:0"), { hostname: "localhost", port: 0 });
  assertEquals(readListenAddress("[::1]:65535"), { hostname: "::1", port: 65535 });
});

Deno.test("readListenAddress takes nothing else for an address", () => {
  for (
    const text of [
      "",
      "9464",
      ":9464",
      "127.0.0.1",
      "127.0.0.1:",
      "a:65536",
      "::1:80",
      "a b:1",
      "a:1/x",
      "[]:1",
    ]
  ) {
    assertEquals(readListenAddress(text), undefined, text);
  }
});

Deno.test("Telemetry is off unless the configuration says where to listen", () => {
  assertEquals(parseConfig(rest, "a.yaml").telemetry, { traceShare: 0 });
  const { telemetry } = parseConfig(
    `${rest}telemetry: { listen: "127.0.0.1:9464", traceShare: 0.01 }`,
    "a.yaml",
  );
  assertEquals(telemetry, { listen: "127.0.0.1:9464", traceShare: 0.01 });
});

Deno.test("A wrong telemetry section is told with its path", () => {
  for (
    const [text, path] of [
      ["telemetry: { listen: 127.0.0.1 }", "telemetry.listen"],
      ["telemetry: { listen: 127.0.0.1:70000 }", "telemetry.listen"],
      ["telemetry: { traceShare: 1.5 }", "telemetry.traceShare"],
      ["telemetry: { traceShare: often }", "telemetry.traceShare"],
      ["telemetry: { port: 1 }", "telemetry.port"],
    ]
  ) assertThrows(() => parseConfig(rest + text, "a.yaml"), ConfigError, path);
});
