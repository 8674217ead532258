import { assert, assertEquals } from "@std/assert";
import { Box } from "./box.ts";

const ticker = (symbol: string): string => `spot@public.aggre.bookTicker.v3.api.pb@100ms@${symbol}`;

Deno.test("MEXC acknowledges a subscription with the channel as text and sends data as binary", async () => {
  const box = new Box();
  const line = box.open("MEXC_SPOT");
  line.send({ method: "SUBSCRIPTION", params: [ticker("BTCUSDT")], id: 7 });
  box.run(1000);
  assertEquals(line.json as unknown, [{ id: 7, code: 0, msg: ticker("BTCUSDT") }]);
  assert(line.frames.length > 3);
  const push = line.decoded[0]!;
  assertEquals([push.channel, push.symbol], [ticker("BTCUSDT"), "BTCUSDT"]);
  assert(Math.abs(Number(push.sendTime) - box.clock.epochMs()) < 2000);
  await box.simulator.stop();
});

Deno.test("MEXC joins several channels in one acknowledgement and uses id 0 when there was none", async () => {
  const box = new Box();
  const line = box.open("MEXC_SPOT");
  line.send({ method: "SUBSCRIPTION", params: [ticker("BTCUSDT"), ticker("ETHUSDT")] });
  box.run(100);
  assertEquals(line.json[0] as unknown, { id: 0, code: 0, msg: `${ticker("BTCUSDT")},${ticker("ETHUSDT")}` });
  await box.simulator.stop();
});

Deno.test("MEXC rejects unknown symbols and retired channels with code 0 and a text", async () => {
  const box = new Box();
  const line = box.open("MEXC_SPOT");
  const retired = "spot@public.bookTicker.v3.api.pb@BTCUSDT";
  line.mexc(ticker("NOSUCHUSDT"), retired);
  box.run(100);
  assertEquals(line.json[0] as unknown, {
    id: 1,
    code: 0,
    msg: `Not Subscribed successfully! [${ticker("NOSUCHUSDT")},${retired}].  Reason： Blocked! `,
  });
  await box.simulator.stop();
});

Deno.test("MEXC stops a channel after UNSUBSCRIPTION", async () => {
  const box = new Box();
  const line = box.open("MEXC_SPOT");
  line.mexc(ticker("BTCUSDT"));
  box.run(1000);
  line.send({ method: "UNSUBSCRIPTION", params: [ticker("BTCUSDT")], id: 2 });
  box.run(300);
  const count = line.frames.length;
  box.run(2000);
  assertEquals(line.frames.length, count);
  assertEquals(line.json.at(-1) as unknown, { id: 2, code: 0, msg: ticker("BTCUSDT") });
  await box.simulator.stop();
});

Deno.test("MEXC takes 30 subscriptions per connection and refuses the 31st", async () => {
  const box = new Box();
  const line = box.open("MEXC_SPOT");
  const symbols = [
    "BTCUSDT",
    "ETHUSDT",
    "SOLUSDT",
    "XRPUSDT",
    "DOGEUSDT",
    "LUNCUSDT",
    "HYPEUSDT",
    "PEPEUSDT",
  ];
  const channels = symbols.flatMap((symbol) => [
    ticker(symbol),
    ticker(symbol).replace("100ms", "10ms"),
    `spot@public.aggre.depth.v3.api.pb@100ms@${symbol}`,
    `spot@public.limit.depth.v3.api.pb@${symbol}@20`,
  ]);
  for (const channel of channels.slice(0, 31)) line.mexc(channel);
  line.mexc(channels[0]!);
  box.run(200);
  const replies = line.json as unknown as { msg: string }[];
  assertEquals(replies.slice(0, 30).map(({ msg }) => msg), channels.slice(0, 30));
  assert(replies[30]!.msg.startsWith("Not Subscribed successfully!"));
  assertEquals(replies[31]!.msg, channels[0], "a channel that is on already does not count twice");
  await box.simulator.stop();
});

