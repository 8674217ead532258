import { assert, assertEquals } from "@std/assert";
import { type Body, FuturesBox, type FuturesLine, key, type Push, secret, textSign } from "./futures_box.ts";

let requests = 0;

/** Sends a trading request and returns what came back for it: acknowledgement and answer. */
function ask(line: FuturesLine, channel: string, parameter: unknown, extra: Body = {}): Push<never>[] {
  const id = `r-${++requests}`;
  const payload = { req_id: id, ...(parameter === undefined ? {} : { req_param: parameter }), ...extra };
  line.send({ time: line.now, channel, event: "api", payload });
  return line.messages.filter((message) => message.request_id === id);
}

function login(line: FuturesLine): Push<never>[] {
  const timestamp = String(line.now);
  const signature = textSign(`api\nfutures.login\n\n${timestamp}`, secret);
  return ask(line, "futures.login", undefined, { api_key: key, signature, timestamp });
}

/** The rows of an answer that is a list. */
function rows({ data }: Push<never>): Body[] {
  return data!.result as Body[];
}

Deno.test("The futures trading API is signed as the vectors W5 and W8 say", () => {
  assertEquals(
    textSign("api\nfutures.login\n\n1700000000", secret),
    "601b14f4a1e3dad774d64b1dbfcba797cd0ea0ab1041cad8c1e1b2f6211e2eccfac0e07df01ffc150d7ef822e22defab43949d6766a087194d9a36c059f52f22",
  );
  assertEquals(
    textSign(
      `api\nfutures.order_place\n{"contract":"BTC_USDT","size":1,"price":"30000","tif":"gtc","text":"t-ws1"}\n1700000000`,
      secret,
    ),
    "e399577b1ecbbb82c5e3460ca4c835b0dd6a5753898929b8589225dd19f86858149bbdf0e4c709efe4af7961c5a8a6a982c170683e119f8c2283aaf491106f7d",
  );
});

Deno.test("A futures order over WebSocket is acknowledged and then answered as by REST", async () => {
  const box = new FuturesBox();
  const line = box.open();
  assertEquals(ask(line, "futures.order_list", { status: "open" })[0]!.data!.errs, {
    label: "AUTHENTICATION_FAILED",
    message: "Not login",
  });
  assertEquals(login(line)[0]!.data!.result!["uid"], "10001");
  const price = ((await box.top()).bid - 100).toFixed(1);
  const order = { contract: "BTC_USDT", size: 10, price, tif: "gtc" };
  const [ack, answer] = ask(line, "futures.order_place", order) as [Push<never>, Push<never>];
  assertEquals([ack.ack, ack.data!.result!["req_param"]], [true, order]);
  assertEquals([answer.ack, answer.header!["status"], answer.header!["x_gate_ratelimit_limit"]], [
    false,
    "200",
    100,
  ]);
  const text = line.texts.at(-1)!;
  const id = /"id":(\d+),/.exec(text)![1]!;
  const rest = await box.own("GET", `/orders/${id}`);
  assert(text.includes(rest.text), "the same object");
  assertEquals(rest.body["text"], "apiv4-ws");
  await box.simulator.stop();
});

Deno.test("Every futures trading channel does what its REST twin does", async () => {
  const box = new FuturesBox();
  const line = box.open();
  login(line);
  const price = ((await box.top()).bid - 100).toFixed(1);
  const order = { contract: "BTC_USDT", size: 1, price, settle: "usdt" };
  const batch = ask(line, "futures.order_batch_place", [{ ...order, text: "t-1" }, { ...order, size: 0 }, {
    ...order,
    text: "t-2",
  }]);
  assertEquals(batch.map(({ ack }) => ack), [true, false]);
  assertEquals(rows(batch[1]!).map(({ succeeded }) => succeeded), [true, false, true]);
  ask(line, "futures.order_place", { ...order, size: 2, text: "t-3" });
  ask(line, "futures.order_place", { ...order, size: 3, text: "t-4" });
  const list = (status: string): unknown[] =>
    rows(ask(line, "futures.order_list", { contract: "BTC_USDT", status })[0]!).map(({ text }) => text);
  assertEquals(list("open"), ["t-4", "t-3", "t-2", "t-1"]);
  const lower = (Number(price) - 1).toFixed(1);
  const [amended] = ask(line, "futures.order_amend", {
    order_id: "t-1",
    price: lower,
    size: 4,
    amend_text: "x",
  });
  assertEquals(
    [amended!.data!.result!["price"], amended!.data!.result!["size"], amended!.data!.result!["amend_text"]],
    [lower, 4, "x"],
  );
  const [status] = ask(line, "futures.order_status", { order_id: "t-1" });
  assertEquals(status!.data!.result!["price"], lower);
  const [cancelled] = ask(line, "futures.order_cancel", { order_id: "t-1" });
  assertEquals([cancelled!.ack, cancelled!.data!.result!["finish_as"]], [undefined, "cancelled"]);
  const [ids] = ask(line, "futures.order_cancel_ids", ["t-2", "9"]);
  assertEquals(rows(ids!), [
    { user_id: 10001, id: "t-2", succeeded: true, message: "" },
    { user_id: 10001, id: "9", succeeded: false, message: "ORDER_NOT_FOUND" },
  ]);
  const [all] = ask(line, "futures.order_cancel_cp", { contract: "BTC_USDT", side: "bid" });
  assertEquals(rows(all!).map(({ text }) => text).sort(), ["t-3", "t-4"]);
  assertEquals(list("open"), []);
  assertEquals(list("finished").length, 4);
  await box.simulator.stop();
});

Deno.test("Refusals of futures orders over WebSocket carry the labels of REST", async () => {
  const box = new FuturesBox();
  const line = box.open();
  login(line);
  const refused = ask(line, "futures.order_place", { contract: "BTC_USDT", size: 100_000, price: "84000" });
  const [, answer] = refused as [Push<never>, Push<never>];
  assertEquals([refused[0]!.ack, answer.ack, answer.header!["status"]], [true, false, "400"]);
  assertEquals([answer.data!.errs!.label, answer.data!.result], ["INSUFFICIENT_AVAILABLE", undefined]);
  const [unknown] = ask(line, "futures.order_cancel", { order_id: "77" });
  assertEquals(unknown!.data!.errs!.label, "ORDER_NOT_FOUND");
  const late = ask(line, "futures.order_cancel", { order_id: "77" }, {
    req_header: { "x-gate-exptime": String(box.clock.epochMs() - 1000) },
  });
  assertEquals(late[0]!.data!.errs!.label, "REQUEST_EXPIRED");
  await box.simulator.stop();
});

Deno.test("More than 100 futures orders a second are too many", async () => {
  const box = new FuturesBox();
  const price = ((await box.top()).bid - 100).toFixed(1);
  const batch = Array.from({ length: 10 }, () => ({ contract: "BTC_USDT", size: 1, price }));
  const statuses: number[] = [];
  const texts: string[] = [];
  const started = Math.floor(box.clock.epochMs());
  while (statuses.length < 11) {
    const { status, text } = await box.own("POST", "/batch_orders", { body: batch });
    statuses.push(status);
    texts.push(text);
  }
  assert(box.clock.epochMs() - started < 1000, "all within a second");
  assertEquals(statuses, [...Array(10).fill(200), 429]);
  assertEquals(texts.at(-1), `{"label":"TOO_MANY_REQUESTS","message":"Request Rate limit Exceeded (311)"}`);
  await box.simulator.stop();
});
