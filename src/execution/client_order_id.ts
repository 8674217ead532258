/**
 * Names of orders: pure functions of what they are for, so that a restart finds its own orders.
 * @module
 */

/** What a client order id says. */
export interface OrderName {
  /** Id of the journal that the order is in. */
  readonly journal: string;
  /** Number of the execution; 0 for an order of none. */
  readonly execution: number;
  /** 1, 2, 3, … among the orders of the execution. */
  readonly order: number;
}

const prefix = "cx";
const pattern = /^cx([0-9a-z]{1,8})-([0-9a-z]{1,9})-([0-9a-z]{1,4})$/;

/** The id of an order: at most 26 of `0-9a-z-`, which every venue takes. */
export function clientOrderId({ journal, execution, order }: OrderName): string {
  return `${prefix}${journal}-${execution.toString(36)}-${order.toString(36)}`;
}

/** What a client order id says; undefined when it is not one of cexarb's. */
export function parseClientOrderId(id: string): OrderName | undefined {
  const match = pattern.exec(id);
  if (match === null) return undefined;
  const [, journal = "", execution = "", order = ""] = match;
  return { journal, execution: parseInt(execution, 36), order: parseInt(order, 36) };
}
