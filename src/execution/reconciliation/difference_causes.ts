/**
 * What a difference between a venue and the program can come from.
 * @module
 */
import { type Comparison, numberText } from "./comparison.ts";
import type { ForeignFill } from "./fill_search.ts";

/**
 * Likely causes, the likeliest first.
 *
 * @param difference What the venue has more than the program, in the unit of the comparison.
 * @param foreign Trades of others on the account since it agreed last.
 */
export function differenceCauses(
  comparison: Comparison,
  difference: number,
  foreign: readonly ForeignFill[],
): string[] {
  const traded = foreign.length === 0 ? [] : [foreignCause(comparison, difference, foreign)];
  return [
    ...traded,
    ...(comparison.kind === "position" ? positionCauses : balanceCauses)(comparison, difference),
  ];
}

function foreignCause(comparison: Comparison, difference: number, foreign: readonly ForeignFill[]): string {
  const sum = foreign.reduce((total, each) => total + changeBy(comparison, each), 0);
  const isAll = Math.abs(sum - difference) <= comparison.tolerance;
  const names = [
    ...new Set(foreign.map(({ fill }) => fill.clientOrderId || fill.exchangeOrderId || "without a name")),
  ];
  const listed = names.slice(0, 3).join(", ");
  return `${foreign.length} trades of other orders (${listed}) make ${numberText(sum)} ${comparison.unit}, ` +
    `which is ${isAll ? "all of it" : "not all of it"}`;
}

/** What a trade changes of the thing that is compared. */
function changeBy({ kind, unit }: Comparison, { instrument, fill }: ForeignFill): number {
  const sign = fill.side === "buy" ? 1 : -1;
  if (kind === "position") return sign * fill.quantity;
  const fee = fill.feeCoin === unit ? fill.fee : 0;
  if (instrument.market !== "spot") return -fee;
  return (unit === instrument.base ? sign * fill.quantity : -sign * fill.notional) - fee;
}

function positionCauses({ theirs = 0, ours }: Comparison): string[] {
  const isReduced = Math.abs(theirs) < Math.abs(ours) && theirs * ours >= 0;
  return isReduced
    ? ["a liquidation or auto-deleveraging", "a hand that closed it", "a fill that the venue does not list"]
    : ["a hand or another program on this account", "a fill that the venue does not list"];
}

function balanceCauses({ exchange }: Comparison, difference: number): string[] {
  if (exchange === "GATEIO_FUTURES") {
    return [
      difference > 0 ? "a transfer into the futures account" : "a transfer out of the futures account",
      "a liquidation, a hand, or funding that is not booked yet",
    ];
  }
  return difference > 0
    ? [
      "a deposit or transfer",
      "a hand or another program on this account",
      "a fill that the venue does not list",
    ]
    : [
      "a withdrawal or transfer",
      "a hand or another program on this account",
      "a fill that the venue does not list",
    ];
}
