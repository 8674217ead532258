/**
 * How Gate.io spot words what it refuses.
 * @module
 */
import { Refusal, type RefusalReason } from "../trading/refusal.ts";
import { GateRestError } from "./gate_errors.ts";

/** Label and text of each reason. UNCONFIRMED wording, but for POC_FILL_IMMEDIATELY and NO_CHANGE. */
const answers: Readonly<Partial<Record<RefusalReason, readonly [label: string, message: string]>>> = {
  "insufficient-balance": ["BALANCE_NOT_ENOUGH", "Not enough balance"],
  "would-take": ["POC_FILL_IMMEDIATELY", "Order would match and take immediately so its cancelled"],
  "not-fillable": ["FOK_NOT_FILL", "Order cannot be filled completely so its cancelled"],
  // UNCONFIRMED: the label for a pair that is not tradable now.
  "halted": ["TRADE_RESTRICTED", "Trading of this currency pair is suspended"],
  "delisting": ["TRADE_RESTRICTED", "This currency pair is being delisted"],
  // UNCONFIRMED: whether a client order id that an open order has is refused at all.
  "duplicate-client-id": ["REPEATED_CREATION", "An open order has this text already"],
  "too-many-orders": ["TOO_MANY_ORDERS", "Too many open orders"],
  "no-change": ["NO_CHANGE", "No change is made"],
  // UNCONFIRMED: the label for a new total that is filled already.
  "size-below-filled": ["QUANTITY_NOT_ENOUGH", "Amount is not greater than what is filled"],
};

/** The answer to a refusal of the order desk. */
function refusalAnswer({ reason, message }: Refusal): GateRestError {
  const [label, text] = answers[reason] ?? ["INVALID_ARGUMENT", message];
  return new GateRestError(400, label, text);
}

/** Runs something with orders. @throws {GateRestError} in place of a {@link Refusal}. */
export function refusable<Result>(action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw error instanceof Refusal ? refusalAnswer(error) : error;
  }
}

/** Errors about orders and their arguments. */
export const spotErrors = {
  /** The text is captured. UNCONFIRMED: the HTTP status. */
  orderNotFound: (): GateRestError => new GateRestError(404, "ORDER_NOT_FOUND", "Order not found"),
  /** There is no open order with this `text`. UNCONFIRMED wording. */
  clientIdNotFound: (): GateRestError => new GateRestError(404, "CLIENT_ID_NOT_FOUND", "Order not found"),
  /** UNCONFIRMED wording. */
  orderClosed: (): GateRestError => new GateRestError(400, "ORDER_CLOSED", "Order is closed"),
  /** UNCONFIRMED wording. */
  orderCancelled: (): GateRestError => new GateRestError(400, "ORDER_CANCELLED", "Order is cancelled"),
  /** UNCONFIRMED wording. */
  precision: (name: string, decimals: number): GateRestError =>
    new GateRestError(400, "INVALID_PRECISION", `${name} has more than ${decimals} decimals`),
  /** The wording is captured. */
  tooSmall: (size: string, coin: string, minimum: string): GateRestError =>
    new GateRestError(
      400,
      "INVALID_PARAM_VALUE",
      `Your order size ${size} ${coin} is too small. The minimum is ${minimum} ${coin}`,
    ),
  /** UNCONFIRMED: label and wording, made after those of too small an order. */
  tooLarge: (size: string, coin: string, maximum: string): GateRestError =>
    new GateRestError(
      400,
      "INVALID_PARAM_VALUE",
      `Your order size ${size} ${coin} is too large. The maximum is ${maximum} ${coin}`,
    ),
  /** UNCONFIRMED wording. */
  noMargin: (): GateRestError =>
    new GateRestError(400, "MARGIN_NOT_SUPPORTED", "Margin trading is not supported"),
};