Deno.test("MEXC answers a ping in upper and in lower case", async () => {
  const box = new Box();
  const line = box.open("MEXC_SPOT");
  line.send({ method: "PING" });
  line.send({ method: "ping" });
  box.run(100);
  assertEquals(line.json as unknown, [{ id: 0, code: 0, msg: "PONG" }, { id: 0, code: 0, msg: "PONG" }]);
  await box.simulator.stop();
});

Deno.test("MEXC survives text that is no request", async () => {
  const box = new Box();
  const line = box.open("MEXC_SPOT");
  for (const text of ["{", "null", "[]", '{"method":"SUBSCRIPTION"}', '{"method":"X","params":["a"]}']) {
    line.send(text);
  }
  line.send({ method: "PING" });
  box.run(100);
  assertEquals(line.json.length, 6);
  assertEquals(line.json.at(-1) as unknown, { id: 0, code: 0, msg: "PONG" });
  await box.simulator.stop();
});

Deno.test("MEXC closes a connection without a subscription after 30 s, whatever it pings", async () => {
  const box = new Box();
  const line = box.open("MEXC_SPOT");
  for (let second = 0; second < 40 && line.closed === undefined; second++) {
    line.send({ method: "PING" });
    box.run(1000);
  }
  const atMs = line.closed?.atMs ?? NaN;
  assert(atMs > 30_000 && atMs < 30_300, `closed at ${atMs}`);
  await box.simulator.stop();
});

Deno.test("MEXC closes a silent subscription after 60 s and keeps one that pings", async () => {
  // A market that does not move sends nothing.
  const box = new Box({ model: { eventsPerSecond: 0 } });
  const silent = box.open("MEXC_SPOT");
  const pinging = box.open("MEXC_SPOT");
  box.run(1000);
  for (const line of [silent, pinging]) line.mexc(ticker("BTCUSDT"));
  for (let round = 0; round < 10; round++) {
    box.run(20_000);
    pinging.send({ method: "PING" });
  }
  assert(silent.closed !== undefined && silent.closed.atMs > 60_000 && silent.closed.atMs < 63_000);
  assertEquals(pinging.closed, undefined);
  await box.simulator.stop();
});

Deno.test("MEXC closes the connection of a client that sends more than 100 messages in a second", async () => {
  const box = new Box();
  const line = box.open("MEXC_SPOT");
  for (let count = 0; count < 150; count++) line.send({ method: "PING" });
  box.run(500);
  assert(line.closed !== undefined);
  await box.simulator.stop();
});

Deno.test("MEXC closes a connection that is 24 hours old", async () => {
  const box = new Box({ model: { eventsPerSecond: 0 } });
  const line = box.open("MEXC_SPOT");
  line.mexc(ticker("BTCUSDT"));
  for (let minute = 0; minute < 24 * 60 - 1; minute++) {
    line.send({ method: "PING" });
    box.run(60_000 - 1000);
    assertEquals(line.closed, undefined);
    line.send({ method: "PING" });
    box.run(1000);
  }
  line.send({ method: "PING" });
  box.run(59_000);
  line.send({ method: "PING" });
  box.run(2000);
  assert(line.closed !== undefined);
  await box.simulator.stop();
});

Deno.test("MEXC limit depth is the top of the book, deals carry the taker's side", async () => {
  const box = new Box();
  const line = box.open("MEXC_SPOT");
  line.mexc(
    "spot@public.limit.depth.v3.api.pb@LUNCUSDT@5",
    "spot@public.aggre.deals.v3.api.pb@100ms@LUNCUSDT",
  );
  box.run(20_000);
  const depths = line.decoded.flatMap((push) => push.publicLimitDepths ?? []);
  assert(depths.length > 50);
  for (const { bids, asks, eventType } of depths) {
    assertEquals([bids.length, asks.length, eventType], [5, 5, "spot@public.limit.depth.v3.api.pb"]);
    assert(Number(bids[0]!.price) < Number(asks[0]!.price));
  }
  const deals = line.decoded.flatMap((push) => push.publicAggreDeals?.deals ?? []);
  assert(deals.length > 5);
  assert(deals.every((deal) => [1, 2].includes(deal.tradeType) && Number(deal.quantity) > 0));
  await box.simulator.stop();
});
