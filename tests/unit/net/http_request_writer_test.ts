import { assertEquals, assertThrows } from "@std/assert";
import type { HttpRequest } from "../../../src/core/network.ts";
import { parseAddress, pathOf } from "../../../src/net/http_address.ts";
import { requestBytes } from "../../../src/net/http_request_writer.ts";

function written(request: Omit<HttpRequest, "timeoutMs">): string {
  return new TextDecoder().decode(requestBytes({ ...request, timeoutMs: 1 }, parseAddress(request.url)));
}

Deno.test("A request is written with its address and headers exactly as given", () => {
  const url = "https://api.venue.test:8443/api/v3/order?batch=%5B%7B%22a%22%7D%5D&x=a+b'c&signature=0a";
  assertEquals(
    written({ method: "DELETE", url, headers: { "X-MEXC-APIKEY": "k" } }),
    "DELETE /api/v3/order?batch=%5B%7B%22a%22%7D%5D&x=a+b'c&signature=0a HTTP/1.1\r\n" +
      "host: api.venue.test:8443\r\nX-MEXC-APIKEY: k\r\naccept-encoding: identity\r\n\r\n",
  );
});

Deno.test("The length of a body is stated in bytes, and for a POST without one as 0", () => {
  const url = "http://venue.test";
  assertEquals(
    written({ method: "POST", url, body: "h€", headers: { "Accept-Encoding": "br" } }),
    "POST / HTTP/1.1\r\nhost: venue.test\r\nAccept-Encoding: br\r\ncontent-length: 4\r\n\r\nh€",
  );
  assertEquals(
    written({ method: "POST", url: url + "?a=1" }),
    "POST /?a=1 HTTP/1.1\r\nhost: venue.test\r\naccept-encoding: identity\r\ncontent-length: 0\r\n\r\n",
  );
});

Deno.test("What cannot be sent as it is given is refused", () => {
  const url = "http://venue.test/";
  const refused: Omit<HttpRequest, "timeoutMs">[] = [
    { method: "GET /", url },
    { method: "", url },
    { method: "GET", url, headers: { "A\r\nB": "1" } },
    { method: "GET", url, headers: { A: "1\r\nB: 2" } },
    { method: "GET", url, headers: { A: "€" } },
    { method: "GET", url, headers: { Host: "other" } },
    { method: "GET", url, headers: { "Content-length": "3" } },
    { method: "GET", url, headers: { "transfer-encoding": "chunked" } },
    { method: "GET", url: "http://venue.test/a b" },
    { method: "GET", url: "http://venue.test/a\r\nHost: b" },
    { method: "GET", url: "http://venue.test/€" },
    { method: "GET", url: "http://venue.test/#part" },
    { method: "GET", url: "http://user@venue.test/" },
    { method: "GET", url: "http://venue.test:70000/" },
    { method: "GET", url: "http://venue.test:0/" },
    { method: "GET", url: "http:///" },
    { method: "GET", url: "ftp://venue.test/" },
    { method: "GET", url: "/api" },
  ];
  for (const request of refused) {
    assertThrows(() => written(request), TypeError, undefined, JSON.stringify(request));
  }
});

Deno.test("An address tells where to connect to", () => {
  assertEquals(parseAddress("wss://a.test/ws").target, { hostname: "a.test", port: 443, tls: true });
  assertEquals(parseAddress("ws://a.test:81?b").target, { hostname: "a.test", port: 81, tls: false });
  assertEquals(parseAddress("https://[::1]:8443/").target, { hostname: "::1", port: 8443, tls: true });
  assertEquals(parseAddress("https://[::1]:8443/").host, "[::1]:8443");
  assertEquals(parseAddress("http://a.test/b?c").origin, "http://a.test");
});

Deno.test("The path of an address is what URL says it is, wherever the query begins", () => {
  const addresses = [
    "https://a.test",
    "https://a.test?b=/c",
    "http://a.test:81/?b",
    "https://a.test/api/v3/order?symbol=BTCUSDT&x=%2F?/",
    "https://[::1]:8443/futures/usdt/orders/t-1",
  ];
  for (const url of addresses) assertEquals(pathOf(url), new URL(url).pathname, url);
});
