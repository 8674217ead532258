import { assert, assertEquals, assertObjectMatch, assertThrows } from "@std/assert";
import { DecimalStep } from "../../../src/core/decimal_step.ts";
import { CexarbError, ProtocolError } from "../../../src/core/errors.ts";
import { InstrumentTable } from "../../../src/core/instrument.ts";
import {
  decodePrivateEvent,
  isText,
  privateChannels,
  type PrivateEvent,
  readControl,
} from "../../../src/exchanges/mexc/private_codec.ts";
import { testSpec } from "../../support/instruments.ts";
import { mexcByteVectors } from "../../support/mexc_byte_vectors.ts";
import { encodeMexc } from "../../support/mexc_protobuf.ts";
import { Mutator } from "../../support/mutation.ts";
import pushAccount from "./mexc_private_payloads/push_account.json" with { type: "json" };
import pushDeal from "./mexc_private_payloads/push_deal.json" with { type: "json" };
import pushOrder from "./mexc_private_payloads/push_order.json" with { type: "json" };

const table = new InstrumentTable();
table.add(testSpec("GATEIO_SPOT", "BTC"));
const mx = table.add({
  ...testSpec("MEXC_SPOT", "HYPE"),
  base: "MX",
  exchangeSymbol: "MXUSDT",
  tick: DecimalStep.parse("0.0001"),
});
const instruments = new Map([[mx.exchangeSymbol, mx]]);

function decode(message: Record<string, unknown>): PrivateEvent {
  return decodePrivateEvent(encodeMexc(message), instruments);
}

const filledOrder = {
  instrument: mx.id,
  exchangeOrderId: "C02__505979017439002624115",
  clientOrderId: "a1",
  side: "sell",
  type: "market",
  timeInForce: "ioc",
  priceTicks: 0,
  lots: 100,
  filledLots: 100,
  averagePrice: 3.6962,
  status: "filled",
  reduceOnly: false,
  createdAt: 1_736_417_034_259,
  updatedAt: 1_736_417_034_281,
} as const;

const deal = {
  tradeId: "505979017439002624X1",
  clientOrderId: "",
  exchangeOrderId: "C02__505979017439002624115",
  instrument: mx.id,
  side: "sell",
  price: 3.6962,
  quantity: 1,
  notional: 3.6962,
  fee: 0.0003998377369698171,
  feeCoin: "MX",
  feeQuote: 0.0003998377369698171 * 3.6962,
  liquidity: "taker",
  time: 1_736_417_034_280,
} as const;

Deno.test("The byte vectors of the private channels are read", () => {
  const read = (bytes: Uint8Array): unknown => decodePrivateEvent(bytes, instruments);
  assertEquals(read(mexcByteVectors.privateOrder.bytes), {
    kind: "order",
    report: { ...filledOrder, clientOrderId: "" },
  });
  assertEquals(read(mexcByteVectors.privateDeal.bytes), { kind: "fill", fill: deal });
  assertEquals(read(mexcByteVectors.privateAccount.bytes), {
    kind: "balance",
    balance: {
      exchange: "MEXC_SPOT",
      coin: "USDT",
      available: 21.94210356004384,
      locked: 0,
      time: 1_736_416_910_000,
    },
  });
  assertEquals(read(mexcByteVectors.depth.bytes), { kind: "other" });
});

Deno.test("The documented messages of the private channels are read", () => {
  assertEquals(decode(pushOrder) as unknown, { kind: "order", report: filledOrder });
  assertEquals(decode(pushDeal) as unknown, { kind: "fill", fill: deal });
  assertEquals(decode(pushAccount), {
    kind: "balance",
    balance: { exchange: "MEXC_SPOT", coin: "USDT", available: 95.6, locked: 4.4, time: 1_758_134_605_364 },
  });
});

const order = pushOrder.privateOrders;

/** Numbers of types and states, and what they mean. */
const orders: [changes: Record<string, unknown>, expected: Record<string, unknown>][] = [
  [{ orderType: 1, status: 1, cumulativeQuantity: "0", cumulativeAmount: "0" }, {
    type: "limit",
    timeInForce: "gtc",
    status: "open",
    filledLots: 0,
    averagePrice: 0,
    priceTicks: 35_121,
  }],
  [{ orderType: 2, status: 3, cumulativeQuantity: "0.25" }, {
    type: "post-only",
    status: "partially-filled",
    filledLots: 25,
  }],
  [{ orderType: 3, status: 5, cumulativeQuantity: "0.25" }, {
    timeInForce: "ioc",
    status: "partially-cancelled",
  }],
  [{ orderType: 4, status: 4, cumulativeQuantity: "0" }, { timeInForce: "fok", status: "cancelled" }],
  [{ orderType: 1, status: 4, cumulativeQuantity: "0.5", tradeType: 1 }, {
    side: "buy",
    status: "partially-cancelled",
  }],
  // proto3 leaves out what is empty or zero.
  [{ orderType: 5, status: 1, quantity: "", cumulativeQuantity: "", cumulativeAmount: "", clientId: "" }, {
    lots: 0,
    filledLots: 0,
    averagePrice: 0,
    clientOrderId: "",
  }],
];

for (const [changes, expected] of orders) {
  Deno.test(`A private order with ${JSON.stringify(changes)} is read`, () => {
    const event = decode({ ...pushOrder, privateOrders: { ...order, ...changes } });
    assertObjectMatch(event, { kind: "order", report: expected });
  });
}

