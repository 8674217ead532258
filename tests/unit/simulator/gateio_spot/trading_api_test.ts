import { assert, assertEquals } from "@std/assert";
import { type Body, exact, GateBox, hmac, type Message, other, shape, user } from "./gate_box.ts";

const order = {
  currency_pair: "BTC_USDT",
  type: "limit",
  account: "spot",
  side: "buy",
  amount: "0.001",
  price: "64000",
};
const pair = { currency_pair: "BTC_USDT", account: "spot" };

/** Header of section 10.1. */
const header = JSON.parse(
  `{"response_time":"1681985856666","status":"200","channel":"spot.login","event":"api","client_id":"::1-0x140001a2600","x_in_time":1681985856667508,"x_out_time":1681985856667598,"conn_id":"5e74253e9c793974","conn_trace_id":"1bde","trace_id":"e410"}`,
);

function resultOf(message: Message): Body {
  return message.data!.result as Body;
}

Deno.test("A login over WebSocket answers with key and uid under the documented header", async () => {
  await using box = new GateBox();
  const line = box.open();
  const answer = line.login();
  assertEquals(Object.keys(answer), ["request_id", "header", "data"]);
  assertEquals(shape(answer.header), shape(header));
  assertEquals(answer.header!["status"], "200");
  assertEquals(answer.data, { result: { api_key: user.apiKey, uid: user.uid } });
  assert(Math.abs(Number(answer.header!["response_time"]) - box.clock.epochMs()) < 1000);
});

Deno.test("The trading API refuses strangers, forgers, late requests and those who did not log in", async () => {
  await using box = new GateBox();
  const line = box.open();
  const stranger = line.login("spot.login", { apiKey: "nobody", secretKey: "x" });
  assertEquals([stranger.header!["status"], stranger.data], ["401", {
    errs: { label: "INVALID_KEY", message: "Invalid key provided" },
  }]);
  assertEquals(stranger.ack, false);
  const forger = line.login("spot.login", { apiKey: user.apiKey, secretKey: "guess" });
  assertEquals([forger.header!["status"], forger.data!.errs!.label], ["401", "INVALID_SIGNATURE"]);
  const unknown = line.call("spot.order_place", order);
  assertEquals([unknown.header!["status"], unknown.data], ["400", {
    errs: { label: "AUTHENTICATION_FAILED", message: "Not login" },
  }]);
  const timestamp = String(box.seconds - 61);
  const signature = hmac(user.secretKey, `api\nspot.login\n\n${timestamp}`);
  const late = line.call("spot.login", undefined, { api_key: user.apiKey, signature, timestamp });
  assertEquals(late.data!.errs!.label, "REQUEST_EXPIRED");
  line.login();
  assertEquals(line.call("spot.nothing", {}).data!.errs!.label, "NOT_FOUND");
});

Deno.test("An order over WebSocket is acknowledged with its echo, then answered", async () => {
  await using box = new GateBox();
  const line = box.open();
  line.login();
  const last = line.call("spot.order_place", order);
  const [ack, final] = line.answers(last.request_id!);
  assertEquals([ack!.ack, final!.ack, line.answers(last.request_id!).length], [true, false, 2]);
  assertEquals(ack!.data, { result: { req_id: last.request_id, req_header: null, req_param: order } });
  const result = resultOf(final!);
  assertEquals([result["text"], result["status"], result["left"]], ["apiv4-ws", "open", "0.001"]);
  const rest = await box.call("GET", `/spot/orders/${result["id"]}`, { query: pair });
  assertEquals(result, rest.body);
  const limits = final!.header!;
  assertEquals([limits["x_gate_ratelimit_requests_remain"], limits["x_gate_ratelimit_limit"]], [9, 10]);
  assert(Math.abs(Number(limits["x_gat_ratelimit_reset_timestamp"]) - box.clock.epochMs()) < 1000);
});

Deno.test("A refused order over WebSocket has an acknowledgement and the label of REST", async () => {
  await using box = new GateBox();
  const line = box.open();
  line.login();
  const last = line.call("spot.order_place", { ...order, amount: "9" });
  assertEquals(line.answers(last.request_id!).map(({ ack }) => ack), [true, false]);
  assertEquals([last.header!["status"], last.data!.errs!.label], ["400", "BALANCE_NOT_ENOUGH"]);
});

