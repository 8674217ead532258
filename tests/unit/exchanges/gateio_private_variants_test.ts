/**
 * The forms that Gate.io gives to the same facts: texts or numbers, nothing said by leaving out, by null or by "".
 * @module
 */
import { assertEquals } from "@std/assert";
import type { FillRow, OrderRow } from "./gateio_variant_rows.ts";
import { fillRows, orderRows, positionRow } from "./gateio_variant_rows.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { SeededRandom } from "../../../src/core/random.ts";
import type { OrderRequest } from "../../../src/core/order_request.ts";
import { GateioFuturesPrivateRest } from "../../../src/exchanges/gateio/private_futures_rest.ts";
import { GateioOrderSocket } from "../../../src/exchanges/gateio/private_order_socket.ts";
import { positionReport, positionSchema } from "../../../src/exchanges/gateio/private_positions.ts";
import { GateioSender } from "../../../src/exchanges/gateio/private_sender.ts";
import { GateioSigner } from "../../../src/exchanges/gateio/private_signer.ts";
import { spotOrderReport, spotOrderSchema } from "../../../src/exchanges/gateio/private_spot_orders.ts";
import { GateioSpotPrivateRest } from "../../../src/exchanges/gateio/private_spot_rest.ts";
import { checkBody } from "../../../src/exchanges/wire_schema.ts";
import { type FakeAnswer, FakeNetwork, settle } from "../../support/fake_network.ts";
import { testInstruments } from "../../support/instruments.ts";
import { MemoryLogger } from "../../support/memory_logger.ts";

const table = testInstruments(["BTC"]);
const spot = table.find("GATEIO_SPOT", "BTC_USDT")!;
const futures = table.find("GATEIO_FUTURES", "BTC_USDT")!;
const signer = new GateioSigner({ apiKey: "gateTestKey0001", secretKey: "gateTestSecret0001" });

type Row = Record<string, unknown>;

function mapped(row: Row, change: (value: unknown) => unknown): Row {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, change(value)]));
}
const asNumbers = (value: unknown): unknown =>
  typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
const asTexts = (value: unknown): unknown => typeof value === "number" ? String(value) : value;

/** The row with one field left out, null and "". */
function without(row: Row, field: string): Row[] {
  const { [field]: _, ...rest } = row;
  return [rest, { ...row, [field]: null }, { ...row, [field]: "" }];
}

for (const { name, text, read, told, optional } of [...orderRows, ...fillRows] as (OrderRow | FillRow)[]) {
  Deno.test(`Gate.io's ${name} is read whatever form its values have`, () => {
    const row: Row = JSON.parse(text);
    for (
      const form of [row, mapped(row, asNumbers), mapped(row, asTexts), { ...row, later: { a: [null] } }]
    ) {
      assertEquals<unknown>(read(form), told);
    }
    for (const field of optional) {
      for (const form of without(row, field)) assertEquals<unknown>(read(form), told, field);
    }
  });
}

Deno.test("Gate.io's position is read whatever it leaves out", () => {
  for (const field of Object.keys(positionRow)) {
    if (["contract", "size", "margin"].includes(field)) continue;
    for (const form of without(positionRow, field)) {
      if (field === "mode" && form["mode"] === "") continue;
      const { lots, side, margin } = positionReport(futures, checkBody(positionSchema, form, "position"), 5);
      assertEquals([lots, side, margin], [-9440, "single", 356.9], field);
    }
  }
});

Deno.test("A spot order that ended with nothing left was filled, also when the push does not say how it ended", () => {
  const ended = { ...JSON.parse(orderRows[0]!.text), status: undefined, event: "finish", finish_as: "-" };
  const status = (row: Row): string => spotOrderReport(spot, checkBody(spotOrderSchema, row, "order")).status;
  assertEquals(status(ended), "filled");
  assertEquals(status({ ...ended, left: "0.0004", filled_amount: "0.0006" }), "partially-cancelled");
});

interface Accounts {
  readonly network: FakeNetwork;
  readonly spot: GateioSpotPrivateRest;
  readonly futures: GateioFuturesPrivateRest;
}

/** Accounts whose venue answers like this. */
function accounts(answer: FakeAnswer): Accounts {
  const network = new FakeNetwork();
  network.answer = answer;
  const baseUrl = "https://venue/api/v4";
  const clock = new SimulatedClock(1_700_000_000_000);
  const sender = new GateioSender({ orders: network, queries: network, baseUrl, signer, clock });
  return {
    network,
    spot: new GateioSpotPrivateRest(sender, (symbol) => table.find("GATEIO_SPOT", symbol)),
    futures: new GateioFuturesPrivateRest(sender, (symbol) => table.find("GATEIO_FUTURES", symbol)),
  };
}

