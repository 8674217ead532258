import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { NetworkError, ProtocolError, VenueError } from "../../../src/core/errors.ts";
import { RequestError } from "../../../src/core/network.ts";
import { SeededRandom } from "../../../src/core/random.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { RateLimitError } from "../../../src/net/rate_limiter.ts";
import { RestClient, type RestRequest } from "../../../src/net/rest_client.ts";
import { FakeNetwork } from "../../support/fake_network.ts";
import { settled } from "./fake_stream.ts";

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

const policy = { idempotent: true };

/** A client that may repeat, and a way to let it wait. */
function repeatingClient(
  network: FakeNetwork,
): { client: RestClient; finish: <T>(answer: Promise<T>) => Promise<T> } {
  const clock = new SimulatedClock(0);
  const client = new RestClient({
    network,
    baseUrl: "http://venue",
    errorCode: labelOf,
    repeat: { clock, random: new SeededRandom(1) },
  });
  const finish = async <T>(answer: Promise<T>): Promise<T> => {
    answer.catch(() => {});
    do await settled(); while (clock.step());
    return await answer;
  };
  return { client, finish };
}

function failing(...failures: (Error | number)[]): FakeNetwork {
  const network = new FakeNetwork();
  network.answer = (): { status?: number; body: unknown } => {
    const failure = failures.shift();
    if (failure instanceof Error) throw failure;
    return failure === undefined ? { body: "fine" } : { status: failure, body: { label: "BROKEN" } };
  };
  return network;
}

Deno.test("RestClient sends a signed request exactly as it was built and hands over status and headers", async () => {
  const network = new FakeNetwork();
  network.answer = (): { status: number; body: unknown } => ({ status: 201, body: { id: "1" } });
  const signal = new AbortController().signal;
  const answer = await clientOf(network).request(
    () => ({ method: "POST", path: "/order?a=%2C", headers: { KEY: "k" }, body: "{}" }),
    { idempotent: false, timeoutMs: 300, signal },
  );
  assertEquals([answer.status, answer.body, answer.headers.get("none")], [201, { id: "1" }, null]);
  assertEquals(network.requests, [{
    method: "POST",
    url: "http://venue/api/v4/order?a=%2C",
    headers: { KEY: "k" },
    body: "{}",
    timeoutMs: 300,
    signal,
  }]);
});

Deno.test("RestClient takes an empty answer to a request for one without a body", async () => {
  const network = new FakeNetwork();
  network.answer = (): string => "";
  const answer = await clientOf(network).request(() => ({ method: "DELETE", path: "/all" }), policy);
  assertEquals(answer.body, undefined);
});

Deno.test("RestClient shows no query of a signed request in its errors", async () => {
  const client = clientOf(failing(400));
  const order = (): RestRequest => ({ method: "POST", path: "/order?key=1&signature=abc" });
  const error = await assertRejects(() => client.request(order, policy), VenueError);
  assertEquals(error.message, 'POST http://venue/api/v4/order?… failed with status 400: {"label":"BROKEN"}');
});

Deno.test("RestClient repeats a question that got no answer or a server error, signed anew each time", async () => {
  for (const failure of [new NetworkError("reset"), new RequestError("reset", "maybe"), 500, 503]) {
    const network = failing(failure, failure);
    const { client, finish } = repeatingClient(network);
    let built = 0;
    const ask = (): RestRequest => ({ method: "GET", path: `/order?timestamp=${++built}` });
    const { body } = await finish(client.request(ask, policy));
    assertEquals(body, "fine");
    assertEquals(
      network.requests.map(({ url }) => url),
      [1, 2, 3].map((count) => `http://venue/order?timestamp=${count}`),
    );
  }
});

Deno.test("RestClient repeats a command only when provably nothing of it was sent", async () => {
  const cases: [
    failure: Error | number,
    method: RestRequest["method"],
    idempotent: boolean,
    requests: number,
  ][] = [
    [new RequestError("refused", "no"), "POST", false, 2],
    [new RequestError("refused", "no"), "DELETE", true, 2],
    [new RequestError("cut", "maybe"), "POST", false, 1],
    [new RequestError("cut", "maybe"), "DELETE", true, 1],
    [new RequestError("cut", "maybe"), "GET", false, 1],
    [new NetworkError("cut"), "POST", false, 1],
    [new NetworkError("cut"), "PUT", true, 1],
    [500, "POST", true, 1],
    [500, "GET", false, 1],
    [429, "GET", true, 1],
    [400, "GET", true, 1],
    [new RateLimitError("orders", 10, "full"), "GET", true, 1],
    [new RateLimitError("orders", 10, "full"), "POST", false, 1],
    [new TypeError("a defect"), "GET", true, 1],
  ];
  for (const [failure, method, idempotent, requests] of cases) {
    const network = failing(failure);
    const { client, finish } = repeatingClient(network);
    await finish(client.request(() => ({ method, path: "/order" }), { idempotent })).catch(() => {});
    assertEquals(network.requests.length, requests, `${failure} ${method} ${idempotent}`);
  }
});

Deno.test("RestClient gives up after its attempts and within its time", async () => {
  const forever = Array.from({ length: 20 }, () => new NetworkError("reset"));
  const network = failing(...forever);
  const { client, finish } = repeatingClient(network);
  await assertRejects(
    () => finish(client.request(() => ({ method: "GET", path: "/" }), policy)),
    NetworkError,
  );
  assertEquals(network.requests.length, 3);
  const short = failing(...forever);
  const hurried = repeatingClient(short);
  const answer = hurried.client.request(() => ({ method: "GET", path: "/" }), { ...policy, timeoutMs: 200 });
  await assertRejects(() => hurried.finish(answer), NetworkError);
  assert(short.requests.length < 3);
  for (const { timeoutMs } of short.requests) assert(timeoutMs > 0 && timeoutMs <= 200);
});

Deno.test("RestClient without a rule for repeating never repeats", async () => {
  const network = failing(new RequestError("refused", "no"));
  await assertRejects(
    () => clientOf(network).request(() => ({ method: "GET", path: "/" }), policy),
    RequestError,
  );
  assertEquals(network.requests.length, 1);
});
