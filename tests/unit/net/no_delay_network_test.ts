import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type HttpResponse, RequestError } from "../../../src/core/network.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { NoDelayNetwork, type NoDelayNetworkOptions } from "../../../src/net/no_delay_network.ts";
import { FakeDial, settled } from "./fake_stream.ts";

const url = "http://venue.test/order";
const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

class Bench {
  readonly clock = new SimulatedClock(0);
  readonly fake = new FakeDial();
  readonly network: NoDelayNetwork;

  constructor(options: Partial<NoDelayNetworkOptions> = {}) {
    this.network = new NoDelayNetwork({ clock: this.clock, dial: this.fake.dial, ...options });
  }

  post(signal?: AbortSignal): Promise<HttpResponse> {
    const optional = signal === undefined ? {} : { signal };
    const answer = this.network.fetch({ method: "POST", url, body: "{}", timeoutMs: 1_000, ...optional });
    // Whoever looks at it later still sees the failure.
    answer.catch(() => {});
    return answer;
  }

  /** Lets `ms` pass. */
  async pass(ms: number): Promise<void> {
    let reached = false;
    this.clock.setTimer(ms, () => reached = true);
    while (!reached) {
      this.clock.step();
      await settled();
    }
  }
}

async function failure(answer: Promise<HttpResponse>): Promise<RequestError> {
  return await assertRejects(() => answer, RequestError) as RequestError;
}

Deno.test("A request waits for its connection, and the next one leaves on it before fetch has returned", async () => {
  const { fake, network, post } = bind(new Bench());
  const first = post();
  const stream = fake.attempts[0]!.succeed();
  await settled();
  assertStringIncludes(stream.written, "POST /order HTTP/1.1\r\nhost: venue.test\r\n");
  await stream.arrive(ok);
  assertEquals((await first).text, "{}");
  assertEquals(network.connections(url), { busy: 0, idle: 1, opening: 0 });
  const second = post();
  assertEquals(stream.writes, 2);
  assertEquals(network.connections(url), { busy: 1, idle: 0, opening: 0 });
  await stream.arrive(ok);
  assertEquals((await second).status, 200);
  assertEquals(fake.attempts.length, 1);
});

function bind(bench: Bench): Bench {
  bench.post = bench.post.bind(bench);
  bench.pass = bench.pass.bind(bench);
  return bench;
}

Deno.test("A request without a connection was provably not sent", async () => {
  const { fake, post } = bind(new Bench());
  const answer = post();
  fake.attempts[0]!.fail("refused");
  const error = await failure(answer);
  assertEquals(error.sent, "no");
  assertStringIncludes(error.message, "POST http://venue.test/order: no connection: refused");
});

Deno.test("A request that ran out of time while connecting was not sent, and never is later", async () => {
  const { fake, post, pass, network } = bind(new Bench());
  const answer = post();
  await pass(1_001);
  const error = await failure(answer);
  assertEquals(error.sent, "no");
  assertStringIncludes(error.message, "within 1000 ms");
  const stream = fake.attempts[0]!.succeed();
  await settled();
  assertEquals([stream.writes, network.connections(url).idle], [0, 1]);
});

Deno.test("An attempt to connect is given up after its time, also when it does not end by itself", async () => {
  const { fake, network, pass } = bind(new Bench({ connectTimeoutMs: 300 }));
  const answer = network.fetch({ method: "GET", url, timeoutMs: 1_000 });
  answer.catch(() => {});
  await pass(301);
  assertStringIncludes((await failure(answer)).message, "no connection within 300 ms");
  assert(fake.attempts[0]!.signal.aborted);
  const late = fake.attempts[0]!.succeed();
  await settled();
  assert(late.isClosed);
  assertEquals(network.connections(url), { busy: 0, idle: 0, opening: 0 });
});

Deno.test("Once a byte was handed over, a failure says that the request may have been sent", async () => {
  const broken: [what: string | null | Error, words: string][] = [
    [null, "the connection ended before the answer"],
    [new Error("reset"), "it broke: reset"],
    ["HTTP/1.1 200 OK\r\nA: \u0000\r\n\r\n", "no header"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "longer than"],
    ["nonsense\r\n\r\n", "no HTTP/1.1 status line"],
  ];
  for (const [what, words] of broken) {
    const { fake, post, network } = bind(new Bench());
    const answer = post();
    const stream = fake.attempts[0]!.succeed();
    await settled();
    await stream.arrive(what);
    const error = await failure(answer);
    assertEquals(error.sent, "maybe");
    assertStringIncludes(error.message, words);
    assertEquals([stream.isClosed, stream.writes, fake.attempts.length], [true, 1, 1], "nothing is repeated");
    assertEquals(network.connections(url), { busy: 0, idle: 0, opening: 0 });
  }
});

