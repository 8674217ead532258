import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { NetworkError, ProtocolError, VenueError } from "../../../src/core/errors.ts";
import { RestClient } from "../../../src/net/rest_client.ts";
import { FakeNetwork } from "../../support/fake_network.ts";

function labelOf(body: unknown): string {
  return (body as { label?: string } | undefined)?.label ?? "";
}

function clientOf(network: FakeNetwork, timeoutMs?: number): RestClient {
  const optional = timeoutMs === undefined ? {} : { timeoutMs };
  return new RestClient({ network, baseUrl: "http://venue/api/v4", errorCode: labelOf, ...optional });
}

Deno.test("RestClient asks with the parameters that are defined and hands the body over", async () => {
  const network = new FakeNetwork();
  network.answer = (): { body: unknown } => ({ body: [{ id: "BTC_USDT" }] });
  const body = await clientOf(network).get("/spot/order_book", {
    currency_pair: "BTC_USDT",
    limit: 100,
    with_id: true,
    interval: undefined,
    text: "a b&c",
  });
  assertEquals(body, [{ id: "BTC_USDT" }]);
  assertEquals(network.requests, [{
    method: "GET",
    url: "http://venue/api/v4/spot/order_book?currency_pair=BTC_USDT&limit=100&with_id=true&text=a+b%26c",
    timeoutMs: 10_000,
  }]);
});

Deno.test("RestClient without parameters asks for the bare path, within its own time", async () => {
  const network = new FakeNetwork();
  network.answer = (): string => "null";
  assertStrictEquals(await clientOf(network, 250).get("/spot/time"), null);
  assertEquals(network.requests[0], {
    method: "GET",
    url: "http://venue/api/v4/spot/time",
    timeoutMs: 250,
  });
});

Deno.test("RestClient passes on that there was no answer", async () => {
  await assertRejects(() => clientOf(new FakeNetwork()).get("/spot/time"), NetworkError);
});

Deno.test("RestClient turns an error answer into a VenueError with status and label", async () => {
  const network = new FakeNetwork();
  network.answer = (): { status: number; body: unknown } => ({
    status: 400,
    body: { label: "INVALID_CURRENCY_PAIR", message: "Invalid currency pair NOSUCH_USDT" },
  });
  const error = await assertRejects(() => clientOf(network).get("/spot/order_book"), VenueError);
  assertEquals([error.status, error.code], [400, "INVALID_CURRENCY_PAIR"]);
  assert(error.message.includes("status 400") && error.message.includes("NOSUCH_USDT"));
});

Deno.test("RestClient takes every status outside 200 to 299 for an error, also without JSON", async () => {
  for (const status of [199, 301, 418, 429, 500, 502]) {
    const network = new FakeNetwork();
    network.fetch = (): Promise<{ status: number; headers: Headers; text: string }> =>
      Promise.resolve({ status, headers: new Headers(), text: "<html>Bad Gateway</html>" });
    const error = await assertRejects(() => clientOf(network).get("/x"), VenueError);
    assertEquals([error.status, error.code], [status, ""]);
  }
});

Deno.test("RestClient refuses a good answer that is not JSON", async () => {
  for (const text of ["", "<html></html>", '{"id":1', "Invalid listen key"]) {
    const network = new FakeNetwork();
    network.answer = (): string => text;
    await assertRejects(() => clientOf(network).get("/x"), ProtocolError, "did not answer JSON");
  }
});
