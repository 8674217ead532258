/**
 * The shape of the journal's records. A checksum says that a line is as it was written; this says that it was written
 * by a program that means the same by it.
 * @module
 */
import * as v from "valibot";
import { exchanges } from "../../core/exchange.ts";
import type { JournalRecord } from "../journal_record.ts";

const exchange = v.picklist(exchanges.map(({ key }) => key));
const side = v.picklist(["buy", "sell"]);
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const status = v.picklist([
  "open",
  "partially-filled",
  "filled",
  "cancelled",
  "partially-cancelled",
  "rejected",
]);
const strategy = v.picklist(["inventory", "basis", "carry"]);
const purpose = v.picklist(["enter", "exit"]);
const known = v.picklist(["accepted", "refused", "unknown", "absent"]);

const instrument = v.strictObject({ exchange, symbol: v.string() });

const order = v.strictObject({
  ...instrument.entries,
  clientOrderId: v.string(),
  side,
  type: v.picklist(["limit", "market", "post-only"]),
  timeInForce: v.picklist(["gtc", "ioc", "fok"]),
  priceTicks: v.number(),
  lots: v.number(),
  reduceOnly: v.boolean(),
});

const fill = v.strictObject({
  ...instrument.entries,
  tradeId: v.string(),
  clientOrderId: v.string(),
  side,
  price: v.number(),
  quantity: v.number(),
  notional: v.number(),
  fee: v.number(),
  feeCoin: v.string(),
  feeQuote: v.nullable(v.number()),
  liquidity: v.picklist(["maker", "taker"]),
  time: v.number(),
});

const holding = v.strictObject({
  strategy,
  buy: instrument,
  sell: instrument,
  quantity: v.number(),
  openedAt: v.number(),
  entryEdge: v.number(),
});

const stop = v.strictObject({ scope: v.string(), why: v.string() });
const amount = v.strictObject({ coin: v.string(), amount: v.number() });
const balances = v.strictObject({ exchange, balances: v.array(amount), flows: v.array(amount) });

const day = v.strictObject({ day: v.number(), equity: v.number(), forgiven: v.number() });

const execution = {
  execution: count,
  strategy,
  purpose,
  opportunity: v.number(),
  quantity: v.number(),
  expected: v.number(),
};

const orderState = v.strictObject({
  order,
  execution: count,
  at: v.number(),
  outcome: v.picklist(["none", "accepted", "refused", "unknown", "absent"]),
  exchangeOrderId: v.string(),
  status: v.nullable(status),
  filledLots: v.number(),
  averagePrice: v.number(),
  heardAt: v.nullable(v.number()),
  endedAt: v.nullable(v.number()),
  fills: v.array(fill),
});

const funding = { instrument, amount: v.number(), time: v.number() };

const snapshot = {
  kind: v.literal("snapshot"),
  nextExecution: count,
  positions: v.array(v.strictObject({
    ...instrument.entries,
    quantity: v.number(),
    averageEntry: v.number(),
    entryFees: v.number(),
    realisedPnl: v.number(),
  })),
  holdings: v.array(holding),
  flows: v.array(v.strictObject({ exchange, ...amount.entries })),
  feesQuote: v.number(),
  fillsUntil: v.number(),
  recentFills: v.array(v.strictObject({ id: v.string(), time: v.number() })),
  orders: v.array(orderState),
  executions: v.array(v.strictObject({ ...execution, at: v.number(), orders: v.array(v.string()) })),
  stops: v.array(stop),
  balances: v.array(balances),
  fundingSince: v.number(),
  recentFunding: v.array(v.strictObject(funding)),
  // Journals of earlier versions have none.
  day: v.optional(v.nullable(day), null),
};

const head = { sequence: v.pipe(count, v.minValue(1)), at: v.number() };

const record = v.variant("kind", [
  v.strictObject({ ...head, kind: v.literal("execution"), ...execution, orders: v.array(order) }),
  v.strictObject({ ...head, kind: v.literal("order"), execution: count, why: v.string(), order }),
  v.strictObject({
    ...head,
    kind: v.literal("outcome"),
    clientOrderId: v.string(),
    outcome: known,
    exchangeOrderId: v.string(),
    why: v.string(),
  }),
  v.strictObject({
    ...head,
    kind: v.literal("report"),
    clientOrderId: v.string(),
    exchangeOrderId: v.string(),
    status,
    filledLots: v.number(),
    averagePrice: v.number(),
  }),
  v.strictObject({ ...head, kind: v.literal("fill"), fill }),
  v.strictObject({
    ...head,
    kind: v.literal("adjustment"),
    instrument,
    quantity: v.number(),
    price: v.number(),
    why: v.string(),
  }),
  v.strictObject({ ...head, kind: v.literal("funding"), ...funding }),
  v.strictObject({
    ...head,
    kind: v.literal("ended"),
    execution: count,
    residue: v.number(),
    profit: v.number(),
    why: v.string(),
  }),
  v.strictObject({ ...head, kind: v.literal("holding"), holding }),
  v.strictObject({ ...head, kind: v.literal("stopped"), ...stop.entries }),
  v.strictObject({ ...head, kind: v.literal("resumed"), ...stop.entries }),
  v.strictObject({ ...head, kind: v.literal("day"), day }),
  v.strictObject({ ...head, kind: v.literal("balances"), balances }),
  v.strictObject({ ...head, ...snapshot }),
]);

/**
 * Takes what a line of the journal holds for a record.
 *
 * @returns The record, or in words what is wrong with it.
 */
export function parseRecord(value: unknown): JournalRecord | string {
  const result = v.safeParse(record, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  return `${v.getDotPath(issue) ?? "the record"}: ${issue.message}`;
}