Deno.test("An answer that is late counts for no request, also not for the next one", async () => {
  const { fake, post, pass } = bind(new Bench());
  const answer = post();
  const stream = fake.attempts[0]!.succeed();
  await settled();
  await stream.arrive("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
  await pass(1_001);
  assertEquals((await failure(answer)).sent, "maybe");
  assert(stream.isClosed);
  const next = post();
  const another = fake.attempts[1]!.succeed();
  await settled();
  await another.arrive(ok);
  assertEquals((await next).text, "{}");
});

Deno.test("A cancelled request ends at once and takes its connection with it", async () => {
  const { fake, post } = bind(new Bench());
  const before = new AbortController(), during = new AbortController(), never = new AbortController();
  never.abort();
  assertEquals((await failure(post(never.signal))).sent, "no");
  assertEquals(fake.attempts.length, 0);
  const waiting = post(before.signal);
  before.abort();
  assertEquals((await failure(waiting)).sent, "no");
  const answer = post(during.signal);
  const stream = fake.attempts[0]!.succeed();
  await settled();
  during.abort();
  const error = await failure(answer);
  assertEquals([error.sent, stream.isClosed], ["maybe", true]);
  assertStringIncludes(error.message, "cancelled");
});

Deno.test("A connection that the server closes or talks on while idle is not used again", async () => {
  for (
    const what of [null, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n", new Error("reset")]
  ) {
    const { fake, post, network } = bind(new Bench());
    const first = post();
    const stream = fake.attempts[0]!.succeed();
    await settled();
    await stream.arrive(ok);
    await first;
    await stream.arrive(what);
    assertEquals(network.connections(url).idle, 0);
    const second = post();
    const another = fake.attempts[1]!.succeed();
    await settled();
    await another.arrive(ok);
    assertEquals((await second).text, "{}");
  }
});

Deno.test("A connection is not used again after Connection: close, surplus bytes or an early answer", async () => {
  const closing = ok.replace("\r\n", "\r\nConnection: close\r\n");
  for (const answer of [closing, ok + "surplus", "early"]) {
    const { fake, post, network } = bind(new Bench());
    const response = post();
    const stream = fake.attempts[0]!.succeed();
    if (answer === "early") stream.block();
    await settled();
    await stream.arrive(answer === "early" ? ok : answer);
    assertEquals((await response).text, "{}");
    assertEquals(network.connections(url), { busy: 0, idle: 0, opening: 0 });
    assert(stream.isClosed);
    stream.unblock();
  }
});

Deno.test("Idle connections are closed after their time, and those that are kept warm are replaced", async () => {
  const { fake, pass, network } = bind(new Bench({ idleMs: 5_000 }));
  network.keepWarm(url, 2);
  const streams = fake.attempts.map((attempt) => attempt.succeed());
  await settled();
  assertEquals(network.connections(url), { busy: 0, idle: 2, opening: 0 });
  await pass(5_001);
  assertEquals(streams.map((stream) => stream.isClosed), [true, true]);
  assertEquals(network.connections(url), { busy: 0, idle: 0, opening: 2 });
  network.keepWarm(url, 0);
  fake.attempts[2]!.fail("refused");
  fake.attempts[3]!.fail("refused");
  await pass(5_000);
  assertEquals(fake.attempts.length, 4);
});

Deno.test("A warm connection that cannot be opened is tried again once a second", async () => {
  const { fake, pass, network } = bind(new Bench());
  network.keepWarm(url, 1);
  for (let i = 0; i < 3; i++) {
    fake.attempts[i]!.fail("refused");
    await settled();
    await pass(999);
    assertEquals(fake.attempts.length, i + 1);
    await pass(1);
  }
  assertEquals(fake.attempts.length, 4);
});

Deno.test("Never are there more connections than allowed, and who waits is served in order", async () => {
  const { fake, post, network } = bind(new Bench({ maxConnections: 2 }));
  const done: number[] = [];
  const answers = [0, 1, 2, 3].map((i) => post().then(() => done.push(i)));
  assertEquals(fake.attempts.length, 2);
  const streams = fake.attempts.map((attempt) => attempt.succeed());
  await settled();
  for (let round = 0; round < 2; round++) {
    assertEquals(network.connections(url).busy, 2);
    for (const stream of streams) await stream.arrive(ok);
  }
  await Promise.all(answers);
  assertEquals([done, fake.attempts.length], [[0, 1, 2, 3], 2]);
});

Deno.test("A closed network closes what is idle, refuses what comes and lets what is under way finish", async () => {
  const { fake, post, network } = bind(new Bench());
  const first = post(), second = post(), waiting = post();
  const streams = [fake.attempts[0]!.succeed(), fake.attempts[1]!.succeed()];
  await settled();
  await streams[0]!.arrive(ok);
  await first;
  network.close();
  assertEquals((await failure(post())).sent, "no");
  await streams[1]!.arrive(ok);
  assertEquals((await second).text, "{}");
  await streams[0]!.arrive(ok);
  assertEquals((await waiting).text, "{}");
  assertEquals(streams.map((stream) => stream.isClosed), [true, true]);
  assertEquals(network.connections(url).idle, 0);
});

Deno.test("A request with a time-out that no clock can keep is a defect and is not sent", async () => {
  const { fake, network } = bind(new Bench());
  for (const timeoutMs of [NaN, Infinity]) {
    await assertRejects(() => network.fetch({ method: "GET", url, timeoutMs }), RangeError);
  }
  assertEquals(fake.attempts.length, 0);
});

Deno.test("A request that cannot be written as given is refused and not sent", async () => {
  const { fake, network } = bind(new Bench());
  const request = { method: "GET", url: "http://venue.test/a b", timeoutMs: 1_000 };
  assertEquals((await failure(network.fetch(request))).sent, "no");
  assertEquals(fake.attempts.length, 0);
});
