import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../../src/core/errors.ts";
import { parseListenAddress } from "../../../src/dashboard/listen_address.ts";

Deno.test("parseListenAddress reads host and port, with brackets around an IPv6 address", () => {
  assertEquals(parseListenAddress("127.0.0.1:9464"), { hostname: "127.0.0.1", port: 9464 });
  assertEquals(parseListenAddress("localhost:0"), { hostname: "localhost", port: 0 });
  assertEquals(parseListenAddress("[::1]:65535"), { hostname: "::1", port: 65535 });
});

Deno.test("parseListenAddress names what is no address", () => {
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
    assertThrows(() => parseListenAddress(text), ConfigError, `"${text}" is not an address`);
  }
});
