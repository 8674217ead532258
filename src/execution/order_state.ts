/**
 * The states of an order, and the one table of what may follow what.
 * @module
 */
import type { OrderStatus } from "../core/order.ts";
import type { OrderReport } from "../core/order_request.ts";

/**
 * What is known of an order. `planned`: in the journal, not sent. `sent`: no answer yet. `unknown`: the answer was lost,
 * nobody knows whether it exists. `open`: the venue has it. `cancelling`: it was asked to take it back. Final are
 * `filled`, `cancelled` (nothing was filled), `partially-cancelled`, `refused` and `absent` (the venue states that there
 * is no such order).
 */
export type OrderState =
  | "planned"
  | "sent"
  | "unknown"
  | "open"
  | "partially-filled"
  | "cancelling"
  | "filled"
  | "cancelled"
  | "partially-cancelled"
  | "refused"
  | "absent";

/**
 * What happens to an order. `send` and `cancel` are ours; `accept`, `refuse` and `lose` are the three outcomes of a send;
 * `absent` is the statement that there is no such order; `fill` is a trade that leaves something of it, one that
 * completes it is `report-filled`; the others are the venue's words about its state.
 */
export type OrderEvent =
  | "send"
  | "accept"
  | "refuse"
  | "lose"
  | "cancel"
  | "absent"
  | "fill"
  | `report-${OrderStatus}`;

type Row = Readonly<Partial<Record<OrderEvent, OrderState>>>;

/** Where the venue's word on a living order leads, whatever was known before. */
const reported = {
  "fill": "partially-filled",
  "report-open": "open",
  "report-partially-filled": "partially-filled",
  "report-filled": "filled",
  "report-cancelled": "cancelled",
  "report-partially-cancelled": "partially-cancelled",
} as const satisfies Row;

/**
 * Every legal transition. What leads to the state itself tells nothing new: streams repeat, answers and streams overtake
 * each other, and what is late is old. What is not here contradicts what the venue said before.
 *
 * Three rules about quantities go with it; `TrackedOrder` holds them. An order that has ended fills no more. An end tells
 * at least what was known to be filled. What the venue has confirmed it cannot deny.
 */
export const transitions: Readonly<Record<OrderState, Row>> = {
  "planned": { send: "sent", refuse: "refused", lose: "unknown", absent: "absent" },
  "sent": {
    ...reported,
    accept: "open",
    refuse: "refused",
    lose: "unknown",
    cancel: "cancelling",
    absent: "absent",
    "report-rejected": "refused",
  },
  "unknown": {
    ...reported,
    accept: "open",
    refuse: "refused",
    lose: "unknown",
    // Whether there is anything to cancel is not known yet.
    cancel: "unknown",
    absent: "absent",
    "report-rejected": "refused",
  },
  "open": {
    ...reported,
    accept: "open",
    lose: "open",
    cancel: "cancelling",
    // Venues forget orders that were cancelled without a fill.
    absent: "cancelled",
    "report-rejected": "refused",
  },
  "partially-filled": {
    accept: "partially-filled",
    lose: "partially-filled",
    cancel: "cancelling",
    fill: "partially-filled",
    "report-open": "partially-filled",
    "report-partially-filled": "partially-filled",
    "report-filled": "filled",
    "report-partially-cancelled": "partially-cancelled",
  },
  "cancelling": {
    accept: "cancelling",
    refuse: "refused",
    lose: "cancelling",
    cancel: "cancelling",
    absent: "cancelled",
    fill: "cancelling",
    "report-open": "cancelling",
    "report-partially-filled": "cancelling",
    "report-filled": "filled",
    "report-cancelled": "cancelled",
    "report-partially-cancelled": "partially-cancelled",
    "report-rejected": "refused",
  },
  "filled": {
    accept: "filled",
    lose: "filled",
    cancel: "filled",
    fill: "filled",
    "report-open": "filled",
    "report-partially-filled": "filled",
    "report-filled": "filled",
  },
  "cancelled": {
    accept: "cancelled",
    // Legal as long as the venue has not confirmed it: then it is the same in other words.
    refuse: "cancelled",
    lose: "cancelled",
    cancel: "cancelled",
    absent: "cancelled",
    "report-open": "cancelled",
    "report-cancelled": "cancelled",
  },
  "partially-cancelled": {
    accept: "partially-cancelled",
    lose: "partially-cancelled",
    cancel: "partially-cancelled",
    fill: "partially-cancelled",
    "report-open": "partially-cancelled",
    "report-partially-filled": "partially-cancelled",
    "report-partially-cancelled": "partially-cancelled",
  },
  "refused": {
    // A stream may tell of a rejection before the answer to the send is there.
    accept: "refused",
    refuse: "refused",
    lose: "refused",
    cancel: "refused",
    absent: "refused",
    // Some venues list what they refused as an order that was cancelled at once.
    "report-cancelled": "refused",
    "report-rejected": "refused",
  },
  "absent": { refuse: "absent", lose: "absent", cancel: "absent", absent: "absent" },
};

const finalStates: readonly OrderState[] = [
  "filled",
  "cancelled",
  "partially-cancelled",
  "refused",
  "absent",
];

/** Whether an order in this state has ended. */
export function isFinal(state: OrderState): boolean {
  return finalStates.includes(state);
}

/** Whether an event says that the order lives. */
export function saysAlive(event: OrderEvent): boolean {
  return event === "report-open" || event === "report-partially-filled" || event === "accept";
}

/** Whether an event is the venue's word on how the order ended. */
export function saysEnded(event: OrderEvent): boolean {
  return event === "report-filled" || event === "report-cancelled" ||
    event === "report-partially-cancelled" ||
    event === "report-rejected";
}

/**
 * The event that a report is. Its quantities decide where its word is loose: venues call an order cancelled whether or
 * not something was filled, and one with nothing left has been filled.
 *
 * @param lots Size of the order in lots; 0 where it spends an amount instead.
 */
export function eventOfReport({ status, filledLots }: OrderReport, lots: number): OrderEvent {
  if (status === "rejected" || status === "filled") return `report-${status}`;
  if (lots > 0 && filledLots >= lots) return "report-filled";
  const isAlive = status === "open" || status === "partially-filled";
  if (filledLots > 0) return isAlive ? "report-partially-filled" : "report-partially-cancelled";
  return isAlive ? "report-open" : "report-cancelled";
}
