/**
 * Moving coins between the accounts of a user.
 * @module
 */
import { formatAtoms } from "../../accounts/atoms.ts";
import type { MexcVenue } from "../mexc_venue.ts";
import type { AccountType, MexcFunds } from "../wallet/funds.ts";
import { readDecimal } from "./decimal_text.ts";
import type { KeyedCall, KeyedEndpoint } from "./endpoint.ts";
import { mexcErrors } from "./errors.ts";
import type { Parameters } from "./parameters.ts";

const path = "/api/v3/capital/transfer";
const accountTypes: readonly string[] = ["SPOT", "FUTURES"];

/**
 * The endpoints of transfers. The futures account keeps what is sent there, and nothing else happens to it.
 * UNCONFIRMED: a key needs the right to withdraw; the venue knows a right of its own for transfers.
 */
export class TransferEndpoints {
  readonly #venue: MexcVenue;
  readonly #funds: MexcFunds;

  constructor(venue: MexcVenue, funds: MexcFunds) {
    this.#venue = venue;
    this.#funds = funds;
  }

  /** The lines of the table. */
  get endpoints(): KeyedEndpoint[] {
    const line = { path, weight: 1 } as const;
    return [
      { ...line, method: "POST", access: "withdraw", answer: (call) => this.#transfer(call) },
      { ...line, method: "GET", access: "read", answer: (call) => this.#history(call) },
    ];
  }

  #transfer({ parameters, account }: KeyedCall): unknown {
    const [from, to] = readTypes(parameters);
    const coin = parameters.required("asset");
    if (!this.#venue.coins.includes(coin)) throw mexcErrors.badParameter("asset");
    const amount = readDecimal(parameters.required("amount"));
    if (amount === undefined) throw mexcErrors.badAmount();
    if (amount <= 0n) throw mexcErrors.amountNotPositive();
    const { id } = this.#funds.transfer(account, { coin, amount, from, to });
    return [{ tranId: id }];
  }

  #history({ parameters, account }: KeyedCall): unknown {
    const [wantedFrom, wantedTo] = readTypes(parameters);
    const { startMs = 0, endMs = Infinity } = parameters.timeRange();
    const page = parameters.count("page", { max: Number.MAX_SAFE_INTEGER, initial: 1 });
    const size = parameters.count("size", { min: 10, max: 100, initial: 10 });
    const list = this.#funds.transfers(account).filter(({ from, to, timeMs }) =>
      from === wantedFrom && to === wantedTo && timeMs >= startMs && timeMs <= endMs
    ).reverse();
    const rows = list.slice((page - 1) * size, page * size).map(({ id, coin, amount, from, to, timeMs }) => ({
      tranId: id,
      clientTranId: null,
      asset: coin,
      amount: formatAtoms(amount),
      fromAccountType: from,
      toAccountType: to,
      status: "SUCCESS",
      timestamp: timeMs,
    }));
    return { rows, total: list.length };
  }
}

/** @throws {MexcError} 44444, 33333. */
function readTypes(parameters: Parameters): [from: AccountType, to: AccountType] {
  const from = parameters.required("fromAccountType");
  const to = parameters.required("toAccountType");
  if (!accountTypes.includes(from)) throw mexcErrors.badParameter("fromAccountType");
  if (!accountTypes.includes(to) || to === from) throw mexcErrors.badParameter("toAccountType");
  return [from as AccountType, to as AccountType];
}