Deno.test("Orders that wait for a trigger and instruments that are not traded are nobody's business", () => {
  for (const orderType of [100, 101, 102]) {
    assertEquals(decode({ ...pushOrder, privateOrders: { ...order, orderType, status: 0 } }).kind, "other");
  }
  assertEquals(decode({ ...pushOrder, symbol: "ETHUSDT" }).kind, "other");
  assertEquals(decode({ ...pushDeal, symbol: undefined }).kind, "other");
});

Deno.test("A deal without fee has none, in quote", () => {
  const { feeAmount: _, feeCurrency: __, ...free } = pushDeal.privateDeals;
  const event = decode({ ...pushDeal, privateDeals: { ...free, isMaker: true } });
  assertObjectMatch(event, { fill: { fee: 0, feeCoin: "USDT", feeQuote: 0, liquidity: "maker" } });
});

Deno.test("What the protocol does not allow is refused, not guessed", () => {
  const broken: [message: Record<string, unknown>, words: string][] = [
    [{ ...pushOrder, privateOrders: { ...order, status: 9 } }, "status"],
    [{ ...pushOrder, privateOrders: { ...order, status: 0 } }, "status"],
    [{ ...pushOrder, privateOrders: { ...order, tradeType: 0 } }, "tradeType"],
    [{ ...pushOrder, privateOrders: { ...order, id: "" } }, "id"],
    [{ ...pushOrder, privateOrders: { ...order, orderType: 1, price: "3.51215" } }, "not on the step"],
    [{ ...pushOrder, privateOrders: { ...order, cumulativeQuantity: "1e" } }, "cumulativeQuantity"],
    [{ ...pushOrder, privateOrders: { ...order, orderType: 1, quantity: "" } }, "quantity"],
    [{ ...pushDeal, privateDeals: { ...pushDeal.privateDeals, price: "" } }, "not a decimal"],
    [{ ...pushDeal, privateDeals: { ...pushDeal.privateDeals, tradeId: "" } }, "tradeId"],
    [{ ...pushAccount, privateAccount: { ...pushAccount.privateAccount, balanceAmount: "NaN" } }, "USDT"],
    [{ ...pushAccount, privateAccount: { ...pushAccount.privateAccount, vcoinName: "" } }, "vcoinName"],
  ];
  for (const [message, words] of broken) assertThrows(() => decode(message), ProtocolError, words);
  assertThrows(
    () => decodePrivateEvent(mexcByteVectors.privateOrder.bytes.subarray(0, 60), instruments),
    ProtocolError,
  );
});

Deno.test("Answers are told apart", () => {
  const [orders = "", deals = ""] = privateChannels;
  const ack = (msg: string): string => JSON.stringify({ id: 1, code: 0, msg });
  assertEquals(readControl(`{"id":0,"code":0,"msg":"PONG"}`), { kind: "pong" });
  assertEquals(readControl(ack(orders)), { kind: "subscribed", channels: [orders] });
  assertEquals(readControl(ack(`${deals},${orders}`)), { kind: "subscribed", channels: [orders, deals] });
  const refusal = `Not Subscribed successfully! [${orders}].  Reason： Blocked! `;
  assertEquals(readControl(ack(refusal)), { kind: "rejected", message: refusal });
  assertEquals(readControl("Invalid listen key"), { kind: "invalid-key" });
  for (const text of ["", "null", "{}", "[1]", "7", `{"msg":5}`, ack("spot@public.x"), "{"]) {
    assertEquals(readControl(text), { kind: "other" }, text);
  }
});

Deno.test("Text and events in binary frames are told apart by the first byte", () => {
  assertEquals(isText(new TextEncoder().encode(`{"id":0}`)), true);
  assertEquals(isText(mexcByteVectors.privateOrder.bytes), false);
  assertEquals(isText(new Uint8Array()), false);
});

Deno.test("Damaged frames are read or refused, never anything else", () => {
  const frames = [
    mexcByteVectors.privateOrder.bytes,
    mexcByteVectors.privateDeal.bytes,
    mexcByteVectors.privateAccount.bytes,
  ];
  const mutator = new Mutator(11);
  let read = 0;
  for (let round = 0; round < 20_000; round++) {
    const bytes = mutator.damage([...mutator.pick(frames)], () => mutator.below(256));
    try {
      const event = decodePrivateEvent(Uint8Array.from(bytes), instruments);
      if (event.kind === "order") assert(event.report.filledLots <= event.report.lots);
      read += 1;
    } catch (error) {
      if (!(error instanceof CexarbError)) throw error;
    }
  }
  assert(read > 100, `${read} frames were read`);
});

Deno.test("Negative prices, sizes, balances and times of the account are refused", () => {
  const order = (changes: object): unknown => ({
    ...pushOrder,
    privateOrders: { ...pushOrder.privateOrders, ...changes },
  });
  const deal = (changes: object): unknown => ({
    ...pushDeal,
    privateDeals: { ...pushDeal.privateDeals, ...changes },
  });
  const account = (changes: object): unknown => ({
    ...pushAccount,
    privateAccount: { ...pushAccount.privateAccount, ...changes },
  });
  const wrong = [
    deal({ price: "-3.6962" }),
    deal({ quantity: "-1" }),
    deal({ amount: "-3.6962" }),
    deal({ time: "-1" }),
    account({ balanceAmount: "-95.6" }),
    account({ frozenAmount: "-4.4" }),
    order({ createTime: "-9223372036854775000" }),
    order({ orderType: 1, price: "0" }),
    order({ createTime: "9223372036854775000" }),
  ];
  for (const message of wrong) {
    assertThrows(
      () => decode(message as Record<string, unknown>),
      ProtocolError,
      undefined,
      JSON.stringify(message),
    );
  }
});
