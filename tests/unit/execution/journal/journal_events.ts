/**
 * Any events of the journal.
 * @module
 */
import fc from "fast-check";
import { exchanges } from "../../../../src/core/exchange.ts";
import type {
  JournalEvent,
  JournalFill,
  JournalInstrument,
  JournalOrder,
} from "../../../../src/execution/journal_record.ts";

/** JSON has no negative zero. */
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const count = fc.nat(50);
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom("", '":null', "\n\r\u2028\ud800", "a\\"),
);
const exchange = fc.constantFrom(...exchanges.map(({ key }) => key));
const side = fc.constantFrom("buy" as const, "sell");
const scope = fc.constantFrom("all", "BTC", "LUNC");
const strategy = fc.constantFrom("inventory" as const, "basis", "carry");
const purpose = fc.constantFrom("enter" as const, "exit");
const status = fc.constantFrom(
  "open" as const,
  "partially-filled",
  "filled",
  "cancelled",
  "partially-cancelled",
  "rejected",
);

const instrument: fc.Arbitrary<JournalInstrument> = fc.record({
  exchange,
  symbol: fc.constantFrom("BTCUSDT", "BTC_USDT", "LUNC_USDT"),
});

/** Few names, so that what is told is often about the same order. */
const clientOrderId = fc.oneof(
  fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 2 })).map(([execution, order]) =>
    `cxj-${execution}-${order}`
  ),
  fc.constantFrom("by hand", ""),
);

const order: fc.Arbitrary<JournalOrder> = fc.record({
  exchange,
  symbol: text,
  clientOrderId,
  side,
  type: fc.constantFrom("limit" as const, "market", "post-only"),
  timeInForce: fc.constantFrom("gtc" as const, "ioc", "fok"),
  priceTicks: number,
  lots: number,
  reduceOnly: fc.boolean(),
});

const fill: fc.Arbitrary<JournalFill> = fc.record({
  exchange,
  symbol: fc.constantFrom("BTCUSDT", "BTC_USDT"),
  tradeId: fc.constantFrom("1", "2", "3"),
  clientOrderId,
  side,
  price: number,
  quantity: number,
  notional: number,
  fee: number,
  feeCoin: text,
  feeQuote: fc.option(number),
  liquidity: fc.constantFrom("maker" as const, "taker"),
  time: fc.nat(1000),
});

const holding = fc.record({
  strategy,
  buy: instrument,
  sell: instrument,
  quantity: fc.oneof(fc.constant(0), number),
  openedAt: number,
  entryEdge: number,
});

const day = fc.record({ day: count, equity: number, forgiven: number });

const amounts = fc.array(fc.record({ coin: text, amount: number }), { maxLength: 3 });
const balances = fc.record({ exchange, balances: amounts, flows: amounts });

const execution = fc.record({
  execution: count,
  strategy,
  purpose,
  opportunity: number,
  quantity: number,
  expected: number,
});

const snapshot: fc.Arbitrary<JournalEvent> = fc.record({
  kind: fc.constant("snapshot" as const),
  nextExecution: count,
  positions: fc.array(
    fc.record({
      exchange,
      symbol: text,
      quantity: number,
      averageEntry: number,
      entryFees: number,
      realisedPnl: number,
    }),
    { maxLength: 2 },
  ),
  holdings: fc.uniqueArray(holding, { maxLength: 2, selector: ({ strategy }) => strategy }),
  flows: fc.array(fc.record({ exchange, coin: text, amount: number }), { maxLength: 2 }),
  feesQuote: number,
  fillsUntil: fc.nat(1000),
  recentFills: fc.uniqueArray(fc.record({ id: text, time: count }), {
    maxLength: 2,
    selector: ({ id }) => id,
  }),
  orders: fc.uniqueArray(
    fc.record({
      order,
      execution: count,
      at: number,
      outcome: fc.constantFrom("none" as const, "accepted", "refused", "unknown", "absent"),
      exchangeOrderId: text,
      status: fc.option(status),
      filledLots: number,
      averagePrice: number,
      heardAt: fc.option(number),
      endedAt: fc.option(number),
      fills: fc.array(fill, { maxLength: 2 }),
    }),
    { maxLength: 2, selector: (state) => state.order.clientOrderId },
  ),
  executions: fc.uniqueArray(
    fc.tuple(execution, number, fc.array(clientOrderId, { maxLength: 2 }))
      .map(([facts, at, orders]) => ({ ...facts, at, orders })),
    { maxLength: 2, selector: (state) => state.execution },
  ),
  stops: fc.uniqueArray(fc.record({ scope, why: text }), { maxLength: 2, selector: ({ scope }) => scope }),
  balances: fc.uniqueArray(balances, { maxLength: 2, selector: ({ exchange }) => exchange }),
  fundingSince: count,
  recentFunding: fc.array(fc.record({ instrument, amount: number, time: number }), { maxLength: 2 }),
  day: fc.option(day, { nil: null }),
});

/** Any event but a snapshot. */
export const lesserEvent: fc.Arbitrary<JournalEvent> = fc.oneof(
  fc.tuple(execution, fc.array(order, { maxLength: 2 }))
    .map(([facts, orders]) => ({ kind: "execution" as const, ...facts, orders })),
  fc.record({ kind: fc.constant("order" as const), execution: count, why: text, order }),
  fc.record({
    kind: fc.constant("outcome" as const),
    clientOrderId,
    outcome: fc.constantFrom("accepted" as const, "refused", "unknown", "absent"),
    exchangeOrderId: text,
    why: text,
  }),
  fc.record({
    kind: fc.constant("report" as const),
    clientOrderId,
    exchangeOrderId: text,
    status,
    filledLots: count,
    averagePrice: number,
  }),
  fc.record({ kind: fc.constant("fill" as const), fill }),
  fc.record({
    kind: fc.constant("adjustment" as const),
    instrument,
    quantity: number,
    price: number,
    why: text,
  }),
  fc.record({ kind: fc.constant("funding" as const), instrument, amount: number, time: fc.nat(9e7) }),
  fc.record({
    kind: fc.constant("ended" as const),
    execution: count,
    residue: number,
    profit: number,
    why: text,
  }),
  fc.record({ kind: fc.constant("holding" as const), holding }),
  fc.record({ kind: fc.constant("stopped" as const), scope, why: text }),
  fc.record({ kind: fc.constant("resumed" as const), scope, why: text }),
  fc.record({ kind: fc.constant("day" as const), day }),
  fc.record({ kind: fc.constant("balances" as const), balances }),
);

/** Any event. */
export const journalEvent: fc.Arbitrary<JournalEvent> = fc.oneof(
  { arbitrary: lesserEvent, weight: 12 },
  { arbitrary: snapshot, weight: 1 },
);