Deno.test("Every order call of the trading API does what its REST twin does", async () => {
  await using box = new GateBox();
  const line = box.open();
  line.login();
  const placed = resultOf(line.call("spot.order_place", { ...order, text: "t-1" }));
  const id = placed["id"];
  assertEquals(resultOf(line.call("spot.order_status", { ...pair, order_id: "t-1" }))["id"], id);
  const amended = resultOf(line.call("spot.order_amend", { ...pair, order_id: id, price: "63000" }));
  assertEquals([amended["price"], amended["id"]], ["63000", id]);
  const listed = line.call("spot.order_list", { ...pair, status: "open" }).data!.result as Body[];
  assertEquals(listed.map((row) => row["id"]), [id]);
  const cancelled = line.call("spot.order_cancel", { ...pair, order_id: id });
  assertEquals([resultOf(cancelled)["status"], cancelled.ack], ["cancelled", undefined]);
  assertEquals(
    line.call("spot.order_cancel", { ...pair, order_id: id }).data!.errs!.label,
    "ORDER_CANCELLED",
  );
  const batch = line.call(
    "spot.order_place",
    ["t-2", "t-3", "t-4"].map((text) => ({ ...order, text })),
  ).data!.result as Body[];
  assertEquals(batch.map((row) => [row["text"], row["succeeded"]]), [["t-2", true], ["t-3", true], [
    "t-4",
    true,
  ]]);
  const some = line.call("spot.order_cancel_ids", [{ ...pair, id: "t-2" }, { ...pair, id: "9" }]).data!;
  assertEquals((some.result as Body[]).map((row) => row["succeeded"]), [true, false]);
  const rest = line.call("spot.order_cancel_cp", { ...pair, side: "buy" }).data!.result as Body[];
  assertEquals(rest.map((row) => row["text"]), ["t-3", "t-4"]);
  assertEquals((await box.balance("USDT")).locked, 0n);
});

Deno.test("A trading request may carry its own credentials, before and after a login", async () => {
  await using box = new GateBox();
  const line = box.open();
  const own = (parameter: Body, as: { apiKey: string; secretKey: string }): Message => {
    const timestamp = String(box.seconds + 5);
    const text = `api\nspot.order_place\n${JSON.stringify(parameter)}\n${timestamp}`;
    return line.call("spot.order_place", parameter, {
      api_key: as.apiKey,
      signature: hmac(as.secretKey, text),
      timestamp,
    });
  };
  assertEquals(resultOf(own(order, user))["status"], "open");
  line.login();
  assertEquals(resultOf(own(order, other))["status"], "open");
  assertEquals((await box.balance("USDT", other)).locked, exact("64"));
  assertEquals(own(order, { ...user, secretKey: "guess" }).data!.errs!.label, "INVALID_SIGNATURE");
});

Deno.test("Orders over WebSocket and REST share one limit", async () => {
  await using box = new GateBox();
  const line = box.open();
  line.login();
  const time = box.seconds;
  for (let count = 0; count < 10; count++) await box.order(order);
  const payload = { req_id: "r9", req_param: order };
  line.send({ time, id: "a text", channel: "spot.order_place", event: "api", payload });
  const late = line.answers("r9");
  assertEquals(late.length, 1, "no acknowledgement");
  assertEquals([late[0]!.header!["status"], late[0]!.data!.errs], ["429", {
    label: "TOO_MANY_REQUESTS",
    message: "Request Rate limit Exceeded (211)",
  }]);
  assert(!("x_gate_ratelimit_requests_remain" in late[0]!.header!), "zero is left out");
});

Deno.test("The trading API knows deadlines, headers and permissions", async () => {
  const reader = { ...user, permissions: [] } as const;
  await using box = new GateBox({ accounts: [reader, other] });
  const line = box.open();
  line.login();
  assertEquals(line.call("spot.order_place", order).data!.errs!.label, "READ_ONLY");
  assertEquals(line.call("spot.order_list", { ...pair, status: "open" }).data, { result: [] });
  const second = box.open();
  second.login("spot.login", other);
  const deadline = (ms: number): Body => ({
    req_header: { "x-gate-exptime": String(box.clock.epochMs() + ms), "X-Gate-Channel-Id": "me" },
  });
  assertEquals(second.call("spot.order_place", order, deadline(-1)).data!.errs!.label, "REQUEST_EXPIRED");
  const taken = second.call("spot.order_place", order, deadline(5000));
  assertEquals(resultOf(taken)["status"], "open");
  assertEquals(
    (resultOf(second.answers(taken.request_id!)[0]!)["req_header"] as Body)["X-Gate-Channel-Id"],
    "me",
  );
});

Deno.test("A trading request that is not one is refused and the connection goes on", async () => {
  await using box = new GateBox();
  const line = box.open();
  line.send({ time: box.seconds, channel: "spot.order_place", event: "api", payload: [] });
  assertEquals(line.messages.at(-1)!.error?.code, 1);
  line.login();
  assertEquals(line.call("spot.order_place", 7).data!.errs!.label, "INVALID_REQUEST_BODY");
  assertEquals(line.call("spot.order_place", undefined).data!.errs!.label, "MISSING_REQUIRED_PARAM");
  assertEquals(line.call("spot.order_cancel_ids", {}).data!.errs!.label, "INVALID_REQUEST_BODY");
});