const order: OrderRequest = {
  clientOrderId: "abc",
  instrument: spot,
  side: "buy",
  type: "limit",
  timeInForce: "gtc",
  priceTicks: 300_000,
  lots: 1000,
  reduceOnly: false,
};

Deno.test("A label of Gate.io counts whatever is beside it", async () => {
  const label = "BALANCE_NOT_ENOUGH";
  for (
    const beside of [{}, { message: null }, { detail: null }, { message: 5 }, { message: "", detail: "x" }]
  ) {
    const outcome = await accounts(() => ({ status: 400, body: { label, ...beside } })).spot.place(order);
    assertEquals(outcome.kind === "refused" && outcome.reason, "balance", JSON.stringify(beside));
  }
});

Deno.test("Both sides of a trade with oneself are listed: Gate.io gives them the same id", async () => {
  const [spotFill, futuresFill] = fillRows.map(({ text }): Row => JSON.parse(text));
  const sides = (row: Row, other: Row): Row[] => [row, { ...row, ...other, order_id: "9" }];
  const rows = {
    my_trades: sides(spotFill!, { side: "buy" }),
    my_trades_timerange: sides(futuresFill!, { size: -100 }),
  };
  const { spot: spotRest, futures: futuresRest } = accounts(({ url }) => ({
    body: url.includes("timerange") ? rows.my_trades_timerange : rows.my_trades,
  }));
  const [own, ownFutures] = [await spotRest.fills(spot, 0), await futuresRest.fills(futures, 0)];
  assertEquals(own.map(({ side }) => side).sort(), ["buy", "sell"]);
  assertEquals(ownFutures.map(({ side }) => side).sort(), ["buy", "sell"]);
});

Deno.test("Networks of Gate.io are listed though another coin's limits are empty", async () => {
  const currency = { currency: "BTC", chains: [{ name: "BTC" }] };
  const limits = [
    { currency: "BTC", withdraw_amount_mini: "0.001", withdraw_fix_on_chains: { BTC: "0.0005" } },
    { currency: "ODD", withdraw_amount_mini: "", withdraw_fix_on_chains: { X: null } },
  ];
  const { spot } = accounts(({ url }) => ({ body: url.includes("currencies") ? [currency] : limits }));
  assertEquals(
    (await spot.networks(["BTC"])).map(({ withdrawFee, withdrawMin }) => [withdrawFee, withdrawMin]),
    [[0.0005, 0.001]],
  );
});

Deno.test("A key without the right to the account's details gets its number from the futures account", async () => {
  const { futures, network } = accounts(({ url }) =>
    url.endsWith("/account/detail")
      ? { status: 403, body: { label: "FORBIDDEN", message: "no permission" } }
      : { body: { user: 10406147, currency: "USDT" } }
  );
  assertEquals([await futures.userId(), network.requests.length], ["10406147", 2]);
});

Deno.test("GateioOrderSocket logs in again on the same connection when the venue has forgotten the login", async () => {
  const network = new FakeNetwork();
  const clock = new SimulatedClock(1_700_000_000_000);
  const [random, logger] = [new SeededRandom(1), new MemoryLogger()];
  const options = { market: "spot", url: "wss://venue", network, clock, random, logger, signer } as const;
  const socket = new GateioOrderSocket(options, () => spot);
  const answer = (status: string, data: unknown): void => {
    const { channel, payload } = JSON.parse(network.socket.sent.at(-1)!);
    const header = { status, channel, x_gate_ratelimit_limit: "", x_gat_ratelimit_reset_timestamp: null };
    network.socket.handlers.onText(JSON.stringify({ request_id: payload.req_id, ack: null, header, data }));
  };
  socket.start();
  network.socket.handlers.onOpen();
  answer("200", { result: { uid: "1" } });
  await settle();
  const placing = socket.place(order);
  answer("400", { errs: { label: "AUTHENTICATION_FAILED", message: null } });
  const outcome = await placing;
  assertEquals([outcome.kind === "refused" && outcome.reason, socket.isReady], ["permission", false]);
  assertEquals(JSON.parse(network.socket.sent.at(-1)!).channel, "spot.login");
  answer("200", { result: { uid: "1" } });
  await settle();
  assertEquals([socket.isReady, network.sockets.length], [true, 1]);
  const next = socket.place(order);
  answer("400", { errs: { label: "ORDER_POC_IMMEDIATE", detail: "order price 1700" } });
  const told = await next;
  assertEquals(told.kind === "refused" && [told.reason, told.message], ["post-only", "order price 1700"]);
});
